package spec

import (
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/clause"
)

// TestFormsOfAnswersAreInferred holds that a format in an answer is a should
// where nobody says where the document states it, and nothing else is.
func TestFormsOfAnswersAreInferred(t *testing.T) {
	const text = `openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /x:
    post:
      operationId: x
      parameters: [{name: q, in: query, schema: {type: string, format: date}}]
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/S"}}}}
      responses:
        "200":
          description: ok
          headers: {X-Made: {schema: {type: string, format: date-time}}}
          content: {application/json: {schema: {$ref: "#/components/schemas/S"}}}
components:
  schemas:
    S:
      type: object
      properties:
        at: {type: string, format: date-time}
        n: {type: integer, format: int32, minimum: 1}
        stated: {type: string, format: uuid, x-contract: {source: {row: stated}}}
        guessed: {type: string, format: uuid, x-contract: {inferred: {format: seen}}}
        part: {anyOf: [{type: string, format: date}]}
        plain: {anyOf: [{type: string}]}
        whole: {anyOf: [{type: string, format: date}], x-contract: {source: {row: whole}}}
        both: {allOf: [{type: string}, {format: date}]}
        sourced: {allOf: [{type: string, format: date}], x-contract: {source: {row: sourced}}}
`
	levels := map[string]string{}
	c := load(t, text)
	for _, one := range c.Clauses {
		if name := strings.TrimPrefix(one.ID, "x."); strings.Contains(name, "format") || strings.Contains(name, "schema") {
			levels[name] = string(one.Level)
		}
		if (one.Level == clause.Should) != (one.Inferred != "") {
			t.Errorf("%s is %s and inferred from %q", one.ID, one.Level, one.Inferred)
		}
	}
	want := map[string]string{
		"query.q.format": "must", "body.at.format": "must", "body.n.format": "must", "body.stated.format": "must",
		"body.guessed.format": "should", "body.part.schema": "must", "body.plain.schema": "must", "body.whole.schema": "must", "body.both.format": "must", "body.sourced.format": "must",
		"answer.200.header.X-Made.format": "should", "answer.200.at.format": "should", "answer.200.n.format": "should",
		"answer.200.stated.format": "must", "answer.200.guessed.format": "should", "answer.200.part.schema": "must",
		"answer.200.part.format": "should", "answer.200.plain.schema": "must", "answer.200.whole.schema": "must",
		"answer.200.both.format": "should", "answer.200.sourced.format": "must",
	}
	for name, level := range want {
		if levels[name] != level {
			t.Errorf("%s is %q, want %s", name, levels[name], level)
		}
	}
	if len(levels) != len(want) {
		t.Errorf("got %v", levels)
	}
	if got := c.Clause("x.answer.200.at.format").Inferred; got != otherForms {
		t.Errorf("inferred from %q", got)
	}
	if got := c.Clause("x.answer.200.guessed.format").Inferred; got != "seen" {
		t.Errorf("inferred from %q", got)
	}
}

// TestFormsWithinComposedSchemas holds that a composed schema is broken by what is
// wrong whatever the forms are taken for, and its forms by the rest.
func TestFormsWithinComposedSchemas(t *testing.T) {
	const at = `{type: object, required: [at], properties: {at: {type: string, format: date-time}, n: {type: integer}}}`
	for _, test := range []struct{ schema, value, want string }{
		{`{allOf: [` + at + `], not: {required: [b]}}`, `{"at": "2026-01-31T00:00:00Z"}`, ""},
		{`{allOf: [` + at + `], not: {required: [b]}}`, `{"at": "2026-01-31T00:00:00"}`, "format: at must be an RFC 3339 time such as 2026-01-31T00:00:00Z"},
		{`{allOf: [` + at + `], not: {required: [b]}}`, `{"at": 5}`, "schema: at must be a string"},
		{`{allOf: [` + at + `], not: {required: [b]}}`, `{"at": "2026-01-31T00:00:00", "n": "1"}`, "schema: at must be an RFC 3339 time such as 2026-01-31T00:00:00Z"},
		{`{allOf: [{type: integer, format: int32}], not: {enum: [5]}}`, `2147483648`, "format: must fit int32"},
		{`{anyOf: [{type: string, format: uuid}, {type: string, format: date}]}`, `"a"`, "format: keeps to none of its alternatives: (1) must be a UUID (RFC 9562); (2) must be a date such as 2026-01-31"},
		{`{anyOf: [{type: string, format: uuid}, {type: integer}]}`, `true`, "schema: keeps to none of its alternatives: (1) must be a string; (2) must be an integer"},
		{`{anyOf: [{type: string, format: uuid}, {type: string}]}`, `"a"`, ""},
		// Forms tell alternatives apart where they are kept.
		{`{oneOf: [{type: string, format: uuid}, {type: string, format: date}]}`, `"2026-01-31"`, ""},
		{`{oneOf: [{type: string, format: uuid}, {type: string, format: date}]}`, `"31.1.2026"`, "format: keeps to none of its alternatives: (1) must be a UUID (RFC 9562); (2) must be a date such as 2026-01-31"},
		{`{oneOf: [{type: string, format: uuid}, {type: string}, {maxLength: 5}]}`, `"a"`, "schema: must keep to one of its alternatives, and keeps to 2 and 3"},
		{`{oneOf: [{type: string, format: date}, {type: string, maxLength: 10}]}`, `"2026-01-31"`, "schema: must keep to one of its alternatives, and keeps to 1 and 2"},
		{`{type: object, properties: {a: {type: string, format: date}}, not: {required: [b]}}`, `{"a": "today", "b": 1}`, "schema: a must be a date such as 2026-01-31"},
		{`{type: string, not: {format: date}, maxLength: 3}`, `"abcd"`, "schema: must have at most 3 characters"},
		{`{type: string, not: {format: date}}`, `"2026-01-31"`, "schema: must not be what the schema under not describes"},
	} {
		value, err := ParseJSON([]byte(test.value))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range schemaOf(t, v30, test.schema).Check(value) {
			got = append(got, strings.TrimPrefix(v.Clause, "x.answer.200.")+": "+v.brief())
		}
		if strings.Join(got, "; ") != test.want {
			t.Errorf("%s with %s: got\n%s\nwant\n%s", test.schema, test.value, strings.Join(got, "; "), test.want)
		}
	}
}
