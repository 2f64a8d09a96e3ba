package recording

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/apiclause/clause/contract/internal/har"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// loaded is the contract, which takes a while to load.
var loaded = sync.OnceValues(func() (*spec.Contract, error) {
	data, err := os.ReadFile("testdata/loans.yaml")
	if err != nil {
		return nil, err
	}
	return spec.Load("loans.yaml", data)
})

func loans(tb testing.TB) *spec.Contract {
	tb.Helper()
	model, err := loaded()
	if err != nil {
		tb.Fatal(err)
	}
	return model
}

// entryOf makes an entry of lines: the request line, header lines, and a body
// after an empty line. The answer is 200 with a body.
func entryOf(lines ...string) har.Entry {
	method, target, _ := strings.Cut(lines[0], " ")
	if target[0] == '/' {
		target = "https://api.example" + target
	}
	e := har.Entry{
		StartedDateTime: "2026-01-31T12:00:00Z",
		Request:         har.Request{Method: method, URL: target, Headers: []har.Pair{{Name: "accept", Value: "*/*"}}},
		Response: har.Response{
			Status: 200, Headers: []har.Pair{{Name: "content-type", Value: "application/json"}},
			Content: har.Content{Size: -1, Text: new(`{"job": "a"}`)},
		},
	}
	for i, line := range lines[1:] {
		if line == "" {
			body := strings.Join(lines[i+2:], "\n")
			e.Request.PostData = &har.PostData{MimeType: "application/json", Text: &body}
			e.Request.BodySize = har.Size(len(body))
			e.Request.Headers = append(e.Request.Headers, har.Pair{Name: "content-type", Value: "application/json"})
			break
		}
		name, value, _ := strings.Cut(line, ": ")
		e.Request.Headers = append(e.Request.Headers, har.Pair{Name: name, Value: value})
	}
	return e
}

func recorded(t *testing.T, o Options, all ...har.Entry) *Recording {
	t.Helper()
	r, err := New(loans(t), &har.Log{Entries: all}, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// whole is a recording by who sent the requests.
var whole = Options{Complete: true}

// about says of a case what it wants, of which clause and level, or why it is
// skipped.
func about(c plan.Case) string {
	if c.Skip != "" {
		return "skip: " + c.Skip
	}
	rest, _, _ := strings.Cut(strings.TrimPrefix(c.Clause, c.Operation+"."), "/")
	return fmt.Sprintf("%s %s %s", c.Expect.Outcome, c.Level, rest)
}

const (
	okay = "accepted must answer.200"
	free = "either must answer.unprovoked-5xx"
)

func TestMatching(t *testing.T) {
	parse := func(text string) *url.URL {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	api, root := parse("https://api.example/v2/"), parse("http://api.example:80")
	for _, test := range []struct {
		target string
		base   *url.URL
		found  bool
	}{
		{"POST https://api.example/loans", nil, true},
		{"POST http://127.0.0.1:8080/loans?x=1#f", nil, true},
		{"POST /loans", nil, true}, // to api.example
		{"GET /desks/main/loans", nil, true},
		{"GET /desks/ma%69n/loans", nil, true},
		{"HEAD /desks/main/loans", nil, false},
		{"OPTIONS /loans", nil, false},
		{"GET /loans", nil, false},
		{"POST /loans/", nil, false},
		{"POST //loans", nil, false},
		{"GET /desks//loans", nil, false},
		{"POST /v2/loans", nil, false},
		{"POST ws://api.example/loans", nil, false},
		{"POST chrome-extension://abc/loans", nil, false},
		{"POST data:text/plain,/loans", nil, false},
		{"POST https://api.example/%zz", nil, false},
		{"POST https://api.example/v2/loans", api, true},
		{"POST https://API.example:443/v2/loans", api, true},
		{"POST http://api.example/v2/loans", api, false},
		{"POST https://other.example/v2/loans", api, false},
		{"POST https://api.example/loans", api, false},
		{"POST https://api.example/v2", api, false},
		{"POST https://api.example/v22/loans", api, false},
		{"POST http://api.example/loans", root, true},
	} {
		e := entryOf(test.target)
		if got := len(recorded(t, Options{Base: test.base}, e).Cases) == 1; got != test.found {
			t.Errorf("%s below %v: found %v", test.target, test.base, got)
		}
	}
	// Some recorders leave out the host, or the query.
	e := entryOf("GET /x", "X-Desk: 5")
	e.Request.URL, e.Request.QueryString = "/desks/main/loans", []har.Pair{{Name: "q", Value: "a&b"}, {Name: "sort", Value: "ASC"}}
	if got := about(recorded(t, whole, e).Cases[0]); got != "refused must rule.sort-needs-field" {
		t.Errorf("with a query beside its URL it is %s", got)
	}
}

func TestOrigin(t *testing.T) {
	a, b := entryOf("POST https://a.example/loans"), entryOf("POST http://b.example:81/loans")
	if got := recorded(t, Options{}, a, a).Origin; got != "https://a.example" {
		t.Errorf("of one host it is %q", got)
	}
	if got := recorded(t, Options{}, a, b, a).Origin; got != "" {
		t.Errorf("of two hosts it is %q", got)
	}
}

func TestSuggest(t *testing.T) {
	for want, targets := range map[string][]string{
		"https://a.example/v2":        {"POST https://a.example/v2/loans", "GET https://b.example/api/status", "GET https://a.example/v2/desks/main/loans"},
		"http://b.example:81/x%20y":   {"OPTIONS https://a.example/v2/loans", "GET http://b.example:81/x%20y/status"},
		"https://a.example":           {"POST https://a.example/loans"},
		"":                            {"GET https://a.example/", "GET data:text", "GET https://a.example/loans"},
		"https://a.example/v1/tenant": {"GET https://a.example/v1/tenant/desks/main/loans"},
	} {
		var log har.Log
		for _, target := range targets {
			log.Entries = append(log.Entries, entryOf(target))
		}
		if got := Suggest(loans(t), &log); got != want {
			t.Errorf("of %q: %q, not %q", targets, got, want)
		}
	}
}

// TestValuesOfTheTarget are known where the recording shows that they were
// accepted before and after.
func TestValuesOfTheTarget(t *testing.T) {
	at := func(minute int, reader string, status har.Size) har.Entry {
		e := entryOf("GET /desks/main/loans?q=a&reader="+reader, "X-Desk: 5")
		e.StartedDateTime = fmt.Sprintf("2026-01-31T12:%02d:00Z", minute)
		e.Response.Status = status
		return e
	}
	elsewhere := at(30, "known", 400)
	elsewhere.Request.URL = strings.Replace(elsewhere.Request.URL, "api.", "staging.", 1)
	untimed := at(30, "known", 400)
	untimed.StartedDateTime = ""
	r := recorded(t, whole,
		at(10, "known", 200), at(20, "known", 400), at(30, "known", 500), at(40, "known", 200),
		at(50, "known", 400), at(5, "known", 400), at(20, "unknown", 400), at(21, "unknown", 404), at(22, "known", 404), elsewhere, untimed)
	for i, want := range []string{
		okay, okay, okay, okay, free, free, free, free, okay, free, free,
	} {
		if got := about(r.Cases[i]); got != want {
			t.Errorf("entry %d is %s, not %s: %s", i, got, want, r.Cases[i].Why)
		}
	}
	// What is forbidden is so whatever the value.
	bad := at(20, "unknown&sort=x", 200)
	if got := about(recorded(t, whole, bad).Cases[0]); got != "refused must query.sort.enum" {
		t.Errorf("with an unlisted value it is %s", got)
	}
	loan := entryOf("POST /loans", "", `{"book": "b", "days": 7, "reader": "x", "copies": [{"n": 1}, {"n": 2}]}`)
	loan.Response.Status = 422
	if got := about(recorded(t, whole, loan).Cases[0]); got != free {
		t.Errorf("in a body it is %s", got)
	}
}

// TestNamesOfThings that a request need not name, or names in its path, are there
// where the recording shows that they were found before and after.
func TestNamesOfThings(t *testing.T) {
	at := func(minute int, target string, status har.Size) har.Entry {
		e := entryOf(target, "X-Desk: 5")
		e.StartedDateTime = fmt.Sprintf("2026-01-31T12:%02d:00Z", minute)
		e.Response.Status = status
		return e
	}
	r := recorded(t, whole,
		at(10, "GET /desks/main/loans?q=a", 200), at(20, "GET /desks/main/loans?q=a&open=true", 404), at(30, "GET /desks/main/loans?q=a", 200),
		at(40, "GET /desks/main/loans?q=a", 404), at(20, "GET /desks/other/loans?q=a", 404), at(20, "GET /status?deep=true", 404),
		at(20, "GET /ping?slow=true", 404))
	for i, want := range []string{"", "", "", "desk (path)", "desk (path)", "", "slow (query)"} {
		x := r.Cases[i].Expect
		if got := strings.Join(x.Unknown, ", "); x.Outcome != plan.Accepted || got != want {
			t.Errorf("entry %d is %s, unknown is %q, want %q", i, x.Outcome, got, want)
		}
	}
}

// TestTwins has what is recorded twice, and what is sent again.
func TestTwins(t *testing.T) {
	first := entryOf("GET /desks/main/loans?q=a", "X-Desk: 5")
	again := first
	again.StartedDateTime = "2026-01-31T12:00:01Z"
	sentOn := again
	sentOn.Request.URL = strings.Replace(again.Request.URL, "api.", "backend.", 1)
	keyed, keyedAgain := entryOf("GET /desks/main/loans?q=b", "X-Desk: 5", "Idempotency-Key: k1"), entryOf("GET /desks/main/loans?q=c", "X-Desk: 5", "Idempotency-Key: k1")
	r := recorded(t, whole, first, first, again, sentOn, entryOf("GET /desks/main/loans?q=d", "X-Desk: 5"), keyed, keyedAgain)
	if got := about(r.Cases[1]); got != "skip: it is the same exchange as log.entries[0]" {
		t.Errorf("the copy is %s", got)
	}
	for i, repeated := range []bool{false, true, true, true, false, false, true} {
		if got := r.Exchange(i).Recorded.Repeated; got != repeated {
			t.Errorf("entry %d is repeated: %v", i, got)
		}
	}
}

// FuzzRecording wants that no recording ends in a panic.
func FuzzRecording(f *testing.F) {
	model := loans(f)
	add := func(e har.Entry) {
		f.Add(e.Request.Method, e.Request.URL, "X-Desk", "5", "", int(e.Response.Status), *e.Response.Content.Text)
	}
	add(entryOf("GET /desks/main/loans?q=a&min=5&since=2026-01-01T00:00:00Z"))
	f.Add("POST", "https://a/loans", "Content-Type", "application/json", `{"book": "b", "days": 7, "copies": [{"n": 1}], "what": [{}]}`, 422, "x")
	f.Add("GET", "/status?deep=%zz&&=&a", "Cookie", "lang=de; =", "\xff", -5, "")
	f.Fuzz(func(t *testing.T, method, target, name, value, body string, status int, answer string) {
		e := har.Entry{
			StartedDateTime: value, Request: har.Request{Method: method, URL: target, Headers: []har.Pair{{Name: name, Value: value}}},
			Response: har.Response{Status: har.Size(status), Headers: []har.Pair{{Name: name, Value: value}}, Content: har.Content{Text: &answer}},
		}
		if body != "" {
			e.Request.PostData = &har.PostData{Text: &body, MimeType: "application/json"}
		}
		for _, complete := range []bool{false, true} {
			r, err := New(model, &har.Log{Entries: []har.Entry{e, e}}, Options{Complete: complete})
			if err != nil {
				t.Fatal(err)
			}
			r.Secrets()
			for i := range r.Cases {
				c := r.Cases[i]
				if open := c.Expect.Outcome == plan.Either; model.Clause(c.Clause) == nil || open != (len(c.Expect.Statuses) == 0) {
					t.Errorf("%+v", c)
				}
				r.Exchange(i)
			}
		}
	})
}
