package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/internal/har"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// status is the answer's, three digits.
func (e *entry) status() string { return fmt.Sprintf("%03d", int(e.Response.Status)) }

// answered reports whether there is a status: recorders write 0 or less for none.
func (e *entry) answered() bool { return e.Response.Status >= 100 && e.Response.Status < 1000 }

// spelled reports whether the contract lists the answer's status itself, not only
// in a range.
func (e *entry) spelled() bool {
	return slices.ContainsFunc(e.op.Responses, func(r *spec.Response) bool { return r.Status == e.status() })
}

// unanswered says that no server answered the request, or gives "".
func (e *entry) unanswered() string {
	kind := e.FetchType.Text()
	switch {
	case !e.answered():
		return "no answer is recorded"
	case e.Response.Error.Set(), e.Response.FailureText.Set(), e.WasAborted.Set():
		return "the recording says that the answer did not come to its end"
	case e.FromServiceWorker.Set(), e.WasFulfilled.Set(), strings.Contains(kind, "Service Worker"), strings.Contains(kind, "Override"):
		return "the answer comes from the page or the test itself"
	case e.FromCache.Set(), strings.Contains(kind, "Cache"), e.cached(), e.Response.Status == http.StatusNotModified:
		return "the answer comes from a cache"
	case e.header("Non-Authoritative-Reason") != "":
		return "the browser answered it itself"
	}
	return ""
}

// cached reports whether a cache between client and server gave the answer
// (RFC 9111, section 5.1), or one of Firefox, which then says only what the cache
// held afterwards.
func (e *entry) cached() bool {
	age, err := strconv.Atoi(e.header("Age"))
	return err == nil && age > 0 || e.Cache.AfterRequest != nil && e.Cache.BeforeRequest == nil
}

func (e *entry) header(name string) string {
	for _, p := range e.Response.Headers {
		if strings.EqualFold(p.Name, name) {
			return p.Value
		}
	}
	return ""
}

// circumstances are statuses that speak of the connection, of the load, or of
// what lies between client and server, and not of what a contract says. They
// are judged where the contract lists them.
var circumstances = []int{
	http.StatusSwitchingProtocols, http.StatusNonAuthoritativeInfo, http.StatusPartialContent,
	http.StatusNotAcceptable, http.StatusProxyAuthRequired, http.StatusRequestTimeout, http.StatusPreconditionFailed,
	http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong, http.StatusRequestedRangeNotSatisfiable,
	http.StatusExpectationFailed, http.StatusMisdirectedRequest, http.StatusTooEarly, http.StatusUpgradeRequired,
	http.StatusPreconditionRequired, http.StatusTooManyRequests, http.StatusRequestHeaderFieldsTooLarge,
	http.StatusUnavailableForLegalReasons,
	http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusHTTPVersionNotSupported,
	http.StatusNetworkAuthenticationRequired,
}

// aside says that an answer is not about the request, or gives "".
func (e *entry) aside() string {
	if e.spelled() {
		return ""
	}
	status := int(e.Response.Status)
	name := strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
	switch {
	case slices.Contains(circumstances, status):
		return name + " speaks of the circumstances, and the contract does not list it"
	case status/100 == 3 && e.toHTTPS():
		return "the answer sends the request to the same place by https"
	}
	return ""
}

// asked says that the answer is in a media type that the request asked for and
// the contract does not list, or gives "". Some services have pages for browsers.
func (e *entry) asked() string {
	res, got := e.op.Response(e.status()), spec.MediaName(e.header("Content-Type"))
	if res == nil || got == "" || spec.Documented(res.Content, got) != nil {
		return ""
	}
	for _, line := range har.Header(e.Request.Headers).Values("Accept") {
		for name := range strings.SplitSeq(line, ",") {
			if spec.MediaName(name) == got {
				return "the request asked for " + got + ", of which the contract does not speak"
			}
		}
	}
	return ""
}

// toHTTPS reports whether an answer redirects to the same URL by https.
func (e *entry) toHTTPS() bool {
	to, err := url.Parse(e.header("Location"))
	return err == nil && e.url.Scheme == "http" && to.Scheme == "https" && to.Hostname() == e.url.Hostname() && to.EscapedPath() == e.url.EscapedPath()
}

// outcomes are what cases expect of requests, by what the contract says of those.
var outcomes = map[ruling.Standing]plan.Outcome{
	ruling.Accepted: plan.Accepted, ruling.Refused: plan.Refused, ruling.Open: plan.Either,
}

// expect gives the statuses that the answer has to have.
func (e *entry) expect() plan.Expect {
	outcome := outcomes[e.Standing]
	q := ruling.Ask(e.model, e.op.Operation, string(outcome), e.Clause, nil)
	out := plan.Expect{Outcome: outcome, Statuses: q.Statuses()}
	if outcome == plan.Accepted {
		for _, named := range e.Unknown {
			out.Unknown = append(out.Unknown, nameOf(named))
		}
	}
	return out
}

// nameOf gives "id (path)" of "path id=7".
func nameOf(named string) string {
	in, rest, _ := strings.Cut(named, " ")
	name, _, _ := strings.Cut(rest, "=")
	return name + " (" + in + ")"
}

// Exchange gives the exchange of a case. Credentials that the contract does not
// know of are not in it.
func (r *Recording) Exchange(i int) *run.Exchange {
	e := r.entries[i]
	at, _ := e.Started()
	body, _, _ := e.Request.PostData.Body() // an error was the file's
	x := &run.Exchange{
		Case: i, Started: at, Elapsed: time.Duration(max(0, e.Time) * float64(time.Millisecond)), Attempts: 1,
		Sent: run.Sent{Method: e.Request.Method, URL: e.hiddenURL(), Header: e.hidden(), Body: body},
		Got:  &run.Received{Status: int(e.Response.Status), Header: http.Header{}},
		Recorded: &run.Recorded{
			Partial: !r.options.Complete, Repeated: e.repeated,
		},
	}
	for name, values := range har.Header(e.Response.Headers) {
		if slices.ContainsFunc(values, ruling.Redacted) {
			x.Recorded.Partial = true
		} else {
			x.Got.Header[name] = values
		}
	}
	data, whole := e.body(r.options.Complete)
	if x.Got.Body = data; !whole {
		x.Got.Body, x.Recorded.WithoutBody = nil, true
	}
	return x
}

// concealedWithin finds in a body what stands in the place of something else.
var concealedWithin = regexp.MustCompile(
	`(?i)redact|sanitiz|scrubbed|obfuscat|anonymi[sz]|"[*•#x]{3,}"|"[\[<](masked|removed|hidden|filtered)[\]>]"|\*{3,}`)

// body gives the answer's body, and whether that is all of it, as it was.
func (e *entry) body(complete bool) (data []byte, whole bool) {
	c := &e.Response.Content
	data, there, _ := c.Body() // an error was the file's
	text := !strings.EqualFold(c.Encoding, "base64")
	switch length := e.header("Content-Length"); {
	case !there:
		return nil, length == "0"
	case c.Truncated, len(data) > maxBody, e.header("Content-Range") != "", concealedWithin.Match(data):
		return nil, false
	case complete:
		return data, true
	case len(data) == 0:
		return data, length == "0"
	case text && bytes.ContainsRune(data, utf8.RuneError):
		return nil, false // it was in another encoding, or not all of it was there
	}
	if _, err := spec.ParseJSON(data); errors.Is(err, io.ErrUnexpectedEOF) && int(c.Size) != len(data) {
		return nil, false // a recorder may have cut it
	}
	return data, true
}
