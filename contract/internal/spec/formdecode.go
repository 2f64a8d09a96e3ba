package spec

import (
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/internal/wire"
)

// Reads reports whether a body that a request says to be of a media type is read as
// this one, and held to its schema.
func (m *Media) Reads(header string) bool {
	sent := &Media{Type: header, Schema: m.Schema}
	switch kind := m.Kind(); kind {
	case Pairs, Multipart:
		return m.Schema != nil && m.Schema.Composed == nil && sent.Kind() == kind
	case Plain:
		return m.Schema != nil && sent.Kind() == Plain
	}
	return false
}

// Fields reads the fields of a form that is of a media type.
func (m *Media) Fields(header string, data []byte) ([]wire.Field, error) {
	if m.Kind() == Multipart {
		return wire.ReadMultipart(header, data)
	}
	return wire.ReadForm(data)
}

// Decode gives the value of a body that Reads: of a form an object. A text that is of
// no type of its schema stays a text, so that Check finds it wrong.
func (m *Media) Decode(header string, data []byte) (any, error) {
	if m.Kind() == Plain {
		return m.Schema.orText(string(data)), nil
	}
	fields, err := m.Fields(header, data)
	if err != nil {
		return nil, err
	}
	return m.Gather(wire.ByName(fields)), nil
}

// Readable reports whether a text can be held to a schema: only bytes are no UTF-8.
func (s *Schema) Readable(data []byte) bool { return s.Format == binary || utf8.Valid(data) }

// Gather makes an object of the texts of a form's fields.
func (m *Media) Gather(texts map[string][]string) map[string]any {
	texts = maps.Clone(texts)
	out := map[string]any{}
	for _, member := range m.Schema.Members {
		p, s := m.Part(member.Name), member.Schema
		switch found := texts[member.Name]; {
		case p.JSON && len(found) == 1:
			out[member.Name] = orDocument(found[0])
		case !p.JSON && s.Object() && s.Composed == nil:
			gatherObject(out, member, p, texts)
		case len(found) == 0:
			continue
		case s.Type == "array":
			out[member.Name] = s.elements(p, found)
		case len(found) == 1:
			out[member.Name] = s.orText(found[0])
		default:
			out[member.Name] = several(found)
		}
		delete(texts, member.Name)
	}
	for name, found := range texts {
		if out[name] = several(found); len(found) == 1 {
			out[name] = m.Schema.Additional.orText(found[0])
		}
	}
	return out
}

func gatherObject(out map[string]any, member *Member, p wire.Part, texts map[string][]string) {
	names := slices.Collect(memberNames(member.Schema))
	inner := map[string]any{}
	for name, text := range p.Members(texts, names) {
		of := member.Schema.Additional
		if m := member.Schema.Member(name); m != nil {
			of = m.Schema
		}
		inner[name] = of.orText(text)
	}
	if len(inner) > 0 {
		out[member.Name] = inner
	}
}

func (s *Schema) elements(p wire.Part, texts []string) []any {
	out := []any{}
	for _, text := range p.Elements(texts) {
		if p.JSON {
			out = append(out, orDocument(text))
		} else {
			out = append(out, s.Items.orText(text))
		}
	}
	return out
}

// orText reads a text as a value of the schema, else leaves it a text.
func (s *Schema) orText(text string) any {
	if s == nil {
		return text
	}
	if v, ok := s.FromText(text); ok {
		return v
	}
	return text
}

// orDocument reads a JSON document, else leaves it a text.
func orDocument(text string) any {
	if v, err := ParseJSON([]byte(text)); err == nil {
		return v
	}
	return text
}

func several(texts []string) []any {
	out := make([]any, len(texts))
	for i, text := range texts {
		out[i] = text
	}
	return out
}
