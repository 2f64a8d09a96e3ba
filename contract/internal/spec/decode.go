package spec

import (
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/internal/wire"
)

// Style is how the parameter's values stand in a request.
func (p *Parameter) Style() wire.Style {
	s := wire.Style{In: p.In, Name: p.Written, Explode: p.Explode}
	switch {
	case p.JSON:
	case p.Schema.Type == "array":
		s.Kind = wire.List
		s.Explode = p.Explode && p.In != "path" && p.In != "header" // where it makes no difference
	case p.Schema.Object():
		s.Kind = wire.Object
	}
	return s
}

// Decode reads a parameter's value from the texts that a request carries for
// it, which its Style has read: one for each element of a list, the name and the
// value of each member of an object. It gives every clause that the value breaks.
// Absence is the caller's to judge: of no texts nothing is said.
func (p *Parameter) Decode(raw []string) (any, []Violation) {
	kind := p.Style().Kind
	switch {
	case len(raw) == 0:
		return nil, nil
	case kind == wire.List:
		return p.decodeArray(raw)
	case kind == wire.Object:
		return p.decodeObject(raw)
	case len(raw) > 1:
		return nil, []Violation{{Clause: p.ID + ".type", Message: once(len(raw))}}
	case p.JSON:
		return p.decodeJSON(raw[0])
	}
	v, ok := p.Schema.FromText(raw[0])
	if !ok {
		return nil, []Violation{p.Schema.untyped("")}
	}
	return p.held(v)
}

func once(n int) string { return "must be given once, not " + strconv.Itoa(n) + " times" }

// held returns a value in the form that rules see, or what it breaks.
func (p *Parameter) held(v any) (any, []Violation) {
	if found := p.Schema.Check(v); found != nil {
		return nil, found
	}
	return p.Schema.Typed(v), nil
}

// decodeJSON reads a value that is sent as a JSON text.
func (p *Parameter) decodeJSON(text string) (any, []Violation) {
	v, err := ParseJSON([]byte(text))
	if err != nil {
		return nil, []Violation{{Clause: p.ID + ".type", Message: "must be one JSON document"}}
	}
	return p.held(v)
}

// decodeObject reads the names and the values of members.
func (p *Parameter) decodeObject(raw []string) (any, []Violation) {
	if len(raw)%2 != 0 {
		return nil, []Violation{{Clause: p.ID + ".type", Message: "must have a value for each name of a member"}}
	}
	object := map[string]any{}
	var found []Violation
	for _, name := range sentNames(raw) {
		v, broken := p.Schema.decodeMember(name, MemberTexts(raw, name))
		if broken != nil {
			found = append(found, *broken)
		}
		object[name] = v
	}
	if found != nil {
		return nil, found
	}
	return p.held(object)
}

func (s *Schema) decodeMember(name string, texts []string) (any, *Violation) {
	of := s.MemberSchema(name)
	switch {
	case of == nil:
		of = &Schema{}
	case of.Type == "array" && of.Items != nil:
		list := make([]any, len(texts))
		for i, text := range texts {
			v, ok := of.Items.FromText(text)
			if !ok {
				broken := of.Items.untyped(name + "[" + strconv.Itoa(i) + "]")
				return nil, &broken
			}
			list[i] = v
		}
		return list, nil
	}
	if len(texts) > 1 {
		return nil, &Violation{Clause: of.ID + ".type", Where: name, Message: once(len(texts))}
	}
	v, ok := of.FromText(texts[0])
	if !ok {
		broken := of.untyped(name)
		return nil, &broken
	}
	return v, nil
}

// MemberSchema returns what a member is held to, listed or not; nil where any value
// is valid.
func (s *Schema) MemberSchema(name string) *Schema {
	if m := s.Member(name); m != nil {
		return m.Schema
	}
	return s.Additional
}

// sentNames gives the names in the texts of an object, each once, in their order.
func sentNames(raw []string) []string {
	var names []string
	for i := 0; i < len(raw); i += 2 {
		if !slices.Contains(names, raw[i]) {
			names = append(names, raw[i])
		}
	}
	return names
}

// MemberTexts gives the values of one member from the texts of an object.
func MemberTexts(raw []string, name string) []string {
	var out []string
	for i := 0; i+1 < len(raw); i += 2 {
		if raw[i] == name {
			out = append(out, raw[i+1])
		}
	}
	return out
}

// Within labels a value of the parameter by where it is in that: "filter.min
// (query)".
func (p *Parameter) Within(where string) string {
	if where != "" && where[0] != '[' {
		where = "." + where
	}
	return p.Name + where + " (" + p.In + ")"
}

func (p *Parameter) decodeArray(raw []string) (any, []Violation) {
	items := p.Schema.Items
	if items == nil {
		items = &Schema{Type: "string"}
	}
	values := make([]any, len(raw))
	for i, text := range raw {
		v, ok := items.FromText(text)
		if !ok {
			return nil, []Violation{items.untyped("[" + strconv.Itoa(i) + "]")}
		}
		values[i] = v
	}
	return p.held(values)
}

// FromText reads a scalar from text: on the wire every value is text. A sign +,
// which JSON does not have, is refused, and so is an integer past 64 bits, which
// no handler could take; leading zeros are not.
//
// A schema of several types is read as the first that makes a valid value, else
// as a text where that is one of them.
func (s *Schema) FromText(text string) (any, bool) {
	if s.Type != "" || s.Composed == nil {
		return fromText(s.Type, text)
	}
	var read any = text
	some := false
	for _, kind := range s.readings() {
		v, ok := fromText(kind, text)
		if ok && len(s.Check(v)) == 0 {
			return v, true
		}
		if ok {
			read, some = v, true
		}
	}
	return read, some
}

// untyped is the violation of a text that is of no type of the schema.
func (s *Schema) untyped(where string) Violation {
	v := Violation{Clause: s.ID + ".type", Where: where, Message: "must be " + article(s.Type)}
	if s.Composed != nil {
		v.Clause, v.Message = s.ID+".schema", "must be "+strings.Join(s.readings(), " or ")
	}
	return v
}

func fromText(kind, text string) (any, bool) {
	switch kind {
	case "integer":
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil && text[0] != '+'
	case "number":
		f, err := strconv.ParseFloat(text, 64)
		return f, err == nil && strings.Trim(text, "0123456789+-.eE") == "" && text[0] != '+'
	case "boolean":
		return text == "true", text == "true" || text == "false"
	default:
		return text, true
	}
}

// textKinds are the types that text can be read as, the most particular first.
var textKinds = []string{"integer", "number", "boolean", "string"}

// readings lists the types that a text may be read as: the scalar ones that the
// schema, or what it is composed of, allows. There are none where only objects
// and arrays are valid.
func (s *Schema) readings() []string {
	if s.Type != "" {
		if scalar(s.Type) {
			return []string{s.Type}
		}
		return nil
	}
	root := s
	if p, ok := s.Composed.(composed); ok {
		root = p.schema
	}
	kinds := root.scalars(map[*Schema]bool{})
	return slices.DeleteFunc(slices.Clone(textKinds), func(kind string) bool { return !kinds[kind] })
}

// scalars finds the scalar types that a schema allows, as far as its types tell.
func (s *Schema) scalars(visited map[*Schema]bool) map[string]bool {
	out := map[string]bool{}
	if visited[s] {
		return out
	}
	visited[s] = true
	if s.Type == "" {
		for _, kind := range textKinds {
			out[kind] = true
		}
	} else if scalar(s.Type) {
		out[s.Type] = true
	}
	if out["number"] {
		out["integer"] = true
	}
	if s.parts == nil {
		return out
	}
	for _, part := range s.parts.all {
		out = both(out, part.scalars(visited))
	}
	for _, alternatives := range [][]*Schema{s.parts.any, s.parts.one} {
		if len(alternatives) == 0 {
			continue
		}
		some := map[string]bool{}
		for _, part := range alternatives {
			for kind := range part.scalars(visited) {
				some[kind] = true
			}
		}
		out = both(out, some)
	}
	delete(visited, s)
	return out
}

func both(a, b map[string]bool) map[string]bool {
	out := map[string]bool{}
	for kind := range a {
		if b[kind] {
			out[kind] = true
		}
	}
	return out
}

// Branch returns the schema that values of a parameter are chosen from: of one
// that is composed and has no one type, its first alternative that a text can be.
func (s *Schema) Branch() *Schema {
	p, ok := s.Composed.(composed)
	if !ok || s.Type != "" {
		return s
	}
	visited := map[*Schema]bool{}
	var find func(part *Schema) *Schema
	find = func(part *Schema) *Schema {
		if visited[part] {
			return nil
		}
		visited[part] = true
		if scalar(part.Type) {
			if v := part.Sample(); v != nil && len(s.Check(v)) == 0 {
				return part
			}
		}
		if part.parts == nil {
			return nil
		}
		for _, inner := range slices.Concat(part.parts.any, part.parts.one, part.parts.all) {
			if found := find(inner); found != nil {
				return found
			}
		}
		return nil
	}
	if found := find(p.schema); found != nil {
		return found
	}
	return s
}

// readText returns the schema of a parameter without a type the one that its texts
// are read as.
func (s *Schema) readText() {
	if s.Type != "" || s.Items != nil || len(s.Members) > 0 {
		return
	}
	s.Type, s.anyText = "string", true
	kinds := map[string]bool{}
	for _, v := range s.Enum {
		kinds[typeOf(v)] = true
	}
	for _, kind := range []string{"integer", "boolean", "number"} {
		if len(kinds) == 1 && kinds[kind] {
			s.Type, s.anyText = kind, false
			return
		}
	}
	for i, v := range s.Enum {
		s.Enum[i] = Text(v)
	}
}
