package enforce_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/enforce"
)

func thingsOptions() enforce.Options {
	return enforce.Options{
		MaxBody: 200,
		Verifiers: map[string]auth.Verifier{
			"key":     auth.Token{In: auth.InQuery, Name: "api_key", Value: auth.NewSecret("key-text")},
			"session": auth.Token{In: auth.InCookie, Name: "sid", Value: auth.NewSecret("session-text")},
			"bearer":  auth.Bearer(auth.NewSecret("bearer-text")),
			"basic":   verifier(basic),
		},
	}
}

type verifier func(*http.Request) error

func (v verifier) Verify(r *http.Request) error { return v(r) }

func basic(r *http.Request) error {
	switch name, _, ok := r.BasicAuth(); {
	case !ok:
		return auth.ErrMissing
	case name == "broken":
		return errors.New("the directory is down")
	case name == "panic":
		raise("verifier")
	}
	return nil
}

func thingsHandler(tb testing.TB, o enforce.Options, next http.HandlerFunc) http.Handler {
	tb.Helper()
	e, err := enforce.New(things(tb), o)
	if err != nil {
		tb.Fatal(err)
	}
	return e.Middleware(next)
}

// request makes a request from its lines, which stand in the way that HTTP has
// them: "GET /things", headers, and after an empty one the body.
func request(text string) *http.Request {
	head, body, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	method, target, _ := strings.Cut(lines[0], " ")
	var content io.Reader = http.NoBody
	if body != "" {
		content = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, target, content)
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	return r
}

const listing = "X-Limit: 2\nCookie: sid=session-text\nAuthorization: Bearer bearer-text"

func TestParametersOutsideTheQuery(t *testing.T) {
	h := thingsHandler(t, thingsOptions(), ok)
	const p = " [listThings."
	for name, c := range map[string]struct{ request, want string }{
		"header missing": {"GET /things?api_key=key-text", "X-Limit (header) is required: send an integer, 1 or more" + p + "header.X-Limit.required]"},
		"header empty":   {"GET /things?api_key=key-text\nX-Limit: ", "X-Limit (header) is required: send an integer, 1 or more" + p + "header.X-Limit.required]"},
		"header wrong":   {"GET /things?api_key=key-text\nX-Limit: x", "X-Limit (header) must be an integer" + p + "header.X-Limit.type]"},
		"header twice": {
			"GET /things?api_key=key-text\nX-Limit: 1\nX-Limit: 1",
			"X-Limit (header) must be given once, not 2 times" + p + "header.X-Limit.type]",
		},
		"list in a header": {
			"GET /things\n" + listing + "\nX-Tags: red, green\nX-Tags: blue",
			"X-Tags[1] (header) must be one of red, blue" + p + "header.X-Tags.items.enum]",
		},
		"cookie": {"GET /things?api_key=key-text\nX-Limit: 1\nCookie: lang=fr", "lang (cookie) must be one of de, en" + p + "cookie.lang.enum]"},
		"elements": {
			"GET /things?ids=1&ids=x\n" + listing,
			"ids[1] (query) must be an integer" + p + "query.ids.items.type]",
		},
		"too many elements": {"GET /things?ids=1&ids=2&ids=3&ids=4\n" + listing, "ids (query) must have at most 3 elements" + p + "query.ids.maxItems]"},
		"repeated elements": {"GET /things?ids=1&ids=1\n" + listing, "ids (query) must not hold an element twice" + p + "query.ids.uniqueItems]"},
		"joined elements":   {"GET /things?tags=aa,b\n" + listing, "tags[1] (query) must have at least 2 characters" + p + "query.tags.items.minLength]"},
		"number":            {"GET /things?ratio=1.5\n" + listing, "ratio (query) must be at most 1" + p + "query.ratio.maximum]"},
		"boolean":           {"GET /things?flag=yes\n" + listing, "flag (query) must be a boolean" + p + "query.flag.type]"},
		"pattern":           {"GET /things?note=A\n" + listing, "note (query) must match ^[a-z]*$" + p + "query.note.pattern]"},
		"rule over groups":  {"GET /things?flag=true\n" + listing, "flag is only allowed together with lang" + p + "rule.flag-needs-lang]"},
		"rule over a list":  {"GET /things?ids=1&ids=2&ids=3\n" + listing, "there must not be more ids than X-Limit" + p + "rule.few-ids-with-limit]"},
	} {
		t.Run(name, func(t *testing.T) {
			w := serve(h, request(c.request))
			want := `{"errors":[{"detail":"` + c.want + `","id":"e1"},{"detail":"` + c.want + `","id":"e1"}],` +
				`"status":400,"type":"https://example.org/refused"}`
			if got := w.Body.String(); w.Code != http.StatusBadRequest || got != want {
				t.Errorf("got %d\n%s\nwant\n%s", w.Code, got, want)
			}
			if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("media type %s", got)
			}
			if got := w.Header().Get("X-Reason"); got != "contract" {
				t.Errorf("the required header is %q", got)
			}
		})
	}
	w := serve(h, request("GET /things?api_key=key-text&ids=1&ids=2&tags=aa,bb&ratio=0.5&flag=true&note=\nX-Limit: 2\nCookie: lang=de\nX-Tags: red, blue"))
	if w.Code != http.StatusOK {
		t.Errorf("got %d: %s", w.Code, w.Body)
	}
}

func TestEveryRefusalOfABody(t *testing.T) {
	h := thingsHandler(t, thingsOptions(), ok)
	const p = " [makeThing.body."
	for name, c := range map[string]struct{ request, want string }{
		"none":           {"POST /things", "a body is required: send application/json or text/*" + p + "required]"},
		"blanks":         {"POST /things\n\n ", "a body is required: send application/json or text/*" + p + "required]"},
		"media type":     {"POST /things\nContent-Type: image/png\n\n{}", "the body's media type must be application/json or text/*, as the header Content-Type says"},
		"no media type":  {"POST /things\nContent-Type: json/\n\n{}", "the body's media type must be application/json or text/*, as the header Content-Type says"},
		"no JSON":        {"POST /things\n\nnope", "the body must be one JSON document: byte 2 does not belong there" + p + "json]"},
		"half a JSON":    {"POST /things\n\n{\"name\":", "the body must be one JSON document: it breaks off" + p + "json]"},
		"two documents":  {"POST /things\n\n{\"name\":\"a\"}{}", "the body must be one JSON document: text follows it" + p + "json]"},
		"no object":      {"POST /things\n\n[]", "the body must be an object" + p + "type]"},
		"null":           {"POST /things\n\nnull", "the body must be an object, not null" + p + "type]"},
		"member missing": {"POST /things\n\n{}", "name (body) is missing" + p + "name.required]"},
		"member wrong":   {"POST /things\n\n{\"name\":1}", "name (body) must be a string" + p + "name.type]"},
		"deep inside": {
			`POST /things` + "\n\n" + `{"name":"a","parts":[{"size":1},{"size":-1}]}`,
			"parts[1].size (body) must be at least 0" + p + "parts.items.size.minimum]",
		},
		"member not listed": {
			`POST /things` + "\n\n" + `{"name":"a","parts":[{"size":1,"a\u0007b":2}]}`,
			`parts[0] (body) must not have the member "a\ab"` + p + "parts.items.additionalProperties]",
		},
		"several": {
			`POST /things` + "\n\n" + `{"name":"","max":101}`,
			"name (body) must have at least 1 characters" + p + "name.minLength]; and 1 more",
		},
		"repeated member": {`POST /things` + "\n\n" + `{"name":"a","min":1,"min":2}`, `the body has the member "min" twice in one object (RFC 8259, section 4)`},
		"repeated inside": {
			`POST /things` + "\n\n" + `{"name":"name","x":[1,"x",{"y":{"x":1}},"y",{"y":1,"y":1}]}`,
			`the body has the member "y" twice in one object (RFC 8259, section 4)`,
		},
		"another case": {`POST /things` + "\n\n" + `{"name":"a","MAX":1000}`, `the body has the member "max" in another case: write it so`},
		"another case inside": {
			`POST /things` + "\n\n" + `{"name":"a","more":[{"Size":1}]}`, `the body has the member "size" in another case: write it so`,
		},
		"rule":                {`POST /things` + "\n\n" + `{"name":"a","min":2,"max":1}`, "max must not be less than min [makeThing.rule.max-at-least-min]"},
		"too large":           {"POST /things\n\n" + `{"name":"` + strings.Repeat("a", 200) + `"}`, "the body must have at most 200 bytes"},
		"too large, as blank": {"POST /things\n\n" + strings.Repeat(" ", 201), "the body must have at most 200 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			w := serve(h, request(c.request))
			quoted := strings.ReplaceAll(strings.ReplaceAll(c.want, `\`, `\\`), `"`, `\"`)
			if want := `{"code":"42","text":"` + quoted + `"}`; w.Code != http.StatusUnprocessableEntity || w.Body.String() != want {
				t.Errorf("got %d\n%s\nwant\n%s", w.Code, w.Body, want)
			}
		})
	}
}

func TestHandlerReadsTheBody(t *testing.T) {
	var got string
	h := thingsHandler(t, thingsOptions(), func(_ http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got = string(data)
	})
	for name, c := range map[string]struct{ request, want string }{
		"JSON":             {"POST /things\nContent-Type: application/json; charset=utf-8\n\n {\"name\":\"a\"} ", " {\"name\":\"a\"} "},
		"the first":        {"POST /things\n\n{\"name\":\"a\"}", "{\"name\":\"a\"}"},
		"unknown members":  {"POST /things\n\n{\"name\":\"a\",\"other\":{\"name\":1}}", "{\"name\":\"a\",\"other\":{\"name\":1}}"},
		"a range of types": {"POST /things\nContent-Type: text/csv\n\na,b", "a,b"},
		"bytes":            {"PUT /things/1\nContent-Type: application/octet-stream\n\n\x00\xff", "\x00\xff"},
		"optional":         {"PUT /things/1", ""},
		"undocumented":     {"GET /things/1\n\nwhatever", "whatever"},
	} {
		t.Run(name, func(t *testing.T) {
			got = "the handler was not reached"
			if w := serve(h, request(c.request)); got != c.want {
				t.Errorf("%d, got %q: %s", w.Code, got, w.Body)
			}
		})
	}
}

func TestChunkedBodies(t *testing.T) {
	h := thingsHandler(t, thingsOptions(), ok)
	send := func(content io.Reader) string {
		r := httptest.NewRequest(http.MethodPost, "/things", content)
		r.ContentLength = -1
		return serve(h, r).Body.String()
	}
	if got := send(strings.NewReader("")); !strings.Contains(got, "makeThing.body.required") {
		t.Errorf("an empty one: %s", got)
	}
	if got := send(io.MultiReader(strings.NewReader(`{"na`), failing{})); !strings.Contains(got, "the body breaks off: send it whole") {
		t.Errorf("one that breaks off: %s", got)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// What is asked for is said in words that fit its schema.
func TestRequiredParametersSayWhatToSend(t *testing.T) {
	w := serve(thingsHandler(t, thingsOptions(), ok), request("GET /demanding"))
	got := w.Body.String()
	for name, want := range map[string]string{
		"any": "a value that is not empty", "short": "a value of at most 5 characters", "like": "a value such as this", "one": "one of a, b",
		"yes": "true or false", "many": "at least one value", "number": "a number", "low": "an integer, 5 or less",
		"time": "an RFC 3339 time such as 2026-01-31T00:00:00Z",
	} {
		if full := name + " (query) is required: send " + want + " [demand.query." + name + ".required]"; !strings.Contains(got, full) {
			t.Errorf("%s is not in %s", full, got)
		}
	}
	if media := w.Header().Get("Content-Type"); media != "text/plain; charset=utf-8" {
		t.Errorf("media type %s", media)
	}
}
