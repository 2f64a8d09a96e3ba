package spec

import (
	"encoding/json"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Numbers are compared as the decimals that they are written as: a float64
// cannot tell 9007199254740993 from its neighbour. Where a float64 is enough,
// which is almost always, nothing else is used.

// The bounds of decimals that are computed with; 1e1000000000 is a short text.
const (
	maxExponent = 400
	maxDigits   = 1000
)

// Float returns a numeric value as a float, past its range as an infinity.
func Float(v any) (float64, bool) {
	switch n := v.(type) {
	case json.Number:
		f, err := n.Float64()
		return f, err == nil || math.IsInf(f, 0)
	case int64:
		return float64(n), true
	case int:
		return float64(n), true
	case uint64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

// Numeric returns a number in the form that values of the schema have: int64 for
// an integer, where it is one.
func (s *Schema) Numeric(f float64) any {
	if s.Type == "integer" && f == math.Trunc(f) && math.Abs(f) < 1<<63 {
		return int64(f)
	}
	return f
}

// whole returns a numeric value as an int64, if it is one. 1.0 and 1e3 are.
func whole(v any) (int64, bool) {
	switch n := v.(type) {
	case int64:
		return n, true
	case int:
		return int64(n), true
	case json.Number:
		if i, err := n.Int64(); err == nil {
			return i, true
		}
	}
	if r := decimal(v); r != nil && r.IsInt() && r.Num().IsInt64() {
		return r.Num().Int64(), true
	}
	return 0, false
}

// integral reports whether a numeric value has no fraction: 1.0 has none.
func integral(v any) bool {
	switch n := v.(type) {
	case int64, int, uint64:
		return true
	case json.Number:
		if _, err := n.Int64(); err == nil {
			return true
		}
		if r := decimal(n); r != nil {
			return r.IsInt()
		}
	}
	f, ok := Float(v)
	return ok && !math.IsInf(f, 0) && f == math.Trunc(f)
}

// decimal returns a numeric value exactly, or nil where its text is unreasonable.
// A float64 is taken for the shortest decimal that reads as it.
func decimal(v any) *big.Rat {
	switch n := v.(type) {
	case int64:
		return new(big.Rat).SetInt64(n)
	case int:
		return new(big.Rat).SetInt64(int64(n))
	case uint64:
		return new(big.Rat).SetUint64(n)
	case float64:
		if math.IsInf(n, 0) || math.IsNaN(n) {
			return nil
		}
		return parseDecimal(strconv.FormatFloat(n, 'g', -1, 64))
	case json.Number:
		return parseDecimal(n.String())
	}
	return nil
}

func parseDecimal(text string) *big.Rat {
	_, exponent, scientific := strings.Cut(strings.ToLower(text), "e")
	if scientific {
		if e, err := strconv.Atoi(exponent); err != nil || e > maxExponent || e < -maxExponent {
			return nil
		}
	}
	if len(text) > maxDigits {
		return nil
	}
	if r, ok := new(big.Rat).SetString(text); ok {
		return r
	}
	return nil
}

// inexact returns a decimal exactly where a float64 is not enough for it, else nil.
func inexact(text string, f float64) *big.Rat {
	exact, near := parseDecimal(text), decimal(f)
	if exact == nil || near == nil || exact.Cmp(near) == 0 {
		return nil
	}
	return exact
}

// simple reports whether a float64 holds all of a value.
func simple(v any) bool {
	switch n := v.(type) {
	case int64:
		return n <= 1<<53 && n >= -1<<53
	case int:
		return simple(int64(n))
	case uint64:
		return n <= 1<<53
	case json.Number:
		return len(n) <= 15
	}
	return true
}

// compare orders a value and a limit, which is given exactly where a float64 is
// not enough for it.
func compare(v any, limit float64, exact *big.Rat) int {
	f, _ := Float(v)
	if exact == nil && simple(v) {
		return compareFloats(f, limit)
	}
	value := decimal(v)
	if exact == nil {
		exact = decimal(limit)
	}
	if value == nil || exact == nil {
		return compareFloats(f, limit)
	}
	return value.Cmp(exact)
}

func compareFloats(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

// sameNumber compares two numeric values, 1 and 1.0 being the same.
func sameNumber(a, b any) bool {
	fa, _ := Float(a)
	fb, _ := Float(b)
	if fa != fb || simple(a) && simple(b) {
		return fa == fb
	}
	da, db := decimal(a), decimal(b)
	return da == nil || db == nil || da.Cmp(db) == 0
}

// multiple reports whether a value is a multiple of a step. Arithmetic on
// floats leaves noise in the last digits (0.1+0.2), which is no fraction.
func multiple(v any, step float64) bool {
	value, unit := decimal(v), decimal(step)
	f, _ := Float(v)
	if value == nil || unit == nil || unit.Sign() <= 0 {
		return f == 0 || step <= 0 || math.Mod(f, step) == 0
	}
	quotient := new(big.Rat).Quo(value, unit)
	if quotient.IsInt() {
		return true
	}
	if value.IsInt() && unit.IsInt() {
		return false
	}
	nearest := new(big.Rat).Mul(new(big.Rat).SetInt(round(quotient)), unit)
	noise := math.Nextafter(math.Abs(f), math.Inf(1)) - math.Abs(f)
	distance, _ := new(big.Rat).Sub(value, nearest).Float64()
	return math.Abs(distance) <= 2*noise && 8*noise < step
}

// round returns the nearest integer.
func round(r *big.Rat) *big.Int { return floor(new(big.Rat).Add(r, big.NewRat(1, 2))) }

func floor(r *big.Rat) *big.Int { return new(big.Int).Div(r.Num(), r.Denom()) }

func ceil(r *big.Rat) *big.Int { return new(big.Int).Neg(floor(new(big.Rat).Neg(r))) }

// exactText writes a limit with all its digits.
func exactText(f float64, exact *big.Rat) string {
	switch {
	case exact == nil:
		return Number(f)
	case exact.IsInt():
		return exact.Num().String()
	default:
		digits, _ := exact.FloatPrec()
		return exact.FloatString(digits)
	}
}

// Number writes a number as JSON would, integers without a fraction.
func Number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
