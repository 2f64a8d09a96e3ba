package spec

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// valueKeys hold values, in which $ref is a name like any other.
var valueKeys = []string{"example", "default", "enum", "const", "value"}

// namingKeys hold what the author named: the keys there are none of OpenAPI's.
var namingKeys = []string{
	"properties", "paths", "schemas", "responses", "parameters", "examples", "requestBodies", "headers", "securitySchemes", "links",
	"callbacks", "pathItems", "content", "encoding", "variables",
}

// holdsValue tells that what is at a key of a place is a value, or an extension.
func (c cursor) holdsValue(child cursor) bool {
	switch {
	case slices.Contains(namingKeys, c.name()) && c.node.Kind == yaml.MappingNode:
		return false
	case c.name() == "examples": // those of a schema are a list of values
		return true
	}
	return slices.Contains(valueKeys, child.name()) || strings.HasPrefix(child.name(), "x-")
}

// references visits each $ref below a place.
func (c cursor) references(visit func(holder cursor, ref string)) {
	if c.node == nil {
		return
	}
	if m := c.step("$ref"); m.exists() && m.node.Kind == yaml.ScalarNode && m.node.ShortTag() == "!!str" && c.name() != "properties" {
		visit(c, m.node.Value)
	}
	for _, child := range c.children() {
		if !c.holdsValue(child) {
			child.references(visit)
		}
	}
}

// unresolved reports each reference that leads nowhere; the library stops at
// the first.
func (l *loader) unresolved(root cursor, err error) {
	root.references(func(holder cursor, ref string) {
		at := holder.step("$ref").at()
		path, local := strings.CutPrefix(ref, "#/")
		parent, name := "", path
		if i := strings.LastIndexByte(path, '/'); i >= 0 {
			parent, name = path[:i], path[i+1:]
		}
		switch {
		case !local:
			l.problem(at, "$ref %q leads out of the contract: put what it means under components", ref)
		case !root.pointer(path).exists():
			l.problem(at, "$ref %q leads nowhere: %s", ref, didYouMean(unescape(name), root.pointer(parent).stated()))
		case strings.Contains(err.Error(), `"`+ref+`"`):
			l.problem(at, "not valid OpenAPI: %s", short(err))
		}
	})
	switch {
	case len(l.problems) > 0:
	case strings.Contains(err.Error(), "MUST be an object"):
		l.empty(root)
	case strings.Contains(err.Error(), "both schema and content"):
		l.both(root, "schema", "content")
	}
	if len(l.problems) == 0 {
		l.problem(root.at(), "not valid OpenAPI: %s", short(err))
	}
}

// both reports each mapping that has two keys of which one would do.
func (l *loader) both(c cursor, one, other string) {
	if c.step(one).exists() && c.step(other).exists() {
		l.problem(c.step(other).at(), "%s and %s are both given: leave one out", one, other)
	}
	for _, child := range c.children() {
		l.both(child, one, other)
	}
}

// empty reports each key without a value.
func (l *loader) empty(c cursor) {
	for _, child := range c.children() {
		switch {
		case c.holdsValue(child):
		case child.node.Kind == yaml.ScalarNode && child.node.ShortTag() == "!!null":
			what := "an element"
			if child.key != nil {
				what = child.name()
			}
			l.problem(child.at(), "%s is empty: give it a value, or leave it out", what)
		default:
			l.empty(child)
		}
	}
}

// beside lists what may stand beside a $ref: it says something of this use, or
// nothing that could be broken. OpenAPI 3.0 ignores everything there.
var beside = []string{"$ref", "summary", "description"}

var beside2020 = []string{
	"$ref", "summary", "description", "title", "deprecated", "readOnly", "writeOnly", "externalDocs", "$comment",
}

// siblings refuses what stands beside a $ref and would be passed over.
func (l *loader) siblings(root cursor) {
	allowed := beside
	if l.draft2020 {
		allowed = beside2020
	}
	root.references(func(holder cursor, _ string) {
		for _, key := range holder.keys() {
			switch {
			case slices.Contains(allowed, key.Value), strings.HasPrefix(key.Value, "x-"):
			case key.Value == "nullable" && !l.draft2020:
				l.besideRef(holder)
			default:
				l.problem(holder.place(key), "%s beside $ref is not read: put the $ref into allOf, and %s beside that", key.Value, key.Value)
			}
		}
	})
}
