package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/plan"
)

// largeInput is a run of more cases than are written one by one: two operations
// answer everything with 200, a third refuses what it must, and its answers differ.
func largeInput() Input {
	in := sample()
	in.Clauses, in.Verdicts, in.Plan.Cases, in.Plan.Untested = nil, nil, nil, nil
	for _, op := range []string{"listThings", "makeThing", "good"} {
		for _, place := range []string{"query.limit.maximum", "query.page.maximum", "query.sort.enum"} {
			in.Clauses = append(in.Clauses, statementOf(op, place, clause.Must))
		}
	}
	in.Clauses = append(in.Clauses, statementOf("good", "method", clause.Should))
	for n := range large + 10 {
		c := in.Clauses[n%9]
		k := planned(fmt.Sprintf("x/n%d", n), "400")
		k.ID, k.Operation, k.Clause = fmt.Sprintf("%s/n%d", c.ID, n), c.Operation, c.ID
		v := reached(k, Fail, 200, "{}", Finding{
			Clause: c.ID, Level: clause.Must, Message: "the request was answered with 200, not with 400", Expected: "400", Actual: "200 OK",
		})
		if c.Operation == "good" {
			v = reached(k, Pass, 400, fmt.Sprintf(`{"code": %d}`, n))
		}
		v.Exercised = []string{c.ID}
		in.Verdicts, in.Plan.Cases = append(in.Verdicts, v), append(in.Plan.Cases, k)
	}
	return in
}

func jsonOf(t *testing.T, r *Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := JSON(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A large report is valid, is read as it was written, and says of each case what
// became of it.
func TestLargeJSON(t *testing.T) {
	r := Build(largeInput())
	out := jsonOf(t, r)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if err := compile(t).Validate(value); err != nil {
		t.Error(err)
	}
	read, err := Read("large.json", bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(jsonOf(t, read), out) {
		t.Error("what was read is written otherwise")
	}
	if read.SchemaVersion != AbridgedVersion || ExitCode(read) != ExitFailed || read.Summary != r.Summary {
		t.Errorf("version %d, exit code %d, %+v", read.SchemaVersion, ExitCode(read), read.Summary)
	}
	whole := map[string]*Verdict{}
	for i := range read.Verdicts {
		if v := &read.Verdicts[i]; v.Like == "" {
			whole[v.Case.ID] = v
		}
	}
	if len(whole) > 10 {
		t.Errorf("%d verdicts are in full, of %d", len(whole), len(read.Verdicts))
	}
	for i := range read.Verdicts {
		v, was := &read.Verdicts[i], &r.Verdicts[i]
		if v.Case.ID != was.Case.ID || v.Outcome != was.Outcome || len(v.Findings) != len(was.Findings) || v.Exchange.Status != was.Exchange.Status {
			t.Fatalf("got %+v, want %+v", v, was)
		}
		if v.Like == "" {
			continue
		}
		like := whole[v.Like]
		if like == nil || like.Outcome != v.Outcome || like.Exchange.Curl == "" || like.Case.Request.Method == "" {
			t.Fatalf("%s is like %s, which is %+v", v.Case.ID, v.Like, like)
		}
	}
	for i := range read.Clauses {
		if have, want := read.Clauses[i].BrokenBy, r.Clauses[i].BrokenBy; strings.Join(have, " ") != strings.Join(want, " ") {
			t.Errorf("%s: broken by %d cases, want %d", read.Clauses[i].ID, len(have), len(want))
		}
	}
}

// A shard is to be joined with the others: its report is whole, however large.
func TestLargeShard(t *testing.T) {
	in := largeInput()
	in.Shard = plan.Shard{Index: 1, Of: 2}
	read, err := Read("1.json", bytes.NewReader(jsonOf(t, Build(in))))
	if err != nil {
		t.Fatal(err)
	}
	if read.SchemaVersion != SchemaVersion {
		t.Errorf("version %d", read.SchemaVersion)
	}
	for _, v := range read.Verdicts {
		if v.Like != "" || v.Exchange.Curl == "" {
			t.Fatalf("%s is abridged", v.Case.ID)
		}
	}
}

// What is abridged is not of the version in which nothing is.
func TestSchemaOfAbridged(t *testing.T) {
	r := Build(largeInput())
	schema := compile(t)
	for name, change := range map[string][2]string{
		"abridged in version 2":      {`"schemaVersion": 3`, `"schemaVersion": 2`},
		"abridged, and like nothing": {`"like":"`, `"reason":"`},
	} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.Replace(string(jsonOf(t, r)), change[0], change[1], 1)))
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(value) == nil {
			t.Errorf("%s is valid", name)
		}
	}
}

func TestLargeJUnit(t *testing.T) {
	in := largeInput()
	late := reached(in.Plan.Cases[0], Error, 0, "")
	late.Reason = "the answer did not come within 10s"
	in.Verdicts[0] = late
	r := Build(in)
	var out bytes.Buffer
	if err := JUnit(&out, r); err != nil {
		t.Fatal(err)
	}
	var read junitSuites
	if err := xml.Unmarshal(out.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	if want := len(r.Clauses) + 1; read.Tests != want || read.Failures != r.Summary.Violated || read.Errors != 1 || read.Skipped != r.Summary.Untested {
		t.Errorf("%d tests, %d failures, %d errors, %d skipped of %+v", read.Tests, read.Failures, read.Errors, read.Skipped, r.Summary)
	}
	first := read.Suites[0].Cases[0]
	if first.Name != "listThings.query.limit.maximum" || first.ClassName != "listThings" || !strings.Contains(first.Failure.Text, "  replay   curl ") ||
		first.Failure.Message != "the request was answered with 200, not with 400: broken by 556 cases" {
		t.Errorf("%+v %+v", first, first.Failure)
	}
	if second := read.Suites[0].Cases[1]; second.Failure.Text != "such as listThings.query.page.maximum/n1" {
		t.Errorf("%+v", second.Failure)
	}
	if last := read.Suites[0].Cases[3]; last.Error == nil || last.Error.Message != late.Reason {
		t.Errorf("%+v", last)
	}
}
