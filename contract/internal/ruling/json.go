package ruling

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// document is what can be said of a JSON body.
type document struct {
	// value is what rules see, where nothing is broken or in doubt.
	value  any
	broken []spec.Violation
	// doubts say why implementations may lawfully differ.
	doubts []string
	// valued are the places that have a value, each with its schema.
	valued []valued
	// otherCase are the places of values that differ from listed ones in case alone.
	otherCase []string
}

// valued is a value and what it is held to.
type valued struct {
	where  string
	schema *spec.Schema
	value  any
}

// readJSON reads a body that is to keep to a schema.
func readJSON(id string, schema *spec.Schema, text []byte) document {
	value, err := spec.ParseJSON(text)
	if err != nil {
		if noJSON(string(text), err) {
			return document{broken: []spec.Violation{{Clause: id + ".json", Message: "is not one JSON document"}}}
		}
		return document{doubts: []string{"the body is no JSON, but some readers may take it"}}
	}
	w := walk{doubted: map[string]bool{}, certain: map[string][]spec.Violation{}}
	if name, repeated := spec.RepeatedName(text); repeated {
		w.doubt("", "has the member "+strconv.Quote(name)+" twice")
	}
	w.visit(schema, value, "", true)
	d := document{doubts: w.doubts, valued: w.valued, otherCase: w.otherCase}
	for _, v := range schema.Check(value) {
		if w.holds(v) {
			d.broken = append(d.broken, v)
		}
	}
	if len(w.doubts) == 0 {
		d.value = schema.Typed(value)
	}
	return d
}

// noJSON reports whether no reader takes a text for a JSON document: it breaks
// off, or it is prose. Many take text after a document, comments, a comma too
// many, or names without quotes (RFC 8259, section 9).
func noJSON(text string, err error) bool {
	switch {
	case strings.ContainsAny(text, "\x00\ufeff") || Redacted(text) || strings.Contains(text, "//") || strings.Contains(text, "/*"):
		return false
	case errors.Is(err, io.ErrUnexpectedEOF):
		return true
	case errors.Is(err, spec.ErrTrailing):
		return false // the first document may be taken
	}
	return prose.MatchString(text)
}

// prose are words that no reader takes for a value.
var prose = regexp.MustCompile(`^\s*[a-zA-Z]+ [a-zA-Z]+`)

// walk looks through a value for what implementations may lawfully take or
// refuse.
type walk struct {
	doubts  []string
	doubted map[string]bool
	// certain are the clauses that the value at a place breaks under every reading,
	// where the value is a text or a number.
	certain map[string][]spec.Violation
	// otherCase are the places of values that differ from listed ones in case alone.
	otherCase []string
	valued    []valued
}

const maxDoubts = 5

func (w *walk) doubt(where, why string) {
	w.doubted[where] = true
	if len(w.doubts) < maxDoubts {
		w.doubts = append(w.doubts, place(where)+" "+why)
	}
}

func place(where string) string {
	if where == "" {
		return "the body"
	}
	return "the body's " + where
}

// holds reports whether a violation is one under every reading: nothing is in
// doubt at its place, in it, or around it.
func (w *walk) holds(v spec.Violation) bool {
	for where := range w.doubted {
		if within(where, v.Where) || within(v.Where, where) {
			return false
		}
	}
	found, known := w.certain[v.Where]
	return !known || slices.ContainsFunc(found, func(c spec.Violation) bool { return c.Clause == v.Clause })
}

// within reports whether a place is in another, or is it.
func within(where, outer string) bool {
	rest, found := strings.CutPrefix(where, outer)
	return found && (outer == "" || rest == "" || rest[0] == '.' || rest[0] == '[')
}

func (w *walk) visit(s *spec.Schema, value any, where string, required bool) {
	switch {
	case s == nil:
		return
	case s.Composed != nil:
		why := unusual(value)
		if _, found := s.Unsent(value); found && why == "" {
			why = "holds a member that is only answered, and not to be sent"
		}
		if why != "" {
			w.doubt(where, why)
		}
		return
	}
	w.valued = append(w.valued, valued{where, s, value})
	if converted(s, value) {
		w.doubt(where, "is of another type, and readers may convert it")
		return
	}
	switch v := value.(type) {
	case nil:
		w.null(s, where, required)
	case string:
		w.leaf(where, inJSON(s, v))
	case json.Number:
		w.leaf(where, jsonNumber(s, v))
	case []any:
		for i, item := range v {
			w.visit(s.Items, item, where+"["+strconv.Itoa(i)+"]", true)
		}
	case map[string]any:
		w.object(s, v, where)
	}
}

func (w *walk) null(s *spec.Schema, where string, required bool) {
	switch {
	case s.NullInDoubt:
		w.doubt(where, "is null, which the contract may or may not be meant to allow")
	case !s.Nullable && !required:
		w.doubt(where, "is null, which may be an absence")
	}
}

func (w *walk) leaf(where string, r reading) {
	switch {
	case r.broken != nil:
		w.certain[where] = r.broken
		if r.otherCase {
			w.otherCase = append(w.otherCase, where)
		}
	case r.doubt != "":
		w.doubt(where, r.doubt)
	}
}

func (w *walk) object(s *spec.Schema, object map[string]any, where string) {
	for _, m := range s.Members {
		value, there := object[m.Name]
		if !there {
			continue
		}
		if m.ReadOnly {
			w.doubt(join(where, m.Name), "is only answered, and not to be sent")
			continue
		}
		w.visit(m.Schema, value, join(where, m.Name), m.Required)
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if s.Member(name) == nil {
			w.unlisted(s, name, object[name], where)
		}
	}
}

// unlisted looks at a member that the contract does not name.
func (w *walk) unlisted(s *spec.Schema, name string, value any, where string) {
	for _, m := range s.Members {
		if strings.EqualFold(m.Name, name) {
			w.doubt(where, "has the member "+m.Name+" in another case")
			return
		}
	}
	switch {
	case s.Additional != nil:
		w.visit(s.Additional, value, join(where, name), true)
	case !s.Closed && len(w.doubts) < maxDoubts:
		// It changes nothing about the other members.
		w.doubts = append(w.doubts, place(where)+" has a member that the contract does not list")
	}
}

func join(where, name string) string {
	if where == "" {
		return name
	}
	return where + "." + name
}

// inJSON reads a text of a JSON document. Blanks count there.
func inJSON(s *spec.Schema, text string) reading {
	switch why := unclear(text); {
	case why != "":
		return doubtful(why)
	case s.Type != "string" && s.Type != "":
		return broke(s)
	case strings.TrimSpace(text) != text && text != "":
		return doubtful(blanks)
	}
	return textual(s, text)
}

func jsonNumber(s *spec.Schema, n json.Number) reading {
	plain := plainNumber
	switch s.Type {
	case "integer":
		plain = plainInteger
		if fraction.MatchString(n.String()) {
			return broke(s)
		}
	case "number", "":
	default:
		return broke(s)
	}
	if !plain.MatchString(n.String()) || n == "-0" {
		return doubtful(otherForm)
	}
	return number(s, n)
}

// unusual says what is in a value that readers may take for something else, or
// gives "".
func unusual(value any) string {
	switch v := value.(type) {
	case nil:
		return "holds null"
	case string:
		if !word.MatchString(v) {
			return "is held to a composed schema"
		}
	case json.Number:
		if !plainNumber.MatchString(v.String()) || len(v) > digits {
			return "holds a number in another form"
		}
	case []any:
		for _, item := range v {
			if why := unusual(item); why != "" {
				return why
			}
		}
	case map[string]any:
		for _, item := range v {
			if why := unusual(item); why != "" {
				return why
			}
		}
	}
	return ""
}

// converted reports whether some readers turn a JSON value of another type into
// one of the schema's: numbers, texts and booleans into each other, an element into
// a list of one, a list that is empty into an object.
func converted(s *spec.Schema, value any) bool {
	switch s.Type {
	case "integer", "number":
		return asNumber(s, value)
	case "boolean":
		return asBoolean(value)
	case "string":
		switch value.(type) {
		case json.Number, bool:
			return true
		}
	case "array":
		return asElement(s.Items, value)
	case "object":
		list, isList := value.([]any)
		return isList && len(list) == 0
	}
	return false
}

func asNumber(s *spec.Schema, value any) bool {
	switch v := value.(type) {
	case string:
		text := strings.TrimSpace(v)
		return text == "" || numeric.MatchString(text)
	case json.Number: // of which readers may cut a fraction off
		return s.Type == "integer" && fraction.MatchString(v.String())
	case bool:
		return true
	}
	return false
}

func asBoolean(value any) bool {
	switch v := value.(type) {
	case string:
		text := strings.ToLower(strings.TrimSpace(v))
		return text == "" || slices.Contains(truths, text)
	case json.Number:
		f, _ := spec.Float(v)
		return f == 0 || f == 1
	}
	return false
}

// asElement reports whether a value may be taken for a list that holds it alone.
func asElement(items *spec.Schema, value any) bool {
	kind := ""
	if items != nil {
		kind = items.Type
	}
	switch value.(type) {
	case map[string]any:
		return kind == "object" || kind == ""
	case string, json.Number, bool:
		return kind != "object" && kind != "array"
	}
	return false
}
