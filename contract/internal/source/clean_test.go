package source

import (
	"strings"
	"testing"
)

// schema31 and schema30 put a schema into a description.
func schemaIn(version, schema string) string {
	return strings.Replace(head, "3.0.3", version, 1) + "components: {schemas: {A: " + schema + "}}\n"
}

func TestCleanSchema(t *testing.T) {
	for _, c := range []struct{ version, schema, want, problem string }{
		{"3.0.3", `{type: string, required: true}`, `{"type":"string"}`, "a list is wanted, not \"true\"; it is left out"},
		{"3.0.3", `{type: [string, "null"]}`, `{"type":"string","nullable":true}`, "OpenAPI 3.0 has no type null; it is read as nullable"},
		{"3.0.3", `{type: [string, integer]}`, `{"anyOf":[{"type":"string"},{"type":"integer"}]}`, "OpenAPI 3.0 has no list of types; it is read as anyOf"},
		{"3.1.0", `{type: [string, "null"]}`, `{"type":["string","null"]}`, ""},
		{"3.0.3", `{type: "null"}`, `{"nullable":true,"enum":[null]}`, "OpenAPI 3.0 has no type null; it is read as nullable"},
		{"3.0.3", `{type: int64}`, `{"type":"integer","format":"int64"}`, `there is no type "int64"; it is read as integer`},
		{"3.0.3", `{type: thing, minLength: 1}`, `{"minLength":1}`, `the type "thing" is none of string, number, integer, boolean, array and object; any type is accepted there`},
		{"3.0.3", `{type: number, exclusiveMinimum: 5}`, `{"type":"number","exclusiveMinimum":true,"minimum":5}`, "exclusiveMinimum is true or false in OpenAPI 3.0; it is read as in 3.1"},
		{"3.0.3", `{minimum: 7, exclusiveMinimum: 5}`, `{"minimum":7}`, "exclusiveMinimum is true or false in OpenAPI 3.0; it is read as in 3.1"},
		{"3.1.0", `{maximum: 5, exclusiveMaximum: true}`, `{"exclusiveMaximum":5}`, "exclusiveMaximum is a number in OpenAPI 3.1; it is read as in 3.0"},
		{"3.1.0", `{maximum: 5, exclusiveMaximum: false}`, `{"maximum":5}`, "exclusiveMaximum is a number in OpenAPI 3.1; it is read as in 3.0"},
		{"3.0.3", `{enum: [a, b, a, 1, "1"]}`, `{"enum":["a","b",1,"1"]}`, `the enum has "a" twice; it counts once`},
		{"3.0.3", `{enum: []}`, `{}`, "an enum must be a list of values, not an empty list; any value is accepted there"},
		{"3.0.3", `{const: a}`, `{"enum":["a"]}`, "const is not known in OpenAPI 3.0; it is read as an enum of that value"},
		{"3.0.3", `{if: {type: int}, type: string}`, `{"if":{"type":"integer"},"type":"string"}`, `"if" is not known in a schema of OpenAPI 3.0; it is read as in 3.1`},
		{"3.0.3", `{contentSchema: {}, type: string}`, `{"type":"string"}`, `"contentSchema" is not known in a schema of OpenAPI 3.0; it is left out`},
		{
			"3.1.0", `{dependencies: {a: [b], c: {required: [d]}}}`,
			`{"dependentRequired":{"a":["b"]},"dependentSchemas":{"c":{"required":["d"]}}}`,
			`"dependencies" is a keyword of earlier drafts of JSON Schema; it is read as dependentRequired and dependentSchemas`,
		},
		{"3.0.3", `{maxLenght: 3}`, `{}`, `OpenAPI has no "maxLenght" in a schema: did you mean "maxLength"?; it is left out`},
		{"3.1.0", `{made: 3}`, `{}`, `"made" is no keyword of JSON Schema; it says nothing`},
		{"3.0.3", `{maxLength: "3", minLength: 1.0}`, `{"maxLength":3,"minLength":1}`, "the number 3 in quotes is a text; it is read as that"},
		{"3.0.3", `{maxLength: -1}`, `{}`, "a whole number, 0 or more is wanted, not -1; it is left out"},
		{"3.0.3", `{maximum: "012"}`, `{}`, `a number is wanted, not "012"; it is left out`},
		{"3.0.3", `{type: timestamp}`, `{}`, `the type "timestamp" is none of string, number, integer, boolean, array and object; any type is accepted there`},
		{"3.0.3", `{maximum: 1e999}`, `{}`, `a number is wanted, not "1e999"; it is left out`},
		{"3.0.3", `{nullable: "true", description: 5}`, `{"nullable":true,"description":"5"}`, "true in quotes is a text; it is read as that"},
		{"3.0.3", `{properties: {a: null, b: []}, description: null, items: null}`, `{"properties":{"a":{},"b":{}},"items":{}}`, ""},
		{"3.0.3", `{properties: []}`, `{"properties":{}}`, ""},
		{"3.0.3", `{properties: {a: text}}`, `{"properties":{"a":{}}}`, `a schema must be a mapping, not "text"; any value is accepted there`},
		{"3.0.3", `{properties: {a: true}}`, `{"properties":{"a":{}}}`, ""},
		{"3.0.3", `{properties: {a: false}}`, `{"properties":{"a":{"not":{}}}}`, "OpenAPI 3.0 has no false as a schema; it is read as not: {}, which no value fits"},
		{"3.1.0", `{properties: {a: false}}`, `{"properties":{"a":false}}`, ""},
		{"3.0.3", `{type: array}`, `{"type":"array","items":{}}`, ""},
		{"3.1.0", `{items: [{}, {}]}`, `{"prefixItems":[{},{}]}`, "items is one schema in OpenAPI 3.1, not a list; it is read as prefixItems"},
		{"3.0.3", `{items: [{}, {}]}`, `{"prefixItems":[{},{}]}`, "items is one schema in OpenAPI 3.0, not a list; it is read as prefixItems"},
		{"3.1.0", `{items: [{}], additionalItems: {type: string}}`, `{"prefixItems":[{}],"items":{"type":"string"}}`, "items is one schema in OpenAPI 3.1, not a list; it is read as prefixItems"},
		{"3.0.3", `{required: [a, a]}`, `{"required":["a"]}`, "required names a member twice; it counts once"},
		{"3.0.3", `{required: a, allOf: []}`, `{"required":["a"]}`, "a list is wanted, not a text; it is read as a list of one"},
		{"3.0.3", `{readOnly: true, writeOnly: true}`, `{}`, "a schema cannot be both readOnly and writeOnly; neither counts"},
		{"3.0.3", `{multipleOf: 0}`, `{}`, "multipleOf must be more than 0, not 0; it is left out"},
		{"3.0.3", `{discriminator: kind}`, `{"discriminator":{"propertyName":"kind"}}`, ""},
		{"3.0.3", `{discriminator: {}}`, `{}`, "a discriminator needs a propertyName; it is left out"},
		{"3.0.3", `{additionalProperties: "false"}`, `{"additionalProperties":false}`, "false in quotes is a text; it is read as that"},
		{"3.0.3", `{default: {a: [1]}, example: {$ref: x}, x-a: {b: null}}`, `{"default":{"a":[1]},"example":{"$ref":"x"},"x-a":{"b":null}}`, ""},
		{"3.1.0", `{examples: {a: 1}, $dynamicRef: "#a"}`, `{}`, "examples of a schema are a list; they are left out"},
	} {
		d, found := loadText(t, schemaIn(c.version, c.schema))
		if got := at(d, "/components/schemas/A"); got != c.want {
			t.Errorf("%s: got %s, want %s", c.schema, got, c.want)
		}
		got := ""
		if len(found) > 0 {
			_, got, _ = strings.Cut(found[0], ": ")
		}
		if got != c.problem {
			t.Errorf("%s: got %q, want %q", c.schema, found, c.problem)
		}
		mustAccept(t, d)
	}
}

func TestCleanPaths(t *testing.T) {
	d, found := loadText(t, `openapi: 3.0.3
info: {}
servers:
  - {url: ""}
  - {url: "https://{a}.example.com", variables: {a: {default: x}, b: {}}}
  - {url: "https://{none}.example.com"}
tags: [{name: a}, {name: a}]
paths:
  things/{id}:
    get:
      parameters:
        - {name: id, in: path, type: integer}
        - {name: q, in: query}
        - {name: q, in: Query, schema: {}}
        - {name: f, in: formData}
        - {in: query}
        - {name: other, in: path, schema: {type: string}}
        - {name: s, in: query, style: simple, schema: {type: array}}
        - {name: e, in: query, schema: {}, example: 1, examples: {a: {value: 1}}}
      requestBody: {description: nothing}
      responses:
        200: {}
        2xx: {description: x, headers: {A: {type: string, name: A}}}
        ok: {description: x}
        "404 Not Found": {description: x}
    post: {operationId: same, responses: {default: {description: d, links: {a: {}}}}, security: [{none: []}]}
  /things/{other}:
    get: {operationId: lost}
  /more/{a}/{b}:
    parameters: [{name: a, in: path, required: true, schema: {}}]
    get: {operationId: same, foo: 1, responses: null}
    query: {}
`)
	checkProblems(t, found,
		`api.yaml:6:5: the server https://{none}.example.com has no variable "none"; the server is left out`,
		`api.yaml:9:3: the path "things/{id}" must begin with a slash; it is read as /things/{id}`,
		`api.yaml:11:7: the operation has no operationId; it is called getThingsById`,
		`api.yaml:12:11: the path parameter "id" must have required: true; it is read as required`,
		`api.yaml:12:32: a parameter has no type in OpenAPI 3.0: that stands in its schema; it is read as the type of the schema`,
		`api.yaml:13:11: the parameter "q" has no schema; any value is accepted there`,
		`api.yaml:14:11: the query parameter "q" is given twice; the first counts`,
		`api.yaml:15:11: the parameter "f" is in "formData": that must be query, path, header or cookie: write a requestBody; the parameter is left out: it is never sent`,
		`api.yaml:16:11: a parameter needs a name; the parameter is left out: it is never sent`,
		`api.yaml:17:11: the path parameter "other" must have required: true; it is read as required`,
		`api.yaml:17:11: the path /things/{id} has no {other}; the parameter is left out: it is never sent`,
		`api.yaml:18:32: there is no style "simple" in query: known here: form, spaceDelimited, pipeDelimited, deepObject; it is written as form`,
		`api.yaml:19:44: example and examples are both given; it is left out`,
		`api.yaml:20:20: a request body needs content; the request body is left out`,
		`api.yaml:23:9: "2xx" is no status; it is read as 2XX`,
		`api.yaml:23:45: a parameter has no type in OpenAPI 3.0: that stands in its schema; it is read as the type of the schema`,
		`api.yaml:24:9: "ok" is no status: write three digits, 4XX or default; the response is left out`,
		`api.yaml:25:9: "404 Not Found" is no status; it is read as 404`,
		`api.yaml:26:5: the path parameter "id" is not declared; it is taken for a text`,
		`api.yaml:26:80: a link needs an operationId or an operationRef; the link is left out`,
		`api.yaml:26:99: there is no security scheme "none": there are none here; requests are sent without it`,
		`api.yaml:27:3: the path "/things/{other}" matches the same as "/things/{id}"; the path is left out: none of its operations is tested`,
		`api.yaml:28:10: the operation has no responses; any answer but a 5xx is accepted`,
		`api.yaml:31:5: the path parameter "b" is not declared; it is taken for a text`,
		`api.yaml:31:10: the operation has no responses; any answer but a 5xx is accepted`,
		`api.yaml:31:11: the operationId "same" is given twice; this one is called getMoreByAByB`,
		`api.yaml:31:30: OpenAPI has no "foo" in an operation; it is left out`,
		`api.yaml:32:5: "query" is not known in a path of OpenAPI 3.0; it is left out`,
	)
	check(t, d, map[string]string{
		"/servers":                               `[{"url":"/"},{"url":"https://{a}.example.com","variables":{"a":{"default":"x"}}}]`,
		"/info":                                  `{"title":"untitled","version":"0"}`,
		"/paths/~1things~1{id}/get/parameters/0": `{"name":"id","in":"path","schema":{"type":"integer"},"required":true}`,
		"/paths/~1things~1{id}/get/responses/200": `{"description":""}`,
	})
	mustAccept(t, d)
}

// TestPathsOfRouters holds that what stands behind the name of a path parameter is
// left out, and so are paths that no request can have.
func TestPathsOfRouters(t *testing.T) {
	const get = `: {get: {operationId: %, responses: {"200": {description: ok}}, parameters: [{name: id, in: path, required: true, schema: {}}]}}
`
	var text strings.Builder
	text.WriteString("openapi: 3.0.3\ninfo: {title: t, version: \"1\"}\npaths:\n")
	for i, path := range []string{"/a/{id:[0-9]{3}}/x", "/b/{id+}", "/c/{id}{", "/d?id={id}", "/d#/{id}", "/e{?id}", "/f/{id}/{id:[a-z]*}", "/a/{id}/x"} {
		text.WriteString("  \"" + path + "\"" + strings.Replace(get, "%", string(rune('a'+i)), 1))
	}
	d, found := loadText(t, text.String())
	const lost = "; the path is left out: none of its operations is tested"
	checkProblems(t, found,
		`api.yaml:4:3: the path "/a/{id:[0-9]{3}}/x" has more in braces than a name; it is read as /a/{id}/x`,
		`api.yaml:5:3: the path "/b/{id+}" has more in braces than a name; it is read as /b/{id}`,
		`api.yaml:7:3: the path "/d?id={id}" has a ?, behind which nothing is of a path: write the query as parameters`+lost,
		`api.yaml:9:3: the path "/e{?id}" has braces without a name`+lost,
		`api.yaml:10:3: the path "/f/{id}/{id:[a-z]*}" has more in braces than a name; it is read as /f/{id}/{id}`,
		`api.yaml:11:3: the path "/a/{id}/x" matches the same as "/a/{id}/x"`+lost,
	)
	if got := strings.Join(d.Root.Get("paths").Names(), " "); got != "/a/{id}/x /b/{id} /c/{id}{ /d#/{id} /f/{id}/{id}" {
		t.Errorf("paths: %s", got)
	}
}

func TestCleanComponents(t *testing.T) {
	d, found := loadText(t, head+`      security: [{"API Key": []}, {bad: []}, {oauth: [a]}, {old: []}]
      parameters:
        - {$ref: "#/components/parameters/bad"}
        - {$ref: "#/components/parameters/chain"}
components:
  securitySchemes:
    API Key: {type: apikey, in: Header, name: X-Key, scheme: x}
    bad: {type: magic}
    oauth: {type: oauth2, flows: {implicit: {authorizationUrl: "https://a.example.com"}, password: {}}}
    old: {type: basic}
    token: {type: oauth2}
    nothing:
  parameters:
    bad: {in: query}
    chain: {$ref: "#/components/parameters/bad", description: x}
  schemas:
    Page«Thing»: {properties: {next: {$ref: "#/components/schemas/Page%C2%ABThing%C2%BB"}}}
    Page_Thing: {oneOf: [{$ref: "#/components/schemas/Page«Thing»"}], discriminator: {propertyName: a, mapping: {x: "Page«Thing»"}}}
  examples:
    a: {summary: x}
`)
	checkProblems(t, found,
		`api.yaml:10:36: the security scheme "bad" was left out; requests are sent without it`,
		`api.yaml:12:12: $ref "#/components/parameters/bad" leads to what was left out; the parameter is left out: it is never sent`,
		`api.yaml:13:12: $ref "#/components/parameters/bad" leads to what was left out; the parameter is left out: it is never sent`,
		`api.yaml:16:5: the name "API Key" has characters that the name of a component cannot have; it is called API_Key`,
		`api.yaml:17:17: a security scheme has one of the types apiKey, http, oauth2 and openIdConnect, not "magic"; the security scheme is left out`,
		`api.yaml:18:90: the flow password needs tokenUrl; the flow is left out`,
		`api.yaml:19:17: the type basic is one of Swagger 2.0; it is taken for http: basic`,
		`api.yaml:20:19: oauth2 needs flows with their URLs; it is taken for http: bearer`,
		`api.yaml:23:10: a parameter needs a name; the parameter is left out: it is never sent`,
		`api.yaml:24:13: $ref "#/components/parameters/bad" leads to what was left out; the parameter is left out: it is never sent`,
		`api.yaml:29:8: an example needs a value; the example is left out`,
	)
	check(t, d, map[string]string{
		"/components/securitySchemes": `{"API_Key":{"type":"apiKey","in":"header","name":"X-Key"},` +
			`"oauth":{"type":"oauth2","flows":{"implicit":{"authorizationUrl":"https://a.example.com","scopes":{}}}},` +
			`"old":{"type":"http","scheme":"basic"},"token":{"type":"http","scheme":"bearer"}}`,
		"/paths/~1a/get/security":                      `[{"API_Key":[]},{"oauth":["a"]},{"old":[]}]`,
		"/components/schemas/Page_Thing_2":             `{"properties":{"next":{"$ref":"#/components/schemas/Page_Thing_2"}}}`,
		"/components/schemas/Page_Thing/discriminator": `{"propertyName":"a","mapping":{"x":"Page_Thing_2"}}`,
	})
	mustAccept(t, d)
}

func TestCleanContent(t *testing.T) {
	d, found := loadText(t, head+`          content:
            application/json: {}
            "Application/JSON ": {}
            text/plain: {}
`)
	checkProblems(t, found, `api.yaml:12:13: the media type "Application/JSON " is given twice; the first counts`)
	check(t, d, map[string]string{"/paths/~1a/get/responses/200/content": `{"application/json":{},"text/plain":{}}`})
	mustAccept(t, d)
}

func TestOpenAPI32(t *testing.T) {
	d, found := loadText(t, `openapi: 3.2.0
$self: https://example.com/api
info: {title: t, version: "1"}
tags: [{name: a, parent: b}]
components:
  mediaTypes: {lines: {itemSchema: {type: object}}}
  schemas: {A: {type: string}, B: {$ref: "https://example.com/api#/components/schemas/A"}, C: {discriminator: {propertyName: p, defaultMapping: A}}}
paths:
  /a:
    query:
      operationId: search
      parameters: [{name: all, in: querystring, content: {a/b: {}}}]
      responses: {"200": {summary: s, description: ok, content: {application/jsonl: {$ref: "#/components/mediaTypes/lines"}}}}
    additionalOperations:
      COPY: {operationId: copy, responses: {"204": {description: done}}}
`)
	checkProblems(t, found,
		`api.yaml:4:18: "parent" is not read in a tag; it is left out`,
		`api.yaml:7:129: "defaultMapping" is not read in a discriminator; it is left out`,
		`api.yaml:12:20: the parameter "all" is in "querystring": that must be query, path, header or cookie; the parameter is left out: it is never sent`,
		`api.yaml:13:27: "summary" is not read in a response; it is left out`,
	)
	check(t, d, map[string]string{
		"/paths/~1a/query/responses/200/content": `{"application/jsonl":{"itemSchema":{"type":"object"}}}`,
		"/components/schemas/B":                  `{"$ref":"#/components/schemas/A"}`,
		"/components/mediaTypes":                 `nothing`,
		"/$self":                                 `nothing`,
	})
	mustAccept(t, d)
}

// TestURLs holds that a URL which nobody can read is left out, with what needs it.
func TestURLs(t *testing.T) {
	d, found := loadText(t, `openapi: 3.1.0
info: {title: t, version: "1"}
jsonSchemaDialect: "https://{a}/"
externalDocs: {url: "https://{a}.example.com/b"}
paths:
  /a: {get: {operationId: a, externalDocs: {url: "https://a b"}, responses: {"200": {description: ok}}}}
components:
  schemas: {A: {type: string, externalDocs: {url: "https://{a}/"}}}
  securitySchemes:
    both: {type: oauth2, flows: {implicit: {authorizationUrl: "https://{a}.example.com/b"}, password: {tokenUrl: /t, refreshUrl: "https://{a}/"}}}
    none: {type: oauth2, flows: {implicit: {authorizationUrl: "https://a b"}}}
`)
	checkProblems(t, found,
		`api.yaml:4:21: "https://{a}.example.com/b" is no URL; it is left out`,
		`api.yaml:6:50: "https://a b" is no URL; it is left out`,
		`api.yaml:8:51: "https://{a}/" is no URL; it is left out`,
		`api.yaml:10:34: the flow implicit needs authorizationUrl; the flow is left out`,
		`api.yaml:10:63: "https://{a}.example.com/b" is no URL; it is left out`,
		`api.yaml:10:130: "https://{a}/" is no URL; it is left out`,
		`api.yaml:11:18: oauth2 needs flows with their URLs; it is taken for http: bearer`,
		`api.yaml:11:34: the flow implicit needs authorizationUrl; the flow is left out`,
		`api.yaml:11:63: "https://a b" is no URL; it is left out`,
	)
	check(t, d, map[string]string{
		"/jsonSchemaDialect":               `nothing`,
		"/externalDocs":                    `nothing`,
		"/paths/~1a/get/externalDocs":      `nothing`,
		"/components/schemas/A":            `{"type":"string"}`,
		"/components/securitySchemes/both": `{"type":"oauth2","flows":{"password":{"tokenUrl":"/t","scopes":{}}}}`,
		"/components/securitySchemes/none": `{"type":"http","scheme":"bearer"}`,
	})
	mustAccept(t, d)
}

// FuzzLoad reads any description: no panic, within bounds, and the OpenAPI library
// can read what is left.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(swagger))
	f.Add([]byte(head + "components: {schemas: {A: {$ref: '#/components/schemas/B'}, B: {allOf: [{$ref: '#/components/schemas/A'}]}}}"))
	f.Add([]byte(`{"openapi":"3.1.0","info":{},"paths":{"/a/{b}":{"get":{"parameters":[{"$ref":"#/components/parameters/x"}]}}},"components":{"parameters":{"x":{}}}}`))
	f.Add([]byte("swagger: '2.0'\npaths: {}\ncomponents: {schemas: {A: {}, B: {allOf: [{$ref: 'x/schemas/A'}, {$ref: '#/schemas/A'}]}}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Read(t.Context(), "api.yaml", data, Options{})
		if err == nil {
			mustAccept(t, d)
		}
	})
}
