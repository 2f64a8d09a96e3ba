package run

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// signsOut reports whether an operation may end what the run is signed in with, or
// change it: one that changes something and names nothing that it is done to, or
// that is about the session.
func signsOut(op *spec.Operation) bool {
	if len(op.Security) == 0 {
		return op.Method == http.MethodDelete && !strings.Contains(op.Path, "{") // all that there is
	}
	if farewell.MatchString(op.Path) {
		return true
	}
	if strings.Contains(op.Path, "{") {
		return false
	}
	switch op.Method {
	case http.MethodPut, http.MethodPatch, http.MethodDelete:
		return true
	case http.MethodPost:
		about := strings.FieldsFunc(strings.ToLower(op.Path), func(r rune) bool { return r < 'a' || r > 'z' })
		return slices.ContainsFunc(about, func(word string) bool { return slices.Contains(oneself, word) })
	}
	return false
}

// oneself are words for the account and the session that a request is sent in.
var oneself = []string{"me", "self", "account", "profile", "password", "session", "sessions", "refresh"}

// canary tells whether the run's credentials are still good, by a request that was
// accepted with them before.
type canary struct {
	mu   sync.Mutex
	c    *plan.Case
	dead string // the case after which it was refused, "" while it is not
	// answered is what it was refused with, and unauthorized tells that it was for its
	// credentials.
	answered     string
	unauthorized bool
}

// learn takes a case as the canary, if it is the first one that was accepted with
// credentials and changes nothing.
func (k *canary) learn(c *plan.Case, e *Exchange) {
	if e.Got == nil || e.Got.Status/100 != 2 || c.Request.Method != http.MethodGet || c.Request.Aided() ||
		c.Expect.Outcome != plan.Accepted || c.Request.Credential.Variant != plan.Valid {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.c == nil {
		k.c = c
	}
}

// afterwards sends the canary after a case that may have ended what the run is
// signed in with. What was accepted before and is refused now, or fails, tells that it
// did.
func (r *Runner) afterwards(ctx context.Context, c *plan.Case) *Step {
	if r.canary.c == nil {
		return nil
	}
	probe := *r.canary.c
	probe.ID += " after " + c.ID
	e := r.exchangeWith(ctx, &probe, -1, nil)
	s := Step{Case: &probe, Exchange: e, Did: "to see whether the credentials are still good"}
	r.aside(s)
	if e.Problem == nil && e.Got != nil && e.Got.Status/100 > 3 {
		r.canary.dead, r.canary.answered = c.ID, answered(&e)
		r.canary.unauthorized = e.Got.Status == http.StatusUnauthorized || e.Got.Status == http.StatusForbidden
	}
	return &s
}

// severed is the exchange of a case that is not sent any more.
func (r *Runner) severed(i int) Exchange {
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
	if r.canary.dead == "" {
		return ""
	}
	return fmt.Sprintf("%s since %s was sent: %s %s, which was accepted before, is answered with %s; "+
		"give the target another account before the next run",
		r.canary.lost(), r.canary.dead, r.canary.c.Request.Method, r.canary.c.Request.Path, r.canary.answered)
}
