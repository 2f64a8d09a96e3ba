package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// IssuedToken is a token that a service handed out.
type IssuedToken struct {
	Value Secret
	// Expires is when it ends; the zero time if the service does not say.
	Expires time.Time
}

// An Issuer gets a new token each time.
type Issuer interface {
	// Issue returns when it has a token, when it cannot get one, or when the
	// context ends. The error holds no credential.
	Issue(ctx context.Context) (IssuedToken, error)
}

// Tokens keeps the current token of an Issuer for all who need one: it is got
// when it is first asked for, once for all who ask at that time, and anew before
// it expires. It is safe for use by several goroutines.
type Tokens struct {
	issuer Issuer
	now    func() time.Time
	told   func(Secret)

	turn    chan struct{} // holds one: whoever takes it may change what follows
	current IssuedToken
	renewAt time.Time // zero for never
	failed  error     // why there will be no token
}

// NewTokens keeps the tokens of an issuer. told, unless it is nil, is called
// with each new token before anybody gets it. now is the clock; nil is time.Now.
func NewTokens(issuer Issuer, told func(Secret), now func() time.Time) *Tokens {
	if told == nil {
		told = func(Secret) {}
	}
	t := &Tokens{issuer: issuer, now: now, told: told, turn: make(chan struct{}, 1)}
	t.turn <- struct{}{}
	return t
}

// IssueError tells that there is no token, and will be none.
type IssueError struct {
	// Err is the issuer's.
	Err error
}

// Error gives the issuer's words.
func (e *IssueError) Error() string { return "get a token: " + e.Err.Error() }

// Unwrap gives the issuer's error.
func (e *IssueError) Unwrap() error { return e.Err }

// renewal is how long before its end a token is renewed: 5 minutes, or a tenth
// of the time that is left when it is issued, if that is less.
func renewal(left time.Duration) time.Duration {
	const most, part = 5 * time.Minute, 10
	return min(most, left/part)
}

// Token gives the current token. An IssueError is final: a service is not asked
// again with what it refused, for accounts are locked for that. Then the current
// token is given until it expires, and the error from then on.
func (t *Tokens) Token(ctx context.Context) (Secret, error) {
	return t.take(ctx,
		func() bool { return t.current.Value.Empty() || t.reached(t.renewAt) },
		func() bool { return t.current.Value.Empty() || t.reached(t.current.Expires) })
}

// Renew gives a newer token than one that was refused. If somebody else has
// renewed it since, that is the one.
func (t *Tokens) Renew(ctx context.Context, refused Secret) (Secret, error) {
	useless := func() bool { return t.current.Value.Empty() || t.current.Value == refused }
	return t.take(ctx, useless, useless)
}

// reached tells whether it is a time already; the zero time never is.
func (t *Tokens) reached(at time.Time) bool { return !at.IsZero() && !clock(t.now).Before(at) }

// take gives the current token, after another has been got if it is outdated.
// If there will be no other, it will do unless it is useless.
func (t *Tokens) take(ctx context.Context, outdated, useless func() bool) (Secret, error) {
	select {
	case <-t.turn:
	case <-ctx.Done():
		return Secret{}, context.Cause(ctx) //nolint:wrapcheck // the caller's own
	}
	defer func() { t.turn <- struct{}{} }()
	if t.failed == nil && outdated() {
		if err := t.issue(ctx); err != nil {
			return Secret{}, err
		}
	}
	if t.failed != nil && useless() {
		return Secret{}, t.failed
	}
	return t.current.Value, nil
}

// issue gets another token, or notes why there will be none. Its error is the
// caller's own, who waits no longer: that says nothing of the issuer.
func (t *Tokens) issue(ctx context.Context) error {
	issued, err := t.issuer.Issue(ctx)
	if err == nil && issued.Value.Empty() {
		err = errors.New("the token is empty")
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return context.Cause(ctx) //nolint:wrapcheck // the caller's own
	case err != nil:
		t.failed = &IssueError{Err: err}
		return nil //nolint:nilerr // take gives it to whom it concerns
	}
	t.told(issued.Value)
	t.current, t.renewAt = issued, time.Time{}
	if left := issued.Expires.Sub(clock(t.now)); !issued.Expires.IsZero() && left > 0 {
		t.renewAt = issued.Expires.Add(-renewal(left))
	} // Else the clocks differ: to renew it each time would help nobody.
	return nil
}

// Signer gives a Signer that puts the current token into requests, at a place
// that is a Token without a value. It waits for the token with the request's
// context.
func (t *Tokens) Signer(place Token) Signer { return issuedSigner{t, place} }

type issuedSigner struct {
	tokens *Tokens
	place  Token
}

func (s issuedSigner) Sign(r *http.Request) error {
	value, err := s.tokens.Token(r.Context())
	if err != nil {
		return fmt.Errorf("sign the request: %w", err)
	}
	s.place.Value = value
	return s.place.Sign(r)
}
