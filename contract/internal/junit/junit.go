// Package junit writes the XML that CI systems read. Nobody owns it; what is written
// here is what all of them take.
package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/internal/printable"
)

// Report is a file: suites, and the sums of what they count.
type Report struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Skipped  int      `xml:"skipped,attr"`
	Time     string   `xml:"time,attr"`
	Suites   []*Suite `xml:"testsuite"`

	of map[string]*Suite
}

// Suite is a group of cases.
type Suite struct {
	Name      string `xml:"name,attr"`
	Tests     int    `xml:"tests,attr"`
	Failures  int    `xml:"failures,attr"`
	Errors    int    `xml:"errors,attr"`
	Skipped   int    `xml:"skipped,attr"`
	Time      string `xml:"time,attr"`
	Timestamp string `xml:"timestamp,attr,omitempty"`
	Cases     []Case `xml:"testcase"`
	SystemOut *Text  `xml:"system-out"`

	seconds float64
}

// Case is what has passed unless it says otherwise.
type Case struct {
	Name      string   `xml:"name,attr"`
	ClassName string   `xml:"classname,attr"`
	Time      string   `xml:"time,attr"`
	Skipped   *Message `xml:"skipped"`
	Failure   *Message `xml:"failure"`
	Error     *Message `xml:"error"`
	SystemOut *Text    `xml:"system-out"`
}

// Text is CDATA, so that line breaks stay line breaks in the file.
type Text struct {
	Text string `xml:",cdata"`
}

// Message says why a case has not passed.
type Message struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",cdata"`
}

// New makes a report of a tool.
func New(tool string, seconds float64) *Report {
	return &Report{Name: Clean(tool), Time: elapsed(seconds), of: map[string]*Suite{}}
}

// Suite gives the suite of a name, which it makes if there is none. started is left out
// when it is zero.
func (r *Report) Suite(name string, started time.Time) *Suite {
	s := r.of[name]
	if s == nil {
		s = &Suite{Name: Clean(name)}
		if !started.IsZero() {
			s.Timestamp = started.UTC().Format("2006-01-02T15:04:05")
		}
		r.of[name], r.Suites = s, append(r.Suites, s)
	}
	return s
}

// Add adds a case that took a while.
func (s *Suite) Add(c Case, seconds float64) {
	c.Time = elapsed(seconds)
	s.seconds += seconds
	s.Cases = append(s.Cases, c)
}

// Write writes a report.
func (r *Report) Write(w io.Writer) error {
	r.count()
	_, err := io.WriteString(w, xml.Header)
	if err == nil {
		e := xml.NewEncoder(w)
		e.Indent("", "  ")
		err = e.Encode(r)
	}
	if err == nil {
		_, err = io.WriteString(w, "\n")
	}
	if err != nil {
		return fmt.Errorf("write the JUnit report: %w", err)
	}
	return nil
}

func (r *Report) count() {
	r.Tests, r.Failures, r.Errors, r.Skipped = 0, 0, 0, 0
	for _, s := range r.Suites {
		s.Tests, s.Failures, s.Errors, s.Skipped, s.Time = len(s.Cases), 0, 0, 0, elapsed(s.seconds)
		for i := range s.Cases {
			switch c := &s.Cases[i]; {
			case c.Failure != nil:
				s.Failures++
			case c.Error != nil:
				s.Errors++
			case c.Skipped != nil:
				s.Skipped++
			}
		}
		r.Tests, r.Failures = r.Tests+s.Tests, r.Failures+s.Failures
		r.Errors, r.Skipped = r.Errors+s.Errors, r.Skipped+s.Skipped
	}
}

// elapsed gives seconds, with milliseconds.
func elapsed(s float64) string {
	return fmt.Sprintf("%.3f", time.Duration(s*float64(time.Second)).Seconds())
}

// Clean keeps what a terminal could act on out of CI's logs, and what XML 1.0 has no
// place for out of the file.
func Clean(text string) string { return strings.Join(printable.Lines(text), "\n") }
