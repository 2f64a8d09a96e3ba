package spec

import "testing"

// TestWithoutATypeAnyTypeIsValid holds that keywords are silent of values of
// another type than theirs (JSON Schema Validation, section 6).
func TestWithoutATypeAnyTypeIsValid(t *testing.T) {
	values := map[string]string{"null": `null`, "boolean": `true`, "number": `-7.5`, "string": `"zz"`, "array": `["zz", "zz", "zz"]`, "object": `{"zz": 1, "b": 2, "c": 3}`}
	for _, test := range []struct{ version, schema, kind, keyword string }{
		{v30, `{required: [a], properties: {a: {type: string}}}`, "object", "a.required"},
		{v30, `{properties: {b: {type: string}}}`, "object", "b.type"},
		{v30, `{additionalProperties: false}`, "object", "additionalProperties"},
		{v30, `{additionalProperties: {type: string}}`, "object", "additionalProperties.type"},
		{v30, `{minProperties: 4}`, "object", "minProperties"},
		{v30, `{maxProperties: 2}`, "object", "maxProperties"},
		{v31, `{items: {type: integer}}`, "array", "items.type"},
		{v31, `{minItems: 4}`, "array", "minItems"},
		{v31, `{maxItems: 2}`, "array", "maxItems"},
		{v31, `{uniqueItems: true}`, "array", "uniqueItems"},
		{v30, `{minLength: 3}`, "string", "minLength"},
		{v30, `{maxLength: 1}`, "string", "maxLength"},
		{v30, `{pattern: "^a"}`, "string", "pattern"},
		{v30, `{format: uuid}`, "string", "format"},
		{v30, `{format: date-time}`, "string", "format"},
		{v30, `{minimum: 3}`, "number", "minimum"},
		{v30, `{maximum: -8}`, "number", "maximum"},
		{v30, `{multipleOf: 2}`, "number", "multipleOf"},
	} {
		s := schemaOf(t, test.version, test.schema)
		for kind, text := range values {
			got := broken(t, s, text)
			if kind != test.kind && got != nil {
				t.Errorf("%s speaks of %s: %v", test.schema, text, got)
			}
			if kind == test.kind && (len(got) == 0 || got[0] != test.keyword) {
				t.Errorf("%s with %s breaks %v, want %s", test.schema, text, got, test.keyword)
			}
		}
		v := s.Sample()
		if found := s.Check(v); found != nil {
			t.Errorf("%s: the sample %v breaks %v", test.schema, v, found)
		}
	}
}
