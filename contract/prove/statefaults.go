package prove

import (
	"strings"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
	"github.com/apiclause/clause/contract/plan"
)

// states makes faults of servers that do not remember.
func (b *builder) states() {
	for _, r := range b.world.Resources {
		if r.Reads != b.op {
			continue
		}
		holds := world.ClauseID(b.op.ID, world.Holds)
		b.kept(r, holds, "forgets", "what was made is read with other values", another)
		b.kept(r, holds, "cuts", "texts lose their ends when they are kept", shortened)
		excluded := ""
		if _, remembers := b.acts[b.op.ID]; !remembers || b.missing[b.op.ID] == nil {
			excluded = "no names that differ, or no answer for what is not there, can be made up"
		}
		b.add(Fault{
			Name: "still-there", Clause: world.ClauseID(b.op.ID, world.Gone), Class: State, Excluded: excluded,
			Description: "what was ended can still be read", design: design{keepsEnded: true, touches: ofTechnique(plan.State)},
		})
	}
}

// kept makes the fault that all that is kept of a thing is read otherwise.
func (b *builder) kept(r *world.Resource, id, name, description string, change func(*spec.Schema, any) any) {
	res := ruling.Success(b.op)
	if res == nil || len(r.Kept()) == 0 {
		return
	}
	media := spec.JSON(res.Content)
	if media == nil || media.Schema == nil {
		return
	}
	// What is sent is like the sample: where that cannot be changed, nothing shows it.
	some := false
	sent := r.Maker.Operation.Body.JSON()
	for _, member := range r.Kept() {
		schema := media.Schema.Member(member).Schema
		sample := sent.Member(member).Schema.Sample()
		if changed := change(schema, sample); spec.Text(changed) != spec.Text(sample) && len(schema.Check(changed)) == 0 {
			some = true
		}
	}
	if !some {
		return
	}
	excluded := ""
	if _, remembers := b.acts[b.op.ID]; !remembers {
		excluded = "no names that differ can be made up"
	}
	b.add(Fault{
		Name: name, Clause: id, Class: State, Description: description, Excluded: excluded,
		design: design{touches: ofTechnique(plan.State), after: func(x *exchange) {
			if x.op.ID != b.op.ID || x.answer.status/100 != 2 {
				return
			}
			x.answer.edit(func(v any) any {
				if object, ok := v.(map[string]any); ok {
					changeMembers(media.Schema, object, r.Kept(), change)
				}
				return v
			})
		}},
	})
}

// another gives another value than the one that was sent, of a scalar.
func another(s *spec.Schema, v any) any {
	for _, other := range s.Enum {
		if spec.Text(other) != spec.Text(v) {
			return other
		}
	}
	if was, ok := v.(bool); ok {
		return !was
	}
	if f, ok := spec.Float(v); ok {
		return s.Numeric(f + 1)
	}
	if text, ok := v.(string); ok && s.Format == "" {
		return strings.Map(func(r rune) rune {
			if r >= 'a' && r < 'z' {
				return r + 1
			}
			return r
		}, text)
	}
	return v
}

// shortened gives a text without its last letter.
func shortened(s *spec.Schema, v any) any {
	text, ok := v.(string)
	if !ok || s.Format != "" || len(s.Enum) > 0 || len(text) < 2 {
		return v
	}
	return text[:len(text)-1]
}

// ofTechnique takes the cases of a technique.
func ofTechnique(t plan.Technique) func(*plan.Case, int) bool {
	return func(c *plan.Case, _ int) bool { return c.Technique == t }
}

// changeMembers changes members of an answer that keeps to a schema, as far as it
// still does.
func changeMembers(s *spec.Schema, object map[string]any, names []string, change func(*spec.Schema, any) any) {
	for _, name := range names {
		was, there := object[name]
		if !there {
			continue
		}
		if object[name] = change(s.Member(name).Schema, was); len(s.Check(object)) > 0 {
			object[name] = was
		}
	}
}
