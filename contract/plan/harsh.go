package plan

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// The sizes of what is very long: in a URL it must stay below what servers refuse
// for its length alone (RFC 9112, section 3).
const (
	longInURL  = maxText
	longInBody = 10_000
)

// harshTexts are texts that services stumble over when they put them into a query
// of a database, a page, a path or a log.
var harshTexts = []struct{ name, text, what string }{
	{"quotes", `it's "quoted"`, "quotation marks"},
	{"backslashes", `a\b\\c\`, "backslashes"},
	{"percent", "50%25 off", "a percent sign and a blank"},
	{"nul", "a\x00b", "the character NUL"},
	{"emoji", "\U0001F600\U0001F1E9\U0001F1EA", "characters beyond 16 bits"},
	{"word-null", "null", "the word null"},
	{"blank", "   ", "blanks alone"},
	{"untrimmed", " text ", "blanks at both ends"},
}

// harsh sends values that the contract allows, or does not speak of, and that
// services stumble over. Whether they are taken is left open.
func (p *planner) harsh() {
	for _, s := range p.slots {
		if s.path[0] == "body" || s.path[0] == "query" {
			p.harshValues(s)
		}
	}
}

func (p *planner) harshValues(s *slot) {
	if s.target || s.element {
		return
	}
	d, ok := p.alone(s)
	if !ok {
		return
	}
	propose := func(name, what string, at []string, value any) {
		p.propose(proposal{
			clause: p.unprovoked(), detail: word(s.name(), name), technique: Harsh, draft: d.set(at, value), outcome: Either,
			why: s.name() + " holds " + what + ": it may be taken or refused, but must not make the service fail",
		})
	}
	switch {
	case freeText(s.schema):
		p.harshTexts(s, propose)
	case s.wire() || len(s.schema.Enum) > 0:
	case s.schema.Type == "integer":
		p.harshNumbers(s, propose)
	case s.schema.Type == "number" && s.schema.Maximum == nil:
		propose("very-large", "a number that no 64-bit float holds", s.path, json.Number("1e400"))
	case s.schema.Type == "object" && !s.schema.Closed && s.schema.Additional == nil && s.schema.Composed == nil:
		propose("unknown-member", "a member that the contract does not list", append(slices.Clone(s.path), unlistedMember(s.schema)), "x")
	}
}

// proposer proposes a value at a place.
type proposer func(name, what string, at []string, value any)

func (p *planner) harshTexts(s *slot, propose proposer) {
	for _, t := range harshTexts {
		if len(s.schema.Check(t.text)) == 0 {
			propose(t.name, t.what, s.path, t.text)
		}
	}
	if s.schema.MaxLength == nil {
		long := strings.Repeat("long ", longInBody/5)
		if s.wire() {
			long = long[:longInURL]
		}
		propose("very-long", "a very long text", s.path, long)
	}
	if !s.wire() && !s.required {
		propose("empty", "no character", s.path, "")
	}
}

func (p *planner) harshNumbers(s *slot, propose proposer) {
	for _, n := range []struct {
		name, what string
		value      any
	}{
		{"past-32-bits", "a number that no 32-bit integer holds", int64(1) << 32},
		{"past-64-bits", "a number that no 64-bit integer holds", past64Bits},
	} {
		if len(s.schema.Check(n.value)) == 0 { // else the contract decides
			propose(n.name, n.what, s.path, n.value)
		}
	}
}

// unlistedMember names a member that an object does not list.
func unlistedMember(s *spec.Schema) string {
	name := "unlistedMember"
	for s.Member(name) != nil {
		name += "_"
	}
	return name
}
