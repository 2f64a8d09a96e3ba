package main

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// survey is what was found.
type survey struct {
	loaded, warnings int
	refused          map[string]string // why not, by path
	parts            map[string]bool   // files that others refer to
	total            int

	live, accepted, refusable count
	// other counts the operations whose body is not JSON.
	other count
	// noticed counts the clauses that a case or an answer would notice the breaking of.
	noticed count
	slowest []string
}

// count is how many operations have something, and why the others do not.
type count struct {
	what     string
	have, of int
	why      map[string]int
	first    map[string]string
}

func newSurvey() *survey {
	fresh := func(what string) count { return count{what: what, why: map[string]int{}, first: map[string]string{}} }
	return &survey{
		refused: map[string]string{}, parts: map[string]bool{},
		live:      fresh("have a live case"),
		accepted:  fresh("have a case that expects acceptance"),
		refusable: fresh("of those that take anything that can be wrong have a case that expects refusal"),
		other:     fresh("of those whose body is not JSON have a case that expects acceptance"),
		noticed:   fresh("clauses have a case of their own that is taken or refused, or are judged on answers that are expected"),
	}
}

// settle forgets what does not load and is a part of what does.
func (s *survey) settle() {
	for path := range s.refused {
		if s.parts[filepath.Clean(path)] {
			delete(s.refused, path)
		}
	}
}

func (c *count) add(have bool, why, where string) {
	c.of++
	if have {
		c.have++
		return
	}
	if c.why[why]++; c.why[why] == 1 {
		c.first[why] = where
	}
}

// reasons lists why not, the most frequent first.
func (c *count) reasons() []string {
	return slices.SortedFunc(maps.Keys(c.why), func(a, b string) int {
		return cmp.Or(c.why[b]-c.why[a], strings.Compare(a, b))
	})
}

// operations counts those of one description.
func (s *survey) operations(c *contract.Contract, model *spec.Contract, p *plan.Plan) {
	cases := map[string][]*plan.Case{}
	for i := range p.Cases {
		cases[p.Cases[i].Operation] = append(cases[p.Cases[i].Operation], &p.Cases[i])
	}
	untested := map[string]string{}
	for _, u := range p.Untested {
		untested[u.Clause] = u.Reason
	}
	for _, op := range c.Operations() {
		s.total++
		where := c.File() + " " + op.Method + " " + op.Path
		accepted, refused, live := false, false, false
		why, whyNot := "no case was planned", ""
		for _, one := range cases[op.ID] {
			sent := one.Skip == ""
			live = live || sent
			switch {
			case one.Technique == plan.Authentication || one.Technique == plan.Method:
			case one.Expect.Outcome == plan.Refused:
				refused = refused || sent
			case one.Technique == plan.Example:
				accepted = accepted || sent
				why = cmp.Or(one.Skip, why)
				whyNot = one.Skip
			}
		}
		body, wrong := takes(c, model, op.ID)
		if !body {
			s.live.add(live, why, where)
		}
		if body {
			s.other.add(accepted, why, where)
		} else {
			s.accepted.add(accepted, why, where)
			if wrong != "" {
				s.refusable.add(refused, cmp.Or(whyNot, untested[wrong], "no case breaks a clause"), where+" ("+wrong+")")
			}
		}
	}
}

// clauses counts those of one description.
func (s *survey) clauses(c *contract.Contract, p *plan.Plan) {
	why := map[string]string{} // of each clause that has cases; "" where one decides it
	for i := range p.Cases {
		one := &p.Cases[i]
		reason := one.Skip
		if reason == "" && one.Expect.Outcome == plan.Either {
			reason = "its cases are open"
		}
		if had, known := why[one.Clause]; !known || had != "" {
			why[one.Clause] = reason
		}
	}
	for _, u := range p.Untested {
		why[u.Clause] = u.Reason
	}
	for _, one := range c.Clauses() {
		reason, known := why[one.ID]
		if !known && !strings.HasPrefix(one.ID, one.Operation+".answer.") {
			reason = "no case is about it"
		}
		if strings.Contains(one.ID, ".answer.unprovoked-5xx") {
			reason = "" // it is judged on every answer
		}
		s.noticed.add(reason == "", reason, c.File()+" "+one.ID)
	}
}

// takes reports whether an operation has a body that is not JSON, and names a
// clause of its requests that can be broken.
func takes(c *contract.Contract, model *spec.Contract, id string) (other bool, wrong string) {
	for _, op := range model.Operations {
		if op.ID != id {
			continue
		}
		if op.Body != nil {
			main := op.Body.Main()
			other = main == nil || main.Kind() != spec.AsJSON
		}
	}
	for _, one := range c.Clauses() {
		rest, ok := strings.CutPrefix(one.ID, id+".")
		in, place, _ := strings.Cut(rest, ".")
		if !ok || one.Operation != id {
			continue
		}
		switch in {
		case "path", "query", "header", "cookie":
			if strings.HasSuffix(one.Statement, "of type string") || strings.HasSuffix(one.Statement, "of type array") {
				continue // every text is
			}
		case "body", "rule":
			if place == "mediaType" {
				continue
			}
		default:
			continue
		}
		return other, one.ID
	}
	return other, ""
}

// slow keeps what took long.
func (s *survey) slow(path string, loading, planning time.Duration, cases int) {
	if loading+planning > time.Second {
		s.slowest = append(s.slowest, fmt.Sprintf("%s took %.1f s to load and %.1f s to plan %d cases", path, loading.Seconds(), planning.Seconds(), cases))
	}
}
