package spec

import (
	"fmt"
	"strings"
	"testing"
)

// keyed is a contract whose parameter may be the credential; the rule is in line 10.
func keyed(parameter, security, rule string) []byte {
	return fmt.Appendf(nil, `openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /a:
    parameters:
      - {%s, required: true, schema: {type: string, maxLength: 9, x-contract: {source: {row: key}}}}
    get:
      operationId: a
      security: %s
      x-contract: {rules: [{id: r, message: m, expression: '%s', inferred: why}]}
      parameters: [{name: q, in: query, schema: {type: string}}]
      responses: {"200": {description: ok}}
components:
  securitySchemes:
    inQuery: {type: apiKey, in: query, name: apikey}
    inHeader: {type: apiKey, in: header, name: X-Key}
    inCookie: {type: apiKey, in: cookie, name: session}
    bearer: {type: http, scheme: bearer}
`, parameter, security, rule)
}

// TestAParameterThatIsTheCredential holds that the credential alone decides it.
func TestAParameterThatIsTheCredential(t *testing.T) {
	const rule = `!has(query.q) || query.q != "x"`
	for _, test := range []struct{ parameter, security, scheme string }{
		{"name: apikey, in: query", "[{inQuery: []}]", "inQuery"},
		{"name: apikey, in: query", "[{bearer: []}, {inHeader: [], inQuery: []}]", "inQuery"},
		{"name: apikey, in: query", "[{}, {inQuery: []}]", "inQuery"},
		{"name: x-KEY, in: header", "[{inHeader: []}]", "inHeader"},
		{"name: session, in: cookie", "[{inCookie: []}]", "inCookie"},
		{"name: apikey, in: query", "[{inHeader: []}]", ""},
		{"name: apikey, in: query", "[]", ""},
		{"name: ApiKey, in: query", "[{inQuery: []}]", ""},
		{"name: session, in: query", "[{inCookie: []}]", ""},
	} {
		c, err := Load("c.yaml", keyed(test.parameter, test.security, rule))
		if err != nil {
			t.Errorf("%s: %v", test.parameter, err)
			continue
		}
		name, in, _ := strings.Cut(strings.TrimPrefix(test.parameter, "name: "), ", in: ")
		warning := ""
		if test.scheme != "" {
			warning = fmt.Sprintf("c.yaml:6: parameter %s (%s) is also the credential of the security scheme %s: the credential alone decides it", name, in, test.scheme)
		}
		if got := Problems(c.Warnings).Error(); got != warning {
			t.Errorf("%s with %s: the warnings %q, want %q", test.parameter, test.security, got, warning)
		}
		op := c.Operations[0]
		if left := op.Parameter(in, name) == nil; left != (test.scheme != "") {
			t.Errorf("%s with %s: left out: %v", test.parameter, test.security, left)
		}
		if has := c.Clause("a."+in+"."+name+".required") != nil; has == (test.scheme != "") {
			t.Errorf("%s with %s: has a clause: %v", test.parameter, test.security, has)
		}
	}
}

func TestARuleMustNotReadTheCredential(t *testing.T) {
	for _, test := range []struct{ parameter, security, rule, want string }{
		{
			"name: apikey, in: query", "[{inQuery: []}]", `!has(query.q) || query.q != query.apikey`,
			"c.yaml:10: rule r reads apikey (query), which is the credential of the security scheme inQuery: the credential alone decides it",
		},
		{
			"name: x-key, in: header", "[{inHeader: []}]", "!has(query.q) || has(header.`x-key`)",
			"c.yaml:10: rule r reads x-key (header), which is the credential of the security scheme inHeader: the credential alone decides it",
		},
		{"name: apikey, in: query", "[{bearer: []}]", `!has(query.q) || query.q != query.apikey`, ""},
	} {
		_, err := Load("c.yaml", keyed(test.parameter, test.security, test.rule))
		if got := fmt.Sprint(err); got != test.want && (err != nil || test.want != "") {
			t.Errorf("%s: got %s, want %s", test.rule, got, test.want)
		}
	}
}
