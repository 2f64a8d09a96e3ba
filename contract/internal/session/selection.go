package session

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// selection finds what a pattern of Only or Skip stands for. Cases of their own
// are those that were made for a clause. A clause without any is mostly one about
// answers: all answers that it fits are held to it, whatever the case.
type selection struct {
	model *spec.Contract
	cases []plan.Case
	own   map[string]bool // clause -> it has cases of its own
}

func newSelection(model *spec.Contract, cases []plan.Case) *selection {
	x := &selection{model: model, cases: cases, own: map[string]bool{}}
	for i := range cases {
		x.own[cases[i].Clause] = true
	}
	return x
}

// matched gives the cases whose id or clause a pattern matches.
func (x *selection) matched(pattern string) []int {
	var out []int
	for i := range x.cases {
		if report.Match(pattern, x.cases[i].ID) || report.Match(pattern, x.cases[i].Clause) {
			out = append(out, i)
		}
	}
	return out
}

// caseless gives the clauses without cases of their own that a pattern matches.
func (x *selection) caseless(pattern string) []*clause.Clause {
	var out []*clause.Clause
	for _, c := range x.model.Clauses {
		if !x.own[c.ID] && report.Match(pattern, c.ID) {
			out = append(out, c)
		}
	}
	return out
}

// held gives the cases whose answers are held to a clause without cases of its
// own: where it is about answers of a status, those that expect it, if there are
// any. A clause about requests has none.
func (x *selection) held(c *clause.Clause) []int {
	op := x.model.Operation(c.Operation)
	if op == nil || !strings.HasPrefix(c.ID, c.Operation+".answer.") {
		return nil
	}
	of := slices.IndexFunc(op.Responses, func(r *spec.Response) bool {
		return c.ID == r.ID || strings.HasPrefix(c.ID, r.ID+".")
	})
	var all, expecting []int
	for i := range x.cases {
		k := &x.cases[i]
		if k.Operation != c.Operation || of >= 0 && k.Expect.Outcome == plan.Unsupported {
			continue // what is documented says nothing of methods that are not
		}
		all = append(all, i)
		if of >= 0 && slices.ContainsFunc(k.Expect.Statuses, func(s string) bool { return op.Response(s) == op.Responses[of] }) {
			expecting = append(expecting, i)
		}
	}
	if len(expecting) > 0 {
		return expecting
	}
	return all
}

// Held gives the cases that show whether a clause is upheld: its own, or those whose
// answers are held to it.
func (s *Session) Held(id string) []int {
	x := newSelection(s.config.Contract, s.plan.Cases)
	c := s.Clause(id)
	switch {
	case c == nil:
		return nil
	case !x.own[id]:
		return x.held(c)
	}
	return slices.DeleteFunc(x.matched(id), func(i int) bool { return s.plan.Cases[i].Clause != id })
}

// unmatched is the error for a pattern that stands for nothing.
func (x *selection) unmatched(flag, pattern string) error {
	if meant := spelled(pattern); meant != pattern && len(x.matched(meant))+len(x.caseless(meant)) > 0 {
		return usage("%s %q matches no case and no clause: ids spell it %s", flag, pattern, meant)
	}
	return usage("%s %q matches no case and no clause: see clause list", flag, pattern)
}

// spelled writes a pattern as ids are written: see clause.ID.
func spelled(pattern string) string {
	var b strings.Builder
	for i := range len(pattern) {
		if one := pattern[i : i+1]; strings.ContainsAny(one, "./*?") {
			b.WriteString(one)
		} else {
			b.WriteString(clause.ID(one))
		}
	}
	return b.String()
}

// choose applies Only and Skip. A pattern that matches nothing is an error:
// what it was meant for would silently be left out, or in.
func (s *Session) choose() error {
	x := newSelection(s.config.Contract, s.plan.Cases)
	if err := s.only(x); err != nil {
		return err
	}
	if err := s.skip(x); err != nil {
		return err
	}
	if len(s.plan.Cases) == 0 && len(s.config.Contract.Operations) == 0 {
		return usage("nothing can be tested: %s has no operation that requests can be made for: clause lint says what was left out, and why",
			s.config.Contract.File)
	}
	if s.vain == "" && !slices.Contains(s.selected, true) {
		return usage("only and skip together leave no case: see clause list")
	}
	s.plan = s.plan.Within(s.config.Budget, s.Selected)
	if err := s.divide(); err != nil {
		return err
	}
	if s.config.Budget > 0 {
		s.runner.Spare(s.plan.Spare / max(s.config.Shard.Of, 1))
	}
	if s.config.Known == nil {
		return nil
	}
	if err := s.config.Known.Check(ids(s.plan, s.config.Contract)); err != nil {
		return AsUsage(err)
	}
	return nil
}

// only selects the cases that Only stands for. A pattern that matches no case and
// no clause that has some stands for those whose answers are held to the clauses
// that it does match.
func (s *Session) only(x *selection) error {
	s.selected = make([]bool, len(s.plan.Cases))
	for i := range s.selected {
		s.selected[i] = len(s.config.Only) == 0
	}
	for _, pattern := range s.config.Only {
		meant, clauses := x.matched(pattern), x.caseless(pattern)
		if len(meant)+len(clauses) == 0 {
			return x.unmatched("only", pattern)
		}
		if len(meant) == 0 {
			for _, c := range clauses {
				meant = append(meant, x.held(c)...)
			}
		}
		for _, i := range meant {
			s.selected[i] = true
		}
		if len(meant) == 0 && s.vain == "" {
			s.vain = s.whyCaseless(clauses[0])
		}
	}
	if slices.Contains(s.selected, true) {
		s.vain = ""
	}
	return nil
}

// whyCaseless says why a clause about requests has no case.
func (s *Session) whyCaseless(c *clause.Clause) string {
	for _, u := range s.plan.Untested {
		if u.Clause == c.ID {
			return fmt.Sprintf("%s has no case: %s", c.ID, u.Reason)
		}
	}
	return c.ID + " has no case"
}

// skip leaves out the cases that Skip stands for, and the clauses without cases
// of their own: no answer is held to these.
func (s *Session) skip(x *selection) error {
	for _, pattern := range s.config.Skip {
		meant, clauses := x.matched(pattern), x.caseless(pattern)
		if len(meant)+len(clauses) == 0 {
			return x.unmatched("skip", pattern)
		}
		for _, i := range meant {
			s.selected[i] = false
		}
		for _, c := range clauses {
			if s.unjudged[c.ID] == "" {
				s.unjudged[c.ID] = "skipped by --skip " + pattern
			}
		}
	}
	if len(s.unjudged) > 0 {
		s.judged = s.judged.Without(func(id string) bool { return s.unjudged[id] != "" })
	}
	return nil
}

// reported gives the plan as the report has it: with the clauses that Skip
// leaves out among the untested ones.
func (s *Session) reported() *plan.Plan {
	out := *s.plan
	out.Untested = slices.DeleteFunc(slices.Clone(out.Untested), func(u plan.Untested) bool { return s.unjudged[u.Clause] != "" })
	for _, c := range s.config.Contract.Clauses {
		if reason := s.unjudged[c.ID]; reason != "" {
			out.Untested = append(out.Untested, plan.Untested{Clause: c.ID, Reason: reason})
		}
	}
	return &out
}

// ids gives the ids that patterns are matched with.
func ids(p *plan.Plan, model *spec.Contract) (cases, clauses []string) {
	for i := range p.Cases {
		cases = append(cases, p.Cases[i].ID)
	}
	for _, c := range model.Clauses {
		clauses = append(clauses, c.ID)
	}
	return cases, clauses
}
