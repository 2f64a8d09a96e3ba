package contract_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

// found is a description with an object in the query, once with brackets and once with
// members that are parameters.
const found = `openapi: 3.0.3
info: {title: Found, version: "1"}
paths:
  /found:
    get:
      operationId: find
      x-contract:
        rules:
          - {id: ordered, message: filter.min must be below filter.max, expression: "!has(query.filter.max) || query.filter.min < query.filter.max"}
      parameters:
        - name: filter
          in: query
          required: true
          style: deepObject
          schema: {type: object, required: [min], properties: {min: {type: integer, minimum: 0, maximum: 9}, max: {type: integer, maximum: 99}}}
        - {name: page, in: query, schema: {type: object, properties: {limit: {type: integer, minimum: 1, maximum: 50}, sort: {type: string, enum: [up, down]}}}}
        - {name: ids, in: query, style: pipeDelimited, schema: {type: array, maxItems: 3, items: {type: integer}}}
      responses: {"200": {description: ok}, "400": {description: bad}}
`

// finder reads a query with net/http alone, as somebody else would.
func finder(passed string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		good := r.Method == http.MethodGet
		number := func(name string, low, high int) int {
			text := q.Get(name)
			n, err := strconv.Atoi(text)
			if q.Has(name) && name != passed && (err != nil || n < low || n > high) {
				good = false
			}
			return n
		}
		const far = 1 << 40
		least, most := number("filter[min]", 0, 9), number("filter[max]", -far, 99)
		good = good && q.Has("filter[min]") && (!q.Has("filter[max]") || passed == "ordered" || least < most)
		number("limit", 1, 50)
		if sort := q.Get("sort"); q.Has("sort") && passed != "sort" && sort != "up" && sort != "down" {
			good = false
		}
		ids := strings.Split(q.Get("ids"), "|")
		for _, id := range ids {
			if _, err := strconv.Atoi(id); q.Has("ids") && err != nil {
				good = false
			}
		}
		switch {
		case r.Method != http.MethodGet:
			w.WriteHeader(http.StatusMethodNotAllowed)
		case !good || len(ids) > 3:
			w.WriteHeader(http.StatusBadRequest)
		}
	})
}

// TestObjectsInTheQuery holds a server to objects in its query: one that is right, and
// some that pass over a member, or a rule about members.
func TestObjectsInTheQuery(t *testing.T) {
	for passed, broken := range map[string]string{
		"":            "",
		"filter[min]": "find.query.filter.min.type",
		"filter[max]": "find.query.filter.max.maximum",
		"limit":       "find.query.page.limit.maximum",
		"sort":        "find.query.page.sort.enum",
		"ordered":     "find.rule.ordered",
	} {
		config := contract.Default()
		var err error
		if config.Contract, err = contract.Load("found.yaml", []byte(found)); err != nil {
			t.Fatal(err)
		}
		config.Target = &target.Target{Name: "finder", BaseURL: &url.URL{Scheme: "http", Host: "localhost"}}
		config.Handler = finder(passed)
		r, err := contract.Verify(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		told := broken == ""
		for _, c := range r.Clauses {
			if c.ID == broken {
				told = c.Stand == report.Violated
			}
			if broken == "" && c.Stand != report.Upheld && !strings.HasPrefix(c.ID, "find.answer.") {
				t.Errorf("%s is %s: %s", c.ID, c.Stand, c.Reason)
			}
		}
		if !told {
			t.Errorf("that %s is passed over is not told as %s", passed, broken)
		}
	}
}
