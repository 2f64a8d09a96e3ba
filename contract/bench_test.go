package contract_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/target"
	"github.com/apiclause/clause/fixtures/reference"
)

const (
	benchToken = "bench-token-77"
	// benchJobs is how many workers a run has and the loop that it is compared
	// with: as many as verify has by default for a target on loopback.
	benchJobs = 16
)

// benched gives a configuration for the reference over HTTP, and the requests
// that it sends, as they were received.
func benched(b *testing.B, delay time.Duration) (contract.Config, []*http.Request) {
	b.Helper()
	handler, err := reference.New(reference.Config{
		Token: auth.NewSecret(benchToken), InternalErrorProject: "fail", Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	var mu sync.Mutex
	var seen []*http.Request
	record := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if record {
			mu.Lock()
			seen = append(seen, r.Clone(context.WithoutCancel(r.Context())))
			mu.Unlock()
		}
		time.Sleep(delay)
		handler.ServeHTTP(w, r)
	}))
	b.Cleanup(server.Close)
	base, err := url.Parse(server.URL)
	if err != nil {
		b.Fatal(err)
	}
	config := contract.Default()
	config.Contract = load(b, "../openapi/userusage.yaml")
	config.WithoutPreflight = true
	config.Jobs = benchJobs
	config.Target = &target.Target{
		Name: "bench", BaseURL: base, Auth: target.Auth{Token: auth.NewSecret(benchToken)},
		Values:  map[string]string{"project_id": "p1", "enterprise_project_id": "0"},
		Provoke: map[string]target.Provoke{"500": {Path: map[string]string{"project_id": "fail"}}},
	}
	if _, err := contract.Verify(b.Context(), config); err != nil {
		b.Fatal(err)
	}
	record = false
	for _, r := range seen {
		r.RequestURI = ""
		r.URL.Scheme, r.URL.Host = base.Scheme, base.Host
	}
	return config, seen
}

// bare sends the same requests from as many workers, and reads the answers.
func bare(b *testing.B, requests []*http.Request) {
	b.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: benchJobs, DisableCompression: true}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	queue := make(chan *http.Request)
	var workers sync.WaitGroup
	for range benchJobs {
		workers.Go(func() {
			for r := range queue {
				answer, err := client.Do(r.Clone(b.Context()))
				if err != nil {
					b.Error(err)
					continue
				}
				_, _ = io.Copy(io.Discard, answer.Body)
				_ = answer.Body.Close()
			}
		})
	}
	for _, r := range requests {
		queue <- r
	}
	close(queue)
	workers.Wait()
}

func verified(b *testing.B, config contract.Config) time.Duration {
	b.Helper()
	s, err := contract.Open(config)
	if err != nil {
		b.Fatal(err)
	}
	begun := time.Now()
	if err := s.Start(b.Context(), nil); err != nil {
		b.Fatal(err)
	}
	r := s.Report()
	elapsed := time.Since(begun)
	if r.Summary.Fail+r.Summary.Error > 0 {
		b.Fatalf("%+v", r.Summary)
	}
	return elapsed
}

// BenchmarkRunAndJudge prints how much longer running and judging take than a
// bare loop that sends the same requests with as many workers; want at most 2.
func BenchmarkRunAndJudge(b *testing.B) {
	config, requests := benched(b, 0)
	var ours, loop time.Duration
	for b.Loop() {
		begun := time.Now()
		bare(b, requests)
		loop += time.Since(begun)
		ours += verified(b, config)
	}
	b.ReportMetric(float64(ours)/float64(loop), "times-bare-loop")
	b.ReportMetric(float64(len(requests)), "requests")
}

// BenchmarkSlowEndpoint prints how much longer a run takes than the endpoint's
// own 20 ms for each request, shared by the workers; want at most 1.3.
func BenchmarkSlowEndpoint(b *testing.B) {
	const delay = 20 * time.Millisecond
	config, requests := benched(b, delay)
	ideal := time.Duration(len(requests)) * delay / benchJobs
	var ours time.Duration
	n := 0
	for b.Loop() {
		ours += verified(b, config)
		n++
	}
	b.ReportMetric(float64(ours)/float64(n)/float64(ideal), "times-ideal")
	b.ReportMetric(float64(len(requests)), "requests")
}
