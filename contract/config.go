package contract

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

// ErrUsage is in the chain of every error that comes from how the tool was
// called: a file, flag or pattern that cannot be used. The command line exits
// with 2 for it.
var ErrUsage = errors.New("cannot be used")

// usageError is an error in how the tool was called.
type usageError struct{ err error }

func (e usageError) Error() string        { return e.err.Error() }
func (e usageError) Unwrap() error        { return e.err }
func (e usageError) Is(target error) bool { return target == ErrUsage }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// Config says what to verify and how.
type Config struct {
	// Contract is what the target is held to.
	Contract *Contract
	// Target is what is tested.
	Target *target.Target
	// Handler is the implementation when it is in this process; then nothing
	// goes over the network.
	Handler http.Handler
	// Signers put valid credentials into requests, by security scheme. A token
	// in the target needs none.
	Signers map[string]auth.Signer

	// Plan holds the cases, when they were planned before, for the same contract
	// and a target of which as much is known. nil plans them.
	Plan *plan.Plan
	// Only and Skip select cases by globs over case and clause ids (report.Match).
	// A clause without cases of its own is about answers: where Only matches such
	// clauses alone it selects the cases whose answers are held to them; Skip
	// leaves their cases in and holds no answer to them.
	Only, Skip []string
	// Shard is the part of the selected cases that is sent; the zero value is all
	// of them. Merge joins the reports of all parts.
	Shard plan.Shard
	// Known lists failures that are expected.
	Known *report.KnownFailures
	// Strict makes a broken should a failure.
	Strict bool
	// Checks are what answers are held to beside the contract.
	Checks []Check
	// Strength is how many values are tried in all combinations, 2 or 3.
	Strength int
	// Budget keeps the first so many cases that expect success, the first request
	// included; Unlimited keeps all. 0 is 20 for a gentle run, else Unlimited. It
	// holds for all shards together, but for the first request of a shard that has
	// none of those cases.
	Budget int
	// Unsafe has methods sent that may change something (RFC 9110, section
	// 9.2.1), and methods tried that the contract lacks. NearMisses has all
	// credentials tried that almost fit, instead of one. Both are always so but
	// for a gentle run.
	Unsafe, NearMisses bool

	// Seed permutes the order of sending within a technique.
	Seed int64
	// Jobs is how many requests are under way at once, in each shard. 0 is 1 for a
	// gentle run, else 16.
	Jobs int
	// Rate is how many requests are sent in a second at most, in each shard;
	// Unlimited sets no limit. 0 is 2 for a gentle run, else Unlimited.
	Rate float64
	// Timeout bounds the whole run, CaseTimeout one exchange; 0 for Timeout
	// sets no bound.
	Timeout, CaseTimeout time.Duration
	// Wait is how long to wait for a target that is still starting.
	Wait time.Duration
	// WithoutPreflight sends every case even if the first ones say that it is
	// hopeless.
	WithoutPreflight bool
	// Brief leaves out of the verdicts what a person would read of each exchange: the
	// URL, headers, bodies, and how to send it again. That saves time where only the
	// findings count.
	Brief bool

	// HAR, if it is set, gets every exchange as an HTTP archive (HAR 1.2), the
	// preflight's too, and those without an answer: each as soon as it is judged,
	// in a Write of its own, and what ends the archive when the run has ended. Of a
	// request that was sent again because a 429 or 503 asked for it, that is the
	// last. Secrets are redacted as in the report; bodies are whole as far as they
	// were read. After an error of HAR, which is its own to tell of, it gets nothing
	// more.
	HAR io.Writer

	// Tool is the name and version that the report and the User-Agent carry.
	Tool string
	// Command is the command line that verifies with this configuration, for the
	// report to say how to send one case anew; "" when there is none.
	Command string
	// Progress is called after each verdict, with how many there are and will
	// be; what other shards send is not counted. It must not block.
	Progress func(done, total int)
}

// Unlimited lifts a limit that would otherwise depend on the target.
const Unlimited = -1

// The limits for a target that is to be treated gently: it may be someone
// else's, lock out who is too fast, and keep what is asked of it.
const (
	gentleJobs   = 1
	gentleRate   = 2
	gentleBudget = 20
	ownJobs      = 16
)

// Default gives the usual configuration. What it leaves at 0 depends on the
// target: one that is to be treated gently (target.Target.Gently) is sent little,
// and slowly, any other everything at once. A handler in this process is.
func Default() Config {
	return Config{Strength: 2, Seed: 1, CaseTimeout: 10 * time.Second, Tool: "clause"}
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

// Places gives the names under which a target can give values, by operation: those
// of parameters, and of members of a body.
func (c *Contract) Places() map[string][]string { return plan.Places(c.model) }

// UnusedValues lists the values of a target that no request of an operation has, for
// the contract does not allow them there.
func (c *Contract) UnusedValues(t *target.Target) []plan.Unused {
	return plan.UnusedValues(c.model, plan.Options{Value: t.Value})
}

// planOptions says what is known of the target. lacks gives the reason for
// which a credential cannot be sent.
func (c Config) planOptions(t *target.Target, lacks func(string, plan.Variant) string) plan.Options {
	return plan.Options{
		Value: t.Value,
		Provocation: func(operation, status string) (plan.Provocation, bool) {
			p, ok := t.Provocation(operation, status)
			return provocation(p), ok
		},
		Provoked:   c.Contract.provoked(t),
		Credential: lacks,
		Strength:   c.Strength,
		Unsafe:     c.Unsafe,
		NearMisses: c.NearMisses,
	}
}
