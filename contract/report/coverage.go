package report

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/plan"
)

// Coverage says how much of a contract a run tested. What Only and Skip left out
// does not count.
type Coverage struct {
	// Tested counts the clauses that were upheld or broken, Untested the others.
	Tested, Untested int
}

// Percent gives the share of the clauses that are untested.
func (c Coverage) Percent() float64 {
	if c.Tested+c.Untested == 0 {
		return 0
	}
	return 100 * float64(c.Untested) / float64(c.Tested+c.Untested)
}

// Coverage says how much of the contract was tested.
func (r *Report) Coverage() Coverage {
	c := Coverage{Tested: len(r.Clauses) - r.Summary.Untested}
	for i := range r.Clauses {
		if r.Clauses[i].Stand == Untested && !r.Clauses[i].unselected() {
			c.Untested++
		}
	}
	return c
}

// unselected reports whether a clause is untested because its cases were not to be
// sent, or not here.
func (s *Standing) unselected() bool {
	return strings.HasPrefix(s.Reason, NotSelected) || strings.HasPrefix(s.Reason, Elsewhere)
}

// selective reports whether some of the cases were not to be sent.
func (r *Report) selective() bool {
	return slices.ContainsFunc(r.Verdicts, func(v Verdict) bool { return v.Outcome == Skip && v.Reason == NotSelected })
}

// gap is a reason, and what it kept from being tested.
type gap struct {
	reason string
	ids    []string
}

// otherReasons is what a reason ends with that is not the only one.
var otherReasons = regexp.MustCompile(` \(and \d+ other reasons?\)$`)

// gaps gives the reasons for which clauses are untested, those of most clauses
// first.
func (r *Report) gaps() []gap {
	of := map[string][]string{}
	for i := range r.Clauses {
		if c := &r.Clauses[i]; c.Stand == Untested && !c.unselected() {
			reason := otherReasons.ReplaceAllString(cmp.Or(c.Reason, "no reason was given"), "")
			of[reason] = append(of[reason], c.ID)
		}
	}
	return sortedGaps(of)
}

func sortedGaps(of map[string][]string) []gap {
	out := make([]gap, 0, len(of))
	for _, reason := range slices.Sorted(maps.Keys(of)) {
		out = append(out, gap{reason, of[reason]})
	}
	slices.SortStableFunc(out, func(a, b gap) int { return cmp.Compare(len(b.ids), len(a.ids)) })
	return out
}

// untried gives the operations of which no request was sent that has to be
// accepted, by the reason of the first.
func (r *Report) untried() []gap {
	reasons, tried := map[string]string{}, map[string]bool{}
	var order []string
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		if v.Case.Expect.Outcome != plan.Accepted {
			continue
		}
		op := v.Case.Operation
		if v.Outcome != Skip || v.Reason == NotSelected || v.Shard != 0 {
			tried[op] = true
		} else if _, known := reasons[op]; !known {
			reasons[op], order = v.Reason, append(order, op)
		}
	}
	of := map[string][]string{}
	for _, op := range order {
		if !tried[op] {
			of[reasons[op]] = append(of[reasons[op]], op)
		}
	}
	return sortedGaps(of)
}

// neverAccepted gives the operations that accepted nothing, by what was answered and why.
func (r *Report) neverAccepted() []gap {
	of := map[string][]string{}
	for i := range r.Unaccepted {
		u := &r.Unaccepted[i]
		reason := u.answers() + u.because()
		of[reason] = append(of[reason], u.Operation)
	}
	return sortedGaps(of)
}
