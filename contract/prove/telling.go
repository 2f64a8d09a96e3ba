package prove

import (
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// telling gives the cases of an operation that can tell a design from the known-good
// implementation: those whose answers it may change, and of the others one of each
// status, for whether a refusal is wrong may hang on whether anything is accepted. A
// design that refuses what is allowed says nothing of what it touches: whether that is
// charged hangs on all requests that are accepted.
func (p *proof) telling(operation string, d design) *plan.Plan {
	whole := p.plans[operation]
	if d.touches == nil {
		return whole
	}
	some := *whole
	some.Cases = nil
	seen := map[int]bool{}
	for i := range whole.Cases {
		c := &whole.Cases[i]
		status, sent := p.answered[c.ID]
		if !sent {
			continue
		}
		touched := d.touches(c, status)
		if touched || !seen[status] {
			some.Cases = append(some.Cases, *c)
		}
		seen[status] = seen[status] || !touched
	}
	return &some
}

// answeredWith takes the cases that the known-good implementation answers with one
// status.
func answeredWith(status int) func(*plan.Case, int) bool {
	return func(_ *plan.Case, other int) bool { return other == status }
}

// refused takes those that it refuses.
func refused(_ *plan.Case, status int) bool { return status/100 == 4 }

// wider takes those that are touched by a design which allows more than a clause does,
// and reads requests as the known-good implementation does: what is refused, unless it
// breaks another clause, for a case breaks one clause alone. Several clauses are given by
// the beginning of their ids.
func wider(id string) func(*plan.Case, int) bool {
	return func(c *plan.Case, status int) bool {
		return refused(c, status) && (strings.HasPrefix(c.Clause, id) || c.Expect.Outcome != plan.Refused)
	}
}

// lenient tells that a design says what it touches, or changes a request to one that is
// taken: it refuses nothing that is allowed.
func (d design) lenient() bool { return d.touches != nil || d.before != nil }

// carrying takes of some cases those that may carry something at a place, for a lenient
// design that is about what stands there. nil are all. What is missing where it is
// mandatory, no case carries.
func (b *builder) carrying(at *place, some func(*plan.Case, int) bool) func(*plan.Case, int) bool {
	return func(c *plan.Case, status int) bool {
		return (c.Clause == at.clause("required") || b.mayCarry(c, at)) && (some == nil || some(c, status))
	}
}

// mayCarry tells that what a case sends may have something at a place: what stands
// in a header, or where credentials stand, a case need not say.
func (b *builder) mayCarry(c *plan.Case, at *place) bool {
	switch {
	case at.Parameter == nil:
		body := c.Request.Body
		return body != nil && (body.Verbatim || len(within(body.Value, at.Path[1:])) > 0)
	case at.In() == "header", slices.ContainsFunc(b.model.Schemes, func(s *spec.Scheme) bool { return s.Param == at.Parameter.Name }):
		return true
	}
	return slices.ContainsFunc(c.Request.Parameters, func(p plan.Parameter) bool { return p.In == at.Parameter.In && p.Name == at.Parameter.Name })
}
