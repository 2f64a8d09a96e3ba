package compare

import (
	"context"
	"slices"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// plans are the cases of both contracts. They are made for one operation at a time:
// those of all would take most of the memory.
type plans struct {
	old, now *plan.Operations
	stated   map[*spec.Contract]map[string][]*clause.Clause
}

func newPlans(ctx context.Context, old, now *spec.Contract) *plans {
	return &plans{
		old: planOf(ctx, old), now: planOf(ctx, now),
		stated: map[*spec.Contract]map[string][]*clause.Clause{old: old.ClausesByOperation(), now: now.ClausesByOperation()},
	}
}

func (p *plans) clauses(c *spec.Contract, op *spec.Operation) []*clause.Clause {
	return p.stated[c][op.ID]
}

// planOf plans a contract for a target of which everything is known: what it gives for
// the values that only it knows is made up.
func planOf(ctx context.Context, c *spec.Contract) *plan.Operations {
	byID := make(map[string]*spec.Operation, len(c.Operations))
	for _, op := range c.Operations {
		byID[op.ID] = op
	}
	return plan.ByOperation(c, plan.Options{
		Unsafe: true, Context: ctx,
		Value: func(operation, name string) (string, bool) { return invented(byID[operation], name) },
	})
}

// casesOf plans an operation; nil has no cases.
func casesOf(all *plan.Operations, op *spec.Operation) []plan.Case {
	if op == nil {
		return nil
	}
	return all.Cases(op)
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

// add lists the cases of an operation that only one of the plans has.
func (c *Cases) add(p *pair, old, now []plan.Case) {
	before, after := map[string]bool{}, map[string]bool{}
	for i := range old {
		before[p.named(old[i].ID)] = true
	}
	for i := range now {
		after[now[i].ID] = true
	}
	c.Come = append(c.Come, only(after, before)...)
	c.Go = append(c.Go, only(before, after)...)
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
