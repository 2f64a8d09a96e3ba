package compare

import (
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/apiclause/clause/contract/internal/source"
	"github.com/apiclause/clause/contract/internal/spec"
)

// TestSelf holds every contract of the repository against itself, read twice, so that
// nothing is the same only because it is one.
func TestSelf(t *testing.T) {
	t.Parallel()
	for _, file := range described(t) {
		old, err := spec.Open(t.Context(), file, source.Options{})
		if err != nil { // it is no contract, or a bad one
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			now, err := spec.Open(t.Context(), file, source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			d, err := Contracts(t.Context(), old, now)
			if err != nil {
				t.Fatal(err)
			}
			if !d.Empty() || d.Semver != None || len(d.Cases.Come)+len(d.Cases.Go) > 0 {
				t.Errorf("it differs from itself: %+v", d)
			}
		})
	}
}

// described lists the files of the repository that may be contracts.
func described(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, root := range []string{"../../../openapi", "../../../contract", "../../../tools/clause/testdata"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && filepath.Ext(path) == ".yaml" {
				out = append(out, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(out) == 0 {
		t.Fatal("there is no contract")
	}
	return out
}
