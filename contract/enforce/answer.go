package enforce

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/internal/printable"
	"github.com/apiclause/clause/contract/internal/spec"
)

// maxMessage is the length of the longest message where the contract sets no
// limit, in characters.
const maxMessage = 4000

// answer is a documented error answer, made ready to be filled in.
type answer struct {
	status int
	header http.Header
	// mediaType is what the body is written as; without one there is no body.
	mediaType string
	schema    *spec.Schema // nil for a text
	// limit is the length of the longest message, in characters.
	limit int
}

// newAnswer prepares a documented answer, with the status to use where that is a
// range. Without a response the answer is the status alone.
func newAnswer(response *spec.Response, status int) (*answer, error) {
	a := &answer{status: status, header: http.Header{}, limit: maxMessage}
	if response == nil {
		return a, nil
	}
	if exact, err := strconv.Atoi(response.Status); err == nil {
		a.status = exact
	}
	for _, h := range response.Headers {
		if h.Required {
			a.header.Set(h.Name, h.HeaderText(h.Schema.Sample()))
		}
	}
	if err := a.chooseMedia(response); err != nil {
		return a, err
	}
	return a, a.try(response)
}

// chooseMedia takes the documented JSON, else a documented text.
func (a *answer) chooseMedia(response *spec.Response) error {
	if len(response.Content) == 0 {
		return nil
	}
	if m := spec.JSON(response.Content); m != nil {
		a.mediaType, a.schema = m.JSONType(), m.Schema
		if a.schema == nil {
			a.schema = &spec.Schema{} // any JSON will do
		}
		if m := carrier(a.schema, "message"); m != nil && m.MaxLength != nil {
			a.limit = int(min(*m.MaxLength, maxMessage))
		}
		return nil
	}
	for _, m := range response.Content {
		if spec.Documented([]*spec.Media{m}, "text/plain") == nil {
			continue
		}
		if a.mediaType = m.Type; strings.Contains(m.Type, "*") {
			a.mediaType = "text/plain; charset=utf-8"
		}
		return nil
	}
	return fmt.Errorf("its answer %s (%s) is documented as %s, which cannot be written here: add application/json or text/plain",
		response.Status, response.At, response.Content[0].Type)
}

// try fills the answer once, to learn now whether it keeps to its own schema.
func (a *answer) try(response *spec.Response) error {
	if a.schema == nil {
		return nil
	}
	found := a.schema.Check(a.fill(a.schema, strconv.Itoa(a.status), "a message"))
	if len(found) == 0 {
		return nil
	}
	v := found[0]
	return fmt.Errorf("no body for its answer %s (%s) can be made up: %s %s; give the schema an example",
		response.Status, response.At, v.Clause, v.Message)
}

// carrier finds the part of a schema that carries something, or nil.
func carrier(s *spec.Schema, what string) *spec.Schema {
	if s == nil || s.Carries == what {
		return s
	}
	for _, m := range s.Members {
		if found := carrier(m.Schema, what); found != nil {
			return found
		}
	}
	return carrier(s.Items, what)
}

func carries(s *spec.Schema) bool { return carrier(s, "code") != nil || carrier(s, "message") != nil }

// fill makes a value of a schema that carries a code and a message where the
// contract says so. The rest is the least that is valid.
func (a *answer) fill(s *spec.Schema, code, message string) any {
	switch {
	case s.Carries == "code":
		return fit(s, code)
	case s.Carries == "message":
		return fit(s, message)
	case s.Composed != nil || !carries(s):
		return s.Sample()
	case s.Items != nil:
		items := make([]any, max(1, s.MinItems))
		for i := range items {
			items[i] = a.fill(s.Items, code, message)
		}
		return items
	default:
		object := map[string]any{}
		for _, m := range s.Members {
			if m.Required || !m.WriteOnly && carries(m.Schema) {
				object[m.Name] = a.fill(m.Schema, code, message)
			}
		}
		return object
	}
}

// fit makes a text keep to a schema, or gives a sample where it cannot.
func fit(s *spec.Schema, text string) any {
	var v any = text
	if s.MaxLength != nil {
		v = cut(text, int(min(*s.MaxLength, maxMessage)))
	}
	if s.Type == "integer" || s.Type == "number" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return s.Sample()
		}
		v = n
	}
	if len(s.Check(v)) > 0 {
		return s.Sample()
	}
	return v
}

// cut shortens a text to a number of characters.
func cut(text string, limit int) string {
	if len(text) <= limit || utf8.RuneCountInString(text) <= limit {
		return text
	}
	runes := []rune(text)
	if limit < 4 {
		return string(runes[:limit])
	}
	return string(runes[:limit-3]) + "..."
}

// write sends the answer.
func (a *answer) write(w http.ResponseWriter, code, message string) {
	header := w.Header()
	// What a handler said of an answer that it did not come to give.
	for _, name := range []string{
		"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Length",
		"Content-Range", "Content-Type", "Etag", "Last-Modified", "Set-Cookie", "Trailer",
	} {
		header.Del(name)
	}
	for name, values := range a.header {
		header[name] = slices.Clone(values)
	}
	if a.mediaType == "" {
		w.WriteHeader(a.status)
		return
	}
	header.Set("Content-Type", a.mediaType)
	header.Set("X-Content-Type-Options", "nosniff") // the message is no page
	w.WriteHeader(a.status)
	// An error means that the caller has gone away.
	_, _ = w.Write(a.body(code, message)) //nolint:gosec // JSON or plain text, and no browser is to guess otherwise
}

func (a *answer) body(code, message string) []byte {
	if a.schema == nil {
		return []byte(message + "\n")
	}
	body, err := json.Marshal(a.fill(a.schema, code, message))
	if err != nil {
		return nil // New has made this answer before, so it can be written
	}
	return body
}

// plain replaces what is not printable, and bounds a text that may hold parts of
// a request.
func plain(from string, limit int) string {
	return cut(printable.Mask(from[:min(len(from), limit*utf8.UTFMax)]), limit)
}
