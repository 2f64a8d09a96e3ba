// Package judge holds exchanges to the contract: exchanges in, findings out.
//
// A Judge looks at each exchange of a run on its own and gives the case its
// verdict. Every check stands on its own and all of them are made, so that a
// verdict has everything that is wrong with an answer and not only what was
// noticed first:
//
//	status        the status that the case expects; no 5xx that was not provoked
//	framing       the answer is complete HTTP
//	headers       the documented ones are there and have documented values
//	media type    the body's is documented
//	JSON          the body is one JSON document, without duplicate names
//	schema        the body is as documented for its status
//	leaks         no credentials and no stack trace in the answer
//
// What must differ in every answer is not seen in one alone. A verdict carries
// it, and a Distinct holds the verdicts against each other, in plan order.
//
// A finding names the clause that is broken and has that clause's level. A
// clause that the contract does not have is not judged. Where HTTP or JSON
// leave a choice to the implementation, either choice passes: a Judge that
// raises false alarms is soon ignored.
//
// A verdict also lists the clauses that its answer was held to. What is said of
// a 400's members is upheld by every 400 that kept to it, whichever clause
// the case was made for.
package judge

import (
	"fmt"
	"maps"
	"slices"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// Options says how to judge. The zero value judges with no credentials in use.
type Options struct {
	// Secrets are the credentials that are in use, beside those that an exchange
	// names. No answer may hold one. Those of fewer than 8 characters are not
	// looked for: they occur in ordinary text.
	Secrets []auth.Secret
	// Redactor goes over everything in a verdict that comes from an exchange.
	// nil makes one from Secrets.
	Redactor *auth.Redactor
	// Strict makes a broken should a failure instead of a warning.
	Strict bool
	// Variables are the shell variables that hold credentials; one that is not there
	// gets a name made of its place.
	Variables map[auth.Secret]string
	// Brief leaves out of a verdict what a person would read of its exchange: the
	// URL, headers, bodies, and how to send it again.
	Brief bool
}

// Judge gives verdicts. It is safe for use by several goroutines.
type Judge struct {
	model    *spec.Contract
	redactor *auth.Redactor
	strict   bool
	brevity  bool
	needles  []string // the forms of the secrets
	keywords map[*spec.Schema][]string
	hidden   credentials
	shared   *shared
}

// New makes a Judge for a contract.
func New(model *spec.Contract, o Options) *Judge {
	j := &Judge{
		model: model, redactor: o.Redactor, strict: o.Strict, brevity: o.Brief,
		needles: needles(o.Secrets), keywords: map[*spec.Schema][]string{}, hidden: credentialsOf(model, o.Variables), shared: &shared{},
	}
	if j.redactor == nil {
		j.redactor = auth.NewRedactor(o.Secrets...)
	}
	for _, op := range model.Operations {
		for _, res := range op.Responses {
			j.index(res)
		}
	}
	return j
}

// Judge gives the verdict on a case that was sent: everything that is wrong
// with the exchange itself, the clauses that the answer was held to, what must
// be in no other answer, and the exchange as it may be shown.
func (j *Judge) Judge(c *plan.Case, x *run.Exchange) report.Verdict {
	h := j.hearing(c, x)
	problem := h.unjudgeable()
	if problem == "" {
		h.hear()
	}
	return h.verdict(problem)
}

func (j *Judge) hearing(c *plan.Case, x *run.Exchange) *hearing {
	h := &hearing{
		Judge: j, c: c, x: x, op: j.model.Operation(c.Operation), redactor: redactors{j.redactor}, needles: j.needles,
		counts: map[string]int{}, exercised: map[string]bool{},
	}
	if len(x.Secrets) > 0 {
		h.redactor = append(h.redactor, auth.NewRedactor(x.Secrets...))
	}
	if own := needles(slices.AppendSeq(slices.Clone(x.Secrets), maps.Values(x.Issued))); len(own) > 0 {
		h.needles = slices.Concat(j.needles, own)
	}
	return h
}

// hearing is one exchange while it is judged.
type hearing struct {
	*Judge

	c  *plan.Case
	x  *run.Exchange
	op *spec.Operation
	// redactor and needles are for the exchange's own secrets as well.
	redactor redactors
	needles  []string

	status  string         // of the answer, three digits
	res     *spec.Response // what is documented for the status, or nil
	content content
	skipped bool // there is a body to judge that is not there to be read

	findings  []report.Finding
	counts    map[string]int // clause id -> what was found
	exercised map[string]bool
	distinct  []report.Sighting
	notes     []string
	// undecided says why the status decides nothing, "" when it does. conditional
	// is what is wrong if another request of the operation was accepted.
	undecided   string
	conditional []report.Finding
}

func (h *hearing) hear() {
	h.judgeFraming()
	got := h.x.Got
	if got == nil {
		return
	}
	h.status = fmt.Sprintf("%03d", got.Status)
	// What an operation documents says nothing of the other methods of its path.
	if h.c.Expect.Outcome != plan.Unsupported {
		h.res = h.op.Response(h.status)
	}
	h.content = decode(got)
	h.judgeStatus()
	h.judgeHeaders()
	h.judgeBody()
	h.judgeLeaks()
	summarise(h.findings, h.counts)
}

// redactors is all that has to go over a text.
type redactors []*auth.Redactor

func (all redactors) RedactString(text string) string {
	for _, r := range all {
		text = r.RedactString(text)
	}
	return text
}

func (all redactors) Redact(text []byte) []byte {
	for _, r := range all {
		text = r.Redact(text)
	}
	return text
}

// maxFindings is how many findings of one clause a verdict lists.
const maxFindings = 5

// findf adds a finding, unless the contract has no such clause.
func (h *hearing) findf(id, format string, args ...any) {
	if c := h.model.Clause(id); c != nil {
		h.add(report.Finding{Clause: c.ID, Level: c.Level, Message: fmt.Sprintf(format, args...)})
	}
}

func (h *hearing) add(f report.Finding) {
	h.exercised[f.Clause] = true
	if h.counts[f.Clause]++; h.counts[f.Clause] <= maxFindings {
		h.findings = append(h.findings, f)
	}
}

// note notes what the description lacks, unless it is "".
func (h *hearing) note(text string) {
	if text != "" {
		h.notes = append(h.notes, text)
	}
}

// held notes that the answer was held to a clause.
func (h *hearing) held(id string) {
	if c := h.model.Clause(id); c != nil {
		h.exercised[c.ID] = true // for id may be made for the occasion
	}
}

// general gives the id of a clause that every answer of the operation is held to.
func (h *hearing) general(name string) string { return h.c.Operation + ".answer." + name }
