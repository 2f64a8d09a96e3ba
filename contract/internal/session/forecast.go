package session

import (
	"slices"
	"time"

	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/plan"
)

// Forecast is contract.Forecast.
type Forecast struct {
	Requests         int
	Probe            bool
	Accepted, Unsafe int
	SetUps           int
	Pages            int
	Again            int
	Logins           int
	Issuers          []string
	Jobs             int
	Rate             float64
	Budget           int
	Least            time.Duration
	Skipped          map[string]int
	Elsewhere        int
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
	sent := s.own()
	f.Elsewhere = len(s.sendable()) - len(sent)
	for _, i := range sent {
		count(&s.plan.Cases[i])
	}
	made, ended := s.runner.SetUpRequests(s.plan.Cases, sent)
	f.Requests, f.Accepted, f.Unsafe, f.SetUps = f.Requests+made+ended, f.Accepted+made+ended, f.Unsafe+made+ended, made
	f.Pages, f.Again = run.MostPages(s.plan.Cases, sent), s.runner.MostAgain(s.plan.Cases, sent)+s.mostBeside(sent)
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

// mostBeside bounds what is sent for cases that are not selected, on which verdicts of
// those that are may hang.
func (s *Session) mostBeside(sent []int) int {
	if !s.config.Shard.Whole() {
		return 0
	}
	about := map[string]bool{} // operations, and resources
	for _, i := range sent {
		about[s.plan.Cases[i].Operation] = true
		for resource := range s.plan.Cases[i].Request.Made() {
			about[resource] = true
		}
	}
	var beside []int
	for i := range s.plan.Cases {
		c := &s.plan.Cases[i]
		if s.selected[i] || c.Skip != "" || c.Expect.Outcome != plan.Accepted {
			continue
		}
		hangs := about[c.Operation]
		for resource := range c.Request.Made() {
			hangs = hangs || about[resource]
		}
		if hangs {
			beside = append(beside, i)
		}
	}
	makes, ends := s.runner.SetUpRequests(s.plan.Cases, beside)
	return len(beside) + makes + ends + run.MostPages(s.plan.Cases, beside) + s.runner.MostAgain(s.plan.Cases, beside)
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
