package prove

import (
	"os"
	"runtime/debug"
	"testing"
)

// TestMain collects garbage less often, as clause prove does: little of it is alive.
func TestMain(m *testing.M) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	os.Exit(m.Run())
}
