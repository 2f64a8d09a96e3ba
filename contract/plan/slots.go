package plan

import (
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// slot is a place of a request that takes a value: a parameter, a member of the
// body, or the first element of a list in it.
type slot struct {
	path   []string
	schema *spec.Schema
	// choice is the schema that ordinary values are chosen from.
	choice   *spec.Schema
	style    wire.Style // of a parameter
	required bool
	parent   *slot
	// element tells that the slot is the first element of its parent's list.
	element bool
	// target tells that only the target knows valid values.
	target bool
}

// name says which slot it is, in a case's id.
func (s *slot) name() string {
	if len(s.path) == 1 {
		return "the " + s.path[0]
	}
	return strings.Join(s.path[1:], ".")
}

// query tells that the slot's value is text in the query.
func (s *slot) query() bool { return s.path[0] == "query" }

// wire tells that the slot's value is sent as text, not as JSON.
func (s *slot) wire() bool { return s.path[0] != "body" }

// optional tells that a request may lack the slot on its own account.
func (s *slot) optional() bool { return !s.required && !s.element }

// slots lists the places of an operation's requests, parents before children.
func slots(op *spec.Operation) []*slot {
	var all []*slot
	for _, p := range op.Parameters {
		s := &slot{
			path: []string{p.In, p.Name}, schema: p.Schema, choice: preferred(p), style: p.Style(), required: p.Required, target: p.FromTarget,
		}
		all = append(all, s)
		if p.Schema.Items != nil {
			all = append(all, &slot{
				path: []string{p.In, p.Name, "0"}, schema: p.Schema.Items, choice: s.choice.Items, style: s.style, parent: s, element: true,
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
	return append(all, below(&slot{path: []string{"body"}, schema: m.Schema, choice: m.Schema, required: op.Body.Required})...)
}

func below(s *slot) []*slot {
	all := []*slot{s}
	for _, m := range s.schema.Members {
		if m.ReadOnly {
			continue
		}
		all = append(all, below(&slot{
			path: append(slices.Clone(s.path), m.Name), schema: m.Schema, choice: shownWithin(s.choice.Example, m.Name, m.Schema), required: m.Required,
			parent: s, target: m.Schema.FromTarget,
		})...)
	}
	if s.schema.Items != nil {
		all = append(all, below(&slot{
			path: append(slices.Clone(s.path), "0"), schema: s.schema.Items, choice: shownWithin(s.choice.Example, "0", s.schema.Items),
			parent: s, element: true,
		})...)
	}
	return all
}

// shownWithin gives the schema that values are chosen from at a place of a whole, of which
// the description shows an example.
func shownWithin(example any, name string, s *spec.Schema) *spec.Schema {
	v, ok := draft{"": example}.get([]string{"", name})
	if !ok || v == nil || len(s.Check(v)) > 0 {
		return s
	}
	out := *s
	out.Example = v
	return &out
}
