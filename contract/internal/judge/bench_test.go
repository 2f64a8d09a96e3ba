package judge

import "testing"

// An exchange has to be judged in much less time than it takes to have one.
func BenchmarkJudge(b *testing.B) {
	j, c, x := thingsJudge(b), refused(), got(400, `{"code": "E1", "message": "limit must be at most 100 (at least 1)"}`)
	b.ReportAllocs()
	for b.Loop() {
		j.Judge(c, x)
	}
}
