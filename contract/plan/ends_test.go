package plan_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// stays has ranges in a body and in a query; %s is what else the operation has.
const stays = `openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /stays:
    post:
      operationId: book
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [starts_at, ends_at, started_on, ended_on, min_guests, max_guests, day]
              properties:
                starts_at: {type: string, format: date-time}
                ends_at: {type: string, format: date-time}
                started_on: {type: string, format: date, example: "2020-01-02"}
                ended_on: {type: string, format: date, example: "2020-01-01"}
                min_guests: {type: integer, minimum: 1, maximum: 40}
                max_guests: {type: integer, minimum: 1, maximum: 40}
                day: {type: string, format: date-time}
                breaks:
                  type: array
                  items:
                    type: object
                    required: [from, to]
                    properties: {from: {type: string, format: date-time}, to: {type: string, format: date-time}}
      responses: {"201": {description: booked}}
      x-contract: {RULES}
    get:
      operationId: list
      parameters:
        - {name: since, in: query, required: true, schema: {type: string, format: date-time}}
        - {name: until, in: query, required: true, schema: {type: string, format: date-time}}
      responses: {"200": {description: all}}
`

func planned(t *testing.T, rules string) *plan.Plan {
	t.Helper()
	model, err := spec.Load("stays.yaml", []byte(strings.Replace(stays, "RULES", rules, 1)))
	if err != nil {
		t.Fatal(err)
	}
	return plan.Build(model, plan.Options{Unsafe: true})
}

func caseCalled(t *testing.T, p *plan.Plan, id string) *plan.Case {
	t.Helper()
	at := slices.IndexFunc(p.Cases, func(c plan.Case) bool { return c.ID == id })
	if at < 0 {
		t.Fatalf("there is no case %s", id)
	}
	return &p.Cases[at]
}

// Ends of ranges that no rule speaks of are in order, and those that are planned lie ahead.
func TestEndsAreInOrder(t *testing.T) {
	p := planned(t, "")
	for id, want := range map[string]string{
		"book.answer.201/fullest": `{"breaks":[{"from":{"now":"24h0m0s"},"to":{"now":"25h0m0s"}}],"day":{"now":"-24h0m0s"},` +
			`"ended_on":{"now":"-24h0m0s","form":"date-alone"},"ends_at":{"now":"25h0m0s"},"max_guests":20,"min_guests":10,` +
			`"started_on":{"now":"-48h0m0s","form":"date-alone"},"starts_at":{"now":"24h0m0s"}}`,
		"list.answer.200/smallest": `[{"now":"-48h0m0s"},{"now":"-24h0m0s"}]`,
	} {
		c := caseCalled(t, p, id)
		var value any
		if c.Request.Body != nil {
			value = c.Request.Body.Value
		} else {
			value = []any{c.Request.Parameters[0].Value, c.Request.Parameters[1].Value}
		}
		if got, _ := json.Marshal(value); string(got) != want {
			t.Errorf("%s sends\n%s, not\n%s", id, got, want)
		}
	}
}

// A request whose ends are in no order, since one of them is at a limit, says so.
func TestEndsInNoOrderAreToldOf(t *testing.T) {
	p := planned(t, "")
	for i := range p.Cases {
		c := &p.Cases[i]
		if c.Expect.Outcome != plan.Accepted || c.Request.Body == nil {
			continue
		}
		body, _ := c.Request.Body.Value.(map[string]any)
		low, high := body["min_guests"].(int64), body["max_guests"].(int64)
		told := slices.Equal(c.Expect.Disordered, []string{"min_guests (body)", "max_guests (body)"})
		if told != (low >= high) {
			t.Errorf("%s has %d to %d, and tells of %v", c.ID, low, high, c.Expect.Disordered)
		}
	}
	for _, id := range []string{"book.body.min_guests.maximum/at", "book.body.max_guests.minimum/at"} {
		if c := caseCalled(t, p, id); c.Expect.Disordered == nil {
			t.Errorf("%s is said to be in order", id)
		}
	}
}

// Of ends that a rule reads nothing is inferred.
func TestRulesBeatTheNamesOfEnds(t *testing.T) {
	p := planned(t, `rules: [{id: r, expression: "body.min_guests >= body.max_guests", message: m}]`)
	for i := range p.Cases {
		if c := &p.Cases[i]; c.Expect.Disordered != nil {
			t.Errorf("%s tells of %v, of which a rule speaks", c.ID, c.Expect.Disordered)
		}
	}
}
