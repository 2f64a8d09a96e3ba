package spec

import (
	"fmt"
	"strings"
	"testing"
)

// secured is a contract of one operation with alternatives of credentials.
func secured(t *testing.T, security string) *Operation {
	t.Helper()
	c, err := Load("t.yaml", fmt.Appendf(nil, `openapi: 3.0.3
info: {title: T, version: "1"}
components:
  securitySchemes:
    basic: {type: http, scheme: Basic}
    bearer: {type: http, scheme: bearer}
    key: {type: apiKey, in: header, name: X-Key}
    other: {type: apiKey, in: header, name: x-key}
    query: {type: apiKey, in: query, name: X-Key}
paths:
  /a: {get: {operationId: a, security: %s, responses: {"200": {description: ok}}}}
`, security))
	if err != nil {
		t.Fatal(err)
	}
	return c.Operations[0]
}

func names(schemes []*Scheme) string {
	var out []string
	for _, s := range schemes {
		out = append(out, s.Name)
	}
	return strings.Join(out, " ")
}

func TestAlternatives(t *testing.T) {
	for _, test := range []struct {
		security, scheme, together string
		needs                      bool
	}{
		{"[{key: []}]", "key", "key", true},
		{"[{key: []}, {basic: []}]", "basic", "basic", true},
		{"[{key: [], basic: []}]", "key", "basic key", true},
		{"[{key: [], basic: []}, {key: []}]", "key", "key", true},
		{"[{key: [], basic: []}, {key: []}]", "basic", "basic key", false}, // the key alone is enough
		{"[{key: [], basic: []}, {query: []}]", "key", "basic key", true},
		{"[{key: [], basic: []}, {}]", "key", "basic key", false}, // nothing is enough
		{"[{key: []}]", "basic", "", false},
	} {
		op := secured(t, test.security)
		if got := names(op.Alternative(test.scheme)); got != test.together {
			t.Errorf("%s: with %s goes %q, want %q", test.security, test.scheme, got, test.together)
		}
		if got := op.Needs(test.scheme); test.together != "" && got != test.needs {
			t.Errorf("%s: %s is needed: %v, want %v", test.security, test.scheme, got, test.needs)
		}
	}
}

// A request has one header Authorization, and one of each name.
func TestCrowded(t *testing.T) {
	for security, want := range map[string]string{
		"[{key: [], basic: []}]": "", "[{basic: [], bearer: []}]": "basic bearer", "[{key: [], other: [], basic: []}]": "key other", "[{key: [], query: []}]": "",
	} {
		if got := names(Crowded(secured(t, security).Security[0])); got != want {
			t.Errorf("%s: %q at one place, want %q", security, got, want)
		}
	}
}

func TestTokenURLs(t *testing.T) {
	c, err := Load("t.yaml", []byte(`openapi: 3.0.3
info: {title: T, version: "1"}
components:
  securitySchemes:
    both: {type: oauth2, flows: {password: {tokenUrl: /p, scopes: {}}, clientCredentials: {tokenUrl: c, scopes: {}}}}
    neither: {type: oauth2, flows: {implicit: {authorizationUrl: /a, scopes: {}}}}
    connect: {type: openIdConnect, openIdConnectUrl: https://h/}
paths: {}
`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range c.Schemes {
		got = append(got, s.Name+" "+s.HTTP+" "+s.PasswordURL+" "+s.ClientURL)
	}
	if text := strings.Join(got, ", "); text != "both bearer /p c, neither bearer  , connect bearer  " {
		t.Errorf("got %s", text)
	}
}
