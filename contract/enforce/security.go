package enforce

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/spec"
)

// credential is a security scheme of an operation, with its verifier.
type credential struct {
	scheme   *spec.Scheme
	verifier auth.Verifier
	clause   string // the id of the clause that wrong ones break
}

// newSecurity gives the alternatives that can be verified. An alternative with a
// scheme that nothing verifies is as good as not there; if that leaves none of
// several, every request would be refused, or, worse, none.
func newSecurity(op *spec.Operation, verifiers map[string]auth.Verifier) ([][]credential, error) {
	if !op.Secured() {
		return nil, nil
	}
	var all [][]credential
	var names []string
	for _, alternative := range op.Security {
		credentials := make([]credential, 0, len(alternative))
		for _, scheme := range alternative {
			names = append(names, scheme.Name)
			if v := verifiers[scheme.Name]; v != nil {
				credentials = append(credentials, credential{scheme, v, scheme.ClausePrefix(op) + ".verified"})
			}
		}
		if len(credentials) == len(alternative) {
			all = append(all, credentials)
		}
	}
	if len(all) == 0 {
		slices.Sort(names)
		return nil, unverified{strings.Join(slices.Compact(names), ", "), op.Security[0][0].Name}
	}
	return all, nil
}

// unverified tells that nothing verifies the credentials of an operation: its schemes,
// and one to begin with.
type unverified struct{ schemes, first string }

func (u unverified) Error() string {
	return fmt.Sprintf("it needs credentials and none of its security schemes (%s) has a verifier: set Options.Verifiers[%q]", u.schemes, u.first)
}

// authenticate gives what is wrong with the credentials of a request, or nil.
func (e *Enforcer) authenticate(ep *endpoint, r *http.Request) []Violation {
	var wrong []credential
	for _, alternative := range ep.security {
		valid := true
		for _, c := range alternative {
			err := c.verifier.Verify(r)
			if err == nil {
				continue
			}
			valid = false
			if !errors.Is(err, auth.ErrMissing) {
				wrong = append(wrong, c)
				e.logVerifier(r.Context(), ep, c, err)
			}
		}
		if valid {
			return nil
		}
	}
	switch {
	case len(ep.security) == 0:
		return nil
	case len(wrong) > 0:
		return wrongCredentials(wrong)
	default:
		return []Violation{{
			Clause:  ep.ID + ".security.missing",
			Message: "credentials are required: send " + alternatives(ep.security),
		}}
	}
}

// logVerifier tells of a verifier that could not judge: it refuses the request
// like any other, for to let it pass would be to fail open.
func (e *Enforcer) logVerifier(ctx context.Context, ep *endpoint, c credential, err error) {
	if !errors.Is(err, auth.ErrRejected) {
		e.options.Logger.LogAttrs(ctx, slog.LevelWarn, "credentials cannot be verified",
			slog.String("operation", ep.ID), slog.String("scheme", c.scheme.Name), slog.Any("error", err))
	}
}

func wrongCredentials(wrong []credential) []Violation {
	var found []Violation
	for _, c := range wrong {
		v := Violation{Clause: c.clause, Message: c.place() + " is not valid: send one that is"}
		if !slices.Contains(found, v) {
			found = append(found, v)
		}
	}
	return found
}

// alternatives lists what can be sent: "a (header A) and b (header B), or ...".
func alternatives(security [][]credential) string {
	texts := make([]string, len(security))
	for i, alternative := range security {
		places := make([]string, len(alternative))
		for j, c := range alternative {
			places[j] = c.place()
		}
		texts[i] = strings.Join(places, " and ")
	}
	return strings.Join(texts, ", or ")
}

// place names a credential by its scheme and where it is sent.
func (c credential) place() string {
	s := c.scheme
	switch {
	case s.Type == "http":
		return label(s.Name, s.HTTP+" in header Authorization")
	case s.Signing != nil:
		return label(s.Name, s.Signing.Algorithm+" in header "+s.Param)
	default:
		return label(s.Name, s.In+" "+s.Param)
	}
}

// challenge gives the schemes' challenges, which a 401 has to carry (RFC 9110,
// section 15.5.2). API keys have none that is registered.
func (a *answer) challenge(security [][]credential) {
	for _, alternative := range security {
		for _, c := range alternative {
			var challenge string
			switch c.scheme.HTTP {
			case "":
				continue
			case "basic":
				challenge = `Basic realm="api", charset="UTF-8"` // RFC 7617 wants a realm
			default:
				challenge = strings.ToUpper(c.scheme.HTTP[:1]) + c.scheme.HTTP[1:]
			}
			if !slices.Contains(a.header["Www-Authenticate"], challenge) {
				a.header["Www-Authenticate"] = append(a.header["Www-Authenticate"], challenge)
			}
		}
	}
}
