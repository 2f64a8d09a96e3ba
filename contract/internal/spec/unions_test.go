package spec

import (
	"slices"
	"testing"
)

// TestAlternativesAreTried holds what tries a composed schema: values for each of its
// alternatives are valid, what is spoilt in one is taken by no other, and what only
// some readers refuse is a should.
func TestAlternativesAreTried(t *testing.T) {
	for _, test := range []struct {
		schema        string
		fit           []string // the names of what is among the valid values
		must, should  []string // and of what is among the others
		absent        string   // a name that is not there
		never, asText bool     // never has nothing spoilt but null
	}{
		{
			schema: `{oneOf: [{type: integer, maximum: 5}, {type: boolean}]}`,
			fit:    []string{"alternative-1", "alternative-2", "alternative-1-maximum-at"},
			must:   []string{"alternative-1-maximum-beyond"}, should: []string{"alternative-1-fraction"},
		},
		{ // the text of any number is valid
			schema: `{anyOf: [{type: integer, minimum: 5}, {type: string}]}`,
			fit:    []string{"alternative-1", "alternative-2"}, never: true,
		},
		{
			schema: `{oneOf: [{type: object, required: [a, b], properties: {a: {type: string, maxLength: 3}, b: {type: integer}}}, {type: array, items: {type: integer}, minItems: 2}]}`,
			fit:    []string{"alternative-1", "alternative-2", "alternative-1-a-maxLength-at"},
			must:   []string{"alternative-1-a-missing", "alternative-1-a-maxLength-above", "alternative-2-minItems-below", "alternative-2-element-object"},
		},
		{ // an object that is closed may be taken all the same
			schema: `{oneOf: [{type: object, properties: {a: {type: string}}, additionalProperties: false}, {type: integer}]}`,
			fit:    []string{"alternative-1", "alternative-2"}, must: []string{"alternative-1-a-object"},
			should: []string{"alternative-1-additionalProperties-unlisted"},
		},
		{
			schema: `{anyOf: [{type: number}, {type: string, enum: [all]}], minimum: 0}`, asText: true,
			fit: []string{"alternative-1", "alternative-2", "alternative-1-minimum-at"}, must: []string{"alternative-1-minimum-beyond"},
		},
		{ // 1 and 0 may be read as truth values
			schema: `{oneOf: [{type: integer, minimum: 2}, {type: boolean}]}`, asText: true,
			fit: []string{"alternative-1", "alternative-2"}, absent: "alternative-1-minimum-beyond",
		},
		{
			schema: `{allOf: [{anyOf: [{type: integer, maximum: 3}, {type: boolean}]}, {not: {type: string}}]}`,
			fit:    []string{"alternative-1", "alternative-2"}, must: []string{"alternative-1-maximum-beyond"},
		},
	} {
		site := testSite(schemaOf(t, v31, test.schema))
		site.AsText = test.asText
		fit, unfit := site.compositions()
		names := func(tries []Try, which func(Try) bool) []string {
			var out []string
			for _, try := range tries {
				if which(try) {
					out = append(out, try.Name)
				}
			}
			return out
		}
		for _, part := range []struct {
			what      string
			got, want []string
		}{
			{"valid values", names(fit, func(try Try) bool { return try.Valid }), test.fit},
			{"what must be refused", names(unfit, func(try Try) bool { return !try.Valid && !try.Inferred }), test.must},
			{"what should be refused", names(unfit, func(try Try) bool { return !try.Valid && try.Inferred }), test.should},
		} {
			for _, name := range part.want {
				if !slices.Contains(part.got, name) {
					t.Errorf("%s: %s lack %s: %v", test.schema, part.what, name, part.got)
				}
			}
		}
		for _, try := range fit {
			if found := site.Check(try.Value); found != nil {
				t.Errorf("%s: %s is not valid: %v", test.schema, try.Name, found)
			}
		}
		for _, try := range unfit {
			if try.Name == test.absent {
				t.Errorf("%s: some reader takes %s %v", test.schema, try.Name, try.Value)
			}
			if test.never && try.Value != nil {
				t.Errorf("%s: a lax reader takes %s %v", test.schema, try.Name, try.Value)
			}
		}
	}
}

// TestDiscriminatorsAreTried holds that a value with the name of another alternative
// must be refused where its members are wrong for that, and should be where a reader
// without an eye for the name takes it.
func TestDiscriminatorsAreTried(t *testing.T) {
	c := load(t, `openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /t:
    post:
      operationId: t
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}
      responses: {"200": {description: ok}}
components:
  schemas:
    Pet:
      oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Dog"}]
      discriminator: {propertyName: kind}
    Cat: {type: object, required: [kind], properties: {kind: {type: string, enum: [Cat]}, lives: {type: integer}}}
    Dog: {type: object, required: [kind, name], properties: {kind: {type: string}, name: {type: string}}}
`)
	_, unfit := testSite(c.Operations[0].Body.Content[0].Schema).compositions()
	want := map[string]bool{"Cat-unknown-name": false, "Cat-named-Dog": false, "Dog-unknown-name": true, "Dog-name-missing": false}
	for _, try := range unfit {
		if inferred, known := want[try.Name]; known {
			if delete(want, try.Name); inferred != try.Inferred {
				t.Errorf("%s %v: a should is %v, want %v", try.Name, try.Value, try.Inferred, inferred)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("%v are not tried", want)
	}
}

// TestSpecialCharactersBreakPatterns holds that a pattern which only one character
// breaks is tried, and not by blanks at an end, which may be passed over.
func TestSpecialCharactersBreakPatterns(t *testing.T) {
	for pattern, want := range map[string]string{"^[^ ]+$": "0 0", `^\\S+$`: "0 0", "^[^/]*$": "0/0", "^[^<>]+$": "0<0"} {
		s := schemaOf(t, v31, `{type: string, pattern: "`+pattern+`"}`)
		tries := testSite(s).unmatched()
		if len(tries) == 0 || tries[0].Value != any(want) {
			t.Errorf("%s is tried with %v, want %q", pattern, tries, want)
		}
	}
}

// TestFormatsAtTheirLengths holds that the limits of the length are tried where a
// format has texts of every length.
func TestFormatsAtTheirLengths(t *testing.T) {
	for schema, want := range map[string]int{
		`{type: string, format: email, minLength: 20, maxLength: 90}`: 4,
		`{type: string, format: uri, maxLength: 60}`:                  2,
		`{type: string, format: uuid, maxLength: 40}`:                 0,
		`{type: string, format: email, maxLength: 400}`:               0, // longer than an address is
	} {
		s := schemaOf(t, v31, schema)
		site := testSite(s)
		site.MaxText = 1000
		tries := site.Boundaries()
		if len(tries) != want {
			t.Errorf("%s has %d values at its limits, want %d: %v", schema, len(tries), want, tries)
		}
		for _, try := range tries {
			if found := s.Check(try.Value); try.Valid != (found == nil) || len(found) > 1 {
				t.Errorf("%s: %s %v: %v", schema, try.Name, try.Value, found)
			}
		}
	}
}
