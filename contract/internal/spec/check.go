package spec

import (
	"fmt"
	"math"
	"net/mail"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
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

// Check gives every clause of the schema that a value breaks.
func (s *Schema) Check(v any) []Violation {
	var found []Violation
	s.check(v, "", &found)
	return found
}

func (s *Schema) check(v any, where string, found *[]Violation) {
	if s == nil {
		return
	}
	if s.Composed != nil {
		if err := s.Composed.Check(v); err != nil {
			s.report(found, where, "schema", short(err))
		}
		return
	}
	if v == nil {
		if !s.Nullable && s.Type != "" {
			s.report(found, where, "type", "must be "+article(s.Type)+", not null")
		}
		return
	}
	if !s.typed(v) {
		s.report(found, where, "type", "must be "+article(s.Type))
		return
	}
	if len(s.Enum) > 0 && !s.listed(v) {
		s.report(found, where, "enum", "must be one of "+list(s.Enum))
	}
	switch value := v.(type) {
	case string:
		s.checkString(value, where, found)
	case []any:
		s.checkArray(value, where, found)
	case map[string]any:
		s.checkObject(value, where, found)
	default:
		if f, ok := number(v); ok {
			s.checkNumber(f, where, found)
		}
	}
}

func (s *Schema) report(found *[]Violation, where, keyword, message string) {
	*found = append(*found, Violation{Clause: s.ID + "." + keyword, Where: where, Message: message})
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
	switch s.Type {
	case "":
		return true
	case "string":
		_, ok := v.(string)
		return ok
	case "boolean":
		_, ok := v.(bool)
		return ok
	case "integer":
		return integral(v)
	case "number":
		_, ok := number(v)
		return ok
	case "array":
		_, ok := v.([]any)
		return ok
	case "object":
		_, ok := v.(map[string]any)
		return ok
	default:
		return false
	}
}

func (s *Schema) listed(v any) bool {
	for _, e := range s.Enum {
		if Equal(e, v) {
			return true
		}
	}
	return false
}

// Equal compares two values as JSON does: numbers by value.
func Equal(a, b any) bool {
	if fa, ok := number(a); ok {
		fb, ok := number(b)
		return ok && fa == fb
	}
	if sa, ok := a.(string); ok {
		sb, ok := b.(string)
		return ok && sa == sb
	}
	return reflect.DeepEqual(plainJSON(a), plainJSON(b))
}

func (s *Schema) checkString(v, where string, found *[]Violation) {
	if s.MinLength > 0 || s.MaxLength != nil {
		n := uint64(utf8.RuneCountInString(v))
		if n < s.MinLength {
			s.report(found, where, "minLength", fmt.Sprintf("must have at least %d characters", s.MinLength))
		}
		if s.MaxLength != nil && n > *s.MaxLength {
			s.report(found, where, "maxLength", fmt.Sprintf("must have at most %d characters", *s.MaxLength))
		}
	}
	if s.Pattern != nil && !s.Pattern.MatchString(v) {
		s.report(found, where, "pattern", "must match "+s.Pattern.String())
	}
	if hint := formatHint(s.Format, v); hint != "" {
		s.report(found, where, "format", hint)
	}
}

func (s *Schema) checkNumber(f float64, where string, found *[]Violation) {
	if s.Minimum != nil && (f < *s.Minimum || s.ExclusiveMinimum && f == *s.Minimum) {
		s.report(found, where, s.MinimumKeyword(), fmt.Sprintf("must be %s %s", orEqual("more than", "at least", s.ExclusiveMinimum), Number(*s.Minimum)))
	}
	if s.Maximum != nil && (f > *s.Maximum || s.ExclusiveMaximum && f == *s.Maximum) {
		s.report(found, where, s.MaximumKeyword(), fmt.Sprintf("must be %s %s", orEqual("less than", "at most", s.ExclusiveMaximum), Number(*s.Maximum)))
	}
	if s.MultipleOf != nil && *s.MultipleOf > 0 {
		q := f / *s.MultipleOf
		if math.Abs(q-math.Round(q)) > 1e-9 {
			s.report(found, where, "multipleOf", "must be a multiple of "+Number(*s.MultipleOf))
		}
	}
	low, high := s.formatRange()
	if f < low || f > high {
		s.report(found, where, "format", "must fit "+s.Format)
	}
}

// MinimumKeyword names the keyword that states the lower limit.
func (s *Schema) MinimumKeyword() string {
	return orEqual("exclusiveMinimum", "minimum", s.numericExclusive && s.ExclusiveMinimum)
}

// MaximumKeyword names the keyword that states the upper limit.
func (s *Schema) MaximumKeyword() string {
	return orEqual("exclusiveMaximum", "maximum", s.numericExclusive && s.ExclusiveMaximum)
}

func (s *Schema) formatRange() (low, high float64) {
	switch s.Format {
	case "int32":
		return math.MinInt32, math.MaxInt32
	case "int64":
		return math.MinInt64, math.MaxInt64
	default:
		return math.Inf(-1), math.Inf(1)
	}
}

func (s *Schema) checkArray(v []any, where string, found *[]Violation) {
	if n := uint64(len(v)); n < s.MinItems {
		s.report(found, where, "minItems", fmt.Sprintf("must have at least %d elements", s.MinItems))
	} else if s.MaxItems != nil && n > *s.MaxItems {
		s.report(found, where, "maxItems", fmt.Sprintf("must have at most %d elements", *s.MaxItems))
	}
	if s.UniqueItems && repeats(v) {
		s.report(found, where, "uniqueItems", "must not hold an element twice")
	}
	for i, item := range v {
		s.Items.check(item, where+"["+strconv.Itoa(i)+"]", found)
	}
}

func repeats(v []any) bool {
	seen := make(map[string]bool, len(v))
	for _, item := range v {
		key := fmt.Sprintf("%T:%s", plainJSON(item), Text(plainJSON(item)))
		if seen[key] {
			return true
		}
		seen[key] = true
	}
	return false
}

func (s *Schema) checkObject(v map[string]any, where string, found *[]Violation) {
	for _, m := range s.Members {
		value, ok := v[m.Name]
		switch {
		case ok:
			m.Schema.check(value, join(where, m.Name), found)
		case m.Required:
			*found = append(*found, Violation{Clause: m.Schema.ID + ".required", Where: join(where, m.Name), Message: "is missing"})
		}
	}
	if n := uint64(len(v)); n < s.MinProps {
		s.report(found, where, "minProperties", fmt.Sprintf("must have at least %d members", s.MinProps))
	} else if s.MaxProps != nil && n > *s.MaxProps {
		s.report(found, where, "maxProperties", fmt.Sprintf("must have at most %d members", *s.MaxProps))
	}
	if s.Closed || s.Additional != nil {
		s.checkAdditional(v, where, found)
	}
}

func (s *Schema) checkAdditional(v map[string]any, where string, found *[]Violation) {
	for name, value := range v {
		if s.Member(name) != nil {
			continue
		}
		if s.Closed {
			s.report(found, where, "additionalProperties", "must not have the member "+strconv.Quote(name))
		} else {
			s.Additional.check(value, join(where, name), found)
		}
	}
}

func join(where, name string) string {
	if where == "" {
		return name
	}
	return where + "." + name
}

// uuidPattern is RFC 9562's text form.
var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func checkedFormat(format string) bool {
	switch format {
	case "date-time", "date", "uuid", "email", "ipv4", "ipv6", "uri", "int32", "int64":
		return true
	}
	return false
}

// formatHint checks a string's format; it gives what the form should be, or "".
// A format that is not known says nothing (JSON Schema, section 7.2.3).
func formatHint(format, v string) string {
	ok, hint := true, ""
	switch format {
	case "date-time":
		_, err := time.Parse(time.RFC3339Nano, v)
		ok, hint = err == nil, "must be an RFC 3339 time such as 2026-01-31T00:00:00Z"
	case "date":
		_, err := time.Parse(time.DateOnly, v)
		ok, hint = err == nil, "must be a date such as 2026-01-31"
	case "uuid":
		ok, hint = uuidPattern.MatchString(v), "must be a UUID (RFC 9562)"
	case "email":
		a, err := mail.ParseAddress(v)
		ok, hint = err == nil && a.Address == v, "must be an e-mail address"
	case "ipv4", "ipv6":
		a, err := netip.ParseAddr(v)
		ok, hint = err == nil && a.Is4() == (format == "ipv4"), "must be an "+strings.Replace(format, "ip", "IP", 1)+" address"
	case "uri":
		u, err := url.Parse(v)
		ok, hint = err == nil && u.IsAbs(), "must be an absolute URI (RFC 3986)"
	}
	if ok {
		return ""
	}
	return hint
}
