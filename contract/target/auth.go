package target

import (
	"encoding/base64"
	"net/url"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/apiclause/clause/contract/auth"
)

// Auth holds the credentials. Where they go in a request is the contract's to
// say.
type Auth struct {
	// Token travels as it is.
	Token auth.Secret
	// Basic is a name and a password for the http scheme "basic"; nil if there is
	// none.
	Basic *Basic
	// AccessKey signs requests; nil if there is none.
	AccessKey *auth.AccessKey
	// Project is the project that signed requests are for, or "".
	Project string
	// IAM gets the token where none is given; nil if there is none.
	IAM *auth.IAM
}

// Basic is a user's name and password (RFC 7617).
type Basic struct {
	User     string
	Password auth.Secret
}

// Token returns what stands after "Basic" in a request.
func (b *Basic) Token() auth.Secret {
	return auth.NewSecret(base64.StdEncoding.EncodeToString([]byte(b.User + ":" + b.Password.Reveal())))
}

// secrets lists what must not be written out.
func (a *Auth) secrets() []auth.Secret {
	secrets := []auth.Secret{a.Token}
	if k := a.AccessKey; k != nil {
		secrets = append(secrets, k.ID, k.Secret, k.SecurityToken)
	}
	if a.Basic != nil {
		secrets = append(secrets, a.Basic.Password, a.Basic.Token())
	}
	if a.IAM != nil {
		secrets = append(secrets, a.IAM.Password)
	}
	return secrets
}

func (r *reader) auth(n *yaml.Node) {
	a, at := &r.target.Auth, map[string]*yaml.Node{}
	section := func(read func(n *yaml.Node)) field {
		return func(k, n *yaml.Node) {
			at[k.Value] = k
			read(n)
		}
	}
	r.fields(n, "auth", map[string]field{
		"token":     section(func(n *yaml.Node) { a.Token = auth.NewSecret(r.secretLine(n, "auth.token")) }),
		"basic":     section(r.basic),
		"accessKey": section(r.accessKey),
		"iam":       section(r.iam),
	})
	if at["token"] != nil && at["iam"] != nil {
		r.problemf(at["iam"].Line, "auth has both token and iam, which gets one; remove either")
	}
}

func (r *reader) basic(n *yaml.Node) {
	basic, before := &Basic{}, len(r.problems)
	r.fields(n, "auth.basic", map[string]field{
		"user":     r.lineField("auth.basic", &basic.User),
		"password": r.secretField("auth.basic", &basic.Password),
	})
	r.needs(n, "auth.basic", before, map[string]bool{"user": basic.User == "", "password": basic.Password.Empty()})
	if strings.Contains(basic.User, ":") {
		r.problemf(n.Line, "auth.basic.user holds a colon, which ends a name (RFC 7617); remove it")
	}
	r.target.Auth.Basic = basic
}

func (r *reader) accessKey(n *yaml.Node) {
	key, before := &auth.AccessKey{}, len(r.problems)
	r.fields(n, "auth.accessKey", map[string]field{
		"id":            r.secretField("auth.accessKey", &key.ID),
		"secret":        r.secretField("auth.accessKey", &key.Secret),
		"securityToken": r.secretField("auth.accessKey", &key.SecurityToken),
		"project":       r.lineField("auth.accessKey", &r.target.Auth.Project),
	})
	r.needs(n, "auth.accessKey", before, map[string]bool{"id": key.ID.Empty(), "secret": key.Secret.Empty()})
	r.target.Auth.AccessKey = key
}

func (r *reader) iam(n *yaml.Node) {
	iam, before := &auth.IAM{}, len(r.problems)
	r.fields(n, "auth.iam", map[string]field{
		"endpoint":  func(_, n *yaml.Node) { iam.Endpoint = r.endpoint(n) },
		"domain":    r.lineField("auth.iam", &iam.Domain),
		"user":      r.lineField("auth.iam", &iam.User),
		"password":  r.secretField("auth.iam", &iam.Password),
		"project":   r.lineField("auth.iam", &iam.Project),
		"projectId": r.lineField("auth.iam", &iam.ProjectID),
	})
	r.needs(n, "auth.iam", before, map[string]bool{
		"endpoint": iam.Endpoint == nil, "domain": iam.Domain == "", "user": iam.User == "", "password": iam.Password.Empty(),
	})
	if iam.Project != "" && iam.ProjectID != "" {
		r.problemf(n.Line, "auth.iam has both project, a name, and projectId; remove either")
	}
	r.target.Auth.IAM = iam
}

// needs notes which keys of a section are missing, unless something else is
// wrong with it already.
func (r *reader) needs(n *yaml.Node, what string, before int, missing map[string]bool) {
	if len(r.problems) > before {
		return
	}
	for _, key := range []string{"endpoint", "domain", "user", "password", "id", "secret"} {
		if missing[key] {
			r.problemf(n.Line, "%s.%s is missing; give it", what, key)
		}
	}
}

func (r *reader) lineField(in string, to *string) field {
	return func(k, n *yaml.Node) { *to = r.line(n, in+"."+k.Value) }
}

func (r *reader) secretField(in string, to *auth.Secret) field {
	return func(k, n *yaml.Node) { *to = auth.NewSecret(r.secretLine(n, in+"."+k.Value)) }
}

// endpoint returns the identity service's URL, or nil after a problem. A
// password goes there, in the clear to no other host than this one.
func (r *reader) endpoint(n *yaml.Node) *url.URL {
	u := r.url(n, "auth.iam.endpoint", "https://iam.example.com")
	if u != nil && !strings.EqualFold(u.Scheme, "https") && !loopback(u.Hostname()) {
		r.problemf(n.Line, "auth.iam.endpoint must begin with https://: a password is sent to it")
		return nil
	}
	return u
}
