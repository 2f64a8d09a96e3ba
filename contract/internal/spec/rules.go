package spec

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/source"
)

var ruleName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// maxRules bounds the expressions of a contract: each is examined when it is
// loaded, for up to a fifth of a second.
const maxRules = 500

var ruleKeys = []string{"id", "expression", "message", "source", "inferred", "readings", "unit", "status"}

// rules compiles an operation's rules, each against its parameters' types.
func (l *loader) rules(op *Operation, a annotation) {
	list := a.in("rules")
	if !list.exists() {
		return
	}
	if list.node.Kind() != source.Sequence {
		l.problem(list.at(), "rules must be a list of mappings, each with id, expression and message")
		return
	}
	env, err := rule.NewEnv(op.ruleGroups())
	if err != nil {
		if len(l.problems) == 0 { // else it is the consequence of one
			l.problem(list.at(), "the rules' variables cannot be declared: %v", err)
		}
		return
	}
	for _, at := range list.children() {
		if l.rulesRead++; l.rulesRead > maxRules {
			l.problem(at.at(), "the contract has more than %d expressions in rules: split it", maxRules)
			return
		}
		l.rule(op, env, at)
	}
}

func (l *loader) rule(op *Operation, env *rule.Env, at cursor) {
	if at.node.Kind() != source.Mapping {
		l.problem(at.at(), "a rule must be a mapping with id, expression and message")
		return
	}
	l.checkKeys(at, "a rule", ruleKeys)
	r := &Rule{Name: at.scalar("id"), Message: at.scalar("message"), Unit: l.duration(at, "unit"), At: at.in("id").at()}
	if !ruleName.MatchString(r.Name) {
		l.problem(r.At, "a rule's id must be words of lower-case letters and digits joined by '-', not %q", r.Name)
		return
	}
	r.ID = clause.ID(op.ID, "rule", r.Name)
	if other := l.contract.byID[r.ID]; other != nil {
		l.problem(r.At, "the clause id %s is also made at %s: rename one of the two", r.ID, other.At)
		return
	}
	if r.Message == "" {
		l.problem(at.at(), "rule %s has no message: say what a caller has to keep to", r.Name)
	}
	expression := at.in("expression")
	if at.scalar("expression") == "" {
		l.problem(at.at(), "rule %s has no expression", r.Name)
		return
	}
	if r.Holds = l.expression(op, env, r, expression); r.Holds == nil {
		return
	}
	l.readings(op, env, r, at.in("readings"))
	s := scope{op: op, source: inherit(l.source(at.in("source")), op.Source), pin: cmp.Or(l.status(at), l.pin)}
	if !at.step("inferred").exists() && !at.step("source").exists() {
		l.unsourced(op, r.At, "rule "+r.Name)
	}
	if at.step("inferred").exists() {
		s.inferred = map[string]string{r.Name: l.reason(at, "inferred")}
	}
	l.clause(s, r.ID, r.At, r.Message)
	op.Rules = append(op.Rules, r)
}

func (l *loader) readings(op *Operation, env *rule.Env, r *Rule, at cursor) {
	if at.exists() && at.node.Kind() != source.Sequence {
		l.problem(at.at(), "readings must be a list of expressions")
		return
	}
	for _, c := range at.children() {
		if l.rulesRead++; l.rulesRead > maxRules {
			l.problem(c.at(), "the contract has more than %d expressions in rules: split it", maxRules)
			return
		}
		if reading := l.expression(op, env, r, c); reading != nil {
			r.Readings = append(r.Readings, reading)
		}
	}
}

// expression compiles one expression of a rule and examines it.
func (l *loader) expression(op *Operation, env *rule.Env, r *Rule, at cursor) *rule.Expression {
	if strings.TrimSpace(at.node.Text()) == "" {
		l.problem(at.at(), "rule %s: an expression must be a text in CEL", r.Name)
		return nil
	}
	x, problems := env.Compile(strings.TrimSpace(at.node.Text()))
	for _, p := range problems {
		l.problem(at.at(), "rule %s, column %d of the expression: %s", r.Name, p.Column, p.Message)
	}
	if x == nil {
		return nil
	}
	if p, ok := op.readsCredential(x); ok {
		l.problem(at.at(), "rule %s reads %s (%s), which is the credential of the security scheme %s: the credential alone decides it",
			r.Name, p.name, p.in, p.scheme)
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
		object := rule.Type{Kind: rule.Object, Fields: op.credentialFields(in)}
		for _, p := range op.Parameters {
			if p.In == in {
				object.Fields = append(object.Fields, p.Schema.ruleField(p.Name, p.Required))
			}
		}
		groups = append(groups, rule.Field{Name: in, Type: &object, Required: true})
	}
	body := rule.Field{Name: "body", Type: &rule.Type{Kind: rule.Any}}
	if s := op.Body.Schema(); s != nil {
		body = s.ruleField("body", op.Body.Required)
	}
	return append(groups, body)
}

func (s *Schema) ruleField(name string, required bool) rule.Field {
	f := rule.Field{
		Name: name, Required: required, Type: s.ruleType(),
		Accepts: func(v any) bool { return len(s.Check(plainTimes(v))) == 0 },
	}
	for _, v := range s.Enum {
		f.Domain = append(f.Domain, s.Typed(v))
	}
	if f.Domain == nil {
		f.Samples = s.ruleSamples()
	}
	return f
}

func (s *Schema) ruleType() *rule.Type {
	if s == nil || s.Composed != nil || s.Nullable {
		return &rule.Type{Kind: rule.Any}
	}
	if s.Object() {
		return s.objectType()
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
	default:
		return &rule.Type{Kind: rule.Any}
	}
}

func (s *Schema) objectType() *rule.Type {
	if len(s.Members) == 0 {
		return &rule.Type{Kind: rule.Any}
	}
	t := &rule.Type{Kind: rule.Object}
	for _, m := range s.Members {
		t.Fields = append(t.Fields, m.Schema.ruleField(m.Name, m.Required))
	}
	return t
}

// RuleEnv returns the environment that the operation's rules are compiled in, for
// who makes further expressions over the same request.
func (op *Operation) RuleEnv() (*rule.Env, error) { return rule.NewEnv(op.ruleGroups()) }
