package enforce

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// audit serves a request that keeps to the contract, and tells what the handler's answer
// breaks.
func (e *Enforcer) audit(ep *endpoint, t *tracker, r *http.Request, next http.Handler) {
	var sent []byte
	if len(ep.Answers) > 0 && r.Body != nil && r.Body != http.NoBody { // else nothing asks what was sent
		var err error
		sent, err = io.ReadAll(r.Body)
		r.Body = readCloser{io.MultiReader(bytes.NewReader(sent), failing{err}), r.Body}
	}
	w := &recorder{tracker: t, room: e.options.MaxBody}
	begun := e.options.Now()
	next.ServeHTTP(w, r)
	if w.status == 0 {
		w.status = http.StatusOK // which net/http then sends
	}
	if found := e.audited(ep, r, sent, w, begun); len(found) > 0 {
		e.options.Answered(r, found)
	}
}

// failing gives the error that reading a body ended with.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}

// recorder keeps an answer that it sends on.
type recorder struct {
	*tracker

	status int
	body   bytes.Buffer
	room   int64
	// cut tells that there was more than there is room for.
	cut bool
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.tracker.WriteHeader(status)
}

func (w *recorder) Write(data []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	if w.cut = w.cut || int64(w.body.Len()+len(data)) > w.room; !w.cut {
		w.body.Write(data)
	}
	return w.tracker.Write(data)
}

// ReadFrom copies, for what the server sends by itself is not seen.
func (w *recorder) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{w}, r) //nolint:wrapcheck // it stands in for the writer
}

// Unwrap is for http.ResponseController.
func (w *recorder) Unwrap() http.ResponseWriter { return w.tracker }

// audited lists what an answer breaks: what is documented for its status, and the rules
// about answers.
func (e *Enforcer) audited(ep *endpoint, r *http.Request, sent []byte, w *recorder, at time.Time) []Violation {
	res := ep.Response(fmt.Sprintf("%03d", w.status))
	if res == nil {
		return []Violation{{
			Message: fmt.Sprintf("the answer has the status %d, which is not documented: add it to the contract, or answer with another", w.status),
		}}
	}
	found := auditHeaders(res, w.Header())
	reply := &ruling.Reply{Status: w.status, Header: w.Header()}
	if !ruling.Bodiless(r.Method, w.status) && !w.cut && w.Header().Get("Content-Encoding") == "" {
		var broken []Violation
		broken, reply.Media, reply.Value = auditBody(res, typeOf(w.Header(), w.body.Bytes()), w.body.Bytes())
		reply.Read = reply.Media != nil
		found = append(found, broken...)
	}
	if w.status/100 == 2 {
		found = append(found, e.auditRules(ep, r, sent, reply, at)...)
	}
	return found
}

func auditHeaders(res *spec.Response, header http.Header) []Violation {
	var found []Violation
	for p := range res.HeadersToHold() {
		lines := header.Values(p.Name)
		switch {
		case len(lines) == 0 && p.Required && !writtenLater(p.Name):
			found = append(found, Violation{p.ID + ".required", "the answer has no header " + p.Name})
		case len(lines) > 0:
			_, broken, _ := p.ReadHeader(lines)
			for _, v := range broken {
				found = append(found, Violation{v.Clause, "the header " + p.Name + " " + v.Message})
			}
		}
	}
	return found
}

// writtenLater reports whether the server writes a header that a handler leaves out.
func writtenLater(name string) bool {
	name = http.CanonicalHeaderKey(name)
	return name == "Date" || name == "Content-Length"
}

// typeOf gives the media type that an answer is sent with: what it says, or what
// net/http takes it for.
func typeOf(header http.Header, body []byte) string {
	if _, said := header["Content-Type"]; said || len(body) == 0 {
		return header.Get("Content-Type")
	}
	return http.DetectContentType(body)
}

// auditBody holds a body to what is documented; media is nil where it is no JSON that
// could be read.
func auditBody(res *spec.Response, mediaType string, body []byte) (found []Violation, media *spec.Media, value any) {
	if len(res.Content) == 0 {
		return nil, nil, nil // any is lawful
	}
	if media = spec.Documented(res.Content, mediaType); media == nil {
		if len(body) > 0 {
			return []Violation{{res.ID + ".mediaType", "the answer's media type is not documented"}}, nil, nil
		}
		media = spec.Presumed(res.Content)
	}
	if media == nil || !spec.IsJSON(media.Type) {
		return nil, nil, nil
	}
	value, err := spec.ParseJSON(body)
	if err != nil {
		return []Violation{{res.ID + ".json", "the body is not one JSON document"}}, nil, nil
	}
	if media.Schema == nil {
		return nil, media, value
	}
	for _, v := range media.Schema.Check(value) {
		found = append(found, Violation{v.Clause, strings.TrimSpace("the body's "+v.Where) + " " + v.Message})
	}
	return found, media, value
}

// auditRules applies the rules about answers. The request is read once more, as recordings
// are: what a handler may read in several ways decides nothing, though it was let through.
func (e *Enforcer) auditRules(ep *endpoint, r *http.Request, body []byte, reply *ruling.Reply, at time.Time) []Violation {
	if len(ep.Answers) == 0 {
		return nil
	}
	answered := ruling.Read(e.model, ep.Operation, ruling.Whole(r, body)).Answered(reply)
	var found []Violation
	for _, one := range ep.Answers {
		if one.Convention != nil {
			continue // what is inferred of lists is for who does not know the server
		}
		if is, _ := answered.Apply(one, one.Clocks(at)); is == ruling.Broken {
			found = append(found, Violation{one.ID, "the answer breaks the rule: " + one.Message})
		}
	}
	return found
}
