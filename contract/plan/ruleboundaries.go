package plan

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/spec"
)

// ruleBoundaries tries both sides of every comparison in a rule. The values are
// found from the comparison itself: it is evaluated, and one value that it reads
// is moved by what its sides differ.
func (p *planner) ruleBoundaries(r *spec.Rule) {
	found := false
	p.acrossComparisons(r, func(x proposal) {
		found = true
		p.propose(x)
	})
	if !found {
		p.flips(r)
	}
}

func (p *planner) acrossComparisons(r *spec.Rule, propose func(x proposal)) {
	d, ok := p.live(r)
	if !ok {
		return
	}
	for i, c := range r.Holds.Comparisons() {
		named := named{Comparison: c, text: c.String(), index: i + 1}
		if p.across(r, named, d, propose) {
			continue
		}
		if !p.readsTime(r, c) {
			// What stands in the whole request may keep the rule whatever is compared.
			if broken := p.broken[r]; broken != nil {
				named.with = "from-broken"
				p.across(r, named, broken, propose)
			}
			continue
		}
		for _, other := range p.otherwise(r, d) {
			named.with = other.name
			if p.across(r, named, other.draft, propose) {
				break
			}
		}
	}
}

// across tries both sides of a comparison. It reports whether they decide: one
// is to be accepted and another refused.
func (p *planner) across(r *spec.Rule, c named, d draft, propose func(x proposal)) (decides bool) {
	proposed := map[string]bool{}
	outcomes := map[Outcome]bool{}
	note := func(x proposal) {
		proposed[x.detail], outcomes[x.outcome] = true, true
		propose(x)
	}
	for _, s := range p.readBy(r) {
		if p.moveAcross(r, c, s, d, note) {
			break
		}
	}
	p.timesAcross(r, c, d, proposed, note)
	return len(outcomes) > 1
}

// named is a comparison, its text and its number within its rule.
type named struct {
	rule.Comparison

	text  string
	index int
	with  string // what is special about the request, for a case's id
}

// breakAtBoundary breaks a rule by moving a value across one of its comparisons,
// where no ordinary values break it.
func (p *planner) breakAtBoundary(r *spec.Rule) bool {
	found := false
	p.acrossComparisons(r, func(x proposal) {
		if x.outcome == Refused && x.level == "" && !found {
			found = true
			p.proposeBroken(r, x.draft, "beyond")
		}
	})
	return found
}

// flips looks for the boundaries of a rule over which no comparison outside of
// loops decides: between a value that breaks a rule and one that keeps it lies a first
// one that breaks it.
func (p *planner) flips(r *spec.Rule) {
	d := p.broken[r]
	if d == nil {
		return
	}
	for _, s := range p.readBy(r) {
		v, present := d.get(s.path)
		if present && isTime(s) {
			p.flipTime(r, s, d)
		}
		if !present || s.FromTarget || s.Schema.Type != "integer" && s.Schema.Type != "number" || len(s.Schema.Enum) > 0 {
			continue
		}
		for _, far := range p.wide(s) {
			if last, first, ok := p.flip(r, s, d, toFloat(far), toFloat(v)); ok {
				p.proposeFlip(r, s, d.set(s.path, last), d.set(s.path, first))
				break
			}
		}
	}
}

// flip halves the distance between a value that keeps a rule and one that
// breaks it, down to one, or a hundredth of numbers that need not be whole.
func (p *planner) flip(r *spec.Rule, s *slot, d draft, good, bad float64) (last, first any, ok bool) {
	scale := 1.0
	if s.Schema.Type == "number" {
		scale = 100
	}
	at := func(n float64) draft { return d.set(s.path, s.Schema.Numeric(n/scale)) }
	low, high := math.Round(good*scale), math.Round(bad*scale)
	if p.stands(r, at(low)) != kept || p.stands(r, at(high)) != broken {
		return nil, nil, false
	}
	for math.Abs(high-low) > 1 {
		if middle := math.Trunc((low + high) / 2); p.stands(r, at(middle)) == broken {
			high = middle
		} else {
			low = middle
		}
	}
	return s.Schema.Numeric(low / scale), s.Schema.Numeric(high / scale), true
}

func (p *planner) proposeFlip(r *spec.Rule, s *slot, kept, beyond draft) {
	if p.allowed(kept) && p.othersRobust(r, kept) {
		p.propose(proposal{
			clause: r.ID, detail: word(s.name(), "last"), draft: kept, outcome: Accepted,
			why: "the " + s.name() + " is the last that keeps the rule: " + r.Message,
		})
	}
	if p.breaksOnly(beyond, r.ID) {
		p.propose(proposal{
			clause: r.ID, detail: word(s.name(), "first-beyond"), draft: beyond, outcome: Refused,
			why: "the " + s.name() + " is the first that breaks the rule: " + r.Message,
		})
	}
}

// live gives the smallest allowed request in which everything that a rule reads
// is present, as far as the rules allow.
func (p *planner) live(r *spec.Rule) (draft, bool) {
	d := p.smallest
	var kept []*slot
	for _, s := range p.readBy(r) {
		if more, ok := p.include(d, s); ok {
			if settled, ok := p.settle(more); ok {
				d, kept = settled, append(kept, s)
			} else if completed, ok := p.complete(more, append(kept, s)...); ok {
				d, kept = completed, append(kept, s)
			}
		}
	}
	if len(kept) == 0 {
		return nil, false
	}
	return p.complete(d, kept...)
}

// step is a distance from the boundary, in seconds for times, else in units.
type step struct {
	name   string
	amount float64
	whole  bool // a multiple of the rule's own unit
	// roomy tells that what other rules compare keeps away from their boundaries.
	roomy bool
}

func steps(r *spec.Rule, ofTime bool) []step {
	if !ofTime {
		return []step{
			{name: "equal", whole: true},
			{name: "one-more", amount: 1, whole: true},
			{name: "one-less", amount: -1, whole: true},
			{name: "nine-more", amount: 9, whole: true},
		}
	}
	hour := time.Hour.Seconds()
	out := []step{
		{name: "equal", whole: true},
		{name: "one-second-more", amount: 1},
		{name: "one-second-less", amount: -1},
		{name: "one-hour-more", amount: hour},
		{name: "three-hours-less", amount: -3 * hour},
	}
	if r.Unit > 0 {
		out = append(out,
			step{name: "one-unit-more", amount: r.Unit.Seconds(), whole: true},
			step{name: "one-unit-less", amount: -r.Unit.Seconds(), whole: true})
	}
	return out
}

// anchors are values for what is not moved: times to be near to now, numbers
// whose order as text differs from their order as numbers, and zero.
func (p *planner) anchors(s *slot) []any {
	switch {
	case len(s.Schema.Enum) > 0 || s.FromTarget:
		return nil
	case s.Schema.Format == "date-time":
		return []any{
			Time{Offset: -90 * time.Minute},
			Time{Offset: -24 * time.Hour},
			Time{Offset: -36 * time.Hour},
			Time{Offset: -29*24*time.Hour - 22*time.Hour},
		}
	case s.Schema.Type == "integer":
		return []any{int64(9), int64(10), int64(0), int64(1), int64(99)}
	case s.Schema.Type == "number":
		return []any{9.0, 10.0, 0.0, 1.0}
	default:
		return nil
	}
}

// moveAcross moves one slot to each distance from a comparison's boundary, for
// each anchor of the others. It reports whether that gives requests: the limits of
// the slot may keep it from the boundary, and another may reach it.
func (p *planner) moveAcross(r *spec.Rule, c named, s *slot, d draft, propose func(x proposal)) bool {
	if _, ok := p.slope(c.Comparison, s, d); !ok {
		return false
	}
	_, ofTime := value(d, s).(Time)
	proposed := ofTime
	note := func(x proposal) {
		proposed = true
		propose(x)
	}
	for _, anchored := range p.anchored(r, c.Comparison, s, d) {
		slope, ok := p.slope(c.Comparison, s, anchored)
		if !ok {
			continue
		}
		for _, by := range p.stepsOf(r, c.Comparison, anchored, ofTime) {
			distance, ok := p.distance(c.Comparison, anchored)
			if !ok {
				continue
			}
			moved, ok := shift(s, value(anchored, s), (by.amount-distance)/slope)
			if !ok {
				continue
			}
			p.proposeMoved(r, c, by, anchored.set(s.path, moved), note)
		}
	}
	return proposed
}

func value(d draft, s *slot) any {
	v, _ := d.get(s.path)
	return v
}

// anchored gives the draft with each anchor for one of the other slots that the
// comparison reads; the draft itself when there is no other.
func (p *planner) anchored(r *spec.Rule, c rule.Comparison, moving *slot, d draft) []draft {
	out := []draft{d}
	for _, s := range p.readBy(r) {
		if s == moving || !readsSlot(c, s) {
			continue
		}
		if _, present := d.get(s.path); !present {
			continue
		}
		for _, v := range p.anchors(s) {
			if len(s.Schema.Check(plainTimes(v))) == 0 {
				out = append(out, d.set(s.path, v))
			}
		}
	}
	return out
}

func readsSlot(c rule.Comparison, s *slot) bool {
	for _, path := range c.Reads {
		if startsWith(s.path, path) {
			return true
		}
	}
	return false
}

// proposeMoved proposes a moved draft on the side that it falls on.
func (p *planner) proposeMoved(r *spec.Rule, c named, by step, d draft, propose func(x proposal)) {
	said := describe(d, c.Comparison, p.readBy(r))
	x := proposal{
		clause: r.ID, draft: d,
		detail: boundaryDetail(c, by),
	}
	// Of times, one request for each distance and side is enough.
	if said != "" && !p.temporal(c.Comparison, d) {
		x.detail = joined(x.detail, said)
	}
	switch {
	case p.breaksOnly(d, r.ID):
		x.outcome, x.level = Refused, levelIn(r, by.whole)
		x.why = fmt.Sprintf("%s is broken by %s: %s", c.text, by.name, r.Message)
		if distance, ok := p.distance(c.Comparison, d); ok && holds(c.Op, distance) {
			x.why = fmt.Sprintf("the request breaks the rule, with %s at %s from its boundary: %s", c.text, by.name, r.Message)
		}
	case p.allowed(d) && (p.othersRobust(r, d) || p.othersClear(r, d) && by.roomy):
		x.outcome = Accepted
		x.why = fmt.Sprintf("%s still holds, at %s from its boundary", c.text, by.name)
		if p.carriesLimit(d) {
			x.level = clause.Should
		}
	default:
		return
	}
	propose(x)
}

// holds reports whether a comparison holds whose left side is so much above its
// right one.
func holds(op string, distance float64) bool {
	switch op {
	case "<":
		return distance < 0
	case "<=":
		return distance <= 0
	case ">":
		return distance > 0
	case ">=":
		return distance >= 0
	case "==":
		return distance == 0
	default:
		return distance != 0
	}
}

func boundaryDetail(c named, by step) string {
	detail := joined(fmt.Sprintf("comparison-%d", c.index), by.name)
	if c.with != "" {
		return joined(detail, c.with)
	}
	return detail
}

// othersRobust tells that no other rule hangs on a value of the draft.
func (p *planner) othersRobust(r *spec.Rule, d draft) bool {
	for _, other := range p.op.Rules {
		if other != r && p.stands(other, d) != notApplied && !p.robust(other, d) {
			return false
		}
	}
	return true
}

// describe names the values that a rule reads, for a case's id.
func describe(d draft, c rule.Comparison, slots []*slot) string {
	var parts []string
	for _, s := range slots {
		if !slices.ContainsFunc(c.Reads, func(path []string) bool { return slices.Equal(path, s.path) }) {
			continue
		}
		if v, ok := d.get(s.path); ok && !s.Schema.Object() && s.Schema.Type != "array" && !isTime(s) {
			parts = append(parts, word(s.name(), spec.Text(plainTimes(v))))
		}
	}
	return strings.Join(parts, "-")
}

// distance is how far the left side of a comparison lies above the right one,
// in seconds for times and durations.
func (p *planner) distance(c rule.Comparison, d draft) (float64, bool) {
	return distanceIn(c, p.input(d))
}

func distanceIn(c rule.Comparison, in *rule.Input) (float64, bool) {
	left, right, err := c.Sides(in)
	if err != nil {
		return 0, false
	}
	switch l := left.(type) {
	case time.Time:
		if r, ok := right.(time.Time); ok {
			return l.Sub(r).Seconds(), true
		}
	case time.Duration:
		if r, ok := right.(time.Duration); ok {
			return (l - r).Seconds(), true
		}
	case int64, float64:
		switch right.(type) {
		case int64, float64:
			return toFloat(left) - toFloat(right), true
		}
	}
	return 0, false
}

func (p *planner) temporal(c rule.Comparison, d draft) bool {
	left, _, err := c.Sides(p.input(d))
	if err != nil {
		return false
	}
	switch left.(type) {
	case time.Time, time.Duration:
		return true
	}
	return false
}

// slope is how much the distance changes when a slot is moved by one; ok is
// false when it does not.
func (p *planner) slope(c rule.Comparison, s *slot, d draft) (float64, bool) {
	before, ok := p.distance(c, d)
	if !ok || s.FromTarget || len(s.Schema.Enum) > 0 {
		return 0, false
	}
	moved, ok := shift(s, value(d, s), 1)
	if !ok {
		return 0, false
	}
	after, ok := p.distance(c, d.set(s.path, moved))
	return after - before, ok && after != before
}

// maxLength bounds the lists and texts that are grown to a boundary.
const maxLength = 1000

// shift moves a value by an amount: a time by seconds, a number by its value, a
// text or a list by its length.
func shift(s *slot, v any, amount float64) (any, bool) {
	switch v := v.(type) {
	case Time:
		seconds := math.Round(amount)
		return Time{Offset: v.Offset + time.Duration(seconds)*time.Second}, math.Abs(seconds) < 1e9
	case int64:
		if amount != math.Trunc(amount) || math.Abs(amount) > 1<<53 {
			return nil, false
		}
		return v + int64(amount), true
	case float64:
		return v + amount, true
	case string:
		length := utf8.RuneCountInString(v) + int(amount)
		if !freeText(s.Schema) || length < 0 || length > maxLength {
			return nil, false
		}
		return strings.Repeat("a", length), true
	case []any:
		length := len(v) + int(amount)
		if s.Schema.Items == nil || length < 0 || length > maxLength {
			return nil, false
		}
		return list(candidates(s.choice.Items), 0, length, s.Schema.UniqueItems), true
	}
	return nil, false
}
