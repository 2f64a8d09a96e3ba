package contract_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/internal/jsontest"
	"github.com/apiclause/clause/contract/report"
)

// seats is a contract with one operation.
const seats = `
openapi: 3.0.3
info: {title: Seats, version: 1.0.0}
security: [{token: []}]
paths:
  /seats:
    get:
      operationId: findSeats
      parameters:
        - {name: row, in: query, required: true, schema: {type: integer, minimum: 1}}
        - {name: side, in: query, schema: {type: string, enum: [left, right]}, x-contract: {inferred: {enum: the pages show no other}}}
      responses:
        "200": {description: ok, content: {application/json: {schema: {type: object, required: [n], properties: {n: {type: integer}}}}}}
        "400": {description: bad}
        "401": {description: who}
components:
  securitySchemes:
    token: {type: apiKey, in: header, name: X-Token}
`

func loadSeats(t *testing.T) *contract.Contract {
	t.Helper()
	c, err := contract.Load("seats.yaml", []byte(seats))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// seen is an entry of a recording: a request and its answer's status and body.
func seen(target string, status int, body string) string {
	return fmt.Sprintf(`{"startedDateTime": "2026-01-31T12:00:00Z", "request": {"method": "GET", "url": %q, "headers": [{"name": "x-token", "value": "hidden-token-4711"}]},
		"response": {"status": %d, "headers": [{"name": "Content-Type", "value": "application/json"}], "content": {"size": %d, "text": %q}}}`,
		target, status, len(body), body)
}

func archive(entries ...string) string {
	return `{"log": {"version": "1.2", "creator": {"name": "a proxy", "version": "1"}, "entries": [` + strings.Join(entries, ",\n") + `]}}`
}

func judgeHAR(t *testing.T, har string, change func(r *contract.Recording)) (*report.Report, error) {
	t.Helper()
	r := contract.Recording{Contract: loadSeats(t), Name: "a.har", HAR: strings.NewReader(har), Tool: "clause/test"}
	if change != nil {
		change(&r)
	}
	return contract.JudgeHAR(t.Context(), r)
}

const (
	host  = "https://api.example"
	three = `{"n": 3}`
)

func TestJudgeHAR(t *testing.T) {
	r, err := judgeHAR(t, archive(
		seen(host+"/seats?row=3", 200, three),
		seen(host+"/favicon.ico", 404, ""),
		seen(host+"/seats", 200, three),
		seen(host+"/seats?row=abc", 400, ""),
		seen(host+"/seats?row=3&side=up", 200, three),
		seen(host+"/seats?row=4", 400, ""),
		seen(host+"/seats?row=5", 200, `{"n": "3"}`),
		seen(host+"/seats?row=6", 503, ""),
		seen(host+"/seats?row=%2B7", 400, ""),
		seen(host+"/seats?row=abc", 401, ""),
	), nil)
	if err != nil {
		t.Fatal(err)
	}
	const want = `findSeats.answer.200/entry-0 pass
findSeats.query.row.required/entry-2 fail findSeats.query.row.required(must): the request was answered with 200, not with 400
findSeats.query.row.type/entry-3 pass
findSeats.query.side.enum/entry-4 warn findSeats.query.side.enum(should): the request was answered with 200, not with 400
findSeats.answer.200/entry-5 fail findSeats.answer.200(must): the request was answered with 400, not with 200
findSeats.answer.200/entry-6 fail findSeats.answer.200.n.type(must): the body's n must be an integer
findSeats.answer.200/entry-7 skip 503 Service Unavailable speaks of the circumstances, and the contract does not list it
findSeats.answer.unprovoked-5xx/entry-8 pass
findSeats.query.row.type/entry-9 undecided the answer is 401 Unauthorized, which is not about what is wrong with the request
`
	var got strings.Builder
	for _, v := range r.Verdicts {
		fmt.Fprintf(&got, "%s %s", v.Case.ID, v.Outcome)
		if v.Reason != "" {
			fmt.Fprintf(&got, " %s", v.Reason)
		}
		for _, f := range v.Findings {
			fmt.Fprintf(&got, " %s(%s): %s", f.Clause, f.Level, f.Message)
		}
		got.WriteByte('\n')
	}
	if got.String() != want {
		t.Errorf("the verdicts are\n%s\nnot\n%s", got.String(), want)
	}
	if r.Recording == nil || *r.Recording != (report.Recording{Entries: 10, Matched: 9}) {
		t.Errorf("it counts %+v", r.Recording)
	}
	if r.Target != (report.Target{Name: "recording a.har", BaseURL: host}) || r.Tool != "clause/test" {
		t.Errorf("it is about %+v by %s", r.Target, r.Tool)
	}
	if code := report.ExitCode(r); code != report.ExitFailed {
		t.Errorf("the exit code is %d", code)
	}
	for id, reason := range map[string]string{
		"findSeats.answer.framing":         "a recording does not show how answers were framed",
		"findSeats.security.missing":       "a recording does not tell whether credentials are valid",
		"findSeats.method":                 "a request with a method that the path lacks is for no operation",
		"findSeats.query.row.minimum":      "no recorded request breaks it, or comes near to its limit",
		"findSeats.answer.400":             "",
		"findSeats.answer.200.n.required":  "",
		"findSeats.answer.unprovoked-5xx":  "",
		"findSeats.answer.duplicate-names": "",
	} {
		for _, c := range r.Clauses {
			if c.ID == id && (c.Reason != reason || (c.Stand == report.Untested) != (reason != "")) {
				t.Errorf("%s is %s: %s", id, c.Stand, c.Reason)
			}
		}
	}
}

// TestARecordingShowsNoCredentials has one in a header that the contract knows
// of, and elsewhere, where a service repeats it.
func TestARecordingShowsNoCredentials(t *testing.T) {
	entry := strings.Replace(seen("https://u:hidden-password@api.example/seats?row=3&session_id=hidden-session-1&hidden-token-4711", 200, `{"n": 3, "you": "hidden-token-4711"}`),
		`"headers": [`, `"headers": [{"name": "Cookie", "value": "a=hidden-cookie"}, {"name": "authorization", "value": "Basic hidden-basic"}, `, 1)
	r, err := judgeHAR(t, archive(entry), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, write := range map[string]func(b *bytes.Buffer) error{
		"text":  func(b *bytes.Buffer) error { return report.Text(b, r, report.TextOptions{Verbose: true}) },
		"JSON":  func(b *bytes.Buffer) error { return report.JSON(b, r) },
		"JUnit": func(b *bytes.Buffer) error { return report.JUnit(b, r) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if text := b.String(); strings.Contains(text, "hidden") {
			t.Errorf("the %s report shows a credential: %s", name, text)
		}
	}
}

func TestWhatARecordingIsHeldToCanBeSaid(t *testing.T) {
	har := archive(seen(host+"/v1/seats", 200, three), seen("http://127.0.0.1:8080/seats", 200, three), seen(host+"/seats?row=3&side=up", 200, three))
	base := func(text string) func(r *contract.Recording) {
		return func(r *contract.Recording) { r.BaseURL, _ = url.Parse(text) }
	}
	for name, test := range map[string]struct {
		change func(r *contract.Recording)
		want   string
		code   int
	}{
		"any host":     {nil, "fail warn", 1},
		"one host":     {base(host), "warn", 0},
		"below a path": {base(host + "/v1/"), "fail", 1},
		"strictly":     {func(r *contract.Recording) { base(host)(r); r.Strict = true }, "fail", 1},
		"known": {func(r *contract.Recording) {
			r.Known, _ = report.ParseKnown("known.txt", []byte("*.row.required/entry-1 # bug 7"))
		}, "known warn", 0},
	} {
		r, err := judgeHAR(t, har, test.change)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range r.Verdicts {
			got = append(got, string(v.Outcome))
		}
		if strings.Join(got, " ") != test.want || report.ExitCode(r) != test.code {
			t.Errorf("%s: %s, exit code %d", name, got, report.ExitCode(r))
		}
	}
}

func TestARecordingThatCannotBeJudged(t *testing.T) {
	one := archive(seen(host+"/seats", 200, three))
	for want, test := range map[string]struct {
		har    string
		change func(r *contract.Recording)
		base   string
	}{
		"a.har is no HAR file that can be read: it has no log.entries":                                                   {har: `{}`},
		"a.har: log.entries[0].request has no url":                                                                       {har: archive(`{}`)},
		"a.har: none of its 0 entries is for an operation of seats.yaml: looked for GET /seats, at the root of any host": {har: archive()},
		"a.har: none of its 1 entry is for an operation of seats.yaml: looked for GET /seats, at the root of any host": {
			har: archive(seen(host+"/api/seats", 200, three)), base: host + "/api",
		},
		"a.har: none of its 1 entry is for an operation of seats.yaml: looked for GET /seats, below https://u:xxxxx@other.example": {
			har: one, change: func(r *contract.Recording) { r.BaseURL, _ = url.Parse("https://u:p@other.example") }, base: host,
		},
		`known.txt:1: the pattern "nothing" matches no case and no clause: correct or remove it`: {har: one, change: func(r *contract.Recording) {
			r.Known, _ = report.ParseKnown("known.txt", []byte("nothing # a reason"))
		}},
		"judge a.har: seats.yaml:7: path /seats/{row}{side}: give each segment at most one parameter, and list it under parameters": {har: one, change: func(r *contract.Recording) {
			text := strings.Replace(seats, "/seats:", "/seats/{row}{side}:", 1)
			text = strings.NewReplacer("{name: row, in: query,", "{name: row, in: path,", "{name: side, in: query,", "{name: side, in: path, required: true,").Replace(text)
			c, err := contract.Load("seats.yaml", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			r.Contract = c
		}},
		"judge: a contract and a recording are needed": {har: one, change: func(r *contract.Recording) { r.Contract = nil }},
	} {
		_, err := judgeHAR(t, test.har, test.change)
		if err == nil || err.Error() != want || !errors.Is(err, contract.ErrUsage) {
			t.Errorf("the error is %v, not %s", err, want)
		}
		unmatched, ok := errors.AsType[*contract.UnmatchedError](err)
		if ok != strings.Contains(want, "none of its") || ok && unmatched.BaseURL != test.base {
			t.Errorf("%v suggests %+v", err, unmatched)
		}
	}
}

func TestARecordingOfNothingThatCanBeJudgedIsNoSuccess(t *testing.T) {
	r, err := judgeHAR(t, archive(seen(host+"/seats", 0, "")), nil)
	if err != nil {
		t.Fatal(err)
	}
	if code := report.ExitCode(r); code != report.ExitError {
		t.Errorf("the exit code is %d", code)
	}
}

func TestJudgingARecordingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := contract.JudgeHAR(ctx, contract.Recording{
		Contract: loadSeats(t), Name: "a.har", HAR: strings.NewReader(archive(seen(host+"/seats", 200, three))),
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Interrupted != "it was stopped before all of the recording was judged" || report.ExitCode(r) != report.ExitError || r.Verdicts[0].Outcome != report.Skip {
		t.Errorf("interrupted: %q, %s", r.Interrupted, r.Verdicts[0].Outcome)
	}
}

// TestAReportOfARecordingIsAsItsSchemaHasIt has requests of every kind, and one
// that got no answer.
func TestAReportOfARecordingIsAsItsSchemaHasIt(t *testing.T) {
	c := load(t, "testdata/orders.yaml") // it documents ranges, and any other answer
	r, err := contract.JudgeHAR(t.Context(), contract.Recording{Contract: c, Name: "a.har", Tool: "clause/test", HAR: strings.NewReader(archive(
		seen(host+"/shops/main/orders/o1", 0, ""),
		seen(host+"/shops/main/orders/o1", 200, `{"id": "a"}`),
		seen(host+"/shops/main/orders/o1?fields=x", 200, `{"id": "a"}`),
		seen(host+"/shops/main/orders/o1?fields=", 418, ""),
		seen(host+"/shops/main/orders/o1?fields=id,id", 500, "{}"),
		seen(host+"/shops/MAIN/orders/o1", 302, ""),
	))})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := report.JSON(&b, r); err != nil {
		t.Fatal(err)
	}
	asSchemaHasIt(t, b.Bytes())
	if len(r.Verdicts) != 6 {
		t.Errorf("%d verdicts", len(r.Verdicts))
	}
}

var reportSchema = sync.OnceValues(func() (*jsonschema.Schema, error) { return jsontest.Compile(report.Schema) })

// valid are the texts that were held to the schema before.
var valid sync.Map

// asSchemaHasIt holds a report to the schema that readers of reports go by.
func asSchemaHasIt(t *testing.T, text []byte) {
	t.Helper()
	if _, known := valid.LoadOrStore(sha256.Sum256(text), true); known {
		return
	}
	schema, err := reportSchema()
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Error(err)
	}
}
