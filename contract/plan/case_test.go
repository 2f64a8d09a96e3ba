package plan

import (
	"testing"
	"time"
)

// TestRolledOver holds that a time past the last hour of its day is none at any time of
// the day: 24:00:00 may be its end.
func TestRolledOver(t *testing.T) {
	t.Parallel()
	for now, want := range map[time.Time]string{
		time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC):   "2026-01-29T48:00:00Z",
		time.Date(2026, 1, 31, 12, 0, 5, 0, time.UTC):  "2026-01-29T60:00:05Z",
		time.Date(2026, 3, 1, 23, 59, 59, 0, time.UTC): "2026-02-27T71:59:59Z",
	} {
		if got := (Time{Form: RolledOver}).At(now); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
