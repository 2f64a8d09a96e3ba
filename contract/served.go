package contract

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/plan"
)

// nothingThere are the statuses with which servers answer for what they do not have.
var nothingThere = []int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone, http.StatusNotImplemented}

// print keeps what tells the answer to a case from that to a path which cannot
// exist, if it may be one like it.
func (s *Session) print(x *run.Exchange) {
	if x.Got == nil || !slices.Contains(nothingThere, x.Got.Status) {
		return
	}
	if found, ok := run.FingerprintOf(x); ok {
		s.prints[x.Case] = &found
	}
}

// notServed gives the operations whose every answer is like that to a path which
// cannot exist. Where the run has not asked for such a path yet, it does so now.
func (s *Session) notServed(ctx context.Context) map[string]bool {
	suspects := s.suspects()
	if len(suspects) == 0 {
		return nil
	}
	if s.runner.Unknown() == nil {
		if ctx.Err() != nil || s.stopped != "" || s.config.WithoutPreflight {
			return nil
		}
		first := slices.Min(slices.Collect(maps.Values(suspects)))
		probe, answer := s.runner.LearnUnknown(ctx, &s.plan.Cases[first])
		s.record(s.newJudge(), probe, &answer, " (probe)")
	}
	unknown := s.runner.Unknown()
	if unknown == nil {
		return nil
	}
	out := map[string]bool{}
	for operation := range suspects {
		out[operation] = true
	}
	for i := range s.plan.Cases {
		if c := &s.plan.Cases[i]; s.prints[i] != nil && *s.prints[i] != *unknown && c.Technique != plan.Method {
			delete(out, c.Operation)
		}
	}
	return out
}

// suspects gives the operations that answered each request as if there were
// nothing, and of each the first case that had to be accepted.
func (s *Session) suspects() map[string]int {
	first := map[string]int{}
	served := map[string]bool{}
	for i := range s.plan.Cases {
		c := &s.plan.Cases[i]
		if !s.sends(i) || c.Technique == plan.Method {
			continue
		}
		if s.prints[i] == nil {
			served[c.Operation] = true
		} else if _, known := first[c.Operation]; !known && c.Expect.Outcome == plan.Accepted {
			first[c.Operation] = i
		}
	}
	for operation := range served {
		delete(first, operation)
	}
	return first
}
