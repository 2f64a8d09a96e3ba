package report

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/apiclause/clause/contract/plan"
)

// TestTheSchemaHasTheTechniques holds the list of techniques in the schema to the
// table: readers of reports go by it.
func TestTheSchemaHasTheTechniques(t *testing.T) {
	var schema struct {
		Defs struct {
			Case struct {
				Properties struct {
					Technique struct{ Enum []plan.Technique }
				}
			}
		} `json:"$defs"`
	}
	if err := json.Unmarshal(Schema, &schema); err != nil {
		t.Fatal(err)
	}
	want := append(plan.Techniques(), plan.Recorded)
	if got := schema.Defs.Case.Properties.Technique.Enum; !slices.Equal(got, want) {
		t.Errorf("report.schema.json has the techniques %q, and the table of contract/plan %q", got, want)
	}
}
