package source

// methods are the fields of a path item that hold operations.
var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

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
		also(text, "summary", "description").also(operation, methods...))
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
