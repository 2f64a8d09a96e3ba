package spec

import (
	"strings"
	"testing"
)

// good is a contract without problems, in which each test spoils one thing.
const good = `openapi: 3.0.3
info: {title: Things, version: "1"}
security: [{key: []}]
paths:
  /things/{id}:
    parameters:
      - {name: trace, in: header, schema: {type: string}}
    get:
      operationId: list
      x-contract:
        source: {section: URI}
        rules:
          - id: low-to-high
            expression: "!has(query.low) || !has(query.high) || query.low <= query.high"
            message: low must not exceed high
      parameters:
        - name: id
          in: path
          required: true
          schema: {type: string}
        - name: low
          in: query
          schema: {type: integer, minimum: 0, maximum: 100}
          x-contract:
            source: {table: query parameters, row: low}
            inferred: {minimum: nothing is negative}
        - name: high
          in: query
          schema: {type: integer}
        - name: kind
          in: query
          schema: {type: string, enum: [a, b]}
      responses:
        "200":
          description: ok
          headers:
            X-Next: {schema: {type: string}}
        "400":
          description: bad
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Error"}
        "401":
          description: who
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
  schemas:
    Error:
      type: object
      required: [code]
      properties:
        code: {type: string, maxLength: 9, x-contract: {carries: code}}
`

// spoil replaces one thing in the good contract.
func spoil(t *testing.T, old, replacement string) string {
	t.Helper()
	if strings.Count(good, old) != 1 {
		t.Fatalf("the good contract has %q %d times", old, strings.Count(good, old))
	}
	return strings.Replace(good, old, replacement, 1)
}

// spoilt is one thing wrong with the good contract, and all that is said of it.
type spoilt struct{ old, replacement, want string }

func testProblems(t *testing.T, tests map[string]spoilt) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c, err := Load("c.yaml", []byte(spoil(t, test.old, test.replacement)))
			if err == nil {
				t.Fatalf("the contract loads with %d clauses, want %s", len(c.Clauses), test.want)
			}
			// What follows an ellipsis is in the words of another package.
			want, more := strings.CutSuffix(test.want, "...")
			if err.Error() != want && (!more || !strings.HasPrefix(err.Error(), want)) {
				t.Errorf("got\n%v\nwant\n%s", err, test.want)
			}
		})
	}
}

func TestAGoodContractLoads(t *testing.T) {
	c, err := Load("c.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	// What is stated around a parameter must not pass for a statement about it.
	var got []string
	for _, w := range c.Warnings {
		got = append(got, strings.TrimSuffix(w.String(), ` has neither a source nor inferred of its own: it counts as stated in "URI"`))
	}
	want := "c.yaml:7: parameter trace, c.yaml:13: rule low-to-high, c.yaml:17: parameter id, c.yaml:27: parameter high, c.yaml:30: parameter kind"
	if strings.Join(got, ", ") != want {
		t.Errorf("warnings: %s, want %s", strings.Join(got, ", "), want)
	}
}

func TestProblemsOfYAML(t *testing.T) {
	testProblems(t, map[string]spoilt{
		"no YAML":         {"info: {", "info: {{", `c.yaml:2: the contract is no YAML: did not find expected ',' or '}'`},
		"a tab":           {"      operationId", "\toperationId", `c.yaml:9: the contract is no YAML: found character that cannot start any token`},
		"an alias":        {"source: {section: URI}", "source: &s {section: *s}", `c.yaml:11: YAML aliases are not read: use $ref to a component`},
		"a merge":         {"source: {section: URI}", "source: {<<: {section: URI}}", `c.yaml:11: YAML merge keys are not read: use $ref to a component`},
		"a tag":           {"operationId: list", "operationId: !name list", `c.yaml:9: the YAML tag !name is not read`},
		"a wrong tag":     {"required: true", "required: !!bool 5", `c.yaml:19: "5" is not of the YAML type !!bool`},
		"no number":       {"minimum: 0", "minimum: .inf", `c.yaml:23: .inf is no number in JSON`},
		"a key twice":     {"description: ok", "description: ok\n          description: fine", `c.yaml:36: the key "description" is given twice, first in line 35`},
		"an octal key":    {`"400"`, "0400", `c.yaml:38: the key 0400 is no text for YAML: put it in quotes`},
		"a boolean key":   {"code: {type: string", "true: {type: string", `c.yaml:53: the key true is no text for YAML: put it in quotes`},
		"a list as key":   {"description: who", "[a]: who", `c.yaml:44: a key must be a text`},
		"two documents":   {"components:\n", "---\ncomponents:\n", `c.yaml:45: a second YAML document begins here: a contract is one document`},
		"a broken second": {"components:\n", "---\n{\n", `c.yaml:46: a second YAML document begins here: a contract is one document`},
	})
	for name, test := range map[string]struct{ text, want string }{
		"empty":         {"", "c.yaml:1: the contract is empty"},
		"blank":         {"# nothing\n", "c.yaml:1: the contract is empty"},
		"a list":        {"\n- 1\n", "c.yaml:2: the contract must be an OpenAPI object with openapi, info and paths"},
		"null":          {"~", "c.yaml:1: the contract must be an OpenAPI object with openapi, info and paths"},
		"too large":     {strings.Repeat("#", maxSize+1), "c.yaml: the contract is larger than 8 MiB: split it"},
		"too deep":      {"openapi: 3.0.3\nx: " + strings.Repeat("[", 200) + strings.Repeat("]", 200), "c.yaml:2: the contract nests deeper than 100 levels"},
		"too heavy":     {"openapi: 3.0.3\nx:\n  " + strings.Repeat("[", 90) + strings.Repeat("a", 4<<20) + strings.Repeat("]", 90), "c.yaml:3: the contract is too large for how deep it nests: move what is deep to components"},
		"a binary":      {"\x00\x01\x02", "c.yaml:1: the contract is no YAML: control characters are not allowed"},
		"no version":    {"info: {}\n", "c.yaml:1: the contract does not say which OpenAPI it is written in: add openapi: 3.0.3"},
		"Swagger":       {"swagger: '2.0'\n", "c.yaml:1: the contract does not say which OpenAPI it is written in: add openapi: 3.0.3"},
		"other version": {"info: {}\nopenapi: 2.0.0\n", "c.yaml:2: openapi is 2.0.0: write the contract in 3.0 or 3.1, as in openapi: 3.0.3"},
		"half version":  {"openapi: 3.0\n", "c.yaml:1: openapi is 3.0: write the contract in 3.0 or 3.1, as in openapi: 3.0.3"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Load("c.yaml", []byte(test.text)); err == nil || err.Error() != test.want {
				t.Errorf("got\n%v\nwant\n%s", err, test.want)
			}
		})
	}
}

func TestProblemsOfKinds(t *testing.T) {
	testProblems(t, map[string]spoilt{
		"a text for a number":        {"maximum: 100", "maximum: many", `c.yaml:23: not valid OpenAPI: maximum must be a number, not a text`},
		"a negative length":          {"maxLength: 9", "maxLength: -9", `c.yaml:53: not valid OpenAPI: maxLength must be a whole number, 0 or more`},
		"a fraction of a length":     {"maxLength: 9", "maxLength: 9.5", `c.yaml:53: not valid OpenAPI: maxLength must be a whole number, 0 or more`},
		"a text for a truth":         {"required: true", "required: 'yes'", `c.yaml:19: not valid OpenAPI: required must be true or false, not a text`},
		"a text for a list":          {"required: [code]", "required: code", `c.yaml:51: not valid OpenAPI: required must be a list, not a text`},
		"a list for a text":          {"operationId: list", "operationId: [list]", `c.yaml:9: not valid OpenAPI: operationId must be a text, not a list`},
		"a number for a text":        {`version: "1"`, "version: 1", `c.yaml:2: not valid OpenAPI: version must be a text, not a number: put it in quotes`},
		"a mapping for a list":       {"security: [{key: []}]", "security: {key: []}", `c.yaml:3: not valid OpenAPI: security must be a list, not a mapping`},
		"a list for a mapping":       {"schema: {type: string, enum: [a, b]}", "schema: [string]", `c.yaml:32: not valid OpenAPI: schema must be a mapping, not a list`},
		"a text for a schema":        {"schema: {type: string, enum: [a, b]}", "schema: string", `c.yaml:32: not valid OpenAPI: schema must be a mapping, not a text`},
		"neither schema nor boolean": {"required: [code]", "required: [code]\n      additionalProperties: 5", `c.yaml:52: not valid OpenAPI: cannot unmarshal: value must be either a schema object or a boolean`},
		"a number as the type":       {"{type: integer}", "{type: 5}", `c.yaml:29: not valid OpenAPI: type must be a text, not a number: put it in quotes`},
		"the second of its name":     {"{type: integer}", "{type: integer, minimum: none}", `c.yaml:29: not valid OpenAPI: minimum must be a number, not a text`},
		"nothing":                    {"code: {type: string, maxLength: 9, x-contract: {carries: code}}", "code:", `c.yaml:53: code is empty: give it a value, or leave it out`},
	})
}

func TestProblemsOfReferences(t *testing.T) {
	testProblems(t, map[string]spoilt{
		"to another file":    {`"#/components/schemas/Error"`, `"other.yaml#/Error"`, `c.yaml:42: $ref "other.yaml#/Error" leads out of the contract: put what it means under components`},
		"to the network":     {`"#/components/schemas/Error"`, `"http://169.254.169.254/"`, `c.yaml:42: $ref "http://169.254.169.254/" leads out of the contract: put what it means under components`},
		"to a bare name":     {`"#/components/schemas/Error"`, `Error`, `c.yaml:42: $ref "Error" leads out of the contract: put what it means under components`},
		"to nothing":         {`"#/components/schemas/Error"`, `"#/components/schemas/Eror"`, `c.yaml:42: $ref "#/components/schemas/Eror" leads nowhere: did you mean "Error"?`},
		"to another kind":    {`"#/components/schemas/Error"`, `"#/components/securitySchemes/key"`, `c.yaml:42: not valid OpenAPI: bad data in "#/components/securitySchemes/key" (expecting ref to schema object)`},
		"of another kind":    {`"#/components/schemas/Error"`, `5`, `c.yaml:42: $ref must be a text such as #/components/schemas/NAME`},
		"a default response": {`        "401":`, "        default: {$ref: '#/info'}\n        \"401\":", `c.yaml:43: not valid OpenAPI: bad data in "#/info" (expecting ref to response object)`},
		"several":            {"schema: {type: integer}", "schema: {$ref: '#/a'}\n          x: {$ref: b}", "c.yaml:29: $ref \"#/a\" leads nowhere: there are none here\nc.yaml:30: $ref \"b\" leads out of the contract: put what it means under components"},
		"with a sibling":     {`{$ref: "#/components/schemas/Error"}`, `{$ref: "#/components/schemas/Error", maxProperties: 3}`, `c.yaml:42: maxProperties beside $ref is not read: put the $ref into allOf, and maxProperties beside that`},
		"with an annotation": {`{$ref: "#/components/schemas/Error"}`, `{$ref: "#/components/schemas/Error", x-contract: {source: {row: a}}}`, `c.yaml:42: x-contract is not read here: put it on ` + readOn() + ` that an operation uses`},
		"in a circle":        {"    Error:\n", "    Eve: {$ref: '#/components/schemas/Adam'}\n    Adam: {$ref: '#/components/schemas/Eve'}\n    Error:\n", "c.yaml:49: not valid OpenAPI: found unresolved ref: \"#/components/schemas/Adam\"\nc.yaml:50: not valid OpenAPI: found unresolved ref: \"#/components/schemas/Eve\""},
	})
}

func TestProblemsOfOpenAPI(t *testing.T) {
	testProblems(t, map[string]spoilt{
		"no info":                {"info: {title: Things, version: \"1\"}\n", "", `c.yaml:1: not valid OpenAPI: invalid info: must be an object`},
		"an empty info":          {`{title: Things, version: "1"}`, "", `c.yaml:2: not valid OpenAPI: invalid info: must be an object`},
		"no version":             {`{title: Things, version: "1"}`, `{title: Things}`, `c.yaml:2: not valid OpenAPI: invalid info: value of version must be a non-empty string`},
		"paths misspelt":         {"paths:", "path:", "c.yaml:1: not valid OpenAPI: invalid paths: must be an object\nc.yaml:4: unknown key \"path\" in the contract: did you mean \"paths\"?"},
		"no slash":               {"/things/{id}:", "things/{id}:", `c.yaml:5: not valid OpenAPI: path "things/{id}" does not start with a forward slash (/)`},
		"a path twice":           {"paths:\n", "paths:\n  /things/{other}: {get: {operationId: o, parameters: [{name: other, in: path, required: true, schema: {type: string}}], responses: {\"200\": {description: ok}}}}\n", `c.yaml:6: not valid OpenAPI: conflicting paths "/things/{other}" and "/things/{id}"`},
		"an unnamed method":      {"    get:\n", "    GET:\n", `c.yaml:8: unknown key "GET" in a path: did you mean "get"?`},
		"a path parameter less":  {"        - name: id\n          in: path\n          required: true\n          schema: {type: string}\n", "", `c.yaml:5: not valid OpenAPI: operation GET /things/{id} must define exactly all path parameters (missing: [id])`},
		"an optional path":       {"          required: true\n", "", `c.yaml:17: not valid OpenAPI: path parameter "id" must be required`},
		"a parameter twice":      {"name: kind", "name: high", "c.yaml:30: not valid OpenAPI: more than one \"query\" parameter has name \"high\""},
		"required with a big R":  {"required: true", "required: true\n          Required: true", `c.yaml:20: unknown key "Required" in a parameter: did you mean "required"?`},
		"an unnamed parameter":   {"- name: kind", "- nam: kind", `c.yaml:30: unknown key "nam" in a parameter: did you mean "name"?`},
		"a place misspelt":       {"in: header, schema", "in: headers, schema", `c.yaml:7: not valid OpenAPI: parameter can't have 'in' value "headers"`},
		"no description":         {"          description: who\n", "          descriptio: who\n", "c.yaml:43: not valid OpenAPI: a short description of the response is required\nc.yaml:44: unknown key \"descriptio\" in a response: did you mean \"description\"?"},
		"no responses":           {"      responses:\n", "      answers:\n", "c.yaml:8: not valid OpenAPI: invalid paths: invalid path /things/{id}: invalid operation GET: value of responses must be an object\nc.yaml:33: unknown key \"answers\" in an operation: known here: tags, summary, description, externalDocs, operationId, parameters, requestBody, responses, callbacks, deprecated, security, servers"},
		"a type misspelt":        {"{type: integer}", "{type: int}", `c.yaml:29: type "int" is not known: did you mean "integer"?`},
		"several types":          {"{type: integer}", "{type: [integer, string]}", `c.yaml:29: type lists integer and string: give one type, and null if it may be`},
		"null among types":       {"{type: integer}", "{type: [integer, 'null']}", `c.yaml:29: not valid OpenAPI: an array of types is for OpenAPI >=3.1; before that type MUST be a single string`},
		"a numeric limit":        {"{type: integer}", "{type: integer, exclusiveMinimum: 5}", `c.yaml:29: not valid OpenAPI: a numeric exclusiveMinimum is for OpenAPI >=3.1; before that it MUST be a boolean`},
		"const":                  {"{type: integer}", "{type: integer, const: 5}", `c.yaml:29: not valid OpenAPI: field const is for OpenAPI >=3.1`},
		"an array without items": {"{type: integer}", "{type: array}", "c.yaml:14: rule low-to-high, column 50 of the expression: <= does not take int, list(dyn)\nc.yaml:29: not valid OpenAPI: when schema type is 'array', schema 'items' must be non-null"},
		"a boolean schema":       {"code: {type: string, maxLength: 9, x-contract: {carries: code}}", "code: true", `c.yaml:53: a schema must be a mapping: true and false are schemas from OpenAPI 3.1 on`},
		"required twice":         {"required: [code]", "required: [code, code]", `c.yaml:51: not valid OpenAPI: duplicate field "code" in required`},
		"a bad scheme":           {"type: apiKey", "type: apikey", `c.yaml:47: not valid OpenAPI: security scheme 'type' can't be "apikey"`},
		"a scheme's place":       {"in: header, name", "in: body, name", `c.yaml:47: not valid OpenAPI: security scheme of type 'apiKey' should have 'in'. It can be 'query', 'header' or 'cookie', not "body"`},
		"an unused component":    {"    Error:\n", "    Unused: {type: string, maximLength: 3}\n    Error:\n", `c.yaml:49: not valid OpenAPI: unknown key "maximLength": did you mean "maxLength"?`},
		"a component's name":     {"    Error:\n", "    A b: {type: string}\n    Error:\n", `c.yaml:49: not valid OpenAPI: invalid components: schema "A b": identifier "A b" is not supported by OpenAPIv3 standard (charset: ["a-zA-Z0-9._-"])`},
		"webhooks":               {"security: [{key: []}]\n", "security: [{key: []}]\nwebhooks: {}\n", `c.yaml:4: not valid OpenAPI: field webhooks is for OpenAPI >=3.1`},
	})
}
