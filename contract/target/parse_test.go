package target_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/target"
)

// environment is what the tests' files see.
var environment = map[string]string{
	"TOKEN":    "t0ken-from-the-environment",
	"TENANT":   "tenant-7",
	"BASE_URL": "https://staging.example.com/api/",
	"EMPTY":    "",
	"NESTED":   "${TOKEN}",
	"LINES":    "one\ntwo",
	"BLANKS":   " blank ",
	"USER_URL": "http://someone:p4ssw0rd@example.com",
}

func lookupEnv(name string) (string, bool) {
	value, ok := environment[name]

	return value, ok
}

func parse(t *testing.T, text string) *target.Target {
	t.Helper()

	parsed, err := target.Parse("target.yaml", []byte(text), lookupEnv)
	if err != nil {
		t.Fatal(err)
	}

	return parsed
}

const whole = `
name: our staging
implementation: {organization: ACME, project: desktop-stats, version: 1.10}
baseURL: ${BASE_URL}
values:
  project_id: 2b31ed52
  limit: 0x10
  exportUserUsage: {project_id: "77${TENANT}"}
auth: {token: "${TOKEN}"}
provoke:
  500: {path: {project_id: trigger-500}}
  exportUserUsage:
    "500": {query: {fail: "", times: 3}, header: {x-fail: "1"}}
headers:
  X-Tenant: a
  x-key: "Key ${TENANT}/${TOKEN}"
  X-Escaped: "$${TOKEN} costs $1 ${NESTED}"
  authorization: Basic dXNlcjpwYXNz
tls: {insecure: True}
`

func TestParse(t *testing.T) {
	t.Parallel()

	parsed := parse(t, whole)

	if parsed.Name != "our staging" || parsed.BaseURL.String() != "https://staging.example.com/api" {
		t.Errorf("got name %q, base URL %q", parsed.Name, parsed.BaseURL)
	}

	if want := (target.Implementation{Organization: "ACME", Project: "desktop-stats", Version: "1.10"}); parsed.Implementation != want {
		t.Errorf("got %+v, want %+v", parsed.Implementation, want)
	}

	if parsed.Auth.Token.Reveal() != environment["TOKEN"] {
		t.Errorf("got token %q", parsed.Auth.Token.Reveal())
	}

	if want := (target.TLS{Insecure: true}); parsed.TLS != want {
		t.Errorf("got %+v, want %+v", parsed.TLS, want)
	}

	headers := map[string]string{}
	for name, value := range parsed.Headers {
		headers[name] = value.Reveal()
	}

	if want := map[string]string{
		"X-Tenant": "a", "X-Key": "Key tenant-7/t0ken-from-the-environment",
		"X-Escaped": "${TOKEN} costs $1 ${TOKEN}", "Authorization": "Basic dXNlcjpwYXNz",
	}; !maps.Equal(headers, want) {
		t.Errorf("got headers %v, want %v", headers, want)
	}

	var secrets []string
	for _, s := range parsed.Secrets() {
		secrets = append(secrets, s.Reveal())
	}

	slices.Sort(secrets)

	if want := []string{
		"${TOKEN}", "${TOKEN} costs $1 ${TOKEN}", "Basic dXNlcjpwYXNz", "Key tenant-7/t0ken-from-the-environment",
		"dXNlcjpwYXNz", "t0ken-from-the-environment", "tenant-7", "tenant-7/t0ken-from-the-environment",
	}; !slices.Equal(secrets, want) {
		t.Errorf("got secrets %q, want %q", secrets, want)
	}
}

func TestValueAndProvocation(t *testing.T) {
	t.Parallel()

	parsed := parse(t, whole)

	for _, c := range []struct{ operation, parameter, want string }{
		{"other", "project_id", "2b31ed52"},
		{"other", "limit", "0x10"},
		{"exportUserUsage", "project_id", "77tenant-7"},
		{"exportUserUsage", "limit", "0x10"},
		{"exportUserUsage", "start_time", ""},
		{"other", "exportUserUsage", ""},
	} {
		if got, ok := parsed.Value(c.operation, c.parameter); got != c.want || ok != (c.want != "") {
			t.Errorf("%s of %s: got %q, %v, want %q", c.parameter, c.operation, got, ok, c.want)
		}
	}

	for _, c := range []struct {
		operation, status string
		want              target.Provoke
		ok                bool
	}{
		{"other", "500", target.Provoke{Path: map[string]string{"project_id": "trigger-500"}}, true},
		{"exportUserUsage", "500", target.Provoke{
			Query: map[string]string{"fail": "", "times": "3"}, Header: map[string]string{"X-Fail": "1"},
		}, true},
		{"exportUserUsage", "503", target.Provoke{}, false},
	} {
		if got, ok := parsed.Provocation(c.operation, c.status); !reflect.DeepEqual(got, c.want) || ok != c.ok {
			t.Errorf("%s of %s: got %+v, %v, want %+v, %v", c.status, c.operation, got, ok, c.want, c.ok)
		}
	}

	var zero target.Target
	if _, ok := zero.Value("a", "b"); ok {
		t.Error("the zero target has a value")
	}

	if _, ok := zero.Provocation("a", "500"); ok || zero.Loopback() || len(zero.Secrets()) > 0 {
		t.Error("the zero target has a provocation, a host or secrets")
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()

	parsed := parse(t, "baseURL: HTTP://Example.com:80//\nvalues:\nprovoke: {op: }\nauth: ~\ntls:\nheaders:\nimplementation:\n")
	if parsed.Name != "http://Example.com:80" || parsed.BaseURL.Path != "" {
		t.Errorf("got name %q, base URL %q", parsed.Name, parsed.BaseURL)
	}

	if len(parsed.Secrets()) > 0 || !parsed.Auth.Token.Empty() {
		t.Errorf("got secrets from nowhere: %d", len(parsed.Secrets()))
	}

	config, err := parsed.TLSConfig()
	if err != nil || config.RootCAs != nil || config.Certificates != nil || config.InsecureSkipVerify {
		t.Errorf("got %+v, %v", config, err)
	}

	if parsed := parse(t, "baseURL: http://h/a%2Fb/\nauth: {token: literal-token}"); parsed.BaseURL.EscapedPath() != "/a%2Fb" ||
		!slices.Contains(parsed.Secrets(), auth.NewSecret("literal-token")) {
		t.Errorf("got %s and %d secrets", parsed.BaseURL, len(parsed.Secrets()))
	}
}

func TestLoopback(t *testing.T) {
	t.Parallel()

	for address, want := range map[string]bool{
		"http://localhost:1": true, "http://LOCALHOST.": true, "http://a.localhost": true, "http://127.0.0.1": true,
		"http://127.9.9.9:2": true, "http://[::1]:2": true, "http://[::ffff:127.0.0.1]": true,
		"http://localhost.example.com": false, "http://10.0.0.1": false, "http://0.0.0.0": false,
		"http://example.com": false, "http://notlocalhost": false, "http://127.0.0.1.example.com": false,
	} {
		if got := parse(t, "baseURL: '"+address+"'").Loopback(); got != want {
			t.Errorf("%s: got %v, want %v", address, got, want)
		}
	}
}

// TestSecretsStayInside prints a target, and what is wrong with one.
func TestSecretsStayInside(t *testing.T) {
	t.Parallel()

	for _, text := range []string{
		whole,
		"baseURL: ${USER_URL}",
		"baseURL: http://someone:p4ssw0rd@h:port",
		"baseURL: p4ssw0rd",
		"auth: p4ssw0rd",
		"auth: [p4ssw0rd]",
		"auth: {token: [p4ssw0rd]}",
		"auth: {token: *p4ssw0rd }",
		"auth: {token: &p4ssw0rd x}",
		"auth: {token: !p4ssw0rd x}",
		"auth: {token: !!int p4ssw0rd}",
		"auth: {token: *p4ssw0rd",
		"{\"auth\": {\"token\": \"p4ssw0rd\" \"p4ssw0rd\"}}",
		"auth: {p4ss: a, token: [&p4ssw0rd p4ssw0rd, *p4ssw0rd ]}",
		"auth: {token: \"p4ssw0rd\\n\"}",
		"auth: {token: ' p4ssw0rd'}",
		"headers: {A: \"p4ssw0rd\\n\"}",
		"headers: {A: [p4ssw0rd]}",
		"headers: p4ssw0rd",
	} {
		parsed, err := target.Parse("target.yaml", []byte(text), lookupEnv)
		printed := strings.ToLower(format(parsed, err))

		for _, secret := range []string{"p4ssw0rd", "t0ken-from", "tenant-7/", "dXNlcjpwYXNz"} {
			if strings.Contains(printed, strings.ToLower(secret)) {
				t.Errorf("%s: %q was printed: %s", text, secret, printed)
			}
		}
	}
}

func TestLoad(t *testing.T) {
	t.Setenv("CLAUSE_TARGET_TEST", "http://127.0.0.1:9000")

	dir := t.TempDir()
	path := filepath.Join(dir, "staging.yaml")

	if err := os.WriteFile(path, []byte("baseURL: ${CLAUSE_TARGET_TEST}\nnames: a\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	_, err := target.Load(path)

	var list *target.ListError
	if !errors.As(err, &list) || len(list.Problems) != 1 || list.Problems[0].File != path || list.Problems[0].Line != 2 {
		t.Errorf("got %v, want one problem in line 2", err)
	}

	if err := os.WriteFile(path, []byte("baseURL: ${CLAUSE_TARGET_TEST}\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	if loaded, err := target.Load(path); err != nil || !loaded.Loopback() {
		t.Errorf("got %+v, %v", loaded, err)
	}

	if _, err := target.Load(filepath.Join(dir, "none.yaml")); !errors.Is(err, os.ErrNotExist) ||
		err.Error() != "load target "+filepath.Join(dir, "none.yaml")+": no such file or directory" {
		t.Errorf("got %v", err)
	}

	if _, err := target.Load(dir); err == nil || err.Error() != "load target "+dir+": is a directory" {
		t.Errorf("got %v", err)
	}

	if err := os.WriteFile(path, []byte("#"+strings.Repeat("x", 1<<20)), 0o600); err != nil {
		t.Fatal(err)
	}

	if _, err := target.Load(path); err == nil || !strings.Contains(err.Error(), ":1: the file is larger than 1048576 bytes") {
		t.Errorf("got %v", err)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()

	operations := map[string][]string{"exportUserUsage": {"project_id", "start_time"}, "other": {"limit"}}

	if err := parse(t, whole).Check(operations); err != nil {
		t.Error(err)
	}

	var zero target.Target
	if err := zero.Check(operations); err != nil {
		t.Error(err)
	}

	mistaken := parse(t, `baseURL: http://h
values:
  projectid: x
  exportUserUsages: {project_id: x}
  exportUserUsage: {limit: x}
provoke: {somethingElse: {"500": {path: {a: b}}}}
`)

	want := `target.yaml:6: provoke: the contract has no operation "somethingElse": known here: exportUserUsage, other`
	if err := mistaken.Check(operations); err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}

	want = `target.yaml:3: values: no operation of the contract has a parameter or member "projectid": did you mean "project_id"?
target.yaml:4: values: the contract has no operation "exportUserUsages": did you mean "exportUserUsage"?
target.yaml:5: values: operation exportUserUsage has no parameter or member "limit": known here: project_id, start_time
`
	if got := lines(mistaken.Unused(operations)); got != want {
		t.Errorf("got:\n%v\nwant:\n%s", got, want)
	}

	if got := lines(parse(t, "baseURL: http://h\nvalues: {a: b}").Unused(nil)); got !=
		"target.yaml:2: values: no operation of the contract has a parameter or member \"a\": there are none here\n" {
		t.Errorf("got %v", got)
	}
}

func lines(problems []target.Problem) string {
	var out strings.Builder
	for _, p := range problems {
		fmt.Fprintln(&out, p)
	}

	return out.String()
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))

	for _, s := range samples() {
		f.Add([]byte(s.text))
	}

	f.Fuzz(func(t *testing.T, data []byte) {
		parsed, err := target.Parse("target.yaml", data, lookupEnv)

		var list *target.ListError
		if err != nil && !errors.As(err, &list) {
			t.Fatalf("got a %T, want a list: %v", err, err)
		}

		if err != nil {
			for i, p := range list.Problems {
				if p.Line < 1 || p.Message == "" || i > 0 && list.Problems[i-1].Line > p.Line {
					t.Errorf("bad problem %+v in %v", p, err)
				}
			}

			return
		}

		if parsed.Name == "" || parsed.BaseURL.Host == "" || strings.HasSuffix(parsed.BaseURL.Path, "/") {
			t.Errorf("accepted: %+v", parsed)
		}

		if _, err := parsed.TLSConfig(); err != nil {
			t.Error(err)
		}
	})
}
