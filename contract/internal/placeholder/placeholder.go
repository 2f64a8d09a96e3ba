// Package placeholder reads and fills texts that are not known before a request is
// sent: {{unique}}, which differs in each, {{unique as AB-12}}, which is like another text
// and differs in each, and times such as {{now-2h}}.
package placeholder

import (
	"crypto/sha256"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Sample is as {{unique}} is filled: a letter and nine letters or digits. It stands
// for one where nothing is sent.
const Sample = "u000000000"

// as is what stands before the text that {{unique as TEXT}} is like.
const as = "unique as "

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
		if _, ok := offset(found); !ok && inside(found) != "unique" && !strings.HasPrefix(inside(found), as) {
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
	like := likeness(unique)
	return inBraces.ReplaceAllStringFunc(text, func(found string) string {
		if d, ok := offset(found); ok {
			return now.UTC().Add(d).Format(time.RFC3339)
		}
		if inside(found) == "unique" {
			return unique
		}
		if text, ok := strings.CutPrefix(inside(found), as); ok {
			return like(text)
		}
		return found
	})
}

// likeness gives what makes texts that have other letters and digits than others, of the
// same kinds, by what {{unique}} is filled with. Each text goes on where the one before it
// ended, so that those of several parts are as many as the letters and digits of all allow.
func likeness(unique string) func(text string) string {
	sum := sha256.Sum256([]byte(unique))
	n, m := new(big.Int).SetBytes(sum[:]), new(big.Int)
	other := func(r rune) rune {
		for _, kind := range kinds {
			if r >= kind.first && r < kind.first+kind.size {
				n.DivMod(n, big.NewInt(int64(kind.size)), m)
				return kind.first + rune(m.Int64())
			}
		}
		return r
	}
	return func(text string) string { return strings.Map(other, text) }
}

// kinds are the letters and digits that stand for each other.
var kinds = []struct{ first, size rune }{{'0', 10}, {'a', 26}, {'A', 26}}

// Many reports whether a text has so many letters and digits that two of those like it are
// hardly ever the same.
func Many(text string) bool {
	const enough = 1e9
	n := 1.0
	for _, r := range text {
		for _, kind := range kinds {
			if r >= kind.first && r < kind.first+kind.size {
				n *= float64(kind.size)
			}
		}
	}
	return n >= enough
}
