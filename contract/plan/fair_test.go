package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
)

// thing is a contract with a place of each kind, each without a source but for
// those that end in S.
const thing = `openapi: 3.0.3
info: {title: Things, version: "1"}
paths:
  /things/{id}:
    post:
      operationId: put
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: q, in: query, required: true, schema: {type: string}}
        - {name: kind, in: query, schema: {type: string, enum: [Low, High]}}
        - {name: kindS, in: query, schema: {type: string, enum: [Low, High]}, x-contract: {source: {row: kindS}}}
        - {name: at, in: query, schema: {type: string, format: date-time}}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [n, ratio, open, name, of]
              additionalProperties: false
              properties:
                n: {type: integer}
                ratio: {type: number}
                open: {type: boolean}
                name: {type: string}
                of: {type: array, items: {type: object, required: [a], properties: {a: {type: string}}}}
                note: {type: string, minLength: 1}
      responses:
        "200": {description: ok}
        "400": {description: bad}
  /things:
    get:
      operationId: list
      parameters: [{name: q, in: query, schema: {type: string}}]
      responses:
        "200": {description: ok}
        "400": {description: bad}
`

func things(t *testing.T) *Plan {
	t.Helper()
	c, err := spec.Load("things.yaml", []byte(thing))
	if err != nil {
		t.Fatal(err)
	}
	return Build(c, Options{Unsafe: true, NearMisses: true})
}

// TestFairCases holds what is refused, and at which level.
func TestFairCases(t *testing.T) {
	p := things(t)
	for id, want := range map[string]clause.Level{
		"put.query.q.required/missing-in-smallest":           clause.Must,
		"put.query.q.required/empty-in-smallest":             clause.Should, // any text is valid, and so may be the empty one
		"put.query.kind.enum/unlisted-in-smallest":           clause.Must,
		"put.query.kind.enum/repeated-in-smallest":           clause.Must, // of two values that are not listed
		"put.query.kind.enum/other-case-Low-in-smallest":     clause.Should,
		"put.query.kindS.enum/other-case-Low-in-smallest":    clause.Must,
		"put.query.at.format/text-in-smallest":               clause.Must,
		"put.query.at.format/rolled-over-in-smallest":        clause.Must,
		"put.body.n.type/text-in-smallest":                   clause.Must,
		"put.body.n.type/object-in-smallest":                 clause.Must,
		"put.body.n.type/fraction-in-smallest":               clause.Should,
		"put.body.ratio.type/text-in-smallest":               clause.Must,
		"put.body.open.type/text-in-smallest":                clause.Must, // "maybe"
		"put.body.open.type/number-in-smallest":              clause.Must, // 42
		"put.body.name.type/object-in-smallest":              clause.Must,
		"put.body.of.type/number-in-smallest":                clause.Must,
		"put.body.additionalProperties/unlisted-in-smallest": clause.Should,
		"put.body.mediaType/another":                         clause.Should,
		"put.body.json/cut-short":                            clause.Must,
	} {
		if c := find(t, p, id); c.Expect.Outcome != Refused || c.Level != want {
			t.Errorf("%s is %s at level %s, want it refused at %s", id, c.Expect.Outcome, c.Level, want)
		}
	}
}

// TestOpenCases holds what may be taken or refused. No case wants
// such a form refused.
func TestOpenCases(t *testing.T) {
	p := things(t)
	for technique, names := range map[Technique]string{
		SingleFault: "q-repeated kind-empty kind-repeated at-date-alone at-no-zone at-seconds at-zone-offset at-fraction at-lower-case at-leap-second " +
			"n-number-as-text n-boolean-as-number ratio-number-as-text open-boolean-as-text open-number-as-boolean name-text-as-number " +
			"of-element-alone note-null body-two-documents",
		Harsh: "q-quotes q-backslashes q-percent q-nul q-emoji q-word-null q-blank q-untrimmed q-very-long " +
			"n-past-32-bits n-past-64-bits ratio-very-large name-quotes name-nul name-word-null note-empty",
	} {
		for name := range strings.FieldsSeq(names) {
			if c := find(t, p, "put.answer.unprovoked-5xx/"+name); c.Expect.Outcome != Either || c.Technique != technique {
				t.Errorf("%s is %s by %s, want either by %s", c.ID, c.Expect.Outcome, c.Technique, technique)
			}
		}
	}
	for _, c := range p.Cases {
		if c.Expect.Outcome != Refused {
			continue
		}
		if strings.HasSuffix(c.Clause, ".minLength") {
			t.Errorf("%s: an optional text that is empty is to be refused", c.ID)
		}
		for _, param := range c.Request.Parameters {
			if at, ok := param.Value.(Time); ok && slices.Contains([]Form{DateAlone, NoZone, Seconds, ZoneOffset, Fraction, LowerCase, LeapSecond}, at.Form) {
				t.Errorf("%s: a time in the form %s is to be refused", c.ID, at.Form)
			}
		}
	}
}

// TestUnknownValues holds which values an accepted request hangs on: that of its
// path, which the target may give, else what it need not have.
func TestUnknownValues(t *testing.T) {
	for _, test := range []struct{ id, unknown string }{
		{"put.answer.200/smallest", "id (path)"},
		{"put.answer.200/fullest", "id (path)"},
		{"list.answer.200/smallest", ""},
		{"list.answer.200/fullest", "q (query)"},
		{"put.query.q.required/missing-in-smallest", ""},
		{"put.answer.unprovoked-5xx/q-nul", ""},
	} {
		if got := strings.Join(find(t, things(t), test.id).Expect.Unknown, ", "); got != test.unknown {
			t.Errorf("%s hangs on %q, want %q", test.id, got, test.unknown)
		}
	}
	given := Build(file(t, "../testdata/orders.yaml"), informed)
	for id, want := range map[string]string{
		"getOrder.answer.200/smallest": "shop (path)", "createOrder.answer.201/smallest": "shop (path)",
	} {
		if got := strings.Join(find(t, given, id).Expect.Unknown, ", "); got != want {
			t.Errorf("%s hangs on %q, want %q: the target gives the order", id, got, want)
		}
	}
}

// TestValuesThatReferToThings holds which values are taken for the names of things that
// only the target knows: by their names and formats, where nothing is listed.
func TestValuesThatReferToThings(t *testing.T) {
	model, err := spec.Load("x.yaml", []byte(`openapi: 3.0.3
info: {title: Tasks, version: "1"}
paths:
  /tasks:
    post:
      operationId: add
      parameters: [{name: Idempotency-Key, in: header, required: true, schema: {type: string}}, {name: after, in: query, schema: {type: string}}]
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [list_id], properties: {
        shop: {type: string}, shops: {type: string, maxLength: 9},
        list_id: {type: integer}, kindId: {type: string, enum: [a]}, roleId: {type: integer, default: 1}, client_name: {type: string},
        id: {type: string}, parent: {type: string, format: uuid}, tagIds: {type: array, items: {type: string}}}}}}}
      responses: {"200": {description: made}}
  /shops/{name}:
    get:
      operationId: see
      parameters: [{name: name, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: there}}
`))
	if err != nil {
		t.Fatal(err)
	}
	const want = "after (query), shop (body), list_id (body), parent (body), tagIds.0 (body)"
	c := find(t, Build(model, Options{Unsafe: true}), "add.answer.200/fullest")
	if got := strings.Join(c.Expect.Referring, ", "); got != want {
		t.Errorf("%s refer to things, want %s", got, want)
	}
	if _, renewed := c.Request.Parameters[0].Value.(Template); !renewed {
		t.Errorf("each request has the key %v", c.Request.Parameters[0].Value)
	}
}

// TestTechniquesInTheirOrder holds that what may end a session, or lock an account,
// comes after what needs it.
func TestWhereTheContractLeavesAChoiceSoDoesThePlan(t *testing.T) {
	load := func(text string) *Plan {
		c, err := spec.Load("choice.yaml", []byte("openapi: 3.0.3\ninfo: {title: C, version: \"1\"}\n"+text))
		if err != nil {
			t.Fatal(err)
		}
		return Build(c, informed)
	}
	p := load(`paths:
  /a/{n}:
    get:
      operationId: a
      parameters:
        - {name: n, in: path, required: true, schema: {type: integer}}
        - {name: k, in: query, schema: {type: string, enum: [A, B]}}
      responses: {"200": {description: ok}, "400": {description: bad}, "404": {description: none}}
  /b:
    get:
      operationId: b
      parameters: [{name: i, in: query, schema: {type: integer}}]
      responses: {"200": {description: ok}}
`)
	if got := find(t, p, "a.path.n.type/text-in-smallest").Expect.Statuses; !slices.Equal(got, []string{"400", "404"}) {
		t.Errorf("a path value that may name nothing wants %v", got)
	}
	if got := find(t, p, "b.query.i.type/text-in-smallest").Expect.Statuses; !slices.Equal(got, []string{"4XX"}) {
		t.Errorf("where no refusal is documented, %v is wanted", got)
	}
	if got := find(t, p, "b.answer.unprovoked-5xx/i-exponent").Expect; got.Outcome != Either || got.Statuses != nil {
		t.Errorf("of what may be taken or refused, %+v is wanted", got)
	}
	for _, c := range p.Cases {
		if c.Clause == "a.query.k.enum" && strings.HasSuffix(query(c), "k=") && c.Expect.Outcome == Refused {
			t.Errorf("%s: an empty optional value is refused", c.ID)
		}
	}
	p = load(`components: {securitySchemes: {k1: {type: apiKey, in: header, name: A}, k2: {type: apiKey, in: header, name: B}}}
paths:
  /a:
    get:
      operationId: a
      security: [{k1: [], k2: []}]
      responses: {"200": {description: ok}, "401": {description: who}}
`)
	if got := find(t, p, "a.answer.200/smallest").Request.Credential; got != (Credential{"k1", Valid}) {
		t.Errorf("of schemes that are wanted together, %v is sent", got)
	}
}
