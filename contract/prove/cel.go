package prove

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/parser"

	"github.com/apiclause/clause/contract/internal/rule"
)

// A rule is changed in its text. It is parsed without macros, so that has() and
// all() are calls like any other and every part of the tree can be written again
// as it stood.

// tree is a parsed expression.
type tree struct {
	root ast.Expr
	info *ast.SourceInfo
}

func parse(expression string) (*tree, error) {
	p, err := parser.NewParser(parser.EnableIdentEscapeSyntax(true))
	if err != nil {
		return nil, fmt.Errorf("set up CEL: %w", err)
	}
	parsed, errs := p.Parse(common.NewTextSource(expression))
	if len(errs.GetErrors()) > 0 {
		return nil, fmt.Errorf("parse %s: %s", expression, errs.ToDisplayString())
	}
	return &tree{root: parsed.Expr(), info: parsed.SourceInfo()}, nil
}

// text writes a part of the tree.
func (t *tree) text(part ast.Expr) string {
	return t.with(part, func(ast.Expr) (string, bool) { return "", false })
}

// replaced writes the whole tree with another text in the place of a part.
func (t *tree) replaced(part ast.Expr, text string) string {
	return t.with(t.root, func(e ast.Expr) (string, bool) { return text, e.ID() == part.ID() })
}

// later writes the whole tree with now so much later.
func (t *tree) later(by time.Duration) string {
	return t.with(t.root, func(e ast.Expr) (string, bool) {
		return fmt.Sprintf("now + duration(%q)", by), e.Kind() == ast.IdentKind && e.AsIdent() == "now"
	})
}

// with writes a part with other texts in the place of some of its own.
func (t *tree) with(whole ast.Expr, other func(part ast.Expr) (text string, replaced bool)) string {
	factory := ast.NewExprFactory()
	whole = factory.CopyExpr(whole)
	ast.PostOrderVisit(whole, ast.NewExprVisitor(func(e ast.Expr) {
		switch text, replaced := other(e); {
		case replaced:
			// A name is written as it is, whatever is in it.
			e.SetKindCase(factory.NewIdent(e.ID(), "("+text+")"))
		case e.Kind() == ast.SelectKind:
			selected := e.AsSelect()
			spelled := strings.TrimPrefix(rule.Spell([]string{"", selected.FieldName()}), ".")
			e.SetKindCase(factory.NewSelect(e.ID(), selected.Operand(), spelled))
		}
	}))
	written, err := parser.Unparse(whole, t.info)
	if err != nil {
		return ""
	}
	return written
}

// calls gives the calls of some functions, outer ones first.
func (t *tree) calls(functions ...string) []ast.Expr {
	var out []ast.Expr
	ast.PreOrderVisit(t.root, ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() == ast.CallKind && slices.Contains(functions, e.AsCall().FunctionName()) {
			out = append(out, e)
		}
	}))
	return out
}

var comparisons = map[string]string{
	operators.Equals: "==", operators.NotEquals: "!=",
	operators.Less: "<", operators.LessEquals: "<=", operators.Greater: ">", operators.GreaterEquals: ">=",
}

// looser gives the operators that a comparison is most easily mistaken for.
var looser = map[string][]string{
	"<": {"<="}, "<=": {"<"}, ">": {">="}, ">=": {">"}, "==": {"<=", ">="}, "!=": {"<", ">"},
}

var operatorNames = map[string]string{"<": "less", "<=": "at-most", ">": "more", ">=": "at-least"}

// constants are the numbers and durations that an expression names.
func (t *tree) constants() (numbers []float64, durations []time.Duration) {
	ast.PreOrderVisit(t.root, ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.LiteralKind {
			return
		}
		switch v := e.AsLiteral().(type) {
		case types.Int:
			numbers = append(numbers, float64(v))
		case types.Double:
			numbers = append(numbers, float64(v))
		case types.String:
			if d, err := time.ParseDuration(string(v)); err == nil {
				durations = append(durations, d)
			}
		}
	}))
	return numbers, durations
}

// distance is how far a comparison's boundary is moved.
type distance struct {
	name string
	text string // as CEL
	size time.Duration
}

func distances(unit time.Duration) []distance {
	out := []distance{
		{"1", "1", 0},
		{"1", "1.0", 0},
		{"1s", `duration("1s")`, time.Second},
		{"1h", `duration("1h")`, time.Hour},
	}
	if unit > 0 {
		out = append(out, distance{"unit", fmt.Sprintf("duration(%q)", unit), unit})
	}
	return out
}

// mutant is a changed expression.
type mutant struct {
	name, what, text string
	// size is how far a boundary in time was moved; 0 when none was.
	size time.Duration
}

// mutants changes every comparison and every condition of an expression.
func (t *tree) mutants(unit time.Duration) []mutant {
	var out []mutant
	parts := t.calls("_<_", "_<=_", "_>_", "_>=_", "_==_", "_!=_")
	for i, part := range parts {
		out = append(out, t.compared(part, fmt.Sprintf("comparison-%d", i+1), unit)...)
	}
	for i, part := range t.calls(operators.LogicalAnd, operators.LogicalOr) {
		for j, arg := range part.AsCall().Args() {
			out = append(out, mutant{
				name: fmt.Sprintf("condition-%d-%s-dropped", i+1, []string{"left", "right"}[j]),
				what: "its part " + t.text(arg) + " is left out", text: t.replaced(part, t.text(part.AsCall().Args()[1-j])),
			})
		}
	}
	return out
}

// compared changes one comparison.
func (t *tree) compared(part ast.Expr, name string, unit time.Duration) []mutant {
	op := comparisons[part.AsCall().FunctionName()]
	left, right := t.text(part.AsCall().Args()[0]), t.text(part.AsCall().Args()[1])
	was := t.text(part)
	var out []mutant
	add := func(change, text string, size time.Duration) {
		out = append(out, mutant{name + "-" + change, was + " is read as " + text, t.replaced(part, text), size})
	}
	for _, other := range looser[op] {
		add(operatorNames[other], fmt.Sprintf("%s %s %s", left, other, right), 0)
	}
	for _, d := range distances(unit) {
		add("moved-up-"+d.name, fmt.Sprintf("%s %s %s + %s", left, op, right, d.text), d.size)
		add("moved-down-"+d.name, fmt.Sprintf("%s %s %s - %s", left, op, right, d.text), d.size)
	}
	if op != "==" && op != "!=" {
		add("as-text", fmt.Sprintf("string(%s) %s string(%s)", left, op, right), 0)
	}
	return out
}
