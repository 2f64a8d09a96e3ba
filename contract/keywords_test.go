package contract_test

import (
	"fmt"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/internal/loaded"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/prove"
)

// unproved are the keywords that no fault of prove is about, and why.
var unproved = map[string]string{}

// TestEveryKeywordIsTriedAndProved fails for a keyword that makes clauses and that no
// case breaks, or no faulty implementation fails to hold.
func TestEveryKeywordIsTriedAndProved(t *testing.T) {
	for _, k := range spec.Keywords() {
		c, err := contract.Load("try.yaml", []byte(fmt.Sprintf(`openapi: 3.1.0
info: {title: Try, version: "1"}
paths:
  /try:
    post:
      operationId: try
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [a], properties: {a: %s}}}}
      responses:
        "200": {description: ok}
        "400": {description: bad}
`, k.Sample.Schema)))
		if err != nil {
			t.Fatal(err)
		}
		id := "try.body.a." + k.Name
		cases := 0
		for _, one := range plan.Build((*loaded.Contract)(c).Model(), plan.Options{Unsafe: true}).Cases {
			if one.Clause == id && one.Expect.Outcome == plan.Refused && one.Skip == "" {
				cases++
			}
		}
		if cases == 0 {
			t.Errorf("no case breaks the keyword %s: its row has neither boundaries nor breaking values for %s", k.Name, k.Sample.Schema)
		}
		faults, err := prove.Faults(c)
		if err != nil {
			t.Fatal(err)
		}
		proved := false
		for i := range faults {
			proved = proved || faults[i].Clause == id && faults[i].Excluded == ""
		}
		switch reason := unproved[k.Name]; {
		case !proved && reason == "":
			t.Errorf("prove has no fault about the keyword %s: give it one, or say in this test why not", k.Name)
		case proved && reason != "":
			t.Errorf("prove has a fault about the keyword %s, and this test says why it has none", k.Name)
		}
	}
}
