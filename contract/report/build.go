package report

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/plan"
)

// Input is what a report is made from.
type Input struct {
	Tool string
	Plan *plan.Plan
	// Clauses are those of the contract, in its order.
	Clauses []*clause.Clause
	Target  Target
	// Made is what the run was made with, but for Strict and Known.
	Made    Made
	Started time.Time
	Elapsed time.Duration
	Seed    int64
	// Verdicts are those that were reached, in any order, redacted. A case that
	// has none is reported as skipped.
	Verdicts []Verdict
	// Interrupted says why the run ended before its end, "" when it did not.
	Interrupted string
	// Recording is set for a recording, and nil for a run.
	Recording *Recording
	// Known lists the failures that are known; nil lists none.
	Known *KnownFailures
	// Strict tells that a broken should fails.
	Strict bool
	// Shard is the part of the plan that was sent; the zero value is all of it.
	// What a part shows of known failures is not enough to call one fixed.
	Shard plan.Shard
	// Instance is the Instance of the Shard.
	Instance string
	// NotServed are operations whose every answer looks like that to a path that
	// cannot exist.
	NotServed map[string]bool
	// Left is what the run made and could not end, Severed what became of the account
	// that it was signed in with, in words.
	Left    []string
	Severed string
	// Redactor goes over what is not part of an exchange: the target, and the
	// reasons. nil redacts nothing.
	Redactor *auth.Redactor
}

// Build makes a report: a verdict for every planned case, in the order of the
// plan, and a standing for every clause, in the order of the contract.
func Build(in Input) *Report {
	r := &Report{
		SchemaVersion: SchemaVersion, Tool: in.Tool,
		Contract: Contract{File: in.Plan.Contract, Title: in.Plan.Title, Version: in.Plan.Version},
		Target:   redactTarget(in.Target, in.Redactor),
		Made:     made(in),
		Started:  in.Started.UTC(), Elapsed: in.Elapsed.Seconds(), Seed: in.Seed,
		Interrupted: in.Redactor.RedactString(in.Interrupted), Recording: in.Recording,
		Clauses: []Standing{}, Verdicts: complete(in),
	}
	in.Known.apply(r.Verdicts, in.Strict, in.Shard.Whole())
	b, broken := survey(r.Verdicts, in.Plan.Untested, in.Clauses), worst(r.Verdicts, in)
	for _, c := range in.Clauses {
		s := b.standing(c)
		if s.Stand == Violated {
			s.Stand = broken[c.ID]
		}
		r.Clauses = append(r.Clauses, s)
	}
	for _, left := range in.Left {
		r.Left = append(r.Left, Printable(in.Redactor.RedactString(left)))
	}
	r.Severed = in.Redactor.RedactString(in.Severed)
	r.Notes = notes(r.Verdicts)
	if in.Shard.Whole() { // a part of the plan does not tell
		r.Unaccepted = unaccepted(r.Verdicts, in.NotServed)
	}
	r.Summary = summarise(r)
	if !in.Shard.Whole() {
		r.Shard = newShard(in, r.Verdicts)
	}
	return r
}

func made(in Input) *Made {
	m := in.Made
	m.Strict = in.Strict
	if in.Known != nil {
		m.Known = in.Known.file
	}
	if out := m.redacted(in.Redactor); !reflect.DeepEqual(*out, Made{}) {
		return out
	}
	return nil
}

// complete gives every case of the plan its verdict.
func complete(in Input) []Verdict {
	reached := make(map[string]int, len(in.Verdicts))
	for i := range in.Verdicts {
		reached[in.Verdicts[i].Case.ID] = i
	}
	all := make([]Verdict, 0, len(in.Plan.Cases))
	for i := range in.Plan.Cases {
		c := &in.Plan.Cases[i]
		var v Verdict
		if at, ok := reached[c.ID]; ok {
			v = in.Verdicts[at]
		} else {
			v = Verdict{Case: *c, Outcome: Skip, Reason: unreached(*c, in.Interrupted)}
		}
		delete(reached, c.ID)
		v.Reason = in.Redactor.RedactString(v.Reason)
		all = append(all, legible(v))
	}
	// A verdict on a case that is not planned is still one.
	for i := range in.Verdicts {
		if at, ok := reached[in.Verdicts[i].Case.ID]; ok {
			all = append(all, legible(in.Verdicts[at]))
			delete(reached, in.Verdicts[i].Case.ID)
		}
	}
	return all
}

const (
	// NotSelected is the reason of a case that was not to be sent.
	NotSelected = "not selected"
	// Elsewhere is the reason of a case that another shard sends.
	Elsewhere = "in another shard"
)

func unreached(c plan.Case, interrupted string) string {
	switch {
	case c.Skip != "":
		return c.Skip
	case interrupted != "":
		return "the run ended before the case was sent: " + interrupted
	}
	return NotSelected
}

func redactTarget(t Target, r *auth.Redactor) Target {
	for _, field := range []*string{&t.Name, &t.BaseURL, &t.Organization, &t.Project, &t.Version} {
		*field = r.RedactString(*field)
	}
	return t
}

// worst gives for each clause that findings name how bad that is: the worst of
// what the verdicts say.
func worst(verdicts []Verdict, in Input) map[string]Stand {
	out := map[string]Stand{}
	for i := range verdicts {
		for _, f := range verdicts[i].Findings {
			s := Warned
			switch {
			case in.Known.lists(&verdicts[i], f) >= 0:
				s = Excused
			case f.Level == clause.Must || in.Strict:
				s = Violated
			}
			if was, ok := out[f.Clause]; !ok || slices.Index(stands(), s) < slices.Index(stands(), was) {
				out[f.Clause] = s
			}
		}
	}
	return out
}

// stands are the standings in the order in which they are listed, the worst first.
func stands() []Stand { return []Stand{Violated, Warned, Excused, Untested, Upheld} }

func summarise(r *Report) Summary {
	var s Summary
	for i := range r.Verdicts {
		s.add(r.Verdicts[i].Outcome)
	}
	for i := range r.Clauses {
		*s.stand(r.Clauses[i].Stand)++
	}
	return s
}

// add counts a case.
func (s *Summary) add(o Outcome) {
	s.Cases++
	*s.outcome(o)++
}

// stand gives the count of a standing. One that is not known counts as violated:
// nothing may pass for lack of a name.
func (s *Summary) stand(of Stand) *int {
	switch of {
	case Upheld:
		return &s.Upheld
	case Warned:
		return &s.Warned
	case Excused:
		return &s.Excused
	case Untested:
		return &s.Untested
	default:
		return &s.Violated
	}
}

// outcome gives the count of an outcome. One that is not known counts as an
// error: nothing may pass for lack of a name.
func (s *Summary) outcome(o Outcome) *int {
	switch o {
	case Pass:
		return &s.Pass
	case Fail:
		return &s.Fail
	case Warn:
		return &s.Warn
	case Known:
		return &s.Known
	case Fixed:
		return &s.Fixed
	case Skip:
		return &s.Skip
	case Undecided:
		return &s.Undecided
	default:
		return &s.Error
	}
}

// The exit codes of a run.
const (
	// ExitOK tells that nothing is violated, but for what is known.
	ExitOK = 0
	// ExitFailed tells that a case failed, or that one listed as a known
	// failure passed.
	ExitFailed = 1
	// ExitError tells that no verdict could be reached on some case, or that
	// the run did not come to its end, executed nothing, or that nothing was
	// accepted of what had to be.
	ExitError = 3
)

// NothingAccepted reports whether requests were sent that had to be accepted, and
// none was. A report on a shard, or on a recording, does not tell.
func (r *Report) NothingAccepted() bool {
	if r.Shard != nil || r.Recording != nil || len(r.Unaccepted) == 0 {
		return false
	}
	for i := range r.Verdicts {
		if v := &r.Verdicts[i]; v.Accepted() || v.Outcome == Known && v.Case.Expect.Outcome == plan.Accepted {
			return false
		}
	}
	return true
}

// ExitCode gives the exit code for a report. A failure goes before an error: it
// is certain, whatever else could not be found out.
func ExitCode(r *Report) int {
	ran := slices.ContainsFunc(r.Verdicts, func(v Verdict) bool { return v.Outcome != Skip })
	switch {
	case r.Summary.Fail > 0 || r.Summary.Fixed > 0:
		return ExitFailed
	case r.Summary.Error > 0 || r.Interrupted != "" || !ran || r.NothingAccepted():
		return ExitError
	}
	return ExitOK
}

// notes gathers the notes of verdicts, each once for an operation, in the order in
// which they come first.
func notes(verdicts []Verdict) []Note {
	type key struct{ operation, message string }
	var out []Note
	places := map[key]int{}
	for i := range verdicts {
		for _, message := range verdicts[i].Notes {
			k := key{verdicts[i].Case.Operation, message}
			place, ok := places[k]
			if !ok {
				place = len(out)
				places[k] = place
				out = append(out, Note{Operation: k.operation, Message: message})
			}
			out[place].Cases++
		}
	}
	return out
}

// unaccepted lists the operations that accepted nothing of what they had to, in
// the order of the plan.
func unaccepted(verdicts []Verdict, notServed map[string]bool) []Unaccepted {
	var order []string
	found := map[string]*Unaccepted{}
	accepted := map[string]bool{}
	for i := range verdicts {
		v := &verdicts[i]
		if v.Case.Expect.Outcome != plan.Accepted || v.Outcome == Skip || v.Exchange == nil {
			continue
		}
		op := v.Case.Operation
		accepted[op] = accepted[op] || v.Accepted()
		u := found[op]
		if u == nil {
			u = &Unaccepted{Operation: op, Answers: map[string]int{}, NotServed: notServed[op]}
			found[op], order = u, append(order, op)
		}
		u.Cases++
		if v.Exchange.Status != 0 {
			u.Answers[fmt.Sprintf("%03d", v.Exchange.Status)]++
		}
		if u.Reason == "" && v.Outcome == Undecided {
			u.Reason = v.Reason
		}
	}
	var out []Unaccepted
	for _, op := range order {
		if !accepted[op] {
			out = append(out, *found[op])
		}
	}
	return out
}
