package run

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// last gives the stage in which the cases of an operation are sent that may end what all
// others need; 0 for one that does not.
func last(op *spec.Operation) int {
	switch {
	case stops(op):
		return halting
	case leaves(op):
		return leaving
	case !signsOut(op):
		return 0
	case op.Method == http.MethodDelete:
		return closing
	}
	return parting
}

// signsOut reports whether an operation may end what the run is signed in with, or
// change it: one that changes something and names nothing that it is done to, or
// that is about the session.
func signsOut(op *spec.Operation) bool {
	if len(op.Security) > 0 && farewell.MatchString(op.Path) {
		return true
	}
	if strings.Contains(op.Path, "{") {
		return false
	}
	switch op.Method {
	case http.MethodPut, http.MethodPatch, http.MethodDelete: // all that there is
		return true
	case http.MethodPost:
		about := strings.FieldsFunc(strings.ToLower(op.Path), func(r rune) bool { return r < 'a' || r > 'z' })
		return len(op.Security) > 0 && slices.ContainsFunc(about, func(word string) bool { return slices.Contains(oneself, word) })
	}
	return false
}

// leaves reports whether an operation ends accounts or sessions, among which may be the
// run's own.
func leaves(op *spec.Operation) bool {
	return op.Method == http.MethodDelete && signsOut(op) && accounts.MatchString(op.Path)
}

var accounts = regexp.MustCompile(`(?i)account|user|session|token|/me$`)

// stops reports whether an operation may end the target itself, or have it start anew.
func stops(op *spec.Operation) bool {
	return !spec.Safe(op.Method) && !strings.Contains(op.Path, "{") && stopping.MatchString(op.Path)
}

// stopping is what the last segment of such a path is.
var stopping = regexp.MustCompile(`(?i)[/_-](shut[-_]?down|restart|reboot|power[-_]?off|halt|terminate|quit|exit|kill|factory[-_]?reset)/?$`)

// oneself are words for the account and the session that a request is sent in.
var oneself = []string{"me", "self", "account", "profile", "password", "session", "sessions", "refresh"}

// canary tells whether the run's credentials are still good, by a request that was
// accepted with them before.
type canary struct {
	mu sync.Mutex
	c  *plan.Case
	// open is the first one of an operation that wants no credentials: it tells only
	// whether the target has them wanted now, fails, or is there at all.
	open *plan.Case
	dead string // the case after which it was refused, "" while it is not
	// stopped tells that the target was asked to stop, or to start anew.
	stopped bool
	// answered is what it was refused with, and unauthorized tells that it was for its
	// credentials.
	answered     string
	unauthorized bool
}

// learn takes a case as the canary, if it is the first one that was accepted with
// credentials and changes nothing.
func (k *canary) learn(c *plan.Case, e *Exchange) {
	if e.Got == nil || e.Got.Status/100 != 2 || c.Request.Method != http.MethodGet || c.Request.Aided() ||
		c.Expect.Outcome != plan.Accepted {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	switch c.Request.Credential.Variant {
	case plan.Valid:
		k.c = cmp.Or(k.c, c)
	case plan.None:
		k.open = cmp.Or(k.open, c)
	default:
	}
}

// afterwards sends the canary after a case that may have ended what the run is
// signed in with. What was accepted before and is refused now, or fails, tells that it
// did.
func (r *Runner) afterwards(ctx context.Context, c *plan.Case) *Step {
	sings := cmp.Or(r.canary.c, r.canary.open)
	if sings == nil {
		return nil
	}
	probe := *sings
	probe.ID += " after " + c.ID
	e := r.exchangeWith(ctx, &probe, -1, nil)
	s := Step{Case: &probe, Exchange: e, Did: "to see whether the credentials are still good"}
	r.aside(s)
	if e.Problem != nil || e.Got == nil || e.Got.Status/100 < 4 {
		return &s
	}
	unauthorized := e.Got.Status == http.StatusUnauthorized || e.Got.Status == http.StatusForbidden
	if r.canary.c != nil || unauthorized || e.Got.Status/100 == 5 { // else what is open may only have been about what was ended
		r.canary.dead, r.canary.answered, r.canary.unauthorized = c.ID, answered(&e), unauthorized
	}
	return &s
}

// severed is the exchange of a case that is not sent any more.
func (r *Runner) severed(i int) Exchange {
	if r.canary.stopped {
		return Exchange{Case: i, Problem: problem(Inapplicable,
			"the target may not be there any more since %s was sent, which comes last for that reason: it asks the target to stop, or to start anew",
			r.canary.dead)}
	}
	return Exchange{Case: i, Problem: problem(Inapplicable,
		"%s since %s was sent, which comes last for that reason: it ended or changed what the run is signed in with",
		r.canary.lost(), r.canary.dead)}
}

// lost says what is not as it was.
func (k *canary) lost() string {
	if k.unauthorized {
		return "the credentials are not good any more"
	}
	return "the account, or what it had, is not there any more"
}

// Severed says what became of the account that the run is signed in with, or "".
func (r *Runner) Severed() string {
	if r.canary.dead == "" || r.canary.stopped {
		return ""
	}
	sings := cmp.Or(r.canary.c, r.canary.open)
	return fmt.Sprintf("%s since %s was sent: %s %s, which was accepted before, is answered with %s; "+
		"give the target another account before the next run",
		r.canary.lost(), r.canary.dead, sings.Request.Method, sings.Request.Path, r.canary.answered)
}

// halted notes what became of a request for the target to stop: what was taken, or cut
// the connection, may have stopped it. It is known to be there no more.
func (r *Runner) halted(c *plan.Case, e *Exchange) {
	gone := e.Problem != nil && (e.Problem.Kind == Unreachable || e.Problem.Kind == Malformed)
	if !gone && (e.Got == nil || e.Got.Status/100 > 3) {
		return
	}
	r.canary.dead, r.canary.stopped = c.ID, true
	if gone {
		e.Problem = problem(Inapplicable, "the target went away without an answer, as the request asks it to: %s", e.Problem.Error())
	}
}

// stopped says that the target may not be there any more, or "".
func (r *Runner) stopped() string {
	if !r.canary.stopped {
		return ""
	}
	return "the target itself, which may have stopped, or lost what it had, since " + r.canary.dead + " was sent: start it before the next run"
}
