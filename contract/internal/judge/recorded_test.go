package judge

import (
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// recorded makes an exchange one that somebody else recorded.
func recorded(x *run.Exchange, how run.Recorded) *run.Exchange {
	x.Recorded = &how
	return x
}

// TestRecorded has what a recording may lack, which is held against nobody.
func TestRecorded(t *testing.T) {
	const c = "listThings.case (must): "
	whole, partial, bodiless := run.Recorded{}, run.Recorded{Partial: true}, run.Recorded{WithoutBody: true}
	judgeAll(t, []sample{
		{"as it should be", accepted("listThings"), recorded(got(200, good), whole), nil},
		{"a header is missing", accepted("listThings"), recorded(got(200, good, "X-Request-Id:"), whole), []string{
			"listThings.answer.200.header.X-Request-Id.required (must): the answer has no header X-Request-Id",
		}},
		{"a header may be missing", accepted("listThings"), recorded(got(200, good, "X-Request-Id:"), partial), nil},
		{"a header that is there is judged", accepted("listThings"), recorded(got(200, good, "X-Request-Id: r"), partial), []string{
			"listThings.answer.200.header.X-Request-Id.minLength (must): the header X-Request-Id must have at least 3 characters",
		}},
		{"the media type is missing", accepted("listThings"), recorded(got(200, good, "Content-Type:"), whole), []string{
			"listThings.answer.200.mediaType (must): the answer has a body and no Content-Type",
		}},
		{"the media type may be missing", accepted("listThings"), recorded(got(200, good, "Content-Type:"), partial), nil},
		{"without its type the body is judged", accepted("listThings"), recorded(got(200, "x", "Content-Type:"), partial), []string{
			"listThings.answer.200.json (must): the body is no JSON: invalid character 'x' looking for beginning of value",
		}},
		{"no body", accepted("listThings"), recorded(got(200, ""), whole), []string{
			"listThings.answer.200.json (must): the body is empty, and a JSON document is documented",
		}},
		{"the body may be missing", accepted("listThings"), recorded(got(200, ""), bodiless), nil},
		{"a body that nobody can read", accepted("listThings"), recorded(got(200, "\xff\xfe", "Content-Encoding: br"), whole), nil},
		{"packed, and unpacked by the recorder", accepted("listThings"), recorded(got(200, good, "Content-Encoding: br"), whole), nil},
		{"the wrong status", accepted("listThings"), recorded(got(400, bad), partial), []string{
			c + "the request was answered with 400, not with 200 [200 | 400 Bad Request]",
		}},
		{"an error that cannot have been provoked", refused(), recorded(got(502, ""), whole), []string{
			"listThings.answer.unprovoked-5xx (must): the request was answered with 502, and nothing in it asks for an internal error",
		}},
	})
}

// TestRecordedIsHeldToWhatItShows wants nothing called upheld that a recording
// cannot show.
func TestRecordedIsHeldToWhatItShows(t *testing.T) {
	const answer = "listThings.answer."
	held := func(x *run.Exchange) []string {
		return thingsJudge(t).Judge(wants("listThings", plan.Either), x).Exercised
	}
	for name, test := range map[string]struct {
		x         *run.Exchange
		yes, none []string
	}{
		"whole": {recorded(got(200, good), run.Recorded{}), []string{answer + "unprovoked-5xx", answer + "stack-trace", answer + "200.json"}, []string{answer + "framing"}},
		"without headers": {
			recorded(got(200, good, "X-Request-Id:", "Content-Type:"), run.Recorded{Partial: true}),
			[]string{answer + "200.json"},
			[]string{answer + "200.mediaType", answer + "200.header.X-Request-Id.required"},
		},
		"without a body": {
			recorded(got(200, ""), run.Recorded{WithoutBody: true}),
			[]string{answer + "200", answer + "200.header.X-Request-Id.required"},
			[]string{answer + "stack-trace", answer + "200.json", answer + "200.mediaType"},
		},
		"failed": {
			recorded(got(500, bad), run.Recorded{}), []string{answer + "500.code.required"}, []string{answer + "500", answer + "unprovoked-5xx"},
		},
	} {
		ids := held(test.x)
		for _, id := range test.yes {
			if !slices.Contains(ids, id) {
				t.Errorf("%s: not held to %s", name, id)
			}
		}
		for _, id := range test.none {
			if slices.Contains(ids, id) {
				t.Errorf("%s: held to %s", name, id)
			}
		}
	}
}

// TestRepeatedRequests may get the same answer again; others may not.
func TestRepeatedRequests(t *testing.T) {
	j := thingsJudge(t)
	d := NewDistinct(j.model.Clauses, false)
	judge := func(id string, repeated bool) report.Verdict {
		c := accepted("listThings")
		c.ID = id
		v := j.Judge(c, recorded(got(200, good), run.Recorded{Repeated: repeated}))
		d.Apply(&v)
		return v
	}
	first, again, other := judge("first", false), judge("again", true), judge("other", false)
	if found := slices.Concat(broken(first), broken(again)); len(found) > 0 {
		t.Errorf("found %q", found)
	}
	if found := broken(other); len(found) != 1 || !strings.HasSuffix(found[0], "the value that it had in the answer to first") {
		t.Errorf("found %q", found)
	}
}

// TestCurlOfARecordedRequest leaves its credentials as variables, by the names
// that valid ones have.
func TestCurlOfARecordedRequest(t *testing.T) {
	c := accepted("listThings")
	c.Request.Credential = plan.Credential{Variant: plan.Unknown}
	if curl := thingsJudge(t).Judge(c, recorded(got(200, good), run.Recorded{})).Exchange.Curl; !strings.Contains(curl, `"$X_KEY"`) {
		t.Errorf("curl is %s", curl)
	}
}
