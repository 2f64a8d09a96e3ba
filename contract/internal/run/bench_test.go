package run

import (
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/plan"
)

const benchJobs = 16

// benchCases are like those of a plan: a few query parameters, two times.
func benchCases() []plan.Case {
	cases := make([]plan.Case, 300)
	for i := range cases {
		cases[i] = get(query("start", plan.Time{Offset: -time.Hour}), query("end", plan.Time{}), query("name", "a b"), query("limit", i))
	}
	return cases
}

// BenchmarkRun is a whole run of 300 cases with 16 workers; BenchmarkBareLoop
// sends the same requests by an http.Client and reads the answers.
func BenchmarkRun(b *testing.B) {
	r := testRunner(b, newServer(b, ok), Options{Jobs: benchJobs})
	benchRun(b, r)
}

func BenchmarkRunInProcess(b *testing.B) {
	benchRun(b, testRunner(b, "http://in-process", Options{Jobs: benchJobs, Handler: http.HandlerFunc(ok)}))
}

func benchRun(b *testing.B, r *Runner) {
	b.Helper()
	cases := benchCases()
	indexes := upTo(len(cases))
	b.ReportAllocs()
	for b.Loop() {
		run := r.Start(b.Context(), cases, indexes)
		for _, i := range indexes {
			if e := run.Await(i); e.Problem != nil {
				b.Fatal(e.Problem)
			}
		}
	}
	perRequest(b, len(cases))
}

func perRequest(b *testing.B, n int) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/request")
}

func BenchmarkBareLoop(b *testing.B) {
	url := newServer(b, ok) + "/v1/7/things?start=2025-03-01T12:00:00Z&end=2025-03-01T12:00:00Z&name=a%20b&limit=7"
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: benchJobs}}
	defer client.CloseIdleConnections()
	const requests = 300
	b.ReportAllocs()
	for b.Loop() {
		var next atomic.Int64
		var workers sync.WaitGroup
		for range benchJobs {
			workers.Go(func() {
				for next.Add(1) <= requests {
					bare(b, client, url)
				}
			})
		}
		workers.Wait()
		client.CloseIdleConnections() // As a run does at its end.
	}
	perRequest(b, requests)
}

func bare(b *testing.B, client *http.Client, url string) {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		b.Error(err)
		return
	}
	req.Header.Set("X-Key", testToken)
	response, err := client.Do(req)
	if err != nil {
		b.Error(err)
		return
	}
	defer response.Body.Close()
	if _, err := io.ReadAll(response.Body); err != nil {
		b.Error(err)
	}
}

func BenchmarkRequest(b *testing.B) {
	r := testRunner(b, "http://127.0.0.1:1", Options{})
	c, now := benchCases()[7], time.Now()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.request(b.Context(), &c, now); err != nil {
			b.Fatal(err)
		}
	}
}
