package plan

import (
	"slices"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// unsent says why a request is not sent with what it wants of the answer: it has
// a value that servers read in different ways, so that no answer to it is wrong.
// It gives "" where that is not so.
func unsent(r *Request, outcome Outcome) string {
	for i := range r.Parameters {
		p := &r.Parameters[i]
		style, values := style(p), onWire(p.Value)
		doubt := style.Doubt(values)
		switch {
		case doubt != "" && (demands(outcome) || style.Unsendable(values)):
			return doubt + ": not sent"
		case outcome == Accepted && len(values) == 1 && values[0] == "":
			return "an empty value outside the body may lawfully be taken for none: not sent"
		}
	}
	return unsentForm(r.Body, outcome)
}

// unsentForm is unsent for the members of a form.
func unsentForm(b *Body, outcome Outcome) string {
	if b == nil || !demands(outcome) || b.Verbatim {
		return ""
	}
	if b.Plain && outcome == Accepted && b.Value == "" {
		return "an empty body may lawfully be taken for none: not sent"
	}
	object, _ := b.Value.(map[string]any)
	switch {
	case !b.Form:
		return ""
	case len(object) == 0:
		return "a form without a field may lawfully be taken for no body: not sent"
	}
	for _, part := range b.Parts {
		v, there := object[part.Name]
		switch {
		case there && part.Doubt != "":
			return part.Doubt
		case there && !part.JSON && empty(v):
			return "a form has no field for a list or an object that holds nothing: not sent"
		case there && outcome == Accepted && blank(v):
			return "an empty value in a form may lawfully be taken for none: not sent"
		}
		if list, ok := v.([]any); ok && part.Joined && slices.ContainsFunc(list, part.Splits) {
			return "an element that holds the delimiter of its list is read in different ways: not sent"
		}
	}
	return ""
}

// empty reports whether a list or an object holds nothing.
func empty(v any) bool {
	list, isList := v.([]any)
	object, isObject := v.(map[string]any)
	return isList && len(list) == 0 || isObject && len(object) == 0
}

// blank reports whether a value is empty as a text, or an element of it is.
func blank(v any) bool {
	list, isList := v.([]any)
	return v == "" || isList && slices.Contains(list, any(""))
}

// demands tells that an outcome hangs on how the values of a request are read.
func demands(outcome Outcome) bool { return outcome == Accepted || outcome == Refused }

func style(p *Parameter) wire.Style {
	_, list := p.Value.([]any)
	return wire.Style{In: p.In, List: list, Joined: p.Joined}
}

// onWire gives the values of a parameter as texts.
func onWire(value any) []string {
	list, isList := value.([]any)
	if !isList {
		list = []any{value}
	}
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = spec.Text(plainTimes(v))
	}
	return out
}

// doubt says why a value of the slot is read in different ways, or gives "".
func (s *slot) doubt(value any) string {
	if !s.Wire() {
		return ""
	}
	return s.Parameter.Style().Doubt(onWire(value))
}

// preferred gives the schema that the values of a parameter are chosen from: of
// the listed values and examples those that every server reads alike, where there
// are any.
func preferred(p *spec.Parameter) *spec.Schema {
	style := p.Style()
	if s := p.Schema; s.Items != nil {
		out := *s
		out.Items = plainly(s.Items.Branch(), style)
		out.Example, out.Default = plainExample(s.Example, style), plainExample(s.Default, style)
		return &out
	}
	return plainly(p.Schema.Branch(), style)
}

func plainly(s *spec.Schema, style wire.Style) *spec.Schema {
	out := *s
	out.Example, out.Default = plainExample(s.Example, style), plainExample(s.Default, style)
	kept := slices.DeleteFunc(slices.Clone(s.Enum), func(v any) bool { return v == nil || v == any("") || !style.Plain(onWire(v)) })
	if len(kept) > 0 {
		out.Enum = kept
	}
	return &out
}

func plainExample(example any, style wire.Style) any {
	if isScalars(example) && style.Plain(onWire(example)) {
		return example
	}
	return nil
}

// isScalars reports whether a value, or each element of a list, can be sent as text.
func isScalars(v any) bool {
	switch v := v.(type) {
	case []any:
		return !slices.ContainsFunc(v, func(element any) bool {
			_, list := element.([]any)
			return list || !isScalars(element)
		})
	case map[string]any, nil:
		return false
	}
	return true
}
