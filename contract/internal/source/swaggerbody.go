package source

import (
	"fmt"
	"slices"
	"strings"
)

const (
	jsonMedia      = "application/json"
	formMedia      = "application/x-www-form-urlencoded"
	multipartMedia = "multipart/form-data"
	binaryMedia    = "application/octet-stream"
)

// maxMedia bounds the media types of an operation that are read: each makes a
// place of its own.
const maxMedia = 50

// mediaTypes returns the texts of a list of media types, or the default.
func mediaTypes(list []*Node, otherwise string, at place) []*Node {
	texts := slices.DeleteFunc(slices.Clone(list[:min(len(list), maxMedia)]), func(n *Node) bool { return n.Kind() != String })
	if len(texts) == 0 {
		return []*Node{newText(at, otherwise)}
	}
	return texts
}

// orAny adds that a body may have any media type, where none is listed: then the
// default is only the likeliest.
func orAny(content *maker, listed []*Node, at place) {
	if len(listed) == 0 {
		content.put("*/*", at, newMapping(at))
	}
}

// requestBody makes the body of an operation of its parameters with in: body or
// formData; nil if there are none.
func (c *converter2) requestBody(parameters []*Node, consumes []*Node) *Node {
	var form []*Node
	for _, p := range parameters {
		target := c.target(p)
		if target.Get("in").Text() != "body" {
			form = append(form, target)
			continue
		}
		if len(parameters) > 1 {
			c.add(Problem{
				Severity: Warning, At: p.At(), Message: "a body parameter stands beside others for the body",
				Cost: "the body parameter counts",
			})
		}
		same := slices.EqualFunc(consumes, c.consumes, func(a, b *Node) bool { return a.Text() == b.Text() })
		if target != p && same {
			return rewritten(p, "#/components/requestBodies/")
		}
		return c.body(target, consumes)
	}
	if len(form) == 0 {
		return nil
	}
	return c.form(form, consumes)
}

// body converts a parameter with in: body.
func (c *converter2) body(n *Node, consumes []*Node) *Node {
	m := &maker{at: n.place}
	m.move(n, "description", "description")
	media := &maker{at: n.place}
	if schema, ok := n.Member("schema"); ok {
		media.put("schema", schema.at, c.schema(schema.Value))
	}
	media.move(n, "example", "example")
	media.move(n, "x-example", "example")
	content := &maker{at: n.place}
	for _, t := range mediaTypes(consumes, jsonMedia, n.place) {
		content.put(t.text, t.place, media.done())
	}
	orAny(content, consumes, n.place)
	m.put("content", n.place, content.done())
	m.move(n, "required", "required")
	m.rest(n, "name", "in", "schema", "example", "x-example", "x-examples", "examples", "type", "format", "items", "default", "enum", "collectionFormat")
	return m.done()
}

// form makes the body that parameters with in: formData describe.
func (c *converter2) form(parameters []*Node, consumes []*Node) *Node {
	at := parameters[0].place
	properties, encoding := &maker{at: at}, &maker{at: at}
	required := []*Node{}
	hasFile := false
	for _, p := range parameters {
		name := p.Get("name")
		if name.Kind() != String {
			c.add(Problem{Severity: Warning, At: p.At(), Message: "a form parameter has no name", Cost: neverSent})
			continue
		}
		hasFile = hasFile || p.Get("type").Text() == "file"
		schema, style, explode := c.simple(p, "formData")
		properties.put(name.text, p.place, describe(schema, p))
		if p.Get("required").True() {
			required = append(required, newText(name.place, name.text))
		}
		if style != "" && !explode {
			encoding.put(name.text, p.place, newMapping(p.place, member("style", newText(p.place, style)), member("explode", newBool(p.place, false))))
		}
	}
	schema := &maker{at: at}
	schema.put("type", at, newText(at, "object"))
	schema.put("properties", at, properties.done())
	if len(required) > 0 {
		schema.put("required", at, newSequence(at, required...))
	}
	content := &maker{at: at}
	for _, t := range formTypes(consumes, hasFile, at) {
		media := &maker{at: at}
		media.put("schema", at, schema.done())
		if t.text == formMedia {
			media.put("encoding", at, encoding.some())
		}
		content.put(t.text, t.place, media.done())
	}
	body := &maker{at: at}
	body.put("content", at, content.done())
	if len(required) > 0 {
		body.put("required", required[0].place, newBool(required[0].place, true))
	}
	return body.done()
}

// describe adds the description of a parameter to its schema.
func describe(schema, parameter *Node) *Node {
	m := &maker{at: schema.place}
	m.move(parameter, "description", "description")
	m.rest(schema)
	return m.done()
}

// formTypes returns the media types of a form: those that are consumed and can
// hold one. A file takes multipart/form-data (Swagger 2.0, "Parameter Object").
func formTypes(consumes []*Node, hasFile bool, at place) []*Node {
	fit := slices.DeleteFunc(slices.Clone(consumes[:min(len(consumes), maxMedia)]), func(n *Node) bool {
		name, _, _ := strings.Cut(strings.ToLower(n.Text()), ";")
		return n.Kind() != String || name != multipartMedia && (hasFile || name != formMedia)
	})
	switch {
	case len(fit) > 0:
		return fit
	case hasFile:
		return []*Node{newText(at, multipartMedia)}
	default:
		return []*Node{newText(at, formMedia)}
	}
}

// response converts a response, with the media types that are produced.
func (c *converter2) response(n *Node, produces []*Node) *Node {
	if n.Kind() != Mapping {
		return n
	}
	m := &maker{at: n.place}
	m.move(n, "description", "description")
	content := &maker{at: n.place}
	examples := n.Get("examples")
	if schema, ok := n.Member("schema"); ok {
		otherwise := jsonMedia
		if schema.Value.Get("type").Text() == "file" {
			otherwise = binaryMedia
		}
		for _, t := range mediaTypes(produces, otherwise, n.place) {
			media := &maker{at: n.place}
			media.put("schema", schema.at, c.schema(schema.Value))
			media.move(examples, t.text, "example")
			content.put(t.text, schema.at, media.done())
		}
		orAny(content, produces, n.place)
	} else if examples.Len() > 0 { // which say nothing of other media types
		orAny(content, nil, n.place)
	}
	if examples.Kind() == Mapping {
		for _, e := range examples.members {
			if !strings.Contains(e.Name, "/") {
				c.add(Problem{
					Severity: Note, At: e.At(), Cost: "the example is left out",
					Message: fmt.Sprintf("examples have media types as keys, such as application/json, and %s is none", quote(e.Name)),
				})
				continue
			}
			content.put(e.Name, e.at, newMapping(e.Value.place, Member{Name: "example", Value: e.Value, at: e.at}))
		}
	}
	m.put("content", n.place, content.some())
	if headers, ok := n.Member("headers"); ok {
		m.put("headers", headers.at, each(headers.Value, c.header))
	}
	m.rest(n, "schema", "examples", "headers")
	return m.done()
}

// header converts a response header.
func (c *converter2) header(n *Node) *Node {
	if n.Kind() != Mapping {
		return n
	}
	m := &maker{at: n.place}
	m.move(n, "description", "description")
	if schema, style, _ := c.simple(n, "header"); style == unwritten {
		m.put("content", n.place, listContent(n, schema))
	} else {
		m.put("schema", n.place, schema)
	}
	extensions(m, n)
	return m.done()
}

// extensions moves those of a mapping.
func extensions(m *maker, from *Node) {
	for _, old := range from.members {
		if isExtension(old.Name) && old.Name != "x-nullable" && old.Name != "x-example" {
			m.members = append(m.members, old)
		}
	}
}
