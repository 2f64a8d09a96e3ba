package contract_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// form gives a report as one of its forms.
func form(t *testing.T, write func(io.Writer, *report.Report) error, r *report.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// numbers gives the numbers before words: "3 upheld, 1 violated" has 3 for upheld.
func numbers(text string) map[string]int {
	out := map[string]int{}
	for _, m := range regexp.MustCompile(`(\d+)(?: of \d+ clauses?| more)? (upheld|violated|warned|known|untested|failed|fixed|without a verdict|undecided|skipped|cases?)\b`).FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[1])
		out[strings.TrimSuffix(m[2], "s")] += n
	}
	return out
}

// recounted is what a reader of the JSON counts without its summary.
func recounted(t *testing.T, data []byte) (summary, own report.Summary) {
	t.Helper()
	var r report.Report
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	own.Cases = len(r.Verdicts)
	outcomes := map[report.Outcome]*int{
		report.Pass: &own.Pass, report.Fail: &own.Fail, report.Warn: &own.Warn, report.Known: &own.Known,
		report.Fixed: &own.Fixed, report.Skip: &own.Skip, report.Undecided: &own.Undecided, report.Error: &own.Error,
	}
	stands := map[report.Stand]*int{
		report.Upheld: &own.Upheld, report.Violated: &own.Violated, report.Warned: &own.Warned,
		report.Excused: &own.Excused, report.Untested: &own.Untested,
	}
	for _, v := range r.Verdicts {
		*outcomes[v.Outcome]++
	}
	for _, c := range r.Clauses {
		*stands[c.Stand]++
	}
	return r.Summary, own
}

type junitCounts struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
}

// agree holds the forms of a report to each other.
func agree(t *testing.T, r *report.Report) {
	t.Helper()
	s, own := recounted(t, form(t, report.JSON, r))
	if s != own || s != r.Summary {
		t.Errorf("the summary of the JSON is %+v, its verdicts and clauses are %+v", s, own)
	}
	if failed := s.Fail+s.Fixed > 0; failed != (report.ExitCode(r) == report.ExitFailed) || s.Violated > 0 && s.Fail+s.Error == 0 {
		t.Errorf("exit code %d for %+v", report.ExitCode(r), s)
	}
	agreeText(t, r, s)
	agreeJUnit(t, r, s)
	agreeNotes(t, r)
}

// agreeNotes holds what the forms say of the description, and of operations that
// accepted nothing, to the verdicts.
func agreeNotes(t *testing.T, r *report.Report) {
	t.Helper()
	noted, cases := map[string]int{}, 0 // how many cases have a note, by its line in the text
	for _, v := range r.Verdicts {
		if v.Outcome == report.Skip && len(v.Notes) > 0 {
			t.Errorf("%s was not sent, and has the notes %q", v.Case.ID, v.Notes)
		}
		for _, n := range v.Notes {
			noted[v.Case.Operation+" "+n]++
			cases++
		}
	}
	listed := map[string]int{}
	for _, n := range r.Notes {
		listed[n.Operation+" "+n.Message] += n.Cases
	}
	if !maps.Equal(listed, noted) {
		t.Errorf("the notes are %v, those of the verdicts %v", listed, noted)
	}
	text := string(form(t, func(w io.Writer, r *report.Report) error { return report.Text(w, r, report.TextOptions{}) }, r))
	for n, of := range noted {
		if line := regexp.MustCompile(`(?m)^  ` + regexp.QuoteMeta(n) + fmt.Sprintf(` \(%d cases?\)$`, of)); !line.MatchString(text) {
			t.Errorf("the text lacks the note %q of %d cases:\n%s", n, of, text)
		}
	}
	// A verdict's own notes are in its case.
	if n := strings.Count(string(form(t, report.JUnit, r)), "answers with "); n < cases {
		t.Errorf("JUnit has %d notes, the verdicts %d", n, cases)
	}
	for _, u := range r.Unaccepted {
		if !strings.Contains(text, "never accepted: "+u.Operation+": ") {
			t.Errorf("the text lacks that %s accepted nothing:\n%s", u.Operation, text)
		}
	}
	if got := strings.Contains(text, "Nothing was accepted of what the contract allows"); got != r.NothingAccepted() {
		t.Errorf("the text says that nothing was accepted: %t, want %t", got, r.NothingAccepted())
	}
}

func agreeText(t *testing.T, r *report.Report, s report.Summary) {
	t.Helper()
	text := string(form(t, func(w io.Writer, r *report.Report) error {
		return report.Text(w, r, report.TextOptions{Verbose: true})
	}, r))
	lines := strings.Split(strings.TrimSpace(text), "\n")
	clauses, cases, ok := strings.Cut(lines[len(lines)-1], "; ")
	if !ok {
		t.Fatalf("not a last line: %s", lines[len(lines)-1])
	}
	sections, listed, blocks := map[string]int{}, map[string]int{}, map[string]int{}
	for _, line := range lines[:len(lines)-1] {
		switch word := strings.Fields(line + " .")[0]; {
		case regexp.MustCompile(`^  (parameters|body|security|rules|methods|answers|other) `).MatchString(line):
			for word, n := range numbers(line) {
				sections[word] += n
			}
		case regexp.MustCompile(`^    (upheld|violated|warned|known|untested) `).MatchString(line):
			listed[word]++
		case regexp.MustCompile(`^(pass|fail|warn|known|fixed|skip|undecided|error) +\S`).MatchString(line):
			listed["case"]++
			listed["case "+word]++
		case regexp.MustCompile(`^\d+ cases? (not selected|in other shards)$`).MatchString(line):
			n := numbers(line)["case"]
			listed["case"] += n
			listed["case skip"] += n
		case regexp.MustCompile(`^(FAIL|WARN|KNOWN|FIXED|ERROR|UNDECIDED) \S+$`).MatchString(line):
			blocks[word]++
		case regexp.MustCompile(`and \d+ more cases?:$`).MatchString(line):
			blocks["alike"] += numbers(line)["case"]
		}
	}
	last, of := numbers(clauses), numbers(cases)
	for _, n := range []struct {
		what       string
		text, json int
	}{
		{"upheld", last["upheld"], s.Upheld},
		{"violated", last["violated"], s.Violated},
		{"warned clauses", last["warned"], s.Warned},
		{"known clauses", last["known"], s.Excused},
		{"untested", last["untested"], s.Untested},
		{"upheld in sections", sections["upheld"], s.Upheld},
		{"violated in sections", sections["violated"], s.Violated},
		{"warned in sections", sections["warned"], s.Warned},
		{"known in sections", sections["known"], s.Excused},
		{"untested in sections", sections["untested"], s.Untested},
		{"listed as upheld", listed["upheld"], s.Upheld},
		{"listed as violated", listed["violated"], s.Violated},
		{"listed as warned", listed["warned"], s.Warned},
		{"listed as known", listed["known"], s.Excused},
		{"listed as untested", listed["untested"], s.Untested},
		{"cases", of["case"], s.Cases},
		{"failed", of["failed"], s.Fail},
		{"fixed", of["fixed"], s.Fixed},
		{"without a verdict", of["without a verdict"], s.Error},
		{"warned cases", of["warned"], s.Warn},
		{"known cases", of["known"], s.Known},
		{"skipped", of["skipped"], s.Skip},
		{"undecided", of["undecided"], s.Undecided},
		{"listed as undecided", listed["case undecided"], s.Undecided},
		{"listed cases", listed["case"], s.Cases},
		{"listed as passed", listed["case pass"], s.Pass},
		{"listed as failed", listed["case fail"], s.Fail},
		{"listed as skipped", listed["case skip"], s.Skip},
		{"in blocks", blocks["FAIL"] + blocks["WARN"] + blocks["KNOWN"] + blocks["FIXED"] + blocks["ERROR"] + blocks["UNDECIDED"] + blocks["alike"], s.Fail + s.Warn + s.Known + s.Fixed + s.Error + s.Undecided},
	} {
		if n.text != n.json {
			t.Errorf("%s: %d in the text, %d in the JSON:\n%s", n.what, n.text, n.json, lines[len(lines)-1])
		}
	}
}

func agreeJUnit(t *testing.T, r *report.Report, s report.Summary) {
	t.Helper()
	var j struct {
		junitCounts

		Suites []struct {
			junitCounts

			Cases []struct {
				Failure *struct{} `xml:"failure"`
				Error   *struct{} `xml:"error"`
				Skipped *struct{} `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(form(t, report.JUnit, r), &j); err != nil {
		t.Fatal(err)
	}
	if want := (junitCounts{s.Cases, s.Fail + s.Fixed, s.Error, s.Skip + s.Known + s.Undecided}); j.junitCounts != want {
		t.Errorf("JUnit has %+v, the JSON %+v", j.junitCounts, want)
	}
	var all junitCounts
	for _, suite := range j.Suites {
		var n junitCounts
		for _, c := range suite.Cases {
			n.Tests++
			for _, of := range []struct {
				element *struct{}
				n       *int
			}{{c.Failure, &n.Failures}, {c.Error, &n.Errors}, {c.Skipped, &n.Skipped}} {
				if of.element != nil {
					*of.n++
				}
			}
		}
		if n != suite.junitCounts {
			t.Errorf("a suite says %+v and has %+v", suite.junitCounts, n)
		}
		all = junitCounts{all.Tests + n.Tests, all.Failures + n.Failures, all.Errors + n.Errors, all.Skipped + n.Skipped}
	}
	if all != j.junitCounts {
		t.Errorf("the suites together have %+v, all %+v", all, j.junitCounts)
	}
}

// The numbers of a report are the same in all of its forms, whatever the report
// is of.
func TestTheFormsOfAReportHaveTheSameNumbers(t *testing.T) {
	listed := func(text string) *report.KnownFailures {
		known, err := report.ParseKnown("known.txt", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return known
	}
	planned, err := contract.Open(ordersConfig(t))
	if err != nil {
		t.Fatal(err)
	}
	configured := func(change func(*contract.Config)) func(*testing.T) *report.Report {
		return func(t *testing.T) *report.Report {
			t.Helper()
			config := careless(t)
			config.Plan = planned.Plan()
			change(&config)
			return reportOf(t, config)
		}
	}
	shard := func(t *testing.T, i int) *report.Report {
		t.Helper()
		return configured(func(c *contract.Config) {
			c.Shard, c.Known = plan.Shard{Index: i, Of: 3}, listed(numberAsTitle+" # bug 7\n")
		})(t)
	}
	var all report.Summary // of what there is in the reports
	made, notes, unaccepted := 0, 0, 0
	reports := map[string]func(*testing.T) *report.Report{
		"upheld":    func(t *testing.T) *report.Report { t.Helper(); return reportOf(t, ordersConfig(t)) },
		"violated":  configured(func(*contract.Config) {}),
		"strict":    configured(func(c *contract.Config) { c.Strict = true }),
		"only":      configured(func(c *contract.Config) { c.Only = []string{"createOrder.body.*", numberAsTitle} }),
		"skip":      configured(func(c *contract.Config) { c.Skip = []string{"createOrder.header.*", sameOrder} }),
		"budget":    configured(func(c *contract.Config) { c.Budget = 3 }),
		"in vain":   func(t *testing.T) *report.Report { t.Helper(); return inVain(t) },
		"stopped":   func(t *testing.T) *report.Report { t.Helper(); return stopped(t) },
		"recording": func(t *testing.T) *report.Report { t.Helper(); return recorded(t, careless(t)) },
		"known":     configured(func(c *contract.Config) { c.Known = listed(numberAsTitle + " # bug 7\n" + sameOrder + " # bug 8\n") }),
		"known and strict": configured(func(c *contract.Config) {
			c.Strict, c.Known = true, listed(numberAsTitle+" # bug 7\n"+sameOrder+" # bug 8\n")
		}),
		"known in part": configured(func(c *contract.Config) {
			c.Known = listed("createOrder.body.lines.* # bug 9\n" + sameOrder + " # bug 8\n")
		}),
		"fixed":  configured(func(c *contract.Config) { c.Known = listed("getOrder.* # bug 10\n") }),
		"shard":  func(t *testing.T) *report.Report { t.Helper(); return shard(t, 2) },
		"merged": func(t *testing.T) *report.Report { t.Helper(); return merged(t, shard(t, 1), shard(t, 2), shard(t, 3)) },
		"undecided": func(t *testing.T) *report.Report {
			t.Helper()
			return held(t, creator(func(map[string]any) bool { return true }), creating, "")
		},
		"undecided and upheld": func(t *testing.T) *report.Report {
			t.Helper()
			return held(t, answering(http.StatusNotFound), reading(""), "")
		},
		"noted": func(t *testing.T) *report.Report {
			t.Helper()
			return held(t, answering(http.StatusOK), strings.ReplaceAll(reading(""), `, "400": {description: bad}`, ""), "")
		},
	}
	for name, of := range reports {
		t.Run(name, func(t *testing.T) {
			r := of(t)
			made++
			agree(t, r)
			t.Logf("%+v", r.Summary)
			s := r.Summary
			all.Fail, all.Warn, all.Known, all.Fixed = all.Fail+s.Fail, all.Warn+s.Warn, all.Known+s.Known, all.Fixed+s.Fixed
			all.Skip, all.Undecided, all.Error = all.Skip+s.Skip, all.Undecided+s.Undecided, all.Error+s.Error
			notes, unaccepted = notes+len(r.Notes), unaccepted+len(r.Unaccepted)
		})
	}
	// Unless -run has chosen some of them.
	if made == len(reports) && slices.Contains([]int{all.Fail, all.Warn, all.Known, all.Fixed, all.Skip, all.Undecided, all.Error, notes, unaccepted}, 0) {
		t.Errorf("the reports together lack something: %+v, %d notes, %d operations that accepted nothing", all, notes, unaccepted)
	}
}

func merged(t *testing.T, shards ...*report.Report) *report.Report {
	t.Helper()
	r, err := contract.Merge(shards...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// inVain is of a target that has something else than the contract.
func inVain(t *testing.T) *report.Report {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	config := ordersConfig(t)
	config.Handler, config.Target.BaseURL = nil, base
	_, err = contract.Verify(t.Context(), config)
	found, ok := errors.AsType[*contract.Diagnosis](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	return found.Report
}

// stopped is of a run that ends while most of its cases are not sent.
func stopped(t *testing.T) *report.Report {
	t.Helper()
	config := careless(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	config.Jobs = 1
	right, answered := config.Handler, 0
	config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answered++; answered == 10 {
			cancel(fmt.Errorf("enough")) //nolint:err113,perfsprint // a test's own
		}
		right.ServeHTTP(w, r)
	})
	r, err := contract.Verify(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// recorded is of the exchanges of a run.
func recorded(t *testing.T, config contract.Config) *report.Report {
	t.Helper()
	var b bytes.Buffer
	config.HAR = &b
	reportOf(t, config)
	r, err := contract.JudgeHAR(t.Context(), contract.Recording{Contract: config.Contract, Name: "run.har", HAR: &b, Tool: "clause"})
	if err != nil {
		t.Fatal(err)
	}
	return r
}
