package contract_test

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
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
		"some":              func(c *contract.Config) { c.Only, c.Budget = []string{"*.state.*"}, 60 },
		"one operation":     func(c *contract.Config) { c.Only = []string{"makePet.body.*"} },
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
			const dear = "the answer may come from elsewhere, and the case was not sent again: nothing is left of the budget for that"
			if unsure := slices.ContainsFunc(r.Verdicts, func(v report.Verdict) bool { return v.Reason == dear }); name != "some" && unsure != (config.Budget > 0) {
				t.Errorf("cases that are undecided for the budget: %t", unsure)
			}
			if changed := int(server.changed.Load()); config.Budget > 0 && changed > config.Budget {
				t.Errorf("the server changed something %d times, the budget is %d", changed, config.Budget)
			}
		})
	}
}

// A target that refuses much is not asked all of it once more: what is not is undecided,
// in its turn for each operation, and says why.
func TestWhatIsSentAloneIsBounded(t *testing.T) {
	var members, paths strings.Builder
	for i := range 14 {
		fmt.Fprintf(&members, "m%d: {type: string, enum: [a, b, c, d, e]}, ", i)
	}
	for _, name := range []string{"a", "b"} {
		fmt.Fprintf(&paths, "  /%[1]s: {post: {operationId: %[1]s, requestBody: {required: true, content: {application/json: {schema: "+
			"{type: object, properties: {%[2]s}}}}}, responses: {'201': {description: made}, '400': {description: refused}}}}\n", name, members.String())
	}
	file := filepath.Join(t.TempDir(), "openapi.yaml")
	if err := os.WriteFile(file, []byte("openapi: 3.0.3\ninfo: {title: Much, version: '1'}\npaths:\n"+paths.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	config := contract.Default()
	config.Contract = load(t, file)
	server := &choosy{next: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) })}
	config.Handler = server
	r, err := contract.Verify(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	decided, left := map[string]int{}, map[string]int{}
	for i := range r.Verdicts {
		switch v := &r.Verdicts[i]; {
		case v.Outcome == report.Undecided && strings.HasSuffix(v.Reason, "it was not sent again, alone: too many others were"):
			left[v.Case.Operation]++
		case v.Outcome == report.Fail && v.Case.Expect.Outcome == plan.Accepted:
			decided[v.Case.Operation]++
		}
	}
	sent := int(server.got.Load()) - (r.Summary.Cases - r.Summary.Skip)
	if left["a"] == 0 || left["b"] == 0 || decided["a"] < 30 || decided["b"] < 30 || sent > 2*100 {
		t.Errorf("decided %v, left %v, with %d requests more", decided, left, sent)
	}
}
