package run

import (
	"context"
	"slices"
	"strconv"
	"sync"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/plan"
)

// alone are the cases whose answers may come from what else was sent: a server may keep
// only so many things, drop the oldest, or refuse a new one. They are sent anew when what
// was made is ended, and while nothing else is sent.
type alone struct {
	mu      sync.Mutex
	waiting []Exchange
	bytes   int // of the bodies that wait
	// accepted is the first case of each operation that was accepted, in plan order, or
	// else a request that made something.
	accepted map[string]*probe
}

// probe is a request that was accepted once. Those that made what others need have no
// place in the plan.
type probe struct {
	c  *plan.Case
	at int
}

// maxWaiting bounds the bodies that wait, together, in bytes; and MaxAlone how many cases
// are sent alone, for each takes several requests, one after the other.
const (
	maxWaiting = 32 << 20
	MaxAlone   = 100
)

// What is not sent alone, though what else was sent may be why it got its answer: why.
const (
	tooMany    = "what else was sent may be why it got this answer, and it was not sent again, alone: too many others were"
	tooLarge   = "what else was sent may be why it got this answer, and it was not sent again, alone: too much waits for that"
	tooLate    = "what else was sent may be why it got this answer, and the run ended before it was sent again, alone"
	overBudget = "what others had before would have to be made anew for it, and nothing is left of the budget for that"
	tooDear    = "the answer may come from elsewhere, and the case was not sent again: nothing is left of the budget for that"
)

// learn notes that a case was accepted.
func (a *alone) learn(c *plan.Case, e *Exchange) {
	if c.Expect.Outcome != plan.Accepted || e.Problem != nil || e.Got == nil || e.Got.Status/100 != 2 || e.Unmade != "" {
		return
	}
	a.note(c, e.Case)
}

// note keeps a request that was accepted, of several the one that is first in the plan; of
// those that have no place there the one with the first id, in whatever order they were sent.
func (a *alone) note(c *plan.Case, at int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.accepted == nil {
		a.accepted = map[string]*probe{}
	}
	p := a.accepted[c.Operation]
	switch {
	case p == nil, at >= 0 && (p.at < 0 || at < p.at), at < 0 && p.at < 0 && c.ID < p.c.ID:
		a.accepted[c.Operation] = &probe{c, at}
	}
}

// putOff keeps a case for later whose answer is in doubt, where other requests may be why:
// one after the other, they are not. It reports whether it did.
func (r *Runner) putOff(ctx context.Context, c *plan.Case, e *Exchange, stage int) bool {
	if stage >= counting || ctx.Err() != nil || e.Problem != nil || e.Got == nil {
		return false
	}
	if !turnedDown(c, e) && !helpless(c, e) && !missed(c, e) && (r.options.Jobs == 1 || !r.doubts(ctx, e)) {
		return false
	}
	r.alone.mu.Lock()
	defer r.alone.mu.Unlock()
	if r.alone.bytes+len(e.Got.Body) > maxWaiting {
		e.Unsure = tooLarge
		return false
	}
	r.alone.bytes += len(e.Got.Body)
	r.alone.waiting = append(r.alone.waiting, *e)
	return true
}

// turnedDown reports whether a request that keeps to the contract, and changes something,
// was refused.
func turnedDown(c *plan.Case, e *Exchange) bool {
	return c.Expect.Outcome == plan.Accepted && !plan.Safe(c.Request.Method) && e.Problem == nil && e.Got != nil && e.Got.Status/100 == 4
}

// missed reports whether the answer says that what was made for a case is not there, where
// it should say what is wrong with the request.
func missed(c *plan.Case, e *Exchange) bool {
	return c.Expect.Outcome == plan.Refused && len(c.Request.Made()) > 0 && e.Unmade == "" &&
		e.Problem == nil && e.Got != nil && ruling.Missing(strconv.Itoa(e.Got.Status))
}

// helpless reports whether what a case is about could not be made, for that was refused.
func helpless(c *plan.Case, e *Exchange) bool {
	if e.Unmade == "" || c.Expect.Outcome == plan.Unsupported {
		return false
	}
	return slices.ContainsFunc(e.Before, func(s Step) bool {
		return s.Name == nil && s.Exchange.Problem == nil && s.Exchange.Got != nil && s.Exchange.Got.Status/100 == 4
	})
}

// fairly sorts exchanges so that each operation has its turn, in plan order: of one with
// many the last ones come last.
func fairly(waiting []Exchange, cases []plan.Case) {
	slices.SortFunc(waiting, func(a, b Exchange) int { return a.Case - b.Case })
	turn, seen := map[int]int{}, map[string]int{}
	for i := range waiting {
		operation := cases[waiting[i].Case].Operation
		turn[waiting[i].Case] = seen[operation]
		seen[operation]++
	}
	slices.SortStableFunc(waiting, func(a, b Exchange) int { return turn[a.Case] - turn[b.Case] })
}

// sendAlone sends what was put off, up to MaxAlone of it. What was refused from the first
// is as it was.
func (r *Runner) sendAlone(ctx context.Context, cases []plan.Case, run *Run) {
	waiting := r.alone.waiting
	r.alone.waiting, r.alone.bytes = nil, 0
	fairly(waiting, cases)
	sent := 0
	for i := range waiting {
		e := waiting[i]
		switch c := &cases[e.Case]; {
		case r.hopeless(c, &e):
		case ctx.Err() != nil:
			e.Unsure = tooLate
		case sent == MaxAlone:
			e.Unsure = tooMany
		case !r.afford(r.cost(c) + max(r.cost(c), r.cost(r.known(c)))):
			e.Unsure = tooDear
		default:
			sent++
			r.aside(Step{Case: c, Exchange: e, Did: "among others; it is sent alone, too"})
			e = r.onceMore(ctx, c, e)
			r.cleanUp(ctx)
		}
		r.fill(run.cases[e.Case], e)
	}
}

// onceMore sends a case that was put off. What is refused as before is as it was.
func (r *Runner) onceMore(ctx context.Context, c *plan.Case, first Exchange) Exchange {
	e := *r.again(ctx, c, first.Case, "alone")
	switch {
	case turnedDown(c, &e) && e.Unmade == "" && !r.refuses(ctx, c, &e):
		if turnedDown(c, &first) && first.Got.Status == e.Got.Status {
			return first
		}
	case turnedDown(c, &e):
		e.Refuses = e.Unmade == ""
	case r.doubts(ctx, &e):
		e.Again = r.again(ctx, c, first.Case, "once more")
	}
	return e
}

// doubts reports whether an exchange would charge the target with what may come from
// elsewhere.
func (r *Runner) doubts(ctx context.Context, e *Exchange) bool {
	return r.options.Doubts != nil && ctx.Err() == nil && r.options.Doubts(e)
}

// hopeless reports whether to send a case again would give the same: no request was ever
// accepted of its operation, or of one that makes what it is about; but not what was refused
// among others, about a thing.
func (r *Runner) hopeless(c *plan.Case, e *Exchange) bool {
	known := func(operation string) bool { return r.alone.accepted[operation] != nil }
	if e.Unmade != "" {
		for resource := range c.Request.Made() {
			if known(r.things.setups[resource].Make.Operation) {
				return false
			}
		}
		return true
	}
	if turnedDown(c, e) && r.options.Jobs > 1 && len(c.Request.Made()) > 0 {
		return false // the target may have been full of what others made, each time
	}
	return (turnedDown(c, e) || missed(c, e)) && !known(c.Operation)
}

// known is the request of a case's operation that was accepted, or the case itself.
func (r *Runner) known(c *plan.Case) *plan.Case {
	if known := r.alone.accepted[c.Operation]; known != nil {
		return known.c
	}
	return c
}

// refuses reports whether a request that was accepted before gets now what a case got.
func (r *Runner) refuses(ctx context.Context, c *plan.Case, e *Exchange) bool {
	known := r.alone.accepted[c.Operation]
	if known == nil || known.at == e.Case || !renewed(&known.c.Request) {
		return false
	}
	one := *known.c
	one.ID += " after " + c.ID
	again := r.about(ctx, &one, &one, known.at)
	r.aside(Step{Case: &one, Exchange: again, Did: "to see whether it is still accepted"})
	return again.Problem == nil && again.Got != nil && again.Got.Status == e.Got.Status
}

// renewed reports whether a request is another each time that it is sent, or has no texts
// that may have to be: a name may be taken.
func renewed(r *plan.Request) bool {
	if r.Body == nil || r.Body.Verbatim {
		return r.Body == nil
	}
	fresh, fixed := false, false
	var visit func(any)
	visit = func(v any) {
		switch v := v.(type) {
		case plan.Template:
			fresh = true
		case string:
			fixed = true
		case map[string]any:
			for _, member := range v {
				visit(member)
			}
		case []any:
			for _, element := range v {
				visit(element)
			}
		}
	}
	visit(r.Body.Value)
	return fresh || !fixed
}
