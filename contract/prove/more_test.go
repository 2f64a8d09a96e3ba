package prove

import "testing"

// TestMoreMembers is about answers that have no room for any other member, or
// document what a variant would add.
func TestMoreMembers(t *testing.T) {
	t.Parallel()
	prove(t, "testdata/more.yaml", Options{Only: []string{"extra-members", "*Items*"}})
}
