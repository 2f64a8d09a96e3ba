package run

import (
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/apiclause/clause/contract/plan"
)

// Run is the sending of a plan's cases, which goes on by itself.
type Run struct {
	cases map[int]*pending
	done  chan struct{} // closed when every exchange is there
}

// pending is the exchange of a case, which may not be there yet.
type pending struct {
	there    chan struct{}
	exchange Exchange
}

// Start sends the cases with the given indexes, and returns at once. It ends
// when all are sent, or when the context ends;
// the cases that are not done by then have the problem Interrupted. What before
// has exchanges of, such as that of Preflight, is not sent again.
func (r *Runner) Start(ctx context.Context, cases []plan.Case, indexes []int, before ...Exchange) *Run {
	run := &Run{cases: make(map[int]*pending, len(indexes)), done: make(chan struct{})}
	var sending []int
	for _, i := range indexes {
		if i >= 0 && i < len(cases) && run.cases[i] == nil {
			run.cases[i] = &pending{there: make(chan struct{})}
			sending = append(sending, i)
		}
	}
	for _, e := range before {
		if p := run.cases[e.Case]; p != nil {
			sending = slices.DeleteFunc(sending, func(i int) bool { return i == e.Case })
			r.fill(p, e)
		}
	}
	slices.Sort(sending)
	permute(cases, sending, r.options.Seed)
	staged := r.staged(cases, sending)
	r.things.share(cases, staged[:])
	go func() {
		defer close(run.done)
		for stage, indexes := range staged {
			if stage == counting && len(r.alone.waiting) > 0 {
				r.cleanUp(ctx)
				r.sendAlone(ctx, cases, run)
			}
			if cleansBefore(stage, len(indexes)) {
				r.cleanUp(ctx)
			}
			r.work(ctx, cases, stage, indexes, run)
		}
		r.cleanUp(ctx)
		r.network.hangUp(false)
	}()
	return run
}

// cleansBefore reports whether what was made is ended before the cases of a stage are
// sent: before lists are read to their end, and while credentials are still good.
func cleansBefore(stage, cases int) bool {
	return stage == parting || stage == counting && cases > 0
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
func (r *Runner) work(ctx context.Context, cases []plan.Case, stage int, indexes []int, run *Run) {
	var (
		next    atomic.Int64
		workers sync.WaitGroup
	)
	jobs := r.options.Jobs
	if stage >= parting || stage == counting { // whatever the seed: what comes after the one that ends it all is not sent
		jobs = 1
		slices.Sort(indexes)
		slices.SortStableFunc(indexes, func(a, b int) int { return crowd(&cases[a]) - crowd(&cases[b]) })
	}
	for range min(jobs, len(indexes)) {
		workers.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= len(indexes) {
					return
				}
				i := indexes[n]
				e := r.reach(ctx, &cases[i], i, stage)
				if r.alone.learn(&cases[i], &e); !r.putOff(ctx, &cases[i], &e, stage) {
					r.fill(run.cases[i], e)
				}
			}
		})
	}
	workers.Wait()
}

// crowd counts what a case finds in a list if that is more than others do, who count on
// short lists: it comes after them.
func crowd(c *plan.Case) int { return max(c.Request.Alike-plan.InList, 0) }

// reach sends a case unless the run has ended.
func (r *Runner) reach(ctx context.Context, c *plan.Case, i, stage int) Exchange {
	if ctx.Err() != nil {
		return Exchange{Case: i, Problem: interrupted(ctx)}
	}
	if stage >= parting && r.canary.dead != "" {
		return r.severed(i)
	}
	e := r.exchange(ctx, c, i)
	r.canary.learn(c, &e)
	switch {
	case stage == halting:
		r.halted(c, &e)
	case stage >= parting:
		e.Canary = r.afterwards(ctx, c)
	case stage < counting && r.options.Jobs > 1 || !r.doubts(ctx, &e):
	case !r.afford(r.cost(c)):
		e.Unsure = tooDear
	default:
		e.Again = r.again(ctx, c, i, "once more")
	}
	return e
}

// again sends a case again, about new things of its own. how says in words how, and is
// another each time. What was changed in part is changed in another part.
func (r *Runner) again(ctx context.Context, c *plan.Case, i int, how string) *Exchange {
	other := *c
	other.ID += " " + how
	other.Request = remade(other.Request, func(m plan.Made) plan.Made {
		m.Own = m.Own || !m.Inherited && m.Sibling == 0
		if m.Part > 0 {
			m.Part++
		}
		return m
	})
	e := r.exchange(ctx, &other, i)
	r.aside(Step{Case: &other, Exchange: e, Did: "sent " + how + ", about what is new"})
	return &e
}

func (r *Runner) fill(p *pending, e Exchange) {
	p.exchange = e
	if r.options.Each != nil {
		r.options.Each(&p.exchange)
	}
	close(p.there)
}

// Await returns the exchange of the case with an index, as soon as it is there.
// It never waits for a case that was not to be sent: that is a Problem.
func (run *Run) Await(i int) Exchange {
	p := run.cases[i]
	if p == nil {
		return Exchange{Case: i, Problem: problem(Internal, "case %d is not among those to send", i)}
	}
	<-p.there
	return p.exchange
}

// Wait waits until all is sent, and what the run made is ended.
func (run *Run) Wait() { <-run.done }

// staged parts cases by when they are sent.
func (r *Runner) staged(cases []plan.Case, indexes []int) [stages][]int {
	var out [stages][]int
	for _, i := range indexes {
		stage := r.stage(&cases[i])
		out[stage] = append(out[stage], i)
	}
	return out
}

// stage tells when a case is sent.
func (r *Runner) stage(c *plan.Case) int {
	switch of := r.builder.operations[c.Operation]; {
	case of != nil && of.last > 0 && (c.Request.Credential.Variant != plan.None || len(of.alternatives) == 0):
		return of.last
	case c.Request.Among != "", c.Expect.Outcome == plan.Ended: // whose name may be given again
		return counting
	case r.guess(c):
		return guessing
	case c.Request.Method == http.MethodDelete && c.Technique != plan.Method:
		return deleting
	}
	return ordinary
}

// The stages of a run, one after the other.
const (
	ordinary = iota
	deleting // what others may need
	counting // what is there, while nothing else is sent
	guessing // passwords, for which an account may be locked
	parting  // with what the run is signed in with, one after the other
	closing  // what it is signed in with
	leaving  // accounts, among which may be its own
	halting  // the target itself
	stages
)
