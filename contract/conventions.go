package contract

import (
	"strings"

	"github.com/apiclause/clause/contract/internal/world"
)

// Convention is a rule about answers that no contract states: it is inferred from the
// names and shapes of a list. Its clause is a should.
type Convention struct {
	// ID is that of its clause, and Operation that of the operation.
	ID, Operation string
	// When and Expression are in CEL, as x-contract would state them. When limits the
	// answers that the rule is about; "" means all.
	When, Expression string
	Message          string
	// From says from what it is inferred.
	From string
}

// Conventions lists what is inferred about the answers of the contract.
func (c *Contract) Conventions() []Convention {
	var out []Convention
	for _, op := range c.model().Operations {
		for _, r := range op.Answers {
			if stated := c.model().Clause(r.ID); r.Convention != nil && stated != nil {
				out = append(out, Convention{
					ID: r.ID, Operation: op.ID, When: r.About(), Expression: r.Holds.String(), Message: r.Message, From: stated.Inferred,
				})
			}
		}
	}
	return out
}

// WithoutConventions gives the contract without what is inferred about its answers.
func (c *Contract) WithoutConventions() *Contract {
	inferred := map[string]bool{}
	for _, one := range c.model().Clauses {
		inferred[one.ID] = strings.HasPrefix(one.ID, world.ConventionID(one.Operation, ""))
	}
	model := c.model().Without(func(id string) bool { return inferred[id] })
	model.WithoutConventions = true
	return contractOf(model)
}
