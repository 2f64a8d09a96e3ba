package spec

import (
	"strconv"
	"strings"
	"testing"
)

// repeated writes a text n times, with the number and the next in it.
func repeated(n int, format string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.NewReplacer("N+1", strconv.Itoa(i+1), "N", strconv.Itoa(i)).Replace(format))
	}
	return b.String()
}

// TestHostileContractsEnd holds that the time to load grows with what a contract
// says, not with what could be made of it: each of these would take longer than
// the test runner waits.
func TestHostileContractsEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does all of it: there is nothing to find with the race detector")
	}
	const ref = "{$ref: '#/components/schemas/AN+1'}"
	components := func(format string) string {
		text := string(answering(v30, `{$ref: "#/components/schemas/A0"}`))
		return text + strings.ReplaceAll(repeated(60, "    AN: "+format+"\n"), "A60'", "Cat'")
	}
	for name, test := range map[string]struct{ text, want string }{
		"schemas that double":      {components("{type: object, properties: {a: " + ref + ", b: " + ref + "}}"), ""},
		"alternatives that double": {components("{oneOf: [" + ref + ", " + ref + "]}"), ""},
		"parts that double":        {components("{allOf: [" + ref + ", " + ref + "], example: {kind: a}}"), ""},
		"lists in lists":           {components("{type: array, minItems: 1000, items: " + ref + "}"), ""},
		"recursion with members":   {components("{allOf: [{type: object, required: [a], properties: {a: {$ref: '#/components/schemas/A0'}, b: " + ref + "}}]}"), ""},
		"names that are unknown": {
			string(answering(v30, "{type: object, required: ["+repeated(20_000, "nameN, ")+"], properties: {"+repeated(20_000, "namN: {}, ")+"}}")),
			"",
		},
		"values": {string(answering(v30, "{type: string, enum: ["+repeated(50_000, "nameN, ")+"]}")), ""},
		"rules": {
			spoil(t, "        rules:\n", "        rules:\n"+repeated(600, "          - {id: rN, message: m, expression: '!has(query.low) || query.low != N'}\n")),
			"the contract has more than 500 expressions in rules: split it",
		},
		"a deep mistake": {
			string(answering(v30, strings.Repeat("{items: ", 60)+"{maxLength: "+strings.Repeat("a", 1<<12)+"}"+strings.Repeat("}", 60))),
			"",
		},
		"brackets": {"openapi: " + strings.Repeat("[", 1<<20), "not valid YAML: exceeded max depth of 10000"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Load("c.yaml", []byte(test.text))
			if test.want == "" && err == nil {
				c.Operations[0].Responses[0].Content[0].Schema.Sample()
			}
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// TestAPanicOfALibraryIsAnError holds that one cannot end the process of who
// loads a contract.
func TestAPanicOfALibraryIsAnError(t *testing.T) {
	err := guard(func() error { panic("index out of range") })
	if err == nil || err.Error() != "the library that reads it failed: index out of range" {
		t.Errorf("got %v", err)
	}
	if err := guard(func() error { return nil }); err != nil {
		t.Error(err)
	}
}
