package enforce_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/enforce"
)

func styles(t *testing.T) http.Handler {
	t.Helper()
	data, err := os.ReadFile("testdata/styles.yaml")
	if err != nil {
		t.Fatal(err)
	}
	e, err := enforce.New(load(t, "testdata/styles.yaml", data), enforce.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e.Middleware(http.HandlerFunc(ok))
}

// TestJSONUnderARange holds a body that says it is JSON to the schema of a range.
func TestJSONUnderARange(t *testing.T) {
	handler := styles(t)
	for text, broken := range map[string]string{
		"POST /any\nContent-Type: application/json; charset=utf-8\n\n{\"n\": 1}": "",
		"POST /any\nContent-Type: application/json\n\n{\"n\": \"x\"}":            "postAny.body.n.type",
		"POST /any\nContent-Type: application/hal+json\n\n{}":                    "postAny.body.n.required",
		"POST /any\nContent-Type: application/json\n\nn=1":                       "must be one JSON document",
		"POST /any\nContent-Type: application/json;charset\n\n{}":                "postAny.body.n.required",
		"POST /any\nContent-Type: text/plain\n\nn=1":                             "",
		"POST /any\n\nn=1": "",
	} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, request(text))
		if (w.Code == http.StatusBadRequest) != (broken != "") || !strings.Contains(w.Body.String(), broken) {
			t.Errorf("%q is answered with %d %s, and breaks %q", text, w.Code, w.Body, broken)
		}
		if broken != "" && w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%q is refused with %s", text, w.Header())
		}
	}
}

// TestDelimitersInValues has values that hold what separates values: lists are
// split first and decoded afterwards (RFC 6570, section 3.2.1), and only what a
// place encodes is decoded.
func TestDelimitersInValues(t *testing.T) {
	handler := styles(t)
	const base = "GET /lists/vz.json"
	for text, broken := range map[string]string{
		base:                                  "",
		"GET /lists/vx%2Cy,z.json":            "",
		"GET /lists/vx,y.json":                "getLists.path.ids.items.enum",
		"GET /lists/%76z%2Ejson":              "",
		base + "?csv=x%2Cy,z,a%20b,a+b":       "",
		base + "?csv=x%2cy&csv=z":             "",
		base + "?csv=x,y":                     "getLists.query.csv.items.enum",
		base + "?csv=z%2Cz":                   "getLists.query.csv.items.enum",
		base + "?csv=z,%zz":                   "getLists.query.csv.type",
		base + "?each=x%2Cy&each=x,y&each=z":  "",
		base + "?each=z,z":                    "getLists.query.each.items.enum",
		base + "\nX-List: y , z\nX-List: y":   "",
		base + "\nX-List: y%2Cz":              "getLists.header.X-List.items.enum",
		base + "\nX-Text: a b":                "",
		base + "\nX-Text: a%20b":              "",
		base + "\nX-Text: a%2520b":            "getLists.header.X-Text.enum",
		base + "\nCookie: c=a%20b":            "",
		base + "\nCookie: c=a b":              "",
		base + "\nCookie: c=\"a b\"":          "",
		base + "\nCookie: c=%C3%BC":           "",
		base + "\nCookie: c=50%25":            "",
		base + "\nCookie: c=50%":              "", // it is not percent-encoded
		base + "\nCookie: c=x+y":              "",
		base + "\nCookie: c=a+b":              "getLists.cookie.c.enum",
		base + "\nCookie: c=%FF":              "getLists.cookie.c.type",
		base + "\nCookie: l=x%2Cy,z":          "",
		base + "\nCookie: l=x,y":              "getLists.cookie.l.items.enum",
		base + "\nCookie: l=x%2Cy; l=z; q=r":  "",
		base + "\nCookie: l=z; c=a%2520b; q=": "getLists.cookie.c.enum",
	} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, request(text))
		refused := w.Code == http.StatusBadRequest
		if refused != (broken != "") || !strings.Contains(w.Body.String(), broken) {
			t.Errorf("%q is answered with %d %s, and breaks %q", text, w.Code, w.Body, broken)
		}
	}
}
