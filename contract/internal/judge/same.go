package judge

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/apiclause/clause/contract/internal/spec"
)

// same compares values that are no object and no list. Those of different types are
// not compared.
func same(sent, read any, s *spec.Schema) bool {
	a, aIsNumber := spec.Float(sent)
	b, bIsNumber := spec.Float(read)
	if aIsNumber && bIsNumber {
		return sameNumber(a, b)
	}
	switch sent := sent.(type) {
	case string:
		got, ok := read.(string)
		return !ok || sameText(sent, got) || sameTime(sent, got) || sameDecimal(sent, got) || respelled(sent, got, s)
	case bool:
		got, ok := read.(bool)
		return !ok || sent == got
	}
	return true
}

// finest is how many decimals a number is compared by.
const finest = 6

// sameNumber compares numbers by value. One with decimals may be rounded to fewer.
func sameNumber(sent, read float64) bool {
	if near(sent, read) {
		return true
	}
	for n := range finest {
		unit := math.Pow10(-n)
		if sent != math.Trunc(sent) && near(read, math.Round(read/unit)*unit) && math.Abs(sent-read) <= unit/2*(1+1e-6) {
			return true
		}
	}
	return false
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-6*math.Max(math.Abs(a), math.Abs(b)) }

// sameDecimal compares numbers that are texts, as 10 and 10.00.
func sameDecimal(sent, read string) bool {
	a, errA := strconv.ParseFloat(sent, 64)
	b, errB := strconv.ParseFloat(read, 64)
	return errA == nil && errB == nil && sameNumber(a, b)
}

// sameText compares the letters and digits of texts, without case: blanks and signs between
// them may be left out, as in a phone number or a name for a URL.
func sameText(a, b string) bool {
	plain := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) || r < unicode.MaxASCII && (unicode.IsPunct(r) || unicode.IsSymbol(r)) {
				return -1
			}
			return r
		}, s)
	}
	return strings.EqualFold(plain(a), plain(b))
}

// respelled reports whether texts of a format may mean the same in another spelling.
func respelled(sent, read string, s *spec.Schema) bool {
	if s == nil {
		return false
	}
	switch s.Format {
	case "date-time":
		return !isTime(read) || !isTime(sent)
	case "time", "duration", "ipv6", "byte", "binary":
		return true
	}
	return false
}

// sameTime compares times to the second, and those that are whole minutes, hours or days
// to that.
func sameTime(sent, read string) bool {
	a, errA := time.Parse(time.RFC3339, sent)
	b, errB := time.Parse(time.RFC3339, read)
	if errA != nil || errB != nil {
		return false
	}
	for _, unit := range []time.Duration{time.Second, time.Minute, time.Hour, 24 * time.Hour} {
		if a, b := a.Truncate(time.Second), b.Truncate(time.Second); !a.Equal(a.Truncate(unit)) || unit == time.Second {
			if b.Equal(b.Truncate(unit)) && a.Sub(b).Abs() <= unit {
				return true
			}
		}
	}
	return false
}

func isTime(text string) bool {
	_, err := time.Parse(time.RFC3339, text)
	return err == nil
}
