package spec

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/clause"
)

var update = flag.Bool("update", false, "write the golden files anew")

func loadFile(tb testing.TB, path string) *Contract {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	c, err := Load(path, data)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// TestClauses holds the clauses of the contracts against golden lists: an id is
// what users write into their files.
func TestClauses(t *testing.T) {
	for name, path := range map[string]string{
		"userusage": "../../../openapi/userusage.yaml", "orders": "../../testdata/orders.yaml",
	} {
		var b strings.Builder
		for _, c := range loadFile(t, path).Clauses {
			fmt.Fprintf(&b, "%s %s line %d: %s", c.ID, c.Level, c.At.Line, c.Statement)
			if c.Source != (clause.Source{}) {
				fmt.Fprintf(&b, " (%s)", c.Source)
			}
			if (c.Inferred != "") != (c.Level == clause.Should) {
				t.Errorf("%s is %s and inferred from %q", c.ID, c.Level, c.Inferred)
			}
			b.WriteByte('\n')
		}
		golden := "testdata/" + name + ".clauses.txt"
		if *update {
			if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if b.String() != string(want) {
			t.Errorf("the clauses of %s differ from %s; if that is meant: go test ./contract/internal/spec -update\n%s", path, golden, b.String())
		}
	}
}

// parameterOf makes the query parameter q.
func parameterOf(t *testing.T, schema, more string) *Parameter {
	t.Helper()
	text := fmt.Sprintf(`openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /x:
    get:
      operationId: x
      parameters:
        - {name: q, in: query, %s schema: %s}
      responses: {"200": {description: ok}}
`, more, schema)
	c, err := Load("t.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%s: %v", schema, err)
	}
	return c.Operations[0].Parameter("query", "q")
}

// bodySchema makes the schema of a response body: any type is possible there.
func bodySchema(t *testing.T, text string) *Schema {
	t.Helper()
	c, err := Load("t.yaml", fmt.Appendf(nil, `openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /x:
    get:
      operationId: x
      responses: {"200": {description: ok, content: {application/json: {schema: %s}}}}
`, text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return c.Operations[0].Responses[0].Content[0].Schema
}

func TestCheck(t *testing.T) {
	for _, test := range []struct{ schema, value, broken string }{
		{`{type: integer}`, `1`, ""},
		{`{type: integer}`, `1.0`, ""},
		{`{type: integer}`, `1.5`, "type"},
		{`{type: integer}`, `"1"`, "type"},
		{`{type: integer}`, `null`, "type"},
		{`{type: [integer, "null"]}`, `null`, ""},
		{`{type: number}`, `1e3`, ""},
		{`{type: boolean}`, `"true"`, "type"},
		{`{type: string}`, `1`, "type"},
		{`{type: integer, minimum: 1}`, `1`, ""},
		{`{type: integer, minimum: 1}`, `0`, "minimum"},
		{`{type: integer, maximum: 9}`, `9`, ""},
		{`{type: integer, maximum: 9}`, `10`, "maximum"},
		{`{type: integer, exclusiveMaximum: 9}`, `8`, ""},
		{`{type: integer, exclusiveMaximum: 9}`, `9`, "exclusiveMaximum"},
		{`{type: number, exclusiveMinimum: 0}`, `0`, "exclusiveMinimum"},
		{`{type: number, multipleOf: 0.1}`, `0.3`, ""},
		{`{type: number, multipleOf: 0.5}`, `0.7`, "multipleOf"},
		{`{type: integer, format: int32}`, `2147483648`, "format"},
		{`{type: string, minLength: 2}`, `"éé"`, ""},
		{`{type: string, maxLength: 2}`, `"ééé"`, "maxLength"},
		{`{type: string, minLength: 2}`, `"a"`, "minLength"},
		{`{type: string, pattern: "^a+$"}`, `"ab"`, "pattern"},
		{`{type: string, enum: [a, b]}`, `"b"`, ""},
		{`{type: string, enum: [a, b]}`, `"B"`, "enum"},
		{`{enum: [1, 2]}`, `2.0`, ""},
		{`{const: x}`, `"y"`, "const"},
		{`{type: string, format: date-time}`, `"2026-01-31T10:00:00Z"`, ""},
		{`{type: string, format: date-time}`, `"2026-01-31T10:00:00.5+02:00"`, ""},
		{`{type: string, format: date-time}`, `"2026-02-30T10:00:00Z"`, "format"},
		{`{type: string, format: date-time}`, `"2026-01-31"`, "format"},
		{`{type: string, format: date}`, `"2026-01-31"`, ""},
		{`{type: string, format: date}`, `"31.1.2026"`, "format"},
		{`{type: string, format: uuid}`, `"6f1c2a54-0d3e-4b9a-9a57-3f0f4c6d7e81"`, ""},
		{`{type: string, format: uuid}`, `"6f1c2a54"`, "format"},
		{`{type: string, format: email}`, `"a@b.org"`, ""},
		{`{type: string, format: email}`, `"a"`, "format"},
		{`{type: string, format: ipv4}`, `"1.2.3.4"`, ""},
		{`{type: string, format: ipv4}`, `"::1"`, "format"},
		{`{type: string, format: uri}`, `"https://a.b/"`, ""},
		{`{type: string, format: uri}`, `"/a"`, "format"},
		{`{type: string, format: house-number}`, `"anything"`, ""},
		{`{type: array, items: {type: integer}, minItems: 1}`, `[]`, "minItems"},
		{`{type: array, items: {type: integer}, maxItems: 1}`, `[1, 2]`, "maxItems"},
		{`{type: array, items: {type: integer}}`, `[1, "2"]`, "items.type"},
		{`{type: array, items: {}, uniqueItems: true}`, `[1, "1"]`, ""},
		{`{type: array, items: {}, uniqueItems: true}`, `[1, 1.0]`, "uniqueItems"},
		{`{type: array, items: {}}`, `{}`, "type"},
		{`{type: object, required: [a], properties: {a: {type: string}}}`, `{}`, "a.required"},
		{`{type: object, properties: {a: {type: object, properties: {b: {type: string}}}}}`, `{"a": {"b": 1}}`, "a.b.type"},
		{`{type: object, additionalProperties: false, properties: {a: {}}}`, `{"a": 1, "b": 2}`, "additionalProperties"},
		{`{type: object, additionalProperties: {type: string}}`, `{"b": 2}`, "additionalProperties.type"},
		{`{type: object, minProperties: 1}`, `{}`, "minProperties"},
		{`{type: object, maxProperties: 1}`, `{"a": 1, "b": 2}`, "maxProperties"},
		{`{oneOf: [{type: string}, {type: integer}]}`, `1`, ""},
		{`{oneOf: [{type: string}, {type: integer}]}`, `true`, "schema"},
		{`{allOf: [{type: object, required: [a]}, {type: object, properties: {a: {type: string}}}]}`, `{"a": 1}`, "a.type"},
		{`{anyOf: [{type: object, properties: {a: {type: string}}}]}`, `{"a": 1}`, "schema"},
		{`{not: {type: string}}`, `"a"`, "schema"},
	} {
		value, err := ParseJSON([]byte(test.value))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range bodySchema(t, test.schema).Check(value) {
			got = append(got, strings.TrimPrefix(v.Clause, "x.answer.200."))
			if v.Message == "" {
				t.Errorf("%s: no message for %s", test.schema, v.Clause)
			}
		}
		if strings.Join(got, " ") != test.broken {
			t.Errorf("%s with %s breaks %q, want %q", test.schema, test.value, strings.Join(got, " "), test.broken)
		}
	}
}

func TestDecode(t *testing.T) {
	for _, test := range []struct {
		schema, more string
		raw          []string
		want         any
		broken       string
	}{
		{`{type: integer}`, "", []string{"5"}, int64(5), ""},
		{`{type: integer}`, "", []string{"-0"}, int64(0), ""},
		{`{type: integer}`, "", []string{"+5"}, nil, "type"},
		{`{type: integer}`, "", []string{" 5"}, nil, "type"},
		{`{type: integer}`, "", []string{"5.0"}, nil, "type"},
		{`{type: integer}`, "", []string{"1e3"}, nil, "type"},
		{`{type: integer}`, "", []string{"0x10"}, nil, "type"},
		{`{type: integer}`, "", []string{"18446744073709551616"}, nil, "type"},
		{`{type: integer}`, "", []string{"1", "1"}, nil, "type"},
		{`{type: integer}`, "", []string{""}, nil, "type"},
		{`{type: number}`, "", []string{"1e3"}, 1000.0, ""},
		{`{type: number}`, "", []string{"NaN"}, nil, "type"},
		{`{type: number}`, "", []string{"Inf"}, nil, "type"},
		{`{type: number}`, "", []string{"1_000"}, nil, "type"},
		{`{type: boolean}`, "", []string{"true"}, true, ""},
		{`{type: boolean}`, "", []string{"1"}, nil, "type"},
		{`{type: string}`, "", []string{""}, "", ""},
		{`{type: string, format: date-time}`, "", []string{"2026-01-31T00:00:00Z"}, time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), ""},
		{`{type: array, items: {type: integer}}`, "", []string{"1", "2"}, []any{int64(1), int64(2)}, ""},
		{`{type: array, items: {type: integer}}`, "explode: false,", []string{"1,2"}, []any{int64(1), int64(2)}, ""},
		{`{type: array, items: {type: integer}}`, "", []string{"1", "x"}, nil, "items.type"},
		{`{type: array, items: {type: integer, maximum: 1}}`, "", []string{"1", "2"}, nil, "items.maximum"},
		{`{type: integer}`, "", nil, nil, ""},
		{`{type: integer}`, "", []string{"05"}, int64(5), ""},
		{`{type: integer}`, "", []string{"5 "}, nil, "type"},
		{`{type: integer}`, "", []string{"-"}, nil, "type"},
		{`{type: integer}`, "", []string{"1_000"}, nil, "type"},
		{`{type: integer}`, "", []string{"٣"}, nil, "type"},
		{`{type: integer}`, "", []string{"9223372036854775807"}, int64(9223372036854775807), ""},
		{`{type: integer}`, "", []string{"9223372036854775808"}, nil, "type"},
		{`{type: integer}`, "", []string{"-9223372036854775808"}, int64(-9223372036854775808), ""},
		{`{type: integer, maximum: 9007199254740993}`, "", []string{"9007199254740994"}, nil, "maximum"},
		{`{type: integer, enum: [1, 2]}`, "", []string{"02"}, int64(2), ""},
		{`{type: integer, enum: [1, 2]}`, "", []string{"3"}, nil, "enum"},
		{`{type: number}`, "", []string{"+1"}, nil, "type"},
		{`{type: number}`, "", []string{"0x1p4"}, nil, "type"},
		{`{type: number}`, "", []string{"1e999"}, nil, "type"},
		{`{type: number}`, "", []string{"-0.5"}, -0.5, ""},
		{`{type: number}`, "", []string{""}, nil, "type"},
		{`{type: boolean}`, "", []string{"TRUE"}, nil, "type"},
		{`{type: boolean}`, "", []string{""}, nil, "type"},
		{`{type: string, minLength: 1}`, "", []string{""}, nil, "minLength"},
		{`{type: string}`, "", []string{"a", "b"}, nil, "type"},
		{`{type: string, format: date-time}`, "", []string{"2026-01-31t00:00:00z"}, time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), ""},
		{`{type: string, format: date-time}`, "", []string{"2016-12-31T23:59:60Z"}, time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC), ""},
		{`{type: string, format: date}`, "", []string{"2026-01-31"}, "2026-01-31", ""},
		{`{type: [integer, "null"]}`, "", []string{"null"}, nil, "type"},
		{`{type: integer, not: {enum: [5]}}`, "", []string{"5"}, nil, "schema"},
		{`{type: integer, not: {enum: [5]}}`, "", []string{"6"}, int64(6), ""},
		{`{type: array}`, "", []string{"a", "b"}, []any{"a", "b"}, ""},
		{`{type: array, items: {type: string}}`, "", []string{"a,b", "c"}, []any{"a,b", "c"}, ""},
		{`{type: array, items: {type: string}}`, "explode: false,", []string{"a,b", "c"}, []any{"a", "b", "c"}, ""},
		{`{type: array, items: {type: string}}`, "explode: false,", []string{""}, []any{""}, ""},
		{`{type: array, items: {type: integer}}`, "explode: false,", []string{""}, nil, "items.type"},
		{`{type: array, items: {type: integer}}`, "explode: false,", []string{"1,,2"}, nil, "items.type"},
		{`{type: array, items: {type: string}, maxItems: 1}`, "", []string{"a", "b"}, nil, "maxItems"},
		{`{type: array, items: {type: string}, uniqueItems: true}`, "", []string{"a", "a"}, nil, "uniqueItems"},
		{`{type: array, items: {type: string, format: date-time}}`, "", []string{"2026-01-31T00:00:00Z"}, []any{time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)}, ""},
	} {
		p := parameterOf(t, test.schema, test.more)
		values, err := p.Style().ReadAll(test.raw)
		if err != nil {
			t.Errorf("%s with %q: %v", test.schema, test.raw, err)
		}
		got, violations := p.Decode(values)
		broken := ""
		if len(violations) > 0 {
			broken = strings.TrimPrefix(violations[0].Clause, "x.query.q.")
		}
		if broken != test.broken || broken == "" && fmt.Sprint(got) != fmt.Sprint(test.want) {
			t.Errorf("%s with %q is %v (%T), breaking %q; want %v, breaking %q", test.schema, test.raw, got, got, broken, test.want, test.broken)
		}
	}
}

func TestSamplesAreValid(t *testing.T) {
	for _, text := range []string{
		`{type: integer}`, `{type: integer, minimum: 5}`, `{type: integer, maximum: -5}`, `{type: integer, exclusiveMinimum: 5}`,
		`{type: number, exclusiveMinimum: 0}`, `{type: integer, minimum: 5, multipleOf: 4}`, `{type: boolean}`, `{type: string}`,
		`{type: string, minLength: 3}`, `{type: string, maxLength: 0}`, `{type: string, pattern: "^[A-Z]{3}-[0-9]{4}$"}`,
		`{type: string, pattern: "^a?b+(c|d)*$", minLength: 4}`, `{type: string, pattern: "^\\+[0-9]{6,15}$"}`,
		`{type: string, format: uuid}`, `{type: string, format: date-time}`, `{type: string, format: date}`, `{type: string, format: email}`,
		`{type: string, format: uri}`, `{type: string, format: ipv4}`, `{type: string, format: ipv6}`, `{type: string, enum: [b, a]}`,
		`{type: string, example: fine, minLength: 2}`,
		`{type: array, items: {type: integer, minimum: 3}, minItems: 2}`,
		`{type: object, required: [a, b], properties: {a: {type: string}, b: {type: object, required: [c], properties: {c: {type: integer}}}}}`,
	} {
		s := bodySchema(t, text)
		if found := s.Check(s.Sample()); len(found) > 0 {
			t.Errorf("%s: the sample %v breaks %v", text, s.Sample(), found)
		}
	}
}

func TestTypedGivesTheFormsThatRulesRead(t *testing.T) {
	s := bodySchema(t, `{type: object, properties: {n: {type: integer}, f: {type: number}, t: {type: string, format: date-time}, l: {type: array, items: {type: integer}}}}`)
	value, err := ParseJSON([]byte(`{"n": 3.0, "f": 3, "t": "2026-01-31T00:00:00Z", "l": [1], "other": 5}`))
	if err != nil {
		t.Fatal(err)
	}
	typed, ok := s.Typed(value).(map[string]any)
	if !ok {
		t.Fatal("an object is no object any more")
	}
	_, isTime := typed["t"].(time.Time)
	if typed["n"] != int64(3) || typed["f"] != 3.0 || !isTime || fmt.Sprint(typed["l"]) != "[1]" {
		t.Errorf("typed %#v", typed)
	}
	if large := bodySchema(t, `{type: integer}`).Typed(json.Number("18446744073709551616")); large != 18446744073709551616.0 {
		t.Errorf("past 64 bits: %v", large)
	}
}

func TestParseJSONWantsExactlyOneDocument(t *testing.T) {
	if _, err := ParseJSON([]byte(`{} {}`)); !errors.Is(err, ErrTrailing) {
		t.Errorf("two documents: %v", err)
	}
	if _, err := ParseJSON([]byte(" \n")); !errors.Is(err, io.EOF) {
		t.Errorf("blanks: %v", err)
	}
	if v, err := ParseJSON([]byte(" [1.50] \n")); err != nil || fmt.Sprint(v) != "[1.50]" {
		t.Errorf("numbers stay as written: %v, %v", v, err)
	}
	for _, text := range []string{"", "{", "nul", `{"a":}`, "[] ]", "{}x", "01", "+1", "\xff", "\"\xff\"", "\ufeff{}", "[1,]", "'a'", "NaN"} {
		if v, err := ParseJSON([]byte(text)); err == nil {
			t.Errorf("%q is %v", text, v)
		}
	}
}

func TestResponsesOfAnOperation(t *testing.T) {
	op := loadFile(t, "../../testdata/orders.yaml").Operation("getOrder")
	for status, want := range map[string]string{"200": "200", "404": "4XX", "503": "default"} {
		if r := op.Response(status); r == nil || r.Status != want {
			t.Errorf("the response for %s is %v, want %s", status, r, want)
		}
	}
	if op.Failure().Status != "default" || op.Secured() {
		t.Errorf("failure %s, secured %v", op.Failure().Status, op.Secured())
	}
}

func BenchmarkLoad(b *testing.B) {
	data, err := os.ReadFile("../../../openapi/userusage.yaml")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load("userusage.yaml", data); err != nil {
			b.Fatal(err)
		}
	}
}
