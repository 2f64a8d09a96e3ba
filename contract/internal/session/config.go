// Package session holds a target to a contract from the first step to the last: it
// plans the cases, divides them over shards, sends them, judges the answers and
// reports, by a deadline. It does the same for answers that somebody else recorded,
// and joins the reports of shards.
//
// It is what package contract shows to users. There is a type there for each one that
// they see, with its documentation.
package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/judge"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

// ErrUsage is contract.ErrUsage.
var ErrUsage = errors.New("cannot be used")

// usageError is an error in how the tool was called.
type usageError struct{ err error }

func (e usageError) Error() string        { return e.err.Error() }
func (e usageError) Unwrap() error        { return e.err }
func (e usageError) Is(target error) bool { return target == ErrUsage }

// AsUsage puts ErrUsage into the chain of an error.
func AsUsage(err error) error { return usageError{err} }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// Config is contract.Config, which says what each field is for, with the model of the
// contract.
type Config struct {
	Contract *spec.Contract
	Target   *target.Target
	Handler  http.Handler
	Signers  map[string]auth.Signer

	Plan               *plan.Plan
	Only, Skip         []string
	Shard              plan.Shard
	Known              *report.KnownFailures
	Strict             bool
	Strength, Budget   int
	Checks             []judge.Custom
	Unsafe, NearMisses bool

	Seed                       int64
	Nonce                      string
	Jobs                       int
	Rate                       float64
	Timeout, CaseTimeout, Wait time.Duration
	WithoutPreflight, Brief    bool

	HAR           io.Writer
	Tool, Command string
	Replay        func(*plan.Case) string
	Progress      func(done, total int)
}

// making gives what the report says that it was made with, of a configuration that is
// not settled yet.
func (c Config) making() report.Made {
	m := described(c.Contract)
	m.Strength, m.Unsafe, m.NearMisses = c.Strength, c.Unsafe, c.NearMisses
	m.CaseTimeout, m.WithoutPreflight = c.CaseTimeout.Seconds(), c.WithoutPreflight
	given := c.Target.Given()
	m.TargetFile, m.URL, m.Headers, m.Values = given.File, given.URL, given.Headers, given.Values
	for _, one := range given.Withheld {
		m.Withheld = append(m.Withheld, report.Withheld(one))
	}
	return m
}

// described gives what a report says of how its contract was read.
func described(model *spec.Contract) report.Made {
	m := report.Made{SHA256: model.SHA256, RemoteRefs: model.RemoteRefs, WithoutConventions: model.WithoutConventions}
	for _, one := range model.Overlays {
		m.Overlays = append(m.Overlays, report.Overlay{File: one.Name, SHA256: one.SHA256})
	}
	return m
}

const (
	// Unlimited is contract.Unlimited.
	Unlimited = -1
	// MaxJobs is contract.MaxJobs.
	MaxJobs = run.MaxJobs
)

// The limits for a target that is to be treated gently: it may be someone
// else's, lock out who is too fast, and keep what is asked of it.
const (
	gentleJobs   = 1
	gentleRate   = 2
	gentleBudget = 20
	ownJobs      = 16
)

// stating gives a contract with the clauses of checks.
func stating(model *spec.Contract, checks []judge.Custom) (*spec.Contract, error) {
	if len(checks) == 0 {
		return model, nil
	}
	out, err := judge.State(model, checks)
	if err != nil {
		return nil, usage("the checks cannot be used:\n%w", err)
	}
	return out, nil
}

// settled replaces what is 0 by what the target wants, and Unlimited by
// the 0 that the stages have for it.
func (c Config) settled() Config {
	jobs, rate, budget := gentleJobs, float64(gentleRate), gentleBudget
	if c.Handler != nil || !c.Target.Gently() {
		jobs, rate, budget = ownJobs, Unlimited, Unlimited
		c.Unsafe, c.NearMisses = true, true
	}
	c.Jobs = cmp.Or(c.Jobs, jobs)
	c.Rate = max(cmp.Or(c.Rate, rate), 0)
	c.Budget = max(cmp.Or(c.Budget, budget), 0)
	c.Shard, _ = c.Shard.Counted() // check has seen to it
	return c
}

func (c Config) check() error {
	switch {
	case c.Contract == nil:
		return usage("verify: no contract is given: load one with contract.LoadFile")
	case c.Target == nil && c.Handler == nil:
		return usage("verify: no target is given: set Target, or Handler for one in this process")
	case c.Strength < 0 || c.Strength > 3 || c.Strength == 1:
		return usage("strength is %d: use 2 or 3", c.Strength)
	case c.Budget < Unlimited:
		return usage("budget is %d: use a number of cases, or Unlimited", c.Budget)
	case c.Rate < 0 && c.Rate != Unlimited:
		return usage("rate is %v: use a number of requests a second, or Unlimited", c.Rate)
	}
	if _, err := c.Shard.Counted(); err != nil {
		return usage("shard: %w", err)
	}
	return nil
}

// planned derives the plan, unless it takes too long. lacks gives the reason for
// which a credential cannot be sent.
func (c Config) planned(ctx context.Context, lacks func(string, plan.Variant) string) (*plan.Plan, error) {
	ctx, cancel := Within(ctx, c.Timeout, c.Timeout, "they were planned: allow more time")
	defer cancel()
	t := c.Target
	out := plan.Build(c.Contract, plan.Options{
		Context: ctx,
		Value:   t.Value,
		Provocation: func(operation, status string) (plan.Provocation, bool) {
			p, ok := t.Provocation(operation, status)
			return provocation(p), ok
		},
		Provoked:   provoked(c.Contract, t),
		Credential: lacks,
		Strength:   c.Strength,
		Unsafe:     c.Unsafe,
		NearMisses: c.NearMisses,
	})
	if ctx.Err() != nil {
		return nil, fmt.Errorf("plan the cases of %s: %w", c.Contract.File, context.Cause(ctx))
	}
	return out, nil
}

// Within bounds what is done by what is left of the time of a run; a timeout of 0 is
// none. The cause says before what the deadline passed.
func Within(ctx context.Context, timeout, left time.Duration, before string) (context.Context, context.CancelFunc) {
	if timeout == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, max(left, 0), fmt.Errorf("the run's deadline of %s passed before %s", timeout, before))
}
