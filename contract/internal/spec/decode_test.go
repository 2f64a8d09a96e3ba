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
	const deep = `style: deepObject, schema: {type: object, properties: {a: {type: array, items: {type: integer}}}}`
	for parameter, why := range map[string]string{
		deep: "its schema lists no member that could be written", deep + `, required: true`: "its schema lists no member that could be written",
		`required: true, content: {text/plain: {schema: {type: object}}}`:                  "content of type text/plain is not written, only JSON is",
		`required: true, schema: {type: array, items: {$ref: "#/components/schemas/Cat"}}`: "elements of type object are not written",
		`required: true, style: deepObject, schema: {type: array, items: {type: integer}}`: "OpenAPI does not say how style deepObject writes a list",
		`required: true, schema: {oneOf: [{type: object}, {type: array, items: {}}]}`:      "values of type object or array are not written",
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

// TestStylesOfPaths holds that label and matrix are left out, with a warning.
func TestStylesOfPaths(t *testing.T) {
	const text = `openapi: 3.0.3
info: {title: A, version: "1"}
paths:
  /things/{id}:
    get:
      operationId: a
      parameters:
        - {name: id, in: path, required: true, style: STYLE, schema: {type: string}}
      responses: {"200": {description: ok}}
`
	for _, style := range []string{"label", "matrix"} {
		c, err := Load("c.yaml", []byte(strings.Replace(text, "STYLE", style, 1)))
		if err != nil {
			t.Fatal(err)
		}
		why := "style " + style + " is not written"
		if got := Problems(c.Warnings).Error(); !strings.Contains(got, "c.yaml:8: parameter id (path): "+why+": no request of the operation can be made") {
			t.Errorf("the warnings are %s", got)
		}
		if got := c.Operations[0].Unsendable; got != "parameter id (path) is required, and "+why {
			t.Errorf("the operation cannot be sent for %q", got)
		}
	}
}

// TestDecodeObjects reads the members of objects, and says what is wrong with each.
func TestDecodeObjects(t *testing.T) {
	p := query(t, v30, `style: deepObject, schema: {type: object, required: [min], properties: {
  min: {type: integer, minimum: 1}, at: {type: string, format: date}, tags: {type: array, items: {type: integer}}}, additionalProperties: {type: boolean}}`).Operations[0].Parameters[0]
	for _, test := range []struct{ raw, want string }{
		{"min 5", `{"min":5}`},
		{"min 5 more true tags 1 tags 2", `{"min":5,"more":true,"tags":[1,2]}`},
		{"min 5 tags x", "x.query.q.tags.items.type q.tags[0] (query) must be an integer"},
		{"min 5 min 6", "x.query.q.min.type q.min (query) must be given once, not 2 times"},
		{"min x at never", "x.query.q.min.type q.min (query) must be an integer"},
		{"min 0", "x.query.q.min.minimum q.min (query) must be at least 1"},
		{"more true", "x.query.q.min.required q.min (query) is missing"},
		{"min 5 more x", "x.query.q.additionalProperties.type q.more (query) must be a boolean"},
		{"min", "x.query.q.type q (query) must have a value for each name of a member"},
	} {
		v, found := p.Decode(strings.Fields(test.raw))
		got := Text(v)
		if len(found) > 0 {
			got = found[0].Clause + " " + p.Within(found[0].Where) + " " + found[0].Message
		}
		if got != test.want {
			t.Errorf("%s is read as %s, not %s", test.raw, got, test.want)
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
