package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
)

// standing is a Stand as a person reads it: what is violated is told from what
// is only warned of, and from what is known.
type standing string

const (
	upheld   standing = "upheld"
	violated standing = "violated"
	warned   standing = "warned"
	known    standing = "known"
	untested standing = "untested"
)

// standings are in the order in which they are listed.
func standings() []standing { return []standing{violated, warned, known, untested, upheld} }

func (s standing) style() style {
	switch s {
	case violated:
		return red
	case warned, known:
		return yellow
	case untested:
		return dim
	default:
		return green
	}
}

func (p *printer) standing(s *Standing) standing {
	switch s.Stand {
	case Upheld:
		return upheld
	case Untested:
		return untested
	case Violated:
	}
	if broken, ok := p.broken[s.ID]; ok {
		return broken
	}
	return violated
}

// broken gives for each clause that findings name how bad that is: the worst of
// what the verdicts say.
func broken(verdicts []Verdict) map[string]standing {
	worst := map[string]standing{}
	for i := range verdicts {
		v := &verdicts[i]
		strict := v.Outcome == Fail && !slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.Level == clause.Must })
		for _, f := range v.Findings {
			s := warned
			switch {
			case v.Outcome == Known:
				s = known
			case f.Level == clause.Must || strict:
				s = violated
			}
			if was, ok := worst[f.Clause]; !ok || slices.Index(standings(), s) < slices.Index(standings(), was) {
				worst[f.Clause] = s
			}
		}
	}
	return worst
}

// maxDetailed is the number of operations up to which all have their sections.
const maxDetailed = 4

// summary writes a table for each operation, and what is not upheld in it.
func (p *printer) summary() {
	var order []string
	clauses := map[string][]*Standing{}
	for i := range p.r.Clauses {
		c := &p.r.Clauses[i]
		if clauses[c.Operation] == nil {
			order = append(order, c.Operation)
		}
		clauses[c.Operation] = append(clauses[c.Operation], c)
	}
	for _, op := range order {
		p.operation(op, clauses[op], len(order) > maxDetailed)
	}
}

// operation writes one operation. A brief one, all of it upheld, has one line.
func (p *printer) operation(op string, clauses []*Standing, brief bool) {
	all := p.tally(clauses)
	if brief && all[upheld] == len(clauses) && !p.o.Verbose {
		if !p.brief {
			p.linef("")
		}
		p.linef("%s: %d upheld", p.paint(bold, Printable(op)), all[upheld])
		p.brief = true
		return
	}
	p.brief = false
	p.linef("\n%s", p.paint(bold, Printable(op)))
	for _, name := range []string{"parameters", "body", "security", "rules", "methods", "answers", "other"} {
		section := slices.DeleteFunc(slices.Clone(clauses), func(s *Standing) bool { return sectionOf(&s.Clause) != name })
		if len(section) > 0 {
			p.section(name, section)
		}
	}
}

func sectionOf(c *clause.Clause) string {
	place, _, _ := strings.Cut(strings.TrimPrefix(c.ID, c.Operation+"."), ".")
	switch place {
	case "path", "query", "header", "cookie":
		return "parameters"
	case "rule":
		return "rules"
	case "method":
		return "methods"
	case "answer":
		return "answers"
	case "body", "security":
		return place
	}
	return "other"
}

func (p *printer) tally(clauses []*Standing) map[standing]int {
	n := map[standing]int{}
	for _, c := range clauses {
		n[p.standing(c)]++
	}
	return n
}

func (p *printer) section(name string, clauses []*Standing) {
	n := p.tally(clauses)
	counts := []string{}
	for _, s := range []standing{upheld, violated, warned, known, untested} {
		if n[s] > 0 {
			counts = append(counts, p.paint(s.style(), fmt.Sprintf("%d %s", n[s], s)))
		}
	}
	p.linef("  %-10s  %s", name, strings.Join(counts, ", "))
	for _, s := range standings() {
		if s == upheld && !p.o.Verbose {
			continue
		}
		p.list(s, slices.DeleteFunc(slices.Clone(clauses), func(c *Standing) bool { return p.standing(c) != s }))
	}
}

// list writes the clauses of one standing. Those untested for one reason share
// a line.
func (p *printer) list(s standing, clauses []*Standing) {
	mark := p.paint(s.style(), fmt.Sprintf("%-8s", s))
	for i := 0; i < len(clauses); i++ {
		c, more := clauses[i], ""
		for first := i; s == untested && !p.o.Verbose && i+1 < len(clauses) && clauses[i+1].Reason == c.Reason; i++ {
			more = fmt.Sprintf(" and %d more", i+1-first)
		}
		p.linef("    %s  %s%s%s", mark, Printable(c.ID), more, p.remark(s, c))
	}
}

func (p *printer) remark(s standing, c *Standing) string {
	switch s {
	case upheld:
		return ""
	case untested:
		return ": " + Printable(cmp.Or(c.Reason, "no reason was given"))
	case violated, warned, known:
	}
	return fmt.Sprintf(" (%s): broken by %s", c.Level, count(len(c.BrokenBy), "case"))
}
