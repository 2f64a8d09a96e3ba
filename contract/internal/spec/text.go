package spec

import (
	"slices"
)

// textKinds are the types that text can be read as, the most particular first.
var textKinds = []string{"integer", "number", "boolean", "string"}

// readings lists the types that a text may be read as: the scalar ones that the
// schema, or what it is composed of, allows. There are none where only objects
// and arrays are valid.
func (s *Schema) readings() []string {
	if s.Type != "" {
		if scalar(s.Type) {
			return []string{s.Type}
		}
		return nil
	}
	root := s
	if p, ok := s.Composed.(composed); ok {
		root = p.schema
	}
	kinds := root.scalars(map[*Schema]bool{})
	return slices.DeleteFunc(slices.Clone(textKinds), func(kind string) bool { return !kinds[kind] })
}

// scalars finds the scalar types that a schema allows, as far as its types tell.
func (s *Schema) scalars(visited map[*Schema]bool) map[string]bool {
	out := map[string]bool{}
	if visited[s] {
		return out
	}
	visited[s] = true
	if s.Type == "" {
		for _, kind := range textKinds {
			out[kind] = true
		}
	} else if scalar(s.Type) {
		out[s.Type] = true
	}
	if out["number"] {
		out["integer"] = true
	}
	if s.parts == nil {
		return out
	}
	for _, part := range s.parts.all {
		out = both(out, part.scalars(visited))
	}
	for _, alternatives := range [][]*Schema{s.parts.any, s.parts.one} {
		if len(alternatives) == 0 {
			continue
		}
		some := map[string]bool{}
		for _, part := range alternatives {
			for kind := range part.scalars(visited) {
				some[kind] = true
			}
		}
		out = both(out, some)
	}
	delete(visited, s)
	return out
}

func both(a, b map[string]bool) map[string]bool {
	out := map[string]bool{}
	for kind := range a {
		if b[kind] {
			out[kind] = true
		}
	}
	return out
}

// Branch returns the schema that values of a parameter are chosen from: of one
// that is composed and has no one type, its first alternative that a text can be.
func (s *Schema) Branch() *Schema {
	p, ok := s.Composed.(composed)
	if !ok || s.Type != "" {
		return s
	}
	visited := map[*Schema]bool{}
	var find func(part *Schema) *Schema
	find = func(part *Schema) *Schema {
		if visited[part] {
			return nil
		}
		visited[part] = true
		if scalar(part.Type) {
			if v := part.Sample(); v != nil && len(s.Check(v)) == 0 {
				return part
			}
		}
		if part.parts == nil {
			return nil
		}
		for _, inner := range slices.Concat(part.parts.any, part.parts.one, part.parts.all) {
			if found := find(inner); found != nil {
				return found
			}
		}
		return nil
	}
	if found := find(p.schema); found != nil {
		return found
	}
	return s
}

// readText gives the schema of a parameter without a type the one that its texts
// are read as.
func (s *Schema) readText() {
	if s.Type != "" || s.Items != nil || len(s.Members) > 0 {
		return
	}
	s.Type, s.anyText = "string", true
	kinds := map[string]bool{}
	for _, v := range s.Enum {
		kinds[typeOf(v)] = true
	}
	for _, kind := range []string{"integer", "boolean", "number"} {
		if len(kinds) == 1 && kinds[kind] {
			s.Type, s.anyText = kind, false
			return
		}
	}
	for i, v := range s.Enum {
		s.Enum[i] = Text(v)
	}
}
