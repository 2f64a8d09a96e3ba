package spec

import (
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// direction says who sends a value. A readOnly member should not be sent in a
// request, nor a writeOnly one in an answer; where such a member is required, it
// is so in the other direction alone (OpenAPI 3.0.3, section 4.7.24.2).
type direction int

const (
	// parameter is sent as text: every value of it is a string.
	parameter direction = iota
	request
	answer
)

func newMember(name string, v *openapi3.Schema, required bool, dir direction) *Member {
	m := &Member{Name: name, ReadOnly: flagged(v, isReadOnly), WriteOnly: flagged(v, isWriteOnly), dir: dir}
	m.Required = required && !m.unsent()
	return m
}

// unsent reports whether the member should not be sent in the direction of its schema.
func (m *Member) unsent() bool {
	if m.dir == answer {
		return m.WriteOnly
	}
	return m.ReadOnly
}

func isReadOnly(v *openapi3.Schema) bool { return v.ReadOnly }

func isWriteOnly(v *openapi3.Schema) bool { return v.WriteOnly }

// flagged reports whether a schema, or what it is composed of by allOf, has a flag.
func flagged(v *openapi3.Schema, flag func(*openapi3.Schema) bool) bool {
	found := false
	visitAll(v, func(part *openapi3.Schema) { found = found || flag(part) })
	return found
}

// visitAll visits a schema and what it is composed of by allOf, each once.
func visitAll(v *openapi3.Schema, visit func(*openapi3.Schema)) {
	if len(v.AllOf) == 0 {
		visit(v)
		return
	}
	visited := map[*openapi3.Schema]bool{}
	var walk func(v *openapi3.Schema)
	walk = func(v *openapi3.Schema) {
		if visited[v] {
			return
		}
		visited[v] = true
		visit(v)
		for _, ref := range v.AllOf {
			if ref != nil && ref.Value != nil {
				walk(ref.Value)
			}
		}
	}
	walk(v)
}

// excused names the members that some part of a composed schema says are not
// sent: another part may require them.
func excused(v *openapi3.Schema, dir direction) map[string]bool {
	var names map[string]bool
	visitAll(v, func(part *openapi3.Schema) {
		for name, ref := range part.Properties {
			if ref == nil || ref.Value == nil || !newMember(name, ref.Value, false, dir).unsent() {
				continue
			}
			if names == nil {
				names = map[string]bool{}
			}
			names[name] = true
		}
	})
	return names
}

// excuses reports whether a part of what is checked says that a member is not
// sent.
func (c *checking) excuses(name string) bool {
	return slices.ContainsFunc(c.excused, func(names map[string]bool) bool { return names[name] })
}

// notAnswered is what is wrong with a writeOnly member in an answer.
const notAnswered = "must not be answered: it is writeOnly"

// Unsent returns the place of a member in a value that should not be sent in the
// direction of the schema: a readOnly one in a request, a writeOnly one in an
// answer. It looks into what the value keeps to of a composed schema.
func (s *Schema) Unsent(v any) (Place, bool) {
	u := search{checking{limit: maxSteps + maxStepsEach*size(v)}}
	if u.find(s, v) {
		return u.at, true
	}
	return nil, false
}

// Unsendable lists the members that should not be sent in the direction of the
// schema, with those of what it is composed of by allOf.
func (s *Schema) Unsendable() []*Member {
	var out []*Member
	visited := map[*Schema]bool{}
	var walk func(s *Schema)
	walk = func(s *Schema) {
		if visited[s] {
			return
		}
		visited[s] = true
		for _, m := range s.Members {
			if m.unsent() {
				out = append(out, m)
			}
		}
		if s.parts == nil {
			return
		}
		for _, part := range s.parts.all {
			walk(part)
		}
	}
	if p, ok := s.Composed.(composed); ok {
		s = p.schema
	}
	walk(s)
	return out
}

// search looks for a member; at ends as the place of what was found.
type search struct{ checking }

func (u *search) find(s *Schema, v any) bool {
	if u.steps++; s == nil || u.steps > u.limit {
		return false
	}
	if p, ok := s.Composed.(composed); ok {
		s = p.schema
	}
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			if u.below(ElementStep(i), s.Items, item) {
				return true
			}
		}
	case map[string]any:
		if u.members(s, v) {
			return true
		}
	}
	return slices.ContainsFunc(s.parts.keptBy(v, &u.checking), func(part *Schema) bool { return u.find(part, v) })
}

func (u *search) below(step Step, s *Schema, v any) bool {
	u.at = append(u.at, step)
	if u.find(s, v) {
		return true
	}
	u.at = u.at[:len(u.at)-1]
	return false
}

func (u *search) members(s *Schema, object map[string]any) bool {
	for _, m := range s.Members {
		v, there := object[m.Name]
		switch {
		case !there:
		case m.unsent():
			u.at = append(u.at, MemberStep(m.Name))
			return true
		case u.below(MemberStep(m.Name), m.Schema, v):
			return true
		}
	}
	if s.Additional == nil {
		return false
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if s.Member(name) == nil && u.below(MemberStep(name), s.Additional, object[name]) {
			return true
		}
	}
	return false
}

// keptBy lists the parts that a value is held to and keeps to.
func (p *parts) keptBy(v any, c *checking) []*Schema {
	if p == nil {
		return nil
	}
	kept := slices.Clone(p.all)
	if object, ok := v.(map[string]any); ok && p.chosen != nil {
		name, _ := object[p.chosen.member].(string)
		if part := p.chosen.among[name]; part != nil {
			kept = append(kept, part)
		}
		return kept
	}
	for _, part := range slices.Concat(p.any, p.one) {
		if found, _ := part.attempt(v, c); len(found) == 0 {
			kept = append(kept, part)
		}
	}
	return kept
}

// maxUnsent bounds how many members are taken out of one sample.
const maxUnsent = 100

// Sendable returns a value without the members that should not be sent.
func (s *Schema) Sendable(v any) any {
	for range maxUnsent {
		place, found := s.Unsent(v)
		if !found {
			break
		}
		v = lacking(v, place)
	}
	return v
}

// lacking copies a value without the member at a place.
func lacking(v any, at Place) any {
	switch node := v.(type) {
	case []any:
		out := slices.Clone(node)
		out[at[0].Index] = lacking(out[at[0].Index], at[1:])
		return out
	case map[string]any:
		out := maps.Clone(node)
		if len(at) == 1 {
			delete(out, at[0].Member)
		} else {
			out[at[0].Member] = lacking(out[at[0].Member], at[1:])
		}
		return out
	}
	return v
}
