package run

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/apiclause/clause/contract/plan"
)

// Run is the sending of a plan's cases, which goes on by itself.
type Run struct {
	slots map[int]*slot
	done  chan struct{}
}

// slot is where a case's exchange is put.
type slot struct {
	filled   chan struct{}
	exchange Exchange
}

// Start sends the cases with the given indexes, and returns at once. It ends
// when all are sent, when Options.Timeout has passed, or when the context ends;
// the cases that are not done by then have the problem Interrupted. What before
// has exchanges of, such as that of Preflight, is not sent again.
func (r *Runner) Start(ctx context.Context, cases []plan.Case, indexes []int, before ...Exchange) *Run {
	cancel := context.CancelFunc(func() {})
	if r.options.Timeout > 0 {
		cause := fmt.Errorf("the run's deadline of %s passed before this case had its answer", r.options.Timeout)
		ctx, cancel = context.WithTimeoutCause(ctx, r.options.Timeout, cause)
	}
	run := &Run{slots: make(map[int]*slot, len(indexes)), done: make(chan struct{})}
	var sending []int
	for _, i := range indexes {
		if i >= 0 && i < len(cases) && run.slots[i] == nil {
			run.slots[i] = &slot{filled: make(chan struct{})}
			sending = append(sending, i)
		}
	}
	for _, e := range before {
		if s := run.slots[e.Case]; s != nil {
			sending = slices.DeleteFunc(sending, func(i int) bool { return i == e.Case })
			r.fill(s, e)
		}
	}
	slices.Sort(sending)
	permute(cases, sending, r.options.Seed)
	go func() {
		defer cancel()
		defer close(run.done)
		for stage := range stages {
			r.work(ctx, cases, slices.DeleteFunc(slices.Clone(sending), func(i int) bool { return r.stage(&cases[i]) != stage }), run)
		}
		r.network.hangUp(false)
	}()
	return run
}

// permute shuffles each stretch of cases of one technique: the plan's order,
// what finds most first, holds between techniques.
func permute(cases []plan.Case, indexes []int, seed int64) {
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	for len(indexes) > 0 {
		end := slices.IndexFunc(indexes, func(i int) bool { return cases[i].Technique != cases[indexes[0]].Technique })
		if end < 0 {
			end = len(indexes)
		}
		random.Shuffle(end, func(a, b int) { indexes[a], indexes[b] = indexes[b], indexes[a] })
		indexes = indexes[end:]
	}
}

// work has the workers send all cases, and returns when the last is done.
func (r *Runner) work(ctx context.Context, cases []plan.Case, indexes []int, run *Run) {
	var (
		next    atomic.Int64
		workers sync.WaitGroup
	)
	for range min(r.options.Jobs, len(indexes)) {
		workers.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= len(indexes) {
					return
				}
				i := indexes[n]
				r.fill(run.slots[i], r.reach(ctx, &cases[i], i))
			}
		})
	}
	workers.Wait()
}

// reach sends a case unless the run has ended.
func (r *Runner) reach(ctx context.Context, c *plan.Case, i int) Exchange {
	if ctx.Err() != nil {
		return Exchange{Case: i, Problem: interrupted(ctx)}
	}
	return r.exchange(ctx, c, i)
}

func (r *Runner) fill(s *slot, e Exchange) {
	s.exchange = e
	if r.options.Each != nil {
		r.options.Each(&s.exchange)
	}
	close(s.filled)
}

// Await returns the exchange of the case with an index, as soon as it is there.
// It never waits for a case that was not to be sent: that is a Problem.
func (run *Run) Await(i int) Exchange {
	s := run.slots[i]
	if s == nil {
		return Exchange{Case: i, Problem: problem(Internal, "case %d is not among those to send", i)}
	}
	<-s.filled
	return s.exchange
}

// Done is closed when every exchange is there.
func (run *Run) Done() <-chan struct{} { return run.done }
