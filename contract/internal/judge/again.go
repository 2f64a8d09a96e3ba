package judge

import (
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/world"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// Doubtful reports whether what an exchange would charge the target with may come from
// elsewhere: another client changed what the run made, or the target was restarted
// meanwhile and forgot it.
func Doubtful(c *plan.Case, x *run.Exchange) bool {
	if x.Got == nil || x.Problem != nil || x.Unmade != "" || len(c.Request.Made()) == 0 || c.Walk != nil {
		return false // a list was read twice already
	}
	return strings.HasPrefix(c.Clause, c.Operation+".state.") || ruling.Missing(strconv.Itoa(x.Got.Status))
}

// Charges reports whether a verdict charges the target with something, or would.
func Charges(v *report.Verdict) bool { return len(charges(v)) > 0 }

// charges lists the clauses that a verdict charges, or would.
func charges(v *report.Verdict) []string {
	var out []string
	for _, f := range slices.Concat(v.Findings, v.Conditional) {
		out = append(out, f.Clause)
	}
	return out
}

// forgotten is why nothing is decided where only one of two exchanges is wrong.
const forgotten = "the target answered otherwise when the case was sent once more, about what is new: " +
	"it may have forgotten what was made, or another client changed it"

// dependent is why nothing is decided where a change of one part alone takes the rest away.
const dependent = "a change of one part took the rest away, and one of another part did not, or was not accepted: " +
	"what was lost may depend on the part"

// Unconfirmed gives the verdict on a case that was not sent again, though what it would be
// charged with may come from elsewhere: nothing is decided then. why says why it was not.
func Unconfirmed(v report.Verdict, why string) report.Verdict {
	if Charges(&v) {
		v.Outcome, v.Reason = report.Undecided, why
		v.Findings, v.Conditional, v.Exercised = nil, nil, nil
	}
	return v
}

// Confirmed gives the verdict on a case that was sent twice: what was wrong both times
// is charged, and nothing else.
func Confirmed(first, again report.Verdict) report.Verdict {
	both := charges(&again)
	if again.Outcome == report.Error || again.Outcome == report.Skip ||
		slices.ContainsFunc(charges(&first), func(id string) bool { return slices.Contains(both, id) }) {
		return first
	}
	if again.Outcome == report.Pass || again.Outcome == report.Undecided {
		again.Outcome, again.Reason = report.Undecided, forgotten
		if strings.HasSuffix(first.Case.Clause, ".state."+world.Untouched) {
			again.Reason = dependent
		}
		again.Exercised = nil
	}
	return again
}
