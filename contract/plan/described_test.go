package plan

import (
	"fmt"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
)

// TestWhatADescriptionShowsIsSent holds that examples and defaults of any type are
// taken, wherever they stand, and in an object only for what it has to have.
func TestWhatADescriptionShowsIsSent(t *testing.T) {
	c, err := spec.Load("shown.yaml", []byte(`openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /shops/{id}/items:
    post:
      operationId: add
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}, example: 77}
        - {name: size, in: query, required: true, schema: {type: integer, default: 20}}
        - {name: ratio, in: query, required: true, schema: {type: number}, examples: {half: {value: 0.5}}}
        - {name: tags, in: query, required: true, schema: {type: array, items: {type: string}}, example: [red]}
        - {name: deep, in: query, required: true, schema: {type: boolean, example: false}}
        - {name: word, in: query, required: true, schema: {type: string, examples: [hi]}}
        - {name: none, in: query, required: true, schema: {type: string, default: "", example: ""}}
        - {name: bad, in: query, required: true, schema: {type: integer, minimum: 5, example: 1}}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [count, owner, list, free, either]
              properties:
                count: {type: integer}
                owner: {type: object, required: [age], properties: {age: {type: integer}, nick: {type: string}}}
                list: {type: array, items: {type: object, required: [n], properties: {n: {type: integer}}}}
                free: {type: object, additionalProperties: {type: integer}}
                either: {anyOf: [{type: string}, {type: "null"}], default: neither}
                more: {type: string}
                notes: {type: array, items: {type: string}, default: []}
            examples:
              first: {value: {count: 3, owner: {age: 41, nick: z}, list: [{n: 8}], free: {a: 1}, either: both, more: m}}
      responses: {"201": {description: made}}
`))
	if err != nil {
		t.Fatal(err)
	}
	p := Build(c, Options{Unsafe: true})
	smallest := find(t, p, "add.answer.201/smallest").Request
	if got, want := query(find(t, p, "add.answer.201/smallest")), "size=20&ratio=0.5&tags=[\"red\"]&deep=false&word=hi&none=example&bad=10"; got != want {
		t.Errorf("the query is %s, not %s", got, want)
	}
	if smallest.Parameters[0].Value != int64(77) {
		t.Errorf("the id is %#v", smallest.Parameters[0].Value)
	}
	const want = "map[count:3 either:both free:map[a:1] list:[map[n:8]] owner:map[age:41]]"
	if got := fmt.Sprint(smallest.Body.Value); got != want {
		t.Errorf("the smallest body is %s, not %s", got, want)
	}
	const all = "map[count:3 either:both free:map[a:1] list:[map[n:8]] more:m notes:[example] owner:map[age:41 nick:z]]"
	if got := fmt.Sprint(find(t, p, "add.answer.201/fullest").Request.Body.Value); got != all {
		t.Errorf("the fullest body is %s, not %s", got, all)
	}
}
