package prove

import (
	"strings"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
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
