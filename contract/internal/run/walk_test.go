package run

import (
	"testing"

	"github.com/apiclause/clause/contract/internal/world"
	"github.com/apiclause/clause/contract/plan"
)

// Of several members that may tell of another page the same one is named each time: a
// reason stands in the verdict.
func TestWhichMemberMayTellOfMore(t *testing.T) {
	t.Parallel()
	w := &walker{
		c: plan.Case{Walk: &plan.Walk{List: &world.List{}}},
		body: map[string]any{
			"items": nil, "pageToken": "t", "moreToCome": true, "nextPage": "n", "cursors": "c", "allPages": "p", "noMore": false,
		},
	}
	const want = "the member allPages may tell of another page, of which the contract says nothing"
	for range 20 {
		if got := w.alone(&Exchange{Got: &Received{}}); got != want {
			t.Fatalf("it says %q, not %q", got, want)
		}
	}
}
