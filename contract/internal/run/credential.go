package run

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/target"
)

// operation is what the requests for one operation have in common.
type operation struct {
	id    string
	model *spec.Operation
	// headers are in every request: the target's, and our own.
	headers http.Header
	// alternatives are the ways to authenticate. In each, what computes
	// something from the request comes last: it signs what is final.
	alternatives [][]*credential
	// last is the stage in which its cases are sent where it may end what the others need,
	// else 0.
	last int
}

// credential is a security scheme and what the target gives for it.
type credential struct {
	scheme  *spec.Scheme
	carrier auth.Token // where in a request it is, without a value
	signer  auth.Signer
	// token is the text that it carries; "" when it is computed from the request, or
	// issued while the run goes on.
	token string
	// issued hands out the texts that it carries; nil when nothing does.
	issued *issued
	// user is what token is made of in basic authentication; nil where that cannot
	// be told.
	user *auth.Basic
}

// basic is HTTP's authentication by user and password.
const basic = "basic"

// newCredential finds out what a signer puts in a request.
func newCredential(scheme *spec.Scheme, signer auth.Signer, from *issued) (*credential, error) {
	c := &credential{scheme: scheme, carrier: carrierOf(scheme), signer: signer}
	switch {
	case scheme.Signing != nil:
		return c, nil
	case signer == nil && from != nil:
		c.signer, c.issued = from.tokens.Signer(c.carrier), from
		return c, nil
	case signer == nil:
		return c, nil
	}
	blank := &http.Request{Method: http.MethodGet, URL: &url.URL{Scheme: "http", Host: "target.invalid", Path: "/"}, Header: http.Header{}}
	if err := signer.Sign(blank); err != nil {
		return nil, fmt.Errorf("credentials of %s: %w", scheme.Name, err)
	}
	c.token = c.found(blank)
	if c.token == "" {
		return nil, fmt.Errorf("credentials of %s: the signer puts nothing into the %s %s, where the contract wants it",
			scheme.Name, c.carrier.In, c.carrier.Name)
	}
	if user, ok := auth.ParseBasic(auth.NewSecret(c.token)); ok && scheme.HTTP == basic {
		c.user = &user
	}
	return c, nil
}

// placeOf says where in a request the contract wants a scheme's credential.
func carrierOf(s *spec.Scheme) auth.Token {
	if s.Type != "http" {
		return auth.Token{In: auth.In(s.In), Name: s.Param}
	}
	name := s.HTTP
	if name != "" {
		name = strings.ToUpper(name[:1]) + name[1:]
	}
	return auth.Token{In: auth.InHeader, Name: "Authorization", Prefix: name}
}

// found reads the text that a request carries, without its prefix.
func (c *credential) found(req *http.Request) string {
	var text string
	switch c.carrier.In {
	case auth.InHeader:
		text = req.Header.Get(c.carrier.Name)
	case auth.InQuery:
		text = req.URL.Query().Get(c.carrier.Name)
	case auth.InCookie:
		if cookie, err := req.Cookie(c.carrier.Name); err == nil {
			text = cookie.Value
		}
	}
	if n := len(c.carrier.Prefix); n > 0 && len(text) > n && strings.EqualFold(text[:n], c.carrier.Prefix) {
		text = strings.TrimLeft(text[n:], " ")
	}
	return text
}

// authenticate puts the credentials into a request that a case wants.
func (op *operation) authenticate(req *http.Request, want plan.Credential) error {
	if want.Variant == plan.None {
		op.strip(req)
		return nil
	}
	if want.Scheme == "" {
		return nil
	}
	if alternative := op.alternative(want.Scheme); alternative != nil {
		return together(req, alternative, want)
	}
	return fmt.Errorf("operation %s does not take credentials of the scheme %q", op.id, want.Scheme)
}

// alternative gives the credentials that are sent together where one scheme is
// meant; nil if the operation does not take it.
func (op *operation) alternative(scheme string) []*credential {
	schemes := op.model.Alternative(scheme)
	i := slices.IndexFunc(op.model.Security, func(s []*spec.Scheme) bool { return schemes != nil && slices.Equal(s, schemes) })
	if i < 0 {
		return nil
	}
	return op.alternatives[i]
}

// together applies the schemes of one alternative, of which one is varied.
func together(req *http.Request, alternative []*credential, want plan.Credential) error {
	for _, c := range alternative {
		variant := plan.Valid
		if c.scheme.Name == want.Scheme {
			variant = want.Variant
		}
		if err := c.apply(req, variant); err != nil {
			return fmt.Errorf("credentials of %s, variant %s: %w", c.scheme.Name, variant, err)
		}
	}
	return nil
}

var errNoCredential = errors.New("the target gives none: put them under auth in the target file")

// apply puts a variant of the credential into a request.
func (c *credential) apply(req *http.Request, v plan.Variant) error {
	switch v {
	case plan.Valid:
		if c.signer == nil {
			return errNoCredential
		}
		return c.signer.Sign(req)
	case plan.Empty:
		c.empty(req)
		return nil
	case plan.Absent:
		c.strip(req.Header)
		return nil
	}
	if forges(v) {
		signer, ours := c.signer.(auth.KeySigner)
		if !ours {
			return errForeignSigner
		}
		return forge(req, signer, v)
	}
	if c.user != nil && guesses(v) {
		wrong, err := otherUser(*c.user, v)
		if err != nil {
			return err
		}
		return wrong.Sign(req)
	}
	text, err := c.text(req.Context())
	if err != nil {
		return err
	}
	if text, err = vary(text, v); err != nil && c.issued != nil {
		return &inapplicableError{err}
	} else if err != nil {
		return err
	}
	token := c.carrier
	token.Value = auth.NewSecret(text)
	return token.Sign(req)
}

// empty puts the carrier in a request, and nothing in it.
func (c *credential) empty(req *http.Request) {
	switch c.carrier.In {
	case auth.InHeader:
		req.Header[http.CanonicalHeaderKey(c.carrier.Name)] = []string{""}
	case auth.InQuery:
		if req.URL.RawQuery != "" {
			req.URL.RawQuery += "&"
		}
		req.URL.RawQuery += wire.Escape(c.carrier.Name) + "="
	case auth.InCookie:
		dropCookie(req.Header, c.carrier.Name)
		addCookie(req.Header, c.carrier.Name, "")
	}
}

// strip takes away what the target's own headers would authenticate with: a
// request without credentials that carries some would be answered with success.
func (op *operation) strip(req *http.Request) {
	for _, alternative := range op.alternatives {
		for _, c := range alternative {
			c.strip(req.Header)
		}
	}
}

func (c *credential) strip(h http.Header) {
	switch c.carrier.In {
	case auth.InHeader:
		h.Del(c.carrier.Name)
	case auth.InCookie:
		dropCookie(h, c.carrier.Name)
	}
}

func dropCookie(h http.Header, name string) {
	var kept []string
	for pair := range strings.SplitSeq(h.Get("Cookie"), ";") {
		pair = strings.TrimSpace(pair)
		if n, _, _ := strings.Cut(pair, "="); n != name && pair != "" {
			kept = append(kept, pair)
		}
	}
	if len(kept) == 0 {
		h.Del("Cookie")
		return
	}
	h.Set("Cookie", strings.Join(kept, "; "))
}

// text is the valid text to carry; "" when it is computed from
// the request.
func (c *credential) text(ctx context.Context) (string, error) {
	if c.issued == nil {
		return c.token, nil
	}
	token, err := c.issued.tokens.Token(ctx)
	return token.Reveal(), err
}

// inapplicableError tells that a variant cannot be made of a credential that
// was not known when the case was planned.
type inapplicableError struct{ err error }

func (e *inapplicableError) Error() string { return e.err.Error() }
func (e *inapplicableError) Unwrap() error { return e.err }

// note puts the credentials that a request alone carries into its exchange:
// those of the whole run are known from its beginning.
func (op *operation) note(req *http.Request, v plan.Variant, e *Exchange) {
	if v == plan.Malformed {
		return // It is nobody's.
	}
	for _, alternative := range op.alternatives {
		for _, c := range alternative {
			if c.scheme.Signing == nil && c.issued == nil {
				continue
			}
			text := c.found(req)
			switch {
			case text == "":
			case c.issued != nil && v == plan.Valid:
				if e.Issued == nil {
					e.Issued = map[string]auth.Secret{}
				}
				e.Issued[c.scheme.Name] = auth.NewSecret(text)
			case c.issued != nil:
				e.Secrets = append(e.Secrets, auth.NewSecret(text))
			default:
				e.Secrets = append(e.Secrets, proofOf(text))
			}
		}
	}
}

// secrets are the texts that must not be shown of a token: itself and what is
// made of it in a way that can be undone.
func (c *credential) secrets() []auth.Secret {
	if c.token == "" {
		return nil
	}
	secrets := []auth.Secret{auth.NewSecret(c.token)}
	if c.user != nil {
		secrets = append(secrets, c.user.Password)
	}
	for _, v := range []plan.Variant{plan.Wrong, plan.Prefix, plan.Extension, plan.OtherCase, plan.UnknownUser} {
		switch {
		case c.user != nil:
			if other, err := otherUser(*c.user, v); err == nil {
				secrets = append(secrets, other.Token().Value)
			}
		default:
			if text, err := vary(c.token, v); err == nil {
				secrets = append(secrets, auth.NewSecret(text))
			}
		}
	}
	return secrets
}

// ownHeader puts into requests what the target's own headers hold for a scheme; nil
// if they hold nothing for it.
func ownHeader(scheme *spec.Scheme, t *target.Target) auth.Signer {
	token := carrierOf(scheme)
	if scheme.Signing != nil || token.In != auth.InHeader {
		return nil
	}
	for name, value := range t.Headers {
		if !strings.EqualFold(name, token.Name) {
			continue
		}
		text := value.Reveal()
		if token.Prefix != "" {
			before, after, found := strings.Cut(text, " ")
			if !found || !strings.EqualFold(before, token.Prefix) {
				return nil
			}
			text = strings.TrimLeft(after, " ")
		}
		if text == "" {
			return nil
		}
		token.Value = auth.NewSecret(text)
		return token
	}
	return nil
}

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
	what, flag := "a token, or a login that gets one,", "--token"
	switch {
	case s.HTTP == basic:
		what, flag = "user and password", "--user"
	case s.Type == "apiKey":
		what = "a key"
	case s.PasswordURL != "" || s.ClientURL != "":
		what = "a token, or oauth2, which gets one,"
	}
	return what + " under auth.schemes." + s.Name + " in the target file, or give " + flag
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
