package plan

import (
	"fmt"
	"net/http"
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
