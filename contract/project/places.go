package project

import (
	"regexp"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/source"
	"github.com/apiclause/clause/contract/internal/spec"
)

// call is an operation, as suggestions see it.
type call struct {
	path, method string
	places       []place
}

// place is a parameter, or a member of a JSON body.
type place struct {
	name, in, prose string
	required        bool
	kind            string // the type, or the format of a text that is a time
	schema          *source.Node
	words           []string // of the name, in lower case
}

// maxRefs bounds how many references are followed to one element.
const maxRefs = 20

// follow gives what a reference leads to, or the node itself.
func follow(root, n *source.Node) *source.Node {
	for range maxRefs {
		ref, is := strings.CutPrefix(n.Get("$ref").Text(), "#")
		if !is {
			return n
		}
		n = root.Find(ref)
	}
	return nil
}

// callsOf lists the operations of a description, in the order of the file.
func callsOf(root *source.Node) []call {
	var out []call
	for _, path := range root.Get("paths").Members() {
		item := follow(root, path.Value)
		for _, m := range item.Members() {
			if slices.Contains(source.Methods, m.Name) {
				c := call{path: path.Name, method: m.Name}
				c.parameters(root, item.Get("parameters"))
				c.parameters(root, m.Value.Get("parameters"))
				c.body(root, m.Value.Get("requestBody"))
				out = append(out, c)
			}
		}
	}
	return out
}

func (c *call) parameters(root, list *source.Node) {
	for _, n := range list.Items() {
		n = follow(root, n)
		schema := follow(root, n.Get("schema"))
		if n == nil || schema == nil {
			continue
		}
		p := placeOf(n.Get("name").Text(), n.Get("in").Text(), n.Get("required").True(), schema)
		p.prose += " " + n.Get("description").Text()
		// That of an operation replaces that of its path.
		c.places = slices.DeleteFunc(c.places, func(other place) bool { return other.in == p.in && other.name == p.name })
		c.places = append(c.places, p)
	}
}

func (c *call) body(root, n *source.Node) {
	body := follow(root, n)
	schema := follow(root, body.Get("content").Get("application/json").Get("schema"))
	var required []string
	for _, name := range schema.Get("required").Items() {
		required = append(required, name.Text())
	}
	for _, m := range schema.Get("properties").Members() {
		if member := follow(root, m.Value); member != nil && !member.Get("readOnly").True() {
			c.places = append(c.places, placeOf(m.Name, "body", slices.Contains(required, m.Name), member))
		}
	}
}

func placeOf(name, in string, required bool, schema *source.Node) place {
	p := place{name: name, in: in, required: required, schema: schema, prose: schema.Get("description").Text(), words: spec.Words(name)}
	p.kind = schema.Get("type").Text()
	if format := schema.Get("format").Text(); p.kind == "string" && (format == "date-time" || format == "date") {
		p.kind = format
	}
	return p
}

// called is the name as its words, with blanks between.
func (p *place) called() string { return strings.Join(p.words, " ") }

func (p *place) is(names ...string) bool { return slices.Contains(names, p.called()) }

func (p *place) number() bool { return p.kind == "integer" || p.kind == "number" }

func (p *place) time() bool { return p.kind == "date" || p.kind == "date-time" }

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// cel writes the place in an expression.
func (p *place) cel() string {
	if identifier.MatchString(p.name) {
		return p.in + "." + p.name
	}
	return p.in + ".`" + p.name + "`"
}

// absent writes that the place is not there, for a disjunction: "" where it has to be.
func (p *place) absent() string {
	if p.required {
		return ""
	}
	return "!has(" + p.cel() + ") || "
}
