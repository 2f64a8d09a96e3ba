package contract

import (
	"context"
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
	j := s.newJudge()
	if tried.Probe != nil {
		s.record(j, tried.Probe, &tried.Probed, " (preflight)")
	}
	if found != nil {
		return nil, s.untestable(tried.Exchanges, found)
	}
	for n := range tried.Exchanges {
		x := &tried.Exchanges[n]
		if !slices.Contains(indexes, x.Case) {
			s.record(j, &s.plan.Cases[x.Case], x, " (preflight)")
		}
	}
	return tried.Exchanges, nil
}
