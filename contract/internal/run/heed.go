package run

import (
	"context"
	"slices"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// heed asks for a list with each value of a parameter that should change it, and then
// without it once more.
func (r *Runner) heed(ctx context.Context, c *plan.Case, names map[string]any, first *Exchange) []Step {
	if c.Heed == nil || first.Unmade != "" || first.Got == nil || first.Got.Status/100 != 2 {
		return nil
	}
	var out []Step
	ask := func(did string, with ...plan.Parameter) {
		other := *c
		other.ID += " " + did
		other.Request.Parameters = slices.Concat(c.Request.Parameters, with)
		s := Step{Case: &other, Exchange: r.exchangeWith(ctx, &other, -1, names), Did: did, Of: c.Request.Among}
		out = append(out, s)
		r.aside(s)
	}
	for _, value := range c.Heed.Values {
		ask("asked for the list with "+value.Name+" "+spec.Text(occasion{names: names}.named(value.Value)), value)
	}
	ask("asked for the list again")
	return out
}
