package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
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
	of := i.service()
	return of.issue(ctx, func(ctx context.Context) (IssuedToken, bool, error) { return i.ask(ctx, of, body) })
}

func (i *IAM) service() *service {
	return &service{
		name: "identity service " + i.Endpoint.Redacted(), remedy: "correct the endpoint",
		transport: i.Transport, userAgent: i.UserAgent, timeout: i.Timeout, secrets: []Secret{i.Password},
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
func (i *IAM) ask(ctx context.Context, of *service, body []byte) (token IssuedToken, again bool, err error) {
	to := i.Endpoint.JoinPath("v3", "auth", "tokens")
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to.String(), bytes.NewReader(body))
	if err != nil {
		return token, false, errors.New("its URL cannot be used")
	}
	r.Header.Set("Content-Type", "application/json;charset=utf8")
	r.Header.Set("Accept", "application/json")
	got, err := of.send(ctx, r)
	if err != nil {
		return token, true, err
	}
	if got.status != http.StatusCreated {
		return token, passing(got.status), i.refused(of, got.status, got.body)
	}
	return issued(got.header, got.body)
}

// refused words an answer that gives no token, with the message in it.
func (i *IAM) refused(of *service, status int, body []byte) error {
	said := answered(status)
	var answer struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
		Message string `json:"error_msg"` //nolint:tagliatelle // the gateways' name
	}
	if json.Unmarshal(body, &answer) == nil {
		if text := of.clean(answer.Error.Message + answer.Message); text != "" {
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

// issued reads a token: its text is in the header, its end in the body.
func issued(h http.Header, body []byte) (IssuedToken, bool, error) {
	const header = "X-Subject-Token"
	text := h.Get(header)
	if text == "" || !isHeaderValue(text) {
		return IssuedToken{}, false, fmt.Errorf("it answered 201 without a token in the header %s: correct the endpoint", header)
	}
	if err := usable(text); err != nil {
		return IssuedToken{}, false, err
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
