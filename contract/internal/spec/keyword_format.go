package spec

import (
	"math"
	"math/big"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

var formatKeyword = Keyword{
	Name: "format", Types: []string{"string", "integer", "number"},
	compare:    compareFormats,
	Sample:     Sample{`{type: string, format: date-time}`, `"2026-01-31T00:00:00Z"`, `"soon"`},
	read:       func(_ *loader, s *Schema, _ cursor, v *openapi3.Schema) { s.Format = v.Format },
	consistent: (*loader).checkFormat,
	check:      (*Schema).checkForm,
	statement: func(s *Schema) string {
		if !s.checkedFormat() {
			return ""
		}
		return "has the form " + s.Format
	},
	breaking: func(s Site) []Try { return append(s.malformed(), s.tooWide()...) },
}

// textFormat is a format of texts that is checked.
type textFormat struct {
	valid func(string) bool
	// hint says what to send instead.
	hint string
	// samples are texts of the form: the first as ordinary as can be, then others,
	// shorter, longer, and as others write them.
	samples []string
	// broken are texts that no reading takes for one of the form.
	broken []malformed
}

type malformed struct{ name, text, what string }

// textFormats are the formats of texts that are checked. Formats that are not known
// say nothing (JSON Schema, section 7.2.3).
var textFormats = map[string]textFormat{
	"date-time": {
		isTime, "must be an RFC 3339 time such as 2026-01-31T00:00:00Z",
		[]string{
			"2026-01-31T00:00:00Z", "2026-01-31T00:00:00.1Z", "2026-01-31T00:00:00.123Z", "2026-01-31T00:00:00.123456Z",
			"2026-01-31T00:00:00.123456789Z", "2026-01-31T00:00:00+00:00", "2026-01-31T00:00:00.123+00:00",
		},
		[]malformed{
			{"text", "yesterday", "a word"},
			{"month-13", "2026-13-01T00:00:00Z", "a time in the thirteenth month"},
			{"february-30", "2026-02-30T00:00:00Z", "a time on 30 February"},
		},
	},
	"date": {
		isDate, "must be a date such as 2026-01-31",
		[]string{"2026-01-31"},
		[]malformed{{"text", "yesterday", "a word"}, {"month-13", "2026-13-01", "a date in the thirteenth month"}},
	},
	"uuid": {
		uuidPattern.MatchString, "must be a UUID (RFC 9562)",
		[]string{
			"6f1c2a54-0d3e-4b9a-9a57-3f0f4c6d7e81", "6F1C2A54-0D3E-4B9A-9A57-3F0F4C6D7E81", "019c1111-2222-7333-8444-555566667777",
			"6ba7b810-9dad-11d1-80b4-00c04fd430c8", "00000000-0000-0000-0000-000000000000",
		},
		[]malformed{{"text", "not-a-uuid", "a word"}, {"short", "6f1c2a54-0d3e-4b9a-9a57-3f0f4c6d7e8", "a UUID that lacks a digit"}},
	},
	"email": {
		isEmail, "must be an e-mail address",
		[]string{
			"someone@example.org", "someone@example.com", "a@example.org", "a@b.example", "a@b.com", "a@b.co", "a@b.c", "a@b",
		},
		[]malformed{{"text", "nobody", "a word without @"}},
	},
	"ipv4": {
		isIPv4, "must be an IPv4 address",
		[]string{"192.0.2.1", "192.0.2.10", "192.0.2.100", "198.51.100.10", "198.51.100.100", "10.0.0.1", "1.1.1.1"},
		[]malformed{{"text", "nowhere", "a word"}, {"256", "256.1.1.1", "an address with a number above 255"}},
	},
	"ipv6": {
		isIPv6, "must be an IPv6 address",
		[]string{
			"2001:db8::1", "2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8:0:0:0:0:0:1", "2001:db8::10", "::1", "::",
		},
		[]malformed{{"text", "nowhere", "a word"}},
	},
	"uri": {
		isURI, "must be an absolute URI (RFC 3986)",
		[]string{
			"https://example.org/", "https://example.com/", "http://example.org/", "http://a.example/", "http://a.example", "https://a.co/",
			"https://a.co", "http://a.co", "http://a", "urn:a:b", "a:b", "a:",
		},
		[]malformed{{"text", "no uri", "words"}},
	},
}

// silentFormats say how a value is used or stored, and forbid none.
var silentFormats = []string{"float", "double", "password", "binary"}

// checkFormat warns of a format that values are not held to.
func (l *loader) checkFormat(s *Schema, at cursor) {
	switch {
	case s.Format == "" || s.checkedFormat() || slices.Contains(silentFormats, s.Format):
	case textFormats[s.Format].valid != nil || s.Format == "int32" || s.Format == "int64":
		l.warn(at.in("format").at(), "format %s says nothing of type %s: it is not checked", s.Format, s.Type)
	default:
		l.warn(at.in("format").at(), "format %s is not known: it is not checked, so state a pattern too", s.Format)
	}
}

// Foreign returns the format of a text that nothing is known of but its name: a value
// that is made up for it may not have it. "" where an example, a default, an enum or
// a pattern says more, and of any other schema.
func (s *Schema) Foreign() string {
	if s.Type != "string" || !s.Untold() || s.Format == "" || s.checkedFormat() || slices.Contains(silentFormats, s.Format) {
		return ""
	}
	return s.Format
}

// Untold reports whether no example, default, enum or pattern says what values are like.
func (s *Schema) Untold() bool {
	return s.Example == nil && s.Default == nil && len(s.Enum) == 0 && s.Pattern == nil
}

// checkForm holds a text to the form, and a number to the range, of its format.
func (s *Schema) checkForm(v any) []string {
	if s.Format == "" {
		return nil
	}
	text, isText := v.(string)
	if !isText && !fitsFormat(s.Format, v) {
		return []string{"must fit " + s.Format}
	}
	if f, known := textFormats[s.Format]; isText && known && !f.valid(text) {
		return []string{f.hint}
	}
	return nil
}

// Formed reports whether a format says which texts are valid; one that says how a
// text is used, such as password, or that is not known, does not.
func (s *Schema) Formed() bool { return s.checkedFormat() && s.Type != "integer" && s.Type != "number" }

// checkedFormat reports whether the schema's format is one that its values are
// held to.
func (s *Schema) checkedFormat() bool {
	switch s.Format {
	case "int32", "int64":
		return s.Type == "integer" || s.Type == "number" || s.Type == ""
	default:
		_, known := textFormats[s.Format]
		return known && (s.Type == "string" || s.Type == "")
	}
}

// malformed returns texts that are not of the schema's form.
func (s Site) malformed() []Try {
	var out []Try
	for _, f := range textFormats[s.Format].broken {
		out = append(out, Try{Name: f.name, Value: f.text, Why: "must have the form " + s.Format + ", and is " + f.what})
	}
	return out
}

// tooWide returns an integer beyond the range of its format, on a side where no
// limit forbids it.
func (s Site) tooWide() []Try {
	if s.Type != "integer" || s.Format != "int32" && s.Format != "int64" {
		return nil
	}
	low, high := any(int64(math.MinInt32)-1), any(int64(math.MaxInt32)+1)
	if s.Format == "int64" {
		low, high = beneath64Bits, s.wrapping()
	}
	switch {
	case s.Maximum == nil:
		return []Try{{Name: "too-large", Value: high, Why: "is larger than " + s.Format + " holds"}}
	case s.Minimum == nil:
		return []Try{{Name: "too-small", Value: low, Why: "is smaller than " + s.Format + " holds"}}
	}
	return nil
}

// uuidPattern is RFC 9562's text form.
var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// uriPattern is the characters of RFC 3986 and its percent-encoding: net/url
// takes blanks and others besides.
var uriPattern = regexp.MustCompile(`^([A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$`)

// timePattern is RFC 3339's form: time.Parse takes hours of one digit, a comma
// before the fraction, and offsets of days, too.
var timePattern = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

func isTime(v string) bool { _, ok := parseTime(v); return ok }

// parseTime reads an RFC 3339 time, with all that its section 5.6 allows: t and
// z in lower case, and leap seconds, which count as the second after.
func parseTime(v string) (time.Time, bool) {
	v = strings.ToUpper(v)
	before, leap := strings.CutSuffix(v[:min(len(v), len("2006-01-02T15:04:05"))], ":60")
	if leap {
		v = before + ":59" + v[len(before)+len(":60"):]
	}
	t, err := time.Parse(time.RFC3339Nano, v)
	if err != nil || !inSeconds(v) && !timePattern.MatchString(v) {
		return time.Time{}, false
	}
	if leap {
		t = t.Add(time.Second)
	}
	return t, true
}

// inSeconds reports whether a time that time.Parse took is of the one form that most
// are in, 2026-01-31T00:00:00Z: then it has no room for what is not RFC 3339's,
// and the pattern, which is slower than all else, need not be asked.
func inSeconds(v string) bool {
	return len(v) == len("2026-01-31T00:00:00Z") && v[13] == ':' && v[16] == ':' && v[19] == 'Z'
}

func isDate(v string) bool {
	_, err := time.Parse(time.DateOnly, v)
	return err == nil
}

// isEmail takes what RFC 5321, section 4.1.2, calls a mailbox: quoted, or not, and
// in ASCII (JSON Schema has another format for others).
func isEmail(v string) bool {
	a, err := mail.ParseAddress(v)
	if err != nil || strings.ContainsFunc(v, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return false
	}
	domain := a.Address[strings.LastIndexByte(a.Address, '@'):]
	return a.Address == v || v[0] == '"' && strings.HasSuffix(v, `"`+domain)
}

func isIPv4(v string) bool {
	a, err := netip.ParseAddr(v)
	return err == nil && a.Is4()
}

func isIPv6(v string) bool {
	a, err := netip.ParseAddr(v)
	return err == nil && a.Is6() && a.Zone() == ""
}

func isURI(v string) bool {
	u, err := url.Parse(v)
	return err == nil && u.IsAbs() && uriPattern.MatchString(v)
}

// fitsFormat reports whether a number is in the range of its format.
func fitsFormat(format string, v any) bool {
	switch format {
	case "int32":
		return compare(v, math.MinInt32, nil) >= 0 && compare(v, math.MaxInt32, nil) <= 0
	case "int64":
		return fits64(v)
	default:
		return true
	}
}

// The ends of 64 bits; the upper one is no float64.
var lowest64, highest64 = big.NewRat(math.MinInt64, 1), big.NewRat(math.MaxInt64, 1)

func fits64(v any) bool {
	if _, ok := whole(v); ok {
		return true
	}
	return compare(v, math.MinInt64, lowest64) >= 0 && compare(v, math.MaxInt64, highest64) <= 0
}

// formed returns a text of the schema's format that its length and its pattern
// allow.
func (s *Schema) formed() (string, bool) {
	forms := slices.Clone(textFormats[s.Format].samples)
	if forms == nil {
		return "", false
	}
	if s.Pattern == nil {
		forms = append(forms, s.padded(forms[0])...)
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

// rough returns texts that may match the pattern, whatever else is wanted of them.
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
