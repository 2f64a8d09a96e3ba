package recording

import (
	"bytes"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/internal/har"
	"github.com/apiclause/clause/contract/internal/route"
	"github.com/apiclause/clause/contract/internal/spec"
)

// request is a recorded request, as far as the recording shows it.
type request struct {
	method string
	raw    string // the URL as the recording has it
	url    *url.URL
	path   []string // unescaped segments below the base
	header http.Header
	query  map[string][]string // as escaped
	names  []string            // of query parameters, in order
	cookie map[string][]string
	body   body

	// unfit says why servers answer the request in ways of their own, before
	// anybody looks at what a contract says; "" when they do not.
	unfit string
	// astray says why it is not even sure what the request asks for.
	astray string
	// complete tells that the recording has everything that was sent: it was made
	// by who sent it.
	complete bool
}

// body is the body of a request.
type body struct {
	data []byte
	// present tells that there is a body, absent that there is none. Neither tells
	// that the recording does not say.
	present, absent bool
	// known tells that data is all of it.
	known bool
}

// newRequest reads an entry's request, of which the URL has been read.
func newRequest(e *har.Entry, u *url.URL, path []string, complete bool) *request {
	r := &request{
		method: e.Request.Method, raw: e.Request.URL, url: u, path: path, header: har.Header(e.Request.Headers),
		query: map[string][]string{}, cookie: map[string][]string{}, complete: complete,
	}
	r.readQuery(e)
	r.readCookies(e)
	r.readBody(e)
	return r
}

// readQuery splits the query. Some recorders leave it out of the URL.
func (r *request) readQuery(e *har.Entry) {
	raw := r.url.RawQuery
	if raw == "" && len(e.Request.QueryString) > 0 {
		var pairs []string
		for _, p := range e.Request.QueryString {
			pairs = append(pairs, url.QueryEscape(p.Name)+"="+url.QueryEscape(p.Value))
		}
		raw = strings.Join(pairs, "&")
	}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		escaped, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(escaped)
		if err != nil {
			name = escaped // which makes the request unfit
		}
		if r.query[name] == nil {
			r.names = append(r.names, name)
		}
		r.query[name] = append(r.query[name], value)
	}
}

func (r *request) readCookies(e *har.Entry) {
	pairs := e.Request.Cookies
	if lines := r.header.Values("Cookie"); len(lines) > 0 {
		pairs = nil
		for pair := range strings.SplitSeq(strings.Join(lines, ";"), ";") {
			name, value, _ := strings.Cut(pair, "=")
			pairs = append(pairs, har.Pair{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)})
		}
	}
	for _, p := range pairs {
		r.cookie[p.Name] = append(r.cookie[p.Name], p.Value)
	}
}

// readBody finds out whether there is a body, and whether the recording has all
// of it: recorders leave out what is large, or of another kind than text.
func (r *request) readBody(e *har.Entry) {
	length, err := strconv.Atoi(r.header.Get("Content-Length"))
	if err != nil {
		length = -1
	}
	size := int(e.Request.BodySize)
	data, there, _ := e.Request.PostData.Body() // an error was the file's
	switch {
	case there && (len(data) > 0 || size == 0 && length <= 0):
		r.body = body{data: data, present: len(data) > 0, absent: len(data) == 0}
		r.body.known = r.complete || size <= len(data) && length <= len(data) && !bytes.ContainsRune(data, utf8.RuneError)
	case there, e.Request.PostData != nil, size > 0, length > 0, r.header.Get("Content-Type") != "", r.header.Get("Transfer-Encoding") != "":
		r.body.present = true
	case r.complete, size == 0 && len(r.header) > 0:
		r.body.absent = true
	}
	if r.header.Get("Content-Encoding") != "" || len(data) > maxBody {
		r.body.known = false
	}
}

// mediaType gives the media type of the body that a request says it has.
func (r *request) mediaType(e *har.Entry) string {
	text := r.header.Get("Content-Type")
	if text == "" && e.Request.PostData != nil {
		text = e.Request.PostData.MimeType
	}
	name, _, err := mime.ParseMediaType(text)
	if err != nil {
		return ""
	}
	return name
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
	for name, values := range r.header {
		for _, value := range values {
			size += len(name) + len(value) + len(": \r\n")
		}
	}
	switch {
	case len(r.url.RequestURI()) > maxTarget:
		r.unfit = "its URL is so long that it may be refused for that"
	case size > maxHeader:
		r.unfit = "its header is so long that it may be refused for that"
	case len(r.body.data) > maxBody:
		r.unfit = "its body is so long that it may be refused for that"
	case slices.ContainsFunc(r.names, func(name string) bool { return !fitName(name) }):
		r.unfit = "its query has a name that servers read in different ways"
	}
	for _, name := range r.names {
		if !slices.ContainsFunc(r.query[name], redacted) && !fit(r.query[name]) {
			r.unfit = "its query has characters that servers read in different ways"
		}
	}
}

func (r *request) examinePath() {
	for _, name := range []string{"X-Http-Method-Override", "X-Http-Method", "X-Method-Override"} {
		if r.header.Get(name) != "" {
			r.astray = "its header " + name + " asks for another method"
		}
	}
	for _, segment := range r.path {
		if strings.ContainsAny(segment, `/\;`) || segment == "." || segment == ".." || !plainText(segment) {
			r.astray = "its path has characters that servers read in different ways"
		}
	}
	if r.astray == "" && unescaped.MatchString(rawPath(r.raw)) && !slices.ContainsFunc(r.path, redacted) {
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

// plainText reports whether a text is ASCII without control characters.
func plainText(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c > '~' })
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

// texts gives what a request carries for a parameter. unescape reads a value of
// the query: '+' is a blank to most, and itself to some.
func (r *request) texts(p *spec.Parameter, template route.Template, place int, unescape func(string) (string, error)) []string {
	var texts []string
	switch p.In {
	case "path":
		for i, segment := range template {
			if segment.Param == place {
				texts = append(texts, segment.Text(r.path[i]))
			}
		}
	case "query":
		for _, value := range r.query[p.Name] {
			text, err := unescape(value)
			if err != nil {
				text = value // which makes the request unfit
			}
			texts = append(texts, text)
		}
	case "header":
		texts = r.header.Values(p.Name)
	case "cookie":
		texts = r.cookie[p.Name]
	}
	return texts
}

// twofold reports whether a parameter's value in the query can be read in two
// ways.
func (r *request) twofold(p *spec.Parameter) bool {
	return p.In == "query" && slices.ContainsFunc(r.query[p.Name], func(value string) bool { return strings.Contains(value, "+") })
}
