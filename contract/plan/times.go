package plan

import (
	"slices"
	"strconv"
	"time"

	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// mostRoom is how many seconds times keep from every bound where there is room
// for that: more than the margin that ambiguous rules need.
const mostRoom = 2 * hourSeconds

// maxLeaves and maxSideChoices bound the search for times.
const (
	maxLeaves      = 64
	maxSideChoices = 4000
)

// timing remembers what was found out about the times of an operation.
type timing struct {
	zones map[*spec.Rule]map[string]*zoned // by the values that a rule reads beside free times
}

// demand is a side of a bound on which moments have to lie. They keep least
// seconds from the bound, and most where there is room.
type demand struct {
	bound       bound
	side        side
	least, most int64
}

// keep adds the demand to what is known of the moments, with so much room.
func (x demand) keep(d *differences, room int64) bool {
	return x.bound.keep(d, x.side, max(x.least, min(room, x.most), x.bound.gap(x.side)))
}

// roomiest adds demands to what is known of some moments, with as much room as
// all of them can have.
func roomiest(known *differences, demands []demand) (out *differences, room int64, ok bool) {
	try := func(room int64) bool {
		d := known.clone()
		for _, x := range demands {
			if !x.keep(d, room) {
				return false
			}
		}
		out = d
		return true
	}
	if try(mostRoom) {
		return out, mostRoom, true
	}
	if !try(0) {
		return nil, 0, false
	}
	low, high := int64(0), int64(mostRoom)
	for high-low > 1 {
		if middle := (low + high) / 2; try(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	try(low)
	return out, low, true
}

// preferredTimes are the ordinary offsets in seconds: past ones, then future ones.
var preferredTimes = func() []int64 {
	var past, future []int64
	for _, offset := range typicalTimes {
		past, future = append(past, int64(offset.Seconds())), append(future, -int64(offset.Seconds()))
	}
	return append(past, future...)
}()

// placed gives a draft with times for the free slots that fit what is known of
// the moments.
func placed(d draft, free []*slot, known *differences) draft {
	known = known.clone()
	for i, s := range free {
		first, last := known.between(i + 1)
		at := within(first, last, preferredTimes)
		known.set(i+1, at)
		d = setEach(d, s, Time{Offset: time.Duration(at) * time.Second})
	}
	return d
}

// setEach sets a time of a draft; one in the first element of a list in every
// element that has it, so that a rule about all of them says of each the same.
func setEach(d draft, s *slot, t Time) draft {
	d = d.set(s.path, t)
	at := slices.Index(s.path, firstElement)
	if at < 0 {
		return d
	}
	list, ok := value(d, &slot{path: s.path[:at]}).([]any)
	for i := 1; ok && i < len(list); i++ {
		path := slices.Clone(s.path)
		path[at] = strconv.Itoa(i)
		if _, present := d.get(path); present {
			d = d.set(path, t)
		}
	}
	return d
}

// isTime reports whether a slot's values are times that can be chosen.
func isTime(s *slot) bool {
	return s.Schema.Type == "string" && s.Schema.Format == "date-time" && !s.FromTarget && len(s.Schema.Enum) == 0 && s.Schema.Composed == nil
}

// connected gives the times of a draft that hang together with some slots by
// its rules, but for those that are fixed.
func (p *planner) connected(d draft, seeds, fixed []*slot) []*slot {
	free := map[*slot]bool{}
	add := func(s *slot) bool {
		_, ok := value(d, s).(Time)
		if !ok || free[s] || !isTime(s) || slices.Contains(fixed, s) {
			return false
		}
		free[s] = true
		return true
	}
	for _, s := range seeds {
		add(s)
	}
	for grown := len(free) > 0; grown; {
		grown = false
		for _, r := range p.op.Rules {
			reads := p.readBy(r)
			if !slices.ContainsFunc(reads, func(s *slot) bool { return free[s] }) || p.stands(r, d) == notApplied {
				continue
			}
			for _, s := range reads {
				grown = add(s) || grown
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(p.slots), func(s *slot) bool { return !free[s] })
}

// aim says which times are looked for.
type aim struct {
	free []*slot
	// breaks is the rule that is to be broken; all others are kept.
	breaks *spec.Rule
	// keeps tells that ordinary values are looked for, to be used again.
	keeps bool
	// exact is a comparison whose sides have to differ by an amount, and its rule.
	exact  *rule.Comparison
	amount float64
	of     *spec.Rule
	// take reports whether times will do, given the room that they leave; else
	// others are looked for.
	take func(d draft, room int64) bool
}

// timeSearch chooses for each rule on which sides of its bounds times lie.
type timeSearch struct {
	*planner
	aim

	draft  draft
	zones  []*zoned
	leaves int
	steps  int
}

// findTimes looks for times that fit an aim.
func (p *planner) findTimes(d draft, want aim) (draft, bool) {
	if len(want.free) == 0 {
		return nil, false
	}
	s := &timeSearch{planner: p, aim: want, draft: d}
	known := newDifferences(len(want.free) + 1)
	if want.exact != nil {
		b, none, ok := p.boundOf(*want.exact, d, want.free)
		if none || !ok || !b.at(known, want.amount) {
			return nil, false
		}
	}
	if s.gather() {
		if found, ok := s.choose(known, 0, nil); ok {
			return found, true
		}
		if !slices.ContainsFunc(s.zones, func(z *zoned) bool { return z.blind }) {
			return nil, false
		}
	}
	if want.exact != nil {
		return nil, false
	}
	return s.guess()
}

// gather finds the zones of the rules that read free times. It reports whether
// all are known, and allow what is wanted.
func (s *timeSearch) gather() bool {
	for _, r := range s.op.Rules {
		if !slices.ContainsFunc(s.readBy(r), func(x *slot) bool { return slices.Contains(s.free, x) }) || s.says(r, s.draft) == notApplied {
			continue
		}
		z, ok := s.zone(r, s.draft, s.free)
		if !ok {
			return false
		}
		wanted := &zoned{rule: r, bounds: z.bounds, blind: z.blind}
		for _, c := range z.cells {
			if c.standing == s.wanted(r) {
				wanted.cells = append(wanted.cells, c)
			}
		}
		if len(wanted.cells) == 0 {
			return false
		}
		s.zones = append(s.zones, wanted)
	}
	// Where there is least to choose from, it shows soonest what cannot be.
	slices.SortStableFunc(s.zones, func(a, b *zoned) int { return len(a.cells) - len(b.cells) })
	return true
}

func (s *timeSearch) wanted(r *spec.Rule) standing {
	if r == s.breaks {
		return broken
	}
	return kept
}

// choose takes a cell for each rule in turn, as long as all fit together.
func (s *timeSearch) choose(known *differences, at int, demands []demand) (draft, bool) {
	if at == len(s.zones) {
		return s.leaf(known, demands)
	}
	z := s.zones[at]
	for _, c := range z.cells {
		if s.steps++; s.steps > maxSideChoices || s.leaves > maxLeaves {
			return nil, false
		}
		next, more, fits := known.clone(), slices.Clip(demands), true
		for i, b := range z.bounds {
			x := s.demand(z.rule, b, c.sides[i])
			more = append(more, x)
			fits = fits && x.keep(next, 0)
		}
		if !fits {
			continue
		}
		if found, ok := s.choose(next, at+1, more); ok {
			return found, true
		}
	}
	return nil, false
}

// demand says how far from a rule's bound times must and should keep.
func (s *timeSearch) demand(r *spec.Rule, b bound, on side) demand {
	x := demand{bound: b, side: on, most: mostRoom}
	if r == s.of {
		x.most, x.bound.coarse = 0, 0 // the aim says how far
	}
	if len(r.Readings) > 0 && (s.wanted(r) == kept || b.now) {
		x.least = int64(ruling.Margin.Seconds()) + 1
	}
	return x
}

// leaf tries the times on the chosen sides.
func (s *timeSearch) leaf(known *differences, demands []demand) (draft, bool) {
	s.leaves++
	found, room, ok := roomiest(known, demands)
	if !ok {
		return nil, false
	}
	d := placed(s.draft, s.free, found)
	if !s.take(d, room) {
		return nil, false
	}
	if s.keeps {
		s.learn(known, d)
	}
	return d, true
}

// learn remembers times that keep the rules. They come before the ordinary ones
// of a slot that the rules allow none of.
func (s *timeSearch) learn(known *differences, d draft) {
	for i, x := range s.free {
		have, v := s.candidates(x), value(d, x)
		if slices.Contains(have, v) {
			continue
		}
		first, last := known.between(i + 1)
		ordinary := slices.ContainsFunc(typicalTimes, func(t time.Duration) bool {
			return int64(t.Seconds()) >= first && int64(t.Seconds()) <= last
		})
		switch {
		case !ordinary:
			s.known[x] = append([]any{v}, have...)
		case len(have) < 2*len(typicalTimes):
			s.known[x] = append(slices.Clip(have), v)
		}
	}
}

// maxGuesses bounds how many times are tried where the rules do not tell any.
const maxGuesses = 400

// guess tries times around the durations that the rules name, for rules whose
// comparisons cannot be seen: those within loops.
func (s *timeSearch) guess() (draft, bool) {
	tries := 0
	var try func(d draft, rest []*slot) (draft, bool)
	try = func(d draft, rest []*slot) (draft, bool) {
		if len(rest) == 0 {
			tries++
			return d, s.take(d, 0)
		}
		for _, offset := range s.guesses() {
			next := setEach(d, rest[0], Time{Offset: offset})
			if s.hopeless(next, rest[0], rest[1:], s.breaks) {
				tries++
			} else if found, ok := try(next, rest[1:]); ok {
				return found, true
			}
			if tries > maxGuesses {
				return nil, false
			}
		}
		return nil, false
	}
	return try(s.draft, s.free)
}

func (s *timeSearch) guesses() []time.Duration {
	out := slices.Clone(typicalTimes)
	for _, offset := range typicalTimes {
		out = append(out, -offset)
	}
	for _, r := range s.op.Rules {
		for _, reading := range r.EveryReading() {
			for _, d := range reading.Durations() {
				out = append(out, d/2, -d/2, d+day, -d-day)
			}
		}
	}
	var distinct []time.Duration
	for _, d := range out {
		if d = d.Truncate(time.Second); !slices.Contains(distinct, d) && len(distinct) < 30 {
			distinct = append(distinct, d)
		}
	}
	return distinct
}

// hopeless reports whether a draft, in which a slot was set, breaks a rule that
// reads none of the slots that are still to be set.
func (p *planner) hopeless(d draft, set *slot, rest []*slot, breaks *spec.Rule) bool {
	for _, r := range p.op.Rules {
		reads := p.readBy(r)
		if !slices.Contains(reads, set) || slices.ContainsFunc(reads, func(s *slot) bool { return slices.Contains(rest, s) }) {
			continue
		}
		switch p.stands(r, d) {
		case kept:
			if r == breaks {
				return true
			}
		case broken:
			if r != breaks {
				return true
			}
		case unclear:
			return true
		case notApplied:
		}
	}
	return false
}

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
