package plan

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/spec"
)

// noneKeeps is why nothing can be planned where the rules conflict.
const noneKeeps = "no request was found that keeps every rule of the operation"

// maxConflicting bounds the rules among which those are looked for that conflict,
// maxSettled how many requests are tried for that.
const (
	maxConflicting = 30
	maxSettled     = 5000
)

// Doubts tells for which rules of a contract no request was found that tries
// them, whatever the target: those that cannot be kept together, and those that no
// case keeps or breaks. Each is at the place of a rule. When ctx ends it says what
// it knows by then, which is of no use.
func Doubts(ctx context.Context, model *spec.Contract) []spec.Problem {
	var out []spec.Problem
	for _, op := range model.Operations {
		if len(op.Rules) > 0 && ctx.Err() == nil {
			o := sampleOptions(op)
			o.Context = ctx
			out = append(out, newPlanner(model, op, o.filled(), nil).doubts()...)
		}
	}
	slices.SortStableFunc(out, func(a, b spec.Problem) int { return cmp.Compare(a.At.Line, b.At.Line) })
	return out
}

// sampleOptions give samples in the place of what only a target knows.
func sampleOptions(op *spec.Operation) Options {
	return Options{Unsafe: true, Value: func(_, name string) (string, bool) {
		for _, s := range slots(op) {
			if s.FromTarget && s.path[len(s.path)-1] == name {
				return spec.Text(s.Schema.Sample()), true
			}
		}
		return "", false
	}}
}

func (p *planner) doubts() []spec.Problem {
	var ok bool
	if p.smallest, ok = p.complete(p.required()); !ok {
		return doubt(p.conflict(nil), "", noneKeeps)
	}
	p.fullest = p.full()
	var out []spec.Problem
	for _, s := range p.slots {
		if _, ok := p.alone(s); !ok && s.optional() && !s.FromTarget && p.readsSlot(s) {
			out = append(out, doubt(p.conflict(s), " with "+rule.Spell(s.path), "no request was found that has it and keeps every rule of the operation")...)
		}
	}
	p.ruleFaults()
	for _, r := range p.op.Rules {
		p.ruleBoundaries(r)
		tried := slices.ContainsFunc(p.cases, func(c Case) bool { return c.Clause == r.ID })
		if !tried && !p.keptWhole(r) && !p.readsTarget(r) {
			out = append(out, spec.Problem{At: r.At, Message: "rule " + r.Name + " is not tried: " +
				"no request was found that breaks it and nothing else, and none that keeps it with all that it reads"})
		}
	}
	return out
}

// doubt says that some rules cannot be kept together; nothing where none is known.
func doubt(rules []*spec.Rule, with, why string) []spec.Problem {
	if len(rules) == 0 {
		return nil
	}
	return []spec.Problem{{At: rules[0].At, Message: cannotBeKept(rules) + with + ": " + why}}
}

// cannotBeKept names rules that conflict.
func cannotBeKept(rules []*spec.Rule) string {
	names := make([]string, len(rules))
	for i, r := range rules {
		names[i] = r.Name
	}
	last := len(names) - 1
	switch last {
	case 0:
		return "the rule " + names[0] + " cannot be kept"
	case 1:
		return fmt.Sprintf("the rules %s and %s cannot both be kept", names[0], names[1])
	default:
		return fmt.Sprintf("the rules %s and %s cannot all be kept", strings.Join(names[:last], ", "), names[last])
	}
}

// noRequest says why no request was found, and which rules are to blame.
func (p *planner) noRequest() string {
	if rules := p.conflict(nil); len(rules) > 0 {
		return noneKeeps + ": " + cannotBeKept(rules)
	}
	return noneKeeps
}

// conflict gives a few rules that no request was found to keep together, none of
// which could be left out; with a slot, no request that has it. It gives none where
// it is not the rules that stand in the way, or where a target's value may.
func (p *planner) conflict(with *slot) []*spec.Rule {
	patience := maxSettled
	if len(p.op.Rules) > maxConflicting || !p.possible(nil, with, &patience) {
		return nil
	}
	left := p.op.Rules
	for _, r := range p.op.Rules {
		fewer := slices.DeleteFunc(slices.Clone(left), func(have *spec.Rule) bool { return have == r })
		if !p.possible(fewer, with, &patience) {
			left = fewer
		}
	}
	if patience < 0 || slices.ContainsFunc(left, p.readsTarget) {
		return nil
	}
	return left
}

// possible reports whether a request is found that keeps some rules, and has a
// slot if one is given.
func (p *planner) possible(rules []*spec.Rule, with *slot, patience *int) bool {
	op := *p.op
	op.Rules = rules
	q := newPlanner(p.model, &op, p.options, p.world)
	q.patience = patience
	var ok bool
	if q.smallest, ok = q.complete(q.required()); !ok || with == nil {
		return ok
	}
	_, ok = q.alone(q.at(with.path))
	return ok
}

func (p *planner) readsTarget(r *spec.Rule) bool {
	return slices.ContainsFunc(p.readBy(r), func(s *slot) bool { return s.FromTarget })
}

func (p *planner) readsSlot(s *slot) bool {
	return slices.ContainsFunc(p.op.Rules, func(r *spec.Rule) bool { return slices.Contains(p.readBy(r), s) })
}

// keptWhole reports whether a request was found that keeps a rule and has
// everything that it reads.
func (p *planner) keptWhole(r *spec.Rule) bool {
	d, ok := p.live(r)
	if !ok || p.stands(r, d) != kept {
		return false
	}
	return !slices.ContainsFunc(p.readBy(r), func(s *slot) bool { return !present(d, s) })
}

// givenUp counts down a planner's patience, and reports whether it is used up, or
// whether planning has been ended.
func (p *planner) givenUp() bool {
	if p.options.Context.Err() != nil {
		return true
	}
	if p.patience == nil {
		return false
	}
	*p.patience--
	return *p.patience < 0
}
