package plan

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
)

// TestNamesAreNew has requests that make things name them as no other does, those that
// have to be refused for something else as well: a name that is taken would be what is
// refused.
func TestNamesAreNew(t *testing.T) {
	model, err := spec.Load("x.yaml", []byte(`openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets:
    post:
      operationId: add
      requestBody: {required: true, content: {application/json: {schema: &pet {type: object, required: [name, age], properties: {
        name: {type: string, minLength: 1, maxLength: 40}, age: {type: integer, maximum: 90},
        tags: {type: array, uniqueItems: true, items: {type: string}}}}}}}
      responses:
        "201": {description: made, content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}}
        "400": {description: bad}
  /pets/{id}:
    get:
      operationId: read
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: there}}
  /accounts:
    post:
      operationId: signUp
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name, country], properties: {
        name: {type: string}, country: {type: string, example: AT}}}}}}
      responses: {"201": {description: made}, "400": {description: bad}}
  /login:
    post:
      operationId: login
      requestBody: {required: true, content: {application/json: {schema: *pet}}}
      responses: {"200": {description: in}, "400": {description: bad}}
`))
	if err != nil {
		t.Fatal(err)
	}
	p := Build(model, Options{Unsafe: true})
	for id, want := range map[string]string{
		"add.answer.201/smallest":                         "map[age:10 name:{example-{{unique}}}]",
		"add.body.age.maximum/beyond-in-smallest":         "map[age:91 name:{example-{{unique}}}]",
		"add.body.tags.uniqueItems/duplicate-in-smallest": "map[age:10 name:{example-{{unique}}} tags:[example example]]",
		"add.body.name.minLength/at":                      "map[age:10 name:a]",
		"add.body.name.minLength/below-in-smallest":       "map[age:10 name:]",
		"add.answer.unprovoked-5xx/age-boolean-as-number": "map[age:true name:{example-{{unique}}}]",
		"signUp.answer.201/smallest":                      "map[country:AT name:{example-{{unique}}}]",
		"login.answer.200/smallest":                       "map[age:10 name:example]",
	} {
		if got := fmt.Sprint(find(t, p, id).Request.Body.Value); got != want {
			t.Errorf("%s sends %s, not %s", id, got, want)
		}
	}
}

// TestKeysOfRequestsAreNew has each request, whatever becomes of it, a key of its own: a
// server refuses one that was sent with something else, or answers as before.
func TestKeysOfRequestsAreNew(t *testing.T) {
	model, err := spec.Load("x.yaml", []byte(`openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets:
    post:
      operationId: add
      x-contract: {rules: [{id: older, expression: "body.age >= body.years", message: age must not be below years}]}
      parameters: [{name: Idempotency-Key, in: header, required: true, schema: {type: string, maxLength: 60}}]
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [age, years], properties: {
        age: {type: integer, maximum: 90}, years: {type: integer}}}}}}
      responses: {"200": {description: made}, "400": {description: bad}}
`))
	if err != nil {
		t.Fatal(err)
	}
	p := Build(model, Options{Unsafe: true})
	for id, renewed := range map[string]bool{
		"add.answer.200/smallest":                                true,
		"add.body.age.maximum/beyond-in-smallest":                true,
		"add.rule.older/comparison-1-one-less-age-9-years-10":    true,
		"add.body.required/missing-in-smallest":                  true,
		"add.answer.unprovoked-5xx/age-boolean-as-number":        true,
		"add.header.Idempotency-Key.maxLength/above-in-smallest": false, // its length is what is refused
	} {
		key := find(t, p, id).Request.Parameters[0].Value
		if _, is := key.(Template); is != renewed {
			t.Errorf("%s has the key %v", id, key)
		}
	}
}

// TestNamesWithAPatternAreNew has texts with other letters and digits each time where a
// pattern or a format leaves room for them, and none where it does not.
func TestNamesWithAPatternAreNew(t *testing.T) {
	for schema, want := range map[string]string{
		`pattern: '^[A-Z0-9-]{3,24}$'`:            `^[0-9]{12}$`,
		`pattern: '^SKU-[0-9]{10}$'`:              `^SKU-[0-9]{10}$`,
		`pattern: '^[A-Z]+$'`:                     `^[A-Z]{7,}$`,
		`format: uuid`:                            `^[0-9]{8}-0000-4000-8000-[0-9]{12}$`,
		`pattern: '^[A-Z]{3}$'`:                   "",
		`pattern: '^(north-east|south-western)$'`: "",
	} {
		model, err := spec.Load("x.yaml", []byte(`openapi: 3.0.3
info: {title: Parts, version: "1"}
paths:
  /parts:
    post:
      operationId: add
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [no], properties: {no: {type: string, `+schema+`}}}}}}
      responses: {"201": {description: made}}
`))
		if err != nil {
			t.Fatal(err)
		}
		c := find(t, Build(model, Options{Unsafe: true}), "add.answer.201/smallest")
		value := c.Request.Body.Value.(map[string]any)["no"]
		made, renewed := value.(Template)
		if !renewed {
			if want != "" {
				t.Errorf("%s: %v is sent each time", schema, value)
			}
			continue
		}
		first, second := made.At(epoch, "u1"), made.At(epoch, "u2")
		if first == second || want == "" || !regexp.MustCompile(want).MatchString(first) {
			t.Errorf("%s: %v gives %s and %s, want %s", schema, value, first, second, want)
		}
	}
}
