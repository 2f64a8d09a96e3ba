package judge

import (
	"fmt"
	"slices"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/report"
)

// Distinct finds values that were in an earlier answer and must not be in two.
// It has to get the verdicts in the order of the plan: which of two answers came
// first is chance. What an earlier answer held it knows from the verdicts alone,
// so that they may come from several runs of parts of a plan. A Distinct is for
// one goroutine.
type Distinct struct {
	levels map[string]clause.Level
	strict bool
	seen   map[string]map[string]string // clause -> value -> case
}

// NewDistinct makes a Distinct for a contract's clauses. strict makes a broken
// should a failure instead of a warning.
func NewDistinct(clauses []*clause.Clause, strict bool) *Distinct {
	d := &Distinct{levels: make(map[string]clause.Level, len(clauses)), strict: strict, seen: map[string]map[string]string{}}
	for _, c := range clauses {
		d.levels[c.ID] = c.Level
	}
	return d
}

// Apply adds to a verdict what the earlier ones show of it: the values that are
// in its answer again, and the clauses that it was held to by that. It weighs a
// verdict anew that passed or warned; one that is excused as known stays so.
// Within one answer a value may repeat. What an Apply for a part of the plan
// added before is replaced.
func (d *Distinct) Apply(v *report.Verdict) {
	v.Findings = slices.DeleteFunc(v.Findings, func(f report.Finding) bool {
		return slices.ContainsFunc(v.Distinct, func(s report.Sighting) bool { return s.Clause == f.Clause })
	})
	earlier := map[string]bool{} // clause -> an answer before held a value
	again := map[string]int{}    // clause -> what was found
	for _, s := range v.Distinct {
		level, ok := d.levels[s.Clause]
		if !ok {
			continue
		}
		if _, asked := earlier[s.Clause]; !asked {
			earlier[s.Clause] = d.seen[s.Clause] != nil
		}
		first, repeated := d.note(s, v.Case.ID)
		if !repeated {
			continue
		}
		if again[s.Clause]++; again[s.Clause] <= maxFindings {
			v.Findings = append(v.Findings, report.Finding{
				Clause: s.Clause, Level: level, Message: s.Where + " has the value that it had in the answer to " + first, Check: "distinct",
			})
		}
	}
	for id, held := range earlier {
		if held {
			v.Exercised = with(v.Exercised, id)
		}
	}
	if len(again) > 0 {
		summarise(v.Findings, again)
		d.weigh(v)
	}
}

// note remembers a value, and gives the case whose answer had it before.
func (d *Distinct) note(s report.Sighting, id string) (first string, repeated bool) {
	values := d.seen[s.Clause]
	if values == nil {
		values = map[string]string{}
		d.seen[s.Clause] = values
	}
	first, known := values[s.Value]
	if !known {
		values[s.Value] = id
	}
	return first, known && first != id
}

func (d *Distinct) weigh(v *report.Verdict) {
	if v.Outcome == report.Pass || v.Outcome == report.Warn {
		v.Outcome = outcome(v.Findings, d.strict)
	}
}

// with puts an id into a sorted list that may have it.
func with(ids []string, id string) []string {
	if i, found := slices.BinarySearch(ids, id); !found {
		return slices.Insert(ids, i, id)
	}
	return ids
}

// summarise says of each clause with more findings than are listed how many
// there are: an array of a thousand wrong elements is one mistake.
func summarise(findings []report.Finding, counts map[string]int) {
	last := map[string]int{}
	for i, f := range findings {
		last[f.Clause] = i
	}
	for id, n := range counts {
		if more := n - maxFindings; more > 0 {
			findings[last[id]].Message += fmt.Sprintf(" (and %d more like it)", more)
		}
	}
}
