package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/placeholder"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// Unused is a value of the target that the requests of an operation do not have,
// for it does not fit.
type Unused struct {
	Operation string
	// Place is the parameter or the member, such as "id (path)".
	Place  string
	Reason string
}

// UnusedValues lists the values that do not fit.
func UnusedValues(model *spec.Contract, o Options) []Unused {
	var out []Unused
	for _, op := range model.Operations {
		out = append(out, newPlanner(model, op, o.filled(), nil).unused...)
	}
	return out
}

// Places gives the names under which a target can give values, by operation.
func Places(model *spec.Contract) map[string][]string {
	out := make(map[string][]string, len(model.Operations))
	for _, op := range model.Operations {
		names := []string{}
		o := Options{Value: func(_, name string) (string, bool) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
			return "", false
		}}
		newPlanner(model, op, o.filled(), nil)
		out[op.ID] = names
	}
	return out
}

// given takes the values that the target has for the places of a request, whatever
// the contract says of them: what the contract makes up may not be there.
func (p *planner) given() {
	for _, s := range p.slots {
		text, ok := p.targetText(s)
		if !ok {
			continue
		}
		value, why := s.read(text)
		switch {
		case why == "":
			s.FromTarget = true
			p.vouched[s] = value
		case !s.FromTarget:
			p.unused = append(p.unused, Unused{Operation: p.op.ID, Place: s.label(), Reason: why})
		}
	}
}

// targetText gives what the target has for a slot: under the names of the members
// that lead to it, joined by dots, or under its own. The own name of a member within
// another means one that stands further out, where there is one.
func (p *planner) targetText(s *slot) (string, bool) {
	if s.IsElement() || len(s.path) < 2 {
		return "", false
	}
	names := slices.DeleteFunc(slices.Clone(s.path[1:]), func(name string) bool { return !s.Wire() && name == firstElement })
	if text, ok := p.options.Value(p.op.ID, strings.Join(names, ".")); ok {
		return text, true
	}
	own := names[len(names)-1]
	if len(names) == 1 || !s.FromTarget && p.outer(own) {
		return "", false
	}
	return p.options.Value(p.op.ID, own)
}

// outer reports whether a parameter has a name, or a member of the body itself.
func (p *planner) outer(name string) bool {
	return slices.ContainsFunc(p.slots, func(s *slot) bool {
		return len(s.path) == 2 && s.path[1] == name || len(s.path) == 3 && s.path[1] == firstElement && s.path[2] == name && !s.Wire()
	})
}

// label says which place it is, for people.
func (s *slot) label() string {
	where := s.path[0]
	return strings.TrimSuffix(fmt.Sprintf("%s (%s)", strings.Join(s.path[1:], "."), where), " ")
}

// read gives the value that a text of the target stands for, or says why the
// contract does not allow it.
func (s *slot) read(text string) (value any, why string) {
	value, ok := s.parsed(text)
	if !ok {
		return nil, "it is no " + s.Schema.Type
	}
	if found := s.Schema.Check(plainTimes(value)); len(found) > 0 {
		return nil, "the contract does not allow it: " + strings.TrimSpace(found[0].Where+" "+found[0].Message)
	}
	return value, ""
}

func (s *slot) parsed(text string) (any, bool) {
	switch {
	case s.Schema.Type == "array" || s.Schema.Object() && s.Schema.Type == "object":
		return s.structured(text)
	case placeholder.In(text):
		return s.filled(text), true
	}
	return s.Schema.FromText(text)
}

// filled gives what a text with placeholders stands for: a moment where the contract
// wants one.
func (s *slot) filled(text string) any {
	if d, ok := placeholder.Moment(text); ok {
		switch s.Schema.Format {
		case "date-time":
			return Time{Offset: d}
		case "date":
			return Time{Offset: d, Form: DateAlone}
		}
	}
	return Template{text}
}

// structured reads a list or an object as JSON, and a list of one element as that.
func (s *slot) structured(text string) (any, bool) {
	if v, err := spec.ParseJSON([]byte(text)); err == nil {
		if v = leaves(s.Schema, v); s.Schema.Is(v) {
			return FilledAll(v), true
		}
	}
	if s.Schema.Type != "array" || s.Schema.Items == nil {
		return nil, false
	}
	element, ok := (&slot{Place: &ruling.Place{Parameter: s.Parameter, Schema: s.Schema.Items}}).parsed(text)
	return []any{element}, ok
}

// withGiven puts the target's values into an object or a list that was made up, at
// the places that it has, and those of an example of the whole.
func (p *planner) withGiven(s *slot, v any) any {
	given := func(t *slot) bool { return t.FromTarget && t != s && startsWith(t.path, s.path) }
	if s.Wire() && !s.object() || s.choice.Example == nil && !slices.ContainsFunc(p.slots, given) {
		return v
	}
	whole := draft{"body": v}
	for _, child := range p.slots {
		place := slices.Concat([]string{"body"}, child.path[min(len(child.path), len(s.path)):])
		if _, there := whole.get(place); child.parent != s || !there {
			continue
		}
		if value, ok := p.value(child); ok {
			whole = whole.set(place, value)
		}
	}
	return whole["body"]
}

// overlaid puts the target's values into an object that was made up as a whole,
// as far as the contract allows them.
func (p *planner) overlaid(s *slot, v any) any {
	object, ok := v.(map[string]any)
	if !ok || s.Wire() || s.Schema.Composed == nil {
		return v
	}
	for name := range object {
		text, ok := p.options.Value(p.op.ID, name)
		if !ok {
			continue
		}
		for _, value := range []any{literal(text), Filled(text)} {
			with := draft(object).set([]string{name}, value)
			if len(s.Schema.Check(plainTimes(map[string]any(with)))) == 0 {
				object = with
				break
			}
		}
	}
	return object
}

// literal reads a text as JSON where it is a number or a boolean.
func literal(text string) any {
	v, err := spec.ParseJSON([]byte(text))
	if err != nil {
		return Filled(text)
	}
	return FilledAll(v)
}
