package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apiclause/clause/contract/auth"
)

// issuer hands out token-1, token-2 and so on.
type issuer struct {
	mu    sync.Mutex
	count int
	// life is how long a token is good for; 0 does not say.
	life time.Duration
	// err, if it gives one for the nth token, is the answer.
	err func(n int) error
	// wait, unless it is nil, has to be closed before a token is handed out.
	wait chan struct{}
}

func (i *issuer) Issue(ctx context.Context) (auth.IssuedToken, error) {
	i.mu.Lock()
	i.count++
	n := i.count
	i.mu.Unlock()
	if i.wait != nil {
		select {
		case <-i.wait:
		case <-ctx.Done():
			return auth.IssuedToken{}, ctx.Err()
		}
	}
	if i.err != nil {
		if err := i.err(n); err != nil {
			return auth.IssuedToken{}, err
		}
	}
	issued := auth.IssuedToken{Value: auth.NewSecret(fmt.Sprint("token-", n))}
	if i.life != 0 {
		issued.Expires = time.Now().Add(i.life)
	}
	return issued, nil
}

func (i *issuer) issued(t *testing.T, want int) {
	t.Helper()
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.count != want {
		t.Errorf("%d tokens were asked for, want %d", i.count, want)
	}
}

// wantToken checks what Token gives.
func wantToken(t *testing.T, tokens *auth.Tokens, want string) {
	t.Helper()
	if got, err := tokens.Token(t.Context()); err != nil || got.Reveal() != want {
		t.Errorf("got %q, %v, want %s", got.Reveal(), err, want)
	}
}

func TestTokensAreGotOnceForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{wait: make(chan struct{})}
		var told []string
		tokens := auth.NewTokens(i, func(s auth.Secret) { told = append(told, s.Reveal()) }, nil)
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() { wantToken(t, tokens, "token-1") })
		}
		synctest.Wait() // all of them do
		i.issued(t, 1)
		close(i.wait)
		group.Wait()
		i.issued(t, 1)
		if len(told) != 1 || told[0] != "token-1" {
			t.Errorf("told of %v", told)
		}
	})
}

func TestTokensAreRenewedBeforeTheyExpire(t *testing.T) {
	for life, before := range map[time.Duration]time.Duration{
		24 * time.Hour: 5 * time.Minute, 20 * time.Minute: 2 * time.Minute, 10 * time.Second: time.Second,
	} {
		synctest.Test(t, func(t *testing.T) {
			i := &issuer{life: life}
			tokens := auth.NewTokens(i, nil, time.Now)
			for n := range 3 {
				wantToken(t, tokens, fmt.Sprint("token-", n+1))
				time.Sleep(life - before - time.Nanosecond)
				wantToken(t, tokens, fmt.Sprint("token-", n+1))
				time.Sleep(time.Nanosecond)
			}
			i.issued(t, 3)
		})
	}
}

func TestTokensThatAreNotRenewed(t *testing.T) {
	for name, life := range map[string]time.Duration{"the service does not say": 0, "expired when it came: the clocks differ": -time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			i := &issuer{life: life}
			tokens := auth.NewTokens(i, nil, nil)
			for range 3 {
				wantToken(t, tokens, "token-1")
				time.Sleep(100 * time.Hour)
			}
			t.Log(name)
			i.issued(t, 1)
		})
	}
}

func TestRenewRaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		tokens := auth.NewTokens(i, nil, nil)
		old, err := tokens.Token(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		i.wait = make(chan struct{})
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() {
				if got, err := tokens.Renew(t.Context(), old); err != nil || got.Reveal() != "token-2" {
					t.Errorf("got %q, %v", got.Reveal(), err)
				}
			})
			group.Go(func() {
				if got, err := tokens.Token(t.Context()); err != nil || got.Empty() {
					t.Errorf("got %q, %v", got.Reveal(), err)
				}
			})
		}
		synctest.Wait()
		close(i.wait)
		group.Wait()
		i.issued(t, 2)
		// Somebody who is late gets what the others got.
		if got, err := tokens.Renew(t.Context(), old); err != nil || got.Reveal() != "token-2" {
			t.Errorf("got %q, %v", got.Reveal(), err)
		}
		i.issued(t, 2)
	})
}

func TestRenewBeforeThereIsAToken(t *testing.T) {
	i := &issuer{}
	tokens := auth.NewTokens(i, nil, nil)
	if got, err := tokens.Renew(t.Context(), auth.NewSecret("from elsewhere")); err != nil || got.Reveal() != "token-1" {
		t.Errorf("got %q, %v", got.Reveal(), err)
	}
}

func TestAFailureIsFinal(t *testing.T) {
	refused := errors.New("wrong password")
	for name, err := range map[string]error{"refused": refused, "empty": nil} {
		i := &issuer{err: func(int) error { return err }}
		var source auth.Issuer = i
		message := "get a token: wrong password"
		if err == nil {
			source, message = emptyIssuer{i}, "get a token: the token is empty"
		}
		tokens := auth.NewTokens(source, func(auth.Secret) { t.Error("told of a token") }, nil)
		for range 3 {
			for _, get := range []func() (auth.Secret, error){
				func() (auth.Secret, error) { return tokens.Token(t.Context()) },
				func() (auth.Secret, error) { return tokens.Renew(t.Context(), auth.NewSecret("x")) },
			} {
				got, err := get()
				if err == nil || err.Error() != message || !got.Empty() {
					t.Errorf("%s: got %q, %v, want %s", name, got.Reveal(), err, message)
				}
			}
		}
		i.issued(t, 1)
	}
}

type emptyIssuer struct{ *issuer }

func (i emptyIssuer) Issue(ctx context.Context) (auth.IssuedToken, error) {
	_, err := i.issuer.Issue(ctx)
	return auth.IssuedToken{}, err
}

// A token that cannot be renewed is good until it expires, or until it is
// refused.
func TestAFailureToRenew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := errors.New("the service is gone")
		i := &issuer{life: time.Hour, err: func(n int) error {
			if n > 1 {
				return gone
			}
			return nil
		}}
		tokens := auth.NewTokens(i, nil, nil)
		wantToken(t, tokens, "token-1")
		time.Sleep(57 * time.Minute)
		wantToken(t, tokens, "token-1")
		i.issued(t, 2)
		if _, err := tokens.Renew(t.Context(), auth.NewSecret("token-1")); !errors.Is(err, gone) {
			t.Errorf("renewed what was refused: %v", err)
		}
		wantToken(t, tokens, "token-1")
		time.Sleep(3 * time.Minute)
		if got, err := tokens.Token(t.Context()); !errors.Is(err, gone) || !got.Empty() {
			t.Errorf("after its end: %q, %v", got.Reveal(), err)
		}
		i.issued(t, 2)
	})
}

// Who gives up waiting spoils nothing for the others.
func TestTokensOfCallersWhoGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{wait: make(chan struct{})}
		tokens := auth.NewTokens(i, nil, nil)
		enough := errors.New("enough")
		var group sync.WaitGroup
		first, stopFirst := context.WithCancelCause(t.Context())
		second, stopSecond := context.WithCancelCause(t.Context())
		for _, ctx := range []context.Context{first, second} {
			group.Go(func() {
				if got, err := tokens.Token(ctx); !errors.Is(err, enough) || !got.Empty() {
					t.Errorf("got %q, %v", got.Reveal(), err)
				}
			})
			synctest.Wait()
		}
		group.Go(func() { wantToken(t, tokens, "token-2") })
		synctest.Wait()
		stopSecond(enough) // who waits for the first
		synctest.Wait()
		i.issued(t, 1)
		stopFirst(enough) // who asks
		synctest.Wait()
		close(i.wait)
		group.Wait()
		i.issued(t, 2)
	})
}

// A token that came just as its caller gave up is not thrown away.
func TestTokensThatComeTooLate(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	i := &issuer{err: func(int) error { stop(); return nil }}
	tokens := auth.NewTokens(i, nil, nil)
	if got, err := tokens.Token(ctx); err != nil || got.Reveal() != "token-1" {
		t.Errorf("got %q, %v", got.Reveal(), err)
	}
	wantToken(t, tokens, "token-1")
	i.issued(t, 1)
}

func TestTokensSigner(t *testing.T) {
	i := &issuer{}
	tokens := auth.NewTokens(i, nil, nil)
	signer := tokens.Signer(auth.Token{In: auth.InHeader, Name: "X-Auth-Token"})
	for _, want := range []string{"token-1", "token-1", "token-2"} {
		r := client(t, "", "GET http://example.com/")
		if want == "token-2" {
			if _, err := tokens.Renew(t.Context(), auth.NewSecret("token-1")); err != nil {
				t.Fatal(err)
			}
		}
		if err := signer.Sign(r); err != nil || r.Header.Get("X-Auth-Token") != want {
			t.Errorf("got %v, %v, want %s", r.Header, err, want)
		}
	}
	failing := auth.NewTokens(&issuer{err: func(int) error { return errors.New("wrong password") }}, nil, nil)
	r := client(t, "", "GET http://example.com/")
	err := failing.Signer(auth.Token{In: auth.InHeader, Name: "X-Auth-Token"}).Sign(r)
	if err == nil || err.Error() != "sign the request: get a token: wrong password" || r.Header.Get("X-Auth-Token") != "" {
		t.Errorf("got %v, %v", err, r.Header)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	waiting := auth.NewTokens(&issuer{wait: make(chan struct{})}, nil, nil)
	if err := waiting.Signer(auth.Bearer(auth.Secret{})).Sign((&http.Request{}).WithContext(ctx)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
