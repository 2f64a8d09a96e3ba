package prove

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/enforce"
	"github.com/apiclause/clause/contract/internal/loaded"
	"github.com/apiclause/clause/contract/internal/route"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/target"
)

// ProvokeHeader is the request header that makes a derived implementation fail
// inside, whatever its value.
const ProvokeHeader = "X-Clause-Provoke"

// token is the credential that derived implementations take. It has letters of
// both cases, so that every way to forge one is a different text.
const token = "Prove-7fQ2mXw9LkT4-token" //nolint:gosec // made up, and of no use anywhere

// Implementation is what can be held to the contract that it was derived from.
type Implementation struct {
	Handler http.Handler
	// Target gives the credential, the values that only an implementation
	// knows, and how to make it fail inside.
	Target *target.Target

	// Example is a request that a mock accepts, with its path alone and the credentials
	// that it needs; nil where there is none as simple.
	Example *http.Request

	left []LeftOut
}

// Config gives what contract.Verify takes to hold the implementation to its
// contract in this process.
func (i *Implementation) Config(c *contract.Contract) contract.Config {
	config := contract.Default()
	config.Contract, config.Handler, config.Target = c, i.Handler, i.Target
	config.WithoutPreflight = true
	return config
}

// Good derives the known-good implementation of a contract.
func Good(c *contract.Contract) (*Implementation, error) {
	m, err := newMaker(c)
	if err != nil {
		return nil, err
	}
	handler, err := m.make(design{})
	if err != nil {
		return nil, err
	}
	return &Implementation{Handler: handler, Target: m.target}, nil
}

// maker makes implementations of one contract, good ones and others.
type maker struct {
	contract  *contract.Contract
	model     *spec.Contract
	target    *target.Target
	routes    *route.Table[*ruling.Operation]
	verifiers map[string]auth.Verifier
	successes map[string]*success // by operation
	left      []LeftOut

	world   *world.World
	acts    map[string]deed     // by operation
	samples map[string]any      // a thing of each list, by the operation that lists
	missing map[string]*success // what reads answer for what is not there any more
	// unkept says of answer rules why no answer was found that keeps them.
	unkept *sync.Map
	// kept has what was found for the others, by request and answer.
	kept *memo
}

// LeftOut is an operation that cannot be proved.
type LeftOut struct {
	Operation string `json:"operation"`
	Reason    string `json:"reason"`
}

func newMaker(c *contract.Contract) (*maker, error) {
	model := (*loaded.Contract)(c).Model()
	if len(model.Operations) == 0 {
		return nil, fmt.Errorf("derive an implementation: %s describes no operation that can be called: give it one under paths: %w",
			c.File(), contract.ErrUsage)
	}
	routes, err := ruling.Operations(model)
	if err != nil {
		return nil, fmt.Errorf("derive an implementation: %w", err)
	}
	m := &maker{
		contract: c, model: model, routes: routes,
		verifiers: map[string]auth.Verifier{}, successes: map[string]*success{}, unkept: &sync.Map{}, kept: &memo{},
	}
	for _, s := range m.model.Schemes {
		switch {
		case s.Signing == nil:
			m.verifiers[s.Name] = placeOf(s)
		case signs(s):
			m.verifiers[s.Name] = keyVerifier(s)
		}
	}
	for _, op := range m.model.Operations {
		made, err := newSuccess(op)
		if err != nil {
			m.left = append(m.left, LeftOut{Operation: op.ID, Reason: err.Error()})
			continue
		}
		m.successes[op.ID] = made
	}
	if len(m.successes) == 0 {
		return nil, fmt.Errorf("derive an implementation: of no operation of %s can one be made: %s: %s: %w",
			c.File(), m.left[0].Operation, m.left[0].Reason, contract.ErrUsage)
	}
	m.target = m.newTarget()
	m.world = world.Find(model)
	m.acts, m.missing = m.deeds(m.world.Resources), m.missed()
	m.samples = m.itemSamples()
	return m, nil
}

// placeOf gives the token at the place where a scheme wants it.
func placeOf(s *spec.Scheme) auth.Token { return tokenAt(s, auth.NewSecret(token)) }

func tokenAt(s *spec.Scheme, value auth.Secret) auth.Token {
	if s.Type != "http" {
		return auth.Token{In: auth.In(s.In), Name: s.Param, Value: value}
	}
	prefix := s.HTTP
	if prefix != "" {
		prefix = strings.ToUpper(prefix[:1]) + prefix[1:]
	}
	return auth.Token{In: auth.InHeader, Name: "Authorization", Prefix: prefix, Value: value}
}

// newTarget says how to reach what is made.
func (m *maker) newTarget() *target.Target {
	t := &target.Target{
		Name: "derived implementation", OperationValues: map[string]map[string]string{},
		Auth:    target.Auth{Token: auth.NewSecret(token), AccessKey: &key},
		Provoke: map[string]target.Provoke{},
	}
	for _, op := range m.model.Operations {
		if r := op.Failure(); r != nil {
			asked := strconv.Itoa(status(r, http.StatusInternalServerError))
			t.Provoke[asked] = target.Provoke{Header: map[string]string{ProvokeHeader: asked}}
		}
	}
	for _, op := range m.model.Operations {
		t.OperationValues[op.ID] = map[string]string{}
		for _, at := range places(op) {
			if at.FromTarget && !at.IsElement() {
				t.OperationValues[op.ID][at.Path[len(at.Path)-1]] = valueOf(at.Schema)
			}
		}
	}
	return t
}

// valueOf makes up a value that only an implementation could know.
func valueOf(s *spec.Schema) string {
	made := "made-up"
	if s.Type == "string" && len(s.Enum) == 0 && len(s.Check(made)) == 0 {
		return made
	}
	return spec.Text(s.Sample())
}

// design says in what an implementation differs from the known-good one.
type design struct {
	// model is enforced in place of the contract's own.
	model *spec.Contract
	// verifiers replace those of the schemes that they name.
	verifiers map[string]auth.Verifier
	// before takes each request first. It may change the request, which is its
	// own, or answer it itself and say so.
	before func(r *request) (answered bool)
	// when limits the design to some requests: the others are answered by the
	// known-good implementation.
	when func(v *view) bool
	// after changes an answer.
	after func(x *exchange)
	// instead changes an answer before answer rules are kept, and says whether it did.
	instead func(x *exchange, body []byte) bool
	// touches tells of a case, and of the status with which the known-good
	// implementation answers it, whether the design may answer it otherwise. nil tells
	// that it may any.
	touches func(c *plan.Case, status int) bool
	// keepsEnded has what was ended be read still.
	keepsEnded bool
	// heeds changes how the query of a list is read, before things are chosen for it.
	heeds func(l *listing)
	// listed changes what a list answers, before it is written.
	listed func(l *listing)
	// asListed has what a list answers stay so, whatever is stated of it.
	asListed bool
	// mock has it know what was made and nothing else.
	mock *mocking
	// ignores is the operation whose changes are answered and not kept.
	ignores string
	// rest says what becomes of a thing, as it was sent, beside what a PATCH names; nil has
	// it stay as it is. made is the schema that things are made with: it lists some members.
	rest func(made *spec.Schema, was, named map[string]any)
	// keeps gives what is kept of a text that was sent; nil keeps it as it is.
	keeps func(s *spec.Schema, text string) string
	// burns has names used up by requests that are refused.
	burns bool
	// missing has what names a thing that was ended answered with 404.
	missing bool
	// failsBehind has requests fail that name what was ended.
	failsBehind bool
	// failsOccupied has a request fail that ends what something stands below.
	failsOccupied bool
	// strict has unknown query parameters refused.
	strict bool
	// clock gives the time that rules are evaluated at.
	clock func() time.Time
	// code gives the code in error bodies.
	code func(enforce.Refusal) string
	// parametersFirst has parameters checked before credentials.
	parametersFirst bool
	// outside changes what net/http hands over, as a proxy in front would.
	outside func(next http.Handler) http.Handler
}

// exchange is a request and its answer, before the answer is sent.
type exchange struct {
	request *http.Request
	op      *ruling.Operation
	answer  *answer
	// broken are the clauses for which the request was refused.
	broken []string
	// listed tells that the answer is a list of what was made.
	listed bool
	// response is what is documented for the answer's status, or nil.
	response *spec.Response
}

// refused tells that the request was refused for a clause.
func (x *exchange) refused(clause string) bool { return slices.Contains(x.broken, clause) }

type brokenKey struct{}

// make makes an implementation.
func (m *maker) make(d design) (http.Handler, error) {
	remembers := m.memory(d)
	faulty, err := m.core(d, remembers)
	if err != nil {
		return nil, err
	}
	good := faulty
	if d.when != nil {
		if good, err = m.core(design{}, remembers); err != nil {
			return nil, err
		}
	}
	handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := route.Split(nil, r.URL)
		op, found := m.routes.Find(r.Method, path)
		if !found {
			m.elsewhere(w, m.routes.Methods(path))
			return
		}
		a := newAnswer()
		core := faulty
		if d.when != nil && !d.when(look(r, op)) {
			core = good
		}
		core(a, r, op)
		a.send(w)
	}))
	if d.outside != nil {
		handler = d.outside(handler)
	}
	return handler, nil
}

// elsewhere answers what the contract does not describe.
func (m *maker) elsewhere(w http.ResponseWriter, methods []string) {
	if len(methods) == 0 {
		http.Error(w, "no such resource", http.StatusNotFound)
		return
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	http.Error(w, "no such method", http.StatusMethodNotAllowed)
}

type core func(a *answer, r *http.Request, op *ruling.Operation)

func (m *maker) core(d design, remembers *memory) (core, error) {
	enforced, err := m.enforced(d)
	if err != nil {
		return nil, err
	}
	return func(a *answer, r *http.Request, op *ruling.Operation) {
		broken := []string{}
		r = r.WithContext(context.WithValue(r.Context(), brokenKey{}, &broken))
		body, _ := readBody(r) // what cannot be read is for the handler to find
		if d.before == nil || !d.before(&request{view: look(r, op), answer: a}) {
			enforced.ServeHTTP(a, r)
			behind := (d.failsBehind || d.missing) && remembers.behind(look(again(r, body), op))
			x := &exchange{request: r, op: op, answer: a}
			remembers.take(x, body)
			instead := m.settle(&d, x, body)
			switch {
			case instead:
			case behind && d.failsBehind:
				fail(a)
			case behind && a.status/100 == 2:
				x.answerAs("404")
			}
		}
		if d.after != nil {
			setBody(r, body)
			x := &exchange{request: r, op: op, answer: a, broken: broken}
			x.response = op.Response(strconv.Itoa(a.status))
			d.after(x)
		}
	}, nil
}

// settle has an answer keep answer rules, or break those that the design breaks; it says
// whether the design gave another.
func (m *maker) settle(d *design, x *exchange, body []byte) (instead bool) {
	switch {
	case d.instead != nil && d.instead(x, body):
		return true
	case d.asListed && x.listed: // it is wrong in what it lists
	default:
		m.keep(x, body)
	}
	return false
}

// errProvoked is what a derived implementation fails with when it is asked to.
var errProvoked = errors.New("provoked")

func (m *maker) enforced(d design) (http.Handler, error) {
	options := enforce.Options{
		Verifiers: map[string]auth.Verifier{}, StrictQuery: d.strict, Code: d.code, Now: d.clock, Logger: slog.New(slog.DiscardHandler),
		Refused: func(r *http.Request, f enforce.Refusal) {
			broken, ok := r.Context().Value(brokenKey{}).(*[]string)
			for i := 0; ok && i < len(f.Violations); i++ {
				*broken = append(*broken, f.Violations[i].Clause)
			}
		},
	}
	maps.Copy(options.Verifiers, m.verifiers)
	maps.Copy(options.Verifiers, d.verifiers)
	model := m.model
	if d.model != nil {
		model = d.model
	}
	if d.parametersFirst {
		return m.parametersFirst(model, options)
	}
	e, err := enforce.New(held(model), options)
	if err != nil {
		return nil, fmt.Errorf("derive an implementation: %w", err)
	}
	return e.Middleware(m.inside(e)), nil
}

// inside answers the requests that nothing is wrong with.
func (m *maker) inside(e *enforce.Enforcer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get(ProvokeHeader) != "" {
			e.HandleResponseError(w, r, errProvoked)
			return
		}
		if op, found := m.routes.Find(r.Method, route.Split(nil, r.URL)); found && m.successes[op.ID] != nil {
			m.successes[op.ID].write(w, r)
		}
	})
}

// parametersFirst holds a request to everything but credentials, then to those.
func (m *maker) parametersFirst(model *spec.Contract, o enforce.Options) (http.Handler, error) {
	inner, err := enforce.New(held(model), o)
	if err != nil {
		return nil, fmt.Errorf("derive an implementation: %w", err)
	}
	open := *model
	open.Operations = slices.Clone(model.Operations)
	for i, op := range open.Operations {
		open.Operations[i] = cloneOperation(op)
		open.Operations[i].Security = nil
	}
	o.Verifiers = nil
	outer, err := enforce.New(held(&open), o)
	if err != nil {
		return nil, fmt.Errorf("derive an implementation: %w", err)
	}
	return outer.Middleware(inner.Middleware(m.inside(inner))), nil
}
