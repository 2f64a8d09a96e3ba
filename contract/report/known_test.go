package report

import (
	"regexp"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/plan"
)

func TestMatch(t *testing.T) {
	for _, s := range []struct {
		pattern, id string
		want        bool
	}{
		{"op.query.x", "op.query.x", true},
		{"op.query.x", "op.query.x/case", false},
		{"op.query.x*", "op.query.x/case", true},
		{"op.*", "op.query.x/case", true},
		{"*", "", true},
		{"*", "anything/at.all", true},
		{"", "", true},
		{"", "a", false},
		{"?", "", false},
		{"?", "/", true},
		{"op?query", "op.query", true},
		{"*.answer.500*", "op.answer.500.code.type", true},
		{"*.500", "op.500.500", true},
		{"a*b*c", "a-b-b-c", true},
		{"a*b*c", "a-c-b", false},
		{"*a", "ab", false},
		{"**a**", "bab", true},
		{"op.[qx]", "op.q", false},
		{"op.[qx]", "op.[qx]", true},
	} {
		if have := Match(s.pattern, s.id); have != s.want {
			t.Errorf("Match(%q, %q) is %v", s.pattern, s.id, have)
		}
	}
}

func TestParseKnownErrors(t *testing.T) {
	for text, want := range map[string]string{
		"a.b":                    `known.txt:1: the pattern has no reason: write it as PATTERN # why it fails`,
		"# comment\n\na.b #  \n": `known.txt:3: the pattern has no reason: write it as PATTERN # why it fails`,
		"a.b c.d # x":            `known.txt:1: there is more than one pattern: write one a line, and its reason after a #`,
		"a # x\r\na # y\r\n":     `known.txt:2: the pattern "a" stands in line 1 already: remove one of the two`,
		"a\nb":                   "known.txt:1: the pattern has no reason: write it as PATTERN # why it fails\nknown.txt:2: the pattern has no reason: write it as PATTERN # why it fails",
		"a # \xff":               "known.txt: the list of known failures is not UTF-8: save it as UTF-8 text",
	} {
		if _, err := ParseKnown("known.txt", []byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q:\n%v\nwant\n%s", text, err, want)
		}
	}
}

func TestKnownCheck(t *testing.T) {
	k := knownFailures(t, "\ufeff# all of them\na.b.* # one\nz* # two\n*/case # three\n? # four")
	err := k.Check([]string{"a.b.c/case"}, []string{"a.b.c"})
	want := "known.txt:3: the pattern \"z*\" matches no case and no clause: correct or remove it\n" +
		"known.txt:5: the pattern \"?\" matches no case and no clause: correct or remove it"
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant\n%s", err, want)
	}
	if err := k.Check([]string{"a.b.c/case", "q"}, []string{"z"}); err != nil {
		t.Error(err)
	}
	if err := (*KnownFailures)(nil).Check(nil, nil); err != nil {
		t.Error(err)
	}
}

// known gives the outcomes that a list makes of verdicts. A verdict is written
// "clause/case outcome broken...", where the outcome may be followed by "!" for
// a case that the plan skips, and the clauses are held by passing cases as
// "+clause".
func outcomes(t *testing.T, list string, strict bool, verdicts ...string) string {
	t.Helper()
	in := Input{Plan: &plan.Plan{}, Known: knownFailures(t, strings.ReplaceAll(list, ";", "\n")), Strict: strict}
	for _, text := range verdicts {
		fields := strings.Fields(text)
		place, _, _ := strings.Cut(fields[0], "/")
		v := Verdict{Case: plan.Case{ID: fields[0], Clause: place}, Outcome: Outcome(strings.TrimSuffix(fields[1], "!")), Exercised: []string{place}}
		if strings.HasSuffix(fields[1], "!") {
			v.Case.Skip = "planned"
		}
		for _, id := range fields[2:] {
			level := clause.Must
			switch {
			case strings.HasPrefix(id, "+"):
				v.Exercised = append(v.Exercised, id[1:])
				continue
			case strings.HasPrefix(id, "~"):
				id, level = id[1:], clause.Should
			}
			v.Findings = append(v.Findings, Finding{Clause: id, Level: level})
		}
		in.Verdicts = append(in.Verdicts, v)
	}
	var out []string
	for _, v := range Build(in).Verdicts {
		out = append(out, string(v.Outcome))
	}
	return strings.Join(out, ", ")
}

func TestKnown(t *testing.T) {
	for _, s := range []struct {
		name, list string
		verdicts   []string
		want       string
	}{
		{"nothing listed", "", []string{"a/1 fail a", "a/2 pass"}, "fail, pass"},
		{"a case that fails", "a/1 # x", []string{"a/1 fail a", "a/2 fail a"}, "known, fail"},
		{"a case that passes", "a/1 # x", []string{"a/1 pass", "a/2 pass"}, "fixed, pass"},
		{"each case must fail", "a/* # x", []string{"a/1 fail a", "a/2 pass"}, "known, fixed"},
		{"a case stands for all that is found in it", "a/1 # x", []string{"a/1 fail a b"}, "known"},
		{"a clause that is broken", "a # x", []string{"a/1 fail a", "a/2 pass"}, "known, pass"},
		{"a clause that is upheld", "a # x", []string{"a/1 pass", "b/1 pass", "a/2 pass"}, "fixed, pass, fixed"},
		{"a clause stands for its own findings alone", "a # x", []string{"a/1 fail a b"}, "fail"},
		{"what is left is a should", "a # x", []string{"a/1 fail a ~b"}, "warn"},
		{"a clause that other cases break", "b # x", []string{"a/1 fail b", "b/1 pass"}, "known, pass"},
		{"a clause without a case of its own, broken", "b # x", []string{"a/1 pass +b", "a/2 fail b"}, "pass, known"},
		{"a clause without a case of its own, upheld", "b # x", []string{"a/1 pass +b", "a/2 pass +b"}, "fixed, pass"},
		{"a clause that nothing was held to", "b # x", []string{"a/1 pass"}, "pass"},
		{"a glob over clauses", "a* # x", []string{"a1/1 fail a1", "a2/1 pass"}, "known, pass"},
		{"an error stays one", "a # x;b/1 # y", []string{"a/1 error", "b/1 error"}, "error, error"},
		{"an error leaves a clause open", "a # x", []string{"a/1 error", "a/2 pass"}, "error, pass"},
		{"what is undecided stays so", "a/1 # x", []string{"a/1 undecided", "a/2 pass"}, "undecided, pass"},
		{"what is undecided leaves a clause open", "a # x", []string{"a/1 undecided", "a/2 pass"}, "undecided, pass"},
		{"a case that was not selected leaves a clause open", "a # x", []string{"a/1 skip", "a/2 pass"}, "skip, pass"},
		{"a case that cannot run does not", "a # x", []string{"a/1 skip!", "a/2 pass"}, "skip, fixed"},
		{"a warning", "a # x", []string{"a/1 warn ~a"}, "known"},
		{"two patterns for one failure", "a/1 # x;a # y", []string{"a/1 fail a", "a/2 pass"}, "known, pass"},
	} {
		if have := outcomes(t, s.list, false, s.verdicts...); have != s.want {
			t.Errorf("%s: %s, want %s", s.name, have, s.want)
		}
	}
	if have := outcomes(t, "a # x", true, "a/1 fail a ~b"); have != "fail" {
		t.Errorf("strict, what is left is a should: %s, want fail", have)
	}
}

func TestKnownReasons(t *testing.T) {
	r := sampleReport(t)
	for i, want := range map[int]string{
		6: "listed at known.txt:1: no gateway yet, bug 7",
		5: "listed as a known failure at known.txt:2 (bug 8), but it passed: remove the line",
	} {
		if have := r.Verdicts[i].Reason; have != want {
			t.Errorf("%q, want %q", have, want)
		}
	}
}

func TestExcused(t *testing.T) {
	v := sample().Verdicts[6]
	if o := knownFailures(t, sampleKnown).Excused(v, false).Outcome; o != Known {
		t.Errorf("a listed failure: %s", o)
	}
	if o := (*KnownFailures)(nil).Excused(v, false).Outcome; o != Fail {
		t.Errorf("without a list: %s", o)
	}
	if v.Outcome != Fail {
		t.Errorf("the verdict itself became %s", v.Outcome)
	}
}

// A list is read or refused, and its patterns match as the same expression
// does.
func FuzzKnown(f *testing.F) {
	for _, text := range []string{"", "a.b/* # x", "# only", "a\n# b", "a # b # c\r\n", "\ufeff*a*?* # x", "a b # c", "\xff", "***** # x"} {
		f.Add(text, "a.b/c")
	}
	f.Fuzz(func(t *testing.T, text, id string) {
		k, err := ParseKnown("known.txt", []byte(text))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "known.txt:") {
				t.Errorf("the error names no place: %v", err)
			}
			return
		}
		_ = k.Check([]string{id}, nil)
		in := Input{Plan: &plan.Plan{}, Known: k, Verdicts: []Verdict{
			{Case: plan.Case{ID: id, Clause: "c"}, Outcome: Fail, Findings: []Finding{{Clause: "c", Level: clause.Must}}},
		}}
		Build(in)
		for _, p := range k.patterns {
			if !ascii(id) || !ascii(p.glob) || len(p.glob) > 100 {
				continue // regexp counts characters, Match bytes
			}
			expression := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(p.glob))
			if have := Match(p.glob, id); have != regexp.MustCompile(`(?s)\A`+expression+`\z`).MatchString(id) {
				t.Errorf("Match(%q, %q) is %v", p.glob, id, have)
			}
		}
	})
}

func ascii(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r > '~' }) }
