package plan

import (
	"slices"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
)

// TestWhyNothingIsHeeded tells why a search is not tried.
func TestWhyNothingIsHeeded(t *testing.T) {
	const list = `openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets:
    get:
      operationId: list
      parameters: [{name: q, in: query, schema: {type: string}}]
      responses: {"200": {description: all, content: {application/json: {schema: {type: array, items: &pet {type: object, properties: {
        id: {type: string}, name: {type: string}}}}}}}}
`
	const post = `    post:
      operationId: add
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}}}
      responses: {"201": {description: made, content: {application/json: {schema: *pet}}}}
  /pets/{id}:
    get:
      operationId: read
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: there, content: {application/json: {schema: *pet}}}}
`
	for _, one := range []struct {
		description, want string
		unsafe            bool
	}{
		{list, "nothing is known to make what is in the list", true},
		{list + post, "nothing is made: allow that with --unsafe, or with gentle: false in the target file", false},
		{list + post, "", true},
	} {
		model, err := spec.Load("x.yaml", []byte(one.description))
		if err != nil {
			t.Fatal(err)
		}
		p := Build(world.Conventions(model), Options{Unsafe: one.unsafe})
		got := ""
		if at := slices.IndexFunc(p.Untested, func(u Untested) bool { return u.Clause == "list.convention.q" }); at >= 0 {
			got = p.Untested[at].Reason
		}
		if got != one.want {
			t.Errorf("a search is not tried because %q, not because %q", got, one.want)
		}
	}
}
