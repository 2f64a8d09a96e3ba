package compare

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
)

// sketch is a description of one operation, in few words.
type sketch struct {
	version string // 3.0.3 if it is ""
	before  string // lines of the operation
	method  string // get if it is ""
	params  string
	content string // of the body, if there is one
	answers string
	rest    string // of the description
}

func (s sketch) String() string {
	var out strings.Builder
	fmt.Fprintf(&out, "openapi: %s\ninfo: {title: T, version: \"1\"}\npaths:\n  /t:\n    %s:\n      operationId: op\n",
		cmp.Or(s.version, "3.0.3"), cmp.Or(s.method, "get"))
	if s.before != "" {
		fmt.Fprintf(&out, "      %s\n", s.before)
	}
	fmt.Fprintf(&out, "      parameters: [%s]\n", s.params)
	if s.content != "" {
		fmt.Fprintf(&out, "      requestBody: {required: true, content: {%s}}\n", s.content)
	}
	fmt.Fprintf(&out, "      responses: {%s}\n%s", cmp.Or(s.answers, `"200": {description: ok}, "400": {description: bad}`), s.rest)
	return out.String()
}

func query(schema string) sketch {
	return sketch{params: fmt.Sprintf("{name: a, in: query, schema: {%s}}", schema)}
}

func query31(schema string) sketch {
	out := query(schema)
	out.version = "3.1.0"
	return out
}

func sent(content string) sketch { return sketch{method: "post", content: content} }

const pairsOf = `application/x-www-form-urlencoded: {schema: {type: object, properties: {%s}}}`

func form(members string) sketch { return sent(fmt.Sprintf(pairsOf, members)) }

func answered(schema string) sketch {
	return sketch{answers: fmt.Sprintf(`"200": {description: ok, content: {application/json: {schema: {%s}}}}`, schema)}
}

func answers(text string) sketch { return sketch{answers: text} }

func secured(requirements string) sketch {
	return sketch{before: "security: " + requirements, rest: `components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    o: {type: oauth2, flows: {clientCredentials: {tokenUrl: "https://x.example/t", scopes: {read: r, write: w}}}}
`}
}

func ruled(rules string) sketch {
	return sketch{
		before: "x-contract: {" + rules + "}", answers: `"200": {description: ok, content: {application/json: {schema: {type: array, items: {}}}}}`,
		params: "{name: a, in: query, schema: {type: integer}}, {name: b, in: query, schema: {type: integer}}",
	}
}

// animals are alternatives that a discriminator chooses from.
func animals(names ...string) sketch {
	var refs, mapping []string
	for _, name := range names {
		refs = append(refs, fmt.Sprintf(`{$ref: "#/components/schemas/%s"}`, name))
		mapping = append(mapping, fmt.Sprintf(`%s: "#/components/schemas/%s"`, strings.ToLower(name), name))
	}
	out := answered(fmt.Sprintf("oneOf: [%s], discriminator: {propertyName: kind, mapping: {%s}}", strings.Join(refs, ", "), strings.Join(mapping, ", ")))
	out.rest = `components:
  schemas:
    Cat: {type: object, required: [kind], properties: {kind: {type: string}, lives: {type: integer}}}
    Dog: {type: object, required: [kind], properties: {kind: {type: string}, bark: {type: string}}}
    Cow: {type: object, required: [kind], properties: {kind: {type: string}, milk: {type: number}}}
`
	return out
}

const error400 = `"400": {description: bad, content: {application/json: {schema: {type: object, required: [code], properties: {code: {type: string}}}}}}`

// kinds are pairs of descriptions, and what differs, as in pairs.
var kinds = []struct {
	name     string
	old, now sketch
	want     string
}{
	// Bodies that are no JSON, or not the first JSON.
	{"form member tightened", form("a: {type: string, maxLength: 5}"), form("a: {type: string, maxLength: 4}"), `
tightened op.body.a.maxLength: clients, implementations | old takes POST /t a=aaaaa
major
`},
	{"form member removed", form("a: {type: string}, b: {type: string}"), form("a: {type: string}"), `
removed op.body.b: clients
major
`},
	{"form member added", form("a: {type: string}"), form("a: {type: string}, b: {type: string}"), `
added op.body.b: implementations
minor
`},
	{
		"form beside JSON tightened", sent("application/json: {}, " + fmt.Sprintf(pairsOf, "a: {type: string, maxLength: 5}")),
		sent("application/json: {}, " + fmt.Sprintf(pairsOf, "a: {type: string, maxLength: 4}")), `
tightened op.body.a.maxLength: clients, implementations | old takes POST /t a=aaaaa
major
`,
	},
	{"form added beside JSON", sent("application/json: {}"), sent("application/json: {}, " + fmt.Sprintf(pairsOf, "a: {type: string}")), `
loosened op.body.mediaType: implementations
minor
`},
	{
		"text tightened", sent("text/plain: {schema: {type: string, maxLength: 5}}"), sent("text/plain: {schema: {type: string, maxLength: 4}}"), `
tightened op.body.maxLength: clients, implementations | old takes POST /t aaaaa
major
`,
	},
	{
		"how a part is written", sent("multipart/form-data: {schema: {type: object, properties: {f: {type: string, format: binary}}}}"),
		sent("multipart/form-data: {schema: {type: object, properties: {f: {type: string, format: binary}}}, encoding: {f: {contentType: image/png}}}"), `
changed op.body.f: clients, implementations
major
`,
	},

	{
		"JSON added beside text", sent("text/plain: {schema: {type: string}}"),
		sent("text/plain: {schema: {type: string}}, application/json: {schema: {type: object, properties: {a: {type: string}}}}"), `
loosened op.body.mediaType: implementations
minor
`,
	},
	{
		"JSON removed beside a form that is tightened", sent("application/json: {schema: {type: object}}, " + fmt.Sprintf(pairsOf, "a: {type: string, maxLength: 5}")), form("a: {type: string, maxLength: 4}"), `
tightened op.body.mediaType: clients, implementations
tightened op.body.a.maxLength: clients, implementations | old takes POST /t a=aaaaa
major
`,
	},
	{
		"form exchanged for parts", form("a: {type: string, maxLength: 5}"), sent("multipart/form-data: {schema: {type: object, properties: {a: {type: string, maxLength: 4}}}}"), `
changed op.body.mediaType: clients, implementations
major
`,
	},
	{
		"body stated", sent("application/json: {}"), sent("application/json: {schema: {type: object, properties: {a: {type: string}}}}"), `
added op.body.type: clients, implementations | old takes POST /t 7
added op.body.a: implementations
major
`,
	},
	{
		"body stated no more", sent("application/json: {schema: {type: object, properties: {a: {type: string}}}}"), sent("application/json: {}"), `
removed op.body.type: implementations | new takes POST /t 7
removed op.body.a: clients
major
`,
	},
	{
		"body of an answer stated", answers(`"200": {description: ok, content: {application/json: {}}}`), answered("type: object, required: [a], properties: {a: {type: string}}"), `
added op.answer.200.type: implementations | old takes 200 null
added op.answer.200.a: implementations | old takes 200 {}
minor
`,
	},
	{
		"body of an answer stated no more", answered("type: object, required: [a], properties: {a: {type: string}}"), answers(`"200": {description: ok, content: {application/json: {}}}`), `
removed op.answer.200.type: clients | new takes 200 null
removed op.answer.200.a: clients | new takes 200 {}
major
`,
	},

	// What says the same in other words.
	{"limit of integers", query31("type: integer, exclusiveMinimum: 0, maximum: 10.5"), query31("type: integer, minimum: 1, exclusiveMaximum: 11"), `
none
`},
	{"multiples of one", query("type: integer"), query("type: integer, multipleOf: 1"), `
none
`},
	{"order of alternatives", answered("oneOf: [{type: string}, {type: integer}]"), answered("oneOf: [{type: integer}, {type: string}]"), `
none
`},
	{"const and enum", query31("const: x"), query31("type: string, enum: [x]"), `
none
`},
	{
		"order of nested alternatives",
		answered("anyOf: [{oneOf: [{type: string, maxLength: 3}, {type: integer}]}, {oneOf: [{type: boolean}, {type: array, items: {type: string}}]}]"),
		answered("anyOf: [{oneOf: [{type: array, items: {type: string}}, {type: boolean}]}, {oneOf: [{type: integer}, {type: string, maxLength: 3}]}]"), `
none
`,
	},
	{
		"parameters of a media type", sent("application/json: {schema: {type: object}}"),
		sent("application/json; charset=utf-8: {schema: {type: object}}"), `
none
`,
	},
	{
		"case of headers",
		sketch{params: "{name: X-Foo, in: header, schema: {type: string}}"},
		sketch{params: "{name: x-foo, in: header, schema: {type: string}}"},
		`
none
`,
	},

	{"enum becomes const", query("type: string, enum: [x, y]"), query31("const: x"), `
tightened op.query.a.const: clients, implementations | old takes GET /t?a=y
major
`},
	{"default of what was required", sketch{params: "{name: a, in: query, required: true, schema: {type: integer}}"}, query("type: integer, default: 5"), `
removed op.query.a.required: implementations | new takes GET /t
minor
`},
	{"formats apart", query("type: string, format: date"), query("type: string, format: date-time"), `
changed op.query.a.format: clients, implementations
major
`},
	{"parameter may be repeated", query("type: string"), query("type: array, items: {type: string}"), `
loosened op.query.a.type: implementations
minor
`},
	{"parameter may be repeated, and is shorter", query("type: string"), query("type: array, items: {type: string, maxLength: 4}"), `
added op.query.a.items.maxLength: clients, implementations | old takes GET /t?a=aaaaa
loosened op.query.a.type: implementations
major
`},
	{"parameter is to be repeated", query("type: string"), query("type: array, minItems: 2, items: {type: string}"), `
changed op.query.a.type: clients, implementations
major
`},
	{"parameter may not be repeated", query("type: array, items: {type: string}"), query("type: string"), `
tightened op.query.a.type: clients, implementations
major
`},

	// Alternatives.
	{"alternative of an answer added", animals("Cat", "Dog"), animals("Cat", "Dog", "Cow"), `
loosened op.answer.200.schema: clients | new takes 200 {"kind":"cow","milk":1}
major
`},
	{"plain becomes composed", answered("type: string"), answered("anyOf: [{type: string}, {type: integer}]"), `
loosened op.answer.200.schema: clients | new takes 200 1
major
`},
	{"composed becomes plain", answered("anyOf: [{type: string}, {type: integer}]"), answered("type: string"), `
tightened op.answer.200.schema: implementations | old takes 200 1
minor
`},

	// Answers.
	{"body of an answer added", answers(`"200": {description: ok}`), answered("type: object"), `
tightened op.answer.200.mediaType: implementations
added op.answer.200.json: implementations
added op.answer.duplicate-names:
minor
`},
	{"body of an answer removed", answered("type: object"), answers(`"200": {description: ok}`), `
loosened op.answer.200.mediaType: clients
removed op.answer.200.json: clients
removed op.answer.duplicate-names:
major
`},
	{"default added", answers(`"200": {description: ok}`), answers(`"200": {description: ok}, default: {description: bad}`), `
added op.answer.default:
minor
`},
	{
		"default with a body added", answers(`"200": {description: ok}`),
		answers(`"200": {description: ok}, ` + strings.Replace(error400, `"400"`, "default", 1)), `
added op.answer.default: implementations
added op.answer.duplicate-names:
minor
`,
	},
	{"range becomes a status", answers(`2XX: {description: ok}`), answers(`"200": {description: ok}`), `
added op.answer.200:
removed op.answer.2XX: implementations
minor
`},
	{
		"status of a default promises less", answers(strings.Replace(error400, `"400"`, "default", 1)),
		answers(strings.Replace(error400, "required: [code], ", "", 1) + ", " + strings.Replace(error400, `"400"`, "default", 1)), `
added op.answer.400:
removed op.answer.400.code.required: clients
major
`,
	},

	// Security.
	{"scope added", secured("[{o: [read]}]"), secured("[{o: [write, read]}]"), `
tightened op.security: clients, implementations
major
`},
	{"scope removed", secured("[{o: [read, write]}]"), secured("[{o: [read]}]"), `
loosened op.security: implementations
minor
`},
	{"order of alternative credentials", secured("[{o: [read]}, {key: []}]"), secured("[{key: []}, {o: [read]}]"), `
none
`},

	{"deprecated", sketch{}, sketch{before: "deprecated: true"}, `
changed op:
minor
`},

	// Rules.
	{
		"rule called otherwise", ruled(`rules: [{id: r, expression: "!has(query.a) || query.a > 0", message: m}]`),
		ruled(`rules: [{id: s, expression: "!has(query.a) || query.a > 0", message: m}]`), `
changed op.rule.s:
patch
`,
	},
	{
		"rule called and stated otherwise", ruled(`rules: [{id: r, expression: "!has(query.a) || query.a > 0", message: m}]`),
		ruled(`rules: [{id: s, expression: "!has(query.a) || query.a > 1", message: m}]`), `
tightened op.rule.s: clients, implementations | old takes GET /t?a=1
major
`,
	},
	{
		"dependency written otherwise",
		sketch{before: `x-dependencies: ["Or(a, b);"]`, params: ruled("").params},
		sketch{before: `x-dependencies: ["Or(b, a);"]`, params: ruled("").params},
		`
changed op.rule.any-of-b-a: undecided
minor
`,
	},
	{"answer rule added", ruled(""), ruled(`answers: [{id: r, expression: "!has(query.a) || size(answer) <= query.a", message: m}]`), `
added op.answers.r: implementations
minor
`},
	{"answer rule removed", ruled(`answers: [{id: r, expression: "!has(query.a) || size(answer) <= query.a", message: m}]`), ruled(""), `
removed op.answers.r: clients
major
`},
}

func TestKinds(t *testing.T) {
	t.Parallel()
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			d, err := Contracts(t.Context(), load(t, k.old.String()), load(t, k.now.String()))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := outcome(d), strings.TrimLeft(k.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}
