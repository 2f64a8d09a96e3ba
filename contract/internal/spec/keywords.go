package spec

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/internal/source"
)

// constraints are the keywords that make clauses, in the order they are listed.
var constraints = []string{
	"type", "format", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
	"minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems",
	"additionalProperties", "minProperties", "maxProperties",
}

// compositions are the keywords that make a schema one clause.
var compositions = []string{"allOf", "oneOf", "anyOf", "not"}

// The bounds of what a value must at least hold, and of a pattern: a contract
// must not make whoever tests it send without end.
const (
	maxMinLength = 1 << 20
	maxMinItems  = 10_000
	maxPattern   = 10_000
)

// typed are the keywords that say something of one type alone.
var typed = map[string][]string{
	"minimum": numeric, "maximum": numeric, "exclusiveMinimum": numeric, "exclusiveMaximum": numeric, "multipleOf": numeric,
	"minLength": {"string"}, "maxLength": {"string"}, "pattern": {"string"},
	"minItems": {"array"}, "maxItems": {"array"}, "uniqueItems": {"array"},
	"additionalProperties": {"object"}, "minProperties": {"object"}, "maxProperties": {"object"},
}

var numeric = []string{"integer", "number"}

// concerns reports whether a keyword says anything of values of the schema's type.
func (s *Schema) concerns(keyword string) bool {
	types, some := typed[keyword]
	return s.Type == "" || !some || slices.Contains(types, s.Type)
}

// fill reads a schema's own keywords.
func (l *loader) fill(out *Schema, at cursor, v *openapi3.Schema) {
	l.fillType(out, v)
	out.Format = v.Format
	for _, c := range at.in("enum").children() {
		out.Enum = append(out.Enum, plain(c.node))
	}
	if at.step("const").exists() {
		if out.Enum != nil {
			l.warn(at.in("const").at(), "const and enum are both given: const alone is read")
		}
		out.Enum, out.constant = []any{plain(at.step("const").node)}, true
	}
	out.Chosen = at.scalar(source.Chosen)
	l.fillNumbers(out, at, v)
	out.MinLength, out.MaxLength = v.MinLength, v.MaxLength
	out.MinItems, out.MaxItems, out.UniqueItems = v.MinItems, v.MaxItems, v.UniqueItems
	out.MinProps, out.MaxProps = v.MinProps, v.MaxProps
	// With patternProperties the library says which members are others.
	out.Closed = v.AdditionalProperties.Has != nil && !*v.AdditionalProperties.Has && !at.step("patternProperties").exists()
	l.fillPattern(out, at, v)
	l.checkFormat(out, at)
	l.consistent(out, at)
}

// fillType reads the type. Of several the parts of the schema are made.
func (l *loader) fillType(out *Schema, v *openapi3.Schema) {
	out.Nullable = v.Nullable && !l.draft2020
	types := slices.DeleteFunc(slices.Clone(v.Type.Slice()), func(t string) bool { return t == "null" })
	out.Nullable = out.Nullable || len(types) < len(v.Type.Slice())
	switch {
	case len(types) == 1:
		out.Type = types[0]
	case len(types) == 0 && out.Nullable && v.Type != nil:
		out.Type = "null"
	}
}

// fillNumbers reads the limits of numbers, with all their digits.
func (l *loader) fillNumbers(out *Schema, at cursor, v *openapi3.Schema) {
	out.Minimum, out.low = v.Min, l.exact(at, "minimum", v.Min)
	out.Maximum, out.high = v.Max, l.exact(at, "maximum", v.Max)
	out.MultipleOf = v.MultipleOf
	if b := v.ExclusiveMin; b.Bool != nil {
		out.ExclusiveMinimum = *b.Bool
		l.flag(at, "exclusiveMinimum", "minimum", *b.Bool && v.Min == nil)
	} else if b.Value != nil {
		if l.twice(at, "minimum", "exclusiveMinimum", v.Min == nil || *v.Min <= *b.Value) {
			out.Minimum, out.low = b.Value, l.exact(at, "exclusiveMinimum", b.Value)
			out.ExclusiveMinimum, out.numericLow = true, true
		}
	}
	if b := v.ExclusiveMax; b.Bool != nil {
		out.ExclusiveMaximum = *b.Bool
		l.flag(at, "exclusiveMaximum", "maximum", *b.Bool && v.Max == nil)
	} else if b.Value != nil {
		if l.twice(at, "maximum", "exclusiveMaximum", v.Max == nil || *v.Max >= *b.Value) {
			out.Maximum, out.high = b.Value, l.exact(at, "exclusiveMaximum", b.Value)
			out.ExclusiveMaximum, out.numericHigh = true, true
		}
	}
}

func (l *loader) exact(at cursor, keyword string, f *float64) *big.Rat {
	node := at.step(keyword).node
	if f == nil || node.Kind() != source.Number {
		return nil
	}
	return inexact(node.Text(), *f)
}

func (l *loader) flag(at cursor, flag, limit string, alone bool) {
	if alone {
		l.warn(at.in(flag).at(), "%s says nothing without %s", flag, limit)
	}
}

// twice warns of a limit that is given both ways, and returns tighter: whether the
// exclusive one forbids more.
func (l *loader) twice(at cursor, limit, exclusive string, tighter bool) bool {
	if at.step(limit).exists() {
		l.warn(at.in(exclusive).at(), "%s and %s are both given: the one that forbids more is read", limit, exclusive)
	}
	return tighter
}

// delimited is a pattern as JavaScript, Perl and PHP write it in a program, which
// no text matches.
var delimited = regexp.MustCompile(`^/\^.*/[a-z]*$|^/.*\$/[a-z]*$`)

func (l *loader) fillPattern(out *Schema, at cursor, v *openapi3.Schema) {
	if v.Pattern == "" {
		return
	}
	if len(v.Pattern) > maxPattern {
		l.warn(at.in("pattern").at(), "the pattern has more than %d characters: nothing is held to it", maxPattern)
		l.cannotRead(out, "pattern")
		return
	}
	p, known := l.patterns[v.Pattern]
	if !known && delimited.MatchString(v.Pattern) {
		l.warn(at.in("pattern").at(), "the pattern %s is between slashes, as programs write one: no text has a slash before its beginning or behind "+
			"its end, so nothing is held to it; leave the slashes out", show(v.Pattern))
		l.patterns[v.Pattern] = nil
	} else if !known {
		var err error
		if p, err = CompilePattern(v.Pattern); err != nil {
			l.warn(at.in("pattern").at(), "the pattern cannot be read as ECMA-262, which OpenAPI wants: nothing is held to it; %s", err)
		}
		l.patterns[v.Pattern] = p
	}
	if p == nil {
		l.cannotRead(out, "pattern")
	}
	out.Pattern = p
}

// cannotRead remembers keywords that no value can be held to.
func (l *loader) cannotRead(out *Schema, keywords ...string) {
	out.unread = append(out.unread, keywords...)
	l.unreadable = true
}

// checkFormat warns of a format that values are not held to.
func (l *loader) checkFormat(s *Schema, at cursor) {
	switch {
	case s.Format == "" || s.checkedFormat() || slices.Contains(silentFormats, s.Format):
	case textFormats[s.Format].valid != nil || s.Format == "int32" || s.Format == "int64":
		l.warn(at.in("format").at(), "format %s says nothing of type %s: it is not checked", s.Format, s.Type)
	default:
		l.warn(at.in("format").at(), "format %s is not known: it is not checked, so state a pattern too", s.Format)
	}
}

// consistent warns of what no value can keep, and leaves out what says nothing.
// Where no value can be valid, planning finds none and says so.
func (l *loader) consistent(s *Schema, at cursor) {
	l.consistentNumbers(s, at)
	for _, pair := range []struct {
		low, high string
		min       uint64
		max       *uint64
		bound     uint64
	}{
		{"minLength", "maxLength", s.MinLength, s.MaxLength, maxMinLength},
		{"minItems", "maxItems", s.MinItems, s.MaxItems, maxMinItems},
		{"minProperties", "maxProperties", s.MinProps, s.MaxProps, maxMinItems},
	} {
		if pair.max != nil && pair.min > *pair.max {
			l.warn(at.in(pair.high).at(), "%s %d is below %s %d: no value is valid", pair.high, *pair.max, pair.low, pair.min)
		}
		if pair.min > pair.bound {
			l.warn(at.in(pair.low).at(), "%s %d is more than %d, the most that is tested: no valid value is made", pair.low, pair.min, pair.bound)
		}
	}
	l.consistentEnum(s, at)
}

func (l *loader) consistentNumbers(s *Schema, at cursor) {
	if s.Type != "integer" && s.Type != "number" || s.Minimum == nil && s.Maximum == nil {
		return
	}
	if _, ok := s.nearZero(); ok {
		return
	}
	keyword, what := s.MaximumKeyword(), s.Type
	if s.Maximum == nil {
		keyword = s.MinimumKeyword()
	}
	if s.MultipleOf != nil {
		what = "multiple of " + Number(*s.MultipleOf)
	}
	var limits []string
	if s.Minimum != nil {
		limits = append(limits, s.lowLimit())
	}
	if s.Maximum != nil {
		limits = append(limits, s.highLimit())
	}
	if s.Format == "int32" || s.Format == "int64" {
		limits = append(limits, "an "+s.Format)
	}
	l.warn(at.in(keyword).at(), "no %s is %s: no value is valid", what, strings.Join(limits, " and "))
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

// show writes a value in a message, not at length.
func show(v any) string {
	text := []rune(Text(v))
	if s, ok := v.(string); ok {
		text = []rune(fmt.Sprintf("%q", s))
	}
	if len(text) > 40 {
		return string(text[:37]) + "..."
	}
	return string(text)
}
