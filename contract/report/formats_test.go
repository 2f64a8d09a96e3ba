package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/jsontest"
	"github.com/apiclause/clause/contract/internal/junit"
)

func text(t *testing.T, r *Report, o TextOptions) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Text(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestText(t *testing.T) {
	golden(t, "report.txt", text(t, sampleReport(t), TextOptions{}))
	golden(t, "verbose.txt", text(t, sampleReport(t), TextOptions{Verbose: true}))
	golden(t, "clean.txt", text(t, cleanReport("listThings"), TextOptions{}))
	golden(t, "many.txt", text(t, cleanReport("a", "b", "c", "d", "e"), TextOptions{}))
	golden(t, "shard.txt", text(t, sampleShard(t), TextOptions{Verbose: true}))
}

// Colours add escape sequences and change nothing else.
func TestColor(t *testing.T) {
	colored := string(text(t, sampleReport(t), TextOptions{Color: true}))
	for _, want := range []string{"\x1b[31mFAIL\x1b[0m", "\x1b[33mWARN\x1b[0m", "\x1b[2m1 untested\x1b[0m", "\x1b[32m"} {
		if !strings.Contains(colored, want) {
			t.Errorf("%q is missing", want)
		}
	}
	for _, s := range []style{bold, red, green, yellow, dim} {
		colored = strings.ReplaceAll(colored, "\x1b["+string(s)+"m", "")
	}
	if plain := strings.ReplaceAll(colored, "\x1b[0m", ""); plain != string(text(t, sampleReport(t), TextOptions{})) {
		t.Error("without its colours the text is another")
	}
}

// Nothing that an endpoint sends reaches a terminal or a CI log as it is.
func TestHostileTextIsHarmless(t *testing.T) {
	var junit bytes.Buffer
	if err := JUnit(&junit, sampleReport(t)); err != nil {
		t.Fatal(err)
	}
	for name, out := range map[string]string{"text": string(text(t, sampleReport(t), TextOptions{})), "JUnit": junit.String()} {
		for i, r := range out {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Errorf("%s: %U near %q", name, r, out[max(0, i-20):min(len(out), i+20)])
			}
		}
		if strings.Contains(out, "\nPASS: all is well") {
			t.Errorf("%s: a line from the body stands at the beginning of a line", name)
		}
	}
}

func TestLastLine(t *testing.T) {
	for want, change := range map[string]func(*Input){
		"PASS: 3 of 3 clauses upheld, 0 untested; 3 cases in 0.4s": func(*Input) {},
		"The run did not come to its end: interrupt\nERROR: 3 of 3 clauses upheld, 0 untested; 4 cases (1 skipped) in 0.4s": func(in *Input) {
			in.Interrupted = "interrupt"
			in.Plan.Cases = append(in.Plan.Cases, planned("x/1", "200"))
		},
		"FAIL: 1 of 3 clauses violated, 2 upheld, 0 untested; 3 cases (1 failed) in 0.4s": func(in *Input) {
			in.Verdicts[0].Outcome = Fail
			in.Verdicts[0].Findings = []Finding{{Clause: in.Clauses[0].ID, Level: clause.Must}}
		},
		"PASS: 1 of 3 clauses warned, 2 upheld, 0 untested; 3 cases (1 warned) in 0.4s": func(in *Input) {
			in.Verdicts[0].Outcome = Warn
			in.Verdicts[0].Findings = []Finding{{Clause: in.Clauses[0].ID, Level: clause.Should}}
		},
		"FAIL: 1 of 3 clauses violated, 2 upheld, 0 untested; 3 cases (1 failed, 1 without a verdict) in 0.4s": func(in *Input) {
			in.Strict = true
			in.Verdicts[0].Outcome = Fail
			in.Verdicts[0].Findings = []Finding{{Clause: in.Clauses[0].ID, Level: clause.Should}}
			in.Verdicts[1].Outcome = "new"
			in.Verdicts[2].Exercised = append(in.Verdicts[2].Exercised, in.Clauses[1].ID)
		},
	} {
		in := sample()
		in.Clauses, in.Verdicts, in.Plan.Untested, in.Plan.Cases = nil, nil, nil, nil
		clean := cleanReport("op")
		for i := range clean.Verdicts {
			v := clean.Verdicts[i]
			in.Clauses = append(in.Clauses, &clean.Clauses[i].Clause)
			in.Plan.Cases = append(in.Plan.Cases, v.Case)
			in.Verdicts = append(in.Verdicts, v)
		}
		change(&in)
		out := string(text(t, Build(in), TextOptions{}))
		if !strings.HasSuffix(out, "\n"+want+"\n") {
			t.Errorf("the end is not %q:\n%s", want, out)
		}
	}
}

func TestSeconds(t *testing.T) {
	for s, want := range map[float64]string{0: "under 1 ms", 0.0021: "2 ms", 0.412: "0.4s", 0.099: "99 ms", 0.9996: "1.0s", 65.43: "65.4s"} {
		if have := seconds(s); have != want {
			t.Errorf("%v: %s, want %s", s, have, want)
		}
	}
}

func TestDescribe(t *testing.T) {
	v := sample().Verdicts[6]
	have := Describe(v, func(string) *clause.Clause { return nil })
	for _, want := range []string{"FAIL listThings.security.missing/none\n", "  broken   listThings.security.missing (must)\n", "  replay   curl"} {
		if !strings.Contains(have, want) {
			t.Errorf("%q is missing:\n%s", want, have)
		}
	}
	if strings.Contains(have, strings.Repeat("long ", 300)) || !strings.Contains(have, "… (cut here)") {
		t.Errorf("a long body is not cut:\n%s", have)
	}
}

func TestAlike(t *testing.T) {
	in := sample()
	in.Verdicts, in.Plan.Cases = nil, nil
	for i := range 12 {
		v := reached(planned(fmt.Sprintf("query.limit.maximum/n%d", i), "400"), Fail, 200, "", wrongStatus("query.limit.maximum"))
		in.Verdicts, in.Plan.Cases = append(in.Verdicts, v), append(in.Plan.Cases, v.Case)
	}
	out := string(text(t, Build(in), TextOptions{}))
	if n := strings.Count(out, "FAIL listThings"); n != 1 {
		t.Errorf("%d blocks, want 1:\n%s", n, out)
	}
	for _, want := range []string{"and 11 more cases:\n", "maximum/n5\n           and 6 others\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing:\n%s", want, out)
		}
	}
	if out := string(text(t, Build(in), TextOptions{Verbose: true})); !strings.Contains(out, "maximum/n11\n") {
		t.Errorf("verbose does not name all:\n%s", out)
	}
}

func TestJSON(t *testing.T) {
	var out bytes.Buffer
	if err := JSON(&out, sampleReport(t)); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.json", out.Bytes())
	schema := compile(t)
	for name, r := range map[string]*Report{
		"sample": sampleReport(t), "clean": cleanReport("op"), "empty": {SchemaVersion: SchemaVersion}, "shard": sampleShard(t),
	} {
		var out bytes.Buffer
		if err := JSON(&out, r); err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(&out)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The schema notices what is not a report.
func TestSchemaRefuses(t *testing.T) {
	schema := compile(t)
	for name, change := range map[string]func(*Report){
		"another version":            func(r *Report) { r.SchemaVersion++ },
		"an unknown outcome":         func(r *Report) { r.Verdicts[0].Outcome = "maybe" },
		"an unknown stand":           func(r *Report) { r.Clauses[0].Stand = "" },
		"no id":                      func(r *Report) { r.Clauses[0].ID = "" },
		"a note without cases":       func(r *Report) { r.Notes = []Note{{Operation: "a", Message: "b"}} },
		"an operation without cases": func(r *Report) { r.Unaccepted = []Unaccepted{{Operation: "a"}} },
		"an answer of no status":     func(r *Report) { r.Unaccepted[0].Answers["4XX"] = 1 },
		"an unknown technique":       func(r *Report) { r.Verdicts[0].Case.Technique = "guess" },
		"a negative count":           func(r *Report) { r.Summary.Pass = -1 },
	} {
		r := sampleReport(t)
		change(r)
		var out bytes.Buffer
		if err := JSON(&out, r); err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(&out)
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(value) == nil {
			t.Errorf("%s is valid", name)
		}
	}
}

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsontest.Compile(Schema)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestJUnit(t *testing.T) {
	var out bytes.Buffer
	if err := JUnit(&out, sampleReport(t)); err != nil {
		t.Fatal(err)
	}
	golden(t, "junit.xml", out.Bytes())
	var read junit.Report
	if err := xml.Unmarshal(out.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	if read.Tests != 9 || read.Failures != 3 || read.Errors != 1 || read.Skipped != 3 {
		t.Errorf("%d tests, %d failures, %d errors, %d skipped", read.Tests, read.Failures, read.Errors, read.Skipped)
	}
	if message := read.Suites[0].Cases[1].Failure.Message; !strings.HasPrefix(message, "listThings.query.limit.maximum (must): ") {
		t.Errorf("the message does not begin with the clause: %s", message)
	}
}

func TestJUnitSuites(t *testing.T) {
	var out bytes.Buffer
	if err := JUnit(&out, cleanReport("a", "b")); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<testsuite name="a" tests="3"`, `<testsuite name="b" tests="3"`, `<testcase name="b.answer.200/one" classname="b.answer.200"`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s is missing:\n%s", want, out.String())
		}
	}
}

type fullDisk struct{}

var errFull = errors.New("no space left")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestWriteErrors(t *testing.T) {
	for want, write := range map[string]func(io.Writer, *Report) error{
		"write the text report: no space left":  func(w io.Writer, r *Report) error { return Text(w, r, TextOptions{}) },
		"write the JSON report: no space left":  JSON,
		"write the JUnit report: no space left": JUnit,
	} {
		if err := write(fullDisk{}, sampleReport(t)); err == nil || err.Error() != want || !errors.Is(err, errFull) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestPrintable(t *testing.T) {
	for have, want := range map[string]string{
		"plain é 🙂":  "plain é 🙂",
		"\x1b[2J":    `\x1b[2J`,
		"a\nb\tc\r":  `a\nb\tc\r`,
		"\u009b31m":  `\u009b31m`,
		"\u202eevil": `\u202eevil`,
		"a\u200bb":   `a\u200bb`,
		"\U000e0041": `\U000e0041`,
		"\xff\xc3":   `\xff\xc3`,
		"\ufffd":     `\ufffd`,
		"\x7f\x00":   `\x7f\x00`,
	} {
		if out := Printable(have); out != want {
			t.Errorf("%q: %q, want %q", have, out, want)
		}
	}
}
