package source

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
)

// everything uses most of what OpenAPI 3.1 has.
const everything = `openapi: 3.1.0
info: {title: t, version: "1", contact: {name: n}, license: {name: l, url: u}}
servers: [{url: "https://{a}.example.com", variables: {a: {default: x, enum: [x, y]}}}]
security: [{key: []}]
tags: [{name: a, externalDocs: {url: u}}]
externalDocs: {url: u}
webhooks: {made: {post: {responses: {"200": {description: ok}}}}}
paths:
  /a/{id}:
    summary: s
    parameters: [{$ref: "#/components/parameters/id"}]
    get:
      operationId: a
      tags: [a]
      security: [{key: []}, {oauth: [r]}, {}]
      parameters: [{name: q, in: query, style: form, explode: false, schema: {$ref: "#/components/schemas/A"}, examples: {x: {value: 1}}}]
      responses:
        "200": {$ref: "#/components/responses/R"}
        4XX: {description: bad, headers: {H: {$ref: "#/components/headers/H"}}, links: {l: {operationId: a, parameters: {id: "$response.body#/id"}}}}
    post:
      operationId: b
      servers: [{url: /}]
      requestBody: {$ref: "#/components/requestBodies/B"}
      callbacks: {c: {"{$request.body#/url}": {post: {requestBody: {content: {a/b: {}}}, responses: {"200": {description: ok}}}}}}
      responses: {default: {description: d, content: {application/json: {schema: {type: [string, "null"]}, examples: {e: {$ref: "#/components/examples/E"}}}}}}
components:
  parameters: {id: {name: id, in: path, required: true, schema: {type: string, pattern: "^a"}}}
  headers: {H: {schema: {type: integer, exclusiveMinimum: 1}}}
  examples: {E: {summary: s, value: {a: 1}}}
  responses: {R: {description: r, content: {application/json: {schema: {$ref: "#/components/schemas/A"}, example: {}}}}}
  requestBodies: {B: {required: true, content: {multipart/form-data: {schema: {type: object}, encoding: {f: {contentType: image/png, style: form, explode: true}}}}}}
  links: {L: {operationRef: "#/paths/~1a~1{id}/get"}}
  securitySchemes:
    key: {type: apiKey, in: header, name: k}
    oauth: {type: oauth2, flows: {authorizationCode: {authorizationUrl: u, tokenUrl: t, scopes: {r: read}}}}
    http: {type: http, scheme: bearer, bearerFormat: JWT}
  schemas:
    A:
      type: object
      required: [a]
      minProperties: 1
      additionalProperties: {$ref: "#/components/schemas/B"}
      properties: {a: {type: string, enum: [x, y], default: x}, b: {$ref: "#/components/schemas/A", description: d}, c: true}
      discriminator: {propertyName: a, mapping: {x: "#/components/schemas/B"}}
      allOf: [{$ref: "#/components/schemas/B"}, {not: {const: 1}}]
    B:
      type: array
      items: {type: number, multipleOf: 2, minimum: 0, maximum: 9}
      prefixItems: [{}]
      uniqueItems: true
      if: {minItems: 1}
      then: {contains: {type: integer}, minContains: 1}
      xml: {name: x}
      examples: [[1]]
      x-a: {b: [null]}
`

// odd are values that stand where they should not.
var odd = []any{
	nil, true, false, 0, -1, 1.5, "", "x", "true", "#/components/schemas/A", "#/components/parameters/id",
	[]any{},
	[]any{nil},
	[]any{"x", "x"},
	map[string]any{},
	map[string]any{"$ref": "#/components/schemas/B"},
	map[string]any{"$ref": "#/components/responses/R"},
	map[string]any{"$ref": "#"},
	map[string]any{"a b": map[string]any{}},
	map[string]any{"x-a": 1},
	map[string]any{"type": "object"},
	json.Number("1e400"),
}

// mutate changes one value at random: another kind, another name, or none.
func mutate(r *rand.Rand, v any, other []any) any {
	if r.IntN(8) == 0 {
		return other[r.IntN(len(other))]
	}
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			return other[r.IntN(len(other))]
		}
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		name := names[r.IntN(len(names))]
		switch r.IntN(12) {
		case 0:
			delete(v, name)
		case 1:
			v[names[r.IntN(len(names))]+[]string{"x", " ", "/", "{", "}"}[r.IntN(5)]] = v[name]
		default:
			v[name] = mutate(r, v[name], other)
		}
		return v
	case []any:
		if len(v) > 0 {
			i := r.IntN(len(v))
			v[i] = mutate(r, v[i], other)
		}
		return v
	default:
		return other[r.IntN(len(other))]
	}
}

// FuzzMutated changes good descriptions at a few places: whatever comes of it, the
// OpenAPI library can read what is left.
func FuzzMutated(f *testing.F) {
	for seed := range uint64(60) {
		f.Add(seed, seed%5)
	}
	texts := []string{everything, swagger, head}
	f.Fuzz(func(t *testing.T, seed, changes uint64) {
		r := rand.New(rand.NewPCG(seed, changes))
		root, _, err := Parse("x", []byte(texts[seed%uint64(len(texts))]))
		if err != nil {
			t.Fatal(err)
		}
		value := plain(root)
		for range changes%20 + 1 {
			value = mutate(r, value, odd)
		}
		data, _ := json.Marshal(value)
		if d, err := Read(t.Context(), "api.yaml", data, Options{}); err == nil {
			mustAccept(t, d)
		}
	})
}
