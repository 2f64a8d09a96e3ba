package enforce

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// endpoint is an operation with all that its requests need made ready.
type endpoint struct {
	*ruling.Operation

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

// newEndpoint makes an operation ready, or gives everything that hinders it. own are
// the operation's clauses.
func newEndpoint(model *spec.Contract, op *spec.Operation, own []*clause.Clause, verifiers map[string]auth.Verifier) (*endpoint, []error) {
	var errs [6]error
	made, err := ruling.NewOperation(op)
	ep := &endpoint{Operation: made, pinned: map[string]*answer{}}
	if b := op.Body; b != nil && model.Clause(b.ID+".mediaType") != nil {
		ep.mediaType = b.ID + ".mediaType"
	}
	errs[0] = err
	ep.security, errs[1] = newSecurity(op, verifiers)
	ep.refusal, errs[2] = newAnswer(ruling.Refusal(op), http.StatusBadRequest)
	ep.unauthenticated, errs[3] = newAnswer(ruling.Unauthorized(op), http.StatusUnauthorized)
	ep.failure, errs[4] = newAnswer(op.Failure(), http.StatusInternalServerError)
	errs[5] = ep.pin(model, own)
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

// pin prepares the answers to what breaks clauses that are pinned to one status.
func (ep *endpoint) pin(model *spec.Contract, own []*clause.Clause) error {
	answers := map[string]*answer{}
	for _, c := range own {
		status := model.Pin(c.ID)
		if status == "" {
			continue
		}
		if answers[status] == nil {
			code, _ := strconv.Atoi(status) // the loader has seen to it
			a, err := newAnswer(ep.Response(status), code)
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
