package plan

import (
	"slices"

	"github.com/apiclause/clause/contract/internal/spec"
)

// maxTries bounds the search for values that keep the rules.
const maxTries = 600

// value gives a slot's ordinary value: the target's where only the target
// knows one.
func (p *planner) value(s *slot) (any, bool) {
	if s.FromTarget {
		return p.targetValue(s)
	}
	values := p.candidates(s)
	if len(values) == 0 {
		return nil, false
	}
	return values[0], true
}

func (p *planner) targetValue(s *slot) (any, bool) {
	if v, ok := p.vouched[s]; ok {
		return v, true
	}
	text, ok := p.targetText(s)
	if !ok {
		// A request that must have the value is planned all the same, and skipped.
		return notGiven, s.Required
	}
	if v, ok := s.Schema.FromText(text); ok {
		return v, true
	}
	return text, true
}

// notGiven stands for a value that the target should give and does not.
const notGiven = "unknown"

func (p *planner) candidates(s *slot) []any {
	if s.FromTarget {
		if v, ok := p.value(s); ok {
			return []any{v}
		}
		return nil
	}
	values, ok := p.known[s]
	if !ok {
		values = p.inOrder(s)
		for i := range values {
			values[i] = p.withEnds(s, p.withGiven(s, p.overlaid(s, values[i])))
		}
		p.known[s] = values
	}
	return values
}

// include adds a slot, and the objects it stands in, with ordinary values.
func (p *planner) include(d draft, s *slot) (draft, bool) {
	if _, ok := d.get(s.path); ok {
		return d, true
	}
	if s.parent != nil {
		_, before := d.get(s.parent.path)
		var ok bool
		if d, ok = p.include(d, s.parent); !ok {
			return d, false
		}
		if !before && s.IsMember() {
			d = p.aloneIn(d, s)
		}
		if _, ok := d.get(s.path); ok {
			return d, true
		}
	}
	v, ok := p.value(s)
	if !ok {
		return d, false
	}
	return d.set(s.path, v), true
}

// aloneIn takes the members away that an object was given so as to have any, once it
// gets another.
func (p *planner) aloneIn(d draft, member *slot) draft {
	if member.parent.FromTarget || member.parent.Schema.MinProps > 1 {
		return d
	}
	for _, s := range p.slots {
		if s.parent == member.parent && s != member && s.optional() && !s.FromTarget {
			d = d.without(s.path)
		}
	}
	return d
}

// required gives the draft with what every request must have.
func (p *planner) required() draft {
	d := draft{}
	for _, s := range p.slots {
		if s.parent == nil && !s.optional() {
			d, _ = p.include(d, s)
		}
	}
	return d
}

// settle chooses values that keep every rule, robustly where that can be. Slots
// in fixed keep their values.
func (p *planner) settle(d draft, fixed ...*slot) (draft, bool) {
	if p.givenUp() {
		return nil, false
	}
	loose := p.loose(d, fixed)
	if loose == nil {
		return d, p.allowed(d)
	}
	tries := 0
	var fallback draft
	var search func(d draft, rest []*slot) (draft, bool)
	search = func(d draft, rest []*slot) (draft, bool) {
		if len(rest) == 0 {
			tries++
			switch {
			case !p.allowed(d):
				return nil, false
			case p.allRobust(d):
				return d, true
			case fallback == nil:
				fallback = d
			}
			return nil, false
		}
		for _, v := range p.candidates(rest[0]) {
			next := d.set(rest[0].path, v)
			if p.hopeless(next, rest[0], rest[1:], nil) {
				continue
			}
			if found, ok := search(next, rest[1:]); ok || tries > maxTries {
				return found, ok
			}
		}
		return nil, false
	}
	if found, ok := search(d, loose); ok {
		return found, true
	}
	if found, robust := p.settleTimes(d, loose, fixed); robust || found != nil && fallback == nil {
		return found, true
	}
	return fallback, fallback != nil
}

// loose gives the slots whose values may be chosen anew: those that a rule
// reads that is not robustly kept.
func (p *planner) loose(d draft, fixed []*slot) []*slot {
	var out []*slot
	for _, r := range p.op.Rules {
		if p.robust(r, d) || p.stands(r, d) == notApplied {
			continue
		}
		for _, s := range p.readBy(r) {
			_, present := d.get(s.path)
			leaf := !s.Schema.Object()
			if present && leaf && !s.FromTarget && !slices.Contains(fixed, s) && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

func (p *planner) allRobust(d draft) bool {
	for _, r := range p.op.Rules {
		if p.stands(r, d) != notApplied && !p.robust(r, d) {
			return false
		}
	}
	return true
}

// complete finds the request nearest to d that the contract allows: it adds
// what the rules demand beside what is there, and takes away what they forbid,
// but never touches the slots to keep. It changes the presence of at most two.
func (p *planner) complete(d draft, keep ...*slot) (draft, bool) {
	return p.nearest(d, keep, keep)
}

// nearest is complete for slots that must stay, of which only those that are
// fixed keep their values.
func (p *planner) nearest(d draft, stay, fixed []*slot) (draft, bool) {
	if found, ok := p.settle(d, fixed...); ok {
		return found, true
	}
	toggles := p.togglable(stay)
	for _, a := range toggles {
		if found, ok := p.toggled(d, fixed, a); ok {
			return found, true
		}
	}
	for i, a := range toggles {
		for _, b := range toggles[i+1:] {
			if found, ok := p.toggled(d, fixed, a, b); ok {
				return found, true
			}
		}
	}
	return nil, false
}

func (p *planner) toggled(d draft, keep []*slot, change ...*slot) (draft, bool) {
	for _, s := range change {
		if _, present := d.get(s.path); present {
			d = d.without(s.path)
		} else {
			var ok bool
			if d, ok = p.include(d, s); !ok {
				return nil, false
			}
		}
	}
	return p.settle(d, keep...)
}

// togglable gives the optional slots that some rule reads, but for those to
// keep and what they stand in.
func (p *planner) togglable(keep []*slot) []*slot {
	var out []*slot
	for _, s := range p.slots {
		if !s.optional() || slices.ContainsFunc(keep, func(k *slot) bool { return startsWith(k.path, s.path) }) {
			continue
		}
		if slices.ContainsFunc(p.op.Rules, func(r *spec.Rule) bool { return slices.Contains(p.readBy(r), s) }) {
			out = append(out, s)
		}
	}
	return out
}

// alone gives the smallest request that has a slot, with what the rules demand
// beside it.
func (p *planner) alone(s *slot) (draft, bool) {
	d, known := p.singles[s]
	if !known {
		if with, ok := p.include(p.smallest, s); ok {
			if d, ok = p.complete(with, s); !ok && isTime(s) {
				d, _ = p.nearest(with, []*slot{s}, nil)
			}
		}
		p.singles[s] = d
	}
	return d, d != nil
}

// full adds every optional slot that can be there beside the others. Where it is not
// known which can, it adds none.
func (p *planner) full() draft {
	d := p.smallest
	if p.op.Loose {
		return d
	}
	for _, s := range p.slots {
		if !s.optional() {
			continue
		}
		if _, present := d.get(s.path); present {
			continue
		}
		if v, ok := p.value(s); ok && s.doubt(v) != "" {
			continue // the request could not be sent for it
		}
		if more, ok := p.include(d, s); ok {
			if more, ok = p.extended(more, s); ok {
				d = more
			}
		}
	}
	return d
}

// extended settles a draft with a new slot, with one more slot beside it if the
// rules demand one, and takes nothing away.
func (p *planner) extended(d draft, s *slot) (draft, bool) {
	if found, ok := p.settle(d); ok {
		return found, true
	}
	for _, other := range p.togglable([]*slot{s}) {
		if _, present := d.get(other.path); present {
			continue
		}
		if found, ok := p.toggled(d, nil, other); ok {
			return found, true
		}
	}
	return nil, false
}

// looseReason is why a clause has no case that is to be accepted.
const looseReason = "the operation states dependencies between its parameters that cannot be read, which lint names: " +
	"requests with several optional parameters are not demanded"

// undemanded tells that a request may break a dependency that could not be read:
// it has several optional slots that the smallest request lacks.
func (p *planner) undemanded(x proposal) bool {
	if !p.op.Loose || x.outcome != Accepted || x.draft == nil {
		return false
	}
	n := 0
	for _, s := range p.slots {
		_, there := x.draft.get(s.path)
		_, before := p.smallest.get(s.path)
		if there && !before && s.optional() {
			n++
		}
	}
	return n > 1
}
