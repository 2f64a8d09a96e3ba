package judge

import (
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// Whatever an endpoint sends gets a verdict, and the same one each time.
func FuzzJudgeBody(f *testing.F) {
	for _, body := range []string{
		"", good, bad, good + good, "{", `{"a":{"a":[1,{"a":1,"a":2}]}}`, "\ufeff{}", "\xff\xfe", `[[[[`, `{"job":1e999}`, `"\ud800"`,
		"goroutine 1 [running]:", "   at A.B()\n   at C.D()", "\tat a.b(C.java:1)\n\tat a.b(C.java:1)", "\x1f\x8b\x08\x00", secret,
	} {
		f.Add(200, body, "application/json", "")
		f.Add(400, body, "text/plain;", "gzip")
		f.Add(207, body, "application/problem+json", "deflate")
	}
	model := things(f)
	f.Fuzz(func(t *testing.T, status int, body, contentType, coding string) {
		for _, op := range model.Operations {
			c := wants(op.ID, plan.Either, "200", "400")
			var outcomes [2]report.Verdict
			for i := range outcomes {
				outcomes[i] = New(model, Options{}).Judge(c, got(status, body, "Content-Type: "+contentType, "Content-Encoding: "+coding, "X-Limit: "+contentType))
			}
			first, second := broken(outcomes[0]), broken(outcomes[1])
			if len(first) != len(second) {
				t.Fatalf("%q, then %q", first, second)
			}
			for i := range first {
				if first[i] != second[i] {
					t.Fatalf("%q, then %q", first[i], second[i])
				}
			}
			if _, wrong, ok := checkText([]byte(body)); ok && wrong == "" {
				spec.RepeatedNames(body, maxFindings)
			}
		}
	})
}
