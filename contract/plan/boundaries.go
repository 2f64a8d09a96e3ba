package plan

import (
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
)

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

func (p *planner) putEdge(s *slot, e spec.Try) {
	id := s.Schema.ID + "." + e.Keyword
	d, ok := p.alone(s)
	if !ok && !s.FromTarget {
		return
	}
	if !ok {
		d = p.smallest
	}
	d = d.set(s.path, e.Value)
	if e.Valid {
		if reason := unchosen(s); reason != "" {
			p.reasons[id] = reason
		} else if d, ok = p.complete(d, s); ok {
			p.propose(proposal{clause: id, detail: word(e.Name), draft: d, outcome: Accepted, why: e.Why})
		}
		return
	}
	for _, b := range []base{{"smallest", d}, {"fullest", p.fullest.set(s.path, e.Value)}} {
		broken, ok := p.only(b.draft, id, s)
		if !ok {
			broken, ok = p.refit(b.draft, id)
		}
		if ok {
			p.propose(proposal{
				clause: id, detail: word(e.Name, "in", b.name), draft: broken, outcome: Refused, why: e.Why,
			})
		}
	}
}

// unchosen says why no value at a limit is known to be valid, or gives "".
func unchosen(s *slot) string {
	switch {
	case s.Schema.Content != "":
		return "nothing of that length is known that is valid " + s.Schema.Content
	case s.FromTarget:
		return "only the target knows valid values"
	case s.Schema.Chosen != "":
		return "another value means another schema"
	case s.Schema.Unread() != "":
		return "no value is known to be valid, for " + s.Schema.Unread() + " cannot be read"
	}
	return ""
}

// edges lists the values around the limits of a slot's schema.
func (p *planner) edges(s *slot) []spec.Try { return told(s, site(s).Boundaries()) }

// told says of each value where it is sent.
func told(s *slot, tries []spec.Try) []spec.Try {
	for i := range tries {
		tries[i].Why = s.name() + " " + tries[i].Why
	}
	return tries
}

// site tells the keywords of a slot's schema what they choose values by.
func site(s *slot) spec.Site {
	return spec.Site{
		Schema: s.Schema, AsText: s.AsText(), Required: s.Required, Element: s.IsElement(),
		MaxText: TextLimit(s.Parameter != nil), MaxElements: ElementLimit(s.Parameter != nil),
		Ordinary: func() []any { return candidates(s.Schema) },
		ListOf: func(n int) []any {
			elements := candidates(s.choice.Items)
			if len(elements) == 0 {
				return nil
			}
			return list(elements, 0, n, s.Schema.UniqueItems)
		},
		ObjectOf: func(n int) any { return ofMembers(s.Schema, n) },
	}
}

// toFloat returns a number as a float; 0 for what is none.
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

// TextLimit bounds the limits on the length of a text that are tried: one has to be less.
// It depends on whether the value is sent as text, as outside of a body, or in a body.
func TextLimit(asText bool) uint64 {
	if asText {
		return maxText
	}
	return maxBodyText
}

// ElementLimit bounds the limits on the number of elements of a list, as TextLimit does
// those of texts.
func ElementLimit(asText bool) uint64 {
	if asText {
		return maxElements
	}
	return maxBodyElements
}

// ofMembers returns an object with n members: those that are required, then those that
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
	// What has more than it must shares no member with what has not: a member that was
	// accepted before might have to be new.
	first := 1
	if n > int(s.MinProps) {
		first += n
	}
	for i := first; len(out) < n && !s.Closed && len(s.Members) == 0; i++ {
		name, value := s.Extra(i)
		if value == nil {
			return nil
		}
		out[name] = value
	}
	if len(out) != n {
		return nil
	}
	return out
}

// levelIn returns the level of a rule's case: where the rule has a unit, a finer
// distance from the boundary is inferred.
func levelIn(r *spec.Rule, wholeUnits bool) clause.Level {
	if r.Unit > 0 && !wholeUnits {
		return clause.Should
	}
	return ""
}
