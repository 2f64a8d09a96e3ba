package contract

import (
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/target"
)

// authenticable refuses credentials for a security scheme that the contract does
// not have, or that are not for it: they would not be sent, in silence.
func (c *Contract) authenticable(t *target.Target) error {
	schemes := make([]target.Scheme, 0, len(c.model.Schemes))
	for _, s := range c.model.Schemes {
		schemes = append(schemes, run.Described(s))
	}
	if err := t.CheckSchemes(schemes); err != nil {
		return usageError{err}
	}
	return nil
}
