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
}

// credential is a security scheme and what the target gives for it.
type credential struct {
	scheme *spec.Scheme
	place  auth.Token // without a value
	signer auth.Signer
	// token is the text at the place; "" when it is computed from the request, or
	// issued while the run goes on.
	token string
	// issued hands out the texts at the place; nil when nothing does.
	issued *issued
	// user is what token is made of in basic authentication; nil where that cannot
	// be told.
	user *auth.Basic
}

// basic is HTTP's authentication by user and password.
const basic = "basic"

// newCredential finds out what a signer puts in a request.
func newCredential(scheme *spec.Scheme, signer auth.Signer, from *issued) (*credential, error) {
	c := &credential{scheme: scheme, place: placeOf(scheme), signer: signer}
	switch {
	case scheme.Signing != nil:
		return c, nil
	case signer == nil && from != nil:
		c.signer, c.issued = from.tokens.Signer(c.place), from
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
			scheme.Name, c.place.In, c.place.Name)
	}
	if user, ok := auth.ParseBasic(auth.NewSecret(c.token)); ok && scheme.HTTP == basic {
		c.user = &user
	}
	return c, nil
}

// placeOf says where in a request the contract wants a scheme's credential.
func placeOf(s *spec.Scheme) auth.Token {
	if s.Type != "http" {
		return auth.Token{In: auth.In(s.In), Name: s.Param}
	}
	name := s.HTTP
	if name != "" {
		name = strings.ToUpper(name[:1]) + name[1:]
	}
	return auth.Token{In: auth.InHeader, Name: "Authorization", Prefix: name}
}

// found reads the text at the credential's place, without its prefix.
func (c *credential) found(req *http.Request) string {
	var text string
	switch c.place.In {
	case auth.InHeader:
		text = req.Header.Get(c.place.Name)
	case auth.InQuery:
		text = req.URL.Query().Get(c.place.Name)
	case auth.InCookie:
		if cookie, err := req.Cookie(c.place.Name); err == nil {
			text = cookie.Value
		}
	}
	if n := len(c.place.Prefix); n > 0 && len(text) > n && strings.EqualFold(text[:n], c.place.Prefix) {
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
	token := c.place
	token.Value = auth.NewSecret(text)
	return token.Sign(req)
}

// empty puts the place in a request, and nothing in it.
func (c *credential) empty(req *http.Request) {
	switch c.place.In {
	case auth.InHeader:
		req.Header[http.CanonicalHeaderKey(c.place.Name)] = []string{""}
	case auth.InQuery:
		if req.URL.RawQuery != "" {
			req.URL.RawQuery += "&"
		}
		req.URL.RawQuery += wire.Escape(c.place.Name) + "="
	case auth.InCookie:
		dropCookie(req.Header, c.place.Name)
		addCookie(req.Header, c.place.Name, "")
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
	switch c.place.In {
	case auth.InHeader:
		h.Del(c.place.Name)
	case auth.InCookie:
		dropCookie(h, c.place.Name)
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

// text is the valid text at the credential's place; "" when it is computed from
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
