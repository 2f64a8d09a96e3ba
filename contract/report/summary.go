package report

import (
	"fmt"

	"github.com/apiclause/clause/contract/plan"
)

// notes gathers the notes of verdicts, each once for an operation, in the order in
// which they come first.
func notes(verdicts []Verdict) []Note {
	type key struct{ operation, message string }
	var out []Note
	places := map[key]int{}
	for i := range verdicts {
		for _, message := range verdicts[i].Notes {
			k := key{verdicts[i].Case.Operation, message}
			place, ok := places[k]
			if !ok {
				place = len(out)
				places[k] = place
				out = append(out, Note{Operation: k.operation, Message: message})
			}
			out[place].Cases++
		}
	}
	return out
}

// unaccepted lists the operations that accepted nothing of what they had to, in
// the order of the plan.
func unaccepted(verdicts []Verdict, notServed map[string]bool) []Unaccepted {
	var order []string
	found := map[string]*Unaccepted{}
	accepted := map[string]bool{}
	for i := range verdicts {
		v := &verdicts[i]
		if v.Case.Expect.Outcome != plan.Accepted || v.Outcome == Skip || v.Exchange == nil {
			continue
		}
		op := v.Case.Operation
		accepted[op] = accepted[op] || v.Accepted()
		u := found[op]
		if u == nil {
			u = &Unaccepted{Operation: op, Answers: map[string]int{}, NotServed: notServed[op]}
			found[op], order = u, append(order, op)
		}
		u.Cases++
		if v.Exchange.Status != 0 {
			u.Answers[fmt.Sprintf("%03d", v.Exchange.Status)]++
		}
		if u.Reason == "" && v.Outcome == Undecided {
			u.Reason = v.Reason
		}
	}
	var out []Unaccepted
	for _, op := range order {
		if !accepted[op] {
			out = append(out, *found[op])
		}
	}
	return out
}
