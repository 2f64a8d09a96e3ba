package spec

import (
	"net/url"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/apiclause/clause/contract/clause"
)

// sheet is the YAML that cursors walk over.
type sheet struct {
	file string
	root *yaml.Node
	// members finds those of large mappings, by name.
	members map[*yaml.Node]map[string]int
}

// cursor is a place in the contract's YAML. It walks beside the OpenAPI model
// to give the line of everything, extensions included, and follows $ref as the
// OpenAPI loader does.
type cursor struct {
	*sheet

	node *yaml.Node // nil where the file has nothing
	key  *yaml.Node // the mapping key that led here, for its line
	last clause.Location
	// literal tells that $ref is a name like any other here: in an annotation.
	literal bool
	// nullable tells that a $ref that led here has nullable: true beside it.
	nullable bool
}

// maxRefs bounds a chain of references, so that a cycle ends.
const maxRefs = 32

func newCursor(file string, document *yaml.Node) cursor {
	c := cursor{
		sheet: &sheet{file: file, members: map[*yaml.Node]map[string]int{}},
		last:  clause.Location{File: file, Line: 1, Column: 1},
	}
	if document.Kind == yaml.DocumentNode && len(document.Content) > 0 {
		c.root = document.Content[0]
		c.node = c.root
	}
	return c
}

// top is the cursor of the whole contract.
func (c cursor) top() cursor { return cursor{sheet: c.sheet, node: c.root, last: c.at()} }

// in steps to a member or, for a number, to an element. Where there is none the
// cursor keeps its last known location.
func (c cursor) in(names ...string) cursor {
	for _, name := range names {
		c = c.step(name).follow()
	}
	return c
}

// step is in for one name, without following the reference that may be there.
func (c cursor) step(name string) cursor {
	next := cursor{sheet: c.sheet, last: c.at(), literal: c.literal || name == annotationKey}
	if c.node == nil {
		return next
	}
	switch c.node.Kind {
	case yaml.MappingNode:
		if i := c.find(c.node, name); i >= 0 {
			next.key, next.node = c.node.Content[i], c.node.Content[i+1]
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(c.node.Content) {
			next.node = c.node.Content[i]
		}
	}
	return next
}

// find gives the index of a key in a mapping, or -1. Large mappings are indexed:
// whoever walks one looks for each of its keys.
func (s *sheet) find(mapping *yaml.Node, name string) int {
	if len(mapping.Content) <= 64 {
		for i := 0; i+1 < len(mapping.Content); i += 2 {
			if mapping.Content[i].Value == name {
				return i
			}
		}
		return -1
	}
	names := s.members[mapping]
	if names == nil {
		names = make(map[string]int, len(mapping.Content)/2)
		for i := 0; i+1 < len(mapping.Content); i += 2 {
			names[mapping.Content[i].Value] = i
		}
		s.members[mapping] = names
	}
	if i, ok := names[name]; ok {
		return i
	}
	return -1
}

// children lists the members of a mapping or the elements of a sequence,
// references not followed.
func (c cursor) children() []cursor {
	if c.node == nil {
		return nil
	}
	all := make([]cursor, 0, len(c.node.Content))
	for i, child := range c.node.Content {
		switch {
		case c.node.Kind == yaml.SequenceNode:
			all = append(all, cursor{sheet: c.sheet, node: child, literal: c.literal})
		case i%2 == 1:
			key := c.node.Content[i-1]
			all = append(all, cursor{sheet: c.sheet, node: child, key: key, literal: c.literal || key.Value == annotationKey})
		}
	}
	return all
}

// name is the key that led here, or "".
func (c cursor) name() string {
	if c.key == nil {
		return ""
	}
	return c.key.Value
}

// follow resolves a local $ref. References to other files are refused by the
// OpenAPI loader before a cursor meets them.
func (c cursor) follow() cursor {
	nullable := false
	for range maxRefs {
		path, local := strings.CutPrefix(c.scalar("$ref"), "#/")
		if !local || c.literal {
			break
		}
		nullable = nullable || c.scalar("nullable") == "true"
		holder := c.at()
		c = c.top()
		for name := range strings.SplitSeq(path, "/") {
			c = c.step(unescape(name))
		}
		if c.node == nil {
			c.last = holder
		}
	}
	c.nullable = nullable
	return c
}

// unescape reads one name of a JSON pointer in a URI (RFC 6901, section 6).
func unescape(name string) string {
	if plain, err := url.PathUnescape(name); err == nil {
		name = plain
	}
	return strings.ReplaceAll(strings.ReplaceAll(name, "~1", "/"), "~0", "~")
}

// pointer steps along a JSON pointer.
func (c cursor) pointer(path string) cursor {
	for name := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		c = c.in(unescape(name))
	}
	return c
}

// scalar gives the text of a scalar member, or "".
func (c cursor) scalar(name string) string {
	if m := c.step(name); m.node != nil && m.node.Kind == yaml.ScalarNode {
		return m.node.Value
	}
	return ""
}

func (c cursor) exists() bool { return c.node != nil }

func (c cursor) at() clause.Location {
	switch {
	case c.key != nil:
		return c.place(c.key)
	case c.node != nil:
		return c.place(c.node)
	default:
		return c.last
	}
}

// keys lists the keys of a mapping with their places, in file order.
func (c cursor) keys() []*yaml.Node {
	if c.node == nil || c.node.Kind != yaml.MappingNode {
		return nil
	}
	keys := make([]*yaml.Node, 0, len(c.node.Content)/2)
	for i := 0; i+1 < len(c.node.Content); i += 2 {
		keys = append(keys, c.node.Content[i])
	}
	return keys
}

func (c cursor) place(n *yaml.Node) clause.Location {
	return clause.Location{File: c.file, Line: n.Line, Column: n.Column}
}

// index steps to an element of a sequence.
func (c cursor) index(i int) cursor { return c.in(strconv.Itoa(i)) }

// stated lists the names of a mapping's keys.
func (c cursor) stated() []string {
	keys := c.keys()
	names := make([]string, len(keys))
	for i, key := range keys {
		names[i] = key.Value
	}
	return names
}
