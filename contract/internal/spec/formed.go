package spec

import (
	"strings"
	"unicode/utf8"
)

// moreForms holds more values of each format: shorter, longer, and as others
// write them.
var moreForms = map[string][]string{
	"date-time": {
		"2026-01-31T00:00:00.1Z", "2026-01-31T00:00:00.123Z", "2026-01-31T00:00:00.123456Z", "2026-01-31T00:00:00.123456789Z",
		"2026-01-31T00:00:00+00:00", "2026-01-31T00:00:00.123+00:00",
	},
	"uuid": {
		"6F1C2A54-0D3E-4B9A-9A57-3F0F4C6D7E81", "019c1111-2222-7333-8444-555566667777", "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
		"00000000-0000-0000-0000-000000000000",
	},
	"email": {"someone@example.com", "a@example.org", "a@b.example", "a@b.com", "a@b.co", "a@b.c", "a@b"},
	"uri": {
		"https://example.com/", "http://example.org/", "http://a.example/", "http://a.example", "https://a.co/", "https://a.co", "http://a.co",
		"http://a", "urn:a:b", "a:b", "a:",
	},
	"ipv4": {"192.0.2.10", "192.0.2.100", "198.51.100.10", "198.51.100.100", "10.0.0.1", "1.1.1.1"},
	"ipv6": {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8:0:0:0:0:0:1", "2001:db8::10", "::1", "::"},
}

// formed gives a text of the schema's format that its length and its pattern
// allow.
func (s *Schema) formed() (string, bool) {
	base, ok := sampleFormats[s.Format]
	if !ok {
		return "", false
	}
	forms := append([]string{base}, moreForms[s.Format]...)
	if s.Pattern == nil {
		forms = append(forms, s.padded(base)...)
	}
	for _, text := range forms {
		if s.valid(text) {
			return text, true
		}
	}
	if s.Pattern == nil {
		return "", false
	}
	// What the pattern wants, instead of one end of a text of that form.
	for _, begin := range s.rough() {
		for _, form := range forms {
			n := min(len(begin), len(form))
			for _, text := range []string{begin, begin + form[n:], form[:len(form)-n] + begin, "a" + begin} {
				if s.valid(text) {
					return text, true
				}
			}
		}
	}
	return "", false
}

// padded lengthens a text of the schema's format to its least length.
func (s *Schema) padded(base string) []string {
	short := int(min(s.MinLength, maxMinLength)) - utf8.RuneCountInString(base)
	if short <= 0 {
		return nil
	}
	switch s.Format {
	case "email": // 64 characters before the sign, labels of 63 behind it (RFC 5321, RFC 1035)
		name, domain, _ := strings.Cut(base, "@")
		n := min(short, 64-len(name))
		for short -= n; short > 0; {
			label := min(short, 63)
			if short > 63 && short <= 65 {
				label = 60
			}
			domain = strings.Repeat("a", max(1, label-1)) + "." + domain
			short -= max(2, label)
		}
		return []string{name + strings.Repeat("a", n) + "@" + domain}
	case "uri":
		return []string{base + strings.Repeat("a", short)}
	case "date-time":
		whole := strings.TrimSuffix(base, "Z")
		return []string{whole + "." + strings.Repeat("0", max(1, short-1)) + "Z"}
	}
	return nil
}

func (s *Schema) valid(text string) bool {
	return len(s.Check(text)) == 0 && (s.Pattern == nil || s.allows(text))
}

// rough gives texts that may match the pattern, whatever else is wanted of them.
func (s *Schema) rough() []string {
	tree, ahead, ok := s.Pattern.Tree()
	if !ok {
		return nil
	}
	tree = tree.Simplify()
	var out []string
	for nth := range 2 {
		for _, repeat := range []int{0, 1, 2, 3, 8} {
			w := writer{repeat: repeat, optional: repeat, nth: nth}
			w.write(tree)
			if w.steps <= maxWritten && len(w.String()) <= 1000 {
				out = append(out, begun(w.String(), ahead, nth)...)
			}
		}
	}
	return out
}
