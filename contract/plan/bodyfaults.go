package plan

import (
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// bodyFaults sends bodies that are no JSON document, and one that is in another
// media type. Whether text after a document is taken is left open.
func (p *planner) bodyFaults() {
	if p.op.Body == nil || spec.JSON(p.op.Body.Content) == nil {
		return
	}
	id, media := p.op.Body.ID, spec.JSON(p.op.Body.Content).JSONType()
	for _, f := range []struct {
		clause, name, raw, what string
		outcome                 Outcome
	}{
		{id + ".json", "cut-short", `{"a":`, "JSON that ends too early", Refused},
		{id + ".json", "no-json", `not json`, "text that is no JSON", Refused},
		{p.unprovoked(), word(label(id), "two-documents"), `{}{}`, "two JSON documents, of which the first may be taken", Either},
	} {
		request := p.smallest.request(p.op, p.credential)
		request.Body = &Body{MediaType: media, Raw: f.raw, Verbatim: true}
		p.propose(proposal{
			clause: f.clause, detail: f.name, request: &request, draft: p.smallest,
			outcome: f.outcome, why: "the body is " + f.what,
		})
	}
	request := p.smallest.request(p.op, p.credential)
	if request.Body == nil {
		request = p.fullest.request(p.op, p.credential)
	}
	if request.Body == nil {
		return
	}
	other := *request.Body
	other.MediaType = spec.UndocumentedType
	request.Body = &other
	p.propose(proposal{
		clause: id + ".mediaType", detail: "another", request: &request, draft: p.smallest, outcome: Refused,
		why: "the body is a valid one, and the header Content-Type says that it is " + spec.UndocumentedType,
	})
}

// label is a place without its operation.
func label(id string) string {
	_, rest, _ := strings.Cut(id, ".")
	return rest
}
