// Package har reads and writes HTTP archives: HAR 1.2, the form in which
// browsers, proxies and test tools record exchanges
// (http://www.softwareishard.com/blog/har-12-spec/).
//
// What is written has everything that the form demands. What is read may lack
// nearly all of it, for recorders differ: an entry needs a request with a method
// and a URL, and no more. Files are other people's: their size, their number of
// entries and their depth are limited.
package har

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Version is the version of the form that is written.
const Version = "1.2"

// Log is what a file holds, but for what it says of pages.
type Log struct {
	Creator Creator
	Entries []Entry
}

// Creator names the recorder.
type Creator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Entry is one exchange.
type Entry struct {
	// StartedDateTime is an ISO 8601 time, as written: see Started.
	StartedDateTime string `json:"startedDateTime"`
	// Time is how long the exchange took, in milliseconds.
	Time     float64  `json:"time"`
	Request  Request  `json:"request"`
	Response Response `json:"response"`
	Cache    Cache    `json:"cache"`
	Timings  Timings  `json:"timings"`
	Comment  string   `json:"comment,omitempty"`

	// What recorders add says where the answer comes from.
	FromCache         Mark `json:"_fromCache,omitempty"`               // Chromium: memory or disk
	FromServiceWorker Mark `json:"_fetchedViaServiceWorker,omitempty"` // Chromium
	WasFulfilled      Mark `json:"_wasFulfilled,omitempty"`            // Playwright: by the test
	WasAborted        Mark `json:"_wasAborted,omitempty"`              // Playwright
	FetchType         Mark `json:"_fetchType,omitempty"`               // WebKit: "Network Load", "Disk Cache"
}

// Request is a request as it was sent.
type Request struct {
	Method      string    `json:"method"`
	URL         string    `json:"url"`
	HTTPVersion string    `json:"httpVersion"`
	Cookies     []Pair    `json:"cookies"`
	Headers     []Pair    `json:"headers"`
	QueryString []Pair    `json:"queryString"`
	PostData    *PostData `json:"postData,omitempty"`
	HeadersSize Size      `json:"headersSize"`
	BodySize    Size      `json:"bodySize"`
}

// PostData is a request's body. Of Text and Params there is one.
type PostData struct {
	MimeType string  `json:"mimeType"`
	Text     *string `json:"text,omitempty"`
	Params   []Pair  `json:"params,omitempty"`
	// Encoding is base64 where Text is; HAR 1.3 proposes it.
	Encoding string `json:"encoding,omitempty"`
	Comment  string `json:"comment,omitempty"`
}

// Response is an answer as it was received. Status is 0 when none was, and
// negative with some recorders.
type Response struct {
	Status      Size    `json:"status"`
	StatusText  string  `json:"statusText"`
	HTTPVersion string  `json:"httpVersion"`
	Cookies     []Pair  `json:"cookies"`
	Headers     []Pair  `json:"headers"`
	Content     Content `json:"content"`
	RedirectURL string  `json:"redirectURL"`
	HeadersSize Size    `json:"headersSize"`
	BodySize    Size    `json:"bodySize"`
	Comment     string  `json:"comment,omitempty"`

	Error       Mark `json:"_error,omitempty"`       // Chromium, mitmproxy: what went wrong
	FailureText Mark `json:"_failureText,omitempty"` // Playwright
}

// Content is an answer's body, without its content coding.
type Content struct {
	Size     Size   `json:"size"`
	MimeType string `json:"mimeType"`
	// Text is nil when the recorder left the body out.
	Text     *string `json:"text,omitempty"`
	Encoding string  `json:"encoding,omitempty"` // base64, or none
	Comment  string  `json:"comment,omitempty"`
	// Truncated tells that Text is only the body's beginning.
	Truncated bool `json:"_truncated,omitempty"`
}

// Pair is a header, a cookie, or a parameter of a query or a form.
type Pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Cache says what a browser's cache held; a member that is there may be null.
type Cache struct {
	BeforeRequest Mark `json:"beforeRequest,omitempty"`
	AfterRequest  Mark `json:"afterRequest,omitempty"`
}

// Timings are the phases of an exchange, in milliseconds.
type Timings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

// Mark is a value whose form differs from recorder to recorder.
type Mark json.RawMessage

// MarkOf makes a value of a text.
func MarkOf(text string) Mark {
	data, err := encode(text)
	if err != nil {
		return nil
	}
	return data
}

// MarshalJSON writes the value as it is.
func (m Mark) MarshalJSON() ([]byte, error) { return m, nil }

// UnmarshalJSON takes any value, null too.
func (m *Mark) UnmarshalJSON(data []byte) error {
	*m = append((*m)[:0], data...)
	return nil
}

// Set reports whether the value says something: it is there, and neither null,
// false, nor empty.
func (m Mark) Set() bool {
	switch string(bytes.TrimSpace(m)) {
	case "", "null", "false", `""`, "0", "{}", "[]":
		return false
	}
	return true
}

// Text gives the value if it is a text, else "".
func (m Mark) Text() string {
	var text string
	if json.Unmarshal(m, &text) != nil {
		return ""
	}
	return text
}

// Size is a whole number, -1 where it is not known. Some recorders write 12.0.
type Size int64

// UnmarshalJSON takes any number; null leaves the size as it is.
func (s *Size) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	f, err := strconv.ParseFloat(string(data), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return &json.UnmarshalTypeError{Value: kindOf(data), Type: reflect.TypeFor[Size]()}
	}
	*s = Size(min(max(f, -1), math.MaxInt32))
	return nil
}

// kindOf names the type of a JSON value that is no number.
func kindOf(data []byte) string {
	switch data[0] {
	case '"':
		return "string"
	case '{':
		return "object"
	case '[':
		return "array"
	default:
		return "bool"
	}
}

// Started gives when the request was sent. It is false for a time that cannot
// be read, or that does not say in which zone it is.
func (e *Entry) Started() (at time.Time, known bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700"} {
		if at, err := time.Parse(layout, e.StartedDateTime); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// Header gives headers by their canonical names. What HTTP/2 sends beside them,
// such as :authority, is none of them. Chromium joins the lines of one header by
// line feeds.
func Header(pairs []Pair) http.Header {
	h := http.Header{}
	for _, p := range pairs {
		if p.Name != "" && p.Name[0] != ':' {
			for line := range strings.SplitSeq(p.Value, "\n") {
				h.Add(p.Name, line)
			}
		}
	}
	return h
}

// Body gives the body. It is false where the recorder left it out.
func (c *Content) Body() (body []byte, there bool, err error) { return decoded(c.Text, c.Encoding) }

// Body gives the body. It is false where there is none, or only its parameters.
func (p *PostData) Body() (body []byte, there bool, err error) {
	if p == nil {
		return nil, false, nil
	}
	return decoded(p.Text, p.Encoding)
}

func decoded(text *string, encoding string) ([]byte, bool, error) {
	switch {
	case text == nil:
		return nil, false, nil
	case !strings.EqualFold(encoding, "base64"):
		return []byte(*text), true, nil
	}
	body, err := base64.StdEncoding.DecodeString(*text)
	if err != nil {
		return nil, false, fmt.Errorf("is not base64, which its encoding says that it is: %w", err)
	}
	return body, true, nil
}
