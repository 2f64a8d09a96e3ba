package spec

import (
	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/internal/source"
)

// A schema with a discriminator and without alternatives stands for those that inherit
// from it (OpenAPI 3.0.3, section 4.7.25): what is sent is one of them, with its name.

// heir is a schema that inherits from another, by the name that means it.
type heir struct {
	name, member string
	part         *Schema
}

// HeirSample is a value of an heir.
type HeirSample struct {
	Name  string
	Value any
}

// heirs reads the schemas that inherit from one at a place of a request.
func (l *loader) heirs(s scope, out *Schema, at cursor, v *openapi3.Schema) {
	marks := at.step(source.Heirs)
	if s.dir != request || !marks.exists() || v.Discriminator == nil || l.doc.Components == nil {
		return
	}
	named := out.Member(v.Discriminator.PropertyName)
	for _, key := range marks.keys() {
		name := component(marks.scalar(key.Name))
		ref := l.doc.Components.Schemas[name]
		if ref == nil || ref.Value == nil || named != nil && len(named.Schema.Check(key.Name)) > 0 {
			continue
		}
		place := at.top().in("components", "schemas", name)
		out.heirs = append(out.heirs, heir{key.Name, v.Discriminator.PropertyName, l.part(s.dir, place, ref.Value)})
	}
	if samples := out.HeirSamples(); named != nil && len(samples) > 0 {
		named.Schema.Chosen = samples[0].Name
	}
}

// HeirSamples returns a valid value of each schema that inherits from this one.
func (s *Schema) HeirSamples() []HeirSample {
	var out []HeirSample
	for _, h := range s.heirs {
		object, ok := h.part.OrdinarySample().(map[string]any)
		if !ok {
			continue
		}
		value := overlay(object, map[string]any{h.member: h.name})
		if len(s.Check(value)) == 0 && len(h.part.Check(value)) == 0 {
			out = append(out, HeirSample{h.name, value})
		}
	}
	return out
}
