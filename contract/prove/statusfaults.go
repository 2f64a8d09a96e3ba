package prove

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// role is one of the answers that a derived implementation gives.
type role struct {
	name     string
	response *spec.Response
	status   int
	instead  []int
	// asked are the requests that get the answer, one for each clause that they can
	// be about.
	asked []*ruling.Question
	// breaks are the clauses that are broken when it has the wrong status.
	breaks []string
}

// roles lists the answers of the operation: to what is allowed, to what is
// forbidden, to who is not known, and when it fails inside.
func (b *builder) roles() []role {
	success := b.successes[b.op.ID]
	all := []role{{
		"success", success.response, success.status,
		[]int{201, 204, 206, 302, 404, 500},
		[]*ruling.Question{{Operation: b.op, Standing: ruling.Accepted, Unknown: b.unknown(), Guessed: b.guessed(), Referring: b.referring()}},
		nil,
	}}
	if r, ids := ruling.Refusal(b.op), b.refusedFor(); r != nil && len(ids) > 0 {
		all = append(all, role{"refusal", r, status(r, 400), []int{200, 422, 400, 404, 401, 500}, b.asked(ids), ids})
	}
	if r := ruling.Unauthorized(b.op); r != nil && b.op.Secured() {
		ids := b.clauses("security.")
		all = append(all, role{"unauthenticated", r, status(r, 401), []int{403, 400, 200, 404, 500}, b.asked(ids), ids})
	}
	if r := b.op.Failure(); r != nil {
		pinned := strconv.Itoa(status(r, 500))
		all = append(all, role{
			"failure", r, status(r, 500),
			[]int{200, 400, 501, 502, 503},
			[]*ruling.Question{{Operation: b.op, Standing: ruling.Provoked, Pin: pinned}},
			nil,
		})
	}
	return all
}

// unknown names the values of which only an implementation knows whether they are
// there, and which the target does not give: those of the path, and whatever may be
// a name where the contract documents that something may be missing.
func (b *builder) unknown() []string {
	var path, names []string
	for _, at := range b.places {
		switch {
		case at.FromTarget || !at.Required || at.InList():
		case at.In() == "path":
			path = append(path, at.label())
		case at.Schema.Type == "string" && len(at.Schema.Enum) == 0 && !strings.HasPrefix(at.Schema.Format, "date"):
			names = append(names, at.label())
		}
	}
	missing := slices.ContainsFunc(b.op.Responses, func(r *spec.Response) bool { return ruling.Missing(r.Status) })
	if len(path) == 0 && missing {
		return names
	}
	return path
}

// guessed names the values that every request has and that are made up for a format
// which is not known.
func (b *builder) guessed() []string {
	var out []string
	for _, at := range b.places {
		if at.Required && !at.FromTarget && !at.InList() && at.Schema.Foreign() != "" {
			out = append(out, at.label())
		}
	}
	return out
}

// referring names the values that every request has and that are made up, and called as
// what names a thing.
func (b *builder) referring() []string {
	var out []string
	for _, at := range b.places {
		if at.Required && !at.FromTarget && !at.made && !at.InList() && at.In() != "path" && at.Refers() {
			out = append(out, at.label())
		}
	}
	return out
}

// refusedFor lists the clauses for which some request is refused.
func (b *builder) refusedFor() []string {
	return slices.DeleteFunc(b.requestClauses(), func(id string) bool { return !b.breakable(id) || b.oracle.unbroken(id) != "" })
}

// asked gives the question of a request that breaks a clause, for each clause.
func (b *builder) asked(ids []string) []*ruling.Question {
	out := make([]*ruling.Question, len(ids))
	for i, id := range ids {
		out[i] = ruling.Ask(b.model, b.op, "refused", id, nil)
	}
	return out
}

func status(r *spec.Response, otherwise int) int {
	if exact, err := strconv.Atoi(r.Status); err == nil {
		return exact
	}
	return otherwise
}

// statuses replaces the status of each answer.
func (b *builder) statuses() {
	for _, r := range b.roles() {
		for _, other := range r.instead {
			b.wrongStatus(r, other)
		}
	}
	b.never()
	for _, id := range b.requestClauses() {
		b.reason(id)
	}
}

// wrongStatus answers with another status, unless that is lawful.
func (b *builder) wrongStatus(r role, other int) {
	text := strconv.Itoa(other)
	f := Fault{
		Name: r.name + "-as-" + text, Clause: r.response.ID, Also: r.breaks, Class: Status,
		Description: fmt.Sprintf("where %d is due, the answer is %d", r.status, other),
		design:      b.answering(r, func(x *exchange) { x.answer.status = other }),
	}
	lawful, broken, certain := true, false, false
	for _, q := range r.asked {
		ruled := q.Rule(text)
		lawful = lawful && ruled.Decision == ruling.Kept
		switch c := b.model.Clause(q.Clause); {
		case ruled.Failed:
			broken, certain = true, true
			f.Also = append(slices.Clone(f.Also), b.op.ID+".answer.unprovoked-5xx")
		case ruled.Unless:
			f.Excluded = "no request of the operation would be accepted: " +
				"it may take values for a reason that the contract does not state, so that nothing is decided"
		case ruled.Decision == ruling.Broken:
			broken = true
			certain = certain || !ruled.Lowered || c != nil && c.Sourced()
		case ruled.Decision == ruling.Undecided:
			f.Excluded = ruled.Reason
		}
	}
	switch {
	case lawful:
		return
	case other == http.StatusServiceUnavailable:
		f.Excluded = "503 asks to come back later (RFC 9110, section 15.6.4): there is no verdict, and the run says so"
	case broken:
		f.Excluded = ""
	}
	if broken && !certain {
		f.Level = clause.Should
	}
	b.add(f)
}

// never lists the documented answers that nothing is answered with.
func (b *builder) never() {
	for _, documented := range b.op.Responses {
		if !slices.ContainsFunc(b.roles(), func(r role) bool { return r.response == documented }) {
			b.add(Fault{
				Name: "wrong", Clause: documented.ID, Class: Status, Description: "something is wrong with the answer " + documented.Status,
				Excluded: "nothing says which request is answered with " + documented.Status,
			})
		}
	}
}

// answering changes the answers in one role.
func (b *builder) answering(r role, change func(x *exchange)) design {
	op := b.op
	return design{touches: answeredWith(r.status), after: func(x *exchange) {
		if x.op.ID == op.ID && x.answer.status == r.status && b.plays(r, x) {
			change(x)
		}
	}}
}

// plays tells refusals from missing credentials where both have one status.
func (b *builder) plays(r role, x *exchange) bool {
	secured := slices.ContainsFunc(x.broken, func(id string) bool { return strings.HasPrefix(id, b.op.ID+".security.") })
	switch r.name {
	case "unauthenticated":
		return secured
	case "refusal":
		return !secured && (x.answer.status != http.StatusInternalServerError || len(x.broken) > 0)
	default:
		return true
	}
}

// reason has the refusal for one clause alone go wrong: its status, and its body.
func (b *builder) reason(id string) {
	refusal := ruling.Refusal(b.op)
	if refusal == nil || !b.breakable(id) {
		return
	}
	short := word(strings.TrimPrefix(id, b.op.ID+"."))
	level := b.model.Clause(id).Level
	excluded := b.oracle.unbroken(id)
	when := func(change func(a *answer)) design {
		return design{touches: refused, after: func(x *exchange) {
			if x.refused(id) {
				change(x.answer)
			}
		}}
	}
	b.add(Fault{
		Name: "for-" + short, Clause: b.op.ID + ".answer.unprovoked-5xx", Also: []string{id}, Class: Status, Excluded: excluded,
		Description: "a request that breaks " + id + " makes it fail", design: when(fail),
	})
	m := spec.JSON(refusal.Content)
	if m == nil || m.Schema == nil {
		return
	}
	for _, member := range m.Schema.Members {
		if !member.Required {
			continue
		}
		b.add(Fault{
			Name: "for-" + short, Clause: member.Schema.ID + ".required", Class: Body, Level: weaker(level, b.model.Clause(member.Schema.ID+".required")),
			Description: fmt.Sprintf("the refusal for %s lacks %s", id, member.Name), Excluded: excluded,
			design: when(func(a *answer) { a.edit(func(v any) any { return without(v, member.Name) }) }),
		})
		break // one member stands for the body
	}
}

// weaker gives the level of a fault that shows only where an inferred clause is
// broken.
func weaker(level clause.Level, c *clause.Clause) clause.Level {
	if c == nil || level == clause.Should {
		return clause.Should
	}
	return c.Level
}

// breakable tells that some request breaks the clause and can be sent: every
// text is a string.
func (b *builder) breakable(id string) bool {
	all := b.places
	if b.op.Body != nil {
		for _, m := range b.op.Body.Others() {
			all = append(slices.Clip(all), places(b.op.In(m))...)
		}
	}
	for _, at := range all {
		if id == at.clause("type") && at.AsText() && at.Schema.Type == "string" {
			return false
		}
		if id == at.clause("type") && at.AsText() && (at.Schema.Type == "array" || at.Schema.Object()) {
			return false
		}
		if id == at.clause("required") && at.sole() != "" {
			return false
		}
	}
	return true
}
