package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/internal/source"
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

// Typed returns a valid value in the form that rules are evaluated on: integers
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

// plain returns the value of a node in the forms of this package: integers as
// int64 where they fit, other numbers as float64 unless that changes them.
func plain(n *source.Node) any {
	switch n.Kind() {
	case source.Mapping:
		object := make(map[string]any, n.Len())
		for _, m := range n.Members() {
			object[m.Name] = plain(m.Value)
		}
		return object
	case source.Sequence:
		list := make([]any, n.Len())
		for i, item := range n.Items() {
			list[i] = plain(item)
		}
		return list
	case source.Bool:
		return n.True()
	case source.Number:
		return plainNumber(n.Text())
	case source.String:
		return n.Text()
	default:
		return nil
	}
}

func plainNumber(text string) any {
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return i
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && inexact(text, f) == nil {
		return f
	}
	return json.Number(text)
}
