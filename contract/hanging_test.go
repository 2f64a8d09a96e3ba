package contract_test

import (
	"maps"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/report"
)

// TestACaseAloneHasTheVerdictThatItHasAmongAll holds that what a verdict hangs on is
// sent even if it is not selected, and that it gets no verdict itself.
func TestACaseAloneHasTheVerdictThatItHasAmongAll(t *testing.T) {
	creatingThings, err := contract.Load("creating.yaml", []byte(creating))
	if err != nil {
		t.Fatal(err)
	}
	picky := contract.Default()
	picky.Contract, picky.Handler = creatingThings, creator(func(body map[string]any) bool { return body["color"] == "red" })
	for name, config := range map[string]contract.Config{
		"picky":   picky,
		"nothing": (&pets{neverThere: true}).config(t),
	} {
		config.WithoutPreflight = true
		s, err := contract.Open(config)
		if err != nil {
			t.Fatal(err)
		}
		config.Plan = s.Plan()
		among, telling := becameOf(ran(t, config)), 0
		for id, want := range among {
			if want == report.Pass || want == report.Skip {
				continue
			}
			telling++
			config.Only = []string{id}
			alone := becameOf(ran(t, config))
			if got := alone[id]; got != want {
				t.Errorf("%s: %s is %s alone, and %s among all", name, id, got, want)
			}
			delete(alone, id)
			maps.DeleteFunc(alone, func(_ string, o report.Outcome) bool { return o == report.Skip })
			if len(alone) > 0 {
				t.Errorf("%s: %s alone has verdicts on others: %v", name, id, alone)
			}
		}
		if telling == 0 {
			t.Errorf("%s: nothing hangs on others", name)
		}
	}
}
