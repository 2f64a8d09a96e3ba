// Package wire writes the values of parameters as they stand in a request, and
// reads them again. Whoever sends requests, holds them to a contract, or looks
// into recorded ones does it here, so that all agree.
//
// A list that is joined has delimiters between its values. Commas are as they are,
// those within a value are percent-encoded (RFC 6570, section 3.2.1, to which
// OpenAPI refers), so what is read is split first and decoded afterwards. Blanks
// and bars are always percent-encoded (OpenAPI 3.0.4, section 4.8.12.6): there,
// what is read is decoded first.
//
//	query, path   percent-encoded (RFC 3986, section 2.1)
//	cookie        percent-encoded where a cookie cannot hold the value (RFC 6265,
//	              section 4.1.1, which leaves the encoding to those who agree on it)
//	header        never encoded: OpenAPI 3.0.4, appendix D
//
// The values of an object are the name of each member and after it the member's
// value. A member that is a list comes as often as it has elements.
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
	// Name is the style, as OpenAPI names it; "" is the usual one of the place: form
	// or simple.
	Name string
	// Explode has the elements of a list, or the members of an object, apart.
	Explode bool
	Kind    Kind
}

// Kind is what a value is made of.
type Kind int

// The kinds of values.
const (
	Scalar Kind = iota
	List
	Object
)

// The places of parameters, as OpenAPI has them.
const (
	inPath   = "path"
	inQuery  = "query"
	inHeader = "header"
	inCookie = "cookie"
)

// The styles that differ from the usual ones.
const (
	Blanks = "spaceDelimited"
	Bars   = "pipeDelimited"
	Deep   = "deepObject"
)

// Joined reports whether all values are sent as one text, with delimiters between. A
// header with a list may come several times instead (RFC 9110, section 5.3).
func (s Style) Joined() bool {
	switch {
	case s.Kind == Scalar, s.Name == Deep:
		return false
	case s.In == inPath, s.In == inHeader && s.Kind == Object:
		return true
	}
	return !s.Explode
}

// Apart reports whether each member of an object is a parameter of its own.
func (s Style) Apart() bool { return s.Kind == Object && !s.Joined() }

// delimiter gives what stands between the values of a text, as it is escaped.
func (s Style) delimiter() string {
	switch {
	case s.In != inQuery:
	case s.Name == Blanks:
		return "%20"
	case s.Name == Bars:
		return "%7C"
	}
	return ","
}

// Write gives the texts that a request carries for values: one for each, or all
// in one when they are joined. Of an object the texts are those of its members,
// each with its name.
func (s Style) Write(values []string) []string {
	out := make([]string, len(values))
	for i, value := range values {
		out[i] = s.escape(value)
	}
	if s.Kind == Object && s.Explode || s.Apart() {
		out = paired(out)
	}
	if s.Joined() {
		return []string{strings.Join(out, s.delimiter())}
	}
	return out
}

// paired joins each name with the value after it.
func paired(texts []string) []string {
	out := make([]string, 0, len(texts)/2)
	for i := 0; i+1 < len(texts); i += 2 {
		out = append(out, texts[i]+"="+texts[i+1])
	}
	return out
}

// Pairs gives what a query, or a header of cookies, carries for a parameter.
func (s Style) Pairs(name string, values []string) []Pair {
	if s.Apart() {
		out := make([]Pair, 0, len(values)/2)
		for i := 0; i+1 < len(values); i += 2 {
			out = append(out, Pair{s.MemberName(name, values[i]), s.escape(values[i+1])})
		}
		return out
	}
	texts := s.Write(values)
	out := make([]Pair, len(texts))
	for i, text := range texts {
		out[i] = Pair{name, text}
	}
	return out
}

// MemberName gives the name that a member of an object is sent under, if each is.
func (s Style) MemberName(parameter, member string) string {
	if s.Name == Deep {
		return parameter + "[" + member + "]"
	}
	return member
}

// Member gives the member of an object that is sent under a name of the query, if
// the name is written as one. Whether there is such a member it does not know.
func (s Style) Member(parameter, name string) (member string, ok bool) {
	switch {
	case !s.Apart():
		return "", false
	case s.Name != Deep:
		return name, true
	}
	rest, found := strings.CutPrefix(name, parameter+"[")
	member, closed := strings.CutSuffix(rest, "]")
	return member, found && closed && !strings.ContainsAny(member, "[]")
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
// for a parameter: of an object whose members are apart, in the text of one, its
// name and '=' before it.
func (s Style) Read(values []string, text string) ([]string, error) {
	if !s.Joined() {
		return s.readPart(values, text)
	}
	if d := s.delimiter(); d != "," {
		return s.readDecoded(values, text)
	}
	for more := true; more; {
		var part string
		part, text, more = strings.Cut(text, ",")
		var err error
		if values, err = s.readPart(values, part); err != nil {
			return values, err
		}
	}
	return values, nil
}

// readPart appends a value, or the name and the value of a member.
func (s Style) readPart(values []string, text string) ([]string, error) {
	if s.Kind != Object || !s.Explode && !s.Apart() {
		value, err := s.unescape(text)
		if err != nil {
			return values, err
		}
		return append(values, value), nil
	}
	name, rest, _ := strings.Cut(text, "=") // without it, the member is empty
	member, err := s.unescape(name)
	if err != nil {
		return values, err
	}
	return s.ReadMember(values, member, rest)
}

// ReadMember appends the name of a member, and the value that is in its text.
func (s Style) ReadMember(values []string, member, text string) ([]string, error) {
	value, err := s.unescape(text)
	if err != nil {
		return values, err
	}
	return append(values, member, value), nil
}

// readDecoded appends the values of a text in which the delimiters are escaped, too.
func (s Style) readDecoded(values []string, text string) ([]string, error) {
	plain, err := s.unescape(text)
	if err != nil {
		return values, err
	}
	delimiter, _ := url.PathUnescape(s.delimiter()) // it is a constant
	return append(values, strings.Split(plain, delimiter)...), nil
}

// MemberText gives the text of a member that is apart, as Read takes it.
func MemberText(member, text string) string { return Escape(member) + "=" + text }

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
	return s.Doubt(values) == "" && (s.Kind == Scalar || !slices.ContainsFunc(values, comma))
}
