package plan

import (
	"testing"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
)

const kinds = `openapi: 3.0.3
info: {title: Kinds, version: "1"}
paths:
  /pets:
    post:
      operationId: add
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}
      responses: {"200": {description: ok}, "400": {description: bad}}
components:
  schemas:
    Pet:
      type: object
      required: [kind]
      discriminator: {propertyName: kind, mapping: {feline: "#/components/schemas/Cat"}}
      properties:
        kind: {type: string}
        age: {type: integer, nullable: true}
        weight: {type: number, minimum: 0}
        debt: {type: number, maximum: 100}
        id: {type: string, readOnly: true}
    Cat: {allOf: [{$ref: "#/components/schemas/Pet"}, {required: [lives], properties: {lives: {type: integer, maximum: 9}}}]}
    Dog: {allOf: [{$ref: "#/components/schemas/Pet"}, {required: [barks], properties: {barks: {type: boolean}}}]}
`

// TestWhatIsSeldomSent holds the cases for values that are valid and not ordinary.
func TestWhatIsSeldomSent(t *testing.T) {
	m, err := spec.Load("kinds.yaml", []byte(kinds))
	if err != nil {
		t.Fatal(err)
	}
	p := Build(m, informed)
	for _, test := range []struct {
		id      string
		outcome Outcome
		level   clause.Level
		body    string
	}{
		{"add.answer.200/smallest", Accepted, clause.Must, `{"kind": "feline", "lives": 1}`},
		{"add.body.type/of-Dog", Accepted, clause.Must, `{"kind": "Dog", "barks": true}`},
		{"add.body.age.type/null", Accepted, clause.Must, `{"kind": "feline", "lives": 1, "age": null}`},
		{"add.body.age.type/negative", Accepted, clause.Should, `{"kind": "feline", "lives": 1, "age": -10}`},
		{"add.body.debt.type/negative", Accepted, clause.Should, `{"kind": "feline", "lives": 1, "debt": -10}`},
		{"add.answer.unprovoked-5xx/the-body-read-only-id", Either, clause.Must, `{"kind": "feline", "lives": 1, "id": "example"}`},
	} {
		c := find(t, p, test.id)
		want, err := spec.ParseJSON([]byte(test.body))
		if err != nil {
			t.Fatal(err)
		}
		if c.Expect.Outcome != test.outcome || c.Level != test.level || !spec.Equal(c.Request.Body.Value, want) {
			t.Errorf("%s is %s %s with %v, want %s %s with %v", c.ID, c.Level, c.Expect.Outcome, c.Request.Body.Value, test.level, test.outcome, want)
		}
	}
	for _, c := range p.Cases {
		if c.ID == "add.body.weight.type/negative" {
			t.Errorf("%s is forbidden", c.ID)
		}
		if object, ok := unionBody(&c); ok && c.Expect.Outcome == Accepted && object["kind"] != "feline" && object["kind"] != "Dog" {
			t.Errorf("%s demands that a pet of the kind %v is taken", c.ID, object["kind"])
		}
	}
}

func unionBody(c *Case) (map[string]any, bool) {
	if c.Request.Body == nil {
		return nil, false
	}
	object, ok := c.Request.Body.Value.(map[string]any)
	return object, ok
}
