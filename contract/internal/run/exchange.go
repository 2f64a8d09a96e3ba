package run

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/printable"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// Exchange is a request as it was sent, the answer as it was received, and
// when. It holds the target's secrets: only redacted copies may be shown.
type Exchange struct {
	// Case is the index of the case in the plan.
	Case int
	// Sent is the zero value when nothing was sent.
	Sent Sent
	// Got is nil when no answer came. It is what came of the answer when a
	// Problem kept the rest from coming.
	Got *Received
	// Problem says what kept the answer from coming or from being read whole.
	Problem *Problem
	// Started is when the last attempt was sent.
	Started time.Time
	// Elapsed is from then until the answer's end.
	Elapsed  time.Duration
	Attempts int
	// Secrets are the credentials of this one request, such as a signature.
	// Runner.Secrets are those of all.
	Secrets []auth.Secret
	// Issued are the tokens in the request that were issued while the run went on,
	// by the scheme. Runner.Redactor knows them.
	Issued map[string]auth.Secret
	// Before is what was sent to make what the case is about. A thing that several
	// cases share is made once.
	Before []Step
	// Unmade says why what the case is about could not be made, so that the request
	// names something that may not be there; "" where it was, or need not be.
	Unmade string
	// Listed is what was seen of the list that the case reads; nil where it reads none.
	Listed *Listed
	// Heeded is what was asked for to see whether the list heeds a parameter.
	Heeded []Step
	// Again is the exchange of the case when it was sent once more; nil for most.
	Again *Exchange
	// Unsure says why nothing that it would charge is charged: it may come from elsewhere,
	// and the case was not sent again to see; "" for most.
	Unsure string
	// Refuses tells that a request which was accepted before was refused after this one, as
	// this one was: the target may keep no more things.
	Refuses bool
	// Canary is what was sent after it to see whether the credentials are still good; nil
	// for most.
	Canary *Step
	// Recorded is set for an exchange that was recorded, and not made here.
	Recorded *Recorded
}

// Found gives the names, as texts, of the things that were made for a case which finds
// several.
func (e *Exchange) Found(c *plan.Case) []string {
	var out []string
	for i := range e.Before {
		if s := &e.Before[i]; s.Of == c.Request.Among && s.Name != nil {
			out = append(out, spec.Text(s.Name))
		}
	}
	return out
}

// Recorded says what a recording leaves out of an exchange. It never shows how
// an answer was framed, nor whether what failed was made to fail.
type Recorded struct {
	// Partial tells that headers may be missing.
	Partial bool
	// WithoutBody tells that the answer may have had a body, or more of one, than is here.
	WithoutBody bool
	// Repeated tells that the same request was recorded before: it may have been
	// sent again, and be answered from what was there.
	Repeated bool
}

// Sent is a request as it went out.
type Sent struct {
	Method string
	URL    string
	Header http.Header
	Body   []byte
}

// Received is an answer as it came in, but for gzip and deflate, which are
// unpacked.
type Received struct {
	Status int
	Header http.Header
	Body   []byte
	// Unpacked tells that the coding that Header still names was undone.
	Unpacked bool
	// Truncated tells that the body was longer than the limit. Body then is
	// its beginning, of at most 64 KiB: there is nothing to judge in it.
	Truncated bool
}

// ProblemKind says whose the problem is.
type ProblemKind string

// The kinds of problem.
const (
	// Unreachable: no connection, a name that does not resolve.
	Unreachable ProblemKind = "unreachable"
	// TLS: the handshake failed or the certificate is not trusted.
	TLS ProblemKind = "tls"
	// Deadline: the answer did not come, or end, in time.
	Deadline ProblemKind = "deadline"
	// Malformed: what came is not HTTP, or ended too early.
	Malformed ProblemKind = "malformed"
	// TooLong: there was more of an answer's head, or between its chunks, than
	// is read. HTTP has no limit there (RFC 9110, section 5.4).
	TooLong ProblemKind = "too-long"
	// Throttled: 429 or 503 to the last attempt.
	Throttled ProblemKind = "throttled"
	// Interrupted: the run ended first.
	Interrupted ProblemKind = "interrupted"
	// NoCredentials: no token could be got from the identity service.
	NoCredentials ProblemKind = "no-credentials"
	// Inapplicable: the case cannot be made with the credentials that there are.
	Inapplicable ProblemKind = "inapplicable"
	// Internal: the request could not be made from the case.
	Internal ProblemKind = "internal"
)

// Problem is what kept an answer from coming or from being read whole.
type Problem struct { //nolint:errname // It is a part of an exchange, before it is an error.
	Kind ProblemKind
	Err  error
}

// Error gives the underlying error's text, cut to a length that a person
// reads: it may quote what a target sent.
func (p *Problem) Error() string { return bounded(p.Err.Error()) }

// Unwrap gives the underlying error.
func (p *Problem) Unwrap() error { return p.Err }

// stage is how far an exchange had come when an error ended it.
type stage int

const (
	dialing stage = iota
	proxying
	handshaking
	answering
)

// stageError says where in an exchange an error occurred. It is what tells the
// kinds of Problem from one another: errors of the same text occur everywhere.
type stageError struct {
	stage stage
	err   error
}

func (e *stageError) Error() string { return e.err.Error() }
func (e *stageError) Unwrap() error { return e.err }

func at(s stage, err error) error { return &stageError{stage: s, err: err} }

// problem makes a Problem of a message.
func problem(kind ProblemKind, format string, args ...any) *Problem {
	return &Problem{Kind: kind, Err: fmt.Errorf(format, args...)}
}

var errStopped = errors.New("the run was stopped before this case had its answer")

// interrupted is the Problem of a case that the run's end kept from its answer.
func interrupted(ctx context.Context) *Problem {
	cause := context.Cause(ctx)
	if cause == nil || errors.Is(cause, context.Canceled) {
		cause = errStopped
	}
	return &Problem{Kind: Interrupted, Err: cause}
}

// classify makes a Problem of an error that ended an attempt. run is the
// context of the run, attempt that of the one attempt.
func (r *Runner) classify(run, attempt context.Context, err error) *Problem {
	var where *stageError
	if !errors.As(err, &where) {
		where = &stageError{stage: answering, err: err}
	}
	if ended(run) {
		return interrupted(run)
	}
	late := attempt.Err() != nil
	after := r.options.CaseTimeout
	switch where.stage {
	case dialing, proxying:
		if late {
			return &Problem{Kind: Unreachable, Err: at(where.stage, fmt.Errorf("no connection to %s within %s: %w", r.network.peer(), after, err))}
		}
		return &Problem{Kind: Unreachable, Err: err}
	case handshaking:
		if late {
			return &Problem{Kind: Deadline, Err: at(where.stage, fmt.Errorf("the TLS handshake did not end within %s", after))}
		}
		return &Problem{Kind: TLS, Err: err}
	default:
		var alert *net.OpError
		if errors.As(err, &alert) && alert.Op == remoteError {
			// TLS 1.3 refuses a client's certificate after the handshake.
			return &Problem{Kind: TLS, Err: at(handshaking, err)}
		}
		if late {
			return problem(Deadline, "the answer did not %s within %s", beginOrEnd(err), after)
		}
		if tooLong(err) {
			return &Problem{Kind: TooLong, Err: err}
		}
		return &Problem{Kind: Malformed, Err: err}
	}
}

// tooLong tells an answer that is longer than is read from one that is wrong:
// our own limit, and those that net/http has for chunks and trailers, most of
// which it has no name for.
func tooLong(err error) bool {
	if errors.Is(err, errHead) || errors.Is(err, http.ErrLineTooLong) {
		return true
	}
	text := err.Error()
	return strings.HasSuffix(text, "chunked encoding contains too much non-data") ||
		strings.HasSuffix(text, "suspiciously long trailer after chunked body")
}

// ended tells that a context is done, or that its deadline has passed, which a
// dialer notices before the context does.
func ended(ctx context.Context) bool {
	if deadline, ok := ctx.Deadline(); ok && !time.Now().Before(deadline) {
		<-ctx.Done()
	}
	return ctx.Err() != nil
}

// remoteError is what crypto/tls calls an alert from the other side.
const remoteError = "remote error"

// errBegun marks an error that occurred after an answer had begun.
var errBegun = errors.New("the answer's body cannot be read to its end")

func beginOrEnd(err error) string {
	if errors.Is(err, errBegun) {
		return "end"
	}
	return "come"
}

// maxText bounds the text of a problem, in bytes.
const maxText = 400

// bounded cuts a text that may quote what a target sent, and takes away what a
// terminal would obey.
func bounded(quoted string) string {
	quoted = printable.Mask(quoted[:min(len(quoted), 2*maxText)])
	if len(quoted) <= maxText {
		return quoted
	}
	end := maxText
	for !utf8.RuneStart(quoted[end]) {
		end--
	}
	return quoted[:end] + "..."
}
