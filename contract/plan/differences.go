package plan

import (
	"math"
	"slices"
)

// differences says of some moments how many seconds each may lie after each
// other one. Moment 0 is the time of the request. What follows from several
// bounds together is always worked out: a value between the bounds of one moment
// can be extended to values for all.
type differences struct {
	most [][]int64 // most[a][b] is how long after b moment a may be
}

// unbounded stands for no bound. Two of them can be added.
const unbounded = int64(math.MaxInt64 / 4)

func newDifferences(moments int) *differences {
	d := &differences{most: make([][]int64, moments)}
	for a := range d.most {
		d.most[a] = slices.Repeat([]int64{unbounded}, moments)
		d.most[a][a] = 0
	}
	return d
}

func (d *differences) clone() *differences {
	out := &differences{most: make([][]int64, len(d.most))}
	for a := range d.most {
		out.most[a] = slices.Clone(d.most[a])
	}
	return out
}

// atMost adds that a moment lies at most so many seconds after another. It
// reports whether that can be; what cannot be is not added.
func (d *differences) atMost(a, b int, seconds int64) bool {
	if d.most[b][a]+seconds < 0 {
		return false
	}
	if seconds >= d.most[a][b] {
		return true
	}
	for x := range d.most {
		for y := range d.most {
			if through := d.most[x][a] + seconds + d.most[b][y]; d.most[x][a] < unbounded && d.most[b][y] < unbounded && through < d.most[x][y] {
				d.most[x][y] = through
			}
		}
	}
	return true
}

// between gives the first and the last second that a moment may be at, counted
// from the time of the request.
func (d *differences) between(a int) (first, last int64) { return -d.most[0][a], d.most[a][0] }

// set fixes a moment. It must lie between its bounds.
func (d *differences) set(a int, at int64) { _ = d.atMost(a, 0, at) && d.atMost(0, a, -at) }

// The seconds of the units that times are rounded to.
const (
	minuteSeconds = 60
	hourSeconds   = 60 * minuteSeconds
	daySeconds    = 24 * hourSeconds
)

// within gives a second between two bounds: one of those preferred, else the
// middle, or a day from the bound where there is only one; round where it can be.
func within(first, last int64, preferred []int64) int64 {
	for _, at := range preferred {
		if at >= first && at <= last {
			return at
		}
	}
	var at int64
	switch {
	case first > -unbounded && last < unbounded:
		at = first + (last-first)/2
	case first > -unbounded:
		at = first + daySeconds
	default:
		at = last - daySeconds
	}
	for _, unit := range []int64{hourSeconds, minuteSeconds} {
		if round := int64(math.Round(float64(at)/float64(unit))) * unit; round >= first && round <= last {
			return round
		}
	}
	return at
}
