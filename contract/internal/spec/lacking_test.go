package spec

import (
	"strings"
	"testing"
)

// TestWhatWasLeftOutIsNotDemanded holds that an operation part of whose requests
// could not be read has no valid request, and that a path has the methods of the
// operations that could not be read.
func TestWhatWasLeftOutIsNotDemanded(t *testing.T) {
	c := load(t, `openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /a/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: a, responses: {"200": {description: ok}}}
    put: {operationId: b, requestBody: {required: true}, responses: {"200": {description: ok}}}
    patch: {$ref: "none.yaml"}
  /a/{key}:
    delete: {operationId: c, responses: {"200": {description: ok}}}
  /b:
    parameters: [{$ref: "#/components/parameters/none"}]
    get: {operationId: d, responses: {"200": {description: ok}}}
`)
	for i, want := range []struct{ unsendable, methods string }{
		{"", "DELETE GET PATCH PUT"},
		{"the request body is required, and has no content", "DELETE GET PATCH PUT"},
		{`a parameter cannot be read: $ref "#/components/parameters/none" leads nowhere`, "GET"},
	} {
		op := c.Operations[i]
		if got := strings.Join(op.Methods, " "); got != want.methods || op.Unsendable != want.unsendable {
			t.Errorf("%s: %q, %s", op.ID, op.Unsendable, got)
		}
	}
}

// TestBytesAreNotJSON holds that a body of any bytes is not held to be a text in
// JSON, whatever its media type.
func TestBytesAreNotJSON(t *testing.T) {
	c := load(t, `openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /a:
    get:
      operationId: a
      responses:
        "200": {description: ok, content: {application/json: {schema: {type: string, format: binary}}}}
        "201": {description: ok, content: {"*/*": {schema: {type: string, format: binary}}, application/json: {schema: {type: string}}}}
`)
	for i, want := range []bool{false, true} {
		got := false
		for _, m := range c.Operations[0].Responses[i].Content {
			got = got || m.Schema != nil
		}
		if got != want {
			t.Errorf("answer %s has a schema: %t", c.Operations[0].Responses[i].Status, got)
		}
	}
	if len(c.Warnings) > 0 {
		t.Errorf("warnings: %v", c.Warnings)
	}
}
