package prove

import "testing"

// TestDependencies holds to its shares a contract whose rules are stated in IDL.
func TestDependencies(t *testing.T) { prove(t, "testdata/dependencies.yaml", part()) }

// TestDependenciesThatCannotBeRead holds that no variant is charged where some of
// them cannot.
func TestDependenciesThatCannotBeRead(t *testing.T) {
	prove(t, "testdata/loose.yaml", Options{Only: []string{"parameters-first", "gzip"}})
}
