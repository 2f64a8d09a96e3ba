package judge

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// readBack gives the verdict on an answer that reads what was made.
func readBack(t *testing.T, sent, read string) report.Verdict {
	t.Helper()
	return recalledAs(t, world.Holds, []run.Step{stepOf("makeOwner", sent, 201, "")}, read)
}

// stepOf is a request about the thing of a case, and its answer.
func stepOf(operation, sent string, status int, told string) run.Step {
	return run.Step{
		Case: &plan.Case{Operation: operation}, Of: ownOwner.Resource,
		Exchange: run.Exchange{Sent: run.Sent{Method: "POST", Body: []byte(sent)}, Got: &run.Received{Status: status, Body: []byte(told)}},
	}
}

var ownOwner = plan.Made{Resource: "/owners/{owner_id}", Own: true, Sample: int64(1)}

var petsModel = sync.OnceValues(func() (*spec.Contract, error) {
	const file = "../../testdata/pets.yaml"
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	model, err := spec.Load(file, data)
	if err != nil {
		return nil, err
	}
	return world.State(model), nil
})

// recalledAs gives the verdict on an answer that reads a thing after some requests.
func recalledAs(t *testing.T, promise string, before []run.Step, read string) report.Verdict {
	t.Helper()
	model, err := petsModel()
	if err != nil {
		t.Fatal(err)
	}
	c := wants("readOwner", plan.Accepted, "200")
	if promise == world.Gone {
		c = wants("readOwner", plan.Ended)
	}
	c.Clause, c.Level = "readOwner.state."+promise, clause.Should
	c.Request.Parameters = []plan.Parameter{{In: "path", Name: "owner_id", Value: ownOwner}}
	x := got(200, read)
	x.Before = before
	return New(model, Options{}).Judge(c, x)
}

// said joins what a check found.
func said(v *report.Verdict, check string) string {
	var messages []string
	for _, f := range v.Findings {
		if f.Check == check {
			messages = append(messages, f.Message)
		}
	}
	return strings.Join(messages, "; ")
}

func TestHolds(t *testing.T) {
	const mail = `"id": 1, "email": "a@b.example"`
	for _, test := range []struct{ name, sent, read, says string }{
		{"the same", `{"email": "a@b.example"}`, `{` + mail + `}`, ""},
		{"another text", `{"email": "b@b.example"}`, `{` + mail + `}`, "made with the email b@b.example, and is read with a@b.example"},
		{"trimmed, and without case", `{"email": "A@b.example", "name": " Ann "}`, `{` + mail + `, "name": "ann"}`, ""},
		{"cut", `{"email": "a@b.example", "name": "Anna"}`, `{` + mail + `, "name": "Ann"}`, "made with the name Anna, and is read with Ann"},
		{"not there", `{"email": "a@b.example", "name": "Anna"}`, `{` + mail + `}`, ""},
		{"null", `{"email": "a@b.example", "name": "Anna"}`, `{` + mail + `, "name": null}`, ""},
		{"never read", `{"email": "a@b.example", "password": "x"}`, `{` + mail + `, "password": "y"}`, ""},
		{"another zone", `{"since": "2026-01-01T10:00:00Z"}`, `{` + mail + `, "since": "2026-01-01T12:00:00.000+02:00"}`, ""},
		{"another time", `{"since": "2026-01-01T10:00:00Z"}`, `{` + mail + `, "since": "2026-01-01T12:00:00Z"}`, "the since 2026-01-01T10:00:00Z, and is read with 2026-01-01T12:00:00Z"},
		{"a time without zone", `{"since": "2026-01-01T10:00:00Z"}`, `{` + mail + `, "since": "2026-01-01T12:00:00"}`, ""},
		{"a whole minute", `{"since": "2026-01-01T10:00:17Z"}`, `{` + mail + `, "since": "2026-01-01T12:00:00+02:00"}`, ""},
		{"a whole day", `{"since": "2026-01-01T10:00:17Z"}`, `{` + mail + `, "since": "2026-01-01T00:00:00Z"}`, ""},
		{"another minute", `{"since": "2026-01-01T10:00:17Z"}`, `{` + mail + `, "since": "2026-01-01T10:05:17Z"}`, "is read with 2026-01-01T10:05:17Z"},
		{"without signs", `{"name": "+49 123-456"}`, `{` + mail + `, "name": "49123456"}`, ""},
		{"as a name for a URL", `{"name": "Ann Lee, 7"}`, `{` + mail + `, "name": "ann-lee-7"}`, ""},
		{"a number with more decimals", `{"name": "10"}`, `{` + mail + `, "name": "10.00"}`, ""},
		{"a rounded number", `{"name": "0.0051"}`, `{` + mail + `, "name": "0.01"}`, ""},
		{"another number", `{"name": "10"}`, `{` + mail + `, "name": "11"}`, "made with the name 10, and is read with 11"},
		{"another order", `{"tags": ["a", "b", "b"]}`, `{` + mail + `, "tags": ["b", "a", "b"]}`, ""},
		{"one less", `{"tags": ["a", "b", "b"]}`, `{` + mail + `, "tags": ["b", "a"]}`, `the tags ["a","b","b"], and is read with ["b","a"]`},
		{"another type", `{"tags": ["a"], "name": "7"}`, `{` + mail + `, "tags": "a", "name": 7}`, ""},
	} {
		v := readBack(t, test.sent, test.read)
		if said := said(&v, "holds"); test.says == "" && said != "" || !strings.Contains(said, test.says) {
			t.Errorf("%s: it says %q, not %q", test.name, said, test.says)
		}
	}
}

// A server that says at once that it kept another value of what it may govern has its
// reasons; a name is what was sent.
func TestHoldsAsItSays(t *testing.T) {
	const sent, other = `{"name": "Anna", "tags": ["a"]}`, `{"name": "Anna", "tags": ["b"]}`
	for _, test := range []struct{ name, told, read, says string }{
		{"one is another", other, other, ""},
		{"one is left out", `{"name": "Anna"}`, other, ""},
		{"one is another afterwards", sent, other, `made with the tags ["a"], and is read with ["b"]`},
		{"nothing is told", "", other, `made with the tags ["a"], and is read with ["b"]`},
		{"a name is another", `{"name": "user", "tags": ["a"]}`, `{"name": "user", "tags": ["a"]}`, "made with the name Anna, and is read with user"},
	} {
		v := recalledAs(t, world.Holds, []run.Step{stepOf("makeOwner", sent, 201, test.told)}, test.read)
		if said := said(&v, "holds"); test.says == "" && said != "" || !strings.Contains(said, test.says) {
			t.Errorf("%s: it says %q, not %q", test.name, said, test.says)
		}
	}
	for name, want := range map[string]bool{"name": false, "title": false, "userRole": true, "status": true} {
		if is := governed(name, &spec.Schema{Type: "string"}); is != want {
			t.Errorf("%s: that a server may set it is %v", name, is)
		}
	}
}

// A server may keep what was ended, and mark it.
func TestGone(t *testing.T) {
	const told = `{"id": 1, "email": "a@b.example", "tags": ["a"]}`
	for read, why := range map[string]string{
		told: "",
		`{"id": 1, "email": "a@b.example", "name": null}`:                "",
		`{"id": 1, "email": "a@b.example", "tags": []}`:                  "what is read of it shows that it was ended: tags",
		`{"id": 1, "email": "a@b.example", "deletedAt": "2026-01-01"}`:   "what is read of it shows that it was ended: deletedAt",
		`{"id": 1, "email": "a@b.example", "state": "Deleted"}`:          "what is read of it shows that it was ended: state",
		`{"id": 1, "email": "a@b.example", "active": false}`:             "what is read of it shows that it was ended: active",
		`{"id": 1, "email": "a@b.example", "deleted": false, "n": null}`: "",
	} {
		model, err := petsModel()
		if err != nil {
			t.Fatal(err)
		}
		c := wants("readOwner", plan.Ended, "404")
		c.Clause, c.Level = "readOwner.state."+world.Gone, clause.Should
		c.Request.Parameters = []plan.Parameter{{In: "path", Name: "owner_id", Value: ownOwner}}
		x := got(200, read)
		x.Before = []run.Step{stepOf("makeOwner", `{"email": "a@b.example"}`, 201, told), stepOf("endOwner", "", 204, "")}
		v := New(model, Options{}).Judge(c, x)
		charged := slices.ContainsFunc(v.Findings, func(f report.Finding) bool { return f.Clause == c.Clause })
		if charged != (why == "") || v.Outcome == report.Undecided && v.Reason != why {
			t.Errorf("%s: it is %s (%s), not %q", read, v.Outcome, v.Reason, why)
		}
	}
}

// What an answer does not show is not upheld.
func TestHoldsNothing(t *testing.T) {
	for why, v := range map[string]report.Verdict{
		"the answer has nothing of what was sent to make the thing": readBack(t, `{"name": "Anna"}`, `{"id": 1, "email": "a@b.example"}`),
		"nothing was made that could be read":                       recalledAs(t, world.Holds, nil, `{"id": 1, "email": "a@b.example"}`),
		"the answer has nothing of what was changed": recalledAs(t, world.Visible, []run.Step{
			stepOf("makeOwner", `{"email": "a@b.example"}`, 201, ""), stepOf("changeOwner", `{"email": "a@b.example"}`, 200, ""),
		}, `{"id": 1, "email": "a@b.example"}`),
	} {
		if v.Outcome != report.Undecided || v.Reason != why || slices.Contains(v.Exercised, v.Case.Clause) {
			t.Errorf("it is %s (%s), and not undecided: %s", v.Outcome, v.Reason, why)
		}
	}
}

// A name that was given again names another thing. What makes one may redirect to it, and
// may have been refused first.
func TestGivenAgain(t *testing.T) {
	const anna = `{"email": "a@b.example", "name": "Anna"}`
	refused, ended := stepOf("makeOwner", `{"email": "a@b.example"}`, 400, ""), stepOf("endOwner", "", 204, "")
	for _, steps := range [][]run.Step{
		{stepOf("makeOwner", anna, 201, ""), ended}, {stepOf("makeOwner", anna, 303, ""), ended}, {refused, stepOf("makeOwner", anna, 201, ""), ended},
	} {
		for read, want := range map[string]report.Outcome{
			`{"id": 1, "email": "a@b.example", "name": "Anna"}`:  report.Warn,
			`{"id": 1, "email": "a@b.example"}`:                  report.Warn,
			`{"id": 1, "email": "c@b.example", "name": "Berta"}`: report.Undecided,
		} {
			if v := recalledAs(t, world.Gone, steps, read); v.Outcome != want {
				t.Errorf("made with %d: %s is read, and it is %s (%s), not %s", steps[0].Exchange.Got.Status, read, v.Outcome, v.Reason, want)
			}
		}
	}
}

func TestVisible(t *testing.T) {
	const made = `{"email": "a@b.example", "name": "Anna", "tags": ["a"]}`
	for _, test := range []struct{ name, sent, told, read, says string }{
		{"changed", `{"name": "Berta"}`, `{"name": "Berta"}`, `{"name": "Berta"}`, ""},
		{"not changed", `{"name": "Berta"}`, `{"name": "Berta"}`, `{"name": "Anna"}`, "changed to the name Berta, and is read with Anna"},
		{"not changed, and not said", `{"name": "Berta"}`, ``, `{"name": "Anna"}`, "changed to the name Berta, and is read with Anna"},
		{"trimmed, and without case", `{"name": " Berta"}`, ``, `{"name": "BERTA"}`, ""},
		{"as it was", `{"name": "anna"}`, ``, `{"name": "Berta"}`, ""},
		{"left out of the answer to the change", `{"name": "Berta"}`, `{"email": "a@b.example"}`, `{"name": "Anna"}`, ""},
		{"left out", `{"name": "Berta"}`, ``, `{}`, ""},
		{"one kept as it was, and said so", `{"name": "Berta", "tags": ["b"]}`, `{"name": "Anna", "tags": ["b"]}`, `{"name": "Anna", "tags": ["b"]}`, ""},
		{
			"all as it was", `{"name": "Berta", "tags": ["b"]}`, `{"name": "Anna", "tags": ["a"]}`, `{"name": "Anna", "tags": ["a"]}`,
			"nothing of the change is read: not the name Berta, but Anna",
		},
		{"the only one as it was", `{"name": "Berta"}`, `{"name": "Anna"}`, `{"name": "Anna"}`, ""},
		{"never read", `{"password": "x"}`, ``, `{"password": "y"}`, ""},
	} {
		v := recalledAs(t, world.Visible, []run.Step{stepOf("makeOwner", made, 201, made), stepOf("changeOwner", test.sent, 200, test.told)}, test.read)
		if said := said(&v, "visible"); test.says == "" && said != "" || !strings.Contains(said, test.says) {
			t.Errorf("%s: it says %q, not %q", test.name, said, test.says)
		}
	}
}
