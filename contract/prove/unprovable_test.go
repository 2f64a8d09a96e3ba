package prove

import (
	"errors"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract"
)

func TestAContractWithoutOperationsIsAMistakeOfTheUser(t *testing.T) {
	t.Parallel()
	_, err := Run(t.Context(), load(t, "testdata/events.yaml"), Options{})
	if !errors.Is(err, contract.ErrUsage) || !strings.Contains(err.Error(), "events.yaml describes no operation that can be called: give it one under paths") {
		t.Errorf("got %v", err)
	}
	if _, err := Faults(load(t, "testdata/events.yaml")); !errors.Is(err, contract.ErrUsage) {
		t.Errorf("for its faults: %v", err)
	}
}

// TestAnOperationToWhichNothingCanBeSent keeps the others from being proved by
// nothing: its faults are excluded, each with the reason.
func TestAnOperationToWhichNothingCanBeSent(t *testing.T) {
	t.Parallel()
	r := prove(t, "testdata/unsendable.yaml", Options{})
	reasons := map[string]string{
		"uploadPicture": "nothing can be sent that the operation allows: nothing is known that is valid application/pdf",
		"findPictures":  "nothing can be sent that the operation allows: parameter area (query) is required, and",
	}
	noticed := 0
	for i := range r.Faults {
		f := &r.Faults[i]
		operation, _, _ := strings.Cut(f.Clause, ".")
		if want := reasons[operation]; want != "" && !strings.HasPrefix(f.Excluded, want) {
			t.Errorf("%s is excluded for %q, want %q…", f.Name, f.Excluded, want)
		}
		if operation == "listPictures" && f.Noticed() {
			noticed++
		}
	}
	if noticed < 20 {
		t.Errorf("%d faults of the operation that can be called are noticed, want 20 or more", noticed)
	}
}
