package spec

import "github.com/getkin/kin-openapi/openapi3"

var multipleOfKeyword = Keyword{
	Name: "multipleOf", Types: numeric,
	compare: compareMultiples,
	Sample:  Sample{`{type: integer, multipleOf: 3}`, `6`, `7`},
	read:    func(_ *loader, s *Schema, _ cursor, v *openapi3.Schema) { s.MultipleOf = v.MultipleOf },
	check: func(s *Schema, v any) []string {
		if s.MultipleOf != nil && !multiple(v, *s.MultipleOf) {
			return []string{"must be a multiple of " + Number(*s.MultipleOf)}
		}
		return nil
	},
	statement: func(s *Schema) string {
		if s.MultipleOf == nil {
			return ""
		}
		return "is a multiple of " + Number(*s.MultipleOf)
	},
	boundaries: Site.aroundMultiple,
}

// aroundMultiple returns a number between two multiples, and the next multiple.
func (s Site) aroundMultiple() []Try {
	if s.MultipleOf == nil || *s.MultipleOf == 1 || !s.limited() {
		return nil
	}
	v := s.Sample()
	if v == nil {
		return nil
	}
	valid, _ := Float(v)
	off := s.Numeric(valid + *s.MultipleOf/2)
	if s.Type == "integer" {
		off = s.Numeric(valid + 1)
	}
	unit := Number(*s.MultipleOf)
	return []Try{
		{Name: "between", Value: off, Why: "is no multiple of " + unit},
		{Name: "multiple", Value: s.Numeric(valid + *s.MultipleOf), Valid: true, Why: "is a multiple of " + unit},
	}
}
