package run

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/target"
)

// maxRenewals is how often a token that was refused is renewed in a run. Each
// sends a password, and accounts are locked for too many.
const maxRenewals = 5

// issued is the tokens that a service hands out while a run goes on.
type issued struct {
	tokens *auth.Tokens
	// from names the service.
	from string
	// got counts the tokens.
	got atomic.Int32
	// vain is set when a new token was refused as the one before it.
	vain atomic.Bool
	// good is the last token that was refused when it was new, for a request that may
	// be refused: that says nothing of the token.
	good atomic.Pointer[auth.Secret]
}

// issuers make what hands out tokens of what the target gives, once for all
// schemes that share it.
type issuers struct {
	target  *target.Target
	base    *url.URL
	options Options
	// tell is called with each token before anything carries it.
	tell func(auth.Secret)
	made map[any]*issued
}

// of gives the tokens of a credential, nil if it is none that is issued.
func (s *issuers) of(c target.Credential, scheme *spec.Scheme) (*issued, error) {
	switch {
	case c.IAM != nil:
		return s.shared(c.IAM, c.IAM.Endpoint, "the identity service at ", func(transport http.RoundTripper) auth.Issuer {
			iam := *c.IAM
			iam.UserAgent, iam.Timeout = s.options.UserAgent, s.options.CaseTimeout
			if iam.Transport == nil {
				iam.Transport = transport
			}
			return &iam
		})
	case c.OAuth2 != nil:
		to, err := c.TokenURL(s.base, Described(scheme))
		if err != nil {
			return nil, fmt.Errorf("credentials of %s: oauth2: %w", scheme.Name, err)
		}
		return s.shared(c.OAuth2, to, "the token URL ", func(transport http.RoundTripper) auth.Issuer {
			o := *c.OAuth2
			o.TokenURL, o.UserAgent, o.Timeout = to, s.options.UserAgent, s.options.CaseTimeout
			if o.Transport == nil {
				o.Transport = transport
			}
			return &o
		})
	case c.Login != nil:
		to := c.Login.URL
		if to != nil && to.Host == "" {
			to = s.base.JoinPath(to.Path)
		}
		return s.shared(c.Login, to, "the login at ", func(transport http.RoundTripper) auth.Issuer {
			l := *c.Login
			l.URL, l.UserAgent, l.Timeout = to, s.options.UserAgent, s.options.CaseTimeout
			if l.Header == nil && to.Scheme == s.base.Scheme && hostPort(to) == hostPort(s.base) {
				l.Header = headersOf(s.target) // as with every request to the target
			}
			if l.Transport == nil {
				l.Transport = transport
			}
			return &l
		})
	}
	return nil, nil //nolint:nilnil // no service is no error
}

// Described is what decides which credentials are for a scheme.
func Described(scheme *spec.Scheme) target.Scheme {
	return target.Scheme{
		Name: scheme.Name, Basic: scheme.HTTP == basic, Signs: scheme.Signing != nil,
		PasswordURL: scheme.PasswordURL, ClientURL: scheme.ClientURL,
	}
}

// shared gives what an issuer hands out. Its key is what the target gives.
func (s *issuers) shared(key any, to *url.URL, name string, issuer func(http.RoundTripper) auth.Issuer) (*issued, error) {
	if from := s.made[key]; from != nil {
		return from, nil
	}
	if to == nil {
		return nil, fmt.Errorf("%swhich the target gives no URL: say where tokens are got", name)
	}
	transport, err := s.transport(to)
	if err != nil {
		return nil, err
	}
	from := &issued{from: name + to.Redacted()}
	from.tokens = auth.NewTokens(&boundedIssuer{issuer(transport), &from.got}, func(token auth.Secret) {
		from.got.Add(1)
		s.tell(token)
	}, nil)
	s.made[key] = from
	return from, nil
}

// transport sends what asks for a token: to the handler, if that is the target.
func (s *issuers) transport(to *url.URL) (http.RoundTripper, error) {
	config, err := s.target.TLSConfig()
	if err != nil {
		return nil, err
	}
	transport := auth.IssuerTransport(config)
	if s.options.Handler != nil && hostPort(to) == hostPort(s.base) {
		return inProcess(transport, s.options.Handler), nil
	}
	// What goes wrong on the way may quote what was sent to a proxy.
	if proxy, err := s.options.Proxy(&http.Request{URL: to}); err == nil && proxy != nil && proxy.User != nil {
		password, _ := proxy.User.Password()
		s.tell(auth.NewSecret(password))
	}
	return transport, nil
}

// maxLogins bounds how many tokens are got in a run, those included that expire:
// each sends a password, and all are looked for in what is written.
const maxLogins = 10

// boundedIssuer is an issuer that is asked so often and no more.
type boundedIssuer struct {
	auth.Issuer

	got *atomic.Int32
}

// Issue implements auth.Issuer.
func (b *boundedIssuer) Issue(ctx context.Context) (auth.IssuedToken, error) {
	if b.got.Load() >= maxLogins {
		return auth.IssuedToken{}, fmt.Errorf("%d tokens were got in this run: they expire too soon to go on", maxLogins)
	}
	return b.Issuer.Issue(ctx)
}

// renew gets a newer token than one that a target refused. It gives the refused
// one where a new one was refused as well: then that is the target's answer.
func (i *issued) renew(ctx context.Context, refused auth.Secret) (auth.Secret, error) {
	if i.vain.Load() {
		return refused, nil
	}
	token, err := i.tokens.Token(ctx) // somebody else may have renewed it
	if err != nil || token != refused {
		return token, err
	}
	if i.got.Load() > maxRenewals {
		return token, fmt.Errorf("%d tokens were got in this run, and the last was refused as well", i.got.Load())
	}
	return i.tokens.Renew(ctx, refused)
}

// renewed sends a case again with new tokens, when the right ones were refused:
// they may have expired, or been revoked. What the new ones get is the answer. That
// there is no new one is no fault of the target's.
func (r *Runner) renewed(ctx context.Context, c *plan.Case, tag string, names map[string]any, e Exchange) Exchange {
	open := c.Expect.Outcome == plan.Either
	if !unauthorized(&e) || c.Request.Credential.Variant != plan.Valid || !open && c.Expect.Allows("401") || len(e.Issued) == 0 {
		return e
	}
	fresh, err := r.renew(ctx, e.Issued, open)
	switch {
	case ended(ctx):
		e.Problem = interrupted(ctx)
		return e
	case err != nil:
		e.Problem = problem(NoCredentials, "the target refused the token, and there is no newer one: %w", err)
		return e
	case !fresh:
		return e
	}
	again := r.deliver(ctx, c, tag+"-renewed", names)
	if unauthorized(&again) {
		for name, token := range again.Issued {
			r.credential(name).issued.again(token, open)
		}
	}
	return again
}

// renew gets newer tokens than those that were refused, and reports
// whether there are any.
func (r *Runner) renew(ctx context.Context, refused map[string]auth.Secret, open bool) (fresh bool, err error) {
	for name, token := range refused {
		of := r.credential(name).issued
		if good := of.good.Load(); open && good != nil && *good == token {
			continue
		}
		newer, err := of.renew(ctx, token)
		if err != nil {
			return false, err
		}
		fresh = fresh || newer != token
	}
	return fresh, nil
}

// again notes that a new token was refused, by a request that may be refused or by
// one that should not.
func (i *issued) again(token auth.Secret, open bool) {
	if open {
		i.good.Store(&token)
	} else {
		i.vain.Store(true)
	}
}

func unauthorized(e *Exchange) bool {
	return e.Problem == nil && e.Got != nil && e.Got.Status == http.StatusUnauthorized
}

// ready waits for the tokens that a case needs, so that the case is not late for
// its turn. What keeps them from coming is said when the request is made.
func (r *Runner) ready(ctx context.Context, c *plan.Case) {
	of := r.builder.operations[c.Operation]
	if of == nil || c.Request.Credential.Variant == plan.None {
		return
	}
	for _, one := range of.alternative(c.Request.Credential.Scheme) {
		if one.issued != nil {
			_, _ = one.text(ctx)
		}
	}
}

// Issuers names the services that tokens for a case are got from.
func (r *Runner) Issuers(c *plan.Case) []string {
	v := c.Request.Credential.Variant
	of := r.builder.operations[c.Operation]
	if of == nil || v == plan.None {
		return nil
	}
	var names []string
	for _, one := range of.alternative(c.Request.Credential.Scheme) {
		blank := one.scheme.Name == c.Request.Credential.Scheme && (v == plan.Empty || v == plan.Absent)
		if one.issued != nil && !blank {
			names = append(names, one.issued.from)
		}
	}
	return names
}
