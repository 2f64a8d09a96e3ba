package prove

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
	"github.com/apiclause/clause/contract/plan"
)

// changed gives what an operation changes: the thing, or a copy that is thrown away.
func (m *memory) changed(operation string, thing *remembered) *remembered {
	if m.design.ignores != operation {
		return thing
	}
	other := *thing
	other.sent = maps.Clone(thing.sent)
	return &other
}

// partly does with a thing what a PATCH has done with what it does not name.
func (m *memory) partly(op *spec.Operation, thing *remembered, named map[string]any) {
	if m.design.rest == nil || op.Method != http.MethodPatch || thing.resource.Maker == nil {
		return
	}
	made := thing.resource.Maker.Operation.Body.JSON()
	if made == nil || len(made.Members) == 0 {
		return
	}
	was := maps.Clone(thing.sent)
	m.design.rest(made, thing.sent, named)
	for name := range was {
		if _, stays := thing.sent[name]; !stays {
			thing.lost = append(thing.lost, name)
		}
	}
}

// wiped takes away all that a change does not name.
func wiped(made *spec.Schema, was, named map[string]any) {
	maps.DeleteFunc(was, func(name string, _ any) bool {
		m := made.Member(name)
		_, stays := named[name]
		return !stays && m != nil && !m.Required
	})
}

// behind reports whether a request names what was ended, or what was below that.
func (m *memory) behind(v *view) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	path := v.request.URL.EscapedPath()
	for at, thing := range m.things {
		if thing.ended && strings.HasPrefix(path+"/", at+"/") {
			return true
		}
	}
	for _, need := range m.world.Needs(v.op.ID) {
		if need.Path[0] == "path" {
			continue
		}
		for _, at := range places(v.op.Operation) {
			if slices.EqualFunc(at.Path, need.Path, func(a, b string) bool { return a == b || a == element && b == "0" }) && m.endedAny(v.values(at)) {
				return true
			}
		}
	}
	return false
}

// again gives a request whose body is there to be read once more.
func again(r *http.Request, body []byte) *http.Request {
	out := *r
	setBody(&out, body)
	return &out
}

// endedAny reports whether one of some values names a thing that was ended.
func (m *memory) endedAny(names []any) bool {
	for at, thing := range m.things {
		last := at[strings.LastIndexByte(at, '/')+1:]
		if thing.ended && slices.ContainsFunc(names, func(name any) bool { return spec.Text(name) == last }) {
			return true
		}
	}
	return false
}

// unmemorable says why it does not show what operations remember, or gives "".
func (b *builder) unmemorable(operations ...*spec.Operation) string {
	for _, op := range operations {
		if _, remembers := b.acts[op.ID]; !remembers {
			return "no names that differ can be made up"
		}
	}
	return ""
}

// states makes faults of servers that do not remember.
func (b *builder) states() {
	for _, r := range b.world.Resources {
		if r.Reads != b.op {
			continue
		}
		holds := world.ClauseID(b.op.ID, world.Holds)
		b.kept(r, holds, "forgets", "what was made is read with other values", another)
		b.kept(r, holds, "cuts", "texts lose their ends when they are kept", shortened)
		for _, change := range r.Visible() {
			b.add(Fault{
				Name: "ignores-" + word(change.ID), Clause: world.ClauseID(b.op.ID, world.Visible), Class: State,
				Description: "a change by " + change.ID + " is answered, and not kept", Excluded: b.unmemorable(b.op, change),
				design: design{ignores: change.ID, touches: ofState},
			})
		}
		for _, change := range r.Partial() {
			b.add(Fault{
				Name: "wipes-" + word(change.ID), Clause: world.ClauseID(b.op.ID, world.Untouched), Class: State,
				Description: "a change by " + change.ID + " takes away what it does not name", Excluded: b.unmemorable(b.op, change),
				design: design{rest: wiped, touches: ofState},
			})
		}
		excluded := b.unmemorable(b.op)
		if excluded != "" || b.missing[b.op.ID] == nil {
			excluded = "no names that differ, or no answer for what is not there, can be made up"
		}
		b.add(Fault{
			Name: "still-there", Clause: world.ClauseID(b.op.ID, world.Gone), Class: State, Excluded: excluded,
			Description: "what was ended can still be read", design: design{keepsEnded: true, touches: ofState},
		})
	}
	for _, r := range b.world.Resources {
		if r.Ends == b.op && len(b.world.Below(r)) > 0 {
			b.add(Fault{
				Name: "fails-occupied", Clause: b.op.ID + ".answer.unprovoked-5xx", Class: State,
				Description: "what something stands below cannot be ended: the request fails", Excluded: b.unmemorable(b.op, b.world.Below(r)[0].Maker.Operation),
				design: design{failsOccupied: true, touches: ofState},
			})
		}
	}
	b.unlisted()
	for _, behind := range b.world.Behind(b.op) {
		b.add(Fault{
			Name: "fails-behind", Clause: world.ClauseID(b.op.ID, world.Afterwards), Class: State, Excluded: b.unmemorable(behind.Ended.Ends),
			Description: "requests fail that name what was ended, or what was below that",
			design:      design{failsBehind: true, touches: ofState},
		})
	}
}

// occupied reports whether something stands below a thing.
func (m *memory) occupied(thing *remembered) bool {
	for at, other := range m.things {
		if !other.ended && strings.HasPrefix(at, placed(thing.at)+"/") {
			return true
		}
	}
	return false
}

// unlisted makes faults of lists that lose what was made.
func (b *builder) unlisted() {
	r := b.world.Listed(b.op)
	if r == nil {
		return
	}
	excluded := b.unmemorable(r.Maker.Operation, b.op)
	if b.samples[b.op.ID] == nil {
		excluded = "no thing of the list can be made up"
	}
	list := func(name, description string, change func(*listing)) {
		b.add(Fault{
			Name: name, Clause: world.ClauseID(b.op.ID, world.Listed), Class: State, Description: description, Excluded: excluded,
			design: design{touches: ofState, listed: func(l *listing) {
				if l.Operation.ID == b.op.ID {
					change(l)
				}
			}},
		})
	}
	list("leaves-one-out", "the last thing but one is not in the list", func(l *listing) {
		if n := len(l.things); n > 2 {
			l.things = slices.Delete(l.things, n-2, n-1)
		}
	})
	list("leaves-last-out", "what was made last is not in the list", func(l *listing) {
		l.things = slices.DeleteFunc(l.things, func(one listedThing) bool {
			return !slices.ContainsFunc(l.things, func(other listedThing) bool { return other.serial > one.serial })
		})
		l.total = len(l.things)
	})
	paged := r.List().Control(world.Offset) != nil || r.List().Control(world.Page) != nil
	if r.List().Control(world.Limit) != nil && paged {
		list("first-page-again", "every page is the first", func(l *listing) { l.first = 0 })
		list("loses-between-pages", "each page begins one too late", func(l *listing) {
			if l.first > 0 {
				l.first++
			}
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
	b.add(Fault{
		Name: name, Clause: id, Class: State, Description: description, Excluded: b.unmemorable(b.op),
		design: design{touches: ofState, after: func(x *exchange) {
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

// ofState takes the cases about what a server remembers.
func ofState(c *plan.Case, _ int) bool { return c.Technique == plan.State }

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
