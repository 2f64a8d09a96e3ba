package auth_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apiclause/clause/contract/auth"
)

// login is one at api.test, which is answered by serve.
func login(serve func(conn net.Conn)) *auth.Login {
	return &auth.Login{
		URL: &url.URL{Scheme: "http", Host: "api.test", Path: "/login"}, ContentType: "application/json",
		Body: auth.NewSecret(`{"password":"p4ss-word"}`), Secrets: []auth.Secret{auth.NewSecret("p4ss-word")}, Token: "/data/0/a~1b",
		Transport: endpoints{"api.test:80": serve}.transport(),
	}
}

// says answers with a status and a body.
func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := login(handled(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			got := fmt.Sprintf("%s %s %s %s %s", r.Method, r.URL, r.Header.Get("Content-Type"), r.Header.Get("User-Agent"), body)
			if got != `PUT /login application/json me/1 {"password":"p4ss-word"}` {
				t.Errorf("got %s", got)
			}
			says(201, `{"data": [{"a/b": "the token"}]}`)(w, r)
		}))
		l.Method, l.UserAgent, l.Lifetime = http.MethodPut, "me/1", time.Hour
		token, err := l.Issue(t.Context())
		if err != nil || token.Value.Reveal() != "the token" || time.Until(token.Expires) != time.Hour {
			t.Errorf("got %s until %s, %v", token.Value.Reveal(), token.Expires, err)
		}
	})
}

// A token may be a number, and its end need not be known.
func TestLoginTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := login(handled(says(200, `12345678901234567890`)))
		l.Token = ""
		token, err := l.Issue(t.Context())
		if err != nil || token.Value.Reveal() != "12345678901234567890" || !token.Expires.IsZero() {
			t.Errorf("got %s until %s, %v", token.Value.Reveal(), token.Expires, err)
		}
	})
}

func TestLoginRefusals(t *testing.T) {
	const (
		body  = ": correct the body of the login: names, user and password"
		place = ": correct login.url and login.method"
	)
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		asked   int32
		message string
	}{
		"wrong password": {says(401, "{\"detail\": \"not p4ss-word\x1b\"}"), 1, `it answered 401 Unauthorized: {"detail": "not [redacted] "}` + body},
		"unfit":          {says(422, ""), 1, "it answered 422 Unprocessable Entity" + body},
		"no such path":   {says(404, "no"), 1, "it answered 404 Not Found: no" + place},
		"a redirect":     {says(302, ""), 1, "it answered 302 Found" + place},
		"media type":     {says(415, ""), 1, "it answered 415 Unsupported Media Type: give the body under login.json or login.form, as the service wants it"},
		"too fast":       {says(429, "slowly"), 3, "it answered 429 Too Many Requests: slowly"},
		"broken":         {says(500, ""), 3, "it answered 500 Internal Server Error"},
		"no JSON":        {says(200, "<html>"), 1, "it answered 200 OK, and its body is no JSON, in which login.token (/data/0/a~1b) could be looked for: correct login.url"},
		"no token":       {says(200, `{"token": "t", "user": 1}`), 1, "it answered 200 OK, and there is no token at /data/0/a~1b: correct login.token; the answer has token, user"},
		"less deep":      {says(200, `{"data": [{"b": "t"}]}`), 1, "it answered 200 OK, and there is no token at /data/0/a~1b: correct login.token; /data/0 has b"},
		"too short":      {says(200, `{"data": []}`), 1, "it answered 200 OK, and there is no token at /data/0/a~1b: correct login.token"},
		"through a text": {says(200, `{"data": "t"}`), 1, "it answered 200 OK, and there is no token at /data/0/a~1b: correct login.token"},
		"empty":          {says(200, `{"data": [{"a/b": ""}]}`), 1, "it answered 200 OK, and there is no token at /data/0/a~1b: correct login.token"},
		"an object":      {says(200, `{"data": [{"a/b": {"x": "t"}}]}`), 1, "it answered 200 OK, and what stands at /data/0/a~1b is no text: correct login.token; /data/0/a~1b has x"},
		"a line break":   {says(200, `{"data": [{"a/b": "x\nY: z"}]}`), 1, "its token holds a line break or another character that no request can carry"},
		"too long":       {says(200, `{"data": [{"a/b": "`+strings.Repeat("x", 33<<10)+`"}]}`), 1, "its token has 33792 bytes, and no server takes more than 32768 in a header"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked atomic.Int32
				_, err := login(handled(func(w http.ResponseWriter, r *http.Request) { asked.Add(1); c.handler(w, r) })).Issue(t.Context())
				if want := "login POST http://api.test/login: " + c.message; err == nil || err.Error() != want {
					t.Errorf("got  %v\nwant %s", err, want)
				}
				if asked.Load() != c.asked {
					t.Errorf("asked %d times, want %d", asked.Load(), c.asked)
				}
			})
		})
	}
}

func TestLoginThatCannotBeReached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := login(nil)
		l.Transport = endpoints{}.transport()
		_, err := l.Issue(t.Context())
		if want := "login POST http://api.test/login: dial api.test:80: nobody is there: correct login.url, or look for a firewall or a proxy on the way"; err == nil || err.Error() != want {
			t.Errorf("got %v", err)
		}
		l.URL = nil
		if _, err := l.Issue(t.Context()); err == nil || err.Error() != "login: its URL must be one such as https://api.example.com/login" {
			t.Errorf("got %v", err)
		}
	})
}

// oauth asks auth.test for tokens.
func oauth(serve func(conn net.Conn), change func(o *auth.OAuth2)) *auth.OAuth2 {
	o := &auth.OAuth2{
		TokenURL: &url.URL{Scheme: "http", Host: "auth.test", Path: "/token"}, ClientID: "client", ClientSecret: auth.NewSecret("client-s3cret"),
		Scopes: []string{"a", "b"}, Transport: endpoints{"auth.test:80": serve}.transport(),
	}
	change(o)
	return o
}

func program(*auth.OAuth2) {}

// person has a user in place of a client.
func person(o *auth.OAuth2) {
	o.ClientID, o.ClientSecret, o.User, o.Password = "", auth.Secret{}, "u", auth.NewSecret("p4ss-word")
}

func TestOAuth2AsksForATokenByEitherGrant(t *testing.T) {
	for name, c := range map[string]struct {
		change func(o *auth.OAuth2)
		want   string
	}{
		"client": {program, "client client-s3cret true grant_type=client_credentials&scope=a+b"},
		"person": {person, "  false grant_type=password&password=p4ss-word&scope=a+b&username=u"},
		"both": {
			func(o *auth.OAuth2) { o.User, o.Password = "u", auth.NewSecret("p4ss-word") },
			"client client-s3cret true grant_type=password&password=p4ss-word&scope=a+b&username=u",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				token, err := oauth(handled(func(w http.ResponseWriter, r *http.Request) {
					user, password, ok := r.BasicAuth()
					body, _ := io.ReadAll(r.Body)
					if got := fmt.Sprintf("%s %s %v %s", user, password, ok, body); got != c.want || r.Header.Get("User-Agent") != "clause" {
						t.Errorf("got %s by %s, want %s", got, r.Header.Get("User-Agent"), c.want)
					}
					says(200, `{"access_token": "the token", "token_type": "bearer", "expires_in": 60}`)(w, r)
				}), c.change).Issue(t.Context())
				if err != nil || token.Value.Reveal() != "the token" || time.Until(token.Expires).Round(time.Second) != time.Minute {
					t.Errorf("got %s until %s, %v", token.Value.Reveal(), token.Expires, err)
				}
			})
		})
	}
}

func TestOAuth2Refusals(t *testing.T) {
	const (
		ofClient = ": correct clientId, clientSecret, scopes and tokenUrl"
		ofPerson = ": correct user, password, clientId, clientSecret, scopes and tokenUrl"
	)
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		change  func(o *auth.OAuth2)
		asked   int32
		message string
	}{
		"wrong password": {says(400, `{"error": "invalid_grant", "error_description": "not p4ss-word"}`), person, 1, "it answered 400 Bad Request: invalid_grant: not [redacted]" + ofPerson},
		// In the header Authorization, then in the body.
		"wrong client":    {says(401, `{"error": "invalid_client"}`), program, 2, "it answered 401 Unauthorized: invalid_client" + ofClient},
		"a text":          {says(403, "not client-s3cret"), program, 2, "it answered 403 Forbidden: not [redacted]" + ofClient},
		"an error in 200": {says(200, `{"error": "invalid_scope"}`), person, 1, "it answered 200 OK: invalid_scope" + ofPerson},
		"no such path":    {says(404, ""), person, 1, "it answered 404 Not Found: correct tokenUrl"},
		"a redirect":      {says(302, ""), person, 1, "it answered 302 Found: correct tokenUrl"},
		"broken":          {says(503, ""), person, 3, "it answered 503 Service Unavailable"},
		"no token":        {says(200, `{"token": "t"}`), person, 1, "oauth2: server response missing access_token: correct tokenUrl"},
		"no JSON":         {says(200, `<html>`), person, 1, "oauth2: cannot parse json: invalid character '<' looking for beginning of value: correct tokenUrl"},
		"too long":        {says(200, `{"access_token": "`+strings.Repeat("x", 33<<10)+`"}`), person, 1, "its token has 33792 bytes, and no server takes more than 32768 in a header"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked atomic.Int32
				_, err := oauth(handled(func(w http.ResponseWriter, r *http.Request) { asked.Add(1); c.handler(w, r) }), c.change).Issue(t.Context())
				if want := "token URL http://auth.test/token: " + c.message; err == nil || err.Error() != want {
					t.Errorf("got  %v\nwant %s", err, want)
				}
				if asked.Load() != c.asked {
					t.Errorf("asked %d times, want %d", asked.Load(), c.asked)
				}
			})
		})
	}
}

func TestOAuth2ThatCannotBeAsked(t *testing.T) {
	const off = ": correct tokenUrl, or look for a firewall or a proxy on the way"
	silent := func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }
	midway := func(conn net.Conn) {
		_, _ = http.ReadRequest(bufio.NewReader(conn)) // an answer before it would be none
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n{")
		silent(conn)
	}
	for name, c := range map[string]struct {
		serve   func(conn net.Conn)
		change  func(o *auth.OAuth2)
		message string
	}{
		"nobody there":     {nil, func(o *auth.OAuth2) { o.Transport = endpoints{}.transport() }, "token URL http://auth.test/token: dial auth.test:80: nobody is there" + off},
		"silence":          {silent, person, "token URL http://auth.test/token: no answer within 30s"},
		"silence midway":   {midway, person, "token URL http://auth.test/token: no answer within 30s"},
		"no URL":           {nil, func(o *auth.OAuth2) { o.TokenURL = nil }, "oauth2: its token URL must be a URL such as https://login.example.com/token"},
		"nobody who asks":  {nil, func(o *auth.OAuth2) { o.ClientID = "" }, "oauth2: a token needs clientId and clientSecret, or a user and a password"},
		"without password": {nil, func(o *auth.OAuth2) { o.User = "u" }, "oauth2: a token for a user needs a password"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if _, err := oauth(c.serve, c.change).Issue(t.Context()); err == nil || err.Error() != c.message {
					t.Errorf("got  %v\nwant %s", err, c.message)
				}
			})
		})
	}
}

func TestBasic(t *testing.T) {
	b := auth.Basic{User: "user", Password: auth.NewSecret("pass:word")}
	r, _ := http.NewRequest(http.MethodGet, "http://h/", nil)
	if err := b.Verify(r); err == nil {
		t.Error("a request without credentials has the right ones")
	}
	if err := b.Sign(r); err != nil || b.Verify(r) != nil {
		t.Errorf("got %v, %v", err, b.Verify(r))
	}
	user, password, _ := r.BasicAuth()
	if user != "user" || password != "pass:word" {
		t.Errorf("got %s, %s", user, password)
	}
	text := b.Token().Value
	if got, ok := auth.ParseBasic(text); !ok || got != b {
		t.Errorf("got %v, %v", got, ok)
	}
	for _, text := range []string{"", "no base64", base64.StdEncoding.EncodeToString([]byte("no colon")), base64.StdEncoding.EncodeToString([]byte(":password"))} {
		if got, ok := auth.ParseBasic(auth.NewSecret(text)); ok {
			t.Errorf("%q: got %v", text, got)
		}
	}
	b.User = "a:b"
	if err := b.Sign(r); err == nil || err.Error() != "sign the request: the user holds a colon, and basic authentication ends it there" {
		t.Errorf("got %v", err)
	}
}
