package judge

import (
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// boatsNamed writes a list of boats, of which the third is sold.
func boatsNamed(ids string) string {
	var out []string
	for _, id := range ids {
		sold := "false"
		if id == '3' {
			sold = "true"
		}
		out = append(out, `{"id": `+string(id)+`, "sold": `+sold+`}`)
	}
	return `{"boats": [` + strings.Join(out, ", ") + `]}`
}

// heededAs gives the verdict on a list that was asked for with each value of a parameter,
// and again without.
func heededAs(t *testing.T, member, plain string, then ...string) report.Verdict {
	t.Helper()
	model, err := spec.Load("boats.yaml", []byte(boats))
	if err != nil {
		t.Fatal(err)
	}
	model = world.Conventions(world.State(model))
	c := wants("listBoats", plan.Accepted, "200")
	c.Clause, c.Level, c.Request.Among = world.ConventionID("listBoats", "q"), clause.Should, "/boats/{boat_id}"
	c.Heed = &plan.Heed{List: world.ListOf(model.Operation("listBoats")), Member: member}
	x := got(200, boatsNamed(plain))
	for _, name := range []string{"1", "2", "3"} {
		step := stepOf("makeBoat", "", 201, "")
		step.Of, step.Name = c.Request.Among, name
		x.Before = append(x.Before, step)
	}
	for i, ids := range then {
		if i < len(then)-1 {
			c.Heed.Values = append(c.Heed.Values, plan.Parameter{In: "query", Name: "q"})
		}
		x.Heeded = append(x.Heeded, stepOf("listBoats", "", 200, boatsNamed(ids)))
	}
	return New(model, Options{}).Judge(c, x)
}

// A parameter is charged only if nothing that it asks for changes the list.
func TestHeeded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		member, plain string
		then          []string
		want          string
	}{
		{"", "9123", []string{"9123", "9123", "9123"}, "warn: q changes nothing: the list has the same things in the same order with each value of it, and without"},
		{"sold", "123", []string{"123", "123", "123"}, "warn: q changes nothing"},
		{"", "9123", []string{"", "1", "9123"}, "pass"},
		{"", "123", []string{"123", "213", "123"}, "pass"},
		{"", "123", []string{"123", "123", "321"}, "undecided: the list is another each time, without q, too"},
		{"", "12", []string{"12", "12", "12"}, "undecided: the list does not show all that was made for it"},
		{"name", "123", []string{"123", "123", "123"}, "undecided: the list does not show all that was made for it, or no difference"},
	} {
		v := heededAs(t, test.member, test.plain, test.then...)
		if is := string(v.Outcome) + ": " + v.Reason + said(&v, "heeded"); !strings.HasPrefix(is, test.want) {
			t.Errorf("%s, then %v: %s, not %s", test.plain, test.then, is, test.want)
		}
	}
	v := heededAs(t, "", "123")
	if want := "the list was not asked for again"; v.Reason != want {
		t.Errorf("%s: %s, not %s", v.Outcome, v.Reason, want)
	}
}
