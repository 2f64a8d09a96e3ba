package enforce

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/loaded"
	"github.com/apiclause/clause/contract/internal/route"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// DefaultMaxBody is the size of the largest request body that is read when
// Options does not say, in bytes.
const DefaultMaxBody = 1 << 20

// Options say how to hold requests to a contract. The zero value fits a
// contract without security schemes.
type Options struct {
	// Verifiers check credentials, by the name of the contract's security
	// scheme. Of an operation's alternative schemes, those with a verifier can
	// be used.
	Verifiers map[string]auth.Verifier
	// StrictQuery refuses query parameters that the operation does not have.
	// They are ignored otherwise.
	StrictQuery bool
	// Now is the time that rules are evaluated at; nil is time.Now.
	Now func() time.Time
	// Logger is told of panics and handler errors (level error), rules that
	// cannot be evaluated (warn) and refusals (debug); nil is slog.Default.
	// Values of a request are not logged.
	Logger *slog.Logger
	// Code gives the text for the member of an error body that carries a code.
	// nil is the status: "400". What the member's schema does not allow is cut
	// to its length, or else replaced by a sample.
	Code func(Refusal) string
	// Refused, if it is set, is told of every answer that is given in the
	// handler's place, before it is sent.
	Refused func(r *http.Request, f Refusal)
	// Answered, if it is set, is told what the handler's own answers break, after
	// they were sent: what is documented for their status, and the contract's rules
	// about answers. It is meant for tests: answers and requests are kept in memory up
	// to MaxBody, and what is longer is not looked into. The messages may hold
	// values of the answer.
	Answered func(r *http.Request, found []Violation)
	// MaxBody is the size of the largest request body, in bytes; 0 is
	// DefaultMaxBody.
	MaxBody int64
}

// Enforcer holds requests to a contract. It is safe for concurrent use.
type Enforcer struct {
	options Options
	model   *spec.Contract
	// schemes are the names of query parameters that carry credentials.
	schemes []string
	routes  route.Table[*endpoint]
	states  sync.Pool
}

// New makes an Enforcer. The error lists everything that would keep it from
// answering as the contract documents, with its place in the contract.
func New(c *contract.Contract, o Options) (*Enforcer, error) {
	model := (*loaded.Contract)(c).Model()
	e := &Enforcer{options: o, model: model}
	if err := e.configure(model); err != nil {
		return nil, err
	}
	var problems []error
	told := map[unverified]int{} // how many operations it is true of: it is said of the first
	clauses := model.ClausesByOperation()
	for _, op := range model.Operations {
		ep, errs := newEndpoint(model, op, clauses[op.ID], o.Verifiers)
		for _, err := range errs {
			if u, ok := errors.AsType[unverified](err); ok {
				if told[u]++; told[u] > 1 {
					continue
				}
			}
			problems = append(problems, fmt.Errorf("enforce %s (%s): %w", op.ID, op.At, err))
		}
		e.routes.Add(op.Method, ep.Template, ep)
	}
	if len(problems) > 0 {
		return nil, errors.Join(append(problems, alike(told)...)...)
	}
	e.states.New = func() any { return new(state) }
	return e, nil
}

// alike says of how many operations beside the first a problem is true.
func alike(told map[unverified]int) []error {
	var out []error
	for u, n := range told {
		if n > 1 {
			out = append(out, fmt.Errorf("the same is true of %d more operations that need %s", n-1, u.schemes))
		}
	}
	slices.SortFunc(out, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return out
}

// configure checks the options and fills in what is left out.
func (e *Enforcer) configure(model *spec.Contract) error {
	e.schemes = ruling.QueryCredentials(model)
	names := make([]string, 0, len(model.Schemes))
	for _, s := range model.Schemes {
		names = append(names, s.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(e.options.Verifiers)) {
		if !slices.Contains(names, name) {
			return fmt.Errorf("there is a verifier for %q, but %s has no security scheme of that name; it has %s",
				name, model.File, orNone(names))
		}
		if e.options.Verifiers[name] == nil {
			return fmt.Errorf("the verifier for %q is nil", name)
		}
	}
	if e.options.MaxBody < 0 {
		return fmt.Errorf("the largest body must have at least 0 bytes, not %d", e.options.MaxBody)
	}
	if e.options.MaxBody == 0 {
		e.options.MaxBody = DefaultMaxBody
	}
	if e.options.Now == nil {
		e.options.Now = time.Now
	}
	if e.options.Logger == nil {
		// Not discarded: a panic that leaves no trace is worse than a line on
		// standard error.
		e.options.Logger = slog.Default()
	}
	return nil
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
