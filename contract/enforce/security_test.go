package enforce_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/enforce"
)

func TestCredentialsOfOneScheme(t *testing.T) {
	h := userUsageHandler(t, enforce.Options{}, ok)
	const (
		missing = "credentials are required: send token (header X-Auth-Token) [exportUserUsage.security.missing]"
		wrong   = "token (header X-Auth-Token) is not valid: send one that is [exportUserUsage.security.token.verified]"
	)
	for name, c := range map[string]struct {
		tokens []string
		want   string
	}{
		"none":      {nil, missing},
		"empty":     {[]string{""}, missing},
		"wrong":     {[]string{"x"}, wrong},
		"prefix":    {[]string{tokenText[:5]}, wrong},
		"extension": {[]string{tokenText + "x"}, wrong},
		"twice":     {[]string{tokenText, tokenText}, wrong},
	} {
		t.Run(name, func(t *testing.T) {
			// The query is wrong too, but is not looked at.
			r := httptest.NewRequest(http.MethodGet, exportPath+"?start_time=x", http.NoBody)
			r.Header["X-Auth-Token"] = c.tokens
			wantError(t, serve(h, r), http.StatusUnauthorized, c.want)
		})
	}
}

func TestAlternativeCredentials(t *testing.T) {
	h := thingsHandler(t, thingsOptions(), ok)
	const (
		bearer = "bearer (bearer in header Authorization)"
		not    = " is not valid: send one that is [listThings.security."
	)
	for name, c := range map[string]struct {
		request string
		status  int
		want    string
	}{
		"first":                         {"GET /things?api_key=key-text\nX-Limit: 1", http.StatusOK, ""},
		"second":                        {"GET /things\n" + listing, http.StatusOK, ""},
		"a wrong one, then a right one": {"GET /things?api_key=x\n" + listing, http.StatusOK, ""},
		"half of the second": {
			"GET /things\nCookie: sid=session-text", http.StatusUnauthorized,
			"credentials are required: send key (query api_key), or " + bearer + " and session (cookie sid) [listThings.security.missing]",
		},
		"one of two wrong": {
			"GET /things\nCookie: sid=session-text\nAuthorization: Bearer x", http.StatusUnauthorized,
			bearer + not + "bearer.verified]",
		},
		"all wrong": {
			"GET /things?api_key=x\nCookie: sid=x\nAuthorization: Bearer x", http.StatusUnauthorized,
			"key (query api_key)" + not + "key.verified]; " + bearer + not + "bearer.verified]; session (cookie sid)" + not + "session.verified]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := serve(h, request(c.request))
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
				t.Errorf("got %d: %s\nwant %s", w.Code, w.Body, c.want)
			}
			if c.status == http.StatusUnauthorized && w.Header().Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("challenge %q", w.Header().Get("WWW-Authenticate"))
			}
		})
	}
}

// A verifier that cannot judge lets nothing pass, and is heard of.
func TestVerifierThatFails(t *testing.T) {
	var log bytes.Buffer
	o := thingsOptions()
	o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	h := thingsHandler(t, o, ok)
	ask := func(user string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/things/a:archive", http.NoBody)
		if user != "" {
			r.SetBasicAuth(user, "password-text")
		}
		return serve(h, r)
	}
	w := ask("")
	if w.Code != http.StatusUnauthorized || w.Body.Len() > 0 || !strings.HasPrefix(w.Header().Get("WWW-Authenticate"), "Basic realm=") {
		t.Errorf("without credentials: %d %v %s", w.Code, w.Header(), w.Body)
	}
	if w := ask("broken"); w.Code != http.StatusUnauthorized || !strings.Contains(log.String(), "the directory is down") {
		t.Errorf("got %d, log: %s", w.Code, log.String())
	}
	if w := ask("panic"); w.Code != http.StatusInternalServerError {
		t.Errorf("got %d", w.Code)
	}
	if w := ask("someone"); w.Code != http.StatusOK {
		t.Errorf("got %d", w.Code)
	}
	if strings.Contains(log.String(), "password-text") {
		t.Errorf("the log holds a password: %s", log.String())
	}
}

func TestVerifiersReadABoundedBody(t *testing.T) {
	var size int
	o := enforce.Options{MaxBody: 10, Verifiers: map[string]auth.Verifier{"token": verifier(func(r *http.Request) error {
		data := new(bytes.Buffer)
		_, err := data.ReadFrom(r.Body)
		size = data.Len()
		return err
	})}}
	e, err := enforce.New(userUsage(t), o)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, exportPath+"?"+window, strings.NewReader(strings.Repeat("x", 1000)))
	if w := serve(e.Middleware(http.HandlerFunc(ok)), r); w.Code != http.StatusUnauthorized || size != 10 {
		t.Errorf("got %d after %d bytes", w.Code, size)
	}
}

func TestCredentialsOfASignature(t *testing.T) {
	absent := verifier(func(*http.Request) error { return auth.ErrMissing })
	e, err := enforce.New(userUsage(t), enforce.Options{Verifiers: map[string]auth.Verifier{"token": absent, "accessKey": absent}})
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, serve(e.Middleware(http.HandlerFunc(ok)), exportRequest()), http.StatusUnauthorized,
		"credentials are required: send token (header X-Auth-Token), or accessKey (SDK-HMAC-SHA256 in header Authorization) "+
			"[exportUserUsage.security.missing]")
}
