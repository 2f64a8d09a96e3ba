package spec

import (
	"strings"
	"testing"
	"time"
)

func foreignSchema(t *testing.T, version, schema string) *Schema {
	t.Helper()
	c, err := Load("c.yaml", answering(version, schema))
	if err != nil {
		t.Fatalf("%s: %v", schema, err)
	}
	return c.Operations[0].Responses[0].Content[0].Schema
}

func TestJudgedKeywords(t *testing.T) {
	for _, test := range []struct {
		version, schema, value string
		want                   string // the clauses
	}{
		{v31, `{type: object, propertyNames: {pattern: "^a"}}`, `{"a": 1}`, ""},
		{v31, `{type: object, propertyNames: {pattern: "^a"}}`, `{"b": 1}`, "schema"},
		{v31, `{type: object, propertyNames: {pattern: "^a"}}`, `7`, "type"},
		{v31, `{type: object, patternProperties: {"^x-": {type: string}}, additionalProperties: false}`, `{"x-a": "b"}`, ""},
		{v31, `{type: object, patternProperties: {"^x-": {type: string}}, additionalProperties: false}`, `{"y": "b"}`, "schema"},
		{v30, `{type: object, patternProperties: {"^x-": {type: string, nullable: true}}}`, `{"x-a": null}`, ""},
		{v30, `{type: object, patternProperties: {"^x-": {type: integer, minimum: 1, exclusiveMinimum: true}}}`, `{"x-a": 1}`, "schema"},
		{v31, `{type: array, prefixItems: [{type: string}], items: {type: integer}}`, `["a", 1]`, ""},
		{v31, `{type: array, prefixItems: [{type: string}], items: {type: integer}}`, `["a", "b"]`, "schema"},
		{v31, `{type: object, properties: {a: false}}`, `{"a": 1}`, "a.schema"},
		{v31, `{type: object, properties: {a: {type: array, items: {}, contains: {const: 1}}}}`, `{"a": [2]}`, "a.schema"},
		{v31, `{type: object, properties: {a: {type: array, items: {}, contains: {const: 1}}}}`, `{"a": 2}`, "a.type"},
		{v31, `{allOf: [{type: array, items: {}, contains: {const: 1}}]}`, `[2]`, "schema"},
		{v31, `{not: {dependentRequired: {a: [b]}}}`, `{"a": 1, "b": 1}`, "schema"},
		{v31, `{not: {dependentRequired: {a: [b]}}}`, `{"a": 1}`, ""},
		// References, and those that lead back.
		{v31, `{type: array, items: {}, contains: {$ref: "#/components/schemas/Tree"}}`, `[{"leaf": "a", "below": [{"leaf": "b"}]}]`, ""},
		{v31, `{type: array, items: {}, contains: {$ref: "#/components/schemas/Tree"}}`, `[{"leaf": "a", "below": [{}]}]`, "schema"},
		// What is not sent in an answer is not demanded.
		{v31, `{if: {type: object}, then: {required: [pin, id], properties: {pin: {type: string, writeOnly: true}}}}`, `{"id": 1}`, ""},
		{v31, `{if: {type: object}, then: {required: [pin, id], properties: {pin: {type: string, writeOnly: true}}}}`, `{}`, "schema"},
		// Numbers that cannot be computed with.
		{v31, `{contains: {minimum: 3}}`, `[-1e99999999]`, "schema"},
		{v31, `{contains: {minimum: 3}}`, `[1e99999999]`, ""},
		{v31, `{contains: {minimum: 3}}`, `[0e99999999]`, "schema"},
		{v31, `{contains: {exclusiveMinimum: 0}}`, `[1e-99999999]`, ""},
		// Patterns are those of ECMA-262 there, too.
		{v31, `{propertyNames: {pattern: '^\s$'}}`, `{"\u00a0": 1}`, ""},
	} {
		s := foreignSchema(t, test.version, test.schema)
		v, err := ParseJSON([]byte(test.value))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, broken := range s.Check(v) {
			got = append(got, strings.TrimPrefix(broken.Clause, s.ID+"."))
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s on %s: got %q, want %q", test.schema, test.value, got, test.want)
		}
	}
}

func TestJudgingIsBounded(t *testing.T) {
	s := foreignSchema(t, v31, `{type: array, items: {}, prefixItems: [{}], contains: {const: 1}, unevaluatedItems: false}`)
	many := make([]any, 1_000_000)
	for i := range many {
		many[i] = int64(2)
	}
	start := time.Now()
	if found := s.Check(many); len(found) > 0 {
		t.Errorf("found %v, though nothing was decided", found)
	}
	s.Check(many[:90_000])
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestSamplesUnderJudgedKeywords(t *testing.T) {
	for _, schema := range []string{
		`{type: object, properties: {kind: {type: string, enum: [a, b]}, x: {type: integer}}, required: [kind], if: {properties: {kind: {const: a}}}, then: {required: [x]}}`,
		`{type: object, properties: {a: {type: string}, b: {type: string}}, dependentRequired: {a: [b]}, minProperties: 1}`,
		`{type: object, properties: {a: {type: string}}, patternProperties: {"^x-": {type: string}}, additionalProperties: false}`,
	} {
		s := foreignSchema(t, v31, schema)
		if v := s.Sample(); v == nil || len(s.Check(v)) > 0 {
			t.Errorf("%s: no sample is found: %v", schema, v)
		}
	}
}
