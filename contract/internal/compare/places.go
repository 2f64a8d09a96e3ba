package compare

import (
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// place is where requests or answers carry a value, on one side.
type place struct {
	// id is that of the new contract, own that of the side.
	id, own string
	parent  *place
	schema  *spec.Schema // nil if nothing is said of the value
	// named places are there or not, and each means something: a parameter, a header, a
	// member, a body, an answer. Others only say more of the place above.
	named, required bool
	at              clause.Location
	parameter       *spec.Parameter // of a request, or the header of an answer
	response        *spec.Response  // of an answer
	content         []*spec.Media   // of a body
	// media is the media type that a request's body is written as. One that is apart has
	// clauses of its own, beside the body's.
	media string
	apart bool
	// part is how a member of a form is written.
	part *wire.Part
	// path leads here from the value of the parameter or body.
	path []string
}

func (p *place) answer() bool { return p.response != nil }

// top is the parameter or body that the place is in.
func (p *place) top() *place {
	for p.parent != nil && len(p.path) > 0 {
		p = p.parent
	}
	return p
}

// places collects those of one side of an operation.
type places struct {
	named func(id string) string // as the new contract has it
	all   map[string]*place
	order []string
}

// placesOf lists those of an operation. named gives the ids as the new contract has
// them, and main is the media type of a body that they do not name.
func placesOf(op *spec.Operation, named func(id string) string, main string) *places {
	l := &places{named: named, all: map[string]*place{}}
	for _, p := range op.Parameters {
		l.below(&place{own: p.ID, schema: p.Schema, named: true, required: p.Required, at: p.At, parameter: p})
	}
	if b := op.Body; b != nil {
		l.body(b, main)
	}
	for _, r := range op.Responses {
		top := l.below(&place{own: r.ID, schema: schemaOf(r.Content), named: true, at: r.At, response: r, content: r.Content})
		for _, h := range r.Headers {
			l.below(&place{own: h.ID, schema: h.Schema, named: true, required: h.Required, at: h.At, parameter: h, response: r, parent: top})
		}
	}
	return l
}

// body adds the place of a request's body, with the media type that is main, and one for
// each other that has clauses of its own.
func (l *places) body(b *spec.Body, main string) {
	top := &place{id: l.named(b.ID + ".required"), own: b.ID, named: true, required: b.Required, at: b.At, content: b.Content}
	top.id = strings.TrimSuffix(top.id, ".required") // the body is no media type, whatever its ids begin with
	var chosen *spec.Media
	for _, m := range b.Content {
		if written(m) == main && (chosen == nil || chosen.Schema == nil) {
			chosen = m
		}
	}
	if chosen != nil {
		top.schema, top.media = chosen.Schema, main
		if chosen.Schema != nil {
			top.own = chosen.Schema.ID
		}
	}
	l.below(top)
	if chosen != nil {
		l.parts(top, chosen)
	}
	for _, m := range append([]*spec.Media{b.Main()}, b.Others()...) {
		if m != nil && m != chosen && m.Schema != nil && m.Schema != top.schema && l.all[l.named(m.Schema.ID)] == nil {
			s := m.Schema
			l.parts(l.below(&place{own: s.ID, schema: s, at: s.At, media: written(m), parent: top, apart: true}), m)
		}
	}
}

// written names the media type that a body is written as. Its parameters say nothing of
// what is in it.
func written(m *spec.Media) string { return spec.MediaName(m.WrittenType()) }

// mainType is the media type of a body that its ids do not name.
func mainType(b *spec.Body) string {
	if b == nil || b.Main() == nil {
		return ""
	}
	main := b.Main()
	if main.Schema == nil { // one of which nothing is stated has no clauses
		if i := slices.IndexFunc(b.Content, func(m *spec.Media) bool { return m.Schema != nil && m.Schema.ID == b.ID }); i >= 0 {
			main = b.Content[i]
		}
	}
	return written(main)
}

// mediaRenames gives the ids of media types of a body that the new contract names
// otherwise: the main one is not named, and another may be it.
func mediaRenames(old, now *spec.Body) [][2]string {
	if old == nil || now == nil {
		return nil
	}
	after := map[string]string{mainType(now): now.ID} // nothing may be stated of it
	for _, m := range now.Content {
		if m.Schema != nil {
			after[written(m)] = m.Schema.ID
		}
	}
	var out [][2]string
	for _, m := range old.Content {
		if m.Schema == nil {
			continue
		}
		is := after[written(m)]
		if is == "" { // its ids are none of the new contract
			is = now.ID + "." + clause.ID(spec.MediaName(m.Type))
		}
		if m.Schema.ID != is {
			out = append(out, [2]string{m.Schema.ID, is})
		}
	}
	if out == nil {
		return nil
	}
	slices.SortFunc(out, func(a, b [2]string) int { return len(b[0]) - len(a[0]) }) // what says more first
	return append([][2]string{{old.ID + ".required", now.ID + ".required"}, {old.ID + ".mediaType", now.ID + ".mediaType"}}, out...)
}

func schemaOf(content []*spec.Media) *spec.Schema {
	if m := spec.JSON(content); m != nil {
		return m.Schema
	}
	return nil
}

// parts notes how the members of a form are written.
func (l *places) parts(form *place, m *spec.Media) {
	for i := range m.Parts {
		if p := l.all[form.id+"."+clause.ID(m.Parts[i].Name)]; p != nil {
			p.part = &m.Parts[i]
		}
	}
}

// below adds a place and those within it.
func (l *places) below(p *place) *place {
	if p.id == "" {
		p.id = l.named(p.own)
	}
	if l.all[p.id] != nil {
		return p
	}
	l.all[p.id] = p
	l.order = append(l.order, p.id)
	if p.schema == nil || p.schema.Composed != nil {
		return p
	}
	for _, m := range p.schema.Members {
		if m.ReadOnly && !p.answer() || m.WriteOnly && p.answer() {
			continue
		}
		l.below(p.within(m.Name, p.own+"."+clause.ID(m.Name), m.Schema, true, m.Required))
	}
	if s := p.schema.Items; s != nil {
		l.below(p.within(ruling.Element, p.own+".items", s, false, false))
	}
	if s := p.schema.Additional; s != nil {
		l.below(p.within(p.schema.Unlisted(), p.own+".additionalProperties", s, false, false))
	}
	return p
}

func (p *place) within(step, id string, s *spec.Schema, named, required bool) *place {
	if s.ID != "" && strings.HasPrefix(s.ID, id) {
		id = s.ID // two places of one name have other ids
	}
	return &place{
		own: id, parent: p, schema: s, named: named, required: required, at: s.At, parameter: p.parameter, response: p.response, media: p.media,
		path: append(append([]string{}, p.path...), step),
	}
}

// composed reports whether nothing below the place has a clause of its own.
func (p *place) composed() bool { return p.schema != nil && p.schema.Composed != nil }
