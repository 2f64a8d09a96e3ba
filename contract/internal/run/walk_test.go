package run

import (
	"net/http"
	"strings"
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

// A total in a header tells of more as one in the body does: a list without known pages that
// has less is not whole, and nothing is missing in one that has as much.
func TestATotalInAHeaderTellsOfMore(t *testing.T) {
	t.Parallel()
	w := &walker{c: plan.Case{Walk: &plan.Walk{List: &world.List{Total: &world.Told{Header: "X-Total-Count"}}}}, body: []any{}, things: 7}
	e := &Exchange{Got: &Received{Header: http.Header{"X-Total-Count": {"9"}}}}
	if got := w.alone(e); got != "it has 7 things, and says that there are 9" {
		t.Errorf("of a total that is another it says %q", got)
	}
	w.things = 10
	e.Got.Header.Set("X-Total-Count", "10")
	if got := w.alone(e); got != "" {
		t.Errorf("of the same total it says %q", got)
	}
	e.Got.Header.Del("X-Total-Count")
	if got := w.alone(e); !strings.Contains(got, "may be cut") {
		t.Errorf("without a total it says %q", got)
	}
}
