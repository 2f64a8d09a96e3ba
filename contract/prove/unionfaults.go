package prove

import (
	"cmp"
	"errors"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
)

// unions reads a composed schema wrongly: one of its alternatives is left out or not
// looked into, or none of them has to be kept.
func (b *builder) unions(at *place) {
	if at.Schema.Composed == nil {
		return
	}
	id := at.clause("schema")
	b.add(Fault{
		Name: "dropped", Clause: id, Class: Union, Description: at.label() + " is not held to its composed schema", Excluded: b.unspoilt(at),
		design: design{model: withSchema(b.model, at, func(s *spec.Schema) { s.Composed, s.Type = nil, "" })},
	})
	for _, m := range at.Schema.Misreadings() {
		f := Fault{
			Name: word(m.Name), Clause: id, Class: Union, Description: at.label() + ": " + m.What, Excluded: b.unshown(at, m),
			design: design{model: withSchema(b.model, at, func(s *spec.Schema) { s.Composed, s.Type = m.Checker, "" })},
		}
		if m.Hint {
			f.Level = clause.Should
		}
		b.add(f)
	}
}

// unshown says why no request shows that a composed schema is read wrongly, or gives "".
func (b *builder) unshown(at *place, m spec.Misreading) string {
	switch {
	case !m.Shown && m.Refuses:
		return "what keeps to it keeps to another alternative, too"
	case !m.Shown:
		return "no value was found that it takes, and that no reader takes for one of another alternative"
	case at.Wire() && cmp.Or(at.doubt(m.Shows), unscalar(m.Shows)) != "":
		return cmp.Or(at.doubt(m.Shows), unscalar(m.Shows))
	case at.Wire() && !m.Refuses && b.reads(at, m.Shows):
		return "its text is one of a valid value"
	case !b.oracle.allowed(at, m.Shows):
		return "no allowed request has such a value"
	}
	return ""
}

// unspoilt says why no request shows that a composed schema is not checked, or gives "".
func (b *builder) unspoilt(at *place) string {
	if at.Schema.Sample() == nil {
		return "no value of " + at.label() + " is known to be valid, so that nothing else is known to be wrong with one"
	}
	for _, v := range []any{"abc", map[string]any{}, int64(7), "maybe"} {
		if len(at.Schema.Check(v)) > 0 && (!at.Wire() || unscalar(v) == "" && !b.reads(at, v)) {
			return ""
		}
	}
	return "every value is valid, as far as is known"
}

// reads tells that the text of a value is read as a valid one.
func (b *builder) reads(at *place, v any) bool {
	read, ok := at.Schema.FromText(spec.Text(v))
	return ok && len(at.Schema.Check(read)) == 0
}

func unscalar(v any) string {
	switch v.(type) {
	case nil, []any, map[string]any:
		return "what is no scalar is not written as text"
	}
	return ""
}

// nulls refuses null where the contract says that it is valid.
func (b *builder) nulls(at *place) {
	s := at.Schema
	if at.Wire() || !s.TakesNull() {
		return
	}
	excluded := ""
	if !b.oracle.allowed(at, nil) {
		excluded = "no allowed request has null there"
	}
	b.add(Fault{
		Name: "null-refused", Clause: b.valueClause(at), Class: Type, Description: "null is refused for " + at.label(), Excluded: excluded,
		design: design{model: withSchema(b.model, at, func(s *spec.Schema) {
			if s.Nullable = false; s.Composed != nil {
				s.Composed = withoutNull{s.Composed}
			}
		})},
	})
}

// withoutNull refuses null.
type withoutNull struct{ spec.Checker }

// Check implements spec.Checker.
func (c withoutNull) Check(v any) error {
	if v == nil {
		return errors.New("must not be null")
	}
	return c.Checker.Check(v)
}

// negatives refuses negative numbers where nothing forbids them.
func (b *builder) negatives(at *place) {
	s := at.Schema
	numeric := s.Type == "integer" || s.Type == "number"
	if !numeric || s.Minimum != nil || s.Composed != nil || len(s.Enum) > 0 || at.In() == "path" || at.FromTarget || at.IsElement() {
		return
	}
	id := b.valueClause(at)
	n := s.Numeric(-10)
	if s.MultipleOf != nil {
		n = s.Numeric(-*s.MultipleOf)
	}
	excluded := ""
	if len(s.Check(n)) > 0 || !b.oracle.allowed(at, n) {
		excluded = "no allowed request has a negative number there"
	}
	b.add(Fault{
		Name: "negative-refused", Clause: id, Class: Limit, Description: "negative numbers are refused for " + at.label(), Excluded: excluded,
		Level: b.unlessSourced(id), design: design{model: withSchema(b.model, at, func(s *spec.Schema) { s.Minimum = new(0.0) })},
	})
}

// valueClause is the clause that valid values of a place are taken by.
func (b *builder) valueClause(at *place) string {
	for _, keyword := range []string{"type", "enum", "schema"} {
		if b.model.Clause(at.clause(keyword)) != nil {
			return at.clause(keyword)
		}
	}
	return ""
}
