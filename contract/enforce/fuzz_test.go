package enforce_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/enforce"
	"github.com/apiclause/clause/contract/internal/loaded"
	"github.com/apiclause/clause/contract/internal/ruling"
)

// FuzzQuery holds any text as a query to the contract: it passes or is refused
// as documented, and what passes is what a handler can read.
func FuzzQuery(f *testing.F) {
	for _, query := range []string{
		"", window, benchQuery, window + "&username=%ZZ", window + "&a;b=c", "&&=&%", "start_time=%2B&start_time=+",
		window + "&usage_min_hours=1&usage_max_hours=0", window + "&sort_type=ASC", "start_time=0001-01-01T00:00:00Z&end_time=9999-12-31T23:59:59Z",
	} {
		f.Add(query, true)
		f.Add(query, false)
	}
	var reached *url.URL
	next := func(_ http.ResponseWriter, r *http.Request) { reached = r.URL }
	handlers := map[bool]http.Handler{}
	for _, strict := range []bool{true, false} {
		handlers[strict] = userUsageHandler(f, enforce.Options{StrictQuery: strict}, next)
	}
	refusal := ruling.Refusal((*loaded.Contract)(userUsage(f)).Model().Operation("exportUserUsage")).Content[0].Schema
	f.Fuzz(func(t *testing.T, query string, strict bool) {
		reached = nil
		w := export(handlers[strict], query)
		if reached != nil {
			values, err := url.ParseQuery(query)
			if err != nil || values.Get("start_time") == "" || values.Get("end_time") == "" {
				t.Errorf("the handler was reached with %q", query)
			}
			return
		}
		var body any
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || w.Code != http.StatusBadRequest || !utf8.Valid(w.Body.Bytes()) {
			t.Fatalf("got %d %s (%v)", w.Code, w.Body, err)
		}
		if found := refusal.Check(body); len(found) > 0 {
			t.Errorf("the answer breaks %v", found)
		}
	})
}
