package judge

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/plan"
)

// maxReplay is the length of the longest body that a curl line holds, in bytes.
const maxReplay = 16 << 10

// curlWrites reports whether a header is curl's own to write.
func curlWrites(name string) bool {
	switch name {
	case "Host", "Content-Length", "Transfer-Encoding", "Connection", "Accept-Encoding", "User-Agent":
		return true
	}
	return false
}

// curl gives the command that sends the request again, with variables in the
// place of credentials; "" where a command line cannot hold the request, or
// where it would be the signature of a time that is past.
func (h *hearing) curl() string {
	sent, of := h.x.Sent, h.c.Request.Credential
	if h.hidden.signed[of.Scheme] && of.Variant != plan.Malformed {
		return ""
	}
	if len(sent.Body) > maxReplay || bytes.ContainsRune(sent.Body, 0) || sent.URL == "" {
		return ""
	}
	// -g takes brackets, and --path-as-is dots, as they are.
	words := []string{"curl", "-i", "-g"}
	if strings.Contains(sent.URL, "/.") {
		words = append(words, "--path-as-is")
	}
	switch {
	case sent.Method == http.MethodHead:
		words = append(words, "--head")
	case sent.Method != http.MethodGet || len(sent.Body) > 0:
		words = append(words, "-X", quote(sent.Method))
	}
	words = append(words, shell(h.hidden.url(sent.URL, of)))
	for _, name := range slices.Sorted(maps.Keys(sent.Header)) {
		if curlWrites(name) {
			continue
		}
		for _, value := range sent.Header[name] {
			words = append(words, "-H", headerWord(name, h.hidden.header(name, value, of)))
		}
	}
	if len(sent.Body) > 0 {
		if sent.Header.Get("Content-Type") == "" {
			words = append(words, "-H", "'Content-Type:'") // else curl calls it a form
		}
		words = append(words, "--data-raw", quote(string(sent.Body)))
	}
	return strings.Join(words, " ")
}

// headerWord writes a header for curl, which wants a semicolon after the name of
// one without a value.
func headerWord(name string, value []piece) string {
	if len(value) == 0 {
		return quote(name + ";")
	}
	return shell(append([]piece{{text: name + ": "}}, value...))
}

// shell joins pieces to one word of a POSIX shell.
func shell(pieces []piece) string {
	var b, text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			b.WriteString(quote(text.String()))
			text.Reset()
		}
	}
	for _, p := range pieces {
		if p.variable == "" {
			text.WriteString(p.text)
			continue
		}
		flush()
		b.WriteString(`"$` + p.variable + `"`)
	}
	flush()
	return b.String()
}

// quote makes a text one word of a shell. What a terminal would act on is
// written in the form of bash and POSIX 2024, $'\x1b'.
func quote(text string) string {
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		var b strings.Builder
		b.WriteString("$'")
		for i := range len(text) {
			switch c := text[i]; {
			case c == '\'' || c == '\\':
				b.WriteByte('\\')
				b.WriteByte(c)
			case c < ' ' || c >= 0x7f:
				fmt.Fprintf(&b, `\%03o`, c)
			default:
				b.WriteByte(c)
			}
		}
		return b.String() + "'"
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
