package compare

import (
	"fmt"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
)

// base is the contract that the pairs are made of.
const base = `openapi: 3.0.3
info: {title: Things, version: "1"}
security: [{key: []}]
paths:
  /things:
    get:
      operationId: list
      x-contract:
        rules:
          - {id: until-after-from, expression: "!has(query.until) || !has(query.from) || query.until >= query.from", message: until is not before from}
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
        - {name: q, in: query, schema: {type: string, pattern: '^[a-z]+$'}}
        - {name: sort, in: query, schema: {type: string, enum: [name, size]}}
        - {name: tag, in: query, schema: {type: array, maxItems: 3, items: {type: string, maxLength: 5}}}
        - {name: from, in: query, schema: {type: integer}}
        - {name: until, in: query, schema: {type: integer}}
        - {name: page, in: query, schema: {type: integer, default: 1}}
      responses:
        "200":
          description: ok
          headers: {X-Total: {required: true, schema: {type: integer, minimum: 0}}}
          content:
            application/json:
              schema:
                type: array
                maxItems: 50
                items: {$ref: "#/components/schemas/Thing"}
        "400": {description: bad, content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}}
    post:
      operationId: create
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              additionalProperties: false
              properties:
                name: {type: string, minLength: 1, maxLength: 20}
                size: {type: integer, minimum: 0}
                kind: {oneOf: [{type: string, maxLength: 3}, {type: integer, maximum: 9}]}
      responses:
        "201": {description: made, content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}
        "400": {description: bad, content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}}
  /things/{id}:
    get:
      operationId: show
      parameters: [{name: id, in: path, required: true, schema: {type: integer, minimum: 1}}]
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}
        "404": {description: not there}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    token: {type: http, scheme: bearer}
  schemas:
    Thing:
      type: object
      required: [id, name]
      properties:
        id: {type: integer}
        name: {type: string, maxLength: 20}
        state: {type: string, enum: [new, used]}
        size: {type: number, minimum: 0}
    Error:
      type: object
      required: [code]
      properties: {code: {type: string, pattern: '^E[0-9]+$'}}
`

// pairs are changes of the base: what is replaced by what, and what that comes to. A
// line of the outcome is the change, the clause, whom it breaks, and who takes the
// witness that is broken in the other contract.
var pairs = []struct{ name, edits, want string }{
	{"nothing", "", `
none
`},
	{"maximum lowered", "maximum: 100 => maximum: 50", `
tightened list.query.limit.maximum: clients, implementations | old takes GET /things?limit=51
major
`},
	{"maximum raised", "maximum: 100 => maximum: 200", `
loosened list.query.limit.maximum: implementations | new takes GET /things?limit=200
minor
`},
	{"maximum taken away", ", maximum: 100 => ", `
removed list.query.limit.maximum: implementations | new takes GET /things?limit=101
minor
`},
	{"minimum and maximum moved", "minimum: 1, maximum: 100 => minimum: 10, maximum: 200", `
tightened list.query.limit.minimum: clients, implementations | old takes GET /things?limit=9
loosened list.query.limit.maximum: implementations | new takes GET /things?limit=200
major
`},
	{"limit made exclusive", "maximum: 100} => maximum: 100, exclusiveMaximum: true}", `
tightened list.query.limit.maximum: clients, implementations | old takes GET /things?limit=100
major
`},
	{"multipleOf added", "maximum: 100} => maximum: 100, multipleOf: 5}", `
added list.query.limit.multipleOf: clients, implementations | old takes GET /things?limit=6
major
`},
	{"integer becomes number", "name: from, in: query, schema: {type: integer} => name: from, in: query, schema: {type: number}", `
loosened list.query.from.type: implementations | new takes GET /things?from=10.5
minor
`},
	{"integer becomes text", `name: from, in: query, schema: {type: integer}} => name: from, in: query, schema: {type: string}}\n        - {name: other, in: query, schema: {type: integer}}
!has(query.until) || !has(query.from) || query.until >= query.from => !has(query.until) || query.until >= 0`, `
loosened list.query.from.type: implementations | new takes GET /things?from=abc
added list.query.other: implementations
changed list.rule.until-after-from: clients, implementations | old takes GET /things?until=-1
major
`},
	{"enum grows", "enum: [name, size] => enum: [name, size, age]", `
loosened list.query.sort.enum: implementations | new takes GET /things?sort=age
minor
`},
	{"enum shrinks", "enum: [name, size] => enum: [name]", `
tightened list.query.sort.enum: clients, implementations | old takes GET /things?sort=size
major
`},
	{"enum crosses", "enum: [name, size] => enum: [name, age]", `
changed list.query.sort.enum: clients, implementations | old takes GET /things?sort=size
major
`},
	{"pattern is wider", "'^[a-z]+$' => '^[a-z0-9]+$'", `
loosened list.query.q.pattern: implementations | new takes GET /things?q=0
minor
`},
	{"pattern is narrower", "'^[a-z]+$' => '^[a-z]{2,}$'", `
tightened list.query.q.pattern: clients, implementations | old takes GET /things?q=a
major
`},
	{"pattern says the same", "'^[a-z]+$' => '^[a-z][a-z]*$'", `
changed list.query.q.pattern: undecided
minor
`},
	{"list may be longer", "maxItems: 3 => maxItems: 4", `
loosened list.query.tag.maxItems: implementations | new takes GET /things?tag=ex&tag=sa&tag=ot&tag=ex
minor
`},
	{"element may be shorter only", "maxLength: 5 => maxLength: 4", `
tightened list.query.tag.items.maxLength: clients, implementations | old takes GET /things?tag=aaaaa
major
`},
	{"unique elements", "maxItems: 3, => maxItems: 3, uniqueItems: true,", `
added list.query.tag.uniqueItems: clients, implementations | old takes GET /things?tag=ex&tag=ex
major
`},
	{"list joined", "{name: tag, in: query, => {name: tag, in: query, explode: false,", `
changed list.query.tag: clients, implementations
major
`},
	{"default changes", "default: 1 => default: 2", `
changed list.query.page: clients, implementations
major
`},
	{"optional parameter added", `{name: page, in: query => {name: size, in: query, schema: {type: integer}}\n        - {name: page, in: query`, `
added list.query.size: implementations
minor
`},
	{"required parameter added", `{name: page, in: query => {name: size, in: query, required: true, schema: {type: integer}}\n        - {name: page, in: query`, `
added list.query.size: clients, implementations | old takes GET /things
major
`},
	{"parameter removed", "- {name: sort, in: query, schema: {type: string, enum: [name, size]}} => # none", `
removed list.query.sort: clients
major
`},
	{"parameter becomes required", "{name: limit, in: query, => {name: limit, in: query, required: true,", `
added list.query.limit.required: clients, implementations | old takes GET /things
major
`},
	{"rule added", `message: until is not before from} => message: until is not before from}\n          - {id: q-needs-limit, expression: "!has(query.q) || has(query.limit)", message: q needs a limit}`, `
added list.rule.q-needs-limit: clients, implementations | old takes GET /things?q=a
major
`},
	{"rule removed", `rules:\n          - {id: until-after-from, => rules: []\n        # {`, `
removed list.rule.until-after-from: implementations | new takes GET /things?from=1&until=0
minor
`},
	{"rule tightened", "query.until >= query.from => query.until > query.from", `
tightened list.rule.until-after-from: clients, implementations | old takes GET /things?from=9&until=9
major
`},
	{"rule loosened", "query.until >= query.from => query.until >= query.from - 1", `
loosened list.rule.until-after-from: implementations | new takes GET /things?from=1&until=0
minor
`},
	{"rule written otherwise", "!has(query.until) || !has(query.from) || query.until >= query.from => !has(query.from) || !has(query.until) || query.from <= query.until", `
changed list.rule.until-after-from: undecided
minor
`},
	{"rule reworded", "message: until is not before from => message: until must not be before from", `
changed list.rule.until-after-from:
patch
`},
	{"rule becomes a should", "message: until is not before from => inferred: it selects nothing, message: until is not before from", `
moved-level list.rule.until-after-from:
patch
`},
	{"member becomes required", `required: [name]\n              add => required: [name, size]\n              add`, `
added create.body.size.required: clients, implementations | old takes POST /things {"name":"a"}
major
`},
	{"member becomes optional", `required: [name]\n              additionalProperties: false => additionalProperties: false`, `
removed create.body.name.required: implementations | new takes POST /things {}
minor
`},
	{"member of a request added", `size: {type: integer, minimum: 0}\n => size: {type: integer, minimum: 0}\n                note: {type: string}\n`, `
added create.body.note: implementations | new takes POST /things {"name":"example-u000000000","note":""}
minor
`},
	{"member of a request removed", `                size: {type: integer, minimum: 0}\n => `, `
removed create.body.size: clients, implementations | old takes POST /things {"name":"example-u000000000","size":0}
major
`},
	{"body opened", `              additionalProperties: false\n => `, `
removed create.body.additionalProperties:
patch
`},
	{"composed is narrower", "maximum: 9} => maximum: 5}", `
tightened create.body.kind.schema: clients, implementations | old takes POST /things {"kind":9,"name":"example-u000000000"}
major
`},
	{"composed is wider", "{type: integer, maximum: 9}] => {type: integer, maximum: 9}, {type: boolean}]", `
loosened create.body.kind.schema: implementations | new takes POST /things {"kind":true,"name":"example-u000000000"}
minor
`},
	{"media type of a request added", `content:\n          application/json:\n            schema:\n              type: object\n              required => content:\n          text/csv: {}\n          application/json:\n            schema:\n              type: object\n              required`, `
loosened create.body.mediaType: implementations
minor
`},
	{"answer enum grows", "enum: [new, used] => enum: [new, used, lost]", `
loosened list.answer.200.items.state.enum: clients | new takes 200 [{"id":0,"name":"a","state":"lost"}]
loosened create.answer.201.state.enum: clients | new takes 201 {"id":0,"name":"a","state":"lost"}
loosened show.answer.200.state.enum: clients | new takes 200 {"id":0,"name":"a","state":"lost"}
major
`},
	{"answer enum shrinks", "enum: [new, used] => enum: [new]", `
tightened list.answer.200.items.state.enum: implementations | old takes 200 [{"id":0,"name":"a","state":"used"}]
tightened create.answer.201.state.enum: implementations | old takes 201 {"id":0,"name":"a","state":"used"}
tightened show.answer.200.state.enum: implementations | old takes 200 {"id":0,"name":"a","state":"used"}
minor
`},
	{"answer member no longer required", "required: [id, name] => required: [id]", `
removed list.answer.200.items.name.required: clients | new takes 200 [{"id":0}]
removed create.answer.201.name.required: clients | new takes 201 {"id":0}
removed show.answer.200.name.required: clients | new takes 200 {"id":0}
major
`},
	{"answer member becomes required", "required: [id, name] => required: [id, name, size]", `
added list.answer.200.items.size.required: implementations | old takes 200 [{"id":0,"name":"a"}]
added create.answer.201.size.required: implementations | old takes 201 {"id":0,"name":"a"}
added show.answer.200.size.required: implementations | old takes 200 {"id":0,"name":"a"}
minor
`},
	{"answer member added", `size: {type: number, minimum: 0}\n => size: {type: number, minimum: 0}\n        note: {type: string}\n`, `
added list.answer.200.items.note:
added create.answer.201.note:
added show.answer.200.note:
minor
`},
	{"answer member removed", `        state: {type: string, enum: [new, used]}\n => `, `
removed list.answer.200.items.state: clients
removed create.answer.201.state: clients
removed show.answer.200.state: clients
major
`},
	{"answer limit lowered", "maxItems: 50 => maxItems: 20", `
tightened list.answer.200.maxItems: implementations | old takes 200 [{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"},{"id":0,"name":"a"}]
minor
`},
	{"answer null allowed", `id: {type: integer}\n => id: {type: integer, nullable: true}\n`, `
loosened list.answer.200.items.id.type: clients | new takes 200 [{"id":null,"name":"a"}]
loosened create.answer.201.id.type: clients | new takes 201 {"id":null,"name":"a"}
loosened show.answer.200.id.type: clients | new takes 200 {"id":null,"name":"a"}
major
`},
	{"answer pattern", "'^E[0-9]+$' => '^E[0-9]{3}$'", `
tightened list.answer.400.code.pattern: implementations | old takes 400 {"code":"E00"}
tightened create.answer.400.code.pattern: implementations | old takes 400 {"code":"E00"}
minor
`},
	{"answer header limit", "{type: integer, minimum: 0}}} => {type: integer, minimum: 1}}}", `
tightened list.answer.200.header.X-Total.minimum: implementations | old takes 200 0
minor
`},
	{"answer header optional", "X-Total: {required: true, => X-Total: {", `
removed list.answer.200.header.X-Total.required: clients
major
`},
	{"status added", `"404": {description: not there} => "404": {description: not there}\n        "410": {description: gone}`, `
added show.answer.410:
minor
`},
	{"success added", `"404": {description: not there} => "404": {description: not there}\n        "204": {description: nothing}`, `
added show.answer.204: clients
major
`},
	{"status removed", `        "404": {description: not there}\n => `, `
removed show.answer.404:
patch
`},
	{"operation added", `  /things/{id}:\n    get: => /things/{id}:\n    delete:\n      operationId: remove\n      parameters: [{name: id, in: path, required: true, schema: {type: integer, minimum: 1}}]\n      responses: {"204": {description: gone}}\n    get:`, `
removed show: clients
major
`},
	{"operation removed", `  /things/{id}:\n    get: => /things/{id}:\n    x-get:`, `
removed show: clients
major
`},
	{"operation and parameter renamed", `operationId: show => operationId: read
/things/{id}: => /things/{thing}:
parameters: [{name: id, => parameters: [{name: thing,`, `
changed read:
patch
`},
	{"path moved", "/things/{id}: => /stuff/{id}:", `
changed show: clients, implementations
major
`},
	{"security relaxed", "security: [{key: []}] => security: [{key: []}, {token: []}]", `
loosened list.security: implementations
loosened create.security: implementations
loosened show.security: implementations
minor
`},
	{"security exchanged", "security: [{key: []}] => security: [{token: []}]", `
changed list.security: clients, implementations
changed create.security: clients, implementations
changed show.security: clients, implementations
major
`},
	{"security dropped", "security: [{key: []}] => security: []", `
loosened list.security: implementations
loosened create.security: implementations
loosened show.security: implementations
minor
`},
	{"scheme renamed", `security: [{key: []}] => security: [{other: []}]
key: {type: apiKey => other: {type: apiKey`, `
none
`},
	{"body closed", `required: [id, name]\n => required: [id, name]\n      additionalProperties: false\n`, `
added list.answer.200.items.additionalProperties: implementations | old takes 200 [{"id":0,"name":"a","unlistedMember":"x"}]
added create.answer.201.additionalProperties: implementations | old takes 201 {"id":0,"name":"a","unlistedMember":"x"}
added show.answer.200.additionalProperties: implementations | old takes 200 {"id":0,"name":"a","unlistedMember":"x"}
minor
`},
	{"format added to an answer", `name: {type: string, maxLength: 20}\n        state => name: {type: string, maxLength: 20, format: uuid}\n        state`, `
added list.answer.200.items.name.format:  | old takes 200 [{"id":0,"name":"x"}]
added create.answer.201.name.format:  | old takes 201 {"id":0,"name":"x"}
added show.answer.200.name.format:  | old takes 200 {"id":0,"name":"x"}
patch
`},
	{"rule and limit together", `maximum: 100 => maximum: 50
query.until >= query.from => query.until > query.from`, `
tightened list.query.limit.maximum: clients, implementations | old takes GET /things?limit=51
tightened list.rule.until-after-from: clients, implementations | old takes GET /things?from=9&until=9
major
`},
	{"error body changes", `required: [code] => required: [code, text]
properties: {code: => properties: {text: {type: string}, code:`, `
added list.answer.400.text: implementations | old takes 400 {"code":"E0"}
added create.answer.400.text: implementations | old takes 400 {"code":"E0"}
minor
`},
	{"status pinned", "message: until is not before from => message: until is not before from, status: 400", `
tightened list.rule.until-after-from: implementations
minor
`},
}

// edited applies edits, one a line, "what it is => what it becomes".
func edited(t *testing.T, edits string) string {
	t.Helper()
	out := base
	for line := range strings.Lines(edits) {
		was, is, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " => ")
		if !ok {
			t.Fatalf("the edit %q has no arrow", line)
		}
		unescape := strings.NewReplacer(`\n`, "\n")
		was, is = unescape.Replace(was), unescape.Replace(is)
		if !strings.Contains(out, was) {
			t.Fatalf("the base has no %q", was)
		}
		out = strings.Replace(out, was, is, 1)
	}
	return out
}

func load(t *testing.T, text string) *spec.Contract {
	t.Helper()
	c, err := spec.Load("things.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// outcome puts what differs in lines.
func outcome(d *Diff) string {
	var out strings.Builder
	for _, c := range d.Changes {
		if c.Within != "" {
			continue
		}
		var who []string
		for _, one := range c.Breaks {
			who = append(who, string(one))
		}
		line := fmt.Sprintf("%s %s: %s", c.Change, c.Clause, strings.Join(who, ", "))
		if c.Undecided {
			line += "undecided"
		}
		if w := c.Witness; w != nil {
			line += " | " + w.TakenBy + " takes " + shortly(w)
		}
		out.WriteString(strings.TrimSpace(line) + "\n")
	}
	out.WriteString(string(d.Semver) + "\n")
	return out.String()
}

func shortly(w *Witness) string {
	if w.Answer != nil {
		return w.Answer.Status + " " + w.Answer.Value
	}
	return strings.TrimSpace(w.Request.Method + " " + w.Request.URL + " " + w.Request.Body)
}

func TestPairs(t *testing.T) {
	t.Parallel()
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			d, err := Contracts(t.Context(), load(t, base), load(t, edited(t, p.edits)))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := outcome(d), strings.TrimLeft(p.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}
