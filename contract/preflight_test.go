package contract_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

// The contracts of these tests: pets alone, by an id that only the target knows,
// and a shop of several operations.
const (
	petOnly = `
openapi: 3.0.3
info: {title: Pet, version: "1"}
paths:
  /pets/{id}:
    get:
      operationId: getPet
      parameters: [{name: id, in: path, required: true, schema: {type: integer, minimum: 1}}]
      responses:
        "200": {description: the pet}
        "400": {description: no id}
        "404": {description: no such pet}
`
	shop = `
openapi: 3.0.3
info: {title: Shop, version: "1"}
security: [{key: []}]
paths:
  /orders/{id}:
    get:
      operationId: getOrder
      parameters: [{name: id, in: path, required: true, schema: {type: integer, minimum: 1}}]
      responses: {"200": {description: the order}, "401": {description: who}, "404": {description: none}}
  /orders:
    get:
      operationId: listOrders
      parameters: [{name: state, in: query, required: true, schema: {type: string, enum: [open, closed]}}]
      responses: {"200": {description: the orders}, "401": {description: who}, "400": {description: what}}
    post:
      operationId: placeOrder
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [n], properties: {n: {type: integer}}}}}}
      responses: {"201": {description: placed}, "401": {description: who}, "400": {description: what}}
  /reports:
    get:
      operationId: readReports
      responses: {"200": {description: the reports}, "401": {description: who}, "403": {description: not yours}}
  /latest:
    get:
      operationId: latest
      responses: {"200": {description: here}, "302": {description: there}, "401": {description: who}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
`
)

const shopKey = "shop-key-0815-4711"

// shopServer keeps to the contract of the shop but for what a test has changed, by
// method and path.
type shopServer struct {
	changed map[string]http.HandlerFunc
	// refuse answers what carries no key, or another.
	refuse http.HandlerFunc
	// unknown answers every other path.
	unknown http.HandlerFunc

	mu   sync.Mutex
	seen []string
}

func (s *shopServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	what := r.Method + " " + r.URL.Path
	s.mu.Lock()
	s.seen = append(s.seen, what)
	s.mu.Unlock()
	status, found := map[string]int{
		"GET /orders": 200, "POST /orders": 201, "GET /orders/7": 200, "GET /reports": 200, "GET /latest": 200,
	}[what]
	changed := s.changed[what]
	known := found || changed != nil || strings.HasPrefix(r.URL.Path, "/orders/")
	switch {
	case !known && s.unknown != nil:
		s.unknown(w, r)
	case !known:
		http.NotFound(w, r)
	case r.Header.Get("X-Key") != shopKey && s.refuse != nil:
		s.refuse(w, r)
	case r.Header.Get("X-Key") != shopKey:
		http.Error(w, "unauthorized", http.StatusUnauthorized)
	case changed != nil:
		changed(w, r)
	case !found:
		http.NotFound(w, r)
	default:
		w.WriteHeader(status)
	}
}

func (s *shopServer) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

// against verifies a server that listens on loopback.
func against(t *testing.T, text string, handler http.Handler) contract.Config {
	t.Helper()
	c, err := contract.Load("api.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	config := contract.Default()
	config.Contract = c
	config.Target = &target.Target{Name: "api", BaseURL: base, Auth: target.Auth{Token: auth.NewSecret(shopKey)}}
	return config
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// wantRun is a run that comes to its end: nothing stops it.
func wantRun(t *testing.T, config contract.Config) *report.Report {
	t.Helper()
	r, err := contract.Verify(t.Context(), config)
	if err != nil {
		t.Fatalf("the run was stopped: %v", err)
	}
	if r.Summary.Error > 0 || r.Interrupted != "" {
		t.Errorf("%+v %s", r.Summary, r.Interrupted)
	}
	return r
}

// wantStopped is a run that is stopped for a reason, said in one line.
func wantStopped(t *testing.T, config contract.Config, says ...string) *contract.Diagnosis {
	t.Helper()
	_, err := contract.Verify(t.Context(), config)
	d, ok := errors.AsType[*contract.Diagnosis](err)
	if !ok {
		t.Fatalf("the run was not stopped: %v", err)
	}
	for _, part := range says {
		if !strings.Contains(d.Error(), part) {
			t.Errorf("got %q, want %q in it", d, part)
		}
	}
	if d.Try == "" || strings.ContainsAny(d.Error(), "\n") || strings.Contains(d.Error(), shopKey) || report.ExitCode(d.Report) != report.ExitError {
		t.Errorf("got %q, exit code %d", d, report.ExitCode(d.Report))
	}
	return d
}

func TestAnUnknownThingStopsNothing(t *testing.T) {
	pets := func(missing http.HandlerFunc) http.Handler {
		mux := http.NewServeMux()
		mux.HandleFunc("GET /pets/{id}", func(w http.ResponseWriter, r *http.Request) {
			switch r.PathValue("id") {
			case "1":
				return
			case "0", "abc":
				w.WriteHeader(http.StatusBadRequest)
			default:
				missing(w, r)
			}
		})
		return mux
	}
	for name, missing := range map[string]http.HandlerFunc{
		"as an unknown path is": http.NotFound,
		"in its own words":      func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no such pet", http.StatusNotFound) },
		"gone":                  status(http.StatusGone),
	} {
		t.Run(name, func(t *testing.T) { wantRun(t, against(t, petOnly, pets(missing))) })
	}
	undocumented := strings.ReplaceAll(petOnly, `"404"`, `"409"`)
	wantRun(t, against(t, undocumented, pets(http.NotFound)))
}

// What one operation answers lawfully stops nothing, be it the first or not.
func TestAnHonestRunIsNeverStopped(t *testing.T) {
	for name, changed := range map[string]map[string]http.HandlerFunc{
		"nothing":                  {},
		"a right that is lacking":  {"GET /reports": status(http.StatusForbidden)},
		"a key that is not for it": {"GET /reports": status(http.StatusUnauthorized), "GET /latest": status(http.StatusUnauthorized)},
		"a documented redirect": {"GET /latest": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://other.example/latest", http.StatusFound)
		}},
		"a redirect like a login":     {"GET /latest": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusSeeOther) }},
		"an operation that is absent": {"GET /reports": http.NotFound, "GET /latest": http.NotFound},
		"a failure":                   {"GET /reports": status(http.StatusInternalServerError), "GET /latest": status(http.StatusNotImplemented)},
		"a method that is refused":    {"GET /reports": status(http.StatusMethodNotAllowed)},
		"a conflict":                  {"GET /reports": status(http.StatusConflict)},
	} {
		t.Run(name, func(t *testing.T) {
			server := &shopServer{changed: changed}
			wantRun(t, against(t, shop, server))
			if first := server.requests()[0]; first != "GET /reports" {
				t.Errorf("the first request is %s", first)
			}
		})
	}
	only := against(t, shop, &shopServer{changed: map[string]http.HandlerFunc{"GET /reports": status(http.StatusForbidden)}})
	only.Only = []string{"readReports.*"}
	wantRun(t, only)
}

// A server that is slow to answer is no other.
func TestASlowServerIsNotStopped(t *testing.T) {
	server := &shopServer{changed: map[string]http.HandlerFunc{"GET /reports": func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(100 * time.Millisecond):
		}
		http.NotFound(w, r)
	}}}
	wantRun(t, against(t, shop, server))
}

func TestAWrongBasePathIsTold(t *testing.T) {
	n := 0
	var counting sync.Mutex
	random := func() string {
		counting.Lock()
		defer counting.Unlock()
		n++
		return fmt.Sprintf("%s-%s", newUUID(), time.Unix(1_700_000_000+int64(n)*977, 0).UTC().Format(time.RFC3339Nano))
	}
	answer := func(mediaType, format string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", mediaType)
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprintf(w, format, r.URL.Path, random())
		}
	}
	for name, unknown := range map[string]http.HandlerFunc{
		"always the same":       http.NotFound,
		"nothing":               status(http.StatusNotFound),
		"the path and an id":    answer("application/json", `{"path":%q,"request_id":%q}`),
		"a page":                answer("text/html", "<html><title>404 Not Found</title><p>%s is not here (%s)</p></html>"),
		"not for these methods": status(http.StatusMethodNotAllowed),
	} {
		t.Run(name, func(t *testing.T) {
			server := &shopServer{unknown: unknown}
			config := against(t, shop, server)
			config.Target.BaseURL = config.Target.BaseURL.JoinPath("v9")
			var archive bytes.Buffer
			config.HAR = &archive
			wantStopped(t, config, "GET "+config.Target.BaseURL.String()+"/reports answered 40", "every path that was tried is answered like one that does not exist",
				"correct the path of baseURL, to which the contract's paths are appended")
			requests := server.requests()
			if len(requests) > 7 || requests[0] != "GET /v9/reports" || !strings.HasPrefix(requests[1], "GET /v9/clause-no-such-path-") {
				t.Errorf("the server got %q", requests)
			}
			if entries := readArchive(t, archive.Bytes()).Log.Entries; len(entries) != len(requests) {
				t.Errorf("%d exchanges of %d are written", len(entries), len(requests))
			}
		})
	}
}

// Where every path is answered in words of its own nothing can be told.
func TestAnswersThatDifferStopNothing(t *testing.T) {
	words := map[string]string{"/v9/reports": "reports", "/v9/latest": "newest", "/v9/orders": "orders"}
	config := against(t, shop, &shopServer{unknown: func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "there are none of what you call the "+words[r.URL.Path]+" today", http.StatusNotFound)
	}})
	config.Target.BaseURL = config.Target.BaseURL.JoinPath("v9")
	wantRun(t, config)
}

func TestWrongCredentialsAreTold(t *testing.T) {
	refuse := func(challenge, with, without string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			body := with
			if r.Header.Get("X-Key") == "" {
				body = without
			}
			if challenge != "" {
				w.Header().Set("WWW-Authenticate", challenge)
			}
			http.Error(w, body, http.StatusUnauthorized)
		}
	}
	two := strings.NewReplacer("[{key: []}]", "[{key: []}, {login: []}]", "name: X-Key}", "name: X-Key}\n    login: {type: http, scheme: basic}").Replace(shop)
	const answered = "/reports answered 401 (Unauthorized): the target refuses "
	for name, test := range map[string]struct {
		contract string
		refuse   http.HandlerFunc
		says     string
	}{
		"a wrong token": {
			shop, refuse("", "this key is not known", "a key is missing"),
			"the credentials: correct auth in the target file: what it gives may have expired or be another environment's",
		},
		"under another name": {
			shop, refuse("", "unauthorized", "unauthorized"),
			"the credentials, and the answer is the same as without any: they may be sent under the wrong scheme or name, or have expired: they are in the header X-Key",
		},
		"another scheme": {
			shop, refuse(`Bearer realm="shop"`, "no", "no"),
			`credentials of the scheme "key" and asks for Bearer (WWW-Authenticate): the contract has no scheme for Bearer here`,
		},
		"a scheme of the contract": {
			two, refuse(`Basic realm="shop"`, "no", "no"),
			`credentials of the scheme "key" and asks for Basic (WWW-Authenticate): give credentials for the contract's scheme "login"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := &shopServer{refuse: test.refuse}
			config := against(t, test.contract, server)
			config.Target.Auth.Token = auth.NewSecret("another-key-entirely-1")
			d := wantStopped(t, config, answered+test.says)
			requests := server.requests()
			if len(requests) > 6 || slices.ContainsFunc(requests, func(r string) bool { return strings.Contains(r, "no-such-path") }) {
				t.Errorf("the server got %q", requests)
			}
			tried := 0
			for _, v := range d.Report.Verdicts {
				if v.Outcome != report.Error {
					continue
				}
				tried++
				if of := v.Case.Request.Credential.Variant; of != plan.Valid && of != plan.None {
					t.Errorf("%s was tried", v.Case.ID)
				}
			}
			if tried != len(requests) {
				t.Errorf("%d requests, and %d verdicts on them", len(requests), tried)
			}
		})
	}
}

// An operation that needs no credentials shows nothing of them: one that does is
// asked, too.
func TestCredentialsAreLookedAtBeforeTheRun(t *testing.T) {
	public := strings.Replace(shop, "operationId: readReports", "operationId: readReports\n      security: []", 1)
	open := map[string]http.HandlerFunc{"GET /reports": status(200)}
	server := &shopServer{changed: open}
	server.refuse = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/reports" {
			http.Error(w, "who?", http.StatusUnauthorized)
		}
	}
	config := against(t, public, server)
	wantRun(t, config)
	config.Target.Auth.Token = auth.NewSecret("another-key-entirely-1")
	wantStopped(t, config, "/latest answered 401 (Unauthorized): the target refuses the credentials")
}

func TestARedirectOfEverythingIsTold(t *testing.T) {
	to := func(where func(r *http.Request) string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", where(r))
			w.WriteHeader(http.StatusMovedPermanently)
		})
	}
	wantStopped(t, against(t, shop, to(func(r *http.Request) string { return "https://api.example" + r.URL.Path })),
		`/reports answered 301 (Moved Permanently): it redirects to "https://api.example/reports": set baseURL to where the API itself is`)
	wantStopped(t, against(t, shop, to(func(r *http.Request) string { return r.URL.Path + "/" })),
		`it redirects to "/reports/": end the paths of the contract as the target ends its own`)
	wantRun(t, against(t, shop, to(func(*http.Request) string { return "/login" })))
}

// What a preflight tries are cases of the run: they are sent once, and judged as
// the others are.
func TestWhatIsTriedIsSentOnce(t *testing.T) {
	server := &shopServer{changed: map[string]http.HandlerFunc{"GET /reports": http.NotFound, "GET /latest": http.NotFound}}
	config := against(t, shop, server)
	s := opened(t, config)
	f := forecast(t, s)
	if err := s.Start(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	r := s.Report()
	requests := server.requests()
	if !f.Probe || len(requests) != f.Requests+1 {
		t.Errorf("the server got %d requests, the forecast is %d and a probe: %t", len(requests), f.Requests, f.Probe)
	}
	want := []string{"GET /reports", "GET /clause-no-such-path-7d41c0b95e2f4a86", "GET /latest", "GET /orders"}
	if !slices.Equal(requests[:4], want) {
		t.Errorf("the first requests are %q, want %q", requests[:4], want)
	}
	for _, v := range r.Verdicts {
		if v.Case.ID == "readReports.answer.200/smallest" && v.Exchange == nil {
			t.Error("the first case has no exchange")
		}
	}
}

// Every shard looks for itself, and asks only for what it sends itself.
func TestShardsTryTheirOwnCases(t *testing.T) {
	server := &shopServer{changed: map[string]http.HandlerFunc{"GET /reports": http.NotFound, "GET /latest": http.NotFound}}
	config := against(t, shop, server)
	planned(t, &config)
	whole, probes, sent := 0, 0, 0
	for index := 1; index <= 3; index++ {
		config.Shard = plan.Shard{Index: index, Of: 3}
		whole += forecast(t, opened(t, config)).Requests // what it makes for itself, too
		wantRun(t, config)
	}
	for _, r := range server.requests() {
		if strings.Contains(r, "no-such-path") {
			probes++
		} else {
			sent++
		}
	}
	if probes > 3 || sent != whole {
		t.Errorf("%d probes, %d other requests, want %d", probes, sent, whole)
	}
}

func TestWithoutPreflightNothingIsTriedBefore(t *testing.T) {
	server := &shopServer{}
	config := against(t, shop, server)
	config.Target.BaseURL = config.Target.BaseURL.JoinPath("v9")
	config.WithoutPreflight = true
	s := opened(t, config)
	if f := forecast(t, s); f.Probe {
		t.Error("a probe is forecast")
	}
	wantRun(t, config)
	for _, r := range server.requests() {
		if strings.Contains(r, "no-such-path") {
			t.Error("a path that does not exist was asked for")
		}
	}
}

// A run that is stopped while it looks ends as any other that is stopped.
func TestAStoppedPreflightLeavesAReport(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	server := &shopServer{unknown: func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "no-such-path") {
			cancel()
		}
		http.NotFound(w, r)
	}}
	config := against(t, shop, server)
	config.Target.BaseURL = config.Target.BaseURL.JoinPath("v9")
	r, err := contract.Verify(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	if r.Interrupted == "" || r.Summary.Error == 0 {
		t.Errorf("interrupted %q, %+v", r.Interrupted, r.Summary)
	}
}
