package enforce_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
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
