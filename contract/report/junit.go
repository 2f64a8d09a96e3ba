package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/apiclause/clause/contract/internal/junit"
)

// JUnit writes a report in the XML that CI systems read: a test suite for each
// operation, a test case for each case, named by its id and with its clause as
// the class. A failure's message begins with the clauses that are broken. A
// warning passes, with the findings as its output, and so does what has a note; a
// known failure is skipped, and so is what is undecided. The output of a suite lists the
// clauses that are untested. A report of more than 5,000 cases has a test case for each
// clause instead, named by its id and with its operation as the class.
func JUnit(w io.Writer, r *Report) error {
	all := &junitReport{junit.New(r.Tool, r.Elapsed), newPrinter(r, TextOptions{})}
	if len(r.Verdicts) > large {
		all.byClause()
	} else {
		for i := range r.Verdicts {
			all.add(&r.Verdicts[i])
		}
		all.untested()
	}
	return all.Write(w)
}

// junitReport is a report as it becomes JUnit's.
type junitReport struct {
	*junit.Report

	p *printer // of the report, for texts
}

// untested lists the clauses without a verdict in the output of their suites: there is
// a test case for each case alone, and some clauses have none.
func (j *junitReport) untested() {
	lines := map[string][]string{}
	for i := range j.p.r.Clauses {
		if c := &j.p.r.Clauses[i]; c.Stand == Untested {
			lines[c.Operation] = append(lines[c.Operation], junit.Clean("untested: "+c.ID+": "+cmp.Or(c.Reason, "no reason was given")))
			j.suite(c.Operation).SystemOut = &junit.Text{Text: strings.Join(lines[c.Operation], "\n")}
		}
	}
}

// suite gives the suite of an operation.
func (j *junitReport) suite(operation string) *junit.Suite { return j.Suite(operation, j.p.r.Started) }

func (j *junitReport) add(v *Verdict) {
	c := junit.Case{Name: junit.Clean(v.Case.ID), ClassName: junit.Clean(v.Case.Clause)}
	took := 0.0
	if v.Exchange != nil {
		took = v.Exchange.Elapsed
	}
	told := func() string { return junit.Clean(Describe(*v, j.p.find)) }
	switch v.Outcome {
	case Pass:
		if len(v.Notes) > 0 {
			c.SystemOut = &junit.Text{Text: junit.Clean("note: " + strings.Join(v.Notes, "\nnote: "))}
		}
	case Warn:
		c.SystemOut = &junit.Text{Text: told()}
	case Skip:
		c.Skipped = &junit.Message{Message: junit.Clean(v.Reason)}
	case Undecided:
		c.Skipped = &junit.Message{Message: "undecided: " + junit.Clean(v.Reason), Text: told()}
	case Known:
		c.Skipped = &junit.Message{Message: "known failure, " + junit.Clean(v.Reason), Text: told()}
	case Fail:
		c.Failure = &junit.Message{Message: junit.Clean(headline(*v)), Type: "violated", Text: told()}
	case Fixed:
		c.Failure = &junit.Message{Message: junit.Clean(v.Reason), Type: "fixed", Text: told()}
	default:
		c.Error = &junit.Message{Message: junit.Clean(v.Reason), Type: "no-verdict", Text: told()}
	}
	j.suite(v.Case.Operation).Add(c, took)
}

// headline names the broken clauses and what is wrong.
func headline(v Verdict) string {
	parts := make([]string, len(v.Findings))
	for i, f := range v.Findings {
		parts[i] = fmt.Sprintf("%s (%s): %s", f.Clause, f.Level, f.Message)
	}
	return strings.Join(parts, "; ")
}

// byClause fills the suites with a test case for each clause, and one for each case
// that no clause speaks for: one that is listed as known and passed, or has no
// verdict. Tens of thousands of test cases are more than CI systems read. The first
// clause of each cause has its example in full.
func (j *junitReport) byClause() {
	r := j.p.r
	elapsed, broken := map[string]float64{}, map[string]*Verdict{}
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		if v.Exchange != nil {
			elapsed[v.Case.Clause] += v.Exchange.Elapsed
		}
		for _, f := range v.Findings {
			if broken[f.Clause] == nil {
				broken[f.Clause] = v
			}
		}
	}
	shown := map[string]bool{}
	for i := range r.Clauses {
		c := &r.Clauses[i]
		test := junit.Case{Name: junit.Clean(c.ID), ClassName: junit.Clean(c.Operation)}
		j.judged(&test, c, broken[c.ID], shown)
		j.suite(c.Operation).Add(test, elapsed[c.ID])
	}
	for i := range r.Verdicts {
		if v := &r.Verdicts[i]; v.Outcome == Fixed || v.Outcome == Error {
			j.add(v)
		}
	}
}

// judged says in the test case of a clause what became of it. v is the first case that
// broke it.
func (j *junitReport) judged(test *junit.Case, c *Standing, v *Verdict, shown map[string]bool) {
	switch c.Stand {
	case Upheld:
	case Untested:
		test.Skipped = &junit.Message{Message: junit.Clean(cmp.Or(c.Reason, "no reason was given"))}
	case Warned:
		test.SystemOut = &junit.Text{Text: junit.Clean(j.p.example(c, v, shown))}
	case Excused:
		test.Skipped = &junit.Message{Message: "known failure, broken by " + count(len(c.BrokenBy), "case")}
	default:
		test.Failure = &junit.Message{
			Message: junit.Clean(fmt.Sprintf("%s: broken by %s", foundIn(v, c.ID), count(len(c.BrokenBy), "case"))),
			Type:    "violated", Text: junit.Clean(j.p.example(c, v, shown)),
		}
	}
}

// foundIn gives what a verdict says of a clause.
func foundIn(v *Verdict, id string) string {
	if v != nil {
		for _, f := range v.Findings {
			if f.Clause == id {
				return f.Message
			}
		}
	}
	return "it is violated"
}

// example describes the first case that broke a clause, or names it if one with the
// same cause was described before.
func (p *printer) example(c *Standing, v *Verdict, shown map[string]bool) string {
	if v == nil {
		return ""
	}
	for _, f := range v.Findings {
		if f.Clause != c.ID {
			continue
		}
		if cause := summaryOf(v, f); !shown[cause] {
			shown[cause] = true
			return Describe(*v, p.find)
		}
	}
	return "such as " + v.Case.ID
}
