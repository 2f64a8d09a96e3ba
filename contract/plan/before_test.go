package plan

import (
	"encoding/json"
	"math"
	"testing"
	"time"
)

// TestBefore compares numbers of all kinds that requests have, and times of one form.
func TestBefore(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		a, b any
		want bool
	}{
		{int64(1), 1.5, true},
		{1.5, int64(1), false},
		{int64(1), uint64(math.MaxUint64), true},
		{json.Number("1"), int64(2), true},
		{int64(1), "2", false},
		{"2026-01-01", "2026-01-02", true},
		{Time{}, Time{Offset: time.Hour}, true},
		{"2026-01-01", "2026-01-02T00:00:00Z", false},
	} {
		if before(one.a, one.b) != one.want {
			t.Errorf("%v before %v: %t", one.a, one.b, !one.want)
		}
	}
}
