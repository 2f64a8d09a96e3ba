package contract

import (
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
	// Only and Skip select cases by globs over case and clause ids.
	Only, Skip []string
	// Known lists failures that are expected.
	Known *report.KnownFailures
	// Strict makes a broken should a failure.
	Strict bool
	// Strength is how many values are tried in all combinations, 2 or 3.
	Strength int
	// Budget keeps the first so many cases that expect success; 0 keeps all.
	Budget int
	// Methods has methods tried that the contract lacks. It is always so for a
	// target on loopback or in this process.
	Methods bool

	// Seed permutes the order of sending within a technique.
	Seed int64
	// Jobs is how many requests are under way at once.
	Jobs int
	// Rate is how many requests are sent in a second at most; 0 sets no limit.
	Rate float64
	// Timeout bounds the whole run, CaseTimeout one exchange; 0 for Timeout
	// sets no bound.
	Timeout, CaseTimeout time.Duration
	// Wait is how long to wait for a target that is still starting.
	Wait time.Duration
	// WithoutPreflight sends every case even if the first one says that it is
	// hopeless.
	WithoutPreflight bool

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
	// Progress is called after each verdict, with how many there are and will
	// be. It must not block.
	Progress func(done, total int)
}

// Default gives the configuration for a target on this machine.
func Default() Config {
	return Config{Strength: 2, Seed: 1, Jobs: 16, CaseTimeout: 10 * time.Second, Tool: "clause"}
}

func (c Config) check() error {
	switch {
	case c.Contract == nil:
		return usage("verify: no contract is given: load one with contract.LoadFile")
	case c.Target == nil && c.Handler == nil:
		return usage("verify: no target is given: set Target, or Handler for one in this process")
	case c.Strength < 0 || c.Strength > 3 || c.Strength == 1:
		return usage("strength is %d: use 2 or 3", c.Strength)
	case c.Budget < 0:
		return usage("budget is %d: use a number of cases, or 0 for all", c.Budget)
	}
	return nil
}

// planOptions says what is known of the target. lacks gives the reason for
// which a credential cannot be sent.
func (c Config) planOptions(t *target.Target, lacks func(string, plan.Variant) string) plan.Options {
	return plan.Options{
		Value: t.Value,
		Provocation: func(operation, status string) ([]plan.Parameter, bool) {
			p, ok := t.Provocation(operation, status)
			return provocation(p), ok
		},
		Credential: lacks,
		Strength:   c.Strength,
		Budget:     c.Budget,
		Methods:    c.Methods || c.Handler != nil || t.Loopback(),
	}
}
