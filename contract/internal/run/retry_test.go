package run

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/plan"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		after, date string
		want        time.Duration
		ok          bool
	}{
		{"", "", 0, false},
		{"soon", "", 0, false},
		{"-5", "", 0, false},
		{"1.5", "", 0, false},
		{"0", "", 0, true},
		{" 7 ", "", 7 * time.Second, true},
		{"99999999999999999999", "", 1<<63 - 1, true},
		{"Sat, 01 Mar 2025 12:00:03 GMT", "", 3 * time.Second, true},
		{"Sat, 01 Mar 2025 11:00:00 GMT", "", 0, true},
		{"Sat, 01 Mar 2025 15:00:03 GMT", "Sat, 01 Mar 2025 15:00:00 GMT", 3 * time.Second, true}, // clocks differ
	} {
		h := http.Header{"Retry-After": {test.after}, "Date": {test.date}}
		if got, ok := retryAfter(h, now); got != test.want || ok != test.ok {
			t.Errorf("%q: %s, %t; want %s, %t", test.after, got, ok, test.want, test.ok)
		}
	}
}

// throttle answers with a status n times, and then with success.
func throttle(status, n int, after string) (http.HandlerFunc, *atomic.Int64) {
	var requests atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) <= int64(n) {
			if after != "" {
				w.Header().Set("Retry-After", after)
			}
			w.WriteHeader(status)
			return
		}
		ok(w, r)
	}, &requests
}

func TestThrottled(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	for name, test := range map[string]struct {
		status, times int
		after         string
		requests      int
		slept         []time.Duration
		says          string // "" for success in the end
	}{
		"once, in seconds":    {429, 1, "7", 2, []time.Duration{7 * s}, ""},
		"503, without a time": {503, 3, "", 4, []time.Duration{250 * ms, 500 * ms, s}, ""},
		"at once":             {503, 2, "0", 3, nil, ""},
		"for ever":            {429, 1000, "1", 5, []time.Duration{s, s, s, s}, "429 (Too Many Requests) to each of 5 attempts"},
		"503 for ever":        {503, 1000, "2", 5, []time.Duration{2 * s, 2 * s, 2 * s, 2 * s}, "503"},
		"longer than a wait":  {429, 1, "3600", 1, nil, "asked to wait 1h0m0s, longer than the 10s"},
	} {
		t.Run(name, func(t *testing.T) {
			handler, requests := throttle(test.status, test.times, test.after)
			r := testRunner(t, newServer(t, handler), Options{})
			clock := newFakeClock(r)
			e := sendOne(t, r, get())
			if test.says != "" {
				wantProblem(t, e, Throttled)
				if !strings.Contains(e.Problem.Error(), test.says) || e.Got.Status != test.status {
					t.Errorf("%s; got %d", e.Problem, e.Got.Status)
				}
			} else {
				wantStatus(t, e, http.StatusOK)
			}
			clock.slept = slices.DeleteFunc(clock.slept, func(d time.Duration) bool { return d == 0 })
			if !slices.Equal(clock.slept, test.slept) || int(requests.Load()) != test.requests || e.Attempts != test.requests {
				t.Errorf("%d requests, %d attempts, slept %v; want %d, %v", requests.Load(), e.Attempts, clock.slept, test.requests, test.slept)
			}
		})
	}
}

// Nobody waits past the run's end.
func TestThrottledPastTheDeadline(t *testing.T) {
	handler, requests := throttle(429, 1, "5")
	r := testRunner(t, newServer(t, handler), Options{})
	newFakeClock(r)
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	e := r.Start(ctx, []plan.Case{get()}, []int{0}).Await(0)
	wantProblem(t, e, Throttled)
	if requests.Load() != 1 || !strings.Contains(e.Problem.Error(), "past the run's deadline") {
		t.Errorf("%d requests: %s", requests.Load(), e.Problem)
	}
}

// Each attempt is a request of its own, at its own time.
func TestAttemptsHaveTheirOwnIDs(t *testing.T) {
	var mu sync.Mutex
	var ids []string
	handler, _ := throttle(503, 2, "0")
	url := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		ids = append(ids, r.Header[requestID][0])
		mu.Unlock()
		handler(w, r)
	})
	now := time.Unix(1e9, 0)
	e := sendOne(t, testRunner(t, url, Options{Now: func() time.Time { now = now.Add(time.Minute); return now }}), get())
	wantStatus(t, e, http.StatusOK)
	if slices.Sort(ids); len(slices.Compact(ids)) != 3 || !e.Started.Equal(time.Unix(1e9, 0).Add(3*time.Minute)) {
		t.Errorf("ids %v, started %s", ids, e.Started)
	}
}

// A 429 holds everyone back, a 503 the one case.
func TestHold(t *testing.T) {
	for status, held := range map[int]bool{429: true, 503: false} {
		handler, _ := throttle(status, 1, "5")
		r := testRunner(t, newServer(t, handler), Options{})
		clock := newFakeClock(r)
		before := clock.at
		r.await(t.Context(), &Received{Status: status, Header: http.Header{"Retry-After": {"5"}}}, 1)
		if got := r.pacer.next.Equal(before.Add(5 * time.Second)); got != held {
			t.Errorf("%d: held %t", status, got)
		}
	}
}

func TestPacer(t *testing.T) {
	clock := &fakeClock{at: time.Now()}
	p := newPacer(4, clock.clock())
	start := clock.at
	var sent []time.Duration
	for range 4 {
		if !p.wait(t.Context()) {
			t.Fatal("it did not wait")
		}
		sent = append(sent, clock.at.Sub(start))
	}
	p.hold(10 * time.Second)
	p.wait(t.Context())
	sent = append(sent, clock.at.Sub(start))
	clock.at = clock.at.Add(time.Minute) // What was not used is not saved up.
	for range 2 {
		p.wait(t.Context())
		sent = append(sent, clock.at.Sub(start))
	}
	const ms = time.Millisecond
	want := []time.Duration{0, 250 * ms, 500 * ms, 750 * ms, 10750 * ms, 70750 * ms, 71000 * ms}
	if !slices.Equal(sent, want) {
		t.Errorf("sent at %v, want %v", sent, want)
	}
}

// Rate holds for all workers together, and for what is sent again.
func TestRate(t *testing.T) {
	const rate, cases, extra = 100, 20, 5
	handler, requests := throttle(503, extra, "0")
	r := testRunner(t, newServer(t, handler), Options{Jobs: 8, Rate: rate})
	start := time.Now()
	<-r.Start(t.Context(), numbered(cases), upTo(cases)).done
	took := time.Since(start)
	if requests.Load() != cases+extra {
		t.Fatalf("%d requests, want %d", requests.Load(), cases+extra)
	}
	if least := (cases + extra - 1) * time.Second / rate; took < least {
		t.Errorf("%d requests in %s: faster than %d a second", requests.Load(), took, rate)
	}
}
