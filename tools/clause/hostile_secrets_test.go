package main

import (
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/report"
)

// harmful are what a terminal, a page or a log would obey.
var harmful = []string{
	"\x1b[2J\x1b[31mred", "\x1b]0;owned\x07", "\x9b31m\xc2\x9b2J", "a\u202eb\u2066c\ufeff\u200b", "\r\nPASS: all is well", "\b\b\b\x7f\x00",
	`</testcase><script>alert(1)</script>`, `]]></failure><testcase name="x"/>`, `<!-- <![CDATA[ &lt; &#27; &undefined;`, `"><img src=x onerror=alert(1)>`,
	"\xff\xfe\xed\xa0\x80", "{{.}} ${TOKEN} %s %n $(id) `id`",
}

// places are where an endpoint can put a text of its own.
var places = map[string]func(text string) string{
	"the reason phrase":      func(text string) string { return whole("200 "+text, "{}") },
	"the reason of a 400":    func(text string) string { return whole("400 "+text, "{}") },
	"the status":             func(text string) string { return whole(text, "{}") },
	"the version":            func(text string) string { return text + " 200 OK\r\n\r\n{}" },
	"a header":               func(text string) string { return whole("200 OK", "{}", "X-Echo: "+text) },
	"a header's name":        func(text string) string { return whole("200 OK", "{}", text+": x") },
	"a line of the head":     func(text string) string { return whole("200 OK", "{}", text) },
	"a cookie":               func(text string) string { return whole("200 OK", "{}", "Set-Cookie: "+text+"="+text+"; Path="+text) },
	"the media type":         func(text string) string { return strings.Replace(whole("200 OK", "{}"), "application/json", text, 1) },
	"the content coding":     func(text string) string { return whole("200 OK", "{}", "Content-Encoding: "+text) },
	"the transfer coding":    func(text string) string { return "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + text + "\r\n\r\n{}" },
	"the length":             func(text string) string { return "HTTP/1.1 200 OK\r\nContent-Length: " + text + "\r\n\r\n{}" },
	"where a redirect leads": func(text string) string { return whole("302 Found", "", "Location: http://"+text+"/"+text+"?"+text) },
	"when to come back":      func(text string) string { return whole("503 Busy", "{}", "Retry-After: "+text) },
	"an interim answer": func(text string) string {
		return "HTTP/1.1 103 " + text + "\r\nLink: " + text + "\r\n\r\n" + whole("200 OK", "{}")
	},
	"a trailer":              func(text string) string { return chunked + "2\r\n{}\r\n0\r\n" + text + ": " + text + "\r\n\r\n" },
	"a chunk's size":         func(text string) string { return chunked + text + "\r\n{}\r\n0\r\n\r\n" },
	"the body":               func(text string) string { return whole("200 OK", text) },
	"a text of another kind": func(text string) string { return whole("500 Oops", "<html>"+text, "Content-Type: text/html") },
	"a member":               func(text string) string { return whole("200 OK", `{"task_id":"`+text+`","b":"`+text+`"}`) },
	"a member's name":        func(text string) string { return whole("200 OK", `{"`+text+`":1,"`+text+`":{"`+text+`":1}}`) },
	"a long text":            func(text string) string { return whole("400 No", `{"error_msg":"`+strings.Repeat(text+"x", 5000)+`"}`) },
	"a long name": func(text string) string {
		return whole("200 OK", `{"`+strings.Repeat(text, 999)+`":1,"`+strings.Repeat(text, 999)+`":1}`)
	},
	"many headers": func(text string) string {
		return whole("200 OK", "{}", slices.Repeat([]string{"X-" + text + ": " + text}, 400)...)
	},
}

// telling are the places that a diagnosis may quote, when the first answer shows
// that the target cannot be tested.
var telling = []string{
	"the status", "the version", "a header's name", "a line of the head", "the transfer coding", "the length", "where a redirect leads",
	"when to come back", "an interim answer",
}

// Whatever an endpoint says, and wherever it says it, no output holds the token
// or what a terminal, a page or a CI log would obey: runHostile looks.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the texts take a hundred processes")
	}
	for _, place := range slices.Sorted(maps.Keys(places)) {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			var replies []reply
			for _, text := range harmful {
				replies = append(replies, says(places[place](text)))
			}
			for _, form := range slices.Sorted(maps.Keys(forms(""))) {
				replies = append(replies, func(conn net.Conn, r *http.Request) {
					token := r.Header.Get(tokenHeader)
					if token == "" {
						token = hostileToken
					}
					io.WriteString(conn, places[place](forms(token)[form]))
				})
			}
			s := serveHostile(t, byCase(replies...), false)
			r := runHostile(t, s.url, "--only", "*start_time*", "--only", "*.security.*", "--timeout", "5s")
			if cases := r.report.Summary.Cases - r.report.Summary.Skip; cases < len(replies) {
				t.Fatalf("%d cases for %d texts", cases, len(replies))
			}
			if slices.Contains(telling, place) {
				s := serveHostile(t, says(places[place](hostileToken+strings.Join(harmful, ""))), true)
				runHostile(t, s.url, "--only", first, "--only", second, "--timeout", "5s")
			}
		})
	}
}

// An answer that gives the token away is said to.
func TestHostileEcho(t *testing.T) {
	t.Parallel()
	credentials := "exportUserUsage.answer.credentials"
	for place, echo := range map[string]func(token string) string{
		"a header": func(token string) string { return whole("200 OK", "{}", "X-Echo: "+token) },
		"a cookie": func(token string) string { return whole("200 OK", "{}", "Set-Cookie: token="+token) },
		"the body": func(token string) string { return whole("200 OK", forms(token)["JSON"]) },
		"base64":   func(token string) string { return whole("200 OK", forms(token)["basic"]) },
		"gzip":     func(token string) string { return whole("200 OK", gzipped(token), "Content-Encoding: gzip") },
		"deflate":  func(token string) string { return whole("200 OK", deflated(token), "Content-Encoding: deflate") },
		"far behind": func(token string) string {
			return whole("200 OK", fmt.Sprintf(`{"task_id": %q, "a": %q}`, strings.Repeat("a", 500_000), forms(token)["query"]))
		},
	} {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			s := serveHostile(t, echoes(echo), false)
			r := runHostile(t, s.url, "--only", first, "--only", second)
			if v := r.verdict(t, second); !slices.ContainsFunc(v.Findings, func(f report.Finding) bool { return f.Clause == credentials }) {
				t.Errorf("%s: %v", v.Outcome, v.Findings)
			}
		})
	}
}
