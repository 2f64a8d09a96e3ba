package target

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/source"
)

// Auth holds the credentials. Where they go in a request is the contract's to
// say.
type Auth struct {
	// Token travels as it is.
	Token auth.Secret
	// Basic is a name and a password for the http scheme "basic"; nil if there is
	// none.
	Basic *auth.Basic
	// AccessKey signs requests; nil if there is none.
	AccessKey *auth.AccessKey
	// Project is the project that signed requests are for, or "".
	Project string
	// IAM gets the token where none is given; nil if there is none.
	IAM *auth.IAM
	// Schemes has credentials by the name of the contract's security scheme. They
	// come before the others, which are for every scheme that is not here.
	Schemes map[string]Credential
}

// For gives the credentials for a scheme: its own, or else those for all.
func (a *Auth) For(s Scheme) Credential {
	if own, ok := a.Schemes[s.Name]; ok {
		return own
	}
	if s.Basic && a.Basic != nil {
		return Credential{Basic: a.Basic}
	}
	given := Credential{Token: a.Token, AccessKey: a.AccessKey, Project: a.Project}
	if given.Token.Empty() {
		given.IAM = a.IAM
	}
	return given
}

// all lists every credential, whatever it is for.
func (a *Auth) all() []Credential {
	out := []Credential{{Token: a.Token, AccessKey: a.AccessKey, Basic: a.Basic, IAM: a.IAM}}
	for _, name := range slices.Sorted(maps.Keys(a.Schemes)) {
		out = append(out, a.Schemes[name])
	}
	return out
}

// of collects the secrets of a kind of every credential.
func (a *Auth) of(kind func(c Credential) []auth.Secret) []auth.Secret {
	var secrets []auth.Secret
	for _, c := range a.all() {
		secrets = append(secrets, kind(c)...)
	}
	return secrets
}

// secrets lists what must not be written out.
func (a *Auth) secrets() []auth.Secret { return a.of(Credential.secrets) }

func (r *reader) auth(n *source.Node) {
	a := &r.target.Auth
	a.Token = r.secret(n.Get("token"))
	a.Basic = r.basic(n.Get("basic"))
	a.AccessKey, a.Project = r.accessKey(n.Get("accessKey"))
	a.IAM = r.iam(n.Get("iam"))
	if schemes := n.Get("schemes"); schemes != nil {
		a.Schemes = map[string]Credential{}
		for _, m := range schemes.Members() {
			c := r.credential(m.Value)
			c.file, c.line = r.file, m.At().Line
			a.Schemes[m.Name] = c
		}
	}
}

func (r *reader) basic(n *source.Node) *auth.Basic {
	if n == nil {
		return nil
	}
	return &auth.Basic{User: r.text(n.Get("user")), Password: r.secret(n.Get("password"))}
}

func (r *reader) accessKey(n *source.Node) (key *auth.AccessKey, project string) {
	if n == nil {
		return nil, ""
	}
	return &auth.AccessKey{
		ID: r.secret(n.Get("id")), Secret: r.secret(n.Get("secret")), SecurityToken: r.secret(n.Get("securityToken")),
	}, r.text(n.Get("project"))
}

func (r *reader) iam(n *source.Node) *auth.IAM {
	if n == nil {
		return nil
	}
	endpoint := r.url(n.Get("endpoint"))
	if endpoint != nil && !private(endpoint) {
		r.problem(n.Get("endpoint"), sentInTheClear)
	}
	return &auth.IAM{
		Endpoint: endpoint, Domain: r.text(n.Get("domain")), User: r.text(n.Get("user")), Password: r.secret(n.Get("password")),
		Project: r.text(n.Get("project")), ProjectID: r.text(n.Get("projectId")),
	}
}

const sentInTheClear = " must begin with https://: a password is sent to it"

// private reports whether nobody on the way to a URL can read what is sent.
func private(u *url.URL) bool { return strings.EqualFold(u.Scheme, "https") || loopback(u.Hostname()) }
