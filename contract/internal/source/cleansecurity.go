package source

import (
	"regexp"
	"slices"
	"strings"
)

// schemeFields are what a security scheme of a type has, beside a description.
var schemeFields = map[string][]string{
	"apiKey": {"name", "in"}, "http": {"scheme", "bearerFormat"}, "oauth2": {"flows"}, "openIdConnect": {"openIdConnectUrl"}, "mutualTLS": {},
}

var schemeToken = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

// tidyScheme mends a security scheme, or leaves it out.
func tidyScheme(c *cleaner, n *Node) *Node {
	kind := n.Get("type")
	name := kind.Text()
	for known := range schemeFields {
		if strings.EqualFold(known, name) {
			name = known
		}
	}
	at := kind.or(n).place
	as := func(scheme, why string) *Node {
		c.warn(at.location(), "it is taken for http: "+scheme, "%s", why)
		return c.only(n.with("type", newText(at, "http")).with("scheme", newText(at, scheme)), "http")
	}
	switch name {
	case "basic":
		return as("basic", "the type basic is one of Swagger 2.0")
	case "bearer", "jwt":
		return as("bearer", "a security scheme has no type "+name)
	case "apiKey":
		in := strings.ToLower(n.Get("in").Text())
		if n.Get("name").Text() == "" || !slices.Contains([]string{"query", "header", "cookie"}, in) {
			c.warn(n.At(), lost["securitySchemes"], "an apiKey needs a name, and in: query, header or cookie")
			return nil
		}
		n = n.with("in", newText(n.Get("in").place, in))
	case "http":
		return c.http(n.with("type", newText(at, "http")), as)
	case "oauth2":
		return c.oauth(n, as)
	case "openIdConnect":
		if n.Get("openIdConnectUrl").Text() == "" {
			return as("bearer", "openIdConnect needs an openIdConnectUrl")
		}
	case "mutualTLS":
		if !c.version.schema2020() {
			c.warn(at.location(), lost["securitySchemes"], "mutualTLS is not known in OpenAPI %s", c.version)
			return nil
		}
	default:
		c.warn(at.location(), lost["securitySchemes"],
			"a security scheme has one of the types apiKey, http, oauth2 and openIdConnect, not %s", orNone(kind))
		return nil
	}
	return c.only(n.with("type", newText(at, name)), name)
}

// http mends a scheme of HTTP's own authentication.
func (c *cleaner) http(n *Node, as func(scheme, why string) *Node) *Node {
	const why = "an http security scheme needs a scheme such as basic or bearer"
	scheme := n.Get("scheme").Text()
	switch {
	case schemeToken.MatchString(scheme):
		return c.only(n, "http")
	case n.Has("bearerFormat") || strings.HasPrefix(strings.ToLower(scheme), "bearer"):
		return as("bearer", why)
	}
	c.warn(n.At(), lost["securitySchemes"], why)
	return nil
}

func orNone(n *Node) string {
	if n == nil {
		return "none"
	}
	return orKind(n)
}

// only keeps the fields that a security scheme of a type has.
func (c *cleaner) only(n *Node, kind string) *Node {
	drop := []string{}
	for _, m := range n.members {
		if !isExtension(m.Name) && m.Name != "type" && m.Name != "description" && !slices.Contains(schemeFields[kind], m.Name) {
			drop = append(drop, m.Name)
		}
	}
	if kind == "http" && !strings.EqualFold(n.Get("scheme").Text(), "bearer") {
		drop = append(drop, "bearerFormat")
	}
	return n.without(drop...)
}

// flowURLs are what a flow needs, and what it can do without.
var flowURLs = map[string][]string{
	"implicit": {"authorizationUrl"}, "password": {"tokenUrl"}, "clientCredentials": {"tokenUrl"}, "authorizationCode": {"authorizationUrl", "tokenUrl"},
}

// oauth mends the flows of a scheme. Without any, a token is sent all the same.
func (c *cleaner) oauth(n *Node, as func(scheme, why string) *Node) *Node {
	all := n.Get("flows")
	m := &maker{at: n.place}
	for _, f := range all.Members() {
		if isExtension(f.Name) {
			m.members = append(m.members, f)
			continue
		}
		whole := true
		for _, name := range []string{"authorizationUrl", "tokenUrl"} {
			needed := slices.Contains(flowURLs[f.Name], name)
			if needed && f.Value.Get(name).Text() == "" {
				whole = false
			} else if !needed {
				f.Value = f.Value.without(name)
			}
		}
		if !f.Value.Has("scopes") {
			f.Value = f.Value.with("scopes", newMapping(f.Value.place))
		}
		if whole {
			m.members = append(m.members, f)
		} else {
			c.note(f.At(), "the flow is left out", "the flow %s needs %s", f.Name, strings.Join(flowURLs[f.Name], " and "))
		}
	}
	if len(m.members) == 0 {
		return as("bearer", "oauth2 needs flows with their URLs")
	}
	return c.only(n.with("flows", m.done()), "oauth2")
}

// tidyRequirement leaves out a security requirement that names a scheme that there
// is not.
func tidyRequirement(c *cleaner, n *Node) *Node {
	known := c.root.Get("components").Get("securitySchemes")
	for _, m := range n.members {
		if !known.Has(m.Name) {
			c.warn(m.At(), "requests are sent without it", "there is no security scheme %s: %s", quote(m.Name), c.didYouMean(m.Name, known.some()))
			return nil
		}
	}
	return n
}
