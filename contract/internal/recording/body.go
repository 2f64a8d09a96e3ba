package recording

import (
	"net/http"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/har"
	"github.com/apiclause/clause/contract/internal/spec"
)

// readBody reads the body.
func (a *assessor) readBody(e *har.Entry) {
	b, sent := a.op.Body, a.r.body
	switch {
	case b == nil:
		if !sent.absent && (sent.present || a.r.method != http.MethodGet && a.r.method != http.MethodDelete) {
			a.doubt("the request may have a body, and the operation takes none")
		}
	case sent.absent && b.Required:
		a.known["body"] = wrong
		a.breaks(b.ID+".required", false, "a body is mandatory and there is none")
	case sent.absent:
	case !sent.present, !sent.known:
		a.vague("the recording does not have all of the body")
	default:
		a.readContent(b, a.r.mediaType(e))
	}
}

func (a *assessor) vague(format string, args ...any) {
	a.known["body"] = vague
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
	if len(strings.TrimSpace(string(a.r.body.data))) == 0 {
		a.vague("the body is blank, which may be its absence")
		return
	}
	d := readJSON(b.ID, media.Schema, a.r.body.data)
	for _, v := range d.broken {
		a.breaks(v.Clause, a.inferred(v.Clause, slices.Contains(d.otherCase, v.Where)), "%s %s", place(v.Where), v.Message)
	}
	switch {
	case len(d.broken) > 0:
		a.known["body"] = wrong
	case len(d.doubts) > 0:
		a.vague("%s", d.doubts[0])
	default:
		a.input.Body = d.value
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
