package wire

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Doubt says why common servers, or proxies in front of them, read values in
// different ways, or gives "". Of a request that holds such values nothing can be
// demanded.
func (s Style) Doubt(values []string) string {
	if why := s.compoundDoubt(values); why != "" {
		return why
	}
	switch s.In {
	case inPath:
		return pathDoubt(values)
	case inHeader:
		return s.headerDoubt(values)
	case inCookie:
		return cookieDoubt(values)
	}
	return ""
}

// Unsendable reports whether values must not be sent at all: they would make
// another request.
func (s Style) Unsendable(values []string) bool {
	switch s.In {
	case inPath:
		return pathDoubt(values) != ""
	case inHeader:
		return slices.ContainsFunc(values, func(value string) bool { return strings.ContainsFunc(value, control) })
	}
	return false
}

// compoundDoubt is about values that are made of others.
func (s Style) compoundDoubt(values []string) string {
	if s.Kind == Scalar {
		return ""
	}
	if s.Joined() {
		if why := s.joinedDoubt(values); why != "" {
			return why
		}
	}
	switch {
	case s.Kind != Object:
		return ""
	case len(values) == 0:
		return "of an object without members nothing is sent"
	case s.In == inCookie:
		return "an object in a cookie" + byServers + " (OpenAPI 3.0.4, appendix D)"
	}
	odd := "[]"
	if s.In == inQuery && s.Name != Deep && s.Explode {
		odd = "[] ."
	}
	for i := 0; i < len(values); i += 2 {
		if strings.ContainsAny(values[i], odd) {
			return "a member's name that holds brackets, dots or blanks" + byServers
		}
	}
	return ""
}

// joinedDoubt is about what stands between delimiters, and holds one.
func (s Style) joinedDoubt(values []string) string {
	has := func(text string) bool {
		return slices.ContainsFunc(values, func(value string) bool { return strings.Contains(value, text) })
	}
	switch delimiter := s.delimiter(); {
	case delimiter == "%20" && has(" "):
		return "a blank within a value is taken for the end of the value where blanks are between (OpenAPI 3.0.4, appendix E)"
	case delimiter == "%7C" && has("|"):
		return "a bar within a value is taken for the end of the value where bars are between (OpenAPI 3.0.4, appendix E)"
	case s.Kind == Object && s.Explode && has("="):
		return "an equals sign within a member" + byServers
	}
	return ""
}

const byServers = " is read in different ways by servers and proxies"

// pathDoubt is about what is rejected, decoded, or taken for a separator on the
// way to who answers (RFC 3986, sections 3.3 and 5.2.4).
func pathDoubt(values []string) string {
	switch strings.Join(values, ",") {
	case "":
		return "an empty path value names another resource"
	case ".", "..":
		return "a path value that is . or .." + byServers
	}
	for _, value := range values {
		switch {
		case strings.Contains(value, "/"):
			return "a path value that holds a slash" + byServers
		case strings.Contains(value, `\`):
			return "a path value that holds a backslash" + byServers
		case strings.Contains(value, ";"):
			return "a path value that holds a semicolon" + byServers
		case strings.Contains(value, "%"):
			return "a path value that holds a percent sign" + byServers
		case strings.ContainsFunc(value, control) || !utf8.ValidString(value):
			return "a path value that is no printable text" + byServers
		case !ascii(value):
			return "a path value beyond ASCII" + byServers + " (RFC 3986, section 2.5)"
		}
	}
	return ""
}

// headerDoubt is about what a header has no way to write (RFC 9110, section 5.5):
// nothing in it is percent-encoded.
func (s Style) headerDoubt(values []string) string {
	for _, value := range values {
		switch {
		case strings.ContainsFunc(value, control):
			return "a header cannot hold control characters (RFC 9110, section 5.5)"
		case !ascii(value):
			return "a header value beyond ASCII" + byServers + " (RFC 9110, section 5.5)"
		case strings.Trim(value, " \t") != value:
			return "blanks around a header value are no part of it (RFC 9110, section 5.5)"
		case s.Kind == Scalar:
		case strings.Contains(value, ","):
			return "a comma within an element of a header is taken for the end of the element (RFC 9110, section 5.6.1)"
		case strings.Contains(value, `"`):
			return "a quotation mark within an element of a header" + byServers + " (RFC 9110, section 5.6.4)"
		case value == "" && len(values) > 1:
			return "an empty element of a header is passed over (RFC 9110, section 5.6.1)"
		}
	}
	return ""
}

// cookieDoubt is about what only those can read who agree on more than RFC 6265.
func cookieDoubt(values []string) string {
	if len(values) > 1 {
		return "a cookie of several values" + byServers + " (RFC 6265, sections 4.1.1 and 4.2.2)"
	}
	for _, value := range values {
		if strings.ContainsFunc(value, escaped) || strings.Contains(value, "+") {
			return "servers differ in whether and how they unescape a cookie (RFC 6265, section 4.1.1)"
		}
	}
	return ""
}

func control(r rune) bool { return unicode.IsControl(r) }

func ascii(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
}
