package spec

import (
	"strings"
	"testing"
)

// query loads a contract whose one operation has one query parameter.
func query(t *testing.T, version, parameter string) *Contract {
	t.Helper()
	c, err := Load("c.yaml", []byte("openapi: "+version+`
info: {title: T, version: "1"}
paths:
  /x:
    get:
      operationId: x
      parameters:
        - {name: q, in: query, `+parameter+`}
      responses: {"200": {description: ok}}
components:
  schemas:
    Cat: {type: object}
    Kind: {type: string, enum: [a, b]}
`))
	if err != nil {
		t.Fatalf("%s: %v", parameter, err)
	}
	return c
}

// TestParametersOfSeveralTypes holds that a text is read as the first type that
// makes a valid value of it, and that values are chosen from what a text can be.
func TestParametersOfSeveralTypes(t *testing.T) {
	for _, test := range []struct{ schema, good, bad, sample string }{
		{`{type: [integer, boolean]}`, "7 true", "a 1.5", "0"},
		{`{type: [string, integer]}`, "7 a 1.5", "", "a"},
		{`{anyOf: [{type: integer, minimum: 3}, {type: "null"}]}`, "3", "2 null a", "3"},
		{`{anyOf: [{$ref: "#/components/schemas/Kind"}, {type: "null"}]}`, "a b", "c null", "a"},
		{`{oneOf: [{type: array, items: {type: string}}, {type: integer}]}`, "7", "a", "0"},
		{`{oneOf: [{type: object}, {type: boolean}]}`, "true", "a", "true"},
		{`{}`, "a 1", "", "a"},
		{`{minimum: 3}`, "a 1", "", "a"},
		{`{enum: [1, 2]}`, "1 2", "3 a", "1"},
		{`{enum: [1, two]}`, "1 two", "3 a", "1"},
		{`{type: string, enum: [1, true]}`, "1 true", "2", "1"},
		{`{type: integer, enum: ["1", "2"]}`, "1 2", "3", "1"},
	} {
		p := query(t, v31, "schema: "+test.schema).Operations[0].Parameter("query", "q")
		if p == nil {
			t.Errorf("%s is left out", test.schema)
			continue
		}
		for text := range strings.FieldsSeq(test.good) {
			if _, found := p.Decode([]string{text}); found != nil {
				t.Errorf("%s refuses %s: %v", test.schema, text, found)
			}
		}
		for text := range strings.FieldsSeq(test.bad) {
			if _, found := p.Decode([]string{text}); found == nil {
				t.Errorf("%s takes %s", test.schema, text)
			}
		}
		if got := Text(p.Schema.Branch().Sample()); got != test.sample {
			t.Errorf("%s: the sample %q, want %q", test.schema, got, test.sample)
		}
	}
}

// TestParametersThatCannotBeWritten holds that they are left out, and that without
// one which is required no request is known to be valid.
func TestParametersThatCannotBeWritten(t *testing.T) {
	const deep = `style: deepObject, schema: {type: object, properties: {a: {type: integer}}}`
	for parameter, why := range map[string]string{
		deep: "values of type object are not written", deep + `, required: true`: "values of type object are not written",
		`required: true, content: {application/json: {schema: {type: object}}}`:                               "what is described by content is not written",
		`required: true, schema: {type: array, items: {$ref: "#/components/schemas/Cat"}}`:                    "elements of type object are not written",
		`required: true, style: pipeDelimited, explode: false, schema: {type: array, items: {type: integer}}`: "style pipeDelimited is not written",
		`required: true, schema: {oneOf: [{type: object}, {type: array, items: {}}]}`:                         "values of type object or array are not written",
	} {
		c := query(t, v30, parameter)
		op := c.Operations[0]
		want := ""
		if strings.Contains(parameter, "required") {
			want = "parameter q (query) is required, and " + why
		}
		if len(op.Parameters) > 0 || op.Unsendable != want {
			t.Errorf("%s: %d parameters, and the request lacks %q, want %q", parameter, len(op.Parameters), op.Unsendable, want)
		}
		for _, one := range c.Clauses {
			if strings.Contains(one.ID, ".query.") {
				t.Errorf("%s: the clause %s", parameter, one.ID)
			}
		}
		if told := Problems(c.Warnings).Error(); !strings.Contains(told, "c.yaml:8: parameter q (query): "+why) {
			t.Errorf("%s: the warnings %s", parameter, told)
		}
	}
}

// TestPlacesAreBounded holds that schemas which all refer to each other have as
// many clauses as somebody could read.
func TestPlacesAreBounded(t *testing.T) {
	members := repeated(10, "pN: {$ref: '#/components/schemas/AN'}, ")
	var text strings.Builder
	text.Write(answering(v30, `{$ref: "#/components/schemas/A0"}`))
	for name := range strings.FieldsSeq(repeated(10, "AN ")) {
		text.WriteString("    " + name + ": {type: object, properties: {" + members + "}}\n")
	}
	c, err := Load("c.yaml", []byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(c.Clauses); n > 1000 {
		t.Errorf("%d clauses", n)
	}
}
