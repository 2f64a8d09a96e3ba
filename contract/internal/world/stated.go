package world

import "github.com/apiclause/clause/contract/internal/spec"

// statedBy reports whether a rule of the contract says what a convention does.
func (c convention) statedBy(r *spec.AnswerRule) bool {
	return r.Convention == nil && r.Holds.String() == c.expression && r.About() == c.when
}
