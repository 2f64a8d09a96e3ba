package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/plan"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file in testdata.
func golden(t *testing.T, name string, have []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, have, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want) {
		t.Errorf("%s differs (go test -update writes it anew):\n%s", file, have)
	}
}

// statement makes a clause of the operation listThings.
func statement(place string, level clause.Level) *clause.Clause {
	return statementOf("listThings", place, level)
}

func statementOf(operation, place string, level clause.Level) *clause.Clause {
	c := &clause.Clause{
		ID: operation + "." + place, Operation: operation, Level: level, Statement: "the statement of " + place,
		Source: clause.Source{Section: "URI", Row: "limit"}, At: clause.Location{File: "things.yaml", Line: 10 + len(place)},
	}
	if level == clause.Should {
		c.Inferred, c.Source = "it is the usual way", clause.Source{}
	}
	return c
}

func sampleClauses() []*clause.Clause {
	return []*clause.Clause{
		statement("query.limit.maximum", clause.Must),
		statement("query.limit.type", clause.Must),
		statement("query.sort.enum", clause.Must),
		statement("security.missing", clause.Must),
		statement("security.key.verified", clause.Must),
		statement("rule.sort-needs-limit", clause.Should),
		statement("answer.200", clause.Must),
		statement("answer.200.job.type", clause.Must),
		statement("answer.400", clause.Must),
		statement("answer.400.code.required", clause.Must),
		statement("answer.500", clause.Must),
		statement("answer.500.code.type", clause.Must),
		statement("answer.framing", clause.Must),
		statement("answer.credentials", clause.Should),
		statement("method", clause.Should),
		statementOf("readThing", "answer.200", clause.Must),
	}
}

// planned makes a case: "query.limit.maximum/above" enforces the clause
// query.limit.maximum of listThings.
func planned(id, status string) plan.Case {
	place, _, _ := strings.Cut(id, "/")
	outcome := plan.Refused
	if status == "200" {
		outcome = plan.Accepted
	}
	return plan.Case{
		ID: "listThings." + id, Operation: "listThings", Clause: "listThings." + place, Level: clause.Must, Technique: plan.SingleFault,
		Why: "the reason for " + id,
		Request: plan.Request{
			Method: "GET", Path: "/things", Credential: plan.Credential{Scheme: "key", Variant: plan.Valid},
			Parameters: []plan.Parameter{
				{In: "query", Name: "limit", Value: 101},
				{In: "query", Name: "since", Value: plan.Time{Offset: -time.Hour}},
			},
		},
		Expect: plan.Expect{Outcome: outcome, Statuses: []string{status}},
	}
}

// reached makes the verdict on a case that was sent.
func reached(c plan.Case, outcome Outcome, status int, body string, findings ...Finding) Verdict {
	v := Verdict{Case: c, Outcome: outcome, Findings: findings, Exchange: &Exchange{
		Method: "GET", URL: "http://127.0.0.1:8080/things?limit=101", RequestHeaders: []Header{{"Accept", "application/json"}, {"X-Key", "[redacted]"}},
		Status: status, ResponseHeaders: []Header{{"Content-Type", "application/json"}}, ResponseBody: body,
		Started: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC), Elapsed: 0.0021,
		Curl: `curl -i -g 'http://127.0.0.1:8080/things?limit=101' -H 'X-Key: '"$X_KEY"`,
	}}
	v.Exercised = []string{c.Clause, "listThings.answer.framing"}
	switch status {
	case 200:
		v.Exercised = append(v.Exercised, "listThings.answer.200", "listThings.answer.200.job.type")
	case 400:
		v.Exercised = append(v.Exercised, "listThings.answer.400", "listThings.answer.400.code.required")
	}
	return v
}

func finding(place string, level clause.Level, message string) Finding {
	return Finding{Clause: "listThings." + place, Level: level, Message: message}
}

func wrongStatus(place string) Finding {
	f := finding(place, clause.Must, "the request was answered with 200, not with 400")
	f.Expected, f.Actual = "400", "200 OK"
	return f
}

// unsure is an answer that says that a thing is not there, of which only the target
// knows whether it is.
func unsure() Verdict {
	v := reached(planned("answer.200/thing", "200"), Undecided, 404, `{"code": "E4"}`)
	v.Case.ID, v.Case.Clause, v.Case.Operation = "readThing.answer.200/smallest", "readThing.answer.200", "readThing"
	v.Case.Expect.Unknown = []string{"id (path)"}
	v.Reason, v.Exercised = "the answer is 404 Not Found, and only the target knows whether id (path) is there", []string{"listThings.answer.framing"}
	return v
}

// lacking is a note.
const lacking = "answers with 418 I'm a teapot, which the contract does not document"

// hostile is what a terminal, an XML parser and a reader must be spared.
const hostile = "{\"code\":\x1b[31m \x00 \u202e \u2028 \ufffe \xff]]>&<}\r\n\tPASS: all is well\x07"

// sample is a run with a case of every outcome.
func sample() Input {
	untyped := finding("answer.400.code.type", clause.Must, "the body's code must be a string")
	untyped.Expected, untyped.Actual = "a string", "a number"
	codeless := finding("answer.400.code.required", clause.Must, "the body's code is missing")
	skipped := planned("query.sort.enum/unknown", "400")
	skipped.Skip = "the target has no value for sort"
	should := planned("rule.sort-needs-limit/broken", "400")
	should.Level = clause.Should
	weak := finding("rule.sort-needs-limit", clause.Should, "the request was answered with 200, not with 400")
	late := reached(planned("security.key.verified/prefix", "401"), Error, 0, "")
	late.Reason, late.Exercised, late.Exchange.Problem = "the answer did not come within 10s", nil, "deadline: the answer did not come within 10s"
	verdicts := []Verdict{
		reached(planned("answer.200/smallest", "200"), Pass, 200, `{"job": "a-1"}`),
		reached(planned("query.limit.maximum/above", "400"), Fail, 200, hostile, wrongStatus("query.limit.maximum"), codeless, untyped),
		reached(planned("query.limit.maximum/far-above", "400"), Fail, 200, hostile, wrongStatus("query.limit.maximum"), codeless, untyped),
		late,
		reached(should, Warn, 200, `{"job": "a-2"}`, weak),
		reached(planned("query.limit.type/text", "400"), Pass, 400, `{"code": "E1"}`),
		reached(planned("security.missing/none", "401"), Fail, 401, strings.Repeat("long ", 400), finding("security.missing", clause.Must, "wrong")),
		unsure(),
	}
	verdicts[0].Notes, verdicts[1].Notes = []string{lacking}, []string{lacking}
	in := Input{
		Tool: "clause v0.1.0", Clauses: sampleClauses(), Seed: 1, Verdicts: verdicts,
		Target: Target{Name: "things service", BaseURL: "http://127.0.0.1:8080", Organization: "Example", Version: "2.3"},
		Made: Made{
			SHA256: strings.Repeat("5f", 32), Overlays: []Overlay{{"rules.yaml", strings.Repeat("a0", 32)}}, WithoutConventions: true,
			TargetFile: "target.yaml", URL: "http://127.0.0.1:8080", Values: []string{"id=7", "key=s3cr3tkey"}, Headers: []string{"X-Tenant: a"},
			Withheld: []Withheld{{Kind: "token"}, {"user", "me"}}, Strength: 3, Unsafe: true, NearMisses: true, CaseTimeout: 10,
		},
		Started: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC), Elapsed: 412 * time.Millisecond,
		Plan: &plan.Plan{Contract: "things.yaml", Title: "Things", Version: "1.2.0", Untested: []plan.Untested{
			{Clause: "listThings.method", Reason: "methods are tried on loopback only"},
		}},
		Redactor: auth.NewRedactor(auth.NewSecret("s3cr3tkey")),
	}
	for _, v := range verdicts {
		in.Plan.Cases = append(in.Plan.Cases, v.Case)
	}
	in.Plan.Cases = append(in.Plan.Cases, skipped)
	return in
}

// sampleKnown lists one failure that is still there and one that is not.
const sampleKnown = "listThings.security.missing # no gateway yet, bug 7\nlistThings.query.limit.type/* # bug 8\n"

func knownFailures(t *testing.T, text string) *KnownFailures {
	t.Helper()
	k, err := ParseKnown("known.txt", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// sampleReport has a verdict of every outcome.
func sampleReport(t *testing.T) *Report {
	t.Helper()
	in := sample()
	in.Known = knownFailures(t, sampleKnown)
	return Build(in)
}

// cleanReport is of a run in which all is upheld.
func cleanReport(operations ...string) *Report {
	in := sample()
	in.Clauses, in.Verdicts, in.Plan.Cases, in.Plan.Untested = nil, nil, nil, nil
	for _, op := range operations {
		for _, place := range []string{"query.limit.type", "security.missing", "answer.200"} {
			c := clause.Clause{ID: op + "." + place, Operation: op, Level: clause.Must}
			in.Clauses = append(in.Clauses, &c)
			k := planned(place+"/one", "200")
			k.ID, k.Clause, k.Operation = c.ID+"/one", c.ID, op
			in.Plan.Cases = append(in.Plan.Cases, k)
			in.Verdicts = append(in.Verdicts, Verdict{Case: k, Outcome: Pass, Exercised: []string{c.ID}})
		}
	}
	return Build(in)
}

// sampleShard is the second of three shards of the sample. It did not send the
// last three of the cases that are not skipped.
func sampleShard(t *testing.T) *Report {
	t.Helper()
	in := sample()
	in.Known, in.Shard, in.Instance, in.Strict = knownFailures(t, sampleKnown), plan.Shard{Index: 2, Of: 3}, "machine-1", true
	for i := range in.Verdicts {
		in.Verdicts[i].Shard = 2
		if in.Verdicts[i].Outcome == Warn {
			in.Verdicts[i].Outcome = Fail // for it is strict
		}
		if i > 4 {
			in.Verdicts[i] = Verdict{Case: in.Verdicts[i].Case, Outcome: Skip, Reason: "in another shard", Shard: i%2*2 + 1}
		}
	}
	in.Verdicts[1].Conditional = []Finding{wrongStatus("answer.200")}
	in.Verdicts[0].Distinct = []Sighting{{Clause: "listThings.answer.200.job.type", Value: "5709e72fc34677e1833e55636744cd03", Where: "the body's job"}}
	return Build(in)
}
