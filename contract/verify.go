package contract

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/session"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

// ErrUsage is in the chain of every error that comes from how the tool was
// called: a file, flag or pattern that cannot be used. The command line exits
// with 2 for it.
var ErrUsage = session.ErrUsage

// Verify opens a session, runs it to its end, and gives its report. Its errors
// are those of OpenContext and Start.
func Verify(ctx context.Context, c Config) (*report.Report, error) {
	s, err := OpenContext(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := s.Start(ctx, nil); err != nil {
		return nil, err
	}
	return s.Report(), nil
}

// Session is one verification: a plan, then a run, then verdicts. Open makes
// one; Start sends the requests; Verdict waits for one case, Report for all.
type Session struct{ inner *session.Session }

// Open plans a verification. It sends nothing. An error that has ErrUsage in
// its chain comes from the configuration.
func Open(c Config) (*Session, error) { return OpenContext(context.Background(), c) }

// OpenContext is Open that ends early when ctx does, or the timeout of the whole
// run is over.
func OpenContext(ctx context.Context, c Config) (*Session, error) {
	inner, err := session.Open(ctx, c.internal())
	if err != nil {
		return nil, err
	}
	return &Session{inner}, nil
}

// Plan gives the cases for a target without sending anything.
func (c *Contract) Plan(t *target.Target, o Config) (*plan.Plan, error) {
	o.Contract, o.Target = c, t
	if t.BaseURL == nil {
		o.Handler = http.NotFoundHandler() // nothing is sent to it
	}
	s, err := Open(o)
	if err != nil {
		return nil, err
	}
	return s.Plan(), nil
}

// Plan gives every case, those that will not run included.
func (s *Session) Plan() *plan.Plan { return s.inner.Plan() }

// Clause gives the clause with an id, or nil.
func (s *Session) Clause(id string) *clause.Clause { return s.inner.Clause(id) }

// Clauses gives all clauses, those of Config.Checks included.
func (s *Session) Clauses() []*clause.Clause { return s.inner.Clauses() }

// Held gives the cases whose answers show whether a clause is upheld: those made for
// it, or for a clause about answers, which has none, those whose answers it fits.
func (s *Session) Held(id string) []int { return s.inner.Held(id) }

// Selected reports whether Only and Skip leave a case in.
func (s *Session) Selected(i int) bool { return s.inner.Selected(i) }

// Elsewhere reports whether another shard sends a case.
func (s *Session) Elsewhere(i int) bool { return s.inner.Elsewhere(i) }

// Start sends the selected cases and returns when they are under way. also
// narrows the selection further; nil takes all. Where the verdict of a selected
// case hangs on whether others are accepted, those are sent, too, afterwards. The
// error is a *Diagnosis when the first requests showed that the others would be in
// vain. A session starts once: to start it again gives what the first time gave.
func (s *Session) Start(ctx context.Context, also func(i int) bool) error {
	err := s.inner.Start(ctx, also)
	if d, ok := errors.AsType[*session.Diagnosis](err); ok {
		return (*Diagnosis)(d)
	}
	return err
}

// Verdict waits for a case's verdict. The session must have been started.
func (s *Session) Verdict(i int) report.Verdict { return s.inner.Verdict(i) }

// Report waits for every verdict.
func (s *Session) Report() *report.Report { return s.inner.Report() }

// Diagnosis tells why verifying a target is in vain, and what to try.
type Diagnosis struct { //nolint:errname // it is what a user reads, before it is an error
	Message string
	Try     string
	// Report says the same for every case: those that were tried have no verdict,
	// and the others were not sent.
	Report *report.Report
}

// Error gives both in one line.
func (d *Diagnosis) Error() string { return (*session.Diagnosis)(d).Error() }

// Forecast says what a session will do when it is started. What the target
// makes necessary, such as sending again after 429, is not part of it.
type Forecast struct {
	// Requests is how many are sent. Some of them are sent first, to see whether
	// the others make sense. Probe tells that one more may be sent then, to a path
	// that does not exist: if the first is answered as if there were no such path.
	Requests int
	Probe    bool
	// Accepted is how many of them the contract allows, or may: each can leave
	// something behind at the target. Unsafe is how many have a method that may
	// change something (RFC 9110, section 9.2.1).
	Accepted, Unsafe int
	// SetUps is how many of them make what cases are about. What is made is ended after
	// them, where the contract has a request for it.
	SetUps int
	// Pages is how many more are sent at most, for the other pages of lists.
	Pages int
	// Again is how many more are sent at most where the target refuses, loses or forgets
	// something: cases that are sent again, most of them alone, what is made and ended for
	// them, what shows whether the credentials are still good, and cases that are not
	// selected, on which verdicts of the others hang.
	Again int
	// Logins is how often a token is got at least, before what needs it, and Issuers
	// are the services that issue one each, such as "the identity service at
	// https://iam.example.com".
	Logins  int
	Issuers []string
	// Jobs is how many are under way at once, Rate how many are sent in a second
	// at most, 0 for any number. Budget is how many of the accepted ones are kept,
	// 0 for all.
	Jobs   int
	Rate   float64
	Budget int
	// Least is the time that the rate makes it last.
	Least time.Duration
	// Skipped counts the selected cases that are not sent, by reason; Elsewhere
	// those that other shards send.
	Skipped   map[string]int
	Elsewhere int
}

// Forecast says what Start will do. It sends nothing. The error is that of Start
// when nothing would be sent.
func (s *Session) Forecast() (Forecast, error) {
	f, err := s.inner.Forecast()
	return Forecast(f), err
}

// Recording says which recording to judge, and how.
type Recording struct {
	// Contract is what the recorded exchanges are held to.
	Contract *Contract
	// Name is what the report and errors call the recording: its file's name.
	Name string
	// HAR is the recording, an HTTP archive.
	HAR io.Reader
	// BaseURL is where the contract's paths start, such as
	// https://staging.example.com/api. nil takes any host, and paths at the root.
	BaseURL *url.URL
	// Known lists failures that are expected.
	Known *report.KnownFailures
	// Strict makes a broken should a failure.
	Strict bool
	// Checks are what answers are held to beside the contract: those of which the
	// recording lacks nothing.
	Checks []Check
	// Tool is the name and version that the report carries.
	Tool string
}

// UnmatchedError tells that a recording has nothing for any operation of the
// contract. It has ErrUsage in its chain.
type UnmatchedError struct {
	message string
	// BaseURL is a base below which entries would be for operations; "" when
	// there is none.
	BaseURL string
}

// Error says what was looked for.
func (e *UnmatchedError) Error() string { return e.message }

// Is makes it an ErrUsage.
func (e *UnmatchedError) Is(target error) bool { return target == ErrUsage }

// JudgeHAR judges exchanges that were recorded elsewhere, by a browser or a
// proxy, and sends nothing. A request that the contract forbids must have got a
// refusal that it documents; one that it allows any answer that it documents but
// the refusal; and one that implementations may lawfully take or refuse, any.
// Whose credentials a request had is not known, so 401 is always right where the
// operation wants some.
//
// Each entry of the recording that is for an operation becomes a case of the
// report, called by its clause and its index: listThings.answer.200/entry-3 is
// log.entries[3]. The order of the entries is that of the report.
//
// An error that has ErrUsage in its chain comes from the recording or from how it
// is to be judged: it is no HAR, or nothing in it is for an operation, which is an
// *UnmatchedError. When the context ends, the report says so.
func JudgeHAR(ctx context.Context, r Recording) (*report.Report, error) {
	in := session.Recording{Name: r.Name, HAR: r.HAR, BaseURL: r.BaseURL, Known: r.Known, Strict: r.Strict, Tool: r.Tool, Checks: customs(r.Checks)}
	if r.Contract != nil {
		in.Contract = r.Contract.model()
	}
	out, err := session.JudgeHAR(ctx, in)
	if e, ok := errors.AsType[*session.UnmatchedError](err); ok {
		return nil, &UnmatchedError{message: e.Message, BaseURL: e.BaseURL}
	}
	return out, err
}

// Merge joins the reports of all shards of a run, in any order, into the one
// that a single run gives. It holds the answers of the shards against each other
// where values must differ, unless they come from different instances, and says
// which known failures are fixed. The reports stay as they are. The error, which
// has ErrUsage in its chain, says why they are not the shards of one run.
func Merge(reports ...*report.Report) (*report.Report, error) { return session.Merge(reports...) }

// Replay sends cases of an earlier report again, and judges them: as the plan has them
// now, with what they need made anew. patterns are globs over the ids of cases and
// clauses; without one, all that went wrong is sent. Config is that of the earlier run,
// but for what selects cases. Requests that were accepted then are sent beside them where
// verdicts hang on such. An error with ErrUsage in its chain says which case cannot be
// sent again, and why.
func Replay(ctx context.Context, c Config, earlier *report.Report, patterns ...string) (*report.Replay, error) {
	out, err := session.Replay(ctx, c.internal(), earlier, patterns)
	if d, ok := errors.AsType[*session.Diagnosis](err); ok {
		return nil, (*Diagnosis)(d)
	}
	return out, err
}
