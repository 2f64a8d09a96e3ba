package spec

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// stating makes a contract of one operation, with statements in IDL.
func stating(tb testing.TB, statements ...string) *Contract {
	tb.Helper()
	text := `openapi: 3.0.3
info: {title: Things, version: "1"}
components: {securitySchemes: {key: {type: apiKey, in: query, name: key}}}
paths:
  /things/{id}:
    post:
      operationId: add
      security: [{key: []}]
      x-contract: {rules: [{id: any-of-a-b, expression: "!has(query.a) || query.a != 'z'", message: no z}]}
      x-dependencies:
`
	text += listed(statements) + `      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - {name: a, in: query, schema: {type: string}}
        - {name: b, in: query, schema: {type: string}}
        - {name: n, in: query, schema: {type: integer}}
        - {name: m, in: query, schema: {type: number}}
        - {name: on, in: query, schema: {type: boolean}}
        - {name: list, in: query, schema: {type: array, items: {type: string}}}
        - {name: at, in: query, schema: {type: string, format: date-time}}
        - {name: day, in: query, schema: {type: string, format: date}}
        - {name: both, in: query, schema: {type: string}}
        - {name: both, in: header, schema: {type: string}}
        - {name: X-Why, in: header, schema: {type: string}}
        - {name: "f[x]", in: query, schema: {type: string}}
        - {name: c, in: cookie, schema: {type: string}}
        - {name: key, in: query, schema: {type: string}}
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties:
                name: {type: string}
                label: {type: object, properties: {text: {type: string}, "a.b": {type: string}}}
      responses: {"201": {description: added}, "400": {description: bad}}
`
	c, err := Load("things.yaml", []byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	// That key is the credential is a warning of its own.
	c.Warnings = slices.DeleteFunc(c.Warnings, func(p Problem) bool { return !strings.Contains(p.Message, dependencyKey) })
	return c
}

func listed(statements []string) string {
	var b strings.Builder
	for _, s := range statements {
		fmt.Fprintf(&b, "        - %q\n", s)
	}
	return b.String()
}

func TestDependencyBecomesARule(t *testing.T) {
	for _, tt := range []struct{ statement, id, expression, message string }{
		{"IF a THEN b;", "a-requires-b", `!(has(query.a)) || (has(query.b))`, "if a is sent, then b is sent"},
		{"IF NOT a THEN b OR c", "no-a-requires-b-or-c", `!(!(has(query.a))) || ((has(query.b)) || (has(cookie.c)))`, "if a is not sent, then b is sent or c is sent"},
		{"Or(a, c);", "any-of-a-c", `(has(query.a)) || (has(cookie.c))`, "at least one of a, c is sent"},
		{"Or(a, b);", "any-of-a-b-", `(has(query.a)) || (has(query.b))`, "at least one of a, b is sent"}, // x-contract has a rule of that name
		{"OnlyOne(a, b)", "only-one-a-b", `(has(query.a)) != (has(query.b))`, "exactly one of a, b is sent"},
		{"AllOrNone(a, b, n)", "all-or-none-a-b-n", `(has(query.a)) == (has(query.b)) && (has(query.b)) == (has(query.n))`, "all of a, b, n are sent, or none"},
		{"ZeroOrOne(a, b, n)", "zero-or-one-a-b-n", `((has(query.a)) ? 1 : 0) + ((has(query.b)) ? 1 : 0) + ((has(query.n)) ? 1 : 0) <= 1`, "at most one of a, b, n is sent"},
		{"n <= m", "n-at-most-m", `!has(query.n) || !has(query.m) || query.n <= query.m`, "n is at most m"},
		{"id < n", "id-below-n", `!has(query.n) || path.id < query.n`, "id is less than n"},
		{"n + m * 2 >= 3", "n-plus-m-times-2-at-least-3", `!has(query.n) || !has(query.m) || (double(query.n) + (double(query.m) * 2.0)) >= 3`, "n + (m * 2) is at least 3"},
		{"IF a=='x'|'y' THEN on==true", "a-is-x-y-requires-on-is-true", `!(has(query.a) && (query.a == "x" || query.a == "y")) || (has(query.on) && query.on == true)`, `if a is "x" or "y", then on is true`},
		{"IF [x-why] LIKE 'a*.' THEN [f[x]]", "x-why-like-a-requires-f-x", "!(has(header.`X-Why`) && header.`X-Why`.matches(\"(?s)^a.*\\\\.$\")) || (has(query.f_x_))", `if x-why is like "a*.", then f[x] is sent`},
		{"IF label.text THEN [label.a.b]", "label-text-requires-label-a-b", "!(has(body.label) && has(body.label.text)) || (has(body.label) && has(body.label.`a.b`))", "if label.text is sent, then label.a.b is sent"},
		{"IF at=='2026-01-31T00:00:00Z' THEN n==-2", "at-is-2026-01-31t00-00-00z-requires-n-is-2", `!(has(query.at) && query.at == timestamp("2026-01-31T00:00:00Z")) || (has(query.n) && query.n == -2)`, `if at is "2026-01-31T00:00:00Z", then n is -2`},
		{"OnlyOne(a, b AND n > 3)", "only-one-a-b-and-n-above-3", `(has(query.a)) != ((has(query.b)) && (has(query.n) && query.n > 3))`, "exactly one of a is sent; (b is sent and n is greater than 3) holds"},
	} {
		t.Run(tt.statement, func(t *testing.T) {
			c := stating(t, tt.statement)
			op := c.Operations[0]
			if len(c.Warnings) > 0 || op.Loose || len(op.Rules) != 2 {
				t.Fatalf("rules %d, warnings %v", len(op.Rules), c.Warnings)
			}
			r := op.Rules[1]
			if r.Name != tt.id && (!strings.HasSuffix(tt.id, "-") || !strings.HasPrefix(r.Name, tt.id)) {
				t.Errorf("id %s, want %s", r.Name, tt.id)
			}
			if r.Holds.String() != tt.expression || r.Message != tt.message {
				t.Errorf("got %s\n%s\nwant %s\n%s", r.Holds, r.Message, tt.expression, tt.message)
			}
			if one := c.Clause("add.rule." + r.Name); one == nil || one.Level != "must" || r.At.Line != 11 {
				t.Errorf("clause %+v at %s", one, r.At)
			}
		})
	}
}

// A comparison within another condition may be meant to hold or to fail where what
// it compares is absent: no request hangs on that.
func TestDependencyWithTwoReadings(t *testing.T) {
	r := stating(t, "IF n < m THEN a").Operations[0].Rules[1]
	if len(r.Readings) != 1 || r.Readings[0].String() != "!(has(query.n) && has(query.m) && query.n < query.m) || (has(query.a))" {
		t.Errorf("readings %v", r.Readings)
	}
	if r := stating(t, "n < m").Operations[0].Rules[1]; r.Readings != nil {
		t.Errorf("readings %v", r.Readings)
	}
}

func TestDependencyThatIsNotUnderstood(t *testing.T) {
	const cost = ": which optional parameters may stand together is not known, and requests with several are not demanded"
	for statement, want := range map[string]string{
		"Some(a, b)":           `"Some" is no function: there are Or, OnlyOne, AllOrNone and ZeroOrOne`,
		"Or(a, bb)":            `the operation has no parameter bb, did you mean "b"?`,
		"Or(a, both)":          "both is ambiguous: it stands in the query and in the header",
		"Or(a, key)":           "key is the credential, which alone decides it",
		"a < b":                "a is of type string, which has no order",
		"n == on":              "n and on are of different types",
		"on + n < 3":           "on is of type boolean, which has no order",
		"IF list=='x' THEN a":  "list has no type that is compared",
		"IF n=='x' THEN a":     `n is of type integer, and "x" is not`,
		"IF on=='x' THEN a":    `on is of type boolean, and "x" is not`,
		"IF at=='x' THEN a":    `"x" is no time, and at is one`,
		"IF n LIKE 'x' THEN a": "n is no text, which LIKE is for",
		"":                     "",
	} {
		t.Run(statement, func(t *testing.T) {
			c := stating(t, statement)
			op := c.Operations[0]
			line := fmt.Sprintf("things.yaml:11: x-dependencies: %q is not understood, %s%s", statement, want, cost)
			if statement == "" {
				line = "things.yaml:11: x-dependencies: it must be a list of texts in IDL, such as ZeroOrOne(a, b)" + cost
			}
			if !op.Loose || len(op.Rules) != 1 || len(c.Warnings) != 1 || c.Warnings[0].String() != line {
				t.Errorf("rules %d, warnings %v\nwant %s", len(op.Rules), c.Warnings, line)
			}
		})
	}
}

func TestDependenciesThatSayNothing(t *testing.T) {
	for statement, want := range map[string]string{
		"Or(id, a)":            `x-dependencies: "Or(id, a)" forbids nothing: no clause comes of it`,
		"Or(b, a); Or( b, a )": `x-dependencies: "Or( b, a )" is stated twice`,
	} {
		c := stating(t, statement)
		if c.Operations[0].Loose || len(c.Warnings) != 1 || c.Warnings[0].Message != want {
			t.Errorf("%s: warnings %v", statement, c.Warnings)
		}
	}
}
