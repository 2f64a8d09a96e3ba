package judge

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

var update = flag.Bool("update", false, "write docs/checks.md anew")

// TestEveryCheckFires has for each row of the table an answer that it finds something
// wrong with. Who adds a row adds an answer.
func TestEveryCheckFires(t *testing.T) {
	cut := got(200, good)
	cut.Problem = &run.Problem{Kind: run.Malformed, Err: errors.New("cut short")}
	answers := map[string]*run.Exchange{
		"framing":         cut,
		"status":          got(400, bad),
		"unprovoked-5xx":  got(500, bad),
		"header":          got(200, good, "X-Request-Id:"),
		"media-type":      got(200, good, "Content-Type: text/html"),
		"json":            got(200, "{"),
		"duplicate-names": got(200, `{"job": "run-1", "things": [], "job": "run-1"}`),
		"schema":          got(200, `{"job": "run-1"}`),
		"distinct":        got(200, good),
		"stack-trace":     got(200, `{"job": "run-1", "things": [], "note": "goroutine 1 [running]:"}`),
		"credentials":     got(200, good, "X-Echo: "+secret),
	}
	j := thingsJudge(t)
	d := NewDistinct(j.model.Clauses, false)
	first := j.Judge(wants("listThings", plan.Accepted, "200"), got(200, good))
	d.Apply(&first)
	for _, id := range Checks() {
		x := answers[id]
		if slices.Contains(recalled, id) { // it looks at what was sent before, too
			var v report.Verdict
			switch id {
			case world.Listed:
				v = listedAs(t, &run.Listed{Made: []string{"1", "2", "3"}, Readings: []run.Reading{{Seen: []bool{true, false, true}}}})
			case world.Untouched:
				v = changedBoat(t, madeBoat, wasBoat, `{"name": "Bea"}`, `{"name": "Bea"}`)
			default:
				v = recalledAs(t, id, []run.Step{
					stepOf("makeOwner", `{"email": "a@b.example"}`, 201, ""), stepOf("changeOwner", `{"email": "b@b.example"}`, 200, ""),
				}, `{"id": 1, "email": "c@b.example"}`)
			}
			if said(&v, id) == "" {
				t.Errorf("the check %s finds nothing: %+v", id, v.Findings)
			}
			continue
		}
		if id == "heeded" { // it looks at what was asked for afterwards, too
			v := heededAs(t, "", "123", "123", "123", "123")
			if said(&v, id) == "" {
				t.Errorf("the check %s finds nothing: %+v", id, v.Findings)
			}
			continue
		}
		if id == "answers" { // it looks at the request, too
			v := listed(t, "at-most-limit", "limit=1", plan.Accepted, got(200, shelf(shortBook, longBook)))
			if stands(&v, "listBooks.answers.at-most-limit") != "violated" {
				t.Errorf("the check %s finds nothing: %+v", id, v.Findings)
			}
			continue
		}
		if x == nil {
			t.Errorf("the check %s has no answer here that it finds something wrong with: add one", id)
			continue
		}
		c := accepted("listThings")
		c.ID += "-" + id
		v := j.Judge(c, x)
		d.Apply(&v)
		if !slices.ContainsFunc(v.Findings, func(f report.Finding) bool { return f.Check == id }) {
			t.Errorf("the check %s finds nothing: %+v", id, v.Findings)
		}
	}
}

// TestEveryGeneralStatementHasACheck holds the table to what the model states of every
// operation.
func TestEveryGeneralStatementHasACheck(t *testing.T) {
	for _, g := range spec.Generals() {
		if !slices.Contains(Checks(), g.Name) {
			t.Errorf("%s is stated of every operation, and no check decides it: add a row to the table", g.Name)
		}
	}
	for _, c := range checks {
		if c.statement == "" {
			t.Errorf("the check %s has no statement: add it to the table of general statements in internal/spec", c.id)
		}
	}
}

const introduction = `# What answers are held to

Each answer is held to every check of this table, whatever the request; the code for it is ` + "`contract/internal/judge/checks.go`" + `. A finding
names the clause that is broken, and has its level. A clause that no answer was held to is *untested*, with the reason. This page is made
by ` + "`go test ./contract/internal/judge -run ChecksDoc -update`" + `.

| check | clauses | level | statement | why |
|---|---|---|---|---|
`

const own = `
What stands in the place of OPERATION and STATUS is in the ids of the clauses: ` + "`clause list`" + ` shows them.

## Checks of your own

Users of the Go package ` + "`contract`" + ` add checks to the table: ` + "`Config.Checks`" + ` for what is verified, ` + "`Recording.Checks`" + ` for recordings. A
check has an id, a level, a statement and a function, which gets the request and the answer, with credentials redacted, and gives an error
that says what is wrong. It makes a clause ` + "`OPERATION.answer.check.ID`" + ` for each operation; ` + "`Only`, `Skip`" + `, known failures and reports
have it like any other. Example: the package's ` + "`ExampleCheck`" + `.

| what the function does | the clause |
|---|---|
| gives nil | is upheld by this answer |
| gives an error | is violated; errors that ` + "`errors.Join`" + ` has joined are a finding each |
| gives an error with ` + "`ErrNotHeld`" + ` in its chain | is not decided by this answer, and *untested*, with the error, if no answer decides it |
| panics | as before, and the case is *undecided* and says so |

An answer that could not be read whole, or of which a recording may lack headers or the body, is not shown to these checks: they could not
tell what is missing from what was left out.
`

// TestChecksDoc holds docs/checks.md to the table.
func TestChecksDoc(t *testing.T) {
	const file = "../../../docs/checks.md"
	var page strings.Builder
	page.WriteString(introduction)
	for _, c := range checks {
		clauses := c.clauses
		if c.level != ofCase {
			clauses = "`" + clauses + "`"
		}
		fmt.Fprintf(&page, "| `%s` | %s | %s | %s | %s |\n", c.id, clauses, c.level, c.statement, cmp.Or(c.reason, "-"))
	}
	page.WriteString(own)
	if *update {
		if err := os.WriteFile(file, []byte(page.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != page.String() {
		t.Errorf("%s is not what the table says: look at what go test ./contract/internal/judge -run ChecksDoc -update changes in it", file)
	}
}
