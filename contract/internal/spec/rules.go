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

// ruleKind says what the rules under a key of x-contract are about.
type ruleKind struct {
	// list is the key, word what a message calls one, place what stands before its name
	// in the id of its clause.
	list, word, place string
	keys              []string
	// about is what one is asked of, and who has to keep to it.
	about, who string
}

var (
	rulesOfRequests = ruleKind{
		list: "rules", word: "rule", place: "rule", about: "request", who: "a caller",
		keys: []string{"id", "expression", "message", "source", "inferred", "readings", "unit", "status"},
	}
	rulesOfAnswers = ruleKind{
		list: "answers", word: "answer rule", place: "answers", about: "answer", who: "an answer",
		keys: []string{"id", "expression", "message", "when", "source", "inferred", "readings"},
	}
)

// rules compiles an operation's rules, each against its parameters' types.
func (l *loader) rules(op *Operation, a annotation) {
	l.eachRule(a, &rulesOfRequests, op.RuleEnv, func(env *rule.Env, at cursor) {
		if r := l.stated(op, env, at, &rulesOfRequests); r != nil {
			op.Rules = append(op.Rules, r)
		}
	})
}

// eachRule goes through the list of one kind of rules.
func (l *loader) eachRule(a annotation, kind *ruleKind, declare func() (*rule.Env, error), each func(env *rule.Env, at cursor)) {
	list := a.in(kind.list)
	if !list.exists() {
		return
	}
	if list.node.Kind() != source.Sequence {
		l.problem(list.at(), "%s must be a list of mappings, each with id, expression and message", kind.list)
		return
	}
	env, err := declare()
	if err != nil {
		if len(l.problems) == 0 { // else it is the consequence of one
			l.problem(list.at(), "the variables of %s cannot be declared: %v", kind.list, err)
		}
		return
	}
	for _, at := range list.children() {
		if !l.anotherRule(at) {
			return
		}
		if at.node.Kind() != source.Mapping {
			l.problem(at.at(), "%s must be a mapping with id, expression and message", indefinite(kind.word))
			continue
		}
		each(env, at)
	}
}

// anotherRule reports whether one more expression may be read.
func (l *loader) anotherRule(at cursor) bool {
	l.rulesRead++
	if l.rulesRead > maxRules {
		l.problem(at.at(), "the contract has more than %d expressions in rules: split it", maxRules)
	}
	return l.rulesRead <= maxRules
}

// stated reads a rule and makes its clause; nil where it cannot be used.
func (l *loader) stated(op *Operation, env *rule.Env, at cursor, kind *ruleKind) *Rule {
	l.checkKeys(at, indefinite(kind.word), kind.keys)
	r := &Rule{Name: at.scalar("id"), Message: at.scalar("message"), Unit: l.duration(at, "unit"), At: at.in("id").at()}
	if !ruleName.MatchString(r.Name) {
		l.problem(r.At, "%s's id must be words of lower-case letters and digits joined by '-', not %q", indefinite(kind.word), r.Name)
		return nil
	}
	r.ID = clause.ID(op.ID, kind.place, r.Name)
	if other := l.contract.byID[r.ID]; other != nil {
		l.problem(r.At, "the clause id %s is also made at %s: rename one of the two", r.ID, other.At)
		return nil
	}
	if r.Message == "" {
		l.problem(at.at(), "%s %s has no message: say what %s has to keep to", kind.word, r.Name, kind.who)
	}
	expression := at.in("expression")
	if at.scalar("expression") == "" {
		l.problem(at.at(), "%s %s has no expression", kind.word, r.Name)
		return nil
	}
	if r.Holds = l.expression(op, env, r, expression, kind); r.Holds == nil {
		return nil
	}
	l.readings(op, env, r, at.in("readings"), kind)
	s := scope{op: op, source: inherit(l.source(at.in("source")), op.Source)}
	if kind == &rulesOfRequests {
		s.pin = cmp.Or(l.status(at), l.pin)
	}
	if !at.step("inferred").exists() && !at.step("source").exists() {
		l.unsourced(op, r.At, kind.word+" "+r.Name)
	}
	if at.step("inferred").exists() {
		s.inferred = map[string]string{r.Name: l.reason(at, "inferred")}
	}
	l.clause(s, r.ID, r.At, r.Message)
	return r
}

// indefinite gives a word with its article.
func indefinite(word string) string {
	if strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}

func (l *loader) readings(op *Operation, env *rule.Env, r *Rule, at cursor, kind *ruleKind) {
	if at.exists() && at.node.Kind() != source.Sequence {
		l.problem(at.at(), "readings must be a list of expressions")
		return
	}
	for _, c := range at.children() {
		if !l.anotherRule(c) {
			return
		}
		if reading := l.expression(op, env, r, c, kind); reading != nil {
			r.Readings = append(r.Readings, reading)
		}
	}
}

// expression compiles one expression of a rule and examines it.
func (l *loader) expression(op *Operation, env *rule.Env, r *Rule, at cursor, kind *ruleKind) *rule.Expression {
	x := l.compiled(op, env, r, at, kind)
	if x == nil {
		return nil
	}
	switch e := l.evaluable(env, r, x, at, kind); {
	case e.Failure != nil:
	case e.Triviality == rule.NeverHolds && e.Proven:
		l.problem(at.at(), "%s %s forbids every %s: nothing satisfies %s", kind.word, r.Name, kind.about, x)
	case e.Triviality == rule.AlwaysHolds && e.Proven:
		l.problem(at.at(), "%s %s forbids nothing: no %s breaks %s", kind.word, r.Name, kind.about, x)
	case e.Triviality == rule.NeverHolds:
		l.warn(at.at(), "%s %s may forbid every %s: no sample satisfies %s", kind.word, r.Name, kind.about, x)
	case e.Triviality == rule.AlwaysHolds:
		l.warn(at.at(), "%s %s may forbid nothing: no sample breaks %s", kind.word, r.Name, x)
	}
	return x
}

// evaluable examines an expression, and says where it cannot be evaluated.
func (l *loader) evaluable(env *rule.Env, r *Rule, x *rule.Expression, at cursor, kind *ruleKind) rule.Examination {
	e := env.Examine(x)
	switch {
	case e.Failure != nil && e.Failure.Absence:
		l.problem(at.at(), "%s %s %s", kind.word, r.Name, e.Failure.Message)
	case e.Failure != nil:
		l.warn(at.at(), "%s %s %s", kind.word, r.Name, e.Failure.Message)
	}
	return e
}

// compiled compiles one expression of a rule; nil where it cannot be used.
func (l *loader) compiled(op *Operation, env *rule.Env, r *Rule, at cursor, kind *ruleKind) *rule.Expression {
	if strings.TrimSpace(at.node.Text()) == "" {
		l.problem(at.at(), "%s %s: an expression must be a text in CEL", kind.word, r.Name)
		return nil
	}
	x, problems := env.Compile(strings.TrimSpace(at.node.Text()))
	for _, p := range problems {
		l.problem(at.at(), "%s %s, column %d of the expression: %s", kind.word, r.Name, p.Column, p.Message)
	}
	if x == nil {
		return nil
	}
	if p, ok := op.readsCredential(x); ok {
		l.problem(at.at(), "%s %s reads %s (%s), which is the credential of the security scheme %s: the credential alone decides it",
			kind.word, r.Name, p.name, p.in, p.scheme)
		return nil
	}
	return x
}

// ruleGroups declares the variables of an operation's rules.
func (op *Operation) ruleGroups() []rule.Field {
	groups := make([]rule.Field, 0, 5)
	for _, in := range rule.Parameters() {
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
