package spec

import (
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
)

var minPropertiesKeyword = Keyword{
	Name: "minProperties", Types: []string{"object"},
	compare:    compareLeast(func(s *Schema) uint64 { return s.MinProps }),
	Sample:     Sample{`{type: object, properties: {a: {type: integer}}, minProperties: 1}`, `{"a": 1}`, `{}`},
	read:       func(_ *loader, s *Schema, _ cursor, v *openapi3.Schema) { s.MinProps = v.MinProps },
	consistent: func(l *loader, s *Schema, at cursor) { l.untested(at, "minProperties", s.MinProps, maxMinItems) },
	check:      func(s *Schema, v any) []string { return tooFew(members(v), s.MinProps, "members") },
	statement:  func(s *Schema) string { return atLeast(s.MinProps, "members") },
	boundaries: Site.aroundMinProperties,
}

var maxPropertiesKeyword = Keyword{
	Name: "maxProperties", Types: []string{"object"},
	compare: compareMost(func(s *Schema) *uint64 { return s.MaxProps }),
	Sample: Sample{
		`{type: object, properties: {a: {type: integer}, b: {type: integer}}, maxProperties: 1}`, `{"a": 1}`, `{"a": 1, "b": 1}`,
	},
	read: func(_ *loader, s *Schema, _ cursor, v *openapi3.Schema) { s.MaxProps = v.MaxProps },
	consistent: func(l *loader, s *Schema, at cursor) {
		l.contradicts(at, "maxProperties", s.MaxProps, "minProperties", s.MinProps)
	},
	check:      func(s *Schema, v any) []string { return tooMany(members(v), s.MaxProps, "members") },
	statement:  func(s *Schema) string { return atMost(s.MaxProps, "members") },
	boundaries: Site.aroundMaxProperties,
}

func members(v any) uint64 {
	object, _ := v.(map[string]any)
	return uint64(len(object))
}

// maxMembers bounds the objects that limits of their members are tried with.
const maxMembers = 200

func (s Site) aroundMinProperties() []Try {
	n := s.MinProps
	if n == 0 || n >= maxMembers {
		return nil
	}
	return s.ofMembers(s.ofMembers(nil, "at", n, true), "below", n-1, false)
}

func (s Site) aroundMaxProperties() []Try {
	n, tried := most(s.MaxProps, maxMembers)
	if !tried {
		return nil
	}
	return s.ofMembers(s.ofMembers(nil, "at", n, true), "above", n+1, false)
}

// ofMembers adds an object of n members, if so many are known.
func (s Site) ofMembers(to []Try, name string, n uint64, valid bool) []Try {
	if s.AsText || !s.Object() {
		return to
	}
	object := s.ObjectOf(int(n))
	if object == nil {
		return to
	}
	return append(to, Try{Name: name, Value: object, Valid: valid, Why: fmt.Sprintf("has %d members", n)})
}
