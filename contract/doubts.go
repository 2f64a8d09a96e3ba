package contract

import "github.com/apiclause/clause/contract/plan"

// Doubts are the rules that planning found no request to try with, whatever the
// target: those that cannot be kept together, and those that no case keeps or
// breaks. They are warnings, each with its place, in the order of the file.
func (c *Contract) Doubts() []Problem { return plan.Doubts(c.model) }
