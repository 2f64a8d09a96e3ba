package run

import (
	"slices"
	"strconv"
	"sync"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/plan"
)

// share holds things of their own that several cases have in turn. All their requests
// have to be refused, which leaves the things as they are. After any other answer the
// next case has new ones, and after one that could come from what the cases before it
// did, the same case is sent again: whose turn it is shows in no verdict.
type share struct {
	turn   sync.Mutex // held by the case that has the things
	things map[string]*thing
	used   bool
	spent  bool // the next case has to have new ones
}

// share has cases share things, in the order in which they are sent. Those that follow
// each other do not wait for each other.
func (t *things) share(cases []plan.Case, staged [][]int) {
	sharing := map[string][]string{}
	for _, i := range slices.Concat(staged...) {
		if shares := cases[i].Shares(); shares != "" {
			sharing[shares] = append(sharing[shares], cases[i].ID)
		}
	}
	shares := map[string]*share{}
	for _, ids := range sharing {
		all := make([]share, (len(ids)+plan.Sharing-1)/plan.Sharing)
		for i, id := range ids {
			s := &all[i%len(all)]
			s.things = map[string]*thing{}
			shares[id] = s
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.shares = shares
}

// shareOf gives what a case has in turn with others, or nil.
func (t *things) shareOf(c *plan.Case) *share {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.shares[c.ID]
}

// spend has the next case get new things.
func (s *share) spend(t *things) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s.things, s.used, s.spent = map[string]*thing{}, false, true
}

// provides reports whether a case can have things: new ones in place of those that others
// had are taken from the budget. While nothing is left of it, no case has any.
func (r *Runner) provides(s *share, c *plan.Case) bool {
	if s == nil || !s.spent {
		return true
	}
	s.spent = !r.afford(r.cost(c))
	return !s.spent
}

// returned reports whether the things of a case are as they were, for the next one. What
// could not be made is not tried again.
func (s *share) returned(c *plan.Case, e *Exchange) bool {
	if e.Unmade != "" {
		return true
	}
	s.used = refused(c, e)
	return s.used
}

// worn reports whether the answer to a case may come from what was sent about its things
// before: it neither accepts nor refuses it.
func (s *share) worn(c *plan.Case, e *Exchange) bool {
	return s != nil && s.used && !refused(c, e) && (e.Got == nil || e.Got.Status/100 > 3)
}

// refused reports whether the answer to a case refuses it for what is wrong with it, and
// not for the state of what it is about; or is right in any state.
func refused(c *plan.Case, e *Exchange) bool {
	if e.Problem != nil || e.Got == nil || e.Got.Status/100 != 4 {
		return false
	}
	switch status := strconv.Itoa(e.Got.Status); status {
	case "401", "403":
		return c.Request.Credential.Variant != plan.Valid
	case "405":
		return true
	default:
		if c.Expect.Outcome == plan.Unsupported {
			return true // nor is there such a path
		}
		return !ruling.NeverRefuses(status) || slices.Contains(c.Expect.Statuses, status)
	}
}
