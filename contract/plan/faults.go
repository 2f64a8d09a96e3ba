package plan

import (
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
}

func (f fault) put(d draft, s *slot) draft {
	if f.within == "" {
		return d.set(s.path, f.value)
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
	if !s.required || s.path[0] == "path" {
		return
	}
	id := s.schema.ID + ".required"
	for _, b := range p.basesWith(s) {
		if d, ok := p.only(b.draft.without(s.path), id, s); ok {
			p.propose(proposal{
				clause: id, detail: word("missing", "in", b.name), technique: SingleFault, draft: d, outcome: Refused,
				why: s.name() + " is mandatory and is left out",
			})
		}
	}
	if s.query() && s.parent == nil {
		p.propose(proposal{
			clause: id, detail: "empty-in-smallest", technique: SingleFault, draft: p.smallest.set(s.path, ""), outcome: Refused,
			why: s.name() + " is mandatory and is sent without a value",
		})
	}
}

// putFault proposes a fault in the smallest and in the fullest request that has
// it alone.
func (p *planner) putFault(s *slot, f fault) {
	id := s.schema.ID + "." + f.keyword
	for _, b := range p.basesWith(s) {
		d, ok := p.only(f.put(b.draft, s), id, s)
		if !ok {
			continue
		}
		p.propose(proposal{
			clause: id, detail: word(f.name, "in", b.name), technique: SingleFault, draft: d, outcome: Refused, why: f.why,
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
		if ok || s.target {
			out = append(out, base{b.name, with})
		}
	}
	return out
}

// only drops optional slots until a draft breaks one clause and no other. The
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
			return nil, false
		}
		d = next
	}
	return nil, false
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
	if len(s.schema.Enum) > 0 {
		faults = append(faults, enumFaults(s)...)
	}
	if s.schema.Format != "" {
		faults = append(faults, formatFaults(s)...)
	}
	if s.schema.Pattern != nil {
		faults = append(faults, patternFaults(s)...)
	}
	if s.schema.UniqueItems {
		faults = append(faults, p.duplicateFault(s)...)
	}
	if s.schema.Closed {
		faults = append(faults, additionalFault(s))
	}
	return faults
}

func typeFaults(s *slot) []fault {
	var values []form
	if s.wire() {
		values = wireTypeFaults[s.schema.Type]
	} else {
		values = bodyTypeFaults(s)
	}
	out := make([]fault, 0, len(values)+1)
	for _, v := range values {
		out = append(out, fault{
			keyword: "type", name: v.name, value: v.value,
			why: fmt.Sprintf("%s must be of type %s, and is sent as %s", s.name(), s.schema.Type, spec.Text(v.value)),
		})
	}
	if s.query() && !s.element && len(values) > 0 {
		out = append(out, fault{
			keyword: "type", name: "repeated", value: []any{values[0].value, values[len(values)-1].value},
			why: s.name() + " is sent twice, and neither value is valid",
		})
	}
	return out
}

// wireTypeFaults are texts that no reading takes for a value of a type.
var wireTypeFaults = map[string][]form{
	"integer": {{"text", "abc"}, {"fraction", "1.5"}, {"digits-then-text", "12abc"}},
	"number":  {{"text", "abc"}, {"two-points", "1.2.3"}},
	"boolean": {{"text", "maybe"}, {"number", "2"}},
}

// bodyTypeFaults gives a value of every other JSON type that a lax reader might
// take for the right one.
func bodyTypeFaults(s *slot) []form {
	values := map[string][]form{
		"string":  {{"number", int64(1)}, {"object", map[string]any{}}},
		"integer": {{"text", "1"}, {"fraction", 1.5}, {"boolean", true}},
		"number":  {{"text", "1.5"}, {"boolean", true}},
		"boolean": {{"text", "true"}, {"number", int64(1)}},
		"array":   {{"object", map[string]any{}}, {"text", "a"}},
		"object":  {{"array", []any{}}, {"text", "a"}},
	}[s.schema.Type]
	// Many readers take null for an optional member as its absence.
	if s.schema.Type != "" && !s.schema.Nullable && !s.optional() {
		values = append([]form{{"null", nil}}, values...)
	}
	return values
}
