package plan

import (
	"fmt"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/internal/spec"
)

// bookings has a body with members of every kind, and nothing under x-contract.
func bookings(t *testing.T) *spec.Contract {
	t.Helper()
	c, err := spec.Load("bookings.yaml", []byte(`openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /desks/{id}/bookings:
    post:
      operationId: book
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - {name: dry, in: query, schema: {type: boolean}}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name, seats, tags, place, from, day]
              properties:
                name: {type: string, maxLength: 20}
                seats: {type: integer, maximum: 10}
                tags: {type: array, items: {type: string}}
                place:
                  type: object
                  required: [id, city]
                  properties: {id: {type: string}, city: {type: string}}
                from: {type: string, format: date-time}
                day: {type: string, format: date}
                note: {type: string, nullable: true}
                kind: {allOf: [{type: string}, {enum: [a, b]}]}
      responses: {"201": {description: made}, "422": {description: no}}
`))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func giving(values map[string]string) Options {
	return Options{Unsafe: true, Value: func(_, name string) (string, bool) {
		v, ok := values[name]
		return v, ok
	}}
}

// TestValuesOfTheTargetAreUsed holds that they need no word in the contract, and have
// the types of its schemas.
func TestValuesOfTheTargetAreUsed(t *testing.T) {
	p := Build(bookings(t), giving(map[string]string{
		"id": "7", "dry": "true", "name": "b-{{unique}}", "seats": "3", "tags": "x", "place.city": "Graz",
		"from": "{{now+1h}}", "day": "{{now+1d}}", "note": "given", "kind": "b",
	}))
	c := find(t, p, "book.answer.201/fullest")
	if got, want := fmt.Sprint(c.Request.Parameters), "[{path id 7 false  false} {query dry true false  false}]"; got != want {
		t.Errorf("the parameters are %s, not %s", got, want)
	}
	body := c.Request.Body.Value.(map[string]any)
	for name, want := range map[string]any{
		"name": Template{"b-{{unique}}"}, "seats": int64(3), "from": Time{Offset: time.Hour}, "day": Time{Offset: 24 * time.Hour, Form: DateAlone},
		"note": "given", "kind": "b",
	} {
		if body[name] != want {
			t.Errorf("%s is %#v, not %#v", name, body[name], want)
		}
	}
	if got := fmt.Sprint(body["tags"]); got != "[x]" {
		t.Errorf("the tags are %s", got)
	}
	// The id of a place within is another than that of the path.
	if place := body["place"].(map[string]any); place["city"] != "Graz" || place["id"] == "7" {
		t.Errorf("the place is %v", place)
	}
	if len(c.Expect.Unknown) > 0 {
		t.Errorf("the target vouches for all but the id of the place, and %q count as unknown", c.Expect.Unknown)
	}
	for i := range p.Cases {
		c := &p.Cases[i]
		if c.Request.Body == nil {
			continue
		}
		if body, ok := c.Request.Body.Value.(map[string]any); ok && c.Expect.Outcome == Accepted && body["seats"] != int64(3) {
			t.Errorf("%s books %v seats", c.ID, body["seats"])
		}
	}
}

func TestListsAndObjectsAreGivenAsJSON(t *testing.T) {
	p := Build(bookings(t), giving(map[string]string{"tags": `["x", "{{unique}}"]`, "place": `{"id": "p1", "city": "Graz"}`}))
	body := find(t, p, "book.answer.201/smallest").Request.Body.Value.(map[string]any)
	if got, want := fmt.Sprint(body["tags"], body["place"]), "[x {{{unique}}}] map[city:Graz id:p1]"; got != want {
		t.Errorf("they are %s, not %s", got, want)
	}
}

func TestWhatDoesNotFitIsNotUsedAndSaysWhy(t *testing.T) {
	model := bookings(t)
	o := giving(map[string]string{"id": "seven", "seats": "11", "name": "a-name-that-is-too-long", "place": "here", "kind": "c", "note": "fits"})
	const want = `[{book id (path) it is no integer} {book name (body) the contract does not allow it: must have at most 20 characters} ` +
		`{book seats (body) the contract does not allow it: must be at most 10} {book place (body) it is no object} ` +
		`{book kind (body) the contract does not allow it: must be one of a, b}]`
	if got := fmt.Sprint(UnusedValues(model, o)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	body := find(t, Build(model, o), "book.answer.201/smallest").Request.Body.Value.(map[string]any)
	if body["seats"] == int64(11) {
		t.Error("a value is sent that the contract does not allow")
	}
}

func TestPlacesThatATargetCanGive(t *testing.T) {
	const want = "map[book:[id dry name seats tags place place.id place.city city from day note kind]]"
	if got := fmt.Sprint(Places(bookings(t))); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestABodyOfWhichNobodySaysWhetherItMayBeLeftOut holds that each request that is to be
// accepted has one, and that none, or null, may be taken or refused.
func TestABodyOfWhichNobodySaysWhetherItMayBeLeftOut(t *testing.T) {
	c, err := spec.Load("unsaid.yaml", []byte(`openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /pets/{id}:
    put:
      operationId: unsaid
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}, {name: dry, in: query, schema: {type: boolean}}]
      requestBody: {content: {application/json: {schema: &pet {type: object, required: [name], properties: {name: {type: string}, age: {type: integer}}}}}}
      responses: {"200": {description: done}, "400": {description: no}}
    patch:
      operationId: said
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      requestBody: {required: false, content: {application/json: {schema: *pet}}}
      responses: {"200": {description: done}, "400": {description: no}}
`))
	if err != nil {
		t.Fatal(err)
	}
	without := map[string]int{}
	for _, c := range Build(c, Options{Unsafe: true}).Cases {
		none := c.Request.Body == nil || c.Request.Body.Value == nil && !c.Request.Body.Verbatim
		if c.Technique != Method && none {
			without[c.Operation+" "+string(c.Expect.Outcome)]++
		}
	}
	if without["unsaid accepted"]+without["unsaid refused"] > 0 || without["unsaid either"] < 2 || without["said accepted"] == 0 {
		t.Errorf("requests without a body are %v", without)
	}
}
