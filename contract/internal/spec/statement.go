package spec

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/clause"
)

func escape(name string) string { return clause.ID(name) }

// label is a place without its operation: "query.limit".
func label(id string) string {
	_, rest, _ := strings.Cut(id, ".")
	return rest
}

func (s *Schema) label() string { return label(s.ID) }

// statement says what a keyword of the schema demands, or "" where the schema
// does not have the keyword.
func (s *Schema) statement(keyword string, v *openapi3.Schema) string {
	switch keyword {
	case "type", "format", "enum", "const", "pattern", "uniqueItems", "additionalProperties":
		return s.formStatement(keyword, v)
	default:
		return s.limitStatement(keyword, v)
	}
}

func (s *Schema) formStatement(keyword string, v *openapi3.Schema) string {
	switch {
	case keyword == "type" && s.Type != "":
		return s.label() + " is of type " + s.Type
	case keyword == "format" && checkedFormat(s.Format):
		return s.label() + " has the form " + s.Format
	case keyword == "enum" && len(v.Enum) > 0, keyword == "const" && v.Const != nil:
		return s.label() + " is one of " + list(s.Enum)
	case keyword == "pattern" && s.Pattern != nil:
		return s.label() + " matches " + s.Pattern.String()
	case keyword == "uniqueItems" && s.UniqueItems:
		return s.label() + " holds no element twice"
	case keyword == "additionalProperties" && s.Closed:
		return s.label() + " has no members but those listed"
	}
	return ""
}

func (s *Schema) limitStatement(keyword string, v *openapi3.Schema) string {
	number := func(limit *float64, words string) string {
		if limit == nil {
			return ""
		}
		return s.label() + " is " + words + " " + Number(*limit)
	}
	size := func(limit *uint64, words, unit string) string {
		if limit == nil {
			return ""
		}
		if *limit != 1 {
			unit += "s"
		}
		return fmt.Sprintf("%s has %s %d %s", s.label(), words, *limit, unit)
	}
	switch keyword {
	case "minimum":
		return number(v.Min, orEqual("more than", "at least", s.ExclusiveMinimum))
	case "maximum":
		return number(v.Max, orEqual("less than", "at most", s.ExclusiveMaximum))
	case "exclusiveMinimum":
		return number(v.ExclusiveMin.Value, "more than")
	case "exclusiveMaximum":
		return number(v.ExclusiveMax.Value, "less than")
	case "multipleOf":
		return number(s.MultipleOf, "a multiple of")
	case "minLength":
		return size(positive(s.MinLength), "at least", "character")
	case "maxLength":
		return size(s.MaxLength, "at most", "character")
	case "minItems":
		return size(positive(s.MinItems), "at least", "element")
	case "maxItems":
		return size(s.MaxItems, "at most", "element")
	case "minProperties":
		return size(positive(s.MinProps), "at least", "member")
	case "maxProperties":
		return size(s.MaxProps, "at most", "member")
	}
	return ""
}

// positive gives a lower limit, or nil where it limits nothing.
func positive(n uint64) *uint64 {
	if n == 0 {
		return nil
	}
	return &n
}

func orEqual(strict, loose string, exclusive bool) string {
	if exclusive {
		return strict
	}
	return loose
}

func list(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = Text(v)
	}
	return strings.Join(words, ", ")
}

// Number writes a number as JSON would, integers without a fraction.
func Number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
