package target_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/target"
)

// scheme is a file with credentials of the security scheme S.
func scheme(text string) string { return base + "auth: {schemes: {S: {" + text + "}}}" }

// login is a file whose credential is got by a login, with something more in it.
func login(more string) string { return scheme("login: {url: /login, token: /t" + more + "}") }

// schemes has the samples of what stands under auth.schemes.
func schemes() []sample {
	const (
		kinds   = "give one of token, key, user and password, accessKey, iam, oauth2 or login"
		several = "has several kinds of credentials; leave one of token, key, user and password, accessKey, iam, oauth2 or login"
		private = "must begin with https://: a password is sent to it"
	)
	return []sample{
		good(base + "auth: {schemes: {}}"), good(base + "auth: {schemes: }"), good(base + "auth: {token: t, schemes: {S: {key: k}}}"),
		good(scheme("token: t")), good(scheme("key: '${TOKEN}'")), good(scheme("user: u, password: p")),
		good(scheme("accessKey: {id: a, secret: b, project: p}")), good(base + "auth: {schemes: {S: {" + iam("")[len("auth: {"):] + "}}"),
		bad(base+"auth: {schemes: a}", "2: auth.schemes must be a mapping (key: value)"), bad(base+"auth: {schemes: {'': {token: t}}}", "2: auth.schemes.\"\" is no name; give the key one"),
		bad(base+"auth: {schemes: {S: t}}", "2: auth.schemes.S must be a mapping"), bad(scheme(""), "2: auth.schemes.S says nothing; "+kinds),
		bad(base+"auth: {schemes: {S: }}", "2: auth.schemes.S says nothing; "+kinds), bad(scheme("tokn: t"), `2: unknown key "tokn" in auth.schemes.S: did you mean "token"?`),
		bad(scheme("token: t, key: k"), "2: auth.schemes.S "+several),
		bad(scheme("token: t, user: u, password: p"), "2: auth.schemes.S "+several),
		bad(scheme("user: u"), "2: auth.schemes.S.password is missing, and belongs to user; give both or neither"), bad(scheme("password: p"), "2: auth.schemes.S.user is missing, and belongs to password; give both or neither"),
		bad(scheme("user: 'u:v', password: p"), "2: auth.schemes.S.user holds a colon, and basic authentication ends the user there; remove it"),
		bad(scheme("key: ' k'"), "2: auth.schemes.S.key has blanks around it; remove them"), bad(scheme("accessKey: {id: a}"), "2: auth.schemes.S.accessKey.secret is missing; give it"),
		beyond(scheme("key: k}, S: {key: k"), `2: auth.schemes.S: the key "S" is given twice, first in line 2; remove one`),

		good(scheme("oauth2: {clientId: c, clientSecret: s, scopes: a b}")), good(scheme("oauth2: {user: u, password: p}")),
		good(scheme("oauth2: {tokenUrl: https://h/token, clientId: c, user: u, password: p}")),
		bad(scheme("oauth2: {}"), "2: auth.schemes.S.oauth2.clientId is missing; give it", "2: auth.schemes.S.oauth2.clientSecret is missing; give it"),
		bad(scheme("oauth2: {user: u}"), "2: auth.schemes.S.oauth2.password is missing, and belongs to user; give both or neither"), bad(scheme("oauth2: {password: p}"), "2: auth.schemes.S.oauth2.user is missing, and belongs to password; give both or neither"), bad(scheme("password: p, token: t"), "2: auth.schemes.S.user is missing, and belongs to password; give both or neither"),
		bad(scheme("oauth2: {clientSecret: s, user: u, password: p}"), "2: auth.schemes.S.oauth2.clientId is missing, and belongs to clientSecret; give both or neither"),
		bad(scheme("oauth2: {user: u, password: p, grant: password}"), `2: unknown key "grant" in auth.schemes.S.oauth2: known here: clientId, clientSecret, password, scopes, tokenUrl, user`),
		beyond(scheme("oauth2: {tokenUrl: http://other, user: u, password: p}"), "2: auth.schemes.S.oauth2.tokenUrl "+private),
		good(scheme("oauth2: {tokenUrl: http://h:80/token, user: u, password: p}")), good(scheme("oauth2: {tokenUrl: http://127.0.0.1:1/token, user: u, password: p}")),
		good("auth: {schemes: {S: {oauth2: {tokenUrl: http://h/token, user: u, password: p}}}}\n" + base),
		beyond(scheme("oauth2: {tokenUrl: http://h:81, user: u, password: p}"), "2: auth.schemes.S.oauth2.tokenUrl "+private),
		bad(scheme("oauth2: {tokenUrl: /token, user: u, password: p}"), "2: auth.schemes.S.oauth2.tokenUrl must begin with http:// or https://, such as http://127.0.0.1:9000"),

		good(login("")), good(login(", method: get")), good(login(", form: {user: u, password: p}, lifetime: 30m")), good(login(", json: {a: {b: [1, true, null, x]}}")),
		good(scheme("login: {url: https://other/login, token: /a/0/b~1c}")),
		bad(scheme("login: {}"), "2: auth.schemes.S.login.token is missing; give it", "2: auth.schemes.S.login.url is missing; give it"),
		bad(login(", json: {}, form: {}"), "2: auth.schemes.S.login has both json and form; remove either"),
		bad(login(", method: GET, json: {}"), "2: auth.schemes.S.login is a GET, which has no body; remove json and form, or give another method"),
		bad(login(", method: 'P T'"), "2: auth.schemes.S.login.method is no method; write one such as POST"),
		bad(login(", lifetime: 30"), "2: auth.schemes.S.login.lifetime is no duration; write it as 30m, 12h or 90s"),
		bad(login(", lifetime: -1s"), "2: auth.schemes.S.login.lifetime is no duration"),
		beyond(login(", lifetime: 0s"), "2: auth.schemes.S.login.lifetime must be longer than nothing, and shorter than 290 years"),
		bad(login(", form: {a: [b]}"), "2: auth.schemes.S.login.form.a must be a single value, such as a text or a number"), bad(login(", form: a"), "2: auth.schemes.S.login.form must be a mapping"),
		beyond(login(", json: {a: .inf}"), "2: auth.schemes.S.login.json.a is a number that JSON does not have; put it in quotes if it is a text"),
		beyond(login(", json: {a: '${NONE}'}"), "2: auth.schemes.S.login.json.a: the environment variable NONE is not set, or empty; set it"),
		beyond(login(", json: {a: !x b}"), "2: auth.schemes.S.login.json.a: tags are not supported"),
		bad(scheme("login: {url: login, token: /t}"), "2: auth.schemes.S.login.url must begin with http:// or https://, or be a path such as /login, which is appended to baseURL"),
		bad(scheme("login: {url: '/login?a=b', token: /t}"), "2: auth.schemes.S.login.url is no path; write it as /login"),
		bad(scheme("login: {url: //other/login, token: /t}"), "2: auth.schemes.S.login.url must begin with"),
		beyond(scheme("login: {url: http://other/login, token: /t}"), "2: auth.schemes.S.login.url "+private),
		bad(scheme("login: {url: /login, token: access_token}"), "2: auth.schemes.S.login.token is no JSON pointer; it begins with a slash: write /access_token for the member access_token"),
	}
}

// What stands under auth.schemes is secret, but for names: a user's name, or what
// is sent along with a password, may stand in any answer.
func TestSecretsOfSchemes(t *testing.T) {
	parsed := parse(t, base+`auth:
  schemes:
    a: {key: key-12345}
    b: {user: person-1, password: pass-word-1}
    c: {oauth2: {clientId: client-1, clientSecret: client-secret, user: person-2, password: pass-word-2}}
    d: {login: {url: /l, token: /t, json: {username: person-3, password: pass-word-3, deep: [{apiKey: key-67890, device: web, place: somewhere-1}], pin: 4711}}}
    e: {login: {url: /l, token: /t, form: {grant_type: password, username: "${TOKEN}", client_secret: form-secret, code: "${TOKEN}-code"}}}
`)
	secrets := parsed.Secrets()
	for _, secret := range []string{
		"key-12345", "pass-word-1", "client-secret", "pass-word-2", "pass-word-3", "key-67890", "4711", "somewhere-1", "form-secret",
		environment["TOKEN"] + "-code", "cGVyc29uLTE6cGFzcy13b3JkLTE=", // person-1:pass-word-1
	} {
		if !slices.Contains(secrets, auth.NewSecret(secret)) {
			t.Errorf("%q is no secret", secret)
		}
		if strings.Contains(format(parsed, nil), secret) {
			t.Errorf("%q is printed: %s", secret, format(parsed, nil))
		}
	}
	for _, name := range []string{"person-1", "person-2", "person-3", "client-1", "web", "password", environment["TOKEN"]} {
		if slices.Contains(secrets, auth.NewSecret(name)) {
			t.Errorf("%q is a secret", name)
		}
	}
	if got := parsed.Auth.Incidental(); !slices.Equal(got, []auth.Secret{auth.NewSecret("somewhere-1")}) {
		t.Errorf("an answer may hold %d secrets", len(got))
	}
	if got := parsed.Auth.Schemes["d"].Login.Body.Reveal(); got != `{"deep":[{"apiKey":"key-67890","device":"web","place":"somewhere-1"}],"password":"pass-word-3","pin":4711,"username":"person-3"}` {
		t.Errorf("the body is %s", got)
	}
}

// Credentials are held against the security schemes that a contract has.
func TestCheckSchemes(t *testing.T) {
	const other = "no credential is sent to a server that the target file does not name; give it as tokenUrl if you trust it"
	schemes := []target.Scheme{
		{Name: "basic", Basic: true},
		{Name: "key"},
		{Name: "signed", Signs: true},
		{Name: "local", PasswordURL: "token", ClientURL: "/token"},
		{Name: "remote", PasswordURL: "https://login.example.com/token", ClientURL: "//user@h/token"},
		{Name: "broken", PasswordURL: "http://[", ClientURL: "http://h:81/"},
	}
	for given, want := range map[string]string{
		"basic: {user: u, password: p}": "", "basic: {token: t}": "", "key: {key: k}": "", "signed: {accessKey: {id: a, secret: b}}": "",
		"local: {oauth2: {user: u, password: p}}": "", "local: {oauth2: {clientId: c, clientSecret: s}}": "",
		"Basic: {token: t}":                                             `auth.schemes.Basic: the contract has no security scheme of this name: did you mean "basic"?`,
		"oauth: {token: t}":                                             "auth.schemes.oauth: the contract has no security scheme of this name: known here: basic, broken, key, local, remote, signed",
		"key: {user: u, password: p}":                                   "auth.schemes.key: user and password are for a scheme of type http, basic, and this is none; give token, key, oauth2, or login, which gets a token by them",
		"signed: {token: t}":                                            "auth.schemes.signed: requests are signed under this scheme; give accessKey",
		"key: {accessKey: {id: a, secret: b}}":                          "auth.schemes.key: accessKey signs requests, and the contract does not say that this scheme does; give token or key",
		"key: {oauth2: {user: u, password: p}}":                         "auth.schemes.key.oauth2: the contract gives no token URL for the flow password of this scheme; give tokenUrl",
		"key: {oauth2: {clientId: c, clientSecret: s}}":                 "auth.schemes.key.oauth2: the contract gives no token URL for the flow clientCredentials of this scheme; give tokenUrl",
		"remote: {oauth2: {user: u, password: p}}":                      "auth.schemes.remote.oauth2: the contract has its token URL on https://login.example.com, which is not the server of baseURL: " + other,
		"remote: {oauth2: {clientId: c, clientSecret: s}}":              "auth.schemes.remote.oauth2: the contract has its token URL on http://h, which is not the server of baseURL: " + other,
		"broken: {oauth2: {user: u, password: p}}":                      "auth.schemes.broken.oauth2: the contract's token URL cannot be read; give tokenUrl",
		"broken: {oauth2: {clientId: c, clientSecret: s}}":              "auth.schemes.broken.oauth2: the contract has its token URL on http://h:81, which is not the server of baseURL: " + other,
		"remote: {oauth2: {tokenUrl: https://x, user: u, password: p}}": "",
	} {
		err := parse(t, base+"auth:\n  schemes:\n    "+given).CheckSchemes(schemes)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if want != "" {
			want = "target.yaml:4: " + want
		}
		if got != want {
			t.Errorf("%s\ngot  %s\nwant %s", given, got, want)
		}
	}
	if err := parse(t, scheme("token: t")).CheckSchemes(nil); err == nil || !strings.HasSuffix(err.Error(), "no security scheme of this name, nor any other; remove it") {
		t.Errorf("got %v", err)
	}
}

// A token URL is where the contract's paths start, as it is written there.
func TestTokenURL(t *testing.T) {
	parsed := parse(t, "baseURL: http://h/v1\nauth: {schemes: {S: {oauth2: {user: u, password: p}}}}")
	for text, want := range map[string]string{"token": "http://h/v1/token", "/token": "http://h/token", "http://h:80/a": "http://h:80/a"} {
		got, err := parsed.Auth.Schemes["S"].TokenURL(parsed.BaseURL, target.Scheme{PasswordURL: text})
		if err != nil || got.String() != want {
			t.Errorf("%s: got %s, %v, want %s", text, got, err, want)
		}
	}
}

// The guide's example is one that can be used.
func TestTheGuide(t *testing.T) {
	text, err := os.ReadFile("../../docs/credentials.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(text), "```yaml\n")
	example, _, found := strings.Cut(example, "```")
	if !found {
		t.Fatal("there is no example")
	}
	if _, err := target.Parse("credentials.md", []byte(example), func(string) (string, bool) { return "secret", true }); err != nil {
		t.Error(err)
	}
}
