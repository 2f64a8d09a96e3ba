package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable makes a text from an endpoint harmless for a terminal and for the
// person before it. Control characters, escape sequences, characters that turn
// the direction of writing or cannot be seen, and bytes that are not UTF-8 are
// written out, as \x1b or \u202e; so are line breaks and tabs.
func Printable(text string) string {
	if !strings.ContainsFunc(text, unprintable) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size <= 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case !unprintable(r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < utf8.RuneSelf:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		i += size
	}
	return b.String()
}

func unprintable(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }

// printableLines is Printable for each line of a text. A tab becomes spaces.
func printableLines(text string) []string {
	lines := strings.Split(strings.ReplaceAll(strings.TrimRight(text, "\r\n"), "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = Printable(strings.ReplaceAll(line, "\t", "    "))
	}
	return lines
}

// cut shortens a text to a number of bytes, at the end of a character.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit] + "… (cut here)"
}

// legible gives a verdict with what is not UTF-8 written out, as Printable does:
// JSON has no place for it, and a report that was read back would be another. What
// is UTF-8 as it is, is not copied.
func legible(v Verdict) Verdict {
	v.Reason = utf8Text(v.Reason)
	if slices.ContainsFunc(v.Findings, func(f Finding) bool { return !valid(f.Message, f.Expected, f.Actual) }) {
		v.Findings = slices.Clone(v.Findings)
		for i := range v.Findings {
			f := &v.Findings[i]
			f.Message, f.Expected, f.Actual = utf8Text(f.Message), utf8Text(f.Expected), utf8Text(f.Actual)
		}
	}
	if !valid(v.Notes...) {
		v.Notes = slices.Clone(v.Notes)
		for i, note := range v.Notes {
			v.Notes[i] = utf8Text(note)
		}
	}
	if v.Exchange == nil {
		return v
	}
	x := *v.Exchange
	headers := validHeaders(x.RequestHeaders) && validHeaders(x.ResponseHeaders)
	if headers && valid(x.Method, x.URL, x.RequestBody, x.ResponseBody, x.Problem, x.Curl, x.Replay) {
		return v
	}
	for _, text := range []*string{&x.Method, &x.URL, &x.RequestBody, &x.ResponseBody, &x.Problem, &x.Curl, &x.Replay} {
		*text = utf8Text(*text)
	}
	x.RequestHeaders, x.ResponseHeaders = utf8Headers(x.RequestHeaders), utf8Headers(x.ResponseHeaders)
	v.Exchange = &x
	return v
}

func valid(texts ...string) bool {
	return !slices.ContainsFunc(texts, func(text string) bool { return !utf8.ValidString(text) })
}

func validHeaders(headers []Header) bool {
	return !slices.ContainsFunc(headers, func(h Header) bool { return !valid(h.Name, h.Value) })
}

func utf8Headers(headers []Header) []Header {
	headers = slices.Clone(headers)
	for i, h := range headers {
		headers[i] = Header{utf8Text(h.Name), utf8Text(h.Value)}
	}
	return headers
}

// utf8Text writes out the bytes that are not UTF-8, as \xff.
func utf8Text(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, `\x%02x`, text[0])
		} else {
			b.WriteString(text[:size])
		}
		text = text[size:]
	}
	return b.String()
}
