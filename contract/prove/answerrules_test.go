package prove

import (
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/clause"
)

const notes = "testdata/notes.yaml"

// TestAnswerRulesAreProved has a fault of each kind that can break each rule, and all of
// them noticed by the rule's own cases; nothing that conforms is charged.
func TestAnswerRulesAreProved(t *testing.T) {
	t.Parallel()
	r := run(t, notes, Options{})
	if len(r.Good) > 0 {
		t.Errorf("the known-good implementation is charged: %+v", r.Good)
	}
	for _, v := range r.Variants {
		if len(v.Alarms) > 0 {
			t.Errorf("the variant %s is charged: %+v", v.Name, v.Alarms)
		}
	}
	made := map[string][]string{}
	for _, f := range r.Faults {
		if f.Level == clause.Must && f.Excluded == "" && !f.Named {
			t.Errorf("%s is missed", f.Name)
		}
		if rule, name, ok := strings.Cut(f.Name, "/"); ok && f.Class == AnswerRule {
			if rule = strings.TrimPrefix(rule, "listNotes.answers."); f.Excluded != "" {
				name += ": " + f.Excluded
			}
			made[rule] = append(made[rule], name)
		}
	}
	for rule, want := range map[string][]string{
		"at-most-limit": {"ignored", "longer"},
		"of-the-kind":   {"ignored", "changed"},
		"ascending":     {"ignored", "longer", "reversed", "changed"},
		"descending":    {"ignored", "longer", "reversed", "changed"},
	} {
		if !slices.Equal(made[rule], want) {
			t.Errorf("%s has the faults %v, not %v", rule, made[rule], want)
		}
	}
}

const shop = "testdata/shop.yaml"

// TestConventionsAreProved has faults of lists that do not heed their query, one for each
// convention at least, and all of them noticed by what the convention is about.
func TestConventionsAreProved(t *testing.T) {
	t.Parallel()
	r := prove(t, shop, Options{Only: []string{"*.convention.*", "*.state.listed/*", "newest-first", "shorter-pages", "totals-left-out", "list-*"}})
	var variants []string
	for _, v := range r.Variants {
		variants = append(variants, v.Name)
	}
	if want := []string{
		"newest-first", "shorter-pages", "totals-left-out", "list-order-without-case", "list-order-without-punctuation",
		"list-order-digits-by-value", "list-filters-loosely", "list-marked-first", "list-pages-empty-last", "list-pages-relative", "list-totals-of-all",
	}; !slices.Equal(variants, want) {
		t.Errorf("the variants are %v, not %v", variants, want)
	}
	made := map[string][]string{}
	for _, f := range r.Faults {
		rule, name, ok := strings.Cut(strings.TrimPrefix(f.Name, "listArticles.convention."), "/")
		if !ok || f.Class != AnswerRule {
			continue
		}
		if made[rule] = append(made[rule], name); f.Excluded != "" || !f.Named {
			t.Errorf("%s is missed: %s", f.Name, f.Excluded)
		}
	}
	for rule, want := range map[string][]string{
		"limit":           {"ignored", "one-more"},
		"limit-default":   {"ignored", "one-more"},
		"sort-name":       {"ignored"}, // in which direction nobody says
		"sort-name-asc":   {"ignored", "reversed"},
		"sort-name-desc":  {"ignored", "reversed"},
		"sort-price":      {"ignored"},
		"sort-price-asc":  {"ignored", "reversed"},
		"sort-price-desc": {"ignored", "reversed"},
		"kind":            {"ignored"},
		"sold":            {"ignored"},
		"min_price":       {"ignored"},
		"max_price":       {"ignored"},
		"total":           {"one-less", "page-only"},
	} {
		if !slices.Equal(made[rule], want) {
			t.Errorf("%s has the faults %v, not %v", rule, made[rule], want)
		}
		delete(made, rule)
	}
	if len(made) > 0 {
		t.Errorf("there are other faults: %v", made)
	}
}
