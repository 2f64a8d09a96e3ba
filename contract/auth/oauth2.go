package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// OAuth2 gets tokens from an authorization server by OAuth 2.0: with a user by
// the grant of the user's password, else by that of the client's credentials
// (RFC 6749, sections 4.3 and 4.4). It is an [Issuer].
type OAuth2 struct {
	// TokenURL is where tokens are asked for.
	TokenURL *url.URL
	// ClientID and ClientSecret are the client's; with a user they may be left
	// out. They go into the header Authorization, and into the body if a server
	// refuses that.
	ClientID     string
	ClientSecret Secret
	// User and Password are the resource owner's.
	User     string
	Password Secret
	Scopes   []string
	// Transport sends the request; nil is IssuerTransport. Redirects are not
	// followed.
	Transport http.RoundTripper
	// UserAgent is sent along; "clause" by default.
	UserAgent string
	// Timeout bounds one attempt to get a token; 30 s by default.
	Timeout time.Duration
}

// Issue asks for a token, up to three times if the server cannot be reached or
// answers 429 or 5XX. The error says what it answered.
func (o *OAuth2) Issue(ctx context.Context) (IssuedToken, error) {
	if err := o.check(); err != nil {
		return IssuedToken{}, fmt.Errorf("oauth2: %w", err)
	}
	of := &service{
		name: "token URL " + o.TokenURL.Redacted(), remedy: "correct tokenUrl",
		transport: o.Transport, userAgent: o.UserAgent, timeout: o.Timeout, secrets: []Secret{o.ClientSecret, o.Password},
	}
	return of.issue(ctx, func(ctx context.Context) (IssuedToken, bool, error) { return o.ask(ctx, of) })
}

// check says what cannot be asked with.
func (o *OAuth2) check() error {
	switch {
	case o.TokenURL == nil || o.TokenURL.Host == "" || o.TokenURL.Scheme != "https" && o.TokenURL.Scheme != "http":
		return errors.New("its token URL must be a URL such as https://login.example.com/token")
	case o.User == "" && (o.ClientID == "" || o.ClientSecret.Empty()):
		return errors.New("a token needs clientId and clientSecret, or a user and a password")
	case o.User != "" && o.Password.Empty():
		return errors.New("a token for a user needs a password")
	}
	return nil
}

func (o *OAuth2) ask(ctx context.Context, of *service) (IssuedToken, bool, error) {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, of.client())
	token, err := o.grant(ctx)
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refused.Response != nil {
		status := refused.Response.StatusCode
		return IssuedToken{}, passing(status), o.refused(of, status, refused)
	}
	if _, failed := errors.AsType[*url.Error](err); failed || ctx.Err() != nil {
		return IssuedToken{}, true, of.unreached(ctx, err)
	}
	if err != nil { // an answer that cannot be read, which the error may quote
		return IssuedToken{}, false, fmt.Errorf("%s: correct tokenUrl", of.clean(err.Error()))
	}
	if err := usable(token.AccessToken); err != nil {
		return IssuedToken{}, false, err
	}
	return IssuedToken{Value: NewSecret(token.AccessToken), Expires: token.Expiry}, false, nil
}

func (o *OAuth2) grant(ctx context.Context) (*oauth2.Token, error) {
	if o.User == "" {
		config := clientcredentials.Config{
			ClientID: o.ClientID, ClientSecret: o.ClientSecret.Reveal(), TokenURL: o.TokenURL.String(), Scopes: o.Scopes,
		}
		return config.Token(ctx) //nolint:wrapcheck // ask words it
	}
	config := oauth2.Config{
		ClientID: o.ClientID, ClientSecret: o.ClientSecret.Reveal(), Scopes: o.Scopes, Endpoint: oauth2.Endpoint{TokenURL: o.TokenURL.String()},
	}
	if o.ClientID == "" {
		config.Endpoint.AuthStyle = oauth2.AuthStyleInParams // which sends none, and the password once
	}
	return config.PasswordCredentialsToken(ctx, o.User, o.Password.Reveal()) //nolint:wrapcheck // ask words it
}

// refused words an answer that gives no token.
func (o *OAuth2) refused(of *service, status int, err *oauth2.RetrieveError) error {
	said := answered(status)
	text := err.ErrorCode
	if err.ErrorDescription != "" {
		text += ": " + err.ErrorDescription
	}
	if text == "" {
		text = string(err.Body)
	}
	if text = of.clean(text); text != "" {
		said += ": " + text
	}
	switch {
	case status < http.StatusBadRequest && status >= http.StatusMultipleChoices, status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return fmt.Errorf("%s: correct tokenUrl", said)
	case passing(status):
		return errors.New(said)
	case o.User == "":
		return fmt.Errorf("%s: correct clientId, clientSecret, scopes and tokenUrl", said)
	default:
		return fmt.Errorf("%s: correct user, password, clientId, clientSecret, scopes and tokenUrl", said)
	}
}
