package plan_test

import (
	"slices"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// TestWhatMayBeLackingIsChangedFirst keeps a change of what a thing must have, with which
// all the rest may go, from being the only one that is tried, and so one of what the thing
// may lack, which may exclude another.
func TestWhatMayBeLackingIsChangedFirst(t *testing.T) {
	t.Parallel()
	model, err := spec.Load("papers.yaml", []byte(`openapi: 3.0.3
info: {title: Papers, version: "1"}
paths:
  /papers:
    post:
      operationId: makePaper
      requestBody: {required: true, content: {application/json: {schema: {allOf: [{$ref: "#/components/schemas/Paper"}], required: [title, text]}}}}
      responses: {"201": {description: made, content: {application/json: {schema: {$ref: "#/components/schemas/Paper"}}}}}
  /papers/{paper_id}:
    parameters: [{name: paper_id, in: path, required: true, schema: {type: integer}}]
    get: {operationId: readPaper, responses: {"200": {description: it, content: {application/json: {schema: {$ref: "#/components/schemas/Paper"}}}}}}
    patch:
      operationId: changePaper
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Paper"}}}}
      responses: {"204": {description: changed}}
components:
  schemas:
    Paper:
      type: object
      properties:
        id: {type: integer, readOnly: true}
        approver: {type: string}
        approvals: {type: integer}
        text: {type: string}
        title: {type: string}
`))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range plan.Build(model, plan.Options{Unsafe: true}).Setups["/papers/{paper_id}"].Parts["changePaper"] {
		body, _ := c.Request.Body.Value.(map[string]any)
		for name := range body {
			names = append(names, name)
		}
	}
	if want := []string{"approver", "title"}; !slices.Equal(names, want) {
		t.Errorf("the parts that are changed are %v, not %v", names, want)
	}
}
