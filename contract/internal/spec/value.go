package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"
)

// Values have these Go forms throughout: nil, bool, string, []any,
// map[string]any, and for numbers json.Number as read from JSON or int64 and
// float64 as read from text. Times stay strings until Typed.

// ErrTrailing tells that text follows the JSON document.
var ErrTrailing = errors.New("text follows the JSON document")

// ErrNotUTF8 tells that a text is not UTF-8, as JSON has to be (RFC 8259, section
// 8.1).
var ErrNotUTF8 = errors.New("the text is not UTF-8")

// ParseJSON reads exactly one JSON document (RFC 8259). Numbers stay as
// written. io.EOF tells that there is none.
func ParseJSON(data []byte) (any, error) {
	if !utf8.Valid(data) { // the decoder would put other characters in its place
		return nil, ErrNotUTF8
	}
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
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false) // for people to read, not for pages
		if err := e.Encode(v); err != nil {
			return fmt.Sprint(v)
		}
		return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
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
			if t, ok := parseTime(value); ok {
				return t
			}
		}
	case json.Number, int64, int, uint64, float64:
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
		return s.typedObject(value)
	}
	return v
}

func (s *Schema) typedObject(object map[string]any) any {
	out := make(map[string]any, len(object))
	for name, v := range object {
		if m := s.Member(name); m != nil {
			out[name] = m.Schema.Typed(v)
		} else {
			out[name] = s.Additional.Typed(v)
		}
	}
	return out
}

func (s *Schema) typedNumber(v any) any {
	if s.Type == "integer" {
		if n, ok := whole(v); ok {
			return n
		}
	}
	f, _ := Float(v) // past 64 bits a float still compares
	return f
}
