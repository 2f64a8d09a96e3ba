package spec

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/internal/source"
)

// A number has one lower and one upper limit. What is beyond either may include the
// limit itself: OpenAPI 3.0 says so by a flag beside it, and 3.1 by another keyword.

var minimumKeyword = Keyword{
	Name: "minimum", Types: numeric,
	compare:    compareMinimum,
	Sample:     Sample{`{type: integer, minimum: 3}`, `3`, `2`},
	read:       (*loader).readMinimum,
	consistent: (*loader).consistentNumbers,
	check:      (*Schema).checkMinimum,
	named:      (*Schema).MinimumKeyword,
	statement: func(s *Schema) string {
		if s.Minimum == nil {
			return ""
		}
		return "is " + s.lowLimit()
	},
	boundaries: Site.aroundMinimum,
}

var maximumKeyword = Keyword{
	Name: "maximum", Types: numeric,
	compare: compareMaximum,
	Sample:  Sample{`{type: integer, maximum: 3}`, `3`, `4`},
	read:    (*loader).readMaximum,
	check:   (*Schema).checkMaximum,
	named:   (*Schema).MaximumKeyword,
	statement: func(s *Schema) string {
		if s.Maximum == nil {
			return ""
		}
		return "is " + s.highLimit()
	},
	boundaries: Site.aroundMaximum,
}

var exclusiveMinimumKeyword = Keyword{
	Name: "exclusiveMinimum", Types: numeric, Like: "minimum",
	Sample: Sample{`{type: integer, exclusiveMinimum: 3}`, `4`, `3`},
}

var exclusiveMaximumKeyword = Keyword{
	Name: "exclusiveMaximum", Types: numeric, Like: "maximum",
	Sample: Sample{`{type: integer, exclusiveMaximum: 3}`, `2`, `3`},
}

// numeric are the types of numbers.
var numeric = []string{"integer", "number"}

func (l *loader) readMinimum(out *Schema, at cursor, v *openapi3.Schema) {
	out.Minimum, out.low = v.Min, l.exact(at, "minimum", v.Min)
	if b := v.ExclusiveMin; b.Bool != nil {
		out.ExclusiveMinimum = *b.Bool
		l.flag(at, "exclusiveMinimum", "minimum", *b.Bool && v.Min == nil)
	} else if b.Value != nil && l.twice(at, "minimum", "exclusiveMinimum", v.Min == nil || *v.Min <= *b.Value) {
		out.Minimum, out.low = b.Value, l.exact(at, "exclusiveMinimum", b.Value)
		out.ExclusiveMinimum, out.numericLow = true, true
	}
}

func (l *loader) readMaximum(out *Schema, at cursor, v *openapi3.Schema) {
	out.Maximum, out.high = v.Max, l.exact(at, "maximum", v.Max)
	if b := v.ExclusiveMax; b.Bool != nil {
		out.ExclusiveMaximum = *b.Bool
		l.flag(at, "exclusiveMaximum", "maximum", *b.Bool && v.Max == nil)
	} else if b.Value != nil && l.twice(at, "maximum", "exclusiveMaximum", v.Max == nil || *v.Max >= *b.Value) {
		out.Maximum, out.high = b.Value, l.exact(at, "exclusiveMaximum", b.Value)
		out.ExclusiveMaximum, out.numericHigh = true, true
	}
}

// exact returns a limit with all its digits, where a float64 does not hold them.
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

// consistentNumbers warns where no number is within the limits.
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

func (s *Schema) checkMinimum(v any) []string {
	if s.Minimum == nil {
		return nil
	}
	if d := compare(v, *s.Minimum, s.low); d < 0 || d == 0 && s.ExclusiveMinimum {
		return []string{"must be " + s.lowLimit()}
	}
	return nil
}

func (s *Schema) checkMaximum(v any) []string {
	if s.Maximum == nil {
		return nil
	}
	if d := compare(v, *s.Maximum, s.high); d > 0 || d == 0 && s.ExclusiveMaximum {
		return []string{"must be " + s.highLimit()}
	}
	return nil
}

// MinimumKeyword names the keyword that states the lower limit.
func (s *Schema) MinimumKeyword() string { return orEqual("exclusiveMinimum", "minimum", s.numericLow) }

// MaximumKeyword names the keyword that states the upper limit.
func (s *Schema) MaximumKeyword() string {
	return orEqual("exclusiveMaximum", "maximum", s.numericHigh)
}

// lowLimit puts the lower limit in words: "at least 1".
func (s *Schema) lowLimit() string {
	return orEqual("more than ", "at least ", s.ExclusiveMinimum) + exactText(*s.Minimum, s.low)
}

func (s *Schema) highLimit() string {
	return orEqual("less than ", "at most ", s.ExclusiveMaximum) + exactText(*s.Maximum, s.high)
}

// limited reports whether the limits of numbers decide which values are valid.
func (s *Schema) limited() bool {
	return (s.Type == "integer" || s.Type == "number") && len(s.Enum) == 0
}

// step returns what one value lies from the next. That of a number that need not be
// whole is a choice: a hundredth is what amounts of money have.
func (s *Schema) step() float64 {
	switch {
	case s.MultipleOf != nil:
		return *s.MultipleOf
	case s.Type == "number":
		return 0.01
	default:
		return 1
	}
}

func (s Site) aroundMinimum() []Try {
	if s.Minimum == nil || !s.limited() {
		return nil
	}
	return s.aroundLimit(*s.Minimum, -s.step(), s.ExclusiveMinimum)
}

func (s Site) aroundMaximum() []Try {
	if s.Maximum == nil || !s.limited() {
		return nil
	}
	out := s.aroundLimit(*s.Maximum, s.step(), s.ExclusiveMaximum)
	if s.Type == "integer" {
		out = append(out, Try{Name: "past-64-bits", Value: s.wrapping(), Why: "is larger than any 64-bit integer"})
	}
	return out
}

// aroundLimit returns the last value that a limit allows and the first that it does
// not. outwards is the step towards the forbidden side.
func (s Site) aroundLimit(limit, outwards float64, exclusive bool) []Try {
	allowed, forbidden := limit, limit+outwards
	if exclusive {
		allowed, forbidden = limit-outwards, limit
	}
	if math.Abs(forbidden) > 1<<53 {
		return nil // a float cannot tell the neighbours apart
	}
	return []Try{
		{
			Name: "at", Value: s.Numeric(allowed), Valid: true,
			Why: "is " + Number(allowed) + ", the last value that the limit allows",
		},
		{Name: "beyond", Value: s.Numeric(forbidden), Why: "is " + Number(forbidden) + ", just beyond the limit"},
	}
}

// Past64Bits is 2 to the power of 64, and beneath64Bits one less than the least
// integer of 64 bits: no such integer holds either.
const (
	Past64Bits    = json.Number("18446744073709551616")
	beneath64Bits = json.Number("-9223372036854775809")
)

// wrapping returns a number past 64 bits that arithmetic in 64 bits takes for an
// ordinary valid one.
func (s Site) wrapping() any {
	values := s.Ordinary()
	if len(values) == 0 {
		return Past64Bits
	}
	n, _ := new(big.Int).SetString(Past64Bits.String(), 10)
	f, _ := Float(values[0])
	return json.Number(n.Add(n, big.NewInt(int64(f))).String())
}
