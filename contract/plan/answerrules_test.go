package plan

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
)

func shelfPlan(t *testing.T, o Options) *Plan {
	t.Helper()
	return Build(world.Conventions(file(t, "../testdata/shelf.yaml")), o)
}

// casesOf lists the cases of an answer rule, by what is special about each.
func casesOf(p *Plan, id string) (details []string, cases []*Case) {
	for i := range p.Cases {
		if c := &p.Cases[i]; c.Clause == id && c.Technique == AnswerRule {
			details = append(details, strings.TrimPrefix(c.ID, id+"/"))
			cases = append(cases, c)
		}
	}
	return details, cases
}

// TestAnswerRulesHaveTheirCases has each value that a rule reads tried, alone and with
// the others.
func TestAnswerRulesHaveTheirCases(t *testing.T) {
	p := shelfPlan(t, Options{Unsafe: true})
	for id, want := range map[string]string{
		"listBooks.answers.at-most-limit":     "plain limit-1 limit-2",
		"listBooks.answers.of-the-genre":      "plain genre-poetry genre-crime genre-history",
		"listBooks.answers.lent-or-not":       "plain lent-true lent-false",
		"listBooks.answers.long-enough":       "plain min_pages-of-1 min_pages-of-2 min_pages-of-3",
		"listBooks.answers.sorted-by-title":   "sort-title sort-title-order-asc",
		"listBooks.convention.limit":          "limit-1 limit-2",
		"listBooks.convention.sort-pages":     "sort-pages",
		"listBooks.convention.sort-title-asc": "sort-title-order-asc",
		"listBooks.convention.lent":           "lent-true lent-false",
		"addBook.answers.keeps-the-title":     "plain fullest",
		"getBook.answers.is-the-one":          "plain",
	} {
		details, cases := casesOf(p, id)
		if got := strings.Join(details, " "); got != want {
			t.Errorf("%s has the cases %s, not %s", id, got, want)
		}
		for _, c := range cases {
			if lists := c.Operation == "listBooks"; c.Skip != "" || (c.Request.Among == "/books/{id}") != lists {
				t.Errorf("%s: among %q, skip %q", c.ID, c.Request.Among, c.Skip)
			}
			if c.Operation == "listBooks" && !slices.Equal(p.Before(c), []string{"/books/{id}"}) {
				t.Errorf("%s: before it are made %v", c.ID, p.Before(c))
			}
		}
	}
}

// TestSiblingsDiffer has several things that lie so that the order in which they are
// made is neither ascending nor descending.
func TestSiblingsDiffer(t *testing.T) {
	var got []string
	for _, c := range shelfPlan(t, Options{Unsafe: true}).Setups["/books/{id}"].Siblings {
		body, err := json.Marshal(c.Request.Body.Value)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(body))
	}
	want := []string{
		`{"genre":"crime","lent":false,"pages":11,"title":{"template":"mike-{{unique}}"}}`,
		`{"genre":"history","lent":true,"pages":31,"title":{"template":"tango-{{unique}}"}}`,
		`{"genre":"crime","lent":false,"pages":21,"title":{"template":"bravo-{{unique}}"}}`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("they are made with\n%s\nnot with\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestNothingIsMadeWhereNothingMayChange has the requests all the same, with ordinary
// values.
func TestNothingIsMadeWhereNothingMayChange(t *testing.T) {
	p := shelfPlan(t, Options{})
	details, cases := casesOf(p, "listBooks.answers.long-enough")
	if got := strings.Join(details, " "); got != "plain min_pages-1 min_pages-2" {
		t.Errorf("the cases are %s", got)
	}
	for _, c := range cases {
		if c.Request.Among != "" || c.Skip != "" {
			t.Errorf("%s: among %q, skip %q", c.ID, c.Request.Among, c.Skip)
		}
	}
	if len(p.Setups) > 0 {
		t.Errorf("something is made: %v", p.Setups)
	}
	stated := Build(world.State(file(t, "../testdata/shelf.yaml")), Options{})
	i := slices.IndexFunc(stated.Untested, func(u Untested) bool { return strings.HasSuffix(u.Clause, ".state.listed") })
	if want := "nothing is made: allow that with --unsafe, or with gentle: false in the target file"; i < 0 || stated.Untested[i].Reason != want {
		t.Errorf("untested are %v, want %q", stated.Untested, want)
	}
}

// TestSiblingsCountAgainstTheBudget has three requests counted once, for all cases that
// need the things.
func TestSiblingsCountAgainstTheBudget(t *testing.T) {
	p := shelfPlan(t, Options{Unsafe: true})
	among := func(i int) bool { return p.Cases[i].Request.Among != "" }
	sent := func(budget int) int {
		n := 0
		for i, c := range p.Within(budget, among).Cases {
			if among(i) && c.Skip == "" {
				n++
			}
		}
		return n
	}
	for budget, want := range map[int]int{3: 0, 4: 1, 5: 2} {
		if got := sent(budget); got != want {
			t.Errorf("with a budget of %d, %d are sent, not %d", budget, got, want)
		}
	}
}

// TestBoundsHaveTheValuesOfTheirMember has due_after tried with what the things are due at,
// which its name alone does not tell.
func TestBoundsHaveTheValuesOfTheirMember(t *testing.T) {
	model, err := spec.Load("openapi.yaml", []byte(`openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /tasks:
    get:
      operationId: list
      parameters: [{name: due_after, in: query, schema: {type: string, format: date-time}}]
      responses: {"200": {description: all, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Task"}}}}}}
    post:
      operationId: add
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Task"}}}}
      responses: {"201": {description: one, content: {application/json: {schema: {$ref: "#/components/schemas/Task"}}}}}
  /tasks/{id}:
    get:
      operationId: read
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {"200": {description: one, content: {application/json: {schema: {$ref: "#/components/schemas/Task"}}}}}
components:
  schemas:
    Task:
      type: object
      required: [id, due_at]
      properties: {id: {type: integer, readOnly: true}, due_at: {type: string, format: date-time}}
`))
	if err != nil {
		t.Fatal(err)
	}
	details, _ := casesOf(Build(world.Conventions(model), Options{Unsafe: true}), "list.convention.due_after")
	if got, want := strings.Join(details, " "), "due_after-of-1 due_after-of-2 due_after-of-3"; got != want {
		t.Errorf("there are the cases %s, not %s", got, want)
	}
}

func TestCalledAfter(t *testing.T) {
	members := map[string]any{"pages": 1, "page_size": 1, "id": 1, "x": 1}
	for name, want := range map[string]string{
		"pages": "pages", "min_pages": "pages", "pagesFrom": "pages", "min-page-size": "page_size", "ids": "id", "limit": "", "max": "",
	} {
		if got := calledAfter(name, members); got != want {
			t.Errorf("%s is called after %q, not %q", name, got, want)
		}
	}
}
