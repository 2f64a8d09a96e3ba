package contract_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/report"
)

// between has a function look at each request and its answer, and maybe give another
// status. The handler answers one request at a time.
func between(next http.Handler, other func(r *http.Request, body string, status int) int) http.Handler {
	one := make(chan struct{}, 1)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		one <- struct{}{}
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		status := other(r, string(body), answer.Code)
		<-one
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(status)
		if status == answer.Code {
			_, _ = w.Write(answer.Body.Bytes())
		}
	})
}

var ofAnOwner = regexp.MustCompile(`^/owners/[1-9][0-9]*$`)

// Requests that have to be refused are about the same thing in turn. What a server makes
// of a thing after one of them shows in no verdict on another, whatever the order.
func TestWhatIsRefusedShowsInNoOtherVerdict(t *testing.T) {
	shared := (&pets{}).config(t)
	for name, server := range map[string]struct {
		// mistake gives the status, of what went before.
		mistake func(refused map[string]int, r *http.Request, body string, status int) int
		pass    bool
	}{
		"locks what was refused": {pass: true, mistake: func(refused map[string]int, r *http.Request, _ string, status int) int {
			if refused[r.URL.Path] > 2 {
				return http.StatusLocked
			}
			return status
		}},
		"ends what was refused": {pass: true, mistake: func(refused map[string]int, r *http.Request, _ string, status int) int {
			if refused[r.URL.Path] > 0 {
				return http.StatusNotFound
			}
			return status
		}},
		"fails after what was refused": {pass: true, mistake: func(refused map[string]int, r *http.Request, _ string, status int) int {
			if refused[r.URL.Path] > 0 {
				return http.StatusInternalServerError
			}
			return status
		}},
		"takes what is wrong, and nothing after it": {mistake: func(refused map[string]int, r *http.Request, body string, status int) int {
			switch {
			case refused[r.URL.Path] > 0:
				return http.StatusConflict
			case status == http.StatusBadRequest && strings.Contains(body, "name"):
				refused[r.URL.Path]++
				return http.StatusOK
			}
			return status
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var want map[string]report.Outcome
			for seed := range 2 {
				for _, jobs := range []int{1, 16} {
					config := (&pets{}).config(t)
					planned(t, &shared)
					config.Seed, config.Jobs, config.Plan = int64(seed), jobs, shared.Plan
					refused := map[string]int{}
					config.Handler = between(config.Handler, func(r *http.Request, body string, status int) int {
						if r.Method != http.MethodPut || !ofAnOwner.MatchString(r.URL.Path) {
							return status
						}
						now := server.mistake(refused, r, body, status)
						if server.pass && now == http.StatusBadRequest {
							refused[r.URL.Path]++
						}
						return now
					})
					r := ran(t, config)
					if server.pass && (report.ExitCode(r) != report.ExitOK || r.Summary.Undecided > 0) {
						t.Fatalf("seed %d, %d jobs:\n%s", seed, jobs, brief(r))
					}
					got := becameOf(r)
					if want == nil {
						want = got
					}
					for id := range want {
						if got[id] != want[id] {
							t.Errorf("seed %d, %d jobs: %s is %s, not %s", seed, jobs, id, got[id], want[id])
						}
					}
				}
			}
		})
	}
}

// A server that keeps to its contract gets no more than is forecast, whatever the number
// of jobs, with what makes and ends things; and hardly less: what it may refuse is not
// ended.
func TestWhatIsMadeIsForecast(t *testing.T) {
	for _, jobs := range []int{1, 16} {
		server := &tracker{things: map[string]map[string]any{}, note: &[]sentRequest{}}
		config := trackerConfig(t, server)
		config.Jobs = jobs
		s, err := contract.Open(config)
		if err != nil {
			t.Fatal(err)
		}
		want, err := s.Forecast()
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Start(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		r := s.Report()
		if report.ExitCode(r) != report.ExitOK || r.Summary.Pass != r.Summary.Cases || len(r.Left) > 0 {
			t.Errorf("%d jobs:\n%s", jobs, brief(r))
		}
		got := len(*server.note)
		if got > want.Requests+want.Pages || got < want.Requests*19/20 || want.SetUps > r.Summary.Cases/3 {
			t.Errorf("%d jobs: the server got %d requests, the forecast is %d, of which %d make things", jobs, got, want.Requests, want.SetUps)
		}
	}
}
