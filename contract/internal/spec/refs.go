package spec

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// valueKeys hold values, in which $ref is a name like any other.
var valueKeys = []string{"example", "default", "enum", "const", "value"}

// references visits each $ref below a place. names tells that the keys there
// are names that the author chose, not OpenAPI's.
func (c cursor) references(names bool, visit func(holder cursor, ref string)) {
	if c.node == nil {
		return
	}
	if m := c.step("$ref"); m.exists() && m.node.Kind == yaml.ScalarNode && m.node.ShortTag() == "!!str" && !names {
		visit(c, m.node.Value)
	}
	for _, child := range c.children() {
		key := child.name()
		if names || !slices.Contains(valueKeys, key) && !strings.HasPrefix(key, "x-") {
			child.references(!names && key == "properties", visit)
		}
	}
}

// unresolved reports each reference that leads nowhere; the library stops at
// the first.
func (l *loader) unresolved(root cursor, err error) {
	root.references(false, func(holder cursor, ref string) {
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
		case slices.Contains(valueKeys, child.name()):
		case child.key != nil && child.node.Kind == yaml.ScalarNode && child.node.ShortTag() == "!!null":
			l.problem(child.at(), "%s is empty: give it a value, or leave it out", child.name())
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
	root.references(false, func(holder cursor, _ string) {
		for _, key := range holder.keys() {
			if !slices.Contains(allowed, key.Value) && !strings.HasPrefix(key.Value, "x-") {
				l.problem(holder.place(key), "%s beside $ref is not read: put the $ref into allOf, and %s beside that", key.Value, key.Value)
			}
		}
	})
}
