package spec

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/idl"
	"github.com/apiclause/clause/contract/internal/rule"
)

// dependencyKey is the extension under which descriptions state dependencies
// between parameters in IDL.
const dependencyKey = "x-dependencies"

// dependencies makes rules of what an operation states in IDL. What cannot be read
// is a warning, and makes the operation loose: x-dependencies is not ours, and a
// description must not be refused for it.
func (l *loader) dependencies(op *Operation, at cursor) {
	list := at.in(dependencyKey)
	if !list.exists() {
		return
	}
	env, err := rule.NewEnv(op.ruleGroups())
	if err != nil {
		l.loosen(op, list.at(), "the variables of its rules cannot be declared: %v", err)
		return
	}
	d := dependencies{loader: l, op: op, env: env, seen: map[string]bool{}}
	if text := at.scalar(dependencyKey); text != "" {
		d.read(text, list.at())
		return
	}
	for i, c := range list.children() {
		text := list.scalar(strconv.Itoa(i))
		if text == "" {
			l.loosen(op, c.at(), "it must be a list of texts in IDL, such as ZeroOrOne(a, b)")
			return
		}
		d.read(text, c.at())
	}
}

// loosen warns of what could not be read, and what that costs.
func (l *loader) loosen(op *Operation, at clause.Location, format string, args ...any) {
	op.Loose = true
	l.warn(at, dependencyKey+": %s: which optional parameters may stand together is not known, and requests with several are not demanded",
		fmt.Sprintf(format, args...))
}

// dependencies are those of one operation.
type dependencies struct {
	*loader

	op   *Operation
	env  *rule.Env
	seen map[string]bool // the expressions of those before
}

func (d *dependencies) read(text string, at clause.Location) {
	for _, s := range idl.Parse(text) {
		if s.Expr == nil {
			d.unread(s, at, "%s", s.Problem)
			continue
		}
		d.rule(s, at)
	}
}

const maxQuoted = 120 // bytes of a statement in a message

func (d *dependencies) unread(s idl.Dependency, at clause.Location, format string, args ...any) {
	text := s.Text
	if len(text) > maxQuoted {
		text = strings.ToValidUTF8(text[:maxQuoted-3], "") + "..."
	}
	d.loosen(d.op, at, "%q is not understood, %s", text, fmt.Sprintf(format, args...))
}

// rule makes a rule of one statement.
func (d *dependencies) rule(s idl.Dependency, at clause.Location) {
	if d.rulesRead++; d.rulesRead > maxRules {
		d.unread(s, at, "the contract has more than %d expressions in rules", maxRules)
		return
	}
	holds, reading := translation{op: d.op}, translation{op: d.op, strict: true}
	expression := holds.condition(s.Expr, true)
	if holds.problem != "" {
		d.unread(s, at, "%s", holds.problem)
		return
	}
	if d.seen[expression] {
		d.warn(at, "%s: %q is stated twice", dependencyKey, s.Text)
		return
	}
	d.seen[expression] = true
	x := d.compile(s, at, expression)
	if x == nil {
		return
	}
	r := &Rule{Name: d.unique(slug(s.Expr), s.Text), Message: inWords(s.Expr), Holds: x, At: at}
	if other := reading.condition(s.Expr, true); other != expression {
		if x, problems := d.env.Compile(other); problems == nil {
			r.Readings = append(r.Readings, x)
		}
	}
	r.ID = clause.ID(d.op.ID, "rule", r.Name)
	d.clause(scope{op: d.op, source: d.op.Source, pin: d.pin}, r.ID, at, r.Message)
	d.op.Rules = append(d.op.Rules, r)
}

// compile makes an expression of a statement, or nil where it says nothing that
// can be held to.
func (d *dependencies) compile(s idl.Dependency, at clause.Location, expression string) *rule.Expression {
	x, problems := d.env.Compile(expression)
	if x == nil {
		d.unread(s, at, "%s", problems[0].Message)
		return nil
	}
	switch e := d.env.Examine(x); {
	case e.Failure != nil && e.Failure.Absence:
		d.unread(s, at, "it %s", e.Failure.Message)
		return nil
	case e.Triviality == rule.NeverHolds && e.Proven:
		d.unread(s, at, "it would forbid every request")
		return nil
	case e.Triviality == rule.AlwaysHolds && e.Proven:
		d.warn(at, "%s: %q forbids nothing: no clause comes of it", dependencyKey, s.Text)
		return nil
	}
	return x
}

// unique gives the id of a rule. What an id leaves of the text may be the same for
// two statements, or the id of a rule in x-contract: a hash of the text tells them
// apart then.
func (d *dependencies) unique(name, text string) string {
	const most = 60
	taken := d.contract.byID[clause.ID(d.op.ID, "rule", name)] != nil
	if len(name) <= most && !taken {
		return name
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(strings.Join(strings.Fields(text), " ")))
	return strings.TrimRight(name[:min(len(name), most)], "-") + fmt.Sprintf("-%08x", h.Sum32())
}

var idWords = map[string]string{
	"==": "is", "!=": "is-not", "<": "below", "<=": "at-most", ">": "above", ">=": "at-least",
	"+": "plus", "-": "minus", "*": "times", "/": "by",
	"Or": "any-of", "OnlyOne": "only-one", "AllOrNone": "all-or-none", "ZeroOrOne": "zero-or-one",
}

// slug makes the id of a rule from the form of a statement and its parameters.
func slug(e *idl.Expr) string {
	var parts words
	parts.add(e)
	found := strings.FieldsFunc(strings.ToLower(strings.Join(parts, "-")), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	if len(found) == 0 {
		return "dependency"
	}
	return strings.Join(found, "-")
}

// words are those of an id.
type words []string

func (w *words) add(e *idl.Expr) {
	switch e.Kind {
	case idl.Param, idl.Number:
		*w = append(*w, e.Name)
	case idl.Compare, idl.Arith:
		w.add(e.Args[0])
		*w = append(*w, idWords[e.Op])
		w.joined(e.Args[1:], "")
	case idl.Like:
		w.add(e.Args[0])
		*w = append(*w, "like")
	case idl.Not:
		*w = append(*w, "no")
		w.add(e.Args[0])
	case idl.And:
		w.joined(e.Args, "and")
	case idl.Or:
		w.joined(e.Args, "or")
	case idl.Function:
		*w = append(*w, idWords[e.Name])
		w.joined(e.Args, "")
	case idl.If:
		w.joined(e.Args, "requires")
	}
	for _, v := range e.Values {
		*w = append(*w, v.Text)
	}
}

func (w *words) joined(args []*idl.Expr, between string) {
	for i, a := range args {
		if i > 0 && between != "" {
			*w = append(*w, between)
		}
		w.add(a)
	}
}
