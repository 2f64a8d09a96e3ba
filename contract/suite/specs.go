package suite

import (
	"context"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// specs builds the tree of a started session: a container for each operation
// and expectation, a spec for each case.
func specs(s *contract.Session, include func(int) bool) {
	told := told{}
	each(s, include, func(i int, c *plan.Case) {
		// A body that takes a context is waited for when the suite is interrupted.
		ginkgo.It(c.ID, decorate(s, c, func(context.Context) { told.assert(s, i) })...)
	})
}

// each visits the cases within their containers.
func each(s *contract.Session, include func(int) bool, spec func(i int, c *plan.Case)) {
	type container struct{ operation, expectation string }
	var order []container
	members := map[container][]int{}
	cases := s.Plan().Cases
	for i := range cases {
		if !include(i) {
			continue
		}
		key := container{cases[i].Operation, expectation(&cases[i])}
		if members[key] == nil {
			order = append(order, key)
		}
		members[key] = append(members[key], i)
	}
	for _, key := range order {
		ginkgo.Describe(key.operation, func() {
			ginkgo.Describe(key.expectation, func() {
				for _, i := range members[key] {
					spec(i, &cases[i])
				}
			})
		})
	}
}

// expectation names a container: "200", "400", "200 or 400".
func expectation(c *plan.Case) string {
	if len(c.Expect.Statuses) == 0 {
		return string(c.Expect.Outcome)
	}
	return strings.Join(c.Expect.Statuses, " or ")
}

// labels are those of a spec, which filters go by.
func labels(c *plan.Case) ginkgo.Labels {
	return ginkgo.Label("level:"+string(c.Level), "technique:"+string(c.Technique), "clause:"+c.Clause)
}

// decorate gives a spec its labels and its place in the contract.
func decorate(s *contract.Session, c *plan.Case, body any) []any {
	args := []any{labels(c)}
	if one := s.Clause(c.Clause); one != nil {
		args = append(args, types.CodeLocation{FileName: one.At.File, LineNumber: one.At.Line})
	}
	return append(args, body)
}

// told remembers what was shown: the case that showed it first. Ginkgo runs these
// specs one after another.
type told map[string]string

// first reports whether nothing like it was shown before, and by which case it was.
func (t told) first(id, what string) (by string, first bool) {
	if by, ok := t[what]; ok {
		return by, false
	}
	t[what] = id
	return id, true
}

// assert turns a case's verdict into the outcome of the running spec. Of those that
// fail alike, or are warned of alike, the first shows why.
func (t told) assert(s *contract.Session, i int) {
	v := s.Verdict(i)
	for _, note := range v.Notes {
		if _, first := t.first(v.Case.ID, "note "+v.Case.Operation+" "+note); first {
			ginkgo.AddReportEntry("note", note)
		}
	}
	if v.Outcome == report.Skip || v.Outcome == report.Undecided {
		ginkgo.Skip(v.Reason)
	}
	if v.Outcome != report.Warn && !fails(v.Outcome) {
		return
	}
	by, first := t.first(v.Case.ID, string(v.Outcome)+" "+report.Likeness(&v))
	switch {
	case v.Outcome == report.Warn && first:
		ginkgo.AddReportEntry("warning", report.Describe(v, s.Clause))
	case v.Outcome == report.Warn:
		ginkgo.AddReportEntry("warning", "as "+by, ginkgo.ReportEntryVisibilityFailureOrVerbose)
	case !first:
		ginkgo.Fail(alike(&v, by))
	default:
		gomega.Expect(v).To(UpholdItsClause(s.Clause))
	}
}

// alike says of a verdict which other one shows why.
func alike(v *report.Verdict, by string) string {
	text := strings.ToUpper(string(v.Outcome)) + " " + v.Case.ID + " as " + by
	if again := v.Resend(); again != "" {
		text += "\n  replay   " + report.Printable(again)
	}
	return text
}
