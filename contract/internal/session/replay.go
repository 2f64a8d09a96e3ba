package session

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/report"
)

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
		r.accompany(v)
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
	why := "the contract has changed since " + r.earlier.Name()
	switch was := r.earlier.Made; {
	case was == nil:
		why += ", or the target is known otherwise: give the flags of that run, or verify anew"
	case slices.Equal(sums(*was), sums(r.made)):
		why = "the target or its cases are known otherwise than for " + r.earlier.Name() + ": give the flags of that run, or verify anew"
	}
	return usage("%s is no longer a case of %s: %s%s", id, r.config.Contract.File, why, near)
}

// sums gives the hashes of a contract and its overlays.
func sums(m report.Made) []string {
	out := []string{m.SHA256}
	for _, one := range m.Overlays {
		out = append(out, one.SHA256)
	}
	return out
}

// accompany adds, to a case whose answer had a value of another, those that were accepted
// before it, as that may have been the answer to any of them. What else a verdict hangs
// on is sent when it does.
func (r *replaying) accompany(v *report.Verdict) {
	if !slices.ContainsFunc(v.Findings, func(f report.Finding) bool { return strings.HasSuffix(f.Clause, ".distinct") }) {
		return
	}
	for i := range r.earlier.Verdicts {
		other := &r.earlier.Verdicts[i]
		at, planned := r.places[other.Case.ID]
		if planned && at < r.places[v.Case.ID] && other.Case.Operation == v.Case.Operation && other.Accepted() &&
			!r.wanted[at] && r.plan.Cases[at].Skip == "" {
			r.beside[at] = true
		}
	}
}

func (r *replaying) result(was []*report.Verdict) *report.Replay {
	out := &report.Replay{Earlier: r.earlier, Report: r.Report()}
	out.Beside = len(r.beside) + r.settled
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
