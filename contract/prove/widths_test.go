package prove

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestWidths holds the plan and the oracle to the same: a number past the range of
// its format can be sent where no other limit forbids it.
func TestWidths(t *testing.T) {
	t.Parallel()
	derived(t)
	r := prove(t, "testdata/widths.yaml", Options{Only: []string{"*.format/dropped", "*.format/wrapped", "*/wrapped", "numbers-loosely", "coercing"}})
	const (
		unread  = "what is past 64 bits is refused as no integer"
		limited = "always breaks another limit as well"
	)
	want := map[string]string{
		"count.path.id.format/dropped":      unread,
		"count.path.id.format/wrapped":      "",
		"count.query.offset.format/dropped": "",
		"count.query.limit.format/dropped":  "",
		"count.query.limit.maximum/wrapped": "breaks the format int32 as well",
		"count.query.page.format/dropped":   limited,
		"count.query.page.maximum/wrapped":  "breaks the format int32 as well",
		"count.query.after.format/dropped":  unread,
		"count.query.after.maximum/wrapped": "breaks the format int64 as well",
		"count.query.size.maximum/wrapped":  "",
		"count.body.amount.format/dropped":  "",
		"count.body.least.format/dropped":   "",
		"count.body.share.format/dropped":   limited,
	}
	got := map[string]bool{}
	for i := range r.Faults {
		f := &r.Faults[i]
		got[f.Name] = true
		reason, known := want[f.Name]
		switch {
		case !known:
			t.Errorf("%s is not expected", f.Name)
		case reason == "" && !f.Named:
			t.Errorf("%s is not noticed by its clause: excluded for %q", f.Name, f.Excluded)
		case !strings.Contains(f.Excluded, reason):
			t.Errorf("%s is excluded for %q, want %q", f.Name, f.Excluded, reason)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if !got[name] {
			t.Errorf("%s is missing", name)
		}
	}
}
