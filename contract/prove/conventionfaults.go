package prove

import (
	"net/http"
	"slices"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
	"github.com/apiclause/clause/contract/plan"
)

// conventions makes faults of lists that do not heed their query as its names suggest.
func (b *builder) conventions() {
	b.deaf()
	for _, r := range b.op.Answers {
		switch {
		case r.Convention == nil:
		case b.listsMade():
			b.unheeded(r)
		case r.Convention.Among != nil:
			b.unbroken(r, "nothing that a run makes is in the list, and what else is there may be so for other reasons")
		default:
			b.breaking(r)
		}
	}
}

// deaf makes faults of lists that do not heed a parameter of which nothing more is known
// than that it changes them.
func (b *builder) deaf() {
	if !b.listsMade() {
		return
	}
	for _, c := range b.acts[b.op.ID].list.Heeded() {
		id := world.ConventionID(b.op.ID, c.Parameter.Name)
		b.add(Fault{
			Name: ignored, Clause: id, Class: AnswerRule, Description: c.Parameter.Name + " is not looked at",
			design: design{
				heeds: func(l *listing) {
					if l.Operation.ID == b.op.ID {
						l.drop(c)
					}
				},
				touches: func(c *plan.Case, _ int) bool { return c.Clause == id },
			},
		})
	}
}

// listsMade reports whether the operation lists what the derived implementation
// remembers.
func (b *builder) listsMade() bool {
	d, ok := b.acts[b.op.ID]
	return ok && d.list != nil && d.resource.Maker != nil && b.samples[b.op.ID] != nil
}

// unheeded makes faults of a list of what was made, each in the requests that one rule is
// about.
func (b *builder) unheeded(r *spec.AnswerRule) {
	l := b.acts[b.op.ID].list
	if r.Convention.Parameter == "" {
		b.counting(r, l)
		return
	}
	c := l.ControlOf(r.Convention.Parameter)
	if c == nil {
		return // rules are made of no other
	}
	switch c.Role {
	case world.Limit:
		b.limiting(r, c)
	case world.Sort:
		b.unordered(r, c)
	default:
		b.misread(r, ignored, c.Parameter.Name+" is not looked at", func(l *listing) { l.drop(c) })
	}
}

// limiting makes faults of lists that have too much.
func (b *builder) limiting(r *spec.AnswerRule, c *world.Control) {
	if b.neverFull(r, c) {
		b.unbroken(r, "no list that is made for it has as many things as it allows")
		return
	}
	b.mislisted(r, ignored, "a list has everything", func(l *listing) { l.size = unlimited })
	b.mislisted(r, "one-more", "a list has one thing more", func(l *listing) { l.size++ })
}

// neverFull reports whether what is made for a rule about a limit is no more than it
// allows.
func (b *builder) neverFull(r *spec.AnswerRule, c *world.Control) bool {
	if n, ok := spec.Float(c.Parameter.Schema.Default); ok && r.When != nil {
		return n >= plan.MaxAlike
	}
	for n := 1.0; n < plan.Several; n++ {
		if len(c.Parameter.Schema.Check(c.Parameter.Schema.Numeric(n))) == 0 {
			return false
		}
	}
	return true
}

// unordered makes faults of lists in another order.
func (b *builder) unordered(r *spec.AnswerRule, c *world.Control) {
	b.misread(r, ignored, "a list is in the order in which its things were made", func(l *listing) { l.drop(c) })
	if !r.Convention.Among.Either {
		b.mislisted(r, "reversed", "a list is in the other order", func(l *listing) { slices.Reverse(l.things) })
	}
}

// counting makes faults of what counts all pages.
func (b *builder) counting(r *spec.AnswerRule, l *world.List) {
	onPage := func(l *listing) int { return len(l.shown()) }
	b.mislisted(r, "one-less", "one thing of those until the end of the page is not counted", func(l *listing) {
		l.total = max(0, l.first+onPage(l)-1)
	})
	if l.Control(world.Offset) != nil {
		b.mislisted(r, "page-only", "only the things of the page are counted", func(l *listing) { l.total = onPage(l) })
	}
}

// drop has the query not have a parameter.
func (l *listing) drop(c *world.Control) {
	less := *l.List
	less.Controls = slices.DeleteFunc(slices.Clone(l.Controls), func(one *world.Control) bool { return one.Parameter == c.Parameter })
	l.List = &less
}

// misread makes a fault of a query that is read otherwise.
func (b *builder) misread(r *spec.AnswerRule, name, what string, change func(*listing)) {
	b.convention(r, name, what, design{heeds: b.where(r, change)})
}

// mislisted makes a fault of a list that is answered otherwise.
func (b *builder) mislisted(r *spec.AnswerRule, name, what string, change func(*listing)) {
	b.convention(r, name, what, design{listed: b.where(r, change)})
}

func (b *builder) convention(r *spec.AnswerRule, name, what string, d design) {
	d.asListed = true
	d.touches = func(c *plan.Case, _ int) bool { // a total is compared while a list is read
		return c.Clause == r.ID || c.Operation == b.op.ID && c.Walk != nil
	}
	b.add(Fault{Name: name, Clause: r.ID, Class: AnswerRule, Description: what, design: d})
}

// where limits a change to the requests that a rule is about.
func (b *builder) where(r *spec.AnswerRule, change func(*listing)) func(*listing) {
	return func(l *listing) {
		if l.Operation.ID == b.op.ID && b.concerns(r, l.view.request) {
			change(l)
		}
	}
}

// concerns reports whether a rule is about a request: what it asks for is, or else the
// parameter is there.
func (b *builder) concerns(r *spec.AnswerRule, request *http.Request) bool {
	in := ruling.Read(b.model, b.made, ruling.Live(request)).Input
	if r.When != nil {
		about, err := r.When.Holds(&in)
		return about && err == nil
	}
	return r.Convention.Parameter == "" || in.Query[r.Convention.Parameter] != nil
}
