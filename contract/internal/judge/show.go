package judge

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/report"
)

// maxShown is how much of a body a verdict keeps, in bytes.
const maxShown = 4 << 10

// show gives the exchange as it may be shown: without secrets, bodies cut. It is
// nil when nothing was sent.
func (h *hearing) show() *report.Exchange {
	x, of := h.x, h.c.Request.Credential
	if x.Sent.Method == "" && x.Got == nil {
		return nil // nothing was sent
	}
	shown := &report.Exchange{
		Method: x.Sent.Method, URL: h.redactor.RedactString(redacted(h.hidden.url(x.Sent.URL, of))),
		RequestBody: h.shown(x.Sent.Body),
		Started:     x.Started.UTC(), Elapsed: x.Elapsed.Seconds(),
		Curl: h.redactor.RedactString(h.curl()),
	}
	shown.RequestHeaders = h.lines(x.Sent.Header, func(name, value string) string {
		return redacted(h.hidden.header(name, value, of))
	})
	if x.Problem != nil {
		shown.Problem = h.redactor.RedactString(string(x.Problem.Kind) + ": " + cause(x.Problem))
	}
	if x.Got == nil {
		return shown
	}
	shown.Status = x.Got.Status
	shown.ResponseHeaders = h.lines(x.Got.Header, func(name, value string) string {
		if name == "Set-Cookie" { // what an answer hands out may be a credential, too
			return auth.Redacted
		}
		return value
	})
	body := h.content.body
	if body == nil {
		body = x.Got.Body
	}
	shown.ResponseBody = h.shown(body)
	return shown
}

func (h *hearing) lines(header http.Header, show func(name, value string) string) []report.Header {
	var lines []report.Header
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			lines = append(lines, report.Header{Name: h.redactor.RedactString(name), Value: h.redactor.RedactString(show(name, value))})
		}
	}
	return lines
}

// shown redacts a body and cuts it, in this order: a part of a secret may not
// be recognised.
func (h *hearing) shown(body []byte) string {
	// A secret that begins before the cut is redacted whole.
	text := h.redactor.Redact(body[:min(len(body), 4*maxShown)])
	if len(text) <= maxShown && len(body) <= 4*maxShown {
		return string(text)
	}
	end := min(maxShown, len(text))
	for end < len(text) && end > maxShown-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return fmt.Sprintf("%s… (the first %d of %d bytes)", text[:end], end, len(body))
}
