package spec

import (
	"math"
	"math/big"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// uuidPattern is RFC 9562's text form.
var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// uriPattern is the characters of RFC 3986 and its percent-encoding: net/url
// takes blanks and others besides.
var uriPattern = regexp.MustCompile(`^([A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$`)

// textFormats are the formats of texts that are checked, each with what to send
// instead. Formats that are not known say nothing (JSON Schema, section 7.2.3).
var textFormats = map[string]struct {
	valid func(string) bool
	hint  string
}{
	"date-time": {isTime, "must be an RFC 3339 time such as 2026-01-31T00:00:00Z"},
	"date":      {isDate, "must be a date such as 2026-01-31"},
	"uuid":      {uuidPattern.MatchString, "must be a UUID (RFC 9562)"},
	"email":     {isEmail, "must be an e-mail address"},
	"ipv4":      {isIPv4, "must be an IPv4 address"},
	"ipv6":      {isIPv6, "must be an IPv6 address"},
	"uri":       {isURI, "must be an absolute URI (RFC 3986)"},
}

// silentFormats say how a value is used or stored, and forbid none.
var silentFormats = []string{"float", "double", "password", "binary"}

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

// formatHint checks a text's format; it gives what the form should be, or "".
func formatHint(format, v string) string {
	if f, known := textFormats[format]; known && !f.valid(v) {
		return f.hint
	}
	return ""
}

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

// inSeconds tells that a time that time.Parse took is of the one form that most
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
