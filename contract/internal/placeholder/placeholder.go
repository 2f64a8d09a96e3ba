// Package placeholder reads and fills texts that are not known before a request is
// sent: {{unique}}, which differs in each, and times such as {{now-2h}}.
package placeholder

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Sample is as {{unique}} is filled: a letter and nine letters or digits. It stands
// for one where nothing is sent.
const Sample = "u000000000"

var (
	inBraces = regexp.MustCompile(`\{\{.*?\}\}`)
	moment   = regexp.MustCompile(`^now(?:\s*([+-])\s*([0-9]+)([smhd]))?$`)
)

var units = map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}

// In reports whether a text has placeholders that can be filled.
func In(text string) bool { return inBraces.MatchString(text) && Check(text) == nil }

// Check says what is wrong with the placeholders of a text.
func Check(text string) error {
	for _, found := range inBraces.FindAllString(text, -1) {
		if _, ok := offset(found); !ok && inside(found) != "unique" {
			return fmt.Errorf("%s is no placeholder; use {{unique}}, {{now}} or a time from now, such as {{now-2h}} or {{now+1d}}", found)
		}
	}
	return nil
}

func inside(found string) string { return strings.TrimSpace(found[2 : len(found)-2]) }

// offset reads a time from now.
func offset(found string) (time.Duration, bool) {
	parts := moment.FindStringSubmatch(inside(found))
	if parts == nil {
		return 0, false
	}
	if parts[1] == "" {
		return 0, true
	}
	n, err := strconv.Atoi(parts[2])
	const most = 1_000_000 // of any unit: it is no time else
	if err != nil || n > most || units[parts[3]] > time.Hour && n > most/24 {
		return 0, false
	}
	d := time.Duration(n) * units[parts[3]]
	if parts[1] == "-" {
		d = -d
	}
	return d, true
}

// Moment gives the distance from now of a text that is one time and nothing else.
func Moment(text string) (time.Duration, bool) {
	if found := inBraces.FindString(text); found == "" || found != text {
		return 0, false
	}
	return offset(text)
}

// Fill gives the text with its placeholders filled for a request at now.
func Fill(text string, now time.Time, unique string) string {
	return inBraces.ReplaceAllStringFunc(text, func(found string) string {
		if d, ok := offset(found); ok {
			return now.UTC().Add(d).Format(time.RFC3339)
		}
		if inside(found) == "unique" {
			return unique
		}
		return found
	})
}
