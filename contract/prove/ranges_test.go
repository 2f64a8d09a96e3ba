package prove

import (
	"slices"
	"strings"
	"testing"
)

// TestRanges holds that limits of the ends of a range are demanded where the other end can
// be in order with them, need not be there, or a rule speaks of both.
func TestRanges(t *testing.T) {
	t.Parallel()
	derived(t)
	r := prove(t, "testdata/ranges.yaml", Options{Only: []string{"*_beds.*imum/*", "*_price.*imum/*", "*_size.*imum/*", "*.floor_to.*imum/*"}})
	open := []string{"min_beds.maximum/lowered", "max_beds.minimum/raised"}
	for i := range r.Faults {
		f := &r.Faults[i]
		if want, is := slices.Contains(open, strings.TrimPrefix(f.Name, "rooms.query.")), strings.Contains(f.Excluded, "in no order"); is != want {
			t.Errorf("%s is excluded for %q", f.Name, f.Excluded)
		}
	}
	if len(r.Faults) < 40 {
		t.Errorf("there are no more than %d faults of limits", len(r.Faults))
	}
}
