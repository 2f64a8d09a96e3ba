package auth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/auth"
)

var (
	_ auth.Signer   = auth.Token{}
	_ auth.Verifier = auth.Token{}
)

func tokens(value string) map[string]auth.Token {
	secret := auth.NewSecret(value)

	return map[string]auth.Token{
		"header": {In: auth.InHeader, Name: "X-Auth-Token", Value: secret},
		"bearer": auth.Bearer(secret),
		"query":  {In: auth.InQuery, Name: "api key", Value: secret},
		"cookie": {In: auth.InCookie, Name: "session", Value: secret},
	}
}

// send gives what a server makes of a request.
func send(t *testing.T, r *http.Request) *http.Request {
	t.Helper()

	var received *http.Request

	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { received = r }))
	defer server.Close()

	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}

	r.URL.Scheme, r.URL.Host, r.RequestURI = address.Scheme, address.Host, ""

	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}

	if err := answer.Body.Close(); err != nil {
		t.Fatal(err)
	}

	return received
}

func TestTokenArrives(t *testing.T) {
	t.Parallel()

	for name, token := range tokens("to+ken/=%41~" + text) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/a?b=%2f&c=1+2&b=", nil)
			r.Header.Set("Cookie", "first=1;second=2")

			for range 2 { // signing twice is signing once
				if err := token.Sign(r); err != nil {
					t.Fatal(err)
				}
			}

			received := send(t, r)
			if err := token.Verify(received); err != nil {
				t.Error(err)
			}

			if !strings.HasPrefix(received.URL.RawQuery, "b=%2f&c=1+2&b=") {
				t.Errorf("the query became %s", received.URL.RawQuery)
			}

			if c, err := received.Cookie("second"); err != nil || c.Value != "2" {
				t.Errorf("the cookies became %s", received.Header.Get("Cookie"))
			}

			wrong := token
			wrong.Value = auth.NewSecret("to")

			if err := wrong.Verify(received); !errors.Is(err, auth.ErrRejected) {
				t.Errorf("got %v for another token, want it rejected", err)
			}
		})
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()

	request := func(target string, header ...string) *http.Request {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
		for i := 0; i < len(header); i += 2 {
			r.Header.Add(header[i], header[i+1])
		}

		return r
	}

	for name, c := range map[string]struct {
		scheme  string
		request *http.Request
		want    error
		message string
	}{
		"header absent":      {"header", request("/"), auth.ErrMissing, "header X-Auth-Token: no credential"},
		"header empty":       {"header", request("/", "X-Auth-Token", ""), auth.ErrMissing, "header X-Auth-Token: no credential"},
		"header wrong":       {"header", request("/", "X-Auth-Token", "no"), auth.ErrRejected, "header X-Auth-Token: credential rejected"},
		"header another way": {"header", request("/", "x-auth-token", text), nil, ""},
		"header prefix":      {"header", request("/", "X-Auth-Token", text[:9]), auth.ErrRejected, "header X-Auth-Token: credential rejected"},
		"header extension":   {"header", request("/", "X-Auth-Token", text+"x"), auth.ErrRejected, "header X-Auth-Token: credential rejected"},
		"header case": {
			"header", request("/", "X-Auth-Token", strings.ToUpper(text)), auth.ErrRejected,
			"header X-Auth-Token: credential rejected",
		},
		"header twice": {
			"header", request("/", "X-Auth-Token", text, "X-Auth-Token", text), auth.ErrRejected,
			"header X-Auth-Token: given 2 times: credential rejected",
		},
		"bearer absent": {"bearer", request("/"), auth.ErrMissing, "header Authorization (Bearer): no credential"},
		"bearer another scheme": {
			"bearer", request("/", "Authorization", "Basic "+text), auth.ErrMissing,
			"header Authorization (Bearer): no credential",
		},
		"bearer no space": {
			"bearer", request("/", "Authorization", "Bearer"+text), auth.ErrMissing,
			"header Authorization (Bearer): no credential",
		},
		"bearer alone":        {"bearer", request("/", "Authorization", "Bearer "), auth.ErrMissing, "header Authorization (Bearer): no credential"},
		"bearer another case": {"bearer", request("/", "Authorization", "bEARER  "+text), nil, ""},
		"bearer wrong": {
			"bearer", request("/", "Authorization", "Bearer no"), auth.ErrRejected,
			"header Authorization (Bearer): credential rejected",
		},
		"query absent":  {"query", request("/?api+keys=" + text), auth.ErrMissing, "query parameter api key: no credential"},
		"query right":   {"query", request("/?api%20key=" + text), nil, ""},
		"query broken":  {"query", request("/?api+key=%zz"), auth.ErrMissing, "query parameter api key: no credential"},
		"query twice":   {"query", request("/?api+key=" + text + "&api+key=x"), auth.ErrRejected, "query parameter api key: given 2 times: credential rejected"},
		"cookie absent": {"cookie", request("/", "Cookie", "sessions="+text), auth.ErrMissing, "cookie session: no credential"},
		"cookie wrong":  {"cookie", request("/", "Cookie", "session=no"), auth.ErrRejected, "cookie session: credential rejected"},
		"cookie right":  {"cookie", request("/", "Cookie", "a=b; session="+text), nil, ""},
	} {
		err := tokens(text)[c.scheme].Verify(c.request)
		if !errors.Is(err, c.want) || (err != nil && err.Error() != c.message) {
			t.Errorf("%s: got %q, want %q", name, err, c.message)
		}
	}
}

// TestVerifyFailsClosed covers the mistakes of the program that uses a Token.
func TestVerifyFailsClosed(t *testing.T) {
	t.Parallel()

	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.Header.Set("X", "y")

	for _, token := range []auth.Token{{}, {In: auth.InHeader, Name: "X"}, {In: "body", Name: "X", Value: auth.NewSecret("y")}} {
		if err := token.Verify(r); !errors.Is(err, auth.ErrRejected) {
			t.Errorf("%+v: got %v, want it rejected", token, err)
		}
	}
}

func TestSignRefusesWhatCannotBeSent(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		token   auth.Token
		message string
	}{
		"empty":         {tokens("")["header"], "sign the request: header X-Auth-Token: no credential"},
		"line break":    {tokens(text + "\r\nX: y")["header"], "the credential holds a character that cannot stand in header X-Auth-Token"},
		"blank about":   {tokens(text + " ")["header"], "the credential holds a character that cannot stand in header X-Auth-Token"},
		"cookie":        {tokens(text + ";a=b")["cookie"], "the credential holds a character that cannot stand in cookie session"},
		"unknown place": {auth.Token{In: "body", Name: "n", Value: auth.NewSecret(text)}, `token n is in "body"; it can be in "header", "query" or "cookie"`},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)

		err := c.token.Sign(r)
		if err == nil || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s: got %v, want %q", name, err, c.message)
		} else if strings.Contains(err.Error(), text) {
			t.Errorf("%s: the message holds the credential: %v", name, err)
		}

		if len(r.Header) > 0 {
			t.Errorf("%s: the request was changed: %v", name, r.Header)
		}
	}

	if err := tokens("")["query"].Sign(&http.Request{}); !errors.Is(err, auth.ErrMissing) {
		t.Errorf("got %v, want %v", err, auth.ErrMissing)
	}
}

func TestEditor(t *testing.T) {
	t.Parallel()

	r := &http.Request{URL: &url.URL{}}

	edit := auth.Editor(auth.Bearer(auth.NewSecret(text)))
	if err := edit(t.Context(), r); err != nil {
		t.Fatal(err)
	}

	if got := r.Header.Get("Authorization"); got != "Bearer "+text {
		t.Errorf("got %q", got)
	}
}
