package prove

import (
	"reflect"
	"testing"
)

// TestWhatIsNotSentToAFaultTellsNothing sends to some faults all cases of the operation:
// the same ones must notice them as of those that are chosen.
func TestWhatIsNotSentToAFaultTellsNothing(t *testing.T) {
	t.Parallel()
	derived(t)
	const path = "testdata/items.yaml"
	p, r := derive(t, path), run(t, path, Options{})
	fewer := 0
	for i := 0; i < len(p.faults); i += 3 {
		f := &p.faults[i]
		operation := p.maker.model.Clause(f.Clause).Operation
		whole := p.plans[operation]
		if f.Excluded != "" || len(p.telling(operation, f.design).Cases) == len(whole.Cases) {
			continue
		}
		fewer++
		held, err := p.held(t.Context(), f.design, whole)
		if err != nil {
			t.Fatal(err)
		}
		if all := faultResult(f, held); !reflect.DeepEqual(all.By, r.Faults[i].By) {
			t.Errorf("%s is noticed by %v, and by %v of all cases", f.Name, r.Faults[i].By, all.By)
		}
	}
	if fewer < 10 {
		t.Errorf("%d faults are sent fewer cases than there are", fewer)
	}
}
