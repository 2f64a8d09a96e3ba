package plan

import (
	"slices"
	"time"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
)

// ends are the two ends of a range by their names, of which no rule of the contract tells
// how they depend on each other. Services refuse ranges that end before they begin.
type ends struct {
	low, high *slot
	called    world.Ends
	// alone tells that no rule reads either.
	alone bool
}

// The times that are made up for the two ends of a range: each first one is before each
// last one. What is planned begins tomorrow, and ends an hour later.
var (
	plannedTimes = [2][]time.Duration{{24 * time.Hour, 24*time.Hour + 15*time.Minute}, {25 * time.Hour, 26 * time.Hour}}
	plannedDates = [2][]time.Duration{{24 * time.Hour, 48 * time.Hour}, {72 * time.Hour, 96 * time.Hour}}
	pastTimes    = [2][]time.Duration{{-48 * time.Hour, -72 * time.Hour}, {-24 * time.Hour, -12 * time.Hour}}
)

// findEnds finds the ranges of the operation's requests.
func (p *planner) findEnds() {
	var may []*slot
	for _, s := range p.slots {
		if mayEnd(s) {
			may = append(may, s)
		}
	}
	words := map[*slot][]string{}
	for _, s := range may {
		words[s] = spec.Words(s.path[len(s.path)-1])
	}
	for _, low := range may {
		if !world.Begins(words[low]) {
			continue // a body may have very many members
		}
		for _, high := range may {
			if low == high || low.parent != high.parent || low.path[0] != high.path[0] || !alike(low.Schema, high.Schema) || p.hasEnd(low, high) {
				continue
			}
			if called, ok := world.Paired(words[low], words[high], low.Schema.Type == "string"); ok && !p.ruled(low, high) {
				p.ranges = append(p.ranges, ends{low, high, called, !p.ruled(low) && !p.ruled(high)})
			}
		}
	}
}

// mayEnd reports whether a slot is for a number or a time that can be chosen.
func mayEnd(s *slot) bool {
	sent := len(s.path) > 1 && !s.IsElement() && (s.path[0] == "query" || s.path[0] == "body")
	if !sent || s.FromTarget || len(s.Schema.Enum) > 0 || s.Schema.Composed != nil {
		return false
	}
	switch s.Schema.Type {
	case "integer", "number":
		return true
	case "string":
		return s.Schema.Format == "date" || s.Schema.Format == "date-time"
	}
	return false
}

func alike(a, b *spec.Schema) bool {
	return a.Format == b.Format && a.Type == b.Type || a.Type != "string" && b.Type != "string"
}

// hasEnd reports whether one of the slots is the end of a range that was found.
func (p *planner) hasEnd(some ...*slot) bool {
	return slices.ContainsFunc(some, func(s *slot) bool { return p.rangeOf(s) >= 0 })
}

// ruled reports whether a rule reads all of the slots.
func (p *planner) ruled(all ...*slot) bool {
	return slices.ContainsFunc(p.op.Rules, func(r *spec.Rule) bool {
		return !slices.ContainsFunc(all, func(s *slot) bool { return !slices.Contains(p.readBy(r), s) })
	})
}

// rangeOf gives the index of the range that a slot is an end of; negative without one.
func (p *planner) rangeOf(s *slot) int {
	return slices.IndexFunc(p.ranges, func(e ends) bool { return s == e.low || s == e.high })
}

// inOrder gives the ordinary values of a slot, those first that are in order with those of
// the other end of a range.
func (p *planner) inOrder(s *slot) []any {
	at := p.rangeOf(s)
	if at < 0 {
		return candidates(s.choice)
	}
	e := &p.ranges[at]
	chosen := e.times()
	if s.Schema.Type != "string" {
		chosen = e.numbers()
	}
	out := chosen[0]
	if s == e.high {
		out = chosen[1]
	}
	if len(chosen[0]) == 0 || len(chosen[1]) == 0 {
		out = nil
	} else if e.alone && s.Schema.Type == "string" {
		return out // what is at another time may be refused
	}
	for _, v := range candidates(s.choice) {
		out = appendValid(out, s.choice, v)
	}
	return out
}

// times gives times for both ends.
func (e *ends) times() (out [2][]any) {
	offsets, form := pastTimes, Form("")
	ahead := e.alone && !e.called.Past && (e.low.path[0] == "body" || e.called.Ahead)
	if e.low.Schema.Format == "date" {
		form = DateAlone
	}
	switch {
	case ahead && form == DateAlone:
		offsets = plannedDates
	case ahead:
		offsets = plannedTimes
	}
	for i, s := range []*slot{e.low, e.high} {
		for _, offset := range offsets[i] {
			out[i] = appendValid(out[i], s.choice, Time{Offset: offset, Form: form})
		}
	}
	return out
}

// numbers gives ordinary numbers for both ends, each of the lower below each of the upper.
func (e *ends) numbers() (out [2][]any) {
	low, high := candidates(e.low.choice), candidates(e.high.choice)
	for _, a := range low {
		for _, b := range high {
			if !before(a, b) {
				continue
			}
			for _, v := range low {
				if before(v, b) {
					out[0] = append(out[0], v)
				}
			}
			out[0] = slices.Concat([]any{a}, slices.DeleteFunc(out[0], func(v any) bool { return v == a }))
			for _, v := range high {
				if !before(v, b) {
					out[1] = append(out[1], v)
				}
			}
			out[1] = slices.Concat([]any{b}, slices.DeleteFunc(out[1], func(v any) bool { return v == b }))
			return out
		}
	}
	return out
}

// withEnds puts ends in order into an object or a list that was made up as a whole.
func (p *planner) withEnds(s *slot, v any) any {
	for i := range p.ranges {
		e := &p.ranges[i]
		if len(e.low.path) <= len(s.path) || !startsWith(e.low.path, s.path) {
			continue
		}
		low, high := p.candidates(e.low), p.candidates(e.high)
		if len(low) == 0 || len(high) == 0 {
			continue
		}
		with := putEnds(v, e.low.path[len(s.path):], low[0])
		with = putEnds(with, e.high.path[len(s.path):], high[0])
		if len(s.Schema.Check(plainTimes(with))) == 0 {
			v = with
		}
	}
	return v
}

// putEnds gives a value in which what is there at a path is another; in a list, that of
// each element.
func putEnds(v any, path []string, value any) any {
	switch v := v.(type) {
	case map[string]any:
		have, there := v[path[0]]
		switch {
		case !there:
		case len(path) > 1:
			return replaced(v, path[:1], putEnds(have, path[1:], value))
		case have != nil:
			return replaced(v, path, value)
		}
	case []any:
		if len(path) < 2 || path[0] != firstElement {
			return v
		}
		out := make([]any, len(v))
		for i := range v {
			out[i] = putEnds(v[i], path[1:], value)
		}
		return out
	}
	return v
}

// before reports whether a number or a time is known to be less than another.
func before(a, b any) bool {
	a, b = plainTimes(a), plainTimes(b)
	if low, number := spec.Float(a); number {
		high, alsoNumber := spec.Float(b)
		return alsoNumber && low < high
	}
	text, _ := a.(string)
	other, _ := b.(string)
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		first, wrong := time.Parse(layout, text)
		last, alsoWrong := time.Parse(layout, other)
		if wrong == nil && alsoWrong == nil {
			return first.Before(last)
		}
	}
	return false
}

// disordered reports whether a request has both ends of a range, and the first is not
// before the last, or nobody knows which is to be the first.
func (e *ends) disordered(d draft) bool {
	low, begins := d.get(e.low.path)
	high, ends := d.get(e.high.path)
	return begins && ends && low != nil && high != nil && (e.called.Unsure || !before(low, high))
}

// disordered labels the ends of ranges in a request that are in no order.
func (p *planner) disordered(d draft) []string {
	var out []string
	for i := range p.ranges {
		if e := &p.ranges[i]; e.disordered(d) {
			out = append(out, e.low.label(), e.high.label())
		}
	}
	return out
}

// ranked gives the values that a slot has in the i-th of several things, by its rank among
// them. Those of both ends of a range have the same rank.
func (p *planner) ranked(s *slot, was any, rank, i int) []any {
	at := p.rangeOf(s)
	if at < 0 {
		return differently(s.Schema, was, rank)
	}
	rank = ranks[at%len(ranks)][i]
	t, isTime := was.(Time)
	switch {
	case isTime && t.Offset > 0:
		return []any{Time{Offset: t.Offset + time.Duration(rank)*24*time.Hour, Form: t.Form}}
	case isTime || s == p.ranges[at].low:
		return differently(s.Schema, was, rank)
	}
	return apart(s.Schema, float64(10*rank+20))
}

// reordered gives a request that makes one of several things the ordinary ends of a range
// where its own are in no order.
func (p *planner) reordered(d draft) draft {
	for i := range p.ranges {
		e := &p.ranges[i]
		if e.low.path[0] != "body" || !e.disordered(d) {
			continue
		}
		for _, s := range []*slot{e.low, e.high} {
			if v, ok := p.fullest.get(s.path); ok {
				d = d.set(s.path, v)
			}
		}
	}
	return d
}
