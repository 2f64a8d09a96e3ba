package source

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
)

const swagger = `swagger: "2.0"
info: {title: t, version: "1"}
host: api.example.com
basePath: /v1
schemes: [https, http]
consumes: [application/json]
produces: [application/json, application/xml]
securityDefinitions:
  key: {type: apiKey, in: header, name: X-Key}
  basic: {type: basic}
  implicit: {type: oauth2, flow: implicit, authorizationUrl: "https://a.example.com", scopes: {read: r}}
  code: {type: oauth2, flow: accessCode, authorizationUrl: "https://a.example.com", tokenUrl: "https://t.example.com", scopes: {read: r}}
  app: {type: oauth2, flow: application, tokenUrl: "https://t.example.com", scopes: {read: r}}
security: [{key: []}]
parameters:
  limit: {name: limit, in: query, type: integer, format: int32, minimum: 1, maximum: 100, default: 20}
  thing: {name: thing, in: body, required: true, schema: {$ref: "#/definitions/Thing"}}
  note: {name: note, in: formData, type: string, maxLength: 10}
responses:
  Bad: {description: bad, schema: {$ref: "#/definitions/Error"}}
paths:
  /things:
    parameters:
      - $ref: "#/parameters/limit"
    get:
      operationId: listThings
      tags: [things]
      parameters:
        - {name: ids, in: query, type: array, items: {type: integer}, collectionFormat: multi, maxItems: 5}
        - {name: names, in: query, type: array, items: {type: string}}
        - {name: pipes, in: query, type: array, items: {type: string}, collectionFormat: pipes}
        - {name: X-Trace, in: header, type: string, pattern: "^a", x-nullable: true}
      responses:
        "200":
          description: ok
          headers:
            X-Total: {type: integer, description: all}
          schema: {type: array, items: {$ref: "#/definitions/Thing"}}
          examples:
            application/json: [{id: a}]
        default: {$ref: "#/responses/Bad"}
    post:
      operationId: makeThing
      parameters:
        - $ref: "#/parameters/thing"
      responses:
        "201": {description: made}
    put:
      operationId: replaceThings
      consumes: [application/vnd.things+json]
      schemes: [https]
      parameters:
        - {name: body, in: body, description: all, schema: {type: array, items: {$ref: "#/definitions/Thing"}}}
      responses:
        "204": {description: done}
  /things/{id}/file:
    post:
      operationId: upload
      consumes: [multipart/form-data]
      parameters:
        - {name: id, in: path, required: true, type: string, enum: [a, b]}
        - {name: file, in: formData, required: true, type: file, description: the file}
        - $ref: "#/parameters/note"
      responses:
        "200": {description: ok, schema: {type: file}}
  /forms:
    post:
      operationId: form
      consumes: [application/x-www-form-urlencoded]
      parameters:
        - {name: a, in: formData, required: true, type: string}
        - {name: list, in: formData, type: array, items: {type: string}, collectionFormat: csv}
      responses:
        "200": {description: ok}
definitions:
  Thing:
    type: object
    required: [id]
    discriminator: kind
    properties:
      id: {type: string, readOnly: true}
      kind: {type: string}
      note: {type: string, x-nullable: true}
      parent: {$ref: "#/definitions/Thing"}
      more: {type: object, additionalProperties: {$ref: "#/definitions/Error"}}
  Error:
    allOf:
      - {type: object, properties: {code: {type: integer, exclusiveMinimum: true, minimum: 0}}}
`

// loadText is load for one file.
func loadText(t *testing.T, text string) (*Description, []string) {
	t.Helper()
	return load(t, map[string]string{"spec/api.yaml": text})
}

func TestSwagger(t *testing.T) {
	d, found := loadText(t, swagger)
	checkProblems(t, found)
	mustAccept(t, d)
	check(t, d, map[string]string{
		"/openapi":                                 `"3.0.3"`,
		"/servers":                                 `[{"url":"https://api.example.com/v1"},{"url":"http://api.example.com/v1"}]`,
		"/components/parameters":                   `{"limit":{"name":"limit","in":"query","schema":{"type":"integer","format":"int32","minimum":1,"maximum":100,"default":20}}}`,
		"/components/requestBodies":                `{"thing":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Thing"}}},"required":true}}`,
		"/components/securitySchemes/basic":        `{"type":"http","scheme":"basic"}`,
		"/components/securitySchemes/code":         `{"type":"oauth2","flows":{"authorizationCode":{"authorizationUrl":"https://a.example.com","tokenUrl":"https://t.example.com","scopes":{"read":"r"}}}}`,
		"/paths/~1things/parameters":               `[{"$ref":"#/components/parameters/limit"}]`,
		"/paths/~1things/get/parameters/0":         `{"name":"ids","in":"query","style":"form","explode":true,"schema":{"type":"array","maxItems":5,"items":{"type":"integer"}}}`,
		"/paths/~1things/get/parameters/1/explode": `false`,
		"/paths/~1things/get/parameters/2/style":   `"pipeDelimited"`,
		"/paths/~1things/get/parameters/3":         `{"name":"X-Trace","in":"header","schema":{"type":"string","pattern":"^a","nullable":true}}`,
		"/paths/~1things/get/responses/200/content/application~1json/example": `[{"id":"a"}]`,
		"/paths/~1things/get/responses/200/headers/X-Total":                   `{"description":"all","schema":{"type":"integer"}}`,
		"/paths/~1things/get/responses/default":                               `{"$ref":"#/components/responses/Bad"}`,
		"/paths/~1things/post/requestBody":                                    `{"$ref":"#/components/requestBodies/thing"}`,
		"/paths/~1things/put/requestBody/content":                             `{"application/vnd.things+json":{"schema":{"type":"array","items":{"$ref":"#/components/schemas/Thing"}}}}`,
		"/paths/~1things/put/servers":                                         `[{"url":"https://api.example.com/v1"}]`,
		"/paths/~1things~1{id}~1file/post/requestBody": `{"content":{"multipart/form-data":{"schema":{"type":"object","properties":{` +
			`"file":{"description":"the file","format":"binary","type":"string"},"note":{"type":"string","maxLength":10}},"required":["file"]}}},"required":true}`,
		"/paths/~1things~1{id}~1file/post/responses/200/content/application~1xml":             `{"schema":{"format":"binary","type":"string"}}`,
		"/paths/~1forms/post/requestBody/content/application~1x-www-form-urlencoded/encoding": `{"list":{"style":"form","explode":false}}`,
		"/components/schemas/Thing/discriminator":                                             `{"propertyName":"kind"}`,
		"/components/schemas/Thing/properties/note":                                           `{"type":"string","nullable":true}`,
	})
	for pointer, want := range map[string]string{
		"/paths/~1things/get/parameters/0/schema/maxItems": "29", "/components/schemas/Thing/properties/id/readOnly": "81",
		"/components/requestBodies/thing/content/application~1json/schema/$ref": "17",
	} {
		if got := d.Locate(pointer); strconv.Itoa(got.Line) != want {
			t.Errorf("%s: got line %d, want %s", pointer, got.Line, want)
		}
	}
}

// shapeOf reduces a schema to what both conversions must agree about.
func shapeOf(s *openapi3.SchemaRef) any {
	if s == nil {
		return nil
	}
	data, _ := json.Marshal(s)
	var v any
	_ = json.Unmarshal(data, &v)
	return v
}

// TestSwaggerAgreesWithOpenapi2conv holds the conversion to that of the OpenAPI
// library: the same operations, parameters, bodies and schemas. The known
// differences, by each of which the library loses something: it makes schemas of
// the components of form parameters; bodies and responses that are components keep
// their media types where the operation has others; servers of operations and
// x-nullable of parameters are lost; a list without collectionFormat is not csv;
// and produces of the description do not count for a response of an operation.
func TestSwaggerAgreesWithOpenapi2conv(t *testing.T) {
	swagger := strings.NewReplacer(
		"{name: names, in: query,", "{name: names, in: query, collectionFormat: csv,",
		", x-nullable: true}\n      responses", "}\n      responses",
		"produces: [application/json, application/xml]", "produces: [application/json]",
	).Replace(swagger)
	for name, text := range map[string]string{"all": swagger, "small": strings.Replace(swagger, "host: api.example.com\n", "", 1)} {
		d, _ := loadText(t, text)
		ours := mustAccept(t, d)
		root, _, err := Parse("x", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		data, _ := root.JSON()
		var doc2 openapi2.T
		if err := json.Unmarshal(data, &doc2); err != nil {
			t.Fatal(err)
		}
		theirs, err := openapi2conv.ToV3(&doc2)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := slices.Sorted(maps.Keys(ours.Paths.Map())), slices.Sorted(maps.Keys(theirs.Paths.Map())); !reflect.DeepEqual(a, b) {
			t.Errorf("%s: paths %v and %v", name, a, b)
		}
		servers := func(doc *openapi3.T) (all []string) {
			for _, s := range doc.Servers {
				all = append(all, s.URL)
			}
			return all
		}
		if a, b := servers(ours), servers(theirs); !reflect.DeepEqual(a, b) {
			t.Errorf("%s: servers %v and %v", name, a, b)
		}
		for schema, want := range theirs.Components.Schemas {
			if schema == "note" {
				continue // a form parameter
			}
			if got := shapeOf(ours.Components.Schemas[schema]); !reflect.DeepEqual(got, shapeOf(want)) {
				t.Errorf("%s: schema %s: %v and %v", name, schema, got, shapeOf(want))
			}
		}
		for path, item := range theirs.Paths.Map() {
			for method, want := range item.Operations() {
				got := ours.Paths.Value(path).GetOperation(method)
				compare(t, name+" "+method+" "+path, got, want)
			}
		}
	}
}

func compare(t *testing.T, name string, got, want *openapi3.Operation) {
	t.Helper()
	parameters := func(op *openapi3.Operation) map[string]any {
		all := map[string]any{}
		for _, p := range op.Parameters {
			if p.Ref == "" {
				sm, _ := p.Value.SerializationMethod()
				all[p.Value.In+" "+p.Value.Name] = []any{p.Value.Required, shapeOf(p.Value.Schema), *sm}
			} else {
				all[p.Ref] = nil
			}
		}
		return all
	}
	if a, b := parameters(got), parameters(want); !reflect.DeepEqual(a, b) {
		t.Errorf("%s: parameters %v and %v", name, a, b)
	}
	body := func(op *openapi3.Operation) map[string]any {
		if op.RequestBody == nil {
			return nil
		}
		all := map[string]any{}
		for media, content := range op.RequestBody.Value.Content {
			var properties []string
			if content.Schema.Value != nil {
				properties = slices.Sorted(maps.Keys(content.Schema.Value.Properties))
			}
			all[media] = []any{properties, content.Schema.Value.Required}
		}
		return all
	}
	if a, b := body(got), body(want); !reflect.DeepEqual(a, b) {
		t.Errorf("%s: bodies %v and %v", name, a, b)
	}
	responses := func(op *openapi3.Operation) map[string]any {
		all := map[string]any{}
		for status, r := range op.Responses.Map() {
			media := map[string]any{}
			for m, content := range r.Value.Content {
				media[m] = shapeOf(content.Schema)
			}
			all[status] = []any{media, slices.Sorted(maps.Keys(r.Value.Headers))}
		}
		return all
	}
	if a, b := responses(got), responses(want); !reflect.DeepEqual(a, b) {
		t.Errorf("%s: responses %v and %v", name, a, b)
	}
}

func TestSwaggerEdges(t *testing.T) {
	d, found := loadText(t, `swagger: 2.0
info: {title: t, version: "1"}
produces: [application/json]
parameters:
  body: {name: b, in: body, schema: {type: object}}
responses:
  Ok: {description: ok, schema: {type: string}}
paths:
  /a:
    parameters:
      - {name: shared, in: formData, type: string}
      - {name: both, in: formData, type: string}
    post:
      operationId: a
      consumes: [text/plain]
      produces: [text/plain]
      parameters:
        - {name: both, in: formData, type: integer}
        - {name: tabs, in: query, type: array, items: {type: string}, collectionFormat: tsv}
        - {name: nested, in: query, type: array, items: {type: array, items: {type: string}, collectionFormat: pipes}}
      responses:
        200: {$ref: "#/responses/Ok"}
        400: {description: bad, examples: {error: x}}
    delete:
      operationId: b
      responses: {}
    put:
      operationId: c
      consumes: [text/plain]
      parameters:
        - {$ref: "#/parameters/body"}
      responses: {200: {description: ok}}
definitions:
  A: {properties: {b: {$ref: "#/definitions/A", x-nullable: true}, "x-c": {$ref: "#/definitions/A"}}}
`)
	checkProblems(t, found,
		`api.yaml:19:89: OpenAPI 3 has no such list in the query: collectionFormat "tsv"; it is read as content of type text/plain`,
		`api.yaml:23:44: examples have media types as keys, such as application/json, and "error" is none; the example is left out`,
		`api.yaml:25:7: the operation has no responses; any answer but a 5xx is accepted`,
		`api.yaml:31:11: a body parameter stands beside others for the body; the body parameter counts`,
	)
	check(t, d, map[string]string{
		"/servers": `nothing`,
		"/paths/~1a/post/requestBody/content": `{"application/x-www-form-urlencoded":{"schema":{"type":"object","properties":` +
			`{"shared":{"type":"string"},"both":{"type":"integer"}}}}}`,
		"/paths/~1a/post/parameters/0":                   `{"name":"tabs","in":"query","content":{"text/plain":{"schema":{"type":"array","items":{"type":"string"}}}}}`,
		"/paths/~1a/post/parameters/1/schema":            `{"type":"array","items":{"type":"array","items":{"type":"string"}}}`,
		"/paths/~1a/post/responses/200":                  `{"description":"ok","content":{"text/plain":{"schema":{"type":"string"}}}}`,
		"/paths/~1a/put/requestBody/content/text~1plain": `{"schema":{"type":"object"}}`,
		"/paths/~1a/delete/requestBody/content":          `{"application/x-www-form-urlencoded":{"schema":{"type":"object","properties":{"shared":{"type":"string"},"both":{"type":"string"}}}}}`,
		"/components/schemas/A/properties/b":             `{"allOf":[{"$ref":"#/components/schemas/A"}],"nullable":true}`,
		"/components/schemas/A/properties/x-c":           `{"$ref":"#/components/schemas/A"}`,
	})
	mustAccept(t, d)
}

// TestSwaggerSaysNothingOfMediaTypes holds that a description which lists no media
// types forbids none, and neither does an example of one of them.
func TestSwaggerSaysNothingOfMediaTypes(t *testing.T) {
	d, found := loadText(t, `swagger: "2.0"
info: {title: t, version: "1"}
paths:
  /a:
    post:
      operationId: a
      parameters: [{name: b, in: body, schema: {type: object}}]
      responses:
        200: {description: ok, schema: {type: string}}
        201: {description: ok, examples: {text/plain: made}}
        202: {description: ok}
    put:
      operationId: b
      consumes: [text/plain]
      produces: [application/xml]
      parameters: [{name: b, in: body, schema: {type: string}}]
      responses:
        200: {description: ok, schema: {type: string}}
        201: {description: ok, examples: {text/plain: made}}
  /b:
    get:
      operationId: c
      produces: [application/json]
      responses: {200: {description: ok, schema: {type: file}, headers: {X-Ids: {type: array, items: {type: integer}, collectionFormat: pipes}}}}
`)
	checkProblems(t, found, `api.yaml:24:137: OpenAPI 3 has no such list in a header: collectionFormat "pipes"; it is read as content of type text/plain`)
	check(t, d, map[string]string{
		"/paths/~1a/post/requestBody/content":        `{"application/json":{"schema":{"type":"object"}},"*/*":{}}`,
		"/paths/~1a/post/responses/200/content":      `{"application/json":{"schema":{"type":"string"}},"*/*":{}}`,
		"/paths/~1a/post/responses/201/content":      `{"*/*":{},"text/plain":{"example":"made"}}`,
		"/paths/~1a/post/responses/202/content":      `nothing`,
		"/paths/~1a/put/requestBody/content":         `{"text/plain":{"schema":{"type":"string"}}}`,
		"/paths/~1a/put/responses/200/content":       `{"application/xml":{"schema":{"type":"string"}}}`,
		"/paths/~1a/put/responses/201/content":       `{"*/*":{},"text/plain":{"example":"made"}}`,
		"/paths/~1b/get/responses/200/content":       `{"application/json":{"schema":{"format":"binary","type":"string"}}}`,
		"/paths/~1b/get/responses/200/headers/X-Ids": `{"content":{"text/plain":{"schema":{"type":"array","items":{"type":"integer"}}}}}`,
	})
	mustAccept(t, d)
}
