// Package judge holds exchanges to the contract: exchanges in, findings out.
//
// A Judge looks at each exchange of a run on its own and gives the case its
// verdict. The checks are the rows of a table, in checks.go. Every check stands on
// its own and all of them are made, so that a verdict has everything that is wrong
// with an answer and not only what was noticed first.
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
	"strings"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
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
	// Checks are made beside those of the table: State gives the model their clauses.
	Checks []Custom
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
	checks   []check
	// differing are the ids of the responses with values that must differ.
	differing map[string]bool
	// answering are the operations with answer rules, made ready; listing are those
	// whose answers depend on what the run has made.
	answering map[string]*ruling.Operation
	listing   map[string]bool
}

// New makes a Judge for a contract.
func New(model *spec.Contract, o Options) *Judge {
	j := &Judge{
		model: model, redactor: o.Redactor, strict: o.Strict, brevity: o.Brief,
		needles: needles(o.Secrets), keywords: map[*spec.Schema][]string{}, hidden: credentialsOf(model, o.Variables), shared: &shared{},
		checks: slices.Concat(checks, rows(o.Checks)), differing: map[string]bool{},
		answering: map[string]*ruling.Operation{}, listing: map[string]bool{},
	}
	if j.redactor == nil {
		j.redactor = auth.NewRedactor(o.Secrets...)
	}
	differing := slices.DeleteFunc(slices.Clone(model.Clauses), func(c *clause.Clause) bool { return !strings.HasSuffix(c.ID, ".distinct") })
	for _, op := range model.Operations {
		for _, res := range op.Responses {
			j.index(res, differing)
		}
		if len(op.Answers) > 0 {
			// An error is about the path, which none of its requests has then.
			if made, err := ruling.NewOperation(op); err == nil {
				j.answering[op.ID] = made
			}
		}
	}
	if len(j.answering) > 0 {
		for _, r := range world.Find(model).Resources {
			if r.Lists != nil {
				j.listing[r.Lists.ID] = true
			}
		}
	}
	return j
}

// Judge gives the verdict on a case that was sent: that of Examine.
func (j *Judge) Judge(c *plan.Case, x *run.Exchange) report.Verdict { return j.Examine(c, x).Verdict() }

// Examine takes up an exchange, the one of a case. Nothing is judged yet.
func (j *Judge) Examine(c *plan.Case, x *run.Exchange) *Judgment {
	out := &Judgment{
		Judge: j, c: c, x: x, op: j.model.Operation(c.Operation), redactor: redactors{j.redactor}, needles: j.needles,
		counts: map[string]int{}, exercised: map[string]bool{},
	}
	if len(x.Secrets) > 0 {
		out.redactor = append(out.redactor, auth.NewRedactor(x.Secrets...))
	}
	if own := needles(slices.AppendSeq(slices.Clone(x.Secrets), maps.Values(x.Issued))); len(own) > 0 {
		out.needles = slices.Concat(j.needles, own)
	}
	if x.Got != nil {
		out.content = decode(x.Got)
	}
	return out
}

// Judgment is one exchange, held to the contract: a verdict on it, and how it may be
// shown.
type Judgment struct {
	*Judge

	c  *plan.Case
	x  *run.Exchange
	op *spec.Operation
	// redactor and needles are for the exchange's own secrets as well.
	redactor redactors
	needles  []string
	content  content

	// What the checks have read of the answer, for those after them.
	status   string         // three digits
	res      *spec.Response // what is documented for the status, or nil
	ruled    ruling.Ruling
	media    *spec.Media // what the body has to be, or nil
	document []byte      // the body, where it is JSON
	value    any         // that of the document, where JSON is documented
	skipped  bool        // there is a body to judge that is not there to be read

	check     string // the id of the one that is made
	findings  []report.Finding
	counts    map[string]int // clause id -> what was found
	exercised map[string]bool
	reasons   []report.Unheld // why the answer was not held to some clauses
	distinct  []report.Sighting
	notes     []string
	// undecided says why the status decides nothing, "" when it does. conditional
	// is what is wrong if another request of the operation was accepted.
	undecided   string
	conditional []report.Finding
}

// Verdict gives everything that is wrong with the exchange itself, the clauses that
// the answer was held to, what must be in no other answer, and the exchange as it may
// be shown. It is for one call.
func (j *Judgment) Verdict() report.Verdict {
	problem := j.unjudgeable()
	if problem == "" {
		j.examine()
	}
	return j.verdict(problem)
}

// response gives the response that the operation documents for the status. A default that
// stands for the successes, since no other is documented, is not meant for what failed.
func (j *Judgment) response() *spec.Response {
	res := j.op.Response(j.status)
	if res != nil && res.Status == "default" && res == ruling.Success(j.op) && j.status[0] >= '4' {
		return nil
	}
	return res
}

// examine makes every check.
func (j *Judgment) examine() {
	if got := j.x.Got; got != nil {
		j.status = fmt.Sprintf("%03d", got.Status)
		// What an operation documents says nothing of the other methods of its path.
		if j.c.Expect.Outcome != plan.Unsupported {
			j.res = j.response()
		}
		j.ruled = j.question().Rule(j.status)
	}
	for _, c := range j.checks {
		if c.always || j.x.Got != nil {
			j.check = c.id
			c.judge(j)
		}
	}
	summarise(j.findings, j.counts)
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
func (j *Judgment) findf(id, format string, args ...any) {
	if c := j.model.Clause(id); c != nil {
		j.add(report.Finding{Clause: c.ID, Level: c.Level, Message: fmt.Sprintf(format, args...)})
	}
}

func (j *Judgment) add(f report.Finding) {
	j.exercised[f.Clause] = true
	f.Check = j.check
	if j.counts[f.Clause]++; j.counts[f.Clause] <= maxFindings {
		j.findings = append(j.findings, f)
	}
}

// note notes what the description lacks, unless it is "".
func (j *Judgment) note(text string) {
	if text != "" {
		j.notes = append(j.notes, text)
	}
}

// held notes that the answer was held to a clause.
func (j *Judgment) held(id string) {
	if c := j.model.Clause(id); c != nil {
		j.exercised[c.ID] = true // for id may be made for the occasion
	}
}

// general gives the id of a clause that every answer of the operation is held to.
func (j *Judgment) general(name string) string { return j.c.Operation + ".answer." + name }
