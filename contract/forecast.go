package contract

import (
	"slices"
	"time"

	"github.com/apiclause/clause/contract/plan"
)

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
	if err := s.hopeless(s.sendable()); err != nil {
		return Forecast{}, err
	}
	f := Forecast{Jobs: s.config.Jobs, Rate: s.config.Rate, Budget: s.config.Budget, Skipped: map[string]int{}}
	count := func(c *plan.Case) {
		f.Requests++
		if o := c.Expect.Outcome; o == plan.Accepted || o == plan.Either {
			f.Accepted++
		}
		if !plan.Safe(c.Request.Method) {
			f.Unsafe++
		}
	}
	sent := s.part()
	f.Elsewhere = len(s.sendable()) - len(sent)
	for _, i := range sent {
		count(&s.plan.Cases[i])
	}
	if order := s.order(sent); len(order) > 0 {
		f.Probe = s.plan.Cases[order[0]].Expect.Outcome == plan.Accepted
		if !slices.Contains(sent, order[0]) {
			count(&s.plan.Cases[order[0]])
		}
	}
	for i := range s.plan.Cases {
		if reason := s.plan.Cases[i].Skip; s.selected[i] && reason != "" {
			f.Skipped[reason]++
		}
	}
	for _, i := range sent {
		f.Issuers = append(f.Issuers, s.runner.Issuers(&s.plan.Cases[i])...)
	}
	slices.Sort(f.Issuers)
	f.Issuers = slices.Compact(f.Issuers)
	f.Logins = len(f.Issuers)
	if f.Rate > 0 && f.Requests > 1 {
		f.Least = time.Duration(float64(f.Requests-1) / f.Rate * float64(time.Second))
	}
	return f, nil
}

// sendable gives the selected cases that are sent, in this shard or another.
func (s *Session) sendable() []int {
	var indexes []int
	for i := range s.plan.Cases {
		if s.selected[i] && s.plan.Cases[i].Skip == "" {
			indexes = append(indexes, i)
		}
	}
	return indexes
}
