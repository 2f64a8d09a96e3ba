package spec

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// broken gives what a JSON text breaks of a schema: "keyword" or "member.keyword".
func broken(tb testing.TB, s *Schema, text string) []string {
	tb.Helper()
	value, err := ParseJSON([]byte(text))
	if err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
	var ids []string
	for _, v := range s.Check(value) {
		ids = append(ids, strings.TrimPrefix(v.Clause, "x.answer.200."))
	}
	return ids
}

// briefs gives what a JSON text breaks, in words.
func briefs(t *testing.T, s *Schema, text string) string {
	t.Helper()
	value, err := ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, v := range s.Check(value) {
		all = append(all, v.brief())
	}
	return strings.Join(all, "; ")
}

// TestCheckBothSides holds each keyword against a value on either side of it.
func TestCheckBothSides(t *testing.T) {
	for _, test := range []struct{ version, schema, good, bad, keyword string }{
		// Past 2^53 a float64 cannot tell neighbours apart.
		{v30, `{type: integer, maximum: 9223372036854775807}`, `9223372036854775807`, `9223372036854775808`, "maximum"},
		{v30, `{type: integer, minimum: -9223372036854775808}`, `-9223372036854775808`, `-9223372036854775809`, "minimum"},
		{v30, `{type: integer, minimum: 9007199254740993}`, `9007199254740993`, `9007199254740992`, "minimum"},
		{v30, `{type: integer, maximum: 18446744073709551615}`, `18446744073709551615`, `18446744073709551616`, "maximum"},
		{v30, `{type: integer, maximum: 9007199254740993, exclusiveMaximum: true}`, `9007199254740992`, `9007199254740993`, "maximum"},
		{v31, `{type: integer, exclusiveMinimum: 9007199254740993}`, `9007199254740994`, `9007199254740993`, "exclusiveMinimum"},
		{v30, `{type: number, maximum: 0.1}`, `0.1`, `0.10000000000000000001`, "maximum"},
		{v30, `{type: number, maximum: 0.30000000000000000001}`, `0.30000000000000000001`, `0.30000000000000000002`, "maximum"},
		{v30, `{type: number, minimum: 1}`, `1e400`, `-1e400`, "minimum"},
		{v30, `{type: integer, enum: [9007199254740993]}`, `9007199254740993`, `9007199254740992`, "enum"},
		{v31, `{const: 9007199254740993}`, `9007199254740993`, `9007199254740992`, "const"},
		{v30, `{type: array, items: {}, uniqueItems: true}`, `[9007199254740993, 9007199254740992]`, `[9007199254740993, 9007199254740993.0]`, "uniqueItems"},
		{v30, `{type: integer, format: int64}`, `9223372036854775807`, `9223372036854775808`, "format"},
		{v30, `{type: integer, format: int64}`, `-9223372036854775808`, `-9223372036854775809`, "format"},
		{v30, `{type: integer, format: int32}`, `-2147483648`, `-2147483649`, "format"},

		{v30, `{type: integer}`, `1e3`, `1e-3`, "type"},
		{v30, `{type: integer}`, `100000000000000000000`, `100000000000000000000.5`, "type"},
		{v30, `{type: number}`, `0`, `"0"`, "type"},
		{v30, `{type: boolean}`, `false`, `0`, "type"},
		{v30, `{type: object}`, `{}`, `[]`, "type"},
		{v30, `{type: array, items: {}}`, `[]`, `null`, "type"},
		{v31, `{type: "null"}`, `null`, `0`, "type"},
		{v30, `{type: string, nullable: true}`, `null`, `0`, "type"},

		{v30, `{type: number, multipleOf: 0.01}`, `0.07`, `0.075`, "multipleOf"},
		{v30, `{type: number, multipleOf: 0.1}`, `0.30000000000000004`, `0.3000001`, "multipleOf"},
		{v30, `{type: number, multipleOf: 0.01}`, `1000000000000.01`, `1000000000000.015`, "multipleOf"},
		{v30, `{type: integer, multipleOf: 2}`, `9007199254740994`, `9007199254740993`, "multipleOf"},
		{v30, `{type: number, multipleOf: 3}`, `-9`, `1e300`, "multipleOf"},
		{v30, `{type: number, multipleOf: 1e-9}`, `5e-9`, `5.5e-9`, "multipleOf"},

		{v30, `{type: string, minLength: 1}`, `"é"`, `""`, "minLength"},
		{v30, `{type: string, maxLength: 1}`, `"𝄞"`, `"𝄞𝄞"`, "maxLength"},
		{v30, `{type: string, pattern: "^a$"}`, `"a"`, `"a\n"`, "pattern"},
		{v30, `{type: string, pattern: "a"}`, `"bab"`, `"b"`, "pattern"},
		{v30, `{enum: [null, 1]}`, `null`, `0`, "enum"},
		{v30, `{type: string, nullable: true, enum: [a, null]}`, `null`, `"b"`, "enum"},
		{v30, `{enum: [{a: [1, {b: 2}]}]}`, `{"a": [1.0, {"b": 2e0}]}`, `{"a": [1, {"b": 3}]}`, "enum"},
		{v31, `{const: null}`, `null`, `0`, "const"},

		{v30, `{type: array, items: {}, uniqueItems: true}`, `[1, "1", true, null, [1], {"a": 1}, {"a": 2}]`, `[{"a": 1, "b": 2}, {"b": 2.0, "a": 1}]`, "uniqueItems"},
		{v30, `{type: array, items: {}, uniqueItems: true}`, `["true", true]`, `[[1, [2]], [1, [2]]]`, "uniqueItems"},
		{v30, `{type: array, items: {}, minItems: 2}`, `[1, 2]`, `[1]`, "minItems"},
		{v30, `{type: array, items: {}, maxItems: 0}`, `[]`, `[1]`, "maxItems"},
		{v30, `{type: array, items: {type: array, items: {type: integer}}}`, `[[1]]`, `[[1], ["1"]]`, "items.items.type"},
		{v30, `{type: object, required: [a], properties: {a: {nullable: true, type: string}}}`, `{"a": null}`, `{}`, "a.required"},
		{v30, `{type: object, required: [a], properties: {a: {type: string, writeOnly: true}}}`, `{}`, `{"a": "b"}`, "a.writeOnly"},
		{v30, `{type: object, properties: {"a b": {type: string}}}`, `{"a b": ""}`, `{"a b": 1}`, "a_20b.type"},
		{v30, `{type: object, additionalProperties: {type: integer}, properties: {a: {type: string}}}`, `{"a": "", "b": 1}`, `{"a": "", "b": ""}`, "additionalProperties.type"},
		{v30, `{type: object, additionalProperties: false}`, `{}`, `{"a": 1}`, "additionalProperties"},
		{v30, `{type: object, minProperties: 1, additionalProperties: true}`, `{"a": 1}`, `{}`, "minProperties"},
		{v30, `{type: object, maxProperties: 1}`, `{"a": 1}`, `{"a": 1, "b": 1}`, "maxProperties"},

		{v30, `{type: string, format: date-time}`, `"2026-01-31t10:00:00z"`, `"2026-01-31 10:00:00Z"`, "format"},
		{v30, `{type: string, format: date-time}`, `"2016-12-31T23:59:60Z"`, `"2016-12-31T23:59:61Z"`, "format"},
		{v30, `{type: string, format: date-time}`, `"2026-01-31T10:00:00.123456789012+23:59"`, `"2026-01-31T10:00:00+24:00"`, "format"},
		{v30, `{type: string, format: date-time}`, `"2024-02-29T00:00:00-00:00"`, `"2026-02-29T00:00:00Z"`, "format"},
		{v30, `{type: string, format: date-time}`, `"0000-01-01T00:00:00Z"`, `"2026-1-31T10:00:00Z"`, "format"},
		{v30, `{type: string, format: date-time}`, `"2026-01-31T09:00:00Z"`, `"2026-01-31T9:00:00Z"`, "format"},
		{v30, `{type: string, format: date-time}`, `"2026-01-31T10:00:00.5Z"`, `"2026-01-31T10:00:00,5Z"`, "format"},
		{v30, `{type: string, format: date-time}`, `"2026-01-31T10:00:00Z"`, `"2026-01-31T10:00:00"`, "format"},
		{v30, `{type: string, format: date}`, `"2024-02-29"`, `"2026-02-29"`, "format"},
		{v30, `{type: string, format: date}`, `"2026-01-31"`, `"2026-1-31"`, "format"},
		{v30, `{type: string, format: uuid}`, `"6F1C2A54-0d3e-4b9a-9a57-3f0f4c6d7e81"`, `"{6f1c2a54-0d3e-4b9a-9a57-3f0f4c6d7e81}"`, "format"},
		{v30, `{type: string, format: uuid}`, `"00000000-0000-0000-0000-000000000000"`, `"00000000-0000-0000-0000-000000000000\n"`, "format"},
		{v30, `{type: string, format: email}`, `"o'neil+tag@example.org"`, `"O <o@example.org>"`, "format"},
		{v30, `{type: string, format: email}`, `"\"a b\"@example.org"`, `"\"a b\" <a@example.org>"`, "format"},
		{v30, `{type: string, format: email}`, `"\"ab\"@example.org"`, `"ü@example.org"`, "format"},
		{v30, `{type: string, format: ipv4}`, `"192.0.2.255"`, `"192.0.2.256"`, "format"},
		{v30, `{type: string, format: ipv4}`, `"0.0.0.0"`, `"01.1.1.1"`, "format"},
		{v30, `{type: string, format: ipv6}`, `"::ffff:192.0.2.1"`, `"192.0.2.1"`, "format"},
		{v30, `{type: string, format: ipv6}`, `"::"`, `"fe80::1%eth0"`, "format"},
		{v30, `{type: string, format: uri}`, `"urn:isbn:0451450523"`, `"//example.org/"`, "format"},
		{v30, `{type: string, format: uri}`, `"https://example.org/a%20b?c#d"`, `"https://example.org/a b"`, "format"},
		{v30, `{type: string, format: uri}`, `"https://example.org/%C3%A9"`, `"https://example.org/é"`, "format"},
		{v30, `{type: string, format: uri}`, `"mailto:a@b.org"`, `"https://example.org/%"`, "format"},
	} {
		s := schemaOf(t, test.version, test.schema)
		if got := broken(t, s, test.good); got != nil {
			t.Errorf("%s forbids %s: %v", test.schema, test.good, got)
		}
		if got := broken(t, s, test.bad); len(got) != 1 || got[0] != test.keyword {
			t.Errorf("%s with %s breaks %v, want %s", test.schema, test.bad, got, test.keyword)
		}
	}
}

// TestEveryViolationNamesAClause holds that nothing can be found wrong that no
// clause forbids: such a finding would be lost.
func TestEveryViolationNamesAClause(t *testing.T) {
	values := []string{
		`null`, `true`, `0`, `-5`, `7`, `1.5`, `1e400`, `99999999999999999999`, `""`, `"a"`, `"abcdefghijk"`, `"2026-01-31T00:00:00Z"`,
		`[]`, `[1]`, `["a", "a"]`, `[1, 2, 3, 4, 5, 6]`, `[null]`, `{}`, `{"a": 1}`, `{"a": "x", "b": null, "c": [], "d": {}}`, `{"kind": "Cat"}`,
	}
	for _, test := range sampleSchemas {
		c, err := Load("c.yaml", answering(test.version, test.schema))
		if err != nil {
			t.Fatalf("%s: %v", test.schema, err)
		}
		s := c.Operations[0].Responses[0].Content[0].Schema
		for _, text := range values {
			value, err := ParseJSON([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			first := s.Check(value)
			for _, v := range first {
				if c.Clause(v.Clause) == nil {
					t.Errorf("%s with %s: no clause has the id %s", test.schema, text, v.Clause)
				}
				if v.Message == "" || strings.Contains(v.Message, "abcdefghijk") {
					t.Errorf("%s with %s: message %q", test.schema, text, v.Message)
				}
			}
			if second := s.Check(value); !slices.Equal(first, second) {
				t.Errorf("%s with %s: %v and then %v", test.schema, text, first, second)
			}
		}
	}
}

func TestMessagesNameThePlace(t *testing.T) {
	s := schemaOf(t, v30, `{type: object, properties: {list: {type: array, items: {type: object, required: [a], properties: {a: {type: integer, maximum: 9223372036854775807}}}}}}`)
	for text, want := range map[string]string{
		`{"list": [{"a": 1}, {"a": "b"}]}`:                  "list[1].a must be an integer",
		`{"list": [{}]}`:                                    "list[0].a is missing",
		`{"list": [{"a": null}]}`:                           "list[0].a must be an integer, not null",
		`{"list": {}}`:                                      "list must be an array",
		`{"list": [{"a": 100000000000000000000000000000}]}`: "list[0].a must be at most 9223372036854775807",
	} {
		value, err := ParseJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		found := s.Check(value)
		if len(found) != 1 || found[0].brief() != want {
			t.Errorf("%s: %v, want %s", text, found, want)
		}
	}
}

// A value may be a stranger's: what is said of it does not grow with its names,
// its depth and its number of mistakes all multiplied.
func TestHostileValuesAreListedBriefly(t *testing.T) {
	const many = 200_000
	name := strings.Repeat("n", 500_000)
	wrong := make([]any, many)
	nested := any(map[string]any{})
	for range 900 {
		nested = map[string]any{"leaf": "a", "below": []any{nested}}
	}
	for _, test := range []struct {
		schema string
		value  any
		more   int // not listed; -1 for a composed schema, of which one thing is
	}{
		{`{type: array, items: {type: integer}}`, wrong, many - maxListed},
		{`{type: object, additionalProperties: {type: array, items: {type: integer}}}`, map[string]any{name: wrong}, many - maxListed},
		{`{type: object, additionalProperties: false}`, map[string]any{name: 1}, 0},
		{`{$ref: "#/components/schemas/Tree"}`, nested, -1},
	} {
		s := schemaOf(t, v30, test.schema)
		found, more := s.Survey(test.value)
		rest := 0
		for _, n := range more {
			rest += n
		}
		if len(found) == 0 || len(found) > maxListed || rest != max(test.more, 0) {
			t.Errorf("%s: %d are listed, %d more", test.schema, len(found), rest)
		}
		for _, v := range found {
			if len(v.Where) > 2*maxPlace || len(v.Message) > 2*maxPlace {
				t.Fatalf("%s: %d bytes of place, %d of message: %.80q", test.schema, len(v.Where), len(v.Message), v.Message)
			}
		}
	}
}

func TestEqual(t *testing.T) {
	for _, test := range []struct {
		a, b any
		want bool
	}{
		{nil, nil, true},
		{nil, false, false},
		{int64(1), 1.0, true},
		{int64(1), json.Number("1.0"), true},
		{int64(1), json.Number("10e-1"), true},
		{int64(1), "1", false},
		{int64(1), true, false},
		{"a", "a", true},
		{"a", []any{"a"}, false},
		{int64(1<<53 + 1), float64(1 << 53), false},
		{int64(1<<53 + 1), json.Number("9007199254740993"), true},
		{json.Number("1e999"), json.Number("1e999"), true},
		{[]any{int64(1), "a"}, []any{json.Number("1"), "a"}, true},
		{[]any{int64(1)}, []any{int64(1), int64(1)}, false},
		{map[string]any{"a": int64(1)}, map[string]any{"a": 1.0}, true},
		{map[string]any{"a": nil}, map[string]any{}, false},
		{map[string]any{"a": nil}, map[string]any{"b": nil}, false},
		{uint64(1 << 63), json.Number("9223372036854775808"), true},
	} {
		if got := Equal(test.a, test.b); got != test.want {
			t.Errorf("%v and %v are equal: %v", test.a, test.b, got)
		}
		if got := Equal(test.b, test.a); got != test.want {
			t.Errorf("%v and %v are equal: %v", test.b, test.a, got)
		}
	}
}

func TestText(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
	}{
		{nil, "null"},
		{true, "true"},
		{"a b", "a b"},
		{int64(-5), "-5"},
		{1e21, "1000000000000000000000"},
		{0.1, "0.1"},
		{json.Number("1.50"), "1.50"},
		{sampleEpoch, "2026-01-31T00:00:00Z"},
		{[]any{int64(1), "<&>"}, `[1,"<&>"]`},
		{map[string]any{"b": nil, "a": true}, `{"a":true,"b":null}`},
	} {
		if got := Text(test.value); got != test.want {
			t.Errorf("%#v is written %s, want %s", test.value, got, test.want)
		}
	}
}

// TestManyMembersAreQuick holds that the time to check an object grows with its
// size alone.
func TestManyMembersAreQuick(t *testing.T) {
	var b strings.Builder
	value := map[string]any{}
	for i := range 20_000 {
		fmt.Fprintf(&b, "m%d: {type: integer}, ", i)
		value[fmt.Sprintf("m%d", i)] = json.Number("1")
	}
	s := schemaOf(t, v30, "{type: object, additionalProperties: false, properties: {"+b.String()+"}}")
	if found := s.Check(value); found != nil {
		t.Errorf("found %v", found[:1])
	}
	if typed, ok := s.Typed(value).(map[string]any); !ok || typed["m19999"] != int64(1) {
		t.Error("not typed")
	}
}

func TestIsAsksForTheTypeAlone(t *testing.T) {
	for _, test := range []struct {
		version, schema string
		value           any
		want            bool
	}{
		{v30, `{type: integer, maximum: 3}`, int64(5), true},
		{v30, `{type: integer}`, json.Number("1.5"), false},
		{v30, `{type: string}`, nil, false},
		{v30, `{type: string, nullable: true}`, nil, true},
		{v31, `{type: "null"}`, nil, true},
		{v30, `{}`, nil, true},
		{v30, `{oneOf: [{type: string}]}`, int64(5), true},
	} {
		if got := schemaOf(t, test.version, test.schema).Is(test.value); got != test.want {
			t.Errorf("%v is of the type of %s: %v", test.value, test.schema, got)
		}
	}
}
