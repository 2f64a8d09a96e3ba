package ruling

import (
	"slices"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// Place is where a request carries a value: a parameter, a member of its body, or
// the elements of a list in either. The body of an answer has places, too.
type Place struct {
	// Parameter is nil within a body.
	Parameter *spec.Parameter
	Schema    *spec.Schema
	// Path is where a parameter stands and its name, or Body and the names of members.
	// The elements of a list have Element for their name.
	Path   []string
	Parent *Place // nil of a parameter or body
	// Required tells that the place has a value where its parent has one. Of elements
	// it is never set: a list says how many it has.
	Required bool
	// Assumed tells that of a body nothing says whether it may be left out.
	Assumed bool
	// FromTarget marks values that only the target knows.
	FromTarget bool

	element bool // a member may have any name
	text    bool // the value is sent as text in a body
}

// What paths are made of beside names.
const (
	Element = "[]"     // the elements of a list
	Body    = "body"   // where a place in the body of a request begins
	Answer  = "answer" // where one in the body of an answer begins
)

// Places lists those of an operation's requests, parents before children.
func Places(op *spec.Operation) []*Place {
	var all []*Place
	for _, p := range op.Parameters {
		at := &Place{Parameter: p, Schema: p.Schema, Path: []string{p.In, p.Name}, Required: p.Required, FromTarget: p.FromTarget}
		switch {
		case p.JSON:
			all = append(all, Below(at)...)
		case p.Style().Kind == wire.Object:
			all = append(append(all, at), at.members()...)
		case p.Schema.Items != nil:
			all = append(all, at, at.elements())
		default:
			all = append(all, at)
		}
	}
	if s := op.Body.Schema(); s != nil {
		body := Below(&Place{Schema: s, Path: []string{Body}, Required: op.Body.Required, Assumed: op.Body.Assumed})
		for _, at := range body {
			at.written(op.Body.Main())
		}
		all = append(all, body...)
	}
	return all
}

// members lists those of an object that is sent as text.
func (at *Place) members() []*Place {
	var all []*Place
	for _, m := range at.Schema.Members {
		if m.Writable() {
			all = append(all, at.member(m))
		}
	}
	return all
}

func (at *Place) member(m *spec.Member) *Place {
	return &Place{
		Parameter: at.Parameter, Schema: m.Schema, Path: append(slices.Clone(at.Path), m.Name), Parent: at,
		Required: m.Required, FromTarget: m.Schema.FromTarget,
	}
}

// written notes how a place in a body of a media type is sent.
func (at *Place) written(m *spec.Media) {
	switch m.Kind() {
	case spec.AsJSON:
	default:
		at.text = len(at.Path) == 1 || !m.Part(at.Path[1]).JSON
	}
}

// Below lists a place in a body, or of a JSON text, and those within it, as far as they are sent in its
// direction.
func Below(at *Place) []*Place {
	all := []*Place{at}
	for _, m := range at.Schema.Members {
		if m.ReadOnly && at.In() != Answer || m.WriteOnly && at.In() == Answer {
			continue
		}
		all = append(all, Below(at.member(m))...)
	}
	if at.Schema.Items != nil {
		all = append(all, Below(at.elements())...)
	}
	return all
}

func (at *Place) elements() *Place {
	return &Place{Parameter: at.Parameter, Schema: at.Schema.Items, Path: append(slices.Clone(at.Path), Element), Parent: at, element: true}
}

// In is the part of the message: path, query, header, cookie, Body or Answer.
func (at *Place) In() string { return at.Path[0] }

// Wire reports whether the value is sent as text outside of the body.
func (at *Place) Wire() bool { return at.Parameter != nil && !at.Parameter.JSON }

// IsMember reports whether the place is a member of an object that is sent as text.
func (at *Place) IsMember() bool { return at.Wire() && at.Parent != nil && !at.element }

// Texts gives what a request carries at the place, from the values that its
// parameter's Style has read: those of a member alone.
func (at *Place) Texts(values []string) []string {
	if at.IsMember() {
		return spec.MemberTexts(values, at.Path[len(at.Path)-1])
	}
	return values
}

// With is the reverse of Texts: it gives the values of the parameter with those at
// the place replaced.
func (at *Place) With(values, texts []string) []string {
	if !at.IsMember() {
		return texts
	}
	name := at.Path[len(at.Path)-1]
	var out []string
	for i := 0; i+1 < len(values); i += 2 {
		if values[i] != name {
			out = append(out, values[i], values[i+1])
		}
	}
	for _, text := range texts {
		out = append(out, name, text)
	}
	return out
}

// AsText reports whether the value is sent as text, not as JSON: outside of the body,
// in a form, or as the whole of a body.
func (at *Place) AsText() bool { return at.Wire() || at.text }

// IsElement reports whether the place is the elements of a list.
func (at *Place) IsElement() bool { return at.element }

// Refers reports whether the value is called, or has the format, as what names a thing:
// the contract does not say which there are. An enum and a default do.
func (at *Place) Refers() bool {
	s := at.Schema
	if s.Type != "string" && s.Type != "integer" || len(s.Enum) > 0 || s.Default != nil {
		return false
	}
	name := at.Path[len(at.Path)-1]
	if at.element {
		name = at.Parent.Path[len(at.Parent.Path)-1]
	}
	return s.Format == "uuid" || spec.Referred(name) != nil
}

// InList reports whether the place is the elements of a list, or lies within them.
func (at *Place) InList() bool { return at.element || at.Parent != nil && at.Parent.InList() }
