package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/clause"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`

	index map[string]int // of the suites, by operation
}

type junitSuite struct {
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Errors    int         `xml:"errors,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Time      string      `xml:"time,attr"`
	Timestamp string      `xml:"timestamp,attr"`
	Cases     []junitCase `xml:"testcase"`
	SystemOut *junitText  `xml:"system-out"`

	elapsed float64
	n       Summary
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	ClassName string        `xml:"classname,attr"`
	Time      string        `xml:"time,attr"`
	Skipped   *junitMessage `xml:"skipped"`
	Failure   *junitMessage `xml:"failure"`
	Error     *junitMessage `xml:"error"`
	SystemOut *junitText    `xml:"system-out"`
}

// junitText is CDATA, so that line breaks stay line breaks in the file.
type junitText struct {
	Text string `xml:",cdata"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",cdata"`
}

// JUnit writes a report in the XML that CI systems read: a test suite for each
// operation, a test case for each case, named by its id and with its clause as
// the class. A failure's message begins with the clauses that are broken. A
// warning passes, with the findings as its output, and so does what has a note; a
// known failure is skipped, and so is what is undecided. The output of a suite lists the
// clauses that are untested. A report of more than
// 5,000 cases has a test case for each clause instead, named by its id and with its
// operation as the class.
func JUnit(w io.Writer, r *Report) error {
	all := &junitSuites{Name: xmlText(r.Tool), Time: junitTime(r.Elapsed), index: map[string]int{}}
	p := newPrinter(r, TextOptions{})
	if len(r.Verdicts) > large {
		all.byClause(r, p)
	} else {
		for _, v := range r.Verdicts {
			all.suite(v.Case.Operation, r).add(v, p.find)
		}
		all.untested(r)
	}
	var n Summary
	for i := range all.Suites {
		s := &all.Suites[i]
		s.Time = junitTime(s.elapsed)
		s.Tests, s.Failures, s.Errors, s.Skipped = junitCounts(s.n)
		n.join(s.n)
	}
	all.Tests, all.Failures, all.Errors, all.Skipped = junitCounts(n)
	return writeXML(w, all)
}

// untested lists the clauses without a verdict in the output of their suites: there is
// a test case for each case alone, and some clauses have none.
func (j *junitSuites) untested(r *Report) {
	lines := map[string][]string{}
	for i := range r.Clauses {
		if c := &r.Clauses[i]; c.Stand == Untested {
			lines[c.Operation] = append(lines[c.Operation], xmlText("untested: "+c.ID+": "+cmp.Or(c.Reason, "no reason was given")))
			j.suite(c.Operation, r).SystemOut = &junitText{strings.Join(lines[c.Operation], "\n")}
		}
	}
}

// suite gives the suite of an operation.
func (j *junitSuites) suite(operation string, r *Report) *junitSuite {
	i, ok := j.index[operation]
	if !ok {
		i = len(j.Suites)
		j.index[operation] = i
		j.Suites = append(j.Suites, junitSuite{
			Name: xmlText(operation), Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05"),
		})
	}
	return &j.Suites[i]
}

func writeXML(w io.Writer, v any) error {
	_, err := io.WriteString(w, xml.Header)
	if err == nil {
		e := xml.NewEncoder(w)
		e.Indent("", "  ")
		err = e.Encode(v)
	}
	if err == nil {
		_, err = io.WriteString(w, "\n")
	}
	if err != nil {
		return fmt.Errorf("write the JUnit report: %w", err)
	}
	return nil
}

func (s *junitSuite) add(v Verdict, find func(string) *clause.Clause) {
	c := junitCase{Name: xmlText(v.Case.ID), ClassName: xmlText(v.Case.Clause), Time: junitTime(0)}
	if v.Exchange != nil {
		c.Time = junitTime(v.Exchange.Elapsed)
		s.elapsed += v.Exchange.Elapsed
	}
	s.n.add(v.Outcome)
	switch v.Outcome {
	case Pass:
		if len(v.Notes) > 0 {
			c.SystemOut = &junitText{xmlText("note: " + strings.Join(v.Notes, "\nnote: "))}
		}
	case Warn:
		c.SystemOut = &junitText{xmlText(Describe(v, find))}
	case Skip:
		c.Skipped = &junitMessage{Message: xmlText(v.Reason)}
	case Undecided:
		c.Skipped = &junitMessage{Message: "undecided: " + xmlText(v.Reason), Text: xmlText(Describe(v, find))}
	case Known:
		c.Skipped = &junitMessage{Message: "known failure, " + xmlText(v.Reason), Text: xmlText(Describe(v, find))}
	case Fail:
		c.Failure = &junitMessage{Message: xmlText(headline(v)), Type: "violated", Text: xmlText(Describe(v, find))}
	case Fixed:
		c.Failure = &junitMessage{Message: xmlText(v.Reason), Type: "fixed", Text: xmlText(Describe(v, find))}
	default:
		c.Error = &junitMessage{Message: xmlText(v.Reason), Type: "no-verdict", Text: xmlText(Describe(v, find))}
	}
	s.Cases = append(s.Cases, c)
}

// junitCounts gives the counts that JUnit has. What is known, or undecided, counts
// as skipped there, and what is fixed as a failure.
func junitCounts(n Summary) (tests, failures, errors, skipped int) {
	return n.Cases, n.Fail + n.Fixed, n.Error, n.Skip + n.Known + n.Undecided
}

// headline names the broken clauses and what is wrong.
func headline(v Verdict) string {
	parts := make([]string, len(v.Findings))
	for i, f := range v.Findings {
		parts[i] = fmt.Sprintf("%s (%s): %s", f.Clause, f.Level, f.Message)
	}
	return strings.Join(parts, "; ")
}

// junitTime gives seconds, with milliseconds.
func junitTime(s float64) string {
	return fmt.Sprintf("%.3f", time.Duration(s*float64(time.Second)).Seconds())
}

// xmlText keeps what a terminal could act on out of CI's logs, and what XML 1.0
// has no place for out of the file.
func xmlText(text string) string {
	return strings.Join(printableLines(text), "\n")
}

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
