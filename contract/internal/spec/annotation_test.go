package spec

import (
	"strings"
	"testing"
)

func TestProblemsOfAnnotations(t *testing.T) {
	notRead := "x-contract is not read here: put it on " + readOn() + " that an operation uses"
	low := "inferred: {minimum: nothing is negative}"
	testProblems(t, map[string]spoilt{
		"an unknown key on an operation": {"source: {section: URI}", "sourc: {section: URI}", `c.yaml:11: unknown key "sourc" in x-contract on an operation: did you mean "source"?`},
		"an unknown key on a parameter":  {low, "rule: {}", `c.yaml:26: unknown key "rule" in x-contract on a parameter: known here: source, inferred, value, status`},
		"an unknown key on a schema":     {"{carries: code}", "{Carries: code}", `c.yaml:53: unknown key "Carries" in x-contract on a schema: did you mean "carries"?`},
		"an unknown key on a response":   {"description: who", "description: who\n          x-contract: {value: target}", `c.yaml:45: unknown key "value" in x-contract on a response: known here: source, inferred`},
		"an unknown key on a header":     {"{schema: {type: string}}", "{schema: {type: string}, x-contract: {sources: {}}}", `c.yaml:37: unknown key "sources" in x-contract on a response header: did you mean "source"?`},
		"an unknown key on a scheme":     {"name: X-Key}", "name: X-Key, x-contract: {signed: {}}}", `c.yaml:47: unknown key "signed" in x-contract on a security scheme: known here: source, inferred, signing, status`},
		"no mapping":                     {"x-contract: {carries: code}", "x-contract: code", `c.yaml:53: x-contract must be a mapping with any of: source, inferred, value, carries, distinct, status`},
		"nothing":                        {"x-contract: {carries: code}", "x-contract: ", `c.yaml:53: x-contract must be a mapping with any of: source, inferred, value, carries, distinct, status`},
		"a misspelt annotation":          {"x-contract: {carries: code}", "x-contrat: {carries: code}", `c.yaml:53: unknown extension "x-contrat": did you mean "x-contract"?`},
		"not read on info":               {`version: "1"}`, `version: "1", x-contract: {source: {row: a}}}`, `c.yaml:2: ` + notRead},
		"not read on an unused schema":   {"    Error:\n", "    Unused: {x-contract: {source: {row: a}}}\n    Error:\n", `c.yaml:49: ` + notRead},
		"not read beside members":        {"      properties:\n", "      properties:\n        x-contract: {type: string}\n", `c.yaml:53: ` + notRead},
		"a source that is empty":         {"source: {section: URI}", "source: {}", `c.yaml:11: source must name a section, a table or a row of the document`},
		"a source that is a text":        {"source: {section: URI}", "source: URI", `c.yaml:11: source must name a section, a table or a row of the document`},
		"a source with another key":      {"source: {section: URI}", "source: {section: URI, line: 3}", `c.yaml:11: unknown key "line" in source: known here: section, table, row`},
		"inferred on an operation":       {"source: {section: URI}", "source: {section: URI}\n        inferred: all of it", `c.yaml:12: unknown key "inferred" in x-contract on an operation: known here: source, status, rules, answers, conventions, makes, needs, ends`},
		"inferred that is a text":        {low, "inferred: nothing is negative", `c.yaml:26: inferred must be a mapping of keywords to reasons, as in maxLength: a published limit`},
		"inferred that is a list":        {low, "inferred: [minimum]", `c.yaml:26: inferred must be a mapping of keywords to reasons, as in maxLength: a published limit`},
		"inferred without reason":        {low, `inferred: {minimum: ""}`, `c.yaml:26: minimum must give a reason in words`},
		"inferred from a truth":          {low, `inferred: {minimum: true}`, `c.yaml:26: minimum must give a reason in words`},
		"inferred misspelt":              {low, `inferred: {minimun: why}`, `c.yaml:26: inferred names "minimun", and no clause of parameter low comes of that: did you mean "minimum"?`},
		"inferred but not required":      {low, `inferred: {required: why}`, `c.yaml:26: inferred names "required", and no clause of parameter low comes of that: known here: type, minimum, maximum, type`},
		"inferred description":           {"{type: integer}", "{type: integer, description: d, x-contract: {inferred: {description: why}}}", `c.yaml:29: inferred names "description", and no clause of the schema comes of that: known here: type`},
		"inferred of a member":           {"{carries: code}", "{inferred: {format: why}}", `c.yaml:53: inferred names "format", and no clause of the schema comes of that: known here: type, maxLength, required`},
		"inferred of a response":         {"description: who", "description: who\n          x-contract: {inferred: {content: why}}", `c.yaml:45: inferred names "content", and no clause of the response comes of that: known here: 401`},
		"inferred of a media type":       {"application/json:\n", "application/json:\n              x-contract: {inferred: {schema: why}}\n", `c.yaml:42: inferred names "schema", and no clause of the media type comes of that: known here: mediaType`},
		"inferred of a scheme":           {"name: X-Key}", "name: X-Key, x-contract: {inferred: {scheme: why}}}", `c.yaml:47: inferred names "scheme", and no clause of the security scheme comes of that: known here: name, in`},
		"value":                          {low, "value: implementation", `c.yaml:26: value must be one of target, not "implementation"`},
		"carries":                        {"{carries: code}", "{carries: codes}", `c.yaml:53: carries must be one of code, message, not "codes"`},
		"carries a list":                 {"{carries: code}", "{carries: [code]}", `c.yaml:53: carries must be one of code, message, not ""`},
		"a status of success":            {low, "status: 200", `c.yaml:26: status must be the one that refuses what breaks the clause, such as 400 or 422, not "200"`},
		"a status that is a range":       {"source: {section: URI}", "status: 4XX", `c.yaml:11: status must be the one that refuses what breaks the clause, such as 400 or 422, not "4XX"`},
		"a status that is a list":        {"name: X-Key}", "name: X-Key, x-contract: {status: [401]}}", `c.yaml:47: status must be the one that refuses what breaks the clause, such as 400 or 422, not ""`},
		"a rule's status":                {"message: low must", "status: bad\n            message: low must", `c.yaml:15: status must be the one that refuses what breaks the clause, such as 400 or 422, not "bad"`},
		"distinct without reason":        {"{carries: code}", "{distinct: true}", `c.yaml:53: distinct must give a reason in words`},
		"distinct in an error":           {"{carries: code}", "{distinct: each is new}", `c.yaml:53: distinct is read in a successful answer, and this is in none: leave it out`},
		"signing without anything":       {"name: X-Key}", "name: X-Key, x-contract: {signing: {}}}", "c.yaml:47: signing must have algorithm\nc.yaml:47: signing must have dateHeader"},
		"signing misspelt":               {"name: X-Key}", "name: X-Key, x-contract: {signing: {algorithm: A, dateheader: D, dateHeader: D}}}", `c.yaml:47: unknown key "dateheader" in signing: did you mean "dateHeader"?`},
		"signing's window":               {"name: X-Key}", "name: X-Key, x-contract: {signing: {algorithm: A, dateHeader: D, clockWindow: 15}}}", `c.yaml:47: clockWindow must be a duration such as 15m or 24h, not "15"`},
		"signing in a query":             {"{type: apiKey, in: header, name: X-Key}", "{type: apiKey, in: query, name: key, x-contract: {signing: {algorithm: A, dateHeader: D}}}", `c.yaml:47: signing is read on a scheme in a header, and key is in query`},
		"signing of a bearer":            {"{type: apiKey, in: header, name: X-Key}", "{type: http, scheme: bearer, x-contract: {signing: {algorithm: A, dateHeader: D}}}", `c.yaml:47: signing is read on a scheme of type apiKey, and key is of type http`},
	})
}

// TestExtensionsOfOthers reads extensions that are spelt nearly as ours, and hold what
// ours cannot.
func TestExtensionsOfOthers(t *testing.T) {
	for _, extension := range []string{"x-conflict: buzz", "x-contact: {name: us}", "x-contrat: [1]"} {
		if _, err := Load("c.yaml", []byte("openapi: 3.0.3\n"+extension+"\ninfo: {title: T, version: '1'}\npaths: {}\n")); err != nil {
			t.Errorf("%s: %v", extension, err)
		}
	}
}

func TestProblemsOfRules(t *testing.T) {
	expression := `"!has(query.low) || !has(query.high) || query.low <= query.high"`
	testProblems(t, map[string]spoilt{
		"an unknown key":         {"message: low must", "mesage: low must", "c.yaml:13: rule low-to-high has no message: say what a caller has to keep to\nc.yaml:15: unknown key \"mesage\" in a rule: did you mean \"message\"?"},
		"no id":                  {"id: low-to-high", "source: {row: low}", `c.yaml:13: a rule's id must be words of lower-case letters and digits joined by '-', not ""`},
		"an id with blanks":      {"id: low-to-high", "id: Low To High", `c.yaml:13: a rule's id must be words of lower-case letters and digits joined by '-', not "Low To High"`},
		"no message":             {"            message: low must not exceed high\n", "", `c.yaml:13: rule low-to-high has no message: say what a caller has to keep to`},
		"no expression":          {"            expression: " + expression + "\n", "", `c.yaml:13: rule low-to-high has no expression`},
		"a list as expression":   {expression, "[query.low]", `c.yaml:13: rule low-to-high has no expression`},
		"no CEL":                 {expression, `"query.low <="`, `c.yaml:14: rule low-to-high, column 13 of the expression: ...`},
		"an unknown member":      {expression, `"!has(query.lo)"`, `c.yaml:14: rule low-to-high, column 5 of the expression: ...`},
		"another type":           {expression, `"!has(query.kind) || query.kind < 5"`, `c.yaml:14: rule low-to-high, column 32 of the expression: ...`},
		"no truth":               {expression, `"5"`, `c.yaml:14: rule low-to-high, column 1 of the expression: ...`},
		"unguarded":              {"!has(query.low) || ", "", `c.yaml:14: rule low-to-high fails when query.low is absent: guard it with has(query.low)`},
		"nothing keeps it":       {expression, `"has(query.kind) && !has(query.kind)"`, `c.yaml:14: rule low-to-high forbids every request: nothing satisfies has(query.kind) && !has(query.kind)`},
		"nothing breaks it":      {expression, `"!has(query.kind) || query.kind in ['a', 'b']"`, `c.yaml:14: rule low-to-high forbids nothing: no request breaks !has(query.kind) || query.kind in ['a', 'b']`},
		"a unit":                 {"message: low must", "unit: day\n            message: low must", `c.yaml:15: unit must be a duration such as 15m or 24h, not "day"`},
		"a negative unit":        {"message: low must", "unit: -24h\n            message: low must", `c.yaml:15: unit must be a duration such as 15m or 24h, not "-24h"`},
		"inferred for no reason": {"message: low must", "inferred: {}\n            message: low must", `c.yaml:15: inferred must give a reason in words`},
		"readings that are one":  {"message: low must", "readings: query.low > 3\n            message: low must", `c.yaml:15: readings must be a list of expressions`},
		"a reading without text": {"message: low must", "readings: [{}, '']\n            message: low must", "c.yaml:15: rule low-to-high: an expression must be a text in CEL\nc.yaml:15: rule low-to-high: an expression must be a text in CEL"},
		"a reading unguarded":    {"message: low must", "readings:\n              - query.low > 3\n            message: low must", `c.yaml:16: rule low-to-high fails when query.low is absent: guard it with has(query.low)`},
		"no list":                {"          - id: low-to-high\n            expression", "            id: low-to-high\n            expression", `c.yaml:12: rules must be a list of mappings, each with id, expression and message`},
		"a text":                 {"          - id: low-to-high\n", "          - query.low < 5\n          - id: low-to-high\n", `c.yaml:13: a rule must be a mapping with id, expression and message`},
		"twice":                  {"      parameters:\n        - name: id", "          - {id: low-to-high, message: m, expression: '!has(query.low)'}\n      parameters:\n        - name: id", `c.yaml:16: the clause id list.rule.low-to-high is also made at c.yaml:13: rename one of the two`},
	})
}

func TestProblemsOfOperations(t *testing.T) {
	testProblems(t, map[string]spoilt{
		"no operationId":          {"      operationId: list\n", "", `warning: c.yaml:9: the operation has no operationId; it is called getThingsById`},
		"an operationId twice":    {"components:\n", "  /others: {get: {operationId: list, responses: {\"200\": {description: ok}}}}\ncomponents:\n", `warning: c.yaml:45: the operationId "list" is given twice; this one is called getOthers`},
		"an unknown scheme":       {"security: [{key: []}]", "security: [{keys: []}]", `warning: c.yaml:3: there is no security scheme "keys": did you mean "key"?; requests are sent without it`},
		"an operation's scheme":   {"operationId: list\n", "operationId: list\n      security:\n        - key: []\n        - session: []\n", `warning: c.yaml:12: there is no security scheme "session": known here: key; requests are sent without it`},
		"mutual TLS":              {"{type: apiKey, in: header, name: X-Key}", "{type: mutualTLS}", "warning: c.yaml:3: the security scheme \"key\" was left out; requests are sent without it\nwarning: c.yaml:47: mutualTLS is not known in OpenAPI 3.0; the security scheme is left out"},
		"a status in lower case":  {`"401"`, `4xx`, `warning: c.yaml:43: "4xx" is no status; it is read as 4XX`},
		"a status of two digits":  {`"401"`, `"40"`, `warning: c.yaml:43: "40" is no status: write three digits, 4XX or default; the response is left out`},
		"a status of 600":         {`"401"`, `"600"`, `warning: c.yaml:43: "600" is no status: write three digits, 4XX or default; the response is left out`},
		"a status without digits": {`"401"`, `""`, `warning: c.yaml:43: "" is no status: write three digits, 4XX or default; the response is left out`},
		"a media type":            {"application/json:", "json:", `warning: c.yaml:41: "json" is no media type: nothing is held to it; write it as in application/json`},
		"the same clause":         {"            X-Next: {schema: {type: string}}\n", "            X-Next: {schema: {type: string}}\n            x-next: {schema: {type: string}}\n", ""},
		"ids that are alike":      {"- name: kind", "- {name: a/b, in: query, schema: {type: string}}\n        - {name: a_2fb, in: query, schema: {type: string}}\n        - name: kind", ""},
		"a header in two cases":   {"- name: kind", "- {name: Trace, in: header, schema: {type: string}}\n        - name: kind", `warning: c.yaml:30: parameter Trace (header): the header is also a parameter at c.yaml:7: it is left out of every request`},
	})
}

func TestProblemsOfParameters(t *testing.T) {
	kind := "{type: string, enum: [a, b]}"
	testProblems(t, map[string]spoilt{
		"an object":                 {kind, "{type: object}", `warning: c.yaml:30: parameter kind (query): its schema lists no member that could be written: it is left out of every request`},
		"a member like a parameter": {kind, "{type: object, properties: {low: {type: string}}}", `warning: c.yaml:30: parameter kind (query): its member low has the same name in the query as what is at c.yaml:21: it is left out of every request`},
		"a list as a member":        {kind, "{type: object, properties: {a: {type: string}, b: {type: array, items: {type: string}}}}", `warning: c.yaml:32: OpenAPI does not say how the member b of parameter kind (query), which is no single value, is written: it is left out of every request`},
		"a list that must be":       {kind, "{type: object, required: [b], properties: {b: {type: array, items: {type: string}}}}", `warning: c.yaml:30: parameter kind (query): OpenAPI does not say how the member b, which is no single value, is written: it is left out of every request`},
		"members":                   {kind, "{type: object, properties: {a: {type: string}}}", ""},
		"no type":                   {kind, "{enum: [a, b]}", ""},
		"objects in a list":         {kind, "{type: array, items: {type: object}}", `warning: c.yaml:30: parameter kind (query): elements of type object are not written: it is left out of every request`},
		"lists in a list":           {kind, "{type: array, items: {type: array, items: {type: string}}}", `warning: c.yaml:30: parameter kind (query): elements of type array are not written: it is left out of every request`},
		"a composed list":           {kind, "{anyOf: [{type: array, items: {type: string}}]}", `warning: c.yaml:30: parameter kind (query): its schema states an array in parts, which is not written: it is left out of every request`},
		"several types":             {kind, "{oneOf: [{type: string}, {type: integer}]}", ""},
		"a style":                   {"schema: " + kind, "style: spaceDelimited\n          explode: false\n          schema: {type: array, items: {type: string}}", ""},
		"a style for another":       {"schema: " + kind, "style: simple\n          schema: {type: string}", `warning: c.yaml:32: there is no style "simple" in query: known here: form, spaceDelimited, pipeDelimited, deepObject; it is written as form`},
		"an object apart":           {"schema: " + kind, "style: pipeDelimited\n          explode: true\n          schema: {type: object, properties: {a: {type: string}}}", `warning: c.yaml:30: parameter kind (query): OpenAPI does not say how style pipeDelimited with explode writes an object: it is left out of every request`},
		"a deep list":               {"schema: " + kind, "style: deepObject\n          schema: {type: array, items: {type: string}}", `warning: c.yaml:30: parameter kind (query): OpenAPI does not say how style deepObject writes a list: it is left out of every request`},
		"a deep object":             {"schema: " + kind, "style: deepObject\n          schema: {type: object, properties: {a: {type: string}}}", ""},
		"no style at all":           {"schema: " + kind, "style: neat\n          schema: {type: string}", `warning: c.yaml:32: there is no style "neat" in query: known here: form, spaceDelimited, pipeDelimited, deepObject; it is written as form`},
		"content":                   {"schema: " + kind, "content: {application/json: {schema: {type: string}}}", ""},
		"content of XML":            {"schema: " + kind, "content: {application/xml: {schema: {type: string}}}", `warning: c.yaml:30: parameter kind (query): content of type application/xml is not written, only JSON is: it is left out of every request`},
		"schema and content":        {"schema: " + kind, "schema: {type: string}\n          content: {application/json: {schema: {type: string}}}", `warning: c.yaml:33: the parameter "kind" has both schema and content; the schema counts`},
		"no schema":                 {"          schema: " + kind + "\n", "", `warning: c.yaml:30: the parameter "kind" has no schema; any value is accepted there`},
		"the empty text":            {"schema: " + kind, "allowEmptyValue: true\n          schema: " + kind, `warning: c.yaml:32: allowEmptyValue is not read: parameter kind (query) is judged by its schema`},
		"an example":                {"schema: " + kind, "example: c\n          schema: " + kind, `warning: c.yaml:32: the example is not valid, and passed over: it must be one of a, b`},
		"one of the examples":       {"schema: " + kind, "examples: {one: {value: a}, other: {value: 5}}\n          schema: " + kind, `warning: c.yaml:32: the example is not valid, and passed over: it must be a string`},
	})
}

func TestSeveralProblemsAreListedInTheOrderOfTheFile(t *testing.T) {
	text := good
	for _, change := range [][2]string{
		{"maxLength: 9", "minLength: 10, maxLength: 9"},
		{"minimum: 0, maximum: 100", "minimum: 101, maximum: 100"},
		{"security: [{key: []}]", "security: [{other: []}]"},
		{"enum: [a, b]", "enum: [a, 1]"},
	} {
		text = strings.Replace(text, change[0], change[1], 1)
	}
	got := told(Load("c.yaml", []byte(text)))
	want := `warning: c.yaml:3: there is no security scheme "other": known here: key; requests are sent without it
warning: c.yaml:23: no integer is at least 101 and at most 100: no value is valid
warning: c.yaml:32: enum value 1 must be a string: it is read as "1"
warning: c.yaml:53: maxLength 9 is below minLength 10: no value is valid`
	if got != want {
		t.Errorf("got\n%v\nwant\n%s", got, want)
	}
	// What is wrong with an annotation is told alone: only that has to be mended.
	text = strings.Replace(text, "source: {section: URI}", "sources: {}", 1)
	text = strings.Replace(text, "carries: code", "carries: codes", 1)
	got = told(Load("c.yaml", []byte(text)))
	want = `c.yaml:11: unknown key "sources" in x-contract on an operation: did you mean "source"?
c.yaml:53: carries must be one of code, message, not "codes"`
	if got != want {
		t.Errorf("got\n%v\nwant\n%s", got, want)
	}
}

func TestOnlySoManyProblemsAreTold(t *testing.T) {
	text := spoil(t, "source: {section: URI}", "{"+strings.Repeat("x, ", 300)+"y}")
	_, err := Load("c.yaml", []byte(strings.ReplaceAll(strings.ReplaceAll(text, "x-contract:\n        {", "x-contract: {"), "x, ", "x: 1, ")))
	if err == nil {
		t.Fatal("unknown keys are taken")
	}
	if lines := strings.Count(err.Error(), "\n") + 1; lines > maxProblems {
		t.Errorf("%d problems", lines)
	}
}

// TestPins holds that the status which is nearest to a clause is its pin, and that
// clauses of answers have none.
func TestPins(t *testing.T) {
	text := good
	for _, x := range []struct{ old, with string }{
		{"source: {section: URI}", "status: 422"},
		{"message: low must", "status: 409\n            message: low must"},
		{"inferred: {minimum: nothing is negative}", "status: 400"},
		{"name: X-Key}", "name: X-Key, x-contract: {status: 401}}"},
	} {
		text = strings.Replace(text, x.old, x.with, 1)
	}
	c := load(t, text)
	for id, want := range map[string]string{
		"list.rule.low-to-high": "409", "list.query.low.minimum": "400", "list.query.high.type": "422", "list.query.kind.enum": "422",
		"list.security.missing": "401", "list.security.key.verified": "401", "list.security.key.exact": "401",
		"list.answer.400.code.type": "", "list.answer.200": "", "list.method": "",
	} {
		if c.Clause(id) == nil || c.Pin(id) != want {
			t.Errorf("%s (%v) is pinned to %q, want %q", id, c.Clause(id), c.Pin(id), want)
		}
	}
	if pin := load(t, good).Pin("list.query.low.minimum"); pin != "" {
		t.Errorf("the good contract pins %q", pin)
	}
}
