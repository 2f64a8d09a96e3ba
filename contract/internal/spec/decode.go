package spec

import (
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/internal/wire"
)

// Style is how the parameter's values stand in a request.
func (p *Parameter) Style() wire.Style {
	list := p.Schema.Type == "array"
	return wire.Style{In: p.In, List: list, Joined: list && (!p.Explode || p.In == "path" || p.In == "header")}
}

// Decode reads a parameter's value from the texts that a request carries for
// it, one for each element of a list, which its Style has read; and gives every
// clause that the value breaks. Absence is the caller's to judge: of no texts
// nothing is said.
func (p *Parameter) Decode(raw []string) (any, []Violation) {
	switch {
	case len(raw) == 0:
		return nil, nil
	case p.Schema.Type == "array":
		return p.decodeArray(raw)
	case len(raw) > 1:
		return nil, []Violation{{Clause: p.ID + ".type", Message: "must be given once, not " + strconv.Itoa(len(raw)) + " times"}}
	}
	v, ok := p.Schema.FromText(raw[0])
	if !ok {
		return nil, []Violation{p.Schema.untyped("")}
	}
	if found := p.Schema.Check(v); found != nil {
		return nil, found
	}
	return p.Schema.Typed(v), nil
}

func (p *Parameter) decodeArray(raw []string) (any, []Violation) {
	items := p.Schema.Items
	if items == nil {
		items = &Schema{Type: "string"}
	}
	values := make([]any, len(raw))
	for i, text := range raw {
		v, ok := items.FromText(text)
		if !ok {
			return nil, []Violation{items.untyped("[" + strconv.Itoa(i) + "]")}
		}
		values[i] = v
	}
	if found := p.Schema.Check(values); found != nil {
		return nil, found
	}
	return p.Schema.Typed(values), nil
}

// FromText reads a scalar from text: on the wire every value is text. A sign +,
// which JSON does not have, is refused, and so is an integer past 64 bits, which
// no handler could take; leading zeros are not.
//
// A schema of several types is read as the first that makes a valid value, else
// as a text where that is one of them.
func (s *Schema) FromText(text string) (any, bool) {
	if s.Type != "" || s.Composed == nil {
		return fromText(s.Type, text)
	}
	var read any = text
	some := false
	for _, kind := range s.readings() {
		v, ok := fromText(kind, text)
		if ok && len(s.Check(v)) == 0 {
			return v, true
		}
		if ok {
			read, some = v, true
		}
	}
	return read, some
}

// untyped is the violation of a text that is of no type of the schema.
func (s *Schema) untyped(where string) Violation {
	v := Violation{Clause: s.ID + ".type", Where: where, Message: "must be " + article(s.Type)}
	if s.Composed != nil {
		v.Clause, v.Message = s.ID+".schema", "must be "+strings.Join(s.readings(), " or ")
	}
	return v
}

func fromText(kind, text string) (any, bool) {
	switch kind {
	case "integer":
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil && text[0] != '+'
	case "number":
		f, err := strconv.ParseFloat(text, 64)
		return f, err == nil && strings.Trim(text, "0123456789+-.eE") == "" && text[0] != '+'
	case "boolean":
		return text == "true", text == "true" || text == "false"
	default:
		return text, true
	}
}
