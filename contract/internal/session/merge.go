package session

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/judge"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// Merge is contract.Merge.
func Merge(reports ...*report.Report) (*report.Report, error) {
	pieces, err := ordered(reports)
	if err != nil {
		return nil, err
	}
	first := pieces[0]
	for _, p := range pieces {
		if err := p.fits(first); err != nil {
			return nil, err
		}
	}
	in := report.Input{
		Tool: first.Tool, Clauses: first.clauses(), Target: first.Target, Seed: first.Seed,
		Known: first.Shard.Known, Strict: first.Shard.Strict, Interrupted: interrupted(pieces),
		Plan: &plan.Plan{
			Contract: first.Contract.File, Title: first.Contract.Title, Version: first.Contract.Version, Untested: first.Shard.Untested,
		},
	}
	if first.Made != nil {
		in.Made = *first.Made
	}
	in.Started, in.Elapsed = lasted(pieces)
	in.Verdicts, in.NotServed = join(pieces, in.Clauses), notServed(pieces)
	for _, p := range pieces {
		in.Left, in.Severed = append(in.Left, p.Left...), cmp.Or(in.Severed, p.Severed)
	}
	for i := range in.Verdicts {
		in.Plan.Cases = append(in.Plan.Cases, in.Verdicts[i].Case)
	}
	return report.Build(in), nil
}

// piece is the report of a shard, and what messages call it.
type piece struct {
	*report.Report

	name string
}

// ordered gives the reports in the order of their shards, none missing and none
// there twice.
func ordered(reports []*report.Report) ([]piece, error) {
	if len(reports) == 0 {
		return nil, usage("merge: no report is given: give those of all shards of a run")
	}
	pieces := make([]piece, len(reports))
	for i, r := range reports {
		pieces[i] = piece{r, fmt.Sprintf("report %d", i+1)}
		if r == nil || r.Shard == nil {
			return nil, usage("merge: %s is of no shard, but of a whole run: give the reports of shards", pieces[i].called())
		}
	}
	slices.SortStableFunc(pieces, func(a, b piece) int { return cmp.Compare(a.Shard.Index, b.Shard.Index) })
	of := pieces[0].Shard.Of
	for i, p := range pieces {
		switch {
		case p.Shard.Of != of:
			return nil, usage("merge: %s is %s, and %s is %s: give the shards of one run", pieces[0].called(), pieces[0].Shard, p.called(), p.Shard)
		case p.Shard.Index < 1 || p.Shard.Index > of:
			return nil, usage("merge: %s is %s, which there is not: give the shards of one run", p.called(), p.Shard)
		case i > 0 && p.Shard.Index == pieces[i-1].Shard.Index:
			return nil, usage("merge: %s and %s are both %s: leave one out", pieces[i-1].called(), p.called(), p.Shard)
		}
	}
	return pieces, missing(pieces, of)
}

func (p piece) called() string {
	if p.Report == nil {
		return p.name
	}
	return cmp.Or(p.Name(), p.name)
}

// missing names the first few shards that are not there.
func missing(pieces []piece, of int) error {
	n := of - len(pieces)
	if n == 0 {
		return nil
	}
	var names []string
	for i, at := 1, 0; len(names) < min(n, 5); i++ {
		if at < len(pieces) && pieces[at].Shard.Index == i {
			at++
			continue
		}
		names = append(names, strconv.Itoa(i))
	}
	if n > len(names) {
		names = append(names, fmt.Sprintf("%d more", n-len(names)))
	}
	if n == 1 {
		return usage("merge: shard %s of %d is missing: give its report too", names[0], of)
	}
	last := len(names) - 1
	return usage("merge: shards %s and %s of %d are missing: give their reports too", strings.Join(names[:last], ", "), names[last], of)
}

func (p piece) clauses() []*clause.Clause {
	out := make([]*clause.Clause, len(p.Clauses))
	for i := range p.Clauses {
		out[i] = &p.Clauses[i].Clause
	}
	return out
}

// join gives for each case the verdict of the shard that sent it, as it is in a
// single run before known failures are excused.
func join(pieces []piece, clauses []*clause.Clause) []report.Verdict {
	instances := map[string]*judge.Distinct{}
	verdicts := slices.Clone(pieces[0].Verdicts)
	for i := range verdicts {
		v := &verdicts[i]
		if v.Shard == 0 {
			continue
		}
		from := pieces[v.Shard-1]
		*v = from.Verdicts[i]
		v.Findings, v.Exercised, v.Shard = slices.Clone(v.Findings), slices.Clone(v.Exercised), 0
		d := instances[from.Shard.Instance]
		if d == nil {
			d = judge.NewDistinct(clauses, from.Shard.Strict)
			instances[from.Shard.Instance] = d
		}
		d.Apply(v)
		judge.Reweigh(v, from.Shard.Strict)
	}
	settle(verdicts, pieces[0].Shard.Strict)
	return verdicts
}

// notServed gives the operations that no shard with an answer of theirs found
// served.
func notServed(pieces []piece) map[string]bool {
	out, served := map[string]bool{}, map[string]bool{}
	for _, p := range pieces {
		for _, operation := range p.Shard.NotServed {
			out[operation] = true
		}
		for i := range p.Verdicts {
			v := &p.Verdicts[i]
			if v.Shard == p.Shard.Index && v.Exchange != nil && v.Case.Technique != plan.Method && !slices.Contains(p.Shard.NotServed, v.Case.Operation) {
				served[v.Case.Operation] = true
			}
		}
	}
	maps.DeleteFunc(out, func(operation string, _ bool) bool { return served[operation] })
	return out
}

// settle decides what hangs on which requests of the operation were accepted.
func settle(verdicts []report.Verdict, strict bool) {
	accepted := map[string]judge.Accepted{}
	for i := range verdicts {
		a := accepted[verdicts[i].Case.Operation]
		a.Add(&verdicts[i])
		accepted[verdicts[i].Case.Operation] = a
	}
	for i := range verdicts {
		accepted[verdicts[i].Case.Operation].Settle(&verdicts[i], strict)
	}
}

// lasted gives the earliest begin, and the time from then to the latest end.
func lasted(pieces []piece) (started time.Time, elapsed time.Duration) {
	started = pieces[0].Started
	end := func(p piece) time.Time { return p.Started.Add(time.Duration(p.Elapsed * float64(time.Second))) }
	last := end(pieces[0])
	for _, p := range pieces[1:] {
		if p.Started.Before(started) {
			started = p.Started
		}
		if e := end(p); e.After(last) {
			last = e
		}
	}
	return started, last.Sub(started)
}

// interrupted says of each shard that did not come to its end why.
func interrupted(pieces []piece) string {
	var reasons []string
	for _, p := range pieces {
		if p.Interrupted != "" {
			reasons = append(reasons, fmt.Sprintf("shard %d: %s", p.Shard.Index, p.Interrupted))
		}
	}
	return strings.Join(reasons, "; ")
}

// fits gives an error unless a piece is of the same run as the first.
func (p piece) fits(first piece) error {
	for _, fact := range facts() {
		if a, b := fact.of(first.Report), fact.of(p.Report); a != b {
			return usage("merge: the %s is %s in %s, and %s in %s: %s", fact.what, a, first.called(), b, p.called(), fact.advice)
		}
	}
	for _, list := range lists() {
		if id, differs := difference(list.of(first.Report), list.of(p.Report)); differs {
			what := strings.TrimSpace(list.what + " " + id)
			return usage("merge: the %s is not the same in %s and %s: %s", what, first.called(), p.called(), list.advice)
		}
	}
	for i := range p.Verdicts {
		v, other := &p.Verdicts[i], first.Verdicts[i].Shard
		switch {
		case v.Shard != other:
			return usage("merge: the case %s is sent %s for %s, and %s for %s: select the same cases in every shard",
				v.Case.ID, sentIn(other), first.called(), sentIn(v.Shard), p.called())
		case v.Shard < 0 || v.Shard > p.Shard.Of:
			return usage("merge: the case %s is sent %s of %d for %s: run the shard again", v.Case.ID, sentIn(v.Shard), p.Shard.Of, p.called())
		}
	}
	return nil
}

func sentIn(shard int) string {
	if shard == 0 {
		return "in no shard"
	}
	return fmt.Sprintf("in shard %d", shard)
}

// fact is what the reports of one run agree on.
type fact struct {
	what, advice string
	of           func(*report.Report) string
}

func facts() []fact {
	return []fact{
		{"contract", "hold every shard to the same one", func(r *report.Report) string {
			return fmt.Sprintf("%s %s (%s)", r.Contract.Title, r.Contract.Version, r.Contract.File)
		}},
		{"target", "test the same one in every shard", func(r *report.Report) string {
			about := []string{r.Target.Name, r.Target.BaseURL, r.Target.Organization, r.Target.Project, r.Target.Version}
			if r.Shard.Instance != "" {
				about[1] = "" // each shard may have started its own, at a port that was free
			}
			return strings.Join(slices.DeleteFunc(about, func(text string) bool { return text == "" }), ", ")
		}},
		{"tool", "use the same version for every shard", func(r *report.Report) string { return r.Tool }},
		{"seed", "use the same one for every shard", func(r *report.Report) string { return strconv.FormatInt(r.Seed, 10) }},
		{"strictness", "be strict in every shard, or in none", func(r *report.Report) string { return strconv.FormatBool(r.Shard.Strict) }},
	}
}

// list is what the reports of one run agree on, item by item.
type list struct {
	what, advice string
	of           func(*report.Report) []item
}

type item struct {
	id    string
	value any
}

func lists() []list {
	return []list{
		{"clause", "hold every shard to the same contract", func(r *report.Report) []item {
			items := make([]item, len(r.Clauses))
			for i, c := range r.Clauses {
				items[i] = item{c.ID, c.Clause}
			}
			return items
		}},
		{"case", "plan every shard with the same contract, target and options", func(r *report.Report) []item {
			items := make([]item, len(r.Verdicts))
			for i, v := range r.Verdicts {
				items[i] = item{v.Case.ID, v.Case}
			}
			return items
		}},
		{"untested clause", "plan every shard with the same contract, target and options", func(r *report.Report) []item {
			items := make([]item, len(r.Shard.Untested))
			for i, u := range r.Shard.Untested {
				items[i] = item{u.Clause, u}
			}
			return items
		}},
		{"list of known failures", "give every shard the same one", func(r *report.Report) []item {
			return []item{{"", r.Shard.Known}}
		}},
	}
}

// difference gives the first item that is not the same in two lists.
func difference(a, b []item) (id string, differs bool) {
	for i := range min(len(a), len(b)) {
		if !reflect.DeepEqual(a[i].value, b[i].value) && jsonText(a[i].value) != jsonText(b[i].value) {
			return a[i].id, true
		}
	}
	switch {
	case len(a) > len(b):
		return a[len(b)].id, true
	case len(b) > len(a):
		return b[len(a)].id, true
	}
	return "", false
}

// jsonText writes a value as reports do: what was read from one and what was not
// look alike in it.
func jsonText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
