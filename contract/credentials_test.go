package contract_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

const loggedIn = `openapi: 3.0.3
info: {title: T, version: "1"}
components: {securitySchemes: {session: {type: apiKey, in: cookie, name: sid}}}
paths:
  /a: {get: {operationId: a, security: [{session: []}], responses: {"200": {description: ok}}}}
`

// A handler of this process is logged in to as well, by a path, with the headers
// that every request has.
func TestLoginToAHandler(t *testing.T) {
	var logins atomic.Int32
	mux := http.NewServeMux()
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		logins.Add(1)
		if r.FormValue("password") != "pass-W0rd-9" || r.Header.Get("X-Tenant") != "a" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"sid": "session-4711"})
	})
	mux.HandleFunc("GET /a", func(w http.ResponseWriter, r *http.Request) {
		if c, err := r.Cookie("sid"); err != nil || c.Value != "session-4711" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	c, err := contract.Load("t.yaml", []byte(loggedIn))
	if err != nil {
		t.Fatal(err)
	}
	config := contract.Default()
	config.Contract, config.Handler = c, mux
	config.Target = &target.Target{Name: "handler", Headers: map[string]auth.Secret{"X-Tenant": auth.NewSecret("a")}}
	config.Target.Auth = target.Auth{Schemes: map[string]target.Credential{"session": {Login: &auth.Login{
		URL: &url.URL{Path: "/login"}, ContentType: "application/x-www-form-urlencoded",
		Body: auth.NewSecret("password=pass-W0rd-9"), Token: "/sid",
	}}}}
	r, err := contract.Verify(t.Context(), config)
	if err != nil || report.ExitCode(r) != report.ExitOK || logins.Load() != 1 {
		t.Errorf("got %v, after %d logins: %+v", err, logins.Load(), r)
	}
}

// Credentials for a scheme that there is not would not be sent, in silence.
func TestCredentialsForNoScheme(t *testing.T) {
	c, err := contract.Load("t.yaml", []byte(loggedIn))
	if err != nil {
		t.Fatal(err)
	}
	config := contract.Default()
	config.Contract, config.Handler = c, http.NotFoundHandler()
	config.Target = &target.Target{Name: "handler", Auth: target.Auth{Schemes: map[string]target.Credential{"sesion": {Token: auth.NewSecret("t")}}}}
	_, err = contract.Verify(t.Context(), config)
	want := `auth.schemes.sesion: the contract has no security scheme of this name: did you mean "session"?`
	if !errors.Is(err, contract.ErrUsage) || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
