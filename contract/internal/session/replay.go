package session

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// maxBeside is how many requests of an operation are sent beside a case that changes
// nothing, for the sake of its verdict.
const maxBeside = 10

// Replay sends cases of an earlier report again, as the plan has them now: with what
// they need made anew, and with times and new texts of now.
func Replay(ctx context.Context, c Config, earlier *report.Report, patterns []string) (*report.Replay, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	was, err := earlier.Replayable(patterns)
	if err != nil {
		return nil, AsUsage(err)
	}
	if title := c.Contract.Title; title != earlier.Contract.Title {
		return nil, usage("%s is about %s, and %s about %s: give the contract of the report",
			earlier.Name(), earlier.Contract.Title, c.Contract.File, title)
	}
	c.Budget = cmp.Or(c.Budget, Unlimited) // what is sent is few, and was asked for
	s, err := Open(ctx, c)
	if err != nil {
		return nil, err
	}
	r := &replaying{Session: s, earlier: earlier, places: map[string]int{}, wanted: map[int]bool{}, beside: map[int]bool{}}
	if err := r.choose(was); err != nil {
		return nil, err
	}
	if err := s.Start(ctx, func(i int) bool { return r.wanted[i] || r.beside[i] }); err != nil {
		return nil, err
	}
	return r.result(was), nil
}

type replaying struct {
	*Session

	earlier        *report.Report
	places         map[string]int // of the cases in the plan
	wanted, beside map[int]bool
}

// choose finds the cases in the plan, and what is to be sent beside them.
func (r *replaying) choose(was []*report.Verdict) error {
	for i := range r.plan.Cases {
		r.places[r.plan.Cases[i].ID] = i
	}
	for _, v := range was {
		i, ok := r.places[v.Case.ID]
		if !ok {
			return r.gone(v.Case.ID)
		}
		if reason := r.plan.Cases[i].Skip; reason != "" {
			return usage("%s would not be sent: %s", v.Case.ID, reason)
		}
		r.wanted[i] = true
	}
	for _, v := range was {
		if hangs(v) {
			r.accompany(&r.plan.Cases[r.places[v.Case.ID]])
		}
	}
	return nil
}

// gone says that a case of the report is not in the plan.
func (r *replaying) gone(id string) error {
	ids := make([]string, len(r.plan.Cases))
	for i := range r.plan.Cases {
		ids[i] = r.plan.Cases[i].ID
	}
	near := clause.Nearest(id, ids)
	if near != "" {
		near = "; what comes next to it is " + near
	}
	return usage("%s is no longer a case of %s: the contract has changed since %s, or the target is known otherwise: "+
		"give the flags of that run, or verify anew%s", id, r.config.Contract.File, r.earlier.Name(), near)
}

// hangs reports whether a verdict may have been reached by the answers to others: a
// refusal of what had to be accepted, that something is missing which the run made, and
// a value that was in another answer.
func hangs(v *report.Verdict) bool {
	if v.Exchange == nil || v.Exchange.Status == 0 {
		return false
	}
	refused := v.Case.Expect.Outcome == plan.Accepted && v.Exchange.Status/100 == 4
	missing := len(v.Case.Expect.Made) > 0 && ruling.Missing(strconv.Itoa(v.Exchange.Status))
	return refused || missing || slices.ContainsFunc(v.Findings, func(f report.Finding) bool { return strings.HasSuffix(f.Clause, ".distinct") })
}

// accompany adds cases that were accepted then: of the same operation, all if the case
// may have been refused for what it has in common with one of them; and the first that
// was about a thing which is made alike.
func (r *replaying) accompany(c *plan.Case) {
	made, n, safe := c.Request.Made(), 0, plan.Safe(c.Request.Method)
	for i := range r.earlier.Verdicts {
		v := &r.earlier.Verdicts[i]
		at, planned := r.places[v.Case.ID]
		if !planned || !v.Accepted() || r.wanted[at] || r.plan.Cases[at].Skip != "" {
			continue
		}
		other := &r.plan.Cases[at]
		if other.Operation == c.Operation && (n < maxBeside || !safe) {
			n++
			r.beside[at] = true
		}
		for resource := range other.Request.Made() {
			if _, same := made[resource]; same {
				delete(made, resource)
				r.beside[at] = true
			}
		}
	}
}

func (r *replaying) result(was []*report.Verdict) *report.Replay {
	out := &report.Replay{Earlier: r.earlier, Report: r.Report(), Beside: len(r.beside)}
	now := make(map[string]*report.Verdict, len(was))
	for i := range out.Report.Verdicts {
		now[out.Report.Verdicts[i].Case.ID] = &out.Report.Verdicts[i]
	}
	for _, v := range was {
		out.Cases = append(out.Cases, report.Replayed{Was: v, Now: now[v.Case.ID], Differs: differs(v, now[v.Case.ID])})
	}
	return out
}

// differs says what of a case is another than it was.
func differs(was, now *report.Verdict) string {
	var what []string
	if was.Like == "" && !same(&was.Case.Request, &now.Case.Request) {
		what = append(what, "it sends something else")
	}
	if !same(&was.Case.Expect, &now.Case.Expect) {
		what = append(what, "another answer is expected: "+now.Case.Expect.Wanted())
	}
	if was.Case.Level != now.Case.Level {
		what = append(what, fmt.Sprintf("its clause is a %s", now.Case.Level))
	}
	if len(what) == 0 {
		return ""
	}
	return "changed since the report, with the contract or with what is known of the target: " + strings.Join(what, "; ")
}

func same(a, b any) bool {
	one, errOne := json.Marshal(a)
	other, errOther := json.Marshal(b)
	return errOne == nil && errOther == nil && bytes.Equal(one, other)
}
