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
	case v == plan.None || v == plan.Empty, v == plan.Malformed && c.scheme.Signing != nil:
		return ""
	case c.signer == nil && c.scheme.Signing != nil:
		return "the target gives no key to sign " + scheme + " requests with: put accessKey under auth in the target file"
	case c.signer == nil:
		return "the target gives no " + scheme + " credentials: put them under auth in the target file"
	case v == plan.Valid:
		return ""
	case forges(v):
		if _, ours := c.signer.(auth.KeySigner); !ours {
			return errForeignSigner.Error()
		}
		return ""
	case c.issued != nil:
		return "" // What is not known yet may turn out not to fit: then the case says so.
	}
	return r.unmakable(c, v)
}

// unmakable says why a variant of a text is not made, or gives "".
func (r *Runner) unmakable(c *credential, v plan.Variant) string {
	if r.encoded(c.scheme) && (v == plan.Prefix || v == plan.Extension || v == plan.OtherCase) {
		return "readers of base64 differ in what they make of a name and a password that are changed a little: not sent"
	}
	if _, err := vary(c.token, v); err != nil {
		return err.Error()
	}
	return ""
}

// encoded reports whether the credentials of a scheme are known to be a name and a
// password in base64.
func (r *Runner) encoded(s *spec.Scheme) bool {
	a := &r.target.Auth
	return basic(s) && (a.Basic != nil || a.Token.Empty() && r.options.Signers[s.Name] == nil)
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
