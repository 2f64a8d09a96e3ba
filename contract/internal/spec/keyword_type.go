package spec

import (
	"cmp"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

var typeKeyword = Keyword{
	Name:    "type",
	compare: compareTypes,
	Sample:  Sample{`{type: integer}`, `1`, `"a"`},
	read:    (*loader).readType,
	check:   (*Schema).checkType,
	statement: func(s *Schema) string {
		if s.Type == "" {
			return ""
		}
		return "is of type " + s.Type
	},
	breaking: func(s Site) []Try {
		_, unfit := s.compositions()
		return append(s.otherTypes(), unfit...)
	},
}

// readType reads the type. Of several the parts of the schema are made.
func (l *loader) readType(out *Schema, _ cursor, v *openapi3.Schema) {
	out.Nullable = v.Nullable && !l.draft2020
	types := slices.DeleteFunc(slices.Clone(v.Type.Slice()), func(t string) bool { return t == "null" })
	out.Nullable = out.Nullable || len(types) < len(v.Type.Slice())
	switch {
	case len(types) == 1:
		out.Type = types[0]
	case len(types) == 0 && out.Nullable && v.Type != nil:
		out.Type = "null"
	}
}

func (s *Schema) checkType(v any) []string {
	switch {
	case s.typed(v), v == nil && s.Nullable:
		return nil
	case v == nil:
		return []string{"must be " + article(s.Type) + ", not null"}
	default:
		return []string{"must be " + article(s.Type)}
	}
}

func article(t string) string {
	if t == "integer" || t == "object" || t == "array" {
		return "an " + t
	}
	return "a " + t
}

// Is reports whether a value is of the schema's own type, whatever is in it.
func (s *Schema) Is(v any) bool { return s.Composed != nil || v == nil && s.Nullable || s.typed(v) }

// Object reports whether the schema describes an object: it has that type, or
// lists members and has none. Without a type other values are valid, too, and
// keywords say nothing of them (JSON Schema Validation, section 6).
func (s *Schema) Object() bool { return s.Type == "object" || s.Type == "" && len(s.Members) > 0 }

func (s *Schema) typed(v any) bool {
	ok := false
	switch s.Type {
	case "":
		ok = true
	case "string":
		_, ok = v.(string)
	case "boolean":
		_, ok = v.(bool)
	case "integer":
		ok = integral(v)
	case "number":
		_, ok = Float(v)
	case "array":
		_, ok = v.([]any)
	case "object":
		_, ok = v.(map[string]any)
	case "null":
		ok = v == nil
	}
	return ok
}

// typeOf names the type of a value.
func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	default:
		if _, ok := whole(v); ok {
			return "integer"
		}
		return "number"
	}
}

// otherTypes returns values that no reader takes for one of the type.
func (s Site) otherTypes() []Try {
	values := textsOfNoType[s.Type]
	if !s.AsText {
		values = s.otherJSON()
	}
	keyword, demand := "type", "must be of type "+s.Type
	if s.Composed != nil {
		keyword, demand = "schema", "must keep to its composed schema"
		if !s.AsText {
			values = append(values, Try{Name: "empty-object", Value: map[string]any{}})
		} else if v, ok := s.FromText("abc"); s.Type == "" && (!ok || len(s.Check(v)) > 0) {
			values = append(values, Try{Name: "text", Value: "abc"}) // no alternative takes it
		}
	}
	out := slices.Clone(values)
	for i := range out {
		out[i].Keyword, out[i].Why = keyword, demand+", and is sent as "+cmp.Or(out[i].Why, Text(out[i].Value))
	}
	return out
}

// textsOfNoType are texts that no reading takes for a value of a type.
var textsOfNoType = map[string][]Try{
	"integer": {
		{Name: "text", Value: "abc"},
		{Name: "fraction", Value: "1.5", From: followed(".5"), Why: "a number with a fraction"},
		{Name: "digits-then-text", Value: "12abc", From: followed("abc"), Why: "a number with text after it"},
	},
	"number": {
		{Name: "text", Value: "abc"},
		{Name: "two-points", Value: "1.2.3"},
		{Name: "digits-then-text", Value: "12abc", From: followed("abc"), Why: "a number with text after it"},
	},
	"boolean": {{Name: "text", Value: "maybe"}, {Name: "number", Value: "2"}},
}

// followed returns a number's text with more after it.
func followed(by string) func(valid any) any {
	return func(valid any) any {
		switch valid.(type) {
		case int64, float64:
			return Text(valid) + by
		}
		return nil
	}
}

func withFraction(valid any) any {
	if n, ok := valid.(int64); ok {
		return float64(n) + 0.5
	}
	return nil
}

// otherJSON returns values of other JSON types that no reader turns into the right
// one. Numbers and texts, 0 and true, a list of one and its element many readers
// turn into each other: those are open.
func (s Site) otherJSON() []Try {
	values := map[string][]Try{
		"string": {{Name: "object", Value: map[string]any{}}},
		"integer": {
			{Name: "text", Value: "abc"},
			{Name: "object", Value: map[string]any{}},
			{Name: "fraction", Value: 1.5, From: withFraction, Why: "a number with a fraction", Inferred: true},
		},
		"number":  {{Name: "text", Value: "abc"}, {Name: "object", Value: map[string]any{}}},
		"boolean": {{Name: "text", Value: "maybe"}, {Name: "number", Value: int64(42)}, {Name: "object", Value: map[string]any{}}},
		"object":  {{Name: "text", Value: "abc"}, {Name: "number", Value: int64(7)}},
	}[s.Type]
	if s.Type == "array" {
		values = noList(s.Items)
	}
	// Many readers take null for an optional member as its absence.
	if s.Type != "" && !s.Nullable && !s.optional() {
		values = append([]Try{{Name: "null"}}, values...)
	}
	return values
}

// noList returns values that no reader takes for a list: what could be its only
// element may be taken for a list of one.
func noList(items *Schema) []Try {
	switch {
	case items == nil || items.Type == "":
		return nil
	case items.Type == "object" || items.Type == "array":
		return []Try{{Name: "number", Value: int64(7)}}
	}
	return []Try{{Name: "object", Value: map[string]any{"unlisted": map[string]any{"x": "y"}}}}
}
