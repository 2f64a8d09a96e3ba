package judge

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/report"
)

// maxNesting is the depth from which on a JSON text is not read.
const maxNesting = 1000

// judgeBody judges the body against what is documented for the status.
func (h *hearing) judgeBody() {
	switch {
	case bodiless(h.x.Sent.Method, h.x.Got.Status), h.unrecorded():
	case h.res == nil, len(h.res.Content) == 0: // what is described in words only may have any body
		h.judgeUndocumented()
	default:
		h.judgeContent(h.judgeMediaType())
	}
}

// judgeUndocumented judges what holds for a body of which nothing is documented.
func (h *hearing) judgeUndocumented() {
	if slices.ContainsFunc(h.x.Got.Header.Values("Content-Type"), spec.IsJSON) && h.whole() && nesting(h.content.body) <= maxNesting {
		if _, err := spec.ParseJSON(h.content.body); err == nil {
			h.judgeNames(h.content.body)
		}
	}
}

// judgeMediaType judges Content-Type, and gives the documented media type that
// it is, or nil.
func (h *hearing) judgeMediaType() *spec.Media {
	types := h.x.Got.Header.Values("Content-Type")
	if len(h.x.Got.Body) == 0 {
		return documented(h.res.Content, types)
	}
	if len(types) == 0 && h.partial() {
		return nil
	}
	id := h.res.ID + ".mediaType"
	h.held(id)
	if len(types) == 0 {
		h.findf(id, "the answer has a body and no Content-Type")
		return nil
	}
	for _, t := range types {
		if documented(h.res.Content, []string{t}) == nil {
			h.findMediaType(id, t)
			return nil
		}
	}
	return documented(h.res.Content, types)
}

func (h *hearing) findMediaType(id, got string) {
	c := h.model.Clause(id)
	if c == nil {
		return
	}
	names := make([]string, len(h.res.Content))
	for i, m := range h.res.Content {
		names[i] = m.Type
	}
	h.add(report.Finding{
		Clause: id, Level: c.Level, Message: "the body's media type is not documented",
		Expected: strings.Join(names, " or "), Actual: got,
	})
}

// documented gives the media type of a content that the first of some
// Content-Type values is.
func documented(content []*spec.Media, types []string) *spec.Media {
	if len(types) == 0 {
		return nil
	}
	return spec.Documented(content, types[0])
}

// judgeContent judges a body as JSON where JSON is documented. media is what the
// answer says that it is; nil when that is missing or not documented.
func (h *hearing) judgeContent(media *spec.Media) {
	if media == nil {
		media = h.presumed()
	}
	// Of a range it is JSON if its own header says so.
	if media == nil || !spec.IsJSON(media.Type) && !slices.ContainsFunc(h.x.Got.Header.Values("Content-Type"), spec.IsJSON) {
		return
	}
	if !h.whole() {
		h.skipped = h.x.Recorded == nil // else it is as it was recorded
		return
	}
	if value, ok := h.judgeJSON(); ok && media.Schema != nil {
		h.judgeSchema(media.Schema, value)
	}
}

// presumed gives what a body must be that does not say it, or nil where it may
// be something else than JSON.
func (h *hearing) presumed() *spec.Media {
	all := h.res.Content
	if slices.ContainsFunc(all, func(m *spec.Media) bool { return !spec.IsJSON(m.Type) }) {
		return nil
	}
	if len(all) > 1 { // it is JSON, but which members it has is not known
		return &spec.Media{Type: all[0].Type}
	}
	return all[0]
}

// whole reports whether all of the body is there to be read.
func (h *hearing) whole() bool {
	cutShort := h.x.Problem != nil && h.x.Problem.Kind == run.Malformed
	return !cutShort && !h.content.cut && !h.content.opaque
}

// judgeJSON judges that the body is exactly one JSON document (RFC 8259), and
// gives its value.
func (h *hearing) judgeJSON() (value any, ok bool) {
	id := h.res.ID + ".json"
	h.held(id)
	text, wrong, readable := checkText(h.content.body)
	if readable {
		var err error
		if value, err = spec.ParseJSON(text); err != nil {
			wrong, readable = jsonError(err), false
		}
	}
	if wrong != "" {
		h.findf(id, "%s", wrong)
	}
	if readable {
		h.judgeNames(text)
	}
	return value, readable
}

// checkText judges a JSON text by its bytes, and gives the text to parse.
func checkText(body []byte) (text []byte, wrong string, readable bool) {
	text, marked := bytes.CutPrefix(body, []byte("\xef\xbb\xbf"))
	switch {
	case !utf8.Valid(text):
		return text, "the body is not UTF-8 (RFC 8259, section 8.1)", false
	case nesting(text) > maxNesting:
		return text, "the body nests deeper than 1000 levels", false
	case marked:
		return text, "the body begins with a byte order mark (RFC 8259, section 8.1)", true
	}
	return text, "", true
}

func jsonError(err error) string {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF):
		return "the body is empty, and a JSON document is documented"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the body ends in the middle of a JSON document"
	case errors.Is(err, spec.ErrTrailing):
		return "text follows the JSON document in the body"
	case errors.As(err, &syntax):
		return "the body is no JSON: " + syntax.Error()
	}
	return "the body is no JSON: " + err.Error()
}

// judgeSchema judges the value of a body.
func (h *hearing) judgeSchema(schema *spec.Schema, value any) {
	violations, more := schema.Survey(value)
	// The members of a Go map come in any order, and reports must not.
	slices.SortStableFunc(violations, func(a, b spec.Violation) int {
		return cmp.Or(cmp.Compare(a.Where, b.Where), cmp.Compare(a.Clause, b.Clause), cmp.Compare(a.Message, b.Message))
	})
	for _, v := range violations {
		h.findf(v.Clause, "%s %s", place(v.Where), v.Message)
	}
	for id, n := range more {
		h.counts[id] += n
	}
	(&walk{hearing: h}).visit(schema, value)
}

// repeated reports whether the answer may be one that an earlier request got.
func (h *hearing) repeated() bool { return h.x.Recorded != nil && h.x.Recorded.Repeated }

// unrecorded reports whether the answer's body, if it had one, is not there.
func (h *hearing) unrecorded() bool { return h.x.Recorded != nil && h.x.Recorded.Bodiless }

// place names a value within the body.
func place(where string) string {
	if where == "" {
		return "the body"
	}
	return "the body's " + where
}
