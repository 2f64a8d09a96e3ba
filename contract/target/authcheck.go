package target

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Scheme is what a contract says of a security scheme, as far as it decides which
// credentials are for it.
type Scheme struct {
	Name string
	// Basic tells HTTP's basic authentication, Signs a scheme that signs requests.
	Basic, Signs bool
	// PasswordURL and ClientURL are where OAuth 2.0 gets tokens by the user's
	// password and by the client's credentials; "" where the contract does not say.
	PasswordURL, ClientURL string
}

// CheckSchemes compares what the target file gives under auth.schemes with a
// contract's security schemes. It returns a ListError with every name that the
// contract does not have, and with credentials that are not for the scheme.
func (t *Target) CheckSchemes(schemes []Scheme) error {
	var problems []Problem
	for _, name := range slices.Sorted(maps.Keys(t.Auth.Schemes)) {
		c := t.Auth.Schemes[name]
		if wrong := t.unfit(name, c, schemes); wrong != "" {
			problems = append(problems, Problem{File: c.file, Line: c.line, Message: "auth.schemes." + wrong})
		}
	}
	return asError(problems)
}

// unfit says what is wrong with the credentials for a scheme; "" if nothing is.
func (t *Target) unfit(name string, c Credential, schemes []Scheme) string {
	i := slices.IndexFunc(schemes, func(s Scheme) bool { return s.Name == name })
	if i < 0 {
		return unknownScheme(name, schemes)
	}
	s := schemes[i]
	switch {
	case s.Signs && c.AccessKey == nil:
		return name + ": requests are signed under this scheme; give accessKey"
	case !s.Signs && c.AccessKey != nil:
		return name + ": accessKey signs requests, and the contract does not say that this scheme does; give token or key"
	case c.Basic != nil && !s.Basic:
		return name + ": user and password are for a scheme of type http, basic, and this is none; " +
			"give token, key, oauth2, or login, which gets a token by them"
	case c.OAuth2 != nil && t.BaseURL != nil:
		if _, err := c.TokenURL(t.BaseURL, s); err != nil {
			return name + ".oauth2: " + err.Error()
		}
	}
	return ""
}

func unknownScheme(name string, schemes []Scheme) string {
	var known []string
	for _, s := range schemes {
		known = append(known, s.Name)
	}
	text := name + ": the contract has no security scheme of this name"
	if len(known) == 0 {
		return text + ", nor any other; remove it"
	}
	return text + ": " + didYouMean(name, known)
}

// TokenURL is where OAuth2 gets tokens: as the target file says, or else as the
// contract does, if that is on the server of base. What a contract names is not
// what a user trusts with a password.
func (c Credential) TokenURL(base *url.URL, s Scheme) (*url.URL, error) {
	if c.OAuth2.TokenURL != nil {
		return c.OAuth2.TokenURL, nil
	}
	text, grant := s.ClientURL, "clientCredentials"
	if c.OAuth2.User != "" {
		text, grant = s.PasswordURL, "password"
	}
	if text == "" {
		return nil, fmt.Errorf("the contract gives no token URL for the flow %s of this scheme; give tokenUrl", grant)
	}
	reference, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("the contract's token URL cannot be read; give tokenUrl")
	}
	from := *base
	from.Path, from.RawPath = strings.TrimSuffix(base.Path, "/")+"/", ""
	u := from.ResolveReference(reference)
	if u.User != nil || !sameServer(u, base) {
		return nil, fmt.Errorf("the contract has its token URL on %s, which is not the server of baseURL: "+
			"no credential is sent to a server that the target file does not name; give it as tokenUrl if you trust it", u.Scheme+"://"+u.Host)
	}
	return u, nil
}
