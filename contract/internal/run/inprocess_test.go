package run

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/target"
)

func TestHandlersThatMisbehave(t *testing.T) {
	var none error
	for name, test := range map[string]struct {
		serve http.HandlerFunc
		kind  ProblemKind
		says  string
	}{
		"panics": {func(http.ResponseWriter, *http.Request) { panic("a\x1b[31m" + strings.Repeat("x", 1000)) }, Malformed, "the handler panicked with a string: a?[31mxxx"},
		"panics late": {func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, strings.Repeat("x", 1<<16))
			panic(fmt.Errorf("late: %w", errTest))
		}, Malformed, "the handler panicked with a *fmt.wrapError: late: a test's error"},
		"panics with nil": {func(http.ResponseWriter, *http.Request) { panic(none) }, Malformed, "PanicNilError"},
		"aborts":          {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, Malformed, "ErrAbortHandler"},
		"index":           {func(http.ResponseWriter, *http.Request) { _ = []int{}[len(t.Name())] }, Malformed, "runtime.boundsError: runtime error: index out of range"},
		"writes too little": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10")
			io.WriteString(w, "abc")
		}, Malformed, "unexpected EOF"},
		"waits":       {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, Deadline, "within 100ms"},
		"never stops": {func(http.ResponseWriter, *http.Request) { time.Sleep(time.Second) }, Deadline, "within 100ms"},
	} {
		t.Run(name, func(t *testing.T) {
			o := Options{Handler: test.serve, CaseTimeout: time.Minute}
			if test.kind == Deadline {
				o.CaseTimeout = 100 * time.Millisecond
			}
			r := testRunner(t, "http://in-process", o)
			for range 2 {
				e := sendOne(t, r, get())
				wantProblem(t, e, test.kind)
				if !strings.Contains(e.Problem.Error(), test.says) || len(e.Problem.Error()) > maxText+3 {
					t.Errorf("%s", e.Problem)
				}
			}
		})
	}
}

func TestHandlerWritesWithoutEnd(t *testing.T) {
	ended := make(chan error, 1)
	serve := func(w http.ResponseWriter, _ *http.Request) {
		var err error
		for err == nil {
			_, err = io.WriteString(w, strings.Repeat("x", 1<<12))
		}
		ended <- err
	}
	e := sendOne(t, testRunner(t, "http://in-process", Options{Handler: http.HandlerFunc(serve)}), get())
	wantStatus(t, e, http.StatusOK)
	if !e.Got.Truncated || <-ended == nil {
		t.Error("the answer was not cut")
	}
}

// What a handler is called with is what a server gets.
func TestHandlerInProcess(t *testing.T) {
	serve := func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		_, err := io.ReadAll(r.Body)
		fmt.Fprint(w, r.Host, " ", r.RequestURI, " ", r.ContentLength, " ", err)
	}
	r, err := New(testModel(), &target.Target{Name: "x", Auth: testTarget(t, "http://x").Auth}, Options{Handler: http.HandlerFunc(serve)})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	c := post(&plan.Body{MediaType: "application/json", Value: "x"})
	e, d := preflightOf(t.Context(), r, c, time.Second)
	if d != nil {
		t.Fatal(d)
	}
	if want := "in-process /v1/7/things 3 <nil>"; string(e.Got.Body) != want || e.Got.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("%q, %v; want %q", e.Got.Body, e.Got.Header, want)
	}
}

// A long body that the handler does not read keeps nobody waiting.
func TestHandlerIgnoresTheBody(t *testing.T) {
	r := testRunner(t, "http://in-process", Options{Handler: http.HandlerFunc(ok), CaseTimeout: time.Minute})
	for _, size := range []int{0, 1, 5000, 100 << 10, 3 << 20} {
		c := post(&plan.Body{MediaType: "text/plain", Raw: strings.Repeat("x", size), Verbatim: true})
		wantStatus(t, sendOne(t, r, c), http.StatusOK)
	}
}

// When a run is over, nothing of it is left.
func TestNothingIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 5 {
		r, err := New(testModel(), testTarget(t, "http://in-process"), Options{Handler: http.HandlerFunc(ok), Jobs: 8})
		if err != nil {
			t.Fatal(err)
		}
		<-r.Start(t.Context(), numbered(50), upTo(50)).done
		if _, d := preflightOf(t.Context(), r, get(), 0); d != nil {
			t.Fatal(d)
		}
		r.Close()
	}
	for range 500 {
		if runtime.NumGoroutine() <= before+1 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

func TestProblemUnwraps(t *testing.T) {
	if p := (&Problem{Kind: Internal, Err: fmt.Errorf("x: %w", errTest)}); !errors.Is(p, errTest) {
		t.Error("the cause is lost")
	}
}
