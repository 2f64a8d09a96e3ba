package prove

import (
	"strings"
	"testing"

	"github.com/apiclause/clause/contract"
)

// TestServersThatRemember has every fault of a server that remembers noticed, and none of
// those charged that do it in another way.
func TestServersThatRemember(t *testing.T) {
	t.Parallel()
	r := prove(t, "testdata/library.yaml", Options{Only: []string{
		"*.state.*", "*.convention.q/*", "list-search-ranked", "*/fails-occupied", "names-burnt", "trimmed", "dependents-cleared", "one-cleared", "text-worked-out", "case-not-kept", "another-zone", "hidden", "conflict-first", "ended-is-missing",
		"newest-first", "listed-later", "last-page-again", "shorter-pages", "totals-left-out", "extra-members",
	}})
	for i := range r.Faults {
		if f := &r.Faults[i]; f.Missed() || f.Excluded != "" || !f.Named {
			t.Errorf("%s is not noticed, or by another clause; excluded: %q", f.Name, f.Excluded)
		}
	}
}

// carts are made with what stands for MADE.
const carts = `openapi: 3.0.3
info: {title: Carts, version: "1"}
paths:
  /carts:
    post:
      operationId: makeCart
      MADE
      responses: {"201": {description: made, content: {application/json: {schema: {$ref: "#/components/schemas/Cart"}}}}, "400": {description: bad}}
  /carts/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: readCart
      responses: {"200": {description: it, content: {application/json: {schema: {$ref: "#/components/schemas/Cart"}}}}, "404": {description: none}}
    patch:
      operationId: changeCart
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {note: {type: string}, size: {type: integer}}}}}}
      responses: {"200": {description: it, content: {application/json: {schema: {$ref: "#/components/schemas/Cart"}}}}, "400": {description: bad}}
components:
  schemas:
    Cart: {type: object, required: [id], properties: {id: {type: integer}, note: {type: string}, size: {type: integer}}}
`

// TestChangesOfWhatIsMadeOfNothing holds that variants change a part of what is made
// without a body, or with one of which no member is listed.
func TestChangesOfWhatIsMadeOfNothing(t *testing.T) {
	t.Parallel()
	derived(t)
	for _, body := range []string{"summary: without a body", "requestBody: {content: {application/json: {schema: {type: object}}}}"} {
		c, err := contract.Load("carts.yaml", []byte(strings.ReplaceAll(carts, "MADE", body)))
		if err != nil {
			t.Fatal(err)
		}
		r, err := Run(t.Context(), c, Options{Only: []string{"dependents-cleared", "one-cleared", "text-worked-out"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range r.Variants {
			if len(v.Alarms) > 0 {
				t.Errorf("%s: %s is charged: %+v", body, v.Name, v.Alarms)
			}
		}
	}
}
