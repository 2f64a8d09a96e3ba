package contract

import (
	"context"
	"fmt"

	"github.com/apiclause/clause/contract/plan"
)

// Doubts are the rules that planning found no request to try with, whatever the
// target: those that cannot be kept together, and those that no case keeps or
// breaks. They are warnings, each with its place, in the order of the file.
func (c *Contract) Doubts() []Problem { return plan.Doubts(context.Background(), c.model) }

// DoubtsContext is Doubts that ends early when ctx does. The error is then the
// cause.
func (c *Contract) DoubtsContext(ctx context.Context) ([]Problem, error) {
	out := plan.Doubts(ctx, c.model)
	if ctx.Err() != nil {
		return nil, fmt.Errorf("try the rules of %s: %w", c.File(), context.Cause(ctx))
	}
	return out, nil
}
