package source

import (
	"slices"
	"strings"
)

// form is what kind of value stands at a place of a description.
type form uint8

const (
	anyForm     form = iota // any value, which is not looked into
	textForm                // a text
	urlForm                 // a text that is a URL
	flagForm                // true or false
	numberForm              // a number
	countForm               // a whole number, 0 or more
	objectForm              // a mapping with known fields
	mapForm                 // a mapping of names that the author chose
	listForm                // a list
	schemaForm              // a schema: a mapping with known fields or, from 3.1 on, true or false
	typesForm               // the type of a schema: a text or a list of texts
	boundForm               // exclusiveMinimum and exclusiveMaximum: a flag in 3.0, a number later
	eitherForm              // true, false or a schema: additionalProperties and its kin
	mappingForm             // the mapping of a discriminator: names or references to schemas
)

// shape is one kind of object of OpenAPI: what may stand in it. The same table is
// used to follow references, which have the kind of their place, and to leave out
// what does not fit.
type shape struct {
	name   string // how messages call it: "a response"
	form   form
	fields map[string]*shape // of an object or a schema
	each   *shape            // the values of a map or list
	// extended marks a map in which keys that begin with x- are extensions.
	extended bool
	// section is where components of this kind stand. Where it is "" no reference
	// can stand that all readers know, and one is replaced by what it leads to.
	section string
	// lost is the cost of leaving one out.
	lost string
	// mend and tidy mend what no table can say: before what is below is looked at,
	// and after it. They return nil for what is left out.
	mend, tidy func(*cleaner, *Node) *Node
}

// field returns the shape of a member. known is false for a field that OpenAPI
// does not have there.
func (s *shape) field(name string) (field *shape, known bool) {
	switch {
	case s.form == mapForm && (!s.extended || !isExtension(name)):
		return s.each, true
	case s.form == mapForm || isExtension(name):
		return opaque, true
	case s.fields == nil:
		return opaque, true
	}
	field, known = s.fields[name]
	if !known {
		field = opaque
	}
	return field, known
}

func isExtension(name string) bool { return strings.HasPrefix(name, "x-") }

// refers reports whether a reference can stand in the place of such an object.
func (s *shape) refers() bool { return s.section != "" }

var (
	opaque = &shape{name: "a value", form: anyForm}
	text   = &shape{name: "a text", form: textForm}
	link   = &shape{name: "a URL", form: urlForm}
	flag   = &shape{name: "true or false", form: flagForm}
	number = &shape{name: "a number", form: numberForm}
	count  = &shape{name: "a whole number, 0 or more", form: countForm}
)

func listOf(each *shape) *shape { return &shape{name: "a list", form: listForm, each: each} }

func mapOf(each *shape) *shape { return &shape{name: "a mapping", form: mapForm, each: each} }

// extended is mapOf for a map in which extensions can stand.
func extendedMap(each *shape) *shape {
	return &shape{name: "a mapping", form: mapForm, each: each, extended: true}
}

// object makes the shape of an object. Names in a text have the form text.
func object(name string, fields map[string]*shape) *shape {
	return &shape{name: name, form: objectForm, fields: fields}
}

// fields is a table of fields under construction.
type fields map[string]*shape

// also adds fields of one shape.
func (f fields) also(s *shape, names ...string) fields {
	for _, name := range names {
		f[name] = s
	}
	return f
}

// grammar is the shapes of a version.
type grammar struct {
	version Version
	root    *shape
	schema  *shape
	// sections are the shapes of components, by section.
	sections map[string]*shape
}

// where returns the names that lead to a section of components.
func (g *grammar) where(section string) []string {
	if g.version == V20 {
		return []string{section}
	}
	return []string{"components", section}
}

// reference writes a reference to a component.
func (g *grammar) reference(section, name string) string {
	return "#/" + strings.Join(g.where(section), "/") + "/" + escapePointer(name)
}

// component splits a pointer to a component; ok is false for any other pointer.
func (g *grammar) component(pointer string) (section, name string, ok bool) {
	parts := strings.Split(pointer, "/")
	if g.version != V20 {
		if len(parts) < 2 || parts[1] != "components" {
			return "", "", false
		}
		parts = slices.Delete(parts, 1, 2)
	}
	if len(parts) != 3 || parts[0] != "" || g.sections[parts[1]] == nil {
		return "", "", false
	}
	return parts[1], unescape(parts[2], true), true
}
