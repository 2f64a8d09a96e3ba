package run

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/plan"
)

func upTo(n int) []int {
	indexes := make([]int, n)
	for i := range indexes {
		indexes[i] = i
	}
	return indexes
}

// numbered makes cases that tell their index.
func numbered(n int) []plan.Case {
	cases := make([]plan.Case, n)
	for i := range cases {
		cases[i] = get(query("i", i))
	}
	return cases
}

func index(r *http.Request) int {
	i, _ := strconv.Atoi(r.URL.Query().Get("i"))
	return i
}

func TestEveryCaseGetsItsOwnAnswer(t *testing.T) {
	echo := func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200 + index(r)%5)
		if index(r)%5 != 4 {
			fmt.Fprint(w, strings.Repeat(r.URL.Query().Get("i"), 1+index(r)*50))
		}
	}
	cases := numbered(100)
	for _, jobs := range []int{1, 16} {
		for name, o := range map[string]Options{"network": {}, "in process": {Handler: http.HandlerFunc(echo)}} {
			o.Jobs = jobs
			run := testRunner(t, newServer(t, echo), o).Start(t.Context(), cases, upTo(len(cases)))
			for i := range slices.Backward(cases) {
				e := run.Await(i)
				wantStatus(t, e, 200+i%5)
				want := strings.Repeat(strconv.Itoa(i), 1+i*50)
				if i%5 == 4 {
					want = ""
				}
				if e.Case != i || string(e.Got.Body) != want {
					t.Errorf("%s, %d jobs: case %d got the answer of another", name, jobs, i)
				}
			}
			<-run.done
		}
	}
}

func TestJobsBound(t *testing.T) {
	const jobs = 3
	var (
		now  atomic.Int64
		mu   sync.Mutex
		most int64
	)
	full := make(chan struct{})
	var once sync.Once
	url := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		mu.Lock()
		most = max(most, n)
		mu.Unlock()
		if n == jobs {
			once.Do(func() { close(full) })
		}
		<-full // All jobs are used, and never more.
		ok(w, r)
	})
	<-testRunner(t, url, Options{Jobs: jobs}).Start(t.Context(), numbered(50), upTo(50)).done
	if most != jobs {
		t.Errorf("%d requests were under way at once, want %d", most, jobs)
	}
}

func TestConnectionsAreReused(t *testing.T) {
	var connections atomic.Int64
	url := raw(t, func(_ int, conn net.Conn, in *bufio.Reader) {
		connections.Add(1)
		for readRequest(in) == nil {
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
		}
	})
	r := testRunner(t, url, Options{Jobs: 4})
	if _, d := preflightOf(t.Context(), r, get(), 0); d != nil {
		t.Fatal(d)
	}
	<-r.Start(t.Context(), numbered(200), upTo(200)).done
	if n := connections.Load(); n > 4 {
		t.Errorf("%d connections for 4 jobs", n)
	}
}

func TestOnlyTheSelectedAreSent(t *testing.T) {
	var seen sync.Map
	url := newServer(t, func(w http.ResponseWriter, r *http.Request) { seen.Store(index(r), true); ok(w, r) })
	run := testRunner(t, url, Options{}).Start(t.Context(), numbered(10), []int{7, 2, 7, -1, 10})
	<-run.done
	for i := -1; i <= 10; i++ {
		_, sent := seen.Load(i)
		e := run.Await(i)
		if want := i == 2 || i == 7; sent != want || want != (e.Problem == nil) || e.Case != i {
			t.Errorf("case %d: sent %t, %v", i, sent, e.Problem)
		}
	}
	<-testRunner(t, url, Options{}).Start(t.Context(), nil, nil).done
}

func TestSeedPermutesWithinTechnique(t *testing.T) {
	techniques := []plan.Technique{plan.Example, plan.SingleFault, plan.Boundary}
	order := func(seed int64) []int {
		var got []int
		url := newServer(t, func(w http.ResponseWriter, r *http.Request) { got = append(got, index(r)); ok(w, r) })
		cases := numbered(60)
		for i := range cases {
			cases[i].Technique = techniques[i/20]
		}
		indexes := upTo(60)
		slices.Reverse(indexes) // How they are given does not matter.
		<-testRunner(t, url, Options{Seed: seed}).Start(t.Context(), cases, indexes).done
		return got
	}
	first, again, other := order(1), order(1), order(2)
	if !slices.Equal(first, again) {
		t.Error("one seed gave two orders")
	}
	if slices.Equal(first, other) || slices.IsSorted(first) {
		t.Error("the seed does not permute")
	}
	for _, got := range [][]int{first, other} {
		for i, n := range got {
			if n/20 != i/20 {
				t.Fatalf("case %d was sent at place %d: %v", n, i, got)
			}
		}
		if slices.Sort(got); !slices.Equal(got, upTo(60)) {
			t.Errorf("sent: %v", got)
		}
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	url := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		if index(r) >= 3 {
			cancel()
			<-r.Context().Done() // It never answers.
			return
		}
		ok(w, r)
	})
	run := testRunner(t, url, Options{CaseTimeout: time.Hour}).Start(ctx, numbered(100), upTo(100))
	wantEnd(t, run, "stopped")
}

func TestRunTimeout(t *testing.T) {
	url := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		if index(r) >= 3 {
			<-r.Context().Done()
			return
		}
		ok(w, r)
	})
	ctx, cancel := context.WithTimeoutCause(t.Context(), 300*time.Millisecond, errors.New("the run's deadline passed"))
	defer cancel()
	run := testRunner(t, url, Options{CaseTimeout: time.Hour, Jobs: 2}).Start(ctx, numbered(100), upTo(100))
	wantEnd(t, run, "the run's deadline passed")
}

// wantEnd checks that a run ended before its end: some cases were reached, each
// of the others says why not.
func wantEnd(t *testing.T, run *Run, why string) {
	t.Helper()
	<-run.done
	reached, not := 0, 0
	for i := range 100 {
		switch e := run.Await(i); {
		case e.Problem == nil:
			reached++
		case e.Problem.Kind == Interrupted && strings.Contains(e.Problem.Error(), why):
			not++
		default:
			t.Errorf("case %d: %s: %s", i, e.Problem.Kind, e.Problem)
		}
	}
	if not < 90 || reached+not != 100 {
		t.Errorf("%d reached, %d not", reached, not)
	}
}

// A run that is over before it begins says so of every case, even while the
// pace would have it wait.
func TestCancelBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	run := testRunner(t, "http://127.0.0.1:1", Options{Rate: 0.001}).Start(ctx, numbered(3), upTo(3))
	for i := range 3 {
		wantProblem(t, run.Await(i), Interrupted)
	}
	ctx, cancel = context.WithCancel(t.Context())
	r := testRunner(t, newServer(t, ok), Options{Rate: 0.001, Each: func(*Exchange) { cancel() }})
	run = r.Start(ctx, numbered(3), upTo(3))
	<-run.done
	interrupted := 0
	for i := range 3 {
		if e := run.Await(i); e.Problem != nil && e.Problem.Kind == Interrupted && e.Attempts == 0 {
			interrupted++
		}
	}
	if interrupted != 2 {
		t.Errorf("%d cases were interrupted", interrupted)
	}
}

func TestEach(t *testing.T) {
	var seen atomic.Int64
	o := Options{Jobs: 4, Each: func(e *Exchange) {
		seen.Add(1)
		e.Got.Body = nil
	}}
	run := testRunner(t, newServer(t, ok), o).Start(t.Context(), numbered(20), upTo(20))
	for i := range 20 {
		if e := run.Await(i); e.Got.Body != nil {
			t.Error("Await gave an exchange before Each had it")
		}
	}
	if seen.Load() != 20 {
		t.Errorf("Each had %d exchanges", seen.Load())
	}
}
