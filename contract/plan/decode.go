package plan

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/internal/placeholder"
)

// A plan that is read from JSON and written again gives the same bytes: numbers
// keep their digits, and times are times again.

// UnmarshalJSON reads a parameter. A number becomes a json.Number.
func (p *Parameter) UnmarshalJSON(data []byte) error {
	type plain Parameter
	if err := exactly(data, (*plain)(p)); err != nil {
		return err
	}
	p.Value = timed(p.Value)
	return nil
}

// MarshalJSON writes a body. A text of bytes that are no UTF-8 is written as
// {"base64": "..."}.
func (b *Body) MarshalJSON() ([]byte, error) {
	type plain Body
	out := plain(*b)
	out.Value = readable(b.Value)
	return json.Marshal(out) //nolint:wrapcheck // it stands for json.Marshal
}

// readable writes bytes so that JSON holds them.
func readable(value any) any {
	switch v := value.(type) {
	case string:
		if !utf8.ValidString(v) {
			return map[string]any{"base64": base64.StdEncoding.EncodeToString([]byte(v))}
		}
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = readable(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name := range v {
			out[name] = readable(v[name])
		}
		return out
	}
	return value
}

// bytesOf gives the bytes that are written as an object, if any are.
func bytesOf(object map[string]any) (string, bool) {
	text, ok := object["base64"].(string)
	if !ok || len(object) != 1 {
		return "", false
	}
	data, err := base64.StdEncoding.DecodeString(text)
	return string(data), err == nil && !utf8.Valid(data)
}

// UnmarshalJSON reads a body. A number in it becomes a json.Number.
func (b *Body) UnmarshalJSON(data []byte) error {
	type plain Body
	if err := exactly(data, (*plain)(b)); err != nil {
		return err
	}
	b.Value = timed(b.Value)
	return nil
}

func exactly(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	d.DisallowUnknownFields()
	return d.Decode(v) //nolint:wrapcheck // it stands for json.Unmarshal, which adds the place
}

// timed puts a Time or a Template where one was written.
func timed(value any) any {
	switch v := value.(type) {
	case []any:
		for i := range v {
			v[i] = timed(v[i])
		}
	case map[string]any:
		if t, ok := written(v); ok {
			return t
		}
		if data, ok := bytesOf(v); ok {
			return data
		}
		if text, ok := v["template"].(string); ok && len(v) == 1 && placeholder.In(text) {
			return Template{text}
		}
		for name := range v {
			v[name] = timed(v[name])
		}
	}
	return value
}

// written gives the Time that is written as an object, if one is.
func written(object map[string]any) (Time, bool) {
	text, _ := object["now"].(string)
	form, formed := object["form"].(string)
	t := Time{Form: Form(form)}
	var err error
	t.Offset, err = time.ParseDuration(text)
	members := 1
	if formed {
		members = 2
	}
	known := !formed || slices.Contains(forms, t.Form)
	return t, err == nil && known && len(object) == members && t.Offset.String() == text
}
