package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// identityPassword is what the identity service of the scripts takes.
const identityPassword = "acorn-1147-hedgehog"

// serveIdentity starts an identity service that issues the token of every target
// of the scripts to who has its password, and sets IDENTITY and PASSWORD. stale
// has the first token be one that no target takes.
func serveIdentity(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, nil, 0, "serve-identity [stale]")
	issued := &stateOf(ts).issued
	issued.Store(0)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := issued.Add(1)
		var sent struct {
			Auth struct {
				Identity struct {
					Password struct{ User struct{ Password string } }
				}
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil || sent.Auth.Identity.Password.User.Password != identityPassword {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"error": {"message": "not with ` + sent.Auth.Identity.Password.User.Password + `"}}`))
			return
		}
		token := secretToken
		if n == 1 && len(args) > 0 {
			token = "stale-" + secretToken
		}
		w.Header().Set("X-Subject-Token", token)
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(`{"token": {"expires_at": "` + time.Now().UTC().Add(24*time.Hour).Format(time.RFC3339Nano) + `"}}`))
	}))
	ts.Defer(server.Close)
	ts.Setenv("IDENTITY", server.URL)
	ts.Setenv("PASSWORD", identityPassword)
}

// issuedTokens wants the identity service to have been asked so often.
func issuedTokens(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, args, 1, "issued NUMBER")
	n := stateOf(ts).issued.Load()
	if asked := stateOf(ts).asked; asked != nil {
		n = asked()
	}
	if strconv.FormatInt(n, 10) != args[0] {
		ts.Fatalf("the identity service was asked %d times, not %s", n, args[0])
	}
}

// identityState is a part of the scripts' state.
type identityState struct {
	issued atomic.Int64
	asked  func() int64 // what another service has issued, in place of issued
}
