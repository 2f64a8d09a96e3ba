package enforce_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/enforce"
)

// pinnedContract documents several refusals, and pins some clauses to one of them.
const pinnedContract = `openapi: 3.0.3
info: {title: Pinned, version: "1"}
paths:
  /silent:
    get:
      operationId: silent
      security: [{key: []}]
      parameters: [{name: n, in: query, schema: {type: integer}}]
      responses: {"200": {description: fine}}
  /pinned:
    get:
      operationId: pinned
      security: [{key: []}]
      x-contract:
        rules:
          - {id: a-before-b, expression: "!has(query.a) || !has(query.b) || query.a < query.b", message: a is less than b, status: 422}
      parameters:
        - {name: a, in: query, schema: {type: integer}}
        - {name: b, in: query, schema: {type: integer}, x-contract: {status: 418}}
      responses: {"200": {description: fine}, "400": {description: bad}, "422": {description: bad}, "401": {description: who}, "403": {description: no}}
  /all:
    get:
      operationId: all
      x-contract: {status: 422}
      parameters: [{name: n, in: query, schema: {type: integer}}]
      responses: {"200": {description: fine}, "400": {description: bad}, "422": {description: bad}}
  /unpinned:
    get:
      operationId: unpinned
      security: [{plain: []}]
      responses: {"200": {description: fine}}
  /signed:
    get:
      operationId: signed
      security: [{bearer: []}]
      responses: {"200": {description: fine}, "403": {description: no}}
  /told:
    get:
      operationId: told
      security: [{plain: []}]
      parameters: [{name: n, in: query, schema: {type: integer}, x-contract: {status: 422}}]
      responses:
        "200": {description: fine}
        "4XX":
          description: what is wrong
          content: {application/json: {schema: {type: object, required: [code], properties: {code: {type: string, x-contract: {carries: code}}}}}}
  /body:
    post:
      operationId: body
      requestBody:
        required: true
        x-contract: {status: 415}
        content: {application/json: {schema: {type: object, required: [n], properties: {n: {type: integer, x-contract: {status: 422}}}}}}
      responses: {"200": {description: fine}, "400": {description: bad}, "415": {description: no}, "422": {description: bad}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key, x-contract: {status: 403}}
    plain: {type: apiKey, in: header, name: X-Key}
    bearer: {type: http, scheme: bearer, x-contract: {status: 401}}
`

// pinnedHandler enforces pinnedContract before a handler that answers with 419.
func pinnedHandler(t *testing.T) http.Handler {
	t.Helper()
	key := auth.Token{In: auth.InHeader, Name: "X-Key", Value: auth.NewSecret("the-right-key")}
	bearer := auth.Bearer(auth.NewSecret("the-right-key"))
	e, err := enforce.New(load(t, "pinned.yaml", []byte(pinnedContract)), enforce.Options{
		Verifiers: map[string]auth.Verifier{"key": key, "plain": key, "bearer": bearer},
	})
	if err != nil {
		t.Fatal(err)
	}
	return e.Middleware(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(handled) }))
}

// handled is the status of what is not refused.
const handled = http.StatusTeapot + 1

// TestStatusesOfRefusals holds that what is not documented is refused with the usual
// status, and that x-contract pins one.
func TestStatusesOfRefusals(t *testing.T) {
	h := pinnedHandler(t)
	const (
		key  = "\nX-Key: the-right-key"
		text = "POST /body\nContent-Type: text/plain\n\n"
		json = "POST /body\nContent-Type: application/json\n\n"
	)
	for line, want := range map[string]int{
		"GET /silent?n=x" + key:     http.StatusBadRequest,
		"GET /silent?n=1":           http.StatusForbidden, // which the scheme pins
		"GET /silent?n=1" + key:     handled,
		"GET /pinned?a=x" + key:     http.StatusBadRequest,
		"GET /pinned?b=x" + key:     http.StatusTeapot,
		"GET /pinned?a=2&b=1" + key: http.StatusUnprocessableEntity,
		"GET /pinned?a=1&b=2" + key: handled,
		"GET /pinned":               http.StatusForbidden,
		"GET /pinned?b=x":           http.StatusForbidden, // credentials come first
		"GET /pinned" + key + "x":   http.StatusForbidden, // wrong ones as much as none
		"GET /all?n=x":              http.StatusUnprocessableEntity,
		"GET /all?n=1":              handled,

		"GET /unpinned":                                    http.StatusUnauthorized,
		"GET /unpinned" + key + "x":                        http.StatusUnauthorized,
		"GET /unpinned" + key:                              handled,
		"GET /signed":                                      http.StatusUnauthorized, // though 403 alone is documented
		"GET /signed\nAuthorization: Bearer x":             http.StatusUnauthorized,
		"GET /signed\nAuthorization: Bearer the-right-key": handled,

		"POST /body":         http.StatusUnsupportedMediaType,
		text + "{}":          http.StatusUnsupportedMediaType,
		json + `{"n":"one"}`: http.StatusUnprocessableEntity, // of the member, which is closer
		json + `{"n":1}`:     handled,
	} {
		if w := serve(h, request(line)); w.Code != want {
			t.Errorf("%q is answered with %d, want %d: %s", line, w.Code, want, w.Body)
		}
	}
}

// TestBareRefusals holds that a refusal which is not documented is a status alone:
// no body can be of a form that nobody wrote down.
func TestBareRefusals(t *testing.T) {
	h := pinnedHandler(t)
	for line, want := range map[string]int{
		"GET /silent?n=x\nX-Key: the-right-key": http.StatusBadRequest,
		"GET /silent":                           http.StatusForbidden,
		"GET /unpinned":                         http.StatusUnauthorized,
		"GET /signed":                           http.StatusUnauthorized,
		"GET /pinned?b=x\nX-Key: the-right-key": http.StatusTeapot,
	} {
		w := serve(h, request(line))
		if w.Code != want || w.Body.Len() != 0 || w.Header().Get("Content-Type") != "" {
			t.Errorf("%q is answered with %d, %v and %q, want a bare %d", line, w.Code, w.Header(), w.Body, want)
		}
	}
	// RFC 9110, section 15.5.2, wants a challenge whatever is documented.
	if got := serve(h, request("GET /signed")).Header().Get("WWW-Authenticate"); got != "Bearer" {
		t.Errorf("the challenge is %q", got)
	}
	// What is documented in a range has the body that is documented for it.
	for line, want := range map[string]int{
		"GET /told?n=x\nX-Key: the-right-key": http.StatusUnprocessableEntity,
		"GET /told":                           http.StatusUnauthorized,
	} {
		w := serve(h, request(line))
		if body := fmt.Sprintf(`{"code":"%d"}`, want); w.Code != want || w.Body.String() != body {
			t.Errorf("%q is answered with %d and %q, want %d and %s", line, w.Code, w.Body, want, body)
		}
	}
}
