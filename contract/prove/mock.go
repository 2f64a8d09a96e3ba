package prove

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/target"
)

// MockOptions say how a mock is to behave.
type MockOptions struct {
	// Token is taken wherever the contract wants a token or an API key, and Basic where
	// it wants a user and a password. What is left out is made up: [Implementation.Target]
	// has it.
	Token auth.Secret
	Basic *auth.Basic
	// AnyCredentials takes every credential that is not empty and stands where the
	// contract wants one.
	AnyCredentials bool
	// Latency is how long each answer takes at least.
	Latency time.Duration
}

// Mock derives an implementation of a contract to work against: it knows what was
// made and nothing else, where the contract says how that is made.
func Mock(c *contract.Contract, o MockOptions) (*Implementation, error) {
	m, err := newMaker(c)
	if err != nil {
		return nil, err
	}
	m.target.Name = "mock of " + c.Title()
	m.target.Auth.Token = o.Token
	if o.Token.Empty() {
		m.target.Auth.Token = auth.NewSecret(token)
	}
	m.target.Auth.Basic = cmp.Or(o.Basic, &auth.Basic{User: "user", Password: m.target.Auth.Token})
	d := design{verifiers: map[string]auth.Verifier{}}
	for _, s := range m.model.Schemes {
		if v := mockVerifier(s, m.target.Auth, o.AnyCredentials); v != nil {
			d.verifiers[s.Name] = v
		}
	}
	if o.Latency > 0 {
		d.outside = late(o.Latency)
	}
	handler, err := m.make(d)
	if err != nil {
		return nil, err
	}
	return &Implementation{Handler: handler, Target: m.target, left: m.left}, nil
}

// mockVerifier gives what a mock holds the credentials of a scheme to; nil leaves it to
// what every derived implementation does.
func mockVerifier(s *spec.Scheme, a target.Auth, any bool) auth.Verifier {
	switch {
	case s.Signing != nil && !any:
		return nil
	case any:
		return lenient{Token: tokenAt(s, a.Token), takes: func(sent, _ string) bool { return sent != "" }}
	case s.Type == "http" && s.HTTP == "basic":
		return *a.Basic
	}
	return tokenAt(s, a.Token)
}

// late has each answer take a while.
func late(latency time.Duration) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			timer := time.NewTimer(latency)
			defer timer.Stop()
			select {
			case <-timer.C:
				next.ServeHTTP(w, r)
			case <-r.Context().Done():
			}
		})
	}
}

// Left lists the operations of which no answer could be made up.
func (i *Implementation) Left() []LeftOut { return slices.Clone(i.left) }
