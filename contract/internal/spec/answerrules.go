package spec

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"github.com/apiclause/clause/contract/internal/rule"
)

// AnswerRule is a dependency of an answer on its request, or between the parts of an
// answer. It is about successes alone.
type AnswerRule struct {
	*Rule

	// When limits the successes that the rule is about; nil means all.
	When *rule.Expression
	// Convention tells that no contract states the rule: it is inferred. nil where one
	// does.
	Convention *Convention
}

// Convention is what an inferred answer rule has beside what others have.
type Convention struct {
	// Parameter is the name of the one in the query that the rule is about; "" where it
	// is about none.
	Parameter string
	// Among limits what the rule looks at of a list; nil means all of it.
	Among *Among
	// Things is how many things a list must have for an answer to break the rule; 0 where
	// it hangs on the request.
	Things int
}

// Among limits what a rule looks at of a list to the things that the run made: what
// others made may be there for reasons that nobody knows.
type Among struct {
	// Items leads to the list in the answer, and ID is the member that names a thing.
	Items []string
	ID    string
	// Ordered is the member whose order the rule is about; "" where it is about none.
	// Texts that collations order differently are not looked at then. Either tells that
	// the other order will do, too.
	Ordered string
	Either  bool
}

// About gives the expression that limits the successes that the rule is about, as it is
// written; "" where it is about all.
func (r *AnswerRule) About() string {
	if r.When == nil {
		return ""
	}
	return r.When.String()
}

// answerRules compiles what an operation states of its successes. The responses have
// been read.
func (l *loader) answerRules(op *Operation, a annotation) {
	l.eachRule(a, &rulesOfAnswers, op.AnswerEnv, func(env *rule.Env, at cursor) {
		r := l.stated(op, env, at, &rulesOfAnswers)
		if r == nil {
			return
		}
		out := &AnswerRule{Rule: r}
		if when := at.in("when"); at.step("when").exists() {
			if out.When = l.compiled(op, env, r, when, &rulesOfAnswers); out.When == nil {
				return
			}
			l.evaluable(env, r, out.When, when, &rulesOfAnswers)
		}
		op.Answers = append(op.Answers, out)
	})
}

// AnswerEnv returns the environment that rules about the operation's successes are
// compiled in: the variables of its requests, and status, answer and answerHeader.
func (op *Operation) AnswerEnv() (*rule.Env, error) {
	successes := op.successes()
	status := rule.Field{
		Name: "status", Required: true, Type: &rule.Type{Kind: rule.Int}, Samples: []any{int64(http.StatusOK), int64(http.StatusCreated)},
		Accepts: func(v any) bool { n, ok := v.(int64); return ok && n/100 == 2 },
	}
	groups := append(op.ruleGroups(), status, answerHeaders(successes))
	if s, documented := answerSchema(successes); documented {
		answer := rule.Field{Name: "answer", Type: &rule.Type{Kind: rule.Any}}
		if s != nil {
			answer = s.ruleField("answer", true)
		}
		groups = append(groups, answer)
	}
	return rule.NewEnv(groups)
}

// AnswerSchema returns the schema that types the variable answer; nil where it has
// no type: where several successes are documented in JSON, or none is.
func (op *Operation) AnswerSchema() *Schema {
	s, _ := answerSchema(op.successes())
	return s
}

// successes are the responses that answer rules are about.
func (op *Operation) successes() []*Response {
	var out []*Response
	for _, r := range op.Responses {
		if r.Status[0] == '2' {
			out = append(out, r)
		}
	}
	if r := op.Response("200"); out == nil && r != nil {
		out = append(out, r) // it is the default
	}
	return out
}

// answerSchema gives the schema of the one body in JSON among the responses, and
// whether there is such a body at all.
func answerSchema(responses []*Response) (s *Schema, documented bool) {
	n := 0
	for _, r := range responses {
		if m := spelledJSON(r.Content); m != nil {
			s, documented = m.Schema, true
			n++
		}
	}
	if n > 1 {
		return nil, true
	}
	return s, documented
}

// answerHeaders declares the headers that successes are documented to have. One that
// is documented twice has no type.
func answerHeaders(responses []*Response) rule.Field {
	fields := map[string]rule.Field{}
	for _, r := range responses {
		for _, p := range r.Headers {
			name := http.CanonicalHeaderKey(p.Name)
			field := p.Schema.ruleField(name, p.Required && len(responses) == 1)
			if _, twice := fields[name]; twice {
				field = rule.Field{Name: name, Type: &rule.Type{Kind: rule.Any}}
			}
			fields[name] = field
		}
	}
	object := rule.Type{Kind: rule.Object}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		object.Fields = append(object.Fields, fields[name])
	}
	return rule.Field{Name: "answerHeader", Required: true, Type: &object}
}

// AnswerHeaders gives the values of a success's headers as rules read them. What
// cannot be read is not there.
func (r *Response) AnswerHeaders(h http.Header) map[string]any {
	out := map[string]any{}
	for _, p := range r.Headers {
		name := http.CanonicalHeaderKey(p.Name)
		lines := h.Values(name)
		if len(lines) == 0 {
			continue
		}
		if value, found, ok := p.ReadHeader(lines); ok && len(found) == 0 && value != nil {
			out[name] = Evaluable(p.Schema.Typed(value))
		}
	}
	return out
}

// Evaluable gives a value in the forms that rules are evaluated on: a number that no
// schema types is an integer if it is written as one.
func Evaluable(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = Evaluable(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, member := range v {
			out[name] = Evaluable(member)
		}
		return out
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := Float(v)
		return f
	}
	return v
}

// ReadsAny reports whether the rule, or what limits it, reads what stands at a path or
// below it, or all that it stands in.
func (r *AnswerRule) ReadsAny(path ...string) bool {
	every := r.EveryReading()
	if r.When != nil {
		every = append(every, r.When)
	}
	return slices.ContainsFunc(every, func(x *rule.Expression) bool { return rule.ReadsAny(x.Reads(), path...) })
}
