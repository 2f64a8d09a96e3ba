package contract

import (
	"net/http"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/judge"
)

// Check is something that every answer is held to, beside what the contract says. It
// makes a clause for each operation, OPERATION.answer.check.ID, which Only, Skip,
// known failures and reports have like any other. Config.Checks and Recording.Checks
// take checks.
type Check struct {
	// ID names it: letters, digits, '_' and '-'.
	ID string
	// Level is clause.Must, or clause.Should, which fails no case.
	Level clause.Level
	// Statement says in one sentence what an answer has to be.
	Statement string
	// Reason says for clause.Should why that should be; else it is "".
	Reason string
	// Func gives nil for an answer that keeps to the statement, and else an error that
	// says what is wrong. Several things that are wrong are joined by errors.Join. An
	// error with ErrNotHeld in its chain tells that this answer does not show
	// whether the statement is kept.
	//
	// Func gets only answers that were read whole, and it may be called by several
	// goroutines. A panic makes the case undecided, and the report says so. It has to
	// return: nothing ends it.
	Func func(Exchange) error
}

// Exchange is a request and its answer, as a Check sees them: whole, but with
// "[redacted]" in the place of credentials, and the answer's body without its content
// coding. It is the check's own to change.
type Exchange struct {
	// Operation is the operationId, Case the id of the case in the plan.
	Operation, Case string

	Method, URL   string
	RequestHeader http.Header
	RequestBody   []byte

	Status int
	Header http.Header
	Body   []byte
}

// ErrNotHeld is in the chain of what a Check gives for an answer that does not show
// whether the statement is kept: one about lists gives it where there is no list. If
// no answer shows it, the clause is untested, and the error is the reason.
var ErrNotHeld = judge.ErrNotHeld

// customs gives checks as judging has them.
func customs(checks []Check) []judge.Custom {
	out := make([]judge.Custom, len(checks))
	for i, c := range checks {
		out[i] = judge.Custom{ID: c.ID, Level: c.Level, Statement: c.Statement, Reason: c.Reason}
		if c.Func != nil {
			out[i].Func = func(x judge.Exchange) error { return c.Func(Exchange(x)) }
		}
	}
	return out
}
