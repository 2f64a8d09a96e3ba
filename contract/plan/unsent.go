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
		style, values := p.Wire(), onWire(p)
		doubt := style.Doubt(values)
		switch {
		case doubt != "" && (demands(outcome) || style.Unsendable(values)):
			return doubt + ": not sent"
		case outcome == Accepted && emptied(style, values):
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
		if v, there := object[part.Name]; there {
			if reason := unsentPart(part, v, outcome); reason != "" {
				return reason
			}
		}
	}
	return ""
}

// unsentPart is unsent for one member of a form.
func unsentPart(part wire.Part, v any, outcome Outcome) string {
	switch list, isList := v.([]any); {
	case part.Doubt != "":
		return part.Doubt
	case !part.JSON && empty(v):
		return "a form has no field for a list or an object that holds nothing: not sent"
	case outcome == Accepted && blank(v):
		return "an empty value in a form may lawfully be taken for none: not sent"
	case isList && part.Joined && slices.ContainsFunc(list, part.Splits):
		return "an element that holds the delimiter of its list is read in different ways: not sent"
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

// emptied tells that a value, or that of a member, is empty.
func emptied(style wire.Style, values []string) bool {
	if style.Kind != wire.Object {
		return len(values) == 1 && values[0] == ""
	}
	for i := 1; i < len(values); i += 2 {
		if values[i] == "" {
			return true
		}
	}
	return false
}

// onWire gives the values of a parameter as texts.
func onWire(p *Parameter) []string {
	out, _ := p.Texts(func(v any) (string, error) { return spec.Text(plainTimes(v)), nil }) // which never fails
	return out
}

// Sent makes what is sent for a value of a parameter.
func Sent(p *spec.Parameter, value any) Parameter {
	out := Parameter{In: p.In, Name: p.Name, Value: value, Style: p.Written, JSON: p.JSON}
	switch value.(type) {
	case []any:
		out.Joined = !p.JSON && p.Style().Joined()
	case map[string]any:
		out.Joined = !p.JSON && !p.Explode
	}
	return out
}

// doubt says why a value of the slot is read in different ways, or gives "".
func (s *slot) doubt(value any) string {
	switch {
	case s.Parameter == nil:
		return ""
	case s.IsMember():
		value = map[string]any{s.path[len(s.path)-1]: value}
	case s.Parameter.JSON && s.parent != nil:
		return s.parent.doubt(map[string]any{s.path[len(s.path)-1]: value})
	}
	sent := Sent(s.Parameter, value)
	return sent.Wire().Doubt(onWire(&sent))
}

// preferred gives the schema that the values of a parameter are chosen from: of
// the listed values and examples those that every server reads alike, where there
// are any.
func preferred(p *spec.Parameter) *spec.Schema {
	plain := func(v any) bool {
		sent := Sent(p, v)
		return isSendable(v) && sent.Wire().Plain(onWire(&sent))
	}
	s := p.Schema
	switch {
	case p.JSON:
		return s
	case p.Style().Kind == wire.Object:
		return preferredObject(s, plain)
	case s.Items != nil:
		out := plainly(s, plain)
		out.Items = plainly(s.Items.Branch(), func(v any) bool { return plain([]any{v}) })
		return out
	}
	return plainly(s.Branch(), plain)
}

// preferredObject is preferred for an object. Without a member nothing would be sent:
// where none is required, the first is chosen.
func preferredObject(s *spec.Schema, plain func(v any) bool) *spec.Schema {
	var members []*spec.Member
	for _, m := range s.Members {
		if !m.Writable() {
			continue
		}
		copied := *m
		copied.Schema = plainly(m.Schema.Branch(), func(v any) bool { return plain(map[string]any{m.Name: v}) })
		members = append(members, &copied)
	}
	if len(members) > 0 && !slices.ContainsFunc(members, func(m *spec.Member) bool { return m.Required }) {
		members[0].Required = true
	}
	out := plainly(s, plain).WithMembers(members)
	out.MinProps = max(out.MinProps, 1)
	return out
}

func plainly(s *spec.Schema, plain func(v any) bool) *spec.Schema {
	out := *s
	if !plain(s.Example) {
		out.Example = nil
	}
	if !plain(s.Default) {
		out.Default = nil
	}
	kept := slices.DeleteFunc(slices.Clone(s.Enum), func(v any) bool { return v == nil || v == any("") || !plain(v) })
	if len(kept) > 0 {
		out.Enum = kept
	}
	return &out
}

// isSendable reports whether a value, each element of a list, or each member of an
// object can be sent as text.
func isSendable(v any) bool {
	switch v := v.(type) {
	case []any:
		return !slices.ContainsFunc(v, func(element any) bool { return !single(element) })
	case map[string]any:
		for _, member := range v {
			if !single(member) {
				return false
			}
		}
		return true
	}
	return single(v)
}

// single reports whether a value is no list, no object and not null.
func single(v any) bool {
	switch v.(type) {
	case []any, map[string]any, nil:
		return false
	}
	return true
}
