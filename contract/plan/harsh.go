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

// longText is cut where it is to be shorter.
var longText = strings.Repeat("long ", longInBody/5)

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
	if s.FromTarget || s.IsElement() {
		return
	}
	d, ok := p.alone(s)
	if !ok {
		return
	}
	for _, v := range harshTo(s) {
		p.propose(proposal{
			clause: p.unprovoked(), detail: word(s.name(), v.name), draft: d.set(v.at, v.value), outcome: Either,
			why: s.name() + " holds " + v.what + ": it may be taken or refused, but must not make the service fail",
		})
	}
}

// harshValue is a value at a place that services stumble over.
type harshValue struct {
	name, what string
	at         []string
	value      any
}

// harshTo lists the harsh values of a slot, by what its schema allows.
func harshTo(s *slot) []harshValue {
	switch {
	case freeText(s.Schema):
		return harshTextsOf(s)
	case s.AsText(), s.Schema.Composed != nil, len(s.Schema.Enum) > 0:
		return nil
	}
	switch s.Schema.Type {
	case "integer":
		return harshIntegers(s)
	case "number":
		if s.Schema.Maximum == nil {
			return []harshValue{{"very-large", "a number that no 64-bit float holds", s.path, json.Number("1e400")}}
		}
	case "object":
		if !s.Schema.Closed && s.Schema.Additional == nil {
			at := append(slices.Clone(s.path), s.Schema.Unlisted())
			return []harshValue{{"unknown-member", "a member that the contract does not list", at, "x"}}
		}
	}
	return nil
}

func harshTextsOf(s *slot) []harshValue {
	var out []harshValue
	for _, t := range harshTexts {
		if len(s.Schema.Check(t.text)) == 0 { // else the contract decides
			out = append(out, harshValue{t.name, t.what, s.path, t.text})
		}
	}
	if s.Schema.MaxLength == nil {
		long := longText
		if s.Parameter != nil {
			long = long[:longInURL]
		}
		out = append(out, harshValue{"very-long", "a very long text", s.path, long})
	}
	if !s.AsText() && !s.Required {
		out = append(out, harshValue{"empty", "no character", s.path, ""})
	}
	return out
}

func harshIntegers(s *slot) []harshValue {
	return slices.DeleteFunc([]harshValue{
		{"past-32-bits", "a number that no 32-bit integer holds", s.path, int64(1) << 32},
		{"past-64-bits", "a number that no 64-bit integer holds", s.path, spec.Past64Bits},
	}, func(v harshValue) bool { return len(s.Schema.Check(v.value)) > 0 }) // then the contract decides
}
