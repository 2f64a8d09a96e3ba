package run

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/apiclause/clause/contract/plan"
)

// The waits between two attempts to find a target that is still starting.
const (
	firstKnock = 50 * time.Millisecond
	lastKnock  = time.Second
)

// Preflight sends one case, the smallest valid request, and says what keeps the
// target from being tested at all: one Diagnosis in place of a failure for each
// case. It is nil when the answer is worth judging, be it right or wrong. A
// target that is not there yet, as one that is still starting, is waited for;
// with wait 0 it is not. The exchange's Case is 0.
func (r *Runner) Preflight(ctx context.Context, c *plan.Case, wait time.Duration) (Exchange, *Diagnosis) {
	deadline := r.pacer.clock.now().Add(wait)
	for knock := firstKnock; ; knock = min(2*knock, lastKnock) {
		e := r.exchange(ctx, c, 0)
		if !absent(&e) || !r.pacer.clock.now().Add(knock).Before(deadline) {
			return e, r.diagnose(ctx, c, &e)
		}
		if !r.pacer.clock.sleep(ctx, knock) {
			return e, r.diagnose(ctx, c, &e)
		}
	}
}

// absent reports whether it looks as if the target were still starting: no
// connection, or one on which nothing comes; or a gateway before it says so.
func absent(e *Exchange) bool {
	if e.Got != nil {
		return slices.Contains([]int{http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}, e.Got.Status)
	}
	switch e.Problem.Kind {
	case Unreachable, Deadline:
		return true
	case Malformed:
		return errors.Is(e.Problem, errSilent)
	case TLS:
		var broken *net.OpError
		return errors.Is(e.Problem, io.EOF) || errors.As(e.Problem, &broken) && broken.Op != remoteError
	default:
		return false
	}
}
