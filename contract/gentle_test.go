package contract_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/prove"
	"github.com/apiclause/clause/contract/target"
)

// counter counts what reaches an implementation.
type counter struct {
	next http.Handler

	mu                                       sync.Mutex
	requests, accepted, underWay, mostAtOnce int
	agents, ids                              map[string]int
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.requests++
	c.underWay++
	c.mostAtOnce = max(c.mostAtOnce, c.underWay)
	c.agents[r.UserAgent()]++
	c.ids[r.Header.Get("X-Request-ID")]++
	c.mu.Unlock()
	answer := httptest.NewRecorder()
	c.next.ServeHTTP(answer, r)
	c.mu.Lock()
	c.underWay--
	if answer.Code < http.StatusMultipleChoices {
		c.accepted++
	}
	c.mu.Unlock()
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// counts gives what was counted, also while a handler is at work that nobody waits
// for any more.
func (c *counter) counts() (requests, accepted, mostAtOnce int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.requests, c.accepted, c.mostAtOnce
}

// counted is the known-good implementation of the orders on loopback.
func counted(t *testing.T) (contract.Config, *counter) {
	t.Helper()
	config := ordersConfig(t)
	config.Plan = nil // another target
	good, err := prove.Good(config.Contract)
	if err != nil {
		t.Fatal(err)
	}
	c := &counter{next: good.Handler, agents: map[string]int{}, ids: map[string]int{}}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	config.Handler, config.Target = nil, good.Target
	config.Target.BaseURL, err = url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return config, c
}

func TestTheServerCountsWhatIsForecast(t *testing.T) {
	for name, change := range map[string]func(*contract.Config){
		"all":      func(*contract.Config) {},
		"a budget": func(c *contract.Config) { c.Budget = 3 },
		"refused":  func(c *contract.Config) { c.Only, c.Budget = []string{"*.security.missing"}, 1 },
		"some":     func(c *contract.Config) { c.Only = []string{"*.query.*"} },
	} {
		t.Run(name, func(t *testing.T) {
			config, server := counted(t)
			change(&config)
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
			s.Report()
			requests, accepted, _ := server.counts()
			if requests != want.Requests {
				t.Errorf("the server got %d requests, the forecast is %d", requests, want.Requests)
			}
			if accepted > want.Accepted || config.Budget > 0 && accepted > config.Budget {
				t.Errorf("the server accepted %d requests, the forecast is %d, the budget %d", accepted, want.Accepted, config.Budget)
			}
			if server.agents["clause"] != requests {
				t.Errorf("the requests came from %v, want clause", server.agents)
			}
			for id, n := range server.ids {
				if n != 1 || !strings.HasPrefix(id, "clause-") {
					t.Errorf("%d requests have the id %q", n, id)
				}
			}
		})
	}
}

func TestJobsAreRequestsAtOnce(t *testing.T) {
	for _, jobs := range []int{1, 3} {
		config, server := counted(t)
		config.Jobs = jobs
		if _, err := contract.Verify(t.Context(), config); err != nil {
			t.Fatal(err)
		}
		if _, _, most := server.counts(); most > jobs {
			t.Errorf("%d requests were under way at once, want at most %d", most, jobs)
		}
	}
}

// However slow the machine is, no more fit into the time than the rate allows.
func TestTheRateBoundsWhatFitsIntoTheTime(t *testing.T) {
	config, server := counted(t)
	config.Handler = server // with a clock that stands still unless all wait for it
	config.Rate, config.Timeout = 10, 4*time.Second
	r := ran(t, config)
	const most = 41
	if requests, _, _ := server.counts(); requests > most {
		t.Errorf("the server got %d requests, want at most %d", requests, most)
	}
	if r.Interrupted == "" {
		t.Error("the deadline did not end the run")
	}
}

func TestElsewhereIsTreatedGently(t *testing.T) {
	config := ordersConfig(t)
	config.Plan = nil // a gentle one
	config.Handler = nil
	config.Target = &target.Target{
		Name: "far away", BaseURL: &url.URL{Scheme: "https", Host: "api.example.com"}, Values: config.Target.Values,
		Auth: target.Auth{Token: auth.NewSecret("a-token-Of-Some-Length")},
	}
	forecast := func(change func(*contract.Config)) contract.Forecast {
		c := config
		change(&c)
		s, err := contract.Open(c)
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.Forecast()
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	f := forecast(func(*contract.Config) {})
	if f.Jobs != 1 || f.Rate != 2 || f.Budget != 20 || f.Accepted > 20 || f.Unsafe != 0 || f.Requests == 0 {
		t.Errorf("got %+v", f)
	}
	if want := time.Duration(f.Requests-1) * time.Second / 2; f.Least != want {
		t.Errorf("it lasts %s at least, want %s", f.Least, want)
	}
	all := forecast(func(c *contract.Config) {
		c.Jobs, c.Rate, c.Budget, c.Unsafe, c.NearMisses = 8, contract.Unlimited, contract.Unlimited, true, true
	})
	if all.Jobs != 8 || all.Rate != 0 || all.Budget != 0 || all.Accepted <= 20 || all.Unsafe == 0 || all.Least != 0 {
		t.Errorf("when it is asked for: got %+v", all)
	}
}
