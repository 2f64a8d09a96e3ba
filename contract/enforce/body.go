package enforce

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// limited bounds the body of a request before anyone reads it, a verifier of
// signatures included. The request is copied: it belongs to the caller.
func limited(w http.ResponseWriter, r *http.Request, limit int64) *http.Request {
	if r.Body == nil || r.Body == http.NoBody {
		return r
	}
	r = r.WithContext(r.Context())
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	return r
}

// body checks the body of a request that limited has copied, and leaves the
// handler one to read.
func (s *state) body(r *http.Request) {
	b := s.ep.Body
	if b == nil {
		return
	}
	if r.Body == nil || r.Body == http.NoBody {
		s.absentBody(b)
		return
	}
	buffered := bufio.NewReader(r.Body)
	if _, err := buffered.Peek(1); errors.Is(err, io.EOF) {
		s.absentBody(b)
		return
	}
	r.Body = readCloser{buffered, r.Body}
	media, isJSON, ok := documented(b, r.Header.Get("Content-Type"))
	if !ok {
		s.complain(s.ep.mediaType, "the body's media type must be "+mediaTypes(b)+", as the header Content-Type says")
		return
	}
	header := r.Header.Get("Content-Type")
	if header == "" && media != nil {
		header = media.Type
	}
	switch {
	case isJSON:
		s.json(b, media, r)
	case media != nil && media.Reads(header):
		s.written(media, header, r)
	}
}

type readCloser struct {
	io.Reader
	io.Closer
}

func (s *state) absentBody(b *spec.Body) {
	if b.Required {
		s.complain(b.ID+".required", "a body is required: send "+mediaTypes(b))
	}
}

func (s *state) complain(clause, message string) {
	s.MarkBody(ruling.Wrong)
	s.add(clause, message)
}

func mediaTypes(b *spec.Body) string {
	names := make([]string, len(b.Content))
	for i, m := range b.Content {
		names[i] = m.Type
	}
	return strings.Join(names, " or ")
}

// documented gives the media type that a request's header means, the first if
// there is no header, and reports whether the body is to be JSON.
func documented(b *spec.Body, header string) (m *spec.Media, isJSON, ok bool) {
	if header == "" || len(b.Content) == 0 {
		m = first(b.Content)
		return m, m != nil && spec.IsJSON(m.Type), true
	}
	m = spec.Documented(b.Content, header)
	// Of a range it is JSON if its own header says so.
	return m, m != nil && (spec.IsJSON(header) || spec.IsJSON(m.Type)), m != nil
}

func first(content []*spec.Media) *spec.Media {
	if len(content) == 0 {
		return nil
	}
	return content[0]
}

// json reads a whole JSON body and checks it.
func (s *state) json(b *spec.Body, media *spec.Media, r *http.Request) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		s.complain("", unreadable(err))
		return
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
	clause := b.ID + ".json"
	if !spec.IsJSON(media.Type) {
		clause = "" // a range says only what JSON holds
	}
	value, err := spec.ParseJSON(data)
	switch {
	case errors.Is(err, io.EOF):
		s.absentBody(b) // blanks alone
		return
	case err != nil:
		s.complain(clause, malformed(err))
		return
	}
	if name, repeated := spec.RepeatedName(data); repeated {
		s.complain("", fmt.Sprintf("the body has the member %q twice in one object (RFC 8259, section 4)", cut(name, maxName)))
		return
	}
	found := media.Schema.Check(value)
	for _, v := range found {
		where := "the body"
		if v.Where != "" {
			where = label(v.Where, "body")
		}
		s.complain(v.Clause, where+" "+v.Message)
	}
	if len(found) == 0 {
		misspelt(media.Schema, value, func(message string) { s.complain("", message) })
	}
	if s.KnownBody() == ruling.Plain {
		s.Input.Body = media.Schema.Typed(value)
	}
}

// written reads a whole form, or a body that is one text or bytes, and checks it.
func (s *state) written(media *spec.Media, header string, r *http.Request) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		s.complain("", unreadable(err))
		return
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
	kind := media.Kind()
	if kind == spec.Plain && !media.Schema.Readable(data) {
		s.complain("", "the body must be a text in UTF-8")
		return
	}
	value, err := media.Decode(header, data)
	if err != nil {
		s.complain("", misread(kind, err))
		return
	}
	for _, v := range media.Schema.Check(value) {
		where := "the body"
		if v.Where != "" {
			where = label(v.Where, "body")
		}
		s.complain(v.Clause, where+" "+v.Message)
	}
	if s.KnownBody() == ruling.Plain {
		s.Input.Body = media.Schema.Typed(value)
	}
}

// misread says why a body is no form.
func misread(kind spec.Kind, err error) string {
	switch {
	case errors.Is(err, wire.ErrBoundary):
		return "the body cannot be split into parts: " + err.Error()
	case errors.Is(err, wire.ErrFields):
		return "the body is not read: " + err.Error()
	case kind == spec.Multipart:
		return "the body must be multipart/form-data: it breaks off, or its boundary is another than the header Content-Type says"
	}
	return "the body must be a form: a percent sign in it has no two hexadecimal digits after it"
}

// unreadable says why a body could not be read to its end.
func unreadable(err error) string {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fmt.Sprintf("the body must have at most %d bytes", tooLarge.Limit)
	}
	return "the body breaks off: send it whole"
}

// malformed says why a body is not one JSON document.
func malformed(err error) string {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, spec.ErrTrailing):
		return "the body must be one JSON document: text follows it"
	case errors.Is(err, spec.ErrNotUTF8):
		return "the body must be one JSON document in UTF-8 (RFC 8259, section 8.1)"
	case errors.As(err, &syntax):
		return fmt.Sprintf("the body must be one JSON document: byte %d does not belong there", syntax.Offset)
	default:
		return "the body must be one JSON document: it breaks off"
	}
}

// Handlers decode JSON with encoding/json, which takes the last of several
// members of one name, and any case of a name. Either would hand a handler a
// value that was not checked.

// misspelt reports members that differ from a listed one in case alone.
func misspelt(s *spec.Schema, value any, report func(message string)) {
	if s == nil || s.Composed != nil {
		return
	}
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			misspelt(s.Items, item, report)
		}
	case map[string]any:
		for name, inner := range v {
			if m := s.Member(name); m != nil {
				misspelt(m.Schema, inner, report)
				continue
			}
			misspelt(s.Additional, inner, report)
			for _, m := range s.Members {
				if strings.EqualFold(m.Name, name) {
					report(fmt.Sprintf("the body has the member %q in another case: write it so", m.Name))
				}
			}
		}
	}
}
