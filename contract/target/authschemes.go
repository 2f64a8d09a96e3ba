package target

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
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

// Incidental lists what is hidden although an answer may well hold it: members of
// a login's body of which nothing says that they are secret, but that they are
// under auth.
func (a *Auth) Incidental() []auth.Secret {
	return a.of(func(c Credential) []auth.Secret { return c.incidental })
}

func (r *reader) schemes(n *source.Node) {
	all := map[string]Credential{}
	r.mapping(n, "auth.schemes", func(name string, k source.Member, v *source.Node) {
		c := r.credential(v, "auth.schemes."+name)
		c.file, c.line = r.file, k.At().Line
		all[name] = c
	})
	r.target.Auth.Schemes = all
}

func (r *reader) credential(n *source.Node, what string) Credential {
	c, before := Credential{}, len(r.problems)
	basic := auth.Basic{}
	var kinds []string
	of := func(kind string, read field) field {
		return func(k source.Member, n *source.Node) {
			if !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
			read(k, n)
		}
	}
	r.fields(n, what, map[string]field{
		"token":     of("token", r.secretField(what, &c.Token)),
		"key":       of("key", r.secretField(what, &c.Token)),
		"user":      of("user", r.lineField(what, &basic.User)),
		"password":  of("user", r.secretField(what, &basic.Password)),
		"accessKey": of("accessKey", func(_ source.Member, n *source.Node) { c.AccessKey = r.accessKey(n, what+".accessKey", &c.Project) }),
		"iam":       of("iam", func(_ source.Member, n *source.Node) { c.IAM = r.iam(n, what+".iam") }),
		"oauth2":    of("oauth2", func(_ source.Member, n *source.Node) { c.OAuth2 = r.oauth2(n, what+".oauth2") }),
		"login":     of("login", func(_ source.Member, n *source.Node) { c.Login = r.login(n, what+".login", &c) }),
	})
	switch {
	case len(r.problems) > before:
	case len(kinds) == 0:
		r.problemf(n.At().Line, "%s says nothing; give one of token, key, user and password, accessKey, iam, oauth2 or login", what)
	case len(kinds) > 1:
		r.problemf(n.At().Line, "%s has both %s and %s; remove either", what, kinds[0], kinds[1])
	case kinds[0] == "user":
		r.needs(n, what, before, map[string]bool{"user": basic.User == "", "password": basic.Password.Empty()})
		if strings.Contains(basic.User, ":") {
			r.problemf(n.At().Line, "%s.user holds a colon, and basic authentication ends the user there; remove it", what)
		}
		c.Basic = &basic
	}
	return c
}

func (r *reader) oauth2(n *source.Node, what string) *auth.OAuth2 {
	o, before := &auth.OAuth2{}, len(r.problems)
	r.fields(n, what, map[string]field{
		"tokenUrl": func(_ source.Member, n *source.Node) {
			o.TokenURL = r.named(n, what+".tokenUrl", "https://login.example.com/token")
		},
		"clientId":     r.lineField(what, &o.ClientID),
		"clientSecret": r.secretField(what, &o.ClientSecret),
		"user":         r.lineField(what, &o.User),
		"password":     r.secretField(what, &o.Password),
		"scopes":       func(_ source.Member, n *source.Node) { o.Scopes = strings.Fields(r.line(n, what+".scopes")) },
	})
	person := o.User != "" || !o.Password.Empty()
	r.needs(n, what, before, map[string]bool{
		"clientId":     o.ClientID == "" && (!person || !o.ClientSecret.Empty()),
		"clientSecret": o.ClientSecret.Empty() && !person,
		"user":         person && o.User == "", "password": person && o.Password.Empty(),
	})
	return o
}

var methodName = regexp.MustCompile(`^[A-Za-z]+$`)

func (r *reader) login(n *source.Node, what string, of *Credential) *auth.Login {
	l, before := &auth.Login{}, len(r.problems)
	b := body{reader: r, login: l, of: of}
	var bodies []string
	r.fields(n, what, map[string]field{
		"method": func(_ source.Member, n *source.Node) {
			l.Method = strings.ToUpper(r.line(n, what+".method"))
			if l.Method != "" && !methodName.MatchString(l.Method) {
				r.problemf(n.At().Line, "%s.method is no method; write one such as POST", what)
			}
		},
		"url": func(_ source.Member, n *source.Node) { l.URL = r.loginURL(n, what+".url") },
		"json": func(_ source.Member, n *source.Node) {
			bodies = append(bodies, "json")
			l.ContentType, l.Body = "application/json", b.json(n, what+".json")
		},
		"form": func(_ source.Member, n *source.Node) {
			bodies = append(bodies, "form")
			l.ContentType, l.Body = "application/x-www-form-urlencoded", b.form(n, what+".form")
		},
		"token":    func(_ source.Member, n *source.Node) { l.Token = r.pointer(n, what+".token") },
		"lifetime": func(_ source.Member, n *source.Node) { l.Lifetime = r.lifetime(n, what+".lifetime") },
	})
	r.needs(n, what, before, map[string]bool{"url": l.URL == nil, "token": l.Token == ""})
	if len(bodies) > 1 {
		r.problemf(n.At().Line, "%s has both json and form; remove either", what)
	}
	if l.Method == http.MethodGet && len(bodies) > 0 {
		r.problemf(n.At().Line, "%s: a GET has no body; remove %s, or give another method", what, bodies[0])
	}
	return l
}

// loginURL returns a URL, or a path that is appended to baseURL.
func (r *reader) loginURL(n *source.Node, what string) *url.URL {
	if !strings.HasPrefix(n.Text(), "/") || strings.HasPrefix(n.Text(), "//") {
		return r.named(n, what, "https://api.example.com/login, or be a path such as /login, which is appended to baseURL")
	}
	path := r.line(n, what)
	u, err := url.Parse(path)
	if path == "" || err != nil || u.Host != "" || strings.ContainsAny(path, "?#") {
		r.problemf(n.At().Line, "%s is no path; write it as /login", what)
		return nil
	}
	return u
}

// named returns a URL that a credential is sent to, or nil after a problem. It is
// sent in the clear to no other host than this one, and that of baseURL.
func (r *reader) named(n *source.Node, what, example string) *url.URL {
	u := r.url(n, what, example)
	if u == nil {
		return nil
	}
	r.after = append(r.after, func() {
		if base := r.target.BaseURL; !private(u) && (base == nil || !sameServer(u, base)) {
			r.problemf(n.At().Line, "%s must begin with https://: a password is sent to it", what)
		}
	})
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

func (r *reader) pointer(n *source.Node, what string) string {
	text := r.line(n, what)
	if text != "" && !strings.HasPrefix(text, "/") {
		r.problemf(n.At().Line, "%s is no JSON pointer; it begins with a slash: write /%s for the member %s", what, text, text)
	}
	return text
}

func (r *reader) lifetime(n *source.Node, what string) time.Duration {
	text := r.line(n, what)
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		r.problemf(n.At().Line, "%s is no duration; write it as 30m, 12h or 90s", what)
	}
	return d
}
