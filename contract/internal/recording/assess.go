package recording

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/har"
	"github.com/apiclause/clause/contract/internal/route"
	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// operation is an operation with its path template.
type operation struct {
	*spec.Operation

	template route.Template
	schemes  []string // query parameters that hold credentials
}

func newOperation(model *spec.Contract, op *spec.Operation) (*operation, error) {
	out := &operation{Operation: op}
	var err error
	out.template, err = route.Parse(op.Path, func(name string) int {
		return slices.IndexFunc(op.Parameters, func(p *spec.Parameter) bool { return p.In == "path" && p.Name == name })
	})
	for _, s := range model.Schemes {
		if s.In == "query" {
			out.schemes = append(out.schemes, s.Param)
		}
	}
	return out, err
}

// assessment says what the contract wants of the answer to a request.
type assessment struct {
	outcome plan.Outcome
	// clause is what the request is about: what it breaks, or what would be broken
	// if it were refused.
	clause string
	level  clause.Level
	why    string
	// targets are the values that only the target knows, as "in name=value".
	targets []string
	// unknown are the values of which only the target knows whether they are there,
	// as "in name=value": those of the path, else what the request need not have.
	unknown []string
}

// certainty is what is known of a parameter or the body.
type certainty int

const (
	// plain: it is there and valid, or it is surely not there.
	plain certainty = iota
	// wrong: it is surely missing or not valid.
	wrong
	// vague: implementations may read it in different ways.
	vague
)

// assessor holds one request to the contract.
type assessor struct {
	model *spec.Contract
	op    *operation
	r     *request
	at    moments

	known  map[string]certainty // of parameters, by "in name", and of body
	input  rule.Input
	breach []breach
	doubts []string
	// edges are clauses that the request keeps only just: who refuses it may have
	// another limit.
	edges   []breach
	targets []string
	// path and optional are the values of the path, and those that the request need
	// not have, as "in name=value".
	path, optional []string
}

// breach is a clause and what of the request breaks it.
type breach struct {
	clause string
	level  clause.Level
	what   string
}

// assess finds out whether a request is forbidden: whether it breaks a clause
// under every reading; or allowed: whether it keeps to all of them under every
// reading, and nothing in it is left to implementations.
func assess(model *spec.Contract, op *operation, e *har.Entry, r *request) assessment {
	a := &assessor{
		model: model, op: op, r: r, at: momentsOf(e), known: map[string]certainty{},
		input: rule.Input{Path: map[string]any{}, Query: map[string]any{}, Header: map[string]any{}, Cookie: map[string]any{}},
	}
	for i, p := range op.Parameters {
		a.parameter(p, i)
	}
	a.unknownNames()
	a.readBody(e)
	for _, r := range op.Rules {
		a.rule(r)
	}
	return a.conclude()
}

func (a *assessor) doubt(format string, args ...any) {
	a.doubts = append(a.doubts, fmt.Sprintf(format, args...))
}

// breaks notes what the request breaks, as a should where that is inferred. What
// the contract makes no clause of, it may leave open.
func (a *assessor) breaks(id string, inferred bool, format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	if c := a.model.Clause(id); c != nil {
		level := c.Level
		if inferred {
			level = clause.Should
		}
		a.breach = append(a.breach, breach{id, level, what})
	} else {
		a.doubts = append(a.doubts, what)
	}
}

// inferred reports whether a clause is broken in a way that is a should unless the
// contract gives a source: by a member that is not listed, or by another case.
func (a *assessor) inferred(id string, otherCase bool) bool {
	c := a.model.Clause(id)
	return c != nil && !c.Sourced() && (otherCase || strings.HasSuffix(id, ".additionalProperties"))
}

// conclude weighs what was found. A clause of level must goes before others.
func (a *assessor) conclude() assessment {
	out := assessment{targets: a.targets, unknown: a.path}
	if len(a.path) == 0 {
		out.unknown = a.optional
	}
	switch {
	case a.r.unfit != "":
		return a.open(out, a.r.unfit)
	case len(a.breach) > 0:
		worst := a.breach[0]
		for _, b := range a.breach {
			if worst.level != clause.Must && b.level == clause.Must {
				worst = b
			}
		}
		return out.as(plan.Refused, worst, worst.what)
	case len(a.doubts) > 0:
		return a.open(out, "it may be accepted or refused: "+a.doubts[0])
	case ruling.Success(a.op.Operation) == nil:
		return a.open(out, "the contract documents no success")
	}
	return a.allowed(out)
}

func (x assessment) as(outcome plan.Outcome, about breach, why string) assessment {
	x.outcome, x.clause, x.level, x.why = outcome, about.clause, about.level, why
	return x
}

// allowed says of a request that keeps to everything what a refusal would break:
// the one clause that it keeps only just, if there is one.
func (a *assessor) allowed(out assessment) assessment {
	should := slices.DeleteFunc(slices.Clone(a.edges), func(b breach) bool { return b.level == clause.Must })
	const keeps = "the request keeps to every clause, however it is read"
	switch {
	case len(should) > 1:
		return a.open(out, "it lies at several limits that are inferred: "+should[0].what)
	case len(should) == 1:
		return out.as(plan.Accepted, should[0], keeps+": "+should[0].what)
	case len(a.edges) == 1:
		return out.as(plan.Accepted, a.edges[0], keeps+": "+a.edges[0].what)
	}
	success := ruling.Success(a.op.Operation).ID
	return out.as(plan.Accepted, breach{clause: success, level: a.level(success)}, keeps)
}

// open says of a request that it may be accepted or refused.
func (a *assessor) open(out assessment, why string) assessment {
	id := a.op.ID + ".answer.unprovoked-5xx"
	return out.as(plan.Either, breach{clause: id, level: a.level(id)}, why)
}

func (a *assessor) level(id string) clause.Level {
	if c := a.model.Clause(id); c != nil {
		return c.Level
	}
	return clause.Must
}
