package recording

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/internal/har"
	"github.com/apiclause/clause/contract/internal/route"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/wire"
)

// request is a recorded request.
type request struct {
	*ruling.Sent

	raw string // the URL as the recording has it
	// path are the unescaped segments below the base.
	path []string
	// astray says why it is not even sure what the request asks for.
	astray string
}

// newRequest reads an entry's request, of which the URL has been read.
func newRequest(e *har.Entry, u *url.URL, path []string, complete bool) *request {
	r := &request{raw: e.Request.URL, path: path, Sent: &ruling.Sent{
		Method: e.Request.Method, URL: u, Above: len(route.Split(nil, u)) - len(path), Header: har.Header(e.Request.Headers),
		Complete: complete, Clocks: clocks(e),
	}}
	r.readQuery(e)
	r.readCookies(e)
	r.readBody(e)
	r.examine()
	return r
}

// clocks gives the times that the server's clock may have shown; none when the
// recording does not tell.
func clocks(e *har.Entry) []time.Time {
	var out []time.Time
	if at, known := e.Started(); known {
		out = append(out, ruling.Around(at, ruling.Margin)...)
	}
	if at, err := http.ParseTime(har.Header(e.Response.Headers).Get("Date")); err == nil {
		out = append(out, ruling.Around(at, ruling.Margin)...)
	}
	return out
}

// readQuery splits the query. Some recorders leave it out of the URL.
func (r *request) readQuery(e *har.Entry) {
	raw := r.URL.RawQuery
	if raw == "" && len(e.Request.QueryString) > 0 {
		var pairs []string
		for _, p := range e.Request.QueryString {
			pairs = append(pairs, url.QueryEscape(p.Name)+"="+url.QueryEscape(p.Value))
		}
		raw = strings.Join(pairs, "&")
	}
	r.Names, r.Query = wire.Group(wire.Query(raw))
}

func (r *request) readCookies(e *har.Entry) {
	var pairs []wire.Pair
	for _, c := range e.Request.Cookies {
		pairs = append(pairs, wire.Pair{Name: c.Name, Text: c.Value})
	}
	if lines := r.Header.Values("Cookie"); len(lines) > 0 {
		pairs = nil
		for pair := range strings.SplitSeq(strings.Join(lines, ";"), ";") {
			name, value, _ := strings.Cut(pair, "=")
			pairs = append(pairs, wire.Pair{Name: strings.TrimSpace(name), Text: strings.TrimSpace(value)})
		}
	}
	_, r.Cookie = wire.Group(pairs)
}

// readBody finds out whether there is a body, and whether the recording has all
// of it: recorders leave out what is large, or of another kind than text.
func (r *request) readBody(e *har.Entry) {
	length, err := strconv.Atoi(r.Header.Get("Content-Length"))
	if err != nil {
		length = -1
	}
	size := int(e.Request.BodySize)
	data, there, _ := e.Request.PostData.Body() // an error was the file's
	switch {
	case there && (len(data) > 0 || size == 0 && length <= 0):
		r.Body = ruling.SentBody{Data: data, Present: len(data) > 0, Absent: len(data) == 0}
		r.Body.Known = r.Complete || size <= len(data) && length <= len(data) && !bytes.ContainsRune(data, utf8.RuneError)
	case there, e.Request.PostData != nil, size > 0, length > 0, r.Header.Get("Content-Type") != "", r.Header.Get("Transfer-Encoding") != "":
		r.Body.Present = true
	case r.Complete, size == 0 && len(r.Header) > 0:
		r.Body.Absent = true
	}
	r.Body.MediaType = r.mediaType(e)
	if r.Header.Get("Content-Encoding") != "" || len(data) > maxBody {
		r.Body.Known = false
	}
}

// mediaType gives the media type of the body that a request says it has.
func (r *request) mediaType(e *har.Entry) string {
	text := r.Header.Get("Content-Type")
	if text == "" && e.Request.PostData != nil {
		text = e.Request.PostData.MimeType
	}
	return text
}

// The bounds within which a request is sure to reach who answers for the
// contract: longer ones may lawfully be refused on the way (414, 431, 413).
const (
	maxTarget = 2000
	maxHeader = 7000
	maxBody   = 1 << 20
)

// unescaped are characters that no URL holds (RFC 3986). Servers answer a
// request with them as they like.
var unescaped = regexp.MustCompile(`[^A-Za-z0-9\-._~:/?@!$&'()*+,=%]`)

// broken is a percent sign without two hexadecimal digits after it.
var brokenEscape = regexp.MustCompile(`%([^0-9A-Fa-f]|.[^0-9A-Fa-f]|.?$)`)

// examine finds out whether the request is fair: whether it reaches who answers
// for the contract as it was sent.
func (r *request) examine() {
	r.examinePath()
	size := 0
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(value) + len(": \r\n")
		}
	}
	switch {
	case len(r.URL.RequestURI()) > maxTarget:
		r.Unfit = "its URL is so long that it may be refused for that"
	case size > maxHeader:
		r.Unfit = "its header is so long that it may be refused for that"
	case len(r.Body.Data) > maxBody:
		r.Unfit = "its body is so long that it may be refused for that"
	case slices.ContainsFunc(r.Names, func(name string) bool { return !fitName(name) }):
		r.Unfit = "its query has a name that servers read in different ways"
	}
	for _, name := range r.Names {
		if texts := r.Query[name]; !slices.ContainsFunc(texts, ruling.Redacted) && !fit(texts) {
			r.Unfit = "its query has characters that servers read in different ways"
		}
	}
}

func (r *request) examinePath() {
	for _, name := range []string{"X-Http-Method-Override", "X-Http-Method", "X-Method-Override"} {
		if r.Header.Get(name) != "" {
			r.astray = "its header " + name + " asks for another method"
		}
	}
	for _, segment := range r.path {
		if segment != "" && (wire.Style{In: "path"}).Doubt([]string{segment}) != "" {
			r.astray = "its path has characters that servers read in different ways"
		}
	}
	if r.astray == "" && unescaped.MatchString(rawPath(r.raw)) && !slices.ContainsFunc(r.path, ruling.Redacted) {
		r.astray = "its path has characters that no URL holds"
	}
}

// rawPath gives the path of a URL as it is written.
func rawPath(raw string) string {
	raw, _, _ = strings.Cut(raw, "?")
	raw, _, _ = strings.Cut(raw, "#")
	if _, rest, found := strings.Cut(raw, "://"); found {
		_, raw, _ = strings.Cut(rest, "/")
	}
	return raw
}

func fitName(name string) bool {
	return !strings.ContainsAny(name, ";") && utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsControl) && !brokenEscape.MatchString(name)
}

// fit reports whether values, which are escaped, are read alike.
func fit(values []string) bool {
	for _, value := range values {
		plain, err := url.QueryUnescape(value)
		if err != nil || unescaped.MatchString(value) || !utf8.ValidString(plain) || strings.Contains(plain, "\x00") {
			return false
		}
	}
	return true
}
