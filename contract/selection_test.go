package contract_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

// handled is a configuration for a handler, planned once.
func handled(t *testing.T, file string, h http.Handler) contract.Config {
	t.Helper()
	config := contract.Default()
	config.Contract, config.Handler = load(t, file), h
	config.Target = &target.Target{Name: "handled", Auth: target.Auth{Token: auth.NewSecret("handled-token-1")}}
	s, err := contract.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	config.Plan = s.Plan()
	return config
}

// Every id stands for itself in only, in skip and in a list of known failures,
// whatever the names that it was made of hold.
func TestEveryIDIsTaken(t *testing.T) {
	for _, file := range []string{"../openapi/userusage.yaml", "testdata/orders.yaml", "testdata/names.yaml"} {
		config := handled(t, file, http.NotFoundHandler())
		var ids []string
		for _, c := range config.Contract.Clauses() {
			ids = append(ids, c.ID)
		}
		for i := range config.Plan.Cases {
			ids = append(ids, config.Plan.Cases[i].ID)
		}
		for _, id := range ids {
			if n := slices.IndexFunc(ids, func(other string) bool { return report.Match(id, other) }); n < 0 || ids[n] != id {
				t.Errorf("%s: %s does not stand for itself alone", file, id)
			}
			known, err := report.ParseKnown("known.txt", []byte(id+" # why\n"))
			if err != nil {
				t.Errorf("known, of %s: %v", file, err)
			}
			for flag, change := range map[string]func(*contract.Config){
				"only":  func(c *contract.Config) { c.Only = []string{id} },
				"skip":  func(c *contract.Config) { c.Skip = []string{id} },
				"known": func(c *contract.Config) { c.Known = known },
			} {
				changed := config
				change(&changed)
				if _, err := contract.Open(changed); err != nil {
					t.Errorf("%s, of %s: %v", flag, file, err)
				}
			}
		}
	}
}

// selects gives the ids of the cases that patterns of only leave in.
func selects(t *testing.T, config contract.Config, only ...string) []*plan.Case {
	t.Helper()
	config.Only = only
	s, err := contract.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	var out []*plan.Case
	for i := range s.Plan().Cases {
		if s.Selected(i) {
			out = append(out, &s.Plan().Cases[i])
		}
	}
	return out
}

func TestOnlyTakesTheCasesWhoseAnswersAreHeldToAClause(t *testing.T) {
	config := handled(t, "testdata/orders.yaml", http.NotFoundHandler())
	count := func(which func(c *plan.Case) bool) int {
		n := 0
		for i := range config.Plan.Cases {
			if which(&config.Plan.Cases[i]) {
				n++
			}
		}
		return n
	}
	expects := func(operation, status string) int {
		return count(func(c *plan.Case) bool {
			return c.Operation == operation && c.Expect.Outcome != plan.Unsupported && slices.Contains(c.Expect.Statuses, status)
		})
	}
	all := count(func(c *plan.Case) bool { return c.Operation == "createOrder" })
	for only, want := range map[string]int{
		"createOrder.answer.422.title.type":  expects("createOrder", "422"),
		"createOrder.answer.422.*":           expects("createOrder", "422"),
		"createOrder.answer.201.id.distinct": expects("createOrder", "201"),
		"createOrder.answer.framing":         all,
		"createOrder.answer.duplicate-names": all,
		"createOrder.answer.4??":             expects("createOrder", "422") + expects("createOrder", "401"),
		"createOrder.*":                      all,
		"createOrder.answer.201":             count(func(c *plan.Case) bool { return c.Clause == "createOrder.answer.201" }),
		"createOrder.answer.*":               count(func(c *plan.Case) bool { return strings.HasPrefix(c.Clause, "createOrder.answer.") }),
		"getOrder.answer.4XX.title.required": expects("getOrder", "4XX"),
		"getOrder.answer.default.code.type": count(func(c *plan.Case) bool { // none expects it, each may show it
			return c.Operation == "getOrder" && c.Expect.Outcome != plan.Unsupported
		}),
		"createOrder.answer.201/small*": 1,
	} {
		if got := len(selects(t, config, only)); got != want || want == 0 {
			t.Errorf("%s takes %d cases, want %d", only, got, want)
		}
	}
}

// What has no case at all is known, but nothing can be sent for it.
func TestOnlyAClauseThatNoCaseEnforces(t *testing.T) {
	config := ordersConfig(t)
	config.Only = []string{"createOrder.body.total.minimum"}
	_, err := contract.Verify(t.Context(), config)
	const want = "nothing would be sent: createOrder.body.total.minimum has no case: no request was found that would break it"
	if !errors.Is(err, contract.ErrUsage) || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
	config.Only = append(config.Only, "createOrder.answer.201/smallest")
	r, err := contract.Verify(t.Context(), config)
	if err != nil || r.Summary.Pass != 1 {
		t.Errorf("beside another: %v, %+v", err, r)
	}
}

func TestAnIDThatIsSpelledAsTheNameSaysHow(t *testing.T) {
	config := handled(t, "testdata/names.yaml", http.NotFoundHandler())
	config.Skip = []string{"*.query.filter[x].maximum"}
	_, err := contract.Open(config)
	if want := `skip "*.query.filter[x].maximum" matches no case and no clause: ids spell it *.query.filter_5bx_5d.maximum`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	config.Skip = []string{"filter[y]"}
	_, err = contract.Open(config)
	if want := `skip "filter[y]" matches no case and no clause: see clause list`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	config.Skip = []string{"*"}
	_, err = contract.Open(config)
	if want := `only and skip together leave no case: see clause list`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// careless is a conforming implementation of orders but for the answers to what
// it refuses, whose title is a number, and for its orders, which are all one.
func careless(t *testing.T) contract.Config {
	t.Helper()
	config := ordersConfig(t)
	right := config.Handler
	config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		right.ServeHTTP(&spoiled{ResponseWriter: w}, r)
	})
	return config
}

// spoiled changes what is answered.
type spoiled struct {
	http.ResponseWriter

	status int
}

func (w *spoiled) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *spoiled) Write(p []byte) (int, error) {
	switch w.status {
	case http.StatusCreated:
		p = []byte(`{"id":"7b0b5a52-1b3c-4d5e-8f90-0123456789ab","state":"open"}`)
	case http.StatusUnprocessableEntity:
		p = []byte(`{"title":7,"status":422}`)
	}
	return w.ResponseWriter.Write(p)
}

const (
	numberAsTitle = "createOrder.answer.422.title.type"
	sameOrder     = "createOrder.answer.201.id.distinct"
)

func stand(t *testing.T, r *report.Report, id string) report.Standing {
	t.Helper()
	for _, c := range r.Clauses {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("the report has no clause %s", id)
	return report.Standing{}
}

func reportOf(t *testing.T, config contract.Config) *report.Report {
	t.Helper()
	r, err := contract.Verify(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// No answer is held to what skip leaves out, and no case is left out for it.
func TestSkipLeavesAClauseAboutAnswersUnjudged(t *testing.T) {
	config := careless(t)
	before := reportOf(t, config)
	for id, want := range map[string]report.Stand{numberAsTitle: report.Violated, sameOrder: report.Warned} {
		if s := stand(t, before, id); s.Stand != want {
			t.Fatalf("%s is %s", id, s.Stand)
		}
	}
	if before.Summary.Fail == 0 {
		t.Fatalf("%+v", before.Summary)
	}
	config.Skip = []string{numberAsTitle, "*.distinct"}
	known, err := report.ParseKnown("known.txt", []byte(numberAsTitle+" # bug 7\n"))
	if err != nil {
		t.Fatal(err)
	}
	config.Known = known // neither excused nor fixed, for it was not looked at
	after := reportOf(t, config)
	for id, pattern := range map[string]string{numberAsTitle: numberAsTitle, sameOrder: "*.distinct"} {
		if s := stand(t, after, id); s.Stand != report.Untested || s.Reason != "skipped by --skip "+pattern {
			t.Errorf("%s is %s: %s", id, s.Stand, s.Reason)
		}
	}
	if s := after.Summary; s.Fail+s.Known+s.Fixed != 0 || s.Warn != 0 || s.Skip != before.Summary.Skip {
		t.Errorf("%+v, before %+v", s, before.Summary)
	}
}

// A clause without cases of its own is excused like any other.
func TestKnownTakesAClauseAboutAnswers(t *testing.T) {
	config := careless(t)
	list := numberAsTitle + " # bug 7\n" + sameOrder + " # bug 8\n"
	known, err := report.ParseKnown("known.txt", []byte(list))
	if err != nil {
		t.Fatal(err)
	}
	config.Known = known
	if s := reportOf(t, config).Summary; s.Known == 0 || s.Fail+s.Fixed != 0 {
		t.Errorf("%+v", s)
	}
	mended := ordersConfig(t)
	mended.Known = known
	if s := reportOf(t, mended).Summary; s.Fixed != 2 || s.Fail+s.Known != 0 {
		t.Errorf("mended: %+v", s)
	}
}

// Shards have to leave out the same clauses, and what they leave out stays so.
func TestMergeKeepsWhatSkipLeavesOut(t *testing.T) {
	config := careless(t)
	config.Skip = []string{numberAsTitle, sameOrder}
	var shards []*report.Report
	for i := range 3 {
		config.Shard = plan.Shard{Index: i + 1, Of: 3}
		shards = append(shards, reportOf(t, config))
	}
	merged, err := contract.Merge(shards...)
	if err != nil {
		t.Fatal(err)
	}
	config.Shard = plan.Shard{}
	whole := reportOf(t, config)
	if merged.Summary != whole.Summary || merged.Summary.Fail != 0 {
		t.Errorf("merged %+v, in one run %+v", merged.Summary, whole.Summary)
	}
	for _, c := range whole.Clauses {
		if got := stand(t, merged, c.ID); got.Stand != c.Stand || got.Reason != c.Reason {
			t.Errorf("%s is %s (%s), in one run %s (%s)", c.ID, got.Stand, got.Reason, c.Stand, c.Reason)
		}
	}
	config.Skip, config.Shard = []string{sameOrder}, plan.Shard{Index: 2, Of: 3}
	shards[1] = reportOf(t, config)
	if _, err := contract.Merge(shards...); !errors.Is(err, contract.ErrUsage) || !strings.Contains(err.Error(), "untested clause") {
		t.Errorf("shards that leave out other clauses: %v", err)
	}
}

// A case that no curl line can replay is replayed by the command that verifies
// with the same configuration. A program that has none gets no line for another's.
func TestReplayIsOfTheOwnCommand(t *testing.T) {
	config := handled(t, "../openapi/userusage.yaml", http.NotFoundHandler())
	config.Plan = nil
	config.Target.Auth.AccessKey = &auth.AccessKey{ID: auth.NewSecret("KEY1234567"), Secret: auth.NewSecret("secret-of-the-key")}
	config.Target.Values = map[string]string{"project_id": "p1", "enterprise_project_id": "0"}
	config.Only = []string{"*.security.accessKey.verified/changed-query"}
	for command, want := range map[string]string{
		"": "", "clause verify --target=t.yaml": "clause verify --target=t.yaml --only exportUserUsage.security.accessKey.verified/changed-query",
	} {
		config.Command = command
		for _, v := range reportOf(t, config).Verdicts {
			if x := v.Exchange; x != nil && (x.Curl != "" || x.Replay != want) {
				t.Errorf("%s: %q, %q, want %q", v.Case.ID, x.Curl, x.Replay, want)
			}
		}
	}
}

// Nothing can connect to a handler of this process, so no curl line sends a case to it.
// What the program says itself goes before its command.
func TestReplayOfAHandler(t *testing.T) {
	config := ordersConfig(t)
	config.Only, config.Command = []string{"createOrder.answer.201/smallest"}, "clause verify"
	replays := func() string {
		for _, v := range reportOf(t, config).Verdicts {
			if v.Exchange != nil {
				return v.Exchange.Curl + v.Exchange.Replay
			}
		}
		return ""
	}
	if got, want := replays(), "clause verify --only createOrder.answer.201/smallest"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	config.Replay = func(c *plan.Case) string { return "go test " + c.Operation }
	if got, want := replays(), "go test createOrder"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// What is wrong with a contract without operations is not what selects its cases.
func TestNothingToSelect(t *testing.T) {
	t.Parallel()
	c, err := contract.Load("empty.yaml", []byte("openapi: 3.0.3\ninfo: {title: Empty, version: '1'}\npaths: {}\n"))
	if err != nil {
		t.Fatal(err)
	}
	config := contract.Default()
	config.Contract, config.Handler = c, http.NotFoundHandler()
	_, err = contract.Open(config)
	const want = "nothing can be tested: empty.yaml has no operation that requests can be made for: clause lint says what was left out, and why"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
