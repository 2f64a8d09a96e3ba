package spec

import (
	"testing"
)

// TestNullInDoubt holds that null is taken where the contract may be meant so, and
// that it is told.
func TestNullInDoubt(t *testing.T) {
	const (
		enum   = "c.yaml:9: enum does not list null, which nullable allows: null is taken in answers, and not tried in requests; list null too, or forbid it"
		beside = "c.yaml:9: nullable beside $ref or allOf does not allow null in OpenAPI 3.0: null is taken in answers, and not tried in requests; put nullable into the schema itself"
		cat    = `{$ref: "#/components/schemas/Cat", nullable: true}`
	)
	for _, test := range []struct {
		version, schema, bad, warning string
		doubt                         bool
	}{
		{v30, `{type: string, nullable: true, enum: [a]}`, `"b"`, enum, true},
		{v30, `{nullable: true, enum: [a]}`, `"b"`, enum, true},
		{v30, `{type: string, nullable: true, enum: [a, null]}`, `"b"`, "", false},
		{v30, `{type: string, nullable: true}`, `5`, "", false},
		{v31, `{type: [string, "null"], enum: [a, null]}`, `"b"`, "", false},
		{v30, cat, `{}`, beside, true},
		{v30, `{$ref: "#/components/schemas/Tree", nullable: true}`, `{}`, beside, true},
		{v30, `{nullable: true, allOf: [{$ref: "#/components/schemas/Cat"}]}`, `{}`, beside, true},
		{v30, `{allOf: [{$ref: "#/components/schemas/Cat"}, {type: object, nullable: true}]}`, `{}`, beside, true},
		{v30, `{nullable: true, allOf: [{type: string, nullable: true}]}`, `5`, "", false},
		{v30, `{nullable: true, oneOf: [{$ref: "#/components/schemas/Cat"}]}`, `{}`, "", true},
		{v30, `{nullable: true, anyOf: [{$ref: "#/components/schemas/Cat"}]}`, `{}`, "", true},
		{v30, `{allOf: [` + cat + `]}`, `{}`, beside, false},
		{v30, `{oneOf: [` + cat + `, {type: integer}]}`, `{}`, beside, false},
	} {
		c, err := Load("c.yaml", answering(test.version, test.schema))
		if err != nil {
			t.Errorf("%s: %v", test.schema, err)
			continue
		}
		s := c.Operations[0].Responses[0].Content[0].Schema
		if got := Problems(c.Warnings).Error(); got != test.warning {
			t.Errorf("%s: the warnings %q, want %q", test.schema, got, test.warning)
		}
		if found := s.Check(nil); found != nil {
			t.Errorf("%s forbids null: %v", test.schema, found)
		}
		if briefs(t, s, test.bad) == "" {
			t.Errorf("%s allows %s", test.schema, test.bad)
		}
		if s.NullInDoubt != test.doubt {
			t.Errorf("%s: null is in doubt: %v", test.schema, s.NullInDoubt)
		}
	}
}

// TestNullBesideAReferenceIsOfThatUse holds that other uses of what is referred to
// still forbid null, and that every place is looked at.
func TestNullBesideAReferenceIsOfThatUse(t *testing.T) {
	s := schemaOf(t, v30, `{type: object, properties: {
          a: {$ref: "#/components/schemas/Cat", nullable: true}, b: {$ref: "#/components/schemas/Cat"},
          c: {type: array, items: {$ref: "#/components/schemas/Cat", nullable: true}}, d: {$ref: "#/components/schemas/Cat", nullable: false},
          e: {oneOf: [{type: object, properties: {f: {$ref: "#/components/schemas/Cat", nullable: true}, g: {$ref: "#/components/schemas/Cat"}}}]},
          h: {$ref: "#/components/schemas/Tree", nullable: true}}}`)
	for text, want := range map[string]string{
		`{"a": null, "c": [null], "e": {"f": null}, "h": null}`: "",
		`{"b": null}`:              "b must be an object, not null",
		`{"d": null}`:              "d must be an object, not null",
		`{"e": {"g": null}}`:       "e keeps to none of its alternatives: (1) g must be an object, not null",
		`{"a": {}}`:                "a.kind is missing",
		`{"h": {"below": [null]}}`: "h.leaf is missing; h.below[0] must be an object, not null",
	} {
		if got := briefs(t, s, text); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
