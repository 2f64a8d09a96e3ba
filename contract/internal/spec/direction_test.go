package spec

import (
	"fmt"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/clause"
)

// bothWays models a schema in a request and in an answer.
func bothWays(t *testing.T, schema string) (c *Contract, sent, answered *Schema) {
	t.Helper()
	c = load(t, fmt.Sprintf(`openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /x:
    post:
      operationId: x
      requestBody: {content: {application/json: {schema: %[1]s}}}
      responses: {"200": {description: ok, content: {application/json: {schema: %[1]s}}}}
components:
  schemas:
    Id: {type: integer, readOnly: true}
    Text: {type: string}
    Account: {type: object, properties: {id: {type: integer, readOnly: true}, pin: {type: string, writeOnly: true}, name: {type: string}}}
    Demanding: {required: [id, pin, name]}
    Deep: {allOf: [{allOf: [{$ref: "#/components/schemas/Account"}]}]}
    Self: {type: object, required: [pin], properties: {pin: {type: string, writeOnly: true}, next: {$ref: "#/components/schemas/Self"}}}
`, schema))
	return c, c.Operations[0].Body.Content[0].Schema, c.Operations[0].Responses[0].Content[0].Schema
}

// TestWhatIsNotSentIsNotRequired holds that readOnly and writeOnly are found
// wherever allOf may have put them (OpenAPI 3.0.3, section 4.7.24.2).
func TestWhatIsNotSentIsNotRequired(t *testing.T) {
	const (
		account   = `{$ref: "#/components/schemas/Account"}`
		demanding = `{$ref: "#/components/schemas/Demanding"}`
		refused   = "pin must not be answered: it is writeOnly"
	)
	for _, test := range []struct{ schema, value, sent, answered string }{
		{`{allOf: [` + account + `, ` + demanding + `]}`, `{"name": "n", "pin": "x"}`, "", "id is missing; " + refused},
		{`{allOf: [` + account + `, ` + demanding + `]}`, `{"name": "n", "id": 1}`, "pin is missing", ""},
		{`{allOf: [` + account + `, ` + demanding + `]}`, `{"pin": "x", "id": 1}`, "name is missing", refused + "; name is missing"},
		// Sending it is neither demanded nor refused, whatever it is.
		{`{allOf: [` + account + `, ` + demanding + `]}`, `{"name": "n", "pin": "x", "id": "none"}`, "", "id must be an integer; " + refused},
		{`{allOf: [{allOf: [` + demanding + `]}, {$ref: "#/components/schemas/Deep"}]}`, `{"name": "n", "pin": "x"}`, "", "id is missing; " + refused},
		{`{required: [id, pin, name], properties: {name: {}}, allOf: [{$ref: "#/components/schemas/Deep"}]}`, `{"name": "n", "id": 2}`, "pin is missing", ""},
		{`{type: object, required: [id], properties: {id: {$ref: "#/components/schemas/Id"}}}`, `{}`, "", "id is missing"},
		{`{type: object, required: [id], properties: {id: {allOf: [{type: integer}, {allOf: [{readOnly: true}]}]}}}`, `{}`, "", "id is missing"},
		{`{type: object, required: [id], properties: {id: {allOf: [{$ref: "#/components/schemas/Id"}]}}}`, `{"id": "a"}`, "", "id must be an integer"},
		{`{type: object, required: [pin], properties: {pin: {allOf: [{type: string}, {writeOnly: true}]}}}`, `{}`, "pin is missing", ""},
		// OpenAPI 3.0 ignores what stands beside a reference, and nobody who writes it knows.
		{`{type: object, required: [a], properties: {a: {$ref: "#/components/schemas/Text", readOnly: true}}}`, `{}`, "", "a is missing"},
		{`{type: object, required: [a], properties: {a: {$ref: "#/components/schemas/Text", readOnly: false}}}`, `{}`, "a is missing", "a is missing"},
		{`{allOf: [{required: [a], properties: {a: {type: string}}}, {properties: {a: {readOnly: true}}}]}`, `{}`, "", "a is missing"},
		{`{allOf: [{required: [a], properties: {a: {type: string}}}, {properties: {a: {readOnly: true}}}]}`, `{"a": 1}`, "", "a must be a string"},
		// The same part is required where nothing says that it is not sent.
		{`{allOf: [` + demanding + `, {properties: {id: {type: integer}}}]}`, `{"name": "n", "pin": "x"}`, "id is missing", "id is missing"},
		{`{allOf: [` + account + `], oneOf: [` + demanding + `, {required: [other]}]}`, `{"name": "n", "pin": "x"}`, "", "keeps to none of its alternatives: (1) id is missing; (2) other is missing; " + refused},
		{`{allOf: [` + account + `], not: {required: [id]}}`, `{"name": "n"}`, "", ""},
		{`{type: array, items: {allOf: [` + account + `, ` + demanding + `]}}`, `[{"name": "n", "pin": "x"}]`, "", "[0].id is missing; [0]." + refused},
		{`{oneOf: [{type: string}, {type: object, properties: {list: {type: array, items: ` + account + `}}}]}`, `{"list": [{}, {"pin": "x"}]}`, "", "list[1]." + refused},
		{`{type: object, additionalProperties: ` + account + `}`, `{"a": {"pin": "x"}}`, "", "a." + refused},
		{`{allOf: [{type: object, additionalProperties: ` + account + `}]}`, `{"a": {"pin": "x"}}`, "", "a." + refused},
		{`{$ref: "#/components/schemas/Self"}`, `{"pin": "x", "next": {"pin": "y"}}`, "", refused + "; next." + refused},
		// An alternative is not the wrong one for what it should not hold.
		{`{oneOf: [{type: object, required: [pin], properties: {pin: {type: string, writeOnly: true}}}, {type: integer}]}`, `{"pin": "x"}`, "", refused},
	} {
		_, sent, answered := bothWays(t, test.schema)
		if got := briefs(t, sent, test.value); got != test.sent {
			t.Errorf("%s with %s sent: %q, want %q", test.schema, test.value, got, test.sent)
		}
		if got := briefs(t, answered, test.value); got != test.answered {
			t.Errorf("%s with %s answered: %q, want %q", test.schema, test.value, got, test.answered)
		}
	}
}

func TestSamplesLackWhatIsNotSent(t *testing.T) {
	for _, test := range []struct{ schema, sent, answered string }{
		{`{allOf: [{$ref: "#/components/schemas/Account"}, {$ref: "#/components/schemas/Demanding"}]}`, `{"name":"a","pin":"a"}`, `{"id":0,"name":"a"}`},
		{`{allOf: [{$ref: "#/components/schemas/Account"}, {$ref: "#/components/schemas/Demanding"}], example: {id: 7, name: n, pin: x}}`, `{"name":"n","pin":"x"}`, `{"id":7,"name":"n"}`},
		{`{type: object, example: {id: 7, pin: x}, properties: {id: {$ref: "#/components/schemas/Id"}, pin: {type: string, writeOnly: true}}}`, `{"pin":"x"}`, `{"id":7}`},
		{`{type: array, example: [{id: 7, pin: x}, {pin: y}], items: {$ref: "#/components/schemas/Account"}}`, `[{"pin":"x"},{"pin":"y"}]`, `[{"id":7},{}]`},
		{`{type: object, minProperties: 1, properties: {id: {type: integer, readOnly: true}, pin: {type: string, writeOnly: true}}, additionalProperties: false}`, `{"pin":"a"}`, `{"id":0}`},
		{`{allOf: [{required: [a, b], properties: {a: {type: integer}}}, {oneOf: [{properties: {b: {type: string}}, required: [c]}, {properties: {c: {type: string}}}]}]}`, `{"a":0,"b":"a"}`, `{"a":0,"b":"a"}`},
	} {
		_, sent, answered := bothWays(t, test.schema)
		if got := Text(sent.Sample()); got != test.sent {
			t.Errorf("%s sent: %s, want %s", test.schema, got, test.sent)
		}
		if got := Text(answered.Sample()); got != test.answered {
			t.Errorf("%s answered: %s, want %s", test.schema, got, test.answered)
		}
	}
}

// TestClausesOfWhatIsNotAnswered holds that what is not sent has no clauses but
// that one.
func TestClausesOfWhatIsNotAnswered(t *testing.T) {
	for _, test := range []struct{ schema, want string }{
		{`{$ref: "#/components/schemas/Account"}`, `answer.200.pin.writeOnly: answer.200.pin is not answered`},
		{`{$ref: "#/components/schemas/Deep"}`, `answer.200.pin.writeOnly: answer.200.pin is not answered`},
		{`{allOf: [{$ref: "#/components/schemas/Account"}, {$ref: "#/components/schemas/Demanding"}]}`, `answer.200.pin.writeOnly: answer.200.pin is not answered`},
		{`{anyOf: [{$ref: "#/components/schemas/Deep"}]}`, `answer.200.writeOnly: no writeOnly member of answer.200 is answered`},
		{`{anyOf: [{$ref: "#/components/schemas/Demanding"}]}`, ``},
		{`{type: object, properties: {a: {writeOnly: true, allOf: [{$ref: "#/components/schemas/Account"}]}}}`, `answer.200.a.writeOnly: answer.200.a is not answered`},
		{`{type: object, properties: {a: {writeOnly: true, type: object, properties: {b: {type: string, writeOnly: true}}}}}`, `answer.200.a.writeOnly: answer.200.a is not answered`},
	} {
		c, _, _ := bothWays(t, test.schema)
		var got []string
		for _, one := range c.Clauses {
			switch {
			case strings.HasPrefix(one.ID, "x.body.id.") || strings.HasPrefix(one.ID, "x.answer.200.pin.") && !strings.HasSuffix(one.ID, ".writeOnly"):
				t.Errorf("%s: the clause %s", test.schema, one.ID)
			case strings.HasSuffix(one.ID, ".writeOnly"):
				got = append(got, strings.TrimPrefix(one.ID, "x.")+": "+one.Statement)
				if one.Level != clause.Should || one.Inferred != "OpenAPI 3.0.3, section 4.7.24.2: a writeOnly property should not be sent in a response" {
					t.Errorf("%s: %s is %s and inferred from %q", test.schema, one.ID, one.Level, one.Inferred)
				}
			}
		}
		if strings.Join(got, "; ") != test.want {
			t.Errorf("%s: got %v, want %s", test.schema, got, test.want)
		}
	}
}
