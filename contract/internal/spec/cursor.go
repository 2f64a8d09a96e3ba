package spec

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/apiclause/clause/contract/clause"
)

// cursor is a place in the contract's YAML. It walks beside the OpenAPI model
// to give the line of everything, extensions included, and follows $ref as the
// OpenAPI loader does.
type cursor struct {
	file string
	root *yaml.Node
	node *yaml.Node // nil where the file has nothing
	key  *yaml.Node // the mapping key that led here, for its line
	last clause.Location
}

// maxRefs bounds a chain of references, so that a cycle ends.
const maxRefs = 32

func newCursor(file string, document *yaml.Node) cursor {
	c := cursor{file: file, last: clause.Location{File: file, Line: 1, Column: 1}}
	if document.Kind == yaml.DocumentNode && len(document.Content) > 0 {
		c.root = document.Content[0]
		c.node = c.root
	}
	return c
}

// in steps to a member or, for a number, to an element. Where there is none the
// cursor keeps its last known location.
func (c cursor) in(names ...string) cursor {
	for _, name := range names {
		c = c.step(name).follow()
	}
	return c
}

func (c cursor) step(name string) cursor {
	next := cursor{file: c.file, root: c.root, last: c.at()}
	if c.node == nil {
		return next
	}
	switch c.node.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(c.node.Content); i += 2 {
			if c.node.Content[i].Value == name {
				next.key, next.node = c.node.Content[i], c.node.Content[i+1]
				return next
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(c.node.Content) {
			next.node = c.node.Content[i]
		}
	}
	return next
}

// follow resolves a local $ref. References to other files are refused by the
// OpenAPI loader before a cursor meets them.
func (c cursor) follow() cursor {
	for range maxRefs {
		ref := c.scalar("$ref")
		path, local := strings.CutPrefix(ref, "#/")
		if !local {
			return c
		}
		c = cursor{file: c.file, root: c.root, node: c.root, last: c.at()}
		for name := range strings.SplitSeq(path, "/") {
			name = strings.ReplaceAll(strings.ReplaceAll(name, "~1", "/"), "~0", "~")
			c = c.step(name)
		}
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
		return clause.Location{File: c.file, Line: c.key.Line, Column: c.key.Column}
	case c.node != nil:
		return clause.Location{File: c.file, Line: c.node.Line, Column: c.node.Column}
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
