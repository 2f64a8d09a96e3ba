package plan

import (
	"slices"

	"github.com/apiclause/clause/contract/internal/spec"
)

const (
	// maxClasses bounds the value classes of one slot.
	maxClasses = 4
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
	factors := p.factors()
	strength := min(p.options.Strength, len(factors))
	if strength < 2 {
		return
	}
	c := &covering{planner: p, factors: factors, open: tuples(factors, strength)}
	for n := 1; len(c.open) > 0 && n <= maxRows; n++ {
		row, d, ok := c.next()
		if !ok {
			continue
		}
		p.propose(proposal{
			clause: p.success(), detail: joined("combination", c.name(row)), technique: Combination, draft: d, outcome: Accepted,
			why: "the rules allow these values together",
		})
	}
}

func (p *planner) factors() []factor {
	var out []factor
	for _, s := range p.slots {
		if s.element || s.schema.Type == "object" && s.required {
			continue
		}
		classes := slices.Clone(p.candidates(s))
		if len(s.schema.Enum) == 0 && s.schema.Type != "boolean" && len(classes) > 2 {
			classes = classes[:2]
		}
		if s.schema.Format == "date-time" && len(classes) > 1 {
			// Times are chosen by the rules that read them.
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
	return out
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
	steps   int
}

const unset = -1

// next gives a row that covers the first open combination and many others. It
// drops the combination when the rules forbid it.
func (c *covering) next() ([]int, draft, bool) {
	row := make([]int, len(c.factors))
	for i := range row {
		row[i] = unset
	}
	for _, p := range c.open[0] {
		row[p.factor] = p.class
	}
	c.steps = 0
	d, ok := c.fill(row, 0)
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
func (c *covering) fill(row []int, from int) (draft, bool) {
	if c.steps++; c.steps > maxSteps {
		return nil, false
	}
	for from < len(row) && row[from] != unset {
		from++
	}
	if from == len(row) {
		return c.draft(row)
	}
	if !c.promising(row) {
		return nil, false
	}
	for _, class := range c.ranked(row, from) {
		row[from] = class
		if d, ok := c.fill(row, from+1); ok {
			return d, true
		}
	}
	row[from] = unset
	return nil, false
}

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

// promising tells that no rule whose optional slots are all decided is broken
// beyond repair.
func (c *covering) promising(row []int) bool {
	for _, r := range c.op.Rules {
		if !c.decided(row, r) {
			continue
		}
		d, ok := c.partial(row)
		if !ok {
			return false
		}
		if s := c.stands(r, d); s == broken && !c.repairable(row, r) {
			return false
		}
	}
	return true
}

func (c *covering) decided(row []int, r *spec.Rule) bool {
	for i, f := range c.factors {
		if row[i] == unset && slices.Contains(c.readBy(r), f.slot) {
			return false
		}
	}
	return true
}

// repairable tells that values outside the row may still keep the rule.
func (c *covering) repairable(row []int, r *spec.Rule) bool {
	fixed := c.fixed(row)
	for _, s := range c.readBy(r) {
		if s.schema.Type != "object" && !slices.Contains(fixed, s) {
			return true
		}
	}
	return false
}

func (c *covering) fixed(row []int) []*slot {
	var out []*slot
	for i, f := range c.factors {
		if row[i] != unset {
			out = append(out, f.slot)
		}
	}
	return out
}

// partial gives the request of a row as far as it is decided.
func (c *covering) partial(row []int) (draft, bool) {
	d := c.smallest
	for i, f := range c.factors {
		if row[i] == unset {
			continue
		}
		class := f.classes[row[i]]
		if _, none := class.(absent); none {
			d = d.without(f.slot.path)
			continue
		}
		if f.slot.parent != nil {
			if _, ok := d.get(f.slot.parent.path); !ok {
				return nil, false // a member cannot be there without its object
			}
		}
		d = d.set(f.slot.path, deepCopy(class))
	}
	return d, true
}

// draft gives the request of a full row, if the rules allow it.
func (c *covering) draft(row []int) (draft, bool) {
	d, ok := c.partial(row)
	if !ok {
		return nil, false
	}
	return c.settle(d, c.fixed(row)...)
}

// name describes a row by its classes, in the order of the factors.
func (c *covering) name(row []int) string {
	digits := make([]byte, len(row))
	for i, class := range row {
		digits[i] = "0123456789"[class]
	}
	return string(digits)
}
