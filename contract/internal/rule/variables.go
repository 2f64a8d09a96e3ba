package rule

import (
	"slices"
	"time"
)

// A variable is one that expressions may name. The table of all of them is what
// environments and inputs are made by.
type variable struct {
	name string
	// kind is the one that its type has to have; Any where that may be of any kind.
	kind Kind
	// parameters tells that it has the parameters of a request. Such a variable is
	// always there; another one has to be given to be named.
	parameters bool
	// answer tells that it is of the answer to a request.
	answer bool
	// of points to its value in an input.
	of func(in *Input) any
}

// variables are those that a contract may describe, beside now, in the order in which
// messages list them.
var variables = []variable{
	{name: "path", kind: Object, parameters: true, of: func(in *Input) any { return &in.Path }},
	{name: "query", kind: Object, parameters: true, of: func(in *Input) any { return &in.Query }},
	{name: "header", kind: Object, parameters: true, of: func(in *Input) any { return &in.Header }},
	{name: "cookie", kind: Object, parameters: true, of: func(in *Input) any { return &in.Cookie }},
	{name: "body", of: func(in *Input) any { return &in.Body }},
	{name: "status", kind: Int, answer: true, of: func(in *Input) any { return &in.Status }},
	{name: "answer", answer: true, of: func(in *Input) any { return &in.Answer }},
	{name: "answerHeader", kind: Object, answer: true, of: func(in *Input) any { return &in.AnswerHeader }},
}

// requestTime is the variable now, which is always there and which nothing describes.
var requestTime = variable{name: "now", kind: Timestamp, of: func(in *Input) any { return &in.Now }}

// variableOf gives the variable of a name, now included; nil for any other name.
func variableOf(name string) *variable {
	if name == requestTime.name {
		return &requestTime
	}
	for i := range variables { // each time that an expression names one: nothing is copied
		if variables[i].name == name {
			return &variables[i]
		}
	}
	return nil
}

// named lists the names of variables.
func named(variables []variable) []string {
	out := make([]string, len(variables))
	for i, v := range variables {
		out[i] = v.name
	}
	return out
}

// Parameters lists the variables that have the parameters of a request, by where those
// are: path, query, header and cookie.
func Parameters() []string {
	return named(slices.DeleteFunc(slices.Clone(variables), func(v variable) bool { return !v.parameters }))
}

// OfAnswer reports whether a variable is of the answer to a request.
func OfAnswer(name string) bool {
	v := variableOf(name)
	return v != nil && v.answer
}

// ReadsAny reports whether paths, such as those of [Expression.Reads], read what stands
// at a path or below it, or all that it stands in.
func ReadsAny(reads [][]string, path ...string) bool {
	return slices.ContainsFunc(reads, func(read []string) bool {
		n := min(len(path), len(read))
		return slices.Equal(read[:n], path[:n])
	})
}

// Part gives what an input has for a variable: path, query, header, cookie, body,
// status, answer, answerHeader or now. It is false for any other name.
func (in *Input) Part(name string) (any, bool) {
	v := variableOf(name)
	if v == nil {
		return nil, false
	}
	switch at := v.of(in).(type) {
	case *map[string]any:
		return *at, true
	case *int64:
		return *at, true
	case *time.Time:
		return *at, true
	case *any:
		return *at, true
	}
	return nil, false
}

// With gives a copy with another value for one variable. What it does not replace,
// both share.
func (in *Input) With(name string, value any) *Input {
	out := *in
	out.set(name, value)
	return &out
}

// set gives a variable a value; one that is not in the Go form of its kind is none.
func (in *Input) set(name string, value any) {
	v := variableOf(name)
	if v == nil {
		return
	}
	switch at := v.of(in).(type) {
	case *map[string]any:
		*at, _ = value.(map[string]any)
	case *int64:
		*at, _ = value.(int64)
	case *time.Time:
		*at, _ = value.(time.Time)
	case *any:
		*at = value
	}
}
