package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/apiclause/clause/contract/internal/wire"
)

// Wire is how the parameter's value stands in a request.
func (p *Parameter) Wire() wire.Style {
	s := wire.Style{In: p.In, Name: p.Style, Explode: !p.Joined}
	switch p.Value.(type) {
	case []any:
		s.Kind = wire.List
	case map[string]any:
		s.Kind = wire.Object
	}
	if p.JSON {
		s.Kind = wire.Scalar
	}
	return s
}

// Texts gives the parameter's value as Wire writes it: one text, one for each element
// of a list, or the name and the value of each member of an object. text writes what
// is no list and no object.
func (p *Parameter) Texts(text func(v any) (string, error)) ([]string, error) {
	if p.JSON {
		return jsonText(p.Value, text)
	}
	members, isObject := p.Value.(map[string]any)
	if !isObject {
		return elements(p.Value, text)
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		values, err := elements(members[name], text)
		if err != nil {
			return nil, fmt.Errorf("member %s: %w", name, err)
		}
		for _, value := range values {
			out = append(out, name, value)
		}
	}
	return out, nil
}

// elements writes a value, or each of a list.
func elements(v any, text func(v any) (string, error)) ([]string, error) {
	list, isList := v.([]any)
	if !isList {
		list = []any{v}
	}
	out := make([]string, len(list))
	for i, element := range list {
		var err error
		if out[i], err = text(element); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// jsonText writes a value as JSON, with what is settled when it is sent as text.
func jsonText(v any, text func(v any) (string, error)) ([]string, error) {
	settled, err := settledJSON(v, text)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(settled); err != nil {
		return nil, fmt.Errorf("it cannot be written as JSON: %w", err)
	}
	return []string{string(bytes.TrimSuffix(out.Bytes(), []byte("\n")))}, nil
}

func settledJSON(v any, text func(v any) (string, error)) (any, error) {
	switch v := v.(type) {
	case Time, Template:
		return text(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			var err error
			if out[i], err = settledJSON(v[i], text); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for name := range v {
			var err error
			if out[name], err = settledJSON(v[name], text); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}
