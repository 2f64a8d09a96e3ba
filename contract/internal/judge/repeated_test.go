package judge

import (
	"net/http"
	"testing"

	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// TestWhatIsNewEachTimeIsNoRepetition holds that a refusal is charged although an
// accepted request had the same placeholder in its path: it stood for another value.
func TestWhatIsNewEachTimeIsNoRepetition(t *testing.T) {
	verdict := func(value any, status int) *report.Verdict {
		c := accepted("readThing")
		c.Request.Method = http.MethodPut
		c.Request.Parameters = []plan.Parameter{{In: "path", Name: "id", Value: value}}
		v := &report.Verdict{Case: *c, Outcome: report.Pass, Exchange: &report.Exchange{Status: status}}
		if status >= http.StatusBadRequest {
			v.Outcome, v.Findings = report.Fail, []report.Finding{{Clause: c.Clause}}
		}
		return v
	}
	for _, test := range []struct {
		value any
		want  report.Outcome
	}{
		{plan.Template{Text: "a-{{unique}}"}, report.Fail},
		{"a", report.Undecided},
	} {
		var known Accepted
		known.Add(verdict(test.value, http.StatusOK))
		refused := verdict(test.value, http.StatusBadRequest)
		if known.Settle(refused, false); refused.Outcome != test.want {
			t.Errorf("%v: %s (%s), want %s", test.value, refused.Outcome, refused.Reason, test.want)
		}
	}
}
