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
func (j *Judgment) judgeFraming() {
	if j.x.Recorded != nil {
		return
	}
	id := j.general("framing")
	j.held(id)
	if j.x.Problem != nil && j.x.Problem.Kind == run.Malformed {
		j.findf(id, "the answer is not complete, well-formed HTTP: %s", cause(j.x.Problem))
	}
}

// judgeStatus judges the status by the ruling on the request.
func (j *Judgment) judgeStatus() {
	ruled, id := j.ruled, j.c.Clause
	j.note(ruled.Note)
	// The case's level and not the clause's: a case may be less certain than the
	// clause that it enforces.
	level := cmp.Or(j.c.Level, clause.Must)
	if j.aboutAnswer(id) {
		// What is not accepted says nothing of what is answered to what is.
		id, level = j.general("unprovoked-5xx"), clause.Must
		if res := ruling.Success(j.op); res != nil {
			id = res.ID
		}
		if c := j.model.Clause(id); c != nil {
			level = c.Level
		}
	}
	finding := report.Finding{
		Clause: id, Level: level,
		Message:  "the request was answered with " + j.status + ", not with " + wanted(j.c),
		Expected: wanted(j.c), Actual: j.answered(), Check: j.check,
	}
	if c := j.model.Clause(id); ruled.Lowered && (c == nil || !c.Sourced()) {
		finding.Level = clause.Should
	}
	switch {
	case ruled.Decision == ruling.Undecided:
		j.undecided = ruled.Reason
	case ruled.Unless:
		j.undecided, j.conditional = ruled.Reason, append(j.conditional, finding)
	case ruled.Decision == ruling.Broken:
		if j.undecided = j.excused(); j.undecided == "" {
			j.add(finding)
		}
	default:
		if !j.recalls() {
			j.exercised[id] = true
		}
		if j.res != nil {
			j.held(j.res.ID)
		}
	}
}

// judgeFailure judges that the answer is no 5xx that nothing asked for.
func (j *Judgment) judgeFailure() {
	if j.c.Expect.AsksToFail() || j.x.Recorded != nil && j.status[0] == '5' && j.res != nil {
		return // it was provoked, or may have been
	}
	if after := j.x.Canary; after != nil && after.Exchange.Got != nil && after.Exchange.Got.Status/100 == 5 && after.Exchange.Problem == nil {
		j.findf(after.Case.Operation+".answer.unprovoked-5xx", "%s %s, which was accepted before, is answered with %d after it",
			after.Case.Request.Method, after.Case.Request.Path, after.Exchange.Got.Status)
	}
	id := j.general("unprovoked-5xx")
	j.held(id)
	if j.ruled.Failed {
		j.findf(id, "the request was answered with %s, and nothing in it asks for an internal error", j.status)
	}
}

// question is what decides which answers to the case are lawful.
func (j *Judgment) question() *ruling.Question {
	e := j.c.Expect
	q := ruling.Ask(j.model, j.op, string(e.Outcome), j.c.Clause, e.Statuses)
	q.Guessed, q.Disordered, q.Referring = e.Guessed, e.Disordered, e.Referring
	q.Unknown, q.Recorded, q.Header = e.Unknown, j.x.Recorded != nil, j.x.Sent.Header
	if j.x.Unmade != "" {
		q.Unmade = j.x.Unmade
		if len(e.Made) > 0 {
			q.Unknown = e.Made
		}
	}
	q.Full = j.x.Refuses
	made := j.c.Request.Made()
	q.Made, q.Stated = len(made) > 0 && j.x.Unmade == "", true
	for _, one := range made {
		q.Stated = q.Stated && one.Stated
	}
	q.Anonymous = j.c.Request.Credential.Variant == plan.None
	return q
}

// wanted says in words which statuses fulfil the expectation of a case.
func wanted(c *plan.Case) string { return strings.TrimPrefix(c.Expect.Wanted(), "status ") }

// answered says which status came, and where a redirect leads: redirects are
// not followed, and a wrong base URL often shows in one.
func (j *Judgment) answered() string {
	text := strings.TrimSpace(j.status + " " + http.StatusText(j.x.Got.Status))
	if to := j.x.Got.Header.Get("Location"); to != "" && j.status[0] == '3' {
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
