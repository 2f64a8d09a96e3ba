package enforce_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/enforce"
)

// TestAnswered has what a handler's own answers break told to its tests, and the answers
// sent as they are.
func TestAnswered(t *testing.T) {
	const file = "../testdata/shelf.yaml"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c := load(t, file, data)
	const book = `{"id": 1, "title": "a", "pages": 10, "genre": "crime", "lent": true}`
	counted := http.Header{"Content-Type": {"application/json"}, "X-Total-Count": {"2"}}
	both := `{"total": 2, "items": [` + book + `, ` + book + `]}`
	for _, test := range []struct {
		name, method, target, body string
		status                     int
		header                     http.Header
		answer, want               string
	}{
		{"right", "GET", "/books?limit=2", "", 200, counted, both, ""},
		{"too many", "GET", "/books?limit=1", "", 200, counted, both, "listBooks.answers.at-most-limit: the answer breaks the rule: there are no more books than limit"},
		{"no header", "GET", "/books", "", 200, http.Header{"Content-Type": {"application/json"}}, both, "listBooks.answer.200.header.X-Total-Count.required: the answer has no header X-Total-Count"},
		{"a wrong header", "GET", "/books", "", 200, http.Header{"Content-Type": {"application/json"}, "X-Total-Count": {"many"}}, both, "listBooks.answer.200.header.X-Total-Count.type: the header X-Total-Count must be an integer"},
		{"a wrong member", "GET", "/books", "", 200, counted, strings.Replace(both, "2", `"2"`, 1), "listBooks.answer.200.total.type: the body's total must be an integer"},
		{"no JSON", "GET", "/books", "", 200, counted, "[", "listBooks.answer.200.json: the body is not one JSON document"},
		{"a page", "GET", "/books", "", 200, http.Header{"Content-Type": {"text/html"}, "X-Total-Count": {"2"}}, "<p>", "listBooks.answer.200.mediaType: the answer's media type is not documented"},
		{"another status", "GET", "/books", "", 418, nil, "", ": the answer has the status 418, which is not documented: add it to the contract, or answer with another"},
		{"of the request's body", "POST", "/books", `{"title": "b", "pages": 10}`, 201, counted, book, "addBook.answers.keeps-the-title: the answer breaks the rule: the title is the one that was sent"},
		{"a refusal", "GET", "/books", "", 400, nil, "", ""},
		{"compressed", "GET", "/books?limit=1", "", 200, http.Header{"Content-Encoding": {"gzip"}, "X-Total-Count": {"2"}}, "x", ""},
		{"very long", "GET", "/books?limit=1", "", 200, counted, both + strings.Repeat(" ", 1000), ""},
	} {
		var got strings.Builder
		e, err := enforce.New(c, enforce.Options{MaxBody: 1000, Answered: func(_ *http.Request, found []enforce.Violation) {
			for _, v := range found {
				got.WriteString(v.Clause + ": " + v.Message)
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		handler := e.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if body, err := io.ReadAll(r.Body); string(body) != test.body || err != nil {
				t.Errorf("%s: the handler reads %q, %v", test.name, body, err)
			}
			maps.Copy(w.Header(), test.header)
			w.WriteHeader(test.status)
			_, _ = io.Copy(w, strings.NewReader(test.answer))
		}))
		r := httptest.NewRequest(test.method, test.target, strings.NewReader(test.body))
		if test.body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if got.String() != test.want {
			t.Errorf("%s: it tells %q, not %q", test.name, got.String(), test.want)
		}
		if w.Code != test.status || w.Body.String() != test.answer {
			t.Errorf("%s: the answer is %d %q", test.name, w.Code, w.Body)
		}
	}
}

// TestAnsweredAsItIsSent holds that of an answer nothing is charged that net/http writes,
// that HTTP leaves out, or that OpenAPI says nothing of: the same that is charged over a
// connection.
func TestAnsweredAsItIsSent(t *testing.T) {
	const api = `openapi: 3.0.3
info: {title: An answer, version: "1"}
paths:
  /text:
    get:
      operationId: getText
      responses:
        "200":
          description: a text
          headers:
            Date: {required: true, schema: {type: string}}
            Content-Length: {required: true, schema: {type: integer}}
            Content-Type: {required: true, schema: {type: string}}
            Transfer-Encoding: {required: true, schema: {type: string}}
            X-Kept: {required: true, schema: {type: string}}
          content: {text/plain: {schema: {type: string}}}
        "205": {description: nothing, content: {application/json: {schema: {type: object}}}}
        "202": {description: later, content: {application/json: {schema: {type: object}}}}
`
	c := load(t, "answer.yaml", []byte(api))
	for _, test := range []struct {
		name   string
		header http.Header
		status int
		answer string
		want   []enforce.Violation
	}{
		{"a text that net/http takes for one", http.Header{"X-Kept": {"x"}}, 200, "a text", nil},
		{"an empty text", http.Header{"X-Kept": {"x"}}, 200, "", nil},
		{"what net/http takes for a page", http.Header{"X-Kept": {"x"}}, 200, "<html>", []enforce.Violation{
			{Clause: "getText.answer.200.mediaType", Message: "the answer's media type is not documented"},
		}},
		{"a header that nobody else writes", nil, 200, "a text", []enforce.Violation{
			{Clause: "getText.answer.200.header.X-Kept.required", Message: "the answer has no header X-Kept"},
		}},
		{"a status without a body", nil, 205, "", nil},
		{"no JSON where it is all there may be", nil, 202, "", []enforce.Violation{
			{Clause: "getText.answer.202.json", Message: "the body is not one JSON document"},
		}},
	} {
		var got []enforce.Violation
		e, err := enforce.New(c, enforce.Options{Answered: func(_ *http.Request, found []enforce.Violation) { got = found }})
		if err != nil {
			t.Fatal(err)
		}
		e.Middleware(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			maps.Copy(w.Header(), test.header)
			w.WriteHeader(test.status)
			_, _ = io.WriteString(w, test.answer)
		})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/text", http.NoBody))
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: it tells %v, not %v", test.name, got, test.want)
		}
	}
}
