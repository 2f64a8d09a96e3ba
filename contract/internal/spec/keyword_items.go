package spec

import (
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
)

// maxMinItems bounds how many elements, or members, a value must at least have.
const maxMinItems = 10_000

var minItemsKeyword = Keyword{
	Name: "minItems", Types: []string{"array"},
	Sample:     Sample{`{type: array, items: {type: string}, minItems: 2}`, `["a", "b"]`, `["a"]`},
	read:       func(_ *loader, s *Schema, _ cursor, v *openapi3.Schema) { s.MinItems = v.MinItems },
	consistent: func(l *loader, s *Schema, at cursor) { l.untested(at, "minItems", s.MinItems, maxMinItems) },
	check:      func(s *Schema, v any) []string { return tooFew(elements(v), s.MinItems, "elements") },
	statement:  func(s *Schema) string { return atLeast(s.MinItems, "elements") },
	boundaries: Site.aroundMinItems,
	compare:    compareLeast(func(s *Schema) uint64 { return s.MinItems }),
}

var maxItemsKeyword = Keyword{
	Name: "maxItems", Types: []string{"array"},
	Sample: Sample{`{type: array, items: {type: string}, maxItems: 2}`, `["a", "b"]`, `["a", "b", "c"]`},
	read:   func(_ *loader, s *Schema, _ cursor, v *openapi3.Schema) { s.MaxItems = v.MaxItems },
	consistent: func(l *loader, s *Schema, at cursor) {
		l.contradicts(at, "maxItems", s.MaxItems, "minItems", s.MinItems)
	},
	check:      func(s *Schema, v any) []string { return tooMany(elements(v), s.MaxItems, "elements") },
	statement:  func(s *Schema) string { return atMost(s.MaxItems, "elements") },
	boundaries: Site.aroundMaxItems,
	compare:    compareMost(func(s *Schema) *uint64 { return s.MaxItems }),
}

func elements(v any) uint64 {
	list, _ := v.([]any)
	return uint64(len(list))
}

func (s Site) aroundMinItems() []Try {
	n := s.MinItems
	if n == 0 {
		return nil
	}
	out := s.ofElements(nil, "at", n, true)
	if n > 1 || !s.AsText {
		out = s.ofElements(out, "below", n-1, false)
	}
	return out
}

func (s Site) aroundMaxItems() []Try {
	n, tried := most(s.MaxItems, s.MaxElements)
	if !tried {
		return nil
	}
	return s.ofElements(s.ofElements(nil, "at", n, true), "above", n+1, false)
}

// ofElements adds a list of n elements, if any element is known to be valid.
func (s Site) ofElements(to []Try, name string, n uint64, valid bool) []Try {
	if s.Type != "array" || s.Items == nil {
		return to
	}
	list := s.ListOf(int(n))
	if list == nil {
		return to
	}
	return append(to, Try{Name: name, Value: list, Valid: valid, Why: fmt.Sprintf("has %d elements", n)})
}
