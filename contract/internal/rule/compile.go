package rule

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
)

// An Expression is a compiled rule. It is safe for concurrent use.
type Expression struct {
	source  string
	program cel.Program
	survey  *survey
}

// Compile checks an expression against the members of the environment and makes
// it ready to evaluate. If it has problems the expression is nil; they come in
// the order of their places.
func (e *Env) Compile(expression string) (*Expression, []Problem) {
	if problem := tooLong(expression); problem != nil {
		return nil, []Problem{*problem}
	}
	parsed, issues := e.cel.Parse(expression)
	if issues.Err() != nil {
		return nil, syntaxProblems(issues)
	}
	checked, issues := e.cel.Check(parsed)
	if issues.Err() != nil {
		return nil, e.checkProblems(expression)
	}
	if output := checked.OutputType(); !output.IsExactType(cel.BoolType) {
		return nil, []Problem{{1, 1, "the expression gives " + typeName(output) + ", not bool: a rule is a condition"}}
	}
	ast := checked.NativeRep()
	found := e.survey(ast, ast.Expr())
	program, err := e.program(ast, found.loops)
	if err != nil {
		return nil, []Problem{{1, 1, err.Error()}}
	}
	return &Expression{source: expression, program: program, survey: found}, nil
}

// program plans the evaluation of an expression. Counting what it costs makes it
// three times slower, so it is done only where the cost is not bounded by the
// length of the expression: in loops, and where a list is gone through.
func (e *Env) program(ast *celast.AST, loops bool) (cel.Program, error) {
	options := []cel.ProgramOption{
		cel.EvalOptions(cel.OptOptimize), // duration("720h") is parsed here, once
		cel.CustomDecoratorV2(bounded),
	}
	if loops {
		options = append(options, cel.CostLimit(maxCost), cel.CostTracking(costs{}))
	}
	return e.cel.PlanProgram(ast, options...) //nolint:wrapcheck // a Problem says the same, at the place of the rule
}

// Holds evaluates the rule for one request. It is an [AbsentError] if the rule
// read a member that the request does not have, and another error if a value is
// not of its kind, on division by zero, on integer overflow, and if the
// evaluation cost too much.
func (x *Expression) Holds(in *Input) (bool, error) {
	holds, _, err := x.eval(in)
	return holds, err
}

// eval also gives what the evaluation cost, if that was counted.
func (x *Expression) eval(in *Input) (holds bool, cost uint64, err error) {
	value, details, err := x.program.Eval((*activation)(in))
	if c := details.ActualCost(); c != nil {
		cost = *c
	}
	if err != nil {
		return false, cost, reason(err)
	}
	result, ok := value.(types.Bool)
	if !ok {
		return false, cost, fmt.Errorf("the expression gave %s, not bool", value.Type().TypeName())
	}
	return bool(result), cost, nil
}

// String gives the expression as it was written.
func (x *Expression) String() string { return x.source }

// Reads gives the paths of the members that the expression reads, those that are
// only tested by has() included, such as [query limit] or [body window from];
// sorted, each once, by their real names. What is read of a list's items counts
// as the list. The slices are not to be changed.
func (x *Expression) Reads() [][]string { return x.survey.reads.sorted() }

// Presences gives the paths that has() tests, sorted, each once.
func (x *Expression) Presences() [][]string { return x.survey.tested.sorted() }

// UsesNow tells whether the expression reads the time of the request.
func (x *Expression) UsesNow() bool { return x.survey.now }

// Durations gives the durations that the expression names, in the order in which
// they are written.
func (x *Expression) Durations() []time.Duration {
	var out []time.Duration
	for _, literal := range x.survey.literals {
		if d, ok := literal.(time.Duration); ok {
			out = append(out, d)
		}
	}
	return out
}

// activation lets CEL read an Input without copying it.
type activation Input

func (a *activation) ResolveName(name string) (any, bool) {
	return (*Input)(a).Part(name)
}

func (a *activation) Parent() cel.Activation { return nil }

// reason gives an evaluation's error without CEL's wrapping.
func reason(err error) error {
	if absent, ok := errors.AsType[*AbsentError](err); ok {
		return absent
	}
	value, ok := errors.AsType[*types.Err](err)
	if !ok {
		return err
	}
	if strings.HasPrefix(value.Error(), "no such overload") {
		return errUnfit
	}
	return errors.Unwrap(value)
}

// paths is a set of paths.
type paths map[string][]string

func (s paths) add(path []string) { s[strings.Join(path, "\x00")] = path }

func (s paths) has(path []string) bool { return s[strings.Join(path, "\x00")] != nil }

func (s paths) sorted() [][]string {
	sorted := make([][]string, 0, len(s))
	for _, path := range s {
		sorted = append(sorted, path)
	}
	slices.SortFunc(sorted, slices.Compare)
	return sorted
}
