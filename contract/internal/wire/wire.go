// Package wire writes the values of parameters as they stand in a request, and
// reads them again. Whoever sends requests, holds them to a contract, or looks
// into recorded ones does it here, so that all agree.
//
// A list that is joined has commas between its values. They are as they are,
// those within a value are percent-encoded (RFC 6570, section 3.2.1, to which
// OpenAPI refers), so what is read is split first and decoded afterwards:
//
//	query, path   percent-encoded (RFC 3986, section 2.1)
//	cookie        percent-encoded where a cookie cannot hold the value (RFC 6265,
//	              section 4.1.1, which leaves the encoding to those who agree on it)
//	header        never encoded: OpenAPI 3.0.4, appendix D
package wire

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Style is how the values of a parameter stand in a request.
type Style struct {
	// In is path, query, header or cookie.
	In string
	// List tells that there may be several values.
	List bool
	// Joined has a list sent as one text, with commas between.
	Joined bool
}

// The places of parameters, as OpenAPI has them.
const (
	inPath   = "path"
	inQuery  = "query"
	inHeader = "header"
	inCookie = "cookie"
)

// Write gives the texts that a request carries for values: one for each, or all
// in one when the list is joined.
func (s Style) Write(values []string) []string {
	out := make([]string, len(values))
	for i, value := range values {
		out[i] = s.escape(value)
	}
	if s.Joined {
		return []string{strings.Join(out, ",")}
	}
	return out
}

func (s Style) escape(value string) string {
	switch s.In {
	case inPath:
		return url.PathEscape(value)
	case inQuery:
		return Escape(value)
	case inCookie:
		if strings.ContainsFunc(value, escaped) {
			return Escape(value)
		}
	}
	return value
}

// escaped reports whether a character of a cookie's value is percent-encoded:
// those that it cannot hold, and the percent sign, which would be taken for the
// beginning of one that is.
func escaped(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune(`",;\%`, r)
}

// Escape is url.QueryEscape, with blanks as %20: a server that reads + as itself
// is lawful (RFC 3986), one that does not decode %20 is not.
func Escape(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

// Read appends the values that are in one of the texts which a request carries
// for a parameter.
func (s Style) Read(values []string, text string) ([]string, error) {
	if !s.List || !s.Joined {
		value, err := s.unescape(text)
		if err != nil {
			return values, err
		}
		return append(values, value), nil
	}
	for more := true; more; {
		var part string
		part, text, more = strings.Cut(text, ",")
		value, err := s.unescape(part)
		if err != nil {
			return values, err
		}
		values = append(values, value)
	}
	return values, nil
}

// ReadAll gives the values that are in all the texts which a request carries for
// a parameter.
func (s Style) ReadAll(texts []string) ([]string, error) {
	var values []string
	for _, text := range texts {
		var err error
		if values, err = s.Read(values, text); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func (s Style) unescape(text string) (string, error) {
	var value string
	var err error
	switch s.In {
	case inPath:
		value, err = url.PathUnescape(text)
	case inQuery:
		value, err = url.QueryUnescape(text)
	case inCookie:
		if value, err := url.PathUnescape(text); err == nil {
			return value, nil
		}
		return text, nil // a cookie need not be percent-encoded
	default:
		return strings.Trim(text, " \t"), nil // which are no part of it (RFC 9110, sections 5.5 and 5.6.1)
	}
	if err != nil {
		return "", fmt.Errorf("read a value in the %s: %w", s.In, err)
	}
	return value, nil
}

// Pair is one parameter of a query, or a cookie: its name, and its text as it is
// escaped.
type Pair struct{ Name, Text string }

// Query splits a query. A name that is not percent-encoded stays as it is.
func Query(raw string) []Pair {
	var pairs []Pair
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, text, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
		pairs = append(pairs, Pair{name, text})
	}
	return pairs
}

// Group gives the texts of pairs by their names, and the names in their order.
func Group(pairs []Pair) (names []string, texts map[string][]string) {
	texts = make(map[string][]string, len(pairs))
	for _, p := range pairs {
		if _, known := texts[p.Name]; !known {
			names = append(names, p.Name)
		}
		texts[p.Name] = append(texts[p.Name], p.Text)
	}
	return names, texts
}

// WriteQuery is the reverse of Query.
func WriteQuery(pairs []Pair) string {
	var out strings.Builder
	for i, p := range pairs {
		if i > 0 {
			out.WriteByte('&')
		}
		out.WriteString(Escape(p.Name))
		out.WriteByte('=')
		out.WriteString(p.Text)
	}
	return out.String()
}

// Plain reports whether values hold nothing that some reader may trip over: no
// doubt, and in a list no comma.
func (s Style) Plain(values []string) bool {
	comma := func(value string) bool { return strings.Contains(value, ",") }
	return s.Doubt(values) == "" && (!s.List || !slices.ContainsFunc(values, comma))
}
