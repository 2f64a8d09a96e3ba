package run

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/target"
)

// certificate makes one that signs itself, for a name, good until a time.
func certificate(t *testing.T, name string, until time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: until, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	if ip := net.ParseIP(name); ip != nil {
		template.DNSNames, template.IPAddresses = nil, []net.IP{ip}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// secured is a server with TLS, and a target that trusts its certificate.
func secured(t *testing.T, config *tls.Config, h http.HandlerFunc) *target.Target {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	server.TLS = config
	server.Config.ErrorLog = discard
	server.StartTLS()
	t.Cleanup(server.Close)
	tg := testTarget(t, server.URL)
	tg.TLS.CAFile = filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: config.Certificates[0].Certificate[0]})
	if err := os.WriteFile(tg.TLS.CAFile, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return tg
}

// diagnosed runs a preflight that has to fail.
func diagnosed(t *testing.T, tg *target.Target, o Options, want DiagnosisKind, says string) {
	t.Helper()
	r, err := New(testModel(), tg, o)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	_, d := preflightOf(t.Context(), r, get(query("q", testToken)), 0)
	if d == nil {
		t.Fatalf("no diagnosis, want %s", want)
	}
	text := d.Message + ": " + d.Try
	if d.Kind != want || !strings.Contains(text, says) || strings.ContainsAny(text, "\n\x1b") || strings.Contains(text, testToken[:12]) {
		t.Errorf("%s: %s; want %s, and %q in it", d.Kind, text, want, says)
	}
}

func TestDiagnoseAnswers(t *testing.T) {
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://elsewhere.example/v1?key="+testToken)
			w.WriteHeader(code)
		}
	}
	for code, test := range map[int]struct {
		kind DiagnosisKind
		says string
	}{
		401: {CredentialsRefused, "/v1/7/things answered 401 (Unauthorized): the target refuses the credentials: correct auth in the target file"},
		403: {CredentialsRefused, "what it gives may have expired"},
		404: {WrongPath, "/v1/7/things answered 404 (Not Found): every path that was tried is answered like one that does not exist: correct the path of baseURL"},
		405: {WrongPath, "answered 405 (Method Not Allowed): every path"},
		410: {WrongPath, "or what is given under values"},
		301: {Redirected, `redirects to "https://elsewhere.example/v1"`},
		308: {Redirected, "set baseURL"},
		407: {ProxyFailed, "NO_PROXY"},
		502: {Busy, "a gateway does not reach the target"},
		504: {Busy, "--wait"},
	} {
		diagnosed(t, testTarget(t, newServer(t, status(code))), Options{}, test.kind, test.says)
	}
	throttled := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "60")
		status(429)(w, r)
	}
	diagnosed(t, testTarget(t, newServer(t, throttled)), Options{}, Busy, "asked to wait 1m0s")
	for _, code := range []int{200, 204, 400, 500, 501} { // They are for the judge.
		r := testRunner(t, newServer(t, status(code)), Options{})
		if e, d := preflightOf(t.Context(), r, get(), 0); d != nil || e.Got.Status != code {
			t.Errorf("%d: %v", code, d)
		}
	}
	c := get() // A status that the case wants is no failure.
	c.Expect.Statuses = []string{"404"}
	if _, d := preflightOf(t.Context(), testRunner(t, newServer(t, status(404)), Options{}), c, 0); d != nil {
		t.Error(d)
	}
	c.Expect.Statuses, c.Request.Credential = []string{"200"}, plan.Credential{Variant: plan.Valid}
	_, d := preflightOf(t.Context(), testRunner(t, newServer(t, status(401)), Options{}), c, 0)
	if d == nil || d.Kind != CredentialsRefused || !strings.Contains(d.Message+": "+d.Try, "the request has no credentials") {
		t.Error(d)
	}
}

func TestDiagnoseConnections(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	diagnosed(t, testTarget(t, "http://"+address), Options{}, NotListening, "nothing listens at "+address+": start the target")
	diagnosed(t, testTarget(t, "https://"+address), Options{}, NotListening, "nothing listens")
	_, d := preflightOf(t.Context(), nameless(t), get(), 0)
	if d == nil || d.Kind != NoSuchHost || !strings.HasPrefix(d.Message+": "+d.Try, `the host name "name.invalid" does not resolve: correct baseURL`) {
		t.Error(d)
	}
	silent := raw(t, func(_ int, conn net.Conn, _ *bufio.Reader) { io.Copy(io.Discard, conn) })
	short := Options{CaseTimeout: 300 * time.Millisecond}
	diagnosed(t, testTarget(t, silent), short, Silent, "the answer did not come within 300ms")
	diagnosed(t, testTarget(t, strings.Replace(silent, "http", "https", 1)), short, Silent, "the TLS handshake did not end")
	diagnosed(t, testTarget(t, answer(t, "220 mail\x1b[2J "+testToken+"\r\n")), Options{}, NotHTTP, "does not answer in HTTP")
	diagnosed(t, testTarget(t, answer(t, "")), Options{}, NotHTTP, "closed before an answer")
	unsendable := testTarget(t, "http://"+address)
	unsendable.Auth = target.Auth{}
	diagnosed(t, unsendable, Options{}, Unsendable, "put them under auth in the target file")
}

func TestDiagnoseTLS(t *testing.T) {
	later := time.Now().Add(time.Hour)
	good := certificate(t, "127.0.0.1", later)
	config := &tls.Config{Certificates: []tls.Certificate{good}}

	working := secured(t, config, ok)
	r, err := New(testModel(), working, Options{Jobs: 4})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	run := r.Start(t.Context(), numbered(20), upTo(20))
	for i := range 20 {
		wantStatus(t, run.Await(i), http.StatusOK)
	}

	unknown := secured(t, config, ok)
	unknown.TLS.CAFile = ""
	diagnosed(t, unknown, Options{}, Untrusted, "tls.caFile")
	unknown.TLS.Insecure = true
	if r, err = New(testModel(), unknown, Options{}); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, sendOne(t, r, get()), http.StatusOK)

	other := &tls.Config{Certificates: []tls.Certificate{certificate(t, "other.example\x1b", later)}}
	diagnosed(t, secured(t, other, ok), Options{}, Untrusted, "is for another host")
	expired := &tls.Config{Certificates: []tls.Certificate{certificate(t, "127.0.0.1", time.Now().Add(-time.Hour))}}
	diagnosed(t, secured(t, expired, ok), Options{}, Untrusted, "expired")

	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		mutual := &tls.Config{Certificates: []tls.Certificate{good}, ClientAuth: tls.RequireAnyClientCert, MaxVersion: version}
		diagnosed(t, secured(t, mutual, ok), Options{}, HandshakeFailed, "give tls.certFile and tls.keyFile")
	}
	old := &tls.Config{Certificates: []tls.Certificate{good}, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	diagnosed(t, secured(t, old, ok), Options{}, HandshakeFailed, "version")
	closing := raw(t, func(int, net.Conn, *bufio.Reader) {})
	diagnosed(t, testTarget(t, strings.Replace(closing, "http", "https", 1)), Options{}, HandshakeFailed, "it may not speak TLS")

	plain := strings.Replace(newServer(t, ok), "http", "https", 1)
	diagnosed(t, testTarget(t, plain), Options{}, WantsPlain, "begin baseURL with http://")
	wrongScheme := secured(t, config, ok)
	wrongScheme.BaseURL.Scheme = "http"
	diagnosed(t, wrongScheme, Options{}, WantsTLS, "begin baseURL with https://")
	abrupt, err := tls.Listen("tcp", "127.0.0.1:0", config) // It answers no HTTP to plain HTTP.
	if err != nil {
		t.Fatal(err)
	}
	defer abrupt.Close()
	go func() {
		for conn, err := abrupt.Accept(); err == nil; conn, err = abrupt.Accept() {
			_ = conn.(*tls.Conn).Handshake()
			conn.Close()
		}
	}()
	diagnosed(t, testTarget(t, "http://"+abrupt.Addr().String()), Options{}, WantsTLS, "speaks HTTPS")
}

func TestPreflightWaits(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	r := testRunner(t, "http://"+address, Options{})
	f := newFakeClock(r)
	slow := r.pacer.clock.sleep
	server := &http.Server{Handler: http.HandlerFunc(ok)}
	defer server.Close()
	r.pacer.clock.sleep = func(ctx context.Context, d time.Duration) bool {
		if len(f.slept) == 5 {
			if listener, err = net.Listen("tcp", address); err != nil {
				t.Skip("the port was taken meanwhile")
			}
			go server.Serve(listener)
		}
		return slow(ctx, d)
	}
	e, d := preflightOf(t.Context(), r, get(), time.Minute)
	if d != nil {
		t.Fatal(d)
	}
	wantStatus(t, e, http.StatusOK)
}

func TestPreflightWaitsNoLonger(t *testing.T) {
	for name, test := range map[string]struct {
		url  string
		want DiagnosisKind
		once bool
	}{
		"nothing there":      {"http://127.0.0.1:1", NotListening, false},
		"closed at once":     {answer(t, ""), NotHTTP, false},
		"an unready gateway": {answer(t, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"), Busy, false},
		"not found":          {answer(t, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), WrongPath, true},
		"no HTTP":            {answer(t, "what?\r\n"), NotHTTP, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := testRunner(t, test.url, Options{})
			f := newFakeClock(r)
			start := f.at
			_, d := preflightOf(t.Context(), r, get(), 10*time.Second)
			if d == nil || d.Kind != test.want {
				t.Fatalf("%v, want %s", d, test.want)
			}
			if waited := f.at.Sub(start); test.once != (waited == 0) || waited > 10*time.Second || !test.once && waited < 8*time.Second {
				t.Errorf("waited %s", waited)
			}
		})
	}
}

func TestPreflightStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, d := preflightOf(ctx, testRunner(t, "http://127.0.0.1:1", Options{}), get(), time.Hour)
	if d == nil || d.Kind != Stopped {
		t.Error(d)
	}
}

// proxy is an HTTP proxy that sends everything to one address, whatever the
// host; it wants credentials.
func proxy(t *testing.T, to string, seen *atomic.Value) *url.URL {
	t.Helper()
	address := raw(t, func(_ int, conn net.Conn, in *bufio.Reader) {
		for {
			req, err := http.ReadRequest(in)
			if err != nil {
				return
			}
			seen.Store(req.Method + " " + req.RequestURI)
			if req.Header.Get("Proxy-Authorization") != "Basic dXNlcjpwYXNz" {
				io.WriteString(conn, "HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n")
				continue
			}
			if req.Method != http.MethodConnect {
				io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
				continue
			}
			behind, err := net.Dial("tcp", to)
			if err != nil {
				io.WriteString(conn, "HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n")
				return
			}
			io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
			go func() { io.Copy(behind, in); behind.Close() }()
			io.Copy(conn, behind)
			return
		}
	})
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestProxy(t *testing.T) {
	var seen atomic.Value
	config := &tls.Config{Certificates: []tls.Certificate{certificate(t, "api.invalid", time.Now().Add(time.Hour))}}
	tg := secured(t, config, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Proxy-Authorization") != "" {
			t.Error("the target got the proxy's credentials")
		}
		ok(w, r)
	})
	through := proxy(t, tg.BaseURL.Host, &seen)
	through.User = url.UserPassword("user", "pass")
	o := Options{Proxy: func(*http.Request) (*url.URL, error) { return through, nil }}
	send := func(base string) {
		t.Helper()
		u, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		tg.BaseURL = u
		r, err := New(testModel(), tg, o)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		e := sendOne(t, r, get())
		wantStatus(t, e, http.StatusOK)
		if e.Sent.Header.Get("Proxy-Authorization") != "" {
			t.Error("the proxy's credentials are in the exchange")
		}
	}
	loopback := tg.BaseURL.String()
	send("https://api.invalid")
	if got := seen.Load(); got != "CONNECT api.invalid:443" {
		t.Errorf("the proxy got %s", got)
	}
	send("http://api.invalid/base")
	if got := seen.Load(); got != "GET http://api.invalid/base/v1/7/things" {
		t.Errorf("the proxy got %s", got)
	}
	seen.Store("")
	tg.TLS.Insecure = true
	send(loopback)
	if got := seen.Load(); got != "" {
		t.Errorf("a target on loopback went through the proxy: %s", got)
	}

	remote := testTarget(t, "https://api.invalid")
	through.User = nil
	diagnosed(t, remote, o, ProxyFailed, "407")
	diagnosed(t, testTarget(t, "http://api.invalid"), o, ProxyFailed, "put them into the proxy's URL")
	through = proxy(t, "127.0.0.1:1", &seen)
	through.User = url.UserPassword("user", "pass")
	diagnosed(t, remote, o, ProxyFailed, "the proxy answered 502 (Bad Gateway) to CONNECT: correct HTTPS_PROXY")
	through = &url.URL{Scheme: "http", Host: "127.0.0.1:1"}
	diagnosed(t, remote, o, ProxyFailed, "the proxy 127.0.0.1:1 cannot be used")
	through = &url.URL{Scheme: "https", Host: "127.0.0.1:1"}
	diagnosed(t, remote, o, ProxyFailed, "connection refused")
}
