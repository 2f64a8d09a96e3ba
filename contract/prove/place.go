package prove

import (
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// place is a place of an operation's requests or answers.
type place struct {
	*ruling.Place

	op     *spec.Operation
	parent *place
	// made tells that the run fills it with the name of what it makes.
	made bool
}

const element = ruling.Element

// places lists those of an operation's requests, parents before children.
func places(op *spec.Operation) []*place { return placesOf(op, ruling.Places(op)) }

// answerPlaces lists those of the body of an answer.
func answerPlaces(op *spec.Operation, s *spec.Schema) []*place {
	return placesOf(op, ruling.Below(&ruling.Place{Schema: s, Path: []string{ruling.Answer}}))
}

func placesOf(op *spec.Operation, all []*ruling.Place) []*place {
	out := make([]*place, len(all))
	made := map[*ruling.Place]*place{}
	for i, at := range all {
		out[i] = &place{Place: at, op: op, parent: made[at.Parent]}
		made[at] = out[i]
	}
	return out
}

// optional tells that an allowed request may lack the place.
func (at *place) optional() bool {
	return !at.InList() && at.Path[0] != "path" && len(at.Path) > 1 && !at.Required
}

// word names the place in the name of a fault.
func (at *place) word() string {
	return strings.ReplaceAll(strings.Join(at.Path[1:], "-"), element, "items")
}

// label names the place for a person.
func (at *place) label() string {
	if at.In() == "body" {
		return strings.Join(at.Path, ".")
	}
	return at.word() + " (" + at.In() + ")"
}

// clause gives the id of the clause of a keyword.
func (at *place) clause(keyword string) string { return at.Schema.ID + "." + keyword }

// single tells that the place is sent as one text.
func (at *place) single() bool {
	return at.Wire() && (at.parent != nil || at.Parameter.Style().Kind == wire.Scalar)
}

// amongOthers tells that the members of the place are parameters of the query, of
// which what is not listed may be another.
func (at *place) amongOthers() bool {
	return at.Wire() && at.parent == nil && at.Parameter.Style().Apart() && at.Parameter.Written != wire.Deep
}

// maybeNone says that where nothing is sent for a place that may be a value, or gives
// "".
func (at *place) maybeNone() string {
	if at.Wire() && at.parent == nil && at.Parameter.Style().Apart() && len(at.Schema.Check(map[string]any{})) == 0 {
		return "an object without members is valid, and sent as nothing"
	}
	return ""
}

// sole says that without the place nothing of its object would be sent, or gives "".
func (at *place) sole() string {
	if at.IsMember() && !slices.ContainsFunc(at.parent.Schema.Members, func(m *spec.Member) bool { return m.Writable() && m.Schema != at.Schema }) {
		return "without its only member nothing is sent of an object"
	}
	return ""
}

// never says why nothing is ever demanded of what is sent at a place, or gives "".
func (at *place) never() string {
	if at.Parameter == nil || at.In() != "cookie" || at.Parameter.Style().Kind != wire.Object {
		return ""
	}
	return doubt(at.Parameter, map[string]any{"a": "a"})
}
