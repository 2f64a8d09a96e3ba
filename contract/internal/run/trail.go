package run

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/apiclause/clause/contract/internal/spec"
)

// How often another thing is made and the list is read at once, how much longer than
// that the list is then read for the last one, how often, and how long at most.
const (
	trailing = 3
	longer   = 3
	readings = 8
	maxTrail = 5 * time.Second
)

// trails reports whether a list never has what was made last, and has it as soon as
// another thing is made. A list that shows things later does not: one that has a thing so
// soon after the next is made, several times, has the last one when it is read for longer
// than that. Nor does one that has only what is over, as rounds are once another begins: what
// was made is read before another is made and afterwards, and is the same.
func (w *walker) trails(ctx context.Context) bool { return w.every(ctx, w.lacksLast) }

// every reports whether something is wrong with a list each time that another thing is made,
// and still when it is read for longer than that takes. It ends once more than MaxPages
// requests were sent for that.
func (w *walker) every(ctx context.Context, wrong func(context.Context) bool) bool {
	if !w.afford(trailing + 1) {
		return false
	}
	w.growing = true
	defer func() { w.growing = false }()
	began := len(w.listed.Pages)
	tooMany := func() bool { return len(w.listed.Pages)-began > MaxPages }
	var soon time.Duration
	var made time.Time
	for range trailing {
		before := made
		if made = time.Now(); !w.another(ctx, wrong) || tooMany() {
			return false
		}
		if !before.IsZero() {
			soon = max(soon, time.Since(before))
		}
	}
	wait := longer * soon
	if wait > maxTrail {
		return false
	}
	for time.Since(made) < wait {
		if !wrong(ctx) || tooMany() || !sleep(ctx, wait/readings) {
			return false
		}
	}
	return wrong(ctx) && w.another(ctx, wrong)
}

// another makes one more thing like the others, and reads the list: it reports whether
// something is wrong with it then.
func (w *walker) another(ctx context.Context, wrong func(context.Context) bool) bool {
	before, last := w.lastRead(ctx), w.last
	one := w.Runner.things.more(ctx, &w.c, len(w.listed.Made)+1)
	w.listed.Pages = append(w.listed.Pages, one.steps...)
	if one.problem != "" {
		return false
	}
	if last != nil && (before == nil || !reflect.DeepEqual(before, w.lastRead(ctx))) {
		return false
	}
	w.last = one
	w.listed.Made = append(w.listed.Made, spec.Text(one.names[one.resource]))
	return wrong(ctx)
}

// lastRead reads what was made last; nil where it cannot be read.
func (w *walker) lastRead(ctx context.Context) any {
	if w.last == nil {
		return nil
	}
	from := len(w.last.steps)
	problem := w.Runner.things.look(ctx, w.last, &w.c)
	seen := w.last.steps[from:]
	w.listed.Pages = append(w.listed.Pages, seen...)
	if problem != "" {
		return nil
	}
	body, err := spec.ParseJSON(seen[len(seen)-1].Exchange.Got.Body)
	if err != nil {
		return nil
	}
	return body
}

// lacksLast reads the list, and reports whether it has all but what was made last.
func (w *walker) lacksLast(ctx context.Context) bool {
	w.readAnew(ctx)
	return w.Unsure == "" && lastAlone(w.Seen)
}

// readAnew reads the list for all that was made.
func (w *walker) readAnew(ctx context.Context) {
	w.Seen = make([]bool, len(w.listed.Made))
	w.read(ctx, w.ask(ctx, nil, fmt.Sprintf("read the list for %d things", len(w.Seen))))
}

// lastAlone reports whether the last of some things alone is missing.
func lastAlone(seen []bool) bool { return slices.Index(seen, false) == len(seen)-1 }
