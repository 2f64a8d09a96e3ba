package enforce

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/route"
	"github.com/apiclause/clause/contract/internal/ruling"
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
	// pinned are the answers to what breaks clauses that the contract pins to one
	// status, by the clause.
	pinned map[string]*answer
	// mediaType is the clause on the body's media type, "" where there is none.
	mediaType string
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
func newEndpoint(model *spec.Contract, op *spec.Operation, verifiers map[string]auth.Verifier) (*endpoint, []error) {
	ep := &endpoint{op: op, query: map[string]int{}, pinned: map[string]*answer{}}
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
	if b := op.Body; b != nil && model.Clause(b.ID+".mediaType") != nil {
		ep.mediaType = b.ID + ".mediaType"
	}
	var errs [6]error
	ep.template, errs[0] = route.Parse(op.Path, ep.pathParam)
	ep.security, errs[1] = newSecurity(op, verifiers)
	ep.refusal, errs[2] = newAnswer(ruling.Refusal(op), http.StatusBadRequest)
	ep.unauthenticated, errs[3] = newAnswer(ruling.Unauthorized(op), http.StatusUnauthorized)
	ep.failure, errs[4] = newAnswer(op.Failure(), http.StatusInternalServerError)
	errs[5] = ep.pin(model)
	ep.unauthenticated.challenge(ep.security)
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

// pin prepares the answers to what breaks clauses that are pinned to one status.
func (ep *endpoint) pin(model *spec.Contract) error {
	answers := map[string]*answer{}
	for _, c := range model.Clauses {
		status := model.Pin(c.ID)
		if c.Operation != ep.op.ID || status == "" {
			continue
		}
		if answers[status] == nil {
			code, _ := strconv.Atoi(status) // the loader has seen to it
			a, err := newAnswer(ep.op.Response(status), code)
			if err != nil {
				return err
			}
			a.status = code // which may be documented in a range
			if status == "401" {
				a.challenge(ep.security)
			}
			answers[status] = a
		}
		ep.pinned[c.ID] = answers[status]
	}
	return nil
}

// answerTo returns the answer to a request that breaks clauses: that of the first
// that is pinned, else the usual one.
func (ep *endpoint) answerTo(found []Violation, usual *answer) *answer {
	for _, v := range found {
		if a := ep.pinned[v.Clause]; a != nil {
			return a
		}
	}
	return usual
}
