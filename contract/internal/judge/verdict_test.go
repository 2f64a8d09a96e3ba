package judge

import (
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

func wantsUnsupported() *plan.Case { return wants("listThings", plan.Unsupported) }

// troubled is an exchange that did not come to its end. x is what came, or nil.
func troubled(kind run.ProblemKind, err string, x *run.Exchange) *run.Exchange {
	if x == nil {
		x = got(0, "")
		x.Got = nil
	}
	x.Problem = &run.Problem{Kind: kind, Err: &url.Error{Op: "Get", URL: "http://127.0.0.1/", Err: errors.New(err)}}
	return x
}

func TestProblems(t *testing.T) {
	truncated := func(status int, body string) *run.Exchange {
		x := got(status, body)
		x.Got.Truncated = true
		return x
	}
	none := got(0, "")
	none.Got = nil
	for _, s := range []struct {
		name string
		x    *run.Exchange
		want string
	}{
		{"unreachable", troubled(run.Unreachable, "connection refused", nil), "error: the target could not be reached: connection refused"},
		{"TLS", troubled(run.TLS, "certificate has expired", nil), "error: no TLS connection to the target: certificate has expired"},
		{"deadline", troubled(run.Deadline, "the answer did not come within 10s", nil), "error: the answer did not come within 10s"},
		{"deadline in the body", troubled(run.Deadline, "the answer did not end within 10s", got(500, "{")), "error: the answer did not end within 10s"},
		{"throttled", troubled(run.Throttled, "the target answered 503 five times", got(503, "busy")), "error: the target answered 503 five times"},
		{"interrupted", troubled(run.Interrupted, "the run was stopped", nil), "error: the run was stopped"},
		{"internal", troubled(run.Internal, "no value for id", nil), "error: the request could not be sent: no value for id"},
		{"more than is read", troubled(run.TooLong, "its head is longer than 64 KiB", nil), "error: its head is longer than 64 KiB"},
		{"more than is read after a body", troubled(run.TooLong, "long trailer", got(500, "{")), "error: long trailer"},
		{"of no kind", troubled("new", "something else", nil), "error: something else"},
		{"nothing recorded", none, "error: no answer was recorded"},
		{"not HTTP", troubled(run.Malformed, `malformed HTTP response "hello"`, nil), "fail: " +
			`listThings.answer.framing (must): the answer is not complete, well-formed HTTP: malformed HTTP response "hello"`},
		{"cut short", troubled(run.Malformed, "unexpected EOF", got(200, good[:9])), "fail: " +
			"listThings.answer.framing (must): the answer is not complete, well-formed HTTP: unexpected EOF"},
		{"cut short, and wrong in its head", troubled(run.Malformed, "unexpected EOF", got(400, "{", "Content-Type: text/html")), "fail: " +
			"listThings.answer.framing (must): the answer is not complete, well-formed HTTP: unexpected EOF; " +
			"listThings.case (must): the request was answered with 400, not with 200 [200 | 400 Bad Request]; " +
			"listThings.answer.400.mediaType (must): the body's media type is not documented [application/json | text/html]"},
		{"too long", truncated(200, good), "error: the body is longer than the limit, and was not read to its end"},
		{"too long for what is no JSON", func() *run.Exchange {
			x := truncated(418, good)
			x.Got.Header.Set("Content-Type", "text/plain")
			return x
		}(), "fail: listThings.case (must): the request was answered with 418, not with 200 [200 | 418 I'm a teapot]"},
		{"too long, and wrong in its head", truncated(400, bad), "fail: " +
			"listThings.case (must): the request was answered with 400, not with 200 [200 | 400 Bad Request]"},
		{"too long, and a should", truncated(200, "Traceback (most recent call last)"), "error: " +
			"listThings.answer.stack-trace (should): the body holds a stack trace (Python)" +
			"the body is longer than the limit, and was not read to its end"},
	} {
		v := thingsJudge(t).Judge(accepted("listThings"), s.x)
		text := string(v.Outcome) + ": " + strings.Join(broken(v), "; ") + v.Reason
		if text != s.want {
			t.Errorf("%s:\n%s\nwant\n%s", s.name, text, s.want)
		}
	}
}

// A provoked 503 is what was asked for, not a busy target.
func TestProvokedBusy(t *testing.T) {
	busy := wants("listThings", plan.Failed, "503")
	v := thingsJudge(t).Judge(busy, troubled(run.Throttled, "still 503", got(503, "")))
	if v.Outcome != report.Pass {
		t.Errorf("%s %s, want pass", v.Outcome, v.Reason)
	}
}

func TestOutcome(t *testing.T) {
	should := got(200, `{"job": "JOB", "things": []}`)
	for strict, want := range map[bool]report.Outcome{false: report.Warn, true: report.Fail} {
		v := New(things(t), Options{Strict: strict}).Judge(accepted("listThings"), should)
		if v.Outcome != want {
			t.Errorf("a broken should, strict %v: %s, want %s", strict, v.Outcome, want)
		}
	}
	v := thingsJudge(t).Judge(accepted("listThings"), got(200, `{"job": "JOB"}`))
	if v.Outcome != report.Fail {
		t.Errorf("a broken should and a broken must: %s, want fail", v.Outcome)
	}
}

// A clause that the contract does not have is not judged, but nothing passes
// for the lack of one.
func TestMissingClauses(t *testing.T) {
	bare := &spec.Contract{Operations: []*spec.Operation{{ID: "op", Responses: []*spec.Response{{ID: "op.answer.200", Status: "200"}}}}}
	j := New(bare, Options{})
	if v := j.Judge(accepted("op"), got(200, "Traceback (most recent call last)")); v.Outcome != report.Pass {
		t.Errorf("%s: %v, want pass", v.Outcome, broken(v))
	}
	v := j.Judge(accepted("op"), troubled(run.Malformed, "no HTTP", nil))
	if v.Outcome != report.Error || v.Reason != "the answer is not complete, well-formed HTTP: no HTTP" {
		t.Errorf("%s: %s, want an error", v.Outcome, v.Reason)
	}
	v = j.Judge(accepted("op"), troubled(run.Malformed, "unexpected EOF", got(200, "")))
	if v.Outcome != report.Error {
		t.Errorf("cut short: %s, want an error", v.Outcome)
	}
}

// What an answer was held to is what its status documents, as far as the answer
// goes, and what holds for every answer.
func TestExercised(t *testing.T) {
	general := []string{"answer.credentials", "answer.duplicate-names", "answer.framing", "answer.stack-trace", "answer.unprovoked-5xx", "case"}
	plus := func(base []string, more ...string) []string { return slices.Concat(base, more) }
	ok := plus(general, "answer.200", "answer.200.header.X-Request-Id.minLength", "answer.200.header.X-Request-Id.required",
		"answer.200.header.X-Request-Id.type", "answer.200.job.required", "answer.200.job.pattern", "answer.200.job.type",
		"answer.200.json", "answer.200.mediaType", "answer.200.things.maxItems", "answer.200.things.required",
		"answer.200.things.type", "answer.200.type")
	items := []string{
		"answer.200.things.items.additionalProperties", "answer.200.things.items.name.maxLength",
		"answer.200.things.items.name.required", "answer.200.things.items.name.type", "answer.200.things.items.type",
	}
	refusal := plus(general, "answer.400", "answer.400.code.required", "answer.400.code.type", "answer.400.json", "answer.400.mediaType", "answer.400.type")
	for _, s := range []struct {
		name string
		c    *plan.Case
		x    *run.Exchange
		want []string
	}{
		{"smallest", accepted("listThings"), got(200, `{"job": "a-1", "things": []}`), ok},
		{"optional members", accepted("listThings"), got(200, good), plus(ok, plus(items, "answer.200.total.type", "answer.200.total.minimum")...)},
		{"refusal", refused(), got(400, bad), refusal},
		{"not the status that was wanted", accepted("listThings"), got(400, bad), slices.DeleteFunc(slices.Clone(refusal), func(id string) bool {
			return id == "answer.400"
		})},
		{"provoked", wants("listThings", plan.Failed, "500"), got(500, ""), []string{
			"answer.500", "answer.500.json", "answer.credentials", "answer.framing", "answer.stack-trace", "case",
		}},
		{"undocumented", accepted("listThings"), got(418, ""), []string{
			"answer.credentials", "answer.framing", "answer.stack-trace", "answer.unprovoked-5xx", "case",
		}},
		{"no answer", accepted("listThings"), troubled(run.Deadline, "late", nil), nil},
		{"no HTTP", accepted("listThings"), troubled(run.Malformed, "nonsense", nil), []string{"answer.framing"}},
		{"wrong type", refused(), got(400, `{"code": 1}`), refusal},
		{"null", refused(), got(400, `null`), slices.DeleteFunc(slices.Clone(refusal), func(id string) bool {
			return strings.Contains(id, "code")
		})},
	} {
		var want []string
		for _, id := range s.want {
			want = append(want, "listThings."+id)
		}
		slices.Sort(want)
		if v := thingsJudge(t).Judge(s.c, s.x); !slices.Equal(v.Exercised, want) {
			t.Errorf("%s:\n%s\nwant\n%s", s.name, strings.Join(v.Exercised, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestCauseOfNothing(t *testing.T) {
	if text := cause(&run.Problem{Kind: run.TLS}); text != "tls" {
		t.Errorf("a problem without an error: %q", text)
	}
	if text := cause(&run.Problem{Kind: run.TLS, Err: io.EOF}); text != "EOF" {
		t.Errorf("a problem of io.EOF: %q", text)
	}
}
