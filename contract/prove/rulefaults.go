package prove

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// rules drops, moves and skips every rule.
func (b *builder) rules() {
	env, err := b.op.RuleEnv()
	if err != nil {
		return // the contract would not have been loaded
	}
	for _, r := range b.op.Rules {
		t, err := parse(r.Holds.String())
		if err != nil {
			continue // as above
		}
		without := withRules(b.model, b.op, func(rules []*spec.Rule) []*spec.Rule {
			return slices.DeleteFunc(rules, func(have *spec.Rule) bool { return have.ID == r.ID })
		})
		b.add(Fault{
			Name: "dropped", Clause: r.ID, Class: Rule, Description: "the rule is not checked", design: design{model: without, touches: wider(r.ID)},
		})
		for _, m := range t.mutants(r.Unit) {
			b.rule(env, r, m, nil)
		}
		for _, m := range b.skipped(r) {
			b.rule(env, r, m, wider(r.ID))
		}
	}
}

// rule adds the fault that a changed rule makes, unless the change is none that
// CEL's types allow. touches is that of its design.
func (b *builder) rule(env *rule.Env, r *spec.Rule, m mutant, touches func(*plan.Case, int) bool) {
	x, problems := env.Compile(m.text)
	if len(problems) > 0 || strings.Join(strings.Fields(m.text), "") == strings.Join(strings.Fields(r.Holds.String()), "") {
		return
	}
	var also []string
	if b.oracle.refuses(x) {
		also = []string{b.successes[b.op.ID].response.ID}
	}
	level := clause.Level("")
	if r.Unit > 0 && m.size > 0 && m.size < r.Unit {
		level = clause.Should
	}
	b.add(Fault{
		Name: m.name, Clause: r.ID, Also: also, Class: Rule, Level: level, Description: m.what, Excluded: b.oracle.tells(r, x),
		design: design{touches: touches, model: withRules(b.model, b.op, func(rules []*spec.Rule) []*spec.Rule {
			for _, have := range rules {
				if have.ID == r.ID {
					have.Holds = x
				}
			}
			return rules
		})},
	})
}

// skipped has a rule not applied to some requests: those in which a value that
// it reads is zero or empty, those that have another parameter, and all but
// those with one listed value.
func (b *builder) skipped(r *spec.Rule) []mutant {
	var out []mutant
	for _, at := range b.places {
		if at.InList() || at.In() == "path" || len(at.Path) < 2 {
			continue
		}
		name, spelled := clause.ID(at.word()), rule.Spell(at.Path)
		reads := slices.ContainsFunc(r.Holds.Reads(), func(path []string) bool { return slices.Equal(path, at.Path) })
		if at.optional() && !reads {
			out = append(out, mutant{
				name: "skipped-with-" + name, what: "the rule is not checked when " + at.label() + " is present",
				text: fmt.Sprintf("%s || (%s)", has(at), r.Holds),
			})
		}
		if !reads {
			continue
		}
		if zero := map[string]string{"integer": "0", "number": "0.0", "boolean": "false"}[at.Schema.Type]; zero != "" && !at.Schema.Nullable {
			out = append(out, mutant{
				name: "skipped-when-zero-" + name, what: "the rule is not checked when " + at.label() + " is " + zero,
				text: fmt.Sprintf("(%s && %s == %s) || (%s)", has(at), spelled, zero, r.Holds),
			})
		}
		for _, v := range at.Schema.Enum {
			if text, ok := v.(string); ok && len(at.Schema.Enum) > 1 {
				out = append(out, mutant{
					name: "only-for-" + name + "-" + word(text), what: fmt.Sprintf("the rule is checked only when %s is %s", at.label(), text),
					text: fmt.Sprintf("!(%s && %s == %q) || (%s)", has(at), spelled, text, r.Holds),
				})
			}
		}
	}
	return out
}

// has writes the condition that a place is there, with everything it stands in.
func has(at *place) string {
	var parts []string
	for n := 2; n <= len(at.Path); n++ {
		parts = append(parts, "has("+rule.Spell(at.Path[:n])+")")
	}
	return strings.Join(parts, " && ")
}
