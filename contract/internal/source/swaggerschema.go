package source

import (
	"fmt"
	"slices"
)

// parameter converts a parameter in path, query or header: what says something of
// its values goes to its schema.
func (c *converter2) parameter(n *Node) *Node {
	if n.Kind() != Mapping {
		return n
	}
	in := n.Get("in").Text()
	m := &maker{at: n.place}
	for _, name := range []string{"name", "in", "description", "required", "allowEmptyValue", "deprecated", "example"} {
		m.move(n, name, name)
	}
	if in == "path" || in == "header" {
		m.members = slices.DeleteFunc(m.members, func(m Member) bool { return m.Name == "allowEmptyValue" })
	}
	m.move(n, "x-example", "example")
	if inner, ok := n.Member("schema"); ok && !n.Has("type") { // as in OpenAPI 3
		m.put("schema", inner.at, c.schema(inner.Value))
		extensions(m, n)
		return m.done()
	}
	schema, style, explode := c.simple(n, in)
	if style == unwritten {
		m.put("content", n.place, listContent(n, schema))
		extensions(m, n)
		return m.done()
	}
	if style != "" {
		format, ok := n.Member("collectionFormat")
		if !ok {
			format.at, format.Value = n.place, newText(n.place, "csv")
		}
		m.put("style", format.at, newText(format.Value.place, style))
		m.put("explode", format.at, newBool(format.Value.place, explode))
	}
	m.put("schema", n.place, schema)
	extensions(m, n)
	return m.done()
}

// ofValues are the fields of a parameter, of items and of a header that say which
// values are valid, and so belong to a schema.
var ofValues = []string{
	"type", "format", "default", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength", "pattern",
	"maxItems", "minItems", "uniqueItems", "enum", "multipleOf", "x-nullable", "title", "properties", "additionalProperties", "allOf", "$ref",
}

// unwritten is the style of a list that OpenAPI 3 has no style for.
const unwritten = "none"

// listContent describes such a list: by a text in a form of its own, which nobody
// takes for one that is known.
func listContent(n, schema *Node) *Node {
	return newMapping(n.place, member("text/plain", newMapping(n.place, member("schema", schema))))
}

// simple makes the schema of a parameter, a header or items, and tells the style
// and explode of a list; style is "" where there is nothing to say.
func (c *converter2) simple(n *Node, in string) (schema *Node, style string, explode bool) {
	m := &maker{at: n.place}
	for _, old := range n.members {
		if slices.Contains(ofValues, old.Name) {
			m.members = append(m.members, old)
		}
	}
	if in == "formData" {
		m.move(n, "x-example", "example")
		m.move(n, "example", "example")
	}
	isList := n.Get("type").Text() == "array"
	if items, ok := n.Member("items"); ok && isList {
		inner := items.Value
		if inner.Kind() == Mapping {
			inner, _, _ = c.simple(inner, "items")
		}
		m.put("items", items.at, inner)
	}
	schema = c.schema(m.done())
	if !isList {
		return schema, "", false
	}
	format := n.Get("collectionFormat")
	style, explode = styleOf(format.Text(), in)
	if style != "" || in == "items" { // lists in lists are not written at all
		return schema, style, explode
	}
	at := format
	if at == nil {
		at = n
	}
	found := Problem{
		Severity: Note, At: at.At(), Cost: "it is read as content of type text/plain",
		Message: fmt.Sprintf("OpenAPI 3 has no such list in %s: collectionFormat %s", placeName(in), quote(orCSV(format))),
	}
	if in == "formData" {
		found.Severity, found.Cost = Warning, "it is taken for any text"
		schema, style = newMapping(n.place, member("type", newText(n.place, "string"))), ""
	} else {
		style = unwritten
	}
	c.add(found)
	return schema, style, false
}

func orCSV(format *Node) string {
	if format.Text() == "" {
		return "csv"
	}
	return format.Text()
}

func placeName(in string) string {
	return map[string]string{"formData": "a form", "query": "the query", "path": "a path", "header": "a header"}[in]
}

// styleOf returns what a collectionFormat is in OpenAPI 3; "" if it is nothing
// there.
func styleOf(format, in string) (style string, explode bool) {
	switch in {
	case "items":
		return "", false
	case "path", "header":
		if format == "" || format == "csv" || format == "multi" {
			return "simple", false
		}
		return "", false
	}
	switch format {
	case "", "csv":
		return "form", false
	case "multi":
		return "form", true
	case "ssv":
		return "spaceDelimited", false
	case "pipes":
		return "pipeDelimited", false
	default:
		return "", false
	}
}

// schema converts a schema: each once, however often it is used.
func (c *converter2) schema(n *Node) *Node {
	if n.Len() == 0 {
		return n
	}
	made := c.schemas[n]
	if made == nil {
		made = c.convertSchema(n)
		c.schemas[n] = made
	}
	return made
}

func (c *converter2) convertSchema(n *Node) *Node {
	if n.Kind() == Sequence {
		items := make([]*Node, len(n.items))
		for i, item := range n.items {
			items[i] = c.schema(item)
		}
		return newSequence(n.place, items...)
	}
	if n.Kind() != Mapping {
		return n
	}
	nullable, hasNullable := n.Member("x-nullable")
	if _, ok := refOf(n); ok {
		reference := rewritten(n.without("x-nullable"), "#/components/schemas/")
		if !hasNullable || !nullable.Value.True() {
			return reference
		}
		return newMapping(n.place, Member{Name: "allOf", Value: newSequence(n.place, reference), at: n.place},
			Member{Name: "nullable", Value: nullable.Value, at: nullable.at})
	}
	m := &maker{at: n.place}
	for _, old := range n.members {
		switch old.Name {
		case "x-nullable":
			old.Name = "nullable"
		case "type":
			if old.Value.Text() == "file" {
				m.put("format", old.at, newText(old.Value.place, "binary"))
				old.Value = newText(old.Value.place, "string")
			}
		case "discriminator":
			if old.Value.Kind() == String {
				old.Value = newMapping(old.Value.place, Member{Name: "propertyName", Value: old.Value, at: old.at})
			}
		case "properties":
			old.Value = mapped(old.Value, c.schema)
		case "items", "not", "additionalProperties", "allOf", "oneOf", "anyOf":
			old.Value = c.schema(old.Value)
		}
		m.members = append(m.members, old)
	}
	return m.done()
}

// mapped converts those of a schema: each of them, whatever its name.
func mapped(n *Node, convert func(*Node) *Node) *Node {
	if n.Kind() != Mapping {
		return n
	}
	members := slices.Clone(n.members)
	for i := range members {
		members[i].Value = convert(members[i].Value)
	}
	return newMapping(n.place, members...)
}

// flows are the OAuth flows of Swagger 2.0 and their names in OpenAPI 3.
var flows = map[string]string{
	"implicit": "implicit", "password": "password", "application": "clientCredentials", "accessCode": "authorizationCode",
}

// securityScheme converts a security definition.
func (c *converter2) securityScheme(n *Node) *Node {
	if n.Kind() != Mapping {
		return n
	}
	m := &maker{at: n.place}
	kind := n.Get("type")
	switch kind.Text() {
	case "basic":
		m.put("type", kind.place, newText(kind.place, "http"))
		m.put("scheme", kind.place, newText(kind.place, "basic"))
	case "oauth2":
		flow := &maker{at: n.place}
		for _, name := range []string{"authorizationUrl", "tokenUrl", "scopes"} {
			flow.move(n, name, name)
		}
		as := flows[n.Get("flow").Text()]
		if as == "" {
			as = "implicit"
		}
		m.move(n, "type", "type")
		m.put("flows", n.place, newMapping(n.place, Member{Name: as, Value: flow.done(), at: n.place}))
	}
	m.rest(n, "flow", "authorizationUrl", "tokenUrl", "scopes")
	return m.done()
}
