package run

import (
	"context"
	"net/http"
	"slices"

	"github.com/apiclause/clause/contract/plan"
)

// unknownPath cannot exist: it was drawn once.
const unknownPath = "/clause-no-such-path-7d41c0b95e2f4a86"

// Unknown returns the fingerprint of the answer to a path that cannot exist, nil
// if none was asked for or none came.
func (r *Runner) Unknown() *Fingerprint { return r.unknown.Load() }

// LearnUnknown asks for a path that cannot exist, with the headers and credentials
// of a case, for Unknown to return what came. The case that it gives back says what
// was sent; it is in no plan.
func (r *Runner) LearnUnknown(ctx context.Context, of *plan.Case) (*plan.Case, Exchange) {
	probe := &plan.Case{
		ID: "no-such-path", Operation: of.Operation, Technique: of.Technique,
		Request: plan.Request{Method: http.MethodGet, Path: unknownPath, Credential: of.Request.Credential},
		// Whatever comes is an answer.
		Expect: plan.Expect{Outcome: plan.Either, Statuses: []string{"1XX", "2XX", "3XX", "4XX", "5XX"}},
	}
	if of.Request.Method == http.MethodHead {
		probe.Request.Method = http.MethodHead
	}
	for _, p := range of.Request.Parameters {
		if p.In == "header" || p.In == "cookie" {
			probe.Request.Parameters = append(probe.Request.Parameters, p)
		}
	}
	e := r.exchange(ctx, probe, -1)
	if found, ok := FingerprintOf(&e); ok && e.Problem == nil {
		r.unknown.Store(&found)
	}
	return probe, e
}

// missing reports whether an answer says that there is nothing at a path.
func missing(e *Exchange) bool {
	return e.Problem == nil && slices.Contains([]int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone}, e.Got.Status)
}

// enough is how much has to speak against a target before it is not tested.
const enough = 3

// misplaced tells a path of baseURL that is wrong from a thing that is not there.
// It is wrong if all answers are like that to a path that cannot exist, and not
// every one of them may be about a thing.
func (p *preflight) misplaced(ctx context.Context) *Diagnosis {
	c, e := p.at(0)
	p.tried.Probe, p.tried.Probed = p.LearnUnknown(ctx, c)
	unknown := p.Unknown()
	if unknown == nil || !unknown.Matches(e) {
		return nil
	}
	evidence := p.weight(c, e.Got.Status)
	otherPath := func(c *plan.Case) bool { return accepting(c) && p.anew(c, samePath) }
	for p.left > 1 || evidence >= enough { // one is left for what follows
		other, ok := p.try(ctx, otherPath)
		if !ok {
			break
		}
		if !unknown.Matches(&other) {
			return nil
		}
		evidence += p.weight(&p.cases[other.Case], other.Got.Status)
	}
	if evidence < enough {
		// Who serves an operation says so to a request without credentials.
		if other, ok := p.try(ctx, demandsCredentials); ok && unknown.Matches(&other) {
			evidence = enough
		}
	}
	if evidence < enough || ended(ctx) {
		return nil
	}
	return &Diagnosis{
		WrongPath, answeredAs(e, "every path that was tried is answered like one that does not exist"),
		"correct the path of baseURL, to which the contract's paths are appended, or what is given under values",
	}
}

// weight is how much an answer that there is no such path, or no right to it, says
// of the whole target, enough or less. A thing that was made up need not exist, and
// a status that is documented may be lawful.
func (p *preflight) weight(c *plan.Case, status int) int {
	values, documented := p.pathOf(c), p.documented(c, status)
	switch {
	case values == madeUpValues:
		return 0
	case !p.invented(c) && (!documented || values == vouchedValues), values == vouchedValues && !documented:
		return enough
	default:
		return 1
	}
}

func samePath(a, b *plan.Case) bool { return a.Request.Path == b.Request.Path }
