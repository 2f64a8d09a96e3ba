package judge

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// credentials are the places of a request that hold credentials. Their values
// are never shown, the made-up ones neither: some are made from the right one.
type credentials struct {
	headers map[string]bool // canonical names
	cookies map[string]bool
	query   map[string]bool
	signed  map[string]bool // the schemes that compute a credential from each request
	// names are the variables that hold what is sent.
	names map[auth.Secret]string
}

func credentialsOf(model *spec.Contract, names map[auth.Secret]string) credentials {
	places := credentials{
		headers: map[string]bool{"Authorization": true, "Proxy-Authorization": true},
		cookies: map[string]bool{}, query: map[string]bool{}, signed: map[string]bool{},
		names: names,
	}
	for _, s := range model.Schemes {
		switch {
		case s.Type != "apiKey":
		case s.In == "header":
			places.headers[http.CanonicalHeaderKey(s.Param)] = true
		case s.In == "cookie":
			places.cookies[s.Param] = true
		case s.In == "query":
			places.query[s.Param] = true
		}
		places.signed[s.Name] = s.Signing != nil
		if s.Signing != nil && s.Signing.TokenHeader != "" {
			places.headers[http.CanonicalHeaderKey(s.Signing.TokenHeader)] = true
		}
	}
	return places
}

// piece is a part of a request: text as it is, or a credential and the name of
// the shell variable that stands for it.
type piece struct {
	text     string
	variable string
}

// header splits the value of a request header. What HTTP's own schemes have
// before the credential is no secret (RFC 9110, section 11.4).
func (c credentials) header(name, value string, of plan.Credential) []piece {
	switch {
	case value == "":
		return nil
	case name == "Cookie":
		return c.cookie(value, of)
	}
	scheme, rest, split := strings.Cut(value, " ")
	if name := c.holder(rest); split && name != "" {
		return []piece{{text: scheme + " "}, {variable: name}}
	}
	if name := c.holder(value); name != "" {
		return []piece{{variable: name}}
	}
	switch {
	case !c.headers[name]:
		return []piece{{text: value}}
	case split && (strings.EqualFold(scheme, "Bearer") || strings.EqualFold(scheme, "Basic")):
		return []piece{{text: scheme + " "}, {variable: variable(scheme+"-credentials", of)}}
	}
	return []piece{{variable: variable(name, of)}}
}

// named gives the variable that holds a text, or else one for its place.
func (c credentials) named(text, place string, of plan.Credential) string {
	if name := c.holder(text); name != "" {
		return name
	}
	return variable(place, of)
}

// holder gives the variable that holds a text; "" for none.
func (c credentials) holder(text string) string {
	if len(c.names) == 0 {
		return ""
	}
	return c.names[auth.NewSecret(text)]
}

func (c credentials) cookie(value string, of plan.Credential) []piece {
	var pieces []piece
	for i, pair := range strings.Split(value, ";") {
		if i > 0 {
			pieces = append(pieces, piece{text: ";"})
		}
		name, value, ok := strings.Cut(pair, "=")
		if ok && c.cookies[strings.TrimSpace(name)] {
			pieces = append(pieces, piece{text: name + "="}, piece{variable: c.named(value, strings.TrimSpace(name), of)})
		} else {
			pieces = append(pieces, piece{text: pair})
		}
	}
	return pieces
}

func (c credentials) url(text string, of plan.Credential) []piece {
	before, query, ok := strings.Cut(text, "?")
	if !ok || len(c.query) == 0 {
		return []piece{{text: text}}
	}
	pieces := []piece{{text: before + "?"}}
	for i, pair := range strings.Split(query, "&") {
		if i > 0 {
			pieces = append(pieces, piece{text: "&"})
		}
		name, value, _ := strings.Cut(pair, "=")
		plain, err := url.QueryUnescape(name)
		if err == nil && c.query[plain] && value != "" {
			pieces = append(pieces, piece{text: name + "="}, piece{variable: c.named(value, plain, of)})
		} else {
			pieces = append(pieces, piece{text: pair})
		}
	}
	return pieces
}

// variable names the shell variable for a credential: X_AUTH_TOKEN, and
// X_AUTH_TOKEN_PREFIX for what is made of it. What a request has that is sent without a
// credential is a header that every request has.
func variable(name string, of plan.Credential) string {
	if !slices.Contains([]plan.Variant{"", plan.Valid, plan.Unknown, plan.None}, of.Variant) {
		name += "-" + string(of.Variant)
	}
	text := []byte(strings.ToUpper(name))
	for i, c := range text {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			text[i] = '_'
		}
	}
	if text[0] >= '0' && text[0] <= '9' {
		return "_" + string(text)
	}
	return string(text)
}

// redacted joins pieces for a person to read.
func redacted(pieces []piece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.variable != "" {
			b.WriteString(auth.Redacted)
		} else {
			b.WriteString(p.text)
		}
	}
	return b.String()
}
