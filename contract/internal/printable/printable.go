// Package printable makes texts from elsewhere harmless: for a terminal, which obeys control
// characters, for the person before it, whom characters that cannot be seen deceive,
// and for JSON, which has no place for bytes that are not UTF-8.
package printable

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Escape writes out what is not printable, as \x1b or \u202e: control characters,
// escape sequences, characters that turn the direction of writing or cannot be seen,
// line breaks, tabs, and bytes that are not UTF-8.
func Escape(text string) string {
	return escape(text, func(r rune, _ int) bool { return unprintable(r) })
}

// Legible writes out the bytes that are not UTF-8, as \xff, and nothing else.
func Legible(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	return escape(text, func(r rune, size int) bool { return r == utf8.RuneError && size == 1 })
}

// Count gives a number and its noun: "1 case", "2 cases".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// ForTemplates are the functions with which a template writes texts from elsewhere.
func ForTemplates() map[string]any {
	return map[string]any{
		"text": func(v any) string { return Escape(fmt.Sprint(v)) },
		// short is for what an endpoint or a description can make long.
		"short": func(text string) string { return Escape(Cut(text, 600)) },
		"count": Count,
	}
}

// Mask puts a question mark in the place of what is not printable.
func Mask(text string) string {
	return strings.Map(func(r rune) rune {
		if unprintable(r) {
			return '?'
		}
		return r
	}, text)
}

func unprintable(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }

func escape(text string, bad func(r rune, size int) bool) string {
	var b strings.Builder
	done := 0 // what is written, as it was or otherwise
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if bad(r, size) {
			b.WriteString(text[done:i])
			b.WriteString(written(r, text[i:i+size]))
			done = i + size
		}
		i += size
	}
	if done == 0 {
		return text
	}
	return b.String() + text[done:]
}

// written writes a character out, which are the bytes of a text.
func written(r rune, as string) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case len(as) == 1:
		return fmt.Sprintf(`\x%02x`, as[0])
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}
