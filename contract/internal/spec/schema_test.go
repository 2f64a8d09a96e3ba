package spec

import (
	"fmt"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/clause"
)

// answering makes a contract whose one answer has a schema, in line 9.
func answering(version, schema string) []byte {
	return fmt.Appendf(nil, `openapi: %s
info: {title: T, version: "1"}
paths:
  /x:
    get:
      operationId: x
      responses:
        "200": {description: ok, content: {application/json: {schema:
          %s
        }}}
components:
  schemas:
    Cat: {type: object, required: [kind], properties: {kind: {type: string}, lives: {type: integer}}}
    Dog: {type: object, required: [kind, name], properties: {kind: {type: string}, name: {type: string, minLength: 1}}}
    Tree: {type: object, required: [leaf], properties: {leaf: {type: string}, below: {type: array, items: {$ref: "#/components/schemas/Tree"}}}}
    Self: {allOf: [{$ref: "#/components/schemas/Self"}]}
`, version, schema)
}

const (
	v30 = "3.0.3"
	v31 = "3.1.0"
)

// schemaOf models the schema of an answer.
func schemaOf(tb testing.TB, version, schema string) *Schema {
	tb.Helper()
	c, err := Load("c.yaml", answering(version, schema))
	if err != nil {
		tb.Fatalf("%s: %v", schema, err)
	}
	return c.Operations[0].Responses[0].Content[0].Schema
}

func TestProblemsOfSchemas(t *testing.T) {
	for _, test := range []struct{ version, schema, want string }{
		{v30, `{type: string, maxlength: 3}`, `OpenAPI has no "maxlength" in a schema: did you mean "maxLength"?; it is left out`},
		{v30, `{type: string, xm: 3}`, `OpenAPI has no "xm" in a schema: did you mean "xml"?; it is left out`},
		{v31, `{if: {type: string}, then: {minLength: 1}}`, ""},
		{v31, `{type: array, prefixItems: [{type: string}]}`, ""},
		{v31, `{type: object, patternProperties: {a: {}}}`, ""},
		{v31, `{anyOf: [{type: string, contentEncoding: base64}]}`, ""},
		{v31, `{type: string, nullable: true}`, `nullable says nothing in OpenAPI 3.1: list null among the types, as in type: [string, 'null']`},
		{v31, `{type: [integer, string, 'null']}`, ""},
		{v31, `{properties: {a: false}}`, ""},
		{v31, `{$ref: "#/components/schemas/Cat", minProperties: 2}`, ""},
		{v31, `{$ref: "#/components/schemas/Cat", nullable: true}`, `nullable beside $ref or allOf does not allow null in OpenAPI 3.0: null is taken in answers, and not tried in requests; put nullable into the schema itself`},

		{v30, `{type: integer, minimum: 5, maximum: 4}`, `no integer is at least 5 and at most 4: no value is valid`},
		{v30, `{type: number, minimum: 5, exclusiveMinimum: true, maximum: 5}`, `no number is more than 5 and at most 5: no value is valid`},
		{v30, `{type: integer, minimum: 1.2, maximum: 1.8}`, `no integer is at least 1.2 and at most 1.8: no value is valid`},
		{v31, `{type: integer, exclusiveMinimum: 1, exclusiveMaximum: 2}`, `no integer is more than 1 and less than 2: no value is valid`},
		{v30, `{type: integer, minimum: 6, maximum: 9, multipleOf: 5}`, `no multiple of 5 is at least 6 and at most 9: no value is valid`},
		{v30, `{type: integer, format: int32, minimum: 2147483648}`, `no integer is at least 2147483648 and an int32: no value is valid`},
		{v30, `{type: integer, multipleOf: 0}`, `multipleOf must be more than 0, not 0; it is left out`},
		{v30, `{type: integer, exclusiveMinimum: true}`, `exclusiveMinimum says nothing without minimum`},
		{v30, `{type: integer, exclusiveMaximum: true}`, `exclusiveMaximum says nothing without maximum`},
		{v31, `{type: integer, minimum: 3, exclusiveMinimum: 2}`, `minimum and exclusiveMinimum are both given: the one that forbids more is read`},
		{v31, `{type: integer, maximum: 3, exclusiveMaximum: 2}`, `maximum and exclusiveMaximum are both given: the one that forbids more is read`},
		{v30, `{type: string, minLength: 10, maxLength: 9}`, `maxLength 9 is below minLength 10: no value is valid`},
		{v30, `{type: array, items: {}, minItems: 3, maxItems: 2}`, `maxItems 2 is below minItems 3: no value is valid`},
		{v30, `{type: object, minProperties: 3, maxProperties: 2}`, `maxProperties 2 is below minProperties 3: no value is valid`},
		{v30, `{type: string, minLength: 10000000}`, `minLength 10000000 is more than 1048576, the most that is tested: no valid value is made`},
		{v30, `{type: array, items: {}, minItems: 1000000000}`, `minItems 1000000000 is more than 10000, the most that is tested: no valid value is made`},

		{v30, `{type: string, pattern: "(?!a)b"}`, ""},
		{v30, `{type: string, pattern: "\\u00e9"}`, ""},
		{v30, `{type: string, pattern: "(a"}`, "the pattern cannot be read as ECMA-262, which OpenAPI wants: nothing is held to it; missing closing )"},
		{v30, `{type: string, pattern: "` + strings.Repeat("a", maxPattern+1) + `"}`, `the pattern has more than 10000 characters: nothing is held to it`},

		{v30, `{type: string, enum: [a, 1]}`, `enum value 1 must be a string: it is read as "1"`},
		{v30, `{type: integer, enum: [1, "2"]}`, `enum value "2" must be an integer: it is read as 2`},
		{v30, `{type: string, maxLength: 3, enum: [abc, abcd]}`, `enum value "abcd" must have at most 3 characters: it is left out`},
		{v30, `{type: string, enum: [a, b, a]}`, `the enum has "a" twice; it counts once`},
		{v30, `{enum: [1, 1.0]}`, `enum lists 1 twice: it counts once`},
		{v30, `{type: string, enum: []}`, `an enum must be a list of values, not an empty list; any value is accepted there`},
		{v30, `{type: string, enum: [a, null]}`, `enum value null must be a string, not null: it is left out; allow null beside the type`},
		{v31, `{type: [string, "null"], enum: [a]}`, `enum does not list null, which nullable allows: null is taken in answers, and not tried in requests; list null too, or forbid it`},
		{v31, `{type: string, const: 5}`, `const value 5 must be a string: it is read as "5"`},
		{v31, `{const: 5, enum: [5]}`, `const and enum are both given: const alone is read`},

		{v30, `{type: object, required: [a]}`, `required names "a", which properties does not list: any value is accepted for it; there are none here`},
		{v30, `{type: object, required: [nme], properties: {name: {}, other: {}}}`, `required names "nme", which properties does not list: any value is accepted for it; did you mean "name"?`},

		{v30, `{type: string, maxLength: 3, example: four}`, `the example is not valid, and passed over: it must have at most 3 characters`},
		{v30, `{type: object, properties: {a: {type: integer}}, example: {a: b}}`, `the example is not valid, and passed over: a must be an integer`},
		{v30, `{type: string, format: date-time, default: today}`, `the default is not valid, and passed over: it must be an RFC 3339 time such as 2026-01-31T00:00:00Z`},
		{v31, `{type: string, examples: [a, 5]}`, `the example is not valid, and passed over: it must be a string`},
		{v30, `{oneOf: [{type: string}, {type: integer}], example: true}`, `the example is not valid, and passed over: it keeps to none of its alternatives: (1) must be a string; (2) must be an integer`},

		{v30, `{$ref: "#/components/schemas/Self"}`, `the schema is a part of itself: nothing is held to it`},
		{v30, `{oneOf: [{$ref: "#/components/schemas/Cat"}, {type: string}], discriminator: {propertyName: kind}}`, `discriminator cannot choose a schema without a name: all alternatives are tried; refer to each with $ref`},
		{v30, `{oneOf: [{$ref: "#/components/schemas/Cat"}], discriminator: {propertyName: kind, mapping: {dog: Dog}}}`, `discriminator maps "dog" to "Dog", which is none of the alternatives: with that value all of them are tried`},
		{v30, `{type: string, pattern: "/^[a-z]+$/i"}`, `the pattern "/^[a-z]+$/i" is between slashes, as programs write one: no text has a slash before its beginning or behind its end, so nothing is held to it; leave the slashes out`},
		{v30, `{type: string, pattern: "^/a/$"}`, ``},
		{v30, `{oneOf: [{$ref: "#/components/schemas/Cat"}], discriminator: {propertName: kind}}`, "a discriminator needs a propertyName; it is left out\nOpenAPI has no \"propertName\" in a discriminator: did you mean \"propertyName\"?; it is left out"},
		{v30, `{allOf: [{$ref: "#/components/schemas/Cat"}], x-contract: {distinct: why not}}`, ""},
		{v30, `{anyOf: [{$ref: "#/components/schemas/Cat"}], x-contract: {distinct: why not}}`, `distinct is not read on a composed schema: put it on a member that is not`},
		{v30, `{allOf: [{type: object, properties: {a: {type: string, x-contract: {carries: code}}}}]}`, ""},
		{v30, `{allOf: [{type: object, properties: {a: {type: string, x-contract: {carries: code}}}}, {anyOf: [{}]}]}`, `carries in x-contract is not read below allOf, oneOf, anyOf and not: put it on a schema outside of them`},
		{v30, `{allOf: [{type: object, x-contract: {inferred: why}}]}`, `inferred must be a mapping of keywords to reasons, as in maxLength: a published limit`},
		{v30, `{anyOf: [{type: strng}]}`, `the type "strng" is none of string, number, integer, boolean, array and object; any type is accepted there`},
		{v30, `{not: {type: integer, minimum: 2, maximum: 1}}`, `no integer is at least 2 and at most 1: no value is valid`},
	} {
		var got []string
		for line := range strings.SplitSeq(told(Load("c.yaml", answering(test.version, test.schema))), "\n") {
			line = strings.TrimPrefix(line, "warning: ")
			place, message, _ := strings.Cut(line, ": ")
			got = append(got, message)
			if message != "" && place != "c.yaml:9" && !strings.Contains(test.schema, "Self") {
				t.Errorf("%s: at %s", test.schema, place)
			}
		}
		if strings.Join(got, "\n") != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.schema, strings.Join(got, "\n"), test.want)
		}
	}
}

func TestWarnings(t *testing.T) {
	for _, test := range []struct{ old, replacement, want string }{
		{"{type: integer}", "{type: string, format: hostname}", "c.yaml:29: format hostname is not known: it is not checked, so state a pattern too"},
		{"{type: integer}", "{type: string, format: int64}", "c.yaml:29: format int64 says nothing of type string: it is not checked"},
		{"{type: integer}", "{type: integer, items: {type: string}}", "c.yaml:29: items says nothing of type integer: no value is held to it"},
		{"{type: integer}", "{type: string, additionalProperties: {type: string}}", "c.yaml:29: additionalProperties says nothing of type string: no value is held to it"},
		{"{type: integer}", "{type: integer, format: date}", "c.yaml:29: format date says nothing of type integer: it is not checked"},
		{"application/json:\n", "text/plain: {schema: {type: string, maxLength: 3}}\n            application/json:\n", "c.yaml:41: the schema of text/plain is not checked: only JSON is read"},
		{"application/json:\n", "text/plain: {schema: {}}\n            application/json:\n", ""},
		{"    Error:\n", "    Unused: {type: string, format: hostname}\n    Error:\n", ""},
		{`schema: {$ref: "#/components/schemas/Error"}`, "schema: {$ref: \"#/components/schemas/Error\"}\n            application/problem+json:\n              schema: {$ref: \"#/components/schemas/Error\"}", ""},
		{`schema: {$ref: "#/components/schemas/Error"}`, "schema: {$ref: \"#/components/schemas/Error\"}\n            application/problem+json:\n              schema: {type: object}", "c.yaml:44: the schema of application/problem+json is not checked: it is not the first JSON media type, and differs from that"},
		{"{schema: {type: string}}", "{content: {text/plain: {schema: {type: string}}}}", ""},
		{"{schema: {type: string}}", "{content: {text/csv: {schema: {type: string}}}}", "c.yaml:37: the schema of text/csv is not checked: of a header, only JSON and plain text are read"},
		{"name: trace", "name: authorization", "c.yaml:7: OpenAPI ignores a parameter for the header authorization: state it by content or security"},
		{"name: trace", "name: Content-Type", "c.yaml:7: OpenAPI ignores a parameter for the header Content-Type: state it by content or security"},
		{"operationId: list\n", "operationId: list\n      callbacks: {}\n", "c.yaml:10: callbacks are not read: no clause comes of them"},
		{"code: {type: string", "code: {discriminator: {propertyName: a}, type: string", "c.yaml:53: discriminator chooses among the schemas of oneOf or anyOf, and there are none here"},
	} {
		expression := `"!has(query.low) || !has(query.high) || query.low <= query.high"`
		text := strings.Replace(spoil(t, test.old, test.replacement), expression, `"!has(query.low) || has(query.kind)"`, 1)
		text = strings.Replace(text, "        source: {section: URI}\n", "        # no source\n", 1) // what lacks one is warned of otherwise
		c, err := Load("c.yaml", []byte(text))
		if err != nil {
			t.Errorf("%s: %v", test.replacement, err)
			continue
		}
		if got := Problems(c.Warnings).Error(); got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.replacement, got, test.want)
		}
	}
	text := strings.Replace(good, "openapi: 3.0.3", "openapi: 3.1.0\nwebhooks: {}", 1)
	text = strings.Replace(text, "        source: {section: URI}\n", "        # no source\n", 1)
	c, err := Load("c.yaml", []byte(text))
	if err != nil || Problems(c.Warnings).Error() != "c.yaml:2: webhooks is not read: no clause comes of it" {
		t.Errorf("webhooks: %v, %v", err, c.Warnings)
	}
}

func TestARuleThatMayBeTrivialIsAWarning(t *testing.T) {
	for expression, want := range map[string]string{
		`"!has(query.low) || query.low >= 0"`:    "c.yaml:14: rule low-to-high may forbid nothing: no sample breaks !has(query.low) || query.low >= 0",
		`"has(query.low) && query.low < 0"`:      "c.yaml:14: rule low-to-high may forbid every request: no sample satisfies has(query.low) && query.low < 0",
		`"!has(query.low) || 5 / query.low > 0"`: "c.yaml:14: rule low-to-high fails when query.low is 0...",
	} {
		text := spoil(t, `"!has(query.low) || !has(query.high) || query.low <= query.high"`, expression)
		c, err := Load("c.yaml", []byte(strings.Replace(text, "        source: {section: URI}\n", "        # no source\n", 1)))
		if err != nil {
			t.Errorf("%s: %v", expression, err)
			continue
		}
		want, more := strings.CutSuffix(want, "...")
		if got := Problems(c.Warnings).Error(); got != want && (!more || !strings.HasPrefix(got, want)) {
			t.Errorf("%s: %s, want %s", expression, got, want)
		}
	}
}

// TestInferredMakesAShould holds that each keyword's reason reaches its clause.
func TestInferredMakesAShould(t *testing.T) {
	for _, test := range []struct{ version, schema, should string }{
		{v30, `{type: string, maxLength: 3, pattern: a, x-contract: {inferred: {pattern: why}}}`, "pattern"},
		{v30, `{type: integer, minimum: 1, maximum: 3, exclusiveMaximum: true, x-contract: {inferred: {exclusiveMaximum: why}}}`, "maximum"},
		{v31, `{type: integer, exclusiveMaximum: 3, x-contract: {inferred: {exclusiveMaximum: why}}}`, "exclusiveMaximum"},
		{v31, `{const: 3, x-contract: {inferred: {const: why}}}`, "const"},
		{v30, `{type: object, required: [a], properties: {a: {type: string, x-contract: {inferred: {required: why}}}}}`, "a.required"},
		{v30, `{type: object, properties: {a: {type: string, x-contract: {inferred: {type: why}}}}}`, "a.type"},
		{v30, `{type: string, x-contract: {distinct: why}}`, "distinct"},
		{v30, `{oneOf: [{type: string}, {type: integer}], x-contract: {inferred: {oneOf: why}}}`, "schema"},
		{v30, `{allOf: [{type: object, properties: {a: {type: string, maxLength: 3, x-contract: {inferred: {maxLength: why}}}}}]}`, "a.maxLength"},
		{v30, `{anyOf: [{type: object, properties: {a: {type: string, maxLength: 3, x-contract: {inferred: {maxLength: why}}}}}]}`, "schema"},
		{v30, `{allOf: [{type: string}], x-contract: {inferred: {allOf: why}}}`, "schema"},
	} {
		c, err := Load("c.yaml", answering(test.version, test.schema))
		if err != nil {
			t.Errorf("%s: %v", test.schema, err)
			continue
		}
		var should []string
		for _, one := range c.Clauses {
			if id, ok := strings.CutPrefix(one.ID, "x.answer.200."); ok && one.Level == clause.Should {
				should = append(should, id)
				if one.Inferred != "why" {
					t.Errorf("%s is inferred from %q", one.ID, one.Inferred)
				}
			}
		}
		if strings.Join(should, " ") != test.should {
			t.Errorf("%s: should %v, want %s", test.schema, should, test.should)
		}
	}
}

func TestARecursiveSchemaTakesItsReasonsAlong(t *testing.T) {
	text := strings.Replace(string(answering(v30, `{$ref: "#/components/schemas/Tree"}`)), "leaf: {type: string}",
		"leaf: {type: string, x-contract: {distinct: each is new, inferred: {type: seen in examples}}}", 1)
	c, err := Load("c.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if one := c.Clause("x.answer.200.below.items.schema"); one == nil || one.Inferred != "seen in examples" {
		t.Errorf("the level does not reach the recursive part: %+v", one)
	}
}
