package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/plan"
)

func TestBuildGivesEveryCaseAVerdict(t *testing.T) {
	in := sample()
	in.Interrupted = "interrupt"
	in.Verdicts = in.Verdicts[:2]
	slices.Reverse(in.Verdicts)
	unplanned := reached(planned("unplanned/one", "200"), Fail, 400, "", finding("answer.framing", clause.Must, "x"))
	in.Verdicts = append(in.Verdicts, unplanned)
	r := Build(in)
	if len(r.Verdicts) != len(in.Plan.Cases)+1 {
		t.Fatalf("%d verdicts for %d cases", len(r.Verdicts), len(in.Plan.Cases))
	}
	for i, c := range in.Plan.Cases {
		v := r.Verdicts[i]
		want := Skip
		switch i {
		case 0:
			want = Pass
		case 1:
			want = Fail
		}
		if v.Case.ID != c.ID || v.Outcome != want || want == Skip && v.Reason == "" {
			t.Errorf("%s: %s %s %q, want %s", c.ID, v.Case.ID, v.Outcome, v.Reason, want)
		}
	}
	if have, want := r.Verdicts[3].Reason, "the run ended before the case was sent: interrupt"; have != want {
		t.Errorf("%q, want %q", have, want)
	}
	if have, want := r.Verdicts[8].Reason, "the target has no value for sort"; have != want {
		t.Errorf("%q, want %q", have, want)
	}
	if s := r.Summary; s.Cases != 10 || s.Skip != 7 || s.Fail != 2 || s.Pass != 1 {
		t.Errorf("%+v", s)
	}
}

func TestBuildSelection(t *testing.T) {
	in := sample()
	in.Verdicts = in.Verdicts[:1]
	if have, want := Build(in).Verdicts[1].Reason, "not selected"; have != want {
		t.Errorf("%q, want %q", have, want)
	}
}

func TestBuildRedacts(t *testing.T) {
	in := sample()
	in.Redactor = auth.NewRedactor(auth.NewSecret("s3cr3tkey"))
	in.Interrupted, in.Target.BaseURL, in.Verdicts[3].Reason = "stopped at s3cr3tkey", "http://u:s3cr3tkey@h/", "late: s3cr3tkey"
	r := Build(in)
	for _, text := range []string{r.Interrupted, r.Target.BaseURL, r.Verdicts[3].Reason} {
		if strings.Contains(text, "s3cr3tkey") || !strings.Contains(text, "[redacted]") {
			t.Errorf("not redacted: %s", text)
		}
	}
}

// The verdicts of the caller stay as they are.
func TestBuildChangesNothing(t *testing.T) {
	in := sample()
	in.Known = knownFailures(t, "listThings.* # all of it")
	Build(in)
	if o := in.Verdicts[1].Outcome; o != Fail {
		t.Errorf("a verdict became %s", o)
	}
}

// That no credentials were in use is no lack where the operation takes none.
func TestCredentialsThatNothingTakes(t *testing.T) {
	seen := reached(planned("answer.200/smallest", "200"), Pass, 200, "{}")
	in := Input{Plan: &plan.Plan{}, Verdicts: []Verdict{seen}, Clauses: []*clause.Clause{statementOf("listThings", "answer.credentials", clause.Should)}}
	if got, want := Build(in).Clauses[0].Reason, "the operation takes no credentials that an answer could give away"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestStandings(t *testing.T) {
	r := sampleReport(t)
	want := map[string]string{
		"query.limit.maximum":      "violated 2 listThings.query.limit.maximum/above listThings.query.limit.maximum/far-above",
		"query.limit.type":         "upheld 1",
		"query.sort.enum":          "untested 0: the target has no value for sort",
		"security.missing":         "known 1 listThings.security.missing/none",
		"security.key.verified":    "untested 0: the answer did not come within 10s",
		"rule.sort-needs-limit":    "warned 1 listThings.rule.sort-needs-limit/broken",
		"answer.200":               "upheld 1",
		"answer.200.job.type":      "upheld 0",
		"answer.400":               "upheld 0",
		"answer.400.code.required": "violated 0 listThings.query.limit.maximum/above listThings.query.limit.maximum/far-above",
		"answer.500":               "untested 0: no answer of status 500 was seen",
		"answer.500.code.type":     "untested 0: no answer of status 500 was seen",
		"answer.framing":           "upheld 0",
		"answer.credentials":       "untested 0: no credential of 8 or more characters was in use",
		"method":                   "untested 0: methods are tried on loopback only",
		"readThing.answer.200":     "untested 0: the answer is 404 Not Found, and only the target knows whether id (path) is there",
	}
	for i, c := range r.Clauses {
		if c.ID != sampleClauses()[i].ID {
			t.Errorf("clause %d is %s: not the contract's order", i, c.ID)
		}
		have := string(c.Stand) + " " + string(rune('0'+c.Cases))
		if c.Reason != "" {
			have += ": " + c.Reason
		}
		have = strings.TrimSpace(have + " " + strings.Join(c.BrokenBy, " "))
		if w := want[strings.TrimPrefix(c.ID, "listThings.")]; have != w {
			t.Errorf("%s: %s, want %s", c.ID, have, w)
		}
	}
}

// Why a clause is untested depends on what was seen.
func TestUntestedReasons(t *testing.T) {
	answered := func(status int, exercised ...string) Verdict {
		v := reached(planned("c/"+string(rune('a'+status%26)), "200"), Pass, status, "")
		v.Exercised = exercised
		return v
	}
	error1 := answered(200)
	error1.Outcome, error1.Reason, error1.Exchange = Error, "first reason", nil
	aside := answered(404)
	aside.Outcome, aside.Reason = Undecided, "only the target knows"
	leaky := answered(401)
	leaky.Case.Clause, leaky.Outcome, leaky.Findings = "listThings.c", Warn, []Finding{finding("answer.stack-trace", clause.Should, "x")}
	failed := answered(500)
	failed.Case.ID, failed.Outcome, failed.Findings = "f", Fail, []Finding{finding("answer.unprovoked-5xx", clause.Must, "x")}
	error2, error3 := error1, error1
	error2.Case.ID, error3.Case.ID = "2", "3"
	error2.Reason, error3.Reason = "second reason", "second reason"
	for _, s := range []struct {
		place    string
		verdicts []Verdict
		want     string
	}{
		{"c", nil, "no case enforces it"},
		{"c", []Verdict{answered(200)}, "no answer to its cases could be read"},
		{"c", []Verdict{aside}, "only the target knows"},
		{"c", []Verdict{leaky}, "a request that tries it was answered with 401, which decides nothing about it"},
		{"c", []Verdict{answered(400, "listThings.c"), failed}, "a request that tries it was answered with 500, which decides nothing about it"},
		{"c", []Verdict{answered(400, "listThings.c"), error2}, "second reason"},
		{"c", []Verdict{error1}, "first reason"},
		{"c", []Verdict{error1, error2, error3}, "first reason (and 1 other reason)"},
		{"answer.200", nil, "no answer of status 200 was seen"},
		{"answer.200", []Verdict{answered(200)}, "status 200 was seen only where another was wanted"},
		{"answer.200.json", []Verdict{answered(200)}, "no answer of status 200 had a body that could be judged"},
		{"answer.200.mediaType", []Verdict{answered(200)}, "no answer of status 200 had a body that could be judged"},
		{"answer.200.note.type", []Verdict{answered(200)}, "no answer of status 200 had the value that it is about"},
		{"answer.200.job.distinct", []Verdict{answered(200)}, "fewer than two answers had the value that it is about"},
		{"answer.4XX.code.type", []Verdict{answered(200)}, "no answer of status 4XX was seen"},
		{"answer.4XX.code.type", []Verdict{answered(404)}, "no answer of status 4XX had the value that it is about"},
		{"answer.4XX.code.type", []Verdict{answered(400)}, "no answer of status 4XX was seen"},
		{"answer.default.code.type", []Verdict{answered(404), answered(400)}, "no answer of a status that is not listed was seen"},
		{"answer.default.code.type", []Verdict{answered(302)}, "no answer of a status that is not listed had the value that it is about"},
		{"answer.framing", nil, "no answer was seen"},
		{"answer.duplicate-names", []Verdict{answered(200)}, "no answer held a JSON document"},
		{"answer.stack-trace", []Verdict{answered(200)}, "no answer was held to it"},
		{"answers.newest-first", []Verdict{answered(200)}, "no answer of that kind was seen"},
		{"convention.limit", []Verdict{answered(200)}, "no answer of that kind was seen"},
	} {
		in := Input{Plan: &plan.Plan{}, Verdicts: s.verdicts, Clauses: []*clause.Clause{
			statement(s.place, clause.Must), statement("answer.400", clause.Must),
			statement("answer.4XX", clause.Must), statement("answer.default", clause.Must),
		}}
		if c := Build(in).Clauses[0]; c.Stand != Untested || c.Reason != s.want {
			t.Errorf("%s after %d verdicts: %s, %q, want %q", s.place, len(s.verdicts), c.Stand, c.Reason, s.want)
		}
	}
}

// What is inferred about answers stands beside what is stated about them.
func TestClausesAboutAnswersStandTogether(t *testing.T) {
	for _, place := range []string{"answer.200", "answers.newest-first", "convention.limit"} {
		if section := sectionOf(statement(place, clause.Must)); section != "answers" {
			t.Errorf("%s is in the section %s", place, section)
		}
	}
}

func TestExitCode(t *testing.T) {
	for _, s := range []struct {
		outcomes    []Outcome
		interrupted string
		want        int
	}{
		{[]Outcome{Pass}, "", ExitOK},
		{[]Outcome{Pass, Warn, Known, Skip}, "", ExitOK},
		{[]Outcome{Pass, Undecided}, "", ExitOK},
		{[]Outcome{Pass, Fail}, "", ExitFailed},
		{[]Outcome{Pass, Fixed}, "", ExitFailed},
		{[]Outcome{Fail, Error}, "interrupt", ExitFailed},
		{[]Outcome{Pass, Error}, "", ExitError},
		{[]Outcome{Pass, "new"}, "", ExitError},
		{[]Outcome{Pass}, "interrupt", ExitError},
		{[]Outcome{Skip, Skip}, "", ExitError},
		{nil, "", ExitError},
	} {
		in := Input{Plan: &plan.Plan{}, Interrupted: s.interrupted}
		for i, o := range s.outcomes {
			in.Verdicts = append(in.Verdicts, Verdict{Case: plan.Case{ID: string(rune('a' + i))}, Outcome: o})
		}
		if code := ExitCode(Build(in)); code != s.want {
			t.Errorf("%v %s: %d, want %d", s.outcomes, s.interrupted, code, s.want)
		}
	}
}

// TestNothingAccepted holds that a run in which nothing was accepted of what had to
// be is not a success, that a failure goes before it, and that what was never
// accepted is named.
func TestNothingAccepted(t *testing.T) {
	aside := func(operation string) Verdict {
		v := unsure()
		v.Case.Operation, v.Case.ID = operation, operation+".answer.200/smallest"
		return v
	}
	taken := reached(planned("answer.200/smallest", "200"), Pass, 200, "")
	refusal := reached(planned("query.limit.type/text", "400"), Pass, 400, "")
	failed := reached(planned("query.limit.type/fraction", "400"), Fail, 200, "", wrongStatus("query.limit.type"))
	late := reached(planned("answer.200/fullest", "200"), Error, 0, "")
	for _, s := range []struct {
		name     string
		verdicts []Verdict
		code     int
		never    string
	}{
		{"nothing", []Verdict{aside("a"), refusal}, ExitError, "a"},
		{"nothing of two", []Verdict{aside("b"), aside("a")}, ExitError, "b a"},
		{"one operation", []Verdict{taken, aside("a")}, ExitOK, "a"},
		{"all", []Verdict{taken, refusal}, ExitOK, ""},
		{"a failure goes before", []Verdict{aside("a"), failed}, ExitFailed, "a"},
		{"nothing had to be accepted", []Verdict{refusal}, ExitOK, ""},
		{"no answer came", []Verdict{late, refusal}, ExitError, "listThings"},
	} {
		var cases []plan.Case
		for _, v := range s.verdicts {
			cases = append(cases, v.Case)
		}
		r := Build(Input{Plan: &plan.Plan{Cases: cases}, Verdicts: s.verdicts})
		var never []string
		for _, u := range r.Unaccepted {
			never = append(never, u.Operation)
		}
		if code := ExitCode(r); code != s.code || strings.Join(never, " ") != s.never {
			t.Errorf("%s: %d, never accepted %v, want %d and %s", s.name, code, never, s.code, s.never)
		}
	}
	// Only all shards together tell.
	part := Build(Input{Plan: &plan.Plan{}, Verdicts: []Verdict{aside("a"), refusal}, Shard: plan.Shard{Index: 1, Of: 2}})
	if code := ExitCode(part); code != ExitOK || part.Unaccepted != nil {
		t.Errorf("a shard: %d, %v", code, part.Unaccepted)
	}
	r := Build(Input{Plan: &plan.Plan{}, Verdicts: []Verdict{aside("a"), late}, NotServed: map[string]bool{"a": true}})
	out := string(text(t, r, TextOptions{}))
	for _, want := range []string{
		"never accepted: a: 404 to 1 case: it looks as if the target does not serve it; if it does: the answer is 404 Not Found, ",
		"never accepted: listThings: no answer to 1 case\n", "Nothing was accepted of what the contract allows",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing:\n%s", want, out)
		}
	}
}
