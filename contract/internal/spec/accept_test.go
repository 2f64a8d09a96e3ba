package spec

import (
	"strings"
	"testing"
)

// OpenAPI ignores a parameter for the header Accept; what it says to send is sent all
// the same, where it can stand in the header.
func TestAcceptOfAParameter(t *testing.T) {
	for parameter, want := range map[string]string{
		`{in: header, name: accept, schema: {type: string, default: "application/vnd.x+json;version=2"}}`:         "application/vnd.x+json;version=2",
		`{in: header, name: Accept, schema: {type: string, enum: [text/csv, text/plain]}}`:                        "text/csv",
		`{in: header, name: Accept, example: "text/csv, */*;q=0.1", schema: {type: string, default: text/plain}}`: "text/csv, */*;q=0.1",
		`{in: header, name: Accept, schema: {type: string}}`:                                                      "",
		`{in: header, name: Accept, schema: {type: string, example: string}}`:                                     "",
		`{in: header, name: Accept, schema: {type: string, example: "a/b; c=\"\x01\""}}`:                          "",
		`{in: header, name: Accept, schema: {type: string, example: "a/b\r\nX: y"}}`:                              "",
		`{in: query, name: Accept, schema: {type: string, default: text/csv}}`:                                    "",
	} {
		c := load(t, `openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /:
    get:
      operationId: get
      parameters: [`+parameter+`]
      responses: {"200": {description: ok}}
`)
		if got := c.Operation("get").Accept; got != want {
			t.Errorf("%s: %q, want %q", parameter, got, want)
		}
	}
}

// A response of Swagger 2.0 without a schema has no content; what it may be all the
// same is what its operation produces.
func TestProducesOfSwagger(t *testing.T) {
	c := load(t, `swagger: "2.0"
info: {title: T, version: "1"}
produces: [application/json]
paths:
  /:
    get: {operationId: own, produces: [image/png, image/webp], responses: {"200": {description: ok}}}
    put: {operationId: shared, responses: {"200": {description: ok}}}
`)
	for id, want := range map[string]string{"own": "image/png image/webp", "shared": "application/json"} {
		if got := strings.Join(c.Operation(id).Produces, " "); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}

// A request that has to name the state of a thing names any, unless the description
// has a value.
func TestIfMatchOfAnyState(t *testing.T) {
	for schema, want := range map[string]any{
		"{type: string}":                   "*",
		`{type: string, example: '"abc"'}`: `"abc"`,
		`{type: string, minLength: 3}`:     nil,
	} {
		c := load(t, `openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /:
    put:
      operationId: put
      parameters: [{in: header, name: if-match, schema: `+schema+`}]
      responses: {"204": {description: ok}}
`)
		if got := c.Operation("put").Parameters[0].Schema.Example; got != want {
			t.Errorf("%s: %v, want %v", schema, got, want)
		}
	}
}
