package enforce

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/internal/spec"
)

// maxViolations is how many violations of one request are kept, and maxWords how
// many characters of each: a hostile request may have very many.
const (
	maxViolations = 50
	maxWords      = 500
)

// Refusal is an answer that is given in the handler's place.
type Refusal struct {
	// Operation is the operationId.
	Operation string
	// Status is the status of the answer.
	Status int
	// Violations are what the request broke, the first 50 of them; none for an
	// internal error.
	Violations []Violation
	// Omitted is the number of violations beyond those.
	Omitted int
}

// Violation is one thing wrong with a request, or with an answer.
type Violation struct {
	// Clause is the id of the clause that it breaks; it is empty where it breaks HTTP
	// or JSON rather than the contract, or has a status that is not documented.
	Clause string
	// Message says what is wrong and what to do. Of a request it holds no value.
	Message string
}

// String gives the message, with the clause in brackets.
func (v Violation) String() string {
	if v.Clause == "" {
		return v.Message
	}
	return v.Message + " [" + v.Clause + "]"
}

// message joins the violations, as many as have room, the first in any case.
func (f Refusal) message(limit int) string {
	if len(f.Violations) == 0 {
		return cut("the service failed inside: try again later", limit)
	}
	var b strings.Builder
	for i, v := range f.Violations {
		text, left := v.String(), len(f.Violations)-i-1+f.Omitted
		length := utf8.RuneCountInString(b.String()) + len("; ") + utf8.RuneCountInString(text)
		if left > 0 {
			length += len(more(left))
		}
		if i > 0 && length > limit {
			b.WriteString(more(left + 1))
			return cut(b.String(), limit)
		}
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(text)
	}
	if f.Omitted > 0 {
		b.WriteString(more(f.Omitted))
	}
	return cut(b.String(), limit)
}

func more(n int) string { return fmt.Sprintf("; and %d more", n) }

// expects says in words what a value of a schema looks like.
func expects(s *spec.Schema) string {
	switch {
	case len(s.Enum) > 0:
		return "one of " + enumerate(s.Enum)
	case s.Format == "date-time":
		return "an RFC 3339 time such as " + spec.Text(s.Sample())
	case s.Type == "integer" || s.Type == "number":
		return number(s)
	case s.Type == "boolean":
		return "true or false"
	case s.Type == "array":
		return "at least one value"
	case s.Example != nil:
		return "a value such as " + spec.Text(s.Example)
	case s.MaxLength != nil:
		return fmt.Sprintf("a value of at most %d characters", *s.MaxLength)
	default:
		return "a value that is not empty"
	}
}

func number(s *spec.Schema) string {
	text := "a number"
	if s.Type == "integer" {
		text = "an integer"
	}
	switch {
	case s.Minimum != nil && s.Maximum != nil:
		return fmt.Sprintf("%s from %s to %s", text, spec.Number(*s.Minimum), spec.Number(*s.Maximum))
	case s.Minimum != nil:
		return fmt.Sprintf("%s, %s or more", text, spec.Number(*s.Minimum))
	case s.Maximum != nil:
		return fmt.Sprintf("%s, %s or less", text, spec.Number(*s.Maximum))
	default:
		return text
	}
}

func enumerate(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = spec.Text(v)
	}
	return strings.Join(words, ", ")
}
