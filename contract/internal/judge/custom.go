package judge

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/http"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/report"
)

// Custom is a check that a user of the library adds to the table.
type Custom struct {
	// ID is that of the check; its clauses are OPERATION.answer.check.ID.
	ID string
	// Level, Statement and Reason are those of its clauses.
	Level             clause.Level
	Statement, Reason string
	// Func gives nil for an answer that keeps to the statement, and else what is
	// wrong; what errors.Join has joined are several findings. An error with
	// ErrNotHeld in its chain is none.
	Func func(Exchange) error
}

// Exchange is what a custom check sees: an answer that was read whole, and its
// request, without credentials.
type Exchange struct {
	Operation, Case string

	Method, URL   string
	RequestHeader http.Header
	RequestBody   []byte

	Status int
	Header http.Header
	Body   []byte
}

// ErrNotHeld is in the chain of the error of a custom check that says nothing of an
// answer.
var ErrNotHeld = errors.New("the answer does not show it")

func (c Custom) clause(operation string) string {
	return clause.ID(operation, "answer", "check", c.ID)
}

// State gives the model with the clauses of custom checks. The error joins one for
// each that cannot be made.
func State(model *spec.Contract, all []Custom) (*spec.Contract, error) {
	var problems []error
	seen := map[string]bool{}
	for i, c := range all {
		if err := c.problem(seen); err != nil {
			problems = append(problems, fmt.Errorf("check %d: %w", i+1, err))
		}
		seen[c.ID] = true
	}
	if len(all) == 0 || problems != nil {
		return model, errors.Join(problems...)
	}
	for _, op := range model.Operations {
		for _, c := range all {
			if other := model.Clause(c.clause(op.ID)); other != nil {
				return nil, fmt.Errorf("the check %q would have the clause %s, which the contract has at %s: give it another ID", c.ID, other.ID, other.At)
			}
		}
	}
	return model.With(func(op *spec.Operation) []*clause.Clause {
		out := make([]*clause.Clause, len(all))
		for i, c := range all {
			out[i] = &clause.Clause{
				ID: c.clause(op.ID), Operation: op.ID, Level: c.Level, Statement: c.Statement, Inferred: c.Reason, At: op.At,
			}
		}
		return out
	}), nil
}

// problem says what is wrong with a check; seen are the ids of those before it.
func (c Custom) problem(seen map[string]bool) error {
	switch {
	case c.ID == "":
		return errors.New("it has no ID: give it one of letters, digits, _ and -")
	case clause.ID(c.ID) != c.ID:
		return fmt.Errorf("its ID is %q: use letters, digits, _ and - alone, as it becomes a part of clause ids", c.ID)
	case seen[c.ID]:
		return fmt.Errorf("its ID is %q, which a check before it has: give it another", c.ID)
	case c.Level != clause.Must && c.Level != clause.Should:
		return fmt.Errorf("the level of %q is %q: use clause.Must or clause.Should", c.ID, c.Level)
	case c.Statement == "":
		return fmt.Errorf("%q has no Statement: say in one sentence what an answer has to be", c.ID)
	case c.Level == clause.Should && c.Reason == "":
		return fmt.Errorf("%q has the level should and no Reason: say why it should hold", c.ID)
	case c.Level == clause.Must && c.Reason != "":
		return fmt.Errorf("%q has the level must and a Reason, which only should has: remove one of the two", c.ID)
	case c.Func == nil:
		return fmt.Errorf("%q has no Func: give the function that judges an answer", c.ID)
	}
	return nil
}

// rows makes rows of the table of custom checks.
func rows(all []Custom) []check {
	out := make([]check, len(all))
	for i, c := range all {
		out[i] = check{
			id: "check." + c.ID, clauses: "OPERATION.answer.check." + c.ID, level: string(c.Level),
			statement: c.Statement, reason: c.Reason, judge: func(j *Judgment) { j.judgeCustom(c) },
		}
	}
	return out
}

// judgeCustom judges an answer by a custom check. One that was not read whole is not
// held to it: what is missing may be what the check wants.
func (j *Judgment) judgeCustom(c Custom) {
	id := c.clause(j.op.ID)
	if j.model.Clause(id) == nil {
		return
	}
	if reason := j.incomplete(); reason != "" {
		j.unheld(id, reason)
		return
	}
	failure, found := called(c.Func, j.visible())
	if failure != "" {
		failure = fmt.Sprintf("the check %q %s", c.ID, failure)
		j.undecided = cmp.Or(j.undecided, failure)
		j.unheld(id, failure)
		return
	}
	nothing := ""
	for _, err := range separate(found) {
		if errors.Is(err, ErrNotHeld) {
			nothing = err.Error()
			continue
		}
		j.findf(id, "%s", err.Error())
	}
	if nothing == "" {
		j.held(id)
	} else if !j.exercised[id] {
		j.unheld(id, nothing)
	}
}

// incomplete says why an answer may lack something, or "".
func (j *Judgment) incomplete() string {
	switch {
	case j.partial(), j.unrecorded():
		return "a recording may lack a part of the answers"
	case !j.whole():
		return "no answer could be read to its end"
	}
	return ""
}

func (j *Judgment) unheld(id, reason string) {
	j.reasons = append(j.reasons, report.Unheld{Clause: id, Reason: j.shared.text(j.brief(reason))})
}

// visible gives the exchange as a custom check may see it: a copy of its own.
func (j *Judgment) visible() Exchange {
	x := Exchange{
		Operation: j.op.ID, Case: j.c.ID, Method: j.x.Sent.Method, URL: j.redactor.RedactString(redacted(j.sentURL())),
		RequestHeader: http.Header{}, RequestBody: bytes.Clone(j.redactor.Redact(j.x.Sent.Body)),
		Status: j.x.Got.Status, Header: http.Header{}, Body: bytes.Clone(j.redactor.Redact(j.content.body)),
	}
	for name, value := range j.sentLines() {
		x.RequestHeader.Add(j.redactor.RedactString(name), j.redactor.RedactString(redacted(value)))
	}
	for name, value := range j.gotLines() {
		x.Header.Add(j.redactor.RedactString(name), j.redactor.RedactString(redacted(value)))
	}
	return x
}

// called calls a function that is not ours. It may panic, and it may end its
// goroutine, as a failing test does: failure then says so.
func called(f func(Exchange) error, x Exchange) (failure string, found error) {
	done := make(chan struct{})
	failure = "ended its goroutine, as t.FailNow does, and gave no result: have it return an error"
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				failure = fmt.Sprintf("panicked: %v", p)
			}
		}()
		found = f(x)
		failure = ""
	}()
	<-done
	return failure, found
}

// separate gives the errors that errors.Join has joined, or the one there is.
func separate(err error) []error {
	if err == nil {
		return nil
	}
	if all, is := err.(interface{ Unwrap() []error }); is && errors.Join(all.Unwrap()...).Error() == err.Error() {
		return all.Unwrap()
	}
	return []error{err}
}
