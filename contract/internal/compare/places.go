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
// them.
func placesOf(op *spec.Operation, named func(id string) string) *places {
	l := &places{named: named, all: map[string]*place{}}
	for _, p := range op.Parameters {
		l.below(&place{own: p.ID, schema: p.Schema, named: true, required: p.Required, at: p.At, parameter: p})
	}
	if b := op.Body; b != nil {
		l.body(b)
	}
	for _, r := range op.Responses {
		top := l.below(&place{own: r.ID, schema: schemaOf(r.Content), named: true, at: r.At, response: r, content: r.Content})
		for _, h := range r.Headers {
			l.below(&place{own: h.ID, schema: h.Schema, named: true, required: h.Required, at: h.At, parameter: h, response: r, parent: top})
		}
	}
	return l
}

// body adds the place of a request's body, and one for each further media type that has
// clauses of its own.
func (l *places) body(b *spec.Body) {
	top := &place{own: b.ID, named: true, required: b.Required, at: b.At, content: b.Content}
	main := b.Main()
	if main != nil && main.Schema == nil { // one of which nothing is stated has no clauses
		if i := slices.IndexFunc(b.Content, func(m *spec.Media) bool { return m.Schema != nil && m.Schema.ID == b.ID }); i >= 0 {
			main = b.Content[i]
		}
	}
	if main != nil {
		top.schema, top.media = main.Schema, main.WrittenType()
		l.parts(l.below(top), main)
	} else {
		l.below(top)
	}
	for _, m := range b.Others() {
		if s := m.Schema; s != nil && s != top.schema && s.ID != b.ID {
			l.parts(l.below(&place{own: s.ID, schema: s, at: s.At, media: m.WrittenType(), parent: top, apart: true}), m)
		}
	}
}

// parts notes how the members of a form are written.
func (l *places) parts(form *place, m *spec.Media) {
	for i := range m.Parts {
		if p := l.all[form.id+"."+clause.ID(m.Parts[i].Name)]; p != nil {
			p.part = &m.Parts[i]
		}
	}
}

func schemaOf(content []*spec.Media) *spec.Schema {
	if m := spec.JSON(content); m != nil {
		return m.Schema
	}
	return nil
}

// below adds a place and those within it.
func (l *places) below(p *place) *place {
	p.id = l.named(p.own)
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
