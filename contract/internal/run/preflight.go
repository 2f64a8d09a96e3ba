package run

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/apiclause/clause/contract/plan"
)

// The waits between two attempts to find a target that is still starting.
const (
	firstKnock = 50 * time.Millisecond
	lastKnock  = time.Second
)

// maxTries is how many cases a preflight sends beyond the first.
const maxTries = 5

// Tried is what a preflight sent, and what came back.
type Tried struct {
	// Exchanges are those of the cases that were tried, in the order of sending.
	Exchanges []Exchange
	// Probe is what was asked of a path that cannot exist, nil if nothing was, and
	// Probed its exchange. It is no case of the plan.
	Probe  *plan.Case
	Probed Exchange
}

// preflight is one under way.
type preflight struct {
	*Runner

	cases []plan.Case
	order []int
	left  int // how many more may be sent
	tried Tried
}

// Preflight sends the first case of an order, and says what keeps the target from
// being tested at all: one Diagnosis in place of a failure for each case. It is
// nil when the answers are worth judging, be they right or wrong. A target that is
// not there yet, as one that is still starting, is waited for; with wait 0 it is
// not.
//
// An answer that a target may well give to one request, such as 404 or 401, stops
// nothing by itself: then up to five of the other cases are tried, and a path that
// cannot exist. A first case that has not to be accepted says only whether the
// target can be reached.
func (r *Runner) Preflight(ctx context.Context, cases []plan.Case, order []int, wait time.Duration) (Tried, *Diagnosis) {
	p := &preflight{Runner: r, cases: cases, order: order, left: maxTries}
	p.tried.Exchanges = append(make([]Exchange, 0, 1+maxTries), r.knock(ctx, &cases[order[0]], order[0], wait))
	d := p.examine(ctx)
	if d != nil {
		d.Message = r.shown(d.Message, p.tried.Exchanges)
	}
	return p.tried, d
}

// knock sends the first case until the target is there, or the wait is over.
func (r *Runner) knock(ctx context.Context, c *plan.Case, index int, wait time.Duration) Exchange {
	deadline := r.pacer.clock.now().Add(wait)
	if wait > 0 && len(r.Issuers(c)) > 0 {
		r.listening(ctx, deadline) // Who issues tokens may be starting as well, and is asked in vain but once.
	}
	for knock := firstKnock; ; knock = min(2*knock, lastKnock) {
		e := r.exchange(ctx, c, index)
		if !absent(&e) || !r.pacer.clock.now().Add(knock).Before(deadline) || !r.pacer.clock.sleep(ctx, knock) {
			return e
		}
	}
}

// listening waits until the target takes a connection.
func (r *Runner) listening(ctx context.Context, deadline time.Time) {
	for knock := firstKnock; ; knock = min(2*knock, lastKnock) {
		limited, cancel := context.WithTimeout(ctx, r.options.CaseTimeout)
		l, err := r.network.dial(limited)
		cancel()
		if err == nil {
			l.close()
			return
		}
		if !r.pacer.clock.now().Add(knock).Before(deadline) || !r.pacer.clock.sleep(ctx, knock) {
			return
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

// examine diagnoses the first answer, with the help of others.
func (p *preflight) examine(ctx context.Context) *Diagnosis {
	c, e := p.at(0)
	if e.Problem != nil {
		if e.Problem.Kind == Deadline && accepting(c) {
			// One operation may be slow: it is the target if another one is, too.
			other, ok := p.try(ctx, func(c *plan.Case) bool { return accepting(c) && p.anew(c, samePath) })
			if ok && other.Got != nil {
				return nil
			}
		}
		return p.failed(ctx, e)
	}
	expected := fulfils(c, e.Got.Status)
	if !expected {
		if d := p.onTheWay(ctx, e); d != nil {
			return d
		}
	}
	if !accepting(c) {
		return nil
	}
	var d *Diagnosis
	switch {
	case expected:
	case missing(e):
		d = p.misplaced(ctx)
	case unauthorizing(e):
		return p.unauthorized(ctx)
	case p.strays(c, e):
		d = p.redirected(ctx)
	}
	if d != nil {
		return d
	}
	return p.unproven(ctx)
}

// unproven looks at the credentials where no case has shown that they are good,
// and tries one with them if there was none.
func (p *preflight) unproven(ctx context.Context) *Diagnosis {
	sent := false
	for n := range p.tried.Exchanges {
		c, e := p.at(n)
		if authenticated(c) && !unauthorizing(e) {
			return nil
		}
		sent = sent || authenticated(c)
	}
	if !sent {
		e, ok := p.try(ctx, func(c *plan.Case) bool { return accepting(c) && authenticated(c) })
		if !ok || !unauthorizing(&e) {
			return nil
		}
	}
	return p.unauthorized(ctx)
}

// at returns the case that was tried as number n, and its exchange.
func (p *preflight) at(n int) (*plan.Case, *Exchange) {
	e := &p.tried.Exchanges[n]
	return &p.cases[e.Case], e
}

// try sends the next case that suits, if there is one and it may be sent: safe
// methods first, and nothing that could end what the others need.
func (p *preflight) try(ctx context.Context, suits func(*plan.Case) bool) (Exchange, bool) {
	if p.left == 0 || ctx.Err() != nil {
		return Exchange{}, false
	}
	for _, safe := range []bool{true, false} {
		for _, i := range p.order {
			c := &p.cases[i]
			if plan.Safe(c.Request.Method) != safe || severs(&c.Request) || p.has(i) || !suits(c) {
				continue
			}
			p.left--
			e := p.exchange(ctx, c, i)
			p.tried.Exchanges = append(p.tried.Exchanges, e)
			return e, true
		}
	}
	return Exchange{}, false
}

func (p *preflight) has(i int) bool {
	return slices.ContainsFunc(p.tried.Exchanges, func(e Exchange) bool { return e.Case == i })
}

// anew reports whether no case like one was tried.
func (p *preflight) anew(c *plan.Case, like func(a, b *plan.Case) bool) bool {
	return !slices.ContainsFunc(p.tried.Exchanges, func(e Exchange) bool { return like(c, &p.cases[e.Case]) })
}

// fulfils reports whether a status is what the contract wants for a case. With
// documented and demandsCredentials it is all that a preflight knows of that.
func fulfils(c *plan.Case, status int) bool { return c.Expect.Allows(strconv.Itoa(status)) }

// documented reports whether the contract names a status for a case's operation,
// or its range.
func (r *Runner) documented(c *plan.Case, status int) bool {
	op := r.builder.operations[c.Operation]
	if op == nil || op.model == nil {
		return false
	}
	text := strconv.Itoa(status)
	for _, response := range op.model.Responses {
		if response.Status == text || response.Status == text[:1]+"XX" {
			return true
		}
	}
	return false
}

// accepting reports whether a case has to be accepted.
func accepting(c *plan.Case) bool { return c.Expect.Outcome == plan.Accepted }

// authenticated reports whether a case carries the right credentials.
func authenticated(c *plan.Case) bool {
	return c.Request.Credential.Scheme != "" && c.Request.Credential.Variant == plan.Valid
}

// demandsCredentials reports whether a case lacks credentials, for which a target
// may not answer that there is no such thing.
func demandsCredentials(c *plan.Case) bool {
	return c.Expect.Outcome == plan.Refused && c.Technique == plan.Authentication && c.Request.Credential.Variant == plan.None &&
		!fulfils(c, http.StatusNotFound)
}
