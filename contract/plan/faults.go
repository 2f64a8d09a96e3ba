package plan

import (
	"slices"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// fault is a value that breaks one keyword of a slot's schema.
type fault struct {
	spec.Try

	// twice has the parameter sent twice.
	twice bool
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
	if valid, present := d.get(s.path); present && f.From != nil {
		if v := f.From(valid); v != nil {
			return v
		}
	}
	return f.Value
}

func (f fault) put(d draft, s *slot) draft {
	if f.Within == "" {
		return d.set(s.path, f.in(d, s))
	}
	return d.set(append(slices.Clone(s.path), f.Within), f.Value)
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
	if s.Assumed {
		p.propose(proposal{
			clause: p.unprovoked(), detail: "no-body", draft: p.smallest.without(s.path), outcome: Either,
			why: "there is no body, and the description does not say whether it may be left out",
		})
		return
	}
	if !s.Required || s.path[0] == "path" && !s.IsMember() {
		return
	}
	id := s.Schema.ID + ".required"
	if s.maybeNone() {
		p.reasons[id] = "an object without members is valid, and sent as nothing: that it is missing cannot be told"
		return
	}
	for _, b := range p.basesWith(s) {
		without, ok := p.otherMember(b.draft.without(s.path), s)
		if !ok {
			p.reasons[id] = "without " + s.name() + " nothing is sent of " + s.parent.name()
			continue
		}
		if d, ok := p.only(without, id, s); ok {
			p.propose(proposal{
				clause: id, detail: word("missing", "in", b.name), draft: d, outcome: Refused,
				why: s.name() + " is mandatory and is left out",
			})
		}
	}
	if s.query() && s.parent == nil && !s.object() && !listsEmpty(s.Schema) {
		p.propose(proposal{
			clause: id, detail: "empty-in-smallest", draft: p.smallest.set(s.path, ""), outcome: Refused,
			// Where any text is valid, the empty one may be taken for one.
			inferred: p.op.Parameter("query", s.path[1]).TakesEmpty(),
			why:      s.name() + " is mandatory and is sent without a value",
		})
	}
}

// otherMember adds another member to the object of one that was taken away, where
// nothing would be left to be sent.
func (p *planner) otherMember(d draft, gone *slot) (draft, bool) {
	if !gone.IsMember() {
		return d, true
	}
	v, _ := d.get(gone.parent.path)
	if object, ok := v.(map[string]any); !ok || len(object) > 0 {
		return d, true
	}
	for _, s := range p.slots {
		if s.parent == gone.parent && s != gone {
			if with, ok := p.include(d, s); ok {
				return with, true
			}
		}
	}
	return d, false
}

// maybeNone tells that nothing may be sent for the slot, and stand for a valid value.
func (s *slot) maybeNone() bool {
	return s.object() && s.Parameter.Style().Apart() && len(s.Schema.Check(map[string]any{})) == 0
}

// listsEmpty tells that the empty text is one of the listed values.
func listsEmpty(s *spec.Schema) bool { return slices.Contains(s.Enum, any("")) }

// putFault proposes a fault in the smallest and in the fullest request that has
// it alone.
func (p *planner) putFault(s *slot, f fault) {
	id := s.Schema.ID + "." + f.Keyword
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
			clause: id, detail: word(f.Name, "in", b.name), draft: broken, outcome: Refused, why: f.Why,
			inferred: f.Inferred,
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
	var faults []fault
	for _, t := range told(s, site(s).Breaking()) {
		if t.Within != "" && s.amongOthers() {
			p.reasons[s.Schema.ID+"."+t.Keyword] = "its members stand among the parameters of the query: what is not listed may be another parameter"
			continue
		}
		faults = append(faults, fault{Try: t})
	}
	faults = append(faults, rolledOver(s)...)
	if s.Schema.Additional != nil && !s.AsText() {
		faults = append(faults, p.otherMemberFaults(s)...)
	}
	return append(faults, twice(s, faults)...)
}

// amongOthers tells that the members of the slot are parameters of the query, and not
// named as its members.
func (s *slot) amongOthers() bool {
	return s.object() && s.Parameter.Style().Apart() && s.Parameter.Written != wire.Deep
}

// twice sends a scalar of the query two times with a value that breaks a
// keyword, for each of its keywords.
func twice(s *slot, faults []fault) []fault {
	if !s.query() || s.parent != nil || s.object() || s.Schema.Type == "array" {
		return nil
	}
	var out []fault
	for _, f := range faults {
		if !slices.ContainsFunc(out, func(have fault) bool { return have.Keyword == f.Keyword }) {
			f.Name, f.twice, f.Why = "repeated", true, s.name()+" is sent twice, and neither value is valid"
			out = append(out, f)
		}
	}
	return out
}

// rolledOver writes a valid moment with an hour past the last of the day, so that
// nothing but the form is wrong.
func rolledOver(s *slot) []fault {
	if s.Schema.Format != "date-time" {
		return nil
	}
	return []fault{{Try: spec.Try{
		Keyword: "format", Name: string(RolledOver), Value: Time{Form: RolledOver},
		From: func(valid any) any {
			if t, ok := valid.(Time); ok {
				return Time{Offset: t.Offset, Form: RolledOver}
			}
			return nil
		},
		Why: s.name() + " must have the form date-time, and is a time with an hour past the last of the day",
	}}}
}

// otherMemberFaults gives a member that is not listed values that such a member must
// not have.
func (p *planner) otherMemberFaults(s *slot) []fault {
	name, of := s.Schema.Unlisted(), s.Schema.Additional
	member := &slot{Place: &ruling.Place{Schema: of, Path: append(slices.Clone(s.Path), name), Required: true}, choice: of}
	member.path = append(slices.Clone(s.path), name)
	faults := p.faultsOf(member)
	for _, e := range p.edges(member) {
		if !e.Valid {
			faults = append(faults, fault{Try: e})
		}
	}
	faults = slices.DeleteFunc(faults, func(f fault) bool { return f.Within != "" })
	for i := range faults {
		f := &faults[i]
		f.Keyword, f.Name, f.Within, f.From = "additionalProperties."+f.Keyword, word("unlisted", f.Name), name, nil
	}
	return faults
}
