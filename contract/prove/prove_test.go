package prove

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/clause"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	userUsage = "../../openapi/userusage.yaml"
	orders    = "../testdata/orders.yaml"
)

// prove runs a proof; what is wrong with the suite fails the test.
func prove(t *testing.T, path string, o Options) *Result {
	t.Helper()
	r := run(t, path, o)
	for _, a := range r.Good {
		t.Errorf("the known-good implementation is charged: %+v", a)
	}
	for _, v := range r.Variants {
		for _, a := range v.Alarms {
			t.Errorf("variant %s is charged: %+v", v.Name, a)
		}
	}
	for i := range r.Faults {
		if f := &r.Faults[i]; f.Missed() {
			t.Logf("missed: %s (%s): %s", f.Name, f.Level, f.Description)
		}
	}
	must, should, all := r.Count(clause.Must), r.Count(clause.Should), r.Count("")
	if must.Missed > 0 || should.Noticed*100 < should.Faults*95 || all.Named*100 < all.Noticed*95 {
		t.Errorf("want every fault on a must noticed, 95 %% of those on a should, and 95 %% by a case that names the clause:\n%s", r.Summary())
	}
	t.Log(r.Summary())
	return r
}

// part is what is proved when time is short: a few faults of each operator that
// runs code of its own.
func part() Options {
	if !testing.Short() {
		return Options{}
	}
	return Options{Only: []string{"*.rule.*", "*.security.*", "parameters-first", "gzip"}}
}

func TestTheSuiteNoticesFaultsAndLeavesVariantsAlone(t *testing.T) {
	t.Parallel()
	r := prove(t, userUsage, part())
	if testing.Short() {
		return
	}
	if n := r.Count("").Faults; n < 150 {
		t.Errorf("%d faults, want at least 150", n)
	}
}

func TestAnotherContractBringsItsOwnFaults(t *testing.T) {
	t.Parallel()
	derived(t)
	prove(t, orders, Options{})
}

// TestFormsThatTheOthersLack holds to its shares a contract with Basic
// credentials and a key in the query, cookies, lists in headers, text errors,
// answers without a body and an operation without parameters.
func TestFormsThatTheOthersLack(t *testing.T) {
	t.Parallel()
	prove(t, "testdata/items.yaml", part())
}

// TestDelimiters holds to its shares a contract with values that hold what
// separates values, or what servers read in different ways.
func TestDelimiters(t *testing.T) {
	t.Parallel()
	derived(t)
	prove(t, "testdata/delimiters.yaml", Options{})
}

// TestExclusions shows in review which faults the suite is excused from.
func TestExclusions(t *testing.T) {
	t.Parallel()
	derived(t)
	for name, path := range map[string]string{"userusage": userUsage, "orders": orders, "items": "testdata/items.yaml", "delimiters": "testdata/delimiters.yaml"} {
		faults := derive(t, path).faults
		var b strings.Builder
		n := 0
		for i := range faults {
			if f := &faults[i]; f.Excluded != "" {
				n++
				fmt.Fprintf(&b, "%s\n  %s\n", f.Name, f.Excluded)
			}
		}
		got := fmt.Sprintf("%d of %d faults cannot be told from outside\n%s", n, len(faults), b.String())
		file := "testdata/" + name + ".excluded.txt"
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s differs; if that is meant: go test ./contract/prove -run Exclusions -update\n%s", file, got)
		}
	}
}

func TestFaultsAreTheSameEachTimeAndNamedOnce(t *testing.T) {
	t.Parallel()
	derived(t)
	for _, path := range []string{userUsage, accounts} {
		first := derive(t, path).faults
		again, err := Faults(load(t, path))
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for i := range first {
			f, g := &first[i], &again[i]
			if f.Name != g.Name || f.Excluded != g.Excluded || f.Description != g.Description {
				t.Errorf("%s and %s differ", f.Name, g.Name)
			}
			if seen[f.Name] || !strings.HasPrefix(f.Name, f.Clause+"/") {
				t.Errorf("name %q", f.Name)
			}
			seen[f.Name] = true
		}
	}
}

// knownGood is the known-good implementation of the user usage contract.
var knownGood = sync.OnceValues(func() (*Implementation, error) {
	c, err := share(userUsage).contract()
	if err != nil {
		return nil, err
	}
	return Good(c)
})

// sent gives the answer of the fault, and of the known-good implementation, to a
// request for an export.
func sent(t *testing.T, fault string, query url.Values) (faulty, good *httptest.ResponseRecorder) {
	t.Helper()
	known, err := knownGood()
	if err != nil {
		t.Fatal(err)
	}
	faults := derive(t, userUsage).faults
	for i := range faults {
		if faults[i].Name == fault {
			wrong, err := faults[i].Implementation()
			if err != nil {
				t.Fatal(err)
			}
			return answered(wrong, query), answered(known, query)
		}
	}
	t.Fatalf("there is no fault %s", fault)
	return nil, nil
}

func answered(i *Implementation, query url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/v3/p/statistics/metrics/users/export?"+query.Encode(), http.NoBody)
	if !query.Has("anonymous") {
		r.Header.Set("X-Auth-Token", i.Target.Auth.Token.Reveal())
	}
	w := httptest.NewRecorder()
	i.Handler.ServeHTTP(w, r)
	return w
}

func at(offset time.Duration) string { return time.Now().Add(offset).UTC().Format(time.RFC3339) }

// TestAFaultIsWhatItSays sends to some faults the request that shows them, and
// one beside it that does not.
func TestAFaultIsWhatItSays(t *testing.T) {
	t.Parallel()
	window := url.Values{"start_time": {at(-24 * time.Hour)}, "end_time": {at(-time.Hour)}}
	with := func(pairs ...string) url.Values {
		out := url.Values{}
		maps.Copy(out, window)
		for i := 0; i < len(pairs); i += 2 {
			out.Set(pairs[i], pairs[i+1])
			if pairs[i+1] == "-" {
				out.Del(pairs[i])
			}
		}
		return out
	}
	const op = "exportUserUsage."
	for _, x := range []struct {
		fault        string
		shows        url.Values
		faulty, good int
		beside       url.Values
	}{
		{"query.start_time.required/optional", with("start_time", "-"), 200, 400, with("end_time", "-")},
		{"query.usage_min_hours.type/leading-digits", with("usage_min_hours", "12abc"), 200, 400, with("usage_min_hours", "abc")},
		{"query.usage_min_hours.minimum/lowered", with("usage_min_hours", "-1"), 200, 400, with("usage_min_hours", "-2")},
		{"query.usage_min_hours.maximum/raised", with("usage_min_hours", "2147483647"), 200, 400, with("usage_min_hours", "2147483648")},
		{"query.username.maxLength/lowered", with("username", strings.Repeat("a", 64)), 400, 200, with("username", strings.Repeat("a", 63))},
		{"query.sort_type.enum/any-case", with("sort_field", "user_usage", "sort_type", "desc"), 200, 400, with("sort_field", "user_usage", "sort_type", "des")},
		{"query.start_time.format/date-alone", with("start_time", at(-24 * time.Hour)[:10]), 200, 400, with("start_time", "yesterday")},
		{"rule.usage-max-at-least-usage-min/comparison-1-as-text", with("usage_min_hours", "9", "usage_max_hours", "10"), 400, 200, with("usage_min_hours", "5", "usage_max_hours", "6")},
		{"rule.usage-max-at-least-usage-min/comparison-1-more", with("usage_min_hours", "9", "usage_max_hours", "9"), 400, 200, with("usage_min_hours", "8", "usage_max_hours", "9")},
		{"rule.sort-type-needs-sort-field/only-for-sort_type-DESC", with("sort_type", "ASC"), 200, 400, with("sort_type", "DESC")},
		{"rule.sort-type-needs-sort-field/skipped-with-username", with("sort_type", "ASC", "username", "a"), 200, 400, with("sort_type", "ASC")},
		{"security.missing/skipped-with-username", with("anonymous", "", "username", "a"), 200, 401, with("anonymous", "")},
		{"answer.400/refusal-as-422", with("start_time", "-"), 422, 400, window},
		{"answer.unprovoked-5xx/with-username-sort_field", with("username", "a", "sort_field", "user_usage"), 500, 200, with("username", "a")},
		{"answer.unprovoked-5xx/value-sort_type-ASC", with("sort_field", "user_usage", "sort_type", "ASC"), 500, 200, with("sort_field", "user_usage", "sort_type", "DESC")},
	} {
		faulty, good := sent(t, op+x.fault, x.shows)
		if faulty.Code != x.faulty || good.Code != x.good {
			t.Errorf("%s: answered with %d, want %d; the known-good one with %d, want %d: %s", x.fault, faulty.Code, x.faulty, good.Code, x.good, good.Body)
		}
		if faulty, good = sent(t, op+x.fault, x.beside); faulty.Code != good.Code {
			t.Errorf("%s: answered with %d beside what shows it, the known-good one with %d", x.fault, faulty.Code, good.Code)
		}
	}
}

func TestAFaultInABodyIsWhatItSays(t *testing.T) {
	t.Parallel()
	window := url.Values{"start_time": {at(-24 * time.Hour)}, "end_time": {at(-time.Hour)}}
	for fault, want := range map[string]string{
		"exportUserUsage.answer.200.task_id.required/dropped": `{}`,
		"exportUserUsage.answer.200.task_id.type/null":        `{"task_id":null}`,
		"exportUserUsage.answer.200.task_id.type/retyped":     `{"task_id":17}`,
		"exportUserUsage.answer.200.json/empty":               ``,
	} {
		if faulty, _ := sent(t, fault, window); strings.TrimSpace(faulty.Body.String()) != want {
			t.Errorf("%s: %s, want %s", fault, faulty.Body, want)
		}
	}
	// Wrong for one clause only.
	name := "exportUserUsage.answer.400.error_code.required/for-query_start_time_required"
	faulty, _ := sent(t, name, url.Values{"end_time": {at(0)}})
	beside, _ := sent(t, name, url.Values{"start_time": {at(0)}})
	if strings.Contains(faulty.Body.String(), "error_code") || !strings.Contains(beside.Body.String(), "error_code") {
		t.Errorf("%s: %s, and beside it %s", name, faulty.Body, beside.Body)
	}
}

func TestVariantsDiffer(t *testing.T) {
	t.Parallel()
	variants, err := Variants(load(t, userUsage))
	if err != nil {
		t.Fatal(err)
	}
	window := url.Values{"start_time": {at(-24 * time.Hour)}, "end_time": {at(-time.Hour)}}
	for name, x := range map[string]struct {
		query url.Values
		shows func(w *httptest.ResponseRecorder) bool
	}{
		"parameters-first":           {url.Values{"anonymous": {""}}, func(w *httptest.ResponseRecorder) bool { return w.Code == 400 }},
		"unknown-parameters-refused": {url.Values{"x": {"1"}, "start_time": window["start_time"], "end_time": window["end_time"]}, func(w *httptest.ResponseRecorder) bool { return w.Code == 400 }},
		"extra-members":              {window, func(w *httptest.ResponseRecorder) bool { return strings.Contains(w.Body.String(), "request_id") }},
		"gzip":                       {window, func(w *httptest.ResponseRecorder) bool { return w.Header().Get("Content-Encoding") == "gzip" }},
		"other-ids":                  {window, func(w *httptest.ResponseRecorder) bool { return strings.Contains(w.Body.String(), "task-1/") }},
		"empty-is-absent":            {url.Values{"usage_min_hours": {""}, "start_time": window["start_time"], "end_time": window["end_time"]}, func(w *httptest.ResponseRecorder) bool { return w.Code == 200 }},
		"numbers-loosely":            {url.Values{"usage_min_hours": {"1e3"}, "start_time": window["start_time"], "end_time": window["end_time"]}, func(w *httptest.ResponseRecorder) bool { return w.Code == 200 }},
	} {
		found := false
		for i := range variants {
			if variants[i].Name != name {
				continue
			}
			found = true
			made, err := variants[i].Implementation()
			if err != nil {
				t.Fatal(err)
			}
			if w := answered(made, x.query); !x.shows(w) {
				t.Errorf("%s does not show: %d %s", name, w.Code, w.Body)
			}
		}
		if !found {
			t.Errorf("there is no variant %s", name)
		}
	}
}

func TestTheResultCanBeWritten(t *testing.T) {
	t.Parallel()
	r, err := Run(t.Context(), load(t, userUsage), Options{Only: []string{"*.query.start_time.*", "charset"}, Jobs: 1})
	if err != nil {
		t.Fatal(err)
	}
	var text, markdown strings.Builder
	if err := r.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	if err := Markdown(&markdown, r); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"noticed     exportUserUsage.query.start_time.required/optional (must)",
		"excluded    exportUserUsage.query.start_time.format/blank-for-t (should)",
		"left alone  variant charset",
		"1 conforming variants: 0 charged",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, text.String())
		}
	}
	if !strings.Contains(markdown.String(), "| presence | 2 | 2 |") {
		t.Errorf("the table:\n%s", markdown.String())
	}
	if _, err := json.Marshal(r); err != nil {
		t.Fatal(err)
	}
}

func TestNothingCalledSoIsAMistakeOfTheUser(t *testing.T) {
	t.Parallel()
	if _, err := Run(t.Context(), load(t, userUsage), Options{Only: []string{"nothing"}}); err == nil {
		t.Error("no error")
	}
}

// What cannot be provoked by the contract's own word is not asked for.
func TestAContractThatDocumentsNoInternalError(t *testing.T) {
	t.Parallel()
	c, err := contract.Load("rooms.yaml", []byte(`
openapi: 3.0.3
info: {title: Rooms, version: "1"}
paths:
  /rooms:
    get:
      operationId: listRooms
      parameters: [{name: floor, in: query, schema: {type: integer, minimum: 0}}]
      responses:
        "200": {description: rooms}
        "400": {description: refused}
`))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), c, Options{Only: []string{"*.minimum/*", "indented"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Faults) == 0 || !r.Faults[0].Noticed() || len(r.Variants) != 1 || len(r.Variants[0].Alarms) > 0 {
		t.Errorf("%+v", r)
	}
}
