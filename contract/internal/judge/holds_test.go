package judge

import (
	"os"
	"strings"
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
	const file = "../../testdata/pets.yaml"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	model, err := spec.Load(file, data)
	if err != nil {
		t.Fatal(err)
	}
	c := wants("readOwner", plan.Accepted, "200")
	c.Clause, c.Level = "readOwner.state.holds", clause.Should
	x := got(200, read)
	x.Before = []run.Step{{Case: &plan.Case{Operation: "makeOwner"}, Exchange: run.Exchange{Sent: run.Sent{Method: "POST", Body: []byte(sent)}}}}
	return New(world.State(model), Options{}).Judge(c, x)
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
		{"another order", `{"tags": ["a", "b", "b"]}`, `{` + mail + `, "tags": ["b", "a", "b"]}`, ""},
		{"one less", `{"tags": ["a", "b", "b"]}`, `{` + mail + `, "tags": ["b", "a"]}`, `the tags ["a","b","b"], and is read with ["b","a"]`},
		{"another type", `{"tags": ["a"], "name": "7"}`, `{` + mail + `, "tags": "a", "name": 7}`, ""},
	} {
		v := readBack(t, test.sent, test.read)
		var messages []string
		for _, f := range v.Findings {
			if f.Check == "holds" {
				messages = append(messages, f.Message)
			}
		}
		if said := strings.Join(messages, "; "); test.says == "" && said != "" || !strings.Contains(said, test.says) {
			t.Errorf("%s: it says %q, not %q", test.name, said, test.says)
		}
	}
}
