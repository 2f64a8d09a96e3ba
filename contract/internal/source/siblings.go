package source

import (
	"fmt"
	"slices"
	"strings"
)

// annotating are the keys beside the $ref of a schema that say nothing of which
// values are valid, nor of when one is sent. They are dropped.
var annotating = []string{"title", "$comment", "externalDocs", "deprecated", "xml"}

// siblings splits what stands beside a $ref: what may stay there, what has to be
// combined with it, and what the version says to ignore.
func (b *bundler) siblings(n *Node, s *shape) (stay, combine, ignored []Member) {
	for _, m := range n.members {
		switch {
		case m.Name == "$ref":
		case isExtension(m.Name), m.Name == "summary", m.Name == "description":
			stay = append(stay, m)
		case s != b.grammar.schema:
			ignored = append(ignored, m)
		case slices.Contains(dropped2020, m.Name):
		case slices.Contains(annotating, m.Name):
		case b.grammar.version == V30 && m.Name == "nullable" && !m.Value.True():
		case b.grammar.version.schema2020(), b.grammar.version == V30 && m.Name == "nullable", meantBeside(m):
			combine = append(combine, m)
		default:
			ignored = append(ignored, m)
		}
	}
	return stay, combine, ignored
}

// meantBeside tells what stands beside references so often, and is meant, that to
// ignore it would demand members that nobody sends. It says nothing of values.
func meantBeside(m Member) bool {
	return (m.Name == "readOnly" || m.Name == "writeOnly") && m.Value.True()
}

// pure reports whether a value is a reference that means what it leads to and
// nothing else.
func (b *bundler) pure(n *Node, s *shape) bool {
	_, ok := refOf(n)
	_, combine, _ := b.siblings(n, s)
	return ok && len(combine) == 0
}

// beside returns a reference with what stands beside it. Beside the reference of a
// schema all keywords apply in JSON Schema 2020-12 (section 8.2.3.1); OpenAPI 3.0
// ignores them (section 4.7.23), but for those that so many mean: nullable, readOnly
// and writeOnly.
func (b *bundler) beside(n, local *Node, s *shape) *Node {
	key, _ := n.Member("$ref")
	key.Value = local
	stay, combine, ignored := b.siblings(n, s)
	if len(ignored) > 0 {
		names := make([]string, len(ignored))
		for i, m := range ignored {
			names[i] = m.Name
		}
		b.add(Problem{
			Severity: Note, At: ignored[0].At(), Pointer: b.pointer(), Cost: "it is ignored",
			Message: fmt.Sprintf("%s beside $ref says nothing in OpenAPI %s", strings.Join(names, ", "), b.grammar.version),
		})
	}
	if len(combine) == 0 {
		return newMapping(n.place, append([]Member{key}, stay...)...)
	}
	// A schema of its own: allOf with the reference, and the siblings.
	own := b.members(newMapping(n.place, append(combine, stay...)...), s)
	reference := newMapping(local.place, key)
	parts := append([]*Node{reference}, own.Get("allOf").Items()...)
	return own.with("allOf", newSequence(local.place, parts...))
}

// dropped2020 are the keywords that only references need, which are all resolved.
var dropped2020 = []string{"$id", "$anchor", "$dynamicAnchor", "$defs", "$schema", "definitions"}
