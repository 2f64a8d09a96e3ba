package ruling

import (
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
)

// contract documents the responses of its one operation, which has a value in the
// path, one in the query, and a body.
const contract = `openapi: 3.0.3
info: {title: Things, version: "1"}
paths:
  /things/{id}:
    post:
      operationId: put
      security: [{key: []}]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, maxLength: 9}}
        - {name: q, in: query, schema: {type: integer}PIN}
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {RESPONSES}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
`

// load documents statuses, separated by blanks, and pins the type of q to one
// unless that is "".
func load(t *testing.T, statuses, pin string) *spec.Contract {
	t.Helper()
	var responses []string
	for status := range strings.FieldsSeq(statuses) {
		responses = append(responses, `"`+status+`": {description: d}`)
	}
	if pin != "" {
		pin = ", x-contract: {status: " + pin + "}"
	}
	text := strings.Replace(strings.Replace(contract, "RESPONSES", strings.Join(responses, ", "), 1), "PIN", pin, 1)
	c, err := spec.Load("c.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// spelledOut writes a ruling in words: its decision, and what else it says.
func spelledOut(r Ruling) string {
	out := []string{[]string{"kept", "broken", "undecided"}[r.Decision]}
	for _, x := range []struct {
		word string
		is   bool
	}{{"lowered", r.Lowered}, {"unless", r.Unless}, {"failed", r.Failed}, {"note", r.Note != ""}} {
		if x.is {
			out = append(out, x.word)
		}
	}
	return strings.Join(out, " ")
}

// rulings are statuses, separated by blanks, and what each of them means.
type rulings map[string]string

func hold(t *testing.T, q *Question, want rulings) {
	t.Helper()
	for statuses, want := range want {
		for status := range strings.FieldsSeq(statuses) {
			r := q.Rule(status)
			if got := spelledOut(r); got != want {
				t.Errorf("%s is %s, want %s (%+v)", status, got, want, r)
			}
			if needed := r.Decision == Undecided || r.Unless; needed != (r.Reason != "") {
				t.Errorf("%s: the reason is %q", status, r.Reason)
			}
		}
	}
}

func TestAccepted(t *testing.T) {
	for _, test := range []struct {
		name, documented string
		unknown          []string
		bodiless         bool
		want             rulings
	}{
		{"what is documented", "200 302 404", nil, true, rulings{
			"200 302": "kept", "201 204 303": "broken", "400 404 405 409 412 422 423": "broken", "500 502": "broken failed", "401 403 429": "undecided",
		}},
		{"a documented failure is lawful nowhere", "200 500", nil, true, rulings{"500": "broken failed"}},
		{"default where no success is documented", "400 default", nil, true, rulings{"200 202 301": "kept", "400 418": "broken", "500": "broken failed"}},
		{"default beside a success", "200 default", nil, true, rulings{"200": "kept", "201 302": "broken"}},
		{"a documented 401", "200 401 403", nil, true, rulings{"401 403": "undecided"}},
		{"the state of the target", "200 4XX", nil, true, rulings{"409 412 423": "undecided", "400 422": "broken"}},
		{"the state of the target, with a body", "200 409", nil, false, rulings{"409": "undecided", "412 423": "broken unless"}},
		{"a name that nobody vouches for", "200", []string{"id (path)"}, true, rulings{"404 410": "undecided", "400 405 422": "broken unless"}},
		{"an optional value", "200", []string{"q (query)"}, true, rulings{"404 410": "undecided", "400": "broken"}},
		{"a body", "200", nil, false, rulings{"400 404 422": "broken unless", "302": "broken"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := load(t, test.documented, "")
			if test.bodiless {
				c.Operations[0].Body = nil
			}
			q := Ask(c, c.Operations[0], "accepted", "put.answer.200", nil)
			q.Unknown = test.unknown
			hold(t, q, test.want)
		})
	}
}

func TestRefused(t *testing.T) {
	for _, test := range []struct {
		name, clause, documented, pin string
		want                          rulings
	}{
		{"what is documented", "put.query.q.type", "200 400 422", "", rulings{
			"400 422": "kept", "200 201 204": "broken", "418 415": "broken lowered", "500 503": "undecided failed", "302": "undecided",
		}},
		{"400 where 422 alone is documented", "put.query.q.type", "200 422", "", rulings{"422": "kept", "400": "broken lowered"}},
		{"what never refuses", "put.query.q.type", "200 400 401 403 404 405 409 410 412 423 429", "", rulings{
			"400": "kept", "401 403 404 405 409 410 412 423 429": "undecided",
		}},
		{"another of 4XX", "put.query.q.type", "200 418", "", rulings{"418": "kept", "400 422": "broken lowered"}},
		{"a range", "put.query.q.type", "200 4XX", "", rulings{"400 418 422": "kept", "404 409": "undecided"}},
		{"default", "put.query.q.type", "200 400 default", "", rulings{"400 422": "kept", "302": "undecided", "500": "undecided failed"}},
		{"none", "put.query.q.type", "200 401 404", "", rulings{"400 422 418": "kept note", "401 404 409": "undecided", "200": "broken"}},
		{"a documented redirect", "put.query.q.type", "302 400", "", rulings{"302": "broken", "303": "undecided"}},
		{"a value of the path", "put.path.id.maxLength", "200 400", "", rulings{"400": "kept", "404 414": "kept note", "410": "undecided", "422": "broken lowered"}},
		{"a value of the path, documented", "put.path.id.maxLength", "200 400 404", "", rulings{"404": "kept"}},
		{"a media type", "put.body.mediaType", "200 400", "", rulings{"400": "kept", "415": "kept note", "406": "broken lowered"}},
		{"a size", "put.body.name.maxLength", "200 400", "", rulings{"413 414 431": "kept note", "415": "broken lowered"}},
		{"pinned", "put.query.q.type", "200 400 422", "422", rulings{
			"422": "kept", "400 404 409 415": "broken", "401 403 429": "undecided", "200": "broken", "500": "undecided failed",
		}},
		{"another clause is pinned", "put.path.id.maxLength", "200 400 422", "422", rulings{"400 422": "kept"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := load(t, test.documented, test.pin)
			hold(t, Ask(c, c.Operations[0], "refused", test.clause, nil), test.want)
		})
	}
}

func TestWithoutCredentials(t *testing.T) {
	for documented, want := range map[string]rulings{
		"200 401":     {"401": "kept", "200 204": "broken", "302 400 403 404 429": "undecided", "500": "undecided failed"},
		"200 403":     {"403": "kept", "401": "undecided"},
		"200 401 403": {"401 403": "kept"},
		"200 400":     {"401 403 404": "kept note", "400 422": "undecided"},
		"200 4XX":     {"401 403": "kept", "400 404": "undecided"},
	} {
		t.Run(documented, func(t *testing.T) {
			c := load(t, documented, "")
			hold(t, Ask(c, c.Operations[0], "refused", "put.security.missing", nil), want)
		})
	}
	c := load(t, "200 401 403", "")
	q := Ask(c, c.Operations[0], "refused", "put.security.missing", nil)
	q.Pin = "401"
	hold(t, q, rulings{"401": "kept", "403 400 404": "broken", "429 302": "undecided"})
}

func TestOtherStandings(t *testing.T) {
	c := load(t, "200 500", "")
	op := c.Operations[0]
	hold(t, Ask(c, op, "either", "put.answer.unprovoked-5xx", nil), rulings{"200": "kept", "201 302 400 404": "kept note", "500 502": "broken lowered"})
	hold(t, Ask(c, op, "failed", "put.answer.500", []string{"500"}), rulings{"500": "kept", "200 400 501 503": "broken", "401 403": "undecided"})
	hold(t, Ask(c, op, "failed", "put.answer.200", []string{"409"}), rulings{"409": "kept", "200 400 404": "broken", "500 503": "broken failed", "401 403": "undecided"})
	hold(t, Ask(c, op, "unsupported", "put.method", nil), rulings{"302 404 405 501": "kept", "200 500 503": "broken"})
}

// TestRecorded holds that a documented failure in a recording decides nothing: it
// may have been provoked.
func TestRecorded(t *testing.T) {
	c := load(t, "200 400 500", "")
	for _, outcome := range []string{"accepted", "refused", "either"} {
		q := Ask(c, c.Operations[0], outcome, "put.query.q.type", nil)
		q.Recorded = true
		hold(t, q, rulings{"500": "undecided"})
	}
	q := Ask(c, c.Operations[0], "accepted", "put.answer.200", nil)
	q.Recorded = true
	hold(t, q, rulings{"502": "broken failed", "401": "undecided", "200": "kept"})
}

// TestReasonsSayWhatToGive holds that what is undecided for lack of something says
// of what.
func TestReasonsSayWhatToGive(t *testing.T) {
	c := load(t, "200", "")
	for _, test := range []struct {
		status, want string
		with         func(q *Question)
	}{
		{"401", "give others that are", nil},
		{"403", "give them under headers", func(q *Question) { q.Anonymous = true }},
		{"403", "a recording does not tell", func(q *Question) { q.Recorded = true }},
		{"404", "whether id (path) is there: give a value", func(q *Question) { q.Unknown = []string{"id (path)"} }},
		{"410", "whether a (query) and b (query) are there: give values", func(q *Question) { q.Unknown = []string{"a (query)", "b (query)"} }},
		{"422", "give right ones", nil},
		{"422", "no request with a_id (body) was accepted: only the target knows whether a_id (body) is there; give a value", func(q *Question) {
			q.Referring = []string{"a_id (body)"}
		}},
	} {
		q := Ask(c, c.Operations[0], "accepted", "put.answer.200", nil)
		if test.with != nil {
			test.with(q)
		}
		if got := q.Rule(test.status).Reason; !strings.Contains(got, test.status) || !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", test.status, got, test.want)
		}
	}
}

// TestStatuses holds what a plan says that an answer has to have.
func TestStatuses(t *testing.T) {
	for _, test := range []struct{ documented, accepted, refused, path, unauthenticated string }{
		{"200 302 400 401 404 500", "200 302", "400", "400 404", "401"},
		{"200 400 422 418 415", "200", "400 418 422", "400 418 422", "401 403 404"},
		{"default", "2XX 3XX", "4XX", "4XX", "401 403"},
		{"200", "200", "4XX", "4XX", "401 403 404"},
		{"2XX 4XX", "2XX", "4XX", "4XX", "401 403"},
	} {
		c := load(t, test.documented, "")
		for _, x := range []struct{ outcome, clause, want string }{
			{"accepted", "put.answer.200", test.accepted},
			{"refused", "put.query.q.type", test.refused},
			{"refused", "put.path.id.maxLength", test.path},
			{"refused", "put.security.missing", test.unauthenticated},
			{"either", "put.answer.unprovoked-5xx", ""},
			{"unsupported", "put.method", ""},
		} {
			got := Ask(c, c.Operations[0], x.outcome, x.clause, nil).Statuses()
			if !slices.Equal(got, strings.Fields(x.want)) {
				t.Errorf("%s: %s of %s: %v, want %s", test.documented, x.outcome, x.clause, got, x.want)
			}
		}
	}
	c := load(t, "200 400 422", "422")
	if got := Ask(c, c.Operations[0], "refused", "put.query.q.type", nil).Statuses(); !slices.Equal(got, []string{"422"}) {
		t.Errorf("pinned: %v", got)
	}
}

// TestResponses holds which documented answers stand for which kind.
func TestResponses(t *testing.T) {
	for _, test := range []struct{ documented, success, refusal, unauthorized string }{
		{"200 201 400 401 422 default", "200", "400", "401"},
		{"302 422 403", "302", "422", "403"},
		{"404 409 415 418 4XX", "", "418", "4XX"},
		{"404 4XX default", "default", "4XX", "4XX"},
		{"404 default", "default", "default", "default"},
		{"302 2XX 401 404 409", "2XX", "", "401"},
		{"200 404", "200", "", ""},
	} {
		op := load(t, test.documented, "").Operations[0]
		for _, x := range []struct {
			name string
			got  *spec.Response
			want string
		}{{"success", Success(op), test.success}, {"refusal", Refusal(op), test.refusal}, {"unauthorized", Unauthorized(op), test.unauthorized}} {
			got := ""
			if x.got != nil {
				got = x.got.Status
			}
			if got != x.want {
				t.Errorf("%s: the %s is %q, want %q", test.documented, x.name, got, x.want)
			}
		}
	}
}
