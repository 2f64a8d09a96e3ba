package rule

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"cel.dev/cel-go/cel"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// A Comparison is a part of an expression that compares two values which have an
// order. Just before, at and just after the point where its sides are equal is
// where an implementation is most likely wrong.
type Comparison struct {
	Op          string     // ==, !=, <, <=, > or >=
	Reads       [][]string // the members that either side reads, as [Expression.Reads] gives them
	Left, Right [][]string // the members that each side reads

	sides *sides
}

// sides are the programs of a comparison's sides, made when they are first asked
// for: only who plans requests needs them.
type sides struct {
	env         *Env
	ast         *celast.AST
	part        celast.Expr
	loops       bool
	once        sync.Once
	left, right cel.Program
	err         error
}

// Comparisons gives every comparison of ordered values (int, double, timestamp,
// duration, string; a size is an int) outside the bodies of loops, in the order in
// which they are written, outer ones first. Members of unknown kind count as ordered
// where the operator or the other side says so.
func (x *Expression) Comparisons() []Comparison { return x.survey.comparisons }

var comparing = map[string]string{
	operators.Equals: "==", operators.NotEquals: "!=",
	operators.Less: "<", operators.LessEquals: "<=",
	operators.Greater: ">", operators.GreaterEquals: ">=",
}

// compare notes a call that compares ordered values.
func (s *survey) compare(part celast.Expr) {
	call := part.AsCall()
	op, ok := comparing[call.FunctionName()]
	if !ok {
		return
	}
	left, right := s.order(call.Args()[0]), s.order(call.Args()[1])
	isEquality := op == "==" || op == "!="
	if left == unordered || right == unordered || isEquality && left == unsure && right == unsure {
		return
	}
	l, r := s.env.survey(s.ast, call.Args()[0]), s.env.survey(s.ast, call.Args()[1])
	both := paths{}
	for _, path := range slices.Concat(l.reads.sorted(), r.reads.sorted()) {
		both.add(path)
	}
	s.comparisons = append(s.comparisons, Comparison{
		Op: op, Reads: both.sorted(), Left: l.reads.sorted(), Right: r.reads.sorted(),
		sides: &sides{env: s.env, ast: s.ast, part: part, loops: l.loops || r.loops},
	})
}

type order int

const (
	unordered order = iota
	unsure
	ordered
)

func (s *survey) order(part celast.Expr) order {
	switch s.ast.GetType(part.ID()).Kind() {
	case types.IntKind, types.UintKind, types.DoubleKind, types.StringKind, types.TimestampKind, types.DurationKind:
		return ordered
	case types.DynKind:
		return unsure
	}
	return unordered
}

// String gives the comparison as CEL.
func (c Comparison) String() string {
	info := celast.CopySourceInfo(c.sides.ast.SourceInfo())
	for id, macro := range info.MacroCalls() {
		info.SetMacroCall(id, spelled(macro))
	}
	text, err := cel.ExprToString(spelled(c.sides.part), info)
	if err != nil {
		return c.Op
	}
	return text
}

// spelled is a copy in which names have the backticks that CEL writes none of.
func spelled(part celast.Expr) celast.Expr {
	factory := celast.NewExprFactory()
	part = factory.CopyExpr(part)
	celast.PostOrderVisit(part, celast.NewExprVisitor(func(part celast.Expr) {
		if part.Kind() != celast.SelectKind {
			return
		}
		selected := part.AsSelect()
		if selected.IsTestOnly() {
			part.SetKindCase(factory.NewPresenceTest(part.ID(), selected.Operand(), spell(selected.FieldName())))
			return
		}
		part.SetKindCase(factory.NewSelect(part.ID(), selected.Operand(), spell(selected.FieldName())))
	}))
	return part
}

// Sides evaluates both sides, to int64, float64, string, [time.Time] or
// [time.Duration]. The errors are those of [Expression.Holds].
func (c Comparison) Sides(in *Input) (left, right any, err error) {
	s := c.sides
	s.once.Do(s.compile)
	if s.err != nil {
		return nil, nil, s.err
	}
	if left, err = side(s.left, in); err != nil {
		return nil, nil, err
	}
	if right, err = side(s.right, in); err != nil {
		return nil, nil, err
	}
	return left, right, nil
}

func (s *sides) compile() {
	args := s.part.AsCall().Args()
	s.left, s.err = s.compileOne(args[0])
	if s.err == nil {
		s.right, s.err = s.compileOne(args[1])
	}
}

func (s *sides) compileOne(part celast.Expr) (cel.Program, error) {
	ast := celast.NewCheckedAST(celast.NewAST(part, s.ast.SourceInfo()), s.ast.TypeMap(), s.ast.ReferenceMap())
	return s.env.program(ast, s.loops)
}

func side(program cel.Program, in *Input) (any, error) {
	value, _, err := program.Eval((*activation)(in))
	if err != nil {
		return nil, reason(err)
	}
	return goForm(value)
}

func goForm(value ref.Val) (any, error) {
	switch v := value.(type) {
	case types.Int:
		return int64(v), nil
	case types.Uint:
		if v > math.MaxInt64 {
			return nil, errors.New("unsigned integer overflow")
		}
		return int64(v), nil
	case types.Double:
		return float64(v), nil
	case types.String:
		return string(v), nil
	case types.Timestamp:
		return v.Time, nil
	case types.Duration:
		return v.Duration, nil
	}
	return nil, fmt.Errorf("a value of kind %s has no order", value.Type().TypeName())
}
