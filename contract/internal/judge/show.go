package judge

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/report"
)

// How much a verdict keeps, in bytes, of a body, of the lines of a header
// together, and of any other text that an endpoint may have made. There is a
// verdict for each case, until the run ends, and a report of all.
const (
	maxShown   = 4 << 10
	maxHeaders = 8 << 10
	maxText    = 1 << 10
)

// show gives the exchange as it may be shown: without secrets, bodies cut. It is
// nil when nothing was sent.
func (h *hearing) show() *report.Exchange {
	x, of := h.x, h.c.Request.Credential
	if x.Sent.Method == "" && x.Got == nil {
		return nil // nothing was sent
	}
	if h.brevity {
		shown := &report.Exchange{Method: x.Sent.Method, Started: x.Started.UTC(), Elapsed: x.Elapsed.Seconds()}
		if x.Got != nil {
			shown.Status = x.Got.Status
		}
		return shown
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
		shown.Problem = h.brief(string(x.Problem.Kind) + ": " + cause(x.Problem))
	}
	if x.Got == nil {
		return shown
	}
	shown.Status = x.Got.Status
	shown.ResponseHeaders = h.shared.lines(h.lines(x.Got.Header, shownHeader))
	body := h.content.body
	if body == nil {
		body = x.Got.Body
	}
	shown.ResponseBody = h.shared.text(h.shown(body))
	return shown
}

// lines gives the lines of a header, and says at the end how many are left out.
func (h *hearing) lines(header http.Header, show func(name, value string) string) []report.Header {
	var lines []report.Header
	size, more := 0, 0
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			if size > maxHeaders {
				more++
				continue
			}
			line := report.Header{Name: h.brief(name), Value: h.shared.text(h.brief(show(name, value)))}
			size += len(line.Name) + len(line.Value)
			lines = append(lines, line)
		}
	}
	if more > 0 {
		lines = append(lines, report.Header{Name: "…", Value: fmt.Sprintf("and %d more lines", more)})
	}
	return lines
}

func (h *hearing) shown(body []byte) string { return h.cut(body, maxShown) }

// brief redacts a text, and cuts one that no person would read to its end.
func (h *hearing) brief(text string) string {
	if len(text) <= maxText {
		return h.redactor.RedactString(text)
	}
	return h.cut([]byte(text), maxText)
}

// cut redacts a text and cuts it, in this order: a part of a secret may not be
// recognised.
func (h *hearing) cut(whole []byte, limit int) string {
	// A secret that begins before the cut is redacted whole.
	text := h.redactor.Redact(whole[:min(len(whole), 4*limit)])
	if len(text) <= limit && len(whole) <= 4*limit {
		return string(text)
	}
	end := min(limit, len(text))
	for end < len(text) && end > limit-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return fmt.Sprintf("%s… (the first %d of %d bytes)", text[:end], end, len(whole))
}
