package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
)

func (s Stand) style() style {
	switch s {
	case Warned, Excused:
		return yellow
	case Untested:
		return dim
	case Upheld:
		return green
	default:
		return red
	}
}

const (
	// maxDetailed is the number of operations up to which all have their sections.
	maxDetailed = 4
	// maxOperations is how many operations have a line of their own; of more than
	// that the first fewOperations have one.
	maxOperations, fewOperations = 20, 10
)

// summary writes a table for each operation, and what is not upheld in it.
func (p *printer) summary() {
	if p.tight == tightest {
		return // the last line counts the clauses
	}
	var order []string
	clauses := map[string][]*Standing{}
	for i := range p.r.Clauses {
		c := &p.r.Clauses[i]
		if clauses[c.Operation] == nil {
			order = append(order, c.Operation)
		}
		clauses[c.Operation] = append(clauses[c.Operation], c)
	}
	if len(order) > maxDetailed && !p.o.Verbose {
		p.briefly(order, clauses)
		return
	}
	whole := p.detailed(order, clauses, true)
	p.listed = !p.o.Verbose
	if p.lean() && (rows(whole) > leanSummary || p.tight >= withoutCurl) {
		whole, p.listed = p.detailed(order, clauses, false), false
	}
	if p.lean() && (rows(whole) > leanSummary || p.tight >= withoutSections) {
		p.briefly(order, clauses)
		return
	}
	p.WriteString(whole)
}

// detailed gives the sections of operations. untested lists the clauses that are, too.
func (p *printer) detailed(order []string, clauses map[string][]*Standing, untested bool) string {
	out := p.apart()
	out.gapless = !untested
	for _, op := range order {
		out.operation(op, clauses[op])
	}
	return out.String()
}

// briefly writes a line for each operation. Of many it leaves those out that have
// the least wrong.
func (p *printer) briefly(order []string, clauses map[string][]*Standing) {
	all := make(map[string]Summary, len(order))
	for _, op := range order {
		all[op] = tally(clauses[op])
	}
	more := 0
	most, few := maxOperations, fewOperations
	if p.lean() {
		most, few = leanOperations+1, leanOperations
	}
	if len(order) > most {
		slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(all[b].Violated, all[a].Violated) })
		more = len(order) - few
		order = order[:few]
	}
	p.linef("")
	for _, op := range order {
		n := all[op]
		p.linef("%s: %s", p.paint(bold, Printable(op)), p.counts(&n))
		if p.lean() && p.r.Summary.Violated+p.r.Summary.Warned <= leanBroken {
			p.broken(clauses[op])
		}
	}
	if more > 0 {
		p.linef("and %d more operations, none with more violated: --verbose lists all, clause by clause", more)
	}
}

// broken lists the clauses that are.
func (p *printer) broken(clauses []*Standing) {
	for _, s := range []Stand{Violated, Warned} {
		p.list(s, slices.DeleteFunc(slices.Clone(clauses), func(c *Standing) bool { return c.Stand != s }))
	}
}

// operation writes one operation.
func (p *printer) operation(op string, clauses []*Standing) {
	p.linef("")
	p.linef("%s", p.paint(bold, Printable(op)))
	for _, name := range []string{"parameters", "body", "security", "rules", "methods", "answers", "state", "other"} {
		section := slices.DeleteFunc(slices.Clone(clauses), func(s *Standing) bool { return sectionOf(&s.Clause) != name })
		if len(section) > 0 {
			p.section(name, section)
		}
	}
}

// placeOf gives the part of a clause's id behind the operation: what the clause is about.
func placeOf(c *clause.Clause) string {
	place, _, _ := strings.Cut(strings.TrimPrefix(c.ID, c.Operation+"."), ".")
	return place
}

func sectionOf(c *clause.Clause) string {
	switch place := placeOf(c); place {
	case "path", "query", "header", "cookie":
		return "parameters"
	case "rule":
		return "rules"
	case "method":
		return "methods"
	case "answer", "answers", "convention":
		return "answers"
	case "body", "security", "state":
		return place
	}
	return "other"
}

// tally counts clauses by their standing.
func tally(clauses []*Standing) Summary {
	var n Summary
	for _, c := range clauses {
		*n.stand(c.Stand)++
	}
	return n
}

func (p *printer) section(name string, clauses []*Standing) {
	n := tally(clauses)
	p.linef("  %-10s  %s", name, p.counts(&n))
	for _, s := range stands() {
		if s == Upheld && !p.o.Verbose || s == Untested && p.gapless {
			continue
		}
		p.list(s, slices.DeleteFunc(slices.Clone(clauses), func(c *Standing) bool { return c.Stand != s }))
	}
}

// counts says how many clauses have each standing.
func (p *printer) counts(n *Summary) string {
	counts := []string{}
	for _, s := range []Stand{Upheld, Violated, Warned, Excused, Untested} {
		if of := *n.stand(s); of > 0 {
			counts = append(counts, p.paint(s.style(), fmt.Sprintf("%d %s", of, s)))
		}
	}
	return strings.Join(counts, ", ")
}

// list writes the clauses of one standing. Those untested for one reason share
// a line.
func (p *printer) list(s Stand, clauses []*Standing) {
	mark := p.paint(s.style(), fmt.Sprintf("%-8s", s))
	for i := 0; i < len(clauses); i++ {
		c, more := clauses[i], ""
		for first := i; s == Untested && !p.o.Verbose && i+1 < len(clauses) && clauses[i+1].Reason == c.Reason; i++ {
			more = fmt.Sprintf(" and %d more", i+1-first)
		}
		p.linef("    %s  %s%s%s", mark, Printable(c.ID), more, p.remark(s, c))
	}
}

func (p *printer) remark(s Stand, c *Standing) string {
	switch s {
	case Upheld:
		return ""
	case Untested:
		return ": " + Printable(cmp.Or(c.Reason, "no reason was given"))
	case Violated, Warned, Excused:
	}
	return fmt.Sprintf(" (%s): broken by %s", c.Level, count(len(c.BrokenBy), "case"))
}
