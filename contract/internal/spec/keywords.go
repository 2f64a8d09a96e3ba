package spec

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// readKeywords are the schema keywords that the model knows. Any other would be
// passed over in silence, so it is a problem.
var readKeywords = []string{
	"$ref", "type", "nullable", "format", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
	"multipleOf", "minLength", "maxLength", "pattern", "items", "minItems", "maxItems", "uniqueItems",
	"properties", "required", "additionalProperties", "minProperties", "maxProperties",
	"allOf", "oneOf", "anyOf", "not", "discriminator", "readOnly", "writeOnly",
	"title", "description", "default", "example", "examples", "deprecated", "externalDocs", "xml", "$comment",
	// These name schemas, or say what is in a text: no value breaks them.
	"$schema", "$anchor", "$defs", "$dynamicAnchor", "contentMediaType", "contentEncoding", "contentSchema",
}

// otherKeywords exist in JSON Schema 2020-12 and are not supported: $id changes
// what references mean.
var otherKeywords = []string{"$id"}

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

// fill reads a schema's own keywords.
func (l *loader) fill(out *Schema, at cursor, v *openapi3.Schema) {
	before := len(l.problems)
	l.fillType(out, at, v)
	out.Format = v.Format
	for _, c := range at.in("enum").children() {
		out.Enum = append(out.Enum, plain(c.node))
	}
	if at.step("const").exists() {
		if out.Enum != nil {
			l.problem(at.in("const").at(), "const and enum are both given: state one of them")
		}
		out.Enum, out.constant = []any{plain(at.step("const").node)}, true
	}
	l.fillNumbers(out, at, v)
	out.MinLength, out.MaxLength = v.MinLength, v.MaxLength
	out.MinItems, out.MaxItems, out.UniqueItems = v.MinItems, v.MaxItems, v.UniqueItems
	out.MinProps, out.MaxProps = v.MinProps, v.MaxProps
	// With patternProperties the library says which members are others.
	out.Closed = v.AdditionalProperties.Has != nil && !*v.AdditionalProperties.Has && !at.step("patternProperties").exists()
	l.fillPattern(out, at, v)
	l.checkFormat(out, at)
	if len(l.problems) == before {
		l.consistent(out, at)
	}
}

var typeNames = []string{"string", "integer", "number", "boolean", "array", "object"}

func (l *loader) fillType(out *Schema, at cursor, v *openapi3.Schema) {
	out.Nullable = v.Nullable && !l.draft2020
	types := slices.DeleteFunc(slices.Clone(v.Type.Slice()), func(t string) bool { return t == "null" })
	out.Nullable = out.Nullable || len(types) < len(v.Type.Slice())
	for _, t := range types {
		if !slices.Contains(typeNames, t) {
			l.problem(at.in("type").at(), "type %q is not known: %s", t, didYouMean(t, typeNames))
			return
		}
	}
	switch {
	case len(types) > 1:
		l.problem(at.in("type").at(), "type lists %s: give one type, and null if it may be", strings.Join(types, " and "))
	case len(types) == 1:
		out.Type = types[0]
	case out.Nullable && v.Type != nil:
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
		l.twice(at, "minimum", "exclusiveMinimum")
		out.Minimum, out.low = b.Value, l.exact(at, "exclusiveMinimum", b.Value)
		out.ExclusiveMinimum, out.numericLow = true, true
	}
	if b := v.ExclusiveMax; b.Bool != nil {
		out.ExclusiveMaximum = *b.Bool
		l.flag(at, "exclusiveMaximum", "maximum", *b.Bool && v.Max == nil)
	} else if b.Value != nil {
		l.twice(at, "maximum", "exclusiveMaximum")
		out.Maximum, out.high = b.Value, l.exact(at, "exclusiveMaximum", b.Value)
		out.ExclusiveMaximum, out.numericHigh = true, true
	}
	if v.MultipleOf != nil && *v.MultipleOf <= 0 {
		l.problem(at.in("multipleOf").at(), "multipleOf must be more than 0")
		out.MultipleOf = nil
	}
}

func (l *loader) exact(at cursor, keyword string, f *float64) *big.Rat {
	node := at.step(keyword).node
	if f == nil || node == nil {
		return nil
	}
	if text, ok := numberText(node); ok {
		return inexact(text, *f)
	}
	return nil
}

func (l *loader) flag(at cursor, flag, limit string, alone bool) {
	if alone {
		l.problem(at.in(flag).at(), "%s says nothing without %s", flag, limit)
	}
}

func (l *loader) twice(at cursor, limit, exclusive string) {
	if at.step(limit).exists() {
		l.problem(at.in(exclusive).at(), "%s and %s are both given: state the one that forbids more", limit, exclusive)
	}
}

func (l *loader) fillPattern(out *Schema, at cursor, v *openapi3.Schema) {
	if v.Pattern == "" {
		return
	}
	if len(v.Pattern) > maxPattern {
		l.problem(at.in("pattern").at(), "the pattern has more than %d characters", maxPattern)
		return
	}
	p, known := l.patterns[v.Pattern]
	if !known {
		var err error
		if p, err = CompilePattern(v.Pattern); err != nil {
			l.badPattern(at, err)
		}
		l.patterns[v.Pattern] = p
	}
	out.Pattern = p
}

// badPattern reports a pattern that nothing can be held to.
func (l *loader) badPattern(at cursor, err error) {
	l.problem(at.in("pattern").at(), "the pattern cannot be read as ECMA-262, which OpenAPI wants: %s", err)
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

// consistent refuses what no value can keep, and what says one thing twice.
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
			l.problem(at.in(pair.high).at(), "%s %d is below %s %d", pair.high, *pair.max, pair.low, pair.min)
		}
		if pair.min > pair.bound {
			l.problem(at.in(pair.low).at(), "%s %d is more than %d, the most that is tested", pair.low, pair.min, pair.bound)
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
	l.problem(at.in(keyword).at(), "no %s is %s", what, strings.Join(limits, " and "))
}

func (l *loader) consistentEnum(s *Schema, at cursor) {
	keyword := s.enumKeyword()
	if len(s.Enum) == 0 {
		if at.step("enum").exists() {
			l.problem(at.in("enum").at(), "enum lists no value")
		}
		return
	}
	bare := *s
	bare.Enum = nil
	seen := make(map[string]bool, len(s.Enum))
	for i, v := range s.Enum {
		place := at.in(keyword)
		if !s.constant {
			place = place.index(i)
		}
		for _, broken := range bare.Check(v) {
			if v == nil {
				broken.Message += ": allow null beside the type"
			}
			l.problem(place.at(), "%s value %s %s", keyword, show(v), broken.Message)
		}
		key := string(appendKey(nil, v))
		if seen[key] {
			l.problem(place.at(), "enum lists %s twice", show(v))
		}
		seen[key] = true
	}
	l.nullOutside(s, at, keyword)
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
