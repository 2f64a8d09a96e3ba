package recording

import (
	"testing"

	"github.com/apiclause/clause/contract/internal/har"
	"github.com/apiclause/clause/contract/internal/spec"
)

// TestMediaTypes looks into a body whatever way its media type is written, and
// under a range, too.
func TestMediaTypes(t *testing.T) {
	for _, test := range []struct{ documented, sent, body, want string }{
		{"application/json", "application/json; charset=utf-8", `{"n": "x"}`, "refused must body.n.type"},
		{"application/json; charset=utf-8", "application/json", `{"n": "x"}`, "refused must body.n.type"},
		{"application/*", "application/json; charset=utf-8", `{"n": "x"}`, "refused must body.n.type"},
		{"application/*", "application/json", `{"n": 1}`, okay},
		{"'*/*'", "application/hal+json", `{}`, "refused must body.n.required"},
		{"'*/*'", "text/plain", `{}`, free},
		{"'*/*'", "application/json", `not json at all`, free},
		{"application/json", "application/json", `not json at all`, "refused must body.json"},
		{"application/json", "text/plain", `{}`, free},
		{"application/json: {schema: {type: object}}, application/hal+json", "application/hal+json", `{}`, "refused must body.application_2fhal_2bjson.n.required"},
	} {
		model, err := spec.Load("x.yaml", []byte(`openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /x:
    post:
      operationId: x
      requestBody: {required: true, content: {`+test.documented+`: {schema: {type: object, required: [n], properties: {n: {type: integer}}}}}}
      responses: {"200": {description: ok}, "400": {description: bad}}
`))
		if err != nil {
			t.Fatal(err)
		}
		e := entryOf("POST /x", "", test.body)
		e.Request.PostData.MimeType = test.sent
		e.Request.Headers[len(e.Request.Headers)-1].Value = test.sent
		r, err := New(model, &har.Log{Entries: []har.Entry{e}}, whole)
		if err != nil {
			t.Fatal(err)
		}
		if got := about(r.Cases[0]); got != test.want {
			t.Errorf("%s of %s under %s is %s, not %s: %s", test.body, test.sent, test.documented, got, test.want, r.Cases[0].Why)
		}
	}
}
