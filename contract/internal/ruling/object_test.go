package ruling

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
)

// TestAssessObjects finds out of requests with objects outside the body whether they
// are allowed, forbidden, or open.
func TestAssessObjects(t *testing.T) {
	model, err := spec.Load("c.yaml", []byte(`openapi: 3.0.3
info: {title: Objects, version: "1"}
paths:
  /things:
    get:
      operationId: find
      x-contract:
        rules:
          - {id: ordered, message: min must be below max, expression: "!has(query.f) || !has(query.f.max) || query.f.min < query.f.max"}
      parameters:
        - {name: f, in: query, style: deepObject, schema: {type: object, required: [min], properties: {min: {type: integer}, max: {type: integer, maximum: 50}}}}
        - {name: page, in: query, schema: {type: object, properties: {limit: {type: integer, maximum: 90}}}}
        - {name: r, in: query, explode: false, schema: {type: object, properties: {a: {type: integer}, b: {type: string, enum: [x]}}}}
        - {name: j, in: query, content: {application/json: {schema: {type: object, properties: {n: {type: integer}}}}}}
      responses: {"200": {description: ok}, "400": {description: bad}}
  /none:
    get:
      operationId: none
      parameters:
        - {name: p, in: query, required: true, schema: {type: object, properties: {a: {type: integer}}}}
      responses: {"200": {description: ok}}
`))
	if err != nil {
		t.Fatal(err)
	}
	op, err := NewOperation(model.Operations[0])
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"":                         "accepted",
		"f[min]=1&f[max]=20":       "accepted",
		"f%5Bmin%5D=9&f[max]=5":    "refused find.rule.ordered",
		"f[min]=x":                 "refused find.query.f.min.type",
		"f[max]=5":                 "refused find.query.f.min.required",
		"f[min]=1&f[max]=99":       "refused find.query.f.max.maximum",
		"f[min]=1&f[min]=2":        "either f (query) has the member min more than once",
		"f[min]=05":                "either f (query) has a member min that is in a form that may be taken or refused",
		"f[min]=1&f[more]=2":       "either f (query) has the member more, which the contract does not list",
		"f=1":                      `either the query has "f", which the operation does not have`,
		"limit=9":                  "accepted",
		"limit=abc":                "refused find.query.page.limit.type",
		"limit=91":                 "refused find.query.page.limit.maximum",
		"limit=9&unknown=1":        `either the query has "unknown", which the operation does not have`,
		"r=a,1,b,x":                "accepted",
		"r=a,x":                    "refused find.query.r.a.type",
		"r=a,1&r=b,x":              "either r (query) is sent more than once",
		"r=a":                      "either r (query) has a name without a value, or the reverse",
		"r=b,y%2Cz":                "either r (query) has a comma that is escaped",
		`j=%7B%22n%22%3A1%7D`:      "accepted",
		`j=%7B%22n%22%3A%5B%5D%7D`: "refused find.query.j.n.type",
		`j=%7B`:                    "refused find.query.j.type",
	} {
		sent := Live(httptest.NewRequest(http.MethodGet, "/things?"+query, nil))
		sent.Body.Absent = true
		a := Assess(model, op, sent)
		got := "accepted"
		switch a.Standing {
		case Refused:
			got = "refused " + a.Clause
		case Open:
			got = "either " + strings.TrimPrefix(a.Why, "it may be accepted or refused: ")
		}
		if !strings.HasPrefix(got, want) || want == "accepted" && got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	none, err := NewOperation(model.Operations[1])
	if err != nil {
		t.Fatal(err)
	}
	sent := Live(httptest.NewRequest(http.MethodGet, "/none", nil))
	sent.Body.Absent = true
	if a := Assess(model, none, sent); a.Standing != Open || !strings.Contains(a.Why, "p (query) is mandatory and may be there without members") {
		t.Errorf("an object without members: %+v", a)
	}
}
