package judge

import (
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// unsure makes a case of a request with a value that only the target knows.
func unsure() *plan.Case {
	c := accepted("readThing")
	c.Expect.Unknown = []string{"id (path)"}
	return c
}

// anonymous sends no credentials.
func anonymous(c *plan.Case) *plan.Case {
	c.Request.Credential = plan.Credential{Variant: plan.None}
	return c
}

// problem is a body of any status of readThing that is not a success.
const problem = `{"title": "no"}`

// TestUndecided holds that an answer about something that the contract does not
// decide is neither right nor wrong, and upholds nothing of what the case is for;
// its body is judged all the same.
func TestUndecided(t *testing.T) {
	const form = "Content-Type: application/problem+json"
	for _, s := range []struct {
		name string
		c    *plan.Case
		x    *run.Exchange
		want string // within the reason
	}{
		{"401 to valid credentials", accepted("listThings"), got(401, ""), "give others that are"},
		{"403 to valid credentials", accepted("listThings"), got(403, ""), "give others that are"},
		{"401 to none", anonymous(accepted("readThing")), got(401, problem, form), "documented for a request without credentials"},
		{"a name that only the target knows", unsure(), got(404, problem, form), "whether id (path) is there"},
		{"one that is gone", unsure(), got(410, problem, form), "whether id (path) is there"},
		{"the state of the target", accepted("readThing"), got(409, problem, form), "depends on the state"},
		{"a refusal for another reason", refused(), got(404, ""), "not about what is wrong"},
		{"a redirect instead of a refusal", refused(), got(302, "", "Location: /login"), "does not tell whether the request was refused"},
		{"a provoked failure without credentials", wants("listThings", plan.Failed, "500"), got(401, ""), "credentials"},
		{"a recorded failure", refused(), recorded(got(500, bad), run.Recorded{}), "provoked"},
	} {
		t.Run(s.name, func(t *testing.T) {
			v := thingsJudge(t).Judge(s.c, s.x)
			if v.Outcome != report.Undecided || !strings.Contains(v.Reason, s.want) || len(v.Findings)+len(v.Conditional) > 0 {
				t.Errorf("%s (%s), findings %v and %v", v.Outcome, v.Reason, broken(v), v.Conditional)
			}
			for _, id := range []string{s.c.Clause, s.c.Operation + ".answer.404", s.c.Operation + ".answer.default", s.c.Operation + ".answer.500"} {
				if slices.Contains(v.Exercised, id) {
					t.Errorf("held to %s", id)
				}
			}
		})
	}
	v := thingsJudge(t).Judge(unsure(), got(404, `{}`, form))
	if v.Outcome != report.Fail || len(v.Findings) != 1 || v.Findings[0].Clause != "readThing.answer.default.title.required" {
		t.Errorf("a wrong body: %s (%s) %v", v.Outcome, v.Reason, broken(v))
	}
	if v := thingsJudge(t).Judge(accepted("listThings"), got(404, "")); v.Outcome != report.Fail {
		t.Errorf("404 to a request that names nothing: %s (%s)", v.Outcome, v.Reason)
	}
}

// TestSettle holds that a refusal for an unknown reason breaks the clause as soon
// as another request of the operation was accepted, and not before.
func TestSettle(t *testing.T) {
	judged := func() report.Verdict {
		return thingsJudge(t).Judge(unsure(), got(400, problem, "Content-Type: application/problem+json"))
	}
	v := judged()
	if v.Outcome != report.Undecided || !strings.Contains(v.Reason, "no request of the operation was accepted") || len(v.Conditional) != 1 {
		t.Fatalf("%s (%s) %v", v.Outcome, v.Reason, v.Conditional)
	}
	if Settle(&v, false, false); v.Outcome != report.Undecided || len(v.Findings) > 0 || slices.Contains(v.Exercised, "readThing.case") {
		t.Errorf("nothing was accepted: %s, %v, held to %v", v.Outcome, v.Findings, v.Exercised)
	}
	Settle(&v, true, false)
	want := "readThing.case (must): the request was answered with 400, not with 200 [200 | 400 Bad Request]"
	if found := broken(v); v.Outcome != report.Fail || v.Reason != "" || !slices.Equal(found, []string{want}) || !slices.Contains(v.Exercised, "readThing.case") {
		t.Errorf("another was accepted: %s (%s) %v, held to %v", v.Outcome, v.Reason, found, v.Exercised)
	}
	if Settle(&v, true, false); len(v.Findings) != 1 {
		t.Errorf("settled twice: %v", v.Findings)
	}
	passed := thingsJudge(t).Judge(accepted("listThings"), got(200, good))
	if Settle(&passed, true, false); passed.Outcome != report.Pass {
		t.Errorf("a pass becomes %s", passed.Outcome)
	}
	undecided := judged()
	if Reweigh(&undecided, true); undecided.Outcome != report.Undecided || undecided.Reason == "" {
		t.Errorf("weighed again: %s (%s)", undecided.Outcome, undecided.Reason)
	}
}

// TestNotes holds that a status which the description lacks is noted, and changes
// no verdict.
func TestNotes(t *testing.T) {
	for _, s := range []struct {
		c    *plan.Case
		x    *run.Exchange
		want []string
	}{
		{wants("listThings", plan.Either), got(418, ""), []string{"answers with 418 I'm a teapot, which the contract does not document"}},
		{anonymous(wants("listThings", plan.Either)), got(404, ""), nil},
		{refused(), got(400, bad), nil},
	} {
		v := thingsJudge(t).Judge(s.c, s.x)
		if v.Outcome != report.Pass || !slices.Equal(v.Notes, s.want) {
			t.Errorf("%d: %s with the notes %q, want %q", s.x.Got.Status, v.Outcome, v.Notes, s.want)
		}
	}
}
