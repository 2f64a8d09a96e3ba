package rule

import (
	"fmt"
	"strings"
	"testing"
)

// A total, contingent rule shows nothing.
func TestExamineFindsNothing(t *testing.T) {
	env := newEnv(t, described())
	for _, expression := range []string{
		"!has(query.sort_type) || has(query.sort_field)",
		"!has(query.min) || !has(query.max) || query.max >= query.min",
		`query.end - query.start <= duration("720h")`,
		`query.end <= query.start + duration("720h")`,
		"query.end >= query.start",
		`query.start >= now - duration("8760h") && query.start <= now`,
		`query.start >= timestamp("2020-01-01T00:00:00Z")`,
		"[has(body.a), has(body.b)].filter(x, x).size() == 1",
		"has(body.a) == has(body.b) && has(body.b) == has(body.c)",
		"!has(body.window) || !has(body.window.to) || body.window.from < body.window.to",
		"!has(body.items) || body.items.all(i, i.qty > 0)",
		"!has(body.items) || body.items.all(i, !has(i.weight) || i.weight <= i.qty)",
		"!has(body.items) || size(body.items) <= 50",
		"!has(query.name) || size(query.name) <= 64",
		"!has(query.name) || query.name != 'reserved'",
		"!has(query.name) || query.name.startsWith('x-')",
		"!has(query.ratio) || query.ratio <= 0.75",
		"query.limit * 10 <= 500", // Accepts keeps it from overflowing
		"100 / query.limit >= 2",
		"!has(query.flag) || query.flag || query.limit > 1",
		"!has(query.sort_field) || query.sort_field == 'name' || has(query.sort_type) && query.sort_type == 'asc'",
		"!has(body.free) || !has(body.free.x) || body.free.x > 1",
		// More combinations than are tried.
		"!has(body.a) || !has(body.b) || !has(body.c) || !has(query.min) || body.a <= body.b || body.c <= query.min",
		"!has(header.`X-Request-Id`) || path.id != header.`X-Request-Id` || query.limit > 2",
		"!has(body.node) || !has(body.node.next) || body.node.value < body.node.next.value",
	} {
		result := env.Examine(compile(t, env, expression))
		if result.Failure != nil {
			t.Errorf("%s: %s", expression, result.Failure.Message)
		}
		if result.Triviality != Contingent || result.Proven {
			t.Errorf("%s: %s, proven %v", expression, result.Triviality, result.Proven)
		}
		if result.Evaluations < 2 || result.Evaluations > maxEvaluations {
			t.Errorf("%s: %d evaluations", expression, result.Evaluations)
		}
	}
}

func TestExamineTotality(t *testing.T) {
	tests := []struct {
		expression, want string
		absence          bool
	}{
		{"!has(query.min) || query.min <= query.max", "fails when query.max is absent: guard it with has(query.max)", true},
		{"query.min <= query.max", "fails when query.max is absent: guard it with has(query.max)", true},
		{"has(query.min) || query.max > 1", "fails when query.max is absent and query.min is absent: guard it with has(query.max)", true},
		{"query.limit != 7 || query.max > 1", "fails when query.max is absent and query.limit is 7: guard it with has(query.max)", true},
		{"query.`page-size` > 1", "fails when query.`page-size` is absent: guard it with has(query.`page-size`)", true},
		{"query.filter_name_ != ''", "fails when query.filter_name_ is absent: guard it with has(query.filter_name_)", true},
		{"body.a > 1", "fails when body is absent: guard it with has(body.a)", true},
		{"body == null || body.a > 1", "fails when body.a is absent: guard it with has(body.a)", true},
		{"has(body.window.to)", "fails when body is absent: guard it with has(body.window)", true},
		{
			"!has(body.window) || body.window.from < body.window.to",
			"fails when body.window.to is absent: guard it with has(body.window.to)", true,
		},
		{"!has(body.items) || body.items.all(i, i.weight > 0)", "fails when an item of body.items has no weight: guard it with has()", true},
		{"!has(body.free) || body.free.x > 1", "fails when body.free.x is absent: guard it with has(body.free.x)", true},
		{"!has(body.node) || body.node.next.value > 1", "fails when body.node.next is absent: guard it with has(body.node.next)", true},
		{"!has(query.min) || 10 / query.min > 2", "fails when query.min is 0: division by zero", false},
		{"!has(query.min) || 10 % query.min > 2", "fails when query.min is 0: modulus by zero", false},
		{"!has(query.min) || query.min / -1 > 2", "fails when query.min is -9223372036854775808: integer overflow", false},
		{
			"!has(query.min) || !has(query.max) || query.max - query.min < 10",
			"fails when query.max is -9223372036854775808: integer overflow", false,
		},
		{"!has(query.name) || int(query.name) > 2", `fails when query.name is "a": `, false},
		{"!has(query.name) || timestamp(query.name) > now", `fails when query.name is "a": `, false},
		{"!has(body.items) || body.items[0].qty > 1", "fails when body.items is []: index out of bounds: 0", false},
		{"1 / 0 > 1", "fails whatever the request: division by zero", false},
	}
	env := newEnv(t, described())
	for _, test := range tests {
		result := env.Examine(compile(t, env, test.expression))
		if result.Failure == nil {
			t.Errorf("%s: no failure after %d evaluations", test.expression, result.Evaluations)
			continue
		}
		if !strings.Contains(result.Failure.Message, test.want) || result.Failure.Absence != test.absence || result.Failure.Err == nil {
			t.Errorf("%s:\n got %s (absence %v)\nwant %s", test.expression, result.Failure.Message, result.Failure.Absence, test.want)
		}
	}

	list := newEnv(t, []Field{{Name: "body", Type: &Type{Kind: List, Elem: anInt}}})
	result := list.Examine(compile(t, list, "body.all(i, i > 0)"))
	if got := fmt.Sprint(result.Failure); !strings.Contains(got, "fails when body is absent: guard it with dyn(body) != null") {
		t.Error(got)
	}
	if result = list.Examine(compile(t, list, "dyn(body) == null || body.all(i, i > 0)")); result.Failure != nil {
		t.Error(result.Failure.Message)
	}
}

func TestExamineTriviality(t *testing.T) {
	tests := []struct {
		expression string
		want       Triviality
		proven     bool
	}{
		{"true", AlwaysHolds, true},
		{"1 > 2", NeverHolds, true},
		{"has(query.limit)", AlwaysHolds, true},
		{"has(query.min) && !has(query.min)", NeverHolds, true},
		{"has(body.a) || !has(body.a)", AlwaysHolds, true},
		{"!has(body.window) || has(body.window.from)", AlwaysHolds, true},
		{"!has(query.sort_type) || query.sort_type in ['asc', 'desc']", AlwaysHolds, true},
		{"has(query.sort_type) && query.sort_type == 'ascending'", NeverHolds, true},
		{"has(query.flag) && query.flag && !query.flag", NeverHolds, true},
		{"query.start < query.start", NeverHolds, false},
		{"!has(query.min) || query.min > 5 || query.min <= 5", AlwaysHolds, false},
		{"query.limit > 100", NeverHolds, false},
		{"!has(query.name) || query.name.matches('^[a-z]{7}$') || query.name.size() != 7", AlwaysHolds, false},
		{"now > timestamp('2020-01-01T00:00:00Z') || true", AlwaysHolds, false},
		{"has(query.name) && query.name.matches('^[0-9]{7}$')", NeverHolds, false},
	}
	env := newEnv(t, described())
	for _, test := range tests {
		result := env.Examine(compile(t, env, test.expression))
		if result.Failure != nil || result.Triviality != test.want || result.Proven != test.proven {
			t.Errorf("%s %s, proven %v, %v; want %s, proven %v",
				test.expression, result.Triviality, result.Proven, result.Failure, test.want, test.proven)
		}
	}
}

// Many members are sampled, within bounds and the same way each time.
func TestExamineMany(t *testing.T) {
	var fields []Field
	var present, sum []string
	for i := range 14 {
		name := fmt.Sprintf("p%d", i)
		fields = append(fields, Field{Name: name, Type: anInt, Samples: []any{int64(1), int64(2)}})
		present = append(present, fmt.Sprintf("!has(query.%s)", name))
		sum = append(sum, fmt.Sprintf("query.%s > 0", name))
	}
	env := newEnv(t, []Field{{Name: "query", Type: objectOf(fields...)}})
	total := compile(t, env, strings.Join(present, " || ")+" || "+strings.Join(sum, " && "))
	first := env.Examine(total)
	if first.Failure != nil || first.Proven || first.Evaluations < 1000 || first.Evaluations > maxEvaluations+maxPresences {
		t.Errorf("%+v", first)
	}
	if again := env.Examine(total); again != first {
		t.Errorf("%+v, then %+v", first, again)
	}
	unguarded := env.Examine(compile(t, env, strings.Join(present[1:], " || ")+" || "+strings.Join(sum, " && ")))
	if unguarded.Failure == nil || unguarded.Failure.Message != "fails when query.p0 is absent: guard it with has(query.p0)" {
		t.Errorf("%+v", unguarded.Failure)
	}
}

// Where a schema accepts nothing that is invented, one value is tried all the same.
func TestExamineWithoutValues(t *testing.T) {
	env := newEnv(t, []Field{{Name: "query", Type: objectOf(
		Field{Name: "code", Type: aString, Accepts: func(any) bool { return false }})}})
	result := env.Examine(compile(t, env, "query.code.startsWith('x')"))
	if result.Failure == nil || !result.Failure.Absence || result.Evaluations != 2 {
		t.Errorf("%+v", result)
	}
	result = env.Examine(compile(t, env, "!has(query.code) || int(query.code) > 5"))
	if result.Failure == nil || result.Failure.Absence {
		t.Errorf("%+v", result)
	}
}

// A rule that costs much to evaluate is examined less.
func TestExamineIsBounded(t *testing.T) {
	env := newEnv(t, described())
	numbers := "[" + strings.Repeat("1, ", 60) + "1]"
	result := env.Examine(compile(t, env, numbers+".all(a, "+numbers+".all(b, "+numbers+".all(c, a + b + c < query.limit)))"))
	if result.Evaluations > 10 || result.Proven {
		t.Errorf("%+v", result)
	}
}
