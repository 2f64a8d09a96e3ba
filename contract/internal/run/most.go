package run

import (
	"slices"

	"github.com/apiclause/clause/contract/plan"
)

// MostAgain bounds what is sent beyond SetUpRequests and MostPages, where the target
// refuses, loses or forgets something: what makes things otherwise or anew; cases that are
// sent again, with what is made and ended for them; what is made and read where a list
// lacks the last thing; and what shows whether the credentials are still good. What is
// sent again after 429 is not part of it.
func (r *Runner) MostAgain(cases []plan.Case, indexes []int) int {
	makes, ends := r.SetUpRequests(cases, indexes)
	n := 2*makes + ends // otherwise, or anew when all was ended before what is sent alone
	dearest := map[string]int{}
	for _, setup := range r.things.setups {
		for _, made := range append([]plan.Case{setup.Make, setup.Full}, setup.Siblings...) {
			dearest[made.Operation] = max(dearest[made.Operation], r.most(&made))
		}
	}
	for _, i := range indexes {
		dearest[cases[i].Operation] = max(dearest[cases[i].Operation], r.most(&cases[i]))
	}
	var alone []int
	for _, i := range indexes {
		n += r.mostOf(&cases[i])
		if c := &cases[i]; r.stage(c) < counting && mayWait(c) {
			alone = append(alone, r.most(c)+dearest[c.Operation]) // alone, and once more or what was accepted before
		}
	}
	slices.Sort(alone)
	for _, one := range alone[max(0, len(alone)-MaxAlone):] {
		n += one
	}
	return n
}

// mayWait reports whether what else is sent may be why a case is answered as it is.
func mayWait(c *plan.Case) bool {
	return c.Request.Aided() || c.Expect.Outcome == plan.Accepted && !plan.Safe(c.Request.Method)
}

// mostOf bounds what is sent beside a case, but for when it is sent alone.
func (r *Runner) mostOf(c *plan.Case) int {
	n, stage := 0, r.stage(c)
	if !plan.Safe(c.Request.Method) {
		n++ // to end what it should not have made, or should have ended
	}
	if stage >= parting {
		n++ // to see whether the credentials are still good
	}
	if c.Shares() != "" {
		n += r.most(c) // it has new things, or is sent again about some
	}
	if c.Request.Aided() && c.Walk == nil && (stage >= counting || r.options.Jobs == 1) {
		n += r.most(c)
	}
	if c.Walk != nil {
		n += mostTrailing
		if c.Walk.List.Total != nil {
			n += 3 + mostTrailing // the shortest page, two pages again, and as much for a total that is too small
		}
	}
	return n
}

// perThing bounds what is sent for a thing: to make it, to make it otherwise, and to end
// it. mostTrailing bounds what is made, and how often that and the list are read, where a
// list lacks the last thing: it is read once before, for MaxPages requests, and twice more.
const (
	perThing     = 3
	mostTrailing = (trailing+1)*(perThing+2) + 4*MaxPages
)

// most bounds what is sent for a case that is sent again, about things of its own.
func (r *Runner) most(c *plan.Case) int {
	n := 2 + perThing*r.cost(c) // itself, and to end what it makes
	for _, made := range c.Request.Made() {
		if made.Part > 0 {
			n += 2 // the thing is read before it is changed
		}
		if made.Behind != "" {
			n += perThing * r.cost(c) // what stands above is its own, and made anew with it
		}
	}
	return n + MostPages([]plan.Case{*c}, []int{0})
}
