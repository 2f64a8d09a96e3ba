package prove

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/page"
	"github.com/apiclause/clause/contract/internal/printable"
	"github.com/apiclause/clause/contract/plan"
)

// The page and what its script has of its own.
var (
	//go:embed page.html
	pageHTML string
	//go:embed page.js
	pageJS string

	pageScript = page.Script(pageJS)
)

const (
	// maxPageRows is how many missed faults, and reasons, a page lists beside its lists.
	maxPageRows = 60
	// maxPageNames is how many names it lists of each, and maxPageCases how many of the
	// cases that notice a fault.
	maxPageNames, maxPageCases = 8, 20
)

// What became of a fault, in a word.
const (
	wasMissed    = "missed"
	wasOtherwise = "otherwise" // noticed, but by no case that names the clause
	wasNoticed   = "noticed"
	wasExcluded  = "excluded"
)

// outcomes are these, what counts most first, and the class of each in the style.
var outcomes = []pageOutcome{{wasMissed, "fail"}, {wasOtherwise, "warn"}, {wasNoticed, "pass"}, {wasExcluded, "untested"}}

type pageOutcome struct {
	Name  string `json:"name"`
	Class string `json:"class"`
}

// weight orders outcomes: what counts most is 0.
func weight(outcome string) int {
	return slices.IndexFunc(outcomes, func(o pageOutcome) bool { return o.Name == outcome })
}

// outcome says what became of a fault.
func (f *FaultResult) outcome() string {
	switch {
	case f.Excluded != "":
		return wasExcluded
	case f.Missed():
		return wasMissed
	case !f.Named:
		return wasOtherwise
	}
	return wasNoticed
}

// proofPage is what the template is filled with.
type proofPage struct {
	page.Frame

	R                 *Result
	Word              string
	All, Must, Should Count
	Outcomes          []page.Part
	Missed            []*FaultResult
	MoreMissed        int
	Charged           []charged
	Techniques        []plan.Technique
	Classes           []classRow
	Excluded          []reason
	MoreExcluded      int
	Data              pageData
}

// charged is an implementation that conforms, and what it is charged with.
type charged struct {
	Name, Description string
	Alarms            []Alarm
	More              int
}

// classRow is a row of the table of techniques.
type classRow struct {
	Name  Class
	Total bool
	Count Count
	By    []int // as many as there are techniques
}

// reason is why faults are excluded.
type reason struct {
	Reason       string
	Names, Shown []string
	More         int
}

// pageData is what the script shows. It is in an element that is not executed.
type pageData struct {
	Outcomes []pageOutcome `json:"outcomes"`
	Clauses  []*pageClause `json:"clauses"`
	Faults   []pageFault   `json:"faults"`
}

type pageClause struct {
	ID        string       `json:"id"`
	Operation string       `json:"operation"`
	Level     clause.Level `json:"level"`
	Outcome   string       `json:"outcome"`
	Counts    string       `json:"counts"`

	of map[string]int // faults, by outcome
}

type pageFault struct {
	Name        string           `json:"name"`
	Clause      string           `json:"clause"`
	Operation   string           `json:"operation"`
	Level       clause.Level     `json:"level"`
	Class       Class            `json:"class"`
	Description string           `json:"description"`
	Outcome     string           `json:"outcome"`
	Excluded    string           `json:"excluded,omitempty"`
	By          []string         `json:"by,omitempty"`
	More        int              `json:"more,omitempty"`
	Techniques  []plan.Technique `json:"techniques,omitempty"`
}

// HTML writes what a proof found as one page for a browser: what would be missed, and
// who would be wronged, before all else. It loads nothing, and runs no script but its
// own.
func HTML(w io.Writer, r *Result) error {
	if err := pageTemplate.Execute(w, newPage(r)); err != nil {
		return fmt.Errorf("write the HTML page: %w", err)
	}
	return nil
}

var pageTemplate = page.Template(pageHTML, printable.ForTemplates(), template.FuncMap{
	// class is the class of an outcome in the style.
	"class": func(name string) string { return outcomes[weight(name)].Class },
})

func newPage(r *Result) *proofPage {
	p := &proofPage{
		Frame: page.Framed(r.word()+": proof of "+r.Contract.Title, pageScript),
		R:     r, Word: r.word(), All: r.Count(""), Must: r.Count(clause.Must), Should: r.Count(clause.Should),
		Charged: r.charged(), Techniques: techniques, Classes: r.classes(), Data: newPageData(r),
	}
	p.Techniques, p.Classes = used(p.Techniques, p.Classes)
	names, counts := make([]string, len(outcomes)), make([]int, len(outcomes))
	for i, o := range outcomes {
		names[i] = o.Name
	}
	for i := range r.Faults {
		f := &r.Faults[i]
		counts[weight(f.outcome())]++
		if f.Missed() {
			p.Missed = append(p.Missed, f)
		}
	}
	p.Outcomes = page.Bar(names, counts, len(r.Faults))
	slices.SortStableFunc(p.Missed, func(a, b *FaultResult) int { return cmp.Compare(a.Level, b.Level) }) // must comes first
	if more := len(p.Missed) - maxPageRows; more > 0 {
		p.Missed, p.MoreMissed = p.Missed[:maxPageRows], more
	}
	p.Excluded = r.reasons()
	if more := len(p.Excluded) - maxPageRows; more > 0 {
		p.Excluded, p.MoreExcluded = p.Excluded[:maxPageRows], more
	}
	return p
}

// used leaves out the techniques that notice nothing, as the last row tells, that of all.
func used(all []plan.Technique, rows []classRow) ([]plan.Technique, []classRow) {
	total := rows[len(rows)-1].By
	var kept []plan.Technique
	out := slices.Clone(rows)
	for i := range out {
		out[i].By = nil
	}
	for at, n := range total {
		if n == 0 {
			continue
		}
		kept = append(kept, all[at])
		for i := range out {
			out[i].By = append(out[i].By, rows[i].By[at])
		}
	}
	return kept, out
}

// word gives the verdict on the tests in a word.
func (r *Result) word() string {
	if r.Failed() {
		return "FAIL"
	}
	return "PASS"
}

// charged lists the implementations that conform and are charged.
func (r *Result) charged() []charged {
	var out []charged
	add := func(name, description string, alarms []Alarm) {
		if len(alarms) == 0 {
			return
		}
		most := min(len(alarms), maxPageNames)
		out = append(out, charged{name, description, alarms[:most], len(alarms) - most})
	}
	add("known-good", "it keeps to the contract", r.Good)
	for _, v := range r.Variants {
		add(v.Name, v.Description, v.Alarms)
	}
	return out
}

// classes counts the faults of each class, and then all, by what notices them.
func (r *Result) classes() []classRow {
	var out []classRow
	total := classRow{Total: true, By: make([]int, len(techniques))}
	for _, class := range Classes {
		c, by := r.class(class)
		if c.Faults == 0 {
			continue
		}
		row := classRow{Name: class, Count: c, By: make([]int, len(techniques))}
		for i, t := range techniques {
			row.By[i] = by[t]
			total.By[i] += by[t]
		}
		total.Count.join(c)
		out = append(out, row)
	}
	return append(out, total)
}

// reasons gives why faults are excluded, what excludes most first.
func (r *Result) reasons() []reason {
	var out []reason
	at := map[string]int{}
	for i := range r.Faults {
		f := &r.Faults[i]
		if f.Excluded == "" {
			continue
		}
		if _, known := at[f.Excluded]; !known {
			at[f.Excluded] = len(out)
			out = append(out, reason{Reason: f.Excluded})
		}
		one := &out[at[f.Excluded]]
		one.Names = append(one.Names, f.Name)
	}
	for i := range out {
		n := min(len(out[i].Names), maxPageNames)
		out[i].Shown, out[i].More = out[i].Names[:n], len(out[i].Names)-n
	}
	slices.SortStableFunc(out, func(a, b reason) int { return cmp.Compare(len(b.Names), len(a.Names)) })
	return out
}

func newPageData(r *Result) pageData {
	d := pageData{Outcomes: outcomes, Clauses: []*pageClause{}, Faults: []pageFault{}}
	clauses := map[string]*pageClause{}
	for i := range r.Faults {
		f := &r.Faults[i]
		operation, _, _ := strings.Cut(f.Clause, ".")
		c := clauses[f.Clause]
		if c == nil {
			c = &pageClause{ID: f.Clause, Operation: operation, Level: f.Level, of: map[string]int{}}
			clauses[f.Clause], d.Clauses = c, append(d.Clauses, c)
		}
		c.of[f.outcome()]++
		d.Faults = append(d.Faults, newPageFault(f, operation))
	}
	for _, c := range d.Clauses {
		c.sum()
	}
	return d
}

// sum says of a clause what became of its faults: the worst in a word, and how many.
func (c *pageClause) sum() {
	var counts []string
	for _, o := range outcomes {
		if n := c.of[o.Name]; n > 0 {
			c.Outcome = cmp.Or(c.Outcome, o.Name)
			counts = append(counts, fmt.Sprintf("%d %s", n, o.Name))
		}
	}
	c.Counts = strings.Join(counts, ", ")
}

func newPageFault(f *FaultResult, operation string) pageFault {
	out := pageFault{
		Name: f.Name, Clause: f.Clause, Operation: operation, Level: f.Level, Class: f.Class, Description: f.Description,
		Outcome: f.outcome(), Excluded: f.Excluded, More: max(0, len(f.By)-maxPageCases),
	}
	for i, c := range f.By {
		if i < maxPageCases {
			out.By = append(out.By, c.ID)
		}
		if !slices.Contains(out.Techniques, c.Technique) {
			out.Techniques = append(out.Techniques, c.Technique)
		}
	}
	return out
}
