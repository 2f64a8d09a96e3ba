package judge

import (
	"fmt"
	"strconv"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// unjudgeable gives the reason for which no verdict can be reached, or "". A
// target that is slow, busy or away breaks no clause.
func (j *Judgment) unjudgeable() string {
	if j.op == nil {
		return fmt.Sprintf("the contract has no operation %q", j.c.Operation)
	}
	p := j.x.Problem
	if p == nil {
		if j.x.Got == nil {
			return "no answer was recorded"
		}
		return ""
	}
	switch p.Kind {
	case run.Malformed:
		return ""
	case run.Unreachable:
		return "the target could not be reached: " + cause(p)
	case run.TLS:
		return "no TLS connection to the target: " + cause(p)
	case run.Internal:
		return "the request could not be sent: " + cause(p)
	case run.Throttled:
		if j.x.Got != nil && j.c.Expect.Outcome == plan.Failed && j.c.Expect.Allows(strconv.Itoa(j.x.Got.Status)) {
			return "" // a 503 that was asked for
		}
		return cause(p)
	default:
		return cause(p)
	}
}

// verdict closes the judgment. problem is why nothing could be judged, or "".
func (j *Judgment) verdict(problem string) report.Verdict {
	v := report.Verdict{
		Case: *j.c, Findings: j.findings, Outcome: outcome(j.findings, j.strict),
		Exercised: j.shared.list(namesIn(j.exercised)), Distinct: j.distinct, Conditional: j.conditional,
		Unheld: j.reasons,
	}
	for _, note := range j.notes {
		v.Notes = append(v.Notes, j.brief(note))
	}
	if v.Outcome == report.Pass && j.undecided != "" {
		v.Outcome, v.Reason = report.Undecided, j.brief(j.undecided)
	}
	if problem == "" && v.Outcome != report.Fail {
		problem = j.unread()
	}
	if problem != "" {
		v.Outcome, v.Reason = report.Error, j.brief(problem)
		if p := j.x.Problem; p != nil && p.Kind == run.Inapplicable {
			v.Outcome = report.Skip
		}
	}
	for i := range v.Findings {
		j.redact(&v.Findings[i])
	}
	for i := range v.Conditional {
		j.redact(&v.Conditional[i])
	}
	v.Exchange, v.Setup = j.show(), j.setUp()
	return v
}

// outcome weighs the findings.
func outcome(findings []report.Finding, strict bool) report.Outcome {
	worst := report.Pass
	for _, f := range findings {
		if f.Level == clause.Must || strict {
			return report.Fail
		}
		worst = report.Warn
	}
	return worst
}

// Reweigh gives a verdict the outcome of its findings, whatever of them was
// excused as known. One that was not reached stays.
func Reweigh(v *report.Verdict, strict bool) {
	switch v.Outcome {
	case report.Pass, report.Fail, report.Warn, report.Known:
		v.Outcome, v.Reason = outcome(v.Findings, strict), ""
	case report.Fixed, report.Skip, report.Error, report.Undecided:
	}
}

// Settle decides what was left open until a request of the operation is accepted:
// accepted reports that one was.
func Settle(v *report.Verdict, accepted, strict bool) {
	if !accepted || len(v.Conditional) == 0 {
		return
	}
	for _, f := range v.Conditional {
		v.Findings = append(v.Findings, f)
		v.Exercised = with(v.Exercised, f.Clause)
	}
	v.Conditional, v.Reason = nil, ""
	v.Outcome = outcome(v.Findings, strict)
}

// unread says why an answer could not be judged to its end, or "". It may be
// right or wrong: neither a pass nor a failure would be true.
func (j *Judgment) unread() string {
	p := j.x.Problem
	switch {
	case p != nil && p.Kind == run.Malformed && j.model.Clause(j.general("framing")) == nil:
		return "the answer is not complete, well-formed HTTP: " + cause(p)
	case !j.skipped:
		return ""
	case j.content.opaque:
		return "the body's content coding is not known: have the target send it without one, as the request asks"
	case j.content.cut:
		return "the body is longer than the limit, and was not read to its end"
	}
	return ""
}

func (j *Judgment) redact(f *report.Finding) {
	for _, text := range []*string{&f.Message, &f.Expected, &f.Actual} {
		*text = j.shared.text(j.brief(*text))
	}
}
