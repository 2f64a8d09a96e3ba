package spec

import (
	"testing"
	"time"
)

type versioned struct{ version, schema string }

// sampleSchemas are schemas of every kind that some value satisfies.
var sampleSchemas = []versioned{
	{v30, `{type: integer}`},
	{v30, `{type: integer, minimum: 5}`},
	{v30, `{type: integer, maximum: -5}`},
	{v30, `{type: integer, minimum: 1.5}`},
	{v30, `{type: integer, maximum: -1.5}`},
	{v30, `{type: integer, minimum: 5, exclusiveMinimum: true}`},
	{v30, `{type: integer, minimum: 6, maximum: 9, multipleOf: 4}`},
	{v30, `{type: integer, minimum: -9, maximum: -6, multipleOf: 4}`},
	{v30, `{type: integer, minimum: 3, multipleOf: 2.5}`},
	{v30, `{type: integer, format: int32, minimum: 2147483647}`},
	{v30, `{type: integer, format: int64, maximum: -9223372036854775808}`},
	{v30, `{type: integer, minimum: 9007199254740993}`},
	{v30, `{type: integer, minimum: 99999999999999999999}`},
	{v30, `{type: number}`},
	{v30, `{type: number, minimum: 0, exclusiveMinimum: true}`},
	{v30, `{type: number, minimum: 0, exclusiveMinimum: true, maximum: 0.3, exclusiveMaximum: true}`},
	{v30, `{type: number, maximum: -2, exclusiveMaximum: true}`},
	{v30, `{type: number, minimum: -3, maximum: -2, exclusiveMaximum: true}`},
	{v30, `{type: number, minimum: 0.25, multipleOf: 0.1}`},
	{v31, `{type: number, exclusiveMinimum: 1, exclusiveMaximum: 1.001}`},
	{v30, `{type: boolean}`},
	{v30, `{type: string}`},
	{v30, `{type: string, minLength: 300}`},
	{v30, `{type: string, maxLength: 0}`},
	{v30, `{type: string, nullable: true}`},
	{v30, `{type: string, pattern: "^[A-Z]{3}-[0-9]{4}$"}`},
	{v30, `{type: string, pattern: "^a?b+(c|d)*$", minLength: 4}`},
	{v30, `{type: string, pattern: "^[a-z]{2,8}$", minLength: 4, maxLength: 5}`},
	{v30, `{type: string, pattern: "^[a-z]{2,8}$", maxLength: 2}`},
	{v30, `{type: string, pattern: "^\\+[0-9]{6,15}$"}`},
	{v30, `{type: string, pattern: "^[^a-zA-Z0-9]+$"}`},
	{v30, `{type: string, pattern: "(?i)^abc$"}`},
	{v30, `{type: string, pattern: "^.{10}$"}`},
	{v30, `{type: string, pattern: "^(x*)$", minLength: 100}`},
	{v30, `{type: string, pattern: "\\bword\\b"}`},
	{v30, `{type: string, pattern: "^[\\p{L}]+$"}`},
	{v30, `{type: string, pattern: "^$"}`},
	{v30, `{type: string, format: uuid}`},
	{v30, `{type: string, format: date-time}`},
	{v30, `{type: string, format: date}`},
	{v30, `{type: string, format: email}`},
	{v30, `{type: string, format: uri}`},
	{v30, `{type: string, format: ipv4}`},
	{v30, `{type: string, format: ipv6}`},
	{v30, `{type: string, format: hostname}`},
	{v30, `{type: string, format: date-time, pattern: "^2020-.*Z$", example: "2020-01-01T00:00:00Z"}`},
	{v30, `{type: string, enum: [b, a]}`},
	{v30, `{type: string, enum: [b, a], example: a}`},
	{v30, `{enum: [null, 5]}`},
	{v31, `{const: {a: [1]}}`},
	{v31, `{type: string, examples: [fine], minLength: 2}`},
	{v30, `{type: array, items: {type: string}}`},
	{v30, `{type: array, items: {type: integer, minimum: 3}, minItems: 2}`},
	{v30, `{type: array, items: {type: integer, minimum: 3}, minItems: 5, uniqueItems: true}`},
	{v30, `{type: array, items: {type: string, pattern: "^[a-z]{3}$"}, minItems: 5, uniqueItems: true}`},
	{v30, `{type: array, items: {type: string, enum: [a, b, c]}, minItems: 3, uniqueItems: true}`},
	{v30, `{type: array, items: {type: boolean}, minItems: 2, uniqueItems: true}`},
	{v30, `{type: array, items: {type: number, multipleOf: 0.5}, minItems: 3, uniqueItems: true}`},
	{v30, `{type: array, items: {type: number, minimum: 0, maximum: 0.5}, minItems: 3, uniqueItems: true}`},
	{v30, `{type: array, items: {type: object, required: [a], properties: {a: {type: integer}}}, minItems: 3, uniqueItems: true}`},
	{v30, `{type: array, items: {type: array, items: {type: integer}}, minItems: 3, uniqueItems: true}`},
	{v30, `{type: array, items: {type: array, items: {}, minItems: 100}, minItems: 100}`},
	{v31, `{type: array, minItems: 2}`},
	{v30, `{type: object}`},
	{v30, `{type: object, required: [a, b], properties: {a: {type: string}, b: {type: object, required: [c], properties: {c: {type: integer}}}}}`},
	{v30, `{type: object, minProperties: 2, properties: {a: {type: string}, b: {type: integer}}, additionalProperties: false}`},
	{v30, `{type: object, minProperties: 3, required: [a], properties: {a: {type: string}}}`},
	{v30, `{type: object, minProperties: 3, additionalProperties: {type: integer, minimum: 7}}`},
	{v30, `{type: object, required: [id], properties: {id: {type: integer, readOnly: true}}}`},
	{v30, `{allOf: [{$ref: "#/components/schemas/Dog"}, {type: object, required: [more], properties: {more: {type: string, format: date}}}]}`},
	{v30, `{allOf: [{type: integer, minimum: 5}, {type: integer, maximum: 9}]}`},
	{v30, `{oneOf: [{type: integer}, {type: string}]}`},
	{v30, `{oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Dog"}]}`},
	{v30, `{oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Dog"}], discriminator: {propertyName: kind}}`},
	{v30, `{anyOf: [{$ref: "#/components/schemas/Dog"}], discriminator: {propertyName: kind, mapping: {hound: "#/components/schemas/Dog"}}}`},
	{v30, `{anyOf: [{type: object, required: [a]}, {type: object, required: [b]}], properties: {a: {type: string}, b: {type: string}}}`},
	{v30, `{type: object, required: [a], properties: {a: {type: string}}, oneOf: [{required: [b], properties: {b: {type: integer}}}, {required: [c]}]}`},
	{v30, `{not: {type: string}}`},
	{v30, `{type: string, not: {enum: [a]}, minLength: 2}`},
	{v30, `{nullable: true, allOf: [{$ref: "#/components/schemas/Cat"}]}`},
	{v31, `{oneOf: [{type: "null"}, {$ref: "#/components/schemas/Cat"}]}`},
	{v30, `{$ref: "#/components/schemas/Tree"}`},
	{v30, `{allOf: [{$ref: "#/components/schemas/Tree"}]}`},
	{v30, `{type: object, required: [list], properties: {list: {type: array, minItems: 1, items: {oneOf: [{type: integer, minimum: 3}]}}}}`},
}

// TestSamplesOfEveryKind holds that samples are found, and are valid.
func TestSamplesOfEveryKind(t *testing.T) {
	for _, test := range sampleSchemas {
		s := schemaOf(t, test.version, test.schema)
		v := s.Sample()
		if found := s.Check(v); len(found) > 0 {
			t.Errorf("%s: the sample %v breaks %v", test.schema, v, found)
		}
		if v == nil && len(s.Check(nil)) > 0 {
			t.Errorf("%s: no sample is found", test.schema)
		}
		if again := s.Sample(); !Equal(v, again) {
			t.Errorf("%s: the samples %v and %v differ", test.schema, v, again)
		}
		for _, sample := range s.ruleSamples() {
			if found := s.Check(plainTimes(sample)); len(found) > 0 {
				t.Errorf("%s: the sample for rules %v breaks %v", test.schema, sample, found)
			}
		}
	}
}

func TestSamplesAreTheNearestToNothing(t *testing.T) {
	for _, test := range []struct {
		schema string
		want   any
	}{
		{`{type: integer}`, int64(0)},
		{`{type: integer, minimum: 5}`, int64(5)},
		{`{type: integer, minimum: 1.5}`, int64(2)},
		{`{type: integer, maximum: -5}`, int64(-5)},
		{`{type: integer, minimum: 3, multipleOf: 2.5}`, int64(5)},
		{`{type: number, minimum: 0.25, multipleOf: 0.1}`, 0.3},
		{`{type: number, minimum: 0, exclusiveMinimum: true}`, 0.5},
		{`{type: string}`, "a"}, // for an empty text may be taken for none
		{`{type: string, maxLength: 0}`, ""},
		{`{type: string, minLength: 3}`, "aaa"},
		{`{type: array, items: {type: string}, minItems: 2}`, []any{"a", "a"}},
		{`{type: object, properties: {a: {type: string}}}`, map[string]any{}},
		{`{type: integer, example: 7}`, int64(7)},
		{`{type: number, example: 7.5}`, 7.5},
		{`{type: string, example: 2026-01-31}`, "2026-01-31"},
	} {
		if got := schemaOf(t, v30, test.schema).Sample(); !Equal(got, test.want) {
			t.Errorf("the sample of %s is %#v, want %#v", test.schema, got, test.want)
		}
	}
}

// TestSamplesEnd holds that looking for a sample ends where there is none, or
// none that is small.
func TestSamplesEnd(t *testing.T) {
	for _, schema := range []string{
		`{type: string, pattern: "^(((a*)*)*)*b$", maxLength: 0}`,
		`{type: string, pattern: "a^"}`,
		`{type: string, pattern: "[^\\x00-\\x{10FFFF}]"}`,
		`{type: string, pattern: "^(a{500}){2}$", maxLength: 5}`,
		`{type: array, minItems: 9999, items: {type: array, minItems: 9999, items: {type: array, minItems: 9999, items: {}}}}`,
		`{type: array, items: {type: boolean}, minItems: 3, uniqueItems: true}`,
		`{allOf: [{type: string}, {type: integer}]}`,
		`{type: object, required: [a], properties: {a: {$ref: "#/components/schemas/Tree"}}, maxProperties: 0}`,
		`{type: object, additionalProperties: false, minProperties: 1}`,
	} {
		s := schemaOf(t, v30, schema)
		start := time.Now()
		if v := s.Sample(); v != nil {
			t.Errorf("%s: the sample %v", schema, v)
		}
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%s: no sample was found in %v", schema, took)
		}
	}
}
