package spec

import (
	"strings"

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
func (s *Schema) statement(keyword string) string {
	for _, say := range []func(string) string{s.formStatement, s.numberStatement, s.sizeStatement} {
		if text := say(keyword); text != "" {
			return s.label() + " " + text
		}
	}
	return ""
}

func (s *Schema) formStatement(keyword string) string {
	switch {
	case keyword == "type" && s.Type != "":
		return "is of type " + s.Type
	case keyword == "format" && s.checkedFormat():
		return "has the form " + s.Format
	case keyword == s.EnumKeyword() && len(s.Enum) > 0:
		return "is one of " + list(s.Enum)
	case keyword == "pattern" && s.Pattern != nil:
		return "matches " + s.Pattern.String()
	case keyword == "uniqueItems" && s.UniqueItems:
		return "holds no element twice"
	case keyword == "additionalProperties" && s.Closed:
		return "has no members but those listed"
	}
	return ""
}

func (s *Schema) numberStatement(keyword string) string {
	switch {
	case keyword == s.MinimumKeyword() && s.Minimum != nil:
		return "is " + s.lowLimit()
	case keyword == s.MaximumKeyword() && s.Maximum != nil:
		return "is " + s.highLimit()
	case keyword == "multipleOf" && s.MultipleOf != nil:
		return "is a multiple of " + Number(*s.MultipleOf)
	}
	return ""
}

func (s *Schema) sizeStatement(keyword string) string {
	for _, size := range []struct {
		low, high, what string
		min             uint64
		max             *uint64
	}{
		{"minLength", "maxLength", "characters", s.MinLength, s.MaxLength},
		{"minItems", "maxItems", "elements", s.MinItems, s.MaxItems},
		{"minProperties", "maxProperties", "members", s.MinProps, s.MaxProps},
	} {
		switch {
		case keyword == size.low && size.min > 0:
			return "has at least " + counted(size.min, size.what)
		case keyword == size.high && size.max != nil:
			return "has at most " + counted(*size.max, size.what)
		}
	}
	return ""
}

// counted gives "1 member" or "2 members".
func counted(n uint64, what string) string {
	if n == 1 {
		what = strings.TrimSuffix(what, "s")
	}
	return count(n, what)
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
