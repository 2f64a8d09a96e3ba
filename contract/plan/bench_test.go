package plan

import "testing"

func BenchmarkBuild(b *testing.B) {
	m := file(b, "../../openapi/userusage.yaml")
	b.ReportAllocs()
	for b.Loop() {
		Build(m, informed)
	}
}

func BenchmarkBuildBody(b *testing.B) {
	m := file(b, "../testdata/orders.yaml")
	b.ReportAllocs()
	for b.Loop() {
		Build(m, informed)
	}
}
