package contract_test

import (
	"encoding/json"
	"hash/fnv"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/enforce"
	"github.com/apiclause/clause/contract/target"
)

const trackerFile = "testdata/tracker.yaml"

// tracker is a server that keeps to testdata/tracker.yaml, and remembers. What it
// makes is called by what was sent, so that a loop which sends the same requests
// again finds what they name.
type tracker struct {
	mu     sync.Mutex
	things map[string]map[string]any // by path
	// note, while it is not nil, gets every request.
	note *[]sentRequest
}

func (s *tracker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	data, _ := io.ReadAll(r.Body)
	body := map[string]any{}
	_ = json.Unmarshal(data, &body)
	path := strings.Trim(r.URL.Path, "/")
	segments := strings.Split(path, "/")
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !slices.Contains(methods(segments), r.Method):
		w.WriteHeader(http.StatusMethodNotAllowed)
	case len(segments) > 2 && s.things[strings.Join(segments[:2], "/")] == nil:
		w.WriteHeader(http.StatusNotFound)
	case len(segments)%2 == 1 && r.Method == http.MethodGet:
		answer(w, http.StatusOK, s.list(path+"/", r.URL.Query()))
	case len(segments)%2 == 1:
		answer(w, http.StatusCreated, s.keep(s.free(path, data), body))
	case s.things[path] == nil:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodDelete:
		delete(s.things, path)
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodPatch:
		changed := maps.Clone(s.things[path])
		maps.Copy(changed, body)
		answer(w, http.StatusOK, s.keep(path, changed))
	case r.Method == http.MethodPut:
		answer(w, http.StatusOK, s.keep(path, body))
	default:
		answer(w, http.StatusOK, s.things[path])
	}
}

// methods lists those of a path.
func methods(path []string) []string {
	switch {
	case len(path)%2 == 1:
		return []string{http.MethodGet, http.MethodPost}
	case path[0] == "users":
		return []string{http.MethodGet, http.MethodPatch, http.MethodDelete}
	}
	return []string{http.MethodGet, http.MethodPut, http.MethodDelete}
}

// free gives a path for what is made by a body.
func (s *tracker) free(collection string, body []byte) string {
	hash := fnv.New32a()
	_, _ = hash.Write(body)
	for id := uint64(hash.Sum32()) + 1; ; id++ {
		if path := collection + "/" + strconv.FormatUint(id, 10); s.things[path] == nil {
			return path
		}
	}
}

func (s *tracker) keep(path string, body map[string]any) map[string]any {
	id, _ := strconv.Atoi(path[strings.LastIndexByte(path, '/')+1:])
	body["id"] = id
	s.things[path] = body
	return body
}

func (s *tracker) list(prefix string, query url.Values) []map[string]any {
	most, err := strconv.Atoi(query.Get("limit"))
	if err != nil {
		most = 20
	}
	out := []map[string]any{}
	for path, thing := range s.things {
		asked := !query.Has("kind") || thing["kind"] == query.Get("kind")
		if asked && len(out) < most && strings.HasPrefix(path, prefix) && !strings.Contains(path[len(prefix):], "/") {
			out = append(out, thing)
		}
	}
	return out
}

// handler refuses what the contract forbids, and notes what comes in.
func (s *tracker) handler(tb testing.TB, c *contract.Contract) http.Handler {
	tb.Helper()
	e, err := enforce.New(c, enforce.Options{
		Verifiers: map[string]auth.Verifier{"token": auth.Bearer(auth.NewSecret(benchToken))}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		tb.Fatal(err)
	}
	inner := e.Middleware(s)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.note != nil {
			noted(s, r)
		}
		inner.ServeHTTP(w, r)
	})
}

// noted notes a request, and leaves its body to be read again.
func noted(s *tracker, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	s.mu.Lock()
	defer s.mu.Unlock()
	*s.note = append(*s.note, sentRequest{r.Method, r.URL.RequestURI(), r.Header.Clone(), body})
}

// trackerConfig verifies a tracker over HTTP.
func trackerConfig(tb testing.TB, s *tracker) contract.Config {
	tb.Helper()
	config := contract.Default()
	config.Contract = load(tb, trackerFile)
	server := httptest.NewServer(s.handler(tb, config.Contract))
	tb.Cleanup(server.Close)
	base, err := url.Parse(server.URL)
	if err != nil {
		tb.Fatal(err)
	}
	config.WithoutPreflight, config.Jobs, config.Nonce = true, benchJobs, "bench"
	config.Target = &target.Target{Name: "tracker", BaseURL: base, Auth: target.Auth{Token: auth.NewSecret(benchToken)}}
	return config
}

// BenchmarkTracker verifies a server with a memory, of 20 operations, whole: plan, run,
// judge and report. It prints how long that takes in seconds (want less than 2), how
// much longer running and judging take than a bare loop that sends the same requests,
// those that make and end things included (want at most 2), and how many of these
// there are for each case.
func BenchmarkTracker(b *testing.B) {
	server := &tracker{things: map[string]map[string]any{}, note: &[]sentRequest{}}
	config := trackerConfig(b, server)
	r, err := contract.Verify(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	sent, cases := *server.note, r.Summary.Cases-r.Summary.Skip
	server.note = nil
	var whole, ours, loop time.Duration
	n := 0
	for b.Loop() {
		server.things = map[string]map[string]any{}
		loop += sending(b, requestsTo(b, config.Target.BaseURL, sent))
		server.things = map[string]map[string]any{}
		begun := time.Now()
		ours += verified(b, config)
		whole += time.Since(begun)
		n++
	}
	b.ReportMetric(whole.Seconds()/float64(n), "s")
	b.ReportMetric(float64(ours)/float64(loop), "times-bare-loop")
	b.ReportMetric(float64(len(sent)), "requests")
	b.ReportMetric(float64(len(sent)-cases)/float64(cases), "setups/case")
}
