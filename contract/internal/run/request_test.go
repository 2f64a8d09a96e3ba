package run

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/target"
)

// onWire gives the bytes that are sent for a case, without the headers that every
// request has.
func onWire(t *testing.T, r *Runner, c plan.Case, now time.Time) string {
	t.Helper()
	req, err := r.request(t.Context(), &c, now)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := req.Write(&out); err != nil {
		t.Fatal(err)
	}
	var kept []string
	for line := range strings.SplitSeq(out.String(), "\r\n") {
		name, _, _ := strings.Cut(line, ":")
		switch name {
		case "Host", "User-Agent", "Accept", "X-Request-Id", "X-Key":
		default:
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

func TestWireBytes(t *testing.T) {
	now := time.Date(2025, 3, 1, 12, 0, 0, 987654321, time.FixedZone("", 3600))
	path := func(value any) plan.Parameter { return plan.Parameter{In: "path", Name: "id", Value: value} }
	tests := map[string]struct {
		params []plan.Parameter
		body   *plan.Body
		want   string
	}{
		"order and repetition": {
			params: []plan.Parameter{path("7"), query("b", 2), query("a", true), query("b", []any{"x", 1.5})},
			want:   "GET /base/v1/7/things?b=2&a=true&b=x&b=1.5 HTTP/1.1\n\n",
		},
		"joined": {
			params: []plan.Parameter{path("7"), {In: "query", Name: "a", Value: []any{"x y", "p,q", plan.Time{}}, Joined: true}},
			want:   "GET /base/v1/7/things?a=x%20y,p%2Cq,2025-03-01T11%3A00%3A00Z HTTP/1.1\n\n",
		},
		"filled when it is sent": {
			params: []plan.Parameter{path(plan.Template{Text: "at {{now-1h}}"}), query("t", []any{plan.Template{Text: "{{now}}"}})},
			body:   &plan.Body{MediaType: "application/json", Value: []any{plan.Template{Text: "<{{now+1d}}>"}}},
			want: "POST /base/v1/at%202025-03-01T10:00:00Z/things?t=2025-03-01T11%3A00%3A00Z HTTP/1.1\n" +
				"Content-Length: 26\nContent-Type: application/json\n\n[\"<2025-03-02T11:00:00Z>\"]",
		},
		"reserved characters": {
			params: []plan.Parameter{path("a b/c?d#e%2Fé;"), query("q[]", "&=+ #%/é'\"")},
			want:   "GET /base/v1/a%20b%2Fc%3Fd%23e%252F%C3%A9%3B/things?q%5B%5D=%26%3D%2B%20%23%25%2F%C3%A9%27%22 HTTP/1.1\n\n",
		},
		"large numbers": {
			params: []plan.Parameter{path(1e21), query("a", json.Number("9223372036854775808")), query("b", 1e6), query("c", int64(-3))},
			want:   "GET /base/v1/1000000000000000000000/things?a=9223372036854775808&b=1000000&c=-3 HTTP/1.1\n\n",
		},
		"times": {
			params: []plan.Parameter{path("7"), query("from", plan.Time{Offset: -time.Hour}), query("to", plan.Time{Offset: time.Millisecond})},
			want:   "GET /base/v1/7/things?from=2025-03-01T10%3A00%3A00Z&to=2025-03-01T11%3A00%3A00.001Z HTTP/1.1\n\n",
		},
		"headers and cookies": {
			params: []plan.Parameter{
				path("7"),
				{In: "header", Name: "x-a", Value: []any{"1", "2"}},
				{In: "header", Name: "X-B", Value: []any{"1", "2"}, Joined: true},
				{In: "cookie", Name: "c", Value: "1"},
				{In: "cookie", Name: "d", Value: "x;y z"},
			},
			want: "GET /base/v1/7/things HTTP/1.1\nCookie: c=1; d=x%3By%20z\nX-A: 1\nX-A: 2\nX-B: 1,2\n\n",
		},
		"empty values": {
			params: []plan.Parameter{path(""), query("a", ""), query("none", []any{})},
			want:   "GET /base/v1//things?a= HTTP/1.1\n\n",
		},
		"JSON body": {
			params: []plan.Parameter{path("7")},
			body: &plan.Body{MediaType: "application/json", Value: map[string]any{
				"at": plan.Time{Offset: time.Hour}, "list": []any{plan.Time{}, "<&>", nil}, "n": json.Number("1e2"),
			}},
			want: "POST /base/v1/7/things HTTP/1.1\nContent-Length: 80\nContent-Type: application/json\n\n" +
				`{"at":"2025-03-01T12:00:00Z","list":["2025-03-01T11:00:00Z","<&>",null],"n":1e2}`,
		},
		"raw body": {
			params: []plan.Parameter{path("7")},
			body:   &plan.Body{MediaType: "text/plain", Raw: "{\"a\": \xff}\n", Verbatim: true},
			want:   "POST /base/v1/7/things HTTP/1.1\nContent-Length: 9\nContent-Type: text/plain\n\n{\"a\": \xff}\n",
		},
		"empty body": {
			params: []plan.Parameter{path("7")},
			body:   &plan.Body{MediaType: "application/json", Verbatim: true},
			want:   "POST /base/v1/7/things HTTP/1.1\nContent-Length: 0\nContent-Type: application/json\n\n",
		},
	}
	r := testRunner(t, "http://127.0.0.1:1/base", Options{})
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := get()
			if test.body != nil {
				c = post(test.body)
			}
			c.Request.Parameters = test.params
			if got := onWire(t, r, c, now); got != test.want {
				t.Errorf("got\n%q\nwant\n%q", got, test.want)
			}
		})
	}
}

// What a server sees is what Request makes, over TCP and over a pipe.
func TestSentIsWhatArrives(t *testing.T) {
	type arrived struct {
		uri, body string
		header    http.Header
	}
	got := make(chan arrived, 1)
	handler := http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		got <- arrived{req.RequestURI, string(body), req.Header}
	})
	now := time.Now()
	long := strings.Repeat("x", 100<<10)
	for name, o := range map[string]Options{"network": {}, "in process": {Handler: handler}} {
		t.Run(name, func(t *testing.T) {
			o.Now = func() time.Time { return now }
			o.UserAgent = "tool/1"
			r := testRunner(t, newServer(t, handler), o)
			c := post(&plan.Body{MediaType: "text/plain", Raw: long, Verbatim: true})
			c.Request.Parameters = append(c.Request.Parameters, query("q", "a b"))
			e := sendOne(t, r, c)
			wantStatus(t, e, http.StatusOK)
			seen := <-got
			if seen.uri != "/v1/7/things?q=a%20b" || seen.body != long {
				t.Errorf("arrived: %s with %d bytes", seen.uri, len(seen.body))
			}
			for name, want := range map[string]string{
				"User-Agent": "tool/1", "X-Key": testToken, "Content-Type": "text/plain", "Accept": "*/*",
				requestID: e.Sent.Header[requestID][0],
			} {
				if seen.header.Get(name) != want {
					t.Errorf("%s: %q, want %q", name, seen.header.Get(name), want)
				}
			}
			if !strings.HasSuffix(e.Sent.URL, seen.uri) || string(e.Sent.Body) != long || e.Attempts != 1 || !e.Started.Equal(now) {
				t.Errorf("recorded: %s %s, %d attempts", e.Sent.Method, e.Sent.URL, e.Attempts)
			}
		})
	}
}

func TestUnsendable(t *testing.T) {
	change := func(f func(*plan.Case)) plan.Case { c := get(); f(&c); return c }
	for want, c := range map[string]plan.Case{
		"no operation":      change(func(c *plan.Case) { c.Operation = "other" }),
		"needs a value":     change(func(c *plan.Case) { c.Request.Parameters = nil }),
		"without a }":       change(func(c *plan.Case) { c.Request.Path = "/{id" }),
		"type struct {}":    get(query("a", struct{}{})),
		"no method":         change(func(c *plan.Case) { c.Request.Method = "GET / HTTP/1.1\r\nX: y" }),
		"header X-A":        get(plan.Parameter{In: "header", Name: "X-A", Value: "a\r\nX: y"}),
		"header name":       get(plan.Parameter{In: "header", Name: "X A", Value: "a"}),
		"is in \"body\"":    get(plan.Parameter{In: "body", Name: "a", Value: "a"}),
		"does not take":     change(func(c *plan.Case) { c.Request.Credential.Scheme = "other" }),
		"gives none":        change(func(c *plan.Case) { c.Request.Credential.Scheme = "signed" }),
		"written as JSON":   post(&plan.Body{Value: func() {}}),
		"computed from the": change(func(c *plan.Case) { c.Request.Credential = plan.Credential{Scheme: "signed", Variant: plan.Wrong} }),
	} {
		r := testRunner(t, "http://127.0.0.1:1", Options{})
		e := sendOne(t, r, c)
		wantProblem(t, e, Internal)
		if !strings.Contains(e.Problem.Error(), want) || !strings.Contains(e.Problem.Error(), c.ID) {
			t.Errorf("%q, want it to say %q and the case", e.Problem, want)
		}
	}
}

// A header of the target's must not stand in for what a case leaves out.
func TestTargetHeaders(t *testing.T) {
	model := testModel()
	model.Operations[0].Parameters = []*spec.Parameter{{Name: "x-declared", In: "header", Required: true}}
	tg := testTarget(t, "http://127.0.0.1:1")
	tg.Headers = map[string]auth.Secret{}
	for name, value := range map[string]string{
		"X-Tenant": "a", "X-Declared": "b", "X-Key": "c", "User-Agent": "mine", "X-Request-Id": "fixed", "Cookie": "x=1; session=" + testToken,
	} {
		tg.Headers[name] = auth.NewSecret(value)
	}
	r, err := New(model, tg, Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := get()
	req, err := r.request(t.Context(), &c, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"X-Tenant": "a", "X-Declared": "", "X-Key": testToken, "User-Agent": "mine", "X-Request-Id": "fixed"} {
		if got := req.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	c.Request.Credential = plan.Credential{Variant: plan.None}
	if req, err = r.request(t.Context(), &c, time.Now()); err != nil {
		t.Fatal(err)
	}
	if req.Header.Get("X-Key") != "" || req.Header.Get("Cookie") != "x=1" {
		t.Errorf("a request without credentials has X-Key %q and the cookies %q", req.Header.Get("X-Key"), req.Header.Get("Cookie"))
	}
}

func TestRequestIDs(t *testing.T) {
	r := testRunner(t, "http://127.0.0.1:1", Options{})
	seen := map[string]bool{}
	now := time.Now()
	for _, id := range []string{"a", "b"} {
		for _, at := range []time.Time{now, now.Add(time.Second)} {
			c := get()
			c.ID = id
			req, err := r.request(t.Context(), &c, at)
			if err != nil {
				t.Fatal(err)
			}
			got := req.Header[requestID][0]
			if again, _ := r.request(t.Context(), &c, at); again.Header[requestID][0] != got {
				t.Error("the id of the same request differs")
			}
			if seen[got] || !strings.HasPrefix(got, "clause-") {
				t.Errorf("id %q", got)
			}
			seen[got] = true
		}
	}
}

func TestOptionsAndTargetsThatCannotBeUsed(t *testing.T) {
	good := testTarget(t, "http://127.0.0.1:1")
	for want, test := range map[string]struct {
		target  *target.Target
		options Options
	}{
		"jobs is -1":          {good, Options{Jobs: -1}},
		"jobs is 101":         {good, Options{Jobs: 101}},
		"rate is -1":          {good, Options{Rate: -1}},
		"timeout is negative": {good, Options{CaseTimeout: -1}},
		"number of bytes":     {good, Options{MaxBody: -1}},
		"control character":   {good, Options{UserAgent: "a\r\nb"}},
		"has no baseURL":      {&target.Target{Name: "x"}, Options{}},
		"baseURL must be":     {testTarget(t, "ftp://host"), Options{}},
		"does not have":       {good, Options{Signers: map[string]auth.Signer{"other": auth.Token{}}}},
		"where the contract":  {good, Options{Signers: map[string]auth.Signer{"key": auth.Bearer(auth.NewSecret("abcdef"))}}},
		"kind \"socks5\"": {testTarget(t, "http://target.invalid"), Options{Proxy: func(*http.Request) (*url.URL, error) {
			return &url.URL{Scheme: "socks5", Host: "proxy:1"}, nil
		}}},
		"cannot be read": {testTarget(t, "http://target.invalid"), Options{Proxy: func(*http.Request) (*url.URL, error) { return nil, errTest }}},
	} {
		if _, err := New(testModel(), test.target, test.options); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want it to say %q", err, want)
		}
	}
}

// TestWhatIsUniqueDiffersInEachRequest holds that {{unique}} is the same within a
// request, and differs between requests and between runs.
func TestWhatIsUniqueDiffersInEachRequest(t *testing.T) {
	now := time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)
	seen := map[string]bool{}
	for range 2 {
		r := testRunner(t, "http://127.0.0.1:1", Options{})
		for _, id := range []string{"a", "b"} {
			c := plan.Case{ID: id, Operation: "op", Request: plan.Request{
				Method: "GET", Path: "/v1/{id}/things", Credential: plan.Credential{Variant: plan.None},
				Parameters: []plan.Parameter{{In: "path", Name: "id", Value: plan.Template{Text: "x-{{unique}}"}}, query("q", plan.Template{Text: "{{unique}}"})},
			}}
			req, err := r.request(t.Context(), &c, now)
			if err != nil {
				t.Fatal(err)
			}
			unique := req.URL.Query().Get("q")
			if len(unique) != len("u000000000") || req.URL.Path != "/v1/x-"+unique+"/things" {
				t.Errorf("the URL is %s", req.URL)
			}
			if seen[unique] {
				t.Errorf("%s is not unique", unique)
			}
			seen[unique] = true
			if again, _ := r.request(t.Context(), &c, now); again.URL.String() != req.URL.String() {
				t.Errorf("the same request has %s, and had %s", again.URL, req.URL)
			}
		}
	}
}

// The Accept header of every request names what its operation documents: JSON before
// others, the answers to accepted requests before the rest, and anything last.
func TestAcceptNamesWhatIsDocumented(t *testing.T) {
	response := func(status string, types ...string) *spec.Response {
		r := &spec.Response{Status: status}
		for _, name := range types {
			r.Content = append(r.Content, &spec.Media{Type: name, Schema: &spec.Schema{}})
		}
		return r
	}
	file := response("200", anything)
	file.Content[0].Schema = nil
	for want, op := range map[string]*spec.Operation{
		"*/*": {Responses: []*spec.Response{response("204"), response("404"), file}},
		"application/json, application/hal+json, text/csv;q=0.9, */*;q=0.1": {Responses: []*spec.Response{
			response("200", "text/csv", "application/json"), response("201", "application/json; charset=utf-8", "application/hal+json"),
		}},
		"text/csv;q=0.9, application/problem+json;q=0.5, */*;q=0.1": {Responses: []*spec.Response{
			response("400", "application/problem+json"), response("200", "text/csv"),
		}},
		"application/json, text/*;q=0.9, */*;q=0.1":         {Responses: []*spec.Response{response("default", "*/*", "text/*")}},
		"application/json, application/*;q=0.9, */*;q=0.1":  {Responses: []*spec.Response{response("2XX", "application/*")}},
		"application/vnd.things+json; version=2, */*;q=0.1": {Responses: []*spec.Response{response("200", "application/vnd.things+json;version=2;q=1", "json")}},
		"image/png;q=0.9, image/*;q=0.9, */*;q=0.1":         {Produces: []string{"image/png", "image/*"}, Responses: []*spec.Response{response("200"), response("404")}},
		"application/vnd.given+json":                        {Accept: "application/vnd.given+json", Responses: []*spec.Response{response("200", "text/csv")}},
		"text/t0;q=0.9, text/t1;q=0.9, text/t2;q=0.9, text/t3;q=0.9, text/t4;q=0.9, text/t5;q=0.9, text/t6;q=0.9, text/t7;q=0.9, " +
			"text/t8;q=0.9, text/t9;q=0.9, text/t10;q=0.9, text/t11;q=0.9, text/t12;q=0.9, text/t13;q=0.9, text/t14;q=0.9, text/t15;q=0.9, */*;q=0.1": {
			Responses: []*spec.Response{response("200", manyTypes()...)},
		},
	} {
		model := testModel()
		op.ID, op.Method, op.Path = "op", http.MethodGet, "/"
		model.Operations[0] = op
		tg := testTarget(t, "http://127.0.0.1:1")
		if got := headersFor(op, tg, Options{}).Values("Accept"); len(got) != 1 || got[0] != want {
			t.Errorf("Accept is %q, want %q", got, want)
		}
		tg.Headers = map[string]auth.Secret{"accept": auth.NewSecret("text/mine")}
		if got := headersFor(op, tg, Options{}).Get("Accept"); got != "text/mine" {
			t.Errorf("the target's own header is replaced by %q", got)
		}
	}
}

func manyTypes() []string {
	types := make([]string, 1000)
	for i := range types {
		types[i] = "text/t" + strconv.Itoa(i)
	}
	return types
}
