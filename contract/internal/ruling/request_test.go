package ruling

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/internal/spec"
)

// visits is an operation with a rule of two readings, one that depends on the time,
// and one that fails where a list is empty.
func visits(t *testing.T) (*spec.Contract, *Operation) {
	t.Helper()
	model, err := spec.Load("visits.yaml", []byte(`openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /visits/{place}/list-{kind}.json:
    post:
      operationId: list
      x-contract:
        rules:
          - id: ten-days
            expression: "!has(query.from) || !has(query.to) || query.to - query.from <= duration('240h')"
            message: at most ten days
            readings: ["!has(query.from) || query.from >= now - duration('240h')"]
          - id: past
            expression: "!has(query.to) || query.to <= now"
            message: no visit is in the future
          - id: parts
            expression: "!has(body.parts) || 6 / size(body.parts) > 1"
            message: few parts
      parameters:
        - {name: place, in: path, required: true, schema: {type: array, items: {type: string}}}
        - {name: kind, in: path, required: true, schema: {type: string}}
        - {name: from, in: query, schema: {type: string, format: date-time}}
        - {name: to, in: query, schema: {type: string, format: date-time}}
        - {name: X-Trace, in: header, schema: {type: string}}
        - {name: lang, in: cookie, schema: {type: string}}
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                id: {type: string, readOnly: true}
                parts: {type: array, items: {type: object, properties: {"[]": {type: string}}}}
      responses: {"200": {description: ok}}
`))
	if err != nil {
		t.Fatal(err)
	}
	op, err := NewOperation(model.Operations[0])
	if err != nil {
		t.Fatal(err)
	}
	return model, op
}

func TestARuleIsDecidedUnderAllReadings(t *testing.T) {
	_, op := visits(t)
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	tenDays, past, parts := op.Rules[0], op.Rules[1], op.Rules[2]
	for _, test := range []struct {
		rule     *Rule
		from, to time.Duration // before now
		parts    []any
		want     Decision
		steady   bool
	}{
		{rule: tenDays, from: 5 * day, to: day, want: Kept, steady: true},
		{rule: tenDays, from: 10*day - 30*time.Minute, to: day, want: Undecided},             // by a clock that is an hour ahead
		{rule: tenDays, from: 9 * day, to: -day + 30*time.Minute, want: Kept, steady: false}, // near to where it breaks
		{rule: tenDays, from: 12 * day, to: 9 * day, want: Undecided},
		{rule: tenDays, from: 12 * day, to: day, want: Broken, steady: true},
		{rule: past, to: day, want: Kept, steady: true},
		{rule: past, to: time.Second, want: Undecided},
		{rule: past, to: -time.Hour, want: Broken},
		{rule: parts, parts: []any{map[string]any{}}, want: Kept, steady: true},
		{rule: parts, parts: []any{}, want: NotApplied},
	} {
		var q Request
		q.Reset(op)
		q.Set(op.Find("query", "to"), now.Add(-test.to))
		if test.from != 0 {
			q.Set(op.Find("query", "from"), now.Add(-test.from))
		}
		q.Input.Body = map[string]any{"parts": test.parts}
		clocks := test.rule.Clocks(now)
		got := test.rule.Decide(&q.Input, clocks)
		if got != test.want {
			t.Errorf("%s of %v is decided as %d, not %d", test.rule.Name, q.Input, got, test.want)
		}
		if steady := test.rule.Steady(&q.Input, clocks[:1], got, Margin); got != Undecided && got != NotApplied && steady != test.steady {
			t.Errorf("%s of %v is steady: %v", test.rule.Name, q.Input, steady)
		}
	}
}

func TestWhatARuleReadsDecidesWhetherItIsApplied(t *testing.T) {
	_, op := visits(t)
	var q Request
	q.Reset(op)
	q.Mark(op.Find("query", "from"), Vague)
	q.MarkBody(Vague)
	q.MarkBody(Wrong)
	for i, want := range []Certainty{Vague, Plain, Wrong} {
		if got := q.Readable(op.Rules[i]); got != want {
			t.Errorf("what the rule %s reads is %d, not %d", op.Rules[i].Name, got, want)
		}
	}
	q.Reset(op)
	if got := q.Readable(op.Rules[2]); got != Plain {
		t.Errorf("after Reset it is %d", got)
	}
}

func TestTextsOfALiveRequest(t *testing.T) {
	_, op := visits(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://host/visits/a%2Cb,c/list-x%2Fy.json?from=1&to=%20&from=+", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Add("X-Trace", "1")
	r.Header.Add("X-Trace", "2")
	r.Header.Set("Cookie", "lang=en; other=1; lang=de")
	sent := Live(r)
	for i, want := range []string{"a%2Cb,c", "x%2Fy", "1 +", "%20", "1 2", "en de"} {
		if got := strings.Join(sent.Texts(op, i), " "); got != want {
			t.Errorf("the texts of %s are %q, not %q", op.Params[i].Label, got, want)
		}
	}
	if got := strings.Join(sent.Names, " "); got != "from to" {
		t.Errorf("the query has %s", got)
	}
}

func TestPlacesOfRequestsAndAnswers(t *testing.T) {
	_, op := visits(t)
	list := func(all []*Place) string {
		var out []string
		for _, at := range all {
			text := strings.Join(at.Path, ".")
			if at.IsElement() {
				text += "*"
			}
			out = append(out, text)
		}
		return strings.Join(out, " ")
	}
	want := "path.place path.place.[]* path.kind query.from query.to header.X-Trace cookie.lang body body.parts body.parts.[]* body.parts.[].[]"
	if got := list(Places(op.Operation)); got != want {
		t.Errorf("they are %s, not %s", got, want)
	}
	if got := list(Below(&Place{Schema: op.Body.Content[0].Schema, Path: []string{Answer}})); !strings.HasPrefix(got, "answer answer.id answer.parts ") {
		t.Errorf("of an answer they are %s", got)
	}
}

func TestAnOperationWhosePathCannotBeReadIsNamed(t *testing.T) {
	op := &spec.Operation{ID: "x", Path: "/x/{a}"}
	_, err := Operations(&spec.Contract{Operations: []*spec.Operation{op}})
	if err == nil || !strings.HasSuffix(err.Error(), "path /x/{a}: give each segment at most one parameter, and list it under parameters") {
		t.Errorf("the error is %v", err)
	}
}
