package prove

import (
	"testing"

	"github.com/apiclause/clause/contract/clause"
)

// TestDependencies holds that a contract whose rules are stated in IDL charges no
// variant, and that of its faults on a must 99 % are noticed. The others are those
// that another rule hides (a radius that is ignored leaves a place alone, which is
// refused as well), and those that take three parameters beside what breaks a rule.
func TestDependencies(t *testing.T) {
	t.Parallel()
	derived(t)
	r := run(t, "testdata/dependencies.yaml", Options{})
	uncharged(t, r)
	if must := r.Count(clause.Must); must.Noticed*100 < must.Faults*99 {
		t.Errorf("want 99 %% of the faults on a must noticed:\n%s", r.Summary())
	}
}

// TestDependenciesThatCannotBeRead holds that no variant is charged where some of
// them cannot.
func TestDependenciesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	derived(t)
	uncharged(t, run(t, "testdata/loose.yaml", Options{Only: []string{"*.rule.zero-or-one*", "parameters-first", "gzip"}}))
}

func uncharged(t *testing.T, r *Result) {
	t.Helper()
	if len(r.Good) > 0 {
		t.Errorf("the known-good implementation is charged: %+v", r.Good)
	}
	for _, v := range r.Variants {
		if len(v.Alarms) > 0 {
			t.Errorf("variant %s is charged: %+v", v.Name, v.Alarms)
		}
	}
}
