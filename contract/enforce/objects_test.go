package enforce_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/enforce"
)

// TestObjects reads objects outside the body, in every style, and holds their members
// to what the contract says of each.
func TestObjects(t *testing.T) {
	data, err := os.ReadFile("testdata/objects.yaml")
	if err != nil {
		t.Fatal(err)
	}
	e, err := enforce.New(load(t, "testdata/objects.yaml", data), enforce.Options{StrictQuery: true})
	if err != nil {
		t.Fatal(err)
	}
	handler := e.Middleware(http.HandlerFunc(ok))
	const base = "GET /objects/x=1,y=2"
	for text, broken := range map[string]string{
		base:               "",
		"GET /objects/x,1": "find.path.at.x.type",
		"GET /objects/y=1": "find.path.at.x.required",
		base + "?filter%5Bmin%5D=1&filter[max]=2": "",
		base + "?filter[min]=2&filter[max]=2":     "filter.min must be below filter.max",
		base + "?filter[min]=a":                   "filter.min (query) must be an integer",
		base + "?filter[max]=2":                   "find.query.filter.min.required",
		base + "?filter[min]=1&filter[min]=1":     "filter.min (query) must be given once, not 2 times",
		base + "?filter[min]=1&filter[max]=51":    "find.query.filter.max.maximum",
		base + "?filter[min]=1&filter[tags]=a":    "",
		base + "?filter[min]=1&filter[tags]=c":    "filter.tags[0] (query)",
		base + "?filter[min]=1&filter[other]=c":   "find.query.filter.additionalProperties",
		base + "?filter[min]=%zz":                 "find.query.filter.type",
		base + "?filter[min][a]=1":                "the query holds \"filter[min][a]\", which this operation does not have",
		base + "?limit=9&offset=1":                "",
		base + "?limit=10":                        "find.query.page.limit.maximum",
		base + "?page=10":                         "which this operation does not have",
		base + "?range=from%7C1%7Cunit%7Ca%2Cb":   "",
		base + "?range=from|1|unit|c":             "",
		base + "?range=from|x":                    "find.query.range.from.type",
		base + "?range=from":                      "must have a value for each name of a member",
		base + "?blanks=1%202+3":                  "",
		base + "?blanks=1%20x":                    "find.query.blanks.items.type",
		base + `?json={"n":1,"list":["a"]}`:       "",
		base + `?json=%7B%22n%22%3A%22x%22%7D`:    "find.query.json.n.type",
		base + `?json=%7B`:                        "json (query) must be one JSON document",
		base + "\nX-Size: w,1, h,2":               "",
		base + "\nX-Size: w,a":                    "find.header.X-Size.w.type",
		base + "\nCookie: c=1":                    "",
		base + "\nCookie: c=x":                    "find.cookie.crumbs.c.type",
		"GET /strict?a=1&b=2":                     "",
		"GET /strict?a=x":                         "strict.query.labels.additionalProperties.type",
		"GET /strict":                             "strict.query.labels.required",
	} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, request(text))
		refused := w.Code == http.StatusBadRequest
		if refused != (broken != "") || !strings.Contains(w.Body.String(), broken) {
			t.Errorf("%q is answered with %d %s, and breaks %q", text, w.Code, w.Body, broken)
		}
	}
}
