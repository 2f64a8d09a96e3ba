package run

import (
	"fmt"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// Lacks says why a variant of a scheme's credentials cannot be sent, or gives ""
// when it can. A plan skips the cases that need it, with that reason.
func (r *Runner) Lacks(scheme string, v plan.Variant) string {
	c := r.credential(scheme)
	switch {
	case c == nil:
		return fmt.Sprintf("no operation takes credentials of the scheme %q alone", scheme)
	case v == plan.None || v == plan.Empty || v == plan.Absent, v == plan.Malformed && c.scheme.Signing != nil:
		return ""
	case c.signer == nil && c.scheme.Signing != nil:
		return "the target gives no key to sign " + scheme + " requests with: put accessKey under auth in the target file"
	case c.signer == nil:
		return "the target gives no " + scheme + " credentials: put " + remedy(c.scheme)
	case v == plan.Valid:
		return ""
	}
	if err := c.varies(v); err != nil {
		return err.Error()
	}
	return ""
}

// varies says why a variant that is no valid one cannot be made.
func (c *credential) varies(v plan.Variant) error {
	_, ours := c.signer.(auth.KeySigner)
	var err error
	switch {
	case v == plan.UnknownUser && c.user == nil:
		err = errNoUser
	case forges(v) && !ours:
		err = errForeignSigner
	case forges(v) || c.issued != nil: // What is not known yet may turn out not to fit: then the case says so.
	case c.user != nil && guesses(v):
		_, err = otherUser(*c.user, v)
	default:
		_, err = vary(c.token, v)
	}
	return err
}

// remedy says what to give for a scheme, and where.
func remedy(s *spec.Scheme) string {
	what := "a token, or a login that gets one,"
	switch {
	case s.HTTP == basic:
		what = "user and password"
	case s.Type == "apiKey":
		what = "a key"
	case s.PasswordURL != "" || s.ClientURL != "":
		what = "a token, or oauth2, which gets one,"
	}
	return what + " under auth.schemes." + s.Name + " in the target file"
}

func (r *Runner) credential(scheme string) *credential {
	for _, op := range r.builder.operations {
		for _, alternative := range op.alternatives {
			for _, c := range alternative {
				if c.scheme.Name == scheme {
					return c
				}
			}
		}
	}
	return nil
}
