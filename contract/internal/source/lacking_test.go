package source

import "testing"

// TestWhatIsLacking holds that what cannot be read, and is left out, does not make
// the description say more: that no other answer is lawful, that a request without
// it is valid, or that a path has no such method.
func TestWhatIsLacking(t *testing.T) {
	d, found := loadText(t, `openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /a:
    get:
      operationId: a
      parameters: [{$ref: "#/components/parameters/none"}, {name: q, in: query, schema: {type: string}}]
      responses:
        200:
        201: made
        202: {description: x, content: {a/a: , a/b: b, a/c: {schema: {type: string}}}}
        404: {$ref: "#/components/responses/none"}
    put: nothing
    post: {$ref: "none.yaml"}
  /b:
    parameters: [{$ref: "#/components/parameters/required"}]
    get: {operationId: b, responses: {200: {description: ok}}}
  /c:
    get: {operationId: c, parameters: [{$ref: "#/components/parameters/spare"}], responses: {200: {description: ok}}}
    post: {operationId: d, requestBody: {required: true}, responses: {200: {description: ok}}}
    put: {operationId: e, requestBody: {description: any}, responses: {200: {description: ok}}}
    patch: {operationId: f, requestBody: {$ref: "#/components/requestBodies/none"}, responses: {200: {description: ok}}}
    delete: {operationId: g, parameters: [text], responses: {200: {description: ok}}}
  /d/{id}:
    get: {operationId: h, parameters: [{name: id, in: path, required: true, schema: {}}], responses: {200: {description: ok}}}
  /d/{key}:
    get: {operationId: i, responses: {200: {description: ok}}}
    delete: {operationId: j, responses: {200: {description: ok}}}
components:
  parameters:
    required: {name: r, in: queries, required: true}
    spare: {name: r, in: queries}
`)
	const noRequest = "; no request can be made that should be accepted"
	checkProblems(t, found,
		`api.yaml:7:21: $ref "#/components/parameters/none" leads nowhere: there is no "none": known here: required, spare`+noRequest,
		`api.yaml:10:14: a response must be a mapping, not a text; any body is accepted there`,
		`api.yaml:11:53: a media type must be a mapping, not a text; any body of it is accepted`,
		`api.yaml:12:15: $ref "#/components/responses/none" leads nowhere: there is no "responses": known here: parameters; any body is accepted there`,
		`api.yaml:13:10: an operation must be a mapping, not a text; the operation is left out: it is not tested`,
		`api.yaml:14:12: $ref "none.yaml" leads nowhere: there is no such file; the operation is left out: it is not tested`,
		`api.yaml:16:19: $ref "#/components/parameters/required" leads to what was left out`+noRequest,
		`api.yaml:19:41: $ref "#/components/parameters/spare" leads to what was left out; the parameter is left out: it is never sent`,
		`api.yaml:20:41: a request body needs content`+noRequest,
		`api.yaml:21:40: a request body needs content; the request body is left out`,
		`api.yaml:22:43: $ref "#/components/requestBodies/none" leads nowhere: there is no "requestBodies": known here: parameters`+noRequest,
		`api.yaml:23:43: a parameter must be a mapping, not a text`+noRequest,
		`api.yaml:26:3: the path "/d/{key}" matches the same as "/d/{id}"; the path is left out: none of its operations is tested`,
		`api.yaml:31:15: the parameter "r" is in "queries": that must be query, path, header or cookie`+noRequest,
		`api.yaml:32:12: the parameter "r" is in "queries": that must be query, path, header or cookie; the parameter is left out: it is never sent`,
	)
	check(t, d, map[string]string{
		"/paths/~1a/get/parameters":            `[{"name":"q","in":"query","schema":{"type":"string"}}]`,
		"/paths/~1a/get/" + Lacking:            `"a parameter cannot be read: $ref \"#/components/parameters/none\" leads nowhere"`,
		"/paths/~1a/get/responses/200":         `{"description":""}`,
		"/paths/~1a/get/responses/201":         `{"description":""}`,
		"/paths/~1a/get/responses/202/content": `{"a/a":{},"a/b":{},"a/c":{"schema":{"type":"string"}}}`,
		"/paths/~1a/get/responses/404":         `{"description":""}`,
		"/paths/~1a/" + OtherMethods:           `["put","post"]`,
		"/paths/~1b/" + Lacking:                `"a parameter cannot be read: $ref \"#/components/parameters/required\" leads to what was left out"`,
		"/paths/~1c/get":                       `{"operationId":"c","parameters":[],"responses":{"200":{"description":"ok"}}}`,
		"/paths/~1c/post/" + Lacking:           `"the request body is required, and has no content"`,
		"/paths/~1c/put/requestBody":           `nothing`,
		"/paths/~1c/put/" + Lacking:            `nothing`,
		"/paths/~1c/patch/" + Lacking:          `"a request body cannot be read: $ref \"#/components/requestBodies/none\" leads nowhere"`,
		"/paths/~1c/delete/" + Lacking:         `"a parameter cannot be read: it is a text"`,
		"/paths/~1d~1{id}/" + OtherMethods:     `["get","delete"]`,
		"/components/parameters":               `{}`,
	})
	mustAccept(t, d)
}
