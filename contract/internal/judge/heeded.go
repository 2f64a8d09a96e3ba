package judge

import (
	"slices"

	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// judgeHeeded judges whether a parameter changes what a list has. What it has then is not
// known; but that it has all that the run made, which differs, and in the same order,
// whether a text is looked for that nothing has, or that of one thing, or neither, or
// whatever a flag says, is not to heed it.
func (j *Judgment) judgeHeeded() {
	h := j.c.Heed
	switch {
	case h == nil || j.status[0] != '2':
		return
	case j.x.Unmade != "":
		j.undecided = "what was to be listed was not made: " + j.x.Unmade
		return
	case len(j.x.Heeded) != len(h.Values)+1:
		j.undecided = "the list was not asked for again"
		return
	}
	name, ours := h.Values[0].Name, j.x.Found(j.c)
	plain, ok := run.OnPage(j.value, h.List)
	if !ok || !j.shownAll(plain, ours) {
		j.undecided = "the list does not show all that was made for it, or no difference in it"
		return
	}
	pages := j.heededPages()
	switch {
	case pages == nil:
		j.undecided = "the list was not read with each value of " + name
	case !slices.Equal(pages[len(pages)-1], plain):
		j.undecided = "the list is another each time, without " + name + ", too"
	default:
		j.held(j.c.Clause)
		if !slices.ContainsFunc(pages, func(page []string) bool { return !slices.Equal(page, plain) }) {
			j.findf(j.c.Clause, "%s changes nothing: the list has the same things in the same order with each value of it, and without", name)
		}
	}
}

// heededPages gives what was in the list with each value, and in the end without; nil
// where that could not be read each time.
func (j *Judgment) heededPages() [][]string {
	var out [][]string
	for i := range j.x.Heeded {
		got := j.x.Heeded[i].Exchange.Got
		if got == nil || got.Status/100 != 2 {
			return nil
		}
		body, err := spec.ParseJSON(got.Body)
		page, ok := run.OnPage(body, j.c.Heed.List)
		if err != nil || !ok {
			return nil
		}
		out = append(out, page)
	}
	return out
}

// shownAll reports whether a list has all that was made for it, and of a flag both values.
func (j *Judgment) shownAll(page, ours []string) bool {
	h := j.c.Heed
	if len(ours) < plan.Several || slices.ContainsFunc(ours, func(id string) bool { return !slices.Contains(page, id) }) {
		return false
	}
	if h.Member == "" {
		return true
	}
	values := map[string]bool{}
	reduced(j.value, h.List.Items, func(all []any) []any {
		for _, one := range all {
			thing, _ := one.(map[string]any)
			if slices.Contains(ours, spec.Text(thing[h.List.ID])) {
				values[spec.Text(thing[h.Member])] = true
			}
		}
		return all
	})
	return values["true"] && values["false"]
}
