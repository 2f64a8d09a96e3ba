package world

import (
	"os"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
)

func TestConventionsX(t *testing.T) {
	for _, f := range []string{"../../testdata/shelf.yaml", "../../testdata/pets.yaml"} {
		data, _ := os.ReadFile(f)
		model, err := spec.Load(f, data)
		if err != nil {
			t.Fatal(err)
		}
		for _, op := range Conventions(model).Operations {
			for _, r := range op.Answers {
				if r.Convention != nil {
					t.Logf("%s %v\n when %s\n %s\n %s", r.ID, r.Convention.Among, r.Convention.When, r.Convention.Expression, r.Message)
				}
			}
		}
	}
}
