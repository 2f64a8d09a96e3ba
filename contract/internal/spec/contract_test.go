package spec

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/clause"
)

// referring is a contract whose parts are all elsewhere.
const referring = `openapi: 3.0.3
info: {title: Referring, version: "2"}
security: [{}, {key: [], session: []}]
paths:
  /things/{id}:
    parameters:
      - {$ref: "#/components/parameters/Id"}
      - {name: limit, in: query, schema: {type: integer, maximum: 5}}
      - {$ref: "#/components/parameters/Trace"}
    put:
      operationId: putThing
      security: [{session: []}]
      x-contract: {source: {section: Put, table: parameters}}
      parameters:
        - {name: limit, in: query, schema: {type: integer, maximum: 9}, x-contract: {source: {row: limit}}}
      requestBody: {$ref: "#/components/requestBodies/Thing"}
      responses:
        default: {$ref: "#/components/responses/Any"}
        4XX: {$ref: "#/components/responses/Any"}
        "204": {description: done}
        "201":
          description: made
          headers: {X-Made: {$ref: "#/components/headers/Made"}}
          x-contract: {source: {table: statuses, row: "201"}, inferred: {"201": seen once}}
    get:
      operationId: getThing
      responses: {"200": {$ref: "#/paths/~1things~1%7Bid%7D/put/responses/4XX"}}
components:
  securitySchemes:
    key: {type: apiKey, in: query, name: k, x-contract: {inferred: {in: guessed}}}
    session: {type: openIdConnect, openIdConnectUrl: "https://example.org/"}
  parameters:
    Id: {name: id, in: path, required: true, schema: {$ref: "#/components/schemas/Id"}, x-contract: {value: target}}
    Trace:
      name: X-Trace
      in: header
      required: true
      schema: {allOf: [{$ref: "#/components/schemas/Id"}, {minLength: 2}]}
      x-contract: {inferred: {required: why not, allOf: two of them}}
  requestBodies:
    Thing:
      required: true
      x-contract: {source: {table: body}, inferred: {required: it is a put}}
      content:
        text/plain: {}
        application/json: {schema: {$ref: "#/components/schemas/Thing"}, example: {name: a, secret: b}}
        application/merge-patch+json: {schema: {$ref: "#/components/schemas/Thing"}}
  responses:
    Any:
      description: any
      content: {application/problem+json: {schema: {$ref: "#/components/schemas/Thing"}}}
  headers:
    Made: {required: true, schema: {type: string, format: date-time}, x-contract: {inferred: {required: why}}}
  schemas:
    Id: {type: string, maxLength: 9}
    Thing:
      type: object
      required: [id, name, secret]
      properties:
        id: {type: integer, readOnly: true, x-contract: {distinct: each is new}}
        name: {type: string}
        secret: {type: string, writeOnly: true}
        parts: {type: array, maxItems: 2, items: {$ref: "#/components/schemas/Thing"}}
`

func load(t *testing.T, text string) *Contract {
	t.Helper()
	c, err := Load("c.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClausesOfWhatIsElsewhere(t *testing.T) {
	var got []string
	for _, one := range load(t, referring).Clauses {
		if one.Operation != "putThing" || strings.Contains(one.ID, ".answer.default") {
			continue
		}
		line := fmt.Sprintf("%s %s %d", strings.TrimPrefix(one.ID, "putThing."), one.Level, one.At.Line)
		if one.Source != (clause.Source{}) {
			line += " " + one.Source.String()
		}
		got = append(got, line)
	}
	want := `path.id.maxLength must 55 Put, parameters
header.X-Trace.required should 35 Put, parameters
header.X-Trace.schema should 38 Put, parameters
query.limit.type must 15 Put, parameters, limit
query.limit.maximum must 15 Put, parameters, limit
body.required should 41 Put, body
body.type must 57 Put, body
body.name.required must 61 Put, body
body.name.type must 61 Put, body
body.secret.required must 62 Put, body
body.secret.type must 62 Put, body
body.parts.type must 63 Put, body
body.parts.maxItems must 63 Put, body
body.parts.items.schema must 56 Put, body
body.json must 41 Put, body
body.mediaType should 41
security.missing must 12
security.session.verified must 31
security.session.exact should 31
security.session.accepted must 31
answer.4XX must 49 Put, parameters
answer.4XX.mediaType must 51 Put, parameters
answer.4XX.type must 57 Put, parameters
answer.4XX.id.required must 60 Put, parameters
answer.4XX.id.type must 60 Put, parameters
answer.4XX.name.required must 61 Put, parameters
answer.4XX.name.type must 61 Put, parameters
answer.4XX.secret.writeOnly should 62
answer.4XX.parts.type must 63 Put, parameters
answer.4XX.parts.maxItems must 63 Put, parameters
answer.4XX.parts.items.schema must 56 Put, parameters
answer.4XX.parts.items.writeOnly should 56
answer.4XX.json must 49 Put, parameters
answer.204 must 20 Put, parameters
answer.201 should 21 Put, statuses, 201
answer.201.header.X-Made.required should 53 Put, statuses, 201
answer.201.header.X-Made.type must 53 Put, statuses, 201
answer.201.header.X-Made.format must 53 Put, statuses, 201
answer.framing must 10
answer.unprovoked-5xx must 10
answer.duplicate-names should 10
answer.stack-trace should 10
answer.credentials should 10
method should 10`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

func TestModelOfWhatIsElsewhere(t *testing.T) {
	c := load(t, referring)
	op := c.Operation("putThing")
	var parameters, responses []string
	for _, p := range op.Parameters {
		parameters = append(parameters, fmt.Sprintf("%s.%s %s %v/%v", p.In, p.Name, p.Schema.Type, p.Required, p.FromTarget))
	}
	for _, r := range op.Responses {
		responses = append(responses, r.Status)
	}
	if got, want := strings.Join(parameters, ", "), "path.id string true/true, header.X-Trace string true/false, query.limit integer false/false"; got != want {
		t.Errorf("parameters %s, want %s", got, want)
	}
	if got := strings.Join(responses, " "); got != "201 204 4XX default" {
		t.Errorf("responses %s", got)
	}
	if *op.Parameter("query", "limit").Schema.Maximum != 9 || op.Parameter("query", "other") != nil {
		t.Error("the parameter of the operation does not replace that of the path")
	}
	if !slices.Equal(op.Methods, []string{http.MethodGet, http.MethodPut}) || op.Method != http.MethodPut || op.Path != "/things/{id}" {
		t.Errorf("methods %v, method %s, path %s", op.Methods, op.Method, op.Path)
	}
	media := op.Body.Content
	if len(media) != 3 || media[0].Kind() != Plain || media[1].Schema == nil || media[2].Schema != media[1].Schema || JSON(media) != media[1] {
		t.Errorf("media types %+v", media)
	}
	if s := media[1].Schema; !Equal(s.Sample(), map[string]any{"name": "a", "secret": "b"}) {
		t.Errorf("the sample is %v", s.Sample())
	}
	if scheme := op.Security[0][0]; scheme.Type != "http" || scheme.HTTP != "bearer" || !op.Secured() {
		t.Errorf("scheme %+v", scheme)
	}
	get := c.Operation("getThing")
	if get.Secured() || len(get.Security) != 2 || len(get.Security[1]) != 2 || get.Body != nil {
		t.Errorf("security %v, body %v", get.Security, get.Body)
	}
	if c.Operation("other") != nil || c.Title != "Referring" || c.Version != "2" {
		t.Errorf("contract %+v", c)
	}
	if m := media[1].Schema.Member("id"); m == nil || m.Required || !m.ReadOnly || media[1].Schema.Member("none") != nil {
		t.Errorf("member %+v", m)
	}
}

func TestDocumentedAnswers(t *testing.T) {
	op := load(t, referring).Operation("putThing")
	for status, want := range map[string]string{"201": "201", "204": "204", "404": "4XX", "500": "default", "": "default", "2": "default"} {
		if got := op.Response(status); got == nil || got.Status != want {
			t.Errorf("the response for %q is %+v, want %s", status, got, want)
		}
	}
	get := load(t, referring).Operation("getThing")
	if get.Response("404") != nil || get.Failure() != nil {
		t.Error("a response is made up")
	}
	if op.Failure().Status != "default" {
		t.Error("the wrong response is taken")
	}
}

// TestOperationsWithoutSecurity holds that nothing is made of no requirements.
func TestOperationsWithoutSecurity(t *testing.T) {
	for _, security := range []string{"", "security: []\n", "security: [{}]\n"} {
		c := load(t, strings.Replace(good, "security: [{key: []}]\n", security, 1))
		if op := c.Operations[0]; op.Secured() || c.Clause("list.security.missing") != nil {
			t.Errorf("%q: secured", security)
		}
	}
}

// TestTheFilesLoadWithoutWarnings holds the number of clauses, too: a clause that
// goes is as bad as one that comes.
func TestTheFilesLoadWithoutWarnings(t *testing.T) {
	for path, want := range map[string]int{"../../../openapi/userusage.yaml": 69, "../../testdata/orders.yaml": 148} {
		c := loadFile(t, path)
		if len(c.Clauses) != want || len(c.Warnings) > 0 {
			t.Errorf("%s has %d clauses, want %d, and the warnings %v", path, len(c.Clauses), want, c.Warnings)
		}
		for _, one := range c.Clauses {
			if one.Statement == "" || one.At.File != path || one.At.Line == 0 || c.Clause(one.ID) != one || c.Operation(one.Operation) == nil {
				t.Errorf("clause %+v", one)
			}
		}
	}
}

// TestLocations holds that the line of a clause has the keyword that states it.
func TestLocations(t *testing.T) {
	lines := strings.Split(referring, "\n")
	for _, one := range load(t, referring).Clauses {
		keyword := one.ID[strings.LastIndexByte(one.ID, '.')+1:]
		if line := lines[one.At.Line-1]; KeywordNamed(keyword) != nil && !strings.Contains(line, keyword+":") {
			t.Errorf("%s is at line %d: %s", one.ID, one.At.Line, line)
		}
	}
}

// TestAContractInJSON holds that lines are told there, too.
func TestAContractInJSON(t *testing.T) {
	const text = `{
  "openapi": "3.0.3",
  "info": {"title": "T", "version": "1"},
  "paths": {
    "/x": {
      "get": {
        "operationId": "x",
        "parameters": [
          {"name": "a", "in": "query",
           "schema": {"type": "integer"}}
        ],
        "responses": {"200": {"description": "ok"}}
      }
    }
  }
}`
	if c := load(t, text); c.Clause("x.query.a.type").At.Line != 10 {
		t.Errorf("the type is at %s", c.Clause("x.query.a.type").At)
	}
	got := told(Load("c.json", []byte(strings.Replace(text, `"in": "query"`, `"in": "body"`, 1))))
	want := `warning: c.json:9: the parameter "a" is in "body": that must be query, path, header or cookie: write a requestBody; the parameter is left out: it is never sent`
	if got != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

// TestReadersOfYAMLAgree holds that values mean what JSON has of them.
func TestReadersOfYAMLAgree(t *testing.T) {
	for text, want := range map[string]any{
		"0x10": int64(16), "1_000": int64(1000), "+5": int64(5), "0o17": int64(15), ".5": 0.5, "5.": 5.0, "1e3": 1000.0,
		"yes": "yes", "on": "on", "~": nil, "Null": nil, "True": true, "FALSE": false, "'5'": "5", "!!str 5": "5",
		"2026-01-31": "2026-01-31", "2026-01-31T00:00:00Z": "2026-01-31T00:00:00Z", "<<": "<<", "\"\\u00e9\"": "é",
		"9007199254740993": int64(9007199254740993), "[1, a]": []any{int64(1), "a"}, "{a: 1}": map[string]any{"a": int64(1)},
	} {
		s := schemaOf(t, v30, "{example: "+text+", enum: ["+text+", never]}")
		if !Equal(s.Example, want) || !Equal(s.Enum[0], want) {
			t.Errorf("%s is %#v and %#v, want %#v", text, s.Example, s.Enum[0], want)
		}
	}
}
