package source

import (
	"slices"
	"strings"
)

// Object is a kind of object of a description and the names of what may stand in it.
type Object struct {
	Name   string // such as "a response"
	Fields []string
}

// Objects lists the kinds of objects of a version that have fields of their own, in
// the order of their names. Anything else that stands in one is told, and left out.
func Objects(v Version) []Object {
	g := newGrammar3(v)
	var out []Object
	seen := map[*shape]bool{}
	var visit func(s *shape)
	visit = func(s *shape) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		if len(s.fields) > 0 {
			out = append(out, Object{Name: s.name, Fields: sortedKeys(s.fields)})
		}
		for _, name := range sortedKeys(s.fields) {
			visit(s.fields[name])
		}
		visit(s.each)
	}
	visit(g.root)
	slices.SortFunc(out, func(a, b Object) int { return strings.Compare(a.Name, b.Name) })
	return out
}
