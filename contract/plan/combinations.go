package plan

import (
	"slices"

	"github.com/apiclause/clause/contract/internal/spec"
)

const (
	// maxClasses bounds the value classes of one slot.
	maxClasses = 4
	// maxFactors bounds the slots that are combined: the pairs grow with their square.
	maxFactors = 16
	// maxRows bounds the covering array.
	maxRows = 400
	// maxSteps bounds the search for one row.
	maxSteps = 2000
)

// factor is one optional slot, or a mandatory one with several listed values,
// and what it may be. A nil class is absence.
type factor struct {
	slot    *slot
	classes []any
}

// absent is the class of a slot that is not sent.
type absent struct{}

// combinations covers every combination of the classes of two slots, or of as
// many as the strength says, that the rules allow, in few requests.
func (p *planner) combinations() {
	if p.op.Loose {
		return
	}
	factors := p.factors()
	strength := min(p.options.Strength, len(factors))
	if strength < 2 {
		return
	}
	c := newCovering(p, factors, strength)
	if c.vain() {
		return
	}
	for n := 1; len(c.open) > 0 && n <= maxRows && p.options.Context.Err() == nil; n++ {
		row, d, ok := c.next()
		if !ok {
			continue
		}
		p.propose(proposal{
			clause: p.success(), detail: joined("combination", c.name(row)), draft: d, outcome: Accepted,
			why: "the rules allow these values together",
		})
	}
}

func (p *planner) factors() []factor {
	var out []factor
	for _, s := range p.slots {
		if s.IsElement() || s.Schema.Object() && !s.optional() {
			continue
		}
		classes := slices.DeleteFunc(slices.Clone(p.candidates(s)), func(v any) bool { return s.doubt(v) != "" })
		if len(s.Schema.Enum) == 0 && s.Schema.Type != "boolean" && len(classes) > 2 {
			classes = classes[:2]
		}
		if chosenLater(s) && len(classes) > 1 {
			classes = classes[:1]
		}
		if len(classes) > maxClasses {
			classes = classes[:maxClasses]
		}
		if s.optional() && len(classes) > 0 {
			classes = append([]any{absent{}}, classes...)
		}
		if len(classes) > 1 {
			out = append(out, factor{s, classes})
		}
	}
	return p.foremost(out)
}

// foremost keeps as many factors as are combined: those that rules read, then
// those that lie least deep.
func (p *planner) foremost(all []factor) []factor {
	if len(all) <= maxFactors {
		return all
	}
	rank := map[*slot]int{}
	for _, f := range all {
		rank[f.slot] = len(f.slot.path)
	}
	for _, r := range p.op.Rules {
		for _, s := range p.readBy(r) {
			rank[s] = 0
		}
	}
	ranked := slices.Clone(all)
	slices.SortStableFunc(ranked, func(a, b factor) int { return rank[a.slot] - rank[b.slot] })
	kept := map[*slot]bool{}
	for _, f := range ranked[:maxFactors] {
		kept[f.slot] = true
	}
	return slices.DeleteFunc(slices.Clone(all), func(f factor) bool { return !kept[f.slot] })
}

// pick is a class of a factor, both by index.
type pick struct{ factor, class int }

// tuples lists every combination of classes of so many factors.
func tuples(factors []factor, strength int) [][]pick {
	var out [][]pick
	var extend func(from int, have []pick)
	extend = func(from int, have []pick) {
		if len(have) == strength {
			out = append(out, slices.Clone(have))
			return
		}
		for f := from; f < len(factors); f++ {
			for c := range factors[f].classes {
				extend(f+1, append(have, pick{f, c}))
			}
		}
	}
	extend(0, nil)
	return out
}

// covering builds the rows of a covering array one by one, each around the
// first combination that is still open.
type covering struct {
	*planner

	factors []factor
	open    [][]pick
	// reading lists the rules that read each factor.
	reading [][]*ruled
	// holds lists, for each factor, those of the members in it that are there whenever
	// it is: where it is absent they have no class.
	holds [][]int
	steps int
}

// ruled is a rule and the factors that it reads.
type ruled struct {
	rule    *spec.Rule
	factors []int
	// fixed tells that a rule reads nothing but factors: then no other value
	// can repair what they break.
	fixed bool
}

func newCovering(p *planner, factors []factor, strength int) *covering {
	c := &covering{planner: p, factors: factors, open: tuples(factors, strength), reading: make([][]*ruled, len(factors))}
	for _, r := range p.op.Rules {
		x := &ruled{rule: r, fixed: true}
		for _, s := range p.readBy(r) {
			i := slices.IndexFunc(factors, func(f factor) bool { return f.slot == s })
			if i >= 0 {
				x.factors = append(x.factors, i)
				x.fixed = x.fixed && !chosenLater(s)
			} else if !s.Schema.Object() {
				x.fixed = false
			}
		}
		for _, i := range x.factors {
			c.reading[i] = append(c.reading[i], x)
		}
	}
	c.holds = holding(factors)
	return c
}

// holding lists the mandatory factors within each factor.
func holding(factors []factor) [][]int {
	holds := make([][]int, len(factors))
	at := map[*slot]int{}
	for i, f := range factors {
		at[f.slot] = i
		if f.slot.optional() {
			continue
		}
		for above := f.slot.parent; above != nil; above = above.parent {
			if j, ok := at[above]; ok {
				holds[j] = append(holds[j], i)
			}
		}
	}
	return holds
}

// vain tells that no row can be made: a mandatory factor stands in what no request
// of these has.
func (c *covering) vain() bool {
	return slices.ContainsFunc(c.factors, func(f factor) bool {
		if f.slot.optional() || f.slot.parent == nil || present(c.smallest, f.slot.parent) {
			return false
		}
		for above := f.slot.parent; above != nil; above = above.parent {
			if slices.ContainsFunc(c.factors, func(f factor) bool { return f.slot == above }) {
				return false
			}
		}
		return true
	})
}

const unset = -1

// next gives a row that covers the first open combination and many others. It
// drops the combination when the rules forbid it.
func (c *covering) next() ([]int, draft, bool) {
	row := make([]int, len(c.factors))
	for i := range row {
		row[i] = unset
	}
	d, ok := c.smallest, true
	for _, p := range c.open[0] {
		row[p.factor] = p.class
		if d, ok = c.decide(row, d, p.factor); !ok {
			break
		}
	}
	c.steps = 0
	if ok {
		d, ok = c.fill(row, d, 0)
	}
	if !ok {
		c.open = c.open[1:]
		return nil, nil, false
	}
	c.open = slices.DeleteFunc(c.open, func(t []pick) bool { return covers(row, t) })
	return row, d, true
}

func covers(row []int, tuple []pick) bool {
	for _, p := range tuple {
		if row[p.factor] != p.class {
			return false
		}
	}
	return true
}

// fill chooses the classes that are not set, those first that cover most, and
// goes back where the rules forbid what was chosen.
func (c *covering) fill(row []int, d draft, from int) (draft, bool) {
	if c.steps++; c.steps > maxSteps {
		return nil, false
	}
	for from < len(row) && row[from] != unset {
		from++
	}
	if from == len(row) {
		return c.settle(d, c.decided()...)
	}
	for _, class := range c.ranked(row, from) {
		row[from] = class
		next, ok := c.decide(row, d, from)
		if ok {
			next, ok = c.fill(row, next, from+1)
		}
		if ok {
			return next, true
		}
	}
	row[from] = unset
	return nil, false
}

// decide puts a factor's class into a draft. It fails where a rule all of whose
// factors are decided is broken, and nothing else that it reads could repair it.
func (c *covering) decide(row []int, d draft, at int) (draft, bool) {
	f := c.factors[at]
	class := f.classes[row[at]]
	switch _, none := class.(absent); {
	case none && slices.ContainsFunc(c.holds[at], func(i int) bool { return row[i] == unset }):
		return nil, false // what it holds would find no class
	case none:
		d = d.without(f.slot.path)
	case f.slot.parent != nil && !present(d, f.slot.parent):
		return nil, false // a member cannot be there without its object
	default:
		d = d.set(f.slot.path, class)
	}
	for _, r := range c.reading[at] {
		undecided := slices.ContainsFunc(r.factors, func(i int) bool { return row[i] == unset })
		if !undecided && r.fixed && c.stands(r.rule, d) == broken {
			return nil, false
		}
	}
	return d, true
}

func present(d draft, s *slot) bool {
	_, ok := d.get(s.path)
	return ok
}

// decided gives the slots whose values a row fixes.
func (c *covering) decided() []*slot {
	out := make([]*slot, 0, len(c.factors))
	for _, f := range c.factors {
		if !chosenLater(f.slot) {
			out = append(out, f.slot)
		}
	}
	return out
}

// chosenLater tells that a row says of a slot only whether it is there: times
// are chosen by the rules that read them.
func chosenLater(s *slot) bool { return s.Schema.Format == "date-time" }

// ranked orders the classes of a factor by how many open combinations they
// would help to cover.
func (c *covering) ranked(row []int, at int) []int {
	gain := make([]int, len(c.factors[at].classes))
	for _, t := range c.open {
		for _, p := range t {
			if p.factor == at && fits(row, t, at) {
				gain[p.class]++
			}
		}
	}
	order := make([]int, len(gain))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return gain[b] - gain[a] })
	return order
}

func fits(row []int, tuple []pick, but int) bool {
	for _, p := range tuple {
		if p.factor != but && row[p.factor] != unset && row[p.factor] != p.class {
			return false
		}
	}
	return true
}

// name describes a row by its classes, in the order of the factors.
func (c *covering) name(row []int) string {
	digits := make([]byte, len(row))
	for i, class := range row {
		digits[i] = "0123456789"[class]
	}
	return string(digits)
}
