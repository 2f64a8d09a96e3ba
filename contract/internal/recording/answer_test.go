package recording

import (
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/har"
)

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
		{"403", status(403), okay}, // which then decides nothing
		{"404", status(404), okay},
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

// TestStatuses has which answers a request has to get, whatever it got. One that is
// open has none.
func TestStatuses(t *testing.T) {
	for _, test := range []struct {
		target string
		status har.Size
		want   string
	}{
		{"GET /desks/main/loans?q=a", 200, "accepted 200"},
		{"GET /desks/main/loans?q=a", 400, "accepted 200"},
		{"GET /desks/main/loans", 200, "refused 400"},
		{"GET /desks/main/loans?q=", 200, "either "},
		{"GET /desks/main/loans?q=a&q=b", 200, "either "},
		{"POST /loans", 201, "refused 422"},
		{"POST /loans", 404, "refused 422"},
		{"GET /status?deep=true", 200, "accepted 200"},
		{"GET /status?deep=true", 404, "accepted 200"},
		{"GET /status?deep=true", 500, "accepted 200"},
		{"GET /status?deep=x", 200, "refused 4XX"},
		{"GET /status?deep=x", 500, "refused 4XX"},
		{"GET /status?deep=1", 502, "either "},
		{"GET /ping", 200, "accepted 200"},
		{"GET /ping?x=1", 404, "either "},
	} {
		e := entryOf(test.target, "X-Desk: 5")
		e.Response.Status = test.status
		x := recorded(t, whole, e).Cases[0].Expect
		if got := string(x.Outcome) + " " + strings.Join(x.Statuses, " "); got != test.want {
			t.Errorf("%s, answered with %d, has to get %s, not %s", test.target, test.status, got, test.want)
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
			if got := !x.Recorded.WithoutBody; got != want || !got && x.Got.Body != nil {
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
