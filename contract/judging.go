package contract

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/apiclause/clause/contract/internal/judge"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/report"
)

// grace is how long answers are still judged after the run has ended early: a
// target can make them slow to judge.
const grace = 5 * time.Second

// patience gives a context that ends with grace after the run should have. done
// lets go of it.
func (s *Session) patience(ctx context.Context) (patient context.Context, done func()) {
	patient, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := func() { cancel(errUnjudged) }
	forget := context.AfterFunc(ctx, func() { time.AfterFunc(grace, stop) })
	if s.config.Timeout == 0 {
		return patient, func() { forget(); cancel(nil) }
	}
	deadline := time.AfterFunc(s.config.Timeout+grace, stop)
	return patient, func() { forget(); deadline.Stop(); cancel(nil) }
}

var errUnjudged = errors.New("the run ended before the answer was judged")

// hearing gives the function that judges an exchange in the worker that made it,
// until patient ends. What is judged at once is bounded: all short answers
// together, or one long one. Nothing of the exchange is kept but why the run
// ended, so that a run of long answers fits into memory.
func (s *Session) hearing(patient context.Context) func(*run.Exchange) {
	j := judge.New(s.config.Contract.model, judge.Options{
		Secrets: s.runner.Secrets(), Redactor: s.runner.Redactor(), Strict: s.config.Strict,
	})
	room := semaphore.NewWeighted(judge.MaxWeight)
	return func(x *run.Exchange) {
		weight := judge.Weight(x)
		if room.Acquire(patient, weight) == nil {
			defer room.Release(weight)
		}
		if err := context.Cause(patient); err != nil {
			*x = run.Exchange{Case: x.Case, Problem: &run.Problem{Kind: run.Interrupted, Err: err}}
		}
		s.verdicts[x.Case] = j.Judge(&s.plan.Cases[x.Case], x)
		*x = run.Exchange{Case: x.Case, Problem: ending(x.Problem)}
	}
}

// ending gives a problem if it is the end of the run.
func ending(p *run.Problem) *run.Problem {
	if p != nil && p.Kind == run.Interrupted {
		return p
	}
	return nil
}

// replayable says how to send a case anew that no curl line can replay.
func (s *Session) replayable(v *report.Verdict) {
	if x := v.Exchange; x != nil && x.Curl == "" {
		x.Replay = s.config.Command + " --only " + v.Case.ID // which no shell takes for anything else
	}
}

// collect goes through the verdicts in plan order, as they come in.
func (s *Session) collect(running *run.Run) {
	distinct := judge.NewDistinct(s.config.Contract.model.Clauses, s.config.Strict)
	done, total := 0, len(s.plan.Cases)-len(s.sendable())+len(s.part())
	for i := range s.plan.Cases {
		c := &s.plan.Cases[i]
		switch {
		case !s.selected[i]:
			s.verdicts[i] = report.Verdict{Case: *c, Outcome: report.Skip, Reason: "not selected"}
		case c.Skip != "":
			s.verdicts[i] = report.Verdict{Case: *c, Outcome: report.Skip, Reason: c.Skip}
		case s.Elsewhere(i):
			s.verdicts[i] = report.Verdict{Case: *c, Outcome: report.Skip, Reason: "in another shard"}
		default:
			if p := running.Await(i).Problem; p != nil {
				s.stopped = p.Error()
			}
			distinct.Apply(&s.verdicts[i])
			s.replayable(&s.verdicts[i])
		}
		s.verdicts[i].Shard = s.senders[i]
		close(s.ready[i])
		if s.Elsewhere(i) {
			continue
		}
		if done++; s.config.Progress != nil {
			s.config.Progress(done, total)
		}
	}
	s.runner.Close()
	s.elapsed = time.Since(s.begun)
	close(s.ended)
}
