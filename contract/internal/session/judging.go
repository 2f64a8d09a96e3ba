package session

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/apiclause/clause/contract/internal/har"
	"github.com/apiclause/clause/contract/internal/judge"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// grace is how long answers are still judged after the run has ended early: a
// target can make them slow to judge.
const grace = 5 * time.Second

// patience gives a context that ends with grace after the run should have. done
// lets go of it.
func patience(ctx context.Context) (patient context.Context, done func()) {
	patient, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := func() { cancel(errUnjudged) }
	forget := context.AfterFunc(ctx, func() { time.AfterFunc(grace, stop) })
	return patient, func() { forget(); cancel(nil) }
}

var errUnjudged = errors.New("the run ended before the answer was judged")

// judging gives the function that judges an exchange in the worker that made it,
// until patient ends. What is judged at once is bounded: all short answers
// together, or one long one. Nothing of the exchange is kept but its verdict, and why
// the run ended, so that a run of long answers fits into memory. doubts is what
// Options.Doubts of a run asks; the verdict that it hangs on is given when the exchange
// has ended, so that each answer is judged once.
func (s *Session) judging(
	patient context.Context, keep func(*run.Exchange, report.Verdict), note string,
) (judging func(*run.Exchange), doubts func(*run.Exchange) bool) {
	j := s.examiner()
	room := semaphore.NewWeighted(judge.MaxWeight)
	enter := func(x *run.Exchange) (leave func()) {
		weight := judge.Weight(x)
		if room.Acquire(patient, weight) != nil {
			return func() {}
		}
		return func() { room.Release(weight) }
	}
	var mu sync.Mutex
	type verdictOn struct {
		answer  *run.Received
		verdict report.Verdict
	}
	given := map[int]verdictOn{} // the last one of each case whose exchange has not ended
	doubts = func(x *run.Exchange) bool {
		c := &s.plan.Cases[x.Case]
		if !judge.Doubtful(c, x) {
			return false
		}
		defer enter(x)()
		v := j.Judge(c, x)
		mu.Lock()
		defer mu.Unlock()
		given[x.Case] = verdictOn{x.Got, v}
		return judge.Charges(&v)
	}
	// verdict gives the one on an exchange that has ended: its case may have been sent anew
	// since one was given.
	verdict := func(one *judge.Judgment, x *run.Exchange) report.Verdict {
		mu.Lock()
		last, is := given[x.Case]
		delete(given, x.Case)
		mu.Unlock()
		if !is || last.answer != x.Got || x.Problem != nil {
			return one.Verdict()
		}
		return last.verdict
	}
	judging = func(x *run.Exchange) {
		defer enter(x)()
		if err := context.Cause(patient); err != nil {
			*x = run.Exchange{Case: x.Case, Problem: &run.Problem{Kind: run.Interrupted, Err: err}}
		}
		c := &s.plan.Cases[x.Case]
		one := j.Examine(c, x)
		v := verdict(one, x)
		switch {
		case x.Unsure != "":
			v = judge.Unconfirmed(v, x.Unsure)
		case x.Again != nil:
			v = judge.Confirmed(v, j.Judge(c, x.Again))
		}
		keep(x, v)
		s.recordJudged(one, note)
		*x = run.Exchange{Case: x.Case, Problem: ending(x.Problem)}
	}
	return judging, doubts
}

// untestable reports that the cases that were tried showed that the others would be
// in vain.
func (s *Session) untestable(tried []run.Exchange, found *run.Diagnosis) *Diagnosis {
	d := &Diagnosis{Message: s.runner.Redactor().RedactString(found.Message), Try: found.Try}
	s.stopped = d.Error()
	j := s.examiner()
	for i := range s.plan.Cases {
		c := &s.plan.Cases[i]
		at := slices.IndexFunc(tried, func(x run.Exchange) bool { return x.Case == i })
		switch {
		case at >= 0:
			one := j.Examine(c, &tried[at])
			s.recordJudged(one, "")
			s.verdicts[i] = report.Verdict{Case: *c, Outcome: report.Error, Reason: s.stopped, Exchange: one.Verdict().Exchange}
			s.replayable(&s.verdicts[i])
		case s.sends(i):
			s.verdicts[i] = report.Verdict{Case: *c, Outcome: report.Skip, Reason: "the run ended before the case was sent"}
		default:
			s.verdicts[i] = s.unsent(i)
		}
		s.verdicts[i].Shard = s.senders[i]
		close(s.ready[i])
	}
	s.end()
	d.Report = s.Report()
	return d
}

// unsent is the verdict on a case that was not to be sent.
func (s *Session) unsent(i int) report.Verdict {
	c := &s.plan.Cases[i]
	reason := c.Skip
	switch {
	case !s.selected[i]:
		reason = report.NotSelected
	case s.Elsewhere(i):
		reason = report.Elsewhere
	}
	return report.Verdict{Case: *c, Outcome: report.Skip, Reason: reason}
}

// end closes the session when every verdict is there.
func (s *Session) end() {
	s.runner.Close()
	s.endRecording()
	s.elapsed = time.Since(s.begun)
	close(s.ended)
}

func (s *Session) newJudge() *judge.Judge {
	return judge.New(s.judged, judge.Options{
		Secrets: s.runner.Secrets(), Redactor: s.runner.Redactor(), Strict: s.config.Strict, Variables: s.target.Variables(),
		Brief: s.config.Brief, Checks: s.config.Checks,
	})
}

// ending gives a problem if it is the end of the run.
func ending(p *run.Problem) *run.Problem {
	if p != nil && p.Kind == run.Interrupted {
		return p
	}
	return nil
}

// replayable says how to send a case anew that no curl line can replay, or not as it was:
// what was made for it has ended, or there is nothing to connect to where the target is
// in this process.
func (s *Session) replayable(v *report.Verdict) {
	x := v.Exchange
	if x == nil {
		return
	}
	if s.config.Handler != nil {
		x.Curl = ""
	}
	switch {
	case x.Curl != "" && len(v.Setup) == 0:
	case s.config.Replay != nil:
		x.Replay = s.config.Replay(&v.Case)
	case s.config.Command != "":
		x.Replay = s.config.Command + " --only " + v.Case.ID // which no shell takes for anything else
	}
}

// collect goes through the verdicts in plan order, as they come in.
func (s *Session) collect(ctx, patient context.Context, running *run.Run) {
	distinct := judge.NewDistinct(s.judged.Clauses, s.config.Strict)
	settling := s.settling(ctx, patient, running)
	done, total := 0, len(s.plan.Cases)-len(s.sendable())+len(s.own())
	for i := range s.plan.Cases {
		if s.sends(i) {
			if p := running.Await(i).Problem; p != nil && (s.stopped == "" || !errors.Is(p, errUnjudged)) {
				s.stopped = p.Error()
			}
			distinct.Apply(&s.verdicts[i])
			settling.settle(&s.verdicts[i])
			s.replayable(&s.verdicts[i])
		} else {
			s.verdicts[i] = s.unsent(i)
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
	s.settled = len(settling.beside)
	s.absent = s.notServed(ctx)
	running.Wait()
	s.left = s.runner.Left()
	s.end()
}

// newRecorder makes what writes exchanges; nil when nobody asked for them.
func (c Config) newRecorder() *har.Writer {
	if c.HAR == nil {
		return nil
	}
	return har.NewWriter(c.HAR, har.Creator{Name: creator, Version: c.Tool})
}

// record writes an exchange, if one was sent. note says in brackets which it is,
// beside that of the case. An error is the writer's to tell of: no verdict depends
// on it.
func (s *Session) record(c *plan.Case, x *run.Exchange, note string) {
	if s.recorder != nil {
		s.recordJudged(s.examiner().Examine(c, x), note)
	}
}

// recordJudged is record for an exchange that is judged, too.
func (s *Session) recordJudged(one *judge.Judgment, note string) {
	if s.recorder == nil {
		return
	}
	if e := one.Entry(); e != nil {
		e.Comment += note
		_ = s.recorder.Add(e)
	}
}

// recordStep writes what was sent beside the cases.
func (s *Session) recordStep(step *run.Step) {
	s.record(step.Case, &step.Exchange, " ("+step.Did+")")
}

// endRecording completes the archive.
func (s *Session) endRecording() {
	if s.recorder != nil {
		_ = s.recorder.Close()
	}
}
