package rule

import (
	"testing"
	"time"
)

// No expression makes the package panic, or take long.
func FuzzCompile(f *testing.F) {
	for _, expression := range append(typical,
		"body.items.all(i, i.qty > 0 && has(i.weight))", "[has(body.a), has(body.b)].filter(x, x).size() == 1",
		"body.free['x'].y == query.`page-size`", "query.filter_name_.split(',').exists(s, s.matches('a+'))",
		"!has(body.window.to) ? body.window.from < now : 1 / query.limit > 2", "{'a': [1, 2.5, dyn('x')]}.a[0] == 1u",
		"query.lim > 5", "header.X-Request-Id == b'x'", `"\u00e9" in ['é'] && r'\d' != """a"""`, "type(body) == map", ".query.limit == 1",
	) {
		f.Add(expression)
	}
	env, err := NewEnv(described())
	if err != nil {
		f.Fatal(err)
	}
	inputs := []*Input{{}, {
		Query: members{"limit": int64(3), "name": "a,b", "start": someTime, "end": someTime, "filter[name]": "aa"},
		Body:  members{"a": int64(1), "window": members{"from": someTime}, "items": []any{members{"qty": int64(1)}}, "free": members{"x": "y"}},
	}}
	f.Fuzz(func(t *testing.T, expression string) {
		start := time.Now()
		x, problems := env.Compile(expression)
		if (x == nil) == (len(problems) == 0) {
			t.Fatalf("%q gave %v and %v", expression, x, problems)
		}
		for _, problem := range problems {
			if problem.Line < 1 || problem.Column < 1 || problem.Message == "" {
				t.Errorf("%q: %+v", expression, problem)
			}
		}
		if x == nil {
			return
		}
		for _, in := range inputs {
			_, _ = x.Holds(in) // errors are fine
			for _, c := range x.Comparisons() {
				_, _, _ = c.Sides(in)
				if c.String() == "" {
					t.Errorf("%q has an empty comparison", expression)
				}
			}
		}
		env.Examine(x)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%q took %v", expression, took)
		}
	})
}
