package recording

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/har"
	"github.com/apiclause/clause/contract/internal/ruling"
)

// secretive are names of what mostly holds a credential. A recording may have
// those of a person, and of services that the contract does not speak of.
var secretive = []string{
	"token", "secret", "passw", "pwd", "apikey", "api-key", "api_key", "accesskey", "access-key", "access_key",
	"authoriz", "authentic", "session", "signature", "credential", "jwt", "cookie",
}

// The bounds of what is looked for everywhere because it stood in the place of a
// credential: short texts occur in others, and many would take much memory.
const (
	minSecret  = 8
	maxSecrets = 500
)

// Secrets are the credentials that the recorded exchanges show. They must not be
// written out.
func (r *Recording) Secrets() []auth.Secret {
	found := map[string]bool{}
	for _, e := range r.entries {
		for _, text := range e.secrets() {
			if len(text) >= minSecret && len(found) < maxSecrets && !ruling.Redacted(text) {
				found[text] = true
			}
		}
	}
	var out []auth.Secret
	for _, text := range slices.Sorted(maps.Keys(found)) {
		out = append(out, auth.NewSecret(text))
	}
	return out
}

// secrets gives the texts in the places of credentials.
func (e *entry) secrets() []string {
	var out []string
	for _, p := range slices.Concat(e.Request.Headers, e.Response.Headers) {
		if !e.secret(p.Name) && !e.carries("header", http.CanonicalHeaderKey(p.Name)) {
			continue
		}
		out = append(out, p.Value)
		if _, credential, found := strings.Cut(p.Value, " "); found { // behind the scheme
			out = append(out, credential)
		}
	}
	for name, values := range e.url.Query() {
		if e.secret(name) {
			out = append(out, values...)
		}
	}
	if u, err := url.Parse(e.Request.URL); err == nil && u.User != nil {
		password, _ := u.User.Password()
		out = append(out, password)
	}
	return out
}

// secret reports whether a header or parameter may hold a credential. Cookies are
// hidden where they stand.
func (e *entry) secret(name string) bool {
	if strings.HasSuffix(strings.ToLower(name), "cookie") {
		return false
	}
	return ruling.Says(name, secretive) || slices.Contains(e.schemes, name)
}

// hidden gives the request's header with the values of cookies, and of what may be
// credentials, taken away. Those that the contract speaks of stay: who shows them
// knows them.
func (e *entry) hidden() http.Header {
	header := har.Header(e.Request.Headers)
	for name, values := range header {
		for i, value := range values {
			switch {
			case name == "Cookie":
				values[i] = e.hiddenCookies(value)
			case ruling.Says(name, secretive) && name != "Authorization" && !e.carries("header", name):
				values[i] = auth.Redacted
			}
		}
	}
	return header
}

func (e *entry) hiddenCookies(line string) string {
	pairs := strings.Split(line, ";")
	for i, pair := range pairs {
		name, _, found := strings.Cut(pair, "=")
		if found && !e.carries("cookie", strings.TrimSpace(name)) {
			pairs[i] = name + "=" + auth.Redacted
		}
	}
	return strings.Join(pairs, ";")
}

// hiddenURL gives the URL without what may be credentials.
func (e *entry) hiddenURL() string {
	before, query, found := strings.Cut(e.url.String(), "?")
	if !found {
		return before
	}
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, _, _ := strings.Cut(pair, "=")
		plain, err := url.QueryUnescape(name)
		if err == nil && ruling.Says(plain, secretive) && e.op.Parameter("query", plain) == nil && !e.carries("query", plain) {
			pairs[i] = name + "=" + auth.Redacted
		}
	}
	return before + "?" + strings.Join(pairs, "&")
}

// carries reports whether a security scheme of the contract has its credential in
// a place.
func (e *entry) carries(in, name string) bool {
	for _, alternative := range e.op.Security {
		for _, s := range alternative {
			if s.In == in && (s.Param == name || in == "header" && http.CanonicalHeaderKey(s.Param) == name) {
				return true
			}
		}
	}
	return false
}
