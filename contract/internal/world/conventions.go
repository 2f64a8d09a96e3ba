package world

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/spec"
)

// convention is an answer rule that the names and shapes of a list suggest.
type convention struct {
	// name is the rest of its clause's id, after OPERATION.convention.
	name string
	// when and expression are in CEL, as a contract would state them.
	when, expression string
	message          string
	from             string
	// whole tells that the rule is about the list as it is; else about those of its
	// things that the run made. ordered is the member that it orders them by, either tells
	// that both orders will do.
	whole   bool
	ordered string
	either  bool
	// things is how many the list must have for an answer to break the rule, or 0.
	things int
	// parameter is the name of the one in the query that the rule is about, or "".
	parameter string
}

// ConventionID gives the id of the clause of a convention.
func ConventionID(operation, name string) string { return clause.ID(operation, "convention", name) }

// Conventions adds to a contract the answer rules that the names and shapes of its lists
// suggest, and their clauses. What cannot be compiled is left out: it would suggest
// what the schemas do not allow.
func Conventions(model *spec.Contract) *spec.Contract {
	w := Find(model)
	made := map[*spec.Operation][]*clause.Clause{}
	for _, op := range model.Operations {
		l := w.List(op)
		if l == nil || op.Unconventional {
			continue
		}
		for _, c := range l.Heeded() {
			made[op] = append(made[op], &clause.Clause{
				ID: ConventionID(op.ID, c.Parameter.Name), Operation: op.ID, Level: clause.Should, Inferred: c.From, At: op.At,
				Statement: "what " + c.Parameter.Name + " asks for changes what is in the list",
			})
		}
		suggested := l.conventions()
		if len(suggested) == 0 {
			continue
		}
		env, err := op.AnswerEnv()
		if err != nil {
			continue
		}
		for _, c := range suggested {
			r := c.compile(env, op, l)
			if r == nil || len(op.Answers) >= maxConventions || has(op, r.ID) {
				continue
			}
			op.Answers = append(op.Answers, r)
			made[op] = append(made[op], &clause.Clause{
				ID: r.ID, Operation: op.ID, Level: clause.Should, Statement: c.message, Inferred: c.from, At: op.At,
			})
		}
	}
	if len(made) == 0 {
		return model
	}
	return model.With(func(op *spec.Operation) []*clause.Clause { return made[op] })
}

// has reports whether an operation has an answer rule: two values of parameters may be
// called alike.
func has(op *spec.Operation, id string) bool {
	return slices.ContainsFunc(op.Answers, func(r *spec.AnswerRule) bool { return r.ID == id })
}

// maxConventions bounds the answer rules of an operation that conventions are added to.
const maxConventions = 50

// List gives what is known of an operation as a list, or nil.
func (w *World) List(op *spec.Operation) *List {
	if r := w.ListedBy(op); r != nil {
		return r.List()
	}
	if op.Method != http.MethodGet {
		return nil
	}
	return ListOf(op)
}

// compile makes an answer rule of a convention; nil where the schemas do not allow it, or
// the contract states it.
func (c convention) compile(env *rule.Env, op *spec.Operation, l *List) *spec.AnswerRule {
	if slices.ContainsFunc(op.Answers, c.statedBy) {
		return nil
	}
	r := &spec.AnswerRule{Rule: &spec.Rule{ID: ConventionID(op.ID, c.name), Name: c.name, Message: c.message, At: op.At}}
	if r.Holds, _ = env.Compile(c.expression); r.Holds == nil {
		return nil
	}
	if c.when != "" {
		if r.When, _ = env.Compile(c.when); r.When == nil {
			return nil
		}
	}
	r.Convention = &spec.Convention{Parameter: c.parameter, Things: c.things}
	if !c.whole {
		if l.ID == "" {
			return nil
		}
		r.Convention.Among = &spec.Among{Items: l.Items, ID: l.ID, Ordered: c.ordered, Either: c.either}
	}
	return r
}

// conventions are what a list suggests.
func (l *List) conventions() []convention {
	var out []convention
	for _, c := range l.Controls {
		switch c.Role {
		case Limit:
			out = append(out, c.about(l.limit(c))...)
		case Lower, Upper:
			out = append(out, c.about([]convention{l.bounds(c)})...)
		case Filter:
			out = append(out, c.about(l.filters(c))...)
		case Sort:
			out = append(out, c.about(l.sorts(c))...)
		case Offset, Page, Cursor, Order, Search:
		}
	}
	return append(out, l.totals()...)
}

// about notes which parameter rules are about.
func (c *Control) about(rules []convention) []convention {
	for i := range rules {
		rules[i].parameter = c.Parameter.Name
	}
	return rules
}

// items is how a rule calls the list, and guard what has to hold first for it to be
// there.
func (l *List) items() (items, guard string) {
	if len(l.Items) == 0 {
		return "answer", ""
	}
	items = rule.Spell([]string{"answer", l.Items[0]})
	if body := answerOf(l.Operation); body != nil {
		if m := body.Member(l.Items[0]); m != nil && m.Required {
			return items, ""
		}
	}
	return items, "!has(" + items + ") || "
}

// each says something of every thing in the list that has a member.
func (l *List) each(member, says string) string {
	items, guard := l.items()
	m := rule.Spell([]string{"x", member})
	has := ""
	if of := l.Item.Member(member); of == nil || !of.Required {
		has = "!has(" + m + ") || "
	}
	return guard + items + ".all(x, " + has + m + " " + says + ")"
}

func query(p *spec.Parameter) string { return rule.Spell([]string{"query", p.Name}) }

// unless guards a rule that is about a parameter that may be left out.
func unless(p *spec.Parameter) string {
	if p.Required {
		return ""
	}
	return "!has(" + query(p) + ") || "
}

func (l *List) limit(c *Control) []convention {
	items, guard := l.items()
	out := []convention{{
		name: c.Parameter.Name, whole: true,
		expression: unless(c.Parameter) + query(c.Parameter) + " < 1 || " + guard + "size(" + items + ") <= " + query(c.Parameter),
		message:    "a list has at most as many things as " + c.Parameter.Name + " says", from: c.From,
	}}
	n, ok := spec.Float(c.Parameter.Schema.Default)
	if !ok || n < 1 || n != float64(int64(n)) || c.Parameter.Required {
		return out
	}
	text := strconv.FormatInt(int64(n), 10)
	return append(out, convention{
		name: c.Parameter.Name + "-default", whole: true, when: "!has(" + query(c.Parameter) + ")", things: int(n) + 1,
		expression: guard + "size(" + items + ") <= " + text,
		message:    "without " + c.Parameter.Name + " a list has at most " + text + " things", from: c.From + ", and its default is " + text,
	})
}

func (l *List) bounds(c *Control) convention {
	sign, word := ">=", "less"
	if c.Role == Upper {
		sign, word = "<=", "more"
	}
	return convention{
		name: c.Parameter.Name, expression: unless(c.Parameter) + l.each(c.Member, sign+" "+query(c.Parameter)),
		message: fmt.Sprintf("no thing in a list has a %s that is %s than %s", c.Member, word, c.Parameter.Name), from: c.From,
	}
}

// filters say that a filter keeps other things out. A text may mean several values, as
// all does: of an enum only those say something that the things can have.
func (l *List) filters(c *Control) []convention {
	if !c.Exact || more(c) || Renders(Spaced(c.Parameter.Name)) {
		return nil
	}
	known, ok := l.known(c)
	if !ok {
		return nil
	}
	says := "== " + query(c.Parameter)
	if c.Parameter.Schema.Type == "array" {
		says = "in " + query(c.Parameter)
	}
	out := []convention{{
		name: c.Parameter.Name, expression: unless(c.Parameter) + known + l.each(c.Member, says),
		message: fmt.Sprintf("the things in a list have the %s that %s asks for", c.Member, c.Parameter.Name), from: c.From,
	}}
	text, ok := literal(c.Parameter.Schema.Default)
	if !ok || c.Parameter.Required || known != "" && !l.has(c.Member, c.Parameter.Schema.Default) {
		return out
	}
	return append(out, convention{
		name: c.Parameter.Name + "-default", when: "!has(" + query(c.Parameter) + ")", expression: l.each(c.Member, "== "+text),
		message: fmt.Sprintf("without %s the things in a list have the %s %s", c.Parameter.Name, c.Member, text),
		from:    c.From + ", and its default is " + text,
	})
}

// withheld are words for what lists do not show, unless they are asked to.
var withheld = []string{"archived", "deleted", "removed", "hidden", "closed", "expired", "disabled", "inactive", "draft", "trashed", "private"}

// more reports whether a boolean may ask for more than there is without it: archived may
// show what is archived, too; and one that is false where it is left out may then mean
// that nothing is filtered.
func more(c *Control) bool {
	s := c.Parameter.Schema
	if s.Type != "boolean" {
		return false
	}
	return s.Default != nil || slices.ContainsFunc(spec.Words(c.Parameter.Name), func(word string) bool { return slices.Contains(withheld, word) })
}

// Heeded are the parameters of which it is not known what the list has then, only that they
// change it: texts that are looked for in any way, and flags that may show more or less.
// Where another parameter says what is looked at, the contract says what the list has, or
// the parameter may only say how things are shown, nothing is.
func (l *List) Heeded() []*Control {
	var out []*Control
	for _, c := range l.Controls {
		s := c.Parameter.Schema
		free := s.Type == "string" && s.Format == "" && !Renders(Spaced(c.Parameter.Name))
		text := c.Role == Search && !l.aimed(c) || c.Role == Filter && !c.Exact && free
		flag := c.Role == Filter && more(c)
		stated := slices.ContainsFunc(l.Operation.Answers, func(r *spec.AnswerRule) bool { return r.ReadsAny("query", c.Parameter.Name) })
		if (text || flag) && !stated && !c.Parameter.Required && l.ID != "" {
			out = append(out, c)
		}
	}
	return out
}

// aimed reports whether another parameter may say where a text is looked for.
func (l *List) aimed(c *Control) bool {
	return slices.ContainsFunc(l.Operation.Parameters, func(p *spec.Parameter) bool {
		return p.In == "query" && p != c.Parameter && slices.ContainsFunc(spec.Words(p.Name), func(word string) bool {
			return Search.Called(word) || word == "field" || word == "fields" || word == "column"
		})
	})
}

// known guards a rule about a filter that takes the values of an enum, or is about a member
// that has one: it is about values that both list. It gives false where there are none.
func (l *List) known(c *Control) (guard string, ok bool) {
	asked, had := c.Parameter.Schema, l.Item.Member(c.Member).Schema
	if asked.Items != nil {
		asked = asked.Items
	}
	if len(asked.Enum) == 0 && len(had.Enum) == 0 {
		return "", true
	}
	var both []string
	for _, v := range had.Enum {
		can := len(asked.Enum) == 0 || slices.ContainsFunc(asked.Enum, func(w any) bool { return spec.Text(v) == spec.Text(w) })
		if text, ok := literal(v); ok && can {
			both = append(both, text)
		}
	}
	list := "[" + strings.Join(both, ", ") + "]"
	if c.Parameter.Schema.Type == "array" {
		return "!" + query(c.Parameter) + ".all(v, v in " + list + ") || ", len(both) > 0
	}
	return "!(" + query(c.Parameter) + " in " + list + ") || ", len(both) > 0
}

// has reports whether a member of the things may have a value, by its enum.
func (l *List) has(member string, value any) bool {
	return slices.ContainsFunc(l.Item.Member(member).Schema.Enum, func(v any) bool { return spec.Text(v) == spec.Text(value) })
}

// literal writes a scalar as CEL does.
func literal(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v), strconv.CanBackquote(v) || !strings.ContainsAny(v, "\x00")
	case bool:
		return strconv.FormatBool(v), true
	}
	if n, ok := spec.Float(v); ok && n == float64(int64(n)) {
		return strconv.FormatInt(int64(n), 10), true
	}
	return "", false
}

// sorts say for each value that names a member how the list is ordered.
func (l *List) sorts(c *Control) []convention {
	var out []convention
	for _, k := range c.Keys {
		if !l.ordered(k.Member) {
			continue
		}
		text := strconv.Quote(k.Value)
		if c.Parameter.Schema.Type == "array" {
			text = "[" + text + "]"
		}
		with, name, from := c.Parameter.Name+"="+k.Value, c.Parameter.Name+"-"+k.Value, k.from(c.Parameter)
		out = append(out, l.sort(k, name, "with "+with, asked(c.Parameter)+query(c.Parameter)+" == "+text, from)...)
		if c.Parameter.Schema.Default == k.Value && !c.Parameter.Required {
			out = append(out, l.sort(k, c.Parameter.Name+"-default", "without "+c.Parameter.Name, "!has("+query(c.Parameter)+")",
				from+", and its default is "+k.Value)...)
		}
	}
	return out
}

// asked asks for a parameter that may be left out.
func asked(p *spec.Parameter) string {
	if p.Required {
		return ""
	}
	return "has(" + query(p) + ") && "
}

// sort says how a list is ordered by a value, in each direction that there is a value
// for; where none is given, and none is documented, either will do. A value that says
// its direction itself leaves nothing to the parameter for that: what both mean together
// is not known.
func (l *List) sort(k Key, name, with, when, from string) []convention {
	rule := func(name, with, when string, d Direction) convention {
		directed := ""
		if d != "" {
			directed = ", " + string(d)
		}
		return convention{
			name: name, ordered: k.Member, either: d == "", when: when, expression: l.inOrder(k.Member, d),
			message: with + " a list is in the order of " + k.Member + directed, from: from,
		}
	}
	order := l.Control(Order)
	if order == nil {
		return []convention{rule(name, with, when, k.Direction)}
	}
	q := query(order.Parameter)
	if k.Value != k.Member && k.Direction != "" {
		if order.Parameter.Required || order.Parameter.Schema.Default != nil {
			return nil
		}
		return []convention{rule(name, with, when+" && !has("+q+")", k.Direction)}
	}
	var out []convention
	for _, by := range order.Keys {
		out = append(out, rule(name+"-"+by.Value, with+" and "+order.Parameter.Name+"="+by.Value,
			when+" && "+asked(order.Parameter)+q+" == "+strconv.Quote(by.Value), by.Direction))
	}
	if order.Parameter.Required {
		return out
	}
	otherwise := k.Direction
	for _, by := range order.Keys {
		if order.Parameter.Schema.Default == by.Value {
			otherwise = by.Direction
		}
	}
	return append(out, rule(name, with, when+" && !has("+q+")", otherwise))
}

// ordered reports whether the values of a member have one order that all agree on:
// numbers, and texts, of which those that any collation orders alike are looked at.
func (l *List) ordered(member string) bool {
	m := l.Item.Member(member)
	if m == nil || m.Schema.Nullable || len(m.Schema.Enum) > 0 {
		return false
	}
	switch m.Schema.Type {
	case "integer", "number":
		return true
	case "string":
		return slices.Contains([]string{"", "date-time", "date", "email", "hostname"}, m.Schema.Format)
	}
	return false
}

// inOrder says that the list is in the order of a member.
func (l *List) inOrder(member string, d Direction) string {
	values, guard := l.items()
	m := rule.Spell([]string{"x", member})
	if of := l.Item.Member(member); of == nil || !of.Required {
		values += ".filter(x, has(" + m + "))"
	}
	values += ".map(x, " + m + ")"
	switch d {
	case Ascending:
		return guard + values + ".isSorted()"
	case Descending:
		return guard + values + ".isSortedDescending()"
	}
	return guard + values + ".isSorted() || " + values + ".isSortedDescending()"
}

// totals say that what counts all pages counts those that were seen.
func (l *List) totals() []convention {
	if l.Total == nil || l.Total.Header == "" && len(l.Total.Path) == 0 {
		return nil
	}
	path, body := []string{"answerHeader", http.CanonicalHeaderKey(l.Total.Header)}, answerOf(l.Operation)
	if l.Total.Header == "" {
		path = append([]string{"answer"}, l.Total.Path...)
	}
	var present []string
	for i, s := 1, body; i < len(path); i++ {
		present = append(present, "!has("+rule.Spell(path[:i+1])+")")
		if m := s.Member(path[i]); l.Total.Header == "" && m != nil {
			if m.Required {
				present = present[:len(present)-1]
			}
			s = m.Schema
		}
	}
	items, guard := l.items()
	total, guard := rule.Spell(path), strings.Join(append(present, guard), " || ")
	if len(present) > 0 && !strings.HasSuffix(guard, " || ") {
		guard += " || "
	}
	out := convention{
		name: "total", whole: true, from: l.Total.From,
		message: "what counts the things of all pages counts no fewer than there are",
	}
	out.expression = guard + total + " >= size(" + items + ")"
	if o := l.Control(Offset); o != nil {
		q := query(o.Parameter)
		before := q
		if !o.Parameter.Required {
			before = "(has(" + q + ") ? " + q + " : 0)"
		}
		out.expression = guard + "size(" + items + ") == 0 || " + total + " >= " + before + " + size(" + items + ")"
	}
	return []convention{out}
}
