package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const (
	flat30 = "3.0.3"
	flat31 = "3.1.0"
)

// flatRoot returns the flat tree of a description with some components.
func flatRoot(tb testing.TB, version, schemas string) *Node {
	tb.Helper()
	text := fmt.Sprintf(`{"openapi": %q, "info": {"title": "T", "version": "1"}, "paths": {}, "components": {"schemas": %s}}`, version, schemas)
	d, err := Read(tb.Context(), "c.json", []byte(text), Options{})
	if err != nil {
		tb.Fatalf("%s: %v", schemas, err)
	}
	return d.Flat().Root.Get("components").Get("schemas")
}

// yaml writes a schema of YAML as JSON.
func inJSON(tb testing.TB, text string) string {
	tb.Helper()
	d, err := Read(tb.Context(), "c.yaml", []byte("openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\nx-it: "+text+"\n"), Options{})
	if err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
	return literal(d.Root.Get("x-it"))
}

// TestFlat holds each keyword to how it is merged, and each reason for which an allOf
// stays as it is, which is "" here.
func TestFlat(t *testing.T) {
	for _, test := range []struct{ version, schema, want string }{
		{flat30, `{allOf: [{type: object, properties: {a: {type: string}}}, {required: [a, b], properties: {b: {}}}]}`, `{type: object, properties: {a: {type: string}, b: {}}, required: [a, b]}`},
		{flat30, `{description: d, allOf: [{type: string, description: of the part, example: a}]}`, `{type: string, description: d, example: a}`},
		{flat30, `{example: {a: 1}, allOf: [{type: object, example: {a: 2}}, {required: [a], example: {a: 3}}]}`, `{type: object, required: [a], example: {a: 1}}`},
		{flat30, `{allOf: [{type: object, example: {a: 2}}, {required: [a]}]}`, `{type: object, required: [a]}`},
		{flat30, `{allOf: [{type: number}, {type: integer}]}`, `{type: integer}`},
		{flat31, `{allOf: [{type: [string, integer, "null"]}, {type: [number, "null"]}]}`, `{type: [integer, "null"]}`},
		{flat31, `{allOf: [{type: [integer, number]}, {type: integer}]}`, `{type: integer}`},
		{flat30, `{allOf: [{type: string}, {type: integer}]}`, ``},
		{flat30, `{allOf: [{enum: [a, b, c]}, {enum: [c, b]}]}`, `{enum: [b, c]}`},
		{flat30, `{allOf: [{enum: [1, 2]}, {enum: [1.0, 2]}]}`, ``},
		{flat30, `{allOf: [{enum: [1, a]}, {enum: [1, a]}]}`, ``},
		{flat30, `{allOf: [{enum: [{a: 1}]}, {enum: [{a: 1}]}]}`, ``},
		{flat30, `{allOf: [{enum: [a]}, {enum: [b]}]}`, ``},
		{flat30, `{allOf: [{type: integer}, {enum: [a]}]}`, ``},
		{flat30, `{allOf: [{type: integer, enum: [a]}, {minimum: 3}]}`, `{type: integer, enum: [a], minimum: 3}`},
		{flat31, `{allOf: [{enum: [a, b]}, {const: a}]}`, `{const: a}`},
		{flat31, `{allOf: [{enum: [1, 2]}, {const: 1}]}`, ``},
		{flat31, `{allOf: [{const: 1}, {const: 2}]}`, ``},
		{flat31, `{allOf: [{type: string}, {const: 2}]}`, ``},
		{flat30, `{allOf: [{minLength: 2, maxLength: 5}, {minLength: 3, maxLength: 4}]}`, `{minLength: 3, maxLength: 4}`},
		{flat30, `{allOf: [{minItems: 2, maxItems: 5, uniqueItems: true}, {minItems: 1, uniqueItems: false}]}`, `{minItems: 2, maxItems: 5, uniqueItems: true}`},
		{flat30, `{allOf: [{minProperties: 2, maxProperties: 5}, {maxProperties: 9}]}`, `{minProperties: 2, maxProperties: 5}`},
		{flat30, `{allOf: [{minimum: 2, exclusiveMinimum: true}, {minimum: 3}]}`, `{minimum: 3}`},
		{flat30, `{allOf: [{minimum: 3}, {minimum: 3, exclusiveMinimum: true}]}`, `{minimum: 3, exclusiveMinimum: true}`},
		{flat30, `{allOf: [{maximum: 3, exclusiveMaximum: true}, {maximum: 3}]}`, `{maximum: 3, exclusiveMaximum: true}`},
		{flat30, `{allOf: [{maximum: 9007199254740993}, {maximum: 9007199254740992}]}`, ``},
		{flat31, `{allOf: [{minimum: 3, exclusiveMaximum: 9}, {exclusiveMinimum: 2, exclusiveMaximum: 8}]}`, `{minimum: 3, exclusiveMinimum: 2, exclusiveMaximum: 8}`},
		{flat30, `{allOf: [{multipleOf: 2, pattern: a, format: uuid}, {multipleOf: 2, pattern: a, format: uuid}]}`, `{multipleOf: 2, pattern: a, format: uuid}`},
		{flat30, `{allOf: [{multipleOf: 2}, {multipleOf: 3}]}`, ``},
		{flat30, `{allOf: [{pattern: a}, {pattern: b}]}`, ``},
		{flat30, `{allOf: [{format: date}, {format: uuid}]}`, ``},
		{flat30, `{allOf: [{properties: {a: {type: string}}}, {properties: {a: {maxLength: 3}}}]}`, `{properties: {a: {type: string, maxLength: 3}}}`},
		{flat30, `{allOf: [{properties: {a: {type: string}}}, {properties: {a: {anyOf: [{}]}}}]}`, `{properties: {a: {allOf: [{type: string}, {anyOf: [{}]}]}}}`},
		{flat30, `{allOf: [{items: {type: string}}, {items: {maxLength: 3}}]}`, `{items: {type: string, maxLength: 3}}`},
		{flat30, `{allOf: [{properties: {a: {}}, additionalProperties: false}, {properties: {b: {}}}]}`, ``},
		{flat30, `{allOf: [{properties: {a: {}}, additionalProperties: false}, {properties: {a: {type: string}}}]}`, `{properties: {a: {type: string}}, additionalProperties: false}`},
		{flat30, `{allOf: [{additionalProperties: false}, {additionalProperties: false}]}`, ``},
		{flat31, `{unevaluatedProperties: false, allOf: [{properties: {a: {}}}]}`, `{properties: {a: {}}, additionalProperties: false}`},
		{flat31, `{allOf: [{unevaluatedProperties: false}, {properties: {a: {}}}]}`, ``},
		{flat31, `{unevaluatedProperties: false, allOf: [{additionalProperties: true}]}`, ``},
		{flat31, `{unevaluatedProperties: false, allOf: [{allOf: [{additionalProperties: true}, {type: object}]}]}`, `{unevaluatedProperties: false, allOf: [{type: object, additionalProperties: true}]}`},
		{flat31, `{allOf: [{patternProperties: {a: {}}}, {additionalProperties: false}]}`, ``},
		{flat31, `{allOf: [{if: {}, then: {}}, {contains: {}}]}`, ``},
		{flat31, `{allOf: [{if: {}, then: {}}, {type: object}]}`, `{if: {}, then: {}, type: object}`},
		{flat31, `{allOf: [{prefixItems: [{}]}, {items: {}}]}`, ``},
		{flat31, `{allOf: [true, {type: string}]}`, `{type: string}`},
		{flat31, `{allOf: [false, {type: string}]}`, ``},
		{flat30, `{allOf: [{type: string}, {oneOf: [{}]}]}`, ``},
		{flat30, `{allOf: [{type: string}, {not: {}}]}`, ``},
		{flat30, `{allOf: [{type: string}], anyOf: [{}]}`, ``},
		{flat30, `{allOf: [{type: string}, {readOnly: true, deprecated: true}]}`, `{type: string, readOnly: true, deprecated: true}`},
		{flat30, `{allOf: [{type: string, nullable: true}, {maxLength: 3}]}`, `{type: string, nullable: true, maxLength: 3}`},
		{flat30, `{allOf: [{type: string, nullable: true}, {type: string}]}`, `{nullable: true, allOf: [{type: string}]}`},
		{flat30, `{allOf: [{type: string, nullable: true}, {if: {}}]}`, ``},
		{flat31, `{allOf: [{type: string, nullable: true}, {maxLength: 3}]}`, `{type: string, maxLength: 3}`},
		{flat30, `{x-contract: {source: {row: a}}, allOf: [{type: string}]}`, `{type: string, x-contract: {source: {row: a}}}`},
		{flat30, `{allOf: [{type: string, x-contract: {source: {row: a}}}]}`, ``},
		{flat30, `{x-contract: {inferred: {allOf: why}}, allOf: [{type: string}]}`, ``},
		{flat30, `{x-a: 1, allOf: [{type: string, x-a: 2, x-b: 3}]}`, `{type: string, x-a: 1, x-b: 3}`},
		{flat30, `{allOf: [{$ref: "#/components/schemas/Gone"}]}`, `{allOf: [{}]}`},
	} {
		in := inJSON(t, test.schema)
		want := in
		if test.want != "" {
			want = inJSON(t, test.want)
		}
		if test.schema == `{allOf: [{$ref: "#/components/schemas/Gone"}]}` {
			want = "{}"
		}
		if got := literal(flatRoot(t, test.version, `{"S": `+in+`}`).Get("S")); !alikeJSON(t, got, want) {
			t.Errorf("%s %s: got\n%s\nwant\n%s", test.version, test.schema, got, want)
		}
	}
}

func alikeJSON(tb testing.TB, a, b string) bool {
	tb.Helper()
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		tb.Fatalf("no JSON: %s or %s", a, b)
	}
	p, _ := json.Marshal(x)
	q, _ := json.Marshal(y)
	return bytes.Equal(p, q)
}

// TestFlatOfWhatInherits holds that the member by which a discriminator chooses has
// the value that means each component, and no schema within one.
func TestFlatOfWhatInherits(t *testing.T) {
	s := flatRoot(t, flat30, inJSON(t, `{
  Pet: {type: object, properties: {kind: {type: string}}, discriminator: {propertyName: kind, mapping: {hound: "#/components/schemas/Dog"}}},
  Puppy: {allOf: [{$ref: "#/components/schemas/Dog"}, {properties: {age: {type: integer}}}]},
  Dog: {allOf: [{$ref: "#/components/schemas/Pet"}, {properties: {name: {type: string}}}]},
  Cat: {allOf: [{$ref: "#/components/schemas/Pet"}, {properties: {kind: {enum: [cat]}}}]},
  Owner: {type: object, properties: {pet: {allOf: [{$ref: "#/components/schemas/Pet"}]}, dog: {allOf: [{$ref: "#/components/schemas/Dog"}]}}}
}`))
	for _, test := range []struct{ want, name, member string }{
		{"hound", "Dog", ""}, {"Puppy", "Puppy", ""}, {"", "Cat", ""}, {"", "Pet", ""}, {"", "Owner", "pet"}, {"hound", "Owner", "dog"},
	} {
		of := s.Get(test.name)
		if test.member != "" {
			of = of.Get("properties").Get(test.member)
		}
		if got := of.Get("properties").Get("kind").Get(Chosen).Text(); got != test.want {
			t.Errorf("%s %s is chosen by %q, want %q", test.name, test.member, got, test.want)
		}
	}
	for _, pet := range []*Node{s.Get("Pet"), s.Get("Owner").Get("properties").Get("pet")} {
		var got []string
		for _, heir := range pet.Get(Heirs).Members() {
			got = append(got, heir.Name+" "+heir.Value.Text())
		}
		want := "Puppy #/components/schemas/Puppy, hound #/components/schemas/Dog, Cat #/components/schemas/Cat"
		if strings.Join(got, ", ") != want {
			t.Errorf("those that inherit from Pet are %v, want %s", got, want)
		}
	}
	if s.Get("Dog").Has(Heirs) {
		t.Error("Dog has no discriminator, and is marked by those that inherit from it")
	}
}

// TestFlatEnds holds that schemas which hold themselves or each other stay small.
func TestFlatEnds(t *testing.T) {
	var doubling strings.Builder
	doubling.WriteString(`{"L0": {"type": "object"}`)
	for i := 1; i < 60; i++ {
		part := fmt.Sprintf(`{"allOf": [{"$ref": "#/components/schemas/L%d"}], "description": "d"}`, i-1)
		fmt.Fprintf(&doubling, `, "L%d": {"type": "object", "properties": {"a": %s, "b": %s}}`, i, part, part)
	}
	for name, schemas := range map[string]string{
		"itself":     `{A: {allOf: [{$ref: "#/components/schemas/A"}, {type: object}]}}`,
		"each other": `{A: {allOf: [{$ref: "#/components/schemas/B"}]}, B: {allOf: [{$ref: "#/components/schemas/A"}]}}`,
		"below": `{A: {type: object, properties: {l: {allOf: [{$ref: "#/components/schemas/A"}], description: l},
                 r: {allOf: [{$ref: "#/components/schemas/A"}], description: r}}}}`,
		"together": `{A: {properties: {l: {$ref: "#/components/schemas/A"}, r: {$ref: "#/components/schemas/A"}}, allOf: [{$ref: "#/components/schemas/B"}]},
                 B: {properties: {l: {$ref: "#/components/schemas/B"}, r: {$ref: "#/components/schemas/B"}}}}`,
		"doubling": doubling.String() + "}",
	} {
		if name != "doubling" {
			schemas = inJSON(t, schemas)
		}
		if got := literal(flatRoot(t, flat30, schemas)); len(got) > 200_000 {
			t.Errorf("%s: %d bytes", name, len(got))
		}
	}
}

// TestFlatSaysTheSame holds small schemas in parts, drawn at random, to what a library
// says of values: the same before and after.
func TestFlatSaysTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	merged := 0
	for range 60 {
		schemas := map[string]any{}
		for i := range 40 {
			schemas[fmt.Sprintf("S%d", i)] = drawnParts(r, 2)
		}
		text, _ := json.Marshal(schemas)
		flat := flatRoot(t, flat31, string(text))
		before, after := compiled(t, text), compiled(t, []byte(literal(flat)))
		for name, written := range schemas {
			if flat.Get(name).Has("allOf") {
				continue
			}
			merged++
			for range 20 {
				v := drawnValue(r, 2)
				if was, is := before[name].Validate(v) == nil, after[name].Validate(v) == nil; was != is {
					in, _ := json.Marshal(written)
					value, _ := json.Marshal(v)
					t.Fatalf("%s\nof %s is %v, and with\n%s\nit is %v", in, value, was, literal(flat.Get(name)), is)
				}
			}
		}
	}
	if merged < 500 {
		t.Errorf("only %d were merged", merged)
	}
}

func compiled(tb testing.TB, schemas []byte) map[string]*jsonschema.Schema {
	tb.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(`{"components": {"schemas": ` + string(schemas) + `}}`))
	if err != nil {
		tb.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("mem:///c", doc); err != nil {
		tb.Fatal(err)
	}
	out := map[string]*jsonschema.Schema{}
	all, _ := doc.(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any)
	for name := range all {
		if out[name], err = c.Compile("mem:///c#/components/schemas/" + name); err != nil {
			tb.Fatal(err)
		}
	}
	return out
}

func drawnParts(r *rand.Rand, depth int) map[string]any {
	out := map[string]any{}
	if r.IntN(3) == 0 {
		out = drawnSchema(r, depth)
	}
	var parts []any
	for range 1 + r.IntN(3) {
		switch r.IntN(8) {
		case 0:
			parts = append(parts, drawnParts(r, 0))
		case 1:
			parts = append(parts, map[string]any{"$ref": fmt.Sprintf("#/components/schemas/S%d", r.IntN(40))})
		default:
			parts = append(parts, drawnSchema(r, depth))
		}
	}
	out["allOf"] = parts
	return out
}

// drawnSchema draws a few keywords, mostly of one type.
func drawnSchema(r *rand.Rand, depth int) map[string]any {
	out := map[string]any{}
	below := func() any {
		switch {
		case depth == 0 || r.IntN(6) == 0:
			return map[string]any{"type": []string{"string", "integer"}[r.IntN(2)]}
		case r.IntN(4) == 0:
			return drawnParts(r, depth-1)
		}
		return drawnSchema(r, depth-1)
	}
	draw := []func(){
		func() {
			out["type"] = []any{"object", "object", "array", "integer", "number", []any{"string", "null"}, []any{"integer", "object"}}[r.IntN(7)]
		},
		func() {
			out["properties"] = map[string]any{string(rune('a' + r.IntN(3))): below(), string(rune('a' + r.IntN(3))): below()}
		},
		func() { out["properties"] = map[string]any{string(rune('a' + r.IntN(3))): below()} },
		func() { out["required"] = []any{string(rune('a' + r.IntN(3)))} },
		func() { out["additionalProperties"] = []any{false, true, map[string]any{"type": "integer"}}[r.IntN(3)] },
		func() { out["unevaluatedProperties"] = []any{false, map[string]any{"type": "integer"}}[r.IntN(2)] },
		func() { out["minimum"] = r.IntN(4) },
		func() { out["exclusiveMinimum"] = r.IntN(4) },
		func() { out["maximum"] = r.IntN(5) },
		func() { out["enum"] = [][]any{{1, 2, 3}, {2, 3}, {"a", "b"}, {"a", nil}, {1, "a"}}[r.IntN(5)] },
		func() { out["const"] = []any{2, "a"}[r.IntN(2)] },
		func() { out["minLength"] = r.IntN(3) },
		func() { out["maxProperties"] = r.IntN(3) },
		func() { out["minProperties"] = r.IntN(3) },
		func() { out["items"] = below() },
		func() { out["prefixItems"] = []any{below()} },
		func() { out["unevaluatedItems"] = false },
		func() { out["contains"] = map[string]any{"type": "integer"} },
		func() { out["uniqueItems"] = true },
		func() { out["maxItems"] = r.IntN(3) },
		func() { out["patternProperties"] = map[string]any{"^[bc]$": below()} },
		func() { out["if"], out["then"] = map[string]any{"required": []any{"a"}}, below() },
		func() { out["dependentRequired"] = map[string]any{"a": []any{"b"}} },
	}
	for range 1 + r.IntN(3) {
		draw[r.IntN(len(draw))]()
	}
	return out
}

func drawnValue(r *rand.Rand, depth int) any {
	kind := r.IntN(9)
	if depth == 0 {
		kind = r.IntN(4)
	}
	switch kind {
	case 0:
		return json.Number(strconv.Itoa(r.IntN(5)))
	case 1:
		return []string{"", "a", "b", "abc"}[r.IntN(4)]
	case 2:
		return json.Number("1.5")
	case 3:
		return nil
	case 4, 5:
		list := []any{}
		for range r.IntN(4) {
			list = append(list, drawnValue(r, depth-1))
		}
		return list
	}
	object := map[string]any{}
	for range r.IntN(4) {
		object[string(rune('a'+r.IntN(4)))] = drawnValue(r, depth-1)
	}
	return object
}

// Parts of which nothing can be true at once are told, where that is certain.
func TestFlatTellsOfContradictions(t *testing.T) {
	const told = "c.json:1:129: the parts of allOf contradict each other: %s; no value is valid here"
	for _, test := range []struct{ version, schema, want string }{
		{flat30, `{allOf: [{type: string}, {type: integer}]}`, "type string and type integer"},
		{flat31, `{allOf: [{type: [string, boolean]}, {type: [integer, array]}]}`, "type string or boolean and type integer or array"},
		{flat31, `{allOf: [{type: [string, "null"]}, {type: [integer, "null"]}]}`, ""},
		{flat30, `{allOf: [{type: string, nullable: true}, {type: integer, nullable: true}]}`, ""},
		{flat30, `{allOf: [{enum: [a]}, {enum: [b]}]}`, "no value is in each enum"},
		{flat30, `{allOf: [{enum: [1]}, {enum: [1.0]}]}`, ""},
		{flat30, `{allOf: [{type: integer}, {enum: [a]}]}`, "type integer, and no such value is listed"},
		{flat31, `{allOf: [{const: a}, {const: 1}]}`, `const "a" and const 1`},
		{flat31, `{allOf: [{const: 1}, {const: 1.0}]}`, ""},
		{flat31, `{allOf: [{const: {a: 1}}, {const: {a: 1.0}}]}`, ""},
		{flat30, `{allOf: [{pattern: a}, {pattern: b}]}`, ""},
	} {
		text := fmt.Sprintf(`{"openapi": %q, "info": {"title": "T", "version": "1"}, "paths": {}, "components": {"schemas": {"S": {"properties": {"a": %s}}}}}`,
			test.version, inJSON(t, test.schema))
		d, err := Read(t.Context(), "c.json", []byte(text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := ""
		if test.want != "" {
			want = fmt.Sprintf(told, test.want)
		}
		if got := strings.Trim(fmt.Sprint(d.Flat().Problems), "[]"); got != want {
			t.Errorf("%s: got %q, want %q", test.schema, got, want)
		}
	}
}
