package plan

import (
	"slices"

	"github.com/apiclause/clause/contract/internal/spec"
)

// lenient sends forms that an implementation may take or refuse, but must not
// fail on.
func (p *planner) lenient(s *slot) {
	if s.path[0] == "path" || s.IsElement() || s.FromTarget {
		return
	}
	d, ok := p.alone(s)
	if !ok {
		return
	}
	p.readOnly(s, d)
	valid, _ := d.get(s.path)
	for _, f := range p.lenientForms(s, valid) {
		p.propose(proposal{
			clause: p.unprovoked(), detail: word(s.name(), f.name),
			draft: d.set(s.path, f.value), outcome: Either,
			why: s.name() + " is sent in a form that may be taken or refused, but must not make the service fail",
		})
	}
}

// readOnly sends members that should not be sent: they may be passed over (OpenAPI
// 3.0.3, section 4.7.24.2), or refused.
func (p *planner) readOnly(s *slot, d draft) {
	if s.Wire() || s.Schema.Composed != nil {
		return
	}
	for _, m := range s.Schema.Unsendable() {
		values := candidates(m.Schema)
		if len(values) == 0 {
			continue
		}
		p.propose(proposal{
			clause: p.unprovoked(), detail: word(s.name(), "read-only", m.Name), draft: d.set(append(slices.Clone(s.path), m.Name), values[0]),
			outcome: Either, why: m.Name + " in " + s.name() + " is readOnly, and is sent: it may be taken or refused, but must not make the service fail",
		})
	}
}

// form is a way to write a value.
type form struct {
	name  string
	value any
}

func (p *planner) lenientForms(s *slot, valid any) []form {
	forms := timeForms(valid)
	if !s.AsText() {
		if (s.optional() || s.Assumed) && s.Schema.Type != "" && !s.Schema.Nullable {
			forms = append(forms, form{name: "null", value: nil})
		}
		return append(forms, coercedForms(s, valid)...)
	}
	if s.object() {
		return forms
	}
	if s.query() && !s.Required {
		forms = append(forms, form{name: "empty", value: ""})
	}
	if s.query() && s.Schema.Type != "array" {
		forms = append(forms, form{name: "repeated", value: []any{valid, valid}})
	}
	if s.Schema.Type == "integer" || s.Schema.Type == "number" {
		forms = append(forms, numberForms(s)...)
	}
	return forms
}

// numberForms are texts that some readers take for a number.
func numberForms(s *slot) []form {
	forms := []form{
		{name: "plus-sign", value: "+5"},
		{name: "leading-zero", value: "05"},
		{name: "fraction-of-zero", value: "5.0"},
		{name: "exponent", value: "1e3"},
		{name: "blank-before", value: " 5"},
		{name: "blank-after", value: "5 "},
		{name: "minus-zero", value: "-0"},
	}
	if s.Schema.Maximum == nil {
		forms = append(forms, form{name: "past-64-bits", value: spec.Past64Bits})
	}
	return forms
}

// timeForms writes a moment in forms that readers of times take or refuse: some
// are not RFC 3339's, others are, but not all readers know them.
func timeForms(valid any) []form {
	t, ok := valid.(Time)
	if !ok || t.Form != "" {
		return nil
	}
	var forms []form
	for _, f := range []Form{DateAlone, NoZone, Seconds, ZoneOffset, Fraction, LowerCase, LeapSecond} {
		forms = append(forms, form{name: string(f), value: Time{Offset: t.Offset, Form: f}})
	}
	return forms
}

// coercedForms are JSON values of another type that many readers turn into the
// right one.
func coercedForms(s *slot, valid any) []form {
	switch v := valid.(type) {
	case int64, float64:
		return []form{{name: "number-as-text", value: spec.Text(v)}, {name: "boolean-as-number", value: true}}
	case bool:
		return []form{{name: "boolean-as-text", value: spec.Text(v)}, {name: "number-as-boolean", value: int64(1)}}
	case string:
		if s.Schema.Type == "string" {
			return []form{{name: "text-as-number", value: int64(1)}}
		}
	case []any:
		if len(v) == 1 {
			return []form{{name: "element-alone", value: v[0]}}
		}
	case map[string]any:
		if len(s.path) > 1 {
			return []form{{name: "list", value: []any{}}}
		}
	}
	return nil
}
