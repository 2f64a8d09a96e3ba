package run

import (
	"net/http"
	"testing"

	"github.com/apiclause/clause/contract/plan"
)

// Where others have spent the things of some cases, and nothing is left of the budget for new
// ones, none of the cases is sent, nor is anything made for it: not for the first alone.
func TestNothingIsMadeAnewBeyondTheBudget(t *testing.T) {
	t.Parallel()
	sent := 0
	r := testRunner(t, "http://in-process", Options{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { sent++ })})
	const resource = "/v1/{id}"
	r.things.setups = map[string]plan.Setup{resource: {Make: post(nil), Full: post(nil)}}
	cases := []plan.Case{get(), get(), get()}
	for i := range cases {
		c := &cases[i]
		c.ID += " " + string(rune('a'+i))
		c.Expect = plan.Expect{Outcome: plan.Refused, Statuses: []string{"400"}}
		c.Request.Parameters[0].Value = plan.Made{Resource: resource, Own: true, Sample: "7"}
	}
	r.things.share(cases, [][]int{{0, 1, 2}})
	shared := r.things.shareOf(&cases[0])
	if shared == nil {
		t.Fatal("the cases share nothing")
	}
	shared.spend(r.things)
	r.Spare(0)
	for i := range cases {
		if e := r.exchange(t.Context(), &cases[i], i); e.Problem == nil || e.Problem.Kind != Inapplicable {
			t.Errorf("%s: %v", cases[i].ID, e.Problem)
		}
	}
	if sent > 0 {
		t.Errorf("%d requests were sent", sent)
	}
	r.Spare(3 * r.cost(&cases[0]))
	if e := r.exchange(t.Context(), &cases[0], 0); e.Problem != nil || sent == 0 {
		t.Errorf("with some budget: %v, %d requests", e.Problem, sent)
	}
}
