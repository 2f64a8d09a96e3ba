package judge

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/har"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/plan"
)

// Entry gives an exchange as an entry of an HTTP archive: redacted as a verdict
// shows it, but with all of its bodies that was read. It is nil when nothing was
// sent.
func (j *Judge) Entry(c *plan.Case, x *run.Exchange) *har.Entry {
	if x.Sent.Method == "" {
		return nil
	}
	h := j.hearing(c, x)
	elapsed := float64(x.Elapsed) / float64(time.Millisecond)
	return &har.Entry{
		StartedDateTime: x.Started.UTC().Format(time.RFC3339Nano), Time: elapsed, Timings: har.Timings{Wait: elapsed},
		Request: h.recordRequest(), Response: h.recordAnswer(), Comment: c.ID,
	}
}

// protocol is what requests are sent in.
const protocol = "HTTP/1.1"

func (h *hearing) recordRequest() har.Request {
	sent, of := h.x.Sent, h.c.Request.Credential
	out := har.Request{
		Method: sent.Method, URL: h.redactor.RedactString(redacted(h.hidden.url(sent.URL, of))), HTTPVersion: protocol,
		HeadersSize: -1, BodySize: har.Size(len(sent.Body)),
	}
	out.Headers = h.pairs(sent.Header, func(name, value string) string { return redacted(h.hidden.header(name, value, of)) })
	out.QueryString = queryOf(out.URL)
	for _, p := range out.Headers {
		if p.Name == "Cookie" {
			out.Cookies = append(out.Cookies, cookiesOf(p.Value)...)
		}
	}
	if len(sent.Body) > 0 {
		out.PostData = &har.PostData{MimeType: sent.Header.Get("Content-Type")}
		out.PostData.Text, out.PostData.Encoding = har.Text(h.redactor.Redact(sent.Body))
	}
	return out
}

// recordAnswer gives the answer, or what kept it from coming.
func (h *hearing) recordAnswer() har.Response {
	out := har.Response{HTTPVersion: protocol, HeadersSize: -1, BodySize: -1, Content: har.Content{MimeType: "x-unknown"}}
	if p := h.x.Problem; p != nil && p.Kind != run.Throttled {
		out.Error = har.MarkOf(h.brief(string(p.Kind) + ": " + cause(p)))
	}
	got := h.x.Got
	if got == nil {
		return out
	}
	out.Status, out.StatusText = har.Size(got.Status), http.StatusText(got.Status)
	out.Headers = h.pairs(got.Header, shownHeader)
	out.RedirectURL = h.redactor.RedactString(got.Header.Get("Location"))
	if mediaType := got.Header.Get("Content-Type"); mediaType != "" {
		out.Content.MimeType = h.redactor.RedactString(mediaType)
	}
	content := decode(got)
	out.Content.Size = har.Size(len(content.body))
	out.Content.Text, out.Content.Encoding = har.Text(h.redactor.Redact(content.body))
	if out.Content.Truncated = content.cut; content.cut {
		out.Content.Comment = "the body is longer than the limit: this is its beginning"
	}
	return out
}

// shownHeader hides what an answer hands out: it may be a credential, too.
func shownHeader(name, value string) string {
	if name == "Set-Cookie" {
		return auth.Redacted
	}
	return value
}

func (h *hearing) pairs(header http.Header, show func(name, value string) string) []har.Pair {
	var out []har.Pair
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			out = append(out, har.Pair{Name: h.redactor.RedactString(name), Value: h.redactor.RedactString(show(name, value))})
		}
	}
	return out
}

// queryOf lists the parameters of a URL's query, in their order.
func queryOf(text string) []har.Pair {
	var out []har.Pair
	_, query, _ := strings.Cut(text, "?")
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if pair != "" {
			out = append(out, har.Pair{Name: unescaped(name), Value: unescaped(value)})
		}
	}
	return out
}

func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

func cookiesOf(line string) []har.Pair {
	var out []har.Pair
	for pair := range strings.SplitSeq(line, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		out = append(out, har.Pair{Name: name, Value: value})
	}
	return out
}
