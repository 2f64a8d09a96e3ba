package spec

import (
	"math/big"
	"slices"
)

// Change says how what a keyword takes differs between two schemas.
type Change int

// The changes.
const (
	// Same: it takes the same values.
	Same Change = iota
	// Tightened: it takes fewer, and none that it did not take before.
	Tightened
	// Loosened: it takes more, and all that it took before.
	Loosened
	// Crossed: it takes some that it did not take before, and others no more.
	Crossed
	// Unknown: it is stated otherwise, and which values that concerns is not known.
	Unknown
)

// Joined gives the change that two changes come to, of which each concerns other
// values.
func (c Change) Joined(other Change) Change {
	switch {
	case c == Same || c == other:
		return other
	case other == Same:
		return c
	case c == Unknown || other == Unknown:
		return Unknown
	}
	return Crossed
}

// Compare says how what the keyword takes differs between two schemas of one place.
// A keyword that is Like another is compared under the other's name. asText tells
// that values are sent as text.
func (k *Keyword) Compare(old, now *Schema, asText bool) Change {
	if k.Like != "" {
		return Same
	}
	if len(old.Enum) > 0 && len(now.Enum) > 0 && k != &enumKeyword && k != &typeKeyword {
		return Same // the values are listed, and each keeps to the rest
	}
	return k.compare(old, now, asText)
}

// Stated names the keyword as a schema has it, k or one that is Like it; "" where the
// schema does not have it.
func (k *Keyword) Stated(s *Schema) string {
	for _, one := range keywords {
		if (one == k || one.Like == k.Name) && s.states(one) != "" {
			return one.Name
		}
	}
	return ""
}

// limits compares two limits, of which nil is none. upper tells that what is above
// is refused.
func limits(old, now *big.Rat, upper bool) Change {
	switch {
	case old == nil && now == nil:
		return Same
	case old == nil:
		return Tightened
	case now == nil:
		return Loosened
	}
	switch sign := now.Cmp(old); {
	case sign == 0:
		return Same
	case (sign < 0) == upper:
		return Tightened
	}
	return Loosened
}

// exactLimit gives a limit with all its digits.
func exactLimit(f *float64, exact *big.Rat) *big.Rat {
	if f == nil || exact != nil {
		return exact
	}
	return new(big.Rat).SetFloat64(*f) // nil of an infinity, which is no limit
}

func compareNumbers(old, now *big.Rat, oldExclusive, nowExclusive, upper bool) Change {
	if old != nil && now != nil && old.Cmp(now) == 0 && oldExclusive != nowExclusive {
		if nowExclusive {
			return Tightened
		}
		return Loosened
	}
	return limits(old, now, upper)
}

func compareMinimum(old, now *Schema, _ bool) Change {
	before, after := exactLimit(old.Minimum, old.low), exactLimit(now.Minimum, now.low)
	if wholeNumbers(old, now) {
		return limits(nextWhole(before, old.ExclusiveMinimum, false), nextWhole(after, now.ExclusiveMinimum, false), false)
	}
	return compareNumbers(before, after, old.ExclusiveMinimum, now.ExclusiveMinimum, false)
}

func compareMaximum(old, now *Schema, _ bool) Change {
	before, after := exactLimit(old.Maximum, old.high), exactLimit(now.Maximum, now.high)
	if wholeNumbers(old, now) {
		return limits(nextWhole(before, old.ExclusiveMaximum, true), nextWhole(after, now.ExclusiveMaximum, true), true)
	}
	return compareNumbers(before, after, old.ExclusiveMaximum, now.ExclusiveMaximum, true)
}

// wholeNumbers reports whether only integers can tell two schemas apart, but for their
// type.
func wholeNumbers(old, now *Schema) bool { return old.Type == "integer" || now.Type == "integer" }

// nextWhole gives the last integer that a limit takes.
func nextWhole(limit *big.Rat, exclusive, upper bool) *big.Rat {
	if limit == nil {
		return nil
	}
	floor := new(big.Int).Div(limit.Num(), limit.Denom()) // of a positive divisor
	switch {
	case upper && exclusive && limit.IsInt():
		floor.Sub(floor, big.NewInt(1))
	case !upper && (exclusive || !limit.IsInt()):
		floor.Add(floor, big.NewInt(1))
	}
	return new(big.Rat).SetInt(floor)
}

// compareLeast compares lower limits of sizes, and compareMost upper ones.
func compareLeast(of func(s *Schema) uint64) func(old, now *Schema, _ bool) Change {
	return func(old, now *Schema, _ bool) Change {
		a, b := of(old), of(now)
		return limits(size64(&a), size64(&b), false)
	}
}

func compareMost(of func(s *Schema) *uint64) func(old, now *Schema, _ bool) Change {
	return func(old, now *Schema, _ bool) Change { return limits(size64(of(old)), size64(of(now)), true) }
}

func size64(n *uint64) *big.Rat {
	if n == nil {
		return nil
	}
	return new(big.Rat).SetInt(new(big.Int).SetUint64(*n))
}

// compareFlags compares what is stated or is not.
func compareFlags(of func(s *Schema) bool) func(old, now *Schema, _ bool) Change {
	return func(old, now *Schema, _ bool) Change {
		switch a, b := of(old), of(now); {
		case a == b:
			return Same
		case b:
			return Tightened
		}
		return Loosened
	}
}

func compareMultiples(old, now *Schema, _ bool) Change {
	a, b := exactLimit(old.MultipleOf, nil), exactLimit(now.MultipleOf, nil)
	if wholeNumbers(old, now) {
		a, b = unlessEvery(a), unlessEvery(b)
	}
	switch {
	case a == nil || b == nil || a.Cmp(b) == 0 || a.Sign() == 0 || b.Sign() == 0:
		return limits(a, b, true)
	case multiple(*now.MultipleOf, *old.MultipleOf): // 4 where it was 2
		return Tightened
	case multiple(*old.MultipleOf, *now.MultipleOf):
		return Loosened
	}
	return Crossed
}

// unlessEvery gives what integers are a multiple of, or nil if each of them is.
func unlessEvery(of *big.Rat) *big.Rat {
	if of != nil && of.Sign() != 0 && new(big.Rat).Inv(of).IsInt() {
		return nil
	}
	return of
}

// compareEnums compares lists of values.
func compareEnums(old, now *Schema, _ bool) Change {
	switch {
	case len(old.Enum) == 0 && len(now.Enum) == 0:
		return Same
	case len(old.Enum) == 0:
		return Tightened
	case len(now.Enum) == 0:
		return Loosened
	}
	lost, won := missing(old.Enum, now.Enum), missing(now.Enum, old.Enum)
	return oneWay(lost, won)
}

// oneWay gives the change of what takes no more what it took, or takes what it did
// not take, or both.
func oneWay(lost, won bool) Change {
	switch {
	case lost && won:
		return Crossed
	case lost:
		return Tightened
	case won:
		return Loosened
	}
	return Same
}

// missing reports whether others lack any of the values.
func missing(values, others []any) bool {
	return slices.ContainsFunc(values, func(v any) bool {
		return !slices.ContainsFunc(others, func(other any) bool { return Equal(v, other) })
	})
}

// compareTypes compares types, and whether null is one of them.
func compareTypes(old, now *Schema, asText bool) Change {
	if len(old.Enum) > 0 && len(now.Enum) > 0 {
		return oneWay(old.Nullable && !now.Nullable, !old.Nullable && now.Nullable)
	}
	return typesOf(old.Type, now.Type, asText).Joined(oneWay(old.takesNull() && !now.takesNull(), !old.takesNull() && now.takesNull()))
}

// takesNull reports whether the type lets null be a value, of a type that does not
// take everything.
func (s *Schema) takesNull() bool { return s.Nullable || s.Type == "" || s.Type == "null" }

func typesOf(old, now string, asText bool) Change {
	switch {
	case old == now:
		return Same
	case wider(now, old, asText):
		return Loosened
	case wider(old, now, asText):
		return Tightened
	}
	return Crossed
}

// wider reports whether every value of one type is of another, too. Any text is a
// string.
func wider(wide, narrow string, asText bool) bool {
	scalar := narrow == "integer" || narrow == "number" || narrow == "boolean"
	return wide == "" || wide == "number" && narrow == "integer" || asText && wide == "string" && scalar
}

// compareTexts compares what is stated in words of its own, such as a pattern.
func compareTexts(of func(s *Schema) string) func(old, now *Schema, _ bool) Change {
	return func(old, now *Schema, _ bool) Change {
		switch a, b := of(old), of(now); {
		case a == b:
			return Same
		case a == "":
			return Tightened
		case b == "":
			return Loosened
		}
		return Unknown
	}
}

func (s *Schema) patternText() string {
	if s.Pattern == nil {
		return ""
	}
	return s.Pattern.String()
}

// compareFormats compares formats as far as values are held to them.
func compareFormats(old, now *Schema, asText bool) Change {
	if old.Format == "int32" && now.Format == "int64" {
		return Loosened
	}
	if old.Format == "int64" && now.Format == "int32" {
		return Tightened
	}
	if was, is := textFormats[old.formatText()], textFormats[now.formatText()]; was.apartFrom(is) {
		return Crossed
	}
	return compareTexts((*Schema).formatText)(old, now, asText)
}

// apartFrom reports whether no text that is an example of one of two forms is of the
// other.
func (f textFormat) apartFrom(other textFormat) bool {
	return f.valid != nil && other.valid != nil && !slices.ContainsFunc(f.samples, other.valid) && !slices.ContainsFunc(other.samples, f.valid)
}

func (s *Schema) formatText() string {
	if !s.checkedFormat() {
		return ""
	}
	return s.Format
}

// maxParts bounds how many parts of a composed schema are looked at.
const maxParts = 60

// Parts lists what a composed schema is composed of, at any depth, as far as it
// speaks of the same value; nil of another.
func (s *Schema) Parts() []*Schema {
	whole, ok := s.Composed.(composed)
	if !ok {
		return nil
	}
	out := []*Schema{whole.schema}
	for i := 0; i < len(out) && len(out) < maxParts; i++ {
		for _, part := range out[i].parts.within() {
			if part != nil && !slices.Contains(out, part) {
				out = append(out, part)
			}
		}
	}
	return out
}
