package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
)

// maxAnswerCases bounds the cases of one answer rule, maxChosen the values of one place
// in them.
const (
	maxAnswerCases = 24
	maxChosen      = 6
)

// answerRules proposes requests whose answers can show whether the answer rules of the
// operation are kept. Where the operation lists things that can be made, several that
// differ are made first.
func (p *planner) answerRules() {
	if len(p.op.Answers) == 0 {
		return
	}
	among := p.lists()
	var siblings []draft
	if among != nil {
		siblings = p.siblingsOf(among.Maker.Operation)
	}
	var list *world.List
	if p.world != nil {
		list = p.world.List(p.op)
	}
	for _, r := range p.op.Answers {
		a := answerPlan{planner: p, rule: r, list: list}
		if len(siblings) > 0 {
			a.among, a.siblings = among.Name, siblings
		}
		a.plan()
	}
}

// lists gives the resource of which the operation lists what was made, or nil.
func (p *planner) lists() *world.Resource {
	if p.world == nil || !p.options.Unsafe {
		return nil
	}
	return p.world.ListedBy(p.op)
}

// answerPlan plans the cases of one answer rule.
type answerPlan struct {
	*planner

	rule     *spec.AnswerRule
	list     *world.List // nil where the operation is not seen to list things
	among    string
	siblings []draft
	proposed int
}

// chosen is a value for a place, and its name in the id of a case.
type chosen struct {
	slot  *slot
	name  string
	value any
}

func (a *answerPlan) plan() {
	if a.rule.Convention == nil || a.rule.When != nil || !a.readsOptions() {
		a.with()
	}
	if a.rule.ReadsAny("body") {
		a.propose("fullest", a.fullest, "a request with everything that may stand together")
	}
	var places [][]chosen
	for _, s := range a.slots {
		if s.Wire() && s.parent == nil && s.path[0] != "path" && a.rule.ReadsAny(s.path...) {
			if values := a.choices(s); len(values) > 0 {
				places = append(places, values)
			}
		}
	}
	for _, values := range places {
		for _, one := range values {
			a.with(one)
		}
	}
	if len(places) > 1 {
		a.together(places)
	}
}

// together proposes values of all places, each with each as far as there is room.
func (a *answerPlan) together(places [][]chosen) {
	all := 1
	for _, values := range places {
		all *= len(values)
	}
	for n := range all {
		var some []chosen
		for _, values := range places {
			some = append(some, values[n%len(values)])
			n /= len(values)
		}
		a.with(some...)
	}
}

// with proposes a request with some values.
func (a *answerPlan) with(some ...chosen) {
	if a.proposed == maxAnswerCases {
		return
	}
	d := a.smallest
	var names []string
	var kept []*slot
	for _, one := range some {
		d = d.set(one.slot.path, one.value)
		kept = append(kept, one.slot)
		names = append(names, one.slot.name()+" "+one.name)
	}
	if s := a.lengthens(); s != nil {
		d = d.set(s.path, s.Schema.Numeric(*s.Schema.Maximum))
		kept = append(kept, s)
	}
	d, ok := a.complete(d, kept...)
	if !ok || !a.asked(d) {
		return
	}
	for _, one := range some { // completing may have taken another
		if have, _ := d.get(one.slot.path); !sameChoice(have, one.value) {
			return
		}
	}
	if len(names) == 0 {
		a.propose("plain", d, "an ordinary request")
		return
	}
	a.propose(word(names...), d, "with "+strings.Join(names, " and "))
}

// asked reports whether the rule is about what answers a request, as far as that hangs
// on the request alone.
func (a *answerPlan) asked(d draft) bool {
	if a.rule.When == nil {
		return true
	}
	about, err := a.rule.When.Holds(a.input(d))
	return about || err != nil
}

// readsOptions reports whether the rule reads a value that may be left out.
func (a *answerPlan) readsOptions() bool {
	return slices.ContainsFunc(a.slots, func(s *slot) bool { return s.optional() && s.parent == nil && a.rule.ReadsAny(s.path...) })
}

// lengthens gives the place that says how many things an answer has, where the rule is
// about those that the run made, which may otherwise be on another page; or nil.
func (a *answerPlan) lengthens() *slot {
	if a.rule.Convention == nil || a.rule.Convention.Among == nil || a.list == nil {
		return nil
	}
	return a.longest(a.list)
}

// longest gives the place that says how many things a page of a list has, if it is known
// how many that are at most; else nil.
func (p *planner) longest(l *world.List) *slot {
	limit := l.Control(world.Limit)
	if limit == nil {
		return nil
	}
	s := p.at([]string{"query", limit.Parameter.Name})
	if s == nil || s.FromTarget || s.Schema.Maximum == nil || s.Schema.ExclusiveMaximum {
		return nil
	}
	return s
}

func sameChoice(a, b any) bool { return spec.Text(plainTimes(a)) == spec.Text(plainTimes(b)) }

func (a *answerPlan) propose(detail string, d draft, what string) {
	a.proposed++
	a.planner.propose(proposal{
		clause: a.rule.ID, detail: detail, draft: d, outcome: Accepted, among: a.among, alike: a.alike(),
		why: "the answer to it can show whether the rule is kept: " + what,
	})
}

// MaxAlike bounds how many things that are alike are made for a rule: what has a list of
// more is not waited for.
const MaxAlike = 31

// alike is how many things that are alike are made for the rule, where those that differ
// are too few; else 0.
func (a *answerPlan) alike() int {
	if a.among == "" || a.rule.Convention == nil || a.rule.Convention.Things <= Several || a.rule.Convention.Things > MaxAlike {
		return 0
	}
	return a.rule.Convention.Things
}

// choices gives values of a place that a rule about answers reads: small ones, each that
// is listed, and those that the things which were made have.
func (a *answerPlan) choices(s *slot) []chosen {
	if s.FromTarget {
		return nil
	}
	var out []chosen
	add := func(name string, value any) {
		if len(out) < maxChosen && len(s.Schema.Check(plainTimes(value))) == 0 {
			out = append(out, chosen{s, name, value})
		}
	}
	switch {
	case len(s.Schema.Enum) > 0:
		for _, v := range normalized(s.Schema) {
			add(spec.Text(v), v)
		}
	case s.Schema.Type == "boolean":
		add("true", true)
		add("false", false)
	case s.Schema.Type == "array", s.Schema.Object(), s.Schema.Composed != nil:
		a.ordinary(s, add)
	case a.ofSiblings(s, add):
	case s.Schema.Type == "integer", s.Schema.Type == "number":
		for _, n := range []float64{1, 2} {
			add(spec.Text(s.Schema.Numeric(n)), s.Schema.Numeric(n))
		}
		if len(out) == 0 {
			a.ordinary(s, add)
		}
	default:
		a.ordinary(s, add)
	}
	return out
}

func (a *answerPlan) ordinary(s *slot, add func(name string, value any)) {
	if v, ok := a.value(s); ok {
		add("ordinary", v)
	}
}

// ofSiblings gives the values that the things have in the member that a place is about,
// and reports whether there is one.
func (a *answerPlan) ofSiblings(s *slot, add func(name string, value any)) bool {
	found := false
	for i, sibling := range a.siblings {
		body, _ := sibling["body"].(map[string]any)
		member := a.memberOf(s, body)
		if member == "" {
			continue
		}
		value := body[member]
		switch plainTimes(value).(type) {
		case map[string]any, []any, nil:
			continue
		}
		add(fmt.Sprintf("of-%d", i+1), Made{Resource: a.among, Sibling: i + 1, Member: member, Sample: plainTimes(value)})
		found = true
	}
	return found
}

// memberOf gives the member of the things that a place is about, "" where none is known:
// that of a filter or a bound of the list, and else the one that it is called after, of
// which only a rule that is stated knows what it has to do with it.
func (a *answerPlan) memberOf(s *slot, members map[string]any) string {
	if a.list != nil && s.path[0] == "query" {
		if c := a.list.ControlOf(s.path[1]); c != nil && c.Member != "" {
			return c.Member
		}
	}
	return calledAfter(s.name(), members)
}

// calledAfter gives the longest name of a member that the name of a parameter is, or
// begins or ends with: min_pages and pagesFrom are called after pages.
func calledAfter(name string, members map[string]any) string {
	plain := func(s string) string {
		return strings.ToLower(strings.NewReplacer("_", "", "-", "", ".", "").Replace(s))
	}
	best := ""
	for member := range members {
		of := plain(member)
		if len(of) > 1 && (strings.HasPrefix(plain(name), of) || strings.HasSuffix(plain(name), of)) &&
			(len(member) > len(best) || len(member) == len(best) && member < best) {
			best = member
		}
	}
	return best
}

// Several is how many siblings there are: things of a resource that differ.
const Several = 3

// ranks are how the values of several things lie, from the least, by the member. The
// order in which the things are made is neither ascending nor descending, and that by one
// member is not that by the next.
var ranks = [2][Several]int{{1, 2, 0}, {0, 2, 1}}

// rankedTexts are the texts of several things, in an order that all collations agree on.
var rankedTexts = [Several]string{"bravo", "mike", "tango"}

// siblingsOf gives requests of an operation that make things which differ in every
// member that they can. What lists the things, what makes them and how they are set up
// are planned with the same.
func (p *planner) siblingsOf(maker *spec.Operation) []draft {
	out, ok := p.several[maker]
	if !ok {
		of := p
		if maker != p.op {
			of = newPlanner(p.model, maker, p.options, p.world)
			of.find()
		}
		out = of.siblings()
		p.several[maker] = out
	}
	return out
}

func (p *planner) siblings() []draft {
	if p.impossible != "" {
		return nil
	}
	var out []draft
	for i := range Several {
		d, member := p.fullest, 0
		for _, s := range p.slots {
			if s.path[0] != "body" || s.FromTarget || s.IsElement() {
				continue
			}
			was, there := d.get(s.path)
			if !there {
				continue
			}
			if _, made := was.(Made); made {
				continue
			}
			values := p.ranked(s, was, ranks[member%len(ranks)][i], i)
			if values != nil {
				member++
			}
			for _, value := range values {
				if with := d.set(s.path, value); p.allowed(with) {
					d = with
					break
				}
			}
		}
		out = append(out, p.unique(p.reordered(d)))
	}
	return out
}

// differently gives values for one of several things, the best first, by its rank among
// them. Booleans and listed values part them alike, into two groups that the order in
// which they are made does not keep together: a list may have one group before the other.
func differently(s *spec.Schema, was any, rank int) []any {
	switch {
	case s.Composed != nil, s.Object(), s.Type == "array":
		return nil
	case len(s.Enum) > 0:
		return []any{s.Enum[(1+rank/2)%len(s.Enum)]}
	case s.Type == "boolean":
		return []any{rank == Several-1}
	case s.Type == "integer", s.Type == "number":
		return apart(s, float64(10*rank+10))
	}
	switch was := was.(type) {
	case Time:
		return []any{Time{Offset: was.Offset - time.Duration(Several-rank)*24*time.Hour, Form: was.Form}}
	case string:
		if day, err := time.Parse(time.DateOnly, was); err == nil && s.Format == "date" {
			return []any{day.AddDate(0, 0, rank-Several).Format(time.DateOnly)}
		}
		if t, ok := distinguished(s, rankedTexts[rank]); ok {
			return []any{t}
		}
		return []any{rankedTexts[rank], rankedTexts[rank][:1]}
	}
	return nil
}

// apart gives numbers for one of several things that lie as theirs do.
func apart(s *spec.Schema, n float64) []any {
	step := 1.0
	if s.MultipleOf != nil {
		step = *s.MultipleOf
	}
	from := 0.0
	if s.Minimum != nil {
		from = *s.Minimum
	} else if s.Maximum != nil && *s.Maximum < n {
		from = *s.Maximum - 40*step
	}
	return []any{s.Numeric(from + n*step), s.Numeric(from + n/10*step)}
}
