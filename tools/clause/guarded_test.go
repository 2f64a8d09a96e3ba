package main

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"
)

// The credentials that serve-guarded takes, beside the token that it issues.
const (
	guardedUser = "jane"
	guardedKey  = "maple-2290-otter"
)

// guarded is a service whose operations want credentials of different kinds.
type guarded struct {
	issued atomic.Int64
	used   atomic.Int64
	short  bool // the first token is good for one request only
}

// serveGuarded starts such a service, sets URL, PERSON, PASSWORD, KEY and BASIC, and counts
// the tokens that it issues. short has the first one expire soon.
func serveGuarded(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, nil, 0, "serve-guarded [short]")
	g := &guarded{short: len(args) > 0}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", g.token)
	mux.HandleFunc("POST /login", g.login)
	mux.HandleFunc("POST /page", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>welcome</html>") })
	mux.HandleFunc("GET /token-things", letting(g.bearer))
	mux.HandleFunc("GET /basic-things", letting(basic))
	mux.HandleFunc("GET /key-things", letting(key))
	mux.HandleFunc("GET /both-things", letting(func(r *http.Request) bool { return key(r) && basic(r) }))
	mux.HandleFunc("GET /either-things", letting(func(r *http.Request) bool { return key(r) || g.bearer(r) }))
	server := httptest.NewServer(mux)
	ts.Defer(server.Close)
	stateOf(ts).asked = g.issued.Load
	ts.Setenv("URL", server.URL)
	ts.Setenv("PERSON", guardedUser)
	ts.Setenv("PASSWORD", identityPassword)
	ts.Setenv("KEY", guardedKey)
	ts.Setenv("BASIC", base64.StdEncoding.EncodeToString([]byte(guardedUser+":"+identityPassword)))
}

// letting answers who is let in.
func letting(lets func(r *http.Request) bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if !lets(r) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		fmt.Fprint(w, `{}`)
	}
}

func identical(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func key(r *http.Request) bool { return identical(r.Header.Get("X-Key"), guardedKey) }

func basic(r *http.Request) bool {
	user, password, _ := r.BasicAuth()
	return identical(user, guardedUser) && identical(password, identityPassword)
}

// bearer takes the token that was issued last.
func (g *guarded) bearer(r *http.Request) bool {
	n := g.issued.Load()
	if !identical(r.Header.Get("Authorization"), "Bearer "+guardedToken(n)) {
		return false
	}
	return !g.short || n > 1 || g.used.Add(1) == 1
}

func guardedToken(n int64) string { return fmt.Sprintf("%s-%d", secretToken, n) }

// token is the token URL of OAuth 2.0.
func (g *guarded) token(w http.ResponseWriter, r *http.Request) {
	user, password := r.FormValue("username"), r.FormValue("password")
	if r.FormValue("grant_type") == "client_credentials" {
		user, password, _ = r.BasicAuth()
	}
	w.Header().Set("Content-Type", "application/json")
	if user != guardedUser || password != identityPassword {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"error": "invalid_grant", "error_description": "not with %s"}`, password)
		return
	}
	fmt.Fprintf(w, `{"access_token": %q, "token_type": "bearer", "expires_in": 3600}`, guardedToken(g.issued.Add(1)))
}

// login issues a token to who logs in.
func (g *guarded) login(w http.ResponseWriter, r *http.Request) {
	var sent struct{ Name, Password string }
	if err := json.NewDecoder(r.Body).Decode(&sent); err != nil || sent.Name != guardedUser || sent.Password != identityPassword {
		w.WriteHeader(http.StatusUnprocessableEntity)
		fmt.Fprintf(w, `{"detail": "%s"}`, strings.ToUpper("not with "+sent.Password))
		return
	}
	fmt.Fprintf(w, `{"data": {"session": {"jwt": %q}}}`, guardedToken(g.issued.Add(1)))
}
