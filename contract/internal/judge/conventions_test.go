package judge

import "testing"

// TestTextsThatAreOrderedAlikeEverywhere holds that of texts which collations order
// differently nothing is said.
func TestTextsThatAreOrderedAlikeEverywhere(t *testing.T) {
	t.Parallel()
	for texts, want := range map[[2]string]bool{
		{"bravo", "mike"}:     true,
		{"a-bravo", "a-mike"}: true,
		{"same", "same"}:      true,
		{"n10", "n12"}:        true,
		{"n9ab", "n10a"}:      false, // by value, or by digits
		{"n10", "n9"}:         false,
		{"Bravo", "mike"}:     false, // case may count
		{"ab", "a-c"}:         false, // punctuation may not
		{"ab", "abc"}:         false,
		{"ä", "b"}:            false,
		{"2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z"}: true,
	} {
		if got := alike(texts[0], texts[1]); got != want || alike(texts[1], texts[0]) != want {
			t.Errorf("%q: %t, want %t", texts, got, want)
		}
	}
}
