package contract_test

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

const checkedContract = `
openapi: 3.0.3
info: {title: Things, version: "1"}
paths:
  /things:
    get:
      operationId: listThings
      security: [{key: []}]
      parameters:
        - {name: n, in: query, schema: {type: integer, minimum: 1}}
      responses:
        "200": {description: all of them}
        "400": {description: n is wrong}
        "401": {description: no key}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
`

const checkedKey = "the-key-of-the-things"

// checkedService keeps to checkedContract.
func checkedService(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.URL.Query().Get("n"))
	switch {
	case r.Method != http.MethodGet:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case r.Header.Get("X-Key") != checkedKey:
		w.WriteHeader(http.StatusUnauthorized)
	case r.URL.Query().Has("n") && (err != nil || n < 1):
		w.WriteHeader(http.StatusBadRequest)
	}
}

// echo gives the credentials away.
func echo(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Seen", r.Header.Get("X-Key"))
	checkedService(w, r)
	_, _ = fmt.Fprint(w, "seen: "+r.Header.Get("X-Key"))
}

func checkConfig(t *testing.T, checks ...contract.Check) contract.Config {
	t.Helper()
	loaded, err := contract.Load("things.yaml", []byte(checkedContract))
	if err != nil {
		t.Fatal(err)
	}
	c := contract.Default()
	c.Contract, c.Handler, c.Checks = loaded, http.HandlerFunc(checkedService), checks
	c.Target = &target.Target{Name: "things", Auth: target.Auth{Token: auth.NewSecret(checkedKey)}}
	return c
}

// TestACheckSeesEachAnswerOnce has the answers of a server that remembers counted: those
// that are looked at before their case ends, too.
func TestACheckSeesEachAnswerOnce(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]int{}
	config := (&pets{}).config(t)
	config.Checks = []contract.Check{must("counted", func(x contract.Exchange) error {
		mu.Lock()
		defer mu.Unlock()
		seen[x.Case]++
		return nil
	})}
	stateful := 0
	for _, v := range checked(t, config).Verdicts {
		if n := seen[v.Case.ID]; n > 1 {
			t.Errorf("%s is seen %d times", v.Case.ID, n)
		} else if n == 1 && v.Case.Technique == plan.State {
			stateful++
		}
	}
	if stateful == 0 {
		t.Error("no case about state is seen")
	}
}

// must makes a check of level must.
func must(id string, f func(contract.Exchange) error) contract.Check {
	return contract.Check{ID: id, Level: clause.Must, Statement: "the answer is as " + id + " wants it", Func: f}
}

func checked(t *testing.T, c contract.Config) *report.Report {
	t.Helper()
	r, err := contract.Verify(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestChecks(t *testing.T) {
	refusal := func(x contract.Exchange) error {
		if x.Status >= http.StatusBadRequest {
			return errors.New("it is a refusal")
		}
		return nil
	}
	never := func(contract.Exchange) error { return fmt.Errorf("%w: nothing is a list", contract.ErrNotHeld) }
	for name, s := range map[string]struct {
		level  clause.Level
		f      func(contract.Exchange) error
		stand  report.Stand
		reason string
		fails  bool
	}{
		"kept":               {clause.Must, func(contract.Exchange) error { return nil }, report.Upheld, "", false},
		"broken":             {clause.Must, refusal, report.Violated, "", true},
		"broken should":      {clause.Should, refusal, report.Warned, "", false},
		"never held":         {clause.Must, never, report.Untested, "the answer does not show it: nothing is a list", false},
		"panics":             {clause.Must, func(contract.Exchange) error { panic("oh no") }, report.Untested, `the check "one" panicked: oh no`, false},
		"ends its goroutine": {clause.Must, func(contract.Exchange) error { runtime.Goexit(); return nil }, report.Untested, `the check "one" ended its goroutine, as t.FailNow does, and gave no result: have it return an error`, false},
	} {
		t.Run(name, func(t *testing.T) {
			one := must("one", s.f)
			if one.Level = s.level; s.level == clause.Should {
				one.Reason = "the test says so"
			}
			r := checked(t, checkConfig(t, one))
			have := standingOf(t, r, "listThings.answer.check.one")
			if have.Stand != s.stand || have.Reason != s.reason || have.Level != s.level || have.Inferred != one.Reason {
				t.Errorf("it is %+v", have)
			}
			if fails := report.ExitCode(r) == report.ExitFailed; fails != s.fails {
				t.Errorf("the run fails: %v", fails)
			}
			undecided := slices.ContainsFunc(r.Verdicts, func(v report.Verdict) bool { return v.Outcome == report.Undecided })
			if want := strings.HasPrefix(s.reason, "the check"); undecided != want {
				t.Errorf("cases are undecided: %v", undecided)
			}
		})
	}
}

func TestChecksFindSeveralThings(t *testing.T) {
	two := must("two", func(contract.Exchange) error {
		said := fmt.Errorf("%w: nothing is a list", contract.ErrNotHeld)
		return errors.Join(errors.New("the first"), said, fmt.Errorf("%w, %w", errors.New("the second"), errors.New("in part")))
	})
	for _, v := range checked(t, checkConfig(t, two)).Verdicts {
		var have []string
		for _, f := range v.Findings {
			have = append(have, f.Clause+": "+f.Message)
		}
		const id = "listThings.answer.check.two: "
		if want := []string{id + "the first", id + "the second, in part"}; v.Exchange != nil && !slices.Equal(have, want) {
			t.Errorf("%s: %q", v.Case.ID, have)
		}
	}
}

// TestChecksSeeNoCredentials holds what checks see, and what they say, to the rule that
// no secret is shown.
func TestChecksSeeNoCredentials(t *testing.T) {
	seen := make(chan contract.Exchange, 1000)
	look := must("look", func(x contract.Exchange) error {
		seen <- x
		x.Header.Set("X-Seen", "changed")
		return fmt.Errorf("it says %s", x.Body)
	})
	again := must("again", func(x contract.Exchange) error {
		if x.Header.Get("X-Seen") == "changed" {
			return errors.New("another check has changed what this one sees")
		}
		return nil
	})
	c := checkConfig(t, look, again)
	c.Handler = http.HandlerFunc(echo)
	r := checked(t, c)
	close(seen)
	n := 0
	for x := range seen {
		n++
		if text := fmt.Sprint(x); strings.Contains(text, checkedKey) {
			t.Errorf("a check sees %s", text)
		}
		if x.Operation != "listThings" || x.Case == "" || x.Method == "" || x.URL == "" || x.Status == 0 || !strings.HasPrefix(string(x.Body), "seen: ") {
			t.Errorf("a check sees %+v", x)
		}
	}
	if n == 0 {
		t.Error("no answer was shown to the check")
	}
	if have := standingOf(t, r, "listThings.answer.check.again"); have.Stand != report.Upheld {
		t.Errorf("%+v", have)
	}
}

func TestChecksThatCannotBeUsed(t *testing.T) {
	good := must("good", func(contract.Exchange) error { return nil })
	for want, change := range map[string]func(c *contract.Check){
		`it has no ID: give it one of letters, digits, _ and -`:                                   func(c *contract.Check) { c.ID = "" },
		`its ID is "a.b": use letters, digits, _ and - alone, as it becomes a part of clause ids`: func(c *contract.Check) { c.ID = "a.b" },
		`its ID is "good", which a check before it has: give it another`:                          func(c *contract.Check) { c.ID = "good" },
		`the level of "bad" is "": use clause.Must or clause.Should`:                              func(c *contract.Check) { c.Level = "" },
		`"bad" has no Statement: say in one sentence what an answer has to be`:                    func(c *contract.Check) { c.Statement = "" },
		`"bad" has the level should and no Reason: say why it should hold`:                        func(c *contract.Check) { c.Level = clause.Should },
		`"bad" has the level must and a Reason, which only should has: remove one of the two`:     func(c *contract.Check) { c.Reason = "so" },
		`"bad" has no Func: give the function that judges an answer`:                              func(c *contract.Check) { c.Func = nil },
	} {
		bad := must("bad", good.Func)
		change(&bad)
		_, err := contract.Open(checkConfig(t, good, bad))
		if want := "the checks cannot be used:\ncheck 2: " + want; err == nil || err.Error() != want || !errors.Is(err, contract.ErrUsage) {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}

func TestChecksAreSelected(t *testing.T) {
	const id = "listThings.answer.check.broken"
	broken := must("broken", func(contract.Exchange) error { return errors.New("it is wrong") })
	skipping := checkConfig(t, broken)
	skipping.Skip = []string{"*.check.broken"}
	if have := standingOf(t, checked(t, skipping), id); have.Stand != report.Untested || have.Reason != "skipped by --skip *.check.broken" {
		t.Errorf("skipped: %+v", have)
	}
	knowing := checkConfig(t, broken)
	known, err := report.ParseKnown("known.txt", []byte(id+" # it is known"))
	if err != nil {
		t.Fatal(err)
	}
	knowing.Known = known
	r := checked(t, knowing)
	if have := standingOf(t, r, id); have.Stand != report.Excused || report.ExitCode(r) != report.ExitOK {
		t.Errorf("known: %+v", have)
	}
	without := checkConfig(t)
	without.Only = []string{id}
	if _, err := contract.Open(without); err == nil || !strings.Contains(err.Error(), "matches no case and no clause") {
		t.Errorf("without the check: %v", err)
	}
}

// TestChecksInShards holds what shards together say of checks to what one run says.
func TestChecksInShards(t *testing.T) {
	some := must("some", func(x contract.Exchange) error {
		if x.Status == http.StatusOK {
			return nil
		}
		return fmt.Errorf("%w: it is a refusal", contract.ErrNotHeld)
	})
	none := must("none", func(contract.Exchange) error { return contract.ErrNotHeld })
	want := checked(t, checkConfig(t, some, none))
	var parts []*report.Report
	for i := range 2 {
		c := checkConfig(t, some, none)
		c.Shard.Index, c.Shard.Of = i+1, 2
		parts = append(parts, checked(t, c))
	}
	have, err := contract.Merge(parts...)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"listThings.answer.check.some", "listThings.answer.check.none"} {
		if have, want := standingOf(t, have, id), standingOf(t, want, id); have.Stand != want.Stand || have.Reason != want.Reason {
			t.Errorf("%+v\nwant %+v", have, want)
		}
	}
}

// TestChecksOfRecordings holds the answers to checks that a recording has whole, and no
// others.
func TestChecksOfRecordings(t *testing.T) {
	for creator, want := range map[string]report.Stand{"clause": report.Violated, "a browser": report.Untested} {
		archive := `{"log": {"creator": {"name": "` + creator + `", "version": "1"}, "entries": [{
			"startedDateTime": "2026-01-31T00:00:00Z",
			"request": {"method": "GET", "url": "https://example.org/things", "headers": []},
			"response": {"status": 200, "headers": [], "content": {"text": ""}}
		}]}}`
		named := must("named", func(x contract.Exchange) error {
			if x.Header.Get("X-Name") == "" {
				return errors.New("the answer has no name")
			}
			return nil
		})
		r, err := contract.JudgeHAR(t.Context(), contract.Recording{
			Contract: checkConfig(t).Contract, Name: "session.har", HAR: strings.NewReader(archive), Checks: []contract.Check{named},
		})
		if err != nil {
			t.Fatal(err)
		}
		if have := standingOf(t, r, "listThings.answer.check.named"); have.Stand != want {
			t.Errorf("of %s: %+v", creator, have)
		}
	}
}
