package prove

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
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
		"name":            {"ignored"},
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

// TestVariantsOfListsDiffer holds that variants of lists answer in the way that they say.
func TestVariantsOfListsDiffer(t *testing.T) {
	t.Parallel()
	p := derive(t, shop)
	const all = "&limit=9"
	for name, test := range map[string]struct{ query, want, good string }{
		"list-order-without-case":        {"sort=name" + all, "a-c abc B n10 n9", "B a-c abc n10 n9"},
		"list-order-without-punctuation": {"sort=name" + all, "B abc a-c n10 n9", "B a-c abc n10 n9"},
		"list-order-digits-by-value":     {"sort=name" + all, "B a-c abc n9 n10", "B a-c abc n10 n9"},
		"list-filters-loosely":           {"name=b" + all, "B abc", ""},
		"list-marked-first":              {"sort=name" + all, "B n10 a-c abc n9", "B a-c abc n10 n9"},
		"list-totals-of-all":             {"kind=toy", " of 5", " of 0"},
		"list-pages-relative":            {"limit=4", "</articles?limit=4&offset=4>", "<http://example.com/articles?limit=4&offset=4>"},
		"list-pages-empty-last":          {"limit=5", "<http://example.com/articles?limit=5&offset=5>", ""},
	} {
		at := slices.IndexFunc(p.variants, func(v Variant) bool { return v.Name == name })
		if at < 0 {
			t.Errorf("there is no variant %s", name)
			continue
		}
		for _, one := range []struct {
			design design
			want   string
		}{{p.variants[at].design, test.want}, {design{}, test.good}} {
			handler, err := p.maker.make(one.design)
			if err != nil {
				t.Fatal(err)
			}
			i := &Implementation{Handler: handler, Target: p.maker.target}
			for n, thing := range []string{"n10", "B", "a-c", "n9", "abc"} {
				asked(t, i, fmt.Sprintf(`POST /articles {"name":%q,"price":7,"kind":"book","sold":%t}`, thing, n < 2))
			}
			w, _ := asked(t, i, "GET /articles?"+test.query)
			v, _ := spec.ParseJSON(w.Body.Bytes())
			var names []string
			for _, n := range within(v, []string{"items", element, "name"}) {
				names = append(names, spec.Text(n))
			}
			got := strings.Join(names, " ")
			switch {
			case strings.Contains(name, "totals"):
				got += " of " + spec.Text(within(v, []string{"total"})[0])
			case strings.Contains(name, "pages"):
				got, _, _ = strings.Cut(w.Header().Get("Link"), ";")
			}
			if got != one.want {
				t.Errorf("%s: %s, want %s", name, got, one.want)
			}
		}
	}
}

// TestASearchOfLongAnswersEnds has what a search for an answer looks at bounded by its
// length, so that who asks for a long list has an answer soon.
func TestASearchOfLongAnswersEnds(t *testing.T) {
	t.Parallel()
	m := derive(t, notes).maker
	op := m.model.Operation("listNotes")
	made, err := ruling.NewOperation(op)
	if err != nil {
		t.Fatal(err)
	}
	b := &builder{maker: m, op: op, made: made}
	to, raw := b.sampled(&rule.Input{Query: map[string]any{"sort": "stars"}})
	list, ok := raw.value.([]any)
	if !ok || len(list) == 0 {
		t.Fatalf("the sample is %v", raw.value)
	}
	raw.value = slices.Repeat(list, 2000)
	read := 0
	_, found := to.search(raw, "", func(r *reply) bool { read += len(r.text()); return false })
	if found || read == 0 || read > (1+all+1)*(maxRead+len(raw.text())) {
		t.Errorf("found: %t, %d bytes of answers were looked at", found, read)
	}
}
