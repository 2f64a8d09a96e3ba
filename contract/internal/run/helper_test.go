package run

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/target"
)

const testToken = "s3cr3tTOKEN0123456789abcdef"

// The schemes of the contract of these tests.
var (
	keyScheme    = &spec.Scheme{Name: "key", Type: "apiKey", In: "header", Param: "X-Key"}
	bearerScheme = &spec.Scheme{Name: "bearer", Type: "http", HTTP: "bearer"}
	queryScheme  = &spec.Scheme{Name: "query", Type: "apiKey", In: "query", Param: "key"}
	cookieScheme = &spec.Scheme{Name: "cookie", Type: "apiKey", In: "cookie", Param: "session"}
	signedScheme = &spec.Scheme{Name: "signed", Type: "apiKey", In: "header", Param: "Authorization", Signing: &auth.Signing{}}
)

// testModel has one operation that takes every scheme.
func testModel() *spec.Contract {
	schemes := []*spec.Scheme{keyScheme, bearerScheme, queryScheme, cookieScheme, signedScheme}
	op := &spec.Operation{ID: "op", Method: http.MethodGet, Path: "/v1/{id}/things"}
	for _, s := range schemes {
		op.Security = append(op.Security, []*spec.Scheme{s})
	}
	return &spec.Contract{Operations: []*spec.Operation{op}, Schemes: schemes}
}

func testTarget(tb testing.TB, base string) *target.Target {
	tb.Helper()
	u, err := url.Parse(base)
	if err != nil {
		tb.Fatal(err)
	}
	return &target.Target{Name: "test", BaseURL: u, Values: map[string]string{"id": "7"}, Auth: target.Auth{Token: auth.NewSecret(testToken)}}
}

func testRunner(tb testing.TB, base string, o Options) *Runner {
	tb.Helper()
	r, err := New(testModel(), testTarget(tb, base), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(r.Close)
	return r
}

// get is a case that reads a thing.
func get(params ...plan.Parameter) plan.Case {
	return plan.Case{
		ID: "op.answer/get", Operation: "op", Technique: plan.Example,
		Request: plan.Request{
			Method: http.MethodGet, Path: "/v1/{id}/things",
			Parameters: append([]plan.Parameter{{In: "path", Name: "id", Value: "7"}}, params...),
			Credential: plan.Credential{Scheme: "key", Variant: plan.Valid},
		},
		Expect: plan.Expect{Outcome: plan.Accepted, Statuses: []string{"200"}},
	}
}

func query(name string, value any) plan.Parameter {
	return plan.Parameter{In: "query", Name: name, Value: value}
}

// post is a case that sends a body.
func post(body *plan.Body) plan.Case {
	c := get()
	c.Request.Method, c.Request.Body = http.MethodPost, body
	return c
}

// sendOne runs one case.
func sendOne(tb testing.TB, r *Runner, c plan.Case) Exchange {
	tb.Helper()
	return r.Start(tb.Context(), []plan.Case{c}, []int{0}).Await(0)
}

// preflightOf runs a preflight of one case.
func preflightOf(ctx context.Context, r *Runner, c plan.Case, wait time.Duration) (Exchange, *Diagnosis) {
	tried, d := r.Preflight(ctx, []plan.Case{c}, []int{0}, wait)
	return tried.Exchanges[0], d
}

// raw is a server that leaves every byte to a function, which gets each
// connection with its number; the connection is closed when it returns.
func raw(tb testing.TB, serve func(n int, conn net.Conn, in *bufio.Reader)) string {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	tb.Cleanup(func() { cancel(); listener.Close() })
	go func() {
		for n := 0; ; n++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				stop := context.AfterFunc(ctx, func() { conn.Close() })
				defer stop()
				defer conn.Close()
				serve(n, conn, bufio.NewReader(conn))
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// answer is a server that answers every request with the same bytes, and then
// closes the connection.
func answer(tb testing.TB, bytes string) string {
	tb.Helper()
	return raw(tb, func(_ int, conn net.Conn, in *bufio.Reader) {
		if readRequest(in) == nil {
			io.WriteString(conn, bytes)
		}
	})
}

func readRequest(in *bufio.Reader) error {
	req, err := http.ReadRequest(in)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, req.Body)
	return err
}

func newServer(tb testing.TB, h http.HandlerFunc) string {
	tb.Helper()
	server := httptest.NewServer(h)
	tb.Cleanup(server.Close)
	return server.URL
}

func ok(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, `{"id":"7"}`)
}

// wantProblem checks the kind of a problem, and that the text says something.
func wantProblem(t *testing.T, e Exchange, kind ProblemKind) {
	t.Helper()
	switch {
	case e.Problem == nil:
		t.Fatalf("no problem, want %s; got %+v", kind, e.Got)
	case e.Problem.Kind != kind:
		t.Fatalf("problem %s (%s), want %s", e.Problem.Kind, e.Problem, kind)
	case e.Problem.Error() == "":
		t.Fatal("the problem says nothing")
	}
}

func wantStatus(t *testing.T, e Exchange, status int) {
	t.Helper()
	if e.Problem != nil || e.Got == nil || e.Got.Status != status {
		t.Fatalf("got %+v, problem %v; want status %d", e.Got, e.Problem, status)
	}
}

// fakeClock passes the time that is slept at once, and notes it.
type fakeClock struct {
	at    time.Time
	slept []time.Duration
}

// clock is for one goroutine.
func (f *fakeClock) clock() clock {
	return clock{
		now: func() time.Time { return f.at },
		sleep: func(ctx context.Context, d time.Duration) bool {
			if ctx.Err() != nil {
				return false
			}
			f.at = f.at.Add(d)
			f.slept = append(f.slept, d)
			return true
		},
	}
}

func newFakeClock(r *Runner) *fakeClock {
	f := &fakeClock{at: time.Now()}
	r.pacer.clock = f.clock()
	return f
}

var errTest = errors.New("a test's error")

// discard is a log that nobody reads.
var discard = log.New(io.Discard, "", 0)

// nameless is a runner for a host whose name does not resolve, whatever the
// machine's resolver does.
func nameless(t *testing.T) *Runner {
	t.Helper()
	r := testRunner(t, "http://name.invalid", noProxy)
	r.network.dialer.Resolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errTest
	}}
	return r
}

var noProxy = Options{Proxy: http.ProxyURL(nil)}

// request makes exactly the request that is sent for a case at now, of which whole
// seconds count, when it is sent the first time.
func (r *Runner) request(ctx context.Context, c *plan.Case, now time.Time) (*http.Request, error) {
	req, _, err := r.builder.build(ctx, c, now, "", nil)
	return req, err
}
