package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
)

const (
	// issueTimeout bounds one attempt to get a token by default.
	issueTimeout = 30 * time.Second
	// maxIssued bounds the head and the body of the answer, each, in bytes. A
	// token is some kilobytes, a catalogue of services more.
	maxIssued = 1 << 20
	// maxToken bounds a token, in bytes. Servers take 8 to 16 KiB of headers.
	maxToken = 32 << 10
	// maxIssues is how often a service that fails is asked.
	maxIssues = 3
	// issuePause is the wait after the first failure; it doubles.
	issuePause = time.Second
)

// service is who an [Issuer] asks over HTTP, and how: each attempt and each
// answer is bounded, redirects are not followed, and no message holds a secret.
type service struct {
	name      string            // for messages, with its URL
	remedy    string            // what to do if it cannot be reached
	transport http.RoundTripper // nil is IssuerTransport
	userAgent string            // "" is clause
	timeout   time.Duration     // 0 is issueTimeout
	secrets   []Secret          // what an answer may echo
}

// issue asks until there is a token, up to three times where ask says that
// another time it may be given.
func (s *service) issue(ctx context.Context, ask func(ctx context.Context) (IssuedToken, bool, error)) (IssuedToken, error) {
	for attempt := 1; ; attempt++ {
		token, again, err := s.once(ctx, ask)
		switch {
		case err == nil:
			return token, nil
		case ctx.Err() != nil:
			return IssuedToken{}, context.Cause(ctx) //nolint:wrapcheck // the caller's own
		case !again || attempt == maxIssues:
			return IssuedToken{}, fmt.Errorf("%s: %w", s.name, err)
		}
		select {
		case <-time.After(issuePause << (attempt - 1)):
		case <-ctx.Done():
			return IssuedToken{}, context.Cause(ctx) //nolint:wrapcheck // the caller's own
		}
	}
}

func (s *service) once(ctx context.Context, ask func(ctx context.Context) (IssuedToken, bool, error)) (IssuedToken, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.limit())
	defer cancel()
	return ask(ctx)
}

func (s *service) limit() time.Duration { return cmp.Or(s.timeout, issueTimeout) }

// client sends requests to the service.
func (s *service) client() *http.Client {
	transport := s.transport
	if transport == nil {
		transport = IssuerTransport(nil)
	}
	return &http.Client{
		Transport:     named{transport, cmp.Or(s.userAgent, "clause")},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // the password would go along
	}
}

// named says who sends a request.
type named struct {
	http.RoundTripper

	userAgent string
}

// RoundTrip implements http.RoundTripper, which must not change the request.
func (n named) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", n.userAgent)
	return n.RoundTripper.RoundTrip(r) //nolint:wrapcheck // it is one
}

// answer is what a service answered, as far as it is read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (s *service) send(ctx context.Context, r *http.Request) (answer, error) {
	response, err := s.client().Do(r)
	if err != nil {
		return answer{}, s.unreached(ctx, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxIssued))
	if err != nil {
		return answer{}, s.unreached(ctx, err)
	}
	return answer{response.StatusCode, response.Header, text}, nil
}

// unreached words an error of the client, which can quote what a hostile
// service sent.
func (s *service) unreached(ctx context.Context, err error) error {
	if of, ok := errors.AsType[*url.Error](err); ok {
		err = of.Err // without the URL, which the name has
	}
	if ctx.Err() != nil {
		return fmt.Errorf("no answer within %s", s.limit())
	}
	return fmt.Errorf("%s: %s, or look for a firewall or a proxy on the way", s.clean(err.Error()), s.remedy)
}

// clean makes what a service said fit for a message: short, in one line, and
// without the secrets.
func (s *service) clean(text string) string {
	const most = 200
	redactor := NewRedactor(s.secrets...)
	text = redactor.RedactString(text[:min(len(text), 4*most)])
	text = strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) {
			return c
		}
		return ' '
	}, text)
	text = redactor.RedactString(text) // What stood between its parts may be a blank now.
	return strings.TrimSpace(strings.ToValidUTF8(text[:min(len(text), most)], ""))
}

// answered says in words which status came.
func answered(status int) string {
	return strings.TrimSpace(fmt.Sprintf("it answered %d %s", status, http.StatusText(status)))
}

// passing reports whether a status may be another one soon.
func passing(status int) bool {
	return status == http.StatusTooManyRequests || status >= http.StatusInternalServerError
}

// usable refuses a token that no server takes, or no request can carry.
func usable(token string) error {
	switch {
	case len(token) > maxToken:
		return fmt.Errorf("its token has %d bytes, and no server takes more than %d in a header", len(token), maxToken)
	case !isHeaderValue(token):
		return errors.New("its token holds a line break or another character that no request can carry")
	}
	return nil
}
