package plan

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
)

// signed makes a contract whose requests are signed, or carry a token. method is
// that of the operation, signing and inferred are of the scheme.
func signed(t *testing.T, method, signing, inferred string) *spec.Contract {
	t.Helper()
	c, err := spec.Load("signed.yaml", fmt.Appendf(nil, `openapi: 3.0.3
info: {title: Signed, version: "1"}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: Authorization, x-contract: {signing: {algorithm: A, dateHeader: D%s}, inferred: {%s}}}
    token: {type: apiKey, in: header, name: X-Token}
security: [{key: []}, {token: []}]
paths:
  /things:
    %s:
      operationId: act
      responses:
        "200": {description: ok}
        "401": {description: who}
`, signing, inferred, method))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSignaturesAreForged(t *testing.T) {
	for name, test := range map[string]struct {
		signing, inferred string
		want              []string
	}{
		"stated": {", clockWindow: 5m", "", []string{
			"malformed must", "wrong-key must", "wrong-signature must", "changed-query must", "stale-date must",
		}},
		"inferred": {", clockWindow: 5m", "signing: the clients do", []string{
			"malformed must", "wrong-key must", "wrong-signature must", "changed-query should", "stale-date should",
		}},
		"no clock window": {"", "", []string{
			"malformed must", "wrong-key must", "wrong-signature must", "changed-query must",
			"stale-date must: the contract gives no clockWindow",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, c := range Build(signed(t, "get", test.signing, test.inferred), Options{}).Cases {
				if detail, forged := strings.CutPrefix(c.ID, "act.security.key.verified/"); forged {
					text := detail + " " + string(c.Level)
					if c.Skip != "" {
						text += ": " + c.Skip
					}
					got = append(got, text)
					if c.Expect.Outcome != Refused || c.Expect.Statuses[0] != "401" {
						t.Errorf("%s expects %v", c.ID, c.Expect)
					}
				}
			}
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// A target that is treated gently is asked for no change unless it is said so,
// and its accounts are not locked for many tries.
func TestGentleTargetsAreSpared(t *testing.T) {
	const unsafe = "it may change something: allow that with --unsafe, or with gentle: false in the target file"
	for _, c := range Build(signed(t, "post", ", clockWindow: 5m", ""), Options{NearMisses: true}).Cases {
		if c.Request.Method == http.MethodPost && c.Skip != unsafe {
			t.Errorf("%s is skipped for %q, want %q", c.ID, c.Skip, unsafe)
		}
	}
	sent := map[string]bool{}
	for _, c := range Build(signed(t, "get", "", ""), Options{}).Cases {
		sent[strings.TrimPrefix(c.ID, "act.")] = c.Skip == ""
	}
	for id, want := range map[string]bool{
		"answer.200/smallest": true, "security.token.verified/wrong": true, "security.token.verified/extension": true,
		"security.token.verified/prefix": false, "security.token.exact/other-case": false, "method/POST": false,
	} {
		if got, planned := sent[id]; got != want || !planned {
			t.Errorf("%s is sent: %v, want %v", id, got, want)
		}
	}
}

// guarded makes a contract with two operations, of which the security is given.
func guarded(t *testing.T, first, second string) *spec.Contract {
	t.Helper()
	c, err := spec.Load("guarded.yaml", fmt.Appendf(nil, `openapi: 3.0.3
info: {title: Guarded, version: "1"}
components:
  securitySchemes:
    basic: {type: http, scheme: basic}
    bearer: {type: http, scheme: bearer}
    key: {type: apiKey, in: header, name: X-Key}
paths:
  /a: {get: {operationId: a, security: %s, responses: {"200": {description: ok}}}}
  /b: {get: {operationId: b, security: %s, responses: {"200": {description: ok}}}}
`, first, second))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// ofSecurity lists the cases about the security of an operation, and why the
// others are not sent.
func ofSecurity(p *Plan, operation string) (sent, skipped []string) {
	for _, c := range p.Cases {
		id, ok := strings.CutPrefix(c.ID, operation+".security.")
		switch {
		case !ok:
		case c.Skip != "":
			skipped = append(skipped, id+": "+c.Skip)
		default:
			sent = append(sent, id)
		}
	}
	return sent, skipped
}

// Each alternative is tried. What is wanted together is sent together: one is left
// out or forged, and the other is right.
func TestEachAlternativeIsTried(t *testing.T) {
	p := Build(guarded(t, "[{key: [], bearer: []}, {basic: []}]", "[{key: [], bearer: []}, {key: []}]"), Options{NearMisses: true})
	sent, _ := ofSecurity(p, "a")
	for _, id := range []string{
		"key.accepted/smallest", "bearer.accepted/smallest", "basic.accepted/smallest", "missing/none-of-key", "missing/none-of-bearer",
		"key.verified/wrong", "bearer.verified/wrong", "basic.verified/wrong", "basic.verified/unknown-user",
	} {
		if !slices.Contains(sent, id) {
			t.Errorf("%s is not among %q", id, sent)
		}
	}
	// The key alone is enough: what a wrong token beside it gets is open.
	for _, c := range p.Cases {
		if of := c.Request.Credential; c.Operation == "b" && of.Scheme == "bearer" && of.Variant != Valid {
			t.Errorf("%s is sent", c.ID)
		}
	}
	i := slices.IndexFunc(p.Untested, func(u Untested) bool { return u.Clause == "b.security.bearer.verified" })
	if i < 0 || p.Untested[i].Reason != "what is sent beside these credentials is enough alone: a request with wrong ones may be accepted" {
		t.Errorf("untested are %v", p.Untested)
	}
}

// What the target does not give is not sent, nor what is wanted beside it.
func TestLackingCredentials(t *testing.T) {
	lacks := func(name string) func(string, Variant) string {
		return func(scheme string, v Variant) string {
			if strings.Contains(name, scheme) && v != Absent {
				return "there is no " + scheme
			}
			return ""
		}
	}
	for _, test := range []struct{ security, lacks, scheme, skip string }{
		{"[{key: []}, {bearer: []}]", "key", "bearer", ""},
		{"[{key: [], bearer: []}, {basic: []}]", "bearer", "basic", ""},
		{"[{key: [], bearer: []}]", "bearer", "bearer", "there is no bearer"},
		{"[{key: []}, {bearer: []}]", "key bearer", "key", "there is no key, or give those of another of its alternatives: key, bearer"},
		{"[{key: [], bearer: []}, {basic: []}]", "bearer basic", "bearer", "there is no bearer, or give those of another of its alternatives: bearer and key, basic"},
		{"[{basic: [], bearer: []}]", "", "basic", "the contract wants basic and bearer credentials in one request, which has one place for both: correct its security"},
		{"[{basic: [], bearer: []}, {key: []}]", "", "key", ""},
	} {
		c := Build(guarded(t, test.security, "[]"), Options{Credential: lacks(test.lacks)}).Cases[0]
		if c.Request.Credential.Scheme != test.scheme || c.Skip != test.skip {
			t.Errorf("%s without %s: %s is sent, or not: %q", test.security, test.lacks, c.Request.Credential.Scheme, c.Skip)
		}
	}
}

// A target that is treated gently has the password of a user guessed once, beside
// those of users that are not there.
func TestPasswordsAreGuessedOnceGently(t *testing.T) {
	c := guarded(t, "[{basic: []}]", "[{basic: []}]")
	const once = ": a password is guessed for one operation, for many guesses lock an account: allow all with --near-misses, or with gentle: false in the target file"
	sent, _ := ofSecurity(Build(c, Options{}), "a")
	_, skipped := ofSecurity(Build(c, Options{}), "b")
	if !slices.Contains(sent, "basic.verified/wrong") || !slices.Contains(sent, "basic.verified/extension") {
		t.Errorf("of the first operation, %q are sent", sent)
	}
	for _, id := range []string{"basic.verified/wrong", "basic.verified/extension"} {
		if !slices.Contains(skipped, id+once) {
			t.Errorf("of the second operation, these are not sent: %q", skipped)
		}
	}
	sent, _ = ofSecurity(Build(c, Options{NearMisses: true}), "b")
	if !slices.Contains(sent, "basic.verified/wrong") {
		t.Errorf("else, %q are sent", sent)
	}
}
