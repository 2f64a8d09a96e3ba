package spec

import (
	"encoding/json"
	"math/big"
)

// sampleNumber gives the valid number that is nearest to 0, or nil.
func (s *Schema) sampleNumber() any {
	r, ok := s.nearZero()
	if !ok {
		return nil
	}
	if s.Type != "integer" {
		f, _ := r.Float64()
		return f
	}
	if r.Num().IsInt64() {
		return r.Num().Int64()
	}
	return json.Number(r.Num().String())
}

// span is the limits of a number; nil is none.
type span struct {
	low, high         *big.Rat
	openLow, openHigh bool // the limit itself is left out
}

// span gives the limits of a number, those of its format included.
func (s *Schema) span() span {
	out := span{low: s.low, high: s.high, openLow: s.ExclusiveMinimum, openHigh: s.ExclusiveMaximum}
	if out.low == nil && s.Minimum != nil {
		out.low = decimal(*s.Minimum)
	}
	if out.high == nil && s.Maximum != nil {
		out.high = decimal(*s.Maximum)
	}
	var bits uint
	switch s.Format {
	case "int32":
		bits = 31
	case "int64":
		bits = 63
	default:
		return out
	}
	end := new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), bits))
	if start := new(big.Rat).Neg(end); out.low == nil || out.low.Cmp(start) < 0 {
		out.low, out.openLow = start, false
	}
	if last := end.Sub(end, big.NewRat(1, 1)); out.high == nil || out.high.Cmp(last) > 0 {
		out.high, out.openHigh = last, false
	}
	return out
}

func (p span) holds(r *big.Rat) bool {
	if p.low != nil {
		if d := r.Cmp(p.low); d < 0 || d == 0 && p.openLow {
			return false
		}
	}
	if p.high != nil {
		if d := r.Cmp(p.high); d > 0 || d == 0 && p.openHigh {
			return false
		}
	}
	return true
}

// nearZero gives the number within the limits that is nearest to 0; beside a
// limit that is left out, one near it.
func (s *Schema) nearZero() (*big.Rat, bool) {
	p := s.span()
	r := new(big.Rat)
	if !p.holds(r) {
		if unit := s.unit(); unit != nil {
			r = p.nearestMultiple(unit)
		} else {
			r = p.nearest()
		}
	}
	return r, p.holds(r)
}

// unit is what a number must be a multiple of, nil if it may be any.
func (s *Schema) unit() *big.Rat {
	var unit *big.Rat
	if s.MultipleOf != nil && *s.MultipleOf > 0 {
		unit = decimal(*s.MultipleOf)
	}
	switch {
	case s.Type != "integer":
		return unit
	case unit == nil:
		return big.NewRat(1, 1)
	default:
		// The least integer that is a multiple of p/q, in lowest terms, is p.
		return new(big.Rat).SetInt(unit.Num())
	}
}

// above tells that the numbers lie above 0; else they lie below.
func (p span) above() bool { return p.low != nil && p.low.Sign() >= 0 }

// nearest gives the limit that is nearer to 0, or a number inside of it.
func (p span) nearest() *big.Rat {
	limit, other, open, half := p.high, p.low, p.openHigh, big.NewRat(-1, 2)
	if p.above() {
		limit, other, open, half = p.low, p.high, p.openLow, big.NewRat(1, 2)
	}
	switch {
	case !open:
		return limit
	case other == nil:
		return new(big.Rat).Add(limit, half)
	default:
		middle := new(big.Rat).Add(limit, other)
		return middle.Quo(middle, big.NewRat(2, 1))
	}
}

// nearestMultiple gives the multiple of a unit that is nearest to 0 and beyond
// the nearer limit.
func (p span) nearestMultiple(unit *big.Rat) *big.Rat {
	var k *big.Int
	if p.above() {
		quotient := new(big.Rat).Quo(p.low, unit)
		if k = ceil(quotient); p.openLow && quotient.IsInt() {
			k.Add(k, big.NewInt(1))
		}
	} else {
		quotient := new(big.Rat).Quo(p.high, unit)
		if k = floor(quotient); p.openHigh && quotient.IsInt() {
			k.Sub(k, big.NewInt(1))
		}
	}
	return new(big.Rat).Mul(new(big.Rat).SetInt(k), unit)
}
