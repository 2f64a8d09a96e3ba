package spec

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

var enumKeyword = Keyword{
	Name:       "enum",
	compare:    compareEnums,
	named:      (*Schema).EnumKeyword,
	Sample:     Sample{`{type: string, enum: [a, b]}`, `"a"`, `"c"`},
	read:       (*loader).readEnum,
	consistent: (*loader).consistentEnum,
	check:      (*Schema).checkEnum,
	statement: func(s *Schema) string {
		if len(s.Enum) == 0 {
			return ""
		}
		return "is one of " + list(s.Enum)
	},
	breaking: Site.unlisted,
}

var constKeyword = Keyword{
	Name:   "const",
	Like:   "enum", // of one value
	Sample: Sample{`{const: a}`, `"a"`, `"b"`},
}

func (l *loader) readEnum(out *Schema, at cursor, _ *openapi3.Schema) {
	for _, c := range at.in("enum").children() {
		out.Enum = append(out.Enum, plain(c.node))
	}
	if at.step("const").exists() {
		if out.Enum != nil {
			l.warn(at.in("const").at(), "const and enum are both given: const alone is read")
		}
		out.Enum, out.constant = []any{plain(at.step("const").node)}, true
	}
}

// consistentEnum leaves out of an enum what its schema forbids.
func (l *loader) consistentEnum(s *Schema, at cursor) {
	keyword := s.EnumKeyword()
	if len(s.Enum) == 0 {
		return
	}
	bare := *s
	bare.Enum = nil
	kept, seen := make([]any, 0, len(s.Enum)), make(map[string]bool, len(s.Enum))
	for i, v := range s.Enum {
		place := at.in(keyword)
		if !s.constant {
			place = place.index(i)
		}
		found := bare.Check(v)
		if meant, ok := s.meantAs(v); ok && len(found) > 0 && len(bare.Check(meant)) == 0 {
			l.warn(place.at(), "%s value %s %s: it is read as %s", keyword, show(v), found[0].Message, show(meant))
			v, found = meant, nil
		}
		key := string(appendKey(nil, v))
		switch {
		case seen[key]:
			l.warn(place.at(), "enum lists %s twice: it counts once", show(v))
		case found == nil:
			seen[key] = true
			kept = append(kept, v)
		case v == nil:
			l.warn(place.at(), "%s value %s %s: it is left out; allow null beside the type", keyword, show(v), found[0].Message)
		default:
			l.warn(place.at(), "%s value %s %s: it is left out", keyword, show(v), found[0].Message)
		}
	}
	s.Enum = kept
	if len(kept) == 0 {
		s.Enum, s.constant = nil, false
		l.warn(at.in(keyword).at(), "%s has no value that is valid: nothing is held to it", keyword)
		return
	}
	l.nullOutside(s, at, keyword)
}

// meantAs returns what a value of an enum was meant as by an author whose format
// took it for another type: texts without quotes in YAML, numbers with them.
func (s *Schema) meantAs(v any) (any, bool) {
	text, isText := v.(string)
	switch {
	case s.Type == "string" && !isText && scalar(typeOf(v)):
		return Text(v), true
	case isText && scalar(s.Type):
		return fromText(s.Type, text)
	}
	return nil, false
}

func (s *Schema) checkEnum(v any) []string {
	if len(s.Enum) > 0 && !s.listed(v) {
		return []string{"must be one of " + list(s.Enum)}
	}
	return nil
}

func (s *Schema) listed(v any) bool {
	return slices.ContainsFunc(s.Enum, func(e any) bool { return Equal(e, v) })
}

// EnumKeyword names the keyword that lists the values.
func (s *Schema) EnumKeyword() string { return orEqual("const", "enum", s.constant) }

func list(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = Text(v)
	}
	return strings.Join(words, ", ")
}

// unlisted returns values that are not listed, and others that a lax comparison
// takes for listed ones.
func (s Site) unlisted() []Try {
	if len(s.Enum) == 0 {
		return nil
	}
	if s.Type == "integer" || s.Type == "number" {
		return []Try{{Name: "unlisted", Value: s.aboveAll(), Why: "is sent as a number that is not listed"}}
	}
	var out []Try
	add := func(name string, value, what string, inferred bool) {
		if !s.listed(value) {
			out = append(out, Try{Name: name, Value: value, Why: "is sent as " + what, Inferred: inferred})
		}
	}
	add("unlisted", "unlisted", "a value that is not listed", false)
	for _, v := range s.Enum {
		text, ok := v.(string)
		if !ok || text == "" {
			continue
		}
		add("other-case-"+text, swapCase(text), "a listed value in another case", true) // many services compare without regard to case
		// Without its only letter a value is empty, which may be an absence.
		if _, last := utf8.DecodeLastRuneInString(text); last < len(text) {
			add("prefix-"+text, text[:len(text)-last], "the beginning of a listed value", false)
		}
		add("extension-"+text, text+"x", "a listed value with text after it", false)
		add("within-"+text, "x"+text, "a listed value with text before it", false)
	}
	return out
}

// aboveAll returns a number that is greater than those that are listed.
func (s Site) aboveAll() any {
	highest := 0.0
	for _, v := range s.Enum {
		if f, ok := Float(v); ok {
			highest = max(highest, f)
		}
	}
	if s.Type == "integer" {
		return int64(highest) + 1
	}
	return highest + 1
}

// swapCase turns letters into their other case.
func swapCase(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, text)
}
