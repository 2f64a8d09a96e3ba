package ruling

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// converted reports whether some readers turn a JSON value of another type into
// one of the schema's: numbers, texts and booleans into each other, an element into
// a list of one, a list that is empty into an object.
func converted(s *spec.Schema, value any) bool {
	switch s.Type {
	case "integer", "number":
		return asNumber(s, value)
	case "boolean":
		return asBoolean(value)
	case "string":
		switch value.(type) {
		case json.Number, bool:
			return true
		}
	case "array":
		return asElement(s.Items, value)
	case "object":
		list, isList := value.([]any)
		return isList && len(list) == 0
	}
	return false
}

func asNumber(s *spec.Schema, value any) bool {
	switch v := value.(type) {
	case string:
		text := strings.TrimSpace(v)
		return text == "" || numeric.MatchString(text)
	case json.Number: // of which readers may cut a fraction off
		return s.Type == "integer" && fraction.MatchString(v.String())
	case bool:
		return true
	}
	return false
}

func asBoolean(value any) bool {
	switch v := value.(type) {
	case string:
		text := strings.ToLower(strings.TrimSpace(v))
		return text == "" || slices.Contains(truths, text)
	case json.Number:
		f, _ := spec.Float(v)
		return f == 0 || f == 1
	}
	return false
}

// asElement reports whether a value may be taken for a list that holds it alone.
func asElement(items *spec.Schema, value any) bool {
	kind := ""
	if items != nil {
		kind = items.Type
	}
	switch value.(type) {
	case map[string]any:
		return kind == "object" || kind == ""
	case string, json.Number, bool:
		return kind != "object" && kind != "array"
	}
	return false
}
