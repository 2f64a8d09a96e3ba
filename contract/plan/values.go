package plan

import (
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/internal/spec"
)

// typicalTimes are offsets of moments that any service should know of.
var typicalTimes = []time.Duration{-24 * time.Hour, -48 * time.Hour, -12 * time.Hour, -72 * time.Hour, -2 * time.Hour}

// candidates returns valid values for a slot: what the description itself has for an
// example or a default, and some that lie well inside its limits, the most ordinary
// first. Objects get one, with their required members.
func candidates(s *spec.Schema) []any {
	if s.Object() && len(s.Members) > 0 && s.Composed == nil {
		return objects(s)
	}
	if s.Chosen != "" {
		return appendValid(nil, s, s.Chosen)
	}
	if s.Content != "" && s.Example == nil {
		return nil // nobody knows what is valid
	}
	out := described(s)
	for _, v := range ordinary(s) {
		out = appendValid(out, s, v)
	}
	return out
}

// described returns what the description shows of a schema's values. A moment that it
// shows has passed, or will have: those from now come first.
func described(s *spec.Schema) []any {
	var out []any
	for _, v := range []any{s.Example, s.Default} {
		if !hollow(v) && s.Format != "date-time" {
			out = appendValid(out, s, leaves(s, s.Sendable(v)))
		}
	}
	return out
}

// hollow reports whether a value has nothing in it that could be tried.
func hollow(v any) bool {
	list, isList := v.([]any)
	return v == nil || v == any("") || isList && len(list) == 0
}

// leaves returns a value in a draft's forms: its numbers are of the schema's types.
func leaves(s *spec.Schema, v any) any {
	if s == nil {
		s = &spec.Schema{}
	}
	switch v := v.(type) {
	case string:
		return v // times are texts in a request
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = leaves(s.Items, v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name := range v {
			of := s.Additional
			if m := s.Member(name); m != nil {
				of = m.Schema
			}
			out[name] = leaves(of, v[name])
		}
		return out
	default:
		return s.Typed(v)
	}
}

func ordinary(s *spec.Schema) []any {
	switch {
	case len(s.Enum) > 0:
		return normalized(s)
	case s.Unread() != "":
		return nil // nobody knows whether another is valid
	case s.Composed != nil:
		return sampled(s)
	case s.Object():
		return objects(s)
	}
	switch s.Type {
	case "integer":
		return integers(s)
	case "number":
		return numbers(s)
	case "boolean":
		return []any{true, false}
	case "string":
		return texts(s)
	case "array":
		return lists(s)
	default:
		return anything(s)
	}
}

func sampled(s *spec.Schema) []any {
	if v := s.OrdinarySample(); v != nil {
		return []any{v}
	}
	return nil
}

// anything returns a value of a schema without a type: one that it says something
// of, if there is any.
func anything(s *spec.Schema) []any {
	out := sampled(s)
	for _, v := range []any{"example", int64(1), map[string]any{}, []any{}} {
		if out == nil {
			out = appendValid(nil, s, v)
		}
	}
	return out
}

// normalized returns the values of an enum in a draft's forms.
func normalized(s *spec.Schema) []any {
	out := make([]any, 0, len(s.Enum))
	for _, v := range s.Enum {
		if v != nil {
			out = append(out, s.Typed(v))
		}
	}
	return out
}

// integers returns 10, 100 and their like, moved into the limits, and not at them
// where there is room.
func integers(s *spec.Schema) []any {
	low, high := limits(s)
	var out []any
	for _, f := range []float64{10, 100, 25, 1000} {
		n := math.Trunc(inside(f, low, high))
		if m := s.MultipleOf; m != nil {
			n = math.Round(n / *m) * *m
		}
		out = appendValid(out, s, int64(n))
	}
	if out == nil {
		out = sampled(s)
	}
	return out
}

func numbers(s *spec.Schema) []any {
	low, high := limits(s)
	var out []any
	for _, f := range []float64{10.5, 100.25, 25, 1000} {
		n := inside(f, low, high)
		if m := s.MultipleOf; m != nil {
			n = math.Round(n / *m) * *m
		}
		out = appendValid(out, s, n)
	}
	if out == nil {
		out = sampled(s)
	}
	return out
}

func limits(s *spec.Schema) (low, high float64) {
	low, high = math.Inf(-1), math.Inf(1)
	if s.Minimum != nil {
		low = *s.Minimum
	}
	if s.Maximum != nil {
		high = *s.Maximum
	}
	return low, high
}

// inside moves a number between two limits, the middle where it lies outside.
func inside(f, low, high float64) float64 {
	switch {
	case f > low && f < high:
		return f
	case math.IsInf(low, -1) && high > 0:
		return high * frac(f) // negative ones are not ordinary
	case math.IsInf(low, -1):
		return high - f
	case math.IsInf(high, 1):
		return low + f
	default:
		return low + (high-low)*frac(f)
	}
}

// frac spreads numbers over the open interval from 0 to 1, ascending.
func frac(f float64) float64 { return 0.25 + 0.5*math.Log10(1+f)/4 }

func appendValid(out []any, s *spec.Schema, v any) []any {
	if len(s.Check(plainTimes(v))) > 0 {
		return out
	}
	for _, have := range out {
		if spec.Equal(plainTimes(have), plainTimes(v)) {
			return out
		}
	}
	return append(out, v)
}

func texts(s *spec.Schema) []any {
	if s.Format == "date-time" {
		return moments(s)
	}
	if s.Pattern != nil || s.Format != "" {
		if out := sampled(s); out != nil && out[0] != "" {
			return out
		}
	}
	var out []any
	for _, word := range []string{"example", "sample", "other"} {
		out = appendValid(out, s, fit(s, word))
	}
	if out == nil {
		out = sampled(s)
	}
	return out
}

// moments returns typical times, in whole seconds or, where the length or pattern
// wants it, with a fraction.
func moments(s *spec.Schema) []any {
	var out []any
	for _, fraction := range []time.Duration{0, 123 * time.Millisecond, 123_456 * time.Microsecond, 123_456_789} {
		for _, offset := range typicalTimes {
			out = appendValid(out, s, Time{Offset: offset + fraction})
		}
		if out != nil {
			return out
		}
	}
	return sampled(s)
}

// fit brings a word between the length limits, and not to them where there is
// room.
func fit(s *spec.Schema, word string) string {
	length := uint64(utf8.RuneCountInString(word))
	if length < s.MinLength+1 {
		word += strings.Repeat("x", int(s.MinLength+1-length))
		length = s.MinLength + 1
	}
	if s.MaxLength != nil && length >= *s.MaxLength {
		word = word[:max(s.MinLength, *s.MaxLength/2, min(1, *s.MaxLength))]
	}
	return word
}

// lists returns a list of a length inside the limits, and one with another first
// element.
func lists(s *spec.Schema) []any {
	if s.Items == nil {
		if out := appendValid(nil, s, make([]any, s.MinItems)); out != nil {
			return out
		}
		return sampled(s)
	}
	elements := candidates(s.Items)
	length := int(s.MinItems) + 1
	if s.MaxItems != nil {
		length = min(length, max(int(s.MinItems), int(*s.MaxItems)/2, min(1, int(*s.MaxItems))))
	}
	var out []any
	for start := range min(2, len(elements)) {
		out = appendValid(out, s, list(elements, start, length, s.UniqueItems))
	}
	if out == nil {
		out = sampled(s)
	}
	return out
}

// list makes a list of valid elements, all different when they must be.
func list(elements []any, start, length int, unique bool) []any {
	out := make([]any, 0, length)
	for i := range length {
		if len(elements) == 0 {
			break
		}
		v := elements[(start+i)%len(elements)]
		if unique && i >= len(elements) {
			v = differ(v, i)
		}
		out = append(out, v)
	}
	return out
}

// differ makes a value that differs from its like by a number.
func differ(v any, i int) any {
	switch v := v.(type) {
	case string:
		return v + strings.Repeat("x", i)
	case int64:
		return v + int64(i)
	case float64:
		return v + float64(i)
	case Time:
		return Time{Offset: v.Offset - time.Duration(i)*time.Hour}
	default:
		return v
	}
}

// objects returns the object with the required members, or another where more is
// wanted: a number of members, or by keywords that are not planned for.
func objects(s *spec.Schema) []any {
	if heirs := s.HeirSamples(); len(heirs) > 0 {
		return []any{leaves(s, heirs[0].Value)}
	}
	own := object(s)
	if few := uint64(len(own)) < s.MinProps; (few || s.Judged() != "") && len(s.Check(plainTimes(own))) > 0 {
		if out := sampled(s); out != nil {
			return out
		}
	}
	return []any{own}
}

// object returns an object with its required members.
func object(s *spec.Schema) map[string]any {
	out := map[string]any{}
	for _, m := range s.Members {
		if !m.Required || m.ReadOnly {
			continue
		}
		if values := candidates(m.Schema); len(values) > 0 {
			out[m.Name] = values[0]
		}
	}
	return out
}

// freeText reports whether any text is valid in a slot, within its length.
func freeText(s *spec.Schema) bool {
	return s.Chosen == "" && s.Type == "string" && len(s.Enum) == 0 && s.Pattern == nil && s.Format == "" && s.Composed == nil
}
