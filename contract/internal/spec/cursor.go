package spec

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/source"
)

// cursor is a place in the tree of a description. It walks beside the OpenAPI
// model to give the line of everything, extensions included, and follows $ref as
// the OpenAPI library does.
type cursor struct {
	root *source.Node
	node *source.Node // nil where the tree has nothing
	last clause.Location
	// key is the member that led here, for its line, if keyed.
	key   source.Member
	keyed bool
	// literal tells that $ref is a name like any other here: in an annotation.
	literal bool
}

// maxRefs bounds a chain of references, so that a cycle ends.
const maxRefs = 32

func newCursor(d *source.Description) cursor {
	return cursor{root: d.Root, node: d.Root, last: clause.Location{File: d.Name, Line: 1, Column: 1}}
}

// top is the cursor of the whole contract.
func (c cursor) top() cursor { return cursor{root: c.root, node: c.root, last: c.at()} }

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
	next := cursor{root: c.root, last: c.at(), literal: c.literal || name == annotationKey}
	switch c.node.Kind() {
	case source.Mapping:
		next.key, next.keyed = c.node.Member(name)
		next.node = next.key.Value
	case source.Sequence:
		if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < c.node.Len() {
			next.node = c.node.Items()[i]
		}
	default:
	}
	return next
}

// children lists the members of a mapping or the elements of a sequence,
// references not followed.
func (c cursor) children() []cursor {
	all := make([]cursor, 0, c.node.Len())
	for _, item := range c.node.Items() {
		all = append(all, cursor{root: c.root, node: item, last: c.at(), literal: c.literal})
	}
	for _, m := range c.node.Members() {
		all = append(all, cursor{
			root: c.root, node: m.Value, key: m, keyed: true, last: c.at(), literal: c.literal || m.Name == annotationKey,
		})
	}
	return all
}

// name is the key that led here, or "".
func (c cursor) name() string { return c.key.Name }

// follow resolves a $ref: in the tree of a description all lead to components.
func (c cursor) follow() cursor {
	for range maxRefs {
		path, local := strings.CutPrefix(c.scalar("$ref"), "#/")
		if !local || c.literal {
			break
		}
		holder := c.at()
		c = c.top()
		for name := range strings.SplitSeq(path, "/") {
			c = c.step(unescape(name))
		}
		if c.node == nil {
			c.last = holder
		}
	}
	return c
}

// unescape reads one name of a JSON pointer in a URI (RFC 6901, section 6).
func unescape(name string) string {
	if plain, err := url.PathUnescape(name); err == nil {
		name = plain
	}
	return strings.ReplaceAll(strings.ReplaceAll(name, "~1", "/"), "~0", "~")
}

// scalar returns the text of a scalar member, or "".
func (c cursor) scalar(name string) string { return c.step(name).node.Text() }

func (c cursor) exists() bool { return c.node != nil }

func (c cursor) at() clause.Location {
	at := c.last
	switch {
	case c.keyed:
		at = c.key.At()
	case c.node != nil:
		at = c.node.At()
	}
	if at.File == "" {
		return c.last
	}
	return at
}

// keys lists the members of a mapping, in the order of the file.
func (c cursor) keys() []source.Member { return c.node.Members() }

// index steps to an element of a sequence.
func (c cursor) index(i int) cursor { return c.in(strconv.Itoa(i)) }

// stated lists the names of a mapping's keys.
func (c cursor) stated() []string { return c.node.Names() }

// pointers returns problems the JSON pointers of their places, where they have none.
func (c cursor) pointers(problems []Problem) {
	wanted := map[clause.Location]string{}
	for _, p := range problems {
		if p.Pointer == "" {
			wanted[p.At] = ""
		}
	}
	if len(wanted) == 0 {
		return
	}
	var way []string
	var walk func(c cursor)
	walk = func(c cursor) {
		if known, ok := wanted[c.at()]; ok && known == "" {
			wanted[c.at()] = strings.Join(way, "")
		}
		for i, child := range c.children() {
			name := child.name()
			if !child.keyed {
				name = strconv.Itoa(i)
			}
			way = append(way, "/"+strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1"))
			walk(child)
			way = way[:len(way)-1]
		}
	}
	walk(c.top())
	for i, p := range problems {
		if p.Pointer == "" {
			problems[i].Pointer = wanted[p.At]
		}
	}
}
