package judge

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

const secret = "s3cr3t+key/value"

func things(tb testing.TB) *spec.Contract {
	tb.Helper()
	data, err := os.ReadFile("testdata/things.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	model, err := spec.Load("things.yaml", data)
	if err != nil {
		tb.Fatal(err)
	}
	return model
}

func thingsJudge(tb testing.TB) *Judge {
	tb.Helper()
	return New(things(tb), Options{Secrets: []auth.Secret{auth.NewSecret(secret)}})
}

// wants makes a case that wants one of some statuses.
func wants(operation string, outcome plan.Outcome, statuses ...string) *plan.Case {
	return &plan.Case{
		ID: operation + ".case/" + string(outcome), Operation: operation, Clause: operation + ".case", Level: clause.Must,
		Why: "the test wants it", Request: plan.Request{Method: http.MethodGet, Credential: plan.Credential{Scheme: "key", Variant: plan.Valid}},
		Expect: plan.Expect{Outcome: outcome, Statuses: statuses},
	}
}

func accepted(operation string) *plan.Case { return wants(operation, plan.Accepted, "200") }
func refused() *plan.Case                  { return wants("listThings", plan.Refused, "400") }

// got makes an exchange: a status, a body, and header lines such as "X-A: 1".
// Content-Type is JSON unless it is given; "Content-Type:" leaves it out.
func got(status int, body string, lines ...string) *run.Exchange {
	header := http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {"r-1"}}
	replaced := map[string]bool{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ":")
		if !replaced[name] {
			delete(header, name)
			replaced[name] = true
		}
		if value = strings.TrimSpace(value); value != "" {
			header[name] = append(header[name], value)
		}
	}
	return &run.Exchange{
		Sent:    run.Sent{Method: http.MethodGet, URL: "http://127.0.0.1/things", Header: http.Header{"X-Key": {secret}}},
		Got:     &run.Received{Status: status, Header: header, Body: []byte(body)},
		Started: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), Elapsed: 3 * time.Millisecond, Attempts: 1,
	}
}

// good is a body that 200 of listThings may have.
const good = `{"job": "run-1", "things": [{"name": "a"}], "total": 1}`

// bad is one that 400 may have.
const bad = `{"code": "E1"}`

// broken gives the findings as "clause (level): message".
func broken(v report.Verdict) []string {
	all := []string{}
	for _, f := range v.Findings {
		text := f.Clause + " (" + string(f.Level) + "): " + f.Message
		if f.Expected != "" || f.Actual != "" {
			text += " [" + f.Expected + " | " + f.Actual + "]"
		}
		all = append(all, text)
	}
	return all
}

type sample struct {
	name string
	c    *plan.Case
	x    *run.Exchange
	want []string // of broken
}

func judgeAll(t *testing.T, samples []sample) {
	t.Helper()
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			v := thingsJudge(t).Judge(s.c, s.x)
			if found := broken(v); !slices.Equal(found, s.want) && len(found)+len(s.want) > 0 {
				t.Errorf("found\n  %s\nwant\n  %s", strings.Join(found, "\n  "), strings.Join(s.want, "\n  "))
			}
			if len(s.want) == 0 && v.Outcome != report.Pass {
				t.Errorf("outcome %s (%s), want pass", v.Outcome, v.Reason)
			}
		})
	}
}

func TestStatus(t *testing.T) {
	const c = "listThings.case (must): "
	should := refused()
	should.Level = clause.Should
	judgeAll(t, []sample{
		{"accepted", accepted("listThings"), got(200, good), nil},
		{"refused", refused(), got(400, bad), nil},
		{"accepted wrongly", refused(), got(200, good), []string{
			c + "the request was answered with 200, not with 400 [400 | 200 OK]",
		}},
		{"level of the case", should, got(200, good), []string{
			"listThings.case (should): the request was answered with 200, not with 400 [400 | 200 OK]",
		}},
		{"refused wrongly", accepted("listThings"), got(400, bad), []string{
			c + "the request was answered with 400, not with 200 [200 | 400 Bad Request]",
		}},
		{"the body of a wrong status is judged", accepted("listThings"), got(400, `{}`), []string{
			c + "the request was answered with 400, not with 200 [200 | 400 Bad Request]",
			"listThings.answer.400.code.required (must): the body's code is missing",
		}},
		{"undocumented", accepted("listThings"), got(418, "short and stout", "Content-Type: text/plain"), []string{
			c + "the request was answered with 418, not with 200 [200 | 418 I'm a teapot]",
		}},
		{"redirect", accepted("listThings"), got(302, "", "Location: https://elsewhere/"), []string{
			c + "the request was answered with 302, not with 200 [200 | 302 Found, a redirect to https://elsewhere/]",
		}},
		{"informational", accepted("listThings"), got(103, ""), []string{
			c + "the request was answered with 103, not with 200 [200 | 103 Early Hints]",
		}},
		{"no status at all", accepted("listThings"), got(0, ""), []string{
			c + "the request was answered with 000, not with 200 [200 | 000]",
		}},
		{"a range is wanted", wants("readThing", plan.Refused, "4XX"), got(451, `{"title": "no"}`, "Content-Type: application/problem+json"), nil},
		{"either, accepted", wants("listThings", plan.Either), got(200, good), nil},
		{"either, refused", wants("listThings", plan.Either), got(400, bad), nil},
		{"either, neither of them", wants("listThings", plan.Either), got(404, ""), nil},
		{"either, and the body is judged", wants("listThings", plan.Either), got(400, `{}`), []string{
			"listThings.answer.400.code.required (must): the body's code is missing",
		}},
		{"another refusal than the documented", refused(), got(422, ""), []string{
			"listThings.case (should): the request was answered with 422, not with 400 [400 | 422 Unprocessable Entity]",
		}},
	})
}

func TestServerErrors(t *testing.T) {
	const c = "listThings.case (must): "
	const unprovoked = "listThings.answer.unprovoked-5xx (must): the request was answered with "
	const why = ", and nothing in it asks for an internal error"
	judgeAll(t, []sample{
		{"provoked", wants("listThings", plan.Failed, "500"), got(500, bad), nil},
		{"provoked, wrong status", wants("listThings", plan.Failed, "500"), got(502, ""), []string{
			c + "the request was answered with 502, not with 500 [500 | 502 Bad Gateway]",
		}},
		{"provoked, wrong body", wants("listThings", plan.Failed, "500"), got(500, `{"code": 1}`), []string{
			"listThings.answer.500.code.type (must): the body's code must be a string",
		}},
		{"unprovoked, its body is judged", refused(), got(500, `[]`), []string{
			unprovoked + "500" + why,
			"listThings.answer.500.type (must): the body must be an object",
		}},
		{"unprovoked, where success is due", accepted("listThings"), got(500, bad), []string{
			c + "the request was answered with 500, not with 200 [200 | 500 Internal Server Error]",
			unprovoked + "500" + why,
		}},
		{"unprovoked, undocumented", refused(), got(502, "<html>", "Content-Type: text/html"), []string{unprovoked + "502" + why}},
		{"either, and neither came", wants("listThings", plan.Either), got(502, "<html>", "Content-Type: text/html"), []string{
			"listThings.case (should): the request was answered with 502, not with any status but 5XX [any status but 5XX | 502 Bad Gateway]",
		}},
		{"method, 405", wants("listThings", plan.Unsupported), got(405, "no", "Content-Type: text/plain"), nil},
		{"method, 501 (RFC 9110, section 9.1)", wants("listThings", plan.Unsupported), got(501, ""), nil},
		{"method, another operation's status", wants("listThings", plan.Unsupported), got(404, "not found", "Content-Type: text/plain"), nil},
		{"method, 400 in its own form", wants("listThings", plan.Unsupported), got(400, "<html>", "Content-Type: text/html"), nil},
		{"method, accepted", wants("listThings", plan.Unsupported), got(200, "x"), []string{
			c + "the request was answered with 200, not with a status other than 2XX and 5XX, or 501 [a status other than 2XX and 5XX, or 501 | 200 OK]",
		}},
		{"method, 500", wants("listThings", plan.Unsupported), got(500, ""), []string{
			c + "the request was answered with 500, not with a status other than 2XX and 5XX, or 501 [a status other than 2XX and 5XX, or 501 | 500 Internal Server Error]",
		}},
	})
}

func TestHeaders(t *testing.T) {
	const prefix = "listThings.answer.200.header."
	judgeAll(t, []sample{
		{"missing", accepted("listThings"), got(200, good, "X-Request-Id:"), []string{
			prefix + "X-Request-Id.required (must): the answer has no header X-Request-Id",
		}},
		{"too short", accepted("listThings"), got(200, good, "X-Request-Id: r"), []string{
			prefix + "X-Request-Id.minLength (must): the header X-Request-Id must have at least 3 characters",
		}},
		{"integer", accepted("listThings"), got(200, good, "X-Limit: 5"), nil},
		{"no integer", accepted("listThings"), got(200, good, "X-Limit: five"), []string{
			prefix + "X-Limit.type (must): the header X-Limit must be an integer",
		}},
		{"too small", accepted("listThings"), got(200, good, "X-Limit: 0"), []string{
			prefix + "X-Limit.minimum (must): the header X-Limit must be at least 1",
		}},
		{"list with blanks", accepted("listThings"), got(200, good, "X-Tags: a, b"), nil},
		{"list in lines (RFC 9110, section 5.3)", accepted("listThings"), got(200, good, "X-Tags: a", "X-Tags: b"), nil},
		{"text in lines", accepted("listThings"), got(200, good, "X-Request-Id: r", "X-Request-Id: s"), nil},
		{"wrong element", accepted("listThings"), got(200, good, "X-Tags: a, c"), []string{
			prefix + "X-Tags.items.enum (must): the header X-Tags[1] must be one of a, b",
		}},
		{"object", accepted("listThings"), got(200, good, "X-Page: from,1"), nil},
		{"member of an object", accepted("listThings"), got(200, good, "X-Page: from,x"), []string{
			prefix + "X-Page.from.type (must): the header X-Page.from must be an integer",
		}},
		{"document", accepted("listThings"), got(200, good, `X-Meta: {"n": 1}`), nil},
		{"no document", accepted("listThings"), got(200, good, `X-Meta: {"n": 1`), []string{
			prefix + "X-Meta.json (must): the header X-Meta must be one JSON document",
		}},
		{"cookie beside another", accepted("listThings"), got(200, good, "Set-Cookie: lang=en", "Set-Cookie: SESSION=a"), nil},
		{"another cookie", accepted("listThings"), got(200, good, "Set-Cookie: lang=en"), nil},
		{"not of this status", refused(), got(400, bad, "X-Request-Id:"), nil},
	})
}

// A header of an object that is JSON is held to its schema, and noted: by the
// description it is written otherwise.
func TestHeaderThatIsJSONAgainstItsStyle(t *testing.T) {
	v := thingsJudge(t).Judge(accepted("listThings"), got(200, good, `X-Page: {"from": "x"}`))
	if len(v.Findings) != 1 || v.Findings[0].Clause != "listThings.answer.200.header.X-Page.from.type" {
		t.Errorf("%+v", v.Findings)
	}
	if want := "the header X-Page is written as JSON: content would say so in the contract"; !slices.Contains(v.Notes, want) {
		t.Errorf("the notes %q lack %q", v.Notes, want)
	}
}

func TestUnknownOperation(t *testing.T) {
	v := thingsJudge(t).Judge(accepted("noSuchThing"), got(200, good))
	if want := `the contract has no operation "noSuchThing"`; v.Outcome != report.Error || v.Reason != want {
		t.Errorf("%s: %s, want error: %s", v.Outcome, v.Reason, want)
	}
}
