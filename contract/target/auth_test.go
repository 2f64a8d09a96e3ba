package target_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/auth"
)

const everyCredential = base + `auth:
  accessKey: {id: AKID-0001, secret: "${TOKEN}", securityToken: temporary-token, project: p-1}
  iam: {endpoint: https://iam.example.com/, domain: d, user: u, password: pass-word-7, project: p}
`

func TestCredentials(t *testing.T) {
	a := parse(t, everyCredential).Auth
	if a.Project != "p-1" || a.AccessKey.ID.Reveal() != "AKID-0001" || a.AccessKey.Secret.Reveal() != environment["TOKEN"] ||
		a.AccessKey.SecurityToken.Reveal() != "temporary-token" {
		t.Errorf("got access key %+v, project %q", a.AccessKey, a.Project)
	}
	if i := a.IAM; i.Endpoint.String() != "https://iam.example.com" || i.Domain != "d" || i.User != "u" || i.Project != "p" || i.Password.Reveal() != "pass-word-7" {
		t.Errorf("got %+v", a.IAM)
	}
}

func TestCredentialsAreSecret(t *testing.T) {
	parsed := parse(t, everyCredential)
	for _, secret := range []string{"AKID-0001", environment["TOKEN"], "temporary-token", "pass-word-7"} {
		if !slices.Contains(parsed.Secrets(), auth.NewSecret(secret)) {
			t.Errorf("%q is no secret", secret)
		}
		if strings.Contains(format(parsed, nil), secret) {
			t.Errorf("%q is printed: %s", secret, format(parsed, nil))
		}
	}
}

// Whose target it is, only its user knows: a service in a container has another
// host name, and a tunnel to somebody else's is on loopback.
func TestGently(t *testing.T) {
	for text, want := range map[string]bool{
		"baseURL: http://127.0.0.1:1": false, "baseURL: http://localhost:1\ngentle: true": true,
		"baseURL: http://api.example.com": true, "baseURL: http://service:9000\ngentle: false": false,
	} {
		if got := parse(t, text).Gently(); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// A secret that is the whole of a variable can be named by it.
func TestVariables(t *testing.T) {
	parsed := parse(t, base+`auth:
  accessKey: {id: AKID-0001, secret: "${TOKEN}"}
headers: {X-Tenant: "${TENANT}", X-Both: "${TENANT}-${NESTED}", X-Plain: plain}
values: {a: "${BASE_URL}"}
`).Variables()
	want := map[auth.Secret]string{
		auth.NewSecret(environment["TOKEN"]): "TOKEN", auth.NewSecret(environment["TENANT"]): "TENANT", auth.NewSecret(environment["NESTED"]): "NESTED",
	}
	if !maps.Equal(parsed, want) {
		t.Errorf("got the variables %v", slices.Sorted(maps.Values(parsed)))
	}
}
