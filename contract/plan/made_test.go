package plan_test

import (
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// TestABudgetOfWhatIsMadeInACircle ends where a thing needs one of its own kind to be
// made, which it ends.
func TestABudgetOfWhatIsMadeInACircle(t *testing.T) {
	model, err := spec.Load("x.yaml", []byte(`openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets:
    post:
      operationId: swap
      x-contract:
        makes: {thing: "/pets/{id}", name: answer.id}
        ends: "/pets/{id}"
        needs: {query.old: "/pets/{id}"}
      parameters: [{name: old, in: query, required: true, schema: {type: string}}]
      responses:
        "201": {description: made, content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}}
        "400": {description: bad}
  /pets/{id}:
    get:
      operationId: read
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: there}, "404": {description: none}}
`))
	if err != nil {
		t.Fatal(err)
	}
	const budget = 3
	p := plan.Build(model, plan.Options{Unsafe: true}).Within(budget, func(int) bool { return true })
	accepted := 0
	for i := range p.Cases {
		c := &p.Cases[i]
		if c.Skip == "" && (c.Expect.Outcome == plan.Accepted || c.Expect.Outcome == plan.Either) {
			accepted++
		}
		if before := p.Before(c); len(before) > plan.Deepest {
			t.Errorf("%s: %d things are made before it", c.ID, len(before))
		}
	}
	if accepted > budget {
		t.Errorf("%d cases that are accepted are within a budget of %d", accepted, budget)
	}
}
