package target

import (
	"net/url"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/source"
)

// Credential is what the target file gives for one security scheme. One of its
// fields is set, with AccessKey also Project.
type Credential struct {
	// Token travels as it is: a token, or a key.
	Token auth.Secret
	// Basic is a user and a password.
	Basic *auth.Basic
	// AccessKey signs requests, which are for Project, or for none.
	AccessKey *auth.AccessKey
	Project   string
	// IAM, OAuth2 and Login get tokens. The TokenURL of OAuth2 is nil where the
	// contract's own is meant. A URL of Login without a host is appended to
	// baseURL.
	IAM    *auth.IAM
	OAuth2 *auth.OAuth2
	Login  *auth.Login

	file string
	line int
	// incidental is what else stands in the body of a login.
	incidental []auth.Secret
}

func (c Credential) secrets() []auth.Secret {
	secrets := append([]auth.Secret{c.Token}, c.passwords()...)
	secrets = append(secrets, c.incidental...)
	if c.Basic != nil {
		secrets = append(secrets, c.Basic.Token().Value)
	}
	if k := c.AccessKey; k != nil {
		secrets = append(secrets, k.ID, k.Secret, k.SecurityToken)
	}
	if c.OAuth2 != nil {
		secrets = append(secrets, c.OAuth2.ClientSecret)
	}
	return secrets
}

// passwords are those secrets that a person may have chosen.
func (c Credential) passwords() []auth.Secret {
	var secrets []auth.Secret
	if c.Basic != nil {
		secrets = append(secrets, c.Basic.Password)
	}
	if c.IAM != nil {
		secrets = append(secrets, c.IAM.Password)
	}
	if c.OAuth2 != nil {
		secrets = append(secrets, c.OAuth2.Password)
	}
	if c.Login != nil {
		secrets = append(secrets, c.Login.Secrets...)
	}
	return secrets
}

// Passwords lists the secrets that a person may have chosen: one can be a word
// that stands in any text.
func (a *Auth) Passwords() []auth.Secret { return a.of(Credential.passwords) }

// Incidental lists the members of a login's body whose names do not say that they are
// secret. They are hidden in outputs, as all that is under auth; but an answer that holds
// one gives nothing away.
func (a *Auth) Incidental() []auth.Secret {
	return a.of(func(c Credential) []auth.Secret { return c.incidental })
}

func (r *reader) credential(n *source.Node) Credential {
	c := Credential{Token: r.secret(n.Get("token")), IAM: r.iam(n.Get("iam")), OAuth2: r.oauth2(n.Get("oauth2"))}
	if key := n.Get("key"); key != nil {
		c.Token = r.secret(key)
	}
	if n.Has("user") {
		c.Basic = r.basic(n)
	}
	c.AccessKey, c.Project = r.accessKey(n.Get("accessKey"))
	if login := n.Get("login"); login != nil {
		c.Login = r.login(login, &c)
	}
	return c
}

func (r *reader) oauth2(n *source.Node) *auth.OAuth2 {
	if n == nil {
		return nil
	}
	return &auth.OAuth2{
		TokenURL: r.named(n.Get("tokenUrl")), ClientID: r.text(n.Get("clientId")), ClientSecret: r.secret(n.Get("clientSecret")),
		User: r.text(n.Get("user")), Password: r.secret(n.Get("password")), Scopes: strings.Fields(r.text(n.Get("scopes"))),
	}
}

func (r *reader) login(n *source.Node, of *Credential) *auth.Login {
	l := &auth.Login{
		Method: strings.ToUpper(r.text(n.Get("method"))), URL: r.loginURL(n.Get("url")), Token: r.text(n.Get("token")),
		Lifetime: r.lifetime(n.Get("lifetime")),
	}
	b := body{reader: r, login: l, of: of}
	if value := n.Get("json"); value != nil {
		l.ContentType, l.Body = "application/json", b.json(value)
	}
	if value := n.Get("form"); value != nil {
		l.ContentType, l.Body = "application/x-www-form-urlencoded", b.form(value)
	}
	return l
}

// loginURL returns a URL, or a path that is appended to baseURL.
func (r *reader) loginURL(n *source.Node) *url.URL {
	path := r.text(n)
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		return r.named(n)
	}
	u, err := url.Parse(path)
	if err != nil {
		r.problem(n, " is no path; write it as /login")
	}
	return u
}

// named returns a URL that a credential is sent to. It is sent in the clear to no
// other host than this one, and that of baseURL.
func (r *reader) named(n *source.Node) *url.URL {
	u := r.url(n)
	if base := r.target.BaseURL; u != nil && !private(u) && (base == nil || !sameServer(u, base)) {
		r.problem(n, sentInTheClear)
	}
	return u
}

// sameServer reports whether two URLs have one scheme, host and port.
func sameServer(a, b *url.URL) bool {
	port := func(u *url.URL) string {
		switch {
		case u.Port() != "":
			return u.Port()
		case strings.EqualFold(u.Scheme, "https"):
			return "443"
		}
		return "80"
	}
	return strings.EqualFold(a.Scheme, b.Scheme) && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func (r *reader) lifetime(n *source.Node) time.Duration {
	text := r.text(n)
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		r.problem(n, " must be longer than nothing, and shorter than 290 years")
	}
	return d
}
