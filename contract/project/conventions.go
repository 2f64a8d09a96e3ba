package project

import (
	"slices"
	"strings"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/internal/spec"
)

// conventions suggests to state what is inferred of the answers of lists.
func conventions(c *contract.Contract) []Suggestion {
	operations := c.Operations()
	var out []Suggestion
	for _, one := range c.Conventions() {
		at := slices.IndexFunc(operations, func(op contract.Operation) bool { return op.ID == one.Operation })
		if at < 0 {
			continue
		}
		name := one.ID[strings.LastIndexByte(one.ID, '.')+1:]
		s := suggestion(operations[at].Method, operations[at].Path, "answers", rule{
			ID: strings.Join(plain(spec.Words(name)), "-"), When: one.When, Expression: one.Expression, Message: one.Message, Inferred: one.From,
		})
		s.Where, s.convention = s.Where+", a convention of lists", true
		out = append(out, s)
	}
	return out
}
