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

	"github.com/apiclause/clause/contract/internal/printable"
)

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
