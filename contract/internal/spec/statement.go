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
	switch {
	case keyword == "minimum" && v.Min != nil:
		return fmt.Sprintf("%s is %s %s", s.label(), orEqual("more than", "at least", s.ExclusiveMinimum), Number(*s.Minimum))
	case keyword == "maximum" && v.Max != nil:
		return fmt.Sprintf("%s is %s %s", s.label(), orEqual("less than", "at most", s.ExclusiveMaximum), Number(*s.Maximum))
	case keyword == "exclusiveMinimum" && v.ExclusiveMin.Value != nil:
		return fmt.Sprintf("%s is more than %s", s.label(), Number(*s.Minimum))
	case keyword == "exclusiveMaximum" && v.ExclusiveMax.Value != nil:
		return fmt.Sprintf("%s is less than %s", s.label(), Number(*s.Maximum))
	case keyword == "multipleOf" && s.MultipleOf != nil:
		return fmt.Sprintf("%s is a multiple of %s", s.label(), Number(*s.MultipleOf))
	case keyword == "minLength" && s.MinLength > 0:
		return fmt.Sprintf("%s has at least %d characters", s.label(), s.MinLength)
	case keyword == "maxLength" && s.MaxLength != nil:
		return fmt.Sprintf("%s has at most %d characters", s.label(), *s.MaxLength)
	case keyword == "minItems" && s.MinItems > 0:
		return fmt.Sprintf("%s has at least %d elements", s.label(), s.MinItems)
	case keyword == "maxItems" && s.MaxItems != nil:
		return fmt.Sprintf("%s has at most %d elements", s.label(), *s.MaxItems)
	case keyword == "minProperties" && s.MinProps > 0:
		return fmt.Sprintf("%s has at least %d members", s.label(), s.MinProps)
	case keyword == "maxProperties" && s.MaxProps != nil:
		return fmt.Sprintf("%s has at most %d members", s.label(), *s.MaxProps)
	}
	return ""
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
