package plan

import (
	"github.com/apiclause/clause/contract/internal/spec"
)

// mostOthers bounds the values of other slots that times are found for.
const mostOthers = 40

// eachOther gives a draft with each combination of values for some slots, until
// one will do.
func eachOther(d draft, slots []*slot, values func(*slot) []any, try func(draft) (draft, bool)) (draft, bool) {
	tries := 0
	var search func(d draft, rest []*slot) (draft, bool)
	search = func(d draft, rest []*slot) (draft, bool) {
		if len(rest) == 0 {
			tries++
			return try(d)
		}
		for _, v := range values(rest[0]) {
			if found, ok := search(d.set(rest[0].path, v), rest[1:]); ok || tries > mostOthers {
				return found, ok
			}
		}
		return nil, false
	}
	return search(d, slots)
}

// split tells times from other slots.
func split(slots []*slot) (times, others []*slot) {
	for _, s := range slots {
		if isTime(s) {
			times = append(times, s)
		} else {
			others = append(others, s)
		}
	}
	return times, others
}

// timesOf gives those of some slots that are times.
func timesOf(slots []*slot) []*slot {
	times, _ := split(slots)
	return times
}

// settleTimes chooses times that keep every rule, and values for what else is
// loose. robust tells that they would with each a little different.
func (p *planner) settleTimes(d draft, loose, fixed []*slot) (found draft, robust bool) {
	times, others := split(loose)
	if len(times) == 0 {
		return nil, false
	}
	var fallback draft
	most := int64(-1)
	found, robust = eachOther(d, others, p.candidates, func(d draft) (draft, bool) {
		return p.findTimes(d, aim{free: p.connected(d, times, fixed), keeps: true, take: func(d draft, room int64) bool {
			if !p.allowed(d) {
				return false
			}
			if room > most {
				fallback, most = d, room
			}
			return p.allRobust(d)
		}})
	})
	if robust {
		return found, true
	}
	return fallback, false
}

// breakTimes chooses times that break one rule and nothing else, and values for
// what else it reads.
func (p *planner) breakTimes(d draft, r *spec.Rule, free []*slot) (draft, bool) {
	times, others := split(free)
	return eachOther(d, others, p.wide, func(d draft) (draft, bool) {
		return p.findTimes(d, aim{free: p.connected(d, times, nil), breaks: r, take: func(d draft, _ int64) bool {
			return p.breaksOnly(d, r.ID)
		}})
	})
}

// refit chooses other times for a request that breaks a clause of its schema and,
// by what breaks it, a rule about times.
func (p *planner) refit(d draft, id string) (draft, bool) {
	var read []*slot
	for _, r := range p.op.Rules {
		if s := p.stands(r, d); s == broken || s == unclear {
			read = append(read, timesOf(p.readBy(r))...)
		}
	}
	return p.findTimes(d, aim{free: p.connected(d, read, nil), take: func(d draft, _ int64) bool { return p.breaksOnly(d, id) }})
}
