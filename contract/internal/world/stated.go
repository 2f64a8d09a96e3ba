package world

import "github.com/apiclause/clause/contract/internal/spec"

// statedBy reports whether a rule of the contract says what a convention does.
func (c convention) statedBy(r *spec.AnswerRule) bool {
	when := ""
	if r.When != nil {
		when = r.When.String()
	}
	return r.Convention == nil && r.Holds.String() == c.expression && when == c.when
}
