package ruling

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
)

func operation(statuses string) *spec.Operation {
	op := &spec.Operation{ID: "op"}
	for status := range strings.FieldsSeq(statuses) {
		op.Responses = append(op.Responses, &spec.Response{Status: status})
	}
	return op
}

func status(r *spec.Response) string {
	if r == nil {
		return ""
	}
	return r.Status
}

// TestDocumented holds which of the documented answers stands for which request.
func TestDocumented(t *testing.T) {
	for _, test := range []struct {
		documented, success, refusal, unauthorized string
		successes, refusals                        string
	}{
		{"", "", "", "", "", "4XX"},
		{"200", "200", "", "", "200", "4XX"},
		{"200 204 400 401 422 500", "200", "400", "401", "200 204", "400 422"},
		{"201 303 422", "201", "422", "", "201 303", "422"},
		{"302 403 404", "302", "", "403", "302", "4XX"},
		{"400 default", "default", "400", "default", "2XX 3XX", "400"},
		{"200 default", "200", "default", "default", "200", "4XX"},
		{"200 418 4XX", "200", "418", "4XX", "200", "418 4XX"},
		{"200 413 415", "200", "", "", "200", "4XX"},
		{"200 413 4XX default", "200", "4XX", "4XX", "200", "4XX"},
	} {
		op := operation(test.documented)
		if got := status(Success(op)); got != test.success {
			t.Errorf("%s: success %q, want %q", test.documented, got, test.success)
		}
		if got := status(Refusal(op)); got != test.refusal {
			t.Errorf("%s: refusal %q, want %q", test.documented, got, test.refusal)
		}
		if got := status(Unauthorized(op)); got != test.unauthorized {
			t.Errorf("%s: unauthorized %q, want %q", test.documented, got, test.unauthorized)
		}
		if got := strings.Join(Successes(op), " "); got != test.successes {
			t.Errorf("%s: successes %q, want %q", test.documented, got, test.successes)
		}
		if got := strings.Join(Refusals(op), " "); got != test.refusals {
			t.Errorf("%s: refusals %q, want %q", test.documented, got, test.refusals)
		}
	}
}

// TestRefusedForItsKind holds that what is wrong in a certain way may be refused
// with the status that HTTP has for that.
func TestRefusedForItsKind(t *testing.T) {
	for _, test := range []struct {
		clause, kept string
	}{
		{"op.path.id.type", "400 404"},
		{"op.query.q.maxLength", "400 413 414 431"},
		{"op.body.items.maxItems", "400 413 414 431"},
		{"op.body.mediaType", "400 415"},
		{"op.body.json", "400 415"},
		{"op.body.required", "400 415"},
		{"op.query.q.type", "400"},
		{"op.rule.some", "400"},
	} {
		q := &Question{Operation: operation("200 400"), Standing: Refused, Clause: test.clause}
		var kept []string
		for _, s := range []string{"400", "401", "403", "404", "405", "409", "410", "412", "413", "414", "415", "418", "422", "423", "429", "431"} {
			if q.Rule(s).Decision == Kept {
				kept = append(kept, s)
			}
		}
		if got := strings.Join(kept, " "); got != test.kept {
			t.Errorf("%s: %s, want %s", test.clause, got, test.kept)
		}
	}
}

// TestStatusesAreKept holds that what planning announces is what judging keeps.
func TestStatusesAreKept(t *testing.T) {
	for _, documented := range []string{"200", "200 400", "201 303 422", "302 403", "400 default", "200 4XX", "200 418 500"} {
		for _, standing := range []Standing{Accepted, Refused, Unauthenticated} {
			for _, pin := range []string{"", "422"} {
				q := &Question{Operation: operation(documented), Standing: standing, Clause: "op.query.q.type"}
				if standing != Accepted {
					q.Pin = pin
				}
				for _, s := range q.Statuses() {
					if s = strings.ReplaceAll(s, "XX", "18"); q.Rule(s).Decision != Kept {
						t.Errorf("%s, standing %d, pin %q: %s is announced and not kept", documented, standing, pin, s)
					}
				}
			}
		}
	}
}

// TestReasons holds what a reader is told of an answer that decides nothing.
func TestReasons(t *testing.T) {
	for _, test := range []struct {
		q      Question
		status string
		want   string
	}{
		{Question{Standing: Accepted, Unknown: []string{"id (path)"}}, "404", "the answer is 404 Not Found, and only the target knows whether id (path) is there: " +
			"give a value that it has under values in the target file"},
		{Question{Standing: Accepted, Unknown: []string{"id (path)", "part (path)"}}, "410", "the answer is 410 Gone, and only the target knows whether id (path) and part (path) are there: " +
			"give values that it has under values in the target file"},
		{Question{Standing: Accepted}, "401", "the answer is 401 Unauthorized: the credentials of the target file are not good for it; give others that are"},
		{Question{Standing: Accepted, Anonymous: true}, "403", "the answer is 403 Forbidden to a request without credentials, of which the contract says that it needs none: " +
			"give them under headers in the target file, or correct the contract"},
		{Question{Standing: Accepted, Recorded: true}, "403", "the answer is 403 Forbidden, and a recording does not tell what the credentials were good for"},
		{Question{Standing: Accepted, Unknown: []string{"id (path)"}}, "422", "the answer is 422 Unprocessable Entity, and no request of the operation was accepted: " +
			"the values may be wrong for a reason that the contract does not state; give right ones"},
		{Question{Standing: Accepted, Guessed: []string{"iban (query)"}}, "400", "the answer is 400 Bad Request, and the format of iban (query) is not known: " +
			"give a value for it under values in the target file"},
		{Question{Standing: Accepted, Disordered: []string{"min (query)", "max (query)"}}, "400", "the answer is 400 Bad Request, and by their names " +
			"min (query) and max (query) are the ends of a range, which they are in no order for: " +
			"the contract does not say whether it may be so; state a rule that does"},
		{Question{Standing: Refused}, "404", "the answer is 404 Not Found, which is not about what is wrong with the request"},
		{Question{Standing: Refused}, "503", "the answer is an internal error, which does not tell whether the request was refused"},
		{Question{Standing: Unauthenticated}, "302", "the answer is 302 Found, which does not tell whether the credentials were refused"},
	} {
		test.q.Operation = operation("200 400")
		if got := test.q.Rule(test.status).Reason; got != test.want {
			t.Errorf("%+v answered with %s: %s", test.q.Standing, test.status, got)
		}
	}
}

// TestFailures holds which 5xx break the clause that nothing fails unasked.
func TestFailures(t *testing.T) {
	var failed []Standing
	for _, standing := range []Standing{Accepted, Refused, Unauthenticated, Open, Provoked, Unsupported} {
		q := &Question{Operation: operation("200 400 500"), Standing: standing, Pin: map[Standing]string{Provoked: "500"}[standing]}
		if q.Rule("500").Failed {
			failed = append(failed, standing)
		}
		if recorded := (&Question{Operation: q.Operation, Standing: standing, Recorded: true}); recorded.Rule("500").Decision != Undecided {
			t.Errorf("recorded, standing %d: %+v", standing, recorded.Rule("500"))
		}
	}
	if !slices.Equal(failed, []Standing{Accepted, Refused, Unauthenticated}) {
		t.Errorf("failed %v", failed)
	}
}

// TestHeadersThatAskForAStatus holds what the headers of a request may be answered
// with, whatever is documented.
func TestHeadersThatAskForAStatus(t *testing.T) {
	for _, test := range []struct{ header, value, statuses string }{
		{"If-None-Match", `"a"`, "304 412"},
		{"If-Modified-Since", "Fri, 27 Nov 2026 09:00:00 GMT", "304"},
		{"If-Match", `"a"`, "412"},
		{"If-Unmodified-Since", "x", "412"},
		{"Range", "bytes=0-1", "206 416"},
		{"Accept", "text/csv", "406"},
		{"Accept", "text/csv, */*;q=0.1", ""},
		{"Expect", "100-continue", "417"},
		{"X-Other", "x", ""},
	} {
		q := &Question{Operation: operation("200 400"), Standing: Accepted, Header: http.Header{test.header: {test.value}}}
		var got []string
		for _, s := range []string{"206", "304", "400", "406", "412", "416", "417"} {
			if r := q.Rule(s); r.Decision == Undecided {
				got = append(got, s)
				if !strings.Contains(r.Reason, "as the header "+test.header+" of the request may ask for") {
					t.Errorf("%s: %s", s, r.Reason)
				}
			}
		}
		if text := strings.Join(got, " "); text != test.statuses {
			t.Errorf("%s: %s: %s decide nothing, want %s", test.header, test.value, text, test.statuses)
		}
	}
}

// TestHeadersThatHTTPHasIgnored holds that a header which cannot be read may be passed
// over where HTTP says so, and not be missing where it is mandatory.
func TestHeadersThatHTTPHasIgnored(t *testing.T) {
	for id, want := range map[string]Decision{
		"op.header.If-Modified-Since.format":   Undecided,
		"op.header.range.pattern":              Undecided,
		"op.header.If-Modified-Since.required": Broken,
		"op.header.If-Match.pattern":           Broken,
		"op.query.Range.pattern":               Broken,
	} {
		q := &Question{Operation: operation("200 400"), Standing: Refused, Clause: id}
		if got := q.Rule("200"); got.Decision != want {
			t.Errorf("%s: %+v", id, got)
		}
		if got := q.Rule("400"); got.Decision != Kept {
			t.Errorf("%s answered with 400: %+v", id, got)
		}
	}
}
