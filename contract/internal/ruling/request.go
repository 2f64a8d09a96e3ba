package ruling

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/apiclause/clause/contract/internal/route"
	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// Operation is an operation made ready for requests to be held to it.
type Operation struct {
	*spec.Operation

	Template route.Template
	Params   []Param
	Rules    []*Rule
	Answers  []*AnswerRule

	// query gives what is sent under a name of the query.
	query map[string]named
}

// named is the index of a parameter, and the member of it that has a name.
type named struct {
	param  int
	member string
}

// Param is a parameter with what every request needs of it.
type Param struct {
	*spec.Parameter

	Style wire.Style
	Label string // "limit (query)"
	// Header is the canonical name of a header.
	Header string
}

// NewOperation makes an operation ready. An error is about its path.
func NewOperation(op *spec.Operation) (*Operation, error) {
	out := &Operation{Operation: op}
	for _, p := range op.Parameters {
		out.Params = append(out.Params, Param{
			Parameter: p, Style: p.Style(), Label: p.Label(), Header: http.CanonicalHeaderKey(p.Name),
		})
	}
	out.nameQuery()
	for _, r := range op.Rules {
		out.Rules = append(out.Rules, newRule(op, r))
	}
	for _, r := range op.Answers {
		out.Answers = append(out.Answers, newAnswerRule(op, r))
	}
	var err error
	out.Template, err = route.Parse(op.Path, func(name string) int { return out.Find("path", name) })
	return out, err
}

// nameQuery notes who has which name of the query.
func (op *Operation) nameQuery() {
	op.query = map[string]named{}
	for i := range op.Params {
		p := &op.Params[i]
		switch {
		case p.In != "query":
		case !p.Style.Apart():
			op.query[p.Name] = named{i, ""}
		default:
			for _, m := range p.Schema.Members {
				op.query[p.Style.MemberName(p.Name, m.Name)] = named{i, m.Name}
			}
		}
	}
}

// QueryNames lists the names of the query that the operation has.
func (op *Operation) QueryNames() []string {
	var names []string
	for i := range op.Params {
		p := &op.Params[i]
		switch {
		case p.In != "query":
		case !p.Style.Apart():
			names = append(names, p.Name)
		default:
			for _, m := range p.Schema.Members {
				names = append(names, p.Style.MemberName(p.Name, m.Name))
			}
		}
	}
	return names
}

// Query gives the index of the parameter that is sent under a name of the query, and
// its member if it is one of those; -1 where no parameter is.
func (op *Operation) Query(name string) (i int, member string) {
	if found, ok := op.query[name]; ok {
		return found.param, found.member
	}
	for i := range op.Params {
		p := &op.Params[i]
		member, ok := p.Style.Member(p.Name, name)
		// Where members stand among other parameters, what is not listed is one only
		// if such members are described.
		if ok && p.In == "query" && (p.Style.Name == wire.Deep || p.Schema.Additional != nil) {
			return i, member
		}
	}
	return -1, ""
}

// Operations makes all operations of a contract ready, to be found by method and
// path.
func Operations(model *spec.Contract) (*route.Table[*Operation], error) {
	all := &route.Table[*Operation]{}
	for _, op := range model.Operations {
		made, err := NewOperation(op)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", op.At, err)
		}
		all.Add(op.Method, made.Template, made)
	}
	return all, nil
}

// Find gives the index of a parameter, or -1.
func (op *Operation) Find(in, name string) int {
	return slices.IndexFunc(op.Parameters, func(p *spec.Parameter) bool { return p.In == in && p.Name == name })
}

// Certainty is what is known of a parameter or of the body of a request.
type Certainty int

// What is known of a part of a request. What is worse hides what is not.
const (
	// Plain: it is there and valid, or it is surely not there.
	Plain Certainty = iota
	// Vague: implementations may read it in different ways.
	Vague
	// Wrong: it is surely missing or not valid.
	Wrong
)

// Request is a request in the one form that rules are applied to, whatever it was
// made from: values that were chosen, a live request, or a recorded one. It may be
// used again.
type Request struct {
	// Input holds the values of what is plain.
	Input rule.Input

	op    *Operation
	known []Certainty // of each parameter, then of the body
}

// Reset makes the request one for an operation that has nothing in it yet.
func (q *Request) Reset(op *Operation) {
	q.op = op
	q.known = append(q.known[:0], make([]Certainty, len(op.Params)+1)...)
	for _, group := range []*map[string]any{&q.Input.Path, &q.Input.Query, &q.Input.Header, &q.Input.Cookie} {
		if *group == nil {
			*group = map[string]any{}
		}
		clear(*group)
	}
	q.Input.Body, q.Input.Now = nil, time.Time{}
}

// Set gives a parameter a value.
func (q *Request) Set(i int, value any) {
	if part, _ := q.Input.Part(q.op.Params[i].In); part != nil {
		group, _ := part.(map[string]any)
		group[q.op.Params[i].Name] = value
	}
}

// Mark says of a parameter that it is not plain.
func (q *Request) Mark(i int, is Certainty) { q.known[i] = max(q.known[i], is) }

// MarkBody says of the body that it is not plain.
func (q *Request) MarkBody(is Certainty) { q.Mark(len(q.op.Params), is) }

// Known says what is known of a parameter.
func (q *Request) Known(i int) Certainty { return q.known[i] }

// KnownBody says what is known of the body.
func (q *Request) KnownBody() Certainty { return q.known[len(q.op.Params)] }

// Readable says what is known of all that a rule reads. A rule is not applied to
// what is wrong: the request is refused for that. An optional parameter that is
// absent hinders nothing: rules ask for it with has().
func (q *Request) Readable(r *Rule) Certainty {
	worst := Plain
	for _, i := range r.parts {
		worst = max(worst, q.known[i])
	}
	return worst
}
