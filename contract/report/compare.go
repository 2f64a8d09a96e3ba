package report

import (
	"fmt"
	"io"
	"slices"
)

// Comparison says which clauses stand otherwise than in an earlier report.
type Comparison struct {
	// Violated, Warned, Upheld and Untested stand so now, and did not before; Known
	// are excused now.
	Violated, Warned, Known, Upheld, Untested []Change
	// Gone are the clauses that the contract no longer has.
	Gone []Change
}

// Change is a clause, and how it stands and stood; "" for where it is not there.
type Change struct {
	Clause   string
	Was, Now Stand
	// Reason says why it is untested now.
	Reason string
}

// Compare compares a report with an earlier one of the same contract. Clauses that were
// left out of one of them, by selection or because another shard tests them, are not
// compared.
func Compare(old, now *Report) (*Comparison, error) {
	was := make(map[string]*Standing, len(old.Clauses))
	for i := range old.Clauses {
		was[old.Clauses[i].ID] = &old.Clauses[i]
	}
	c, common := &Comparison{}, 0
	kept := map[string]bool{}
	for i := range now.Clauses {
		s := &now.Clauses[i]
		kept[s.ID] = true
		change := Change{Clause: s.ID, Now: s.Stand, Reason: s.Reason}
		if before := was[s.ID]; before != nil {
			common++
			if before.unselected() {
				continue
			}
			change.Was = before.Stand
		}
		if change.Was == s.Stand || s.unselected() {
			continue
		}
		c.add(change)
	}
	for i := range old.Clauses {
		if s := &old.Clauses[i]; !kept[s.ID] {
			c.Gone = append(c.Gone, Change{Clause: s.ID, Was: s.Stand})
		}
	}
	if common == 0 && len(old.Clauses) > 0 && len(now.Clauses) > 0 {
		return nil, fmt.Errorf("they have no clause in common: one is of %s, the other of %s", old.Contract.Title, now.Contract.Title)
	}
	return c, nil
}

func (c *Comparison) add(change Change) {
	for _, l := range c.lists() {
		if l.stand == change.Now {
			*l.changes = append(*l.changes, change)
		}
	}
}

type changeList struct {
	stand   Stand
	style   style
	word    string
	changes *[]Change
}

// lists are those of a comparison, what counts most first.
func (c *Comparison) lists() []changeList {
	return []changeList{
		{Violated, red, "newly violated", &c.Violated},
		{Warned, yellow, "newly warned", &c.Warned},
		{Excused, yellow, "newly known", &c.Known},
		{Untested, yellow, "newly untested", &c.Untested},
		{Upheld, green, "newly upheld", &c.Upheld},
		{"", dim, "no longer there", &c.Gone},
	}
}

// Regressed reports whether a clause is violated that was not.
func (c *Comparison) Regressed() bool { return len(c.Violated) > 0 }

// maxChanges is how many clauses of a kind are listed.
const maxChanges = 20

// Text writes a comparison for a person. name is what the earlier report is called.
func (c *Comparison) Text(w io.Writer, name string, o TextOptions) error {
	p := &printer{r: &Report{}, o: o}
	lists := slices.DeleteFunc(c.lists(), func(l changeList) bool { return len(*l.changes) == 0 })
	if len(lists) == 0 {
		p.linef("against %s: no clause stands otherwise", Printable(name))
	} else {
		p.linef("against %s:", Printable(name))
	}
	for _, l := range lists {
		p.linef("  %s: %s", p.paint(l.style, l.word), count(len(*l.changes), "clause"))
		for i, change := range *l.changes {
			if o.Quiet {
				break
			}
			if i == maxChanges && !o.Verbose && len(*l.changes) > maxChanges+1 {
				p.linef("    and %d more: --verbose lists all", len(*l.changes)-i)
				break
			}
			p.linef("    %s%s", Printable(change.Clause), change.remark())
		}
	}
	if _, err := io.WriteString(w, p.String()); err != nil {
		return fmt.Errorf("write the comparison: %w", err)
	}
	return nil
}

func (c *Change) remark() string {
	text := ", before: " + string(c.Was)
	if c.Was == "" {
		text = ", before: not there, or not selected"
	}
	if c.Now == Untested && c.Reason != "" {
		text += ": " + Printable(c.Reason)
	}
	return text
}
