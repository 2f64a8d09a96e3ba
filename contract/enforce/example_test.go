package enforce_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/enforce"
)

const exampleContract = `
openapi: 3.0.3
info: {title: Greetings, version: 1.0.0}
security: [{key: []}]
paths:
  /greeting:
    get:
      operationId: greet
      parameters:
        - {name: name, in: query, required: true, schema: {type: string, maxLength: 20}}
        - {name: times, in: query, schema: {type: integer, minimum: 1, maximum: 3}}
      responses:
        "200": {description: the greeting}
        "400":
          description: what went wrong
          content:
            application/json:
              schema:
                type: object
                required: [error]
                properties:
                  error: {type: string, x-contract: {carries: message}}
        "401": {description: no key}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
`

// The handler never sees a request that breaks the contract.
func Example() {
	c, err := contract.Load("greeting.yaml", []byte(exampleContract))
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := enforce.New(c, enforce.Options{
		Verifiers: map[string]auth.Verifier{"key": auth.Token{In: auth.InHeader, Name: "X-Key", Value: auth.NewSecret("open sesame")}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	handler := e.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "hello", r.URL.Query().Get("name"))
	}))

	for _, target := range []string{"/greeting?name=Ada", "/greeting?times=5"} {
		r := httptest.NewRequest(http.MethodGet, target, http.NoBody)
		r.Header.Set("X-Key", "open sesame")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Body)
	}
	// Output:
	// 200 hello Ada
	//
	// 400 {"error":"name (query) is required: send a value of at most 20 characters [greet.query.name.required]; times (query) must be at most 3 [greet.query.times.maximum]"}
}
