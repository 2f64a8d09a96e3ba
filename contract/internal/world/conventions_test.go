package world

import (
	"os"
	"slices"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
)

// TestConventionsAreWhatIsNotStated infers what the lists of a contract suggest, but for
// what the contract states in the same words.
func TestConventionsAreWhatIsNotStated(t *testing.T) {
	const file = "../../testdata/shelf.yaml"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	model, err := spec.Load(file, data)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, op := range Conventions(model).Operations {
		for _, r := range op.Answers {
			if r.Convention != nil {
				got = append(got, r.ID)
			}
		}
	}
	var want []string
	for _, name := range []string{ // limit is stated
		"limit-default", "sort-title-asc", "sort-title-desc", "sort-title", "sort-pages-asc", "sort-pages-desc", "sort-pages",
		"genre", "lent", "min_pages", "total",
	} {
		want = append(want, ConventionID("listBooks", name))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q is inferred, not %q", got, want)
	}
}
