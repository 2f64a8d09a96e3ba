package spec

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/wire"
)

// Kind is how the body of a request is written.
type Kind int

// The kinds of bodies.
const (
	// Shown is written only as an example shows it: XML, and whatever is not known.
	Shown Kind = iota
	AsJSON
	Pairs     // application/x-www-form-urlencoded
	Multipart // multipart/form-data
	Plain     // one text, or bytes
)

// Form reports whether a body has members that are written as fields.
func (k Kind) Form() bool { return k == Pairs || k == Multipart }

const (
	pairsType     = "application/x-www-form-urlencoded"
	multipartType = "multipart/form-data"
	octetsType    = "application/octet-stream"
	textType      = "text/plain"
)

func formName(mediaType string) bool {
	name := MediaName(mediaType)
	return name == pairsType || name == multipartType
}

// Kind is how a body of the media type is written. A range is what it can be: JSON
// where its schema wants that, else text or bytes.
func (m *Media) Kind() Kind {
	name := MediaName(m.Type)
	switch {
	case IsJSON(m.Type):
		return AsJSON
	case name == pairsType:
		return Pairs
	case name == multipartType:
		return Multipart
	case name == "" || strings.HasSuffix(name, "/xml") || strings.HasSuffix(name, "+xml") || strings.HasPrefix(name, "multipart/"):
		return Shown
	case m.unread:
		return Shown
	case m.Schema == nil || m.Schema.Type == "string" || scalar(m.Schema.Type) && !MayBeJSON(name):
		return Plain
	case MayBeJSON(name):
		return AsJSON
	}
	return Shown
}

// WrittenType is the media type that a body is written as, where the contract
// documents a range.
func (m *Media) WrittenType() string {
	name := MediaName(m.Type)
	switch kind := m.Kind(); {
	case kind == AsJSON:
		return m.JSONType()
	case kind.Form():
		return name // without parameters, such as a boundary
	case strings.HasPrefix(name, "text/*"), strings.HasPrefix(name, "*") && m.Schema != nil && m.Schema.Format != binary:
		return textType
	case name == "image/*":
		return "image/png"
	case strings.HasPrefix(name, "*"), name == "application/*":
		return octetsType
	}
	return m.Type
}

const binary = "binary"

// Main returns the media type that requests are planned in: the first that is JSON,
// else the first whose body can be written; nil where there is none.
func (b *Body) Main() *Media {
	if m := spelledJSON(b.Content); m != nil {
		return m
	}
	for _, fits := range []func(m *Media) bool{
		func(m *Media) bool { return m.Kind().Form() || m.Kind() == AsJSON },
		func(m *Media) bool { return m.Kind() == Plain },
		func(m *Media) bool { return m.Example != nil },
	} {
		if i := slices.IndexFunc(b.Content, fits); i >= 0 {
			return b.Content[i]
		}
	}
	return nil
}

// Schema returns the schema of the body as it is planned, or nil.
func (b *Body) Schema() *Schema {
	if b == nil || b.Main() == nil {
		return nil
	}
	return b.Main().Schema
}

// JSON returns the schema of the body as JSON, or nil.
func (b *Body) JSON() *Schema {
	if b == nil {
		return nil
	}
	if m := JSON(b.Content); m != nil {
		return m.Schema
	}
	return nil
}

// Others returns the media types beside the main one whose body can be written.
func (b *Body) Others() []*Media {
	main := b.Main()
	return slices.DeleteFunc(slices.Clone(b.Content), func(m *Media) bool {
		return m == main || m.Kind() == Shown && m.Example == nil
	})
}

// In returns the operation with a body that has one media type alone.
func (op *Operation) In(m *Media) *Operation {
	out, body := *op, *op.Body
	body.Content = []*Media{m}
	out.Body = &body
	return &out
}

// Part returns how a member of a form is written.
func (m *Media) Part(name string) wire.Part {
	for _, p := range m.Parts {
		if p.Name == name {
			return p
		}
	}
	return wire.Part{Name: name}
}

// firstWritten returns the media type whose members have the ids without a media
// type, where none is JSON: the first form, else the first that is read.
func firstWritten(at cursor, content openapi3.Content) string {
	first := ""
	for _, key := range at.keys() {
		if m := content[key.Name]; m == nil || MediaName(key.Name) == "" {
			continue
		}
		if formName(key.Name) {
			return key.Name
		}
		first = cmp.Or(first, key.Name)
	}
	return first
}

// written reads a media type of a request that is no JSON.
func (l *loader) written(s scope, entry *Media, id, first string, at cursor, content openapi3.Content) {
	m := content[entry.Type]
	described := m.Schema != nil && m.Schema.Value != nil
	switch kind := entry.Kind(); {
	case kind.Form():
		same := described && first != entry.Type && content[first] != nil && content[first].Schema != nil && content[first].Schema.Value == m.Schema.Value
		if described && !same {
			l.form(s, entry, l.idOf(id, entry, first), at, m)
		}
	case kind == Shown:
		l.shown(entry, id, first, at, m)
	case !described || octets(m.Schema.Value) || scalarType(m.Schema.Value):
		l.plain(s, entry, id, first, at, m)
	default:
		l.shown(entry, id, first, at, m)
	}
}

func scalarType(v *openapi3.Schema) bool {
	return len(v.Type.Slice()) == 1 && scalar(v.Type.Slice()[0]) || v.Type == nil && len(v.Properties) == 0 && v.Items == nil && !composes(v)
}

// idOf is what ids of a media type's members begin with: those of the first one do not
// name it.
func (l *loader) idOf(id string, m *Media, first string) string {
	if m.Type == first {
		return id
	}
	return l.place(id + "." + clause.ID(MediaName(m.Type)))
}

// another reads a JSON media type whose schema differs from the first one's.
func (l *loader) another(s scope, entry *Media, id string, at cursor, m *openapi3.MediaType) {
	l.roomy()
	entry.Schema = l.schema(s, l.idOf(id, entry, ""), at.in("schema"), m.Schema)
	l.outside(entry.Schema, at)
}

func (l *loader) form(s scope, entry *Media, id string, at cursor, m *openapi3.MediaType) {
	l.roomy()
	s.fields = func(name string, v *openapi3.Schema) bool { return !l.partOf(entry, name, v, m.Encoding[name]).JSON }
	entry.Schema = l.schema(s, id, at.in("schema"), m.Schema)
	l.outside(entry.Schema, at)
}

// plain reads a media type whose body is one text, or bytes.
func (l *loader) plain(s scope, entry *Media, id, first string, at cursor, m *openapi3.MediaType) {
	if m.Schema == nil || m.Schema.Value == nil {
		entry.Schema = &Schema{ID: l.idOf(id, entry, first), Type: "string", Format: binary, At: at.at()}
		if strings.HasPrefix(MediaName(entry.Type), "text/") {
			entry.Schema.Format = ""
		}
	} else {
		l.roomy()
		s.text = true
		entry.Schema = l.schema(s, l.idOf(id, entry, first), at.in("schema"), m.Schema)
	}
	l.outside(entry.Schema, at)
	entry.Schema.holdsContent(entry.WrittenType())
}

// shown reads a media type that is written only as an example shows it.
func (l *loader) shown(entry *Media, id, first string, at cursor, m *openapi3.MediaType) {
	entry.unread = true
	examples := []cursor{at.in("example")}
	for _, key := range at.in("examples").keys() {
		examples = append(examples, at.in("examples", key.Name).in("value"))
	}
	for _, c := range examples {
		if text := c.node.Text(); entry.Example == nil && text != "" {
			entry.Example = text
			entry.Schema = &Schema{ID: l.idOf(id, entry, first), Type: "string", Enum: []any{text}, Example: text, At: at.at()}
		}
	}
	if m.Schema != nil && m.Schema.Value != nil {
		why := "its content is not read, and a request is made only of an example: give it one"
		if entry.Example != nil {
			why = "its content is not read: the example is sent, and the answer judged by its status alone"
		}
		l.unchecked(at, entry.Type, m.Schema.Value, why)
	}
	l.passOver(at)
}

// octetsOrNone tells that a media type says nothing of JSON.
func octetsOrNone(m *openapi3.MediaType) bool {
	return m.Schema == nil || m.Schema.Value == nil || octets(m.Schema.Value) || m.Schema.Value.Type.Is("string")
}

// encode finds out how the members of a form are written.
func (l *loader) encode(entry *Media, at cursor, m *openapi3.MediaType) {
	if !entry.Kind().Form() || entry.Schema == nil {
		return
	}
	at = at.in("encoding")
	for _, member := range entry.Schema.Members {
		if ref := m.Schema.Value.Properties[member.Name]; !member.unsent() && ref != nil && ref.Value != nil {
			p := l.partOf(entry, member.Name, ref.Value, m.Encoding[member.Name])
			p.Header = headers(m.Encoding[member.Name])
			if held := member.Schema; p.File && held.Items != nil {
				held.Items.holdsContent(p.ContentType)
			} else if p.File {
				held.holdsContent(p.ContentType)
			}
			entry.Parts = append(entry.Parts, p)
		}
	}
	for _, key := range at.keys() {
		if entry.Schema.Composed == nil && entry.Schema.Member(key.Name) == nil {
			l.warn(key.At(), "encoding names %q, which the schema does not list: it is passed over; %s", key.Name,
				didYouMean(key.Name, slices.Collect(memberNames(entry.Schema))))
		}
	}
}

func memberNames(s *Schema) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for _, m := range s.Members {
			if !yield(m.Name) {
				return
			}
		}
	}
}

// partOf gives how a member is written: as the encoding says, else in a multipart body
// as RFC 7578 and OpenAPI 3.0.4, section 4.7.15.1.1, want it: a file, JSON of what
// has members, or a text.
func (l *loader) partOf(entry *Media, name string, v *openapi3.Schema, e *openapi3.Encoding) wire.Part {
	if e == nil {
		e = &openapi3.Encoding{}
	}
	v = bare(v)
	p, multipart := wire.Part{Name: name}, entry.Kind() == Multipart
	first, _, _ := strings.Cut(e.ContentType, ",")
	kind := (&Media{Type: strings.TrimSpace(cmp.Or(first, contentMediaType(v)))}).concrete()
	file := octets(v) || octets(itemsOf(v))
	switch {
	case IsJSON(kind), multipart && kind == "" && nested(v):
		p.JSON = true
		if multipart {
			p.ContentType = cmp.Or(kind, plainJSON)
		}
		return p
	case multipart && (file || kind != "" && kind != textType):
		p.File, p.ContentType = true, cmp.Or(kind, octetsType)
		return p
	case multipart:
		p.ContentType = kind
	}
	style(&p, e)
	p.Doubt = unclear(p, v)
	return p
}

// style notes how the values of a list or an object stand in a form.
func style(p *wire.Part, e *openapi3.Encoding) {
	p.Style = e.Style
	p.Joined = p.Style != "" && p.Style != "form" && p.Style != "deepObject"
	if e.Explode != nil {
		p.Joined = !*e.Explode && p.Style != "deepObject"
	}
}

// concrete is a media type that a part is sent as: of a range one that is in it.
func (m *Media) concrete() string {
	switch MediaName(m.Type) {
	case "*/*", "application/*":
		return octetsType
	case "text/*":
		return textType
	case "image/*":
		return "image/png"
	default:
		return m.Type
	}
}

// contentMediaType is what OpenAPI 3.1 says of a text that holds a file.
func contentMediaType(v *openapi3.Schema) string {
	if v.Type.Is("array") {
		v = itemsOf(v)
	}
	return v.ContentMediaType
}

// itemsOf is what the elements of a list are; an empty schema where nothing is said.
func itemsOf(v *openapi3.Schema) *openapi3.Schema {
	if v.Items == nil || v.Items.Value == nil {
		return &openapi3.Schema{}
	}
	return bare(v.Items.Value)
}

// bare is the schema of which a schema says that, or null.
func bare(v *openapi3.Schema) *openapi3.Schema {
	for range maxRefs {
		parts := slices.DeleteFunc(slices.Concat(v.AllOf, v.AnyOf, v.OneOf), func(part *openapi3.SchemaRef) bool {
			return part == nil || part.Value == nil || part.Value.Type.Is("null")
		})
		if len(parts) != 1 || v.Type != nil {
			break
		}
		v = parts[0].Value
	}
	return v
}

// nested tells that a value is an object, or a list of what is no scalar.
func nested(v *openapi3.Schema) bool { return nestedWithin(v, maxLevels) }

func nestedWithin(v *openapi3.Schema, levels int) bool {
	within := func(part *openapi3.SchemaRef) bool {
		return part != nil && part.Value != nil && nestedWithin(part.Value, levels-1)
	}
	switch {
	case levels == 0:
		return false
	case v.Type.Is("array"):
		return nestedWithin(itemsOf(v), levels-1) || itemsOf(v).Type.Is("array")
	case v.Type.Is("object"), v.Type == nil && len(v.Properties) > 0:
		return true
	}
	return slices.ContainsFunc(slices.Concat(v.AllOf, v.AnyOf, v.OneOf), within)
}

// unclear says why readers differ about how a value is written as pairs, or gives "".
func unclear(p wire.Part, v *openapi3.Schema) string {
	say := func(what string) string {
		return fmt.Sprintf("how %s is written in a form is not said: give %s the contentType application/json in encoding", what, p.Name)
	}
	switch {
	case v.Type.Is("array") && nested(v):
		return say("a list of what is no scalar")
	case v.Type.Is("array") && p.Style == "deepObject":
		return "style deepObject is for objects, and " + p.Name + " is a list: leave it out, or say form"
	case !nested(v):
		return ""
	}
	for _, ref := range v.Properties {
		if ref != nil && ref.Value != nil && (nested(bare(ref.Value)) || bare(ref.Value).Type.Is("array")) {
			return say("an object within an object, or a list in one,")
		}
	}
	return ""
}

// headers gives what a part says beside its media type, of examples and listed values.
func headers(e *openapi3.Encoding) map[string]string {
	if e == nil {
		return nil
	}
	out := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(e.Headers)) {
		h := e.Headers[name]
		if h == nil || h.Value == nil || h.Value.Schema == nil || h.Value.Schema.Value == nil || strings.EqualFold(name, "Content-Type") {
			continue
		}
		s := h.Value.Schema.Value
		for _, v := range append([]any{h.Value.Example, s.Example, s.Default}, s.Enum...) {
			if text, ok := wire.Text(v); ok && out[name] == "" && !strings.ContainsAny(text, "\r\n") {
				out[name] = text
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
