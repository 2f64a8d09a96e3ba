package judge

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// TestWhatIsAmongWhatWasMade leaves a thing out of a list that somebody else made, whose
// number is that of a thing of another kind which the run made.
func TestWhatIsAmongWhatWasMade(t *testing.T) {
	t.Parallel()
	c := &plan.Case{Request: plan.Request{Among: "/owners/{owner_id}/pets/{pet_id}"}}
	j := &Judgment{
		c: c, x: &run.Exchange{Before: []run.Step{{Of: "/owners/{owner_id}", Name: "5"}, {Of: c.Request.Among, Name: "7"}}},
		value: []any{map[string]any{"id": json.Number("5")}, map[string]any{"id": json.Number("7")}},
	}
	if got, want := j.among(&spec.Among{ID: "id"}), []any{map[string]any{"id": json.Number("7")}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v is among what was made, not %v", got, want)
	}
}

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

// TestGroups parts a list where a member changes, whatever it is in some of the things.
func TestGroups(t *testing.T) {
	t.Parallel()
	for list, want := range map[string][]int{
		`[]`:                                 nil,
		`[{"m": true}, {"m": true}]`:         {2},
		`[{"m": "a"}, {"m": "b"}, {}]`:       {1, 1, 1},
		`[{"m": {}}, {"m": {}}, {"m": "a"}]`: {2, 1},
		`[{"m": [1]}, {"m": [2]}, 7]`:        {1, 1, 1},
	} {
		var things []any
		if err := json.Unmarshal([]byte(list), &things); err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, part := range groups(things, "m") {
			got = append(got, len(part))
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: it has parts of %v, not of %v", list, got, want)
		}
	}
}
