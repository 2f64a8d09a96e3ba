package spec

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestComposedSchemas(t *testing.T) {
	const pets = `discriminator: {propertyName: kind, mapping: {hound: Dog}}, oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Dog"}]`
	for _, test := range []struct{ version, schema, value, want string }{
		{v30, `{allOf: [{type: object, required: [a]}, {type: object, properties: {a: {type: string, maxLength: 2}}}], not: {enum: [7]}}`, `{"a": "bc"}`, ""},
		{v30, `{allOf: [{type: object, required: [a]}, {type: object, properties: {a: {type: string, maxLength: 2}}}], not: {enum: [7]}}`, `{"a": "bcd"}`, "a must have at most 2 characters"},
		{v30, `{allOf: [{type: object, required: [a]}, {type: object, properties: {a: {type: string, maxLength: 2}}}], not: {enum: [7]}}`, `{}`, "a is missing"},
		{v30, `{allOf: [{required: [a], additionalProperties: false}], not: {enum: [7]}}`, `{"a": 1}`, `must not have the member "a"`},
		{v30, `{type: string, allOf: [{maxLength: 2}], not: {enum: [7]}}`, `5`, "must be a string"},
		{v30, `{maxLength: 2, anyOf: [{type: string}, {type: integer}]}`, `"abc"`, "must have at most 2 characters"},

		{v30, `{anyOf: [{type: string, format: uuid}, {type: integer}]}`, `true`, "keeps to none of its alternatives: (1) must be a string; (2) must be an integer"},
		{v30, `{anyOf: [{type: string}, {type: string, maxLength: 3}]}`, `"ab"`, ""},
		{v30, `{oneOf: [{type: string}, {type: string, maxLength: 3}]}`, `"ab"`, "must keep to one of its alternatives, and keeps to 1 and 2"},
		{v30, `{oneOf: [{type: string}, {type: string, maxLength: 3}]}`, `"abcd"`, ""},
		{v30, `{oneOf: [{type: integer, minimum: 9007199254740993}]}`, `9007199254740992`, "keeps to none of its alternatives: (1) must be at least 9007199254740993"},
		{v30, `{anyOf: [{enum: [1]}, {enum: [2]}, {enum: [3]}, {enum: [4]}, {enum: [5]}]}`, `6`, "keeps to none of its alternatives: (1) must be one of 1; (2) must be one of 2; (3) must be one of 3; (4) must be one of 4; and 1 more"},
		{v30, `{not: {type: string}}`, `"a"`, "must not be what the schema under not describes"},
		{v30, `{not: {not: {type: string}}}`, `"a"`, ""},
		{v30, `{type: object, not: {required: [a]}}`, `{"b": 1}`, ""},

		{v30, `{nullable: true, allOf: [{$ref: "#/components/schemas/Cat"}]}`, `null`, ""},
		{v30, `{allOf: [{$ref: "#/components/schemas/Cat"}], not: {enum: [7]}}`, `null`, "must be an object, not null"},
		{v31, `{oneOf: [{type: "null"}, {$ref: "#/components/schemas/Cat"}]}`, `null`, ""},
		{v31, `{oneOf: [{type: "null"}, {type: string}, {type: boolean}]}`, `5`, "keeps to none of its alternatives: (1) must be a null; (2) must be a string; (3) must be a boolean"},
		{v31, `{type: [string, integer, "null"]}`, `true`, "keeps to none of its alternatives: (1) must be a string; (2) must be an integer"},
		{v31, `{type: [string, integer, "null"]}`, `null`, ""},
		{v31, `{type: [string, integer], minimum: 3}`, `2`, "must be at least 3"},
		{v30, `{anyOf: [{nullable: true, type: string}]}`, `null`, ""},
		{v30, `{anyOf: [{properties: {a: {type: string}}}]}`, `5`, ""}, // what is no object has no members

		{v30, `{` + pets + `}`, `{"kind": "Cat", "lives": 9}`, ""},
		{v30, `{` + pets + `}`, `{"kind": "Cat", "lives": "nine"}`, "lives must be an integer"},
		{v30, `{` + pets + `}`, `{"kind": "hound"}`, "name is missing"},
		{v30, `{` + pets + `}`, `{"kind": "Dog", "name": "Rex"}`, ""},
		{v30, `{` + pets + `}`, `{"kind": "Bird"}`, "kind must be one of hound, Cat, Dog"},
		{v30, `{` + pets + `}`, `{"kind": 5}`, "kind must be one of hound, Cat, Dog"},
		{v30, `{` + pets + `}`, `{}`, "kind is missing: it says which alternative this is"},
		// Nothing in these needs the member that chooses, or all values of it are not known.
		{v30, `{discriminator: {propertyName: kind}, oneOf: [{$ref: "#/components/schemas/Tree"}]}`, `{"leaf": "a"}`, ""},
		{v30, `{discriminator: {propertyName: kind}, oneOf: [{$ref: "#/components/schemas/Tree"}]}`, `{}`, "kind is missing: it says which alternative this is"},
		{v30, `{discriminator: {propertyName: kind, mapping: {x: Gone}}, oneOf: [{$ref: "#/components/schemas/Tree"}]}`, `{"kind": "x", "leaf": "a"}`, ""},
		{v30, `{` + pets + `}`, `[]`, "keeps to none of its alternatives: (1) must be an object; (2) must be an object"},

		{v30, `{$ref: "#/components/schemas/Tree"}`, `{"leaf": "a", "below": [{"leaf": "b", "below": [{"leaf": "c"}]}]}`, ""},
		{v30, `{$ref: "#/components/schemas/Tree"}`, `{"leaf": "a", "below": [{"leaf": "b", "below": [{"leaf": "c"}, {}]}]}`, "below[0].below[1].leaf is missing"},
		{v30, `{type: array, items: {$ref: "#/components/schemas/Tree"}}`, `[{"leaf": "a", "below": [{"leaf": 1}]}]`, "[0].below[0].leaf must be a string"},
		{v30, `{type: object, properties: {a: {type: array, items: {oneOf: [{type: object, properties: {b: {type: array, items: {type: integer}}}}]}}}}`, `{"a": [{"b": ["x"]}]}`, "a[0] keeps to none of its alternatives: (1) b[0] must be an integer"},

		{v30, `{allOf: [{type: object, required: [r, w], properties: {r: {type: string, readOnly: true}, w: {type: string, writeOnly: true}}}], not: {enum: [7]}}`, `{"r": "a"}`, ""},
		{v30, `{allOf: [{type: object, required: [r, w], properties: {r: {type: string, readOnly: true}, w: {type: string, writeOnly: true}}}], not: {enum: [7]}}`, `{}`, "r is missing"},
	} {
		value, err := ParseJSON([]byte(test.value))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for i, v := range schemaOf(t, test.version, test.schema).Check(value) {
			if i > 0 || !strings.HasSuffix(v.Clause, ".schema") && !strings.Contains(test.schema, "Tree") {
				t.Errorf("%s with %s also breaks %s", test.schema, test.value, v.Clause)
			}
			got = v.brief()
		}
		if got != test.want {
			t.Errorf("%s with %s: got\n%s\nwant\n%s", test.schema, test.value, got, test.want)
		}
	}
}

// TestRequiredMembersDependOnWhoSends holds for composed schemas in requests.
func TestRequiredMembersDependOnWhoSends(t *testing.T) {
	c, err := Load("c.yaml", []byte(`openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /x:
    post:
      operationId: x
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}
      responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}}
components:
  schemas:
    Thing:
      allOf:
        - type: object
          required: [r, w]
          properties: {r: {type: string, readOnly: true}, w: {type: string, writeOnly: true}}
`))
	if err != nil {
		t.Fatal(err)
	}
	op := c.Operations[0]
	sent, answered := op.Body.Content[0].Schema, op.Responses[0].Content[0].Schema
	for text, want := range map[string]string{`{"w": "a"}`: " | r is missing; w must not be answered: it is writeOnly", `{"r": "a"}`: "w is missing | "} {
		if got := briefs(t, sent, text) + " | " + briefs(t, answered, text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// TestAlternativesWithinAlternativesEnd holds that a stranger's value cannot make
// a check run without end.
func TestAlternativesWithinAlternativesEnd(t *testing.T) {
	text := strings.Replace(string(answering(v30, `{$ref: "#/components/schemas/Knot"}`)), "    Cat:",
		`    Knot: {oneOf: [{$ref: "#/components/schemas/A"}, {$ref: "#/components/schemas/B"}]}
    A: {type: object, properties: {in: {$ref: "#/components/schemas/Knot"}, a: {type: string}}}
    B: {type: object, properties: {in: {$ref: "#/components/schemas/Knot"}, b: {type: string}}}
    Cat:`, 1)
	c, err := Load("c.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s := c.Operations[0].Responses[0].Content[0].Schema
	var value any = map[string]any{"a": json.Number("1")}
	for range 60 {
		value = map[string]any{"in": value}
	}
	start := time.Now()
	found := s.Check(value)
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("the check took %v", took)
	}
	if len(found) != 1 || found[0].brief() != "has too many readings under its composed schema to be checked" {
		t.Errorf("found %v", found)
	}
}

// TestDeepValues holds that recursion follows a value as deep as JSON is read.
func TestDeepValues(t *testing.T) {
	s := schemaOf(t, v30, `{$ref: "#/components/schemas/Tree"}`)
	text := strings.Repeat(`{"leaf": "a", "below": [`, 4000) + `{"leaf": 1}` + strings.Repeat("]}", 4000)
	if got := broken(t, s, text); len(got) != 1 {
		t.Errorf("found %v", got)
	}
	if _, err := ParseJSON([]byte(strings.Repeat("[", 20_000))); err == nil {
		t.Error("20,000 levels are read")
	}
}

func TestComposedTypes(t *testing.T) {
	for schema, want := range map[string]string{
		`{allOf: [{type: string}, {maxLength: 3}], not: {enum: [5]}}`:            "string",
		`{allOf: [{maxLength: 3}, {allOf: [{type: string}]}], not: {enum: [5]}}`: "string",
		`{oneOf: [{type: string, maxLength: 3}, {type: string, enum: [abcd]}]}`:  "string",
		`{oneOf: [{type: string}, {type: integer}]}`:                             "",
		`{oneOf: [{type: string}, {}]}`:                                          "",
		`{type: integer, not: {enum: [5]}}`:                                      "integer",
	} {
		if s := schemaOf(t, v30, schema); s.Type != want || s.Composed == nil {
			t.Errorf("%s is of type %q, want %q", schema, s.Type, want)
		}
	}
}
