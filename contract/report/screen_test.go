package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/clause"
)

// brokenEverywhere is the first run against a server that does much wrong: many
// operations, many causes, long bodies, things left behind, and much untested.
func brokenEverywhere() Input {
	in := largeInput()
	for n := range 30 {
		op := fmt.Sprintf("operation%d", n)
		in.Clauses = append(in.Clauses, statementOf(op, "answer.200", clause.Must), statementOf(op, "answer.404", clause.Must))
		k := planned("answer.200/smallest", "200")
		k.ID, k.Operation, k.Clause, k.Skip = op+".answer.200/smallest", op, op+".answer.200", fmt.Sprintf("the target gives no value for id%d: add it to values", n)
		in.Plan.Cases = append(in.Plan.Cases, k)
		in.Left = append(in.Left, fmt.Sprintf("/things/%d: the request that ends it was answered with 500 Internal Server Error", n))
	}
	for i := range in.Verdicts {
		v := &in.Verdicts[i]
		if v.Exchange == nil {
			continue
		}
		x := *v.Exchange
		x.RequestBody = strings.Repeat(`{"name": "value"}`+"\n", 40)
		x.ResponseBody = `{"error": "` + strings.Repeat("a stack trace ", 200) + `"}`
		x.ResponseHeaders = []Header{{"Content-Type", "application/json"}, {"Date", "Fri, 30 Jan 2026 12:00:00 GMT"}, {"Server", "a/1.2"}}
		v.Exchange, v.Notes = &x, append(v.Notes, fmt.Sprintf("answers with %d, which the contract does not document", 400+i%30))
	}
	return in
}

// What a new user sees of the first run that fails fits a screen, and says at its end what
// to do next.
func TestAScreenful(t *testing.T) {
	for _, o := range []TextOptions{{Width: 100, Lines: 40}, {Width: 80, Lines: 23}} {
		for name, in := range map[string]Input{"one": sample(), "much": brokenEverywhere()} {
			o.Again = "clause replay report.json"
			screenful(t, name, in, o)
		}
	}
}

func screenful(t *testing.T, name string, in Input, o TextOptions) {
	t.Helper()
	out := string(text(t, Build(in), o))
	if n := strings.Count(out, "\n"); n > o.Lines {
		t.Errorf("%s: %d lines:\n%s", name, n, out)
	}
	for _, want := range []string{
		"\nFAIL ", "\n  again    clause replay report.json listThings.", "\n  broken   ", "\n  wanted   ", "\n  got      ",
		"\nnext: repair one, and send it again by its line \"again\";", "\nFAIL: ",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%s: %q is missing:\n%s", name, want, out)
		}
	}
	if strings.Contains(out, "\n           Date: ") {
		t.Errorf("%s: a header that says nothing is shown:\n%s", name, out)
	}
}

// The command line that sends a case again has texts of the report, which may be from
// elsewhere.
func TestAgainIsHarmless(t *testing.T) {
	out := string(text(t, Build(sample()), TextOptions{Again: "clause replay --url='\x1b[2J\n::error::x'"}))
	if !strings.Contains(out, `--url='\x1b[2J\n::error::x'`) || strings.Contains(out, "\x1b") {
		t.Errorf("got %s", out)
	}
}

// Where a body has one line, that says that it was cut, however short its first line is.
func TestABodyInOneLine(t *testing.T) {
	p := newPrinter(Build(sample()), TextOptions{Width: 80, Lines: 23})
	p.tight = tightest
	for body, want := range map[string]string{
		"":                           "",
		"{\n  \"a\": 1\n}\n":         `{   "a": 1 }`,
		strings.Repeat("1234\n", 30): strings.Repeat("1234 ", 11) + "12" + cutHere,
	} {
		if got := strings.Join(p.short(bodyLines(body)), "|"); got != want {
			t.Errorf("%q: %q, want %q", body, got, want)
		}
	}
}

// A header that a finding speaks of is shown, however usual it is.
func TestATellingHeader(t *testing.T) {
	in := sample()
	for i := range in.Verdicts {
		if v := &in.Verdicts[i]; v.Outcome == Fail {
			x := *v.Exchange
			x.ResponseHeaders = []Header{{"Server", "a/1.2"}, {"Vary", "Accept"}}
			v.Exchange, v.Findings = &x, append(v.Findings, finding("answer.200.Vary", clause.Must, "the header Vary is not what it must be"))
		}
	}
	out := string(text(t, Build(in), TextOptions{Lines: 40}))
	if !strings.Contains(out, "\n           Vary: Accept\n") || strings.Contains(out, "Server: a/1.2") {
		t.Error(out)
	}
}
