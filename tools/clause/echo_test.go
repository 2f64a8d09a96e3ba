package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// serveEcho starts a server that sends back what it got in every place and form
// that an answer has, and sets URL.
func serveEcho(ts *testscript.TestScript, neg bool, _ []string) {
	wants(ts, neg, nil, 0, "serve-echo")
	server := httptest.NewServer(http.HandlerFunc(echo))
	ts.Defer(server.Close)
	ts.Setenv("URL", server.URL)
}

// echo writes the answer itself: net/http would not send such a reason phrase.
func echo(w http.ResponseWriter, r *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	var got []string
	for name, values := range r.Header {
		if !strings.HasPrefix(name, "Accept") {
			got = append(got, values...)
		}
	}
	all := strings.Join(got, " ")
	quoted, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	body := fmt.Sprintf(`{"task_id": %s, "error_msg": %s, "all": [%q, %q, %q, %q, %q], %s: 1}`, quoted, quoted,
		url.QueryEscape(all), base64.StdEncoding.EncodeToString([]byte(all)), html.EscapeString(all),
		strings.ReplaceAll(all, "/", `\/`), strings.ToUpper(all[:1])+all[1:], quoted)
	fmt.Fprintf(conn, "HTTP/1.1 200 %s\r\nContent-Type: application/json; said=%q\r\nX-Echo: %s\r\nSet-Cookie: a=%s\r\nX-%s: 1\r\nLocation: http://127.0.0.1/?%s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
		all, all, all, all, url.PathEscape(strings.Map(token, all)), url.QueryEscape(all), len(body), body)
}

// token keeps what a header's name may hold.
func token(c rune) rune {
	if strings.ContainsRune(" ,;=/\"()", c) {
		return -1
	}
	return c
}

// hides wants files, and what was printed last, to hold none of the environment
// variables that are named before a colon, and no long beginning of them.
func hides(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, args, 3, "hides VARIABLE... : FILE|stdout|stderr...")
	var secrets []string
	for len(args) > 0 && args[0] != ":" {
		secret := ts.Getenv(args[0])
		const long = 12
		if len(secret) < long {
			ts.Fatalf("%s is too short for this to say anything", args[0])
		}
		secrets, args = append(secrets, secret[:long]), args[1:]
	}
	for _, name := range args[1:] {
		text := ts.ReadFile(name)
		if text == "" && name != "stderr" {
			ts.Fatalf("%s is empty", name)
		}
		for _, beginning := range secrets {
			if i := strings.Index(text, beginning); i >= 0 {
				ts.Fatalf("%s holds a secret: ...%s", name, text[max(0, i-80):min(len(text), i+80)])
			}
		}
	}
}
