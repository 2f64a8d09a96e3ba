package contract_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/prove"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
	"github.com/apiclause/clause/fixtures/reference"
)

// forms are what a report is written as, and what the program ends with.
type forms struct {
	json, junit, text string
	code              int
}

func written(t *testing.T, r *report.Report) forms {
	t.Helper()
	var asJSON, asJUnit, asText bytes.Buffer
	for _, err := range []error{
		report.JSON(&asJSON, r), report.JUnit(&asJUnit, r), report.Text(&asText, r, report.TextOptions{Verbose: true}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	asSchemaHasIt(t, asJSON.Bytes())
	return forms{asJSON.String(), asJUnit.String(), asText.String(), report.ExitCode(r)}
}

// ran runs a configuration. Its clock always begins at the same moment, and
// stands still unless all wait for it: times, and what is made of one, are the
// same in each run.
func ran(t *testing.T, config contract.Config) *report.Report {
	t.Helper()
	var r *report.Report
	synctest.Test(t, func(t *testing.T) {
		var err error
		if r, err = contract.Verify(t.Context(), config); err != nil {
			t.Fatal(err)
		}
	})
	return r
}

// sharded runs a configuration in n shards, and gives their reports as they are
// read back.
func sharded(t *testing.T, config contract.Config, n int) []*report.Report {
	t.Helper()
	var reports []*report.Report
	for i := range n {
		config.Shard = plan.Shard{Index: i, Of: n}
		again, text := throughFile(t, fmt.Sprintf("%d.json", i), ran(t, config))
		if i == 0 { // what holds for the schema of one holds for that of the others
			asSchemaHasIt(t, text)
		}
		reports = append(reports, again)
	}
	return reports
}

func reread(t *testing.T, name string, r *report.Report) *report.Report {
	t.Helper()
	again, text := throughFile(t, name, r)
	asSchemaHasIt(t, text)
	return again
}

// throughFile writes a report, and gives what is read of it.
func throughFile(t *testing.T, name string, r *report.Report) (again *report.Report, text []byte) {
	t.Helper()
	var file bytes.Buffer
	if err := report.JSON(&file, r); err != nil {
		t.Fatal(err)
	}
	again, err := report.Read(name, bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return again, file.Bytes()
}

var (
	madeUp = regexp.MustCompile(`[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	digit  = regexp.MustCompile(`[0-9a-f]`)
)

// steady has the ids that a server makes up made of the request's id, which is
// the same in every run. alike is how many different ones there are at most; 0
// for no limit.
func steady(next http.Handler, alike int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hash := sha256.Sum256([]byte(r.Header.Get("X-Request-ID")))
		if alike > 0 {
			hash = sha256.Sum256([]byte{hash[0] % byte(alike)})
		}
		digits := hex.EncodeToString(hash[:])
		answered(w, r, next, func(_ int, body string) string {
			if w.Header().Get("Location") != "" {
				w.Header().Set("Location", "/made/up/"+digits)
			}
			return madeUp.ReplaceAllStringFunc(body, func(id string) string {
				n := -1
				return digit.ReplaceAllStringFunc(id, func(string) string { n++; return digits[n : n+1] })
			})
		})
	})
}

// answered answers with another body.
func answered(w http.ResponseWriter, r *http.Request, next http.Handler, change func(status int, body string) string) {
	recorder := httptest.NewRecorder()
	next.ServeHTTP(recorder, r)
	for name, values := range recorder.Header() {
		if name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	body := change(recorder.Code, recorder.Body.String())
	w.WriteHeader(recorder.Code)
	_, _ = w.Write([]byte(body))
}

// unreadable refuses with what is no text.
func unreadable(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answered(w, r, next, func(status int, body string) string {
			if status == http.StatusUnprocessableEntity {
				return "{\"\xff\xfe<&>\u2028\x1b[31m\":\"\xc3\"}"
			}
			return body
		})
	})
}

// stateless forgets to say what state an order is in.
func stateless(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answered(w, r, next, func(_ int, body string) string { return strings.Replace(body, `"state"`, `"mood"`, 1) })
	})
}

// picky refuses the orders that the contract allows, but for those of one tag.
func picky(next http.Handler, tag string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		taken := httptest.NewRecorder()
		next.ServeHTTP(taken, r)
		if taken.Code == http.StatusCreated && r.URL.Query().Get("tag") != tag {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = w.Write([]byte(`{"title": "not today", "status": 422}`))
			return
		}
		maps.Copy(w.Header(), taken.Header())
		w.WriteHeader(taken.Code)
		_, _ = w.Write(taken.Body.Bytes())
	})
}

// busy asks to come back much later for some requests.
func busy(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("tag") {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// faulty holds the implementation of a contract with a fault to it.
func faulty(t *testing.T, path, name string) contract.Config {
	t.Helper()
	faults := faultsOf(t, path)
	i := slices.IndexFunc(faults, func(f prove.Fault) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("there is no fault %q", name)
	}
	implementation, err := faults[i].Implementation()
	if err != nil {
		t.Fatal(err)
	}
	return implementation.Config(load(t, path))
}

// faultsOf gives the faults of a contract, which all tests share.
var faultsOf = once(func(path string) ([]prove.Fault, error) {
	c, err := contract.LoadFile(path)
	if err != nil {
		return nil, err
	}
	return prove.Faults(c)
})

func knowing(t *testing.T, lines ...string) *report.KnownFailures {
	t.Helper()
	known, err := report.ParseKnown("known.txt", []byte(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return known
}

const usageFile = "../openapi/userusage.yaml"

// scenario is a run, and what has to be in its text for it to show anything.
type scenario struct {
	config contract.Config
	shows  []string
}

func scenarios(t *testing.T) map[string]scenario {
	t.Helper()
	orders := ordersConfig(t)
	planned(t, &orders)
	with := func(handler http.Handler, change func(c *contract.Config)) contract.Config {
		config := orders
		config.Handler = handler
		change(&config)
		return config
	}
	as := func(*contract.Config) {}
	deviates := deviating(orders.Handler)
	token := auth.NewSecret("token-of-the-reference")
	handler, err := reference.New(reference.Config{Token: token})
	if err != nil {
		t.Fatal(err)
	}
	rule := faulty(t, usageFile, "exportUserUsage.rule.end-not-before-start/comparison-1-more")
	rule.Handler = steady(rule.Handler, 0)
	const again = "has the value that it had in the answer to"
	return map[string]scenario{
		"all is upheld but for what is untested": {with(steady(orders.Handler, 0), as), []string{"untested  ", "PASS: "}},
		"the target lacks what some cases need": {with(steady(deviates, 0), func(c *contract.Config) {
			c.Target, c.Plan = &target.Target{Name: "orders", Auth: c.Target.Auth}, nil
		}), []string{"skip      getOrder.", "untested  createOrder.answer.500"}},
		"the reference": {with(steady(handler, 0), func(c *contract.Config) {
			c.Contract, c.Plan = load(t, usageFile), nil
			c.Target = &target.Target{Name: "reference", Values: map[string]string{"project_id": "p"}, Auth: target.Auth{Token: token}}
		}), []string{"PASS: "}},
		"ids repeat": {with(steady(orders.Handler, 20), as), []string{again, "WARN "}},
		"ids repeat, and it is strict": {with(steady(orders.Handler, 20), func(c *contract.Config) {
			c.Strict = true
		}), []string{again, "FAIL "}},
		"all answers have one id": {faulty(t, usageFile, "exportUserUsage.answer.200.task_id.distinct/constant"), []string{again}},
		"known failures": {with(steady(deviates, 20), func(c *contract.Config) {
			c.Known = knowing(
				t,
				"createOrder.answer.201.id.distinct # one id for many",
				"createOrder.rule.one-recipient # fixed in all of its cases",
				"createOrder.header.X-Express.type/* # some of them pass",
				"createOrder.answer.422.title.required # no case of its own enforces it",
			)
		}), []string{"KNOWN ", "FIXED createOrder.rule.one-recipient/", "FIXED createOrder.header.X-Express.type/", "known.txt:4"}},
		"known failures, and it is strict": {with(steady(deviates, 20), func(c *contract.Config) {
			c.Strict, c.Known = true, knowing(t, "createOrder.header.X-Express.type # x", "createOrder.rule.one-recipient # y")
		}), []string{"FAIL ", "FIXED ", again}},
		"a should is left of a known failure": {with(stateless(steady(orders.Handler, 20)), func(c *contract.Config) {
			c.Known = knowing(t, "createOrder.answer.201.state.required # x")
		}), []string{"KNOWN ", "WARN ", "PASS: "}},
		"a should is left of a known failure, and it is strict": {with(stateless(steady(orders.Handler, 20)), func(c *contract.Config) {
			c.Strict, c.Known = true, knowing(t, "createOrder.answer.201.state.required # x")
		}), []string{"KNOWN ", "FAIL "}},
		"a rule":          {rule, []string{"WARN "}},
		"what is no text": {with(unreadable(steady(deviates, 0)), as), []string{`\xff\xfe<&>\u2028\x1b[31m`}},
		"refusals that another shard shows to be wrong": {with(steady(picky(orders.Handler, "vip"), 0), as), []string{
			"FAIL createOrder.answer.201/", "wanted   status 201", "got      422 Unprocessable Entity",
		}},
		"refusals that nothing shows to be wrong": {with(steady(picky(orders.Handler, "none"), 0), as), []string{
			"undecided createOrder.answer.201/smallest: ", "never accepted: createOrder: 422 to ", "PASS: ",
		}},
		"nothing is accepted": {with(steady(picky(orders.Handler, "none"), 0), func(c *contract.Config) {
			c.Skip = []string{"getOrder.*"}
		}), []string{"Nothing was accepted", "ERROR: "}},
		"no verdict": {with(busy(steady(deviates, 0)), as), []string{"ERROR "}},
		"a selection": {with(steady(deviates, 3), func(c *contract.Config) {
			c.Only, c.Skip = []string{"*.rule.*", "*.answer.*"}, []string{"*.one-recipient"}
		}), []string{" cases not selected", again}},
	}
}

// Written as JSON, as JUnit and as text, the merged report is the one of a single
// run, byte for byte. For that to be so nothing is made equal afterwards, but the
// clock stands still, and the server makes ids of requests. The scenarios are divided
// into 2, 3 and 7 shards in turn.
func TestMergedShardsAreASingleRun(t *testing.T) {
	order, all := rand.New(rand.NewPCG(1, 0)), scenarios(t)
	for i, name := range slices.Sorted(maps.Keys(all)) {
		s, n := all[name], []int{2, 3, 7}[i%3]
		t.Run(name, func(t *testing.T) {
			planned(t, &s.config)
			want := written(t, ran(t, s.config))
			for _, text := range s.shows {
				if !strings.Contains(want.text, text) {
					t.Errorf("the run shows no %q:\n%s", text, want.text)
				}
			}
			reports := sharded(t, s.config, n)
			order.Shuffle(n, func(i, j int) { reports[i], reports[j] = reports[j], reports[i] })
			merged, err := contract.Merge(reports...)
			if err != nil {
				t.Fatal(err)
			}
			same(t, fmt.Sprintf("%d shards", n), written(t, merged), want)
		})
	}
}

// So it is with some of all the faults that there are, whatever they do.
func TestMergedShardsOfFaultyImplementations(t *testing.T) {
	if testing.Short() {
		t.Skip("other tests show the same of fewer implementations")
	}
	for _, path := range []string{usageFile, ordersFile} {
		c := load(t, path)
		faults := slices.DeleteFunc(slices.Clone(faultsOf(t, path)), func(f prove.Fault) bool { return f.Excluded != "" })
		var shared *plan.Plan
		for i := 0; i < len(faults); i += 60 {
			implementation, err := faults[i].Implementation()
			if err != nil {
				t.Fatal(err)
			}
			config := implementation.Config(c)
			config.Handler, config.Plan, config.Nonce = steady(config.Handler, 0), shared, "orders"
			planned(t, &config)
			shared = config.Plan
			merged, err := contract.Merge(sharded(t, config, 3)...)
			if err != nil {
				t.Fatal(err)
			}
			same(t, faults[i].Name, written(t, merged), written(t, ran(t, config)))
		}
	}
}

func same(t *testing.T, what string, got, want forms) {
	t.Helper()
	for form, texts := range map[string][2]string{
		"JSON": {got.json, want.json}, "JUnit": {got.junit, want.junit}, "text": {got.text, want.text},
	} {
		if texts[0] != texts[1] {
			t.Errorf("%s: the %s is another:\n%s", what, form, firstDifference(texts[0], texts[1]))
		}
	}
	if got.code != want.code {
		t.Errorf("%s: exit code %d, want %d", what, got.code, want.code)
	}
}

// firstDifference gives the lines around the first that is another.
func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	around := func(lines []string) string {
		return strings.Join(lines[min(max(0, at-5), len(lines)):min(len(lines), at+5)], "\n")
	}
	return fmt.Sprintf("line %d:\n%s\nwant:\n%s", at+1, around(a), around(b))
}
