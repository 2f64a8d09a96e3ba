package spec

import (
	"slices"

	"github.com/apiclause/clause/contract/clause"
)

// General is a statement that holds for the answers of every operation, whatever the
// description says. Its clauses are OPERATION.answer.NAME.
type General struct {
	Name, Statement string
	// Reason is why it should hold, though no description says so; "" where it must.
	Reason string
	// JSON tells that it is stated only of operations that document an answer in JSON.
	JSON bool
}

// generals is the table of them, in the order of their clauses. The package judge has
// a check for each.
var generals = []General{
	{Name: "framing", Statement: "the answer is complete and well-formed HTTP (RFC 9112)"},
	{Name: "unprovoked-5xx", Statement: "no request that is not meant to fail inside is answered with a 5xx"},
	{
		Name: "duplicate-names", Statement: "no object in an answer has two members of one name",
		Reason: "RFC 8259, section 4: names within an object should be unique", JSON: true,
	},
	{
		Name: "stack-trace", Statement: "no answer holds a stack trace",
		Reason: "a stack trace tells an attacker how the service is built",
	},
	{
		Name: "credentials", Statement: "no answer holds the credentials of the request",
		Reason: "what is sent to authenticate must not come back to be logged",
	},
}

// Generals lists the statements about the answers of every operation.
func Generals() []General { return slices.Clone(generals) }

// With gives the contract with more clauses of each operation, after its own. All
// else is c's. An id that the contract has already is left out.
func (c *Contract) With(more func(*Operation) []*clause.Clause) *Contract {
	out := c.Without(func(string) bool { return false })
	for _, op := range c.Operations {
		all := more(op)
		if len(all) == 0 {
			continue
		}
		at := len(out.Clauses)
		for i, one := range slices.Backward(out.Clauses) {
			if one.Operation == op.ID {
				at = i + 1
				break
			}
		}
		for _, one := range all {
			if out.byID[one.ID] == nil {
				out.byID[one.ID] = one
				out.Clauses = slices.Insert(out.Clauses, at, one)
				at++
			}
		}
	}
	return out
}
