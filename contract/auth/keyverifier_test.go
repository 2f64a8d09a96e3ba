package auth_test

import (
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/apiclause/clause/contract/auth"
)

func verifier() auth.KeyVerifier {
	return auth.KeyVerifier{Signing: signing, Keys: auth.Keys(accessKey("")), Now: at(date)}
}

// signedRequest makes a request as a server has it, with lines of headers, all
// of which are signed.
func signedRequest(tb testing.TB, s auth.KeySigner, body string, headers ...string) *http.Request {
	tb.Helper()
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodPost, "/v3/%C3%BC/b%2Fc?b=2&a=%C3%BC&a=+", strings.NewReader(body))
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ":")
		r.Header.Add(name, value)
		s.Headers = append(s.Headers, name)
	}
	if err := s.Sign(r); err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestVerifyTakesWhatSignSigns(t *testing.T) {
	temporary := signer()
	temporary.Key, temporary.Project = accessKey("a token"), "p1"
	const hash = "X-Sdk-Content-Sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	for name, r := range map[string]*http.Request{
		"plain":                    signedRequest(t, signer(), ""),
		"body":                     signedRequest(t, signer(), "abc"),
		"body that is not signed":  signedRequest(t, signer(), "abc", "X-Sdk-Content-Sha256:UNSIGNED-PAYLOAD"),
		"hash of the body":         signedRequest(t, signer(), "abc", hash),
		"hash in capitals":         signedRequest(t, signer(), "abc", "X-Sdk-Content-Sha256:"+strings.ToUpper(hash[len(hash)-64:])),
		"headers":                  signedRequest(t, signer(), "abc", "X-Many: b ", "X-Many:a", "User-Agent:me", "X-Blank:"),
		"temporary key":            signedRequest(t, temporary, "abc"),
		"a header that came later": func() *http.Request { r := signedRequest(t, signer(), "abc"); r.Header.Set("Via", "a proxy"); return r }(),
		"below a prefix": func() (got *http.Request) {
			r := signedRequest(t, signer(), "abc")
			http.StripPrefix("/v3", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r })).ServeHTTP(httptest.NewRecorder(), r)
			return got
		}(),
	} {
		v := verifier()
		v.Keys = auth.Keys(accessKey("a token"), accessKey("")) // the first of an id counts
		if name != "temporary key" {
			v.Keys = auth.Keys(accessKey(""))
		}
		for range 2 {
			if err := v.Verify(r); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if body, err := io.ReadAll(r.Body); err != nil || name != "plain" && string(body) != "abc" {
			t.Errorf("%s: left %q, %v", name, body, err)
		}
	}
}

const (
	place    = "header Authorization (SDK-HMAC-SHA256): "
	rejected = place + "credential rejected: "
	mismatch = rejected + "the key is not known, or the signature is not the request's"
)

func TestVerifyRefuses(t *testing.T) {
	claim := func(text string) func(r *http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", text) }
	}
	header := func(name string, values ...string) func(r *http.Request) {
		return func(r *http.Request) { r.Header[http.CanonicalHeaderKey(name)] = values }
	}
	const (
		members = rejected + "it must have Access, SignedHeaders and Signature, once each"
		listed  = rejected + "SignedHeaders must list headers of the request, in lower case, once each"
		form    = rejected + "header X-Sdk-Date: its form is not that of 20060102T150405Z"
		away    = rejected + "header X-Sdk-Date: it is more than 15m0s away from this clock"
		content = rejected + "header X-Sdk-Content-Sha256: it must be given once, and be signed"
	)
	for name, c := range map[string]struct {
		change  func(r *http.Request)
		message string
	}{
		"nothing":               {func(r *http.Request) { r.Header.Del("Authorization") }, place + "no credential"},
		"another scheme":        {claim("Bearer " + keyHex), place + "no credential"},
		"another algorithm":     {claim("SDK-HMAC-SM3 Access=KEYID, SignedHeaders=host, Signature=00"), place + "no credential"},
		"twice":                 {func(r *http.Request) { r.Header.Add("Authorization", "Bearer x") }, "header Authorization: given 2 times: credential rejected"},
		"the algorithm alone":   {claim("SDK-HMAC-SHA256"), members},
		"no members":            {claim("SDK-HMAC-SHA256 KEYID"), members},
		"a member missing":      {claim("SDK-HMAC-SHA256 Access=KEYID, SignedHeaders=x-sdk-date"), members},
		"a member twice":        {claim("SDK-HMAC-SHA256 Access=KEYID, SignedHeaders=x-sdk-date, Signature=00, Access=KEYID"), members},
		"a member empty":        {claim("SDK-HMAC-SHA256 Access=, SignedHeaders=x-sdk-date, Signature=00"), members},
		"no signed headers":     {claim("SDK-HMAC-SHA256 Access=KEYID, SignedHeaders=, Signature=00"), members},
		"a member too many":     {claim("SDK-HMAC-SHA256 Access=KEYID, SignedHeaders=x-sdk-date, Signature=00, Version=1"), members},
		"capitals":              {claim("SDK-HMAC-SHA256 Access=KEYID, SignedHeaders=Host;x-sdk-date, Signature=00"), listed},
		"a header twice":        {claim("SDK-HMAC-SHA256 Access=KEYID, SignedHeaders=host;host;x-sdk-date, Signature=00"), listed},
		"a header that is not":  {claim("SDK-HMAC-SHA256 Access=KEYID, SignedHeaders=x-absent;x-sdk-date, Signature=00"), listed},
		"an empty name":         {claim("SDK-HMAC-SHA256 Access=KEYID, SignedHeaders=;x-sdk-date, Signature=00"), listed},
		"date not signed":       {claim("SDK-HMAC-SHA256 Access=KEYID, SignedHeaders=host, Signature=00"), rejected + "SignedHeaders must list x-sdk-date"},
		"no date":               {func(r *http.Request) { r.Header.Del("X-Sdk-Date") }, listed},
		"two dates":             {header("X-Sdk-Date", date, date), rejected + "header X-Sdk-Date: given more than once"},
		"date in another form":  {header("X-Sdk-Date", "2026-01-02T15:04:05Z"), form},
		"date with a fraction":  {header("X-Sdk-Date", "20260102T150405.5Z"), form},
		"date that is none":     {header("X-Sdk-Date", "20260230T150405Z"), form},
		"date that is empty":    {header("X-Sdk-Date", ""), form},
		"another date":          {header("X-Sdk-Date", "20260102T150406Z"), mismatch},
		"stale":                 {header("X-Sdk-Date", "20260102T144904Z"), away},
		"from the future":       {header("X-Sdk-Date", "99991231T235959Z"), away},
		"unknown key":           {claim("SDK-HMAC-SHA256 Access=KEYIDX, SignedHeaders=x-sdk-date, Signature=00"), mismatch},
		"wrong signature":       {claim("SDK-HMAC-SHA256 Access=KEYID, SignedHeaders=x-sdk-date, Signature=00"), mismatch},
		"method":                {func(r *http.Request) { r.Method = http.MethodPut }, mismatch},
		"path":                  {func(r *http.Request) { r.RequestURI = strings.Replace(r.RequestURI, "b%2Fc", "b/c", 1) }, mismatch},
		"query":                 {func(r *http.Request) { r.RequestURI += "&a=" }, mismatch},
		"host":                  {func(r *http.Request) { r.Host = "example.org" }, mismatch},
		"body":                  {func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader("abd")) }, mismatch},
		"target unreadable":     {func(r *http.Request) { r.RequestURI = "v3" }, rejected + "the request is for nothing that can be read: its URL needs a path that begins with a slash"},
		"query unreadable":      {func(r *http.Request) { r.RequestURI += "&a;b" }, rejected + "the query holds an escape or a semicolon that cannot be decoded"},
		"security token":        {header("X-Security-Token", "a token"), rejected + "header X-Security-Token: it is not the key's"},
		"security token, twice": {header("X-Security-Token", "a token", "a token"), rejected + "header X-Security-Token: given 2 times"},
		"content not signed":    {header("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD"), content},
		"content twice":         {header("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD", "UNSIGNED-PAYLOAD"), content},
	} {
		t.Run(name, func(t *testing.T) {
			r := signedRequest(t, signer(), "abc")
			c.change(r)
			wantRefusal(t, verifier(), r, c.message)
		})
	}
}

func wantRefusal(t *testing.T, v auth.KeyVerifier, r *http.Request, message string) {
	t.Helper()
	err := v.Verify(r)
	if err == nil || err.Error() != message {
		t.Fatalf("got %v, want %s", err, message)
	}
	want := auth.ErrRejected
	if strings.HasSuffix(message, "no credential") {
		want = auth.ErrMissing
	}
	if !errors.Is(err, want) {
		t.Errorf("%v is not %v", err, want)
	}
	for _, secret := range []string{keyHex, keyID, r.Header.Get("Authorization"), "Signature=00"} {
		if secret != "" && strings.Contains(strings.TrimPrefix(err.Error(), place), secret) {
			t.Errorf("the message holds %q: %v", secret, err)
		}
	}
}

func TestVerifyTheBodyByItsHash(t *testing.T) {
	const header = "X-Sdk-Content-Sha256:"
	wantRefusal(t, verifier(), signedRequest(t, signer(), "abc", header+strings.Repeat("0", 64)), rejected+"header X-Sdk-Content-Sha256: it is not the hash of the body")
	wantRefusal(t, verifier(), signedRequest(t, signer(), "abc", header+"unsigned-payload"), rejected+"header X-Sdk-Content-Sha256: it is not the hash of the body")

	r := signedRequest(t, signer(), "abc", header+"UNSIGNED-PAYLOAD")
	r.Body = io.NopCloser(strings.NewReader("abd"))
	if err := verifier().Verify(r); err != nil {
		t.Error(err)
	}
	r.Header.Set("X-Sdk-Content-Sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
	wantRefusal(t, verifier(), r, rejected+"header X-Sdk-Content-Sha256: it is not the hash of the body")
	r.Body = io.NopCloser(iotest.ErrReader(errors.New("the connection is gone")))
	wantRefusal(t, verifier(), r, rejected+"read the body: the connection is gone")
}

func TestVerifyTemporaryKeys(t *testing.T) {
	s, v := signer(), verifier()
	s.Key = accessKey("a token")
	v.Keys = auth.Keys(s.Key)
	const notTheKeys = rejected + "header X-Security-Token: it is not the key's"
	for _, token := range []string{"", "another token", "a tokens", "a toke", "A token"} {
		r := signedRequest(t, s, "")
		r.Header.Set("X-Security-Token", token)
		wantRefusal(t, v, r, mismatch)
		other := s
		other.Key = accessKey(token)
		wantRefusal(t, v, signedRequest(t, other, ""), notTheKeys)
	}
	wantRefusal(t, v, signedRequest(t, signer(), ""), notTheKeys)
	v.Signing.TokenHeader = ""
	wantRefusal(t, v, signedRequest(t, s, ""), rejected+"the access key is temporary, and signing names no header for its security token")
	v.Keys = auth.Keys(accessKey(""))
	if err := v.Verify(signedRequest(t, signer(), "")); err != nil {
		t.Error(err)
	}
}

func TestVerifyTheClockWindow(t *testing.T) {
	for window, within := range map[time.Duration]time.Duration{0: 15 * time.Minute, time.Minute: time.Minute, 24 * time.Hour: 24 * time.Hour} {
		for off, message := range map[time.Duration]string{
			0: "", within: "", -within: "",
			within + time.Second:  rejected + "header X-Sdk-Date: it is more than " + within.String() + " away from this clock",
			-within - time.Second: rejected + "header X-Sdk-Date: it is more than " + within.String() + " away from this clock",
		} {
			v := verifier()
			v.Signing.ClockWindow = window
			// The clock's zone does not matter.
			v.Now = func() time.Time { return at(date)().Add(off).In(time.FixedZone("far away", -10*3600)) }
			r := signedRequest(t, signer(), "")
			if message != "" {
				wantRefusal(t, v, r, message)
			} else if err := v.Verify(r); err != nil {
				t.Errorf("window %s, off by %s: %v", window, off, err)
			}
		}
	}
	// Without a clock it is now.
	s, v := signer(), verifier()
	s.Now, v.Now = nil, nil
	if err := v.Verify(signedRequest(t, s, "")); err != nil {
		t.Error(err)
	}
	wantRefusal(t, v, signedRequest(t, signer(), ""), rejected+"header X-Sdk-Date: it is more than 15m0s away from this clock")
}

// The mistakes of the program that uses a KeyVerifier refuse every request.
func TestKeyVerifierFailsClosed(t *testing.T) {
	// Whoever knows that there is no secret can sign with it.
	byNobody := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	byNobody.Header.Set("X-Sdk-Date", date)
	byNobody.Header.Set("Authorization", authorization("", []string{"GET", "/", "", "x-sdk-date:" + date, "", "x-sdk-date", nothing}))
	right := signedRequest(t, signer(), "")
	empty := auth.AccessKey{ID: auth.NewSecret(keyID)}
	for name, c := range map[string]struct {
		verifier auth.KeyVerifier
		request  *http.Request
		message  string
	}{
		"zero":         {auth.KeyVerifier{}, right, `credential rejected: the signing algorithm "" is not known: use SDK-HMAC-SHA256`},
		"no keys":      {auth.KeyVerifier{Signing: signing, Now: at(date)}, byNobody, mismatch},
		"no key":       {auth.KeyVerifier{Signing: signing, Keys: auth.Keys(), Now: at(date)}, byNobody, mismatch},
		"empty secret": {auth.KeyVerifier{Signing: signing, Keys: auth.Keys(empty), Now: at(date)}, byNobody, mismatch},
		"a key that is unknown all the same": {auth.KeyVerifier{Signing: signing, Keys: func(string) (auth.AccessKey, bool) {
			return accessKey(""), false
		}, Now: at(date)}, right, mismatch},
	} {
		t.Run(name, func(t *testing.T) { wantRefusal(t, c.verifier, c.request, c.message) })
	}
}

// FuzzVerify looks for a request that breaks a KeyVerifier, or that it takes
// although nobody who has the key signed it.
func FuzzVerify(f *testing.F) {
	const claims = "SDK-HMAC-SHA256 Access=KEYID, SignedHeaders=host;x-sdk-date;x-a, Signature="
	f.Add("GET", "/v3/ü?a=b", claims+strings.Repeat("0", 64), date, "a", "", "", []byte(nil))
	f.Add("POST", "http://example.com/%2F?;", claims, date, "\xff", "UNSIGNED-PAYLOAD", "token", []byte("body"))
	f.Add("0", "p://example.com/%2F\xf6", claims, date, "\xbf", "UNSIGNED-PAYLOAD", "token", []byte("http"))
	f.Add("", "*", "SDK-HMAC-SHA256 Access=,SignedHeaders==;,Signature=,", "20260102T150405.0Z", " ", "e3b0", " ", []byte{0})
	key := auth.AccessKey{ID: auth.NewSecret(keyID), Secret: auth.NewSecret(rand.Text())}
	v := auth.KeyVerifier{Signing: signing, Keys: auth.Keys(key), Now: at(date)}
	f.Fuzz(func(t *testing.T, method, target, authorization, date, header, content, token string, body []byte) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", strings.NewReader(string(body)))
		r.Method, r.RequestURI = method, target
		for name, value := range map[string]string{
			"Authorization": authorization, "X-Sdk-Date": date, "X-A": header, "X-Sdk-Content-Sha256": content, "X-Security-Token": token,
		} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		if err := v.Verify(r); !errors.Is(err, auth.ErrRejected) && !errors.Is(err, auth.ErrMissing) {
			t.Fatalf("got %v for %q", err, authorization)
		}
		if left, err := io.ReadAll(r.Body); err != nil || string(left) != string(body) {
			t.Fatalf("the body %q became %q, %v", body, left, err)
		}
		// What is signed with the key is taken, unless its content is wrong, or its
		// path is one that nobody can sign.
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		s := auth.KeySigner{Signing: signing, Key: key, Headers: []string{"X-A"}, Now: v.Now}
		if err := s.Sign(r); err != nil {
			return
		}
		if err := v.Verify(r); err != nil && (content == "" || content == "UNSIGNED-PAYLOAD") && !strings.HasSuffix(err.Error(), ambiguous) {
			t.Fatalf("signed, and refused: %v", err)
		}
	})
}

// ambiguous is said of a path that different readers take for different ones.
const ambiguous = "the path holds an escaped slash beside a character that must be escaped"

// net/http routes a path that is not escaped as it must be by another one, in
// which an escaped slash parts segments.
func TestAnEscapedSlashStaysOne(t *testing.T) {
	s := signer()
	r := httptest.NewRequest(http.MethodGet, "/a%2Fb%22c/d", http.NoBody)
	if err := s.Sign(r); err != nil {
		t.Fatal(err)
	}
	v := auth.KeyVerifier{Signing: s.Signing, Keys: auth.Keys(s.Key), Now: s.Now}
	if err := v.Verify(r); err != nil {
		t.Fatal(err)
	}
	changed := httptest.NewRequest(http.MethodGet, `/a%2Fb"c/d`, http.NoBody)
	changed.Header = r.Header
	if err := v.Verify(changed); !errors.Is(err, auth.ErrRejected) || !strings.HasSuffix(err.Error(), ambiguous) {
		t.Errorf("got %v, want %q", err, ambiguous)
	}
}

func TestTheProjectMustBeSigned(t *testing.T) {
	s := signer()
	r := httptest.NewRequest(http.MethodGet, "/a", http.NoBody)
	if err := s.Sign(r); err != nil {
		t.Fatal(err)
	}
	r.Header.Set(s.Signing.ProjectHeader, "another")
	if !strings.Contains(r.Header.Get(s.Signing.Header), strings.ToLower(s.Signing.ProjectHeader)) {
		v := auth.KeyVerifier{Signing: s.Signing, Keys: auth.Keys(s.Key), Now: s.Now}
		if err := v.Verify(r); err == nil || !strings.HasSuffix(err.Error(), "it must be signed") {
			t.Errorf("got %v", err)
		}
	}
}
