package spec

import (
	"strconv"
	"strings"
)

// Decode reads a parameter's value from the texts that a request carries for
// it, and gives every clause that the value breaks. Absence is the caller's to
// judge: raw has at least one text.
func (p *Parameter) Decode(raw []string) (any, []Violation) {
	if p.Schema.Type == "array" {
		return p.decodeArray(raw)
	}
	if len(raw) > 1 {
		return nil, []Violation{{Clause: p.ID + ".type", Message: "must be given once, not " + strconv.Itoa(len(raw)) + " times"}}
	}
	v, ok := p.Schema.FromText(raw[0])
	if !ok {
		return nil, []Violation{{Clause: p.ID + ".type", Message: "must be " + article(p.Schema.Type)}}
	}
	if found := p.Schema.Check(v); found != nil {
		return nil, found
	}
	return p.Schema.Typed(v), nil
}

func (p *Parameter) decodeArray(raw []string) (any, []Violation) {
	if !p.Explode || p.In == "path" || p.In == "header" {
		raw = strings.Split(strings.Join(raw, ","), ",")
	}
	values := make([]any, len(raw))
	for i, text := range raw {
		v, ok := text, true
		values[i] = v
		if p.Schema.Items != nil {
			values[i], ok = p.Schema.Items.FromText(text)
		}
		if !ok {
			return nil, []Violation{{
				Clause: p.Schema.Items.ID + ".type", Where: "[" + strconv.Itoa(i) + "]",
				Message: "must be " + article(p.Schema.Items.Type),
			}}
		}
	}
	if found := p.Schema.Check(values); found != nil {
		return nil, found
	}
	return p.Schema.Typed(values), nil
}

// FromText reads a scalar from text: on the wire every value is text.
func (s *Schema) FromText(text string) (any, bool) {
	switch s.Type {
	case "integer":
		n, err := strconv.ParseInt(text, 10, 64)
		// ParseInt takes a sign that JSON's numbers do not have.
		return n, err == nil && !strings.HasPrefix(text, "+")
	case "number":
		f, err := strconv.ParseFloat(text, 64)
		return f, err == nil && strings.Trim(text, "0123456789+-.eE") == "" && !strings.HasPrefix(text, "+")
	case "boolean":
		return text == "true", text == "true" || text == "false"
	default:
		return text, true
	}
}
