package prove

import "github.com/apiclause/clause/contract/plan"

// kind is a row of the table of faults: one function that makes faults. A row is all
// that a new one needs, beside that function and a test of what it makes.
type kind struct {
	name string
	// what its faults do, as docs/faults.md says it.
	what string
	// breaks lists the clauses that they break: by their keywords, those of answers
	// after "answer.", of credentials after "security.", and "rule".
	breaks []string
	// by are the techniques that are meant to notice them: each fault is noticed by one
	// of these, if by any.
	by []plan.Technique
	// at makes the faults at one place of a request, whole those of an operation: a
	// row has either.
	at    func(*builder, *place)
	whole func(*builder)
}

// kinds is the table. A fault that two rows make is the first one's.
var kinds = []kind{
	{
		name: "presence", what: "what is mandatory may be left out, or be empty",
		breaks: []string{"required"},
		by:     []plan.Technique{plan.SingleFault},
		at:     (*builder).presence,
	},
	{
		name: "type", what: "values of another type are taken as lax readers take them, or a parameter that is sent twice is not checked",
		breaks: []string{"type", "enum", "format", "pattern", "maximum"},
		by:     []plan.Technique{plan.SingleFault, plan.Boundary},
		at:     (*builder).types,
	},
	{
		name: "enum", what: "values are taken that are not listed, listed ones are refused",
		breaks: []string{"enum"},
		by:     []plan.Technique{plan.SingleFault, plan.EachChoice, plan.InternalError},
		at:     (*builder).enums,
	},
	{
		name: "form", what: "formats and patterns are not checked, or not as a whole",
		breaks: []string{"format", "pattern"},
		by:     []plan.Technique{plan.SingleFault},
		at:     (*builder).forms,
	},
	{
		name: "limit", what: "limits are not checked, or are one off",
		breaks: []string{
			"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "additionalProperties", "multipleOf",
			"minProperties", "maxProperties",
		},
		by: []plan.Technique{plan.Boundary, plan.SingleFault},
		at: (*builder).limits,
	},
	{
		name: "union", what: "of several alternatives one is refused, or not looked into, or none has to be kept",
		breaks: []string{"schema"},
		by:     []plan.Technique{plan.SingleFault, plan.EachChoice},
		at:     (*builder).unions,
	},
	{
		name: "unusual", what: "null, or a negative number, is refused where it is valid",
		breaks: []string{"type", "schema"},
		by:     []plan.Technique{plan.EachChoice},
		at: func(b *builder, at *place) {
			b.nulls(at)
			b.negatives(at)
		},
	},
	{
		name: "body", what: "a body is taken that is no JSON document",
		breaks: []string{"json"},
		by:     []plan.Technique{plan.SingleFault},
		whole:  (*builder).body,
	},
	{
		name: "media-type", what: "a body is taken whatever its media type",
		breaks: []string{"mediaType"},
		by:     []plan.Technique{plan.SingleFault},
		whole:  (*builder).mediaType,
	},
	{
		name: "rule", what: "a rule is not checked, its comparisons are one off, its conditions are left out",
		breaks: []string{"rule"},
		by:     []plan.Technique{plan.SingleFault, plan.Boundary, plan.Example, plan.Combination},
		whole:  (*builder).rules,
	},
	{
		name: "authentication", what: "credentials are not checked, or in part",
		breaks: []string{"security.missing", "security.verified", "security.exact", "security.accepted"},
		by:     []plan.Technique{plan.Authentication},
		whole:  (*builder).authentication,
	},
	{
		name: "status", what: "answers have a wrong status, always or for what breaks one clause",
		breaks: []string{"answer.status", "answer.unprovoked-5xx", "answer.required"},
		by:     []plan.Technique{plan.Example, plan.InternalError, plan.SingleFault, plan.Boundary, plan.Authentication},
		whole:  (*builder).statuses,
	},
	{
		name: "answer", what: "bodies and headers of answers are not as they are documented",
		breaks: []string{
			"answer.mediaType", "answer.json", "answer.framing", "answer.duplicate-names", "answer.required",
			"answer.type", "answer.enum", "answer.format", "answer.pattern", "answer.minimum", "answer.maximum", "answer.minLength",
			"answer.maxLength", "answer.distinct", "answer.writeOnly", "answer.minItems", "answer.additionalProperties", "answer.schema",
		},
		by:    []plan.Technique{plan.Example, plan.InternalError, plan.SingleFault, plan.Authentication},
		whole: (*builder).answers,
	},
	{
		name: "failure", what: "requests fail that have some values, or some members together",
		breaks: []string{"answer.unprovoked-5xx"},
		by:     []plan.Technique{plan.Example, plan.Boundary, plan.EachChoice, plan.Combination},
		whole:  (*builder).failures,
	},
	{
		name: "leak", what: "answers hold a stack trace, or the credentials of the request",
		breaks: []string{"answer.stack-trace", "answer.credentials"},
		by:     []plan.Technique{plan.Example, plan.InternalError, plan.SingleFault, plan.Authentication},
		whole:  (*builder).leaks,
	},
	{
		name: "method", what: "methods succeed or fail that the path does not have",
		breaks: []string{"method"},
		by:     []plan.Technique{plan.Method},
		whole:  (*builder).methods,
	},
	{
		name: "state", what: "what was made is read as something else, a change is not kept or takes away what it does not name, " +
			"what was made is not in its list, " +
			"what was ended can still be read, or requests fail that name it, or that end what something stands below",
		breaks: []string{
			"answer.unprovoked-5xx",
			"state.holds", "state.visible", "state.untouched", "state.gone", "state.listed", "state.afterwards",
		},
		by:    []plan.Technique{plan.State},
		whole: (*builder).states,
	},
	{
		name: "answer-rule", what: "answers do not keep to a rule about them: lists are too long, in another order or not filtered, values are others",
		breaks: []string{"answers"},
		by:     []plan.Technique{plan.AnswerRule},
		whole:  (*builder).answerRules,
	},
	{
		name:   "convention",
		what:   "lists do not heed their query as its names suggest: a limit, an order, a filter or a bound is ignored, or the total is wrong",
		breaks: []string{"convention"},
		by:     []plan.Technique{plan.AnswerRule, plan.State},
		whole:  (*builder).conventions,
	},
}
