package prove

import (
	"cmp"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
)

// unbroken says why no request is known that breaks a clause and nothing else,
// or "".
func (o *oracle) unbroken(id string) string {
	for _, r := range o.op.Rules {
		if r.ID == id && !slices.ContainsFunc(o.pool, func(d *drawn) bool { return d.broken == r }) {
			return "no request was drawn that breaks the rule and nothing else"
		}
	}
	for _, at := range o.places {
		if reason := o.unbrokenAt(at, id); reason != "" {
			return reason
		}
	}
	return ""
}

// unbrokenAt is unbroken for what a clause says of one place.
func (o *oracle) unbrokenAt(at *place, id string) string {
	if o.valueless(at.Schema) && strings.HasPrefix(id, at.Schema.ID+".") {
		return "no value of " + at.label() + " is known to be valid, so that nothing else is known to be wrong with one"
	}
	if more := at.Schema.Additional; more != nil {
		if keyword, below := strings.CutPrefix(id, more.ID+"."); below && strings.Contains(keyword, ".") {
			return "what is within members that are not listed is judged, and not planned for"
		}
	}
	switch id {
	case at.clause("uniqueItems"):
		return at.doubt("a", "a")
	case at.clause("schema"):
		if at.Schema.Judged() != "" && at.Schema.Composed == nil {
			return "what the schema states as " + at.Schema.Judged() + " is judged, and not planned for"
		}
	case at.clause("format"), at.clause("pattern"):
		return cmp.Or(at.formless(), at.unwide())
	}
	for _, l := range limitsOf(at.Schema) {
		if id == at.clause(l.keyword) {
			return o.limited(at, l)
		}
	}
	return ""
}

// limited says why no request is known that is beyond a limit and breaks nothing
// else, or gives "".
func (o *oracle) limited(at *place, l limit) string {
	switch {
	case unsendable(at, l) != "":
		return unsendable(at, l)
	case at.textless(l, true) != "":
		return at.textless(l, true)
	case at.memberless(l, true) != "":
		return at.memberless(l, true)
	case l.maybeNone(at):
		return "an empty value may lawfully be taken for none"
	case !o.reaches(at, l):
		return "what is beyond the limit always breaks another clause as well"
	}
	return ""
}

// reaches tells whether a request can go beyond a limit and break nothing else.
func (o *oracle) reaches(at *place, l limit) bool {
	if !l.number() {
		return true
	}
	if l.exclusive(at.Schema) {
		return o.allowed(at, at.Schema.Numeric(l.value))
	}
	return o.allowed(at, at.Schema.Numeric(l.value+l.outwards(at.Schema)))
}

// untouched says why no request that has to be accepted is known to have the last value
// that a limit allows, or gives "".
func (o *oracle) untouched(at *place, l limit) string {
	switch {
	case !o.touches(at, l):
		return "no allowed request has a value at the limit"
	case !o.inOrder(at, l):
		return "with a value at the limit the two ends of a range are in no order, and the contract does not say whether they may be"
	}
	return ""
}

// touches tells whether an allowed request can have the last value that a limit
// allows.
func (o *oracle) touches(at *place, l limit) bool {
	return !l.number() || o.allowed(at, at.Schema.Numeric(l.last(at.Schema)))
}

// inOrder reports whether a request that has the last value which a limit allows at one
// end of a range can have the other end beyond it, or lack that. The ends of a range that
// no rule speaks of may be refused where they are in no order.
func (o *oracle) inOrder(at *place, l limit) bool {
	if !l.number() {
		return true
	}
	last := l.last(at.Schema)
	for _, other := range o.places {
		isLow, isHigh := o.areEnds(at, other), o.areEnds(other, at)
		if !other.Required || !isLow && !isHigh {
			continue
		}
		for _, far := range limitsOf(other.Schema) {
			end := far.last(other.Schema)
			if far.number() && (isLow && far.upper && end <= last || isHigh && !far.upper && end >= last) {
				return false
			}
		}
	}
	return true
}

// areEnds reports whether two numbers are by their names the ends of a range that no rule
// speaks of.
func (o *oracle) areEnds(low, high *place) bool {
	if !low.chosenNumber() || !high.chosenNumber() || !slices.Equal(low.Path[:len(low.Path)-1], high.Path[:len(high.Path)-1]) {
		return false
	}
	words := func(at *place) []string { return spec.Words(at.Path[len(at.Path)-1]) }
	_, paired := world.Paired(words(low), words(high), false)
	return paired && !slices.ContainsFunc(o.op.Rules, func(r *spec.Rule) bool { return readsAt(r, low) && readsAt(r, high) })
}

// chosenNumber reports whether a place is for a number of a query or a body that the
// contract allows to be chosen.
func (at *place) chosenNumber() bool {
	s := at.Schema
	return (at.In() == "query" || at.In() == "body") && len(at.Path) > 1 && !at.IsElement() && !at.FromTarget &&
		(s.Type == "integer" || s.Type == "number") && len(s.Enum) == 0 && s.Composed == nil
}
