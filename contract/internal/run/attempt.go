package run

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/plan"
)

// exchange sends a case until an answer is there that does not ask to try
// again. What is sent again has an id of its own.
func (r *Runner) exchange(ctx context.Context, c *plan.Case, index int) Exchange {
	shared := r.things.shareOf(c)
	if shared != nil {
		shared.turn.Lock()
		defer shared.turn.Unlock()
	}
	if !r.provides(shared, c) {
		return Exchange{Case: index, Problem: problem(Inapplicable, "%s", overBudget)}
	}
	e := r.about(ctx, c, c, index)
	switch {
	case !shared.worn(c, &e) || ctx.Err() != nil || r.guess(c): // a password is guessed once, whatever the answer
	case !r.afford(r.cost(c)):
		e.Unsure = tooDear
	default:
		r.aside(Step{Case: c, Exchange: e, Did: "about what others had before; sent again about what is new"})
		shared.spend(r.things)
		shared.spent = false // that is paid for
		again := *c
		again.ID += " again" // with an id and texts of its own
		e = r.about(ctx, c, &again, index)
	}
	r.things.after(c, shared, &e)
	return e
}

// about sends a case, as one that may have another id, about what is made for it.
func (r *Runner) about(ctx context.Context, c, as *plan.Case, index int) Exchange {
	names, before, problem := r.things.need(ctx, c, 0, nil)
	e := r.exchangeWith(ctx, as, index, names)
	e.Before, e.Unmade = before, problem
	e.Listed = r.walk(ctx, c, names, &e)
	e.Heeded = r.heed(ctx, c, names, &e)
	r.things.noteMade(c, &e, names)
	return e
}

// exchangeWith is exchange with the names of what was made for it.
func (r *Runner) exchangeWith(ctx context.Context, c *plan.Case, index int, names map[string]any) Exchange {
	for attempt := 1; ; attempt++ {
		again := ""
		if attempt > 1 {
			again = fmt.Sprintf("-%d", attempt)
		}
		e := r.renewed(ctx, c, again, names, r.deliver(ctx, c, again, names))
		e.Case, e.Attempts = index, attempt
		if e.Sent.Method == "" {
			e.Attempts-- // Nothing was sent.
		}
		if e.Problem != nil || !throttled(e.Got) {
			return e
		}
		if e.Problem = r.await(ctx, e.Got, attempt); e.Problem != nil {
			return e
		}
	}
}

// deliver sends a case when its turn has come. A target may close a connection
// at any time between two requests. If it did so while the second was on its
// way, the case is sent again on a new connection, whatever its method: which
// of the cases it happens to is chance, and must not show in a verdict.
func (r *Runner) deliver(ctx context.Context, c *plan.Case, tag string, names map[string]any) Exchange {
	for fresh := false; ; fresh = true {
		r.ready(ctx, c)
		if !r.pacer.wait(ctx) {
			return Exchange{Problem: interrupted(ctx)}
		}
		e := r.attempt(ctx, c, tag, names, fresh)
		if e.Problem == nil || !errors.Is(e.Problem, errStale) {
			return e
		}
	}
}

// await waits as a throttled answer asks. It gives a Problem when the case is
// not to be sent again.
func (r *Runner) await(ctx context.Context, got *Received, attempt int) *Problem {
	now := r.pacer.clock.now()
	wait := waitFor(got.Header, attempt, now)
	deadline, bounded := ctx.Deadline()
	why := ""
	switch {
	case attempt == maxAttempts:
		why = fmt.Sprintf("to each of %d attempts: lower the rate or the jobs", attempt)
	case wait > r.options.MaxWait:
		why = fmt.Sprintf("and asked to wait %s, longer than the %s that a case waits", wait.Round(time.Second), r.options.MaxWait)
	case bounded && now.Add(wait).After(deadline):
		why = fmt.Sprintf("and asked to wait %s, past the run's deadline", wait)
	}
	if why != "" {
		return problem(Throttled, "the target answered %d (%s) %s", got.Status, http.StatusText(got.Status), why)
	}
	if got.Status == http.StatusTooManyRequests {
		r.pacer.hold(wait)
	}
	if !r.pacer.clock.sleep(ctx, wait) {
		return interrupted(ctx)
	}
	return nil
}

// attempt sends a case once, on a fresh connection if need be.
func (r *Runner) attempt(ctx context.Context, c *plan.Case, tag string, names map[string]any, fresh bool) Exchange {
	e := Exchange{Started: r.options.Now()}
	req, body, err := r.make(ctx, c, e.Started, tag, names)
	if err != nil {
		e.Problem = unmade(ctx, err)
		return e
	}
	e.Sent = Sent{Method: req.Method, URL: req.URL.String(), Header: req.Header, Body: body}
	r.builder.operations[c.Operation].note(req, c.Request.Credential.Variant, &e)
	for _, secret := range e.Secrets {
		r.redactor.LearnDigest(secret) // A later answer may hold it, too.
	}

	limited, cancel := context.WithTimeout(ctx, r.options.CaseTimeout)
	defer cancel()
	began := time.Now() // Started can come from another clock.
	e.Got, err = r.network.send(limited, req, fresh)
	e.Elapsed = time.Since(began)
	if err != nil {
		e.Problem = r.classify(ctx, limited, err)
	}
	return e
}

// unmade says why a case could not be made a request.
func unmade(ctx context.Context, err error) *Problem {
	var inapplicable *inapplicableError
	var issue *auth.IssueError
	switch {
	case ended(ctx): // which only a token is waited for
		return problem(Interrupted, "%w, for which a token was awaited", interrupted(ctx).Err)
	case errors.As(err, &issue):
		return &Problem{Kind: NoCredentials, Err: issue}
	case errors.As(err, &inapplicable):
		return &Problem{Kind: Inapplicable, Err: inapplicable}
	}
	return &Problem{Kind: Internal, Err: err}
}

// make builds a request. A signer is someone else's code: its panic is the
// case's problem, not the run's end.
func (r *Runner) make(
	ctx context.Context, c *plan.Case, now time.Time, tag string, names map[string]any,
) (req *http.Request, body []byte, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("case %s: the signer panicked with a %T", c.ID, v) // The value can hold a secret.
		}
	}()
	return r.builder.build(ctx, c, now, tag, names)
}

// maxAttempts bounds how often a case is sent while it gets 429 or 503.
const maxAttempts = 5

// firstBackoff is the wait after the first 429 or 503 that names none; it
// doubles with each.
const firstBackoff = 250 * time.Millisecond

// throttled reports whether an answer asks to be asked again later.
func throttled(got *Received) bool {
	return got != nil && (got.Status == http.StatusTooManyRequests || got.Status == http.StatusServiceUnavailable)
}

// waitFor is how long to wait after an attempt that was throttled.
func waitFor(h http.Header, attempt int, now time.Time) time.Duration {
	if wait, ok := retryAfter(h, now); ok {
		return wait
	}
	return firstBackoff << (attempt - 1)
}

// retryAfter reads the header Retry-After, which is seconds or a date (RFC
// 9110, section 10.2.3). A date is held against the answer's own, if it has
// one: the clocks may differ.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	} else if text != "" && strings.Trim(text, "0123456789") == "" {
		return time.Duration(1<<63 - 1), true // more seconds than anyone waits
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0, false
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(at.Sub(now), 0), true
}
