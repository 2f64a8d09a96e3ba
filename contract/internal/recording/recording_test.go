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

// TestValues has what requests carry in their texts.
func TestValues(t *testing.T) {
	const desk = "X-Desk: 5"
	long := strings.Repeat("a", 21)
	for query, want := range map[string]string{
		"q=a":                                okay,
		"q=a&key=s":                          okay, // a credential
		"q=":                                 "refused must query.q.required",
		"sort=ASC&field=date":                "refused must query.q.required",
		"q=a&q=b":                            free,
		"q=%20a":                             free,
		"q=a+b":                              free,
		"q=" + long:                          "refused must query.q.maxLength",
		"q=" + long[1:]:                      "accepted must query.q.maxLength",
		"q=" + strings.Repeat("%C3%A4", 20):  free, // 20 characters, 40 bytes
		"q=" + strings.Repeat("%C3%A4", 21):  "refused must query.q.maxLength",
		"q=" + strings.Repeat("a%CC%88", 20): free, // letters and the marks on them
		"q=" + strings.Repeat("a%CC%88", 21): "refused must query.q.maxLength",
		"q=%C3%A4":                           okay,
		"q=REDACTED":                         free,
		"q=%0A":                              free,
		"q=a&x=1":                            free,
		"Q=a":                                free,
		"q=a&&":                              okay,

		"q=a&sort=ASC":               "refused must rule.sort-needs-field",
		"q=a&sort=ASC&field=date":    okay,
		"q=a&sort=asc&field=date":    "refused must query.sort.enum",
		"q=a&sort=ASC&field=":        free,
		"q=a&sort=&field=date":       free,
		"q=a&sort=ASC%20&field=date": free,
		"q=a&sort=up%20&field=date":  "refused must query.sort.enum",
		"q=a&sort=x&sort=ASC":        free,
		"q=a&sort=x&sort=y":          "refused must query.sort.enum",
		"q=a&sort=ASC&sort=ASC":      free,
		"q=a&sort=A%00":              "either must answer.unprovoked-5xx",

		"q=a&min=10":                   okay,
		"q=a&min=1":                    okay,
		"q=a&min=0":                    "accepted must query.min.minimum",
		"q=a&min=-1":                   "refused must query.min.minimum",
		"q=a&min=499":                  okay,
		"q=a&min=900":                  "accepted should query.min.maximum",
		"q=a&min=1001":                 "refused should query.min.maximum",
		"q=a&min=abc":                  "refused must query.min.type",
		"q=a&min=1.5":                  "refused must query.min.type",
		"q=a&min=12abc":                "refused must query.min.type",
		"q=a&min=1.2.3":                "refused must query.min.type",
		"q=a&min=5x":                   "refused must query.min.type",
		"q=a&min=%2B5":                 free,
		"q=a&min=05":                   free,
		"q=a&min=5.0":                  free,
		"q=a&min=1e3":                  free,
		"q=a&min=-0":                   free,
		"q=a&min=%205":                 free,
		"q=a&min=0x10":                 free,
		"q=a&min=1_000":                free,
		"q=a&min=1,000":                free,
		"q=a&min=1.000":                free,
		"q=a&min=null":                 free,
		"q=a&min=5L":                   free,
		"q=a&min=%D9%A3":               free, // a digit of another script
		"q=a&min=":                     free,
		"q=a&min=***":                  free,
		"q=a&min=18446744073709551616": "refused should query.min.maximum",
		"q=a&max=18446744073709551616": free,
		"q=a&max=9007199254740993":     free,
		"q=a&min=10&max=9":             "refused must rule.max-at-least-min",
		"q=a&min=10&max=10":            "accepted must rule.max-at-least-min",
		"q=a&min=10&max=20":            okay,
		"q=a&min=10&max=%2B9":          free,
		"q=a&min=10&max=x":             "refused must query.max.type",
		"q=a&min=900&max=900":          "accepted should query.min.maximum", // a rule of must beside it

		"q=a&ratio=0.5":                   okay,
		"q=a&ratio=1":                     "accepted must query.ratio.maximum",
		"q=a&ratio=1.01":                  "refused must query.ratio.maximum",
		"q=a&ratio=0.50":                  free,
		"q=a&ratio=5e-1":                  free,
		"q=a&ratio=0,5":                   free,
		"q=a&ratio=NaN":                   free,
		"q=a&ratio=half":                  "refused must query.ratio.type",
		"q=a&ratio=1.0000000000000000001": free,

		"q=a&open=true":  okay,
		"q=a&open=TRUE":  free,
		"q=a&open=1":     free,
		"q=a&open=2":     "refused must query.open.type",
		"q=a&open=maybe": "refused must query.open.type",

		"q=a&ids=10&ids=20":           okay,
		"q=a&ids=1&ids=20":            "accepted must query.ids.items.minimum",
		"q=a&ids=10&ids=20&ids=30":    "accepted must query.ids.maxItems",
		"q=a&ids=1&ids=20&ids=30":     okay, // at two limits, of which neither is inferred
		"q=a&ids=1&ids=2&ids=3&ids=4": "refused must query.ids.maxItems",
		"q=a&ids=10&ids=x":            "refused must query.ids.items.type",
		"q=a&ids=10,20":               free,
		"q=a&ids=10&ids=":             free,
		"q=a&ids[]=10":                free,
		"q=a&tags=red,blue":           okay,
		"q=a&tags=red,green":          "refused must query.tags.items.enum",
		"q=a&tags=red&tags=blue":      free,

		"q=a&until=2026-01-31T00:00:00Z":                            okay,
		"q=a&until=2026-01-31T00:00:00.5Z":                          free,
		"q=a&until=2026-01-31T00:00:00%2B01:00":                     free,
		"q=a&until=2026-01-31T00:00:00+01:00":                       free,
		"q=a&until=2026-01-31t00:00:00z":                            free,
		"q=a&until=2026-01-31%2000:00:00Z":                          free,
		"q=a&until=2026-01-31T00:00Z":                               free,
		"q=a&until=20260131T000000Z":                                free,
		"q=a&until=2026-01-31T24:00:00Z":                            free,
		"q=a&until=2016-12-31T23:59:60Z":                            free,
		"q=a&until=yesterday":                                       "refused must query.until.format",
		"q=a&until=2026-01-31":                                      "refused must query.until.format",
		"q=a&until=2026-01-31T00:00:00":                             "refused must query.until.format",
		"q=a&until=1769817600":                                      "refused must query.until.format",
		"q=a&until=2026-02-30T00:00:00Z":                            "refused must query.until.format",
		"q=a&until=2026-13-01T00:00:00Z":                            "refused must query.until.format",
		"q=a&until=2026-01-30T36:00:00Z":                            "refused must query.until.format",
		"q=a&since=yesterday":                                       "refused should query.since.format",
		"q=a&since=yesterday&until=yesterday":                       "refused must query.until.format",
		"q=a&since=2026-01-30T00:00:00Z&until=2026-01-31T00:00:00Z": okay,
		"q=a&since=2026-01-31T00:00:00Z&until=2026-01-30T00:00:00Z": "refused should rule.in-order",
		"q=a&since=2026-01-31T00:00:00Z&until=2026-01-31T00:00:00Z": "accepted should rule.in-order",
		"q=a&since=2026-01-31T00:00:00Z&until=2026-01-31T00:30:00Z": "accepted should rule.in-order",
		// Within 30 days of now, and longer than 30 days: the readings differ.
		"q=a&since=2026-01-30T00:00:00Z&until=2026-03-30T00:00:00Z": free,
		// 30 days before now, within an hour.
		"q=a&since=2026-01-01T12:30:00Z&until=2026-01-02T00:00:00Z": free,
		// Both readings are broken, by a day and by an hour.
		"q=a&since=2025-12-01T00:00:00Z&until=2026-01-01T00:00:00Z": "refused must rule.window",
		"q=a&since=2025-12-01T00:00:00Z&until=2025-12-31T01:00:00Z": "refused should rule.window",
	} {
		e := entryOf("GET /desks/main/loans?"+query, desk)
		if got := about(recorded(t, whole, e).Cases[0]); got != want {
			t.Errorf("%s is %s, not %s: %s", query, got, want, recorded(t, whole, e).Cases[0].Why)
		}
	}
}

// TestHeadersAndCookies tells a recording by who sent the requests from another:
// headers may have been taken out of that.
func TestHeadersAndCookies(t *testing.T) {
	for _, test := range []struct {
		lines         []string
		whole, others string
	}{
		{[]string{"X-Desk: 5"}, okay, free}, // a rule asks for a cookie, which may have been there
		{[]string{}, "refused must header.X-Desk.required", free},
		{[]string{"x-desk: five"}, "refused must header.X-Desk.type", "refused must header.X-Desk.type"},
		{[]string{"x-desk: [redacted]"}, free, free},
		{[]string{"x-desk:  5 "}, okay, free},
		{[]string{"x-desk: 5", "x-desk: 6"}, free, free},
		{[]string{"x-desk: 5\n6"}, free, free},
		{[]string{"X-Desk: 5", "X-Trace: abc"}, "refused must header.X-Trace.minLength", "refused must header.X-Trace.minLength"},
		{[]string{"X-Desk: 5", "Cookie: lang=de"}, "refused must rule.lang-needs-trace", free},
		{[]string{"X-Desk: 5", "Cookie: a=b; lang=fr"}, "refused must cookie.lang.enum", "refused must cookie.lang.enum"},
		{[]string{"X-Desk: 5", "Cookie: lang=%66r"}, free, free},
		{[]string{"X-Desk: 5", "X-HTTP-Method-Override: POST"}, "skip: its header X-Http-Method-Override asks for another method", ""},
		{[]string{"X-Desk: 5", "X-Long: " + strings.Repeat("a", 8000)}, free, free},
	} {
		e := entryOf(append([]string{"GET /desks/main/loans?q=a"}, test.lines...)...)
		if got := about(recorded(t, whole, e).Cases[0]); got != test.whole {
			t.Errorf("%q of who sent it is %s, not %s", test.lines, got, test.whole)
		}
		if got := about(recorded(t, Options{}, e).Cases[0]); got != test.others && test.others != "" {
			t.Errorf("%q of somebody else is %s, not %s", test.lines, got, test.others)
		}
	}
	e := entryOf("GET /desks/main/loans?q=a", "X-Desk: 5", "X-Trace: abcd")
	e.Request.Cookies = []har.Pair{{Name: "lang", Value: "fr"}}
	if got := about(recorded(t, Options{}, e).Cases[0]); got != "refused must cookie.lang.enum" {
		t.Errorf("a cookie that only the list has is %s", got)
	}
}

func TestBodies(t *testing.T) {
	const made = "accepted must answer.201"
	for body, want := range map[string]string{
		`{"book": "b", "days": 7, "copies": [{"n": 1}, {"n": 2}]}`:                 made,
		`{"book": "b", "days": 7, "copies": [{"n": 1}]}`:                           "accepted must body.copies.minItems",
		`{"book": "b", "days": 7, "copies": []}`:                                   "refused must body.copies.minItems",
		`{"book": "b", "days": 7, "copies": [{"n": 1}, {"n": 1}]}`:                 "refused must body.copies.uniqueItems",
		`{"book": "b", "days": 7, "copies": [{"n": 1, "m": 2}]}`:                   "refused must body.copies.items.additionalProperties",
		`{"book": "b", "days": 7, "copies": [{"N": 1}]}`:                           free,
		`{"book": "b", "days": 7, "copies": [{"n": 1.0}]}`:                         free,
		`{"book": "b", "days": 7, "copies": [{"n": 1.5}]}`:                         "refused must body.copies.items.n.type",
		`{"book": "b", "days": 7, "copies": [{"n": "1"}]}`:                         "refused must body.copies.items.n.type",
		`{"book": "b", "days": 7, "copies": [{"n": null}]}`:                        "refused must body.copies.items.n.type",
		`{"book": "b", "days": 7, "copies": {}}`:                                   "refused must body.copies.type",
		`{"days": 7, "copies": [{"n": 1}, {"n": 2}]}`:                              "refused must body.book.required",
		`{"Book": "b", "days": 7, "copies": [{"n": 1}, {"n": 2}]}`:                 free,
		`{"book": null, "days": 7, "copies": [{"n": 1}]}`:                          "refused must body.book.type",
		`{"book": 5, "days": 7, "copies": [{"n": 1}]}`:                             "refused must body.book.type",
		`{"book": "12345678901", "days": 7, "copies": [{"n": 1}]}`:                 "refused must body.book.maxLength",
		`{"book": "b", "days": null, "copies": [{"n": 1}]}`:                        free,
		`{"book": "b", "copies": [{"n": 1}, {"n": 2}]}`:                            "refused must rule.days-or-until",
		`{"book": "b", "days": 7, "until": "2026-02-01", "copies": [{"n": 1}]}`:    "refused must rule.days-or-until",
		`{"book": "b", "days": 7, "note": null, "copies": [{"n": 1}, {"n": 2}]}`:   made,
		`{"book": "b", "days": 7, "note": " x", "copies": [{"n": 1}, {"n": 2}]}`:   free,
		`{"book": "b", "days": 7, "id": "1", "copies": [{"n": 1}, {"n": 2}]}`:      free,
		`{"book": "b", "days": 7, "x": "1", "copies": [{"n": 1}, {"n": 2}]}`:       free,
		`{"book": "b", "days": 7, "days": 8, "copies": [{"n": 1}, {"n": 2}]}`:      free,
		`{"book": "b", "days": 70, "days": 8, "copies": [{"n": 1}, {"n": 2}]}`:     free,
		`{"book": "b", "days": 29, "copies": [{"n": 1}, {"n": 2}]}`:                "refused must body.days.maximum",
		`{"book": "b", "days": 28, "copies": [{"n": 1}, {"n": 2}]}`:                "accepted must body.days.maximum",
		`{"book": "b", "days": "REDACTED", "copies": [{"n": 1}, {"n": 2}]}`:        free,
		`{"book": "b", "until": "2026-02-01", "copies": [{"n": 1}, {"n": 2}]}`:     made,
		`{"book": "b", "until": "2026-02-01T00:00:00Z", "copies": [{"n": 1}]}`:     free,
		`{"book": "b", "until": "soon", "copies": [{"n": 1}]}`:                     "refused must body.until.format",
		`{"book": "b", "days": 7, "price": 1e3, "copies": [{"n": 1}, {"n": 2}]}`:   free,
		`{"book": "b", "days": 7, "price": "1", "copies": [{"n": 1}, {"n": 2}]}`:   "refused must body.price.type",
		`{"book": "b", "days": 7, "what": "any", "copies": [{"n": 1}, {"n": 2}]}`:  made,
		`{"book": "b", "days": 7, "what": "some", "copies": [{"n": 1}, {"n": 2}]}`: "refused must body.what.schema",
		`{"book": "b", "days": 7, "what": "a b", "copies": [{"n": 1}, {"n": 2}]}`:  free,
		`{"book": "b", "days": 7, "what": 1.0, "copies": [{"n": 1}, {"n": 2}]}`:    free,
		`[]`:           "refused must body.type",
		`{"book":`:     "refused must body.json",
		`{}{}`:         "refused must body.json",
		`not json`:     "refused must body.json",
		`{"a": 1,}`:    free,
		`{a: 1}`:       free,
		`{} // really`: free,
		" ":            free,
		"\ufeff{}":     free,
	} {
		if got := about(recorded(t, Options{}, entryOf("POST /loans", "", body)).Cases[0]); got != want {
			t.Errorf("%s is %s, not %s: %s", body, got, want, recorded(t, Options{}, entryOf("POST /loans", "", body)).Cases[0].Why)
		}
	}
}

// TestBodiesThatTheRecordingLacks has what recorders leave out.
func TestBodiesThatTheRecordingLacks(t *testing.T) {
	change := func(do func(e *har.Entry)) har.Entry {
		e := entryOf("POST /loans", "", `{"book": "b", "days": "x"}`)
		do(&e)
		return e
	}
	bare := entryOf("POST /loans")
	header := func(e *har.Entry, name, value string) {
		e.Request.Headers = append(e.Request.Headers, har.Pair{Name: name, Value: value})
	}
	for name, test := range map[string]struct {
		e    har.Entry
		want string
	}{
		"there":          {change(func(*har.Entry) {}), "refused must body.days.type"},
		"none":           {bare, "refused must body.required"},
		"not recorded":   {change(func(e *har.Entry) { e.Request.PostData.Text = nil }), free},
		"as parameters":  {change(func(e *har.Entry) { e.Request.PostData = &har.PostData{Params: []har.Pair{{Name: "a"}}} }), free},
		"size not known": {change(func(e *har.Entry) { e.Request.PostData, e.Request.Headers, e.Request.BodySize = nil, nil, -1 }), free},
		"cut":            {change(func(e *har.Entry) { e.Request.BodySize++ }), free},
		"cut, by header": {change(func(e *har.Entry) { header(e, "Content-Length", "50") }), free},
		"chunked":        {change(func(e *har.Entry) { e.Request.PostData = nil; header(e, "Transfer-Encoding", "chunked") }), free},
		"encoded":        {change(func(e *har.Entry) { header(e, "Content-Encoding", "gzip") }), free},
		"of another type": {change(func(e *har.Entry) {
			e.Request.Headers = []har.Pair{{Name: "Content-Type", Value: "text/plain"}}
		}), free},
		"very long":        {change(func(e *har.Entry) { e.Request.PostData.Text = new(strings.Repeat("[", 1<<21)) }), free},
		"another alphabet": {change(func(e *har.Entry) { e.Request.PostData.Text = new("{\"book\": \"\ufffd\", \"days\": \"x\"}") }), free},
		"type by postData": {change(func(e *har.Entry) { e.Request.Headers = nil }), "refused must body.days.type"},
	} {
		if got := about(recorded(t, Options{}, test.e).Cases[0]); got != test.want {
			t.Errorf("%s is %s, not %s", name, got, test.want)
		}
	}
}

// TestTime has what depends on the server's clock.
func TestTime(t *testing.T) {
	// Longer than 30 days, and begun before the last 30 days by startedDateTime.
	e := entryOf("GET /desks/main/loans?q=a&since=2025-12-01T00:00:00Z&until=2026-01-31T00:00:00Z", "X-Desk: 5")
	if got := about(recorded(t, whole, e).Cases[0]); got != "refused must rule.window" {
		t.Errorf("in time it is %s", got)
	}
	for name, change := range map[string]func(e *har.Entry){
		"no time": func(e *har.Entry) { e.StartedDateTime = "" },
		"no zone": func(e *har.Entry) { e.StartedDateTime = "2026-01-31T12:00:00" },
		"another clock": func(e *har.Entry) {
			e.Response.Headers = append(e.Response.Headers, har.Pair{Name: "date", Value: "Mon, 01 Dec 2025 12:00:00 GMT"})
		},
		"near the limits": func(e *har.Entry) { e.StartedDateTime = "2025-12-31T00:30:00Z" },
	} {
		changed := e
		change(&changed)
		if got := about(recorded(t, whole, changed).Cases[0]); got != free {
			t.Errorf("%s is %s", name, got)
		}
	}
	late := e
	late.StartedDateTime = ""
	late.Response.Headers = append(late.Response.Headers, har.Pair{Name: "date", Value: "Sat, 31 Jan 2026 12:00:00 GMT"})
	if got := about(recorded(t, whole, late).Cases[0]); got != "refused must rule.window" {
		t.Errorf("by the answer's Date it is %s", got)
	}
}

// TestRequestsThatServersReadDifferently are judged by their success alone, or
// not at all.
func TestRequestsThatServersReadDifferently(t *testing.T) {
	for target, want := range map[string]string{
		"/desks/main/loans?q=%zz":                              "its query has characters that servers read in different ways",
		"/desks/main/loans?q=%FF":                              "its query has characters that servers read in different ways",
		"/desks/main/loans?q=%00":                              "its query has characters that servers read in different ways",
		"/desks/main/loans?q=a;b":                              "its query has characters that servers read in different ways",
		"/desks/main/loans?q=a|b":                              "its query has characters that servers read in different ways",
		"/desks/main/loans?q=ä":                                "its query has characters that servers read in different ways",
		"/desks/main/loans?q=a&a;b":                            "its query has a name that servers read in different ways",
		"/desks/main/loans?q=a&x=" + strings.Repeat("a", 2000): "its URL is so long that it may be refused for that",
	} {
		e := entryOf("GET "+target, "X-Desk: 5")
		if got := about(recorded(t, whole, e).Cases[0]); got != free {
			t.Errorf("%.60s with success is %s", target, got)
		}
		e.Response.Status = 400
		if got := about(recorded(t, whole, e).Cases[0]); got != "skip: "+want {
			t.Errorf("%.60s is %s, not skip: %s", target, got, want)
		}
	}
	for target, want := range map[string]string{
		"/desks/a%2Fb/loans?q=a":    "its path has characters that servers read in different ways",
		"/desks/%2e%2e/loans?q=a":   "its path has characters that servers read in different ways",
		"/desks/main;a=b/loans?q=a": "its path has characters that servers read in different ways",
		"/desks/m%C3%A4/loans?q=a":  "its path has characters that servers read in different ways",
		"/desks/a|b/loans?q=a":      "its path has characters that no URL holds",
	} {
		if got := about(recorded(t, whole, entryOf("GET "+target, "X-Desk: 5")).Cases[0]); got != "skip: "+want {
			t.Errorf("%s is %s, not skip: %s", target, got, want)
		}
	}
	// The credential of a recording of our own is not escaped.
	if got := about(recorded(t, whole, entryOf("GET /desks/main/loans?q=a&key=[redacted]", "X-Desk: 5")).Cases[0]); got != okay {
		t.Errorf("a redacted credential makes it %s", got)
	}
}

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

// TestAnswersThatAreNotJudged has what is no answer of the service, or not to the
// request.
func TestAnswersThatAreNotJudged(t *testing.T) {
	mark := func(text string) har.Mark { return har.Mark(text) }
	status := func(n har.Size) func(e *har.Entry) { return func(e *har.Entry) { e.Response.Status = n } }
	header := func(name, value string) func(e *har.Entry) {
		return func(e *har.Entry) {
			e.Response.Headers = append(e.Response.Headers, har.Pair{Name: name, Value: value})
		}
	}
	const cached, own = "skip: the answer comes from a cache", "skip: the answer comes from the page or the test itself"
	const cut = "skip: the recording says that the answer did not come to its end"
	for _, test := range []struct {
		name   string
		change func(e *har.Entry)
		want   string
	}{
		{"as it is", func(*har.Entry) {}, okay},
		{"blocked", status(0), "skip: no answer is recorded"},
		{"unknown to Playwright", status(-1), "skip: no answer is recorded"},
		{"304", status(304), cached},
		{"from disk", func(e *har.Entry) { e.FromCache = mark(`"disk"`) }, cached},
		{"not from disk", func(e *har.Entry) { e.FromCache = mark(`null`) }, okay},
		{"of WebKit's cache", func(e *har.Entry) { e.FetchType = mark(`"Memory Cache"`) }, cached},
		{"of WebKit's network", func(e *har.Entry) { e.FetchType = mark(`"Network Load"`) }, okay},
		{"of Firefox' cache", func(e *har.Entry) { e.Cache.AfterRequest = mark("null") }, cached},
		{"of a cache that says more", func(e *har.Entry) { e.Cache.BeforeRequest, e.Cache.AfterRequest = mark("null"), mark("null") }, okay},
		{"of a cache between", header("age", "60"), cached},
		{"fresh", header("age", "0"), okay},
		{"by a service worker", func(e *har.Entry) { e.FromServiceWorker = mark("true") }, own},
		{"by the test", func(e *har.Entry) { e.WasFulfilled = mark("true") }, own},
		{"aborted", func(e *har.Entry) { e.WasAborted = mark("true") }, cut},
		{"broken off", func(e *har.Entry) { e.Response.Error = mark(`"net::ERR_FAILED"`) }, cut},
		{"not broken off", func(e *har.Entry) { e.Response.Error = mark(`null`) }, okay},
		{"broken off, of Playwright", func(e *har.Entry) { e.Response.FailureText = mark(`"x"`) }, cut},
		{"by the browser", header("Non-Authoritative-Reason", "HSTS"), "skip: the browser answered it itself"},
		{"429", status(429), "skip: 429 Too Many Requests speaks of the circumstances, and the contract does not list it"},
		{"503", status(503), "skip: 503 Service Unavailable speaks of the circumstances, and the contract does not list it"},
		{"403", status(403), "skip: 403 Forbidden speaks of the rights of who asks, of which the recording does not tell"},
		{"404", status(404), okay}, // which is then a finding
		{"a page", func(e *har.Entry) {
			e.Request.Headers[0].Value = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
			e.Response.Headers[0].Value = "text/html; charset=utf-8"
		}, "skip: the request asked for text/html, of which the contract does not speak"},
		{"a page that nobody asked for", func(e *har.Entry) { e.Response.Headers[0].Value = "text/html" }, okay},
		{"to https", func(e *har.Entry) {
			e.Request.URL = strings.Replace(e.Request.URL, "https", "http", 1)
			e.Response.Status = 301
			header("Location", "https://api.example/desks/main/loans?q=a")(e)
		}, "skip: the answer sends the request to the same place by https"},
		{"elsewhere", func(e *har.Entry) { e.Response.Status = 301; header("Location", "https://api.example/login")(e) }, okay},
	} {
		e := entryOf("GET /desks/main/loans?q=a", "X-Desk: 5")
		test.change(&e)
		if got := about(recorded(t, whole, e).Cases[0]); got != test.want {
			t.Errorf("%s: %s, not %s", test.name, got, test.want)
		}
	}
}

// TestStatuses has which answers a request may have got.
func TestStatuses(t *testing.T) {
	for _, test := range []struct {
		target string
		status har.Size
		want   string
	}{
		{"GET /desks/main/loans?q=a", 200, "accepted 200 401 500"},
		{"GET /desks/main/loans?q=a", 400, "accepted 200 401 500"},
		{"GET /desks/main/loans?q=", 200, "refused 400 401"},
		{"GET /desks/main/loans?q=a&q=b", 200, "either 200 400 401 500"},
		{"POST /loans", 201, "refused 404 422"},
		{"GET /status?deep=true", 200, "accepted 200"},
		{"GET /status?deep=true", 400, "accepted 200"},
		{"GET /status?deep=true", 404, "accepted 200 404"},
		{"GET /status?deep=true", 500, "accepted 200 500"},
		{"GET /status?deep=x", 200, "refused 4XX"},
		{"GET /status?deep=x", 404, "refused 4XX"},
		{"GET /status?deep=x", 500, "refused 4XX"},
		{"GET /status?deep=1", 502, "either 200 400 4XX 502"},
		{"GET /ping", 200, "either 200 4XX"},
		{"GET /ping?x=1", 404, "either 200 4XX"},
	} {
		e := entryOf(test.target, "X-Desk: 5")
		e.Response.Status = test.status
		x := recorded(t, whole, e).Cases[0].Expect
		if got := string(x.Outcome) + " " + strings.Join(x.Statuses, " "); got != test.want {
			t.Errorf("%s, answered with %d, may have got %s, not %s", test.target, test.status, got, test.want)
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
		okay, okay, okay, okay, free, free, free,
		"skip: only the target knows whether the value of query reader is there", okay, free, free,
	} {
		if got := about(r.Cases[i]); got != want {
			t.Errorf("entry %d is %s, not %s: %s", i, got, want, r.Cases[i].Why)
		}
	}
	// What is forbidden is so whatever the value, but for who does not find it.
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

// TestBodiesOfAnswers has whether the recording has all of an answer's body.
func TestBodiesOfAnswers(t *testing.T) {
	answer := func(text, encoding string, size har.Size, headers ...har.Pair) har.Response {
		return har.Response{Status: 200, Headers: headers, Content: har.Content{Size: size, Text: &text, Encoding: encoding}}
	}
	length := func(n string) har.Pair { return har.Pair{Name: "content-length", Value: n} }
	left := har.Response{Status: 200, Content: har.Content{Size: 10}}
	truncated := answer(`{"a": 1}`, "", 8)
	truncated.Content.Truncated = true
	for _, test := range []struct {
		name           string
		response       har.Response
		others, wholly bool
	}{
		{"text", answer(`{"a": 1}`, "", 8), true, true},
		{"text of unknown size", answer(`{"a": 1}`, "", -1), true, true},
		{"packed on the way", answer(`{"a": 1}`, "", 30), true, true},
		{"base64", answer("eyJhIjogMX0=", "base64", 8), true, true},
		{"left out", left, false, false},
		{"cut", answer(`{"a": `, "", 800), false, true},
		{"broken off", answer(`{"a": `, "", 6), true, true},
		{"broken off, of unknown size", answer(`{"a": `, "", -1), false, true},
		{"cut by this program", truncated, false, false},
		{"very long", answer(strings.Repeat("[", 1<<21), "", 1<<21), false, false},
		{"empty", answer("", "", 0), false, true},
		{"empty for certain", answer("", "", 0, length("0")), true, true},
		{"redacted", answer(`{"a": "REDACTED"}`, "", 17), false, false},
		{"with asterisks", answer(`{"a": "***"}`, "", 12), false, false},
		{"of another alphabet", answer("{\"a\": \"\ufffd\"}", "", 12), false, true},
		{"a part", answer(`{"a": 1}`, "", 8, har.Pair{Name: "Content-Range", Value: "bytes 0-7/100"}), false, false},
	} {
		e := entryOf("GET /desks/main/loans?q=a", "X-Desk: 5")
		e.Response = test.response
		for complete, want := range map[bool]bool{false: test.others, true: test.wholly} {
			x := recorded(t, Options{Complete: complete}, e).Exchange(0)
			if got := !x.Recorded.Bodiless; got != want || !got && x.Got.Body != nil {
				t.Errorf("%s, complete %v: whole %v, %q", test.name, complete, got, x.Got.Body)
			}
		}
	}
}

// TestCredentialsAreNotShown has those of the contract, which the judge knows, and
// those that only look like it.
func TestCredentialsAreNotShown(t *testing.T) {
	e := entryOf("GET https://joe:hidden-password@api.example/desks/main/loans?q=a&key=hidden-key-of-ours&access_token=hidden-token#f",
		"X-Desk: 5", "Authorization: Bearer hidden-bearer", "X-Auth: hidden-x-auth", "X-Session-Id: hidden-session", "cookie: lang=de; sid=hidden-cookie")
	e.Response.Headers = append(e.Response.Headers, har.Pair{Name: "X-New-Token", Value: "hidden-new-token"})
	r := recorded(t, Options{}, e)
	x := r.Exchange(0)
	if want := "https://api.example/desks/main/loans?q=a&key=hidden-key-of-ours&access_token=[redacted]"; x.Sent.URL != want {
		t.Errorf("the URL is %s", x.Sent.URL)
	}
	for name, want := range map[string]string{
		"X-Session-Id": "[redacted]", "Cookie": "lang=[redacted]; sid=[redacted]", "X-Auth": "hidden-x-auth", "Authorization": "Bearer hidden-bearer",
	} {
		if got := x.Sent.Header.Get(name); got != want {
			t.Errorf("%s is %q, not %q", name, got, want)
		}
	}
	var found []string
	for _, s := range r.Secrets() {
		found = append(found, s.Reveal())
	}
	const want = "Bearer hidden-bearer|hidden-bearer|hidden-key-of-ours|hidden-new-token|hidden-password|hidden-session|hidden-token|hidden-x-auth"
	if got := strings.Join(found, "|"); got != want {
		t.Errorf("the secrets are %s", got)
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
				if c := r.Cases[i]; model.Clause(c.Clause) == nil || c.Skip == "" && len(c.Expect.Statuses) == 0 {
					t.Errorf("%+v", c)
				}
				r.Exchange(i)
			}
		}
	})
}
