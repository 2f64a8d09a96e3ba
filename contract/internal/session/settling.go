package session

import (
	"context"
	"slices"
	"strconv"
	"sync"

	"github.com/apiclause/clause/contract/internal/judge"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// settling decides what of verdicts hangs on other requests. Those that are not
// selected are sent then, beside the others: a case has the same verdict alone as
// among all.
type settling struct {
	*Session

	ctx, patient context.Context //nolint:containedctx // it serves one run
	running      *run.Run
	// known are the requests of each operation that were accepted.
	known map[string]judge.Accepted
	// found tells whether a request for a thing of a resource was accepted.
	found map[string]bool
	// beside are the verdicts on cases that are not selected.
	beside map[int]report.Verdict
}

func (s *Session) settling(ctx, patient context.Context, running *run.Run) *settling {
	return &settling{
		Session: s, ctx: ctx, patient: patient, running: running,
		known: map[string]judge.Accepted{}, found: map[string]bool{}, beside: map[int]report.Verdict{},
	}
}

// settle decides what of a verdict hangs on other requests of its operation, or for
// things like that which it is about.
func (s *settling) settle(v *report.Verdict) {
	if !judge.Unsettled(v) {
		return
	}
	if len(v.Conditional) > 0 && len(v.Case.Expect.Made) > 0 && len(v.Case.Expect.Referring) == 0 && ruling.Missing(strconv.Itoa(v.Exchange.Status)) {
		judge.Settle(v, s.foundAny(&v.Case), s.config.Strict)
		return
	}
	operation := v.Case.Operation
	if _, ok := s.known[operation]; !ok {
		var accepted judge.Accepted
		for _, one := range s.wanted(func(c *plan.Case) bool { return c.Operation == operation }) {
			accepted.Add(one)
		}
		s.known[operation] = accepted
	}
	s.known[operation].Settle(v, s.config.Strict)
}

// foundAny reports whether a request for a thing that the run made as it made those of
// a case was accepted.
func (s *settling) foundAny(of *plan.Case) bool {
	for resource := range of.Request.Made() {
		found, known := s.found[resource]
		if !known {
			found = slices.ContainsFunc(s.wanted(func(c *plan.Case) bool {
				_, about := c.Request.Made()[resource]
				return about
			}), (*report.Verdict).Accepted)
			s.found[resource] = found
		}
		if found {
			return true
		}
	}
	return false
}

// wanted gives the verdicts on those of the cases that have to be accepted for which
// about holds, in plan order: it waits for them. Those of another shard are not among
// them, for Merge settles that.
func (s *settling) wanted(about func(*plan.Case) bool) []*report.Verdict {
	var indexes, withheld []int
	for i := range s.plan.Cases {
		c := &s.plan.Cases[i]
		if c.Expect.Outcome != plan.Accepted || c.Skip != "" || !about(c) {
			continue
		}
		switch _, sent := s.beside[i]; {
		case s.sends(i):
			indexes = append(indexes, i)
		case !s.selected[i] && s.config.Shard.Whole():
			indexes = append(indexes, i)
			if !sent {
				withheld = append(withheld, i)
			}
		}
	}
	s.sendBeside(withheld)
	var out []*report.Verdict
	for _, i := range indexes {
		switch v, ok := s.beside[i]; {
		case ok:
			out = append(out, &v)
		case s.sends(i):
			s.running.Await(i)
			out = append(out, &s.verdicts[i])
		}
	}
	return out
}

// sendBeside sends cases that are not selected, after all that are: when these have
// ended, what was made for them is ended, too. They are kept to what is left of the budget.
func (s *settling) sendBeside(indexes []int) {
	indexes = slices.DeleteFunc(indexes, func(i int) bool { return !s.runner.Affords(&s.plan.Cases[i]) })
	if len(indexes) == 0 {
		return
	}
	s.running.Wait()
	var mu sync.Mutex
	s.judge, s.doubts = s.judging(s.patient, func(x *run.Exchange, v report.Verdict) {
		mu.Lock()
		defer mu.Unlock()
		s.beside[x.Case] = v
	}, " (not selected: another verdict hangs on it)")
	s.runner.Start(s.ctx, s.plan.Cases, indexes).Wait()
}
