package prove

import (
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// place is where a request of an operation carries a value: a parameter, a
// member of the body, or the elements of a list in either.
type place struct {
	op     *spec.Operation
	param  *spec.Parameter // nil within the body
	schema *spec.Schema
	// path is in and name, or body and the names of members; an element of a
	// list has [] for its name.
	path     []string
	required bool
	parent   *place
	target   bool
}

const element = "[]"

// inAnswer is where the path of a place in an answer begins.
const inAnswer = "answer"

// places lists those of an operation, parents before children.
func places(op *spec.Operation) []*place {
	var all []*place
	for _, p := range op.Parameters {
		at := &place{op: op, param: p, schema: p.Schema, path: []string{p.In, p.Name}, required: p.Required, target: p.FromTarget}
		all = append(all, at)
		if p.Schema.Items != nil {
			all = append(all, &place{
				op: op, param: p, schema: p.Schema.Items, path: append(slices.Clone(at.path), element), parent: at, required: true,
			})
		}
	}
	if op.Body == nil {
		return all
	}
	m := spec.JSON(op.Body.Content)
	if m == nil || m.Schema == nil {
		return all
	}
	return append(all, below(&place{op: op, schema: m.Schema, path: []string{"body"}, required: op.Body.Required})...)
}

func below(at *place) []*place {
	all := []*place{at}
	for _, m := range at.schema.Members {
		if m.ReadOnly && at.in() != inAnswer || m.WriteOnly && at.in() == inAnswer {
			continue // it is not sent
		}
		all = append(all, below(&place{
			op: at.op, schema: m.Schema, path: append(slices.Clone(at.path), m.Name), required: m.Required,
			parent: at, target: m.Schema.FromTarget,
		})...)
	}
	if at.schema.Items != nil {
		all = append(all, below(&place{
			op: at.op, schema: at.schema.Items, path: append(slices.Clone(at.path), element), parent: at, required: true,
		})...)
	}
	return all
}

// in is the part of the request.
func (at *place) in() string { return at.path[0] }

// wire tells that the value is sent as text, not as JSON.
func (at *place) wire() bool { return at.param != nil }

// isElement tells that the place is the elements of a list.
func (at *place) isElement() bool { return at.path[len(at.path)-1] == element }

// inList tells that the place lies within the elements of a list.
func (at *place) inList() bool { return slices.Contains(at.path, element) }

// optional tells that an allowed request may lack the place.
func (at *place) optional() bool {
	return !at.inList() && at.path[0] != "path" && len(at.path) > 1 && !at.required
}

// word names the place in the name of a fault.
func (at *place) word() string {
	return strings.ReplaceAll(strings.Join(at.path[1:], "-"), element, "items")
}

// label names the place for a person.
func (at *place) label() string {
	if at.in() == "body" {
		return strings.Join(at.path, ".")
	}
	return at.word() + " (" + at.in() + ")"
}

// clause gives the id of the clause of a keyword.
func (at *place) clause(keyword string) string { return at.schema.ID + "." + keyword }
