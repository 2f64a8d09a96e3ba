// Package idl reads IDL, the language for dependencies between the parameters of
// an operation that descriptions state under x-dependencies. The grammar is that
// of github.com/isa-group/IDL:
//
//	IF type=='video' THEN Or(id, name);
//	ZeroOrOne(q, [filter.name]);
//	limit + offset <= 1000;
//	from < to;
//
// It knows nothing of parameters: what a name means is up to who asks. AND binds
// tighter than OR, and the arithmetic operators as in arithmetic.
package idl

import "fmt"

// A Kind says what an expression is.
type Kind int

// The kinds of expressions.
const (
	Param    Kind = iota // Name; a condition that it is sent, or its value in a sum
	Number               // Name is its text
	Compare              // Op, two arithmetic Args; or one Arg, a Param, and Values of which one fits
	Like                 // one Arg, a Param, and a Value, a pattern in which * stands for any text
	Arith                // Op, two Args
	Not                  // one Arg
	And                  // Args
	Or                   // Args
	Function             // Name is Or, OnlyOne, AllOrNone or ZeroOrOne; two or more Args
	If                   // two Args: the condition and what it demands
)

// Expr is an expression.
type Expr struct {
	Kind   Kind
	Name   string
	Op     string // ==, !=, <, <=, >, >=, or +, -, *, /
	Args   []*Expr
	Values []Value
}

// Value is what a parameter is compared with. Text is without quotation marks.
type Value struct {
	Kind ValueKind
	Text string
}

// A ValueKind is how a value is written.
type ValueKind int

// Values are texts in quotation marks, numbers, and true and false.
const (
	Text ValueKind = iota
	Digits
	Truth
)

// A Dependency is one statement, up to its semicolon.
type Dependency struct {
	// Text is the statement as it was written, without the semicolon.
	Text string
	// Expr is nil where it could not be read, which Problem then says.
	Expr    *Expr
	Problem string
}

// The bounds of what is read; a long statement has some hundred bytes.
const (
	maxBytes = 16 << 10
	maxDepth = 50
)

// Parse reads statements. One that cannot be read does not keep the others from it.
func Parse(text string) []Dependency {
	if len(text) > maxBytes {
		return []Dependency{{Text: text[:40] + "...", Problem: fmt.Sprintf("it has %d bytes, at most %d are read", len(text), maxBytes)}}
	}
	var out []Dependency
	for _, s := range statements(text) {
		d := Dependency{Text: s.text}
		p := parser{tokens: s.tokens}
		if s.problem != "" {
			d.Problem = s.problem
		} else if e := p.statement(); p.problem == "" {
			d.Expr = e
		}
		if d.Expr == nil && d.Problem == "" {
			d.Problem = p.problem
		}
		out = append(out, d)
	}
	return out
}

// Params lists the names that an expression has, in their order, each once.
func (e *Expr) Params() []string {
	var out []string
	seen := map[string]bool{}
	var walk func(e *Expr)
	walk = func(e *Expr) {
		if e.Kind == Param && !seen[e.Name] {
			seen[e.Name] = true
			out = append(out, e.Name)
		}
		for _, a := range e.Args {
			walk(a)
		}
	}
	walk(e)
	return out
}
