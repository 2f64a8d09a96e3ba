package ruling

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// form is what is known of a format beyond its definition: readers of a format
// take more than that, or less.
type form struct {
	// plain are the texts that every reader takes.
	plain *regexp.Regexp
	// never reports of a text that is not of the format whether no reader takes it.
	never func(text string) bool
}

var forms = map[string]form{
	"date-time": {regexp.MustCompile(`^(19[7-9]|20\d)\d-\d\d-\d\dT\d\d:\d\d:[0-5]\dZ$`), noMoment},
	"date":      {regexp.MustCompile(`^(19[7-9]|20\d)\d-\d\d-\d\d$`), noDay},
	"uuid":      {regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`), noUUID},
	"email":     {regexp.MustCompile(`^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*@[A-Za-z0-9]+(-[A-Za-z0-9]+)*(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,10}$`), noAddress},
	"ipv4":      {regexp.MustCompile(`^((0|[1-9]\d{0,2})\.){3}(0|[1-9]\d{0,2})$`), noIPv4},
	"ipv6":      {regexp.MustCompile(`^([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$`), func(text string) bool { return !strings.Contains(text, ":") }},
	"uri":       {regexp.MustCompile(`^https?://[A-Za-z0-9.-]+(:\d+)?(/[A-Za-z0-9._~/-]*)?$`), noURI},
}

// isPlain reports whether every reader takes a text of a format. Formats that are
// not known forbid nothing.
func isPlain(format, text string) bool {
	f, known := forms[format]
	return !known || f.plain.MatchString(text)
}

// isNone reports whether no reader takes a text for one of the format.
func isNone(format, text string) bool {
	f, known := forms[format]
	return known && f.never(text)
}

// likeMoment are the forms of a time that ISO 8601 has and RFC 3339 has not: a date
// alone, a time without a zone; and RFC 3339's with a blank in the place of the T,
// which it leaves to applications.
var likeMoment = regexp.MustCompile(
	`^(\d{4})-?(\d\d)-?(\d\d)(?:[Tt_ ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(?:[Zz]|[+-]?\s*\d\d(?::?\d\d)?)?)?$`)

// secondsSince1970 are moments that many readers take as a number.
var secondsSince1970 = regexp.MustCompile(`^-?\d{1,16}(\.\d+)?$`)

// noMoment reports that a text is no moment in any common form.
func noMoment(text string) bool {
	p := likeMoment.FindStringSubmatch(text)
	if p == nil {
		return !secondsSince1970.MatchString(text)
	}
	hour := p[4]
	if hour == "24" { // the end of the day
		hour = "00"
	}
	second := p[6]
	if second == "" || second == "60" {
		second = "00"
	}
	if hour == "" {
		hour = "00"
	}
	_, err := time.Parse(time.RFC3339, p[1]+"-"+p[2]+"-"+p[3]+"T"+hour+":"+cmp.Or(p[5], "00")+":"+second+"Z")
	return err != nil
}

var likeDay = regexp.MustCompile(`^(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})([Tt ].*)?$`)

func noDay(text string) bool {
	p := likeDay.FindStringSubmatch(text)
	if p == nil {
		return true
	}
	month, _ := strconv.Atoi(p[2])
	day, _ := strconv.Atoi(p[3])
	return month < 1 || month > 12 || day < 1 || day > 31
}

var likeUUID = regexp.MustCompile(`^(?:[uU][rR][nN]:[uU]{2}[iI][dD]:|\{)?[0-9a-fA-F-]{32,}\}?$`)

// noUUID takes no text for one whose digits are not 32.
func noUUID(text string) bool {
	digits := len(text) - strings.Count(text, "-")
	return !likeUUID.MatchString(text) || !strings.ContainsAny(text, "{:") && digits != 32
}

func noAddress(text string) bool { return !strings.Contains(text, "@") }

// noIPv4 takes no text for one that has other characters than numbers in some
// base, or a decimal one that is too large.
func noIPv4(text string) bool {
	if strings.ContainsFunc(text, func(r rune) bool { return !strings.ContainsRune("0123456789abcdefABCDEFxX.", r) }) {
		return true
	}
	parts := strings.Split(text, ".")
	for _, part := range parts {
		if n, err := strconv.Atoi(part); len(parts) == 4 && err == nil && n > 255 {
			return true
		}
	}
	return false
}

func noURI(text string) bool { return strings.ContainsFunc(text, unicode.IsSpace) }
