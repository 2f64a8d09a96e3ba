package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	// maxWhole is how many causes have a block each; of more than that the first
	// fewWhole have one.
	maxWhole, fewWhole = 8, 3
	// maxCauses is how many causes are listed.
	maxCauses = 18
)

// causes writes what went wrong, cause by cause: some in a block with an example,
// the others in a line.
func (p *printer) causes() {
	all := p.r.causes()
	if p.lean() {
		p.screenful(all)
		return
	}
	whole := len(all)
	if whole > maxWhole {
		whole = fewWhole
		worstFirst(all)
	}
	p.listed = p.listed && len(all) == 0 // else it is too far up
	shown := map[*Verdict]bool{}
	apart := true // an empty line is needed
	for i, c := range all {
		c.exemplify(shown)
		example := c.verdicts[0]
		switch {
		case i >= maxCauses && len(all) > maxCauses+1:
			p.linef("")
			p.linef("and %d more causes", len(all)-i)
			p.seeing()
			return
		case i < whole && !shown[example]:
			p.linef("")
			p.whole(c)
			shown[example], apart = true, true
		case len(c.verdicts) > 1 || i >= whole:
			if apart {
				p.linef("")
			}
			p.oneLine(c, shown[example])
			apart = false
		}
	}
	if whole < len(all) {
		p.linef("")
		p.seeing()
	}
}

// seeing says how to see more than a line.
func (p *printer) seeing() {
	p.linef("--only ID shows one of these cases in full, --verbose all of them")
}

// exemplify puts the case that shows a cause best before the others: the first of
// those that have least else wrong, and were not shown.
func (c *cause) exemplify(shown map[*Verdict]bool) {
	best := 0
	for i, v := range c.verdicts {
		b := c.verdicts[best]
		if shown[b] && !shown[v] || shown[b] == shown[v] && len(v.Findings) < len(b.Findings) {
			best = i
		}
	}
	v := c.verdicts[best]
	c.verdicts = slices.Insert(slices.Delete(c.verdicts, best, best+1), 0, v)
}

var (
	// byWeight are all outcomes, by how much they count.
	byWeight = []Outcome{Fail, Fixed, Error, Warn, Known, Undecided, Pass, Skip}
	// wrong are those of which one looks for the cause.
	wrong = byWeight[:4]
)

// rank orders what is wrong by how much it counts; what is not has -1.
func rank(o Outcome) int { return slices.Index(wrong, o) }

// whole writes a cause with its first case as the example.
func (p *printer) whole(c *cause) {
	if len(c.clauses) <= len(c.about) && len(c.verdicts[0].Findings) <= len(c.about) {
		p.block(c.verdicts)
		return
	}
	p.headline(c)
	p.field("example", p.paint(bold, Printable(c.verdicts[0].Case.ID)))
	if p.lean() {
		p.details(c.verdicts[:1]) // the headline counts the others
		return
	}
	p.details(c.verdicts)
}

// oneLine writes a cause and where to see an example of it.
func (p *printer) oneLine(c *cause, above bool) {
	p.headline(c)
	example := "     such as " + Printable(c.verdicts[0].Case.ID)
	if above {
		example += ", above"
	}
	p.line(example, copied, false)
}

// headline says what a cause is, and how many cases have it.
func (p *printer) headline(c *cause) {
	where := ""
	if n := c.operations(); n > 1 {
		where = fmt.Sprintf(" of %d operations", n)
	}
	p.linef("%s %s%s: %s", p.word(c.word), count(len(c.verdicts), "case"), where, Printable(strings.Join(c.about, "; ")))
}

// closing says how much was tested, and what to give for the rest.
func (p *printer) closing() {
	p.untested()
	untried := p.r.untried()
	if p.lean() {
		p.leanClosing(untried)
		p.afterwards()
		return
	}
	for i, g := range untried {
		if i == maxGaps && !p.o.Verbose {
			break
		}
		p.linef("%s %s: %s", p.paint(yellow, "never tried:"), p.named(g.ids), Printable(g.reason))
	}
	p.unaccepted()
	p.afterwards()
}

// afterwards says what the run leaves behind.
func (p *printer) afterwards() {
	if p.r.Severed != "" {
		p.linef("%s %s", p.paint(yellow, "signed out:"), Printable(p.r.Severed))
	}
	n := len(p.r.Left)
	if n > 0 && p.tight == tightest {
		p.linef("%s %s, which --verbose lists", p.paint(yellow, "left behind:"), count(n, "thing"))
		return
	}
	if n > 1 && p.lean() {
		p.linef("%s %s, and %s, which --verbose lists", p.paint(yellow, "left behind:"), Printable(p.r.Left[0]), count(n-1, "other thing"))
		return
	}
	for i, left := range p.r.Left {
		if i == p.most(maxGaps) && !p.o.Verbose {
			p.linef("%s %s, which --verbose lists", p.paint(yellow, "left behind:"), count(len(p.r.Left)-i, "other thing"))
			return
		}
		p.linef("%s %s", p.paint(yellow, "left behind:"), Printable(left))
	}
}

// next says what to do with what failed, unless all is listed anyway, or nothing was sent.
func (p *printer) next() {
	if p.r.Summary.Fail == 0 || p.o.Verbose || p.r.Recording != nil {
		return
	}
	first := ""
	for i := range p.r.Verdicts {
		if v := &p.r.Verdicts[i]; v.Outcome == Fail {
			first = Printable(v.Case.ID)
			break
		}
	}
	how := "by its replay line, or with --only '" + first + "'"
	if p.o.Again != "" {
		how = `by its line "again"`
	}
	if p.tight == tightest {
		p.linef("%s repair one, and send it again %s; --verbose lists all", p.paint(bold, "next:"), how)
		return
	}
	p.linef("%s repair one, and send it again %s;", p.paint(bold, "next:"), how)
	p.linef("  clause explain says what a clause demands, --verbose lists all, and --html FILE makes a page of it")
}

// maxGaps is how many reasons are listed, and maxNamed how many names of each.
const maxGaps, maxNamed = 6, 3

// untested gives the reasons for which clauses are untested, unless they are in
// sight.
func (p *printer) untested() {
	gaps, c := p.r.gaps(), p.r.Coverage()
	if len(gaps) == 0 || p.listed || p.tight == tightest {
		return
	}
	p.linef("%s %d of %s:", p.paint(yellow, "untested:"), c.Untested, count(c.Tested+c.Untested, "clause"))
	for i, g := range gaps {
		if most := p.most(maxGaps); i == most && !p.o.Verbose && len(gaps) > most+1 {
			rest := 0
			for _, g := range gaps[i:] {
				rest += len(g.ids)
			}
			p.linef("  %4d  for %s, which --verbose lists", rest, count(len(gaps)-i, "other reason"))
			return
		}
		p.line(fmt.Sprintf("  %4d  %s", len(g.ids), Printable(g.reason)), 8, false)
	}
}

// named lists the first few names.
func (p *printer) named(names []string) string {
	if n := len(names) - maxNamed; n > 1 && !p.o.Verbose {
		return Printable(strings.Join(names[:maxNamed], ", ")) + fmt.Sprintf(" and %d others", n)
	}
	return Printable(strings.Join(names, ", "))
}

// unaccepted names the operations that accepted nothing, those together that are
// alike, if there are many.
func (p *printer) unaccepted() {
	var order []string
	names, first := map[string][]string{}, map[string]*Unaccepted{}
	apart := len(p.r.Unaccepted) <= maxGaps || p.o.Verbose
	for i := range p.r.Unaccepted {
		u := &p.r.Unaccepted[i]
		key := u.Operation
		if !apart {
			key = fmt.Sprint(slices.Sorted(maps.Keys(u.Answers)), u.NotServed, u.Reason)
		}
		if first[key] == nil {
			first[key], order = u, append(order, key)
		}
		names[key] = append(names[key], u.Operation)
	}
	for _, key := range order {
		u := first[key]
		answers := u.answers()
		if len(names[key]) > 1 {
			answers = "answered " + cmp.Or(strings.Join(slices.Sorted(maps.Keys(u.Answers)), " or "), "with nothing")
		}
		p.linef("%s %s: %s", p.paint(yellow, "never accepted:"), p.named(names[key]), Printable(answers+u.because()))
	}
	p.nothing()
}

// nothing says that nothing was accepted.
func (p *printer) nothing() {
	if p.r.NothingAccepted() {
		p.linef("Nothing was accepted of what the contract allows, so that what was refused shows little.")
	}
}

// answers counts the answers by status.
func (u *Unaccepted) answers() string {
	var answers []string
	for _, status := range slices.Sorted(maps.Keys(u.Answers)) {
		answers = append(answers, fmt.Sprintf("%s to %s", status, count(u.Answers[status], "case")))
	}
	return cmp.Or(strings.Join(answers, ", "), "no answer to "+count(u.Cases, "case"))
}

// because says why, as far as is known.
func (u *Unaccepted) because() string {
	switch {
	case u.NotServed && u.Reason != "":
		return ": it looks as if the target does not serve it; if it does: " + u.Reason
	case u.NotServed:
		return ": it looks as if the target does not serve it"
	case u.Reason != "":
		return ": " + u.Reason
	case len(u.Answers) > 0:
		return ", which is no success that the contract documents"
	}
	return ""
}

// little says of a run that nothing failed in that it tested little, unless that is
// what was asked for.
func (p *printer) little() {
	c := p.r.Coverage()
	if ExitCode(p.r) != ExitOK || p.r.Recording != nil || p.r.Shard != nil || p.r.selective() || c.Untested <= c.Tested {
		return
	}
	p.linef("Little was tested: %d of %s have no verdict (%.0f %%).", c.Untested, count(c.Tested+c.Untested, "clause"), c.Percent())
}
