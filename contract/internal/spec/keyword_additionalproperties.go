package spec

import (
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

var additionalPropertiesKeyword = Keyword{
	Name: "additionalProperties", Types: []string{"object"},
	compare: compareFlags(func(s *Schema) bool { return s.Closed }),
	Sample:  Sample{`{type: object, properties: {a: {type: integer}}, additionalProperties: false}`, `{"a": 1}`, `{"b": 1}`},
	read: func(_ *loader, s *Schema, at cursor, v *openapi3.Schema) {
		// With patternProperties the library says which members are others.
		s.Closed = v.AdditionalProperties.Has != nil && !*v.AdditionalProperties.Has && !at.step("patternProperties").exists()
	},
	check: (*Schema).checkClosed,
	statement: func(s *Schema) string {
		if !s.Closed {
			return ""
		}
		return "has no members but those listed"
	},
	breaking: func(s Site) []Try {
		if !s.Closed {
			return nil
		}
		return []Try{{
			Name: "unlisted", Value: "x", Within: s.Unlisted(), Why: "has a member that is not listed", Inferred: true,
		}}
	},
}

func (s *Schema) checkClosed(v any) []string {
	object, _ := v.(map[string]any)
	if !s.Closed {
		return nil
	}
	var wrong []string
	for _, name := range s.others(object) {
		wrong = append(wrong, "must not have the member "+strconv.Quote(brief(name)))
	}
	return wrong
}

// others returns the members of an object that are not listed.
func (s *Schema) others(object map[string]any) []string {
	var out []string
	for name := range object {
		if m := s.Member(name); m == nil || m.elsewhere {
			out = append(out, name)
		}
	}
	slices.Sort(out) // a map has no order, and reports have one
	return out
}

// Unlisted names a member that an object does not list.
func (s *Schema) Unlisted() string {
	name := "unlistedMember"
	for s.Member(name) != nil {
		name += "_"
	}
	return name
}
