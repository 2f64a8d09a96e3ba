package contract_test

import (
	"bytes"
	"hash/fnv"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/apiclause/clause/contract"
)

// choosy has every second POST refused, by what it says, and counts the requests that come
// and those that changed something.
type choosy struct {
	next         http.Handler
	got, changed atomic.Int64
}

func (b *choosy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.got.Add(1)
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	hash := fnv.New32a()
	_, _ = io.WriteString(hash, r.URL.Path)
	_, _ = hash.Write(body)
	if r.Method == http.MethodPost && hash.Sum32()%2 == 0 {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	answer := httptest.NewRecorder()
	b.next.ServeHTTP(answer, r)
	if answer.Code/100 == 2 && r.Method != http.MethodGet && r.Method != http.MethodDelete {
		b.changed.Add(1)
	}
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// However much is refused, no more is sent than is forecast, and no more changes than the
// budget allows.
func TestWhatIsSentAgainIsForecast(t *testing.T) {
	for name, change := range map[string]func(*contract.Config){
		"at once":           func(*contract.Config) {},
		"one after another": func(c *contract.Config) { c.Jobs = 1 },
		"a budget":          func(c *contract.Config) { c.Budget = 60 },
	} {
		t.Run(name, func(t *testing.T) {
			config := (&pets{}).config(t)
			server := &choosy{next: config.Handler}
			config.Handler = server
			change(&config)
			s, err := contract.Open(config)
			if err != nil {
				t.Fatal(err)
			}
			want := forecast(t, s)
			if err := s.Start(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			r := s.Report()
			if got := int(server.got.Load()); want.Again == 0 || got > want.Requests+want.Pages+want.Again {
				t.Errorf("the server got %d requests, the forecast is %d, %d and %d", got, want.Requests, want.Pages, want.Again)
			}
			if changed := int(server.changed.Load()); config.Budget > 0 && changed > config.Budget {
				t.Errorf("the server changed something %d times, the budget is %d", changed, config.Budget)
			}
			t.Log(server.got.Load(), want.Requests, want.Pages, want.Again, server.changed.Load(), r.Summary)
		})
	}
}
