package contract_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

// kind is what the contract says of a request of these tests.
type kind string

const (
	allowed   kind = "allowed"
	forbidden kind = "forbidden"
	anonymous kind = "anonymous"
	either    kind = "either"
	provoked  kind = "provoked"
	foreign   kind = "foreign method"
)

func kindOf(c *plan.Case) kind {
	switch c.Expect.Outcome {
	case plan.Accepted:
		return allowed
	case plan.Either:
		return either
	case plan.Failed:
		return provoked
	case plan.Unsupported:
		return foreign
	case plan.Refused:
	}
	if strings.Contains(c.Clause, ".security.") {
		return anonymous
	}
	return forbidden
}

// answers is a server that answers each kind of request with one status.
type answers map[kind]int

const lawfulToken = "a-token-that-is-long"

// openForms are texts that may be taken for a number or not.
var openForms = []string{"+5", "05", "5.0", "1e3", " 5", "5 ", "-0"}

func (a answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	values := r.URL.Query()["n"]
	valid := func(text string) bool { return len(text) == 1 && text >= "1" && text <= "9" }
	what, key := allowed, r.Header.Get("X-Key")
	switch {
	case r.Method != http.MethodGet:
		what = foreign
	case key != lawfulToken && (key != "" || r.URL.Path == "/secured"):
		what = anonymous
	case r.Header.Get("X-Fail") != "":
		what = provoked
	case len(values) == 0 && r.URL.Path == "/optional":
	case len(values) == 0:
		what = forbidden
	case slices.Contains(openForms, values[0]), len(values) == 2 && valid(values[0]), values[0] == "" && r.URL.Path == "/optional":
		what = either
	case !valid(values[0]):
		what = forbidden
	}
	status := a[what]
	if status >= 300 && status < 400 {
		w.Header().Set("Location", "http://elsewhere.invalid/")
	}
	w.WriteHeader(status)
}

// description documents statuses, with what x-contract says of the operation.
func description(path, documented, annotation string, required bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, `openapi: 3.0.3
info: {title: Lawful, version: "1"}
paths:
  %s:
    get:
      operationId: get
      x-contract: {%s}
      parameters:
        - {name: n, in: query, required: %t, schema: {type: integer, minimum: 1, maximum: 9}}
`, path, annotation, required)
	if path == "/secured" {
		b.WriteString("      security: [{key: []}]\n")
	}
	b.WriteString("      responses:\n")
	for status := range strings.FieldsSeq(documented) {
		fmt.Fprintf(&b, "        %q: {description: in words}\n", status)
	}
	b.WriteString("components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}\n")
	return b.String()
}

// outcomes gives what became of the cases of a kind, each outcome once.
func outcomes(r *report.Report, of kind) string {
	var found []string
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		if kindOf(&v.Case) == of && v.Case.Skip == "" && !strings.Contains(strings.Join(found, " "), string(v.Outcome)) {
			found = append(found, string(v.Outcome))
		}
	}
	return strings.Join(found, " ")
}

// TestLawfulAnswers has a server for each row of what is lawful, and for what is
// not: it is charged exactly where it does not keep to its description.
func TestLawfulAnswers(t *testing.T) {
	const plain, optional, secured = "/plain", "/optional", "/secured"
	sourced := "source: {section: Parameters}"
	for _, row := range []struct {
		path, documented, annotation string
		of                           kind
		status                       int
		want                         string
		note                         bool
	}{
		// Accepted: a documented 2xx or 3xx.
		{plain, "200 400", "", allowed, 200, "pass", false},
		{plain, "200 400", "", allowed, 204, "fail", false},
		{plain, "2XX 400", "", allowed, 204, "pass", false},
		{plain, "302 400", "", allowed, 302, "pass", false},
		{plain, "3XX 400", "", allowed, 303, "pass", false},
		{plain, "200 303 400", "", allowed, 303, "pass", false},
		{plain, "200 400", "", allowed, 302, "fail", false},
		// default only where neither is documented, and only with a success.
		{plain, "default", "", allowed, 200, "pass", false},
		{plain, "400 default", "", allowed, 302, "pass", false},
		{plain, "200 default", "", allowed, 202, "fail", false},
		{plain, "default", "", allowed, 400, "fail", false},
		{plain, "200 400", "", allowed, 400, "fail", false},
		{plain, "200 400", "", allowed, 500, "fail", false},
		{plain, "200 400 500", "", allowed, 500, "fail", false},
		// What is about who asks, and about what there is, decides nothing.
		{secured, "200 400 401", "", allowed, 401, "undecided", false},
		{secured, "200 400", "", allowed, 403, "undecided", true}, // the note is on 401
		{plain, "200 400", "", allowed, 403, "undecided", false},
		{plain, "200 400", "", allowed, 404, "fail", false},
		{plain, "200 400 404", "", allowed, 404, "fail", false},
		{plain, "200 400", "", allowed, 410, "fail", false},
		{plain, "200 400 409", "", allowed, 409, "undecided", false},
		{plain, "200 400 412", "", allowed, 412, "undecided", false},
		{plain, "200 400 423", "", allowed, 423, "undecided", false},
		{plain, "200 400", "", allowed, 409, "fail", false},
		// Refused: what is documented among 400, 422, another 4XX, and default.
		{plain, "200 400", "", forbidden, 400, "pass", false},
		{plain, "200 422", "", forbidden, 422, "pass", false},
		{plain, "200 400 422", "", forbidden, 422, "pass", false},
		{plain, "200 400 422", "", forbidden, 400, "pass", false},
		{plain, "200 418", "", forbidden, 418, "pass", false},
		{plain, "200 4XX", "", forbidden, 422, "pass", false},
		{plain, "200 default", "", forbidden, 400, "pass", false},
		{plain, "200 400", "", forbidden, 422, "warn", false},
		{plain, "200 422", "", forbidden, 400, "warn", false},
		{plain, "200 400", sourced, forbidden, 422, "fail", false},
		{plain, "200 422", sourced, forbidden, 400, "fail", false},
		{plain, "200", "", forbidden, 400, "pass", true},
		{plain, "200", "", forbidden, 418, "pass", true},
		{plain, "200 404", "", forbidden, 422, "pass", true},
		{plain, "200 400", "", forbidden, 200, "fail", false},
		{plain, "302 400", "", forbidden, 302, "fail", false},
		{plain, "200 400", "", forbidden, 302, "undecided", false},
		{plain, "200 400", "", forbidden, 500, "fail", false}, // by the clause on 5xx alone, see below
		{plain, "200 400 404", "", forbidden, 404, "undecided", false},
		{plain, "200 400", "", forbidden, 401, "undecided", false},
		{plain, "200 400 403", "", forbidden, 403, "undecided", false},
		{plain, "200 400", "", forbidden, 405, "undecided", false},
		{plain, "200 400 409", "", forbidden, 409, "undecided", false},
		{plain, "200 400", "", forbidden, 410, "undecided", false},
		{plain, "200 400", "", forbidden, 412, "undecided", false},
		{plain, "200 400", "", forbidden, 423, "undecided", false},
		// x-contract pins one status.
		{plain, "200 400 422", "status: 422", forbidden, 422, "pass", false},
		{plain, "200 400 422", "status: 422", forbidden, 400, "fail", false},
		{plain, "200 400 404", "status: 400", forbidden, 404, "fail", false},
		{plain, "200 400", "status: 400", forbidden, 401, "undecided", false},
		// Without valid credentials.
		{secured, "200 400 401", "", anonymous, 401, "pass", false},
		{secured, "200 400 403", "", anonymous, 403, "pass", false},
		{secured, "200 400 401 403", "", anonymous, 403, "pass", false},
		{secured, "200 400", "", anonymous, 401, "pass", true},
		{secured, "200 400", "", anonymous, 403, "pass", true},
		{secured, "200 400", "", anonymous, 404, "pass", true},
		{secured, "200 400 401", "", anonymous, 404, "undecided", false},
		{secured, "200 400 401", "", anonymous, 302, "undecided", false},
		{secured, "200 400 401", "", anonymous, 400, "undecided", false},
		{secured, "200 400 401", "", anonymous, 200, "fail warn", false}, // in another case: should
		// Open: anything but 5xx.
		{plain, "200 400", "", either, 200, "pass", false},
		{plain, "200 400", "", either, 400, "pass", false},
		{plain, "200 400", "", either, 404, "pass", true},
		{plain, "200 400", "", either, 302, "pass", true},
		{plain, "200 400", "", either, 500, "warn", false},
		{plain, "200 400 500", "", either, 500, "warn", false},
		{plain, "200 400", "", foreign, 405, "pass", false},
		{plain, "200 400", "", foreign, 404, "pass", false},
		{plain, "200 400", "", foreign, 501, "pass", false},
		{plain, "200 400", "", foreign, 200, "warn", false},
		{plain, "200 400", "", foreign, 500, "warn", false},
		// Provoked: what was asked for.
		{plain, "200 400 500", "", provoked, 500, "pass", false},
		{plain, "200 400 500", "", provoked, 200, "fail", false},
		{plain, "200 400 500", "", provoked, 502, "fail", false},
		{plain, "200 400 5XX", "", provoked, 500, "pass", false},
		{plain, "200 400 default", "", provoked, 500, "pass", false},
		// What an optional value names may not be there: the request without it is
		// charged with 404, the others are not.
		{optional, "200 400", "", forbidden, 400, "pass", false},
		{optional, "200 400", "", allowed, 404, "fail undecided", false},
	} {
		name := fmt.Sprintf("%s %s %s: %s is answered with %d", row.path, row.documented, row.annotation, row.of, row.status)
		t.Run(name, func(t *testing.T) {
			server := usual(row.documented, row.path == secured)
			server[row.of] = row.status
			r := held(t, server, description(row.path, row.documented, row.annotation, row.path != optional), "")
			if got := outcomes(r, row.of); got != row.want {
				t.Errorf("%s, want %s", got, row.want)
			}
			if (len(r.Notes) > 0) != row.note {
				t.Errorf("notes %v", r.Notes)
			}
			for _, of := range []kind{allowed, forbidden, anonymous, either, provoked, foreign} {
				if got := outcomes(r, of); of != row.of && got != "pass" && got != "" {
					t.Errorf("%s: %s", of, got)
				}
			}
			if charged := r.Summary.Fail+r.Summary.Warn > 0; charged != (strings.Contains(row.want, "fail") || strings.Contains(row.want, "warn")) {
				t.Errorf("charged %t", charged)
			}
		})
	}
}

// usual answers each kind with what is documented for it.
func usual(documented string, secured bool) answers {
	has := func(status string) bool { return strings.Contains(" "+documented+" ", " "+status+" ") }
	server := answers{allowed: 200, forbidden: 400, anonymous: 401, either: 400, provoked: 500, foreign: 405}
	switch {
	case has("302"), has("3XX") && !has("200"):
		server[allowed] = 302
	}
	switch {
	case has("400"), has("4XX"), has("default"):
	case has("422"):
		server[forbidden], server[either] = 422, 422
	case has("418"):
		server[forbidden], server[either] = 418, 418
	default: // nothing else is documented for it
		server[forbidden], server[either] = 200, server[allowed]
	}
	if secured && has("403") && !has("401") {
		server[anonymous] = 403
	}
	return server
}

func held(t *testing.T, server http.Handler, description, value string) *report.Report {
	t.Helper()
	c, err := contract.Load("lawful.yaml", []byte(description))
	if err != nil {
		t.Fatal(err)
	}
	config := contract.Default()
	config.Contract, config.Handler = c, server
	config.Target = &target.Target{
		Name: "server", Auth: target.Auth{Token: auth.NewSecret(lawfulToken)}, Values: map[string]string{"id": value},
	}
	if strings.Contains(description, `"5`) || strings.Contains(description, "default") {
		config.Target.Provoke = map[string]target.Provoke{"500": {Header: map[string]string{"X-Fail": "yes"}}}
	}
	r, err := contract.Verify(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
