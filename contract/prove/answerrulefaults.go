package prove

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// maxAsked is for how many requests a fault looks for an answer that has it.
const maxAsked = 16

// breakage is a way to break an answer rule: it gives answers much like one that keeps it.
type breakage struct {
	name, what string
	change     func(s *spec.Schema, v any) []any
}

// ignored is the way in which nothing is changed for the rule.
const ignored = "ignored"

// breakages are those that faults are made of. The first has the answer as it is before
// any rule is looked at.
var breakages = []breakage{
	{ignored, "the rule is not looked at", func(*spec.Schema, any) []any { return nil }},
	{"longer", "a list has more items than it should have", eachList(func(list []any) []any { return slices.Concat(list, list) })},
	{"reversed", "a list is in the other order", eachList(func(list []any) []any {
		out := slices.Clone(list)
		slices.Reverse(out)
		return out
	})},
	{"shorter", "a list lacks items", eachList(func(list []any) []any { return list[:max(0, len(list)-1)] })},
	{"changed", "a value is another", changedOnce},
}

// eachList changes the lists of an answer, one in each.
func eachList(change func([]any) []any) func(*spec.Schema, any) []any {
	var visit func(s *spec.Schema, v any) []any
	visit = func(s *spec.Schema, v any) []any {
		switch v := v.(type) {
		case []any:
			return []any{change(v)}
		case map[string]any:
			return eachMember(v, func(_ string, inner any) []any { return visit(s, inner) })
		}
		return nil
	}
	return visit
}

// changedOnce gives answers in which one value is another valid one, in lists that of the
// last item.
func changedOnce(s *spec.Schema, v any) []any {
	if s == nil {
		return nil
	}
	switch v := v.(type) {
	case map[string]any:
		return eachMember(v, func(name string, inner any) []any {
			if m := s.Member(name); m != nil {
				return changedOnce(m.Schema, inner)
			}
			return nil
		})
	case []any:
		if len(v) == 0 {
			return nil
		}
		var out []any
		for _, one := range changedOnce(s.Items, v[len(v)-1]) {
			other := slices.Clone(v)
			other[len(v)-1] = one
			out = append(out, other)
		}
		return out
	}
	var out []any
	for _, other := range append([]any{another(s, v), vary(s, v, 1), vary(s, v, 5)}, scalars(s, []float64{0, 1, 10, 1000})...) {
		if spec.Text(other) != spec.Text(v) && len(s.Check(other)) == 0 {
			out = append(out, other)
		}
	}
	return out
}

// brokenBy gives an answer that breaks one rule in one way, and no other rule; false where
// none is found. One that is stated is broken whatever is inferred.
func (to *replying) brokenBy(way *breakage, raw *reply, r *spec.AnswerRule) (*reply, bool) {
	if r.Convention == nil {
		to.stated()
	}
	breaks := func(one *reply) bool { return to.breaks(one, r.ID) }
	if way.name == ignored {
		return to.search(raw, r.ID, breaks)
	}
	kept, ok := to.keeping(raw)
	if !ok {
		return nil, false
	}
	for _, value := range way.change(to.media.Schema, kept.value) {
		other := &reply{value, kept.header}
		if !to.valid(other) || !breaks(other) {
			continue
		}
		if out, ok := to.search(other, r.ID, breaks); ok {
			return out, true
		}
	}
	return nil, false
}

// answerRules makes faults of answers that break one answer rule.
func (b *builder) answerRules() {
	for _, r := range b.op.Answers {
		if r.Convention == nil {
			b.breaking(r)
		}
	}
}

// breaking makes faults of answers that are changed so that they break one rule.
func (b *builder) breaking(r *spec.AnswerRule) {
	some := false
	for i := range breakages {
		if b.shows(r, &breakages[i]) {
			some = true
			b.answerRule(r, &breakages[i])
		}
	}
	if !some {
		b.unbroken(r, "no answer was found that breaks it and nothing else")
	}
}

// unbroken notes why no fault breaks a rule.
func (b *builder) unbroken(r *spec.AnswerRule, why string) {
	b.add(Fault{Name: "broken", Clause: r.ID, Class: AnswerRule, Description: "the rule is not kept", Excluded: why})
}

func (b *builder) answerRule(r *spec.AnswerRule, way *breakage) {
	d := design{touches: func(c *plan.Case, _ int) bool { return c.Clause == r.ID }}
	d.instead = func(x *exchange, body []byte) bool {
		if x.op.ID != b.op.ID {
			return false
		}
		to, raw := b.replying(x, body)
		if to == nil {
			return false
		}
		out, ok := to.brokenBy(way, raw, r)
		if ok {
			out.write(x.answer)
		}
		return ok
	}
	if way.name == ignored {
		d.heeds = b.unread(r)
	}
	b.add(Fault{Name: way.name, Clause: r.ID, Class: AnswerRule, Description: way.what, design: d})
}

// unread has a list not look at what a rule reads of the query.
func (b *builder) unread(r *spec.AnswerRule) func(*listing) {
	return func(l *listing) {
		for _, c := range l.Controls {
			if l.Operation.ID == b.op.ID && r.ReadsAny("query", c.Parameter.Name) {
				l.drop(c)
			}
		}
	}
}

// shows reports whether an answer to some request breaks a rule in some way, and nothing
// else. The requests are the oracle's.
func (b *builder) shows(r *spec.AnswerRule, way *breakage) bool {
	for _, d := range b.plainest(r) {
		if to, raw := b.sampled(d.in); to != nil {
			if _, ok := to.brokenBy(way, raw, r); ok {
				return true
			}
		}
	}
	return false
}

// plainest gives requests that are allowed, those first that have least of what a rule
// does not read, and differ in what it does.
func (b *builder) plainest(r *spec.AnswerRule) []*drawn {
	type asked struct {
		*drawn

		beside int
	}
	var pool []asked
	for _, d := range b.oracle.pool {
		if d.broken != nil {
			continue
		}
		one := asked{drawn: d}
		for _, p := range b.op.Parameters {
			part, _ := d.in.Part(p.In)
			if group, _ := part.(map[string]any); group[p.Name] != nil && !r.ReadsAny(p.In, p.Name) {
				one.beside++
			}
		}
		pool = append(pool, one)
	}
	slices.SortStableFunc(pool, func(a, b asked) int { return cmp.Compare(a.beside, b.beside) })
	out := make([]*drawn, 0, maxAsked)
	seen := map[string]bool{}
	for _, one := range pool {
		key := read(r, one.in)
		if len(out) < maxAsked && !seen[key] {
			seen[key] = true
			out = append(out, one.drawn)
		}
	}
	return out
}

// read writes what a rule reads outside the body of a request.
func read(r *spec.AnswerRule, in *rule.Input) string {
	var out strings.Builder
	for _, group := range rule.Parameters() {
		part, _ := in.Part(group)
		members, _ := part.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(members)) {
			if r.ReadsAny(group, name) {
				out.WriteString(group + "." + name + "=" + spec.Text(members[name]) + "\n")
			}
		}
	}
	return out.String()
}

// sampled gives the sample of an answer to a request.
func (b *builder) sampled(in *rule.Input) (*replying, *reply) {
	var q ruling.Request
	q.Reset(b.made)
	q.Input = *in
	a := newAnswer()
	b.successes[b.op.ID].write(a, nil)
	return b.replyingTo(b.made, &q, a)
}
