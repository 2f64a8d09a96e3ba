package spec

import (
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/internal/idl"
)

// inWords says what a statement in IDL demands, for who gets a request refused.
func inWords(e *idl.Expr) string {
	if e.Kind == idl.If {
		return "if " + conditionInWords(e.Args[0]) + ", then " + conditionInWords(e.Args[1])
	}
	return conditionInWords(e)
}

var comparisonWords = map[string]string{
	"==": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is greater than", ">=": "is at least",
}

func conditionInWords(e *idl.Expr) string {
	switch e.Kind {
	case idl.Param:
		return e.Name + " is sent"
	case idl.Compare:
		right := make([]string, 0, 1)
		for _, v := range e.Values {
			right = append(right, valueInWords(v))
		}
		for _, a := range e.Args[1:] {
			right = append(right, sumInWords(a))
		}
		return sumInWords(e.Args[0]) + " " + comparisonWords[e.Op] + " " + strings.Join(right, " or ")
	case idl.Like:
		return e.Args[0].Name + " is like " + strconv.Quote(e.Values[0].Text)
	case idl.Not:
		if e.Args[0].Kind == idl.Param {
			return e.Args[0].Name + " is not sent"
		}
		return "it is not so that " + within(e.Args[0])
	case idl.And:
		return allInWords(e.Args, " and ")
	case idl.Or:
		return allInWords(e.Args, " or ")
	case idl.Function:
		return functionInWords(e)
	case idl.Number, idl.Arith, idl.If:
	}
	return sumInWords(e)
}

func allInWords(args []*idl.Expr, between string) string {
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = within(a)
	}
	return strings.Join(parts, between)
}

// within puts what holds several conditions into brackets.
func within(e *idl.Expr) string {
	if e.Kind == idl.And || e.Kind == idl.Or || e.Kind == idl.Function {
		return "(" + conditionInWords(e) + ")"
	}
	return conditionInWords(e)
}

func functionInWords(e *idl.Expr) string {
	parts := make([]string, len(e.Args))
	plain := true
	for i, a := range e.Args {
		plain = plain && a.Kind == idl.Param
		parts[i] = within(a)
		if plain {
			parts[i] = a.Name
		}
	}
	what, list := " is sent", strings.Join(parts, ", ")
	if !plain {
		what, list = " holds", allInWords(e.Args, "; ")
	}
	switch e.Name {
	case "Or":
		return "at least one of " + list + what
	case "OnlyOne":
		return "exactly one of " + list + what
	case "ZeroOrOne":
		return "at most one of " + list + what
	}
	if plain {
		return "all of " + list + " are sent, or none"
	}
	return "all of these hold, or none: " + list
}

func sumInWords(e *idl.Expr) string {
	if e.Kind != idl.Arith {
		return e.Name
	}
	parts := make([]string, len(e.Args))
	for i, a := range e.Args {
		parts[i] = sumInWords(a)
		if a.Kind == idl.Arith && (i > 0 || e.Op == "*" || e.Op == "/") {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return parts[0] + " " + e.Op + " " + parts[1]
}

func valueInWords(v idl.Value) string {
	if v.Kind == idl.Text {
		return strconv.Quote(v.Text)
	}
	return v.Text
}
