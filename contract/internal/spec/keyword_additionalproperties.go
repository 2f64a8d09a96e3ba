package spec

import (
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

var additionalPropertiesKeyword = Keyword{
	Name: "additionalProperties", Types: []string{"object"},
	Sample: Sample{`{type: object, properties: {a: {type: integer}}, additionalProperties: false}`, `{"a": 1}`, `{"b": 1}`},
	read: func(_ *loader, s *Schema, at cursor, v *openapi3.Schema) {
		// With patternProperties the library says which members are others.
		s.Closed = v.AdditionalProperties.Has != nil && !*v.AdditionalProperties.Has && !at.step("patternProperties").exists()
	},
	check: (*Schema).checkAdditional,
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
			Keyword: "additionalProperties", Name: "unlisted", Value: "x", Within: s.Unlisted(), Why: "has a member that is not listed", Inferred: true,
		}}
	},
}

// checkAdditional holds the members that are not listed to what is said of them.
func (s *Schema) checkAdditional(v any, c *checking) {
	object, _ := v.(map[string]any)
	if !s.Closed && s.Additional == nil {
		return
	}
	var others []string
	for name := range object {
		if m := s.Member(name); m == nil || m.elsewhere {
			others = append(others, name)
		}
	}
	slices.Sort(others) // a map has no order, and reports have one
	for _, name := range others {
		if s.Closed {
			s.report(c, "additionalProperties", "must not have the member "+strconv.Quote(brief(name)))
		} else {
			c.within(MemberStep(name), s.Additional, object[name])
		}
	}
}

// Unlisted names a member that an object does not list.
func (s *Schema) Unlisted() string {
	name := "unlistedMember"
	for s.Member(name) != nil {
		name += "_"
	}
	return name
}
