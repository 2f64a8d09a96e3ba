package spec

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// annotationParts says what the schema of x-contract has under $defs of each kind of
// element, and of what stands below.
var annotationParts = map[element]string{
	onOperation: "operation", onParameter: "parameter", onSchema: "schema", onBody: "body", onResponse: "response",
	onHeader: "header", onMediaType: "mediaType", onScheme: "securityScheme",
}

// TestTheSchemaOfXContractHasTheKeysThatAreRead holds the keys of the schema to those
// that loading takes, both ways.
func TestTheSchemaOfXContractHasTheKeysThatAreRead(t *testing.T) {
	type part struct {
		Ref        string `json:"$ref"`
		Properties map[string]any
	}
	var document struct {
		AnyOf []part
		Defs  map[string]part `json:"$defs"`
	}
	if err := json.Unmarshal(AnnotationSchema, &document); err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"rule": rulesOfRequests.keys, "answerRule": rulesOfAnswers.keys, "source": sourceKeys, "signing": signingKeys, "makes": makesKeys}
	for on, keys := range annotationKeys {
		if annotationParts[on] == "" {
			t.Errorf("annotationParts lacks %s", on)
		}
		want[annotationParts[on]] = keys
		if ref := "#/$defs/" + annotationParts[on]; !slices.ContainsFunc(document.AnyOf, func(p part) bool { return p.Ref == ref }) {
			t.Errorf("anyOf lacks %s", ref)
		}
	}
	for name, keys := range want {
		got := document.Defs[name]
		if ref, is := strings.CutPrefix(got.Ref, "#/$defs/"); is {
			got = document.Defs[ref]
		}
		if have := slices.Sorted(maps.Keys(got.Properties)); !slices.Equal(have, slices.Sorted(slices.Values(keys))) {
			t.Errorf("the schema has %s under %s, and what is read is %s", have, name, keys)
		}
	}
}

// everywhereAnnotated is a description with an annotation in the place of each MARK.
const everywhereAnnotated = `{"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {
"/pets/{petId}": {"get": {"operationId": "getPet",
  "parameters": [{"name": "petId", "in": "path", "required": true, "schema": {"type": "string"}}], "responses": {"200": {"description": "one"}}}},
"/pets": {"post": {"operationId": "addPet", "x-contract": MARK-operation,
  "security": [{"key": []}],
  "parameters": [{"name": "low", "in": "query", "schema": {"type": "integer"}, "x-contract": MARK-parameter}],
  "requestBody": {"x-contract": MARK-body, "content": {"application/json": {"schema": {"type": "object"}}}},
  "responses": {"201": {"description": "made", "x-contract": MARK-response, "headers": {"X-A": {"schema": {"type": "string"}, "x-contract": MARK-header}},
    "content": {"application/json": {"x-contract": MARK-mediaType,
      "schema": {"type": "object", "properties": {"id": {"type": "string", "x-contract": MARK-schema}}}}}}}}}},
"components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key", "x-contract": MARK-securityScheme}}}}`

// TestTheSchemaOfXContractTakesWhatLoadingTakes holds the schema and loading to one
// opinion of annotations on each kind of element.
func TestTheSchemaOfXContractTakesWhatLoadingTakes(t *testing.T) {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(AnnotationSchema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("x-contract.schema.json", value); err != nil {
		t.Fatal(err)
	}
	rule := func(more string) string {
		return `{"rules": [{"id": "low-a", "expression": "!has(query.low) || query.low > 1", "message": "m"` + more + `}]}`
	}
	answer := func(more string) string {
		return `{"answers": [{"id": "made", "expression": "status == 201", "message": "m"` + more + `}]}`
	}
	for part, samples := range map[string][]string{
		"operation": {
			`{}`, `{"source": {"section": "A"}, "status": 422}`, rule(""), rule(`, "readings": ["!has(query.low) || query.low > 2"], "unit": "24h", "status": "400"`),
			rule(`, "inferred": "why"`), `{"makes": {"thing": "/pets/{petId}", "name": "answer.id"}}`, `{"ends": "/pets/{petId}"}`,
			`{"needs": {"query.low": "/pets/{petId}"}}`, `{"conventions": false}`, `!{"conventions": true}`,
			answer(""), answer(`, "when": "has(query.low)", "readings": ["status < 203"]`), `!` + answer(`, "status": 400`), `!` + answer(`, "when": ""`),
			`!{"status": 200}`, `!{"status": "4XX"}`, `!{"source": {}}`, `!{"source": {"line": "3"}}`, `!{"value": "target"}`, `!{"inferred": {"type": "a"}}`, `!7`, `![]`,
			`!` + rule(`, "mesage": "m"`), `!` + rule(`, "unit": "day"`), `!` + rule(`, "readings": "a"`), `!` + rule(`, "inferred": ""`), `!{"rules": {}}`, `!{"rules": [{"id": "a b", "expression": "true", "message": "m"}]}`,
			`!{"rules": [{"id": "a", "message": "m"}]}`, `!{"rules": [{"id": "a", "expression": "has(query.low)"}]}`,
			`!{"makes": {"thing": "pets", "name": "answer.id"}}`, `!{"makes": {"thing": "/pets/{petId}"}}`, `!{"makes": {"thing": "/pets/{petId}", "name": "id"}}`, `!{"ends": "/pets"}`,
			`!{"needs": {"low": "/pets/{petId}"}}`,
		},
		"parameter":      {`{"value": "target"}`, `{"inferred": {"type": "why"}}`, `{"status": "422"}`, `!{"value": "me"}`, `!{"inferred": {"type": ""}}`, `!{"rules": []}`},
		"schema":         {`{"distinct": "each is new"}`, `!{"distinct": true}`, `!{"carries": "codes"}`, `!{"signing": {}}`},
		"body":           {`{"status": 400, "source": {"row": "1", "table": "a"}}`, `!{"value": "target"}`},
		"response":       {`{"source": {"row": "a"}}`, `!{"status": 400}`},
		"header":         {`{"source": {"row": "a"}}`, `!{"sources": {}}`},
		"mediaType":      {`{"inferred": {"mediaType": "why"}}`, `!{"value": "target"}`},
		"securityScheme": {`{"signing": {"algorithm": "A", "dateHeader": "D", "clockWindow": "15m"}}`, `!{"signing": {"algorithm": "A"}}`, `!{"signing": {"algorithm": "A", "dateHeader": "D", "clockWindow": "15"}}`},
	} {
		schema, err := compiler.Compile("x-contract.schema.json#/$defs/" + part)
		if err != nil {
			t.Fatal(err)
		}
		for _, sample := range samples {
			text, bad := strings.CutPrefix(sample, "!")
			description := strings.ReplaceAll(everywhereAnnotated, "MARK-"+part, text)
			for _, other := range annotationParts {
				description = strings.ReplaceAll(description, "MARK-"+other, "{}")
			}
			_, refused := Load("c.json", []byte(description))
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if invalid := schema.Validate(value); bad != (refused != nil) || bad != (invalid != nil) {
				t.Errorf("%s on %s\nloading says %v\nthe schema says %v", text, part, refused, invalid)
			}
		}
	}
}
