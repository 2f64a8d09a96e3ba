package prove

import (
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/clause"
)

const notes = "testdata/notes.yaml"

// TestAnswerRulesAreProved has a fault of each kind that can break each rule, and all of
// them noticed by the rule's own cases; nothing that conforms is charged.
func TestAnswerRulesAreProved(t *testing.T) {
	t.Parallel()
	r := run(t, notes, Options{})
	if len(r.Good) > 0 {
		t.Errorf("the known-good implementation is charged: %+v", r.Good)
	}
	for _, v := range r.Variants {
		if len(v.Alarms) > 0 {
			t.Errorf("the variant %s is charged: %+v", v.Name, v.Alarms)
		}
	}
	made := map[string][]string{}
	for _, f := range r.Faults {
		if f.Level == clause.Must && f.Excluded == "" && !f.Named {
			t.Errorf("%s is missed", f.Name)
		}
		if rule, name, ok := strings.Cut(f.Name, "/"); ok && f.Class == AnswerRule {
			if rule = strings.TrimPrefix(rule, "listNotes.answers."); f.Excluded != "" {
				name += ": " + f.Excluded
			}
			made[rule] = append(made[rule], name)
		}
	}
	for rule, want := range map[string][]string{
		"at-most-limit": {"ignored", "longer"},
		"of-the-kind":   {"ignored", "changed"},
		"ascending":     {"ignored", "longer", "reversed", "changed"},
		"descending":    {"ignored", "longer", "reversed", "changed"},
	} {
		if !slices.Equal(made[rule], want) {
			t.Errorf("%s has the faults %v, not %v", rule, made[rule], want)
		}
	}
}
