package rule

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	celast "cel.dev/cel-go/common/ast"
)

// A Problem is one reason why an expression is not a rule.
type Problem struct {
	Line, Column int // within the expression, from 1; columns count characters
	Message      string
}

// String gives the problem as line:column: message.
func (p Problem) String() string { return fmt.Sprintf("%d:%d: %s", p.Line, p.Column, p.Message) }

func tooLong(expression string) *Problem {
	switch {
	case strings.TrimSpace(expression) == "":
		return &Problem{1, 1, "the expression is empty"}
	case len(expression) > maxBytes:
		return &Problem{1, 1, fmt.Sprintf("the expression has %d bytes; %d are allowed", len(expression), maxBytes)}
	}
	return nil
}

func problemAt(err *common.Error, message string) Problem {
	// What concerns the whole expression has no place, which CEL writes as -1.
	return Problem{max(err.Location.Line(), 1), max(err.Location.Column(), 0) + 1, message}
}

// syntaxProblems gives the first problem only: those after it are mostly its
// echoes.
func syntaxProblems(issues *cel.Issues) []Problem {
	first := issues.Errors()[0]
	return []Problem{problemAt(first, syntaxMessage(first.Message))}
}

// checkProblems checks an expression that is known to have problems once more,
// watching which members are looked for in vain: CEL's messages do not say of
// which object.
func (e *Env) checkProblems(expression string) []Problem {
	var missed []miss
	watched := &objects{Provider: e.objects.Provider, byName: map[string]*object{}}
	watched.missed = func(o *object, name string) { missed = append(missed, miss{o, name}) }
	env, err := e.extend(e.cel, watched)
	if err != nil {
		return []Problem{{1, 1, err.Error()}}
	}
	parsed, _ := env.Parse(expression)
	_, issues := env.Check(parsed)
	var problems []Problem
	left := missed
	for _, err := range issues.Errors() {
		unknown := undeclared.FindStringSubmatch(err.Message)
		switch {
		case strings.HasPrefix(err.Message, "undefined field ") && len(left) > 0:
			problems = append(problems, problemAt(err, left[0].String()))
			left = left[1:]
		case unknown == nil:
			problems = append(problems, problemAt(err, checkMessage(err.Message)))
		case !slices.ContainsFunc(missed, func(m miss) bool { return m.meant(unknown[1]) }):
			problems = append(problems, problemAt(err, e.unknownMessage(unknown[1], unknown[2], isCall(parsed, err.ExprID))))
		}
	}
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(a.Line-b.Line, a.Column-b.Column)
	})
	// A chain of loops has the same problem at each.
	return slices.CompactFunc(problems, func(a, b Problem) bool { return a.Message == b.Message })
}

// A miss is a member that an object does not have.
type miss struct {
	object *object
	name   string
}

// String offers the nearest name.
func (m miss) String() string {
	message := Spell(m.object.path) + " has no member " + spell(m.name)
	if len(m.object.typ.Fields) == 0 {
		return message + "; it has none at all"
	}
	if near := nearest(m.name, m.object.keys()); near != "" {
		return message + ": did you mean " + Spell(join(m.object.path, near)) + "?"
	}
	return message
}

// meant tells that an unknown name is the rest of this one: without backticks,
// X-Request-Id is X minus Request minus Id.
func (m miss) meant(name string) bool {
	near := nearest(m.name, m.object.keys())
	return strings.HasPrefix(near, m.name+"-") && slices.Contains(strings.Split(near, "-"), name)
}

var undeclared = regexp.MustCompile(`^undeclared reference to '([^']*)'(?: \(did you mean '([^']*)')?`)

// unknownMessage offers the nearest variable, or what CEL found near.
func (e *Env) unknownMessage(name, near string, call bool) string {
	given := slices.DeleteFunc(named(variables), func(name string) bool { return e.roots[name] == nil })
	given = append(given, requestTime.name)
	if own := nearest(name, given); own != "" && !call {
		near = own
	}
	switch {
	case near == name: // query{limit: 5}
		return name + " is no type"
	case near != "":
		return "nothing is called " + name + ": did you mean " + near + "?"
	case call:
		return "there is no function " + name
	case name == "body":
		return "there is no body here"
	}
	return "nothing is called " + name + ": the variables are " + strings.Join(given, ", ")
}

// isCall tells whether a part of an expression calls a function.
func isCall(parsed *cel.Ast, id int64) bool {
	found := false
	celast.PostOrderVisit(parsed.NativeRep().Expr(), celast.NewExprVisitor(func(part celast.Expr) {
		found = found || part.ID() == id && part.Kind() == celast.CallKind
	}))
	return found
}

// A rewording makes one of CEL's messages into one that speaks of the contract.
type rewording struct {
	pattern *regexp.Regexp
	with    string
}

func reword(message string, rewordings []rewording) string {
	for _, r := range rewordings {
		if found := r.pattern.FindStringSubmatchIndex(message); found != nil {
			return string(r.pattern.ExpandString(nil, r.with, message, found))
		}
	}
	return strings.ToLower(message[:1]) + message[1:]
}

var syntaxRewordings = []rewording{
	{regexp.MustCompile(`token recognition error at: '= *'`), `= is no operator: write == to compare`},
	{regexp.MustCompile(`token recognition error at: '& *'`), `& is no operator: write &&`},
	{regexp.MustCompile(`token recognition error at: '\| *'`), `| is no operator: write ||`},
	{regexp.MustCompile("(?s)token recognition error at: '`(.*)'$"), "this cannot be written in backticks: `$1"},
	{regexp.MustCompile(`(?s)token recognition error at: '(["'].*)'$`), `this string has no end: $1`},
	{regexp.MustCompile(`(?s)token recognition error at: '(.*)'$`), `this is not CEL: $1`},
	{
		regexp.MustCompile(`no viable alternative at input '\.(in|true|false|null)'`),
		"$1 is a word of CEL: write a member of that name in backticks, .`$1`",
	},
	{regexp.MustCompile(`mismatched input '<EOF>'`), `the expression ends too early`},
	{regexp.MustCompile(`input '(and|AND)'`), `$1 is no operator: write &&`},
	{regexp.MustCompile(`input '(or|OR)'`), `$1 is no operator: write ||`},
	{regexp.MustCompile(`missing '(.*)' at '<EOF>'`), `$1 is missing at the end`},
	{regexp.MustCompile(`missing '(.*)' at '(.*)'`), `$1 is missing before $2`},
	{regexp.MustCompile(`(?s)(?:mismatched|extraneous) input '(.*)' expecting`), `$1 is not expected here`},
	{regexp.MustCompile(`(?s)no viable alternative at input '(.*)'`), `this is not CEL: $1`},
	{regexp.MustCompile(`invalid argument to has\(\) macro`), `has() takes a member, as in has(query.limit)`},
	{regexp.MustCompile(`(?i)recursion`), fmt.Sprintf(`the expression nests deeper than %d levels`, maxDepth)},
	{regexp.MustCompile(`expression node count`), fmt.Sprintf(`the expression has more than %d parts`, maxNodes)},
}

func syntaxMessage(message string) string {
	return reword(strings.TrimPrefix(message, "Syntax error: "), syntaxRewordings)
}

var checkRewordings = []rewording{
	{regexp.MustCompile(`^found no matching overload for '_(==|!=)_' applied to '\((.*)\)'`), `$2 cannot be compared by $1`},
	{regexp.MustCompile(`^found no matching overload for '_\?_:_' applied to '\((.*)\)'`), `? : takes a bool and two values of one kind, not $1`},
	{
		regexp.MustCompile(`^found no matching overload for '_\[_\]' applied to '\((object .*), string\)'`),
		`[] does not read members: write .name, or .` + "`name`" + ` for a name that is no identifier`,
	},
	{regexp.MustCompile(`^found no matching overload for '_?(\W+|in)_?' applied to '\((.*)\)'`), `$1 does not take $2`},
	{regexp.MustCompile(`^found no matching overload for '(.*)' applied to '\((.*)\)'`), `$1() does not take $2`},
	{regexp.MustCompile(`^found no matching overload for '(.*)' applied to '(.*)\.\((.*)\)'`), `.$1($3) does not apply to $2`},
	{regexp.MustCompile(`^expression of type '(.*)' cannot be range`), `$1 is no list to go through`},
	{regexp.MustCompile(`^expected type '(.*)' but found '(.*)'`), `$2 stands where $1 is expected`},
	{regexp.MustCompile(`^type '(.*)' does not support field selection`), `$1 has no members`},
	{regexp.MustCompile(`^invalid duration argument`), `this is no duration: write hours, minutes and seconds, as in duration("36h30m")`},
	{regexp.MustCompile(`^invalid timestamp argument`), `this is no timestamp: write RFC 3339, as in timestamp("2006-01-02T15:04:05Z")`},
	{regexp.MustCompile(`^invalid matches argument`), `this is no regular expression of RE2's syntax`},
	{regexp.MustCompile(`(?i)regex.*(size|limit)`), fmt.Sprintf(`the regular expression is larger than %d instructions`, maxRegexp)},
	{regexp.MustCompile(`(?i)comprehension exceeds nesting limit`), fmt.Sprintf(`more than %d loops are within, or follow, one another`, maxNesting)},
}

func checkMessage(message string) string {
	return reword(standardNames.Replace(message), checkRewordings)
}

// standardNames replaces the names of types that come from Protocol Buffers.
var standardNames = strings.NewReplacer("google.protobuf.Timestamp", "timestamp", "google.protobuf.Duration", "duration")

// typeName writes a type of CEL as messages do.
func typeName(t *cel.Type) string {
	return standardNames.Replace(cel.FormatCELType(t))
}
