package spec

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

// maxMinLength bounds the least length of texts: a contract must not make whoever
// tests it send without end.
const maxMinLength = 1 << 20

var minLengthKeyword = Keyword{
	Name: "minLength", Types: []string{"string"},
	compare:    compareLeast(func(s *Schema) uint64 { return s.MinLength }),
	Sample:     Sample{`{type: string, minLength: 3}`, `"abc"`, `"ab"`},
	read:       func(_ *loader, s *Schema, _ cursor, v *openapi3.Schema) { s.MinLength = v.MinLength },
	consistent: func(l *loader, s *Schema, at cursor) { l.untested(at, "minLength", s.MinLength, maxMinLength) },
	check: func(s *Schema, v any) []string {
		if s.MinLength == 0 { // to count takes time
			return nil
		}
		return tooFew(s.length(v), s.MinLength, s.counts())
	},
	statement:  func(s *Schema) string { return atLeast(s.MinLength, s.counts()) },
	boundaries: Site.aroundMinLength,
}

var maxLengthKeyword = Keyword{
	Name: "maxLength", Types: []string{"string"},
	compare: compareMost(func(s *Schema) *uint64 { return s.MaxLength }),
	Sample:  Sample{`{type: string, maxLength: 3}`, `"abc"`, `"abcd"`},
	read:    func(_ *loader, s *Schema, _ cursor, v *openapi3.Schema) { s.MaxLength = v.MaxLength },
	consistent: func(l *loader, s *Schema, at cursor) {
		l.contradicts(at, "maxLength", s.MaxLength, "minLength", s.MinLength)
	},
	check: func(s *Schema, v any) []string {
		if s.MaxLength == nil {
			return nil
		}
		return tooMany(s.length(v), s.MaxLength, s.counts())
	},
	statement:  func(s *Schema) string { return atMost(s.MaxLength, s.counts()) },
	boundaries: Site.aroundMaxLength,
}

// counts is what the length of a text is counted in.
func (s *Schema) counts() string {
	if s.Format == binary {
		return "bytes"
	}
	return "characters"
}

// length counts the characters of a text, and the bytes of a file.
func (s *Schema) length(v any) uint64 {
	text, _ := v.(string)
	if s.Format == binary {
		return uint64(len(text))
	}
	return uint64(utf8.RuneCountInString(text))
}

// sized reports whether the limits of the length decide which texts are valid.
func (s Site) sized() bool {
	return s.Type == "string" && len(s.Enum) == 0 && s.Composed == nil
}

func (s Site) aroundMinLength() []Try {
	n := s.MinLength
	if n == 0 || !s.sized() {
		return nil
	}
	out := s.ofLength(nil, "at", n, true)
	// An empty path segment names another resource, and an empty text may be taken
	// for an absence.
	if n > 1 || !s.AsText && s.Required {
		out = s.ofLength(out, "below", n-1, false)
	}
	return out
}

func (s Site) aroundMaxLength() []Try {
	n, tried := most(s.MaxLength, s.MaxText)
	if !tried || !s.sized() {
		return nil
	}
	return s.ofLength(s.ofLength(nil, "at", n, true), "above", n+1, false)
}

// ofLength adds a text of a length, unless the pattern does not give one.
func (s Site) ofLength(to []Try, name string, n uint64, valid bool) []Try {
	text, ok := s.OfLength(n)
	broken := s.Check(text)
	if !ok || valid && len(broken) > 0 || !valid && len(broken) != 1 {
		return to
	}
	return append(to, Try{Name: name, Value: text, Valid: valid, Why: fmt.Sprintf("has %d %s", n, s.counts())})
}

// maxStretched is how long a text may be that is stretched to a length: each way to
// do so is held to the pattern.
const maxStretched = 1500

// maxCuts bounds the places where a text is stretched or cut.
const maxCuts = 64

// OfLength returns a text of n characters that breaks nothing of the schema but a
// limit of its length. It looks for one in a bounded number of ways.
func (s *Schema) OfLength(n uint64) (string, bool) {
	bare := *s
	bare.MinLength, bare.MaxLength = 0, nil
	if s.Formed() {
		return bare.formedOf(n)
	}
	if s.Pattern == nil {
		text := strings.Repeat("a", int(n))
		return text, len(bare.Check(text)) == 0
	}
	var seeds []string
	for _, length := range []uint64{n, 0} {
		if text, ok := bare.Matching(length); ok {
			seeds = append(seeds, text)
		}
	}
	if text, ok := s.Sample().(string); ok && text != "" {
		_, last := utf8.DecodeLastRuneInString(text)
		seeds = append(seeds, strings.Repeat(text[len(text)-last:], int(n)), text)
	}
	for _, seed := range seeds {
		for _, text := range stretched([]rune(seed), int(n)) {
			if bare.allows(text) {
				return text, true
			}
		}
	}
	return "", false
}

// longestForm is how long a text of a format may be that every reader takes: an
// address of RFC 5321, section 4.5.3.1, and a URI that fits in a line of a request.
var longestForm = map[string]uint64{"email": 254, "uri": maxStretched}

// formedOf returns a text of n characters that is of the schema's format.
func (s *Schema) formedOf(n uint64) (string, bool) {
	if s.Pattern != nil || n > longestForm[s.Format] {
		return "", false
	}
	s.MinLength = n
	text, ok := s.formed()
	return text, ok && s.length(text) == n
}

// stretched returns the ways to bring a text to a length: one of its characters is
// repeated, or a part of it left out.
func stretched(text []rune, n int) []string {
	if len(text) == n {
		return []string{string(text)}
	}
	if len(text) == 0 || n > maxStretched {
		return nil
	}
	var out []string
	more, less := max(0, n-len(text)), max(0, len(text)-n)
	ends := len(text) - less
	for i := range min(ends, maxCuts) {
		at := i * ends / min(ends, maxCuts)
		out = append(out, string(text[:at])+strings.Repeat(string(text[at:at+1]), more)+string(text[at+less:]))
	}
	return out
}
