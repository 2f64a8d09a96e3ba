package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/junit"
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
	var read junit.Report
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

// The page of a large report names causes, not cases.
func TestPage(t *testing.T) {
	in := largeInput()
	for i := range in.Verdicts {
		v := &in.Verdicts[i]
		if v.Case.Operation == "makeThing" && i%2 == 0 {
			v.Findings = append(v.Findings, Finding{Clause: "makeThing.answer.200.items.x.type", Level: clause.Must, Message: "the body's [0].x must be a string"})
		}
	}
	for _, op := range []string{"a", "b", "c", "d"} {
		in.Clauses = append(in.Clauses, statementOf(op, "answer.200", clause.Must))
		k := planned("answer.200/smallest", "200")
		k.ID, k.Operation, k.Clause, k.Skip = op+".answer.200/smallest", op, op+".answer.200", "the target gives no value for id: add it to values"
		in.Plan.Cases = append(in.Plan.Cases, k)
	}
	golden(t, "page.txt", text(t, Build(in), TextOptions{Width: 80}))
}

// Of many causes the first have an example in full, the others a line.
func TestManyCauses(t *testing.T) {
	in := sample()
	in.Verdicts, in.Plan.Cases = nil, nil
	for n := range 30 {
		place := fmt.Sprintf("rule.r%d", n)
		for i := range 30 - n {
			v := reached(planned(fmt.Sprintf("%s/n%d", place, i), "400"), Fail, 200, "", finding(place, clause.Must, "the request was answered with 200, not with 400"))
			in.Verdicts, in.Plan.Cases = append(in.Verdicts, v), append(in.Plan.Cases, v.Case)
		}
	}
	out := string(text(t, Build(in), TextOptions{}))
	if n := strings.Count(out, "\n  replay "); n != fewWhole {
		t.Errorf("%d blocks:\n%s", n, out)
	}
	for _, want := range []string{
		"FAIL listThings.rule.r0/n0\n", "FAIL 20 cases: rule.r10: what must be refused was answered with 200\n     such as listThings.rule.r10/n0\n",
		"\nand 12 more causes\n--only ID shows one of these cases in full, --verbose all of them\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing:\n%s", want, out)
		}
	}
	if out := string(text(t, Build(in), TextOptions{Verbose: true})); strings.Count(out, "\n  replay ") != 30 {
		t.Errorf("verbose does not show all:\n%s", out)
	}
}

// Nothing that is wrong is hidden by something else that is wrong.
func TestEachCauseIsNamed(t *testing.T) {
	in := sample()
	in.Verdicts, in.Plan.Cases = nil, nil
	leak := finding("answer.credentials", clause.Must, "the body holds the credentials of the request")
	for i := range 4 {
		v := reached(planned(fmt.Sprintf("query.limit.maximum/n%d", i), "400"), Fail, 200, "", wrongStatus("query.limit.maximum"))
		if i > 1 {
			v.Findings = append(v.Findings, leak)
		}
		in.Verdicts, in.Plan.Cases = append(in.Verdicts, v), append(in.Plan.Cases, v.Case)
	}
	out := string(text(t, Build(in), TextOptions{}))
	for _, want := range []string{"FAIL listThings.query.limit.maximum/n0\n", "FAIL 2 cases: answer.credentials: the body holds the credentials of the request\n  example  listThings.query.limit.maximum/n2\n", "the body holds the credentials of the request\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing:\n%s", want, out)
		}
	}
}

// An internal error is one cause, whatever was wanted in its place.
func TestInternalErrorsAreOneCause(t *testing.T) {
	in := sample()
	in.Verdicts, in.Plan.Cases = nil, nil
	for _, place := range []string{"answer.200/smallest", "query.limit.maximum/above", "query.sort.enum/unlisted"} {
		v := reached(planned(place, "400"), Fail, 500, "")
		v.Findings = []Finding{
			{Clause: v.Case.Clause, Level: clause.Must, Message: "the request was answered with 500, not with 400"},
			finding("answer.unprovoked-5xx", clause.Must, "the request was answered with 500, and nothing in it asks for an internal error"),
		}
		in.Verdicts, in.Plan.Cases = append(in.Verdicts, v), append(in.Plan.Cases, v.Case)
	}
	out := string(text(t, Build(in), TextOptions{}))
	if n := strings.Count(out, "\nFAIL "); n != 1 || !strings.Contains(out, "\nFAIL 3 cases: answer.unprovoked-5xx: the request was answered with 500, and ") {
		t.Errorf("%d causes:\n%s", n, out)
	}
}

func TestKindOf(t *testing.T) {
	for id, want := range map[string]string{
		"op.query.limit.maximum":            "query.*.maximum",
		"op.body.type":                      "body.type",
		"op.body.lines.items.count.type":    "body.*.type",
		"op.security.missing":               "security.missing",
		"op.security.key.verified":          "security.*.verified",
		"op.rule.a-needs-b":                 "rule.a-needs-b",
		"op.answer.200":                     "answer.200",
		"op.answer.200.type":                "answer.200.type",
		"op.answer.200.items.name.required": "answer.200.*.required",
		"op.method":                         "method",
	} {
		if have := kindOf(id, "op"); have != want {
			t.Errorf("%s: %s, want %s", id, have, want)
		}
	}
}

func TestFold(t *testing.T) {
	for _, s := range []struct {
		line          string
		width, indent int
		hard          bool
		want          string
	}{
		{"one two three", 0, 2, false, "one two three"},
		{"one two three", 13, 2, false, "one two three"},
		{"one two three", 12, 2, false, "one two|  three"},
		{"one two three four", 9, 2, false, "one two|  three|  four"},
		{"  a-word-that-is-longer than that", 12, 4, false, "  a-word-that-is-longer|    than|    that"},
		{"  a-word-that-is-longer", 12, 4, true, "  a-word-tha|    t-is-lon|    ger"},
		{"GET a-word-that-is-longer", 12, 4, true, "GET a-word-t|    hat-is-l|    onger"},
		{"\x1b[31mone\x1b[0m two", 7, 2, false, "\x1b[31mone\x1b[0m two"},
		{"é ü é ü", 5, 1, false, "é ü é| ü"},
	} {
		if have := strings.Join(fold(s.line, s.width, s.indent, s.hard), "|"); have != s.want {
			t.Errorf("%q in %d: %q, want %q", s.line, s.width, have, s.want)
		}
	}
}

// A run that nothing failed in and that tested little says so.
func TestLittle(t *testing.T) {
	in := sample()
	in.Verdicts = in.Verdicts[:1]
	in.Plan.Cases = in.Plan.Cases[:1]
	r := Build(in)
	if out := string(text(t, r, TextOptions{})); !strings.Contains(out, "\nLittle was tested: 13 of 16 clauses have no verdict (81 %).\nPASS: ") {
		t.Errorf("it does not say so:\n%s", out)
	}
	in.Plan.Cases = append(in.Plan.Cases, planned("query.limit.maximum/above", "400")) // which was not selected
	if out := string(text(t, Build(in), TextOptions{})); strings.Contains(out, "Little was tested") {
		t.Errorf("that was asked for:\n%s", out)
	}
	if out := string(text(t, r, TextOptions{Quiet: true})); strings.Count(out, "\n") != 2 {
		t.Errorf("quiet is:\n%s", out)
	}
}

// With the list of its failures a run has none.
func TestWriteKnown(t *testing.T) {
	in := sample()
	in.Strict = true
	for i := range in.Verdicts {
		if v := &in.Verdicts[i]; v.Outcome == Warn {
			v.Outcome = Fail
		}
	}
	in.Verdicts[1].Findings[0].Message = "one\ntwo # three \x1b[31m"
	r := Build(in)
	var out bytes.Buffer
	if err := WriteKnown(&out, r); err != nil {
		t.Fatal(err)
	}
	want := `# What things service fails of Things, as of 2026-01-31.
# Each must go on failing: remove the line of what is mended.
listThings.query.limit.maximum  # one\ntwo # three \x1b[31m (2 cases)
listThings.security.missing  # wrong (1 case)
listThings.rule.sort-needs-limit  # the request was answered with 200, not with 400 (1 case)
listThings.answer.400.code.required  # the body's code is missing (2 cases)
listThings.query.limit.maximum/above  # the body's code must be a string (1 case)
listThings.query.limit.maximum/far-above  # the body's code must be a string (1 case)
`
	if out.String() != want {
		t.Errorf("got\n%s, want\n%s", out.String(), want)
	}
	if have := Failures(r); have != 6 {
		t.Errorf("%d failures", have)
	}
	in.Known = knownFailures(t, out.String())
	if s := Build(in).Summary; s.Fail != 0 || s.Fixed != 0 || s.Known != r.Summary.Fail {
		t.Errorf("%+v", s)
	}
	if err := WriteKnown(fullDisk{}, r); err == nil || err.Error() != "write the known failures: no space left" {
		t.Errorf("got %v", err)
	}
}
