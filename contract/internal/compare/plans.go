package compare

import (
	"context"
	"slices"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// plans are the cases of both contracts, by operation.
type plans struct {
	old, now map[string][]*plan.Case
	stated   map[*spec.Contract]map[string][]*clause.Clause
}

func newPlans(ctx context.Context, old, now *spec.Contract) *plans {
	return &plans{
		old: casesOf(ctx, old), now: casesOf(ctx, now),
		stated: map[*spec.Contract]map[string][]*clause.Clause{old: old.ClausesByOperation(), now: now.ClausesByOperation()},
	}
}

func (p *plans) clauses(c *spec.Contract, op *spec.Operation) []*clause.Clause {
	return p.stated[c][op.ID]
}

// casesOf plans a contract for a target of which everything is known: what it gives
// for the values that only it knows is made up.
func casesOf(ctx context.Context, c *spec.Contract) map[string][]*plan.Case {
	made := plan.Build(c, plan.Options{
		Unsafe: true, Context: ctx,
		Value: func(operation, name string) (string, bool) { return invented(c.Operation(operation), name) },
	})
	out := map[string][]*plan.Case{}
	for i := range made.Cases {
		one := &made.Cases[i]
		out[one.Operation] = append(out[one.Operation], one)
	}
	return out
}

// invented makes up a value that only a target knows.
func invented(op *spec.Operation, name string) (string, bool) {
	if op == nil {
		return "", false
	}
	for _, p := range op.Parameters {
		if p.Name == name && p.FromTarget {
			if v := p.Schema.Sample(); v != nil && spec.Text(v) != "" {
				return spec.Text(v), true
			}
			return "1", true
		}
	}
	return "", false
}

// compare lists the cases that only one of the plans has.
func (p *plans) compare(pairs []*pair) Cases {
	out := Cases{Come: []string{}, Go: []string{}}
	for _, one := range pairs {
		before, after := map[string]bool{}, map[string]bool{}
		if one.old != nil {
			for _, c := range p.old[one.old.ID] {
				before[one.named(c.ID)] = true
			}
		}
		if one.now != nil {
			for _, c := range p.now[one.now.ID] {
				after[c.ID] = true
			}
		}
		out.Come = append(out.Come, only(after, before)...)
		out.Go = append(out.Go, only(before, after)...)
	}
	return out
}

// only lists what the one has and the other has not, sorted.
func only(one, other map[string]bool) []string {
	var out []string
	for id := range one {
		if !other[id] {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}
