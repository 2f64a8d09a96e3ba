package run

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/apiclause/clause/contract/internal/wire"
	"github.com/apiclause/clause/contract/plan"
)

// occasion is when a request is sent, and the text that no other has.
type occasion struct {
	now    time.Time
	unique string
}

// texts writes a parameter's value as it is sent then: one text for each element
// of a list, or all of them in one when the list is joined.
func texts(p *plan.Parameter, then occasion) ([]string, error) {
	out, err := plainTexts(p, then)
	if err != nil {
		return nil, err
	}
	_, isList := p.Value.([]any)
	return wire.Style{In: p.In, List: isList, Joined: p.Joined}.Write(out), nil
}

// plainTexts gives the texts of a parameter's elements before they are written.
func plainTexts(p *plan.Parameter, then occasion) ([]string, error) {
	elements, isList := p.Value.([]any)
	if !isList {
		elements = []any{p.Value}
	}
	out := make([]string, len(elements))
	for i, element := range elements {
		text, err := text(element, then)
		if err != nil {
			return nil, fmt.Errorf("%s parameter %s: %w", p.In, p.Name, err)
		}
		out[i] = text
	}
	return out, nil
}

// text writes a scalar as it is sent then.
func text(value any, then occasion) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case plan.Time:
		return v.At(then.now), nil
	case plan.Template:
		return v.At(then.now, then.unique), nil
	case bool:
		return strconv.FormatBool(v), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil // never 1e+06
	case json.Number:
		return v.String(), nil
	case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64:
		return fmt.Sprint(v), nil
	default:
		return "", fmt.Errorf("a value of type %T cannot be sent outside the body", value)
	}
}

// encode writes a body as it is sent then.
func encode(b *plan.Body, then occasion) ([]byte, error) {
	if b.Verbatim {
		return []byte(b.Raw), nil
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // A person reads it in a curl line.
	if err := encoder.Encode(resolve(b.Value, then)); err != nil {
		return nil, fmt.Errorf("the body cannot be written as JSON: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// resolve gives a value with every Time and Template in it written as text.
func resolve(value any, then occasion) any {
	switch v := value.(type) {
	case plan.Time:
		return v.At(then.now)
	case plan.Template:
		return v.At(then.now, then.unique)
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, member := range v {
			out[name] = resolve(member, then)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, element := range v {
			out[i] = resolve(element, then)
		}
		return out
	default:
		return value
	}
}
