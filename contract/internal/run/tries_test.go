package run

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// served notes what it is asked.
type served struct {
	mu       sync.Mutex
	requests []string
}

func (s *served) note(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.Method+" "+r.URL.Path)
}

func (s *served) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// reads is a case that reads a path without values.
func reads(path string) plan.Case {
	c := get()
	c.ID, c.Operation, c.Request.Path, c.Request.Parameters = "op"+path, "op"+path, path, nil
	return c
}

// several are cases of operations of their own, and the runner that sends them.
func several(t *testing.T, base string, cases []plan.Case, documented ...string) *Runner {
	t.Helper()
	model := testModel()
	model.Operations = nil
	for _, c := range cases {
		if slices.ContainsFunc(model.Operations, func(op *spec.Operation) bool { return op.ID == c.Operation }) {
			continue
		}
		op := &spec.Operation{ID: c.Operation, Method: c.Request.Method, Path: c.Request.Path}
		for _, status := range append([]string{"200"}, documented...) {
			op.Responses = append(op.Responses, &spec.Response{Status: status})
		}
		for _, s := range model.Schemes {
			op.Security = append(op.Security, []*spec.Scheme{s})
		}
		model.Operations = append(model.Operations, op)
	}
	r, err := New(model, testTarget(t, base), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func tryAll(t *testing.T, r *Runner, cases []plan.Case) (Tried, *Diagnosis) {
	t.Helper()
	return r.Preflight(t.Context(), cases, r.Order(cases, upTo(len(cases))), 0)
}

func TestOrder(t *testing.T) {
	made := func(id string, change func(*plan.Request)) plan.Case {
		c := get()
		c.ID = id
		change(&c.Request)
		return c
	}
	path := func(template string, params ...plan.Parameter) func(*plan.Request) {
		return func(r *plan.Request) { r.Path, r.Parameters = template, params }
	}
	id := func(value any) plan.Parameter { return plan.Parameter{In: "path", Name: "id", Value: value} }
	cases := []plan.Case{
		made("ends something", func(r *plan.Request) { r.Method, r.Path, r.Parameters = "DELETE", "/things", nil }),
		made("replaces everything", func(r *plan.Request) { r.Method, r.Path, r.Parameters = "PUT", "/things", nil }),
		made("ends the session", path("/v1/log-out")),
		made("with wrong credentials", func(r *plan.Request) { path("/things")(r); r.Credential.Variant = plan.Wrong }),
		made("a thing that was made up", path("/things/{id}", id("8"))),
		made("a thing that the target gives", path("/things/{id}", id(7))),
		made("a body", func(r *plan.Request) { r.Method, r.Path, r.Parameters, r.Body = "POST", "/things", nil, &plan.Body{} }),
		made("an unsafe method", func(r *plan.Request) { r.Method, r.Path, r.Parameters = "POST", "/things", nil }),
		made("two parameters", path("/things", query("a", 1), query("b", 2))),
		made("one parameter", path("/things", query("a", 1))),
		made("one parameter that the target gives", path("/things", query("id", "7"))),
		made("the second without any", path("/others")),
		made("the third without any", path("/more")),
	}
	var got []string
	for _, i := range testRunner(t, "http://127.0.0.1:1", Options{}).Order(cases, upTo(len(cases))) {
		got = append(got, cases[i].ID)
	}
	want := []string{
		"the second without any", "the third without any", "one parameter that the target gives", "one parameter", "two parameters",
		"an unsafe method", "a body", "a thing that the target gives", "a thing that was made up",
		"ends the session", "with wrong credentials", "ends something", "replaces everything",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A preflight tries six cases and one path at most, nothing that could end
// something, and no wrong credentials.
func TestAPreflightIsBounded(t *testing.T) {
	for _, status := range []int{404, 401, 403, 302} {
		var seen served
		base := newServer(t, func(w http.ResponseWriter, r *http.Request) {
			seen.note(r)
			if key := r.Header.Get("X-Key"); key != "" && key != testToken {
				t.Errorf("wrong credentials were sent")
			}
			w.Header().Set("Location", "https://elsewhere.example"+r.URL.Path)
			w.WriteHeader(status)
		})
		var cases []plan.Case
		for n := range 20 {
			c := reads(fmt.Sprintf("/things-%d", n))
			wrong := c
			wrong.Expect, wrong.Technique = plan.Expect{Outcome: plan.Refused, Statuses: []string{"401"}}, plan.Authentication
			none := wrong
			wrong.Request.Credential.Variant, none.Request.Credential = plan.Wrong, plan.Credential{Variant: plan.None}
			ends := c
			ends.Request.Method = http.MethodDelete
			cases = append(cases, c, wrong, none, ends)
		}
		tried, d := tryAll(t, several(t, base, cases), cases)
		requests := seen.all()
		if d == nil || len(tried.Exchanges) > 6 || len(requests) > 7 || (len(requests) == len(tried.Exchanges)+1) != (status == 404) {
			t.Errorf("%d: %v; %d cases, requests %q", status, d, len(tried.Exchanges), requests)
		}
		for _, r := range requests {
			if !strings.HasPrefix(r, "GET ") {
				t.Errorf("%d: %s was sent", status, r)
			}
		}
	}
}

func TestWhatIsTriedIsHandedOn(t *testing.T) {
	var seen served
	base := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		seen.note(r)
		if r.URL.Path == "/c" {
			ok(w, r)
			return
		}
		http.NotFound(w, r)
	})
	cases := []plan.Case{reads("/a"), reads("/b"), reads("/c"), reads("/d")}
	r := several(t, base, cases)
	tried, d := tryAll(t, r, cases)
	if d != nil || len(tried.Exchanges) != 3 || tried.Probe == nil || tried.Probed.Got.Status != 404 {
		t.Fatalf("%v, %+v", d, tried)
	}
	run := r.Start(t.Context(), cases, upTo(4), tried.Exchanges...)
	for i, served := range []bool{false, false, true, false} {
		e := run.Await(i)
		if e.Case != i || r.Unknown().Matches(&e) == served {
			t.Errorf("case %d: %d, served %t", e.Case, e.Got.Status, served)
		}
	}
	if got := seen.all(); len(got) != 5 {
		t.Errorf("the server got %q", got)
	}
}

// Only a thing that the target itself gives must be there, and what the contract
// documents may be lawful.
func TestHowMuchSpeaksForAWrongPath(t *testing.T) {
	base := newServer(t, http.NotFound)
	thing := func(path, id string) plan.Case {
		c := reads(path)
		c.Request.Parameters = []plan.Parameter{{In: "path", Name: "id", Value: id}}
		return c
	}
	found := reads("/found")
	found.Request.Parameters = []plan.Parameter{query("name", "x")}
	bare := reads("/things/{id}")
	bare.Technique, bare.Request.Credential.Variant = plan.Authentication, plan.None
	bare.Request.Parameters = thing("/things/{id}", "8").Request.Parameters
	bare.Expect = plan.Expect{Outcome: plan.Refused, Statuses: []string{"401"}}
	hidden := bare
	hidden.Expect.Statuses = []string{"401", "4XX"}
	for name, test := range map[string]struct {
		cases      []plan.Case
		documented string
		wrong      bool
	}{
		"a path without values":                 {[]plan.Case{reads("/a")}, "", true},
		"the same, and 404 is documented":       {[]plan.Case{reads("/a")}, "404", false},
		"two of them":                           {[]plan.Case{reads("/a"), reads("/b")}, "4XX", false},
		"three of them":                         {[]plan.Case{reads("/a"), reads("/b"), reads("/c")}, "404", true},
		"something that is looked for":          {[]plan.Case{found}, "", false},
		"things that were made up":              {[]plan.Case{thing("/a/{id}", "8"), thing("/b/{id}", "8"), thing("/c/{id}", "8"), thing("/d/{id}", "8")}, "", false},
		"a thing that the target gives":         {[]plan.Case{thing("/a/{id}", "7")}, "404", true},
		"one made up, asked for without rights": {[]plan.Case{thing("/things/{id}", "8"), bare}, "404", true},
		"the same where that may be hidden":     {[]plan.Case{thing("/things/{id}", "8"), hidden}, "404", false},
	} {
		t.Run(name, func(t *testing.T) {
			_, d := tryAll(t, several(t, base, test.cases, test.documented), test.cases)
			if (d != nil) != test.wrong || d != nil && d.Kind != WrongPath {
				t.Errorf("got %v, want a diagnosis: %t", d, test.wrong)
			}
		})
	}
}

// A case that has not to be accepted shows only whether the target is there.
func TestARefusalSaysNothingOfTheOthers(t *testing.T) {
	c := get()
	c.Expect = plan.Expect{Outcome: plan.Refused, Statuses: []string{"400"}}
	for _, status := range []int{401, 404, 301} {
		base := newServer(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		if _, d := preflightOf(t.Context(), testRunner(t, base, Options{}), c, 0); d != nil {
			t.Errorf("%d: %s", status, d)
		}
	}
	base := newServer(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	if _, d := preflightOf(t.Context(), testRunner(t, base, Options{}), c, 0); d == nil || d.Kind != Busy {
		t.Errorf("got %v", d)
	}
}

// One slow operation is not a silent target.
func TestASlowOperationStopsNothing(t *testing.T) {
	t.Parallel()
	for name, slow := range map[string][]string{"one": {"/a"}, "all": {"/a", "/b", "/c"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := newServer(t, func(w http.ResponseWriter, r *http.Request) {
				if slices.Contains(slow, r.URL.Path) {
					<-r.Context().Done()
					return
				}
				ok(w, r)
			})
			cases := []plan.Case{reads("/a"), reads("/b"), reads("/c")}
			r := several(t, base, cases)
			r.options.CaseTimeout = time.Second
			tried, d := tryAll(t, r, cases)
			if (d == nil) != (name == "one") || d != nil && d.Kind != Silent || len(tried.Exchanges) != 2 {
				t.Errorf("%v, %d were tried", d, len(tried.Exchanges))
			}
		})
	}
}

func TestFingerprints(t *testing.T) {
	of := func(method, path, mediaType, body string, header ...string) Fingerprint {
		e := &Exchange{
			Sent: Sent{Method: method, URL: "http://127.0.0.1:9000" + path, Header: http.Header{"X-Request-Id": {"clause-" + path}}},
			Got:  &Received{Status: 404, Header: http.Header{"Content-Type": {mediaType}}, Body: []byte(body)},
		}
		for _, value := range header {
			e.Got.Header.Add("X-Correlation-ID", value)
		}
		f, ok := FingerprintOf(e)
		if !ok {
			t.Fatal("no fingerprint")
		}
		return f
	}
	for name, body := range map[string][2]string{
		"nothing":         {"", ""},
		"the path":        {`{"path":"/api/pets/7","status":404}`, `{"path":"/api/nothing","status":404}`},
		"escaped in JSON": {`{"path":"\/api\/pets\/7"}`, `{"path":"\/api\/nothing"}`},
		"in HTML":         {`<pre>Cannot GET &#x2F;api&#x2F;pets&#x2F;7</pre>`, `<pre>Cannot GET &#x2F;api&#x2F;nothing</pre>`},
		"as a proxy does": {"no route for /pets/7", "no route for /nothing"},
		"without a slash": {"No static resource api/pets/7.", "No static resource api/nothing."},
		"the whole URL":   {"http://127.0.0.1:9000/api/pets/7?a=b was not found", "http://127.0.0.1:9000/api/nothing was not found"},
		"times": {
			`{"timestamp":"2026-01-31T12:00:00.123+00:00","at":1769860800,"took":"3 ms"}`,
			`{"timestamp":"2026-02-01T01:02:03.4Z","at":1769860801.5,"took":"12.5 ms"}`,
		},
		"a date":        {"Sat, 31 Jan 2026 12:00:00 GMT: not found", "Sun, 1 Feb 2026 01:02:03 GMT: not found"},
		"an id":         {`{"traceId":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"}`, `{"traceId":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}`},
		"a UUID":        {`{"id":"deadbeef-0000-4000-8000-abcdefabcdef"}`, `{"id":"12345678-1234-4234-8234-123456789012"}`},
		"random text":   {`request NHXBQGJVWZ2M5KDYTAOQ7LCEPS failed`, `request QW3ERTYUIOPASDFGHJKLZXCVB4 failed`},
		"base64":        {`ray: k3J5bG9uZ2VyK3RleHQ/MTIz9Q==`, `ray: bW9yZS90ZXh0K2FuZC9tb3JlNDU2Nzg=`},
		"its own head":  {"see answer one-abc", "see answer two-xyz"},
		"our own id":    {"request clause-/api/pets/7?a=b failed", "request clause-/api/nothing failed"},
		"a short drawn": {"incident 4f3a9b", "incident 9c1d2e"},
	} {
		a := of("GET", "/api/pets/7?a=b", "text/plain", body[0], "one-abc")
		b := of("GET", "/api/nothing", "Text/Plain; charset=utf-8", body[1], "two-xyz")
		if a != b {
			t.Errorf("%s: %q and %q differ", name, body[0], body[1])
		}
	}
	for name, body := range map[string][2]string{
		"words":     {`{"message":"no such pet"}`, `{"message":"no such path"}`},
		"codes":     {`{"code":"PET.0404"}`, `{"code":"GW.0001"}`},
		"numbers":   {`{"code":4041}`, `{"code":4040}`},
		"something": {"", "404 page not found"},
	} {
		if of("GET", "/api/pets/7", "", body[0]) == of("GET", "/api/nothing", "", body[1]) {
			t.Errorf("%s: %q and %q are alike", name, body[0], body[1])
		}
	}
	if of("GET", "/a", "text/html", "x") == of("GET", "/a", "text/plain", "x") {
		t.Error("the media type does not count")
	}
	if _, ok := FingerprintOf(&Exchange{}); ok {
		t.Error("no answer has a fingerprint")
	}
}

func FuzzFingerprint(f *testing.F) {
	f.Add("/v1/pets?a=%2F", `{"path":"\/v1\/pets","at":"2026-01-31T12:00:00Z"}`)
	f.Fuzz(func(t *testing.T, path, body string) {
		e := &Exchange{Sent: Sent{Method: "GET", URL: "http://a.example/" + path}, Got: &Received{Status: 404, Body: []byte(body)}}
		a, _ := FingerprintOf(e)
		if !a.Matches(e) {
			t.Error("it does not match itself")
		}
	})
}

func TestChallenges(t *testing.T) {
	for line, want := range map[string]string{
		"":      "",
		"Basic": "Basic",
		`Basic realm="a, Digest b", charset="UTF-8", Bearer realm = "x" , error="invalid_token"`: "Basic Bearer",
		"Negotiate YII=, NTLM":             "Negotiate NTLM",
		`Keystone uri="https://a.example"`: "Keystone",
		`realm="x"`:                        "",
		`"`:                                "",
	} {
		if got := strings.Join(challenges([]string{line}), " "); got != want {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
}

func TestWhatIsWrongWithCredentials(t *testing.T) {
	for name, test := range map[string]struct {
		scheme    string
		challenge string // to a request with credentials
		bare      string // the body without credentials; that with them is "no"
		says      string
	}{
		"they are refused":            {"bearer", `Bearer error="invalid_token"`, "no", "the target refuses the credentials: correct auth in the target file: what it gives may have expired"},
		"another body without any":    {"key", "", "who?", "what it gives may have expired"},
		"the same without any":        {"key", "", "no", "the target refuses the credentials, and the answer is the same as without any: they may be sent under the wrong scheme or name, or have expired: they are in the header X-Key, as the contract has the scheme \"key\"; correct that, or auth in the target file"},
		"the same, with a prefix":     {"bearer", "", "no", "they are in the header Authorization, after Bearer,"},
		"another scheme":              {"key", `basic realm="x"`, "no", `the target refuses credentials of the scheme "key" and asks for Basic (WWW-Authenticate): the contract has no scheme for Basic here: correct its security and auth in the target file`},
		"another of the contract's":   {"key", "Bearer", "no", `asks for Bearer (WWW-Authenticate): give credentials for the contract's scheme "bearer": auth.token in the target file is what follows Bearer in the header Authorization`},
		"a word that is not general":  {"key", "Keystone uri=x", "who?", "what it gives may have expired"},
		"the one that was sent first": {"bearer", "Basic, Bearer", "who?", "what it gives may have expired"},
	} {
		t.Run(name, func(t *testing.T) {
			base := newServer(t, func(w http.ResponseWriter, r *http.Request) {
				body := "no"
				if r.Header.Get("X-Key") == "" && r.Header.Get("Authorization") == "" {
					body = test.bare
				} else if test.challenge != "" {
					w.Header().Set("WWW-Authenticate", test.challenge)
				}
				w.WriteHeader(http.StatusUnauthorized)
				io.WriteString(w, body)
			})
			c := reads("/a")
			c.Request.Credential.Scheme = test.scheme
			bare := c
			bare.Request.Credential, bare.Technique = plan.Credential{Variant: plan.None}, plan.Authentication
			bare.Expect = plan.Expect{Outcome: plan.Refused, Statuses: []string{"401"}}
			cases := []plan.Case{c, bare}
			_, d := tryAll(t, several(t, base, cases), cases)
			if d == nil || d.Kind != CredentialsRefused || !strings.HasPrefix(d.Message, "GET "+base+"/a answered 401 (Unauthorized): ") || !strings.Contains(d.Message+": "+d.Try, test.says) {
				t.Errorf("got %v, want %q", d, test.says)
			}
		})
	}
}

// Accounts are locked for many wrong passwords.
func TestAPasswordIsNotTriedOften(t *testing.T) {
	var seen served
	base := newServer(t, func(w http.ResponseWriter, r *http.Request) { seen.note(r); w.WriteHeader(http.StatusUnauthorized) })
	var cases []plan.Case
	for n := range 5 {
		c := reads(fmt.Sprintf("/%d", n))
		c.Request.Credential.Scheme = "login"
		cases = append(cases, c)
	}
	r := several(t, base, cases)
	login := &credential{scheme: &spec.Scheme{Name: "login", Type: "http", HTTP: "basic"}}
	login.carrier = carrierOf(login.scheme)
	login.signer = auth.Token{In: auth.InHeader, Name: "Authorization", Prefix: "Basic", Value: auth.NewSecret("dXNlcjpwYXNz")}
	for _, op := range r.builder.operations {
		op.model.Security = append(op.model.Security, []*spec.Scheme{login.scheme})
		op.alternatives = append(op.alternatives, []*credential{login})
	}
	if _, d := tryAll(t, r, cases); d == nil || d.Kind != CredentialsRefused {
		t.Errorf("got %v", d)
	}
	if got := seen.all(); len(got) != maxPasswords {
		t.Errorf("the password was sent %d times", len(got))
	}
}

func TestWhereRedirectsLead(t *testing.T) {
	for name, test := range map[string]struct {
		to   func(r *http.Request) string
		says string // "" if that stops nothing
	}{
		"another host":         {func(r *http.Request) string { return "https://api.example" + r.URL.Path }, `redirects to "https://api.example/a": set baseURL to where the API itself is`},
		"the same without TLS": {func(r *http.Request) string { return "https://" + r.Host + r.URL.Path }, "set baseURL"},
		"a prefix":             {func(r *http.Request) string { return "/en" + r.URL.Path }, `redirects to "/en/a": set baseURL`},
		"a slash":              {func(r *http.Request) string { return r.URL.Path + "/" }, `redirects to "/a/": end the paths of the contract as the target ends its own`},
		"another path":         {func(*http.Request) string { return "/login" }, ""},
		"the root":             {func(*http.Request) string { return "/" }, ""},
		"nowhere":              {func(*http.Request) string { return "" }, ""},
		"somewhere unreadable": {func(*http.Request) string { return "http://%zz/" }, ""},
		"one only": {func(r *http.Request) string {
			return map[string]string{"/a": "https://api.example/a", "/b": "/c"}[r.URL.Path]
		}, ""},
		"one of many elsewhere": {func(r *http.Request) string { return map[string]string{"/a": "/a/"}[r.URL.Path] }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			base := newServer(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", test.to(r))
				w.WriteHeader(http.StatusFound)
			})
			cases := []plan.Case{reads("/a"), reads("/b")}
			_, d := tryAll(t, several(t, base, cases), cases)
			if (d == nil) != (test.says == "") || d != nil && (d.Kind != Redirected || !strings.Contains(d.Message+": "+d.Try, test.says)) {
				t.Errorf("got %v, want %q", d, test.says)
			}
			if _, d := tryAll(t, several(t, base, cases, "302"), cases); d != nil {
				t.Errorf("where it is documented: %v", d)
			}
		})
	}
}
