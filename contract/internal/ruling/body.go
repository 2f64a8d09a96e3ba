package ruling

import (
	"net/http"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// readBody reads the body.
func (a *assessor) readBody() {
	b, sent := a.op.Body, a.sent.Body
	switch {
	case b == nil:
		if !sent.Absent && (sent.Present || a.sent.Method != http.MethodGet && a.sent.Method != http.MethodDelete) {
			a.doubt("the request may have a body, and the operation takes none")
		}
	case sent.Absent && b.Required:
		a.MarkBody(Wrong)
		a.breaks(b.ID+".required", false, "a body is mandatory and there is none")
	case sent.Absent:
	case !sent.Present, !sent.Known:
		a.vague("the recording does not have all of the body")
	default:
		a.readContent(b, sent.MediaType)
	}
}

func (a *assessor) vague(format string, args ...any) {
	a.MarkBody(Vague)
	a.doubt(format, args...)
}

// readContent reads a body that the recording has.
func (a *assessor) readContent(b *spec.Body, mediaType string) {
	media := spec.Documented(b.Content, mediaType)
	switch {
	case media == nil:
		a.vague("the body's media type is not one that the contract lists")
		return
	case !spec.IsJSON(mediaType):
		a.vague("the body is no JSON, and is not looked into")
		return
	case media.Schema == nil && media != spec.JSON(b.Content):
		a.vague("the schema of the body's media type is not looked into")
		return
	}
	if len(strings.TrimSpace(string(a.sent.Body.Data))) == 0 {
		a.vague("the body is blank, which may be its absence")
		return
	}
	d := readJSON(b.ID, media.Schema, a.sent.Body.Data)
	for _, v := range d.broken {
		a.breaks(v.Clause, a.inferred(v.Clause, slices.Contains(d.otherCase, v.Where)), "%s %s", place(v.Where), v.Message)
	}
	switch {
	case len(d.broken) > 0:
		a.MarkBody(Wrong)
	case len(d.doubts) > 0:
		a.vague("%s", d.doubts[0])
	default:
		a.Input.Body = d.value
	}
	for _, v := range d.valued {
		if v.schema.FromTarget && v.value != nil {
			a.targets = append(a.targets, "body "+v.where+"="+spec.Text(v.value))
		}
		if len(d.broken)+len(d.doubts) == 0 {
			a.edge(v.schema, place(v.where), v.value)
		}
	}
}
