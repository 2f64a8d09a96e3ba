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

	"github.com/apiclause/clause/contract/internal/coding"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// maxNesting is the depth from which on a JSON text is not read.
const maxNesting = 1000

// bodied reports whether the answer can have a body.
func (j *Judgment) bodied() bool {
	return !ruling.Bodiless(j.x.Sent.Method, j.x.Got.Status) && !j.unrecorded()
}

// described reports whether more than words is documented of the body. What is
// described in words only may have any.
func (j *Judgment) described() bool { return j.res != nil && len(j.res.Content) > 0 }

// judgeMediaType judges Content-Type, and finds out what the body has to be: what the
// answer says, or, where that is missing or not documented, what it must be all the
// same.
func (j *Judgment) judgeMediaType() {
	if !j.bodied() || !j.described() {
		return
	}
	if j.media = j.documentedType(); j.media == nil {
		j.media = spec.Presumed(j.res.Content)
	}
}

// documentedType gives the documented media type that the answer has, or nil.
func (j *Judgment) documentedType() *spec.Media {
	types := j.x.Got.Header.Values("Content-Type")
	if len(j.x.Got.Body) == 0 {
		return documented(j.res.Content, types)
	}
	if len(types) == 0 && j.partial() {
		return nil
	}
	id := j.res.ID + ".mediaType"
	j.held(id)
	if len(types) == 0 {
		j.findf(id, "the answer has a body and no Content-Type")
		return nil
	}
	for _, t := range types {
		if documented(j.res.Content, []string{t}) == nil {
			j.findMediaType(id, t)
			return nil
		}
	}
	return documented(j.res.Content, types)
}

func (j *Judgment) findMediaType(id, got string) {
	c := j.model.Clause(id)
	if c == nil {
		return
	}
	names := make([]string, len(j.res.Content))
	for i, m := range j.res.Content {
		names[i] = m.Type
	}
	j.add(report.Finding{
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

// whole reports whether all of the body is there to be read.
func (j *Judgment) whole() bool {
	cutShort := j.x.Problem != nil && j.x.Problem.Kind == run.Malformed
	return !cutShort && !j.content.cut && !j.content.opaque
}

// judgeJSON judges that the body is exactly one JSON document (RFC 8259), where JSON
// is documented, and reads it.
func (j *Judgment) judgeJSON() {
	saysJSON := slices.ContainsFunc(j.x.Got.Header.Values("Content-Type"), spec.IsJSON)
	switch {
	case !j.bodied():
	case !j.described():
		if saysJSON && j.whole() && nesting(j.content.body) <= maxNesting {
			if _, err := spec.ParseJSON(j.content.body); err == nil {
				j.document = j.content.body
			}
		}
	case j.media == nil, !spec.IsJSON(j.media.Type) && !saysJSON: // of a range it is JSON if its own header says so
		j.media = nil
	case !j.whole():
		j.skipped = j.x.Recorded == nil // else it is as it was recorded
	default:
		j.readJSON()
	}
}

func (j *Judgment) readJSON() {
	id := j.res.ID + ".json"
	j.held(id)
	text, wrong, readable := checkText(j.content.body)
	if readable {
		var err error
		if j.value, err = spec.ParseJSON(text); err != nil {
			wrong, readable = jsonError(err), false
		}
	}
	if wrong != "" {
		j.findf(id, "%s", wrong)
	}
	if readable {
		j.document = text
	}
}

// judgeNames judges that no object in a JSON document has two members of one
// name: readers differ in which they take (RFC 8259, section 4).
func (j *Judgment) judgeNames() {
	if j.document == nil {
		return
	}
	id := j.general("duplicate-names")
	j.held(id)
	found, n := spec.RepeatedNames(string(j.document), maxFindings)
	for _, where := range found {
		j.findf(id, "the body has the member %s more than once", where)
	}
	if n > len(found) {
		j.counts[id] += n - len(found)
	}
}

// nesting gives how deep the arrays and objects of a JSON text nest.
func nesting(text []byte) int {
	deepest, depth, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		}
	}
	return deepest
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

// schema gives what the document is held to; nil for nothing.
func (j *Judgment) schema() *spec.Schema {
	if j.document == nil || j.media == nil {
		return nil
	}
	return j.media.Schema
}

// judgeSchema judges the value of the body.
func (j *Judgment) judgeSchema() {
	schema := j.schema()
	if schema == nil {
		return
	}
	violations, more := schema.Survey(j.value)
	// The members of a Go map come in any order, and reports must not.
	slices.SortStableFunc(violations, func(a, b spec.Violation) int {
		return cmp.Or(cmp.Compare(a.Where, b.Where), cmp.Compare(a.Clause, b.Clause), cmp.Compare(a.Message, b.Message))
	})
	selects := j.selects()
	for _, v := range violations {
		if selects && strings.HasSuffix(v.Clause, ".required") {
			continue // it was asked to leave members out
		}
		j.findf(v.Clause, "%s %s", place(v.Where), v.Message)
	}
	for id, n := range more {
		j.counts[id] += n
	}
	(&walk{see: j.kept}).visit(schema, j.value)
}

// selects reports whether the request asks for some members of a success only.
func (j *Judgment) selects() bool {
	return j.x.Got.Status/100 == 2 && slices.ContainsFunc(j.c.Request.Parameters, func(p plan.Parameter) bool {
		return (p.In == "query" || p.In == "header") && world.Selects(world.Spaced(p.Name))
	})
}

// repeated reports whether the answer may be one that an earlier request got.
func (j *Judgment) repeated() bool { return j.x.Recorded != nil && j.x.Recorded.Repeated }

// unrecorded reports whether the answer's body, if it had one, is not there.
func (j *Judgment) unrecorded() bool { return j.x.Recorded != nil && j.x.Recorded.WithoutBody }

// place names a value within the body.
func place(where string) string {
	if where == "" {
		return "the body"
	}
	return "the body's " + where
}

// content is a body without its content coding.
type content struct {
	body []byte
	// cut tells that the body goes on beyond what was read.
	cut bool
	// opaque tells that the coding is not known, so the body cannot be read.
	opaque bool
}

// maxDecoded bounds, in bytes, what a compressed body may grow to: no more than
// is read of one that is not.
const maxDecoded = 1 << 20

// decode undoes the coding of a body. One that is not in the coding of its
// header was decoded before, as in recorded exchanges, and is taken as it is.
func decode(got *run.Received) content {
	plain := content{body: got.Body, cut: got.Truncated}
	name := coding.Of(got.Header)
	if name == "" || len(got.Body) == 0 || got.Unpacked {
		return plain
	}
	reader := coding.Reader(name, bytes.NewReader(got.Body))
	if reader == nil {
		plain.opaque = !utf8.Valid(got.Body)
		return plain
	}
	body, err := io.ReadAll(io.LimitReader(reader, maxDecoded+1))
	switch {
	case len(body) > maxDecoded:
		return content{body: body[:maxDecoded], cut: true}
	case err != nil && (!got.Truncated || len(body) == 0):
		return plain
	}
	return content{body: body, cut: got.Truncated}
}

// MaxWeight is the most that an exchange weighs.
const MaxWeight = maxDecoded

// Weight says how many bytes of a body judging an exchange has in hand: what is
// made of them can take fifty times as much. It is at most MaxWeight.
func Weight(x *run.Exchange) int64 {
	switch {
	case x.Got == nil:
		return 0
	case x.Got.Header.Get("Content-Encoding") != "" && !x.Got.Unpacked:
		return MaxWeight
	}
	return min(int64(len(x.Got.Body)), MaxWeight)
}
