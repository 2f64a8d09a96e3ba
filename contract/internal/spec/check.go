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
// same order, and each clause at most maxListed times.
func (s *Schema) Check(v any) []Violation {
	found, _ := s.Survey(v)
	return found
}

// Survey is Check, and counts of each clause what is not listed.
func (s *Schema) Survey(v any) (found []Violation, more map[string]int) {
	var c checking
	s.check(v, &c)
	for id, n := range c.counts {
		if n > maxListed {
			if more == nil {
				more = map[string]int{}
			}
			more[id] = n - maxListed
		}
	}
	return c.found, more
}

// maxListed is how often a clause is listed for one value, which may break it a
// million times.
const maxListed = 10

// checking is a check under way.
type checking struct {
	at     Place // of what is checked
	found  []Violation
	counts map[string]int // clause -> how often it is broken
	broken int            // how often any clause is broken
	judged int            // how many values the library was asked of
	// one tells that the first thing found is enough.
	one bool
	// loose has forms that are not kept count for nothing, but for unformed.
	loose, unformed bool
	// excused names the members of what is checked that are not sent.
	excused []map[string]bool
	// steps counts what the parts of a composed schema were tried on, up to limit.
	steps, limit int
}

func (c *checking) add(clause, message string) { c.addBelow("", clause, message) }

// addBelow says what is wrong at a place below.
func (c *checking) addBelow(where, clause, message string) {
	if c.counts == nil {
		c.counts = map[string]int{}
	}
	c.broken++
	if c.counts[clause]++; c.counts[clause] <= maxListed {
		c.found = append(c.found, Violation{Clause: clause, Where: join(c.at.String(), where), Message: message})
	}
}

// join gives the place of a part of what stands at a place.
func join(where, part string) string {
	if where == "" || part == "" || part[0] == '[' {
		return where + part
	}
	return where + "." + part
}

// within checks a part of a value, one step further.
func (c *checking) within(step Step, s *Schema, v any) {
	excused := c.excused
	c.at, c.excused = append(c.at, step), nil
	s.check(v, c)
	c.at, c.excused = c.at[:len(c.at)-1], excused
}

// addMember says what is wrong with a member.
func (c *checking) addMember(name, clause, message string) {
	c.at = append(c.at, MemberStep(name))
	c.add(clause, message)
	c.at = c.at[:len(c.at)-1]
}

func (s *Schema) check(v any, c *checking) {
	if s == nil || s.foreign == nil || s.Composed != nil {
		s.checkOwn(v, c)
		return
	}
	before := c.broken
	if s.checkOwn(v, c); c.broken == before && !c.unformed {
		s.checkForeign(v, c)
	}
}

// checkOwn checks the keywords that the model knows.
func (s *Schema) checkOwn(v any, c *checking) {
	switch {
	case s == nil, c.one && c.found != nil:
	case s.Composed != nil:
		s.checkComposed(v, c)
	case v == nil:
		s.checkNull(c)
	case !s.typed(v):
		s.report(c, "type", "must be "+article(s.Type))
	default:
		outer := c.excused
		if s.parts != nil && s.parts.excused != nil {
			c.excused = append(c.excused, s.parts.excused)
		}
		s.checkEnum(v, c)
		s.checkValue(v, c)
		s.parts.check(v, c)
		c.excused = outer
	}
}

func (s *Schema) checkNull(c *checking) {
	switch {
	case s.Nullable:
	case s.Type != "":
		s.report(c, "type", "must be "+article(s.Type)+", not null")
	default:
		s.checkEnum(nil, c)
		s.parts.check(nil, c)
	}
}

func (s *Schema) checkEnum(v any, c *checking) {
	if len(s.Enum) > 0 && !s.listed(v) {
		s.report(c, s.EnumKeyword(), "must be one of "+list(s.Enum))
	}
}

// EnumKeyword names the keyword that lists the values.
func (s *Schema) EnumKeyword() string { return orEqual("const", "enum", s.constant) }

func (s *Schema) checkValue(v any, c *checking) {
	switch value := v.(type) {
	case string:
		s.checkString(value, c)
	case []any:
		s.checkArray(value, c)
	case map[string]any:
		s.checkObject(value, c)
	case bool:
	default:
		s.checkNumber(v, c)
	}
}

func (s *Schema) report(c *checking, keyword, message string) {
	c.add(s.ID+"."+keyword, message)
}

func article(t string) string {
	if t == "integer" || t == "object" || t == "array" {
		return "an " + t
	}
	return "a " + t
}

// Is reports whether a value is of the schema's own type, whatever is in it.
func (s *Schema) Is(v any) bool { return s.Composed != nil || v == nil && s.Nullable || s.typed(v) }

// Object reports whether the schema describes an object: it has that type, or
// lists members and has none. Without a type other values are valid, too, and
// keywords say nothing of them (JSON Schema Validation, section 6).
func (s *Schema) Object() bool { return s.Type == "object" || s.Type == "" && len(s.Members) > 0 }

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

func (s *Schema) checkString(v string, c *checking) {
	if s.MinLength > 0 || s.MaxLength != nil {
		n := uint64(utf8.RuneCountInString(v))
		if n < s.MinLength {
			s.report(c, "minLength", "must have at least "+count(s.MinLength, "characters"))
		}
		if s.MaxLength != nil && n > *s.MaxLength {
			s.report(c, "maxLength", "must have at most "+count(*s.MaxLength, "characters"))
		}
	}
	if s.Pattern != nil && !s.Pattern.MatchString(v) {
		s.report(c, "pattern", "must match "+s.Pattern.String())
	}
	if hint := formatHint(s.Format, v); hint != "" {
		s.unformed(c, hint)
	}
}

func count(n uint64, what string) string { return strconv.FormatUint(n, 10) + " " + what }

func (s *Schema) checkNumber(v any, c *checking) {
	if _, ok := Float(v); !ok {
		return
	}
	if s.Minimum != nil {
		if d := compare(v, *s.Minimum, s.low); d < 0 || d == 0 && s.ExclusiveMinimum {
			s.report(c, s.MinimumKeyword(), "must be "+s.lowLimit())
		}
	}
	if s.Maximum != nil {
		if d := compare(v, *s.Maximum, s.high); d > 0 || d == 0 && s.ExclusiveMaximum {
			s.report(c, s.MaximumKeyword(), "must be "+s.highLimit())
		}
	}
	if s.MultipleOf != nil && !multiple(v, *s.MultipleOf) {
		s.report(c, "multipleOf", "must be a multiple of "+Number(*s.MultipleOf))
	}
	if !fitsFormat(s.Format, v) {
		s.unformed(c, "must fit "+s.Format)
	}
}

// unformed reports a value that does not have the schema's form.
func (s *Schema) unformed(c *checking, message string) {
	if c.loose {
		c.unformed = true
		return
	}
	s.report(c, "format", message)
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

func (s *Schema) checkArray(v []any, c *checking) {
	if n := uint64(len(v)); n < s.MinItems {
		s.report(c, "minItems", "must have at least "+count(s.MinItems, "elements"))
	} else if s.MaxItems != nil && n > *s.MaxItems {
		s.report(c, "maxItems", "must have at most "+count(*s.MaxItems, "elements"))
	}
	if s.UniqueItems && repeats(v) {
		s.report(c, "uniqueItems", "must not hold an element twice")
	}
	if s.Items == nil {
		return
	}
	for i, item := range v {
		c.within(ElementStep(i), s.Items, item)
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

func (s *Schema) checkObject(v map[string]any, c *checking) {
	for _, m := range s.Members {
		value, ok := v[m.Name]
		switch {
		case m.unsent(), c.excuses(m.Name):
			// What it is says nothing. In a part it is found otherwise: no alternative
			// is the wrong one for it.
			if ok && m.dir == answer && s.ID != "" {
				c.addMember(m.Name, m.Schema.ID+".writeOnly", notAnswered)
			}
		case ok:
			c.within(MemberStep(m.Name), m.Schema, value)
		case m.Required:
			c.addMember(m.Name, m.Schema.ID+".required", "is missing")
		}
	}
	if n := uint64(len(v)); n < s.MinProps {
		s.report(c, "minProperties", "must have at least "+count(s.MinProps, "members"))
	} else if s.MaxProps != nil && n > *s.MaxProps {
		s.report(c, "maxProperties", "must have at most "+count(*s.MaxProps, "members"))
	}
	if s.Closed || s.Additional != nil {
		s.checkAdditional(v, c)
	}
}

func (s *Schema) checkAdditional(v map[string]any, c *checking) {
	var others []string
	for name := range v {
		if m := s.Member(name); m == nil || m.elsewhere {
			others = append(others, name)
		}
	}
	slices.Sort(others) // a map has no order, and reports have one
	for _, name := range others {
		if s.Closed {
			s.report(c, "additionalProperties", "must not have the member "+strconv.Quote(brief(name)))
		} else {
			c.within(MemberStep(name), s.Additional, v[name])
		}
	}
}
