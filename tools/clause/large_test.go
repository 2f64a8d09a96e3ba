package main

import (
	"encoding/json"
	"fmt"
	"testing"
)

// object is a node of a description that a test makes.
type object = map[string]any

// ref refers to a schema, a parameter or a response of the components.
func ref(kind, name string) object { return object{"$ref": "#/components/" + kind + "/" + name} }

// largeAPI makes the description of an API with so many operations, ten on each
// resource: bodies of ten members or so, schemas that resources share and that
// refer to each other, several answers, credentials.
func largeAPI(tb testing.TB, operations int) []byte {
	tb.Helper()
	paths, schemas := object{}, sharedSchemas()
	for i := range operations / 10 {
		thing := fmt.Sprintf("Thing%03d", i)
		schemas[thing] = thingSchema(i)
		collection := fmt.Sprintf("/v1/projects/{project}/things%03d", i)
		paths[collection] = object{
			"parameters": []any{ref("parameters", "project")},
			"get":        operation("list"+thing, "200", listOf(thing), "", "limit", "offset", "sort", "since", "text"),
			"post":       operation("make"+thing, "201", ref("schemas", thing), thing),
		}
		paths[collection+"/{id}"] = object{
			"parameters": []any{ref("parameters", "project"), ref("parameters", "id")},
			"get":        operation("read"+thing, "200", ref("schemas", thing), ""),
			"put":        operation("change"+thing, "200", ref("schemas", thing), thing),
			"delete":     operation("end"+thing, "204", nil, ""),
		}
		paths[collection+"/{id}/history"] = object{
			"parameters": []any{ref("parameters", "project"), ref("parameters", "id")},
			"get":        operation("history"+thing, "200", listOf("Problem"), "", "limit", "offset", "since"),
		}
		paths[collection+"/{id}/restart"] = object{
			"parameters": []any{ref("parameters", "project"), ref("parameters", "id")},
			"post":       operation("restart"+thing, "200", ref("schemas", thing), ""),
		}
		notes := collection + "/{id}/notes"
		paths[notes] = object{
			"parameters": []any{ref("parameters", "project"), ref("parameters", "id")},
			"get":        operation("listNotes"+thing, "200", listOf("Note"), "", "limit", "offset"),
		}
		paths[notes+"/{note}"] = object{
			"parameters": []any{ref("parameters", "project"), ref("parameters", "id"), ref("parameters", "note")},
			"get":        operation("readNote"+thing, "200", ref("schemas", "Note"), ""),
			"delete":     operation("endNote"+thing, "204", nil, ""),
		}
	}
	return described(tb, paths, schemas)
}

// listOf makes the schema of a page of a list.
func listOf(schema string) object {
	return object{"type": "object", "required": []any{"items"}, "properties": object{
		"items": object{"type": "array", "items": ref("schemas", schema)}, "total": object{"type": "integer"},
	}}
}

// operation makes one with the answers that all have.
func operation(id, status string, answered object, body string, parameters ...string) object {
	success := object{"description": "done"}
	if answered != nil {
		success["content"] = object{"application/json": object{"schema": answered}}
	}
	out := object{"operationId": id, "responses": object{
		status: success, "400": ref("responses", "Bad"), "401": ref("responses", "Bad"), "404": ref("responses", "Bad"),
		"500": ref("responses", "Bad"),
	}}
	var referred []any
	for _, name := range parameters {
		referred = append(referred, ref("parameters", name))
	}
	if referred != nil {
		out["parameters"] = referred
	}
	if body != "" {
		out["requestBody"] = object{"required": true, "content": object{"application/json": object{"schema": ref("schemas", body)}}}
	}
	return out
}

// thingSchema makes the schema of a resource. Every fourth holds the one before it.
func thingSchema(i int) object {
	properties := object{
		"id":          object{"type": "string", "format": "uuid", "readOnly": true},
		"name":        object{"type": "string", "minLength": 1, "maxLength": 64},
		"description": object{"type": "string", "maxLength": 255},
		"kind":        object{"type": "string", "enum": []any{"small", "medium", "large"}},
		"count":       object{"type": "integer", "minimum": 0, "maximum": 1000},
		"active":      object{"type": "boolean"},
		"made":        object{"type": "string", "format": "date-time", "readOnly": true},
		"tags":        object{"type": "array", "maxItems": 10, "items": object{"type": "string", "maxLength": 36}},
		"price":       ref("schemas", "Money"),
		"address":     ref("schemas", "Address"),
	}
	if i%4 == 3 {
		properties["within"] = ref("schemas", fmt.Sprintf("Thing%03d", i-1))
	}
	return object{"type": "object", "required": []any{"name", "kind"}, "properties": properties}
}

func sharedSchemas() object {
	text := object{"type": "string", "maxLength": 80}
	return object{
		"Money": object{"type": "object", "required": []any{"amount", "currency"}, "properties": object{
			"amount": object{"type": "number", "minimum": 0}, "currency": object{"type": "string", "pattern": "^[A-Z]{3}$"},
		}},
		"Address": object{"type": "object", "required": []any{"city"}, "properties": object{
			"street": text, "city": text, "code": object{"type": "string", "pattern": "^[0-9]{5}$"}, "country": ref("schemas", "Country"),
		}},
		"Country": object{"type": "string", "enum": []any{"AT", "CH", "DE", "FR", "IT"}},
		"Note": object{"type": "object", "required": []any{"text"}, "properties": object{
			"text": object{"type": "string", "maxLength": 1000}, "made": object{"type": "string", "format": "date-time"},
		}},
		"Problem": object{"type": "object", "required": []any{"code", "message"}, "properties": object{
			"code": object{"type": "string"}, "message": object{"type": "string"}, "trace": object{"type": "string"},
		}},
	}
}

// knot makes the description of an API whose schemas all refer to each other.
func knot(tb testing.TB, size int) []byte {
	tb.Helper()
	paths, schemas := object{}, sharedSchemas()
	for i := range size {
		properties := object{"name": object{"type": "string"}}
		for j := range size {
			properties[fmt.Sprintf("to%d", j)] = ref("schemas", fmt.Sprintf("Knot%d", j))
		}
		name := fmt.Sprintf("Knot%d", i)
		schemas[name] = object{"type": "object", "properties": properties}
		paths["/"+name] = object{"post": operation("make"+name, "201", ref("schemas", name), name)}
	}
	return described(tb, paths, schemas)
}

// described makes the whole description.
func described(tb testing.TB, paths, schemas object) []byte {
	tb.Helper()
	parameter := func(in, name string, schema object) object {
		return object{"in": in, "name": name, "required": in == "path", "schema": schema}
	}
	data, err := json.MarshalIndent(object{
		"openapi": "3.0.3", "info": object{"title": "A large API", "version": "1"}, "paths": paths,
		"security": []any{object{"bearer": []any{}}},
		"components": object{
			"schemas":         schemas,
			"securitySchemes": object{"bearer": object{"type": "http", "scheme": "bearer"}},
			"responses": object{"Bad": object{"description": "not done", "content": object{
				"application/json": object{"schema": ref("schemas", "Problem")},
			}}},
			"parameters": object{
				"project": parameter("path", "project", object{"type": "string", "pattern": "^[a-z0-9]{8}$"}),
				"id":      parameter("path", "id", object{"type": "string", "format": "uuid"}),
				"note":    parameter("path", "note", object{"type": "integer", "minimum": 1}),
				"limit":   parameter("query", "limit", object{"type": "integer", "minimum": 1, "maximum": 100}),
				"offset":  parameter("query", "offset", object{"type": "integer", "minimum": 0}),
				"sort":    parameter("query", "sort", object{"type": "string", "enum": []any{"name", "made"}}),
				"since":   parameter("query", "since", object{"type": "string", "format": "date-time"}),
				"text":    parameter("query", "text", object{"type": "string", "maxLength": 100}),
			},
		},
	}, "", " ")
	if err != nil {
		tb.Fatal(err)
	}
	return data
}
