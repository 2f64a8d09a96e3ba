package enforce_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/enforce"
)

func TestNewRefuses(t *testing.T) {
	broken, err := os.ReadFile("testdata/broken.yaml")
	if err != nil {
		t.Fatal(err)
	}
	verifiers := map[string]auth.Verifier{"key": token()}
	for name, c := range map[string]struct {
		contract *contract.Contract
		options  enforce.Options
		want     string // the beginnings of its lines
	}{
		"no verifier": {
			userUsage(t),
			enforce.Options{},
			fmt.Sprintf(`enforce exportUserUsage (%s): it needs credentials and none of its security schemes `+
				`(accessKey, token) has a verifier: set Options.Verifiers["token"]`, userUsage(t).Operations()[0].At),
		},
		"no verifier for many": {load(t, "guarded.yaml", []byte(`openapi: 3.0.3
info: {title: Guarded, version: 1.0.0}
security: [{bearer: []}]
paths:
  /a: {get: {operationId: a, responses: {"200": {description: it}}}}
  /b: {get: {operationId: b, responses: {"200": {description: it}}}}
  /c: {get: {operationId: c, responses: {"200": {description: it}}}}
components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}
`)), enforce.Options{}, "enforce a (guarded.yaml:5): it needs credentials and none of its security schemes (bearer) has a verifier: " +
			"set Options.Verifiers[\"bearer\"]\nthe same is true of 2 more operations that need bearer"},
		"an unknown scheme": {
			userUsage(t),
			enforce.Options{Verifiers: map[string]auth.Verifier{"tokens": token()}},
			`there is a verifier for "tokens", but userusage.yaml has no security scheme of that name; it has token, accessKey`,
		},
		"a nil verifier": {userUsage(t), enforce.Options{Verifiers: map[string]auth.Verifier{"token": nil}}, `the verifier for "token" is nil`},
		"a negative size": {
			userUsage(t),
			enforce.Options{Verifiers: map[string]auth.Verifier{"token": token()}, MaxBody: -1},
			"the largest body must have at least 0 bytes, not -1",
		},
		"answers that cannot be made": {load(t, "broken.yaml", broken), enforce.Options{Verifiers: verifiers}, strings.Join([]string{
			"enforce xml (broken.yaml:5): its answer default (broken.yaml:10) is documented as application/xml, which cannot be written here: " +
				"add application/json or text/plain",
			"enforce composed (broken.yaml:14): no body for its answer 400 (broken.yaml:17) can be made up: composed.answer.400.schema",
			"enforce two (broken.yaml:23): path /two/{a}-{b}: give each segment at most one parameter, and list it under parameters",
		}, "\n")},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := enforce.New(c.contract, c.options)
			if err == nil {
				t.Fatal("no error")
			}
			got := strings.Split(err.Error(), "\n")
			for i, want := range strings.Split(c.want, "\n") {
				if i >= len(got) || !strings.HasPrefix(got[i], want) {
					t.Errorf("got\n%v\nwant\n%s", err, c.want)
					break
				}
			}
		})
	}
}

// A request that the handler's router takes for an operation is held to it,
// however its path is written.
func TestRouting(t *testing.T) {
	const refused, other = http.StatusBadRequest, http.StatusTeapot
	h := thingsHandler(t, thingsOptions(), func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(other) })
	for line, want := range map[string]int{
		"GET /things/1":                     other,
		"GET /things/x":                     refused,
		"HEAD /things/x":                    refused, // net/http routes it to GET
		"DELETE /things/x":                  other,   // its router says 405
		"GET /things/mine":                  other,   // a literal beats a parameter
		"GET /things/%6dine":                other,
		"GET /t%68ings/x":                   refused,
		"GET /things/x%2Fy":                 refused, // one segment
		"GET /things/x/y":                   other,
		"GET /things/":                      other,
		"GET /things/0":                     refused,
		"GET //things/x":                    other, // its router redirects
		"GET /nothing":                      other,
		"GET /" + strings.Repeat("a/", 100): other,
		"PUT /things/x":                     other,
		"POST /things/a:archive\nAuthorization: Basic YTpi":       other,
		"POST /things/b%2Fc%3Aarchive\nAuthorization: Basic YTpi": other,
		"POST /things/c:archive\nAuthorization: Basic YTpi":       refused,
		"POST /things/:archive\nAuthorization: Basic YTpi":        other,
		"OPTIONS *": other,
	} {
		t.Run(line, func(t *testing.T) {
			if w := serve(h, request(line)); w.Code != want {
				t.Errorf("got %d: %s", w.Code, w.Body)
			}
		})
	}
}

// What a router takes for an operation and what is checked must be the same.
func TestRoutingAgreesWithServeMux(t *testing.T) {
	mux := http.NewServeMux()
	for _, pattern := range []string{"GET /things/{id}", "PUT /things/{id}", "GET /things/mine", "GET /things", "POST /things"} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Reached", pattern) })
	}
	h := thingsHandler(t, thingsOptions(), mux.ServeHTTP)
	for _, path := range []string{
		"/things/x", "/things/%78", "/th%69ngs/x", "/things/x%2F", "/things/x%2e", "/things/x%25", "/things/.x", "/things/x;y", "/things/x%00", "/things/%",
	} {
		r := request("GET /")
		r.URL.Path = path
		if plain, err := r.URL.Parse(path); err == nil {
			r.URL = plain
		}
		if w := serve(h, r); w.Header().Get("Reached") == "GET /things/{id}" {
			t.Errorf("%s reached the handler, though its id is no integer", path)
		}
	}
}

func TestAnswersInOtherForms(t *testing.T) {
	h := thingsHandler(t, thingsOptions(), ok)
	w := serve(h, request("GET /things/x"))
	if w.Code != http.StatusBadRequest || w.Body.String() != "id (path) must be an integer [getThing.path.id.type]\n" ||
		w.Header().Get("Content-Type") != "text/plain" {
		t.Errorf("text: %d %s %s", w.Code, w.Header(), w.Body)
	}
	w = serve(h, request("PUT /things/x\nContent-Type: text/plain\n\nx"))
	if w.Code != http.StatusBadRequest || w.Body.String() != "null" || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("JSON without a schema: %d %s %s", w.Code, w.Header(), w.Body)
	}
	r := request("POST /things/c:archive")
	r.SetBasicAuth("someone", "")
	if w = serve(h, r); w.Code != http.StatusBadRequest || w.Body.Len() > 0 {
		t.Errorf("no content: %d %s", w.Code, w.Body)
	}
}

func TestCode(t *testing.T) {
	var seen enforce.Refusal
	text := "T.1"
	h := userUsageHandler(t, enforce.Options{Code: func(f enforce.Refusal) string { seen = f; return text }}, ok)
	answers := map[string]string{"T.1": `"error_code":"T.1"`, "a-code-that-is-too-long": `"error_code":"a-code-th..."`, "": `"error_code":""`}
	for given, want := range answers {
		text = given
		if w := export(h, "start_time=x&"+window[len("start_time=2026-01-01T00:00:00Z&"):]); !strings.Contains(w.Body.String(), want) {
			t.Errorf("%q: %s", given, w.Body)
		}
	}
	want := `{exportUserUsage 400 [start_time (query) must be an RFC 3339 time such as 2026-01-31T00:00:00Z ` +
		`[exportUserUsage.query.start_time.format]] 0}`
	if got := fmt.Sprint(seen); got != want {
		t.Errorf("got %s", got)
	}

	o := thingsOptions()
	o.Code = func(enforce.Refusal) string { return "no number" }
	if w := serve(thingsHandler(t, o, ok), request("GET /things")); !strings.Contains(w.Body.String(), `"status":0`) {
		t.Errorf("a code of type integer: %s", w.Body)
	}
}

func TestConcurrentRequests(t *testing.T) {
	h := userUsageHandler(t, enforce.Options{}, ok)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for range 200 {
				query, status := window+"&sort_field=user_usage&sort_type=ASC", http.StatusOK
				if i%2 == 0 {
					query, status = window+"&sort_type=ASC&usage_min_hours=1", http.StatusBadRequest
				}
				if w := export(h, query); w.Code != status {
					t.Errorf("got %d: %s", w.Code, w.Body)
					return
				}
			}
		})
	}
	group.Wait()
}
