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

// newGrammar2 returns the shapes of Swagger 2.0, as far as references can stand in
// them: they are followed before the conversion, and the rest is looked at after it.
func newGrammar2() *grammar {
	schema := &shape{name: "a schema", form: schemaForm, section: "definitions", lost: lost["definitions"]}
	either := &shape{name: "true, false or a schema", form: eitherForm, each: schema}
	schema.fields = fields{"properties": mapOf(schema), "additionalProperties": either}.
		also(schema, "items", "not").
		also(listOf(schema), "allOf", "oneOf", "anyOf").
		also(opaque, "default", "example", "enum", "examples")
	parameter := object(nameParameter, fields{"schema": schema, "items": schema})
	parameter.section, parameter.lost = "parameters", lost["parameters"]
	header := object("a response header", fields{"items": schema})
	header.lost = lost["headers"]
	response := object(nameResponse, fields{"schema": schema, "headers": mapOf(header), "examples": opaque})
	response.section, response.lost = "responses", lost["responses"]
	operation := object(nameOperation, fields{"parameters": listOf(parameter), "responses": extendedMap(response)})
	item := object(namePath, fields{"parameters": listOf(parameter)}.also(operation, Methods...))
	item.lost = "the path is left out: none of its operations is tested"
	return &grammar{
		version: V20, schema: schema,
		root: object("the description", fields{
			"paths": extendedMap(item), "definitions": mapOf(schema), "parameters": mapOf(parameter), "responses": mapOf(response),
		}),
		sections: map[string]*shape{"definitions": schema, "parameters": parameter, "responses": response},
	}
}

// Methods are the fields of a path item that hold operations.
var Methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

// newGrammar3 returns the shapes of OpenAPI 3 (section 4.8 of OpenAPI 3.0.4 and
// 3.1.1). What a later version adds is known to that version alone.
func newGrammar3(v Version) *grammar {
	g := &grammar{version: v, schema: newSchema(v)}
	later := v.schema2020()
	newest := v == V32

	docs := object("externalDocs", fields{"description": text, "url": link})
	server := object("a server", fields{
		"variables": mapOf(object("a server variable", fields{"enum": listOf(text)}.also(text, "default", "description"))),
	}.also(text, "url", "description"))
	server.tidy = tidyServer
	security := listOf(&shape{name: "a security requirement", form: mapForm, each: listOf(text)})
	security.each.tidy = tidyRequirement

	example := object("an example", fields{"value": opaque}.also(text, "summary", "description", "externalValue"))
	header := object("a response header", fields{"example": opaque, "schema": g.schema}.
		also(text, "description", "style").also(flag, "required", "deprecated", "allowEmptyValue", "explode", "allowReserved"))
	parameter := object(nameParameter, fields{"example": opaque, "schema": g.schema}.
		also(text, "name", "in", "description", "style").also(flag, "required", "deprecated", "allowEmptyValue", "explode", "allowReserved"))
	media := object(nameMedia, fields{"schema": g.schema, "example": opaque, "examples": mapOf(example)})
	content := &shape{name: "content", form: mapForm, each: media, tidy: tidyContent}
	encoding := object("an encoding", fields{"headers": mapOf(header)}.
		also(text, "contentType", "style").also(flag, "explode", "allowReserved"))
	encoding.tidy = tidyEncoding
	media.fields["encoding"] = mapOf(encoding)
	if newest {
		media.fields["itemSchema"] = g.schema
	}
	for _, s := range []*shape{header, parameter} {
		s.fields["examples"], s.fields["content"] = mapOf(example), content
	}
	body := object(nameBody, fields{"content": content, "description": text, "required": flag})
	link := object("a link", fields{"parameters": mapOf(opaque), "requestBody": opaque, "server": server}.
		also(text, "operationRef", "operationId", "description"))
	response := object(nameResponse, fields{"description": text, "headers": mapOf(header), "content": content, "links": mapOf(link)})

	callback := &shape{name: "a callback", form: mapForm, extended: true}
	operation := object(nameOperation, fields{
		"tags": listOf(text), "externalDocs": docs, "parameters": listOf(parameter), "requestBody": body,
		"responses": extendedMap(response), "callbacks": mapOf(callback), "deprecated": flag, "security": security, "servers": listOf(server),
	}.also(text, "summary", "description", "operationId"))
	item := object(namePath, fields{"servers": listOf(server), "parameters": listOf(parameter)}.
		also(text, "summary", "description").also(operation, Methods...))
	if newest {
		item.fields["query"], item.fields["additionalOperations"] = operation, mapOf(operation)
	}
	callback.each = item
	scheme := newScheme()
	g.sections = map[string]*shape{
		"schemas": g.schema, "responses": response, "parameters": parameter, "examples": example, "requestBodies": body,
		"headers": header, "securitySchemes": scheme, "links": link, "callbacks": callback,
	}
	components := object("components", fields{})
	for section, s := range g.sections {
		s.section, s.lost = section, lost[section]
		components.fields[section] = mapOf(s)
	}
	item.lost = "the path is left out: none of its operations is tested"
	parameter.mend, header.mend, example.tidy, link.tidy = mendParameter, mendHeader, tidyExample, tidyLink
	parameter.tidy, header.tidy, body.tidy, response.tidy = tidyParameter, tidyHeader, tidyBody, tidyResponse
	media.tidy, operation.tidy, item.tidy, scheme.tidy, item.mend = tidyMedia, tidyOperation, tidyPath, tidyScheme, mendPath
	media.lost, operation.lost = "any body of it is accepted", "the operation is left out: it is not tested"

	info := object("info", fields{
		"contact": object("contact", fields{}.also(text, "name", "url", "email")),
		"license": object("license", fields{}.also(text, "name", "url", "identifier")),
	}.also(text, "title", "version", "description", "termsOfService"))
	if later {
		info.fields["summary"] = text
	}
	tag := object("a tag", fields{"externalDocs": docs}.also(text, "name", "description"))
	tag.tidy = tidyTag
	g.root = object("the description", fields{
		"openapi": text, "info": info, "servers": listOf(server), "paths": extendedMap(item), "components": components,
		"security": security, "externalDocs": docs,
		"tags": listOf(tag),
	})
	if later {
		g.root.fields["webhooks"], g.root.fields["jsonSchemaDialect"] = mapOf(item), text
	}
	g.root.mend, g.root.tidy = mendRoot, tidyRoot
	return g
}

func newScheme() *shape {
	flow := object("an OAuth flow", fields{"scopes": extendedMap(text)}.also(link, "authorizationUrl", "tokenUrl", "refreshUrl"))
	return object("a security scheme", fields{
		"flows": object("flows", fields{}.also(flow, "implicit", "password", "clientCredentials", "authorizationCode")),
	}.also(text, "type", "description", "name", "in", "scheme", "bearerFormat", "openIdConnectUrl"))
}

// lost says what it costs to leave a component out where it is used.
var lost = map[string]string{
	"schemas":         "any value is accepted there",
	"definitions":     "any value is accepted there",
	"responses":       "any body is accepted there",
	"parameters":      unsendable,
	"examples":        "the example is left out",
	"requestBodies":   unsendable,
	"headers":         "the header is left out: it is not checked",
	"securitySchemes": "the security scheme is left out",
	"links":           "the link is left out",
	"callbacks":       "the callback is left out",
}

// What it costs to leave out a part of a request: one that it may need, and one
// that it can do without.
const (
	unsendable = "no request can be made that should be accepted"
	neverSent  = "the parameter is left out: it is never sent"
)

// newSchema returns the shape of a schema: of OpenAPI 3.0 (section 4.7.24), or of
// JSON Schema 2020-12 with what OpenAPI adds.
func newSchema(v Version) *shape {
	s := &shape{name: "a schema", form: schemaForm, section: "schemas"}
	either := &shape{name: "true, false or a schema", form: eitherForm, fields: nil}
	either.each = s
	s.fields = fields{
		"type": {name: "a type", form: typesForm}, "enum": listOf(opaque), "default": opaque, "example": opaque,
		"properties": mapOf(s), "additionalProperties": either, "required": listOf(text),
		"exclusiveMinimum": {name: "a limit", form: boundForm}, "exclusiveMaximum": {name: "a limit", form: boundForm},
		"discriminator": object("a discriminator", fields{"propertyName": text, "mapping": {name: "a mapping", form: mappingForm, each: s}}),
		"xml":           object("xml", fields{}.also(text, "name", "namespace", "prefix").also(flag, "attribute", "wrapped")),
		"externalDocs":  object("externalDocs", fields{"description": text, "url": link}),
	}
	fields(s.fields).
		also(s, "items", "not").
		also(listOf(s), "allOf", "oneOf", "anyOf").
		also(text, "title", "description", "format", "pattern").
		also(number, "minimum", "maximum", "multipleOf").
		also(count, "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties").
		also(flag, "uniqueItems", "nullable", "readOnly", "writeOnly", "deprecated")
	s.fields["allOf"].tidy, s.fields["oneOf"].tidy, s.fields["anyOf"].tidy = tidyParts, tidyParts, tidyParts
	s.mend, s.tidy = mendSchema, tidySchema
	// Of JSON Schema 2020-12. Who writes them in OpenAPI 3.0 means them all the same.
	fields(s.fields).
		also(s, "if", "then", "else", "contains", "propertyNames").
		also(listOf(s), "prefixItems").
		also(mapOf(s), "patternProperties", "dependentSchemas").
		also(either, "unevaluatedItems", "unevaluatedProperties").
		also(count, "minContains", "maxContains").
		also(text, "contentMediaType", "contentEncoding", "$comment")
	s.fields["dependentRequired"] = mapOf(listOf(text))
	if v.schema2020() {
		fields(s.fields).
			also(s, "contentSchema").
			also(mapOf(s), "$defs").
			also(text, "$schema", "$id", "$anchor", "$dynamicRef", "$dynamicAnchor")
		s.fields["const"], s.fields["examples"] = opaque, listOf(opaque)
	}
	return s
}

// Object is a kind of object of a description and the names of what may stand in it.
type Object struct {
	Name   string // such as "a response"
	Fields []string
}

// Objects lists the kinds of objects of a version that have fields of their own, in
// the order of their names. Anything else that stands in one is told, and left out.
func Objects(v Version) []Object {
	g := newGrammar3(v)
	var out []Object
	seen := map[*shape]bool{}
	var visit func(s *shape)
	visit = func(s *shape) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		if len(s.fields) > 0 {
			out = append(out, Object{Name: s.name, Fields: sortedKeys(s.fields)})
		}
		for _, name := range sortedKeys(s.fields) {
			visit(s.fields[name])
		}
		visit(s.each)
	}
	visit(g.root)
	slices.SortFunc(out, func(a, b Object) int { return strings.Compare(a.Name, b.Name) })
	return out
}
