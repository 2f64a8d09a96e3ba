package idl

import (
	"fmt"
	"slices"
)

// parser reads one statement. Conditions and sums are read alike, for a bracket
// tells only at its end which it holds; then both are told apart.
type parser struct {
	tokens  []token
	at      int
	depth   int
	problem string // the first
}

var (
	functions   = []string{"Or", "OnlyOne", "AllOrNone", "ZeroOrOne"}
	keywords    = []string{"IF", "THEN", "AND", "OR", "NOT", "LIKE", "true", "false"}
	comparisons = []string{"==", "!=", "<", "<=", ">", ">=", "="}
)

func (p *parser) fail(format string, args ...any) *Expr {
	if p.problem == "" {
		p.problem = fmt.Sprintf(format, args...)
	}
	p.at = len(p.tokens) // nothing more is read
	return &Expr{}
}

func (p *parser) peek() token {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return token{kind: end}
}

// take goes on if the next token is this one.
func (p *parser) take(kind tokenKind, s string) bool {
	if t := p.peek(); t.kind != kind || t.text != s {
		return false
	}
	p.at++
	return true
}

func (p *parser) statement() *Expr {
	var e *Expr
	if p.take(word, "IF") {
		condition := p.condition()
		if !p.take(word, "THEN") {
			return p.fail("THEN is expected, not %s", p.peek())
		}
		e = &Expr{Kind: If, Args: []*Expr{condition, p.condition()}}
	} else {
		e = p.condition()
		if e.Kind == Param {
			return p.fail("a parameter alone states nothing")
		}
	}
	if p.at < len(p.tokens) {
		return p.fail("%s is not expected there", p.peek())
	}
	return e
}

// condition reads an expression that holds or does not.
func (p *parser) condition() *Expr {
	e := p.disjunction()
	p.holds(e)
	return e
}

func (p *parser) holds(e *Expr) {
	if p.problem == "" && (e.Kind == Arith || e.Kind == Number) {
		p.fail("a sum is compared with nothing")
	}
}

func (p *parser) disjunction() *Expr {
	return p.joined(Or, "OR", func() *Expr { return p.joined(And, "AND", p.negation) })
}

// joined reads operands with a word between them.
func (p *parser) joined(kind Kind, between string, operand func() *Expr) *Expr {
	e := operand()
	if t := p.peek(); t.kind != word || t.text != between {
		return e
	}
	out := &Expr{Kind: kind, Args: []*Expr{e}}
	for p.take(word, between) {
		out.Args = append(out.Args, operand())
	}
	for _, a := range out.Args {
		p.holds(a)
	}
	return out
}

// deeper bounds how deep expressions nest.
func (p *parser) deeper(read func() *Expr) *Expr {
	if p.depth++; p.depth > maxDepth {
		return p.fail("it nests deeper than %d levels", maxDepth)
	}
	e := read()
	p.depth--
	return e
}

func (p *parser) negation() *Expr {
	if !p.take(word, "NOT") {
		return p.comparison()
	}
	e := p.deeper(p.negation)
	p.holds(e)
	return &Expr{Kind: Not, Args: []*Expr{e}}
}

func (p *parser) comparison() *Expr {
	left := p.sum()
	t := p.peek()
	switch {
	case t.kind == word && t.text == "LIKE":
		return p.like(left)
	case t.kind != mark || !slices.Contains(comparisons, t.text):
		return left
	}
	p.at++
	op := t.text
	if op == "=" { // as older versions of the language have it
		op = "=="
	}
	if p.value(0) {
		return p.values(left, op)
	}
	right := p.sum()
	if left.Kind == Number && right.Kind == Number {
		return p.fail("two numbers are compared")
	}
	for _, side := range []*Expr{left, right} {
		if p.problem == "" && side.Kind != Param && side.Kind != Number && side.Kind != Arith {
			return p.fail("only parameters, numbers and sums are compared")
		}
	}
	return &Expr{Kind: Compare, Op: op, Args: []*Expr{left, right}}
}

func (p *parser) like(left *Expr) *Expr {
	p.at++
	pattern := p.peek()
	if left.Kind != Param || pattern.kind != text {
		return p.fail("LIKE stands between a parameter and a text in quotation marks")
	}
	p.at++
	return &Expr{Kind: Like, Args: []*Expr{left}, Values: []Value{{Text, pattern.text}}}
}

// value tells whether a value stands so many tokens ahead, and nothing that would
// make a sum of it.
func (p *parser) value(ahead int) bool {
	i := p.at + ahead
	if i < len(p.tokens) && p.tokens[i].kind == mark && p.tokens[i].text == "-" {
		i++
	}
	if i >= len(p.tokens) {
		return false
	}
	switch t := p.tokens[i]; t.kind {
	case text:
		return true
	case word:
		return t.text == "true" || t.text == "false"
	case number:
		return i+1 >= len(p.tokens) || p.tokens[i+1].kind != mark || !slices.Contains([]string{"+", "-", "*", "/"}, p.tokens[i+1].text)
	case quoted, mark, end:
	}
	return false
}

// values reads what a parameter or a sum is compared with: 'a'|'b', true or 3.
func (p *parser) values(left *Expr, op string) *Expr {
	e := &Expr{Kind: Compare, Op: op, Args: []*Expr{left}}
	for first := true; first || p.take(mark, "|"); first = false {
		if !p.value(0) {
			return p.fail("a value is expected, not %s", p.peek())
		}
		sign := ""
		if p.take(mark, "-") {
			sign = "-"
		}
		t := p.peek()
		p.at++
		kind := map[tokenKind]ValueKind{text: Text, number: Digits, word: Truth}[t.kind]
		if sign != "" && kind != Digits {
			return p.fail("%s has a sign", t)
		}
		e.Values = append(e.Values, Value{kind, sign + t.text})
	}
	v := e.Values[0]
	switch {
	case len(e.Values) > 1 && op != "==":
		return p.fail("several values are compared with ==, not with %s", op)
	case left.Kind == Param:
		return e
	case v.Kind == Digits && (left.Kind == Arith || left.Kind == Number) && len(e.Values) == 1:
		if left.Kind == Number {
			return p.fail("two numbers are compared")
		}
		return &Expr{Kind: Compare, Op: op, Args: []*Expr{left, {Kind: Number, Name: v.Text}}}
	}
	return p.fail("a value is compared with what is no parameter")
}

func (p *parser) sum() *Expr {
	return p.operation([]string{"+", "-"}, func() *Expr { return p.operation([]string{"*", "/"}, p.operand) })
}

func (p *parser) operation(ops []string, operand func() *Expr) *Expr {
	e := operand()
	for t := p.peek(); t.kind == mark && slices.Contains(ops, t.text); t = p.peek() {
		p.at++
		e = &Expr{Kind: Arith, Op: t.text, Args: []*Expr{e, operand()}}
		for _, side := range e.Args {
			if p.problem == "" && side.Kind != Param && side.Kind != Number && side.Kind != Arith {
				return p.fail("only parameters and numbers are added, subtracted, multiplied and divided")
			}
		}
	}
	return e
}

func (p *parser) operand() *Expr {
	t := p.peek()
	p.at++
	switch {
	case t.kind == mark && t.text == "(":
		e := p.deeper(p.disjunction)
		if !p.take(mark, ")") {
			return p.fail("%q is expected, not %s", ")", p.peek())
		}
		return e
	case t.kind == word && slices.Contains(functions, t.text) && p.take(mark, "("):
		return p.deeper(func() *Expr { return p.function(t.text) })
	case t.kind == word && slices.Contains(keywords, t.text):
	case t.kind == word && p.peek().kind == mark && p.peek().text == "(":
		return p.fail("%q is no function: there are Or, OnlyOne, AllOrNone and ZeroOrOne", t.text)
	case t.kind == word, t.kind == quoted && t.text != "":
		return &Expr{Kind: Param, Name: t.text}
	case t.kind == number:
		return &Expr{Kind: Number, Name: t.text}
	}
	p.at--
	return p.fail("a parameter is expected, not %s", t)
}

func (p *parser) function(name string) *Expr {
	e := &Expr{Kind: Function, Name: name}
	for {
		e.Args = append(e.Args, p.condition())
		if !p.take(mark, ",") {
			break
		}
	}
	switch {
	case !p.take(mark, ")"):
		return p.fail("%q is expected, not %s", ")", p.peek())
	case len(e.Args) < 2:
		return p.fail("%s is of two or more", name)
	}
	return e
}
