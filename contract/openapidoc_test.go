package contract_test

import (
	"bytes"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/enforce"
	"github.com/apiclause/clause/contract/internal/loaded"
	"github.com/apiclause/clause/contract/internal/source"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

var update = flag.Bool("update", false, "write docs/openapi.md anew")

// keyword is a keyword of schemas, and values that show what becomes of it.
type keyword struct{ name, schema, keeps, breaks string }

// others has a row for each keyword that says which values are valid, and makes no
// clause of its own: those that do have samples themselves.
var others = []keyword{
	{"nullable", `{type: [string, "null"]}`, `null`, `7`},
	{"items", `{type: array, items: {type: string}}`, `["a"]`, `[{}]`},
	{"properties", `{type: object, properties: {a: {type: integer}}, required: [a]}`, `{"a": 1}`, `{"a": "x"}`},
	{"required", `{type: object, properties: {a: {type: integer}}, required: [a]}`, `{"a": 1}`, `{}`},
	{"allOf", `{allOf: [{type: object, properties: {a: {type: integer}}, required: [a]}]}`, `{"a": 1}`, `{}`},
	{"anyOf", `{anyOf: [{type: integer}, {type: boolean}]}`, `1`, `"x"`},
	{"oneOf", `{oneOf: [{type: integer}, {type: boolean}]}`, `1`, `"x"`},
	{"not", `{type: object, not: {required: [b]}}`, `{"a": 1}`, `{"b": 1}`},
	{
		"discriminator", `{oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Dog"}], discriminator: {propertyName: kind}}`,
		`{"kind": "Cat", "lives": 9}`, `{"kind": "Dog", "lives": 9}`,
	},
	{"if", `{type: object, properties: {a: {type: integer}, b: {type: integer}}, if: {required: [a]}, then: {required: [b]}}`, `{"a": 1, "b": 1}`, `{"a": 1}`},
	{"then", `{type: object, properties: {a: {type: integer}, b: {type: integer}}, if: {required: [a]}, then: {required: [b]}}`, `{"a": 1, "b": 1}`, `{"a": 1}`},
	{"else", `{type: object, properties: {a: {type: integer}, b: {type: integer}}, if: {required: [a]}, else: {required: [b]}}`, `{"b": 1}`, `{}`},
	{"prefixItems", `{type: array, prefixItems: [{type: integer}]}`, `[1]`, `["a"]`},
	{"contains", `{type: array, items: {type: string}, contains: {const: a}}`, `["a"]`, `["b"]`},
	{"minContains", `{type: array, items: {type: string}, contains: {const: a}, minContains: 2}`, `["a", "a"]`, `["a"]`},
	{"maxContains", `{type: array, items: {type: string}, contains: {const: a}, maxContains: 1}`, `["a"]`, `["a", "a"]`},
	{"propertyNames", `{type: object, propertyNames: {pattern: "^a"}}`, `{"a": 1}`, `{"b": 1}`},
	{"patternProperties", `{type: object, patternProperties: {"^a": {type: integer}}}`, `{"a": 1}`, `{"a": "x"}`},
	{"dependentRequired", `{type: object, properties: {a: {type: integer}, b: {type: integer}}, dependentRequired: {a: [b]}}`, `{"a": 1, "b": 1}`, `{"a": 1}`},
	{"dependentSchemas", `{type: object, properties: {a: {type: integer}, b: {type: integer}}, dependentSchemas: {a: {required: [b]}}}`, `{"a": 1, "b": 1}`, `{"a": 1}`},
	{"unevaluatedItems", `{type: array, prefixItems: [{type: integer}], unevaluatedItems: false}`, `[1]`, `[1, 2]`},
	{"unevaluatedProperties", `{type: object, properties: {a: {type: integer}}, unevaluatedProperties: false}`, `{"a": 1}`, `{"b": 1}`},
}

// schemaKeywords lists the keywords that say which values are valid: those that make
// clauses, and the others.
func schemaKeywords() []keyword {
	var all []keyword
	for _, k := range spec.Keywords() {
		all = append(all, keyword{k.Name, k.Sample.Schema, k.Sample.Keeps, k.Sample.Breaks})
	}
	return append(all, others...)
}

// silent are the keywords that no value breaks, and what they are read for.
var silent = map[string]string{
	"default": "a value to send", "example": "a value to send", "examples": "values to send",
	"readOnly": "the member is never demanded, and sent to see that nothing fails", "writeOnly": "the member must not be answered (`should`)",
	"$defs": "holds schemas that references lead to", "$id": "references find the schema by it", "$anchor": "references find the schema by it",
	"$dynamicAnchor": "references find the schema by it", "$dynamicRef": "not followed, with a warning: any value is accepted there",
	"$schema": "", "$comment": "", "title": "", "description": "", "deprecated": "", "externalDocs": "", "xml": "",
	"contentEncoding": "", "contentMediaType": "what a part of a multipart body is sent as", "contentSchema": "",
}

// uses says of the fields of each other object what they are read for. "" is nothing:
// they are for people.
var uses = map[string]map[string]string{
	"the description": {
		"openapi": "the version", "info": "title and version, for reports", "paths": "the operations", "components": "where references lead",
		"security": "what operations need that do not say it themselves", "servers": "where it is tested, without `--url`, if the first on this machine",
		"webhooks": "not covered, with a warning", "jsonSchemaDialect": "not read, with a warning", "tags": "", "externalDocs": "",
	},
	"info": {"title": "for reports", "version": "for reports", "contact": "", "description": "", "license": "", "summary": "", "termsOfService": ""},
	"a path": {
		"get": "an operation", "put": "an operation", "post": "an operation", "delete": "an operation", "options": "an operation",
		"head": "an operation", "patch": "an operation", "trace": "an operation", "query": "an operation", "additionalOperations": "not covered, with a warning", "parameters": "of all its operations", "servers": "what is at others than those of the whole description is not sent, with a warning",
		"summary": "", "description": "",
	},
	"an operation": {
		"operationId": "the operation's id; without one an id is made of method and path", "parameters": "places of a request",
		"requestBody": "the body of a request", "responses": "which answers are lawful", "security": "which credentials are sent, and refused",
		"servers": "what is at others than those of the whole description is not sent, with a warning", "callbacks": "not covered, with a warning",
		"deprecated": "", "description": "", "externalDocs": "", "summary": "", "tags": "",
	},
	"a parameter": {
		"name": "its name", "in": "path, query, header or cookie", "required": "it must not be missing", "schema": "its values",
		"style": "how lists and objects are written; label and matrix are left out, with a warning", "explode": "how lists and objects are written",
		"example": "a value to send", "examples": "values to send", "allowEmptyValue": "not read, with a warning",
		"allowReserved": "characters are escaped all the same", "content": "the values, as JSON text; other media types are left out, with a warning", "deprecated": "", "description": "",
	},
	"a request body": {"content": "its media types", "required": "it must not be missing", "description": ""},
	"a media type": {
		"schema": "the values, where they are read", "example": "a body to send", "examples": "bodies to send",
		"encoding": "how the members of a form are written", "itemSchema": "not read",
	},
	"a response": {
		"content": "media types and values", "headers": "they are checked", "links": "of a `POST`: which path what it makes has, by `operationId`", "description": "",
	},
	"a response header": {
		"required": "it must not be missing", "schema": "its values", "style": "simple", "explode": "how lists are read",
		"content": "its value, where that is JSON or plain text", "example": "", "examples": "", "allowEmptyValue": "", "allowReserved": "", "deprecated": "", "description": "",
	},
	"a security scheme": {
		"type": "apiKey and http; of oauth2 and openIdConnect the token", "in": "where an apiKey is", "name": "what an apiKey is called",
		"scheme": "bearer and basic", "bearerFormat": "", "description": "", "flows": "", "openIdConnectUrl": "",
	},
	"components": {
		"schemas": "where references lead", "responses": "where references lead", "parameters": "where references lead",
		"examples": "where references lead", "requestBodies": "where references lead", "headers": "where references lead",
		"securitySchemes": "named by security", "links": "where references lead", "callbacks": "not covered, with a warning",
	},
	"an example": {"value": "a value to send", "externalValue": "not fetched", "summary": "", "description": ""},
	"a discriminator": {
		"propertyName": "the member that chooses", "mapping": "which schema a value means",
	},
}

// unused are objects of which nothing is read.
var unused = []string{
	"a link", "a server", "a server variable", "a tag", "an OAuth flow", "an encoding", "contact", "externalDocs", "flows", "license", "xml",
}

// TestOpenAPIDoc holds docs/openapi.md to what the code does: what is read to the
// tables of the reader, and what becomes of each keyword to what happens to values.
func TestOpenAPIDoc(t *testing.T) {
	var page bytes.Buffer
	page.WriteString(openapiIntroduction)
	page.WriteString(keywordTable(t))
	page.WriteString(openapiObjects)
	page.WriteString(objectTables(t))
	const file = "../docs/openapi.md"
	if *update {
		if err := os.WriteFile(file, page.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, page.Bytes()) {
		t.Errorf("%s is not what the code does: look at what go test ./contract -run OpenAPIDoc -update changes in it", file)
	}
}

// versionsOf says in which versions an object has a field; "" for none.
func versionsOf(object, field string) string {
	var in []string
	for _, v := range []source.Version{source.V30, source.V31, source.V32} {
		if slices.ContainsFunc(source.Objects(v), func(o source.Object) bool {
			return o.Name == object && slices.Contains(o.Fields, field)
		}) {
			in = append(in, string(v))
		}
	}
	switch len(in) {
	case 0:
		return ""
	case 3:
		return "all"
	default:
		return strings.Join(in, ", ")
	}
}

func keywordTable(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	out.WriteString("| keyword | versions | answers | requests that break it | `enforce` refuses it |\n|---|---|---|---|---|\n")
	told := map[string]bool{}
	for _, k := range schemaKeywords() {
		told[k.name] = true
		answers, planned, enforced := tryKeyword(t, k)
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s | %s |\n", k.name, versionsOf("a schema", k.name), answers, planned, enforced)
	}
	out.WriteString("\nNo value breaks these:\n\n| keyword | versions | read for |\n|---|---|---|\n")
	newest := source.Objects(source.V32)
	i := slices.IndexFunc(newest, func(o source.Object) bool { return o.Name == "a schema" })
	for _, name := range newest[i].Fields {
		use, is := silent[name]
		switch {
		case is:
			fmt.Fprintf(&out, "| `%s` | %s | %s |\n", name, versionsOf("a schema", name), orPeople(use))
		case !told[name]:
			t.Errorf("the keyword %q is in no table of this test", name)
		}
	}
	for name := range silent {
		if versionsOf("a schema", name) == "" {
			t.Errorf("the keyword %q is read by nothing", name)
		}
	}
	return out.String()
}

func orPeople(use string) string {
	if use == "" {
		return "nothing: it is for people"
	}
	return use
}

// tryKeyword says what becomes of a keyword: in answers, in planning, and where
// requests are enforced.
func tryKeyword(t *testing.T, k keyword) (answers, planned, enforced string) {
	t.Helper()
	c, err := contract.Load("try.yaml", []byte(fmt.Sprintf(`openapi: 3.1.0
info: {title: Try, version: "1"}
paths:
  /try:
    post:
      operationId: try
      requestBody: {required: true, content: {application/json: {schema: %[1]s}}}
      responses:
        "200": {description: ok, content: {application/json: {schema: %[1]s}}}
        "400": {description: bad}
components:
  schemas:
    Cat: {type: object, properties: {kind: {type: string}, lives: {type: integer}}, required: [kind, lives]}
    Dog: {type: object, properties: {kind: {type: string}, tricks: {type: integer}}, required: [kind, tricks]}
`, k.schema)))
	if err != nil {
		t.Fatal(err)
	}
	yes := map[bool]string{true: "yes", false: "no"}
	op := (*loaded.Contract)(c).Model().Operations[0]
	schema := op.Responses[0].Content[0].Schema
	answers = yes[holds(t, schema, k.keeps) && !holds(t, schema, k.breaks)]
	if answers == "yes" && schema.Judged() != "" {
		answers = "yes or no, by a library"
	}
	planned = "no"
	for _, one := range plan.Build((*loaded.Contract)(c).Model(), plan.Options{Unsafe: true}).Cases {
		about := strings.HasPrefix(one.Clause, "try.body") && one.Skip == ""
		if about && one.Expect.Outcome == plan.Refused && one.Technique != plan.Harsh && breaksKeyword(one.Clause, k.name) {
			planned = "yes"
		}
	}
	if planned == "no" && schema.Judged() != "" {
		planned = "no: values that keep to it are looked for"
	}
	return answers, planned, yes[passes(t, c, k.keeps) && !passes(t, c, k.breaks)]
}

// breaksKeyword reports whether a clause is the one of a keyword.
func breaksKeyword(id, name string) bool {
	last := id[strings.LastIndex(id, ".")+1:]
	switch name {
	case "properties", "items", "nullable":
		return last == "type"
	case "exclusiveMinimum", "exclusiveMaximum":
		return last == name || strings.EqualFold(last, strings.TrimPrefix(name, "exclusive"))
	case "allOf": // its parts are like one schema
		return last == "required"
	case "anyOf", "oneOf", "not", "discriminator":
		return last == "schema"
	case "const":
		return last == "const" || last == "enum"
	default:
		return last == name
	}
}

func holds(t *testing.T, s *spec.Schema, text string) bool {
	t.Helper()
	v, err := spec.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return len(s.Check(v)) == 0
}

// passes reports whether enforce lets a body through.
func passes(t *testing.T, c *contract.Contract, body string) bool {
	t.Helper()
	e, err := enforce.New(c, enforce.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/try", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	e.Middleware(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })).ServeHTTP(w, r)
	return w.Code == http.StatusOK
}

func objectTables(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	seen := map[string]bool{}
	for _, v := range []source.Version{source.V30, source.V31, source.V32} {
		for _, o := range source.Objects(v) {
			for _, field := range o.Fields {
				seen[o.Name+" "+field] = true
				if _, told := uses[o.Name][field]; !told && o.Name != "a schema" && !slices.Contains(unused, o.Name) {
					t.Errorf("the field %q of %s is in no table of this test", field, o.Name)
				}
			}
		}
	}
	for _, o := range source.Objects(source.V32) {
		if uses[o.Name] == nil {
			continue
		}
		fmt.Fprintf(&out, "\n### %s\n\n| field | versions | read for |\n|---|---|---|\n", strings.ToUpper(o.Name[:1])+o.Name[1:])
		for _, field := range o.Fields {
			fmt.Fprintf(&out, "| `%s` | %s | %s |\n", field, versionsOf(o.Name, field), orPeople(uses[o.Name][field]))
		}
	}
	for object, fields := range uses {
		for field := range fields {
			if !seen[object+" "+field] {
				t.Errorf("the field %q of %s is read by nothing", field, object)
			}
		}
	}
	return out.String()
}
