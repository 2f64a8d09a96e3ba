// Package loaded lets the packages below contract reach the model of a contract.
// Users cannot: contract.Contract has the type of Contract underneath, and hides the
// model, so that only who can import this package can convert one into the other.
//
//	model := (*loaded.Contract)(c).Model()
//	c := (*contract.Contract)(loaded.New(model))
package loaded

import "github.com/apiclause/clause/contract/internal/spec"

// Contract holds the model of a contract. It is never changed and may be shared.
type Contract struct{ model *spec.Contract }

// New returns a contract of a model.
func New(model *spec.Contract) *Contract { return &Contract{model} }

// Model returns the model.
func (c *Contract) Model() *spec.Contract { return c.model }
