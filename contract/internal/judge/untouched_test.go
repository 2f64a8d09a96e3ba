package judge

import (
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

const boats = `
openapi: 3.0.3
info: {title: Boats, version: "1"}
paths:
  /boats:
    get:
      operationId: listBoats
      parameters: [{name: q, in: query, schema: {type: string}}]
      responses:
        "200":
          description: all
          content:
            application/json:
              schema: {type: object, properties: {total: {type: integer}, boats: {type: array, items: {$ref: "#/components/schemas/Boat"}}}}
    post:
      operationId: makeBoat
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/NewBoat"}}}}
      responses: {"201": {description: made, content: {application/json: {schema: {$ref: "#/components/schemas/Boat"}}}}}
  /boats/{boat_id}:
    parameters: [{name: boat_id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: readBoat
      responses: {"200": {description: it, content: {application/json: {schema: {$ref: "#/components/schemas/Boat"}}}}}
    patch:
      operationId: changeBoat
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/BoatChange"}}}}
      responses: {"204": {description: changed}}
components:
  schemas:
    NewBoat:
      type: object
      required: [name]
      properties: {name: {type: string}, port: {type: string}, length: {type: number}, sold: {type: boolean}, key: {type: string, writeOnly: true}}
    BoatChange:
      type: object
      properties:
        {name: {type: string}, port: {type: string}, length: {type: number}, sold: {type: boolean}, key: {type: string}, flag: {type: string, default: none}}
    Boat:
      type: object
      properties: {id: {type: integer}, name: {type: string}, port: {type: string}, length: {type: number}, sold: {type: boolean}, flag: {type: string}}
`

const (
	madeBoat = `{"name": "Ann", "port": "Brest", "length": 12, "sold": true, "key": "k"}`
	wasBoat  = `{"id": 7, "name": "Ann", "port": "Brest", "length": 12, "sold": true}`
)

// changedBoat gives the verdict on an answer that reads a boat after a part of it was
// changed.
func changedBoat(t *testing.T, made, was, change, now string) report.Verdict {
	t.Helper()
	model, err := spec.Load("boats.yaml", []byte(boats))
	if err != nil {
		t.Fatal(err)
	}
	c := wants("readBoat", plan.Accepted, "200")
	c.Clause, c.Level = "readBoat.state.untouched", clause.Should
	own := plan.Made{Resource: "/boats/{boat_id}", Own: true, Part: 1, Sample: int64(1)}
	c.Request.Parameters = []plan.Parameter{{In: "path", Name: "boat_id", Value: own}}
	x := got(200, now)
	for _, step := range []run.Step{stepOf("makeBoat", made, 201, ""), stepOf("readBoat", "", 200, was), stepOf("changeBoat", change, 204, "")} {
		step.Of = own.Resource
		x.Before = append(x.Before, step)
	}
	return New(world.State(model), Options{}).Judge(c, x)
}

// A PATCH that takes away the rest is charged, and none that takes away what may depend
// on what it names.
func TestUntouched(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, made, was, change, now, want string }{
		{"nothing is lost", madeBoat, wasBoat, `{"name": "Bea"}`, `{"id": 7, "name": "Bea", "port": "Brest", "length": 12, "sold": true}`, "pass"},
		{"it is read in another way", madeBoat, wasBoat, `{"name": "Bea"}`, `{"name": "Bea", "port": "BREST", "length": 12.0, "sold": true}`, "pass"},
		{"all is lost", madeBoat, wasBoat, `{"name": "Bea"}`, `{"name": "Bea", "sold": false}`, "warn: the thing was changed in name alone, and has lost what the request did not name: length, port, sold"},
		{"all is empty", madeBoat, wasBoat, `{"port": "Lorient"}`, `{"name": "Ann", "port": "Lorient", "length": 0}`, "warn: the thing was changed in port alone, and has lost what the request did not name: length, sold"},
		{"one is lost", madeBoat, wasBoat, `{"name": "Bea"}`, `{"name": "Bea", "length": 12, "sold": true}`, "undecided: port changed with name: it may depend on that"},
		{"all are others", madeBoat, wasBoat, `{"name": "Bea"}`, `{"name": "Bea", "port": "bea", "length": 3, "sold": false}`, "undecided: length, port, sold changed with name"},
		{"one alone is known", `{"name": "Ann", "port": "Brest"}`, wasBoat, `{"name": "Bea"}`, `{"name": "Bea"}`, "undecided: port changed with name"},
		{"it was not kept before", madeBoat, `{"name": "Ann", "port": "Sète"}`, `{"name": "Bea"}`, `{"name": "Bea"}`, "undecided: nothing of what was made could be lost"},
	} {
		v := changedBoat(t, test.made, test.was, test.change, test.now)
		is := string(v.Outcome) + ": " + v.Reason + said(&v, "untouched")
		if !strings.Contains(is, test.want) {
			t.Errorf("%s: %s, not %s", test.name, is, test.want)
		}
	}
}

// What another change leaves alone is charged to nobody.
func TestAnotherPartLeavesTheRest(t *testing.T) {
	t.Parallel()
	broken := report.Verdict{
		Case: plan.Case{Clause: "readBoat.state.untouched"}, Outcome: report.Warn, Findings: []report.Finding{{Clause: "readBoat.state.untouched"}},
	}
	if v := Confirmed(broken, broken); v.Outcome != report.Warn {
		t.Errorf("what both changes take away is %s", v.Outcome)
	}
	if v := Confirmed(broken, report.Verdict{Outcome: report.Pass}); v.Outcome != report.Undecided || v.Reason != dependent {
		t.Errorf("what one change takes away is %s: %s", v.Outcome, v.Reason)
	}
}
