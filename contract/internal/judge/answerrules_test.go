package judge

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

var shelfModel = sync.OnceValues(func() (*spec.Contract, error) {
	const file = "../../testdata/shelf.yaml"
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return spec.Load(file, data)
})

// listed gives the verdict on an answer to a request for a list, in a case of an
// answer rule.
func listed(t *testing.T, rule, query string, outcome plan.Outcome, x *run.Exchange) report.Verdict {
	t.Helper()
	model, err := shelfModel()
	if err != nil {
		t.Fatal(err)
	}
	c := wants("listBooks", outcome, "200")
	c.Clause, c.Level = "listBooks.answers."+rule, clause.Must
	x.Sent = run.Sent{Method: "GET", URL: "http://127.0.0.1:9000/v1/books?" + query}
	x.Started = time.Unix(0, 0)
	return New(model, Options{}).Judge(c, x)
}

const (
	shortBook = `{"id": 1, "title": "a", "pages": 10, "genre": "crime", "lent": true}`
	longBook  = `{"id": 2, "title": "b", "pages": 900, "genre": "poetry", "lent": false}`
)

func shelf(books ...string) string {
	return `{"total": 2, "items": [` + strings.Join(books, ", ") + `]}`
}

// TestAnswers has what answer rules charge, what they say nothing of and why.
func TestAnswers(t *testing.T) {
	const accepted, counted = plan.Accepted, "X-Total-Count: 2"
	both, turned := shelf(shortBook, longBook), shelf(longBook, shortBook)
	unmade := got(200, both, counted)
	unmade.Unmade = "POST /books was answered with 500"
	for _, test := range []struct {
		name, rule, query string
		outcome           plan.Outcome
		x                 *run.Exchange
		want              string // violated, upheld, or why it is neither
	}{
		{"too many", "at-most-limit", "limit=1", accepted, got(200, both, counted), "violated"},
		{"not too many", "at-most-limit", "limit=2", accepted, got(200, both, counted), "upheld"},
		{"far from too many", "at-most-limit", "limit=9", accepted, got(200, both, counted), "no answer was seen that could have broken the rule"},
		{"no limit", "at-most-limit", "", accepted, got(200, both, counted), "no answer was seen that could have broken the rule"},
		{"none", "of-the-genre", "genre=crime", accepted, got(200, shelf(), counted), "no answer was seen that could have broken the rule"},
		{"another case's answer", "of-the-genre", "limit=1", accepted, got(200, both, counted), "no answer was seen that could have broken the rule"},
		{"a limit in another form", "at-most-limit", "limit=%2B1", accepted, got(200, both, counted), "may be read in several ways"},
		{"a limit that is refused", "at-most-limit", "limit=1", plan.Refused, got(200, both, counted), ""},
		{"a limit that may be", "at-most-limit", "limit=1", plan.Either, got(200, both, counted), ""},
		{"no success", "at-most-limit", "limit=1", accepted, got(400, both), ""},
		{"what is counted could not be made", "at-most-limit", "limit=2", accepted, unmade, "could not be made: POST /books"},
		{"in order", "sorted-by-title", "sort=title", accepted, got(200, both, counted), "upheld"},
		{"not in order", "sorted-by-title", "sort=title&order=asc", accepted, got(200, turned, counted), "violated"},
		{"of another order", "sorted-by-title", "sort=title&order=desc", accepted, got(200, turned, counted), ""},
		{"backwards", "sorted-by-pages", "sort=pages&order=desc", accepted, got(200, turned, counted), "upheld"},
		{"not backwards", "sorted-by-pages", "sort=pages&order=desc", accepted, got(200, both, counted), "violated"},
		{"another genre", "of-the-genre", "genre=crime", accepted, got(200, both, counted), "violated"},
		{"a wrong type", "long-enough", "min_pages=5", accepted, got(200, strings.ReplaceAll(both, "900", `"many"`), counted), "could not be evaluated"},
		{"a missing member", "long-enough", "min_pages=5", accepted, got(200, strings.ReplaceAll(both, `"pages": 900, `, ""), counted), "could not be evaluated"},
		{"a name twice", "at-most-limit", "limit=1", accepted, got(200, strings.Replace(both, `"total"`, `"total": 1, "total"`, 1), counted), "no JSON document"},
		{"no JSON", "at-most-limit", "limit=1", accepted, got(200, "[", counted), "no JSON document"},
		{"a wrong header", "total-in-header", "", accepted, got(200, both, "X-Total-Count: 3"), "violated"},
		{"a right header", "total-in-header", "", accepted, got(200, both, counted), "upheld"},
		{"no header", "total-in-header", "", accepted, got(200, both), "could not be evaluated"},
	} {
		v := listed(t, test.rule, test.query, test.outcome, test.x)
		if is := stands(&v, "listBooks.answers."+test.rule); test.want == "" && is != "" || !strings.Contains(is, test.want) {
			t.Errorf("%s: it is %q, not %q", test.name, is, test.want)
		}
	}
}

// stands says what a verdict says of a clause.
func stands(v *report.Verdict, id string) string {
	switch at := slices.IndexFunc(v.Unheld, func(u report.Unheld) bool { return u.Clause == id }); {
	case slices.ContainsFunc(v.Findings, func(f report.Finding) bool { return f.Clause == id }):
		return "violated"
	case slices.Contains(v.Exercised, id):
		return "upheld"
	case at >= 0:
		return v.Unheld[at].Reason
	}
	return ""
}

// TestAnswersOfOthers has that a list is held to a rule in the cases of that rule
// alone, for what is in it otherwise depends on the order of sending; and in recordings.
func TestAnswersOfOthers(t *testing.T) {
	const id = "listBooks.answers.at-most-limit"
	both := shelf(shortBook, longBook)
	v := listed(t, "of-the-genre", "limit=1", plan.Accepted, got(200, both))
	if is := stands(&v, id); is != "" {
		t.Errorf("the answer to another rule's case: it is %q", is)
	}
	x := got(200, both)
	x.Recorded = &run.Recorded{Partial: true}
	v = listed(t, "of-the-genre", "limit=1", plan.Accepted, x)
	if is := stands(&v, id); is != "violated" {
		t.Errorf("a recorded answer: it is %q", is)
	}
	if is := stands(&v, "listBooks.answers.total-in-header"); !strings.Contains(is, "may lack headers") {
		t.Errorf("a recorded answer without headers: it is %q", is)
	}
}

// TestARefusalIsNotChargedToTheAnswerRule has the status charged to the success that
// was wanted.
func TestARefusalIsNotChargedToTheAnswerRule(t *testing.T) {
	v := listed(t, "at-most-limit", "limit=1", plan.Accepted, got(400, ""))
	if len(v.Findings) == 0 || v.Findings[0].Clause != "listBooks.answer.200" {
		t.Errorf("it is charged with %+v", v.Findings)
	}
}

// TestAFindingSaysWhatTheRuleRead has what a person needs to see the mistake.
func TestAFindingSaysWhatTheRuleRead(t *testing.T) {
	v := listed(t, "at-most-limit", "limit=1", plan.Accepted, got(200, shelf(shortBook, longBook)))
	at := slices.IndexFunc(v.Findings, func(f report.Finding) bool { return f.Check == "answers" })
	if at < 0 {
		t.Fatalf("nothing is found: %+v", v.Findings)
	}
	want := report.Finding{
		Check: "answers", Clause: "listBooks.answers.at-most-limit", Level: clause.Must,
		Message:  "the answer breaks the rule: there are no more books than limit",
		Expected: "!has(query.limit) || size(answer.items) <= query.limit", Actual: "answer.items is a list of 2, query.limit is 1",
	}
	if v.Findings[at] != want {
		t.Errorf("it says %+v", v.Findings[at])
	}
}

// TestAListMayHaveOneGroupFirst has things in order within each of two groups.
func TestAListMayHaveOneGroupFirst(t *testing.T) {
	thing := func(kind any, name string) any { return map[string]any{"kind": kind, "name": name} }
	for _, test := range []struct {
		name string
		list []any
		want int
	}{
		{"pinned ones first", []any{thing(true, "b"), thing(false, "a")}, 2},
		{"folders first", []any{thing("folder", "b"), thing("folder", "c"), thing("file", "a")}, 2},
		{"each in its own", []any{thing("c", "b"), thing("b", "c"), thing("a", "a")}, 3},
		{"two kinds mixed", []any{thing("a", "b"), thing("b", "c"), thing("a", "a")}, 3},
	} {
		if got := len(groups(test.list, "kind")); got != test.want || !slices.Contains(flags(test.list), "kind") {
			t.Errorf("%s: there are %d groups, not %d", test.name, got, test.want)
		}
	}
}

// TestAnswersToWhatRepeats holds that a request of an answer rule's case, too, may be
// refused for values that were accepted before.
func TestAnswersToWhatRepeats(t *testing.T) {
	model, err := shelfModel()
	if err != nil {
		t.Fatal(err)
	}
	adds := func(x *run.Exchange) report.Verdict {
		c := wants("addBook", plan.Accepted, "201")
		c.Clause, c.Level = "addBook.answers.keeps-the-title", clause.Must
		c.Request = plan.Request{Method: "POST", Path: "/books", Body: &plan.Body{Value: map[string]any{"title": "a"}}}
		x.Sent = run.Sent{Method: "POST", URL: "http://127.0.0.1:9000/v1/books"}
		return New(model, Options{}).Judge(c, x)
	}
	first, again := adds(got(201, shortBook)), adds(got(400, ""))
	var unlike, known Accepted
	for _, to := range []*Accepted{&unlike, &known} {
		to.Add(&first)
	}
	unlike.values[0] = map[string]string{"body.title": "b"}
	charged := again
	if unlike.Settle(&charged, false); charged.Outcome != report.Fail || charged.Findings[0].Clause != "addBook.answer.201" {
		t.Errorf("another title was accepted, and it is %s (%s): %v", charged.Outcome, charged.Reason, charged.Findings)
	}
	for i := range again.Conditional {
		again.Conditional[i].Check = "" // as in a report that is merged
	}
	known.Settle(&again, false)
	if again.Outcome != report.Undecided || len(again.Conditional) != 1 || slices.Contains(again.Exercised, "addBook.answer.201") {
		t.Errorf("it is %s (%s), with %v, and was held to %v", again.Outcome, again.Reason, again.Conditional, again.Exercised)
	}
}
