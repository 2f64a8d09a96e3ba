package plan

import (
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// slot is a place of a request with what values are chosen for it. Of a list it is
// the first element.
type slot struct {
	*ruling.Place

	// path is where drafts have the value.
	path []string
	// choice is the schema that ordinary values are chosen from.
	choice *spec.Schema
	parent *slot
}

// name says which slot it is, in a case's id.
func (s *slot) name() string {
	if len(s.path) == 1 {
		return "the " + s.path[0]
	}
	return strings.Join(s.path[1:], ".")
}

// query tells that the slot's value is text in the query.
func (s *slot) query() bool { return s.path[0] == "query" && s.Wire() }

// object tells that the slot's value is an object that is sent as text.
func (s *slot) object() bool {
	return s.Wire() && s.parent == nil && s.Parameter.Style().Kind == wire.Object
}

// optional tells that a request may lack the slot on its own account.
func (s *slot) optional() bool { return !s.Required && !s.Assumed && !s.IsElement() }

// firstElement is what drafts call the first element of a list.
const firstElement = "0"

// slots lists the places of an operation's requests, parents before children.
func slots(op *spec.Operation) []*slot {
	var all []*slot
	made := map[*ruling.Place]*slot{}
	for _, at := range ruling.Places(op) {
		s := &slot{Place: at, path: at.Path, parent: made[at.Parent]}
		s.choose()
		made[at] = s
		all = append(all, s)
	}
	return all
}

// choose finds out where drafts have the slot, and what it is chosen from.
func (s *slot) choose() {
	if s.parent == nil {
		if s.choice = s.Schema; s.Parameter != nil {
			s.choice = preferred(s.Parameter)
		}
		return
	}
	name := s.Path[len(s.Path)-1]
	if s.IsElement() {
		name = firstElement
	}
	s.path = append(slices.Clone(s.parent.path), name)
	switch {
	case s.IsMember():
		s.choice = s.parent.choice.MemberSchema(name)
	case s.Wire():
		s.choice = s.parent.choice.Items
	default:
		s.choice = shownWithin(s.parent.choice.Example, name, s.Schema)
	}
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
