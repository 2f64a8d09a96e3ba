package rule

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// Every kind of mistake, and the message that its author sees.
func TestCompileProblems(t *testing.T) {
	const known = "the variables are path, query, header, cookie, body, now"
	tests := []struct{ expression, want string }{
		{"", "1:1: the expression is empty"},
		{" \n", "1:1: the expression is empty"},
		{strings.Repeat(" ", maxBytes) + "true", "1:1: the expression has 4100 bytes; 4096 are allowed"},
		{"query.lim > 5", "1:6: query has no member lim: did you mean query.limit?"},
		{"query.sortField == 'name'", "1:6: query has no member sortField: did you mean query.sort_field?"},
		{"query.imn == 1", "1:6: query has no member imn: did you mean query.min?"},
		{"query.zebra == 1", "1:6: query has no member zebra"},
		{"query.page == 1", "1:6: query has no member page: did you mean query.`page-size`?"},
		{"cookie.x == 1", "1:7: cookie has no member x; it has none at all"},
		{"header.X-Request-Id == ''", "1:7: header has no member X: did you mean header.`X-Request-Id`?"},
		{"true &&\n body.window.form < now", "2:13: body.window has no member form: did you mean body.window.from?"},
		{"body.items.all(i, i.qti > 0)", "1:20: body.items[] has no member qti: did you mean body.items[].qty?"},
		{"'é' == query.zebra", "1:13: query has no member zebra"},
		{`query.limit > "5"`, "1:13: > does not take int, string"},
		{"query.end > 5", "1:11: > does not take timestamp, int"},
		{"query.limit + 'x' == 'y'", "1:13: + does not take int, string"},
		{"!query.limit", "1:1: ! does not take int"},
		{"query.ratio == 1", "1:13: double, int cannot be compared by =="},
		{"query.limit in [1, 'b']", "1:20: string stands where int is expected"},
		{"query.flag ? 1 : true", "1:12: ? : takes a bool and two values of one kind, not bool, int, bool"},
		{"size(query.limit) > 1", "1:5: size() does not take int"},
		{"'a'.startsWith(1)", "1:15: .startsWith(int) does not apply to string"},
		{"query['limit'] > 1", "1:6: [] does not read members: write .name, or .`name` for a name that is no identifier"},
		{"query.limit.x > 1", "1:12: int has no members"},
		{"query.all(m, true)", "1:1: object query is no list to go through"},
		{"has(query)", "1:5: has() takes a member, as in has(query.limit)"},
		{"qery.limit > 1", "1:1: nothing is called qery: did you mean query?"},
		{"zebra > 1", "1:1: nothing is called zebra: " + known},
		{"zebra(1)", "1:6: there is no function zebra"},
		{"sise(query.name) > 1", "1:5: nothing is called sise: did you mean size?"},
		{"query.name.replace('a', 'b') == ''", "1:19: there is no function replace"},
		{"query.limit", "1:1: the expression gives int, not bool: a rule is a condition"},
		{"query.end - query.start", "1:1: the expression gives duration, not bool: a rule is a condition"},
		{"body.free", "1:1: the expression gives dyn, not bool: a rule is a condition"},
		{"duration('3d') > duration('1h')", `1:10: this is no duration: write hours, minutes and seconds, as in duration("36h30m")`},
		{"timestamp('today') > now", `1:11: this is no timestamp: write RFC 3339, as in timestamp("2006-01-02T15:04:05Z")`},
		{"query.name.matches('(')", "1:20: this is no regular expression of RE2's syntax"},
		{"query.name.matches('a{999}b{999}')", "1:20: the regular expression is larger than 1000 instructions"},
		{"[1].all(a, [1].all(b, [1].all(c, [1].all(d, true))))", "1:41: more than 3 loops are within, or follow, one another"},
		{strings.Repeat("(", 101) + "true" + strings.Repeat(")", 101), "1:1: the expression nests deeper than 100 levels"},
		{"query.limit >", "1:14: the expression ends too early"},
		{"(query.limit > 1", "1:17: ) is missing at the end"},
		{"query.limit > 1)", "1:16: ) is not expected here"},
		{"query.limit = 1", "1:13: = is no operator: write == to compare"},
		{"query.flag & true", "1:12: & is no operator: write &&"},
		{"query.flag | true", "1:12: | is no operator: write ||"},
		{"query.flag and true", "1:12: and is no operator: write &&"},
		{"query.flag or true", "1:12: or is no operator: write ||"},
		{"query.in > 1", "1:7: in is a word of CEL: write a member of that name in backticks, .`in`"},
		{"query.`a!b` > 1", "1:7: this cannot be written in backticks: `a!"},
		{`query.name == "abc`, `1:15: this string has no end: "abc`},
		{"query..limit > 1", "1:7: this is not CEL: .."},
		{"@ > 1", "1:1: this is not CEL: @"},
		{"query{limit: 1}.limit > 0", "1:6: query is no type"},
		{"9223372036854775808 > 1", "1:1: invalid int literal"},
		{
			"query.min > query.mox && query.zebra == 1",
			"1:18: query has no member mox: did you mean query.max?; 1:31: query has no member zebra",
		},
	}
	env := newEnv(t, described())
	for _, test := range tests {
		x, problems := env.Compile(test.expression)
		var got []string
		for _, problem := range problems {
			got = append(got, problem.String())
		}
		if x != nil || strings.Join(got, "; ") != test.want {
			t.Errorf("%.60q:\n got %s\nwant %s", test.expression, strings.Join(got, "; "), test.want)
		}
	}

	_, problems := newEnv(t, nil).Compile("body.x == 1")
	if got := fmt.Sprint(problems); got != "[1:1: there is no body here]" {
		t.Errorf("without a body: %s", got)
	}
}

func TestNewEnvRefuses(t *testing.T) {
	query := func(fields ...Field) Field { return Field{Name: "query", Type: objectOf(fields...)} }
	tests := []struct {
		want      string
		variables []Field
	}{
		{`no variable is called "form": there are path, query, header, cookie, body, status, answer, answerHeader`, []Field{{Name: "form"}}},
		{"the variable query is given twice", []Field{query(), query()}},
		{"the variable path is of kind list, not object", []Field{{Name: "path", Type: &Type{Kind: List}}}},
		{"query has a member without a name", []Field{query(Field{})}},
		{"query: rules would call both \"a[b]\" and \"a_b_\" a_b_", []Field{query(Field{Name: "a[b]"}, Field{Name: "a_b_"})}},
		{"query: rules would call both \"a\" and \"a\" a", []Field{query(Field{Name: "a"}, Field{Name: "a"})}},
		{"body.list[]: rules would call both \"é\" and \"ü\" _", []Field{{Name: "body", Type: objectOf(
			Field{Name: "list", Type: &Type{Kind: List, Elem: objectOf(Field{Name: "é"}, Field{Name: "ü"})}})}}},
		{`query.n: the value "x" is not in the Go form of kind int`, []Field{query(Field{Name: "n", Type: anInt, Samples: []any{"x"}})}},
		{
			"query.t: the value \"2024-01-01T00:00:00Z\" is not in the Go form of kind timestamp",
			[]Field{query(Field{Name: "t", Type: aTime, Domain: []any{"2024-01-01T00:00:00Z"}})},
		},
		{
			`body: the value [1,"x"] is not in the Go form of kind list`,
			[]Field{{Name: "body", Type: &Type{Kind: List, Elem: anInt}, Samples: []any{[]any{int64(1), "x"}}}},
		},
		{
			`body: the value {"n":"x"} is not in the Go form of kind object`,
			[]Field{{Name: "body", Type: objectOf(Field{Name: "n", Type: anInt}), Samples: []any{members{"n": "x"}}}},
		},
	}
	for _, test := range tests {
		if _, err := NewEnv(test.variables); err == nil || err.Error() != test.want {
			t.Errorf("got %v\nwant %s", err, test.want)
		}
	}
}

func TestSpell(t *testing.T) {
	for name, want := range map[string]string{
		"limit": "limit", "X-Id": "`X-Id`", "a.b": "`a.b`", "a/b c": "`a/b c`", "in": "`in`", "null": "`null`",
		"2nd": "`2nd`", "package": "package", "filter[name]": "filter_name_", "1[]": "_1__", "größe": "gr__e", "a-b[]": "a_b__",
	} {
		if got := spell(name); got != want {
			t.Errorf("%s is spelled %s, want %s", name, got, want)
		}
	}
}

func TestComparisons(t *testing.T) {
	tests := []struct{ expression, want string }{
		{"!has(query.min) || query.max >= query.min", "query.max >= query.min: query.max; query.min"},
		{`query.end - query.start <= duration("720h")`, `query.end - query.start <= duration("720h"): query.end query.start; `},
		{"query.limit * 2 + 1 != query.max", "query.limit * 2 + 1 != query.max: query.limit; query.max"},
		{"size(query.name) < 5 || query.ratio > 2", "size(query.name) < 5: query.name;  | query.ratio > 2: query.ratio; "},
		{"query.name == 'x' ? query.limit > 1 : true", `query.name == "x": query.name;  | query.limit > 1: query.limit; `},
		{
			"[has(body.a), has(query.`in`)].filter(x, x).size() == 1",
			"[has(body.a), has(query.`in`)].filter(x, x).size() == 1: body.a query.in; ",
		},
		{"query.`page-size` > query.`in`", "query.`page-size` > query.`in`: query.page-size; query.in"},
		{"body.items.all(i, i.qty > 0)", ""},
		{"body.items.filter(i, i.qty > 0).size() > 1", "body.items.filter(i, i.qty > 0).size() > 1: body.items; "},
		{"has(body.a) == has(body.b) && query.flag != true", ""},
		{"body.window == body.window", ""},
		{"body.free < body.free", "body.free < body.free: body.free; body.free"},
		{"body.free == body.free", ""},
		{"body.free == 5", "body.free == 5: body.free; "},
	}
	env := newEnv(t, described())
	for _, test := range tests {
		var got []string
		for _, c := range compile(t, env, test.expression).Comparisons() {
			if !slices.Contains([]string{"==", "!=", "<", "<=", ">", ">="}, c.Op) || !strings.Contains(c.String(), c.Op) {
				t.Errorf("%s has the operator %s", c, c.Op)
			}
			got = append(got, fmt.Sprintf("%s: %s; %s", c, names(c.Left), names(c.Right)))
		}
		if strings.Join(got, " | ") != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.expression, strings.Join(got, " | "), test.want)
		}
	}
}

func names(paths [][]string) string {
	var names []string
	for _, path := range paths {
		names = append(names, strings.Join(path, "."))
	}
	return strings.Join(names, " ")
}

func TestSides(t *testing.T) {
	in := &Input{
		Query: members{"limit": int64(5), "ratio": 2.5, "name": "añb", "start": someTime, "end": someTime.Add(time.Hour), "max": int64(math.MaxInt64)},
		Body:  members{"free": true},
		Now:   someTime,
	}
	tests := []struct {
		expression  string
		left, right any
		err         string
	}{
		{"query.limit * 2 > 7", int64(10), int64(7), ""},
		{"query.ratio >= query.limit", 2.5, int64(5), ""},
		{"size(query.name) <= 3", int64(3), int64(3), ""},
		{"query.name == 'x'", "añb", "x", ""},
		{"query.start <= now", someTime, someTime, ""},
		{"query.end - query.start < duration('2h')", time.Hour, 2 * time.Hour, ""},
		{"query.limit < 7u", int64(5), int64(7), ""},
		{"query.limit < 18446744073709551615u", nil, nil, "unsigned integer overflow"},
		{"query.min > 1", nil, nil, "query.min is absent"},
		{"1 < query.max + 1", nil, nil, "integer overflow"},
		{"body.free > 1", nil, nil, "a value of kind bool has no order"},
		{"[1, 2].filter(x, x > query.limit).size() < 1", int64(0), int64(1), ""},
	}
	env := newEnv(t, described())
	for _, test := range tests {
		left, right, err := compile(t, env, test.expression).Comparisons()[0].Sides(in)
		if test.err != "" {
			if err == nil || err.Error() != test.err {
				t.Errorf("%s: error %v, want %s", test.expression, err, test.err)
			}
			continue
		}
		if err != nil || left != test.left || right != test.right {
			t.Errorf("%s: %v and %v, %v, want %v and %v", test.expression, left, right, err, test.left, test.right)
		}
	}
}
