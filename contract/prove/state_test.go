package prove

import (
	"testing"
)

// TestServersThatRemember has every fault of a server that remembers noticed, and none of
// those charged that do it in another way.
func TestServersThatRemember(t *testing.T) {
	t.Parallel()
	r := prove(t, "testdata/library.yaml", Options{Only: []string{
		"*.state.*", "*.convention.q/*", "list-search-ranked", "*/fails-occupied", "names-burnt", "trimmed", "dependents-cleared", "one-cleared", "text-worked-out", "case-not-kept", "another-zone", "hidden", "conflict-first", "ended-is-missing",
		"newest-first", "listed-later", "last-page-again", "shorter-pages", "totals-left-out", "extra-members",
	}})
	for i := range r.Faults {
		if f := &r.Faults[i]; f.Missed() || f.Excluded != "" || !f.Named {
			t.Errorf("%s is not noticed, or by another clause; excluded: %q", f.Name, f.Excluded)
		}
	}
}
