package spec

import (
	"regexp"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/rule"
)

var ruleName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

var ruleKeys = []string{"id", "expression", "message", "source", "inferred", "readings", "unit"}

// rules compiles an operation's rules, each against its parameters' types.
func (l *loader) rules(op *Operation, a annotation) {
	list := a.in("rules")
	if !list.exists() {
		return
	}
	env, err := rule.NewEnv(op.ruleGroups())
	if err != nil {
		l.problem(list.at(), "the rules' variables cannot be declared: %v", err)
		return
	}
	for i := 0; list.index(i).exists(); i++ {
		l.rule(op, env, list.index(i))
	}
}

func (l *loader) rule(op *Operation, env *rule.Env, at cursor) {
	l.checkKeys(at, "a rule", ruleKeys)
	r := &Rule{Name: at.scalar("id"), Message: at.scalar("message"), Unit: l.duration(at, "unit"), At: at.in("id").at()}
	if !ruleName.MatchString(r.Name) {
		l.problem(r.At, "a rule's id must be words of lower-case letters and digits joined by '-', not %q", r.Name)
		return
	}
	r.ID = clause.ID(op.ID, "rule", r.Name)
	if r.Message == "" {
		l.problem(at.at(), "rule %s has no message: say what a caller has to keep to", r.Name)
	}
	expression := at.in("expression")
	if at.scalar("expression") == "" {
		l.problem(at.at(), "rule %s has no expression", r.Name)
		return
	}
	if r.Holds = l.expression(env, r, expression); r.Holds == nil {
		return
	}
	for i := 0; at.in("readings").index(i).exists(); i++ {
		if reading := l.expression(env, r, at.in("readings").index(i)); reading != nil {
			r.Readings = append(r.Readings, reading)
		}
	}
	s := scope{op: op, source: inherit(l.source(at.in("source")), op.Source)}
	if at.step("inferred").exists() {
		s.inferred = map[string]string{r.Name: l.reason(at, "inferred")}
	}
	l.clause(s, r.ID, r.At, r.Message)
	op.Rules = append(op.Rules, r)
}

// expression compiles one expression of a rule and examines it.
func (l *loader) expression(env *rule.Env, r *Rule, at cursor) *rule.Expression {
	if at.node == nil {
		return nil
	}
	x, problems := env.Compile(strings.TrimSpace(at.node.Value))
	for _, p := range problems {
		l.problem(at.at(), "rule %s, column %d of the expression: %s", r.Name, p.Column, p.Message)
	}
	if x == nil {
		return nil
	}
	switch e := env.Examine(x); {
	case e.Failure != nil && e.Failure.Absence:
		l.problem(at.at(), "rule %s %s", r.Name, e.Failure.Message)
	case e.Failure != nil:
		l.warn(at.at(), "rule %s %s", r.Name, e.Failure.Message)
	case e.Triviality == rule.NeverHolds && e.Proven:
		l.problem(at.at(), "rule %s forbids every request: nothing satisfies %s", r.Name, x)
	case e.Triviality == rule.AlwaysHolds && e.Proven:
		l.problem(at.at(), "rule %s forbids nothing: no request breaks %s", r.Name, x)
	case e.Triviality == rule.NeverHolds:
		l.warn(at.at(), "rule %s may forbid every request: no sample satisfies %s", r.Name, x)
	case e.Triviality == rule.AlwaysHolds:
		l.warn(at.at(), "rule %s may forbid nothing: no sample breaks %s", r.Name, x)
	}
	return x
}

// ruleGroups declares the variables of an operation's rules.
func (op *Operation) ruleGroups() []rule.Field {
	groups := make([]rule.Field, 0, 5)
	for _, in := range []string{"path", "query", "header", "cookie"} {
		object := rule.Type{Kind: rule.Object}
		for _, p := range op.Parameters {
			if p.In == in {
				object.Fields = append(object.Fields, p.Schema.ruleField(p.Name, p.Required))
			}
		}
		groups = append(groups, rule.Field{Name: in, Type: &object, Required: true})
	}
	body := rule.Field{Name: "body", Type: &rule.Type{Kind: rule.Any}}
	if op.Body != nil {
		if m := JSON(op.Body.Content); m != nil && m.Schema != nil {
			body = m.Schema.ruleField("body", op.Body.Required)
		}
	}
	return append(groups, body)
}

func (s *Schema) ruleField(name string, required bool) rule.Field {
	f := rule.Field{
		Name: name, Required: required, Type: s.ruleType(),
		Accepts: func(v any) bool { return len(s.Check(plainTime(v))) == 0 },
	}
	for _, v := range s.Enum {
		f.Domain = append(f.Domain, s.Typed(v))
	}
	if f.Domain == nil {
		f.Samples = s.ruleSamples()
	}
	return f
}

// plainTime gives the text of a time, which is what schemas describe.
func plainTime(v any) any {
	if t, ok := v.(time.Time); ok {
		return t.Format(time.RFC3339Nano)
	}
	return v
}

func (s *Schema) ruleType() *rule.Type {
	if s == nil || s.Composed != nil || s.Nullable {
		return &rule.Type{Kind: rule.Any}
	}
	switch s.Type {
	case "boolean":
		return &rule.Type{Kind: rule.Bool}
	case "integer":
		return &rule.Type{Kind: rule.Int}
	case "number":
		return &rule.Type{Kind: rule.Double}
	case "string":
		if s.Format == "date-time" {
			return &rule.Type{Kind: rule.Timestamp}
		}
		return &rule.Type{Kind: rule.String}
	case "array":
		return &rule.Type{Kind: rule.List, Elem: s.Items.ruleType()}
	case "object":
		if len(s.Members) == 0 {
			return &rule.Type{Kind: rule.Any}
		}
		t := &rule.Type{Kind: rule.Object}
		for _, m := range s.Members {
			t.Fields = append(t.Fields, m.Schema.ruleField(m.Name, m.Required))
		}
		return t
	default:
		return &rule.Type{Kind: rule.Any}
	}
}

// sampleEpoch is where sample times start: any fixed time does.
var sampleEpoch = time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)

// ruleSamples gives a few valid values for a rule to be evaluated on when the
// contract is loaded.
func (s *Schema) ruleSamples() []any {
	switch {
	case s.Type == "integer" || s.Type == "number":
		low, high := 0.0, 1000.0
		if s.Minimum != nil {
			low = *s.Minimum
		}
		if s.Maximum != nil {
			high = *s.Maximum
		}
		return []any{s.typedNumber(low), s.typedNumber((low + high) / 2), s.typedNumber(high)}
	case s.Format == "date-time":
		return []any{sampleEpoch, sampleEpoch.Add(time.Second), sampleEpoch.AddDate(0, 0, 1), sampleEpoch.AddDate(20, 0, 0)}
	default:
		return nil
	}
}
