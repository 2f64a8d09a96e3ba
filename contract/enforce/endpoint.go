package enforce

import (
	"errors"
	"net/http"
	"slices"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/route"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// endpoint is an operation with all that its requests need made ready.
type endpoint struct {
	op       *spec.Operation
	template route.Template
	params   []param
	// query gives the places in params by the names of query parameters.
	query map[string]int
	rules []boundRule
	// security is the alternatives that can be verified; none: nothing is asked.
	security [][]credential

	// refusal is for a request that breaks the contract, failure for an internal
	// error.
	refusal, unauthenticated, failure *answer
}

// param is a parameter with the words for it.
type param struct {
	*spec.Parameter

	style  wire.Style
	label  string // "limit (query)"
	header string // the canonical name of a header
}

// boundRule is a rule with what it reads.
type boundRule struct {
	*spec.Rule

	params []int // places in the endpoint's params
	body   bool
	query  bool // it reads a query parameter
}

// newEndpoint makes an operation ready, or gives everything that hinders it.
func newEndpoint(op *spec.Operation, verifiers map[string]auth.Verifier) (*endpoint, []error) {
	ep := &endpoint{op: op, query: map[string]int{}}
	for i, p := range op.Parameters {
		ep.params = append(ep.params, param{
			Parameter: p, style: p.Style(), label: label(p.Name, p.In), header: http.CanonicalHeaderKey(p.Name),
		})
		if p.In == inQuery {
			ep.query[p.Name] = i
		}
	}
	for _, r := range op.Rules {
		ep.rules = append(ep.rules, ep.bind(r))
	}
	var errs [5]error
	ep.template, errs[0] = route.Parse(op.Path, ep.pathParam)
	ep.security, errs[1] = newSecurity(op, verifiers)
	ep.refusal, errs[2] = ep.refusalAnswer()
	ep.unauthenticated, errs[3] = ep.unauthenticatedAnswer()
	ep.failure, errs[4] = newAnswer(op.Failure(), http.StatusInternalServerError)
	// One response may be all three answers, and have one thing wrong.
	return ep, slices.CompactFunc(slices.DeleteFunc(errs[:], func(err error) bool { return err == nil }),
		func(a, b error) bool { return a.Error() == b.Error() })
}

// The places of parameters, as OpenAPI has them.
const (
	inPath   = "path"
	inQuery  = "query"
	inHeader = "header"
	inCookie = "cookie"
)

func label(name, in string) string { return name + " (" + in + ")" }

func (ep *endpoint) pathParam(name string) int {
	for i := range ep.params {
		if p := ep.params[i]; p.In == inPath && p.Name == name {
			return i
		}
	}
	return -1
}

// bind finds what a rule reads. One that reads a whole group reads all of it.
func (ep *endpoint) bind(r *spec.Rule) boundRule {
	bound := boundRule{Rule: r}
	for _, path := range r.Holds.Reads() {
		if len(path) == 0 {
			continue
		}
		bound.body = bound.body || path[0] == "body"
		bound.query = bound.query || path[0] == inQuery
		for i := range ep.params {
			if p := ep.params[i]; p.In == path[0] && (len(path) == 1 || p.Name == path[1]) {
				bound.params = append(bound.params, i)
			}
		}
	}
	return bound
}

func (ep *endpoint) refusalAnswer() (*answer, error) {
	op := ep.op
	if op.Refusal() == nil && (len(op.Parameters) > 0 || op.Body != nil || len(op.Rules) > 0) {
		return nil, errors.New("it documents no answer to a request that breaks the contract: add a response 400 (or 422, 4XX, default)")
	}
	return newAnswer(op.Refusal(), http.StatusBadRequest)
}

func (ep *endpoint) unauthenticatedAnswer() (*answer, error) {
	op := ep.op
	if !op.Secured() {
		return newAnswer(nil, http.StatusUnauthorized)
	}
	if op.Unauthenticated() == nil {
		return nil, errors.New("it documents no answer to a request without valid credentials: add a response 401 (or 4XX, default)")
	}
	a, err := newAnswer(op.Unauthenticated(), http.StatusUnauthorized)
	a.challenge(ep.security)
	return a, err
}
