package auth_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/apiclause/clause/contract/auth"
)

const (
	keyID  = "KEYID"
	keyHex = "5f2c-secret-key-9a41"
	date   = "20260102T150405Z"
	// nothing is the hash of an empty body.
	nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

var signing = auth.Signing{
	Algorithm: auth.SDKHMACSHA256, Header: "Authorization", DateHeader: "X-Sdk-Date",
	TokenHeader: "X-Security-Token", ProjectHeader: "X-Project-Id", ContentHeader: "X-Sdk-Content-Sha256",
}

func at(text string) func() time.Time {
	t, err := time.Parse("20060102T150405Z", text)
	if err != nil {
		panic(err)
	}
	return func() time.Time { return t }
}

func accessKey(token string) auth.AccessKey {
	return auth.AccessKey{ID: auth.NewSecret(keyID), Secret: auth.NewSecret(keyHex), SecurityToken: auth.NewSecret(token)}
}

func signer() auth.KeySigner {
	return auth.KeySigner{Signing: signing, Key: accessKey(""), Now: at(date)}
}

// client makes a request as a client does, from its method, its URL and lines of
// headers.
func client(tb testing.TB, body, methodAndURL string, headers ...string) *http.Request {
	tb.Helper()
	method, target, _ := strings.Cut(methodAndURL, " ")
	r, err := http.NewRequestWithContext(tb.Context(), method, target, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ":")
		r.Header.Add(name, value)
	}
	return r
}

// The vendor's own examples, which sign no host.
func TestSignatureOfPublishedExamples(t *testing.T) {
	const head = "SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=x-sdk-date, Signature="
	s := auth.KeySigner{
		Signing: signing, Now: at("20060102T150405Z"),
		Key: auth.AccessKey{ID: auth.NewSecret("AccessKey"), Secret: auth.NewSecret("SecretKey")},
	}
	for want, r := range map[string]*http.Request{
		"5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624": client(t, "", "GET /path?limit=1", "TEST_UNDERSCORE:TEST_VALUE"),
		"cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59": client(t, `{"Name":"test","Id":1}`+"\n", "POST /path?key=value", "Content-Type:application/json"),
	} {
		if err := s.Sign(r); err != nil {
			t.Fatal(err)
		}
		if got := r.Header.Get("Authorization"); got != head+want {
			t.Errorf("got %s, want %s", got, head+want)
		}
	}
}

// authorization signs a request by its canonical form.
func authorization(secret string, canonical []string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "SDK-HMAC-SHA256\n%s\n%x", date, sha256.Sum256([]byte(strings.Join(canonical, "\n"))))
	return fmt.Sprintf("SDK-HMAC-SHA256 Access=%s, SignedHeaders=%s, Signature=%x", keyID, canonical[len(canonical)-2], mac.Sum(nil))
}

// The canonical form is written out here; only hashes are computed.
func TestSignature(t *testing.T) {
	with := func(change func(s *auth.KeySigner)) auth.KeySigner {
		s := signer()
		change(&s)
		return s
	}
	for name, c := range map[string]struct {
		signer    auth.KeySigner
		request   *http.Request
		canonical []string
	}{
		"no path": {
			signer(), client(t, "", "GET http://example.com"),
			[]string{"GET", "/", "", "host:example.com", "x-sdk-date:" + date, "", "host;x-sdk-date", nothing},
		},
		"no method": {
			signer(), &http.Request{URL: &url.URL{Scheme: "http", Host: "example.com:81", Path: "/a"}},
			[]string{"GET", "/a/", "", "host:example.com:81", "x-sdk-date:" + date, "", "host;x-sdk-date", nothing},
		},
		"another host than the URL's": {
			signer(), func() *http.Request {
				r := client(t, "", "GET http://127.0.0.1/a/")
				r.Host = "example.com"
				return r
			}(),
			[]string{"GET", "/a/", "", "host:example.com", "x-sdk-date:" + date, "", "host;x-sdk-date", nothing},
		},
		"path": {
			signer(), client(t, "", "GET http://example.com/%c3%bc/a%2Fb/a+b:@!$&'()*,;=~-._//%C3%BC%20"),
			[]string{
				"GET", "/%C3%BC/a%2Fb/a%2Bb%3A%40%21%24%26%27%28%29%2A%2C%3B%3D~-._//%C3%BC%20/", "",
				"host:example.com", "x-sdk-date:" + date, "", "host;x-sdk-date", nothing,
			},
		},
		"path beyond ASCII": {
			signer(), client(t, "", "GET http://example.com/ü/ b"),
			[]string{"GET", "/%C3%BC/%20b/", "", "host:example.com", "x-sdk-date:" + date, "", "host;x-sdk-date", nothing},
		},
		"query": {
			signer(), client(t, "", "GET http://example.com/?b=2&a=z&b=10&a&%C3%BC=a+b%2B%20&a-=1&&B=~"),
			[]string{
				"GET", "/", "B=~&a=&a=z&a-=1&b=10&b=2&%C3%BC=a%20b%2B%20",
				"host:example.com", "x-sdk-date:" + date, "", "host;x-sdk-date", nothing,
			},
		},
		"headers": {
			with(func(s *auth.KeySigner) {
				s.Headers = []string{"X-Many", "x-blank", "X-Absent", "host", "Authorization"}
			}),
			client(t, "", "GET http://example.com/", "X-Many:b", "X-Many: a ", "X-Blank:", "X-Other:c", "Authorization: Bearer old", "X-Sdk-Date:old"),
			[]string{
				"GET", "/", "", "host:example.com", "x-blank:", "x-many:a", "x-many:b", "x-sdk-date:" + date, "",
				"host;x-blank;x-many;x-sdk-date", nothing,
			},
		},
		"project and security token": {
			with(func(s *auth.KeySigner) { s.Project, s.Key = "p1", accessKey("a token") }),
			client(t, "", "GET http://example.com/", "X-Project-Id:old", "X-Security-Token:old"),
			[]string{
				"GET", "/", "", "host:example.com", "x-project-id:p1", "x-sdk-date:" + date, "x-security-token:a token", "",
				"host;x-project-id;x-sdk-date;x-security-token", nothing,
			},
		},
		"a project that the request has, and a token of another key": {
			signer(), client(t, "", "GET http://example.com/", "X-Project-Id:p2", "X-Security-Token:old"),
			[]string{"GET", "/", "", "host:example.com", "x-project-id:p2", "x-sdk-date:" + date, "", "host;x-project-id;x-sdk-date", nothing},
		},
		"no names for project and content": {
			with(func(s *auth.KeySigner) {
				s.Project, s.Signing.ProjectHeader, s.Signing.ContentHeader, s.Signing.TokenHeader = "p1", "", "", ""
			}),
			client(t, "abc", "PUT http://example.com/", "X-Sdk-Content-Sha256:UNSIGNED-PAYLOAD"),
			[]string{
				"PUT", "/", "", "host:example.com", "x-sdk-date:" + date, "", "host;x-sdk-date",
				"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
			},
		},
		"a body that is not signed": {
			signer(), client(t, "abc", "POST http://example.com/", "X-Sdk-Content-Sha256:UNSIGNED-PAYLOAD"),
			[]string{
				"POST", "/", "", "host:example.com", "x-sdk-content-sha256:UNSIGNED-PAYLOAD", "x-sdk-date:" + date, "",
				"host;x-sdk-content-sha256;x-sdk-date", "UNSIGNED-PAYLOAD",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := c.signer.Sign(c.request); err != nil {
				t.Fatal(err)
			}
			want := authorization(keyHex, c.canonical)
			if got := c.request.Header["Authorization"]; len(got) != 1 || got[0] != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if got := c.request.Header.Get("X-Sdk-Date"); got != date {
				t.Errorf("dated %q", got)
			}
			if got, want := c.request.Header.Get("X-Security-Token"), c.signer.Key.SecurityToken.Reveal(); got != want && c.signer.Signing.TokenHeader != "" {
				t.Errorf("security token %q, want %q", got, want)
			}
		})
	}
}

func TestSignLeavesTheBody(t *testing.T) {
	r := client(t, "abc", "POST http://example.com/")
	for range 2 {
		if err := signer().Sign(r); err != nil {
			t.Fatal(err)
		}
	}
	if body, err := io.ReadAll(r.Body); err != nil || string(body) != "abc" || r.ContentLength != 3 {
		t.Errorf("got %q, %v, length %d", body, err, r.ContentLength)
	}
	if err := r.Body.Close(); err != nil {
		t.Error(err)
	}
}

func TestSignRefuses(t *testing.T) {
	get := func() *http.Request { return client(t, "", "GET http://example.com/") }
	for name, c := range map[string]struct {
		change  func(s *auth.KeySigner)
		request *http.Request
		message string
	}{
		"algorithm":          {func(s *auth.KeySigner) { s.Signing.Algorithm = "SDK-HMAC-SM3" }, get(), `the signing algorithm "SDK-HMAC-SM3" is not known: use SDK-HMAC-SHA256`},
		"no signing":         {func(s *auth.KeySigner) { s.Signing = auth.Signing{} }, get(), `the signing algorithm "" is not known: use SDK-HMAC-SHA256`},
		"no header":          {func(s *auth.KeySigner) { s.Signing.Header = "" }, get(), "signing by SDK-HMAC-SHA256 needs the names of two headers: for the signature and for its date"},
		"no date header":     {func(s *auth.KeySigner) { s.Signing.DateHeader = "" }, get(), "signing by SDK-HMAC-SHA256 needs the names of two headers: for the signature and for its date"},
		"no id":              {func(s *auth.KeySigner) { s.Key.ID = auth.Secret{} }, get(), "the access key is incomplete: give its id and its secret"},
		"no secret":          {func(s *auth.KeySigner) { s.Key.Secret = auth.Secret{} }, get(), "the access key is incomplete: give its id and its secret"},
		"id with a comma":    {func(s *auth.KeySigner) { s.Key.ID = auth.NewSecret("KEYID,Access=x") }, get(), "the access key's id holds a blank, a comma or what a header cannot hold"},
		"id with a break":    {func(s *auth.KeySigner) { s.Key.ID = auth.NewSecret("KEYID\nX: y") }, get(), "the access key's id holds a blank, a comma or what a header cannot hold"},
		"token with a break": {func(s *auth.KeySigner) { s.Key.SecurityToken = auth.NewSecret("KEYID\r\nX: y") }, get(), "the access key's security token holds what a header cannot hold"},
		"project":            {func(s *auth.KeySigner) { s.Project = "p1\n" }, get(), "the project holds what a header cannot hold"},
		"temporary key": {
			func(s *auth.KeySigner) { s.Key, s.Signing.TokenHeader = accessKey("token"), "" }, get(),
			"the access key is temporary, and signing names no header for its security token",
		},
		"host beyond ASCII": {
			func(*auth.KeySigner) {}, client(t, "", "GET http://exämple.com/"),
			`the host "exämple.com" is sent in another form: give it in ASCII (xn--...), and without a zone`,
		},
		"host with a zone": {
			func(*auth.KeySigner) {}, client(t, "", "GET http://[fe80::1%25eth0]:80/"),
			`the host "[fe80::1%eth0]:80" is sent in another form: give it in ASCII (xn--...), and without a zone`,
		},
		"no URL": {func(*auth.KeySigner) {}, &http.Request{}, "the request is for nothing that can be read: its URL needs a path that begins with a slash"},
		"path":   {func(*auth.KeySigner) {}, &http.Request{URL: &url.URL{Path: "a"}}, "the request is for nothing that can be read: its URL needs a path that begins with a slash"},
		"query":  {func(*auth.KeySigner) {}, client(t, "", "GET http://example.com/?a=%zz"), "the query holds an escape or a semicolon that cannot be decoded"},
		"body": {func(*auth.KeySigner) {}, func() *http.Request {
			r := get()
			r.Body = io.NopCloser(iotest.ErrReader(errors.New("the disk is gone")))
			return r
		}(), "read the body: the disk is gone"},
	} {
		t.Run(name, func(t *testing.T) {
			s := signer()
			c.change(&s)
			err := s.Sign(c.request)
			if err == nil || err.Error() != "sign the request: "+c.message {
				t.Errorf("got %v, want %s", err, c.message)
			}
			if c.request.Header.Get("Authorization") != "" {
				t.Errorf("it is signed: %v", c.request.Header)
			}
			if err != nil && (strings.Contains(err.Error(), keyHex) || strings.Contains(err.Error(), keyID)) {
				t.Errorf("the message holds the key: %v", err)
			}
		})
	}
}

// zeros is endless.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestLongBodies(t *testing.T) {
	const most = 16 << 20
	verifier := auth.KeyVerifier{Signing: signing, Keys: auth.Keys(accessKey("")), Now: at(date)}
	for size, message := range map[int64]string{
		most:     "",
		most + 1: "the body is longer than 16 MiB",
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", io.LimitReader(zeros{}, size))
		err := signer().Sign(r)
		if message == "" && err != nil || message != "" && (err == nil || !strings.HasSuffix(err.Error(), message)) {
			t.Errorf("sign %d bytes: got %v, want %q", size, err, message)
		}
		r.Header.Set("Authorization", "SDK-HMAC-SHA256 Access=KEYID, SignedHeaders=x-sdk-date, Signature=00")
		if message == "" {
			message = "the key is not known, or the signature is not the request's"
		}
		if err := verifier.Verify(r); !errors.Is(err, auth.ErrRejected) || !strings.HasSuffix(err.Error(), message) {
			t.Errorf("verify %d bytes: got %v, want %q", size, err, message)
		}
		// Another verifier may let it pass: then nothing of the body is lost.
		if n, err := io.Copy(io.Discard, r.Body); err != nil || n != size {
			t.Errorf("%d bytes are left of %d: %v", n, size, err)
		}
	}
}

// failsOnce fails, and is at its end when it is read again.
type failsOnce struct{ err error }

func (f *failsOnce) Read([]byte) (int, error) {
	err := f.err
	f.err = io.EOF
	return 0, err
}

// A body that failed has not become a shorter one.
func TestBodyThatFails(t *testing.T) {
	broken := errors.New("the connection is gone")
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", io.MultiReader(strings.NewReader("abc"), &failsOnce{broken}))
	r.Header.Set("X-Sdk-Date", date)
	r.Header.Set("Authorization", "SDK-HMAC-SHA256 Access=KEYID, SignedHeaders=x-sdk-date, Signature=00")
	verifier := auth.KeyVerifier{Signing: signing, Keys: auth.Keys(accessKey("")), Now: at(date)}
	for range 2 {
		if err := verifier.Verify(r); !errors.Is(err, auth.ErrRejected) || !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
	}
	var got bytes.Buffer
	if _, err := got.ReadFrom(r.Body); !errors.Is(err, broken) || got.String() != "abc" {
		t.Errorf("got %q, %v", got.String(), err)
	}
}
