package prove

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/spec"
)

// The variants of this file do not keep to what the contract infers: other limits,
// other forms of ids, other clocks.

// otherLimits drops the limits that are inferred, and moves them inwards by one.
func (m *maker) otherLimits() []Variant {
	wide, narrow := m.model, m.model
	var may []string
	for _, op := range m.model.Operations {
		for _, at := range places(op) {
			for _, l := range limitsOf(at.Schema) {
				if !m.should(at.clause(l.keyword)) {
					continue
				}
				may = append(may, at.clause(l.keyword))
				inwards := 1.0
				if l.upper {
					inwards = -1
				}
				wide = withSchema(wide, at, l.drop)
				narrow = withSchema(narrow, at, func(s *spec.Schema) { l.move(s, inwards) })
			}
		}
	}
	if may == nil {
		return nil
	}
	return []Variant{
		{Name: "other-limits-wider", Description: "inferred limits are not checked", May: may, design: design{model: wide}},
		{
			Name: "other-limits-narrower", Description: "inferred limits are one narrower",
			May: append(slices.Clone(may), m.boundaries(may)...), design: design{model: narrow},
		},
	}
}

// otherIDs gives ids another form than the one that is inferred.
func (m *maker) otherIDs() []Variant {
	var may []string
	ids := map[string][]*place{}
	for _, op := range m.model.Operations {
		if m.successes[op.ID] == nil || m.successes[op.ID].schema == nil {
			continue
		}
		for _, at := range answerPlaces(op, m.successes[op.ID].schema) {
			if at.Schema.Pattern != nil && at.Schema.Type == "string" && m.should(at.clause("pattern")) {
				may = append(may, at.clause("pattern"))
				ids[op.ID] = append(ids[op.ID], at)
			}
		}
	}
	if may == nil {
		return nil
	}
	var n atomic.Int64
	return []Variant{{Name: "other-ids", Description: "ids have another form than inferred", May: may, design: design{after: func(x *exchange) {
		if x.answer.status != m.successes[x.op.ID].status {
			return
		}
		for _, at := range ids[x.op.ID] {
			x.answer.edit(func(v any) any {
				return mapped(v, at.Path[1:], func(any) any { return "task-" + itoa(int(n.Add(1))) + "/ä" })
			})
		}
	}}}}
}

// should tells that a clause is inferred.
func (m *maker) should(id string) bool {
	c := m.model.Clause(id)
	return c != nil && c.Level == clause.Should
}

// boundaries are the rules whose boundaries may lie at a limit: what is sent
// there hangs on the limit too, and is should for that.
func (m *maker) boundaries(limits []string) []string {
	var out []string
	for _, op := range m.model.Operations {
		for _, at := range places(op) {
			if !slices.ContainsFunc(limitsOf(at.Schema), func(l limit) bool { return slices.Contains(limits, at.clause(l.keyword)) }) {
				continue
			}
			for _, r := range op.Rules {
				if slices.ContainsFunc(r.Holds.Reads(), func(path []string) bool { return slices.Equal(path, at.Path) }) {
					out = append(out, r.ID)
				}
			}
		}
	}
	return out
}

// clocks are those that a rule may be evaluated by: nobody's is quite right.
var clocks = []struct {
	name, what string
	by         time.Duration
}{
	{"", "", 0},
	{"-early", ", with a clock half an hour slow", -30 * time.Minute},
	{"-late", ", with a clock half an hour fast", 30 * time.Minute},
}

// readings enforce another reading of each rule that has one, with a clock that
// is right and with clocks that are not.
func (m *maker) readings() []Variant {
	var out []Variant
	for _, op := range m.model.Operations {
		for _, r := range op.Rules {
			for i, reading := range r.Readings {
				for _, c := range clocks {
					made, ok := m.reading(op, r, reading, c.by)
					if !ok {
						continue
					}
					out = append(out, Variant{
						Name: "reading-" + itoa(i+2) + "-of-" + r.Name + c.name, May: []string{r.ID},
						Description: "the rule is read as " + reading.String() + c.what, design: made,
					})
				}
			}
		}
	}
	return out
}

// reading enforces a rule's reading by a clock that is so much fast. Where
// another rule of the contract compares with now and can be read in one way only,
// it is held to the right time: such a rule may want something within minutes.
func (m *maker) reading(op *spec.Operation, r *spec.Rule, reading *rule.Expression, by time.Duration) (design, bool) {
	clock := func() time.Time { return time.Now().Add(by) }
	if by != 0 && slices.ContainsFunc(m.model.Operations, func(op *spec.Operation) bool { return slices.ContainsFunc(op.Rules, exact) }) {
		later, ok := delayed(op, reading, by)
		if !ok {
			return design{}, false
		}
		reading, clock = later, nil
	}
	model := withRules(m.model, op, func(rules []*spec.Rule) []*spec.Rule {
		for _, have := range rules {
			if have.ID == r.ID {
				have.Holds = reading
			}
		}
		return rules
	})
	return design{model: model, clock: clock}, true
}

// exact tells that a rule compares with now and can be read in one way only.
func exact(r *spec.Rule) bool { return len(r.Readings) == 0 && r.Holds.UsesNow() }

// delayed gives an expression in which now is so much later.
func delayed(op *spec.Operation, x *rule.Expression, by time.Duration) (*rule.Expression, bool) {
	env, err := op.RuleEnv()
	if err != nil {
		return nil, false // the contract would not have been loaded
	}
	t, err := parse(x.String())
	if err != nil {
		return nil, false // as above
	}
	later, problems := env.Compile(t.later(by))
	return later, len(problems) == 0
}
