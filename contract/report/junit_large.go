package report

import (
	"cmp"
	"fmt"
)

// byClause fills the suites with a test case for each clause, and one for each case
// that no clause speaks for: one that is listed as known and passed, or has no
// verdict. Tens of thousands of test cases are more than CI systems read. The first
// clause of each cause has its example in full.
func (j *junitSuites) byClause(r *Report, p *printer) {
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
		suite := j.suite(c.Operation, r)
		suite.elapsed += elapsed[c.ID]
		test := junitCase{Name: xmlText(c.ID), ClassName: xmlText(c.Operation), Time: junitTime(elapsed[c.ID])}
		suite.addClause(test, c, broken[c.ID], p, shown)
	}
	for i := range r.Verdicts {
		if v := &r.Verdicts[i]; v.Outcome == Fixed || v.Outcome == Error {
			j.suite(v.Case.Operation, r).add(*v, p.find)
		}
	}
}

// addClause adds the test case of a clause. v is the first case that broke it.
func (s *junitSuite) addClause(test junitCase, c *Standing, v *Verdict, p *printer, shown map[string]bool) {
	outcome := Pass
	switch c.Stand {
	case Upheld:
	case Untested:
		outcome, test.Skipped = Skip, &junitMessage{Message: xmlText(cmp.Or(c.Reason, "no reason was given"))}
	case Warned:
		test.SystemOut = &junitText{xmlText(p.example(c, v, shown))}
	case Excused:
		outcome, test.Skipped = Known, &junitMessage{Message: "known failure, broken by " + count(len(c.BrokenBy), "case")}
	default:
		outcome = Fail
		test.Failure = &junitMessage{
			Message: xmlText(fmt.Sprintf("%s: broken by %s", foundIn(v, c.ID), count(len(c.BrokenBy), "case"))),
			Type:    "violated", Text: xmlText(p.example(c, v, shown)),
		}
	}
	s.n.add(outcome)
	s.Cases = append(s.Cases, test)
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
