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
			got := told(c, err)
			// What follows an ellipsis is in the words of another package.
			want, more := strings.CutSuffix(test.want, "...")
			if got != want && (!more || !strings.HasPrefix(got, want)) {
				t.Errorf("got\n%v\nwant\n%s", got, test.want)
			}
		})
	}
}

// told gives what is said of a contract that is not good: why it is refused or,
// if it loads, the warnings that the good one has not.
func told(c *Contract, err error) string {
	if err != nil {
		return err.Error()
	}
	lines := []string{}
	for _, w := range c.Warnings {
		if !strings.Contains(w.Message, "has neither a source nor inferred") {
			lines = append(lines, "warning: "+w.String())
		}
	}
	return strings.Join(lines, "\n")
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
		"no YAML":         {"info: {", "info: {{", `c.yaml:2: not valid YAML: did not find expected ',' or '}'`},
		"a tab":           {"      operationId", "\toperationId", `c.yaml:9: not valid YAML: a tab cannot indent: use blanks`},
		"an alias":        {"source: {section: URI}", "source: &s {section: *s}", "c.yaml:11: source must name a section, a table or a row of the document\nc.yaml:11: the alias *s stands within what it means; it is read as null"},
		"a merge":         {"source: {section: URI}", "source: {<<: {section: URI}}", ""},
		"a tag":           {"operationId: list", "operationId: !name list", `warning: c.yaml:9: "list" does not have the YAML type !name; it is read as a text`},
		"a wrong tag":     {"required: true", "required: !!bool 5", "warning: c.yaml:17: the path parameter \"id\" must have required: true; it is read as required\nwarning: c.yaml:19: \"5\" does not have the YAML type !!bool; it is read as a text\nwarning: c.yaml:19: true or false is wanted, not \"5\"; it is left out"},
		"no number":       {"minimum: 0", "minimum: .inf", `c.yaml:26: inferred names "minimum", and no clause of parameter low comes of that: did you mean "maximum"?`},
		"a key twice":     {"description: ok", "description: ok\n          description: fine", `warning: c.yaml:36: the key "description" is given twice, first in line 35; the last one counts`},
		"an octal key":    {`"400"`, "0400", "warning: c.yaml:38: \"0400\" is no status: write three digits, 4XX or default; the response is left out\nwarning: c.yaml:53: x-contract is not read: what it stands in is not used by what could be read"},
		"a boolean key":   {"code: {type: string", "true: {type: string", `warning: c.yaml:51: required names "code", which properties does not list: any value is accepted for it; known here: true`},
		"a list as key":   {"description: who", "[a]: who", `warning: c.yaml:44: a key must be a text, and this is a list; it is left out`},
		"two documents":   {"components:\n", "---\ncomponents:\n", `c.yaml:45: a second YAML document begins here: a file is one document, so put each into a file of its own`},
		"a broken second": {"components:\n", "---\n{\n", `c.yaml:48: not valid YAML: did not find expected ',' or '}'`},
	})
	for name, test := range map[string]struct{ text, want string }{
		"empty":         {"", `c.yaml:1: this is an empty file, not an OpenAPI description: give a description in OpenAPI 3.0, 3.1 or 3.2, or Swagger 2.0`},
		"blank":         {"# nothing\n", `c.yaml:1: the file is empty`},
		"a list":        {"\n- 1\n", `c.yaml:2: this is a list, not an OpenAPI description: give a description, which begins with openapi: 3.0.3, info and paths`},
		"null":          {"~", `c.yaml:1: this is empty, not an OpenAPI description: give a description, which begins with openapi: 3.0.3, info and paths`},
		"too large":     {strings.Repeat("#", 16<<20+1), `larger than 16 MiB: split it, or leave out what is not needed`},
		"too deep":      {"openapi: 3.0.3\nx: " + strings.Repeat("[", 200) + strings.Repeat("]", 200), "warning: c.yaml:1: the contract has no operation: nothing is tested\nwarning: c.yaml:1: the description has no info\nwarning: c.yaml:1: the description has no paths; nothing is tested\nwarning: c.yaml:2: OpenAPI has no \"x\" in the description; it is left out"},
		"too heavy":     {"openapi: 3.0.3\nx:\n  " + strings.Repeat("[", 90) + strings.Repeat("a", 4<<20) + strings.Repeat("]", 90), "warning: c.yaml:1: the contract has no operation: nothing is tested\nwarning: c.yaml:1: the description has no info\nwarning: c.yaml:1: the description has no paths; nothing is tested\nwarning: c.yaml:2: OpenAPI has no \"x\" in the description; it is left out"},
		"a binary":      {"\x00\x01\x02", `c.yaml:1: this is binary data, not an OpenAPI description: give the YAML or JSON file of the description`},
		"no version":    {"info: {}\n", `c.yaml:1: this does not say which OpenAPI it is written in: begin it with openapi: 3.0.3`},
		"Swagger":       {"swagger: '2.0'\n", "warning: c.yaml:1: the contract has no operation: nothing is tested\nwarning: c.yaml:1: the description has no info\nwarning: c.yaml:1: the description has no paths; nothing is tested"},
		"other version": {"info: {}\nopenapi: 2.0.0\n", "warning: c.yaml:1: the contract has no operation: nothing is tested\nwarning: c.yaml:1: the description has no paths; nothing is tested"},
		"half version":  {"openapi: 3.0\n", "warning: c.yaml:1: the contract has no operation: nothing is tested\nwarning: c.yaml:1: the description has no info\nwarning: c.yaml:1: the description has no paths; nothing is tested"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := told(Load("c.yaml", []byte(test.text))); got != test.want {
				t.Errorf("got\n%v\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestProblemsOfKinds(t *testing.T) {
	testProblems(t, map[string]spoilt{
		"a text for a number":        {"maximum: 100", "maximum: many", `warning: c.yaml:23: a number is wanted, not "many"; it is left out`},
		"a negative length":          {"maxLength: 9", "maxLength: -9", `warning: c.yaml:53: a whole number, 0 or more is wanted, not -9; it is left out`},
		"a fraction of a length":     {"maxLength: 9", "maxLength: 9.5", `warning: c.yaml:53: a whole number, 0 or more is wanted, not 9.5; it is left out`},
		"a text for a truth":         {"required: true", "required: 'yes'", "warning: c.yaml:17: the path parameter \"id\" must have required: true; it is read as required\nwarning: c.yaml:19: true or false is wanted, not \"yes\"; it is left out"},
		"a text for a list":          {"required: [code]", "required: code", `warning: c.yaml:51: a list is wanted, not a text; it is read as a list of one`},
		"a list for a text":          {"operationId: list", "operationId: [list]", "warning: c.yaml:9: the operation has no operationId; it is called getThingsById\nwarning: c.yaml:9: a text is wanted, not a list; it is left out"},
		"a number for a text":        {`version: "1"`, "version: 1", ""},
		"a mapping for a list":       {"security: [{key: []}]", "security: {key: []}", `warning: c.yaml:3: a list is wanted, not a mapping; it is left out`},
		"a list for a mapping":       {"schema: {type: string, enum: [a, b]}", "schema: [string]", `warning: c.yaml:32: a schema must be a mapping, not a list; any value is accepted there`},
		"a text for a schema":        {"schema: {type: string, enum: [a, b]}", "schema: string", `warning: c.yaml:32: a schema must be a mapping, not "string"; any value is accepted there`},
		"neither schema nor boolean": {"required: [code]", "required: [code]\n      additionalProperties: 5", `warning: c.yaml:52: a schema must be a mapping, not "5"; any value is accepted there`},
		"a number as the type":       {"{type: integer}", "{type: 5}", `c.yaml:14: rule low-to-high, column 50 of the expression: <= does not take int, string`},
		"the second of its name":     {"{type: integer}", "{type: integer, minimum: none}", `warning: c.yaml:29: a number is wanted, not "none"; it is left out`},
		"nothing":                    {"code: {type: string, maxLength: 9, x-contract: {carries: code}}", "code:", ""},
	})
}

func TestProblemsOfReferences(t *testing.T) {
	testProblems(t, map[string]spoilt{
		"to another file":    {`"#/components/schemas/Error"`, `"other.yaml#/Error"`, "warning: c.yaml:42: $ref \"other.yaml#/Error\" leads nowhere: there is no such file; any value is accepted there\nwarning: c.yaml:53: x-contract is not read: what it stands in is not used by what could be read"},
		"to the network":     {`"#/components/schemas/Error"`, `"http://169.254.169.254/"`, "warning: c.yaml:42: $ref \"http://169.254.169.254/\" leads nowhere: references to URLs are not followed without --remote-refs; any value is accepted there\nwarning: c.yaml:53: x-contract is not read: what it stands in is not used by what could be read"},
		"to a bare name":     {`"#/components/schemas/Error"`, `Error`, ""},
		"to nothing":         {`"#/components/schemas/Error"`, `"#/components/schemas/Eror"`, "warning: c.yaml:42: $ref \"#/components/schemas/Eror\" leads nowhere: there is no \"Eror\": did you mean \"Error\"?; any value is accepted there\nwarning: c.yaml:53: x-contract is not read: what it stands in is not used by what could be read"},
		"to another kind":    {`"#/components/schemas/Error"`, `"#/components/securitySchemes/key"`, "warning: c.yaml:42: $ref \"#/components/securitySchemes/key\" leads nowhere: that is a security scheme, and a schema is wanted; any value is accepted there\nwarning: c.yaml:53: x-contract is not read: what it stands in is not used by what could be read"},
		"of another kind":    {`"#/components/schemas/Error"`, `5`, "warning: c.yaml:42: OpenAPI has no \"$ref\" in a schema; it is left out\nwarning: c.yaml:53: x-contract is not read: what it stands in is not used by what could be read"},
		"a default response": {`        "401":`, "        default: {$ref: '#/info'}\n        \"401\":", "warning: c.yaml:2: OpenAPI has no \"title\" in a response; it is left out\nwarning: c.yaml:2: OpenAPI has no \"version\" in a response; it is left out"},
		"several":            {"schema: {type: integer}", "schema: {$ref: '#/a'}\n          x: {$ref: b}", `c.yaml:14: rule low-to-high, column 50 of the expression: <= does not take int, string`},
		"with a sibling":     {`{$ref: "#/components/schemas/Error"}`, `{$ref: "#/components/schemas/Error", maxProperties: 3}`, `warning: c.yaml:42: maxProperties beside $ref says nothing in OpenAPI 3.0; it is ignored`},
		"with an annotation": {`{$ref: "#/components/schemas/Error"}`, `{$ref: "#/components/schemas/Error", x-contract: {source: {row: a}}}`, `c.yaml:42: x-contract is not read here: put it on ` + readOn() + ` that an operation uses`},
		"in a circle":        {"    Error:\n", "    Eve: {$ref: '#/components/schemas/Adam'}\n    Adam: {$ref: '#/components/schemas/Eve'}\n    Error:\n", "warning: c.yaml:49: $ref \"#/components/schemas/Adam\" leads nowhere: it leads back to itself; any value is accepted there\nwarning: c.yaml:50: $ref \"#/components/schemas/Eve\" leads nowhere: it leads back to itself; any value is accepted there"},
	})
}

func TestProblemsOfOpenAPI(t *testing.T) {
	testProblems(t, map[string]spoilt{
		"no info":                {"info: {title: Things, version: \"1\"}\n", "", `warning: c.yaml:1: the description has no info`},
		"an empty info":          {`{title: Things, version: "1"}`, "", `warning: c.yaml:1: the description has no info`},
		"no version":             {`{title: Things, version: "1"}`, `{title: Things}`, ""},
		"paths misspelt":         {"paths:", "path:", "warning: c.yaml:1: the contract has no operation: nothing is tested\nwarning: c.yaml:1: the description has no paths; nothing is tested\nwarning: c.yaml:4: OpenAPI has no \"path\" in the description: did you mean \"paths\"?; it is left out\nwarning: c.yaml:53: x-contract is not read: what it stands in is not used by what could be read"},
		"no slash":               {"/things/{id}:", "things/{id}:", `warning: c.yaml:5: the path "things/{id}" must begin with a slash; it is read as /things/{id}`},
		"a path twice":           {"paths:\n", "paths:\n  /things/{other}: {get: {operationId: o, parameters: [{name: other, in: path, required: true, schema: {type: string}}], responses: {\"200\": {description: ok}}}}\n", "warning: c.yaml:6: the path \"/things/{id}\" matches the same as \"/things/{other}\"; the path is left out: none of its operations is tested\nwarning: c.yaml:54: x-contract is not read: what it stands in is not used by what could be read"},
		"an unnamed method":      {"    get:\n", "    GET:\n", "warning: c.yaml:4: the contract has no operation: nothing is tested\nwarning: c.yaml:8: OpenAPI has no \"GET\" in a path: did you mean \"get\"?; it is left out\nwarning: c.yaml:53: x-contract is not read: what it stands in is not used by what could be read"},
		"a path parameter less":  {"        - name: id\n          in: path\n          required: true\n          schema: {type: string}\n", "", `warning: c.yaml:8: the path parameter "id" is not declared; it is taken for a text`},
		"an optional path":       {"          required: true\n", "", `warning: c.yaml:17: the path parameter "id" must have required: true; it is read as required`},
		"a parameter twice":      {"name: kind", "name: high", `warning: c.yaml:30: the query parameter "high" is given twice; the first counts`},
		"required with a big R":  {"required: true", "required: true\n          Required: true", `warning: c.yaml:20: OpenAPI has no "Required" in a parameter: did you mean "required"?; it is left out`},
		"an unnamed parameter":   {"- name: kind", "- nam: kind", "warning: c.yaml:30: OpenAPI has no \"nam\" in a parameter: did you mean \"name\"?; it is left out\nwarning: c.yaml:30: a parameter needs a name; the parameter is left out: it is never sent"},
		"a place misspelt":       {"in: header, schema", "in: headers, schema", `warning: c.yaml:7: the parameter "trace" is in "headers": that must be query, path, header or cookie; the parameter is left out: it is never sent`},
		"no description":         {"          description: who\n", "          descriptio: who\n", `warning: c.yaml:44: OpenAPI has no "descriptio" in a response: did you mean "description"?; it is left out`},
		"no responses":           {"      responses:\n", "      answers:\n", "warning: c.yaml:9: the operation has no responses; any answer but a 5xx is accepted\nwarning: c.yaml:33: OpenAPI has no \"answers\" in an operation; it is left out\nwarning: c.yaml:53: x-contract is not read: what it stands in is not used by what could be read"},
		"a type misspelt":        {"{type: integer}", "{type: int}", `warning: c.yaml:29: there is no type "int"; it is read as integer`},
		"several types":          {"{type: integer}", "{type: [integer, string]}", `warning: c.yaml:29: OpenAPI 3.0 has no list of types; it is read as anyOf`},
		"null among types":       {"{type: integer}", "{type: [integer, 'null']}", `warning: c.yaml:29: OpenAPI 3.0 has no type null; it is read as nullable`},
		"a numeric limit":        {"{type: integer}", "{type: integer, exclusiveMinimum: 5}", `warning: c.yaml:29: exclusiveMinimum is true or false in OpenAPI 3.0; it is read as in 3.1`},
		"const":                  {"{type: integer}", "{type: integer, const: 5}", `warning: c.yaml:29: const is not known in OpenAPI 3.0; it is read as an enum of that value`},
		"an array without items": {"{type: integer}", "{type: array}", `c.yaml:14: rule low-to-high, column 50 of the expression: <= does not take int, list(string)`},
		"a boolean schema":       {"code: {type: string, maxLength: 9, x-contract: {carries: code}}", "code: true", ""},
		"required twice":         {"required: [code]", "required: [code, code]", `warning: c.yaml:51: required names a member twice; it counts once`},
		"a bad scheme":           {"type: apiKey", "type: apikey", ""},
		"a scheme's place":       {"in: header, name", "in: body, name", "warning: c.yaml:3: the security scheme \"key\" was left out; requests are sent without it\nwarning: c.yaml:47: an apiKey needs a name, and in: query, header or cookie; the security scheme is left out"},
		"an unused component":    {"    Error:\n", "    Unused: {type: string, maximLength: 3}\n    Error:\n", `warning: c.yaml:49: OpenAPI has no "maximLength" in a schema: did you mean "maxLength"?; it is left out`},
		"a component's name":     {"    Error:\n", "    A b: {type: string}\n    Error:\n", ""},
		"webhooks":               {"security: [{key: []}]\n", "security: [{key: []}]\nwebhooks: {}\n", `warning: c.yaml:4: "webhooks" is not known in the description of OpenAPI 3.0; it is left out`},
	})
}
