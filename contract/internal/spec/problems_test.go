package spec

import (
	"strings"
	"testing"
)

// good is a contract without problems, in which each test spoils one thing.
const good = head + paths

const head = `openapi: 3.0.3
info: {title: Things, version: "1"}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
  schemas:
    Error:
      type: object
      required: [code]
      properties:
        code: {type: string, maxLength: 9, x-contract: {carries: code}}
security: [{key: []}]
`

const paths = `paths:
  /things/{id}:
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
        "400":
          description: bad
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Error"}
        "401":
          description: who
`

func TestAGoodContractLoads(t *testing.T) {
	c, err := Load("good.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Warnings) > 0 {
		t.Errorf("warnings: %v", c.Warnings)
	}
}

// TestProblems spoils the good contract and reads what is said of it.
func TestProblems(t *testing.T) {
	for name, test := range map[string]struct{ old, replacement, want string }{
		"no operationId":            {"      operationId: list\n", "", `good.yaml:15: GET /things/{id} has no operationId: clause ids begin with it`},
		"unknown annotation key":    {"source: {section: URI}", "sourc: {section: URI}", `good.yaml:18: unknown key "sourc" in x-contract on an operation: did you mean "source"?`},
		"annotation on info":        {`info: {title: Things, version: "1"}`, `info: {title: Things, version: "1", x-contract: {}}`, `good.yaml:2: x-contract is not read here`},
		"annotation no mapping":     {"x-contract: {carries: code}", "x-contract: yes", `x-contract must be a mapping with any of: source, inferred, value, carries, distinct`},
		"empty source":              {"source: {section: URI}", "source: {}", `good.yaml:18: source must name a section, a table or a row of the document`},
		"unknown source key":        {"source: {section: URI}", "source: {section: URI, line: 3}", `unknown key "line" in source`},
		"inferred without reason":   {"inferred: {minimum: nothing is negative}", "inferred: {minimum: \"\"}", `good.yaml:33: minimum must give a reason in words`},
		"inferred not stated":       {"inferred: {minimum: nothing", "inferred: {minimun: nothing", `good.yaml:33: inferred names "minimun", which parameter low does not state: did you mean "minimum"?`},
		"carries something else":    {"carries: code", "carries: codes", `carries must be one of code, message, not "codes"`},
		"rule id":                   {"id: low-to-high", "id: Low To High", `good.yaml:20: a rule's id must be words of lower-case letters and digits joined by '-', not "Low To High"`},
		"rule without message":      {"            message: low must not exceed high\n", "", `rule low-to-high has no message: say what a caller has to keep to`},
		"rule without expression":   {`            expression: "!has(query.low) || !has(query.high) || query.low <= query.high"` + "\n", "", `rule low-to-high has no expression`},
		"rule key":                  {"message: low must", "mesage: low must", `unknown key "mesage" in a rule: did you mean "message"?`},
		"rule unknown member":       {"query.low <= query.high", "query.lo <= query.high", `good.yaml:21: rule low-to-high, column `},
		"rule type":                 {"query.low <= query.high", "query.low <= query.kind", `good.yaml:21: rule low-to-high, column `},
		"rule unguarded":            {"!has(query.low) || !has(query.high) || ", "", `guard it with has(`},
		"rule that nothing breaks":  {"query.low <= query.high", "true", `rule low-to-high forbids nothing: no request breaks`},
		"rule that nothing keeps":   {"!has(query.low) || !has(query.high) || query.low <= query.high", "has(query.kind) && !has(query.kind)", `rule low-to-high forbids every request: nothing satisfies`},
		"rule unit":                 {"message: low must", "unit: day\n            message: low must", `unit must be a duration such as 15m or 24h, not "day"`},
		"unknown security scheme":   {"security: [{key: []}]", "security: [{keys: []}]", `security names the scheme "keys": did you mean "key"?`},
		"unsupported keyword":       {"{type: string, enum: [a, b]}", "{type: string, enum: [a, b], title: x, deprecated: true, propertyNames: {}}", `propertyNames`},
		"object parameter":          {"schema: {type: string, enum: [a, b]}", "schema: {type: object}", `parameter kind (query) must have type string, integer, number, boolean or array`},
		"parameter without type":    {"schema: {type: string, enum: [a, b]}", "schema: {enum: [a, b]}", `parameter kind (query) must have type string, integer, number, boolean or array`},
		"parameter style":           {"schema: {type: string, enum: [a, b]}", "style: spaceDelimited\n          explode: false\n          schema: {type: array, items: {type: string}}", `parameter kind (query) has style spaceDelimited, which is not supported: use the default style`},
		"parameter content":         {"schema: {type: string, enum: [a, b]}", "content: {application/json: {schema: {type: string}}}", `parameter kind (query) has no schema: give it one (content is not supported)`},
		"limits cross":              {"minimum: 0, maximum: 100", "minimum: 101, maximum: 100", `good.yaml:30: nothing lies between minimum 101 and maximum 100`},
		"lengths cross":             {"maxLength: 9", "maxLength: 9, minLength: 10", `maxLength 9 is below minLength 10`},
		"enum of another type":      {"enum: [a, b]", "enum: [a, 1]", `enum value 1 is no string`},
		"pattern":                   {"maxLength: 9", `pattern: "("`, `"("`},
		"required not listed":       {"required: [code]", "required: [cod]", `required names "cod", which properties does not list: did you mean "code"?`},
		"external reference":        {`"#/components/schemas/Error"`, `"other.yaml#/Error"`, `not valid OpenAPI`},
		"dangling reference":        {`"#/components/schemas/Error"`, `"#/components/schemas/Eror"`, `not valid OpenAPI`},
		"a list for a text":         {"operationId: list", "operationId: [list]", `good.yaml:16: not valid OpenAPI`},
		"an unnamed parameter":      {"- name: kind", "- nam: kind", `not valid OpenAPI: `},
		"no such version":           {"openapi: 3.0.3", "openapi: 2.0.0", `good.yaml:1: openapi is "2.0.0": write the contract in OpenAPI 3.0 or 3.1`},
		"broken YAML":               {"info: {", "info: {{", `the contract is no YAML: `},
		"an alias":                  {"source: {section: URI}", "source: &s {section: *s}", `good.yaml:18: YAML aliases are not read: use $ref to a component`},
		"no operation":              {paths, "paths: {}\n", `the contract has no operation: add one under paths`},
		"signing without algorithm": {"name: X-Key}", "name: X-Key, x-contract: {signing: {dateHeader: X-Date}}}", `signing must have algorithm`},
		"response header's keyword": {"description: who", "description: who\n          x-contract: {inferred: {content: why}}", `inferred names "content", which the response does not state: known here: 401`},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(good, test.old) {
				t.Fatalf("the good contract has no %q", test.old)
			}
			_, err := Load("good.yaml", []byte(strings.Replace(good, test.old, test.replacement, 1)))
			if err == nil {
				t.Fatalf("the contract loads, want %s", test.want)
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("got\n%v\nwant\n%s", err, test.want)
			}
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.HasPrefix(line, "good.yaml:") {
					t.Errorf("no file and line: %s", line)
				}
			}
		})
	}
}

func TestEveryProblemIsListedInTheOrderOfTheFile(t *testing.T) {
	text := strings.Replace(good, "source: {section: URI}", "sources: {}", 1)
	text = strings.Replace(text, "minimum: 0, maximum: 100", "minimum: 101, maximum: 100", 1)
	text = strings.Replace(text, "security: [{key: []}]", "security: [{other: []}]", 1)
	_, err := Load("good.yaml", []byte(text))
	if err == nil {
		t.Fatal("the contract loads")
	}
	var lines []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		place, _, _ := strings.Cut(strings.TrimPrefix(line, "good.yaml:"), ":")
		lines = append(lines, place)
	}
	if got := strings.Join(lines, " "); got != "12 18 30" {
		t.Errorf("lines %s, want 12 18 30:\n%v", got, err)
	}
}

func TestDuplicates(t *testing.T) {
	second := strings.Replace(strings.TrimPrefix(paths, "paths:\n"), "/things/{id}", "/others/{id}", 1)
	_, err := Load("good.yaml", []byte(good+second))
	if want := `operationId "list" is also used at good.yaml:16: make it unique`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
	clash := strings.Replace(good, "        - name: kind\n", "        - name: kind_2f\n          in: query\n          schema: {type: string, enum: [a]}\n        - name: kind/\n", 1)
	_, err = Load("good.yaml", []byte(clash))
	if want := `is also made at good.yaml:`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestBoundsOfAContract(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"empty":     {"", "big.yaml:1: the contract is empty"},
		"a list":    {"- 1\n", "big.yaml:1: the contract must be an OpenAPI object with openapi, info and paths"},
		"too large": {strings.Repeat("#", maxSize+1), "big.yaml: the contract is larger than 8 MiB: split it"},
		"too deep":  {"openapi: 3.0.3\nx: " + strings.Repeat("[", 200) + strings.Repeat("]", 200), "the contract nests deeper than 100 levels"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load("big.yaml", []byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
