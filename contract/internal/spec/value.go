package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"
)

// Values have these Go forms throughout: nil, bool, string, []any,
// map[string]any, and for numbers json.Number as read from JSON or int64 and
// float64 as read from text. Times stay strings until Typed.

// ErrTrailing tells that text follows the JSON document.
var ErrTrailing = errors.New("text follows the JSON document")

// ParseJSON reads exactly one JSON document (RFC 8259). Numbers stay as
// written. io.EOF tells that there is none.
func ParseJSON(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("parse JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, ErrTrailing
	}
	return v, nil
}

// number gives a numeric value as a float.
func number(v any) (float64, bool) {
	switch n := v.(type) {
	case json.Number:
		f, err := n.Float64()
		return f, err == nil || !math.IsNaN(f)
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

// integral reports whether a numeric value has no fraction: 1.0 is an integer.
func integral(v any) bool {
	switch n := v.(type) {
	case int64, int, uint64:
		return true
	case json.Number:
		if _, err := n.Int64(); err == nil {
			return true
		}
	}
	f, ok := number(v)
	return ok && !math.IsInf(f, 0) && f == math.Trunc(f)
}

// plainJSON converts numbers to float64, which the OpenAPI library expects.
func plainJSON(v any) any {
	switch v := v.(type) {
	case json.Number, int64, int, uint64:
		f, _ := number(v)
		return f
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plainJSON(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = plainJSON(v[k])
		}
		return out
	default:
		return v
	}
}

// Text writes a value as it stands in a URL or a message.
func Text(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return Number(v)
	case json.Number:
		return v.String()
	case time.Time:
		return v.Format(time.RFC3339Nano)
	default:
		data, err := json.Marshal(v)
		if err != nil {
			return fmt.Sprint(v)
		}
		return string(data)
	}
}

// Typed gives a valid value in the form that rules are evaluated on: integers
// as int64, numbers as float64, date-times as time.Time.
func (s *Schema) Typed(v any) any {
	if s == nil {
		return v
	}
	switch value := v.(type) {
	case string:
		if s.Format == "date-time" {
			if t, err := time.Parse(time.RFC3339Nano, value); err == nil {
				return t
			}
		}
	case json.Number, int64, int, float64:
		return s.typedNumber(value)
	case []any:
		if s.Items == nil {
			return v
		}
		out := make([]any, len(value))
		for i := range value {
			out[i] = s.Items.Typed(value[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(value))
		for k, m := range value {
			if member := s.Member(k); member != nil {
				out[k] = member.Schema.Typed(m)
			} else {
				out[k] = s.Additional.Typed(m)
			}
		}
		return out
	}
	return v
}

func (s *Schema) typedNumber(v any) any {
	f, _ := number(v)
	if s.Type != "integer" {
		return f
	}
	switch n := v.(type) {
	case int64:
		return n
	case int:
		return int64(n)
	case json.Number:
		if i, err := n.Int64(); err == nil {
			return i
		}
	}
	if math.Abs(f) >= 1<<63 {
		return f // past 64 bits, where a float still compares
	}
	return int64(f)
}
