package prove

import "testing"

func TestDbg(t *testing.T) {
	p := derive(t, "../testdata/shelf.yaml")
	t.Log(len(p.faults), p.unkept)
}
