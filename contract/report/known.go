package report

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/clause"
)

// KnownFailures is a list of failures that are known. Each must still fail: one
// that passes is reported as fixed, so that the list cannot outlive its reasons.
//
// The list is a text with one pattern a line (see Match), over the ids of cases
// and of clauses, and a reason, which begins at the first #. An id has neither
// blanks nor a # in it:
//
//	# Waiting for release 2.4.
//	listThings.query.limit.maximum/*      # limits above 100 are cut to 100, bug 1234
//	listThings.answer.400.error_code.*    # no error codes yet
//
// A pattern for a case stands for everything found in the case; each case that
// it names must fail. A pattern for a clause stands for all findings that name
// the clause; one of the clauses that it names must be broken.
type KnownFailures struct {
	file     string
	patterns []knownPattern
	// exact finds the pattern that is an id as it stands, for a list can have
	// thousands of those; wild are the others, in order.
	exact map[string]int
	wild  []int
}

// add adds a pattern.
func (k *KnownFailures) add(p knownPattern) {
	if strings.ContainsAny(p.glob, "*?") {
		k.wild = append(k.wild, len(k.patterns))
	} else {
		if k.exact == nil {
			k.exact = map[string]int{}
		}
		k.exact[p.glob] = len(k.patterns)
	}
	k.patterns = append(k.patterns, p)
}

// matching gives the patterns that match any of some ids, in order.
func (k *KnownFailures) matching(ids ...string) []int {
	var out []int
	for _, id := range ids {
		if i, ok := k.exact[id]; ok && !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	for _, i := range k.wild {
		if slices.ContainsFunc(ids, k.patterns[i].matches) {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}

type knownPattern struct {
	glob, reason string
	line         int
}

// ParseKnown reads a list of known failures. file is how errors call it. The
// error joins one for each line that cannot be used.
func ParseKnown(file string, data []byte) (*KnownFailures, error) {
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("%s: the list of known failures is not UTF-8: save it as UTF-8 text", file)
	}
	k := &KnownFailures{file: file}
	lines := map[string]int{}
	var problems []error
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	for i, text := range strings.Split(string(data), "\n") {
		glob, reason, _ := strings.Cut(text, "#")
		p := knownPattern{glob: strings.TrimSpace(glob), reason: strings.TrimSpace(reason), line: i + 1}
		if p.glob == "" {
			continue
		}
		if err := p.check(lines[p.glob]); err != nil {
			problems = append(problems, fmt.Errorf("%s:%d: %w", file, p.line, err))
			continue
		}
		lines[p.glob] = p.line
		k.add(p)
	}
	return k, errors.Join(problems...)
}

// check quotes nothing: what was named by mistake may be a file of secrets.
func (p knownPattern) check(earlier int) error {
	switch {
	case len(strings.Fields(p.glob)) > 1:
		return errors.New("there is more than one pattern: write one a line, and its reason after a #")
	case p.reason == "":
		return errors.New("the pattern has no reason: write it as PATTERN # why it fails")
	case earlier > 0:
		return fmt.Errorf("the pattern %q stands in line %d already: remove one of the two", p.glob, earlier)
	}
	return nil
}

// Check gives an error, which joins one for each pattern that matches neither a
// case nor a clause. Call it before a run: such a pattern is a mistake, or was
// made for another contract.
func (k *KnownFailures) Check(cases, clauses []string) error {
	if k == nil {
		return nil
	}
	used := make([]bool, len(k.patterns))
	for _, id := range slices.Concat(cases, clauses) {
		for _, i := range k.matching(id) {
			used[i] = true
		}
	}
	var problems []error
	for i, p := range k.patterns {
		if !used[i] {
			problems = append(problems, fmt.Errorf("%s:%d: the pattern %q matches no case and no clause: correct or remove it", k.file, p.line, p.glob))
		}
	}
	return errors.Join(problems...)
}

func (p knownPattern) matches(id string) bool { return Match(p.glob, id) }

// apply changes the outcome of verdicts that are listed: what failed becomes
// known, what passed fixed, if the verdicts are those of a whole plan. Verdicts
// that are errors stay so, and so do undecided ones.
func (k *KnownFailures) apply(verdicts []Verdict, strict, whole bool) {
	if k == nil {
		return
	}
	used := make([]bool, len(k.patterns))
	for i := range verdicts {
		if o := verdicts[i].Outcome; o == Fail || o == Warn {
			k.excuse(&verdicts[i], strict, used)
		}
	}
	if !whole {
		return
	}
	about := k.about(verdicts)
	for i, p := range k.patterns {
		if fixed := p.fixed(about[i], used[i]); len(fixed) > 0 {
			for _, v := range fixed {
				v.Outcome = Fixed
				v.Reason = fmt.Sprintf("listed as a known failure at %s:%d (%s), but it passed: remove the line", k.file, p.line, p.reason)
			}
		}
	}
}

// about gives for each pattern the verdicts that it can say something of: those of
// its cases, of its clauses, and those whose answers were held to these.
func (k *KnownFailures) about(verdicts []Verdict) [][]*Verdict {
	out := make([][]*Verdict, len(k.patterns))
	for i := range verdicts {
		v := &verdicts[i]
		for _, p := range k.matching(append([]string{v.Case.Clause, v.Case.ID}, v.Exercised...)...) {
			out[p] = append(out[p], v)
		}
	}
	return out
}

// Excused gives a verdict as it stands when what is listed is excused. Whether a
// listed failure is fixed shows only in a report.
func (k *KnownFailures) Excused(v Verdict, strict bool) Verdict {
	if k != nil && (v.Outcome == Fail || v.Outcome == Warn) {
		k.excuse(&v, strict, make([]bool, len(k.patterns)))
	}
	return v
}

// lists gives the first pattern that a finding is listed by; -1 for none.
func (k *KnownFailures) lists(v *Verdict, f Finding) int {
	if k == nil {
		return -1
	}
	if all := k.matching(v.Case.ID, f.Clause); len(all) > 0 {
		return all[0]
	}
	return -1
}

// excuse takes out of the weighing what is listed. Findings that are not listed
// still count. used notes the patterns that excused something.
func (k *KnownFailures) excuse(v *Verdict, strict bool, used []bool) {
	var left []Finding
	first := -1
	for _, f := range v.Findings {
		excused := k.lists(v, f)
		if excused < 0 {
			left = append(left, f)
		}
		if first < 0 {
			first = excused
		}
		for _, i := range k.matching(v.Case.ID, f.Clause) {
			used[i] = true
		}
	}
	switch {
	case first < 0:
	case len(left) == 0:
		p := k.patterns[first]
		v.Outcome, v.Reason = Known, fmt.Sprintf("listed at %s:%d: %s", k.file, p.line, p.reason)
	case !strict && !slices.ContainsFunc(left, func(f Finding) bool { return f.Level == clause.Must }):
		v.Outcome = Warn
	}
}

// fixed gives the verdicts that show that what a pattern lists does not fail
// any more. used tells that the pattern excused something.
func (p knownPattern) fixed(verdicts []*Verdict, used bool) []*Verdict {
	var cases, clauses, held []*Verdict
	open := used
	for _, v := range verdicts {
		switch {
		case p.matches(v.Case.Clause):
			// Who knows what a case without a verdict would have shown.
			open = open || v.Outcome == Error || v.Outcome == Undecided || v.Outcome == Skip && v.Case.Skip == ""
			clauses = append(clauses, v)
		case p.matches(v.Case.ID):
			cases = append(cases, v)
		default: // its answer was held to it
			held = append(held, v)
		}
	}
	fixed := passed(cases)
	if open {
		return fixed
	}
	fixed = append(fixed, passed(clauses)...)
	if held = passed(held); len(cases)+len(clauses) == 0 && len(held) > 0 {
		return held[:1] // no case enforces it: let one speak for all
	}
	return fixed
}

func passed(verdicts []*Verdict) []*Verdict {
	return slices.DeleteFunc(verdicts, func(v *Verdict) bool { return v.Outcome != Pass })
}

// Failures counts the lines of WriteKnown.
func Failures(r *Report) int { return len(failures(r)) }

// WriteKnown writes what fails as a list that ParseKnown reads: each clause that is
// violated, with what was found as the reason. With it as KnownFailures the same run
// has no failure. Cases without a verdict cannot be listed.
func WriteKnown(w io.Writer, r *Report) error {
	out := bufio.NewWriter(w)
	_, _ = fmt.Fprintf(out, "# What %s fails of %s, as of %s.\n", listed(r.Target.Name), listed(r.Contract.Title), r.Started.UTC().Format("2006-01-02"))
	_, _ = fmt.Fprintf(out, "# Each must go on failing: remove the line of what is mended.\n")
	for _, f := range failures(r) {
		_, _ = fmt.Fprintf(out, "%s  # %s (%s)\n", f.pattern, f.reason, count(f.cases, "case"))
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the known failures: %w", err)
	}
	return nil
}

// failure is a line of a list of known failures.
type failure struct {
	pattern, reason string
	cases           int
}

func failures(r *Report) []failure {
	reasons, standings := map[string]string{}, map[string]bool{}
	for i := range r.Verdicts {
		for _, f := range r.Verdicts[i].Findings {
			if reasons[f.Clause] == "" {
				reasons[f.Clause] = reasonOf(f)
			}
		}
	}
	var out []failure
	for i := range r.Clauses {
		c := &r.Clauses[i]
		standings[c.ID] = true
		if c.Stand == Violated {
			out = append(out, failure{c.ID, reasons[c.ID], len(c.BrokenBy)})
		}
	}
	for i := range r.Verdicts { // what is about no clause of the contract
		v := &r.Verdicts[i]
		odd := func(f Finding) bool { return !standings[f.Clause] }
		if at := slices.IndexFunc(v.Findings, odd); v.Outcome == Fail && at >= 0 {
			out = append(out, failure{v.Case.ID, reasonOf(v.Findings[at]), 1})
		}
	}
	return out
}

// reasonOf says in one line what was found; it is never empty.
func reasonOf(f Finding) string {
	text := listed(f.Message)
	if text == "" {
		text = "it is violated"
	}
	return text
}

// listed makes a text a part of one line that a person reads.
func listed(text string) string { return strings.TrimSpace(Printable(cut(text, 200))) }
