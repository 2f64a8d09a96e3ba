package source

import (
	"slices"
	"strconv"
	"strings"
)

// noSchema returns what stands for a schema that is no mapping.
func (c *cleaner) noSchema(n *Node) *Node {
	switch {
	case n.kind == Bool && c.version.schema2020():
		return n
	case n.kind == Bool && n.text == "false":
		c.warn(n.At(), "it is read as not: {}, which no value fits", "OpenAPI %s has no false as a schema", c.version)
		return newMapping(n.place, member("not", newMapping(n.place)))
	case n.kind == Bool, n.kind == Null, n.kind == Sequence && len(n.items) == 0:
		return newMapping(n.place)
	default:
		c.warn(n.At(), "any value is accepted there", "a schema must be a mapping, not %s", orKind(n))
		return newMapping(n.place)
	}
}

// mendSchema mends a schema before its members are looked at: what has another
// form in another version.
func mendSchema(c *cleaner, n *Node) *Node {
	n = n.without(dropped2020...)
	n = c.types(n)
	n = c.bound(n, "minimum", "exclusiveMinimum")
	n = c.bound(n, "maximum", "exclusiveMaximum")
	n = c.enum(n)
	if d := n.Get("discriminator"); d.Kind() == String {
		n = n.with("discriminator", newMapping(d.place, member("propertyName", d)))
	}
	n = c.early(n)
	if items := n.Get("items"); items.Kind() == Sequence && len(items.items) > 0 {
		n = c.tuple(n, items)
	}
	n = c.dependencies(n)
	if e, ok := n.Member("examples"); ok && e.Value.Kind() == Mapping && c.version.schema2020() {
		c.note(e.At(), "they are left out", "examples of a schema are a list")
		n = n.without("examples")
	}
	if k, ok := n.Member("const"); ok && !c.version.schema2020() {
		c.note(k.At(), "it is read as an enum of that value", "const is not known in OpenAPI %s", c.version)
		if !n.Has("enum") {
			n = n.with("enum", newSequence(k.Value.place, k.Value))
		}
		n = n.without("const")
	}
	for _, name := range []string{"$dynamicRef", "$recursiveRef"} {
		if m, ok := n.Member(name); ok {
			c.warn(m.At(), "any value is accepted there", "%s is not followed", name)
			n = n.without(name, "$recursiveAnchor")
		}
	}
	return n
}

// typeNames are the types, and what is often written instead of them. What servers
// write in several types, such as timestamp and decimal, is none of them.
var typeNames = map[string]string{
	"string": "string", "number": "number", "integer": "integer", "boolean": "boolean", "array": "array", "object": "object", "null": "null",
	"int": "integer", "int32": "integer", "int64": "integer", "long": "integer", "float": "number", "double": "number",
	"bool": "boolean", "str": "string", "text": "string", "file": "string", "binary": "string", "date": "string",
	"datetime": "string", "date-time": "string", "uuid": "string", "uri": "string", "url": "string", "email": "string",
	"list": "array", "map": "object", "dict": "object",
}

var typeFormats = map[string]string{
	"int32": "int32", "int64": "int64", "long": "int64", "float": "float", "double": "double", "file": "binary", "binary": "binary", "date": "date",
	"datetime": "date-time", "date-time": "date-time", "uuid": "uuid", "uri": "uri", "url": "uri", "email": "email",
}

// types mends the type of a schema: a text or, from 3.1 on, a list of texts.
func (c *cleaner) types(n *Node) *Node {
	t, ok := n.Member("type")
	if !ok {
		return n
	}
	written := []*Node{t.Value}
	if t.Value.kind == Sequence {
		written = t.Value.items
	}
	var known []*Node
	for _, w := range written {
		name := c.typeName(w)
		if name == "" {
			return n.without("type")
		}
		if f := typeFormats[strings.ToLower(w.Text())]; f != "" && !n.Has("format") {
			n = n.with("format", newText(w.place, f))
		}
		if !slices.ContainsFunc(known, func(k *Node) bool { return k.text == name }) {
			known = append(known, newText(w.place, name))
		}
	}
	switch {
	case len(known) == 0:
		return n.without("type")
	case c.version.schema2020() && t.Value.kind == Sequence && len(known) > 1:
		return n.with("type", newSequence(t.Value.place, known...))
	case c.version.schema2020():
		return n.with("type", known[0])
	}
	return c.oneType(n, t, known)
}

// typeName returns the type that is meant, or "" for any.
func (c *cleaner) typeName(n *Node) string {
	name := typeNames[strings.ToLower(n.Text())]
	switch {
	case n.Kind() == Null:
		return "null"
	case n.Kind() == String && (n.text == "any" || n.text == ""):
	case name == "":
		c.warn(n.At(), "any type is accepted there", "the type %s is none of string, number, integer, boolean, array and object", orKind(n))
	case name != n.text:
		c.note(n.At(), "it is read as "+name, "there is no type %s", quote(n.text))
	}
	return name
}

// oneType writes a list of types in OpenAPI 3.0, which has none.
func (c *cleaner) oneType(n *Node, t Member, known []*Node) *Node {
	some := slices.DeleteFunc(slices.Clone(known), func(k *Node) bool { return k.text == "null" })
	if len(some) < len(known) {
		c.note(t.At(), "it is read as nullable", "OpenAPI %s has no type null", c.version)
		n = n.with("nullable", newBool(t.Value.place, true))
	} else if t.Value.kind == Sequence && len(some) > 1 {
		c.note(t.At(), "it is read as anyOf", "OpenAPI %s has no list of types", c.version)
	}
	switch {
	case len(some) == 1:
		return n.with("type", some[0])
	case len(some) == 0 && !n.Has("enum"):
		return n.without("type").with("enum", newSequence(t.Value.place, &Node{kind: Null, place: t.Value.place}))
	case len(some) == 0 || n.Has("anyOf"):
		return n.without("type")
	}
	parts := make([]*Node, len(some))
	for i, k := range some {
		parts[i] = newMapping(k.place, member("type", k))
	}
	return n.without("type").with("anyOf", newSequence(t.Value.place, parts...))
}

// bound writes an exclusive limit as the version has it: a flag beside the limit
// in 3.0, a limit of its own from 3.1 on.
func (c *cleaner) bound(n *Node, limit, exclusive string) *Node {
	e, ok := n.Member(exclusive)
	if !ok {
		return n
	}
	value := c.flagOrNumber(e)
	switch {
	case value == nil:
		return n.without(exclusive)
	case (value.kind == Number) == c.version.schema2020():
		return n.with(exclusive, value)
	case value.kind == Bool:
		c.note(e.At(), "it is read as in 3.0", "%s is a number in OpenAPI %s", exclusive, c.version)
		old := n.Get(limit)
		if value.text == "false" || old.Kind() != Number {
			return n.without(exclusive)
		}
		return n.without(limit).with(exclusive, old)
	default:
		c.note(e.At(), "it is read as in 3.1", "%s is true or false in OpenAPI %s", exclusive, c.version)
		if tighter(n.Get(limit), value, limit == "minimum") {
			return n.without(exclusive)
		}
		return n.with(limit, value).with(exclusive, newBool(value.place, true))
	}
}

// flagOrNumber returns the value of an exclusive limit, or nil.
func (c *cleaner) flagOrNumber(m Member) *Node {
	value := m.Value
	if value.kind == String && numberLiteral(strings.TrimSpace(value.text)) == "" {
		value = c.flag(value)
	}
	switch value.Kind() {
	case Bool:
		return value
	case Number, String:
		return c.number(value, number)
	case Mapping, Sequence:
		c.warn(m.At(), "it is left out", "%s must be a limit, not %s", m.Name, value.kind)
	}
	return nil
}

// tighter reports whether a limit leaves fewer values than an exclusive one.
func tighter(limit, exclusive *Node, low bool) bool {
	a, err := strconv.ParseFloat(limit.Text(), 64)
	b, also := strconv.ParseFloat(exclusive.Text(), 64)
	if err != nil || also != nil {
		return false
	}
	return low && a > b || !low && a < b
}

// enum mends an enum: a list of values, each once.
func (c *cleaner) enum(n *Node) *Node {
	e, ok := n.Member("enum")
	if !ok {
		return n
	}
	if e.Value.kind != Sequence || len(e.Value.items) == 0 {
		if e.Value.kind != Null {
			c.warn(e.At(), "any value is accepted there", "an enum must be a list of values, not %s", emptyOr(e.Value))
		}
		return n.without("enum")
	}
	seen := map[string]bool{}
	items := make([]*Node, 0, len(e.Value.items))
	for _, item := range e.Value.items {
		w := encoder{limit: maxEncoded}
		w.node(item)
		if seen[string(w.data)] {
			c.note(item.At(), "it counts once", "the enum has %s twice", oneLine(string(w.data)))
			continue
		}
		seen[string(w.data)] = true
		items = append(items, item)
	}
	if len(items) == len(e.Value.items) {
		return n
	}
	return n.with("enum", newSequence(e.Value.place, items...))
}

func emptyOr(n *Node) string {
	if n.kind == Sequence && len(n.items) == 0 {
		return "an empty list"
	}
	return orKind(n)
}

// Keywords2020 are those of JSON Schema 2020-12 that say which values are valid and
// that OpenAPI 3.0 does not have, but for const. What each says depends on the
// keywords beside it, or on which of several schemas a value keeps to.
var Keywords2020 = []string{
	"if", "then", "else", "prefixItems", "contains", "minContains", "maxContains", "patternProperties", "propertyNames",
	"dependentRequired", "dependentSchemas", "unevaluatedItems", "unevaluatedProperties",
}

// early notes keywords of a later version: values are held to them.
func (c *cleaner) early(n *Node) *Node {
	if c.version.schema2020() {
		return n
	}
	for _, name := range Keywords2020 {
		if m, ok := n.Member(name); ok {
			c.note(m.At(), "it is read as in 3.1", "%s is not known in a schema of OpenAPI %s", quote(name), c.version)
		}
	}
	return n
}

// tuple mends items that are a list: prefixItems since JSON Schema 2020-12, with
// additionalItems for the elements behind.
func (c *cleaner) tuple(n, items *Node) *Node {
	m, _ := n.Member("items")
	c.note(m.At(), "it is read as prefixItems", "items is one schema in OpenAPI %s, not a list", c.version)
	behind := n.Get("additionalItems")
	return n.without("items", "additionalItems").with("prefixItems", items).with("items", behind)
}

// dependencies mends the keyword of that name: dependentRequired and
// dependentSchemas since JSON Schema 2019-09.
func (c *cleaner) dependencies(n *Node) *Node {
	m, ok := n.Member("dependencies")
	if !ok || m.Value.Kind() != Mapping {
		return n
	}
	c.note(m.At(), "it is read as dependentRequired and dependentSchemas", "%s is a keyword of earlier drafts of JSON Schema", quote(m.Name))
	n = n.without("dependencies")
	for _, d := range m.Value.members {
		name := "dependentSchemas"
		if d.Value.Kind() == Sequence {
			name = "dependentRequired"
		}
		n = n.with(name, n.Get(name).or(newMapping(m.Value.place)).with(d.Name, d.Value))
	}
	return n
}

// tidySchema mends a schema whose members have the right forms.
func tidySchema(c *cleaner, n *Node) *Node {
	for _, name := range []string{"properties", "patternProperties", "dependentSchemas"} {
		n = withValues(n, name)
	}
	isArray := n.Get("type").Text() == "array" ||
		slices.ContainsFunc(n.Get("type").Items(), func(t *Node) bool { return t.text == "array" })
	if isArray && !n.Has("items") && !n.Has("prefixItems") {
		n = n.with("items", newMapping(n.Get("type").place))
	}
	if r, ok := n.Member("required"); ok {
		n = c.required(n, r)
	}
	if !c.version.schema2020() && n.Get("readOnly").True() && n.Get("writeOnly").True() {
		m, _ := n.Member("writeOnly")
		c.warn(m.At(), "neither counts", "a schema cannot be both readOnly and writeOnly")
		n = n.without("readOnly", "writeOnly")
	}
	if m, ok := n.Member("multipleOf"); ok {
		if f, _ := strconv.ParseFloat(m.Value.text, 64); f <= 0 {
			c.warn(m.At(), "it is left out", "multipleOf must be more than 0, not %s", m.Value.text)
			n = n.without("multipleOf")
		}
	}
	if d, ok := n.Member("discriminator"); ok && d.Value.Get("propertyName").Text() == "" {
		c.warn(d.At(), "it is left out", "a discriminator needs a propertyName")
		n = n.without("discriminator")
	}
	return c.documented(n)
}

// withValues removes an empty mapping of a schema that was none.
func withValues(n *Node, name string) *Node {
	if v, ok := n.Member(name); ok && v.Value.Kind() != Mapping {
		return n.without(name)
	}
	return n
}

// required mends the list of required members: each once.
func (c *cleaner) required(n *Node, r Member) *Node {
	seen := map[string]bool{}
	items := slices.DeleteFunc(slices.Clone(r.Value.items), func(item *Node) bool {
		again := seen[item.text]
		seen[item.text] = true
		return again
	})
	switch len(items) {
	case 0:
		return n.without("required")
	case len(r.Value.items):
		return n
	}
	c.note(r.At(), "it counts once", "required names a member twice")
	return n.with("required", newSequence(r.Value.place, items...))
}

// documented removes externalDocs without a URL.
func (c *cleaner) documented(n *Node) *Node {
	if d, ok := n.Member("externalDocs"); ok && d.Value.Get("url").Text() == "" {
		return n.without("externalDocs")
	}
	return n
}

// tidyParts removes an empty allOf, oneOf or anyOf.
func tidyParts(_ *cleaner, n *Node) *Node {
	if len(n.items) == 0 {
		return nil
	}
	return n
}
