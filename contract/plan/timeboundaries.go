package plan

import (
	"slices"
	"time"

	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/spec"
)

// leastRoom is how many seconds the times of a case at one rule's boundary keep
// from what other rules compare them with, where an hour does not fit.
const leastRoom = minuteSeconds

// timesAcross tries the distances from a comparison's boundary that no single
// value could be moved to, for other rules hold it: all times that hang together
// are chosen anew.
func (p *planner) timesAcross(r *spec.Rule, c named, d draft, proposed map[string]bool, propose func(x proposal)) {
	read := slices.DeleteFunc(timesOf(p.readBy(r)), func(s *slot) bool { return !readsSlot(c.Comparison, s) })
	free := p.connected(d, read, nil)
	if len(free) == 0 {
		return
	}
	for _, by := range p.stepsOf(r, c.Comparison, d, p.temporal(c.Comparison, d)) {
		if proposed[boundaryDetail(c, by)] {
			continue
		}
		if found, ok := p.timesAt(r, c.Comparison, by, d, free); ok {
			by.roomy = true
			p.proposeMoved(r, c, by, found, propose)
		}
	}
}

// readsTime reports whether a comparison of a rule reads a time.
func (p *planner) readsTime(r *spec.Rule, c rule.Comparison) bool {
	return slotsRead(c, timesOf(p.readBy(r)))
}

// otherwise gives the allowed requests that differ from one in a listed value
// that a rule reads: there, another of its comparisons may decide.
func (p *planner) otherwise(r *spec.Rule, d draft) []base {
	var out []base
	for _, s := range p.readBy(r) {
		have, present := d.get(s.path)
		if !present || s.FromTarget || len(s.Schema.Enum) == 0 && s.Schema.Type != "boolean" {
			continue
		}
		for _, v := range p.candidates(s) {
			if spec.Equal(v, have) || len(out) == maxClasses {
				continue
			}
			if other, ok := p.settle(d.set(s.path, v), s); ok {
				out = append(out, base{word(s.name(), spec.Text(v)), other})
			}
		}
	}
	return out
}

// timesAt looks for times at a distance from a comparison's boundary, with every
// rule kept or, if that cannot be, with this one broken and no other.
func (p *planner) timesAt(r *spec.Rule, c rule.Comparison, by step, d draft, free []*slot) (draft, bool) {
	var fallback draft
	found, ok := p.findTimes(d, aim{free: free, exact: &c, amount: by.amount, of: r, take: func(d draft, room int64) bool {
		if !p.allowed(d) {
			return false
		}
		if fallback == nil && room >= leastRoom && p.othersClear(r, d) {
			fallback = d
		}
		return p.othersRobust(r, d)
	}})
	if ok {
		return found, true
	}
	if fallback != nil {
		return fallback, true
	}
	return p.findTimes(d, aim{free: free, exact: &c, amount: by.amount, of: r, breaks: r, take: func(d draft, _ int64) bool {
		return p.breaksOnly(d, r.ID)
	}})
}

// othersClear reports whether no other rule that hangs on a value of the draft
// can be read in several ways, or counts in units.
func (p *planner) othersClear(r *spec.Rule, d draft) bool {
	for _, other := range p.op.Rules {
		ambiguous := len(other.Readings) > 0 || other.Unit > 0
		if other != r && ambiguous && p.stands(other, d) != notApplied && !p.robust(other, d) {
			return false
		}
	}
	return true
}

// stepsOf lists the distances from a comparison's boundary that are tried. Those
// of less than a minute from now come to nothing: see ruling.Clearance.
func (p *planner) stepsOf(r *spec.Rule, c rule.Comparison, d draft, ofTime bool) []step {
	out := steps(r, ofTime || p.temporal(c, d))
	if p.readsNow(c, d) {
		out = append(out,
			step{name: "45-minutes-more", amount: 45 * minuteSeconds},
			step{name: "45-minutes-less", amount: -45 * minuteSeconds})
	}
	return out
}

// readsNow reports whether a comparison depends on the time of the request.
func (p *planner) readsNow(c rule.Comparison, d draft) bool {
	in := p.input(d)
	before, ok := distanceIn(c, in)
	in.Now = epoch.Add(day)
	after, okToo := distanceIn(c, in)
	return ok && okToo && before != after
}

// flipTime looks for the last time that keeps a rule and the first that breaks
// it, where no comparison tells them: those within loops. Where the rule reads
// now, they keep their distance from each other.
func (p *planner) flipTime(r *spec.Rule, s *slot, d draft) {
	t, _ := value(d, s).(Time)
	bad := int64(t.Offset.Seconds())
	at := func(seconds int64) draft { return setEach(d, s, Time{Offset: time.Duration(seconds) * time.Second}) }
	says := func(want standing) func(seconds int64) bool {
		return func(seconds int64) bool { return p.stands(r, at(seconds)) == want }
	}
	i := slices.IndexFunc(preferredTimes, says(kept))
	if i < 0 || !says(broken)(bad) {
		return
	}
	good := preferredTimes[i]
	last, first := lastOf(says(kept), good, bad), lastOf(says(broken), bad, good)
	if away := sign(good-bad) * 45 * minuteSeconds; r.Holds.UsesNow() {
		if says(kept)(last + away) {
			last += away
		}
		if says(broken)(first - away) {
			first -= away
		}
	}
	p.proposeFlip(r, s,
		p.refitBeside(s, at(last), nil, func(d draft) bool { return p.allowed(d) && p.othersRobust(r, d) }),
		p.refitBeside(s, at(first), r, func(d draft) bool { return p.breaksOnly(d, r.ID) }))
}

// refitBeside chooses other times beside one until a draft will do; it gives the
// draft itself if it does, or if none does.
func (p *planner) refitBeside(s *slot, d draft, breaks *spec.Rule, do func(d draft) bool) draft {
	if do(d) {
		return d
	}
	others := slices.DeleteFunc(p.connected(d, []*slot{s}, nil), func(other *slot) bool { return other == s })
	if found, ok := p.findTimes(d, aim{free: others, breaks: breaks, take: func(d draft, _ int64) bool { return do(d) }}); ok {
		return found
	}
	return d
}

// lastOf goes from a number for which something holds towards one for which it
// does not, and gives the last for which it does.
func lastOf(holds func(int64) bool, from, to int64) int64 {
	for from-to > 1 || to-from > 1 {
		if middle := from + (to-from)/2; holds(middle) {
			from = middle
		} else {
			to = middle
		}
	}
	return from
}

func sign(n int64) int64 {
	if n < 0 {
		return -1
	}
	return 1
}
