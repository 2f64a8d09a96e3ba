package judge

import (
	"bytes"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/internal/har"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// An exchange is shown in four forms: in a report, as a line for curl, as an entry of
// an HTTP archive, and to the checks of users. What each of them has of it comes from
// here, with credentials apart from the text around them; secrets that stand elsewhere
// are the redactor's.

// sentURL gives the URL of the request.
func (j *Judgment) sentURL() []piece { return j.hidden.url(j.x.Sent.URL, j.c.Request.Credential) }

// sentLines gives the header lines of the request, in the order of their names.
func (j *Judgment) sentLines() iter.Seq2[string, []piece] {
	return lines(j.x.Sent.Header, func(name, value string) []piece {
		return j.hidden.header(name, value, j.c.Request.Credential)
	})
}

// gotLines gives those of the answer. What an answer hands out is hidden: it may be a
// credential, too.
func (j *Judgment) gotLines() iter.Seq2[string, []piece] {
	return lines(j.x.Got.Header, func(name, value string) []piece {
		if name == "Set-Cookie" {
			return []piece{{variable: name}}
		}
		return []piece{{text: value}}
	})
}

func lines(header http.Header, split func(name, value string) []piece) iter.Seq2[string, []piece] {
	return func(yield func(string, []piece) bool) {
		for _, name := range namesIn(header) {
			for _, value := range header[name] {
				if !yield(name, split(name, value)) {
					return
				}
			}
		}
	}
}

// namesIn gives the keys of a map in order, in memory that is as large as it has to be:
// each answer has several such maps.
func namesIn[V any](m map[string]V) []string {
	names := slices.AppendSeq(make([]string, 0, len(m)), maps.Keys(m))
	slices.Sort(names)
	return names
}

// trouble says what kept the answer from being read, "" when nothing did.
func (j *Judgment) trouble() string {
	if j.x.Problem == nil {
		return ""
	}
	return j.brief(string(j.x.Problem.Kind) + ": " + cause(j.x.Problem))
}

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
func (j *Judgment) show() *report.Exchange {
	x := j.x
	if x.Sent.Method == "" && x.Got == nil {
		return nil // nothing was sent
	}
	if j.brevity {
		shown := &report.Exchange{Method: x.Sent.Method, Started: x.Started.UTC(), Elapsed: x.Elapsed.Seconds()}
		if x.Got != nil {
			shown.Status = x.Got.Status
		}
		return shown
	}
	shown := &report.Exchange{
		Method: x.Sent.Method, URL: j.redactor.RedactString(redacted(j.sentURL())), RequestHeaders: j.listed(j.sentLines()),
		RequestBody: j.shown(x.Sent.Body),
		Started:     x.Started.UTC(), Elapsed: x.Elapsed.Seconds(), Problem: j.trouble(),
		Curl: j.redactor.RedactString(j.curl()),
	}
	if x.Got == nil {
		return shown
	}
	shown.Status = x.Got.Status
	shown.ResponseHeaders = j.shared.lines(j.listed(j.gotLines()))
	shown.ResponseBody = j.shared.text(j.shown(j.content.body))
	return shown
}

// setUp gives what was sent to make what the case is about, and for the other pages of
// its list.
func (j *Judgment) setUp() []report.Setup {
	if j.brevity {
		return nil
	}
	var out []report.Setup
	steps := slices.Clone(j.x.Before)
	if j.x.Listed != nil {
		steps = append(steps, j.x.Listed.Pages...)
	}
	steps = append(steps, j.x.Heeded...)
	for i := range steps {
		step := &steps[i]
		if step.Exchange.Sent.Method == "" {
			continue
		}
		url := j.hidden.url(step.Exchange.Sent.URL, step.Case.Request.Credential)
		s := report.Setup{
			Method: step.Exchange.Sent.Method, URL: j.shared.text(j.brief(redacted(url))), Did: j.shared.text(j.brief(step.Did)),
			After: i >= len(j.x.Before),
		}
		if step.Exchange.Got != nil {
			s.Status = step.Exchange.Got.Status
		}
		out = append(out, s)
	}
	return out
}

// listed gives header lines for a report, and says at the end how many are left out.
func (j *Judgment) listed(lines iter.Seq2[string, []piece]) []report.Header {
	var out []report.Header
	size, more := 0, 0
	for name, value := range lines {
		if size > maxHeaders {
			more++
			continue
		}
		line := report.Header{Name: j.brief(name), Value: j.shared.text(j.brief(redacted(value)))}
		size += len(line.Name) + len(line.Value)
		out = append(out, line)
	}
	if more > 0 {
		out = append(out, report.Header{Name: "…", Value: fmt.Sprintf("and %d more lines", more)})
	}
	return out
}

func (j *Judgment) shown(body []byte) string { return j.cut(body, maxShown) }

// brief redacts a text, and cuts one that no person would read to its end.
func (j *Judgment) brief(text string) string {
	if len(text) <= maxText {
		return j.redactor.RedactString(text)
	}
	return j.cut([]byte(text), maxText)
}

// cut redacts a text and cuts it, in this order: a part of a secret may not be
// recognised.
func (j *Judgment) cut(whole []byte, limit int) string {
	// A secret that begins before the cut is redacted whole.
	text := j.redactor.Redact(whole[:min(len(whole), 4*limit)])
	if len(text) <= limit && len(whole) <= 4*limit {
		return string(text)
	}
	end := min(limit, len(text))
	for end < len(text) && end > limit-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return fmt.Sprintf("%s… (the first %d of %d bytes)", text[:end], end, len(whole))
}

// Entry gives the exchange as an entry of an HTTP archive: redacted as a verdict
// shows it, but with all of its bodies that was read. It is nil when nothing was
// sent.
func (j *Judgment) Entry() *har.Entry {
	x := j.x
	if x.Sent.Method == "" {
		return nil
	}
	elapsed := float64(x.Elapsed) / float64(time.Millisecond)
	return &har.Entry{
		StartedDateTime: x.Started.UTC().Format(time.RFC3339Nano), Time: elapsed, Timings: har.Timings{Wait: elapsed},
		Request: j.recordRequest(), Response: j.recordAnswer(), Comment: j.c.ID,
	}
}

// protocol is what requests are sent in.
const protocol = "HTTP/1.1"

func (j *Judgment) recordRequest() har.Request {
	sent := j.x.Sent
	out := har.Request{
		Method: sent.Method, URL: j.redactor.RedactString(redacted(j.sentURL())), HTTPVersion: protocol,
		HeadersSize: -1, BodySize: har.Size(len(sent.Body)),
	}
	out.Headers = j.pairs(j.sentLines())
	out.QueryString = queryOf(out.URL)
	for _, p := range out.Headers {
		if p.Name == "Cookie" {
			out.Cookies = append(out.Cookies, cookiesOf(p.Value)...)
		}
	}
	if len(sent.Body) > 0 {
		out.PostData = &har.PostData{MimeType: sent.Header.Get("Content-Type")}
		out.PostData.Text, out.PostData.Encoding = har.Text(j.redactor.Redact(sent.Body))
	}
	return out
}

// recordAnswer gives the answer, or what kept it from coming.
func (j *Judgment) recordAnswer() har.Response {
	out := har.Response{HTTPVersion: protocol, HeadersSize: -1, BodySize: -1, Content: har.Content{MimeType: "x-unknown"}}
	if p := j.x.Problem; p != nil && p.Kind != run.Throttled {
		out.Error = har.MarkOf(j.trouble())
	}
	got := j.x.Got
	if got == nil {
		return out
	}
	out.Status, out.StatusText = har.Size(got.Status), http.StatusText(got.Status)
	out.Headers = j.pairs(j.gotLines())
	out.RedirectURL = j.redactor.RedactString(got.Header.Get("Location"))
	if mediaType := got.Header.Get("Content-Type"); mediaType != "" {
		out.Content.MimeType = j.redactor.RedactString(mediaType)
	}
	out.Content.Size = har.Size(len(j.content.body))
	out.Content.Text, out.Content.Encoding = har.Text(j.redactor.Redact(j.content.body))
	if out.Content.Truncated = j.content.cut; j.content.cut {
		out.Content.Comment = "the body is longer than the limit: this is its beginning"
	}
	return out
}

func (j *Judgment) pairs(lines iter.Seq2[string, []piece]) []har.Pair {
	var out []har.Pair
	for name, value := range lines {
		out = append(out, har.Pair{Name: j.redactor.RedactString(name), Value: j.redactor.RedactString(redacted(value))})
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
func (j *Judgment) curl() string {
	sent, of := j.x.Sent, j.c.Request.Credential
	if j.hidden.signed[of.Scheme] && of.Variant != plan.Malformed {
		return ""
	}
	if len(sent.Body) > maxReplay || sent.URL == "" {
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
	words = append(words, shell(j.sentURL()))
	for name, value := range j.sentLines() {
		if !curlWrites(name) {
			words = append(words, "-H", headerWord(name, value))
		}
	}
	if len(sent.Body) > 0 {
		if sent.Header.Get("Content-Type") == "" {
			words = append(words, "-H", "'Content-Type:'") // else curl calls it a form
		}
		if bytes.ContainsRune(sent.Body, 0) { // which no word of a shell holds
			return "printf %b " + quote(escaped(sent.Body)) + " | " + strings.Join(append(words, "--data-binary", "@-"), " ")
		}
		words = append(words, "--data-raw", quote(string(sent.Body)))
	}
	return strings.Join(words, " ")
}

// escaped writes bytes as printf reads them for %b (POSIX.1-2024, printf).
func escaped(data []byte) string {
	var b strings.Builder
	for _, c := range data {
		switch {
		case c == '\\':
			b.WriteString(`\\`)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\0%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
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
