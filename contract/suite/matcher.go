package suite

import (
	"fmt"

	"github.com/onsi/gomega/types"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/report"
)

// UpholdItsClause succeeds on a verdict that is no reason to fail: pass, warn,
// known or skip. Its failure text is the finding: the clause, its level and
// source, why the request had to be answered as expected, what was sent, wanted
// and got, and a curl line.
// find gives the clause with an id, or nil; Session.Clause does.
func UpholdItsClause(find func(id string) *clause.Clause) types.GomegaMatcher { return upholds{find} }

type upholds struct {
	find func(id string) *clause.Clause
}

func (upholds) Match(actual any) (bool, error) {
	v, ok := actual.(report.Verdict)
	if !ok {
		return false, fmt.Errorf("UpholdItsClause wants a report.Verdict, not %T", actual)
	}
	return !fails(v.Outcome), nil
}

func fails(o report.Outcome) bool { return o == report.Fail || o == report.Fixed || o == report.Error }

func (u upholds) FailureMessage(actual any) string {
	v, ok := actual.(report.Verdict)
	if !ok {
		return ""
	}
	return report.Describe(v, u.find)
}

func (upholds) NegatedFailureMessage(actual any) string {
	v, _ := actual.(report.Verdict)
	return fmt.Sprintf("case %s was not to uphold its clause, and its verdict is %s", v.Case.ID, v.Outcome)
}
