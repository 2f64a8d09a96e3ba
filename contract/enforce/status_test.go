package enforce_test

import (
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
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key, x-contract: {status: 403}}
`

// TestStatusesOfRefusals holds that what is not documented is refused with the bare
// status, and that x-contract pins one.
func TestStatusesOfRefusals(t *testing.T) {
	verifier := auth.Token{In: auth.InHeader, Name: "X-Key", Value: auth.NewSecret("the-right-key")}
	e, err := enforce.New(load(t, "pinned.yaml", []byte(pinnedContract)), enforce.Options{Verifiers: map[string]auth.Verifier{"key": verifier}})
	if err != nil {
		t.Fatal(err)
	}
	h := e.Middleware(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot + 1) }))
	const key = "\nX-Key: the-right-key"
	for line, want := range map[string]int{
		"GET /silent?n=x" + key:     http.StatusBadRequest,
		"GET /silent?n=1":           http.StatusForbidden, // which the scheme pins
		"GET /silent?n=1" + key:     http.StatusTeapot + 1,
		"GET /pinned?a=x" + key:     http.StatusBadRequest,
		"GET /pinned?b=x" + key:     http.StatusTeapot,
		"GET /pinned?a=2&b=1" + key: http.StatusUnprocessableEntity,
		"GET /pinned?a=1&b=2" + key: http.StatusTeapot + 1,
		"GET /pinned":               http.StatusForbidden,
		"GET /all?n=x":              http.StatusUnprocessableEntity,
	} {
		if w := serve(h, request(line)); w.Code != want {
			t.Errorf("%q is answered with %d, want %d: %s", line, w.Code, want, w.Body)
		}
	}
}
