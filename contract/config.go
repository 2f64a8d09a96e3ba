package contract

import (
	"io"
	"net/http"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/session"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

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
	// Nonce is what the texts are made of that no other run sends: {{unique}} in a
	// target's values, and the names of what the run makes. "" draws one.
	Nonce string
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
	// Replay gives the command that sends a case anew, in the place of that one. Both
	// are used where no curl line sends it: for a signed request, and for Handler.
	Replay func(c *plan.Case) string
	// Progress is called after each verdict, with how many there are and will
	// be; what other shards send is not counted. It must not block.
	Progress func(done, total int)
}

// Unlimited lifts a limit that would otherwise depend on the target.
const Unlimited = session.Unlimited

// MaxJobs is the most that Config.Jobs can be: the answers of so many workers fit
// into memory together.
const MaxJobs = session.MaxJobs

// Default gives the usual configuration. What it leaves at 0 depends on the
// target: one that is to be treated gently (target.Target.Gently) is sent little,
// and slowly, any other everything at once. A handler in this process is.
func Default() Config {
	return Config{Strength: 2, Seed: 1, CaseTimeout: 10 * time.Second, Tool: "clause"}
}

// internal gives the configuration of a session.
func (c Config) internal() session.Config {
	out := session.Config{
		Target: c.Target, Handler: c.Handler, Signers: c.Signers, Plan: c.Plan, Only: c.Only, Skip: c.Skip, Shard: c.Shard,
		Known: c.Known, Strict: c.Strict, Strength: c.Strength, Budget: c.Budget, Unsafe: c.Unsafe, NearMisses: c.NearMisses,
		Seed: c.Seed, Nonce: c.Nonce, Jobs: c.Jobs, Rate: c.Rate, Timeout: c.Timeout, CaseTimeout: c.CaseTimeout, Wait: c.Wait,
		WithoutPreflight: c.WithoutPreflight, Brief: c.Brief, HAR: c.HAR, Tool: c.Tool, Command: c.Command, Replay: c.Replay,
		Progress: c.Progress, Checks: customs(c.Checks),
	}
	if c.Contract != nil {
		out.Contract = c.Contract.model()
	}
	return out
}
