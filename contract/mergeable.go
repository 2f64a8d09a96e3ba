package contract

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/report"
)

// fits gives an error unless a part is of the same run as the first.
func (p part) fits(first part) error {
	for _, fact := range facts() {
		if a, b := fact.of(first.Report), fact.of(p.Report); a != b {
			return usage("merge: the %s is %s in %s, and %s in %s: %s", fact.what, a, first.called(), b, p.called(), fact.advice)
		}
	}
	for _, list := range lists() {
		if id, differs := difference(list.of(first.Report), list.of(p.Report)); differs {
			what := strings.TrimSpace(list.what + " " + id)
			return usage("merge: the %s is not the same in %s and %s: %s", what, first.called(), p.called(), list.advice)
		}
	}
	for i := range p.Verdicts {
		v, other := &p.Verdicts[i], first.Verdicts[i].Shard
		switch {
		case v.Shard != other:
			return usage("merge: the case %s is sent %s for %s, and %s for %s: select the same cases in every shard",
				v.Case.ID, sentIn(other), first.called(), sentIn(v.Shard), p.called())
		case v.Shard < 0 || v.Shard > p.Shard.Of:
			return usage("merge: the case %s is sent %s of %d for %s: run the shard again", v.Case.ID, sentIn(v.Shard), p.Shard.Of, p.called())
		}
	}
	return nil
}

func sentIn(shard int) string {
	if shard == 0 {
		return "in no shard"
	}
	return fmt.Sprintf("in shard %d", shard)
}

// fact is what the reports of one run agree on.
type fact struct {
	what, advice string
	of           func(*report.Report) string
}

func facts() []fact {
	return []fact{
		{"contract", "hold every shard to the same one", func(r *report.Report) string {
			return fmt.Sprintf("%s %s (%s)", r.Contract.Title, r.Contract.Version, r.Contract.File)
		}},
		{"target", "test the same one in every shard", func(r *report.Report) string {
			about := []string{r.Target.Name, r.Target.BaseURL, r.Target.Organization, r.Target.Project, r.Target.Version}
			if r.Shard.Instance != "" {
				about[1] = "" // each shard may have started its own, at a port that was free
			}
			return strings.Join(slices.DeleteFunc(about, func(text string) bool { return text == "" }), ", ")
		}},
		{"tool", "use the same version for every shard", func(r *report.Report) string { return r.Tool }},
		{"seed", "use the same one for every shard", func(r *report.Report) string { return strconv.FormatInt(r.Seed, 10) }},
		{"strictness", "be strict in every shard, or in none", func(r *report.Report) string { return strconv.FormatBool(r.Shard.Strict) }},
	}
}

// list is what the reports of one run agree on, item by item.
type list struct {
	what, advice string
	of           func(*report.Report) []item
}

type item struct {
	id    string
	value any
}

func lists() []list {
	return []list{
		{"clause", "hold every shard to the same contract", func(r *report.Report) []item {
			items := make([]item, len(r.Clauses))
			for i, c := range r.Clauses {
				items[i] = item{c.ID, c.Clause}
			}
			return items
		}},
		{"case", "plan every shard with the same contract, target and options", func(r *report.Report) []item {
			items := make([]item, len(r.Verdicts))
			for i, v := range r.Verdicts {
				items[i] = item{v.Case.ID, v.Case}
			}
			return items
		}},
		{"untested clause", "plan every shard with the same contract, target and options", func(r *report.Report) []item {
			items := make([]item, len(r.Shard.Untested))
			for i, u := range r.Shard.Untested {
				items[i] = item{u.Clause, u}
			}
			return items
		}},
		{"list of known failures", "give every shard the same one", func(r *report.Report) []item {
			return []item{{"", r.Shard.Known}}
		}},
	}
}

// difference gives the first item that is not the same in two lists.
func difference(a, b []item) (id string, differs bool) {
	for i := range min(len(a), len(b)) {
		if !reflect.DeepEqual(a[i].value, b[i].value) && jsonText(a[i].value) != jsonText(b[i].value) {
			return a[i].id, true
		}
	}
	switch {
	case len(a) > len(b):
		return a[len(b)].id, true
	case len(b) > len(a):
		return b[len(a)].id, true
	}
	return "", false
}

// jsonText writes a value as reports do: what was read from one and what was not
// look alike in it.
func jsonText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
