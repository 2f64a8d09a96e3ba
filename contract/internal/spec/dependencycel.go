package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/internal/idl"
	"github.com/apiclause/clause/contract/internal/rule"
)

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

// find gives the parameter, or the member of the body, that a name means.
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
	m := JSON(t.op.Body.Content)
	if m == nil || m.Schema == nil {
		return at, false
	}
	at.schema = m.Schema
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
		if m := JSON(t.op.Body.Content); m != nil && m.Schema != nil {
			for _, member := range m.Schema.Members {
				out = append(out, member.Name)
			}
		}
	}
	return out
}

// sent tells that a value is there. What always is takes no condition.
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

// comparable tells whether values of a schema can be compared so.
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
