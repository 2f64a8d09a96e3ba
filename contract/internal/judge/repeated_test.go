package judge

import (
	"net/http"
	"testing"

	"github.com/apiclause/clause/contract/clause"
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

// TestWhatNamesAThingMayBeRefused holds that a request is not charged that was refused
// with what is called as the name of a thing, until one was accepted that has such a
// value, too: only the target knows which things there are.
func TestWhatNamesAThingMayBeRefused(t *testing.T) {
	verdict := func(status int, referring ...string) *report.Verdict {
		c := accepted("readThing")
		c.Expect.Referring = referring
		v := &report.Verdict{Case: *c, Outcome: report.Pass, Exchange: &report.Exchange{Status: status}}
		if status == http.StatusUnprocessableEntity {
			v.Outcome, v.Conditional = report.Undecided, []report.Finding{{Clause: c.Clause, Level: clause.Must}}
		}
		return v
	}
	for _, test := range []struct {
		accepted []string
		want     report.Outcome
	}{
		{nil, report.Undecided},
		{[]string{"owner_id (body)"}, report.Undecided},
		{[]string{"owner_id (body)", "shop_id (body)"}, report.Fail},
	} {
		var known Accepted
		known.Add(verdict(http.StatusOK, test.accepted...))
		refused := verdict(http.StatusUnprocessableEntity, "shop_id (body)")
		if known.Settle(refused, false); refused.Outcome != test.want {
			t.Errorf("%v was accepted: %s, want %s", test.accepted, refused.Outcome, test.want)
		}
	}
}
