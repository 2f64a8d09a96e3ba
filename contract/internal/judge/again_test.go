package judge_test

import (
	"testing"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/judge"
	"github.com/apiclause/clause/contract/report"
)

// What may come from elsewhere, and was not sent again, is charged to nobody; what is right
// stays so.
func TestWhatWasNotSentAgainIsUndecided(t *testing.T) {
	broken := []report.Finding{{Clause: "addBook.answer.201", Level: clause.Must}}
	for name, v := range map[string]report.Verdict{
		"broken":             {Outcome: report.Fail, Findings: broken, Exercised: []string{"addBook.answer.201"}},
		"broken, maybe":      {Outcome: report.Undecided, Conditional: broken},
		"a should is broken": {Outcome: report.Warn, Findings: []report.Finding{{Clause: "addBook.state.holds", Level: clause.Should}}},
	} {
		got := judge.Unconfirmed(v, "the run ended before")
		if got.Outcome != report.Undecided || got.Reason != "the run ended before" || judge.Charges(&got) || len(got.Exercised) > 0 {
			t.Errorf("%s: %s (%s), held to %v", name, got.Outcome, got.Reason, got.Exercised)
		}
	}
	right := report.Verdict{Outcome: report.Pass, Exercised: []string{"addBook.answer.201"}}
	if got := judge.Unconfirmed(right, "the run ended before"); got.Outcome != report.Pass || len(got.Exercised) != 1 {
		t.Errorf("what is right is %s, held to %v", got.Outcome, got.Exercised)
	}
}
