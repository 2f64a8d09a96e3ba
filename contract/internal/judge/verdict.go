package judge

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// unjudgeable gives the reason for which no verdict can be reached, or "". A
// target that is slow, busy or away breaks no clause.
func (h *hearing) unjudgeable() string {
	if h.op == nil {
		return fmt.Sprintf("the contract has no operation %q", h.c.Operation)
	}
	p := h.x.Problem
	if p == nil {
		if h.x.Got == nil {
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
		if h.x.Got != nil && h.c.Expect.Outcome == plan.Failed && h.c.Expect.Allows(strconv.Itoa(h.x.Got.Status)) {
			return "" // a 503 that was asked for
		}
		return cause(p)
	default:
		return cause(p)
	}
}

// verdict closes the hearing. problem is why nothing could be judged, or "".
func (h *hearing) verdict(problem string) report.Verdict {
	v := report.Verdict{
		Case: *h.c, Findings: h.findings, Outcome: outcome(h.findings, h.strict),
		Exercised: h.shared.list(slices.Sorted(maps.Keys(h.exercised))), Distinct: h.distinct, Conditional: h.conditional,
	}
	for _, note := range h.notes {
		v.Notes = append(v.Notes, h.brief(note))
	}
	if v.Outcome == report.Pass && h.undecided != "" {
		v.Outcome, v.Reason = report.Undecided, h.brief(h.undecided)
	}
	if problem == "" && v.Outcome != report.Fail {
		problem = h.unread()
	}
	if problem != "" {
		v.Outcome, v.Reason = report.Error, h.brief(problem)
		if p := h.x.Problem; p != nil && p.Kind == run.Inapplicable {
			v.Outcome = report.Skip
		}
	}
	for i := range v.Findings {
		h.redact(&v.Findings[i])
	}
	for i := range v.Conditional {
		h.redact(&v.Conditional[i])
	}
	v.Exchange = h.show()
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
func (h *hearing) unread() string {
	p := h.x.Problem
	switch {
	case p != nil && p.Kind == run.Malformed && h.model.Clause(h.general("framing")) == nil:
		return "the answer is not complete, well-formed HTTP: " + cause(p)
	case !h.skipped:
		return ""
	case h.content.opaque:
		return "the body's content coding is not known: have the target send it without one, as the request asks"
	case h.content.cut:
		return "the body is longer than the limit, and was not read to its end"
	}
	return ""
}

func (h *hearing) redact(f *report.Finding) {
	for _, text := range []*string{&f.Message, &f.Expected, &f.Actual} {
		*text = h.shared.text(h.brief(*text))
	}
}
