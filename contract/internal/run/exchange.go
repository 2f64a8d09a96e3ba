package run

import (
	"net/http"
	"time"

	"github.com/apiclause/clause/contract/auth"
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
	// Recorded is set for an exchange that was recorded, and not made here.
	Recorded *Recorded
}

// Recorded says what a recording leaves out of an exchange. It never shows how
// an answer was framed, nor whether what failed was made to fail.
type Recorded struct {
	// Partial tells that headers may be missing.
	Partial bool
	// Bodiless tells that the answer may have had a body, or more of it.
	Bodiless bool
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
