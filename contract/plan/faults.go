package plan

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/apiclause/clause/contract/internal/spec"
)

// fault is a value that breaks one keyword of a slot's schema.
type fault struct {
	keyword string
	name    string
	value   any
	why     string
	// within names a member of the slot that gets the value instead of it.
	within string
	// from makes the value of a valid one, so that a reader who takes it for
	// that one takes the request for valid; nil leaves value as it is.
	from func(valid any) any
	// twice has the parameter sent twice.
	twice bool
	// inferred tells that the fault is a should, unless the contract gives a source
	// for the clause.
	inferred bool
}

// in gives the value that is put into a draft.
func (f fault) in(d draft, s *slot) any {
	v := f.one(d, s)
	if f.twice {
		return []any{v, v}
	}
	return v
}

func (f fault) one(d draft, s *slot) any {
	if valid, present := d.get(s.path); present && f.from != nil {
		if v := f.from(valid); v != nil {
			return v
		}
	}
	return f.value
}

func (f fault) put(d draft, s *slot) draft {
	if f.within == "" {
		return d.set(s.path, f.in(d, s))
	}
	return d.set(append(slices.Clone(s.path), f.within), f.value)
}

// singleFaults breaks every clause of every slot alone.
func (p *planner) singleFaults() {
	for _, s := range p.slots {
		p.missing(s)
		for _, f := range p.faultsOf(s) {
			p.putFault(s, f)
		}
		p.lenient(s)
	}
	p.bodyFaults()
}

// missing leaves a required slot out.
func (p *planner) missing(s *slot) {
	if !s.Required || s.path[0] == "path" {
		return
	}
	id := s.Schema.ID + ".required"
	for _, b := range p.basesWith(s) {
		if d, ok := p.only(b.draft.without(s.path), id, s); ok {
			p.propose(proposal{
				clause: id, detail: word("missing", "in", b.name), draft: d, outcome: Refused,
				why: s.name() + " is mandatory and is left out",
			})
		}
	}
	if s.query() && s.parent == nil && !listsEmpty(s.Schema) {
		p.propose(proposal{
			clause: id, detail: "empty-in-smallest", draft: p.smallest.set(s.path, ""), outcome: Refused,
			// Where any text is valid, the empty one may be taken for one.
			inferred: p.op.Parameter("query", s.path[1]).TakesEmpty(),
			why:      s.name() + " is mandatory and is sent without a value",
		})
	}
}

// listsEmpty tells that the empty text is one of the listed values.
func listsEmpty(s *spec.Schema) bool { return slices.Contains(s.Enum, any("")) }

// putFault proposes a fault in the smallest and in the fullest request that has
// it alone.
func (p *planner) putFault(s *slot, f fault) {
	id := s.Schema.ID + "." + f.keyword
	for _, b := range p.basesWith(s) {
		d := f.put(b.draft, s)
		broken, ok := p.only(d, id, s)
		if !ok {
			broken, ok = p.refit(d, id)
		}
		if !ok {
			continue
		}
		p.propose(proposal{
			clause: id, detail: word(f.name, "in", b.name), draft: broken, outcome: Refused, why: f.why,
			inferred: f.inferred,
		})
	}
}

// basesWith gives the smallest and the fullest request that have a slot.
func (p *planner) basesWith(s *slot) []base {
	smallest, ok := p.alone(s)
	if !ok {
		smallest = p.smallest
	}
	var out []base
	for _, b := range []base{{"smallest", smallest}, {"fullest", p.fullest}} {
		with, ok := p.include(b.draft, s)
		if ok || s.FromTarget {
			out = append(out, base{b.name, with})
		}
	}
	return out
}

// only drops optional slots until a draft breaks one clause and no other; where
// that does not help, it chooses other values for what the broken rules read. The
// slot at fault stays.
func (p *planner) only(d draft, id string, at *slot) (draft, bool) {
	for range len(p.slots) + 1 {
		ids, agreed := p.breaks(d)
		if !ids[id] {
			return nil, false
		}
		if agreed && len(ids) == 1 {
			return d, true
		}
		next := p.relieve(d, ids, id, at)
		if next == nil {
			return p.reassigned(d, id, at)
		}
		d = next
	}
	return nil, false
}

// reassigned looks for other values of what the broken rules read beside the slot
// at fault, so that nothing but its clause is broken.
func (p *planner) reassigned(d draft, id string, at *slot) (draft, bool) {
	var free []*slot
	for _, r := range p.op.Rules {
		if r.ID == id || p.stands(r, d) != broken && p.stands(r, d) != unclear {
			continue
		}
		for _, s := range p.freeSlots(r, d) {
			if !slices.Contains(free, s) && !startsWith(s.path, at.path) && !startsWith(at.path, s.path) {
				free = append(free, s)
			}
		}
	}
	if len(free) == 0 {
		return nil, false
	}
	return p.assignOnly(d, free, id)
}

// relieve drops the optional slot whose absence leaves the fewest other clauses
// broken; nil when none helps.
func (p *planner) relieve(d draft, ids map[string]bool, id string, at *slot) draft {
	var best draft
	fewest := len(ids)
	for _, s := range p.slots {
		if !s.optional() || startsWith(at.path, s.path) {
			continue
		}
		if _, present := d.get(s.path); !present {
			continue
		}
		without := d.without(s.path)
		left, agreed := p.breaks(without)
		if left[id] && (len(left) < fewest || agreed && best == nil && len(left) <= fewest) {
			best, fewest = without, len(left)
		}
	}
	return best
}

// faultsOf lists the values that break a slot's keywords, but for limits, which
// are boundaries.
func (p *planner) faultsOf(s *slot) []fault {
	faults := typeFaults(s)
	if len(s.Schema.Enum) > 0 {
		faults = append(faults, enumFaults(s)...)
	}
	if s.Schema.Format != "" {
		faults = append(faults, formatFaults(s)...)
	}
	if s.Schema.Pattern != nil {
		faults = append(faults, patternFaults(s)...)
	}
	if s.Schema.UniqueItems {
		faults = append(faults, p.duplicateFault(s)...)
	}
	if s.Schema.Closed {
		faults = append(faults, additionalFault(s))
	}
	if s.Schema.Additional != nil && !s.Wire() {
		faults = append(faults, p.otherMemberFaults(s)...)
	}
	return append(faults, twice(s, faults)...)
}

// twice sends a scalar of the query two times with a value that breaks a
// keyword, for each of its keywords.
func twice(s *slot, faults []fault) []fault {
	if !s.query() || s.IsElement() || s.Schema.Type == "array" {
		return nil
	}
	var out []fault
	for _, f := range faults {
		if !slices.ContainsFunc(out, func(have fault) bool { return have.keyword == f.keyword }) {
			f.name, f.twice, f.why = "repeated", true, s.name()+" is sent twice, and neither value is valid"
			out = append(out, f)
		}
	}
	return out
}

func typeFaults(s *slot) []fault {
	keyword, values := "type", wireTypeFaults[s.Schema.Type]
	if !s.Wire() {
		values = bodyTypeFaults(s)
	}
	if s.Schema.Composed != nil {
		keyword = "schema"
		if !s.Wire() {
			values = append(values, form{name: "empty-object", value: map[string]any{}})
		} else if v, ok := s.Schema.FromText("abc"); s.Schema.Type == "" && (!ok || len(s.Schema.Check(v)) > 0) {
			values = append(values, form{name: "text", value: "abc"}) // no alternative takes it
		}
	}
	demand := "be of type " + s.Schema.Type
	if s.Schema.Composed != nil {
		demand = "keep to its composed schema"
	}
	out := make([]fault, 0, len(values))
	for _, v := range values {
		out = append(out, fault{
			keyword: keyword, name: v.name, value: v.value, from: v.from, inferred: v.inferred,
			why: fmt.Sprintf("%s must %s, and is sent as %s", s.name(), demand, cmp.Or(v.what, spec.Text(v.value))),
		})
	}
	return out
}

// wireTypeFaults are texts that no reading takes for a value of a type.
var wireTypeFaults = map[string][]form{
	"integer": {
		{name: "text", value: "abc"},
		{name: "fraction", value: "1.5", from: followed(".5"), what: "a number with a fraction"},
		{name: "digits-then-text", value: "12abc", from: followed("abc"), what: "a number with text after it"},
	},
	"number": {
		{name: "text", value: "abc"},
		{name: "two-points", value: "1.2.3"},
		{name: "digits-then-text", value: "12abc", from: followed("abc"), what: "a number with text after it"},
	},
	"boolean": {{name: "text", value: "maybe"}, {name: "number", value: "2"}},
}

// followed gives a number's text with more after it.
func followed(by string) func(valid any) any {
	return func(valid any) any {
		switch valid.(type) {
		case int64, float64:
			return spec.Text(valid) + by
		}
		return nil
	}
}

func withFraction(valid any) any {
	if n, ok := valid.(int64); ok {
		return float64(n) + 0.5
	}
	return nil
}

// listTypeFaults gives values that no reader takes for a list: what could be its
// only element may be taken for a list of one.
func listTypeFaults(items *spec.Schema) []form {
	switch {
	case items == nil || items.Type == "":
		return nil
	case items.Type == "object" || items.Type == "array":
		return []form{{name: "number", value: int64(7)}}
	}
	return []form{{name: "object", value: map[string]any{"unlisted": map[string]any{"x": "y"}}}}
}

// bodyTypeFaults gives values of other JSON types that no reader turns into the
// right one. Numbers and texts, 0 and true, a list of one and its element many
// readers turn into each other: those are open.
func bodyTypeFaults(s *slot) []form {
	values := map[string][]form{
		"string": {{name: "object", value: map[string]any{}}},
		"integer": {
			{name: "text", value: "abc"},
			{name: "object", value: map[string]any{}},
			{name: "fraction", value: 1.5, from: withFraction, what: "a number with a fraction", inferred: true},
		},
		"number":  {{name: "text", value: "abc"}, {name: "object", value: map[string]any{}}},
		"boolean": {{name: "text", value: "maybe"}, {name: "number", value: int64(42)}, {name: "object", value: map[string]any{}}},
		"object":  {{name: "text", value: "abc"}, {name: "number", value: int64(7)}},
	}[s.Schema.Type]
	if s.Schema.Type == "array" {
		values = listTypeFaults(s.Schema.Items)
	}
	// Many readers take null for an optional member as its absence.
	if s.Schema.Type != "" && !s.Schema.Nullable && !s.optional() {
		values = append([]form{{name: "null"}}, values...)
	}
	return values
}
