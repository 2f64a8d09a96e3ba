package spec

import "github.com/getkin/kin-openapi/openapi3"

var uniqueItemsKeyword = Keyword{
	Name: "uniqueItems", Types: []string{"array"},
	compare: compareFlags(func(s *Schema) bool { return s.UniqueItems }),
	Sample:  Sample{`{type: array, items: {type: string}, uniqueItems: true, minItems: 2}`, `["a", "b"]`, `["a", "a"]`},
	read:    func(_ *loader, s *Schema, _ cursor, v *openapi3.Schema) { s.UniqueItems = v.UniqueItems },
	check: func(s *Schema, v any) []string {
		if s.UniqueItems && repeats(v) {
			return []string{"must not hold an element twice"}
		}
		return nil
	},
	statement: func(s *Schema) string {
		if !s.UniqueItems {
			return ""
		}
		return "holds no element twice"
	},
	breaking: Site.duplicate,
}

func repeats(v any) bool {
	list, _ := v.([]any)
	seen := make(map[string]bool, len(list))
	for _, item := range list {
		key := string(appendKey(nil, item))
		if seen[key] {
			return true
		}
		seen[key] = true
	}
	return false
}

// duplicate returns a list whose last element is its first.
func (s Site) duplicate() []Try {
	if !s.UniqueItems || s.Items == nil {
		return nil
	}
	length := max(2, int(s.MinItems))
	values := s.ListOf(length)
	if values == nil {
		return nil
	}
	values[length-1] = values[0]
	return []Try{{Name: "duplicate", Value: values, Why: "holds an element twice"}}
}
