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
	each(s, include, func(i int, c *plan.Case) {
		// A body that takes a context is waited for when the suite is interrupted.
		ginkgo.It(c.ID, decorate(s, c, func(context.Context) { assert(s, i) })...)
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

// decorate gives a spec its labels and its place in the contract.
func decorate(s *contract.Session, c *plan.Case, body any) []any {
	args := []any{
		ginkgo.Label("level:"+string(c.Level), "technique:"+string(c.Technique), "clause:"+c.Clause),
	}
	if one := s.Clause(c.Clause); one != nil {
		args = append(args, types.CodeLocation{FileName: one.At.File, LineNumber: one.At.Line})
	}
	return append(args, body)
}

// assert turns a case's verdict into the outcome of the running spec.
func assert(s *contract.Session, i int) {
	v := s.Verdict(i)
	for _, note := range v.Notes {
		ginkgo.AddReportEntry("note", note)
	}
	if v.Outcome == report.Skip || v.Outcome == report.Undecided {
		ginkgo.Skip(v.Reason)
	}
	gomega.Expect(v).To(UpholdItsClause(s.Clause))
}
