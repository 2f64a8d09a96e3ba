package rule

import "testing"

// The rules of a typical operation.
var typical = []string{
	"!has(query.sort_type) || has(query.sort_field)",
	"!has(query.min) || !has(query.max) || query.max >= query.min",
	"query.end >= query.start",
	`query.end - query.start <= duration("720h")`,
}

func BenchmarkHolds(b *testing.B) {
	env := newEnv(b, described())
	in := &Input{
		Query: members{"min": int64(1000), "max": int64(2000), "start": someTime, "end": someTime},
		Body:  members{"items": []any{members{"qty": int64(1)}, members{"qty": int64(2)}}},
	}
	for name, expression := range map[string]string{
		"guarded":  "!has(query.min) || query.min <= query.max",
		"window":   `query.end - query.start <= duration("720h")`,
		"presence": "!has(query.sort_type) || has(query.sort_field)",
		"loop":     "body.items.all(i, i.qty > 0)",
	} {
		b.Run(name, func(b *testing.B) {
			x := compile(b, env, expression)
			b.ReportAllocs()
			for b.Loop() {
				if holds, err := x.Holds(in); err != nil || !holds {
					b.Fatal(holds, err)
				}
			}
		})
	}
}

// BenchmarkCompileExamine does what loading one operation takes.
func BenchmarkCompileExamine(b *testing.B) {
	fields := described()
	b.ReportAllocs()
	for b.Loop() {
		env := newEnv(b, fields)
		for _, expression := range typical {
			if result := env.Examine(compile(b, env, expression)); result.Failure != nil {
				b.Fatal(result.Failure.Message)
			}
		}
	}
}

func BenchmarkNewEnv(b *testing.B) {
	fields := described()
	b.ReportAllocs()
	for b.Loop() {
		newEnv(b, fields)
	}
}

func BenchmarkCompile(b *testing.B) {
	env := newEnv(b, described())
	b.ReportAllocs()
	for b.Loop() {
		compile(b, env, typical[1])
	}
}

func BenchmarkExamine(b *testing.B) {
	env := newEnv(b, described())
	for _, expression := range typical {
		x := compile(b, env, expression)
		b.Run(expression, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				env.Examine(x)
			}
		})
	}
}

func BenchmarkProblems(b *testing.B) {
	env := newEnv(b, described())
	b.ReportAllocs()
	for b.Loop() {
		env.Compile("query.lim > 5")
	}
}
