package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

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
