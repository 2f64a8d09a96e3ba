package auth_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apiclause/clause/contract/auth"
)

const password = `p4ss"w<o>rd/ü`

// endpoints are services by their address. They run within the test, behind
// pipes, so that its clock is theirs: no test waits.
type endpoints map[string]func(conn net.Conn)

// handled serves HTTP.
func handled(h http.HandlerFunc) func(conn net.Conn) {
	return func(conn net.Conn) {
		server := &http.Server{Handler: h, ErrorLog: log.New(io.Discard, "", 0)}
		_ = server.Serve(&one{conn: conn})
	}
}

// one is a listener with one connection.
type one struct{ conn net.Conn }

func (l *one) Accept() (net.Conn, error) {
	conn := l.conn
	if l.conn = nil; conn == nil {
		return nil, io.EOF
	}
	return conn, nil
}
func (*one) Close() error   { return nil }
func (*one) Addr() net.Addr { return &net.UnixAddr{} }

// transport is that for identity services, but for where it leads.
func (e endpoints) transport() *http.Transport {
	transport := auth.IssuerTransport(nil)
	transport.Proxy = nil
	transport.DialContext = func(_ context.Context, _, address string) (net.Conn, error) {
		serve, ok := e[address]
		if !ok {
			return nil, fmt.Errorf("dial %s: nobody is there", address)
		}
		ours, theirs := net.Pipe()
		go serve(theirs)
		return ours, nil
	}
	return transport
}

// iam gives a client for iam.test.
func iam(serve func(conn net.Conn)) *auth.IAM {
	return &auth.IAM{
		Endpoint: &url.URL{Scheme: "http", Host: "iam.test"}, Domain: "d1", User: "u1", Password: auth.NewSecret(password), Project: "p1",
		Transport: endpoints{"iam.test:80": serve}.transport(),
	}
}

const issuedBody = `{"token": {"expires_at": "2026-01-03T15:04:05.123000Z", "methods": ["password"], "catalog": []}}`

func issue(w http.ResponseWriter, body string) {
	w.Header().Set("X-Subject-Token", "a-token")
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, body)
}

func TestIAMAsksAsTheIdentityAPIWantsIt(t *testing.T) {
	const identity = `"identity": {"methods": ["password"], "password": {"user": {"name": "u1", "domain": {"name": "d1"}, "password": "p4ss\"w<o>rd/ü"}}}`
	for name, c := range map[string]struct {
		change func(i *auth.IAM)
		path   string
		agent  string
		scope  string
	}{
		"project": {func(*auth.IAM) {}, "/v3/auth/tokens", "clause", `{"project": {"name": "p1", "domain": {"name": "d1"}}}`},
		"project's id": {
			func(i *auth.IAM) { i.Project, i.ProjectID = "", "0123"; i.Endpoint.Path = "/identity/" },
			"/identity/v3/auth/tokens", "clause", `{"project": {"id": "0123"}}`,
		},
		"domain": {
			func(i *auth.IAM) { i.Project, i.UserAgent = "", "me/1.0" },
			"/v3/auth/tokens", "me/1.0", `{"domain": {"name": "d1"}}`,
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			i := iam(handled(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPost || r.RequestURI != c.path || r.Host != "iam.test" {
					t.Errorf("%s: %s %s of %s", name, r.Method, r.RequestURI, r.Host)
				}
				for header, want := range map[string]string{
					"Content-Type": "application/json;charset=utf8", "Accept": "application/json", "User-Agent": c.agent, "Authorization": "", "Cookie": "",
				} {
					if got := r.Header.Get(header); got != want {
						t.Errorf("%s: header %s is %q, want %q", name, header, got, want)
					}
				}
				var got, want any
				if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				if err := json.Unmarshal([]byte(`{"auth": {`+identity+`, "scope": `+c.scope+`}}`), &want); err != nil {
					t.Error(err)
				}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s: got %v, want %v", name, got, want)
				}
				issue(w, issuedBody)
			}))
			c.change(i)
			got, err := i.Issue(t.Context())
			if err != nil || got.Value.Reveal() != "a-token" || !got.Expires.Equal(time.Date(2026, 1, 3, 15, 4, 5, 123000000, time.UTC)) {
				t.Errorf("%s: got %q until %s, %v", name, got.Value.Reveal(), got.Expires, err)
			}
		})
	}
}

// A token is good, whatever is the matter with the body beside it.
func TestIAMTokensThatDoNotSayWhenTheyExpire(t *testing.T) {
	for _, body := range []string{"", "{}", "[]", `{"token": {"expires_at": "tomorrow"}}`, `{"token": {"expires_at": 12}}`, `{"token"`, "\xff", strings.Repeat("[", 1<<20)} {
		synctest.Test(t, func(t *testing.T) {
			got, err := iam(handled(func(w http.ResponseWriter, _ *http.Request) { issue(w, body) })).Issue(t.Context())
			if err != nil || got.Value.Reveal() != "a-token" || !got.Expires.IsZero() {
				t.Errorf("%.40q: got %q until %s, %v", body, got.Value.Reveal(), got.Expires, err)
			}
		})
	}
}

const iamPlace = "identity service http://iam.test: "

func TestIAMRefusals(t *testing.T) {
	const correct = ": correct domain, user, password, project and endpoint"
	answer := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	escaped, _ := json.Marshal(map[string]any{"error": map[string]any{"message": "no such password: " + password}})
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		asked   int32
		message string
	}{
		"wrong password": {
			answer(401, `{"error": {"message": "The username or password is wrong.", "code": 401, "title": "Unauthorized"}}`), 1,
			"it answered 401 Unauthorized: The username or password is wrong." + correct,
		},
		"a gateway's message":           {answer(400, `{"error_msg": "no such domain", "error_code": "IAM.0001"}`), 1, "it answered 400 Bad Request: no such domain" + correct},
		"forbidden":                     {answer(403, ""), 1, "it answered 403 Forbidden" + correct},
		"no such path":                  {answer(404, "<html>"), 1, "it answered 404 Not Found: correct the endpoint, to which /v3/auth/tokens is appended, or the project"},
		"not allowed":                   {answer(405, ""), 1, "it answered 405 Method Not Allowed"},
		"too fast":                      {answer(429, `{"error_msg": "slowly"}`), 3, "it answered 429 Too Many Requests: slowly"},
		"internal error":                {answer(500, `{"error": "broken"}`), 3, "it answered 500 Internal Server Error"},
		"unavailable":                   {answer(503, ""), 3, "it answered 503 Service Unavailable"},
		"unknown status":                {answer(799, ""), 3, "it answered 799"},
		"200":                           {answer(200, issuedBody), 1, "it answered 200 OK, and a token comes with 201: correct the endpoint"},
		"a redirect that leads nowhere": {answer(302, ""), 1, "it answered 302 Found, and a token comes with 201: correct the endpoint"},
		"a token that fits nowhere": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Subject-Token", strings.Repeat("x", 33<<10))
			w.WriteHeader(http.StatusCreated)
		}, 1, "its token has 33792 bytes, and no server takes more than 32768 in a header"},
		"no token":                {answer(201, issuedBody), 1, "it answered 201 without a token in the header X-Subject-Token: correct the endpoint"},
		"password in the message": {answer(401, string(escaped)), 1, "it answered 401 Unauthorized: no such password: [redacted]" + correct},
		"controls in the message": {
			answer(401, `{"error": {"message": "a\u001b[31mb\r\nc\u0000\u0085\u202ed\u2028e\ufefff\u00e4 "}}`), 1,
			"it answered 401 Unauthorized: a [31mb  c   d e f\u00e4" + correct,
		},
		"long message":           {answer(401, `{"error": {"message": "`+strings.Repeat("ä", 10000)+`"}}`), 1, "it answered 401 Unauthorized: " + strings.Repeat("ä", 100) + correct},
		"nothing but controls":   {answer(401, `{"error": {"message": "\u0000\u0001"}}`), 1, "it answered 401 Unauthorized" + correct},
		"bytes that are no text": {answer(401, "{\"error\": {\"message\": \"a\xff\xfeb\"}}"), 1, "it answered 401 Unauthorized: a\ufffd\ufffdb" + correct},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked atomic.Int32
				_, err := iam(handled(func(w http.ResponseWriter, r *http.Request) {
					asked.Add(1)
					c.handler(w, r)
				})).Issue(t.Context())
				wantIAMError(t, err, c.message)
				if asked.Load() != c.asked {
					t.Errorf("asked %d times, want %d", asked.Load(), c.asked)
				}
			})
		})
	}
}

func wantIAMError(t *testing.T, err error, message string) {
	t.Helper()
	if err == nil || err.Error() != iamPlace+message {
		t.Fatalf("got %v\nwant %s%s", err, iamPlace, message)
	}
	for _, part := range []string{"p4ss", "w<o>rd", "\n", "\r", "\x1b", "\x00"} {
		if strings.Contains(err.Error(), part) {
			t.Errorf("the message holds %q: %q", part, err)
		}
	}
}

// A service that recovers is asked again, after one second and then two.
func TestIAMAsksAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin, asked := time.Now(), []time.Duration{}
		got, err := iam(handled(func(w http.ResponseWriter, _ *http.Request) {
			asked = append(asked, time.Since(begin))
			if len(asked) < 3 {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			issue(w, issuedBody)
		})).Issue(t.Context())
		if err != nil || got.Value.Reveal() != "a-token" || !reflect.DeepEqual(asked, []time.Duration{0, time.Second, 3 * time.Second}) {
			t.Errorf("got %q, %v, asked after %v", got.Value.Reveal(), err, asked)
		}
	})
}

// The password goes to the endpoint, and to nobody that it names.
func TestIAMDoesNotFollowRedirects(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		synctest.Test(t, func(t *testing.T) {
			var others atomic.Int32
			i := iam(nil)
			i.Transport = endpoints{
				"iam.test:80": handled(func(w http.ResponseWriter, r *http.Request) {
					http.Redirect(w, r, "http://other.test/v3/auth/tokens", status)
				}),
				"other.test:80": handled(func(w http.ResponseWriter, _ *http.Request) {
					others.Add(1)
					issue(w, issuedBody)
				}),
			}.transport()
			_, err := i.Issue(t.Context())
			wantIAMError(t, err, fmt.Sprintf("it answered %d %s, and a token comes with 201: correct the endpoint", status, http.StatusText(status)))
			if others.Load() != 0 {
				t.Errorf("the other server was asked %d times", others.Load())
			}
		})
	}
}

func TestIAMThatCannotBeAsked(t *testing.T) {
	const (
		endpoint = "its endpoint must be a URL such as https://iam.example.com"
		whom     = "a token needs a domain, a user and a password"
	)
	for name, c := range map[string]struct {
		change  func(i *auth.IAM)
		message string
	}{
		"no endpoint":     {func(i *auth.IAM) { i.Endpoint = nil }, endpoint},
		"no host":         {func(i *auth.IAM) { i.Endpoint = &url.URL{Scheme: "https", Path: "iam.example.com"} }, endpoint},
		"another scheme":  {func(i *auth.IAM) { i.Endpoint = &url.URL{Scheme: "ftp", Host: "iam.example.com"} }, endpoint},
		"no domain":       {func(i *auth.IAM) { i.Domain = "" }, whom},
		"no user":         {func(i *auth.IAM) { i.User = "" }, whom},
		"no password":     {func(i *auth.IAM) { i.Password = auth.Secret{} }, whom},
		"a password":      {func(i *auth.IAM) { i.Password = auth.NewSecret("p4ss\xff") }, "the password is not in UTF-8: no request could carry it"},
		"a project twice": {func(i *auth.IAM) { i.ProjectID = "0123" }, "a token is for one project: give its name or its id"},
	} {
		i := iam(nil)
		i.Transport = roundTrip(func(*http.Request) (*http.Response, error) {
			t.Error("it was asked")
			return nil, io.EOF
		})
		c.change(i)
		if _, err := i.Issue(t.Context()); err == nil || err.Error() != "identity service: "+c.message {
			t.Errorf("%s: got %v, want %s", name, err, c.message)
		}
	}
}

type roundTrip func(r *http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// An endpoint with a password of its own does not show it.
func TestIAMEndpointWithUserinfo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := iam(handled(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
		i.Endpoint.User = url.UserPassword("proxy", "proxy-password")
		_, err := i.Issue(t.Context())
		if err == nil || strings.Contains(err.Error(), "proxy-password") {
			t.Errorf("got %v", err)
		}
	})
}

// As it is used: with its own transport, and over TLS.
func TestIAMOverTheNetwork(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !r.Close {
			t.Error("the connection is kept")
		}
		issue(w, issuedBody)
	})
	plain, secure := httptest.NewServer(handler), httptest.NewTLSServer(handler)
	defer plain.Close()
	defer secure.Close()
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	config := &tls.Config{RootCAs: roots}
	for endpoint, transport := range map[string]http.RoundTripper{plain.URL: nil, secure.URL: auth.IssuerTransport(config)} {
		u, err := url.Parse(endpoint)
		if err != nil {
			t.Fatal(err)
		}
		i := auth.IAM{Endpoint: u, Domain: "d1", User: "u1", Password: auth.NewSecret(password), Transport: transport}
		if got, err := i.Issue(t.Context()); err != nil || got.Value.Reveal() != "a-token" {
			t.Errorf("%s: got %q, %v", endpoint, got.Value.Reveal(), err)
		}
	}
	if len(config.NextProtos) > 0 {
		t.Errorf("the caller's configuration was changed: %v", config.NextProtos)
	}
}
