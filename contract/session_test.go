package contract_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

// overHTTP has a configuration's handler listen on loopback instead.
func overHTTP(t *testing.T, c contract.Config) contract.Config {
	t.Helper()
	server := httptest.NewServer(c.Handler)
	t.Cleanup(server.Close)
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	known := *c.Target
	known.BaseURL = base
	c.Target, c.Handler = &known, nil
	return c
}

// deviating answers some requests of the orders API as the contract forbids.
func deviating(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.Header.Get("X-Express") == "maybe" {
			answer(w, http.StatusOK, map[string]any{})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// verdicts writes a report's verdicts without what differs from run to run.
func verdicts(r *report.Report) string {
	var b strings.Builder
	for _, v := range r.Verdicts {
		fmt.Fprintf(&b, "%s %s %s", v.Case.ID, v.Outcome, v.Reason)
		for _, f := range v.Findings {
			fmt.Fprintf(&b, " %s(%s): %s", f.Clause, f.Level, f.Message)
		}
		b.WriteByte('\n')
	}
	for _, s := range r.Clauses {
		fmt.Fprintf(&b, "%s %s %s\n", s.ID, s.Stand, s.Reason)
	}
	return b.String()
}

func TestVerdictsDoNotDependOnJobsOrSeedOrRun(t *testing.T) {
	config := ordersConfig(t)
	config.Handler = deviating(config.Handler)
	config = overHTTP(t, config)
	want := ""
	for run := range 10 {
		config.Jobs, config.Seed = []int{1, 16}[run%2], int64(run)
		r, err := contract.Verify(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		if r.Summary.Fail == 0 {
			t.Fatal("the deviation was not noticed")
		}
		if want == "" {
			want = verdicts(r)
		}
		if got := verdicts(r); got != want {
			t.Fatalf("run %d with %d jobs gives other verdicts:\n%s\nwant:\n%s", run, config.Jobs, got, want)
		}
	}
}

func TestACancelledRunLeavesAReportOfWhatItReached(t *testing.T) {
	config := ordersConfig(t)
	ctx, cancel := context.WithCancel(t.Context())
	var served atomic.Int32
	next := config.Handler
	config.Jobs = 2
	config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if served.Add(1) == 20 {
			cancel()
		}
		next.ServeHTTP(w, r)
	})
	r, err := contract.Verify(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	if r.Interrupted == "" || r.Summary.Pass == 0 || r.Summary.Error == 0 || len(r.Verdicts) < 100 {
		t.Errorf("interrupted %q, summary %+v, %d verdicts", r.Interrupted, r.Summary, len(r.Verdicts))
	}
	if code := report.ExitCode(r); code != report.ExitError {
		t.Errorf("exit code %d, want %d", code, report.ExitError)
	}
}

func TestNoSecretIsInAnyReport(t *testing.T) {
	config := ordersConfig(t)
	next := config.Handler
	// This implementation gives back what it was sent, which is wrong, and must
	// not make the report leak.
	config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Echo", r.Header.Get("Authorization"))
		if strings.HasSuffix(r.URL.Path, "/orders") && r.Header.Get("X-Express") != "" {
			answer(w, http.StatusInternalServerError, map[string]any{"title": r.Header.Get("Authorization"), "status": 500})
			return
		}
		next.ServeHTTP(w, r)
	})
	r, err := contract.Verify(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, write := range []func() error{
		func() error { return report.Text(&out, r, report.TextOptions{Verbose: true}) },
		func() error { return report.JSON(&out, r) },
		func() error { return report.JUnit(&out, r) },
	} {
		if err := write(); err != nil {
			t.Fatal(err)
		}
	}
	if r.Summary.Fail == 0 || out.Len() < 1000 {
		t.Fatalf("the run found nothing: %+v", r.Summary)
	}
	for n := len(ordersToken); n >= 12; n-- {
		if i := strings.Index(out.String(), ordersToken[:n]); i >= 0 {
			t.Fatalf("a report holds the first %d characters of the token: %s", n, out.String()[max(0, i-200):i+n+50])
		}
	}
	leaked := false
	for _, s := range r.Clauses {
		leaked = leaked || s.ID == "createOrder.answer.credentials" && s.Stand == report.Warned
	}
	if !leaked {
		t.Error("the credentials in the answers were not reported")
	}
}

func TestWhatCannotBeUsedIsRefusedBeforeAnythingIsSent(t *testing.T) {
	known, err := report.ParseKnown("known.txt", []byte("no.such.clause # never\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, want string
		change     func(*contract.Config)
	}{
		{"no contract", "no contract is given", func(c *contract.Config) { c.Contract = nil }},
		{"no target", "no target is given", func(c *contract.Config) { c.Target, c.Handler = nil, nil }},
		{"strength", "strength is 4: use 2 or 3", func(c *contract.Config) { c.Strength = 4 }},
		{"budget", "budget is -2: use a number of cases, or Unlimited", func(c *contract.Config) { c.Budget = -2 }},
		{"rate", "rate is -0.5: use a number of requests a second, or Unlimited", func(c *contract.Config) { c.Rate = -0.5 }},
		{"only", `only "x*" matches no case and no clause`, func(c *contract.Config) { c.Only = []string{"x*"} }},
		{"skip", `skip "x*" matches no case and no clause`, func(c *contract.Config) { c.Skip = []string{"x*"} }},
		{"all skipped", "only and skip together leave no case", func(c *contract.Config) { c.Skip = []string{"*"} }},
		{"nothing to test", "nothing can be tested: c.yaml has no operation that requests can be made for", func(c *contract.Config) {
			c.Contract, _ = contract.Load("c.yaml", []byte("openapi: 3.1.0\ninfo: {title: T, version: '1'}\nwebhooks: {}\n"))
			c.Plan, c.Target = nil, &target.Target{Name: "none"}
		}},
		{"known", `known.txt:1: the pattern "no.such.clause" matches no case and no clause`, func(c *contract.Config) { c.Known = known }},
		{"jobs", "jobs is -1", func(c *contract.Config) { c.Jobs = -1 }},
		{"too many jobs", "jobs is 101: use at most 100, whose answers fit into memory together", func(c *contract.Config) { c.Jobs = 101 }},
	} {
		t.Run(test.name, func(t *testing.T) {
			config := ordersConfig(t)
			config.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
			test.change(&config)
			if test.name == "no target" {
				config.Handler = nil
			}
			_, err := contract.Verify(t.Context(), config)
			if !errors.Is(err, contract.ErrUsage) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one that cannot be used and says %q", err, test.want)
			}
		})
	}
}

func TestARunThatWouldSendNothingIsAnError(t *testing.T) {
	config := ordersConfig(t)
	config.Plan = nil // another target
	config.Target = &target.Target{Name: "no token", Values: config.Target.Values}
	config.Only = []string{"createOrder.answer.201/smallest"}
	_, err := contract.Verify(t.Context(), config)
	want := "nothing would be sent: the target gives no bearer credentials: put a token, or a login that gets one, under auth.schemes.bearer in the target file, or give --token (case createOrder.answer.201/smallest)"
	if !errors.Is(err, contract.ErrUsage) || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want %q", err, want)
	}
}

// A target that nothing valid can be sent to would seem to uphold everything.
func TestARunOfRefusalsAloneIsAnErrorUnlessAskedFor(t *testing.T) {
	refusing := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"title":"no","status":401}`))
	}
	config := contract.Default()
	config.Contract, config.Handler = load(t, "testdata/orders.yaml"), http.HandlerFunc(refusing)
	config.Target = &target.Target{Name: "refusing"}
	config.Skip = []string{"getOrder.*"}
	_, err := contract.Verify(t.Context(), config)
	want := "nothing that the contract allows would be sent: the target gives no bearer credentials"
	if !errors.Is(err, contract.ErrUsage) || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want %q", err, want)
	}
	config.Skip, config.Only = nil, []string{"createOrder.security.missing"}
	r, err := contract.Verify(t.Context(), config)
	if err != nil || report.ExitCode(r) != report.ExitOK {
		t.Errorf("what was asked for alone: %v", err)
	}
}

func TestWhatProvokesNothingIsRefused(t *testing.T) {
	for _, test := range []struct {
		want   string
		change func(*target.Target)
	}{
		{`provoke: no operation documents 503: use `, func(t *target.Target) {
			t.OperationProvoke = map[string]map[string]target.Provoke{"createOrder": {"503": {}}}
		}},
		{`provoke: 500: no path has the parameter "shp": use order or shop`, func(t *target.Target) {
			t.Provoke = map[string]target.Provoke{"500": {Path: map[string]string{"shp": "x"}}}
		}},
		{`provoke: the contract has no operation "placeOrder"`, func(t *target.Target) {
			t.OperationProvoke = map[string]map[string]target.Provoke{"placeOrder": {"500": {}}}
		}},
	} {
		config := ordersConfig(t)
		test.change(config.Target)
		if _, err := contract.Open(config); !errors.Is(err, contract.ErrUsage) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v, want %q", err, test.want)
		}
	}
}

func TestAHopelessTargetIsOneDiagnosis(t *testing.T) {
	config := overHTTP(t, ordersConfig(t))
	gone := httptest.NewServer(http.NotFoundHandler())
	base, err := url.Parse(gone.URL)
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	for _, test := range []struct {
		name, want string
		change     func(*target.Target)
	}{
		{"nobody listens", "nothing listens at ", func(t *target.Target) { t.BaseURL = base }},
		{"wrong path", "404", func(t *target.Target) { t.BaseURL = &url.URL{Scheme: "http", Host: t.BaseURL.Host, Path: "/v9"} }},
		{"wrong token", "401", func(t *target.Target) { t.Auth.Token = auth.NewSecret("another-token-entirely") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			changed := *config.Target
			test.change(&changed)
			attempt := config
			attempt.Target = &changed
			_, err := contract.Verify(t.Context(), attempt)
			diagnosis, ok := errors.AsType[*contract.Diagnosis](err)
			if !ok || diagnosis.Try == "" || !strings.Contains(diagnosis.Message, test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q, want one diagnosis in one line that says %q and what to try", err, test.want)
			}
		})
	}
}

// Each spec of a suite starts the session: the second must not wait for verdicts
// that never come.
func TestASessionThatDidNotStartSaysSoEachTime(t *testing.T) {
	config := overHTTP(t, ordersConfig(t))
	wrong := *config.Target
	wrong.Auth.Token = auth.NewSecret("another-token-entirely")
	config.Target = &wrong
	s, err := contract.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	first, second := s.Start(t.Context(), nil), s.Start(t.Context(), nil)
	if first == nil || !errors.Is(second, first) {
		t.Errorf("first %v, then %v", first, second)
	}
}

func TestPlanSendsNothing(t *testing.T) {
	config := ordersConfig(t)
	p, err := config.Contract.Plan(config.Target, contract.Default())
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Cases) < 100 || p.Cases[0].Technique != plan.Example {
		t.Errorf("%d cases, the first by %s", len(p.Cases), p.Cases[0].Technique)
	}
}

func TestOnlyAndSkipSelectByCaseAndClause(t *testing.T) {
	config := ordersConfig(t)
	config.Only = []string{"createOrder.rule.*"}
	config.Skip = []string{"*.rule.one-recipient"}
	r, err := contract.Verify(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range r.Verdicts {
		selected := strings.HasPrefix(v.Case.ID, "createOrder.rule.") && !strings.HasPrefix(v.Case.ID, "createOrder.rule.one-recipient/")
		if (v.Outcome == report.Pass) != selected {
			t.Errorf("%s is %s (%s)", v.Case.ID, v.Outcome, v.Reason)
		}
	}
	if report.ExitCode(r) != report.ExitOK {
		t.Error("a cut that was asked for changes the exit code")
	}
}

// A deadline that passes leaves a report, and no verdict passes for one.
func TestADeadlineEndsTheRunWithAReport(t *testing.T) {
	config := ordersConfig(t)
	config.Timeout = time.Millisecond
	r, err := contract.Verify(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if r.Interrupted == "" || report.ExitCode(r) != report.ExitError {
		t.Errorf("interrupted %q, exit code %d", r.Interrupted, report.ExitCode(r))
	}
}
