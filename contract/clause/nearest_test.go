package clause_test

import (
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/clause"
)

func TestNearest(t *testing.T) {
	known := []string{"only", "skip", "seed", "id", "X-Request-Id", "customer_id", "op.query.limit.minimum", "op.query.limit.maximum"}
	for name, want := range map[string]string{
		"snip": "skip", "sede": "seed", "ony": "only", "Only": "only", "only": "only", "di": "id", // swapped, lacking, in another case, right
		"customerId": "customer_id", "custmer-id": "customer_id", "x_request_id": "X-Request-Id",
		"op.query.limit.maximun": "op.query.limit.maximum", "OP.QUERY.LIMIT.MINIMUM": "op.query.limit.minimum",
		"op.query.limit": "op.query.limit.minimum", // the first of those that go on
		"customer":       "customer_id", "limit.minimum": "op.query.limit.minimum", "op.minimum": "op.query.limit.minimum",
		"": "", "x": "", "q": "", "elephant": "", "sk": "", "-": "", "cu": "", strings.Repeat("a", 500): "",
	} {
		if got := clause.Nearest(name, known); got != want {
			t.Errorf("nearest to %q is %q, not %q", name, got, want)
		}
	}
}

// Names that nobody gives a thing do not make the search long.
func TestNearestOfHugeNames(t *testing.T) {
	known := make([]string, 100_000)
	for i := range known {
		known[i] = strings.Repeat("b", 190)
	}
	if got := clause.Nearest(strings.Repeat("a", 190), known); got != "" {
		t.Errorf("got %q", got)
	}
}
