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
	a, at := &r.target.Auth, map[string]int{}
	section := func(read func(n *source.Node)) field {
		return func(k source.Member, n *source.Node) {
			at[k.Name] = k.At().Line
			read(n)
		}
	}
	r.fields(n, "auth", map[string]field{
		"token":     section(func(n *source.Node) { a.Token = auth.NewSecret(r.secretLine(n, "auth.token")) }),
		"basic":     section(r.basic),
		"accessKey": section(func(n *source.Node) { a.AccessKey = r.accessKey(n, "auth.accessKey", &a.Project) }),
		"iam":       section(func(n *source.Node) { a.IAM = r.iam(n, "auth.iam") }),
		"schemes":   section(r.schemes),
	})
	if at["token"] > 0 && at["iam"] > 0 {
		r.problemf(at["iam"], "auth has both token and iam, which gets one; remove either")
	}
}

func (r *reader) basic(n *source.Node) {
	basic, before := &auth.Basic{}, len(r.problems)
	r.fields(n, "auth.basic", map[string]field{
		"user":     r.lineField("auth.basic", &basic.User),
		"password": r.secretField("auth.basic", &basic.Password),
	})
	r.needs(n, "auth.basic", before, map[string]bool{"user": basic.User == "", "password": basic.Password.Empty()})
	if strings.Contains(basic.User, ":") {
		r.problemf(n.At().Line, "auth.basic.user holds a colon, which ends a name (RFC 7617); remove it")
	}
	r.target.Auth.Basic = basic
}

func (r *reader) accessKey(n *source.Node, what string, project *string) *auth.AccessKey {
	key, before := &auth.AccessKey{}, len(r.problems)
	r.fields(n, what, map[string]field{
		"id":            r.secretField(what, &key.ID),
		"secret":        r.secretField(what, &key.Secret),
		"securityToken": r.secretField(what, &key.SecurityToken),
		"project":       r.lineField(what, project),
	})
	r.needs(n, what, before, map[string]bool{"id": key.ID.Empty(), "secret": key.Secret.Empty()})
	return key
}

func (r *reader) iam(n *source.Node, what string) *auth.IAM {
	iam, before := &auth.IAM{}, len(r.problems)
	r.fields(n, what, map[string]field{
		"endpoint":  func(_ source.Member, n *source.Node) { iam.Endpoint = r.endpoint(n, what+".endpoint") },
		"domain":    r.lineField(what, &iam.Domain),
		"user":      r.lineField(what, &iam.User),
		"password":  r.secretField(what, &iam.Password),
		"project":   r.lineField(what, &iam.Project),
		"projectId": r.lineField(what, &iam.ProjectID),
	})
	r.needs(n, what, before, map[string]bool{
		"endpoint": iam.Endpoint == nil, "domain": iam.Domain == "", "user": iam.User == "", "password": iam.Password.Empty(),
	})
	if iam.Project != "" && iam.ProjectID != "" {
		r.problemf(n.At().Line, "%s has both project, a name, and projectId; remove either", what)
	}
	return iam
}

// needs notes which keys of a section are missing, unless something else is
// wrong with it already.
func (r *reader) needs(n *source.Node, what string, before int, missing map[string]bool) {
	if len(r.problems) > before {
		return
	}
	for _, key := range []string{"endpoint", "domain", "url", "clientId", "clientSecret", "user", "password", "id", "secret", "token"} {
		if missing[key] {
			r.problemf(n.At().Line, "%s.%s is missing; give it", what, key)
		}
	}
}

func (r *reader) lineField(in string, to *string) field {
	return func(k source.Member, n *source.Node) { *to = r.line(n, in+"."+k.Name) }
}

func (r *reader) secretField(in string, to *auth.Secret) field {
	return func(k source.Member, n *source.Node) { *to = auth.NewSecret(r.secretLine(n, in+"."+k.Name)) }
}

// endpoint returns the identity service's URL, or nil after a problem. A
// password goes there, in the clear to no other host than this one.
func (r *reader) endpoint(n *source.Node, what string) *url.URL {
	u := r.url(n, what, "https://iam.example.com")
	if u != nil && !private(u) {
		r.problemf(n.At().Line, "%s must begin with https://: a password is sent to it", what)
		return nil
	}
	return u
}

// private reports whether nobody on the way to a URL can read what is sent.
func private(u *url.URL) bool { return strings.EqualFold(u.Scheme, "https") || loopback(u.Hostname()) }
