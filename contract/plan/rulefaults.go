package plan

import (
	"slices"
	"time"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
)

const (
	// maxRead bounds how many optional slots of a rule are combined.
	maxRead = 6
	// maxAssignments bounds the values tried for one combination.
	maxAssignments = 128
)

// ruleFaults breaks every rule alone: in every combination of presence that can
// break it, and for each value of the enums it reads.
func (p *planner) ruleFaults() {
	for _, r := range p.op.Rules {
		found := false
		for _, presence := range p.presences(r) {
			found = p.breakRule(r, presence) || found
		}
		if !found {
			found = p.breakAtBoundary(r)
		}
		if !found {
			found = p.breakBeyond(r)
		}
		if !found {
			p.reasons[r.ID] = "no request was found that breaks the rule under every reading and nothing else"
		}
	}
}

// presences lists the combinations of the optional slots that a rule reads.
func (p *planner) presences(r *spec.Rule) [][]*slot {
	var optional []*slot
	for _, s := range p.readBy(r) {
		if s.optional() && len(optional) < maxRead && p.decides(r, s) {
			optional = append(optional, s)
		}
	}
	out := make([][]*slot, 0, 1<<len(optional))
	for bits := range 1 << len(optional) {
		var present []*slot
		for i, s := range optional {
			if bits&(1<<i) != 0 {
				present = append(present, s)
			}
		}
		out = append(out, present)
	}
	// Few present first: the plainest request that breaks the rule.
	slices.SortStableFunc(out, func(a, b []*slot) int { return len(a) - len(b) })
	return out
}

// decides tells that a rule names the slot itself, not only what it stands in.
func (p *planner) decides(r *spec.Rule, s *slot) bool {
	return slices.ContainsFunc(r.Holds.Reads(), func(path []string) bool { return slices.Equal(path, s.path) })
}

// shaped gives a draft with exactly these of a rule's optional slots.
func (p *planner) shaped(d draft, r *spec.Rule, present []*slot) (draft, bool) {
	for _, s := range p.readBy(r) {
		if s.optional() && p.decides(r, s) && !slices.Contains(present, s) {
			d = d.without(s.path)
		}
	}
	for _, s := range present {
		var ok bool
		if d, ok = p.include(d, s); !ok {
			return d, false
		}
	}
	return d, true
}

func (p *planner) breakRule(r *spec.Rule, present []*slot) bool {
	d, ok := p.shaped(p.smallest, r, present)
	if !ok {
		return false
	}
	found := false
	free := p.freeSlots(r, d)
	listed := slices.ContainsFunc(present, func(s *slot) bool { return len(s.Schema.Enum) > 0 })
	if first, ok := p.assign(d, free, r); ok && !listed {
		found = true
		p.proposeBroken(r, first, word(append([]string{"with"}, names(present)...)...))
	}
	for _, s := range present {
		for _, v := range normalized(s.Schema) {
			others := slices.DeleteFunc(slices.Clone(free), func(o *slot) bool { return o == s })
			each, ok := p.assign(d.set(s.path, v), others, r)
			if !ok {
				each, ok = p.aided(d.set(s.path, v), r)
			}
			if ok {
				found = true
				p.proposeBroken(r, each, p.detailOf(r, s, v, present))
			}
		}
	}
	return found
}

// aided gives a draft that breaks a rule one more slot, that the rule does not read,
// where without it the draft breaks another rule, too.
func (p *planner) aided(d draft, r *spec.Rule) (draft, bool) {
	if p.stands(r, d) != broken {
		return nil, false
	}
	for _, s := range p.togglable(p.readBy(r)) {
		if _, present := d.get(s.path); present {
			continue
		}
		if more, ok := p.include(d, s); ok && p.breaksOnly(more, r.ID) {
			return more, true
		}
	}
	return nil, false
}

// detailOf names a value that breaks a rule, and what stands beside it where
// something else did in a case before.
func (p *planner) detailOf(r *spec.Rule, s *slot, v any, present []*slot) string {
	detail := word(s.name(), spec.Text(v))
	others := slices.DeleteFunc(slices.Clone(present), func(o *slot) bool { return o == s })
	if len(others) == 0 || !p.ids[r.ID+"/"+detail+"-in-smallest"] {
		return detail
	}
	return joined(detail, word(append([]string{"with"}, names(others)...)...))
}

func names(slots []*slot) []string {
	if len(slots) == 0 {
		return []string{"none"}
	}
	out := make([]string, len(slots))
	for i, s := range slots {
		out[i] = s.name()
	}
	return out
}

// freeSlots gives the slots with values of their own that a rule reads.
func (p *planner) freeSlots(r *spec.Rule, d draft) []*slot {
	var out []*slot
	for _, s := range p.readBy(r) {
		if _, present := d.get(s.path); present && !s.Schema.Object() && !s.FromTarget {
			out = append(out, s)
		}
	}
	return out
}

// assign looks for values that break one rule and nothing else.
func (p *planner) assign(d draft, free []*slot, r *spec.Rule) (draft, bool) {
	if found, ok := p.assignOnly(d, free, r.ID); ok {
		return found, true
	}
	return p.breakTimes(d, r, free)
}

// assignOnly looks for values that leave one clause broken and no other.
func (p *planner) assignOnly(d draft, free []*slot, id string) (draft, bool) {
	tries := 0
	var search func(d draft, rest []*slot) (draft, bool)
	search = func(d draft, rest []*slot) (draft, bool) {
		if len(rest) == 0 {
			tries++
			return d, p.breaksOnly(d, id)
		}
		for _, v := range p.wide(rest[0]) {
			if found, ok := search(d.set(rest[0].path, v), rest[1:]); ok || tries > maxAssignments {
				return found, ok
			}
		}
		return nil, false
	}
	return search(d, free)
}

// breakBeyond breaks a rule with values just beyond what it compares them with,
// where neither ordinary values break it nor one that is moved alone.
func (p *planner) breakBeyond(r *spec.Rule) bool {
	broke := false
	for _, present := range p.presences(r) {
		d, ok := p.shaped(p.smallest, r, present)
		if !ok {
			continue
		}
		free := p.freeSlots(r, d)
		for _, s := range free {
			others := slices.DeleteFunc(slices.Clone(free), func(o *slot) bool { return o == s })
			for _, v := range p.beyond(r, s, d) {
				if found, ok := p.assignOnly(d.set(s.path, v), others, r.ID); ok {
					broke = true
					p.proposeBroken(r, found, word(append([]string{"with"}, names(present)...)...))
					break
				}
			}
		}
	}
	return broke
}

// beyond gives the values of a slot on both sides of the boundaries of a rule's
// comparisons.
func (p *planner) beyond(r *spec.Rule, s *slot, d draft) []any {
	var out []any
	for _, c := range r.Holds.Comparisons() {
		slope, movable := p.slope(c, s, d)
		distance, known := p.distance(c, d)
		if !movable || !known {
			continue
		}
		for _, by := range []float64{1, -1} {
			if v, ok := shift(s, value(d, s), (by-distance)/slope); ok {
				out = appendValid(out, s.Schema, v)
			}
		}
	}
	return out
}

// wide gives ordinary values of a slot and some far from ordinary.
func (p *planner) wide(s *slot) []any {
	out := slices.Clip(p.candidates(s))
	switch {
	case len(s.Schema.Enum) > 0:
	case s.Schema.Format == "date-time":
		out = append(out, Time{Offset: -400 * 24 * time.Hour})
	case s.Schema.Type == "integer":
		out = appendValid(appendValid(out, s.Schema, int64(0)), s.Schema, int64(1_000_000))
	case s.Schema.Type == "number":
		out = appendValid(appendValid(out, s.Schema, 0.0), s.Schema, 1e6)
	case s.Schema.Type == "array" && s.Schema.MinItems == 0:
		out = append(out, []any{})
	}
	return out
}

// proposeBroken proposes a request that breaks a rule, and the fullest that
// breaks it in the same way.
func (p *planner) proposeBroken(r *spec.Rule, d draft, detail string) {
	why := "the request breaks the rule: " + r.Message
	if p.broken[r] == nil {
		p.broken[r] = d
	}
	sent := map[string]bool{spec.Text(plainTimes(map[string]any(d))): true}
	p.propose(proposal{clause: r.ID, detail: detail + "-in-smallest", draft: d, outcome: Refused, why: why})
	for _, b := range append([]base{{"fullest", p.fullest}}, p.left()...) {
		full, ok := p.transplant(r, b.draft, d)
		if text := spec.Text(plainTimes(map[string]any(full))); ok && !sent[text] {
			sent[text] = true
			p.propose(proposal{clause: r.ID, detail: joined(detail, "in", b.name), draft: full, outcome: Refused, why: why})
		}
	}
	p.mended(r, d, detail)
}

// mended proposes requests that differ from one that breaks a rule in one value
// or in the lack of one, and keep it by that.
func (p *planner) mended(r *spec.Rule, broken draft, detail string) {
	try := func(name string, d draft) {
		if p.allowed(d) && p.othersRobust(r, d) && !p.carriesLimit(d) {
			p.propose(proposal{
				clause: r.ID, detail: joined(detail, "but", name), draft: d, outcome: Accepted,
				why: "the request differs in one place from one that breaks the rule, and keeps it",
			})
		}
	}
	for _, s := range p.readBy(r) {
		v, present := broken.get(s.path)
		if !present || s.FromTarget {
			continue
		}
		if s.optional() {
			try(joined("without", word(s.name())), broken.without(s.path))
		}
		listed := normalized(s.Schema)
		if s.Schema.Type == "boolean" {
			listed = []any{true, false}
		}
		for _, other := range listed {
			if !spec.Equal(other, v) {
				try(word(s.name(), spec.Text(other)), broken.set(s.path, other))
			}
		}
	}
}

// transplant gives a request the values, and the lack of values, with which
// another breaks a rule.
func (p *planner) transplant(r *spec.Rule, d, from draft) (draft, bool) {
	var at *slot
	for _, s := range p.readBy(r) {
		v, present := from.get(s.path)
		switch {
		case present && !s.Schema.Object():
			var ok bool
			if d, ok = p.include(d, s); !ok {
				return nil, false
			}
			d, at = d.set(s.path, v), s
		case !present && s.optional() && p.decides(r, s):
			d = d.without(s.path)
		}
	}
	if at == nil {
		return d, p.breaksOnly(d, r.ID)
	}
	if p.breaksOnly(d, r.ID) {
		return d, true
	}
	if found, ok := p.breakTimes(d, r, timesOf(p.readBy(r))); ok {
		return found, true
	}
	// What the rule reads must stay, or it would no longer be broken: only
	// drops a slot when the rule stays broken without it.
	return p.only(d, r.ID, at)
}

// carriesLimit tells that an allowed draft has a value at a limit that is only
// inferred.
func (p *planner) carriesLimit(d draft) bool {
	for _, s := range p.slots {
		v, ok := d.get(s.path)
		if !ok {
			continue
		}
		for _, e := range p.edges(s) {
			c := p.model.Clause(s.Schema.ID + "." + e.Keyword)
			if e.Valid && c != nil && c.Level == clause.Should && spec.Equal(plainTimes(e.Value), plainTimes(v)) {
				return true
			}
		}
	}
	return false
}
