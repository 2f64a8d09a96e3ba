package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
)

// Replay is what became of cases of an earlier report that were sent again.
type Replay struct {
	// Earlier is the report that the cases are from, Report that of what was sent now.
	Earlier, Report *Report
	Cases           []Replayed
	// Beside counts the cases that were sent for the sake of others, whose verdicts hang
	// on their answers.
	Beside int
}

// Replayed is one of the cases.
type Replayed struct {
	Was, Now *Verdict
	// Differs says what the case is no longer alike in; "" when it is what it was.
	Differs string
}

// Replayable gives the verdicts of the cases that patterns mean: globs over their ids,
// over the clauses that they are for, and over those that they broke. Without a pattern
// it gives all that went wrong.
func (r *Report) Replayable(patterns []string) ([]*Verdict, error) {
	switch {
	case r.Recording != nil:
		return nil, fmt.Errorf("%s is of a recording, whose requests clause did not make: send them again with what recorded them", r.name)
	case len(patterns) == 0:
		return r.wrong()
	}
	taken := make([]bool, len(r.Verdicts))
	for _, pattern := range patterns {
		found := false
		for i := range r.Verdicts {
			if r.Verdicts[i].meant(pattern) {
				taken[i], found = true, true
			}
		}
		if !found {
			return nil, r.noCase(pattern)
		}
	}
	var out []*Verdict
	for i := range r.Verdicts {
		if taken[i] {
			out = append(out, &r.Verdicts[i])
		}
	}
	return out, nil
}

// wrong gives the verdicts on what went wrong.
func (r *Report) wrong() ([]*Verdict, error) {
	var out []*Verdict
	for i := range r.Verdicts {
		if rank(r.Verdicts[i].Outcome) >= 0 {
			out = append(out, &r.Verdicts[i])
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("nothing in %s went wrong: name the case to send again", r.name)
	}
	return out, nil
}

// meant reports whether a pattern means a case.
func (v *Verdict) meant(pattern string) bool {
	return Match(pattern, v.Case.ID) || Match(pattern, v.Case.Clause) ||
		slices.ContainsFunc(v.Findings, func(f Finding) bool { return Match(pattern, f.Clause) })
}

func (r *Report) noCase(pattern string) error {
	ids := make([]string, len(r.Verdicts))
	for i := range r.Verdicts {
		ids[i] = r.Verdicts[i].Case.ID
	}
	try := "clause report --verbose lists its cases"
	if near := clause.Nearest(pattern, ids); near != "" {
		try = "did you mean " + near + "?"
	}
	return fmt.Errorf("%s has no case %s: %s", r.name, pattern, try)
}

// ExitCode gives the exit code: as that of a report, for the cases that were meant.
func (r *Replay) ExitCode() int {
	n := r.summary()
	switch {
	case n.Fail+n.Fixed > 0:
		return ExitFailed
	case n.Error > 0 || n.Skip == n.Cases || r.Report.Interrupted != "" || r.Report.NothingAccepted():
		return ExitError
	}
	return ExitOK
}

// summary counts what became of the cases.
func (r *Replay) summary() Summary {
	var n Summary
	for i := range r.Cases {
		n.add(r.Cases[i].Now.Outcome)
	}
	return n
}

// Text writes for a person what became of each case, before and now, and those in full
// that are not right now.
func (r *Replay) Text(w io.Writer, o TextOptions) error {
	p := newPrinter(r.Report, o)
	if !o.Quiet {
		p.header()
		r.origin(p)
		p.linef("")
		for i := range r.Cases {
			r.Cases[i].line(p)
		}
		r.blocks(p)
		p.linef("")
	}
	r.lastLine(p)
	if _, err := io.WriteString(w, p.String()); err != nil {
		return fmt.Errorf("write what became of the cases: %w", err)
	}
	return nil
}

// origin says where the cases are from, and what was sent beside them.
func (r *Replay) origin(p *printer) {
	from := "sent again from " + Printable(r.Earlier.name)
	if at := r.Earlier.Target.BaseURL; at != r.Report.Target.BaseURL {
		from += ", which is of " + Printable(at)
	}
	p.linef("%s (%s)", from, r.Earlier.Started.Format("2006-01-02 15:04 MST"))
	if changed := r.Report.since(r.Earlier); len(changed) > 0 {
		p.linef("since then: %s", strings.Join(changed, "; "))
	}
	if r.Beside > 0 {
		p.linef("and beside it %s, on whose answers verdicts hang", count(r.Beside, "case"))
	}
}

func (c *Replayed) line(p *printer) {
	was, now := c.Was.Outcome, c.Now.Outcome
	change := fmt.Sprintf("before %s, now %s", was, p.paint(outcomeStyle(now), string(now)))
	if was == now {
		change = "still " + p.paint(outcomeStyle(now), string(now))
	}
	p.line(change+": "+Printable(c.Now.Case.ID), copied, false)
	if c.Differs != "" {
		p.linef("  %s", Printable(c.Differs))
	}
}

// blocks writes what is not right now, each cause once.
func (r *Replay) blocks(p *printer) {
	var verdicts []*Verdict
	for i := range r.Cases {
		if v := r.Cases[i].Now; v.Outcome != Pass || p.o.Verbose {
			verdicts = append(verdicts, v)
		}
	}
	groups := alike(verdicts)
	for i, group := range groups {
		p.linef("")
		if i == maxWhole && !p.o.Verbose {
			p.linef("and %s of others, which --verbose shows", count(len(groups)-i, "block"))
			return
		}
		p.block(group)
	}
}

// lastLine counts what changed.
func (r *Replay) lastLine(p *printer) {
	word, s := verdictIn(r.ExitCode())
	if r.Report.Interrupted != "" {
		p.linef("The run did not come to its end: %s", Printable(r.Report.Interrupted))
	}
	n, changed := r.summary(), 0
	for i := range r.Cases {
		if r.Cases[i].Was.Outcome != r.Cases[i].Now.Outcome {
			changed++
		}
	}
	var parts []string
	for _, o := range byWeight {
		if of := *n.outcome(o); of > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", of, o))
		}
	}
	change := "none changed"
	if changed > 0 {
		change = fmt.Sprintf("%d changed", changed)
	}
	p.linef("%s: %s sent again in %s: %s; %s", p.paint(s, word), count(n.Cases, "case"), seconds(r.Report.Elapsed), strings.Join(parts, ", "), change)
}
