package contract_test

import (
	"fmt"
	"testing"

	"github.com/apiclause/clause/contract"
)

// TestWhatIsInferredIsNoChangeOfItsOwn compares lists with a filter, of which a
// convention follows that names the values in the order of the description.
func TestWhatIsInferredIsNoChangeOfItsOwn(t *testing.T) {
	t.Parallel()
	list := func(values string) *contract.Contract {
		thing := fmt.Sprintf("{type: object, required: [id, state], properties: {id: {type: integer}, state: {type: string, enum: [%s]}}}", values)
		c, err := contract.Load("c.yaml", fmt.Appendf(nil, `openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /things:
    get:
      operationId: list
      parameters: [{name: state, in: query, schema: {type: string, enum: [%[1]s]}}]
      responses: {"200": {description: ok, content: {application/json: {schema: {type: array, items: %[2]s}}}}}
    post:
      operationId: make
      requestBody: {content: {application/json: {schema: %[2]s}}}
      responses: {"201": {description: made, content: {application/json: {schema: %[2]s}}}}
  /things/{id}:
    get:
      operationId: show
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {"200": {description: ok, content: {application/json: {schema: %[2]s}}}}
`, values, thing))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	d, err := contract.Compare(t.Context(), list("new, used"), list("used, new"))
	if err != nil {
		t.Fatal(err)
	}
	if !d.Empty() {
		t.Errorf("the order of values is a change: %+v", d.Changes)
	}
}
