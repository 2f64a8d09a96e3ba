package run

import (
	"context"
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
		iam.Transport = auth.IAMTransport(config)
	}
	from := &issued{}
	from.tokens = auth.NewTokens(&iam, func(token auth.Secret) {
		from.got.Add(1)
		tell(token)
	}, nil)
	return from, nil
}

// renew gets a newer token than one that a target refused, and reports whether
// there is one.
func (i *issued) renew(ctx context.Context, refused auth.Secret) bool {
	if i.vain.Load() {
		return false
	}
	token, err := i.tokens.Token(ctx) // somebody else may have renewed it
	if err == nil && token == refused && i.got.Load() <= maxRenewals {
		token, err = i.tokens.Renew(ctx, refused)
	}
	return err == nil && token != refused
}

// renewed sends a case again with a new token, when the right token was refused:
// it may have expired, or been revoked. What the new one gets is the answer.
func (r *Runner) renewed(ctx context.Context, c *plan.Case, tag string, e Exchange) Exchange {
	if !unauthorized(&e) || c.Request.Credential.Variant != plan.Valid || c.Expect.Allows("401") {
		return e
	}
	from, refused := r.issued, e.token
	if from == nil || refused.Empty() || !from.renew(ctx, refused) {
		return e
	}
	again := r.deliver(ctx, c, tag+"-renewed")
	if unauthorized(&again) {
		from.vain.Store(true)
	}
	return again
}

func unauthorized(e *Exchange) bool {
	return e.Problem == nil && e.Got != nil && e.Got.Status == http.StatusUnauthorized
}
