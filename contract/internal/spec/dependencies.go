package spec

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

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

// unique returns the id of a rule. What an id leaves of the text may be the same for
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

// inWords says what a statement in IDL demands, for who gets a request refused.
func inWords(e *idl.Expr) string {
	if e.Kind == idl.If {
		return "if " + conditionInWords(e.Args[0]) + ", then " + conditionInWords(e.Args[1])
	}
	return conditionInWords(e)
}

var comparisonWords = map[string]string{
	"==": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is greater than", ">=": "is at least",
}

func conditionInWords(e *idl.Expr) string {
	switch e.Kind {
	case idl.Param:
		return e.Name + " is sent"
	case idl.Compare:
		right := make([]string, 0, 1)
		for _, v := range e.Values {
			right = append(right, valueInWords(v))
		}
		for _, a := range e.Args[1:] {
			right = append(right, sumInWords(a))
		}
		return sumInWords(e.Args[0]) + " " + comparisonWords[e.Op] + " " + strings.Join(right, " or ")
	case idl.Like:
		return e.Args[0].Name + " is like " + strconv.Quote(e.Values[0].Text)
	case idl.Not:
		if e.Args[0].Kind == idl.Param {
			return e.Args[0].Name + " is not sent"
		}
		return "it is not so that " + within(e.Args[0])
	case idl.And:
		return allInWords(e.Args, " and ")
	case idl.Or:
		return allInWords(e.Args, " or ")
	case idl.Function:
		return functionInWords(e)
	case idl.Number, idl.Arith, idl.If:
	}
	return sumInWords(e)
}

func allInWords(args []*idl.Expr, between string) string {
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = within(a)
	}
	return strings.Join(parts, between)
}

// within puts what holds several conditions into brackets.
func within(e *idl.Expr) string {
	if e.Kind == idl.And || e.Kind == idl.Or || e.Kind == idl.Function {
		return "(" + conditionInWords(e) + ")"
	}
	return conditionInWords(e)
}

func functionInWords(e *idl.Expr) string {
	parts := make([]string, len(e.Args))
	plain := true
	for i, a := range e.Args {
		plain = plain && a.Kind == idl.Param
		parts[i] = within(a)
		if plain {
			parts[i] = a.Name
		}
	}
	what, list := " is sent", strings.Join(parts, ", ")
	if !plain {
		what, list = " holds", allInWords(e.Args, "; ")
	}
	switch e.Name {
	case "Or":
		return "at least one of " + list + what
	case "OnlyOne":
		return "exactly one of " + list + what
	case "ZeroOrOne":
		return "at most one of " + list + what
	}
	if plain {
		return "all of " + list + " are sent, or none"
	}
	return "all of these hold, or none: " + list
}

func sumInWords(e *idl.Expr) string {
	if e.Kind != idl.Arith {
		return e.Name
	}
	parts := make([]string, len(e.Args))
	for i, a := range e.Args {
		parts[i] = sumInWords(a)
		if a.Kind == idl.Arith && (i > 0 || e.Op == "*" || e.Op == "/") {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return parts[0] + " " + e.Op + " " + parts[1]
}

func valueInWords(v idl.Value) string {
	if v.Kind == idl.Text {
		return strconv.Quote(v.Text)
	}
	return v.Text
}

// translation writes a statement in IDL as CEL. A comparison of parameters with
// each other holds where one of them is absent, as the tools for IDL have it, and
// as is plainly meant of one that stands alone. Within another condition it may as
// well be meant to fail then: strict takes it so, for a second reading.
type translation struct {
	op      *Operation
	strict  bool
	problem string // the first
}

func (t *translation) fail(format string, args ...any) string {
	if t.problem == "" {
		t.problem = fmt.Sprintf(format, args...)
	}
	return "false"
}

// condition writes an expression that holds or does not. alone tells that nothing
// stands around it.
func (t *translation) condition(e *idl.Expr, alone bool) string {
	switch e.Kind {
	case idl.Param:
		return joinedBy(" && ", t.sent(t.find(e.Name)))
	case idl.Compare:
		if e.Values == nil {
			return t.compare(e, alone)
		}
		return t.fits(e)
	case idl.Like:
		return t.like(e)
	case idl.Not:
		return "!(" + t.condition(e.Args[0], false) + ")"
	case idl.And:
		return joinedBy(" && ", t.conditions(e.Args))
	case idl.Or:
		return joinedBy(" || ", t.conditions(e.Args))
	case idl.If:
		return "!(" + t.condition(e.Args[0], false) + ") || (" + t.condition(e.Args[1], false) + ")"
	case idl.Function:
		return t.function(e)
	case idl.Number, idl.Arith:
	}
	return t.fail("a sum is compared with nothing")
}

func (t *translation) conditions(args []*idl.Expr) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = "(" + t.condition(a, false) + ")"
	}
	return out
}

func joinedBy(between string, parts []string) string {
	if len(parts) == 0 {
		return "true"
	}
	return strings.Join(parts, between)
}

func (t *translation) function(e *idl.Expr) string {
	args := t.conditions(e.Args)
	if e.Name == "Or" {
		return joinedBy(" || ", args)
	}
	if len(args) == 2 {
		switch e.Name {
		case "OnlyOne":
			return args[0] + " != " + args[1]
		case "ZeroOrOne":
			return "!(" + args[0] + " && " + args[1] + ")"
		}
	}
	if e.Name == "AllOrNone" {
		equal := make([]string, len(args)-1)
		for i := range equal {
			equal[i] = args[i] + " == " + args[i+1]
		}
		return joinedBy(" && ", equal)
	}
	// How many hold grows with their number, pairs of them with its square.
	for i := range args {
		args[i] = "(" + args[i] + " ? 1 : 0)"
	}
	op := " <= 1"
	if e.Name == "OnlyOne" {
		op = " == 1"
	}
	return joinedBy(" + ", args) + op
}

// place is where the value of a name stands in a request.
type dependencyPlace struct {
	path   []string
	schema *Schema
	// optional are the paths, from the outermost in, that a request may lack.
	optional [][]string
}

// find returns the parameter, or the member of the body, that a name means.
func (t *translation) find(name string) dependencyPlace {
	var found []dependencyPlace
	for _, p := range t.op.Parameters {
		if p.Name != name && (p.In != "header" || !strings.EqualFold(p.Name, name)) {
			continue
		}
		at := dependencyPlace{path: []string{p.In, p.Name}, schema: p.Schema}
		if !p.Required {
			at.optional = [][]string{at.path}
		}
		found = append(found, at)
	}
	if at, ok := t.member(name); ok {
		found = append(found, at)
	}
	switch {
	case len(found) == 1:
		return found[0]
	case len(found) > 1:
		t.fail("%s is ambiguous: it stands in the %s and in the %s", name, found[0].path[0], found[1].path[0])
	case t.isCredential(name):
		t.fail("%s is the credential, which alone decides it", name)
	default:
		t.fail("the operation has no parameter %s, %s", name, didYouMean(name, t.names()))
	}
	return dependencyPlace{path: []string{"query", name}, schema: &Schema{}}
}

// member finds a member of the body by its name, or by names with dots between.
func (t *translation) member(name string) (dependencyPlace, bool) {
	at := dependencyPlace{path: []string{"body"}}
	if t.op.Body == nil {
		return at, false
	}
	if at.schema = t.op.Body.Schema(); at.schema == nil {
		return at, false
	}
	for rest := name; rest != ""; {
		found := at.schema.Member(rest)
		next := ""
		if found == nil {
			var first string
			first, next, _ = strings.Cut(rest, ".")
			found = at.schema.Member(first)
		}
		if found == nil || found.ReadOnly || found.Schema == nil {
			return at, false
		}
		at.path = append(slices.Clip(at.path), found.Name)
		// Of a body that is not there has() gives false, too.
		if !found.Required || len(at.path) == 2 && !t.op.Body.Required {
			at.optional = append(at.optional, at.path)
		}
		at.schema, rest = found.Schema, next
	}
	return at, len(at.path) > 1
}

func (t *translation) isCredential(name string) bool {
	for _, p := range t.op.credentials {
		if strings.EqualFold(p.name, name) {
			return true
		}
	}
	return false
}

func (t *translation) names() []string {
	var out []string
	for _, p := range t.op.Parameters {
		out = append(out, p.Name)
	}
	if t.op.Body != nil {
		if s := t.op.Body.Schema(); s != nil {
			for _, member := range s.Members {
				out = append(out, member.Name)
			}
		}
	}
	return out
}

// sent reports whether a value is there. What always is takes no condition.
func (t *translation) sent(at dependencyPlace) []string {
	out := make([]string, len(at.optional))
	for i, path := range at.optional {
		out[i] = "has(" + rule.Spell(path) + ")"
	}
	return out
}

// fits writes that a parameter is there and has one of some values.
func (t *translation) fits(e *idl.Expr) string {
	at := t.find(e.Args[0].Name)
	name := rule.Spell(at.path)
	values := make([]string, len(e.Values))
	for i, v := range e.Values {
		values[i] = name + " " + e.Op + " " + t.literal(e.Args[0].Name, at.schema, v, e.Op)
	}
	one := strings.Join(values, " || ")
	if len(values) > 1 {
		one = "(" + one + ")"
	}
	return joinedBy(" && ", append(t.sent(at), one))
}

// literal writes a value in the type of what it is compared with.
func (t *translation) literal(name string, s *Schema, v idl.Value, op string) string {
	if !t.comparable(name, s, op) {
		return "0"
	}
	switch s.Type {
	case "string":
		if s.Format != "date-time" {
			return strconv.Quote(v.Text)
		}
		if _, err := time.Parse(time.RFC3339, v.Text); err == nil {
			return "timestamp(" + strconv.Quote(v.Text) + ")"
		}
		return t.fail("%q is no time, and %s is one", v.Text, name)
	case "boolean":
		if v.Text == "true" || v.Text == "false" {
			return v.Text
		}
	default:
		if _, err := strconv.ParseFloat(v.Text, 64); err == nil && v.Kind != idl.Truth && decimalText.MatchString(v.Text) {
			return v.Text
		}
	}
	return t.fail("%s is of type %s, and %q is not", name, s.Type, v.Text)
}

var decimalText = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// comparable reports whether values of a schema can be compared so.
func (t *translation) comparable(name string, s *Schema, op string) bool {
	equality := op == "==" || op == "!="
	switch s.Type {
	case "integer", "number":
		return true
	case "boolean":
		if equality {
			return true
		}
	case "string":
		// The order of dates is that of their text.
		if equality || s.Format == "date-time" || s.Format == "date" {
			return true
		}
	default:
		t.fail("%s has no type that is compared", name)
		return false
	}
	t.fail("%s is of type %s, which has no order", name, s.Type)
	return false
}

// like writes that a parameter is there and fits a pattern.
func (t *translation) like(e *idl.Expr) string {
	at := t.find(e.Args[0].Name)
	if at.schema.Type != "string" || at.schema.Format == "date-time" {
		return t.fail("%s is no text, which LIKE is for", e.Args[0].Name)
	}
	parts := strings.Split(e.Values[0].Text, "*")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	pattern := "(?s)^" + strings.Join(parts, ".*") + "$"
	return joinedBy(" && ", append(t.sent(at), rule.Spell(at.path)+".matches("+strconv.Quote(pattern)+")"))
}

// compare writes that two sums are in an order, where all that they name is there.
func (t *translation) compare(e *idl.Expr, alone bool) string {
	var guards []string
	for _, name := range e.Params() {
		guards = append(guards, t.sent(t.find(name))...)
	}
	t.alike(e)
	compared := t.sum(e.Args[0], false) + " " + e.Op + " " + t.sum(e.Args[1], false)
	if len(guards) == 0 {
		return compared
	}
	if t.strict && !alone {
		return joinedBy(" && ", append(guards, compared))
	}
	for i := range guards {
		guards[i] = "!" + guards[i]
	}
	return joinedBy(" || ", append(guards, compared))
}

// alike refuses to compare what is of different types.
func (t *translation) alike(e *idl.Expr) {
	first, kind := "", ""
	for _, name := range e.Params() {
		s := t.find(name).schema
		if t.problem != "" || !t.comparable(name, s, e.Op) {
			return
		}
		k := s.Type + s.Format
		if s.Type == "integer" || s.Type == "number" {
			k = "number"
		} else if e.Args[0].Kind != idl.Param || e.Args[1].Kind != idl.Param {
			t.fail("%s is no number", name)
			return
		}
		if kind != "" && k != kind {
			t.fail("%s and %s are of different types", first, name)
			return
		}
		first, kind = name, k
	}
}

// sum writes a sum. Its members are doubles, so that it neither overflows nor drops
// what is left of a division.
func (t *translation) sum(e *idl.Expr, inside bool) string {
	switch e.Kind {
	case idl.Param:
		at := t.find(e.Name)
		if inside {
			return "double(" + rule.Spell(at.path) + ")"
		}
		return rule.Spell(at.path)
	case idl.Number:
		if inside && !strings.Contains(e.Name, ".") {
			return e.Name + ".0"
		}
		return e.Name
	default:
		return "(" + t.sum(e.Args[0], true) + " " + e.Op + " " + t.sum(e.Args[1], true) + ")"
	}
}
