package report

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/page"
	"github.com/apiclause/clause/contract/internal/printable"
	"github.com/apiclause/clause/contract/plan"
)

// The page and what its script has of its own. All is in the file that HTML writes, so
// that it needs nothing else.
var (
	//go:embed page.html
	pageHTML string
	//go:embed page.js
	pageJS string

	pageScript = page.Script(pageJS)
)

const (
	// maxPageText is how much of a body or a header the page has, in bytes.
	maxPageText = 8 << 10
	// maxPageCases is how much the page has of all cases, in bytes. Those that come
	// when it is used up lack their exchange; what passed comes last.
	maxPageCases = 16 << 20
	// maxPageCauses and maxPageReasons are how many of them the page lists.
	maxPageCauses, maxPageReasons = 60, 60
)

// reportPage is what the template is filled with.
type reportPage struct {
	page.Frame

	R    *Report
	Made Made
	// Options are those of the run in words.
	Options []string
	// Word is the verdict, Clauses and Cases count in words, Little warns.
	Word, Clauses, Cases, Little string
	Coverage                     Coverage
	Stands                       []page.Part
	Causes                       []pageCause
	MoreCauses                   int
	Gaps, Untried                []gapRow
	Unaccepted                   []gapRow
	Operations                   []operationRow
	Statuses                     []string
	Techniques                   []techniqueRow
	Data                         pageData
}

type pageCause struct {
	Word        Outcome
	About       []string
	Cases       int
	Operations  int
	Clauses     []string
	More        int
	Example     string
	Wanted, Got string
	First       *clause.Clause // of the clauses
}

// gapRow is a reason, and what it is the reason for.
type gapRow struct {
	Reason string
	N      int
	IDs    []string
	More   int
}

type operationRow struct {
	Name     string
	Clauses  Summary
	Cases    int
	Statuses []int // as many as the page has columns
}

type techniqueRow struct {
	Name  plan.Technique
	N     int
	Parts []page.Part
}

// pageData is what the script shows. It is in an element that is not executed.
type pageData struct {
	Clauses []pageClause `json:"clauses"`
	// Cases are verdicts as in the JSON form, with what is wanted in words. The curl of an
	// exchange is how to send it again, as a run does or alone.
	Cases    []json.RawMessage `json:"cases"`
	Statuses map[string]string `json:"statuses"`
}

type pageClause struct {
	clause.Clause

	Section string `json:"section"`
	From    string `json:"from,omitempty"`
	Place   string `json:"place,omitempty"`
	Stand   Stand  `json:"stand"`
	Reason  string `json:"reason,omitempty"`
	Cases   int    `json:"cases"`
}

// HTML writes a report as one page for a browser. It loads nothing, and runs no script
// but its own, whatever an answer holds: everything from elsewhere is escaped, and a
// policy in the page forbids the rest. The exchanges of a long report are abridged as
// in the JSON form.
func HTML(w io.Writer, r *Report) error {
	p, err := newPage(r)
	if err == nil {
		err = pageTemplate.Execute(w, p)
	}
	if err != nil {
		return fmt.Errorf("write the HTML report: %w", err)
	}
	return nil
}

var pageTemplate = page.Template(pageHTML, printable.ForTemplates(), template.FuncMap{
	"seconds": seconds,
	"percent": func(c Coverage) string { return fmt.Sprintf("%.0f", 100-c.Percent()) },
})

func newPage(r *Report) (*reportPage, error) {
	words := newPrinter(r, TextOptions{})
	words.little()
	word, _ := r.word()
	p := &reportPage{
		Frame: page.Framed(fmt.Sprintf("%s: %s, %s", word, r.Contract.Title, r.Target.Where()), pageScript),
		R:     r, Word: word, Coverage: r.Coverage(), Little: words.String(),
		Clauses: words.clauseCounts(), Cases: words.caseCounts(),
		Stands: standParts(r), Gaps: gapRows(r.gaps()), Untried: gapRows(r.untried()), Unaccepted: gapRows(r.neverAccepted()),
		Techniques: techniqueRows(r),
	}
	if r.Made != nil {
		p.Made, p.Options = *r.Made, r.Made.options()
	}
	p.Causes, p.MoreCauses = pageCauses(r)
	p.Operations, p.Statuses = operationRows(r)
	var err error
	p.Data, err = newPageData(r)
	return p, err
}

func standParts(r *Report) []page.Part {
	var names []string
	var counts []int
	for _, s := range []Stand{Violated, Excused, Warned, Upheld, Untested} {
		names, counts = append(names, string(s)), append(counts, *r.Summary.stand(s))
	}
	return page.Bar(names, counts, len(r.Clauses))
}

func techniqueRows(r *Report) []techniqueRow {
	var order []plan.Technique
	of := map[plan.Technique]*Summary{}
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		if of[v.Case.Technique] == nil {
			of[v.Case.Technique], order = &Summary{}, append(order, v.Case.Technique)
		}
		of[v.Case.Technique].add(v.Outcome)
	}
	most := 0
	for _, s := range of {
		most = max(most, s.Cases)
	}
	var out []techniqueRow
	for _, t := range order {
		var names []string
		var counts []int
		for _, o := range byWeight {
			names, counts = append(names, string(o)), append(counts, *of[t].outcome(o))
		}
		out = append(out, techniqueRow{t, of[t].Cases, page.Bar(names, counts, most)})
	}
	return out
}

// operationRows counts the answers of each operation by status, and its clauses.
func operationRows(r *Report) ([]operationRow, []string) {
	var order []string
	clauses, answers, cases := map[string]*Summary{}, map[string]map[string]int{}, map[string]int{}
	meet := func(op string) {
		if clauses[op] == nil {
			clauses[op], answers[op], order = &Summary{}, map[string]int{}, append(order, op)
		}
	}
	for i := range r.Clauses {
		meet(r.Clauses[i].Operation)
		*clauses[r.Clauses[i].Operation].stand(r.Clauses[i].Stand)++
	}
	seen := map[string]bool{}
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		meet(v.Case.Operation)
		cases[v.Case.Operation]++
		status := statusName(v)
		answers[v.Case.Operation][status]++
		seen[status] = true
	}
	statuses := slices.Sorted(maps.Keys(seen)) // digits come before letters
	var out []operationRow
	for _, op := range order {
		row := operationRow{Name: op, Clauses: *clauses[op], Cases: cases[op]}
		for _, s := range statuses {
			row.Statuses = append(row.Statuses, answers[op][s])
		}
		out = append(out, row)
	}
	return out, statuses
}

// statusName is the column of a verdict.
func statusName(v *Verdict) string {
	switch {
	case v.Exchange == nil:
		return "not sent"
	case v.Exchange.Status == 0:
		return "no answer"
	}
	return fmt.Sprintf("%03d", v.Exchange.Status)
}

// pageCauses gives what went wrong, what counts most first, and how many causes are
// left out.
func pageCauses(r *Report) (out []pageCause, more int) {
	all := r.causes()
	worstFirst(all)
	find := newPrinter(r, TextOptions{}).find
	shown := map[*Verdict]bool{}
	for i, c := range all {
		if i == maxPageCauses {
			return out, len(all) - i
		}
		c.exemplify(shown)
		v := c.verdicts[0]
		shown[v] = true
		row := pageCause{
			Word: c.word, About: c.about, Cases: len(c.verdicts), Operations: c.operations(), Example: v.Case.ID,
			Clauses: slices.Sorted(maps.Keys(c.clauses)), Wanted: v.Case.Expect.Wanted(),
		}
		row.Got = gotStatus(v.Exchange)
		row.First = find(row.Clauses[0])
		if c.clauses[v.Case.Clause] {
			row.First = find(v.Case.Clause)
		}
		row.Clauses, row.More = few(row.Clauses)
		out = append(out, row)
	}
	return out, 0
}

// few cuts a list to what a page names, and counts the rest.
func few(ids []string) ([]string, int) {
	const most = 8
	if len(ids) <= most+1 {
		return ids, 0
	}
	return ids[:most], len(ids) - most
}

func gapRows(gaps []gap) []gapRow {
	var out []gapRow
	for i, g := range gaps {
		if i == maxPageReasons {
			rest := 0
			for _, g := range gaps[i:] {
				rest += len(g.ids)
			}
			return append(out, gapRow{Reason: count(len(gaps)-i, "other reason"), N: rest})
		}
		ids, more := few(g.ids)
		out = append(out, gapRow{g.reason, len(g.ids), ids, more})
	}
	return out
}

func newPageData(r *Report) (pageData, error) {
	d := pageData{Clauses: []pageClause{}, Cases: make([]json.RawMessage, len(r.Verdicts)), Statuses: map[string]string{}}
	for i := range r.Clauses {
		c := &r.Clauses[i]
		d.Clauses = append(d.Clauses, pageClause{
			Clause: c.Clause, Section: sectionOf(&c.Clause), From: c.Source.String(), Place: c.At.String(),
			Stand: c.Stand, Reason: c.Reason, Cases: c.Cases,
		})
	}
	var likes []string
	if len(r.Verdicts) > large {
		likes = likenesses(r)
	}
	left := maxPageCases
	for _, passed := range []bool{false, true} {
		for i := range r.Verdicts {
			v := &r.Verdicts[i]
			if (v.Outcome == Pass) != passed {
				continue
			}
			like := v.Like
			if likes != nil {
				like = likes[i]
			}
			text, err := pageCase(v, like, left)
			if err != nil {
				return d, err
			}
			d.Cases[i] = text
			left -= len(text)
			if v.Exchange != nil && v.Exchange.Status != 0 {
				d.Statuses[strconv.Itoa(v.Exchange.Status)] = http.StatusText(v.Exchange.Status)
			}
		}
	}
	return d, nil
}

// pageCase writes a verdict in left bytes, if it can be.
func pageCase(v *Verdict, like string, left int) (json.RawMessage, error) {
	if like == "" {
		text, err := json.Marshal(struct {
			*Verdict

			Wanted string `json:"wanted"`
		}{shortened(v), v.Case.Expect.Wanted()})
		if err != nil || len(text) <= left {
			return text, err //nolint:wrapcheck // HTML says what could not be written
		}
	}
	return json.Marshal(abridgedAs(v, like)) //nolint:wrapcheck // as above
}

// shortened gives a verdict with what a page shows of it: the exchange says what was
// sent, and its texts are cut.
func shortened(v *Verdict) *Verdict {
	out := *v
	out.Case.Request = plan.Request{Method: v.Case.Request.Method, Path: v.Case.Request.Path, Credential: v.Case.Request.Credential}
	if v.Exchange == nil {
		out.Case.Request.Parameters = v.Case.Request.Parameters
		return &out
	}
	x := *v.Exchange
	x.Curl, x.Replay = v.Resend(), "" // the page shows one
	x.RequestBody, x.ResponseBody = cut(x.RequestBody, maxPageText), cut(x.ResponseBody, maxPageText)
	x.RequestHeaders, x.ResponseHeaders = shortHeaders(x.RequestHeaders), shortHeaders(x.ResponseHeaders)
	out.Exchange = &x
	return &out
}

func shortHeaders(headers []Header) []Header {
	out := slices.Clone(headers)
	for i := range out {
		out[i].Value = strings.TrimSpace(cut(out[i].Value, maxPageText))
	}
	return out
}
