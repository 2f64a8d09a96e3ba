package run

import (
	"crypto/tls"
	"io"
	"net/http"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/plan"
)

// replayed is what a server sees of a request.
type replayed struct {
	Method, URI, Body string
	Header            http.Header
}

// The curl line of a case sends what the case sends.
func TestCurlReplays(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	got := make(chan replayed, 1)
	tg := secured(t, &tls.Config{Certificates: []tls.Certificate{certificate(t, "127.0.0.1", time.Now().Add(time.Hour))}},
		func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			for _, name := range []string{"User-Agent", "X-Request-Id"} {
				r.Header.Del(name) // They say which tool sends.
			}
			got <- replayed{r.Method, r.RequestURI, string(body), r.Header}
			w.WriteHeader(http.StatusNoContent)
		})
	tg.Headers = map[string]auth.Secret{"X-Tenant": auth.NewSecret("it's"), "Cookie": auth.NewSecret("a=hidden; b=cookie")}
	r, err := New(testModel(), tg, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	header := func(name, value string) plan.Parameter { return plan.Parameter{In: "header", Name: name, Value: value} }
	cases := map[string]plan.Case{
		"plain":    get(query("q", `a'b"$(id)`+"`é&{}[]"), header("X-A", `'"$HOME\ !`), header("X-Empty", "")),
		"dots":     get(plan.Parameter{In: "path", Name: "id", Value: "a/../b"}),
		"cookie":   get(plan.Parameter{In: "cookie", Name: "c", Value: "d"}),
		"host":     get(header("Host", "other.example")),
		"JSON":     post(&plan.Body{MediaType: "application/json", Value: map[string]any{"a": "it's\n@x"}}),
		"at":       post(&plan.Body{MediaType: "text/plain", Raw: "@/etc/hostname", Verbatim: true}),
		"binary":   post(&plan.Body{MediaType: "application/octet-stream", Raw: "\x00\xff%s\\n'\x1b", Verbatim: true}),
		"no type":  post(&plan.Body{Raw: "x", Verbatim: true}),
		"no body":  post(nil),
		"empty":    post(&plan.Body{MediaType: "text/plain", Verbatim: true}),
		"GET body": get(),
		"DELETE":   get(),
	}
	change := func(name string, f func(*plan.Request)) { c := cases[name]; f(&c.Request); cases[name] = c }
	change("GET body", func(r *plan.Request) { r.Body = &plan.Body{MediaType: "text/plain", Raw: "x", Verbatim: true} })
	change("DELETE", func(r *plan.Request) { r.Method = http.MethodDelete })
	for _, scheme := range []string{"key", "bearer", "query", "cookie"} {
		for _, v := range []plan.Variant{plan.Valid, plan.None, plan.Empty, plan.Malformed, plan.Prefix, plan.Extension, plan.OtherCase, plan.Wrong} {
			c := get(query("q", "1"))
			c.Request.Credential = plan.Credential{Scheme: scheme, Variant: v}
			cases[scheme+" "+string(v)] = c
		}
	}
	wrongToken, _ := vary(testToken, plan.Wrong)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			e := sendOne(t, r, c)
			wantStatus(t, e, http.StatusNoContent)
			want := <-got
			line := r.Curl(&c, e.Sent)
			if strings.Contains(line, "hidden") || strings.Contains(strings.ToLower(line), strings.ToLower(testToken[:8])) || strings.Contains(line, wrongToken[:8]) {
				t.Errorf("a secret in %s", line)
			}
			command := exec.Command("sh", "-c", line)
			command.Env = append(command.Environ(), "CLAUSE_TOKEN="+testToken, "CLAUSE_COOKIE=a=hidden; b=cookie")
			if out, err := command.CombinedOutput(); err != nil {
				t.Fatalf("%s: %s\n%s", line, err, out)
			}
			again := <-got
			if c.Request.Credential.Variant == plan.Wrong {
				again = unwrong(t, again, want, wrongToken)
			}
			if !reflect.DeepEqual(again, want) {
				t.Errorf("%s\nsends %+v\nwant  %+v", line, again, want)
			}
		})
	}
}

// unwrong replaces the wrong token of the shell by that of the case: any will
// do that has the same form.
func unwrong(t *testing.T, again, want replayed, wrongToken string) replayed {
	t.Helper()
	const shell = "t4ds4uUPLFO1234567890bcdefa"
	swap := func(s string) string { return strings.ReplaceAll(s, shell, wrongToken) }
	if reflect.DeepEqual(again, want) {
		t.Error("the line has the wrong token in it")
	}
	again.URI = swap(again.URI)
	for name := range again.Header {
		again.Header[name][0] = swap(again.Header[name][0])
	}
	return again
}

func TestCurlLine(t *testing.T) {
	r := testRunner(t, "http://127.0.0.1:9000/base", Options{})
	c := get(query("q", "a b"))
	req, err := r.Request(t.Context(), &c, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	got := r.Curl(&c, Sent{Method: req.Method, URL: req.URL.String(), Header: req.Header})
	const want = `curl -i -g --path-as-is 'http://127.0.0.1:9000/base/v1/7/things?q=a%20b' -H 'X-Key: '"$CLAUSE_TOKEN"`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if r.Curl(&c, Sent{}) != "" {
		t.Error("there is a line for what was not sent")
	}
	c.Operation = "other"
	if r.Curl(&c, Sent{Method: "GET"}) != "" {
		t.Error("there is a line for what the contract does not have")
	}
}

func TestCurlHidesHeaders(t *testing.T) {
	tg := testTarget(t, "http://127.0.0.1:9000")
	tg.Headers = map[string]auth.Secret{"Authorization": auth.NewSecret("Bearer abc"), "X-Tenant": auth.NewSecret("a")}
	r, err := New(testModel(), tg, Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := get(query("echo", testToken))
	req, err := r.Request(t.Context(), &c, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	got := r.Curl(&c, Sent{Method: req.Method, URL: req.URL.String(), Header: req.Header})
	const want = `curl -i -g --path-as-is 'http://127.0.0.1:9000/v1/7/things?echo=[redacted]'` +
		` -H 'Authorization: '"$CLAUSE_AUTHORIZATION" -H 'X-Key: '"$CLAUSE_TOKEN" -H 'X-Tenant: a'`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
