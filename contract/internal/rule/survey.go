package rule

import (
	"strings"
	"time"

	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// A survey is what a walk over a checked expression finds.
type survey struct {
	env *Env
	ast *celast.AST

	reads  paths // every member named
	tested paths // the members named in has()
	used   paths // the members named elsewhere
	now    bool
	loops  bool // has all(), exists(), filter(), map(), or goes through a list otherwise
	sizes  bool // calls size()
	sorts  bool // calls isSorted() or isSortedDescending()

	comparisons []Comparison
	literals    []any // Go forms, and time.Duration

	// A loop's own variables hide those of the environment.
	hidden map[string]int
	inLoop bool
}

func (e *Env) survey(ast *celast.AST, part celast.Expr) *survey {
	s := &survey{env: e, ast: ast, reads: paths{}, tested: paths{}, used: paths{}, hidden: map[string]int{}}
	s.visit(part)
	return s
}

func (s *survey) visit(part celast.Expr) {
	if place, ok := s.place(part); ok {
		s.note(part, place.path)
		return
	}
	switch part.Kind() {
	case celast.IdentKind:
		s.now = s.now || s.global(part) == requestTime.name
	case celast.LiteralKind:
		s.literal(part)
	case celast.SelectKind:
		s.visit(part.AsSelect().Operand())
	case celast.CallKind:
		s.visitCall(part)
	case celast.ListKind:
		s.visitAll(part.AsList().Elements())
	case celast.MapKind:
		for _, entry := range part.AsMap().Entries() {
			s.visit(entry.AsMapEntry().Key())
			s.visit(entry.AsMapEntry().Value())
		}
	case celast.StructKind:
		for _, field := range part.AsStruct().Fields() {
			s.visit(field.AsStructField().Value())
		}
	case celast.ComprehensionKind:
		s.visitLoop(part.AsComprehension())
	}
}

func (s *survey) visitAll(parts []celast.Expr) {
	for _, part := range parts {
		s.visit(part)
	}
}

func (s *survey) visitCall(part celast.Expr) {
	call := part.AsCall()
	if !s.inLoop {
		s.compare(part)
	}
	s.sizes = s.sizes || call.FunctionName() == "size"
	if _, sorts := sorting[call.FunctionName()]; sorts {
		s.loops, s.sorts = true, true
	}
	if call.IsMemberFunction() {
		s.visit(call.Target())
	}
	s.visitAll(call.Args())
}

func (s *survey) visitLoop(loop celast.ComprehensionExpr) {
	s.loops = true
	s.visit(loop.IterRange())
	own := []string{loop.IterVar(), loop.IterVar2(), loop.AccuVar()}
	for _, name := range own {
		s.hidden[name]++
	}
	outer := s.inLoop
	s.inLoop = true
	s.visitAll([]celast.Expr{loop.AccuInit(), loop.LoopCondition(), loop.LoopStep(), loop.Result()})
	s.inLoop = outer
	for _, name := range own {
		s.hidden[name]--
	}
}

func (s *survey) note(part celast.Expr, path []string) {
	s.reads.add(path)
	if part.Kind() == celast.SelectKind && part.AsSelect().IsTestOnly() {
		s.tested.add(path)
		return
	}
	s.used.add(path)
}

// A place is a part of the input that an expression names.
type place struct {
	path []string
	typ  *Type
}

// place resolves a chain of names from a variable down.
func (s *survey) place(part celast.Expr) (place, bool) {
	switch part.Kind() {
	case celast.IdentKind:
		if root := s.env.roots[s.global(part)]; root != nil {
			return place{[]string{root.Name}, root.Type}, true
		}
	case celast.SelectKind:
		if outer, ok := s.place(part.AsSelect().Operand()); ok {
			return outer.member(part.AsSelect().FieldName())
		}
	case celast.CallKind:
		return s.indexed(part.AsCall())
	}
	return place{}, false
}

// indexed resolves body["name"], which a part of unknown kind may be read by.
func (s *survey) indexed(call celast.CallExpr) (place, bool) {
	if call.FunctionName() != operators.Index || call.Args()[1].Kind() != celast.LiteralKind {
		return place{}, false
	}
	name, isString := call.Args()[1].AsLiteral().(types.String)
	outer, ok := s.place(call.Args()[0])
	if !isString || !ok || outer.typ.kind() != Any {
		return place{}, false
	}
	return outer.member(string(name))
}

func (p place) member(name string) (place, bool) {
	switch p.typ.kind() {
	case Any:
		return place{join(p.path, name), nil}, true
	case Object:
		if field := p.typ.find(name); field != nil {
			return place{join(p.path, field.Name), field.Type}, true
		}
	}
	return place{}, false
}

// global gives the name of an identifier that no loop variable hides, else "". A
// dot in front reaches past the loop variables.
func (s *survey) global(part celast.Expr) string {
	name := part.AsIdent()
	if global, ok := strings.CutPrefix(name, "."); ok {
		return global
	}
	if s.hidden[name] > 0 {
		return ""
	}
	return name
}

// literal keeps a constant: values near it are those that decide.
func (s *survey) literal(part celast.Expr) {
	switch v := part.AsLiteral().(type) {
	case types.Int:
		s.literals = append(s.literals, int64(v))
	case types.Double:
		s.literals = append(s.literals, float64(v))
	case types.String:
		s.literals = append(s.literals, string(v))
		if d, err := time.ParseDuration(string(v)); err == nil {
			s.literals = append(s.literals, d)
		}
		if t, err := time.Parse(time.RFC3339, string(v)); err == nil {
			s.literals = append(s.literals, t)
		}
	}
}
