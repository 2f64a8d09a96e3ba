package recording

import (
	"bytes"
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
	"github.com/apiclause/clause/contract/internal/wire"
)

// request is a recorded request, as far as the recording shows it.
type request struct {
	method string
	raw    string // the URL as the recording has it
	url    *url.URL
	path   []string // unescaped segments below the base
	header http.Header
	query  map[string][]string // as escaped
	// base is how many segments of the URL's path are above path.
	base   int
	names  []string // of query parameters, in order
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
		base: len(route.Split(nil, u)) - len(path),
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
	for _, pair := range wire.Query(raw) {
		if r.query[pair.Name] == nil {
			r.names = append(r.names, pair.Name)
		}
		r.query[pair.Name] = append(r.query[pair.Name], pair.Text)
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
		if segment != "" && (wire.Style{In: "path"}).Doubt([]string{segment}) != "" {
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

// texts gives what a request carries for a parameter, as it is escaped.
func (r *request) texts(p *spec.Parameter, template route.Template, place int) []string {
	switch p.In {
	case "path":
		var texts []string
		for i, segment := range template {
			if segment.Param == place {
				texts = append(texts, segment.Escaped(r.url, r.base+i))
			}
		}
		return texts
	case "query":
		return r.query[p.Name]
	case "header":
		return r.header.Values(p.Name)
	default:
		return r.cookie[p.Name]
	}
}

// ambiguity is what some readers take for something else than its meaning in RFC
// 3986 and RFC 6570.
type ambiguity struct {
	// in tells that texts of a style may hold it.
	in   func(s wire.Style) bool
	text *regexp.Regexp
	// plain is what the others take it for.
	plain, what string
}

// ambiguities are: '+' is a blank to most, and itself to some; a comma that is
// escaped belongs to the value, but who decodes before he splits takes it for the
// end of it, and many clients escape the commas between values, too.
var ambiguities = []ambiguity{
	{func(s wire.Style) bool { return s.In == "query" }, regexp.MustCompile(`\+`), "%2B", "has a '+', which may be a blank"},
	{
		func(s wire.Style) bool { return s.Joined && s.In != "header" }, regexp.MustCompile(`(?i)%2c`), ",",
		"has a comma that is escaped, which may be within a value or between two",
	},
}

// others gives the texts as readers see them who read them in another way, or nil.
func (x ambiguity) others(s wire.Style, texts []string) []string {
	if !x.in(s) || !slices.ContainsFunc(texts, x.text.MatchString) {
		return nil
	}
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = x.text.ReplaceAllString(text, x.plain)
	}
	return out
}
