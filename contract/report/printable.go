package report

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/internal/printable"
)

// Printable makes a text from an endpoint harmless for a terminal and for the
// person before it. Control characters, escape sequences, characters that turn
// the direction of writing or cannot be seen, and bytes that are not UTF-8 are
// written out, as \x1b or \u202e; so are line breaks and tabs.
func Printable(from string) string { return printable.Escape(from) }

// ShellWord quotes what a shell would not take as it is.
func ShellWord(text string) string {
	plain := func(c rune) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("_./:@%+,=-", c)
	}
	if text != "" && !strings.ContainsFunc(text, func(c rune) bool { return !plain(c) }) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// printableLines is Printable for each line of a text.
func printableLines(from string) []string { return printable.Lines(from) }

// cut shortens a text to a number of bytes, at the end of a character.
func cut(text string, limit int) string { return printable.Cut(text, limit) }

// legible gives a verdict with what is not UTF-8 written out, as Printable does:
// JSON has no place for it, and a report that was read back would be another. What
// is UTF-8 as it is, is not copied.
func legible(v Verdict) Verdict {
	v.Reason = printable.Legible(v.Reason)
	if slices.ContainsFunc(v.Findings, func(f Finding) bool { return !valid(f.Message, f.Expected, f.Actual) }) {
		v.Findings = slices.Clone(v.Findings)
		for i := range v.Findings {
			f := &v.Findings[i]
			f.Message, f.Expected, f.Actual = printable.Legible(f.Message), printable.Legible(f.Expected), printable.Legible(f.Actual)
		}
	}
	if !valid(v.Notes...) {
		v.Notes = slices.Clone(v.Notes)
		for i, note := range v.Notes {
			v.Notes[i] = printable.Legible(note)
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
	for _, one := range []*string{&x.Method, &x.URL, &x.RequestBody, &x.ResponseBody, &x.Problem, &x.Curl, &x.Replay} {
		*one = printable.Legible(*one)
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
		headers[i] = Header{printable.Legible(h.Name), printable.Legible(h.Value)}
	}
	return headers
}
