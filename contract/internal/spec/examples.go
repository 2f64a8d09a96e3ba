package spec

import (
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/source"
)

// examples takes the first example as the schema's, and the default, and passes over
// those that the schema forbids. They stand beside the schema, or beside what
// it is wrapped in.
func (l *loader) examples(s *Schema, places ...cursor) {
	for i, at := range places {
		if i > 0 && at.node == places[0].node {
			break
		}
		if c := at.step("default"); l.example(s, c, "default") && s.Default == nil && !empty(c.node) {
			s.Default = plain(c.node)
		}
		l.take(s, at.step("example"))
		if list := at.step("examples"); list.node.Kind() == source.Sequence {
			for _, c := range list.children() {
				l.take(s, c)
			}
		}
	}
}

// empty reports whether a default is a text, a list or an object without anything in
// it, which shows nothing of the values.
func empty(n *source.Node) bool {
	switch n.Kind() {
	case source.Mapping, source.Sequence:
		return n.Len() == 0
	case source.String:
		return n.Text() == ""
	default:
		return false
	}
}

// outside reads the examples beside a schema: those of a parameter, a header or
// a media type.
func (l *loader) outside(s *Schema, at cursor) {
	l.take(s, at.step("example"))
	for _, key := range at.in("examples").keys() {
		l.take(s, at.in("examples", key.Name).step("value"))
	}
}

// take holds an example to the schema, and keeps the first.
func (l *loader) take(s *Schema, c cursor) {
	if l.example(s, c, "example") && s.Example == nil {
		s.Example = plain(c.node)
		s.handDown()
	}
}

// handDown returns what is in the example of a whole to its parts that have none of
// their own: requests are made of the values of parts.
func (s *Schema) handDown() {
	switch example := s.Example.(type) {
	case map[string]any:
		for _, m := range s.Members {
			if v, there := example[m.Name]; there && m.Schema != s.Additional {
				m.Schema.inherit(v)
			}
		}
	case []any:
		if len(example) > 0 && s.Items != nil {
			s.Items.inherit(example[0])
		}
	}
}

func (s *Schema) inherit(example any) {
	if s.Example == nil && s.Composed == nil && example != nil {
		s.Example = example
		s.handDown()
	}
}

// example reports whether there is an example, and it is good.
func (l *loader) example(s *Schema, c cursor, what string) bool {
	if c.node == nil || s == nil {
		return false
	}
	// An example may be one for both directions.
	found := slices.DeleteFunc(s.Check(plain(c.node)), func(v Violation) bool { return strings.HasSuffix(v.Clause, ".writeOnly") })
	if len(found) > 0 {
		where := found[0].Where
		if where == "" {
			where = "it"
		}
		l.warn(c.at(), "the %s is not valid, and passed over: %s %s", what, where, found[0].Message)
	}
	return len(found) == 0
}
