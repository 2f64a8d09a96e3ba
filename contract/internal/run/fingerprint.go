package run

import (
	"crypto/sha256"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fingerprint is what stays the same of an answer when its request is sent again,
// or to another path that is not there either: the status, the media type, and the
// body without what repeats the request, without times and without ids that differ
// from answer to answer. Two are compared with ==.
type Fingerprint struct {
	Status    int
	MediaType string
	body      [sha256.Size]byte
}

// FingerprintOf returns the fingerprint of an answer. It reports false when there
// is no answer, or not all of its head.
func FingerprintOf(e *Exchange) (Fingerprint, bool) {
	if e.Got == nil {
		return Fingerprint{}, false
	}
	mediaType, _, _ := strings.Cut(e.Got.Header.Get("Content-Type"), ";")
	return Fingerprint{
		Status: e.Got.Status, MediaType: strings.ToLower(strings.TrimSpace(mediaType)),
		body: sha256.Sum256([]byte(masked(e, string(e.Got.Body[:min(len(e.Got.Body), maxMasked)])))),
	}, true
}

// Matches reports whether an exchange has an answer with this fingerprint.
func (f *Fingerprint) Matches(e *Exchange) bool {
	other, ok := FingerprintOf(e)
	return ok && other == *f
}

// maxMasked is how much of a body counts, in bytes.
const maxMasked = 64 << 10

// mask stands for what differs from answer to answer.
const mask = "*"

// masked takes out of a text what repeats the request, and what differs from one
// answer to the next. What looks like a short code stays: it may tell what is
// missing.
func masked(e *Exchange, text string) string {
	text = strings.NewReplacer(`\/`, "/", `\u002f`, "/", `\u002F`, "/", `\u0026`, "&").Replace(text)
	if strings.Contains(text, "&") {
		text = html.UnescapeString(text)
	}
	for _, echo := range echoes(e) {
		text = replaceWord(text, echo)
	}
	text = moments.ReplaceAllString(text, mask)
	text = words.ReplaceAllStringFunc(text, func(word string) string {
		if random(word) {
			return mask
		}
		return word
	})
	return masks.ReplaceAllString(text, mask)
}

// echoes are the texts that an answer may repeat of its request, and of its own
// head, the longest first: the path whole and without its beginning, which a proxy
// may have taken away.
func echoes(e *Exchange) []string {
	var out []string
	if u, err := url.Parse(e.Sent.URL); err == nil {
		out = append(out, e.Sent.URL, u.RequestURI())
		if u.RawQuery != "" {
			out = append(out, u.RawQuery, u.Path+"?"+u.RawQuery)
			if query, err := url.QueryUnescape(u.RawQuery); err == nil {
				out = append(out, query, u.Path+"?"+query)
			}
		}
		for _, path := range []string{u.EscapedPath(), u.Path, url.QueryEscape(u.Path)} {
			out = append(out, suffixes(path)...)
		}
	}
	out = append(out, e.Sent.Method)
	for _, header := range []http.Header{e.Sent.Header, e.Got.Header} {
		for name, values := range header {
			if traces.MatchString(name) {
				out = append(out, values...)
			}
		}
	}
	out = slices.DeleteFunc(out, func(s string) bool { return len(s) < 3 })
	slices.SortFunc(out, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(out)
}

// traces are the names of headers that are of one request or answer alone.
var traces = regexp.MustCompile(`(?i)(^|-)(request-?id|correlation-?id|trace-?id|traceparent|trace|ray|date|amz-cf-id)$`)

// maxSuffixes bounds how many suffixes a path has.
const maxSuffixes = 64

// suffixes are a path and what is left of it without its first segments, each with
// its slash and without.
func suffixes(path string) []string {
	var out []string
	for rest := path; rest != "" && len(out) < maxSuffixes; {
		out = append(out, rest)
		trimmed := strings.TrimPrefix(rest, "/")
		if trimmed != rest {
			out = append(out, trimmed)
		}
		_, after, found := strings.Cut(trimmed, "/")
		if !found {
			break
		}
		rest = "/" + after
	}
	return out
}

// replaceWord masks a text where it is not a part of a longer word.
func replaceWord(text, word string) string {
	var out strings.Builder
	for {
		at := strings.Index(text, word)
		if at < 0 {
			out.WriteString(text)
			return out.String()
		}
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(word):])
		first, _ := utf8.DecodeRuneInString(word)
		out.WriteString(text[:at])
		if at > 0 && inWord(first) && inWord(before) || text[at+len(word):] != "" && inWord(after) {
			out.WriteString(word)
		} else {
			out.WriteString(mask)
		}
		text = text[at+len(word):]
	}
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

var (
	// moments are UUIDs, dates, times of the day, lasting times, and numbers that are
	// too long to be a code.
	moments = regexp.MustCompile(`(?i)` + strings.Join([]string{
		`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`,
		`\b\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?)?( ?(Z|UTC|[+-]\d\d:?\d\d)\b)?`,
		`\b((mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?\d{1,2}[ /-](jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ /-]\d{4}\b`,
		`\b((mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{1,2}\b`,
		`\b\d{1,2}:\d\d:\d\d([.,]\d+)?( ?(GMT|UTC|Z|[+-]\d\d:?\d\d)\b)?`,
		`\b\d+([.,]\d+)? ?(ns|us|ms|s|sec|seconds|milliseconds)\b`,
		`\b\d{7,}([.,]\d+)?\b`,
	}, "|"))
	words = regexp.MustCompile(`[0-9A-Za-z+/_=-]{20,}|[0-9A-Za-z]{6,}`)
	// masks are several in a row, with what joins the parts of an id.
	masks = regexp.MustCompile(`\*([-+/_=:.]*\*)+`)
)

// random reports whether a word looks as if it had been drawn: letters and digits
// that take turns, or more of them than a word has.
func random(word string) bool {
	digits, letters, turns := 0, 0, 0
	var last rune
	for _, r := range word {
		kind := 'a'
		switch {
		case r >= '0' && r <= '9':
			digits++
			kind = '0'
		case inWord(r) && r != '_':
			letters++
		default:
			continue
		}
		if last != 0 && last != kind {
			turns++
		}
		last = kind
	}
	if len(word) >= 20 && strings.ContainsAny(word, "+/_=-") {
		return digits >= 3 && turns >= 3
	}
	return turns >= 2 || turns >= 1 && len(word) >= 12 || len(word) >= 24
}
