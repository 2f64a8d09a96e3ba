package spec

import (
	"fmt"
	"strings"
	"testing"
)

// benchBody is a body with each kind of value, and each keyword that is checked
// often, a hundred times.
func benchBody(tb testing.TB) (*Schema, any) {
	tb.Helper()
	c, err := Load("bench.yaml", []byte(`openapi: 3.1.0
info: {title: Bench, version: "1"}
paths:
  /a:
    get:
      operationId: get
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: array
                minItems: 1
                maxItems: 1000
                items:
                  type: object
                  required: [id, name, price, tags]
                  additionalProperties: false
                  properties:
                    id: {type: string, minLength: 1, maxLength: 64, pattern: "^[a-z0-9-]+$"}
                    name: {type: string, maxLength: 200}
                    state: {type: string, enum: [open, closed]}
                    price: {type: number, minimum: 0, maximum: 100000}
                    count: {type: integer, minimum: 0, maximum: 1000}
                    at: {type: string, format: date-time}
                    tags: {type: array, maxItems: 9, items: {type: string}}
`))
	if err != nil {
		tb.Fatal(err)
	}
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, `,{"id":"a-%d","name":"Thing","state":"open","price":%d.5,"count":%d,"at":"2026-01-31T00:00:00Z","tags":["a","b"]}`, i, i, 2*i)
	}
	v, err := ParseJSON([]byte("[" + b.String()[1:] + "]"))
	if err != nil {
		tb.Fatal(err)
	}
	return c.Operations[0].Responses[0].Content[0].Schema, v
}

func BenchmarkCheck(b *testing.B) {
	s, v := benchBody(b)
	b.ReportAllocs()
	for b.Loop() {
		if found := s.Check(v); found != nil {
			b.Fatal(found)
		}
	}
}
