package plan

import (
	"cmp"
	"fmt"
	"strings"
)

// whyImpossible says why no valid request was found.
func (p *planner) whyImpossible() string {
	b := p.op.Body
	if b != nil && b.Required && b.Main() == nil {
		types := make([]string, len(b.Content))
		for i, m := range b.Content {
			types[i] = m.Type
		}
		return fmt.Sprintf("the request needs a body of type %s, of which nothing is known that is valid: give it an example",
			cmp.Or(strings.Join(types, " or "), "that is not documented"))
	}
	if reason := p.unfound(); reason != "" {
		return reason
	}
	return p.noRequest()
}

// unfound says which value of the smallest request was not found, and why; "" where
// that is not what stands in the way.
func (p *planner) unfound() string {
	for _, s := range p.slots {
		if s.optional() || s.FromTarget {
			continue
		}
		if s.parent != nil {
			if _, present := p.smallest.get(s.parent.path); !present {
				continue
			}
		}
		if reason := p.unfoundFor(s); reason != "" {
			return reason
		}
	}
	return ""
}

// unfoundFor is unfound for one slot.
func (p *planner) unfoundFor(s *slot) string {
	v, present := p.smallest.get(s.path)
	found := present && len(s.Schema.Check(plainTimes(v))) == 0
	switch none := len(p.candidates(s)) == 0; {
	case none && s.Schema.Unread() != "":
		return "no value of " + s.name() + " is known to be valid, for its " + s.Schema.Unread() + " cannot be read: give its schema an example"
	case none && s.Schema.Content != "":
		return "nothing is known that is valid " + s.Schema.Content + ", which " + s.name() + " holds: give its schema an example"
	case none && s.Schema.Pattern != nil:
		return "no text was found for " + s.name() + " that matches the pattern: give its schema an example"
	case s.Schema.Judged() != "" && !found && leaf(s, v):
		return "no value was found for " + s.name() + " that keeps to what its schema states as " + s.Schema.Judged() +
			": give the schema an example"
	case none && s.parent == nil:
		return "no valid value was found for " + s.name() + ": give its schema an example"
	default:
		return ""
	}
}

// leaf tells that a value is not wrong for what is in it, of which more is said
// further on.
func leaf(s *slot, v any) bool {
	for _, broken := range s.Schema.Check(plainTimes(v)) {
		if broken.Clause == s.Schema.ID+".schema" {
			return true
		}
	}
	return v == nil
}
