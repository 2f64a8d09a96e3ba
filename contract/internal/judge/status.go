package judge

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// judgeFraming judges whether an answer came as HTTP has it (RFC 9112).
func (h *hearing) judgeFraming() {
	if h.x.Recorded != nil {
		return
	}
	id := h.general("framing")
	h.held(id)
	if h.x.Problem != nil && h.x.Problem.Kind == run.Malformed {
		h.findf(id, "the answer is not complete, well-formed HTTP: %s", cause(h.x.Problem))
	}
}

// judgeStatus judges the status by the ruling on the request.
func (h *hearing) judgeStatus() {
	ruled := h.question().Rule(h.status)
	h.note(ruled.Note)
	// The case's level and not the clause's: a case may be less certain than the
	// clause that it enforces.
	finding := report.Finding{
		Clause: h.c.Clause, Level: cmp.Or(h.c.Level, clause.Must),
		Message:  "the request was answered with " + h.status + ", not with " + h.wanted(),
		Expected: h.wanted(), Actual: h.answered(),
	}
	if c := h.model.Clause(h.c.Clause); ruled.Lowered && (c == nil || !c.Sourced()) {
		finding.Level = clause.Should
	}
	switch {
	case ruled.Decision == ruling.Undecided:
		h.undecided = ruled.Reason
	case ruled.Unless:
		h.undecided, h.conditional = ruled.Reason, append(h.conditional, finding)
	case ruled.Decision == ruling.Broken:
		h.add(finding)
	default:
		h.exercised[h.c.Clause] = true
		if h.res != nil {
			h.held(h.res.ID)
		}
	}
	if h.c.Expect.AsksToFail() || h.x.Recorded != nil && h.status[0] == '5' && h.res != nil {
		return // it was provoked, or may have been
	}
	id := h.general("unprovoked-5xx")
	h.held(id)
	if ruled.Failed {
		h.findf(id, "the request was answered with %s, and nothing in it asks for an internal error", h.status)
	}
}

// question is what decides which answers to the case are lawful.
func (h *hearing) question() *ruling.Question {
	e := h.c.Expect
	q := ruling.Ask(h.model, h.op, string(e.Outcome), h.c.Clause, e.Statuses)
	q.Unknown, q.Recorded = e.Unknown, h.x.Recorded != nil
	q.Anonymous = h.c.Request.Credential.Variant == plan.None
	return q
}

// wanted says in words which statuses fulfil the expectation.
func (h *hearing) wanted() string { return strings.TrimPrefix(h.c.Expect.Wanted(), "status ") }

// answered says which status came, and where a redirect leads: redirects are
// not followed, and a wrong base URL often shows in one.
func (h *hearing) answered() string {
	text := strings.TrimSpace(h.status + " " + http.StatusText(h.x.Got.Status))
	if to := h.x.Got.Header.Get("Location"); to != "" && h.status[0] == '3' {
		text += ", a redirect to " + to
	}
	return text
}

// cause is the text of a problem without the method and the URL, which the
// exchange has.
func cause(p *run.Problem) string {
	if p.Err == nil {
		return string(p.Kind)
	}
	var wrapped *url.Error
	if errors.As(p.Err, &wrapped) && wrapped.Err != nil {
		return wrapped.Err.Error()
	}
	return p.Error()
}
