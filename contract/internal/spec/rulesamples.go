package spec

import (
	"slices"
	"time"
)

// sampleEpoch is where sample times start: any fixed time does.
var sampleEpoch = time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)

// ruleSamples gives a few valid values, in the form that rules are evaluated on,
// for a rule to be examined with when the contract is loaded.
func (s *Schema) ruleSamples() []any {
	var values []any
	switch {
	case s.Composed != nil || s.Type == "boolean":
	case s.Type == "integer" || s.Type == "number":
		values = s.numberSamples()
	case s.Format == "date-time" && s.Type == "string":
		values = []any{sampleEpoch, sampleEpoch.Add(time.Second), sampleEpoch.AddDate(0, 0, 1), sampleEpoch.AddDate(20, 0, 0)}
	case s.Type == "string" && s.Pattern == nil && s.Format == "" && s.MinLength == 0:
		// What is invented is valid.
	case s.Type == "array":
		values = s.listSamples()
	case s.Type != "":
		values = []any{s.Typed(s.Sample())}
	}
	return slices.DeleteFunc(values, func(v any) bool { return v == nil || len(s.Check(plainTimes(v))) > 0 })
}

// numberSamples gives the ends and the middle of the limits, 1000 apart where
// one of them is missing.
func (s *Schema) numberSamples() []any {
	low, high := 0.0, 1000.0
	switch {
	case s.Minimum != nil && s.Maximum != nil:
		low, high = *s.Minimum, *s.Maximum
	case s.Minimum != nil:
		low, high = *s.Minimum, *s.Minimum+1000
	case s.Maximum != nil:
		low, high = *s.Maximum-1000, *s.Maximum
	}
	return []any{s.Typed(s.Sample()), s.typedNumber(low), s.typedNumber(low + (high-low)/2), s.typedNumber(high)}
}

// listSamples gives lists of several lengths, so that a rule about the length of
// a list has something to tell apart.
func (s *Schema) listSamples() []any {
	most := s.MinItems + 20
	if s.MaxItems != nil {
		most = min(most, *s.MaxItems)
	}
	elements := s.Items.different(int(min(most, 100)), newSampling())
	if len(elements) == 0 {
		return nil
	}
	for i := 0; !s.UniqueItems && uint64(len(elements)) < min(most, 100); i++ {
		elements = append(elements, elements[i])
	}
	var values []any
	for _, n := range []uint64{max(1, s.MinItems), s.MinItems + 1, most, s.MinItems} {
		if n <= uint64(len(elements)) {
			values = append(values, s.Typed(slices.Clone(elements[:n])))
		}
	}
	return values
}

// plainTimes gives the text of times, which is what schemas describe.
func plainTimes(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plainTimes(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name := range v {
			out[name] = plainTimes(v[name])
		}
		return out
	default:
		return v
	}
}
