package world

import (
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
)

// suggested lists the conventions of a list at /pets, whose query is given as name and
// schema.
func suggested(t *testing.T, query string) string {
	t.Helper()
	name, schema, _ := strings.Cut(query, ": ")
	model, err := spec.Load("openapi.yaml", []byte(`openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /pets:
    get:
      operationId: list
      parameters:
        - {name: `+name+`, in: query, schema: `+schema+`}
      responses: {"200": {description: all, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Pet"}}}}}}
components:
  schemas:
    Pet:
      type: object
      required: [id, kind, name, archived, breed]
      properties:
        id: {type: integer}
        kind: {type: string, enum: [cat, dog]}
        name: {type: string}
        breed: {type: string}
        archived: {type: boolean}
`))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range Conventions(model).Operations[0].Answers {
		out = append(out, strings.TrimPrefix(r.ID, "list.convention.")+": "+r.Convention.Expression)
	}
	return strings.Join(out, "\n")
}

// TestConventions has what names suggest of a list, and what they leave open.
func TestConventions(t *testing.T) {
	for query, want := range map[string]string{
		"limit: {type: integer}": "limit: !has(query.limit) || query.limit < 1 || size(answer) <= query.limit", // 0 may mean all
		"kind: {type: string}":   `kind: !has(query.kind) || !(query.kind in ["cat", "dog"]) || answer.all(x, x.kind == query.kind)`,
		"kind: {type: string, enum: [dog, all], default: all}": `kind: !has(query.kind) || !(query.kind in ["dog"]) || ` +
			`answer.all(x, x.kind == query.kind)`, // all is of any kind
		"kind: {type: string, enum: [DOG, ALL]}":                       "",
		"breed: {type: string, enum: [terrier, all], default: all}":    "",
		"kind: {type: array, items: {type: string, enum: [cat, all]}}": `kind: !has(query.kind) || !query.kind.all(v, v in ["cat"]) || answer.all(x, x.kind in query.kind)`,
		"archived: {type: boolean, default: false}":                    "", // those, too, or only those
		"name: {type: string}":                                         "", // a part of it
		"id: {type: integer}":                                          "id: !has(query.id) || answer.all(x, x.id == query.id)",
	} {
		if got := suggested(t, query); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", query, got, want)
		}
	}
}
