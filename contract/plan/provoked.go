package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// Provocation is what to put into a valid request so that it gets a certain answer.
type Provocation struct {
	Parameters []Parameter
	// Body is a JSON value; an object's members replace those of the body that is
	// there. nil leaves that as it is.
	Body any
}

// internalError provokes the documented internal error, where the target says
// how.
func (p *planner) internalError() {
	failure := p.op.Failure()
	if failure == nil {
		return
	}
	status := failure.Status
	if status == "default" || status == "5XX" {
		status = "500"
	}
	p.provoke(failure, status, "provoked", "the target says that this request makes it fail inside")
}

// provokedErrors asks for other internal errors that the target says how to get.
func (p *planner) provokedErrors() {
	p.provokeEach(func(status string) bool { return status[0] == '5' })
}

// provoked asks for the other documented answers that the target says how to get.
func (p *planner) provoked() { p.provokeEach(func(status string) bool { return status[0] != '5' }) }

// provokeEach asks for some of the documented statuses.
func (p *planner) provokeEach(meant func(status string) bool) {
	for _, status := range p.options.Provoked(p.op.ID) {
		r := p.op.Response(status)
		if r == nil || !meant(status) {
			continue
		}
		detail := "provoked"
		if r.Status != status {
			detail = word("provoked", status)
		}
		p.provoke(r, status, detail, "the target says that this request is answered with "+status)
	}
}

func (p *planner) provoke(r *spec.Response, status, detail, why string) {
	with, ok := p.options.Provocation(p.op.ID, status)
	if !ok || !p.provokable(with) {
		return
	}
	request := p.smallest.request(p.op, p.credential)
	for _, o := range with.Parameters {
		i := slices.IndexFunc(request.Parameters, func(have Parameter) bool { return have.In == o.In && have.Name == o.Name })
		if i >= 0 {
			request.Parameters[i] = o
		} else {
			request.Parameters = append(request.Parameters, o)
		}
	}
	if with.Body != nil {
		request.Body = p.provokingBody(request.Body, with.Body)
	}
	p.propose(proposal{
		clause: r.ID, detail: detail, request: &request, draft: draft{}, outcome: Failed, provoked: status, why: why,
	})
}

// provokable reports whether the operation has what is to be replaced.
func (p *planner) provokable(with Provocation) bool {
	if with.Body != nil && (p.op.Body == nil || p.op.Body.Main() == nil) {
		return false
	}
	return !slices.ContainsFunc(with.Parameters, func(o Parameter) bool {
		return o.In == "path" && !strings.Contains(p.op.Path, "{"+o.Name+"}")
	})
}

func (p *planner) provokingBody(have *Body, value any) *Body {
	body := *bodyOf(p.op.Body.Main(), value)
	if have == nil {
		return &body
	}
	before, first := have.Value.(map[string]any)
	members, second := value.(map[string]any)
	if first && second {
		merged := maps.Clone(before)
		maps.Copy(merged, members)
		body.Value = merged
	}
	return &body
}
