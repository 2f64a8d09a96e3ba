package spec

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Violation is one clause that a value breaks.
type Violation struct {
	// Clause is the id of the clause.
	Clause string
	// Where is the place within the value, such as items[2].name; "" for the
	// value itself.
	Where string
	// Message says what is wrong and what would be right, without the value.
	Message string
}

// Check gives every clause of the schema that a value breaks, always in the
// same order.
func (s *Schema) Check(v any) []Violation {
	var c checking
	s.check(v, "", &c)
	return c.found
}

// checking is a check under way.
type checking struct {
	found []Violation
	// one tells that the first thing found is enough.
	one bool
	// steps counts what the parts of a composed schema were tried on, up to limit.
	steps, limit int
}

func (c *checking) add(clause, where, message string) {
	c.found = append(c.found, Violation{Clause: clause, Where: where, Message: message})
}

func (s *Schema) check(v any, where string, c *checking) {
	switch {
	case s == nil, c.one && c.found != nil:
	case s.Composed != nil:
		if err := s.Composed.Check(v); err != nil {
			inner, message := located(err)
			c.add(s.ID+".schema", join(where, inner), message)
		}
	case v == nil:
		s.checkNull(where, c)
	case !s.typed(v):
		s.report(c, where, "type", "must be "+article(s.Type))
	default:
		s.checkEnum(v, where, c)
		s.checkValue(v, where, c)
		s.parts.check(v, where, c)
	}
}

func (s *Schema) checkNull(where string, c *checking) {
	switch {
	case s.Nullable:
	case s.Type != "":
		s.report(c, where, "type", "must be "+article(s.Type)+", not null")
	default:
		s.checkEnum(nil, where, c)
		s.parts.check(nil, where, c)
	}
}

func (s *Schema) checkEnum(v any, where string, c *checking) {
	if len(s.Enum) > 0 && !s.listed(v) {
		s.report(c, where, s.enumKeyword(), "must be one of "+list(s.Enum))
	}
}

// enumKeyword names the keyword that lists the values.
func (s *Schema) enumKeyword() string { return orEqual("const", "enum", s.constant) }

func (s *Schema) checkValue(v any, where string, c *checking) {
	switch value := v.(type) {
	case string:
		s.checkString(value, where, c)
	case []any:
		s.checkArray(value, where, c)
	case map[string]any:
		s.checkObject(value, where, c)
	case bool:
	default:
		s.checkNumber(v, where, c)
	}
}

func (s *Schema) report(c *checking, where, keyword, message string) {
	c.add(s.ID+"."+keyword, where, message)
}

func article(t string) string {
	if t == "integer" || t == "object" || t == "array" {
		return "an " + t
	}
	return "a " + t
}

// Is reports whether a value is of the schema's own type, whatever is in it.
func (s *Schema) Is(v any) bool { return s.Composed != nil || v == nil && s.Nullable || s.typed(v) }

func (s *Schema) typed(v any) bool {
	ok := false
	switch s.Type {
	case "":
		ok = true
	case "string":
		_, ok = v.(string)
	case "boolean":
		_, ok = v.(bool)
	case "integer":
		ok = integral(v)
	case "number":
		_, ok = Float(v)
	case "array":
		_, ok = v.([]any)
	case "object":
		_, ok = v.(map[string]any)
	case "null":
		ok = v == nil
	}
	return ok
}

func (s *Schema) listed(v any) bool {
	return slices.ContainsFunc(s.Enum, func(e any) bool { return Equal(e, v) })
}

// Equal compares two values as JSON does: numbers by value.
func Equal(a, b any) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case string:
		text, ok := b.(string)
		return ok && a == text
	case bool:
		truth, ok := b.(bool)
		return ok && a == truth
	case []any:
		items, ok := b.([]any)
		return ok && slices.EqualFunc(a, items, Equal)
	case map[string]any:
		members, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, members, Equal)
	}
	_, isNumber := Float(a)
	_, other := Float(b)
	return isNumber && other && sameNumber(a, b)
}

func (s *Schema) checkString(v, where string, c *checking) {
	if s.MinLength > 0 || s.MaxLength != nil {
		n := uint64(utf8.RuneCountInString(v))
		if n < s.MinLength {
			s.report(c, where, "minLength", "must have at least "+count(s.MinLength, "characters"))
		}
		if s.MaxLength != nil && n > *s.MaxLength {
			s.report(c, where, "maxLength", "must have at most "+count(*s.MaxLength, "characters"))
		}
	}
	if s.Pattern != nil && !s.Pattern.MatchString(v) {
		s.report(c, where, "pattern", "must match "+s.Pattern.String())
	}
	if hint := formatHint(s.Format, v); hint != "" {
		s.report(c, where, "format", hint)
	}
}

func count(n uint64, what string) string { return strconv.FormatUint(n, 10) + " " + what }

func (s *Schema) checkNumber(v any, where string, c *checking) {
	if _, ok := Float(v); !ok {
		return
	}
	if s.Minimum != nil {
		if d := compare(v, *s.Minimum, s.low); d < 0 || d == 0 && s.ExclusiveMinimum {
			s.report(c, where, s.MinimumKeyword(), "must be "+s.lowLimit())
		}
	}
	if s.Maximum != nil {
		if d := compare(v, *s.Maximum, s.high); d > 0 || d == 0 && s.ExclusiveMaximum {
			s.report(c, where, s.MaximumKeyword(), "must be "+s.highLimit())
		}
	}
	if s.MultipleOf != nil && !multiple(v, *s.MultipleOf) {
		s.report(c, where, "multipleOf", "must be a multiple of "+Number(*s.MultipleOf))
	}
	if !fitsFormat(s.Format, v) {
		s.report(c, where, "format", "must fit "+s.Format)
	}
}

// lowLimit puts the lower limit in words: "at least 1".
func (s *Schema) lowLimit() string {
	return orEqual("more than ", "at least ", s.ExclusiveMinimum) + exactText(*s.Minimum, s.low)
}

func (s *Schema) highLimit() string {
	return orEqual("less than ", "at most ", s.ExclusiveMaximum) + exactText(*s.Maximum, s.high)
}

// MinimumKeyword names the keyword that states the lower limit.
func (s *Schema) MinimumKeyword() string {
	return orEqual("exclusiveMinimum", "minimum", s.numericLow)
}

// MaximumKeyword names the keyword that states the upper limit.
func (s *Schema) MaximumKeyword() string {
	return orEqual("exclusiveMaximum", "maximum", s.numericHigh)
}

func (s *Schema) checkArray(v []any, where string, c *checking) {
	if n := uint64(len(v)); n < s.MinItems {
		s.report(c, where, "minItems", "must have at least "+count(s.MinItems, "elements"))
	} else if s.MaxItems != nil && n > *s.MaxItems {
		s.report(c, where, "maxItems", "must have at most "+count(*s.MaxItems, "elements"))
	}
	if s.UniqueItems && repeats(v) {
		s.report(c, where, "uniqueItems", "must not hold an element twice")
	}
	if s.Items == nil {
		return
	}
	for i, item := range v {
		s.Items.check(item, where+"["+strconv.Itoa(i)+"]", c)
	}
}

func repeats(v []any) bool {
	seen := make(map[string]bool, len(v))
	for _, item := range v {
		key := string(appendKey(nil, item))
		if seen[key] {
			return true
		}
		seen[key] = true
	}
	return false
}

// appendKey writes a value so that equal values, and no others, look the same.
func appendKey(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, 'n')
	case bool:
		return strconv.AppendBool(b, v)
	case string:
		return strconv.AppendQuote(b, v)
	case []any:
		b = append(b, '[')
		for _, item := range v {
			b = append(appendKey(b, item), ',')
		}
		return append(b, ']')
	case map[string]any:
		b = append(b, '{')
		for _, name := range slices.Sorted(maps.Keys(v)) {
			b = append(appendKey(append(strconv.AppendQuote(b, name), ':'), v[name]), ',')
		}
		return append(b, '}')
	}
	if d := decimal(v); d != nil {
		return append(b, d.RatString()...)
	}
	if n, ok := v.(json.Number); ok { // past what is computed with
		return append(b, strings.ToLower(n.String())...)
	}
	return fmt.Appendf(b, "%T %v", v, v)
}

func (s *Schema) checkObject(v map[string]any, where string, c *checking) {
	for _, m := range s.Members {
		value, ok := v[m.Name]
		switch {
		case ok:
			m.Schema.check(value, join(where, m.Name), c)
		case m.Required:
			c.add(m.Schema.ID+".required", join(where, m.Name), "is missing")
		}
	}
	if n := uint64(len(v)); n < s.MinProps {
		s.report(c, where, "minProperties", "must have at least "+count(s.MinProps, "members"))
	} else if s.MaxProps != nil && n > *s.MaxProps {
		s.report(c, where, "maxProperties", "must have at most "+count(*s.MaxProps, "members"))
	}
	if s.Closed || s.Additional != nil {
		s.checkAdditional(v, where, c)
	}
}

func (s *Schema) checkAdditional(v map[string]any, where string, c *checking) {
	var others []string
	for name := range v {
		if m := s.Member(name); m == nil || m.elsewhere {
			others = append(others, name)
		}
	}
	slices.Sort(others) // a map has no order, and reports have one
	for _, name := range others {
		if s.Closed {
			s.report(c, where, "additionalProperties", "must not have the member "+strconv.Quote(name))
		} else {
			s.Additional.check(v[name], join(where, name), c)
		}
	}
}

// join gives the place of a part of what stands at a place.
func join(where, part string) string {
	if where == "" || part == "" || part[0] == '[' {
		return where + part
	}
	return where + "." + part
}
