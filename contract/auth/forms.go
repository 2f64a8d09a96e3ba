package auth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// form is one way in which a secret may be written.
type form struct {
	text string
	// shortest is the length of the shortest beginning of text that gives too
	// much of the secret away.
	shortest int
}

// formsOf returns the ways in which a secret may be written, but for the case of
// letters, none for one that is too short to be told from ordinary text.
func formsOf(secret string) []form {
	if len(secret) < minSecret {
		return nil
	}

	// The beginning of a secret that is given away, as each form writes it. It
	// ends where a character does, so that every form writes it the same way
	// when the rest follows.
	beginning := secret[:shortest(len(secret))]
	for len(beginning) < len(secret) && len(beginning) > minSecret && !utf8.RuneStart(secret[len(beginning)]) {
		beginning = beginning[:len(beginning)-1]
	}

	var forms []form

	for _, write := range []func(string) string{
		func(s string) string { return s },
		url.QueryEscape, url.PathEscape,
		unquoted(jsonQuote(true)), slashed(unquoted(jsonQuote(true))),
		unquoted(jsonQuote(false)), slashed(unquoted(jsonQuote(false))),
		unquoted(strconv.Quote), unquoted(strconv.QuoteToASCII),
		asciiJSON, slashed(asciiJSON),
		html.EscapeString,
		eachByte("%02x"), eachByte("%%%02x"), eachUnit(`\u%04x`), eachRune("&#%d;"), eachRune("&#x%x;"),
	} {
		forms = append(forms, form{text: write(secret), shortest: len(write(beginning))})
	}

	return append(forms, base64Forms(secret, len(beginning))...)
}

// shortest is how much of a secret's beginning is too much to give away.
func shortest(length int) int {
	const (
		long   = 24
		enough = 12
	)

	if length >= long {
		return enough
	}

	return min(length, max((length+1)/2, minSecret))
}

// base64Forms returns what base64 makes of a secret, alone and inside a longer
// text. What it makes depends on the number of bytes before the secret, modulo
// 3: of each alignment, the characters that depend on the secret alone.
func base64Forms(secret string, beginning int) []form {
	const (
		alignments = 3
		perByte    = 8
		perChar    = 6
	)

	var forms []form

	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range alignments {
			text := encoding.EncodeToString([]byte(strings.Repeat("\x00", before) + secret))
			start := (before*perByte + perChar - 1) / perChar
			end := func(bytes int) int { return (before + bytes) * perByte / perChar }

			forms = append(forms, form{text: text[start:end(len(secret))], shortest: end(beginning) - start})

			if before == 0 { // alone: the last character, too, and the padding
				padded := encoding.WithPadding(base64.StdPadding).EncodeToString([]byte(secret))
				forms = append(forms, form{text: padded, shortest: end(beginning)}, form{text: text, shortest: end(beginning)})
			}
		}
	}

	return forms
}

// jsonQuote writes a text as a JSON string.
func jsonQuote(escapeHTML bool) func(string) string {
	return func(s string) string {
		var text bytes.Buffer

		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(escapeHTML)

		if err := encoder.Encode(s); err != nil {
			return strconv.Quote(s) // It never fails for a string.
		}

		return strings.TrimSuffix(text.String(), "\n")
	}
}

// eachByte, eachUnit and eachRune write every byte, UTF-16 code unit or character in a
// format, also what need not be escaped.
func eachByte(format string) func(string) string {
	return func(s string) string {
		var text strings.Builder
		for i := range len(s) {
			fmt.Fprintf(&text, format, s[i])
		}

		return text.String()
	}
}

func eachUnit(format string) func(string) string {
	return func(s string) string {
		var text strings.Builder
		for _, unit := range utf16.Encode([]rune(s)) {
			fmt.Fprintf(&text, format, unit)
		}

		return text.String()
	}
}

func eachRune(format string) func(string) string {
	return func(s string) string {
		var text strings.Builder
		for _, r := range s {
			fmt.Fprintf(&text, format, r)
		}

		return text.String()
	}
}

// asciiJSON writes a text as the inside of a JSON string in which everything
// beyond ASCII is escaped, in UTF-16 (RFC 8259, section 7).
func asciiJSON(s string) string {
	var text strings.Builder

	for _, r := range unquoted(jsonQuote(false))(s) {
		if r < utf8.RuneSelf {
			text.WriteRune(r)

			continue
		}

		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&text, `\u%04x`, unit)
		}
	}

	return text.String()
}

// slashed escapes slashes, as some writers of JSON do.
func slashed(write func(string) string) func(string) string {
	return func(s string) string { return strings.ReplaceAll(write(s), "/", `\/`) }
}

// unquoted takes the quotes away that a function puts around a text.
func unquoted(quote func(string) string) func(string) string {
	return func(s string) string {
		quoted := quote(s)

		return quoted[1 : len(quoted)-1]
	}
}
