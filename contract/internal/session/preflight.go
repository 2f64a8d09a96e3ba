package session

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/plan"
)

// order gives the cases that show whether the others make sense, in the order in
// which they are tried: what has to be accepted and depends on least comes first.
// If none of those that are sent has to be accepted, one of the plan does, sent or
// not. There are none if there is to be no preflight.
func (s *Session) order(sent []int) []int {
	if s.config.WithoutPreflight || s.config.Handler != nil {
		return nil
	}
	accepted := func(i int) bool { return s.plan.Cases[i].Expect.Outcome == plan.Accepted }
	var first, others []int
	// What needs something made shows less, and making it in vain helps nobody.
	unaided := slices.DeleteFunc(slices.Clone(sent), func(i int) bool { return s.plan.Cases[i].Request.Aided() })
	if len(unaided) > 0 {
		sent = unaided
	}
	for _, i := range sent {
		if accepted(i) {
			first = append(first, i)
		} else {
			others = append(others, i)
		}
	}
	if len(first) == 0 {
		var all []int
		for i := range s.plan.Cases {
			if accepted(i) && s.plan.Cases[i].Skip == "" {
				all = append(all, i)
			}
		}
		first = s.least(all)
		first = first[:min(len(first), 1)]
	}
	return slices.Concat(s.least(first), s.least(others))
}

func (s *Session) least(indexes []int) []int { return s.runner.Order(s.plan.Cases, indexes) }

// preflight sends the first of the cases that this shard sends, and gives their
// exchanges for the run not to send them again. The diagnosis is nil if the others
// make sense.
func (s *Session) preflight(ctx context.Context, indexes []int) ([]run.Exchange, *Diagnosis) {
	order := s.order(indexes)
	if len(order) == 0 {
		return nil, nil
	}
	tried, found := s.runner.Preflight(ctx, s.plan.Cases, order, s.config.Wait)
	if tried.Probe != nil {
		s.record(tried.Probe, &tried.Probed, " (preflight)")
	}
	if found != nil {
		return nil, s.untestable(tried.Exchanges, found)
	}
	for n := range tried.Exchanges {
		x := &tried.Exchanges[n]
		if !slices.Contains(indexes, x.Case) {
			s.record(&s.plan.Cases[x.Case], x, " (preflight)")
		}
	}
	return tried.Exchanges, nil
}

// nothingThere are the statuses with which servers answer for what they do not have.
var nothingThere = []int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone, http.StatusNotImplemented}

// fingerprint keeps what tells the answer to a case from that to a path which cannot
// exist, if it may be one like it.
func (s *Session) fingerprint(x *run.Exchange) {
	if x.Got == nil || !slices.Contains(nothingThere, x.Got.Status) {
		return
	}
	if found, ok := run.FingerprintOf(x); ok {
		s.prints[x.Case] = &found
	}
}

// notServed gives the operations whose every answer is like that to a path which
// cannot exist, and that have more than one: a single one may as well be about what
// it asks for. Where the run has not asked for such a path yet, it does so now.
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
		s.record(probe, &answer, " (probe)")
	}
	unknown := s.runner.Unknown()
	if unknown == nil {
		return nil
	}
	out, alike := map[string]bool{}, map[string]int{}
	for operation := range suspects {
		out[operation] = true
	}
	for i := range s.plan.Cases {
		c := &s.plan.Cases[i]
		switch {
		case s.prints[i] == nil:
		case *s.prints[i] == *unknown:
			alike[c.Operation]++
		case c.Technique != plan.Method:
			delete(out, c.Operation)
		}
	}
	maps.DeleteFunc(out, func(operation string, _ bool) bool { return alike[operation] < 2 })
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
