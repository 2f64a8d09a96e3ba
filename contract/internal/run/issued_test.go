package run

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/target"
)

// identity is a service that issues tokens, and counts them.
type identity struct {
	url    *url.URL
	issued atomic.Int64
	status atomic.Int64
}

// tokenText is the token that is issued as the nth.
func tokenText(n int64) string { return fmt.Sprintf("issuedTOKEN-%d-0123456789abcdef", n) }

// newIdentity serves tokens, or refuses to with a status.
func newIdentity(t *testing.T, status int) *identity {
	t.Helper()
	i := &identity{}
	i.status.Store(int64(status))
	base := newServer(t, func(w http.ResponseWriter, _ *http.Request) {
		n := i.issued.Add(1)
		w.Header().Set("X-Subject-Token", tokenText(n))
		w.WriteHeader(int(i.status.Load()))
		fmt.Fprintf(w, `{"token": {"expires_at": %q}}`, time.Now().Add(time.Hour).Format(time.RFC3339))
	})
	i.url, _ = url.Parse(base)
	return i
}

// issuedRunner gets its tokens from an identity service.
func issuedRunner(t *testing.T, base string, from *identity, jobs int) *Runner {
	t.Helper()
	tg := testTarget(t, base)
	tg.Auth = target.Auth{IAM: &auth.IAM{
		Endpoint: from.url, Domain: "d", User: "u", Password: auth.NewSecret("pass-word-0123456789"),
	}}
	r, err := New(testModel(), tg, Options{Jobs: jobs})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// gate takes only the token that was issued as the nth.
func gate(t *testing.T, n *atomic.Int64) (base string, requests *atomic.Int64) {
	t.Helper()
	requests = &atomic.Int64{}
	return newServer(t, func(w http.ResponseWriter, req *http.Request) {
		requests.Add(1)
		if req.Header.Get("X-Key") != tokenText(n.Load()) {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}), requests
}

func send(t *testing.T, r *Runner, cases ...plan.Case) []Exchange {
	t.Helper()
	indexes, out := make([]int, len(cases)), make([]Exchange, len(cases))
	for i := range cases {
		indexes[i] = i
	}
	run := r.Start(t.Context(), cases, indexes)
	for i := range cases {
		out[i] = run.Await(i)
	}
	return out
}

func many(n int) []plan.Case {
	cases := make([]plan.Case, n)
	for i := range cases {
		cases[i] = get()
		cases[i].ID = fmt.Sprintf("op.answer/%d", i)
	}
	return cases
}

func number(n int64) *atomic.Int64 {
	var a atomic.Int64
	a.Store(n)
	return &a
}

func TestOneTokenServesAllWorkers(t *testing.T) {
	from := newIdentity(t, http.StatusCreated)
	base, _ := gate(t, number(1))
	for _, e := range send(t, issuedRunner(t, base, from, 8), many(24)...) {
		wantStatus(t, e, http.StatusOK)
	}
	if n := from.issued.Load(); n != 1 {
		t.Errorf("%d tokens were asked for, want 1", n)
	}
}

// A token that is revoked while the run goes on is renewed once for all.
func TestARefusedTokenIsRenewed(t *testing.T) {
	from := newIdentity(t, http.StatusCreated)
	current := number(1)
	base, _ := gate(t, current)
	r := issuedRunner(t, base, from, 8)
	wantStatus(t, sendOne(t, r, get()), http.StatusOK)
	current.Store(2)
	for _, e := range send(t, r, many(24)...) {
		wantStatus(t, e, http.StatusOK)
	}
	if n := from.issued.Load(); n != 2 {
		t.Errorf("%d tokens were asked for, want 2", n)
	}
	for n := range int64(2) {
		if got := r.Redactor().RedactString("echo " + tokenText(n+1)); got != "echo "+auth.Redacted {
			t.Errorf("of token %d, %q is shown", n+1, got)
		}
	}
}

// Where the right token gets 401 whatever it is, that is the answer: a password
// is not sent for every case.
func TestRenewingInVainEnds(t *testing.T) {
	from := newIdentity(t, http.StatusCreated)
	base, requests := gate(t, number(0))
	for _, e := range send(t, issuedRunner(t, base, from, 1), many(12)...) {
		wantStatus(t, e, http.StatusUnauthorized)
	}
	if n := from.issued.Load(); n != 2 {
		t.Errorf("%d tokens were asked for, want 2", n)
	}
	if n := requests.Load(); n != 13 {
		t.Errorf("%d requests were sent, want 12 and one again", n)
	}
}

// A request that may be refused gets a new token as well, but a refusal of that says
// nothing of the token: it is renewed again when others find that it is expired.
func TestRequestsThatMayBeRefusedRenewATokenOnce(t *testing.T) {
	from := newIdentity(t, http.StatusCreated)
	current := number(1)
	base := newServer(t, func(w http.ResponseWriter, req *http.Request) {
		if req.Header.Get("X-Key") != tokenText(current.Load()) || req.URL.RawQuery != "" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	open := func(params ...plan.Parameter) plan.Case {
		c := get(params...)
		c.Expect = plan.Expect{Outcome: plan.Either}
		return c
	}
	r := issuedRunner(t, base, from, 1)
	for _, step := range []struct {
		expires bool
		c       plan.Case
		status  int
		issued  int64
	}{
		{false, open(), 200, 1},
		{true, open(), 200, 2},
		{true, open(query("odd", "1")), 401, 3},
		{false, open(query("odd", "1")), 401, 3},
		{true, get(), 200, 4},
	} {
		if step.expires {
			current.Add(1)
		}
		wantStatus(t, sendOne(t, r, step.c), step.status)
		if n := from.issued.Load(); n != step.issued {
			t.Errorf("%d tokens were asked for, want %d", n, step.issued)
		}
	}
}

// Wrong credentials are to be refused: nothing is renewed for that.
func TestWrongTokensAreMadeOfIssuedOnes(t *testing.T) {
	from := newIdentity(t, http.StatusCreated)
	base, _ := gate(t, number(1))
	r := issuedRunner(t, base, from, 1)
	for _, v := range []plan.Variant{plan.None, plan.Wrong, plan.Prefix, plan.Extension, plan.OtherCase, plan.Malformed} {
		if lacks := r.Lacks("key", v); lacks != "" {
			t.Errorf("%s: %s", v, lacks)
		}
		c := get()
		c.Request.Credential.Variant = v
		c.Expect = plan.Expect{Outcome: plan.Refused, Statuses: []string{"401"}}
		e := sendOne(t, r, c)
		wantStatus(t, e, http.StatusUnauthorized)
		// A token that is wrong in each letter shows nothing of the right one.
		got := strings.TrimSuffix(r.Redactor().RedactString(e.Sent.Header.Get("X-Key")), "0")
		if v != plan.Malformed && v != plan.None && v != plan.Wrong && got != auth.Redacted {
			t.Errorf("%s: %q is shown", v, got)
		}
	}
	if n := from.issued.Load(); n != 1 {
		t.Errorf("%d tokens were asked for, want 1", n)
	}
}

func TestWithoutATokenNothingIsSent(t *testing.T) {
	from := newIdentity(t, http.StatusUnauthorized)
	base, requests := gate(t, number(1))
	r := issuedRunner(t, base, from, 4)
	for _, e := range send(t, r, many(8)...) {
		wantProblem(t, e, NoCredentials)
		if !strings.Contains(e.Problem.Error(), "it answered 401 Unauthorized: correct domain, user, password, project and endpoint") {
			t.Errorf("got %q", e.Problem)
		}
	}
	if n := from.issued.Load(); n != 1 {
		t.Errorf("the password was sent %d times, want once", n)
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
	_, d := preflightOf(t.Context(), r, get(), time.Minute)
	if d == nil || d.Kind != NoToken || !strings.Contains(d.Message+": "+d.Try, "identity service "+from.url.String()) {
		t.Errorf("got %v, want the diagnosis %s", d, NoToken)
	}
}

// That no newer token can be had is no fault of the target's.
func TestWithoutANewerTokenThereIsNoAnswer(t *testing.T) {
	t.Parallel() // it is asked for again after a while
	from := newIdentity(t, http.StatusCreated)
	current := number(1)
	base, _ := gate(t, current)
	r := issuedRunner(t, base, from, 4)
	wantStatus(t, sendOne(t, r, get()), http.StatusOK)
	current.Store(100) // the token is revoked
	from.status.Store(http.StatusServiceUnavailable)
	for _, e := range send(t, r, many(12)...) {
		wantProblem(t, e, NoCredentials)
		if !strings.Contains(e.Problem.Error(), "the target refused the token, and there is no newer one: ") {
			t.Errorf("got %q", e.Problem)
		}
	}
}

// Nor is it that each token is revoked soon.
func TestTokensAreNotRenewedForEver(t *testing.T) {
	from := newIdentity(t, http.StatusCreated)
	var uses atomic.Int64
	base := newServer(t, func(w http.ResponseWriter, req *http.Request) {
		if req.Header.Get("X-Key") != tokenText(uses.Add(1)/3+1) {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	answered, without := 0, 0
	for _, e := range send(t, issuedRunner(t, base, from, 1), many(60)...) {
		switch {
		case e.Problem != nil && e.Problem.Kind == NoCredentials:
			without++
		case e.Got != nil && e.Got.Status == http.StatusOK:
			answered++
		default:
			t.Errorf("got %+v, problem %v", e.Got, e.Problem)
		}
	}
	if n := from.issued.Load(); answered == 0 || without == 0 || n != maxRenewals+1 {
		t.Errorf("%d were answered, %d had no token, %d tokens were got", answered, without, n)
	}
}

// Of tokens that are sent together each has its own service, and all that were
// refused are renewed.
func TestTokensThatAreSentTogetherAreRenewedTogether(t *testing.T) {
	first, second := newIdentity(t, http.StatusCreated), newIdentity(t, http.StatusCreated)
	n := number(1)
	base := newServer(t, func(w http.ResponseWriter, req *http.Request) {
		if want := tokenText(n.Load()); req.Header.Get("X-Key") != want || req.Header.Get("Authorization") != "Bearer "+want {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	by := func(i *identity) target.Credential {
		return target.Credential{IAM: &auth.IAM{Endpoint: i.url, Domain: "d", User: "u", Password: auth.NewSecret("pass-word-0123456789")}}
	}
	model, tg := testModel(), testTarget(t, base)
	model.Operations[0].Security = [][]*spec.Scheme{{keyScheme, bearerScheme}}
	tg.Auth.Schemes = map[string]target.Credential{"key": by(first), bearerScheme.Name: by(second)}
	r, err := New(model, tg, Options{Jobs: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	wantStatus(t, sendOne(t, r, get()), http.StatusOK)
	n.Store(2)
	for _, e := range send(t, r, many(12)...) {
		wantStatus(t, e, http.StatusOK)
	}
	if a, b := first.issued.Load(), second.issued.Load(); a != 2 || b != 2 {
		t.Errorf("%d and %d tokens were asked for, want 2 each", a, b)
	}
}

// A token URL of the contract's is not trusted with a password if it is elsewhere.
func TestNoCredentialGoesWhereTheTargetDoesNotSay(t *testing.T) {
	model := testModel()
	scheme := *bearerScheme
	scheme.PasswordURL = "https://login.example.com/token"
	model.Schemes = []*spec.Scheme{&scheme}
	model.Operations[0].Security = [][]*spec.Scheme{{&scheme}}
	tg := testTarget(t, "http://127.0.0.1:1")
	tg.Auth.Schemes = map[string]target.Credential{scheme.Name: {OAuth2: &auth.OAuth2{User: "u", Password: auth.NewSecret("p")}}}
	_, err := New(model, tg, Options{})
	if err == nil || !strings.Contains(err.Error(), "oauth2: the contract has its token URL on https://login.example.com, which is not the server of baseURL") {
		t.Errorf("got %v", err)
	}
}

// Who issues tokens may be the target itself, which is still starting: to be asked
// in vain is final, so that nobody is asked before the target listens.
func TestATokenIsGotWhenTheTargetListens(t *testing.T) {
	from := newIdentity(t, http.StatusCreated)
	base, _ := gate(t, number(1))
	r := issuedRunner(t, base, from, 1)
	f := newFakeClock(r)
	r.network.dialer.Control = func(string, string, syscall.RawConn) error {
		if len(f.slept) < 5 {
			if n := from.issued.Load(); n != 0 {
				t.Errorf("%d tokens were asked for", n)
			}
			return syscall.ECONNREFUSED
		}
		return nil
	}
	e, d := preflightOf(t.Context(), r, get(), time.Minute)
	if d != nil {
		t.Fatal(d)
	}
	wantStatus(t, e, http.StatusOK)
	absent := issuedRunner(t, "http://127.0.0.1:1", from, 1)
	newFakeClock(absent)
	if _, d := preflightOf(t.Context(), absent, get(), 10*time.Second); d == nil || d.Kind != NotListening {
		t.Errorf("got %v", d)
	}
}
