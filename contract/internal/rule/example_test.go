package rule_test

import (
	"fmt"

	"github.com/apiclause/clause/contract/internal/rule"
)

func Example() {
	integer := &rule.Type{Kind: rule.Int}
	env, err := rule.NewEnv([]rule.Field{{Name: "query", Type: &rule.Type{
		Kind:   rule.Object,
		Fields: []rule.Field{{Name: "min", Type: integer}, {Name: "max", Type: integer}},
	}}})
	if err != nil {
		panic(err)
	}

	_, problems := env.Compile("query.mim <= query.max")
	fmt.Println(problems)

	unguarded, _ := env.Compile("!has(query.min) || query.min <= query.max")
	fmt.Println(env.Examine(unguarded).Failure.Message)

	x, _ := env.Compile("!has(query.min) || !has(query.max) || query.min <= query.max")
	fmt.Println(x.Holds(&rule.Input{Query: map[string]any{"min": int64(7), "max": int64(5)}}))
	fmt.Println(x.Comparisons()[0].Sides(&rule.Input{Query: map[string]any{"min": int64(7), "max": int64(5)}}))
	// Output:
	// [1:6: query has no member mim: did you mean query.min?]
	// fails when query.max is absent: guard it with has(query.max)
	// false <nil>
	// 7 5 <nil>
}
