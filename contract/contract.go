// Package contract holds implementations of an API to its contract: one OpenAPI
// file with x-contract annotations.
//
// Data goes one way: a contract is loaded, a plan of cases is derived from it,
// the cases are run against a target, their answers are judged clause by clause,
// and the verdicts make a report.
//
//	config := contract.Default()
//	config.Contract, err = contract.LoadFile("openapi/things.yaml")
//	config.Target, err = target.Load("staging.yaml")
//	report, err := contract.Verify(ctx, config)
//
// What somebody else has recorded, a browser or a proxy, is judged without sending
// anything:
//
//	report, err := contract.JudgeHAR(ctx, contract.Recording{Contract: c, Name: "session.har", HAR: file})
//
// Config.Checks adds to what answers are held to: see Check.
//
// The package is plain Go. To have the cases as specs of a Ginkgo suite, use the
// package suite.
package contract

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/loaded"
	"github.com/apiclause/clause/contract/internal/session"
	"github.com/apiclause/clause/contract/internal/source"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/target"
)

// Contract is a loaded contract. It is never changed and may be shared.
type Contract loaded.Contract

// AnnotationSchema is the JSON Schema (draft 2020-12) of what stands under x-contract.
var AnnotationSchema = spec.AnnotationSchema

func contractOf(model *spec.Contract) *Contract { return (*Contract)(loaded.New(model)) }

// inferredOf gives a contract that was read, with what is inferred of servers that
// remember.
func inferredOf(model *spec.Contract) *Contract {
	return contractOf(world.Conventions(world.State(model)))
}

func (c *Contract) model() *spec.Contract { return (*loaded.Contract)(c).Model() }

// Problem is one thing wrong with a contract: where it is, and what to do or, of a
// warning, what it costs.
type Problem struct {
	At clause.Location
	// Pointer is the JSON pointer of the place; "" is the root, or unknown.
	Pointer string
	Message string
	// Kind is the same for all problems that differ in names and numbers alone.
	Kind string
	// Note marks a warning that costs nothing.
	Note bool
}

// String returns "file:line: message".
func (p Problem) String() string { return spec.Problem(p).String() }

// problems gives problems of the model as users see them.
func problems(all []spec.Problem) []Problem {
	var out []Problem
	for _, p := range all {
		out = append(out, Problem(p))
	}
	return out
}

// Load reads a contract. name is what problems call the file. The error names
// every problem, each on a line that begins with file:line.
func Load(name string, data []byte) (*Contract, error) {
	model, err := spec.Load(name, data)
	if err != nil {
		return nil, fmt.Errorf("load contract %s:\n%w", name, err)
	}
	return inferredOf(model), nil
}

// LoadFile reads a contract and all that it refers to: from a file, from an http or
// https URL, or from standard input, which is "-".
func LoadFile(name string) (*Contract, error) {
	return LoadFrom(context.Background(), name, Source{})
}

// Source says how contracts are opened.
type Source struct {
	// RemoteRefs has references to any URL followed. Those from a URL to others of
	// the same origin are followed anyhow.
	RemoteRefs bool
	// Overlays are laid over the description in their order, before anything else is
	// done with it: OpenAPI Overlays in files, at http or https URLs, or in standard
	// input, which is "-".
	Overlays []string
	// Stdin is what the name "-" means; nil is os.Stdin.
	Stdin io.Reader
	// Timeout is that of the whole run, which reading is a part of; 0 sets no bound.
	Timeout time.Duration
}

// LoadFrom is LoadFile for more than the usual. It ends early when ctx does, and gives
// the cause. Any other error has ErrUsage in its chain.
func LoadFrom(ctx context.Context, name string, from Source) (*Contract, error) {
	ctx, cancel := session.Within(ctx, from.Timeout, from.Timeout, "it was read: allow more time")
	defer cancel()
	model, err := spec.Open(ctx, name, source.Options{
		RemoteRefs: from.RemoteRefs, Overlays: from.Overlays, Stdin: from.Stdin,
	})
	name = DisplayName(name)
	switch {
	case err == nil:
		return inferredOf(model), nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("load contract %s: %w", name, context.Cause(ctx))
	case Problems(err) != nil:
		err = fmt.Errorf("load contract %s:\n%w", name, err)
	case !strings.Contains(err.Error(), ": "): // it does not say what to do
		err = fmt.Errorf("load contract %s: %w: name an OpenAPI file that can be read", name, err)
	default:
		err = fmt.Errorf("load contract %s: %w", name, err)
	}
	return nil, session.AsUsage(err)
}

// DisplayName gives the name of a contract for messages: of a URL, without the
// password and query that it may have.
func DisplayName(name string) string { return source.DisplayName(name) }

// IsURL reports whether the name of a contract is a URL, rather than that of a file.
func IsURL(name string) bool { return source.IsURL(name) }

// Problems gives the problems of a contract that Load refused; nil for another
// error.
func Problems(err error) []Problem {
	all, _ := errors.AsType[spec.Problems](err)
	return problems(all)
}

// File gives the name that the contract was loaded under.
func (c *Contract) File() string { return c.model().File }

// Title gives the API's name, from info.
func (c *Contract) Title() string { return c.model().Title }

// Version gives the contract's version, from info.
func (c *Contract) Version() string { return c.model().Version }

// Servers gives the URLs at which the description says that the API can be reached:
// absolute, or relative to where the description is from.
func (c *Contract) Servers() []string {
	out := make([]string, len(c.model().Servers))
	for i, one := range c.model().Servers {
		out[i] = one.URL
	}
	return out
}

// Warnings are what was left out of the description or read otherwise than it
// stands there, and what a careful author would look at again.
func (c *Contract) Warnings() []Problem { return problems(c.model().Warnings) }

// Clauses lists every clause, in the order of the file.
func (c *Contract) Clauses() []clause.Clause {
	out := make([]clause.Clause, len(c.model().Clauses))
	for i, one := range c.model().Clauses {
		out[i] = *one
	}
	return out
}

// Signing gives how requests are signed under a security scheme: what an
// auth.KeySigner and an auth.KeyVerifier take. It fails if there is no such
// scheme, or if it does not sign.
func (c *Contract) Signing(scheme string) (auth.Signing, error) {
	var signing []string
	for _, s := range c.model().Schemes {
		switch {
		case s.Signing == nil:
		case s.Name == scheme:
			return *s.Signing, nil
		default:
			signing = append(signing, s.Name)
		}
	}
	return auth.Signing{}, fmt.Errorf("%s has no security scheme %q that signs requests: use %s", c.model().File, scheme, session.OneOf(signing))
}

// Places gives the names under which a target can give values, by operation: those
// of parameters, and of members of a body.
func (c *Contract) Places() map[string][]string { return plan.Places(c.model()) }

// UnusedValues lists the values of a target that no request of an operation has, for
// the contract does not allow them there.
func (c *Contract) UnusedValues(t *target.Target) []plan.Unused {
	return plan.UnusedValues(c.model(), plan.Options{Value: t.Value})
}

// Doubts lists the rules that planning found no request to try with, whatever the
// target: those that cannot be kept together, and those that no case keeps or
// breaks. They are warnings, each with its place, in the order of the file.
func (c *Contract) Doubts() []Problem { return problems(plan.Doubts(context.Background(), c.model())) }

// DoubtsContext is Doubts that ends early when ctx does. The error is then the
// cause.
func (c *Contract) DoubtsContext(ctx context.Context) ([]Problem, error) {
	out := plan.Doubts(ctx, c.model())
	if ctx.Err() != nil {
		return nil, fmt.Errorf("try the rules of %s: %w", c.File(), context.Cause(ctx))
	}
	return problems(out), nil
}
