package auth

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// IAM gets tokens by a user's name and password, as version 3 of OpenStack's
// Identity API has it ("Password authentication with scoped authorization"). It
// is an [Issuer].
type IAM struct {
	// Endpoint is where the identity service is; /v3/auth/tokens is appended.
	Endpoint *url.URL
	// Domain is the account that the user belongs to.
	Domain, User string
	Password     Secret
	// Project is the name of the project that the token is for, ProjectID its id.
	// One of them is given, or none for a token of the domain. A service that
	// knows several projects of one name needs the id.
	Project, ProjectID string
	// Transport sends the request; nil is a copy of http.DefaultTransport.
	// Redirects are not followed.
	Transport http.RoundTripper
	// UserAgent is sent along; "clause" by default.
	UserAgent string
	// Timeout bounds one attempt to get a token; 30 s by default.
	Timeout time.Duration
}

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

// Issue asks for a token, up to three times if the service cannot be reached or
// answers 429 or 5XX. The error says what the service answered.
func (i *IAM) Issue(ctx context.Context) (IssuedToken, error) {
	if err := i.check(); err != nil {
		return IssuedToken{}, fmt.Errorf("identity service: %w", err)
	}
	body, err := json.Marshal(i.request())
	if err != nil {
		return IssuedToken{}, fmt.Errorf("write the request for a token: %w", err)
	}
	for attempt := 1; ; attempt++ {
		token, again, err := i.ask(ctx, body)
		switch {
		case err == nil:
			return token, nil
		case ctx.Err() != nil:
			return IssuedToken{}, context.Cause(ctx) //nolint:wrapcheck // the caller's own
		case !again || attempt == maxIssues:
			return IssuedToken{}, fmt.Errorf("identity service %s: %w", i.Endpoint.Redacted(), err)
		}
		select {
		case <-time.After(issuePause << (attempt - 1)):
		case <-ctx.Done():
			return IssuedToken{}, context.Cause(ctx) //nolint:wrapcheck // the caller's own
		}
	}
}

// check says what cannot be asked with.
func (i *IAM) check() error {
	e := i.Endpoint
	switch {
	case e == nil || e.Host == "" || e.Scheme != "https" && e.Scheme != "http":
		return errors.New("its endpoint must be a URL such as https://iam.example.com")
	case i.Domain == "" || i.User == "" || i.Password.Empty():
		return errors.New("a token needs a domain, a user and a password")
	case !utf8.ValidString(i.Password.Reveal()):
		return errors.New("the password is not in UTF-8: no request could carry it")
	case i.Project != "" && i.ProjectID != "":
		return errors.New("a token is for one project: give its name or its id")
	}
	return nil
}

// object is a JSON object.
type object map[string]any

func (i *IAM) request() object {
	domain := object{"name": i.Domain}
	scope := object{"domain": domain}
	switch {
	case i.ProjectID != "":
		scope = object{"project": object{"id": i.ProjectID}}
	case i.Project != "": // names of projects are unique within a domain only
		scope = object{"project": object{"name": i.Project, "domain": domain}}
	}
	user := object{"name": i.User, "password": i.Password.Reveal(), "domain": domain}
	return object{"auth": object{
		"identity": object{"methods": []string{"password"}, "password": object{"user": user}},
		"scope":    scope,
	}}
}

// ask asks once. again tells that another time it may be given.
func (i *IAM) ask(ctx context.Context, body []byte) (token IssuedToken, again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, i.timeout())
	defer cancel()
	to := i.Endpoint.JoinPath("v3", "auth", "tokens")
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to.String(), bytes.NewReader(body))
	if err != nil {
		return token, false, errors.New("its URL cannot be used")
	}
	r.Header.Set("Content-Type", "application/json;charset=utf8")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "clause")
	if i.UserAgent != "" {
		r.Header.Set("User-Agent", i.UserAgent)
	}
	client := &http.Client{
		Transport:     i.transport(),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // the password would go along
	}
	response, err := client.Do(r)
	if err != nil {
		return token, true, i.unreached(ctx, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxIssued))
	if err != nil {
		return token, true, i.unreached(ctx, err)
	}
	if response.StatusCode != http.StatusCreated {
		again = response.StatusCode == http.StatusTooManyRequests || response.StatusCode >= http.StatusInternalServerError
		return token, again, i.refused(response.StatusCode, text)
	}
	return issued(response.Header, text)
}

func (i *IAM) timeout() time.Duration { return cmp.Or(i.Timeout, issueTimeout) }

func (i *IAM) transport() http.RoundTripper {
	if i.Transport != nil {
		return i.Transport
	}
	return IAMTransport(nil)
}

// unreached words an error of the client, which can quote what a hostile
// service sent.
func (i *IAM) unreached(ctx context.Context, err error) error {
	if of, ok := errors.AsType[*url.Error](err); ok {
		err = of.Err // without the URL, which the caller names
	}
	if ctx.Err() != nil {
		return fmt.Errorf("no answer within %s", i.timeout())
	}
	return fmt.Errorf("%s: correct the endpoint, or look for a firewall or a proxy on the way", i.clean(err.Error()))
}

// refused words an answer that gives no token, with the message in it.
func (i *IAM) refused(status int, body []byte) error {
	said := strings.TrimSpace(fmt.Sprintf("it answered %d %s", status, http.StatusText(status)))
	var answer struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
		Message string `json:"error_msg"` //nolint:tagliatelle // the gateways' name
	}
	if json.Unmarshal(body, &answer) == nil {
		if text := i.clean(answer.Error.Message + answer.Message); text != "" {
			said += ": " + text
		}
	}
	switch {
	case status < http.StatusBadRequest: // a redirect, or no such service
		return fmt.Errorf("%s, and a token comes with 201: correct the endpoint", said)
	case status == http.StatusNotFound:
		return fmt.Errorf("%s: correct the endpoint, to which /v3/auth/tokens is appended, or the project", said)
	case status == http.StatusBadRequest, status == http.StatusUnauthorized, status == http.StatusForbidden:
		return fmt.Errorf("%s: correct domain, user, password, project and endpoint", said)
	default:
		return errors.New(said)
	}
}

// clean makes what a service said fit for a message: short, in one line, and
// without the password.
func (i *IAM) clean(text string) string {
	const most = 200
	redactor := NewRedactor(i.Password)
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

// issued reads a token: its text is in the header, its end in the body.
func issued(h http.Header, body []byte) (IssuedToken, bool, error) {
	const header = "X-Subject-Token"
	text := h.Get(header)
	if text == "" || !isHeaderValue(text) {
		return IssuedToken{}, false, fmt.Errorf("it answered 201 without a token in the header %s: correct the endpoint", header)
	}
	if len(text) > maxToken {
		return IssuedToken{}, false, fmt.Errorf("its token has %d bytes, and no server takes more than %d in a header", len(text), maxToken)
	}
	var answer struct {
		Token struct {
			Expires time.Time `json:"expires_at"` //nolint:tagliatelle // the Identity API's name
		} `json:"token"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		answer.Token.Expires = time.Time{} // The token is good all the same.
	}
	return IssuedToken{Value: NewSecret(text), Expires: answer.Token.Expires}, false, nil
}
