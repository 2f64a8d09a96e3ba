package run

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/target"
)

// maxRenewals is how often a token that was refused is renewed in a run. Each
// sends a password, and accounts are locked for too many.
const maxRenewals = 5

// issued is the tokens that an identity service hands out while a run goes on.
type issued struct {
	tokens *auth.Tokens
	// got counts the tokens.
	got atomic.Int32
	// vain is set when a new token was refused as the one before it.
	vain atomic.Bool
}

// issuedBy gives the tokens of a target's identity service, nil if it has none.
// tell is called with each token before anything carries it.
func issuedBy(t *target.Target, o Options, tell func(auth.Secret)) (*issued, error) {
	if t.Auth.IAM == nil || !t.Auth.Token.Empty() {
		return nil, nil //nolint:nilnil // no service is no error
	}
	iam := *t.Auth.IAM
	iam.UserAgent, iam.Timeout = o.UserAgent, o.CaseTimeout
	if iam.Transport == nil {
		config, err := t.TLSConfig()
		if err != nil {
			return nil, err
		}
		iam.Transport = auth.IssuerTransport(config)
	}
	// What goes wrong on the way may quote what was sent to a proxy.
	if proxy, err := o.Proxy(&http.Request{URL: iam.Endpoint}); err == nil && proxy != nil && proxy.User != nil {
		password, _ := proxy.User.Password()
		tell(auth.NewSecret(password))
	}
	from := &issued{}
	from.tokens = auth.NewTokens(&boundedIssuer{&iam, &from.got}, func(token auth.Secret) {
		from.got.Add(1)
		tell(token)
	}, nil)
	return from, nil
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

// renewed sends a case again with a new token, when the right token was refused:
// it may have expired, or been revoked. What the new one gets is the answer. That
// there is no new one is no fault of the target's.
func (r *Runner) renewed(ctx context.Context, c *plan.Case, tag string, e Exchange) Exchange {
	if !unauthorized(&e) || c.Request.Credential.Variant != plan.Valid || c.Expect.Allows("401") || e.Issued.Empty() {
		return e
	}
	token, err := r.issued.renew(ctx, e.Issued)
	switch {
	case ended(ctx):
		e.Problem = interrupted(ctx)
		return e
	case err != nil:
		e.Problem = problem(NoCredentials, "the target refused the token, and there is no newer one: %w", err)
		return e
	case token == e.Issued:
		return e
	}
	again := r.deliver(ctx, c, tag+"-renewed")
	if unauthorized(&again) {
		r.issued.vain.Store(true)
	}
	return again
}

func unauthorized(e *Exchange) bool {
	return e.Problem == nil && e.Got != nil && e.Got.Status == http.StatusUnauthorized
}

// ready waits for the token that a case needs, so that the case is not late for
// its turn. What keeps it from coming is said when the request is made.
func (r *Runner) ready(ctx context.Context, c *plan.Case) {
	if r.issued == nil || c.Request.Credential.Variant == plan.None {
		return
	}
	if of := r.credential(c.Request.Credential.Scheme); of != nil && of.issued != nil {
		_, _ = of.text(ctx)
	}
}
