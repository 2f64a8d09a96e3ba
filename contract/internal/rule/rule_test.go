package rule

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	anInt    = &Type{Kind: Int}
	aDouble  = &Type{Kind: Double}
	aString  = &Type{Kind: String}
	aBool    = &Type{Kind: Bool}
	aTime    = &Type{Kind: Timestamp}
	aWindow  = objectOf(Field{Name: "from", Type: aTime, Required: true}, Field{Name: "to", Type: aTime})
	anItem   = objectOf(Field{Name: "qty", Type: anInt, Required: true}, Field{Name: "weight", Type: anInt})
	someTime = time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
)

func objectOf(fields ...Field) *Type { return &Type{Kind: Object, Fields: fields} }

// described describe an imagined operation with members of every kind.
func described() []Field {
	node := &Type{Kind: Object}
	node.Fields = []Field{{Name: "value", Type: anInt, Required: true}, {Name: "next", Type: node}}
	return []Field{
		{Name: "path", Type: objectOf(Field{Name: "id", Type: aString, Required: true})},
		{Name: "header", Type: objectOf(Field{Name: "X-Request-Id", Type: aString}, Field{Name: "accept", Type: aString})},
		{Name: "query", Type: objectOf(
			Field{Name: "sort_field", Type: aString, Domain: []any{"name", "size"}},
			Field{Name: "sort_type", Type: aString, Domain: []any{"asc", "desc"}},
			Field{Name: "min", Type: anInt}, Field{Name: "max", Type: anInt},
			Field{
				Name: "limit", Type: anInt, Required: true, Samples: []any{int64(10), int64(1), int64(100)},
				Accepts: func(v any) bool { return v.(int64) > 0 && v.(int64) <= 100 },
			},
			Field{Name: "ratio", Type: aDouble},
			Field{Name: "start", Type: aTime, Required: true}, Field{Name: "end", Type: aTime, Required: true},
			Field{Name: "flag", Type: aBool}, Field{Name: "name", Type: aString},
			Field{Name: "in", Type: anInt}, Field{Name: "page-size", Type: anInt}, Field{Name: "2nd", Type: anInt},
			Field{Name: "filter[name]", Type: aString}, Field{Name: "package", Type: anInt},
		)},
		{Name: "body", Type: objectOf(
			Field{Name: "a", Type: anInt}, Field{Name: "b", Type: anInt}, Field{Name: "c", Type: anInt},
			Field{Name: "window", Type: aWindow}, Field{Name: "other", Type: aWindow},
			Field{Name: "items", Type: &Type{Kind: List, Elem: anItem}},
			Field{Name: "node", Type: node}, Field{Name: "free"},
		)},
	}
}

func newEnv(tb testing.TB, variables []Field) *Env {
	tb.Helper()
	env, err := NewEnv(variables)
	if err != nil {
		tb.Fatal(err)
	}
	return env
}

func compile(tb testing.TB, env *Env, expression string) *Expression {
	tb.Helper()
	x, problems := env.Compile(expression)
	if problems != nil {
		tb.Fatalf("%s: %v", expression, problems)
	}
	return x
}

type members = map[string]any

func TestHolds(t *testing.T) {
	hours := func(n int) time.Time { return someTime.Add(time.Duration(n) * time.Hour) }
	const (
		sorted  = "!has(query.sort_type) || has(query.sort_field)"
		ordered = "!has(query.min) || !has(query.max) || query.max >= query.min"
		window  = `query.end - query.start <= duration("720h")`
		one     = "[has(body.a), has(body.b)].filter(x, x).size() == 1"
		all     = "has(body.a) == has(body.b) && has(body.b) == has(body.c)"
		nested  = "!has(body.window) || !has(body.window.to) || body.window.from < body.window.to"
		items   = "body.items.all(i, i.qty > 0)"
	)
	tests := []struct {
		expression string
		in         Input
		want       bool
	}{
		{sorted, Input{}, true},
		{sorted, Input{Query: members{"sort_type": "asc", "sort_field": "name"}}, true},
		{sorted, Input{Query: members{"sort_type": "asc"}}, false},
		{sorted, Input{Query: members{"sort_type": "asc", "sort_field": nil}}, false},
		{ordered, Input{Query: members{"min": int64(2), "max": int64(2)}}, true},
		{ordered, Input{Query: members{"min": int64(3), "max": int64(2)}}, false},
		{ordered, Input{Query: members{"min": int64(3)}}, true},
		{window, Input{Query: members{"start": hours(0), "end": hours(720)}}, true},
		{window, Input{Query: members{"start": hours(0), "end": hours(720).Add(1)}}, false},
		{window, Input{Query: members{"start": firstTime, "end": lastTime}}, false},
		{window, Input{Query: members{"start": lastTime, "end": firstTime}}, true},
		{`query.end <= query.start + duration("720h")`, Input{Query: members{"start": lastTime, "end": lastTime}}, true},
		{`query.end <= duration("720h") + query.start`, Input{Query: members{"start": hours(0), "end": hours(721)}}, false},
		{`query.end - duration("720h") <= query.start`, Input{Query: members{"start": firstTime, "end": firstTime}}, true},
		{"query.end >= query.start", Input{Query: members{"start": hours(1), "end": hours(0)}}, false},
		{"query.start <= now", Input{Query: members{"start": hours(1)}, Now: hours(1)}, true},
		{"query.start <= now", Input{Query: members{"start": hours(1)}, Now: hours(0)}, false},
		{one, Input{Body: members{"a": int64(1)}}, true},
		{one, Input{Body: members{"a": int64(1), "b": int64(1)}}, false},
		{one, Input{Body: members{}}, false},
		{one, Input{}, false},
		{all, Input{Body: members{"a": int64(1), "b": int64(1), "c": int64(1)}}, true},
		{all, Input{Body: members{"a": int64(1), "c": int64(1)}}, false},
		{nested, Input{Body: members{"window": members{"from": hours(0), "to": hours(1)}}}, true},
		{nested, Input{Body: members{"window": members{"from": hours(1), "to": hours(1)}}}, false},
		{nested, Input{Body: members{"window": members{"from": hours(1)}}}, true},
		{items, Input{Body: members{"items": []any{members{"qty": int64(1)}, members{"qty": int64(2)}}}}, true},
		{items, Input{Body: members{"items": []any{members{"qty": int64(1)}, members{"qty": int64(0)}}}}, false},
		{items, Input{Body: members{"items": []any{}}}, true},
		{"body.items.exists(query, query.qty == 7)", Input{Body: members{"items": []any{members{"qty": int64(7)}}}}, true},
		{"query.ratio <= query.limit", Input{Query: members{"ratio": 1.5, "limit": int64(2)}}, true},
		{"query.ratio * 2.0 == 10.0", Input{Query: members{"ratio": int64(5)}}, true},
		{"query.limit == 5", Input{Query: members{"limit": 5.0}}, true},
		{"query.limit == 5", Input{Query: members{"limit": 5}}, true},
		{
			"query.`in` + query.`page-size` + query.`2nd` + query.package == 10",
			Input{Query: members{"in": int64(1), "page-size": int64(2), "2nd": int64(3), "package": int64(4)}},
			true,
		},
		{
			"has(header.`X-Request-Id`) && query.filter_name_ == 'x'",
			Input{Header: members{"X-Request-Id": "1"}, Query: members{"filter[name]": "x"}},
			true,
		},
		{"path.id.startsWith('p-') && !has(cookie.x)", Input{Path: members{"id": "p-1"}}, true},
		{"query.name.lowerAscii().split(',').size() == 2", Input{Query: members{"name": "A,b"}}, true},
		{
			"'aXb'.charAt(1).lowerAscii() == 'x' && ' a '.trim().upperAscii() == 'A' && 'abc'.substring(1).indexOf('c') == 1 && 'aa'.lastIndexOf('a') == 1",
			Input{},
			true,
		},
		{"body != null", Input{}, false},
		{"body.free.x > 1 && body.free['y'] == 'z'", Input{Body: members{"free": members{"x": int64(2), "y": "z"}}}, true},
		{"has(body.free.x)", Input{Body: members{"free": "text"}}, false},
		{"body.node.next.next.value == 3", Input{Body: members{"node": members{"next": members{"next": members{"value": int64(3)}}}}}, true},
	}
	fields := described()
	fields = append(fields, Field{Name: "cookie", Type: objectOf(Field{Name: "x", Type: aString})})
	env := newEnv(t, fields)
	for _, test := range tests {
		got, err := compile(t, env, test.expression).Holds(&test.in)
		if err != nil || got != test.want {
			t.Errorf("%s of %v: %v, %v, want %v", test.expression, test.in, got, err, test.want)
		}
	}
}

func TestHoldsFails(t *testing.T) {
	tests := []struct {
		expression string
		in         Input
		want       string
	}{
		{"query.min > 1", Input{}, "query.min is absent"},
		{"query.`page-size` > 1", Input{Query: members{"page-size": nil}}, "query.`page-size` is absent"},
		{"query.filter_name_ == ''", Input{}, "query.filter_name_ is absent"},
		{"has(body.window.to)", Input{Body: members{}}, "body.window is absent"},
		{"body.items.all(i, i.weight > 1)", Input{Body: members{"items": []any{members{"qty": int64(1)}}}}, "body.items[].weight is absent"},
		{"body.free.x == 1", Input{Body: members{"free": members{}}}, "no such key: x"},
		{"body.free > 1", Input{Body: members{"free": "x"}}, errUnfit.Error()},
		{"query.min > 1", Input{Query: members{"min": "2"}}, "query.min is a Go string, which is no int"},
		{"query.min > 1", Input{Query: members{"min": 1.5}}, "query.min is a Go float64, which is no int"},
		{"query.ratio > 1.0", Input{Query: members{"ratio": "2"}}, "query.ratio is a Go string, which is no double"},
		{"1 / query.limit > 0", Input{Query: members{"limit": int64(0)}}, "division by zero"},
		{"query.limit + 9223372036854775807 > 0", Input{Query: members{"limit": int64(1)}}, "integer overflow"},
		{"body.items[3].qty > 0", Input{Body: members{"items": []any{}}}, "index out of bounds: 3"},
	}
	env := newEnv(t, described())
	for _, test := range tests {
		_, err := compile(t, env, test.expression).Holds(&test.in)
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: error %v, want %s", test.expression, err, test.want)
		}
	}

	_, err := compile(t, env, "body.window.to > now").Holds(&Input{Body: members{"window": members{}}})
	var missing *AbsentError
	if !errors.As(err, &missing) || !slices.Equal(missing.Path, []string{"body", "window", "to"}) {
		t.Errorf("error %v does not tell the path", err)
	}
}

// A hostile contract or request must not hang whoever evaluates the rule.
func TestHoldsIsBounded(t *testing.T) {
	env := newEnv(t, described())
	items := slices.Repeat([]any{members{"qty": int64(1)}}, 2000)
	// Each step makes a list fifty times as long.
	longer := ".map(x, x" + strings.Repeat(" + x", 49) + ")"
	for expression, want := range map[string]string{
		"body.items.all(a, body.items.all(b, body.items.all(c, a.qty + b.qty + c.qty > 0)))": "cost limit",
		"[[1]]" + longer + longer + longer + "[0].size() > 0":                                "more than 10000 items",
		"[dyn([1])]" + longer + longer + longer + "[0].size() > 0":                           "more than 10000 items",
	} {
		start := time.Now()
		_, err := compile(t, env, expression).Holds(&Input{Body: members{"items": items}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: error %v, want %s", expression, err, want)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%.40s took %v", expression, took)
		}
	}
}

func TestReads(t *testing.T) {
	tests := []struct {
		expression, reads, presences string
		now                          bool
	}{
		{"!has(query.sort_type) || has(query.sort_field)", "query.sort_field query.sort_type", "query.sort_field query.sort_type", false},
		{"query.min < query.max || query.min == 3", "query.max query.min", "", false},
		{"has(body.window) && body.window.from < now", "body.window body.window.from", "body.window", true},
		{"body.items.all(query, query.qty > 0 && has(query.weight))", "body.items", "", false},
		{"body.items.all(i, i.qty > query.min)", "body.items query.min", "", false},
		{"body.items[0].qty > 1 && body.free['k'].x == body.free.y", "body.free.k.x body.free.y body.items", "", false},
		{"body == null && query.filter_name_ == 'x'", "body query.filter[name]", "", false},
		{"{'a': query.min}['a'] > 1 && [query.max].size() > 0", "query.max query.min", "", false},
		{"true", "", "", false},
	}
	env := newEnv(t, described())
	for _, test := range tests {
		x := compile(t, env, test.expression)
		if got := names(x.Reads()); got != test.reads {
			t.Errorf("%s reads %s, want %s", x, got, test.reads)
		}
		if got := names(x.Presences()); got != test.presences {
			t.Errorf("%s tests %s, want %s", x, got, test.presences)
		}
		if x.UsesNow() != test.now {
			t.Errorf("%s uses now: %v", x, x.UsesNow())
		}
	}
}

// Run with -race: everything is shared between requests.
func TestConcurrentUse(t *testing.T) {
	env := newEnv(t, described())
	window := compile(t, env, "body.window.from < body.window.to")
	unfit := compile(t, env, "body.free > 1")
	late := compile(t, env, "timestamp(query.limit) > now || query.flag") // CEL shares its error
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			in := &Input{Body: members{"window": members{"from": someTime, "to": someTime.Add(time.Duration(i))}, "free": "x"}}
			for range 50 {
				if holds, err := window.Holds(in); err != nil || holds != (i > 0) {
					t.Errorf("holds: %v, %v", holds, err)
				}
				if _, err := unfit.Holds(in); !errors.Is(err, errUnfit) {
					t.Errorf("error %v", err)
				}
				if _, err := late.Holds(&Input{Query: members{"limit": int64(1) << 60, "flag": false}}); err == nil {
					t.Error("holds late")
				}
				if _, _, err := window.Comparisons()[0].Sides(in); err != nil {
					t.Error(err)
				}
			}
			env.Examine(compile(t, env, "!has(query.min) || query.min > 0"))
			if _, problems := env.Compile("query.mim > body.window.form"); len(problems) != 2 {
				t.Errorf("problems: %v", problems)
			}
		})
	}
	group.Wait()
}
