package spec

import (
	"encoding/json"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// HeadersToHold gives the headers that an answer is held to: OpenAPI ignores the first of
// those that are left out, and the others belong to the connection, whose library takes
// them away.
func (r *Response) HeadersToHold() iter.Seq[*Parameter] {
	return func(yield func(*Parameter) bool) {
		for _, p := range r.Headers {
			switch http.CanonicalHeaderKey(p.Name) {
			case "Content-Type", "Transfer-Encoding", "Trailer", "Connection":
				continue
			}
			if !yield(p) {
				return
			}
		}
	}
}

// ReadHeader reads the value of a header of an answer from its lines, and gives
// every clause that it breaks. It is false where the text cannot be held to the
// schema: OpenAPI does not say how what is composed, or within something else, is
// written there; nor a time that HTTP has in a form of its own. Several lines mean the same as one with commas (RFC 9110, section
// 5.3), but for Set-Cookie.
func (p *Parameter) ReadHeader(lines []string) (value any, found []Violation, ok bool) {
	switch {
	case !p.JSON && (!p.Schema.textual() || p.dated(lines)):
		return nil, nil, false
	case http.CanonicalHeaderKey(p.Name) == "Set-Cookie":
		return p.readCookies(lines)
	case p.JSON:
		value, found = p.readHeaderJSON(strings.Join(lines, ", "))
	default:
		value, found = p.readHeader(strings.Join(lines, ", "))
	}
	return value, found, true
}

// dated reports whether a header has the time that HTTP wants in it, of which
// descriptions say that it is another (RFC 9110, section 5.6.7).
func (p *Parameter) dated(lines []string) bool {
	switch http.CanonicalHeaderKey(p.Name) {
	case "Date", "Expires", "Last-Modified", "Retry-After":
		_, err := http.ParseTime(lines[0])
		return err == nil && p.Schema.Format == "date-time"
	}
	return false
}

// readCookies reads Set-Cookie, of which each line is a value for itself. What
// stands before a server sets cookies of its own, so lines that are not as they are
// documented are no fault beside one that is; nor where no cookie has to be set.
func (p *Parameter) readCookies(lines []string) (any, []Violation, bool) {
	var fitting []string
	var found []Violation
	for _, line := range lines {
		if _, broken := p.Decode([]string{line}); len(broken) == 0 {
			fitting = append(fitting, line)
		} else if found == nil {
			found = broken
		}
	}
	switch {
	case len(fitting) == 0 && p.Required:
		return nil, found, true
	case len(fitting) == 0:
		return nil, nil, false
	case p.Schema.Type != "array":
		fitting = fitting[:1]
	}
	value, found := p.Decode(fitting)
	return value, found, true
}

func (p *Parameter) readHeaderJSON(text string) (any, []Violation) {
	v, err := ParseJSON([]byte(text))
	if err != nil {
		return nil, []Violation{{Clause: p.ID + ".json", Message: "must be one JSON document"}}
	}
	return v, p.Schema.Check(v)
}

// readHeader reads a value in the style simple. A list or an object without
// anything in it is empty there.
func (p *Parameter) readHeader(text string) (any, []Violation) {
	if v := p.JSONHeader(text); v != nil {
		return v, p.Schema.Check(v)
	}
	texts, err := p.Style().Read(nil, text)
	several := p.Schema.Type == "array" || p.Schema.Object()
	if err != nil || several && strings.TrimSpace(text) == "" {
		return nil, nil
	}
	if p.Schema.Object() {
		return p.readHeaderObject(strings.Split(text, ","))
	}
	return p.Decode(texts)
}

// JSONHeader gives the list or the object that is written as JSON in a header of the
// style simple, where the schema is for one; else nil. OpenAPI has content for that,
// but servers and descriptions commonly leave that out.
func (p *Parameter) JSONHeader(text string) any {
	if p.JSON {
		return nil
	}
	switch v, err := ParseJSON([]byte(text)); v := v.(type) {
	case []any:
		if err == nil && p.Schema.Type == "array" {
			return v
		}
	case map[string]any:
		if err == nil && p.Schema.Object() {
			return v
		}
	}
	return nil
}

// readHeaderObject reads the members of an object: a=1,b=2 with explode, else
// a,1,b,2.
func (p *Parameter) readHeaderObject(texts []string) (any, []Violation) {
	if p.Explode {
		var apart []string
		for _, text := range texts {
			name, value, _ := strings.Cut(text, "=")
			apart = append(apart, name, value)
		}
		texts = apart
	}
	if len(texts)%2 != 0 {
		return nil, []Violation{{Clause: p.ID + ".type", Message: "must have a value for each name of a member"}}
	}
	object := map[string]any{}
	for i := 0; i < len(texts); i += 2 {
		name := strings.TrimSpace(texts[i])
		v, broken := p.Schema.readHeaderMember(name, strings.TrimSpace(texts[i+1]))
		if broken != nil {
			return nil, []Violation{*broken}
		}
		object[name] = v
	}
	return object, p.Schema.Check(object)
}

func (s *Schema) readHeaderMember(name, text string) (any, *Violation) {
	of := s.Additional
	if m := s.Member(name); m != nil {
		of = m.Schema
	}
	if of == nil {
		return text, nil
	}
	v, ok := of.FromText(text)
	if !ok {
		broken := of.untyped(name)
		return nil, &broken
	}
	return v, nil
}

// textual reports whether a text in the style simple can be held to a schema.
func (s *Schema) textual() bool {
	switch {
	case s == nil || s.Composed != nil:
		return false
	case s.Type == "array":
		return s.Items == nil || s.Items.single()
	case s.Object():
		return (s.Additional == nil || s.Additional.single()) &&
			!slices.ContainsFunc(s.Members, func(m *Member) bool { return !m.Schema.single() })
	}
	return true
}

// single reports whether values are neither lists nor objects, nor composed.
func (s *Schema) single() bool { return s.Composed == nil && s.Type != "array" && !s.Object() }

// HeaderText writes a value as a header of an answer has it.
func (p *Parameter) HeaderText(v any) string {
	if p.JSON {
		data, err := json.Marshal(v)
		if err != nil {
			return Text(v)
		}
		return string(data)
	}
	var texts []string
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			texts = append(texts, Text(item))
		}
	case map[string]any:
		between := ","
		if p.Explode {
			between = "="
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			texts = append(texts, name+between+Text(v[name]))
		}
	default:
		return Text(v)
	}
	return strings.Join(texts, ",")
}
