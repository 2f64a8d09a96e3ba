package plan

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// A rule about times compares them: each comparison sets a bound on how long one
// moment may be after another. Which sides of its bounds a rule allows is found
// by trying: for each combination of sides, times are chosen that lie there, and
// the rule is asked.

const day = 24 * time.Hour

// maxBounds limits the comparisons of one rule that are combined.
const maxBounds = 6

// bound is where a comparison's sides are equal: a moment that lies so many
// seconds after another one.
type bound struct {
	op            string // how the comparison wants the moments' distance and the bound
	after, before int    // moments by their place among the free slots, from 1; 0 is now, or a time that stays
	seconds       float64
	scale         float64 // by how much of the comparison's own unit a second counts
	now           bool    // the comparison depends on the time of the request
	coarse        int64   // the seconds by which the comparison rounds
}

// side is where moments lie: before a bound, at it, or after it.
type side int

const (
	sooner side = -1
	equal  side = 0
	later  side = 1
)

// sides lists where moments may lie, first where the comparison holds.
func (b bound) sides() []side {
	switch b.op {
	case "<", "<=":
		return []side{sooner, later}
	case ">", ">=":
		return []side{later, sooner}
	case "==":
		return []side{equal, sooner, later}
	default:
		return []side{sooner, later, equal}
	}
}

// gap is how many seconds moments must keep from the bound to be on a side at all.
func (b bound) gap(s side) int64 {
	gap := b.coarse
	switch {
	case b.now:
		return gap + int64(ruling.Clearance.Seconds()) + 1
	case s == sooner && b.op == "<=", s == later && b.op == ">=":
		return gap
	case s == sooner && b.op == ">", s == later && b.op == "<":
		return gap
	}
	return gap + 1
}

// keep adds to what is known of the moments that they lie on a side, at least so
// many seconds from the bound.
func (b bound) keep(d *differences, s side, room int64) bool {
	room = max(room, b.gap(s))
	low, high := int64(math.Floor(b.seconds)), int64(math.Ceil(b.seconds))
	switch s {
	case sooner:
		return d.atMost(b.after, b.before, low-room)
	case later:
		return d.atMost(b.before, b.after, -high-room)
	default:
		return low == high && !b.now && d.atMost(b.after, b.before, low) && d.atMost(b.before, b.after, -low)
	}
}

// at adds that the comparison's left side exceeds its right side by exactly so
// much, in the comparison's own unit.
func (b bound) at(d *differences, amount float64) bool {
	seconds := b.seconds + amount/b.scale
	if seconds != math.Trunc(seconds) {
		return false
	}
	return d.atMost(b.after, b.before, int64(seconds)) && d.atMost(b.before, b.after, -int64(seconds))
}

// boundOf finds the bound that a comparison sets on some free times. none tells
// that it depends on none of them, known that it could be found.
func (e *evaluator) boundOf(c rule.Comparison, d draft, free []*slot) (b bound, none, known bool) {
	at := func(moved draft, now time.Time) (float64, bool) {
		in := e.input(moved)
		in.Now = now
		return distanceIn(c, in)
	}
	zero, ok := at(d, epoch)
	if !ok { // a rule does not come to compare what is absent
		return b, lacks(d, c) || !slotsRead(c, free), false
	}
	b = bound{op: c.Op}
	for i, s := range free {
		if !readsSlot(c, s) {
			continue
		}
		slope, steady := e.slopeByTime(c, s, d, zero)
		if b, ok = b.related(i+1, slope); !ok || !steady {
			return b, false, false
		}
	}
	if b.scale == 0 {
		return b, true, true
	}
	if moved, ok := at(d, epoch.Add(day)); ok {
		b.now = moved != zero
	}
	if b.scale < 1 {
		b.coarse = int64(math.Ceil(1 / b.scale))
	}
	b.seconds = offsetOf(d, free, b.after) - offsetOf(d, free, b.before) - zero/b.scale
	return b, false, math.Abs(b.seconds) < 1e9
}

// related notes by how much a comparison's distance grows with a moment. ok is
// false where the comparison is none of two moments.
func (b bound) related(moment int, slope float64) (out bound, ok bool) {
	switch {
	case slope == 0:
		return b, true
	case b.scale != 0 && !near(math.Abs(slope), b.scale):
		return b, false
	case slope > 0 && b.after == 0:
		b.after = moment
	case slope < 0 && b.before == 0:
		b.before = moment
	default:
		return b, false
	}
	b.scale = math.Abs(slope)
	return b, true
}

// near reports whether two numbers are equal but for what rounding does.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b)) }

// offsetOf gives the seconds from now to a free moment as the draft has it.
func offsetOf(d draft, free []*slot, moment int) float64 {
	if moment == 0 {
		return 0
	}
	t, _ := value(d, free[moment-1]).(Time)
	return t.Offset.Seconds()
}

// slopeByTime gives how much a comparison's distance grows with each second that
// a time is later. steady is false where it does not grow evenly.
func (e *evaluator) slopeByTime(c rule.Comparison, s *slot, d draft, zero float64) (slope float64, steady bool) {
	t, _ := value(d, s).(Time)
	var slopes [2]float64
	for i, by := range []time.Duration{day, 10 * day} {
		moved, ok := distanceIn(c, e.input(d.set(s.path, Time{Offset: t.Offset + by})))
		if !ok {
			return 0, false
		}
		slopes[i] = (moved - zero) / by.Seconds()
	}
	return slopes[0], near(slopes[0], slopes[1])
}

// lacks reports whether a draft lacks something that a comparison reads.
func lacks(d draft, c rule.Comparison) bool {
	for _, path := range c.Reads {
		if _, ok := d.get(path); !ok {
			return true
		}
	}
	return false
}

func slotsRead(c rule.Comparison, slots []*slot) bool {
	for _, s := range slots {
		if readsSlot(c, s) {
			return true
		}
	}
	return false
}

// cell is one combination of sides, and what a rule says of the times there.
type cell struct {
	sides    []side
	standing standing
}

// zoned is a rule as far as it depends on free times.
type zoned struct {
	rule   *spec.Rule
	bounds []bound
	cells  []cell
	// blind tells that the rule reads a free time that no bound is about: it may
	// say more of it, in a loop, than its cells show.
	blind bool
}

// zone finds a rule's bounds on free times, and what it says of each combination
// of their sides. ok is false where that cannot be found.
func (p *planner) zone(r *spec.Rule, d draft, free []*slot) (*zoned, bool) {
	for _, s := range free {
		d = setEach(d, s, Time{})
	}
	key := zoneKey(p.rules[r].key(d), free)
	known := p.times.zones[r]
	if known == nil {
		known = map[string]*zoned{}
		p.times.zones[r] = known
	}
	z, ok := known[key]
	if !ok {
		z = p.newZone(r, d, free)
		known[key] = z
	}
	return z, z != nil
}

func zoneKey(values string, free []*slot) string {
	names := make([]string, 0, len(free)+1)
	for _, s := range free {
		names = append(names, strings.Join(s.path, "/"))
	}
	return strings.Join(append(names, values), "\x00")
}

func (p *planner) newZone(r *spec.Rule, d draft, free []*slot) *zoned {
	z := &zoned{rule: r}
	bounded := map[*slot]bool{}
	for _, reading := range r.EveryReading() {
		for _, c := range reading.Comparisons() {
			switch b, none, known := p.boundOf(c, d, free); {
			case none:
			case !known || len(z.bounds) == maxBounds:
				return nil
			default:
				z.bounds = append(z.bounds, b)
				for _, s := range free {
					bounded[s] = bounded[s] || readsSlot(c, s)
				}
			}
		}
	}
	for _, s := range p.readBy(r) {
		z.blind = z.blind || slices.Contains(free, s) && !bounded[s]
	}
	z.cells = p.cells(z, d, free, nil)
	return z
}

// cells asks a rule about times on each combination of sides that there can be.
func (p *planner) cells(z *zoned, d draft, free []*slot, chosen []side) []cell {
	if len(chosen) < len(z.bounds) {
		var out []cell
		for _, s := range z.bounds[len(chosen)].sides() {
			out = append(out, p.cells(z, d, free, append(slices.Clip(chosen), s))...)
		}
		return out
	}
	demands := make([]demand, 0, len(chosen))
	for i, s := range chosen {
		demands = append(demands, demand{bound: z.bounds[i], side: s, most: mostRoom})
	}
	found, _, ok := roomiest(newDifferences(len(free)+1), demands)
	if !ok {
		return nil
	}
	s := p.says(z.rule, placed(d, free, found))
	if s == notApplied {
		return nil
	}
	return []cell{{chosen, s}}
}
