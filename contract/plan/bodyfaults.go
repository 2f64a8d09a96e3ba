package plan

import (
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// bodyFaults sends bodies that are not whole, or are no JSON document, and one that is
// in another media type.
func (p *planner) bodyFaults() {
	if p.op.Body == nil || p.op.Body.Main() == nil {
		return
	}
	switch kind := p.op.Body.Main().Kind(); {
	case kind == spec.AsJSON:
		p.noJSON()
		p.otherType()
	case kind.Form():
		p.cutShort()
		p.otherType()
	}
}

// noJSON sends bodies that are no JSON document. Whether text after a document is taken
// is left open.
func (p *planner) noJSON() {
	id, media := p.op.Body.ID, p.op.Body.Main().JSONType()
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
}

// withBody gives the smallest request that has a body, and false where none has.
func (p *planner) withBody() (Request, bool) {
	for _, d := range []draft{p.smallest, p.fullest} {
		request := d.request(p.op, p.credential)
		if b := request.Body; b != nil && (!b.Form || len(spec.Text(b.Value)) > len("{}")) {
			body := *b
			request.Body = &body
			return request, true
		}
	}
	return Request{}, false
}

// cutShort leaves the boundary out that a multipart body ends with. Some readers take
// what came before it.
func (p *planner) cutShort() {
	if p.op.Body.Main().Kind() != spec.Multipart {
		return
	}
	if request, ok := p.withBody(); ok {
		request.Body.Cut = true
		p.propose(proposal{
			clause: p.unprovoked(), detail: "multipart-cut-short", request: &request, draft: p.smallest, outcome: Either,
			why: "the body breaks off before the boundary that ends it",
		})
	}
}

// otherType sends a valid body that is said to be of another media type.
func (p *planner) otherType() {
	request, ok := p.withBody()
	if !ok {
		return
	}
	request.Body.MediaType = spec.UndocumentedType
	p.propose(proposal{
		clause: p.op.Body.ID + ".mediaType", detail: "another", request: &request, draft: p.smallest, outcome: Refused,
		why: "the body is a valid one, and the header Content-Type says that it is " + spec.UndocumentedType,
	})
}

// label is a place without its operation.
func label(id string) string {
	_, rest, _ := strings.Cut(id, ".")
	return rest
}
