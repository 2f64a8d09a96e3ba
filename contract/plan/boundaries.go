package plan

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
)

// edge is one value at or just beyond a limit.
type edge struct {
	keyword string
	name    string
	value   any
	outcome Outcome
	why     string
}

// boundaries tries both sides of every limit and of every comparison in a rule.
func (p *planner) boundaries() {
	for _, s := range p.slots {
		for _, e := range p.edges(s) {
			p.putEdge(s, e)
		}
	}
	for _, r := range p.op.Rules {
		p.ruleBoundaries(r)
	}
}

func (p *planner) putEdge(s *slot, e edge) {
	id := s.Schema.ID + "." + e.keyword
	d, ok := p.alone(s)
	if !ok && !s.FromTarget {
		return
	}
	if !ok {
		d = p.smallest
	}
	d = d.set(s.path, e.value)
	if e.outcome == Accepted {
		if s.FromTarget {
			p.reasons[id] = "only the target knows valid values"
			return
		}
		if s.Schema.Chosen != "" {
			p.reasons[id] = "another value means another schema"
			return
		}
		if unread := s.Schema.Unread(); unread != "" {
			p.reasons[id] = "no value is known to be valid, for " + unread + " cannot be read"
			return
		}
		if d, ok = p.complete(d, s); !ok {
			return
		}
		p.propose(proposal{clause: id, detail: word(e.name), draft: d, outcome: Accepted, why: e.why})
		return
	}
	for _, b := range []base{{"smallest", d}, {"fullest", p.fullest.set(s.path, e.value)}} {
		broken, ok := p.only(b.draft, id, s)
		if !ok {
			broken, ok = p.refit(b.draft, id)
		}
		if ok {
			p.propose(proposal{
				clause: id, detail: word(e.name, "in", b.name), draft: broken, outcome: Refused, why: e.why,
			})
		}
	}
}

// edges lists the values around the limits of a slot's schema.
func (p *planner) edges(s *slot) []edge {
	var out []edge
	out = append(out, numberEdges(s)...)
	out = append(out, lengthEdges(s)...)
	out = append(out, itemEdges(s)...)
	return append(out, memberEdges(s)...)
}

func numberEdges(s *slot) []edge {
	if s.Schema.Type != "integer" && s.Schema.Type != "number" || len(s.Schema.Enum) > 0 {
		return nil
	}
	var out []edge
	step := 1.0
	if s.Schema.Type == "number" {
		step = 0.01
	}
	if s.Schema.MultipleOf != nil {
		step = *s.Schema.MultipleOf
	}
	if m := s.Schema.Minimum; m != nil {
		out = append(out, limitEdges(s, s.Schema.MinimumKeyword(), *m, -step, s.Schema.ExclusiveMinimum)...)
	}
	if m := s.Schema.Maximum; m != nil {
		keyword := s.Schema.MaximumKeyword()
		out = append(out, limitEdges(s, keyword, *m, step, s.Schema.ExclusiveMaximum)...)
		if s.Schema.Type == "integer" {
			out = append(out, edge{keyword, "past-64-bits", wrapping(s.Schema), Refused, s.name() + " is larger than any 64-bit integer"})
		}
	}
	if m := s.Schema.MultipleOf; m != nil && *m != 1 {
		if v := s.Schema.Sample(); v != nil {
			off := s.Schema.Numeric(toFloat(v) + *m/2)
			if s.Schema.Type == "integer" {
				off = s.Schema.Numeric(toFloat(v) + 1)
			}
			next := s.Schema.Numeric(toFloat(v) + *m)
			out = append(out,
				edge{"multipleOf", "between", off, Refused, s.name() + " is no multiple of " + spec.Number(*m)},
				edge{"multipleOf", "multiple", next, Accepted, s.name() + " is a multiple of " + spec.Number(*m)})
		}
	}
	return out
}

// wrapping gives a number past 64 bits that arithmetic in 64 bits takes for an
// ordinary valid one.
func wrapping(s *spec.Schema) any {
	values := candidates(s)
	if len(values) == 0 {
		return past64Bits
	}
	n, _ := new(big.Int).SetString(past64Bits.String(), 10)
	return json.Number(n.Add(n, big.NewInt(int64(toFloat(values[0])))).String())
}

// limitEdges gives the last value that a limit allows and the first that it
// does not. outwards is the step towards the forbidden side.
func limitEdges(s *slot, keyword string, limit, outwards float64, exclusive bool) []edge {
	allowed, forbidden := limit, limit+outwards
	if exclusive {
		allowed, forbidden = limit-outwards, limit
	}
	if math.Abs(forbidden) > 1<<53 {
		return nil // a float cannot tell the neighbours apart
	}
	sent := s.name() + " is "
	return []edge{
		{keyword, "at", s.Schema.Numeric(allowed), Accepted, sent + spec.Number(allowed) + ", the last value that the limit allows"},
		{keyword, "beyond", s.Schema.Numeric(forbidden), Refused, sent + spec.Number(forbidden) + ", just beyond the limit"},
	}
}

// toFloat gives a number as a float; 0 for what is none.
func toFloat(v any) float64 {
	f, _ := spec.Float(v)
	return f
}

// The bounds of the values that limits are tried with: beyond them a request may be
// refused for its size alone. In the text of a request, a URL for one, they are lower:
// its target should stay under 2,000 bytes (RFC 9112, section 3, leaves longer ones to
// the server).
const (
	maxText, maxBodyText         = 1500, 1 << 20
	maxElements, maxBodyElements = 200, 1001
)

// TextLimit is how long a text must be less than for a limit of its length to be
// tried: one that is sent as text, or one in a body.
func TextLimit(asText bool) uint64 {
	if asText {
		return maxText
	}
	return maxBodyText
}

// ElementLimit is TextLimit for the number of elements of a list.
func ElementLimit(asText bool) uint64 {
	if asText {
		return maxElements
	}
	return maxBodyElements
}

func lengthEdges(s *slot) []edge {
	if s.Schema.Type != "string" || len(s.Schema.Enum) > 0 || s.Schema.Composed != nil || s.Schema.Formed() {
		return nil
	}
	var out []edge
	if n := s.Schema.MinLength; n > 0 {
		out = append(out, textEdge(s, "minLength", "at", n, Accepted))
		// An empty path segment names another resource, and an empty text may be
		// taken for an absence.
		if n > 1 || !s.Wire() && s.Required {
			out = append(out, textEdge(s, "minLength", "below", n-1, Refused))
		}
	}
	if n := s.Schema.MaxLength; n != nil && *n < TextLimit(s.Wire()) {
		out = append(out, textEdge(s, "maxLength", "at", *n, Accepted), textEdge(s, "maxLength", "above", *n+1, Refused))
	}
	kept := out[:0]
	for _, e := range out {
		if e.value != nil {
			kept = append(kept, e)
		}
	}
	return kept
}

// textEdge makes a text of a length. Its value is nil where the pattern does
// not give one.
func textEdge(s *slot, keyword, name string, length uint64, outcome Outcome) edge {
	e := edge{keyword, name, nil, outcome, fmt.Sprintf("%s has %d characters", s.name(), length)}
	text, ok := s.Schema.OfLength(length)
	broken := s.Schema.Check(text)
	if ok && (outcome == Accepted && len(broken) == 0 || outcome == Refused && len(broken) == 1) {
		e.value = text
	}
	return e
}

func itemEdges(s *slot) []edge {
	if s.Schema.Type != "array" || s.Schema.Items == nil {
		return nil
	}
	elements := candidates(s.choice.Items)
	if len(elements) == 0 {
		return nil
	}
	sized := func(keyword, name string, n uint64, outcome Outcome) edge {
		return edge{
			keyword, name, list(elements, 0, int(n), s.Schema.UniqueItems), outcome,
			fmt.Sprintf("%s has %d elements", s.name(), n),
		}
	}
	var out []edge
	if n := s.Schema.MinItems; n > 0 {
		out = append(out, sized("minItems", "at", n, Accepted))
		if n > 1 || !s.Wire() {
			out = append(out, sized("minItems", "below", n-1, Refused))
		}
	}
	if n := s.Schema.MaxItems; n != nil && *n < ElementLimit(s.Wire()) {
		out = append(out, sized("maxItems", "at", *n, Accepted), sized("maxItems", "above", *n+1, Refused))
	}
	return out
}

// maxMembers bounds the objects that limits of their members are tried with.
const maxMembers = 200

// memberEdges gives objects with as few and as many members as are allowed, and with
// one less or more.
func memberEdges(s *slot) []edge {
	if s.Wire() || !s.Schema.Object() {
		return nil
	}
	var out []edge
	add := func(keyword, name string, n uint64, outcome Outcome) {
		if v := ofMembers(s.Schema, int(n)); v != nil {
			out = append(out, edge{keyword, name, v, outcome, fmt.Sprintf("%s has %d members", s.name(), n)})
		}
	}
	if n := s.Schema.MinProps; n > 0 && n < maxMembers {
		add("minProperties", "at", n, Accepted)
		add("minProperties", "below", n-1, Refused)
	}
	if n := s.Schema.MaxProps; n != nil && *n < maxMembers {
		add("maxProperties", "at", *n, Accepted)
		add("maxProperties", "above", *n+1, Refused)
	}
	return out
}

// ofMembers gives an object with n members: those that are required, then those that
// are listed or, where none are, others: whether members that are not listed are taken
// is open. It gives nil where that cannot be had.
func ofMembers(s *spec.Schema, n int) any {
	out := object(s)
	for _, m := range s.Members {
		if _, given := out[m.Name]; given || m.ReadOnly || len(out) >= n {
			continue
		}
		if values := candidates(m.Schema); len(values) > 0 {
			out[m.Name] = values[0]
		}
	}
	for i := 1; len(out) < n && !s.Closed && len(s.Members) == 0; i++ {
		var value any = "example"
		if s.Additional != nil {
			values := candidates(s.Additional)
			if len(values) == 0 {
				return nil
			}
			value = values[0]
		}
		out["member"+strconv.Itoa(i)] = value
	}
	if len(out) != n {
		return nil
	}
	return out
}

// levelIn gives the level of a rule's case: where the rule has a unit, a finer
// distance from the boundary is inferred.
func levelIn(r *spec.Rule, wholeUnits bool) clause.Level {
	if r.Unit > 0 && !wholeUnits {
		return clause.Should
	}
	return ""
}
