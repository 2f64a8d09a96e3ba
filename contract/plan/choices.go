package plan

import (
	"github.com/apiclause/clause/contract/internal/spec"
)

// eachChoice has every optional slot alone, with what the rules demand beside
// it, and every listed value once.
func (p *planner) eachChoice() {
	for _, s := range p.slots {
		if s.optional() {
			p.choice(s)
		}
		p.listedValues(s)
		p.texts(s)
		p.branches(s)
		p.heirs(s)
		p.null(s)
		p.negative(s)
	}
}

// null sends null where the contract says that it is valid.
func (p *planner) null(s *slot) {
	if !s.Wire() && s.Schema.TakesNull() {
		p.unusual(s, "null", nil, s.name()+" may be null", false)
	}
}

// negative sends a negative number where nothing forbids it. Many services count with
// what is not negative, and say so nowhere: that they take it is a should.
func (p *planner) negative(s *slot) {
	kind := s.Schema.Type
	if kind != "integer" && kind != "number" || s.Schema.Minimum != nil || s.Schema.Composed != nil || len(s.Schema.Enum) > 0 || s.In() == "path" {
		return
	}
	n := -10.0
	if m := s.Schema.MultipleOf; m != nil {
		n = -*m
	}
	p.unusual(s, "negative", s.Schema.Numeric(n), s.name()+" is negative, which nothing forbids", true)
}

// unusual sends a valid value that is none of the ordinary ones.
func (p *planner) unusual(s *slot, name string, v any, why string, inferred bool) {
	if s.FromTarget || len(s.Schema.Check(v)) > 0 {
		return
	}
	d, ok := p.alone(s)
	if !ok {
		return
	}
	if d, ok = p.complete(d.set(s.path, v), s); !ok {
		return
	}
	id, detail := p.typeClause(s), name
	if id == p.success() {
		detail = word(s.name(), name)
	}
	p.propose(proposal{clause: id, detail: detail, draft: d, outcome: Accepted, why: why, inferred: inferred})
}

func (p *planner) choice(s *slot) {
	d, ok := p.alone(s)
	if !ok {
		if s.FromTarget {
			p.reasons[s.Schema.ID+".type"] = "the target gives no value for " + s.name() + ": add it to values"
		}
		return
	}
	id, detail := p.typeClause(s), "alone"
	if id == p.success() {
		detail = word(s.name(), "alone")
	}
	p.propose(proposal{
		clause: id, detail: detail, draft: d, outcome: Accepted,
		why: s.name() + " is sent with an ordinary value, and only what the rules demand beside it",
	})
}

// typeClause is the clause that a slot's valid values are taken by.
func (p *planner) typeClause(s *slot) string {
	for _, keyword := range []string{"type", "enum", "schema"} {
		if p.model.Clause(s.Schema.ID+"."+keyword) != nil {
			return s.Schema.ID + "." + keyword
		}
	}
	return p.success()
}

func (p *planner) listedValues(s *slot) {
	if s.FromTarget {
		return
	}
	for _, v := range normalized(s.Schema) {
		if s.Schema.Chosen != "" && v != any(s.Schema.Chosen) {
			continue // it means another schema
		}
		d, ok := p.alone(s)
		if !ok {
			continue
		}
		if d, ok = p.complete(d.set(s.path, v), s); !ok {
			continue
		}
		p.propose(proposal{
			clause: s.Schema.ID + ".enum", detail: word("value", spec.Text(v)), draft: d, outcome: Accepted,
			why: s.name() + " may be " + spec.Text(v),
		})
	}
}

// branches sends a value for each alternative of a composed schema.
func (p *planner) branches(s *slot) {
	if s.FromTarget || s.Schema.Composed == nil {
		return
	}
	d, ok := p.alone(s)
	if !ok {
		return
	}
	for _, t := range told(s, site(s).Alternatives()) {
		if with, ok := p.complete(d.set(s.path, t.Value), s); ok {
			p.propose(proposal{clause: s.Schema.ID + ".schema", detail: word(t.Name), draft: with, outcome: Accepted, why: t.Why})
		}
	}
}

// heirs sends a value of each schema that inherits from the slot's, whose discriminator
// names it.
func (p *planner) heirs(s *slot) {
	if s.FromTarget {
		return
	}
	for _, h := range s.Schema.HeirSamples() {
		p.unusual(s, "of-"+word(h.Name), leaves(s.Schema, h.Value), s.name()+" is of the kind "+h.Name, false)
	}
}

// freeTexts are sent in free-text query values, where every server can take them.
var freeTexts = []struct{ name, text, what string }{
	{"non-ascii", "Zoë 名前", "letters beyond ASCII"}, //nolint:gosmopolitan // that is the point
	{"reserved", "a&b=c+d/e?f#g", "characters that have a meaning in a URL"},
	{"digits", "12345", "digits alone"},
}

// texts proposes the texts that are valid in a slot. Texts at a body's strings
// are tried too: JSON takes every character.
func (p *planner) texts(s *slot) {
	if !freeText(s.Schema) || s.FromTarget || !s.query() && s.Wire() {
		return
	}
	d, ok := p.alone(s)
	if !ok {
		return
	}
	for _, t := range freeTexts {
		if len(s.Schema.Check(t.text)) > 0 {
			continue
		}
		if with := d.set(s.path, t.text); p.allowed(with) {
			p.propose(proposal{
				clause: p.typeClause(s), detail: t.name, draft: with, outcome: Accepted,
				why: s.name() + " may hold " + t.what,
			})
		}
	}
}
