package prove

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/plan"
)

// Count sums up faults.
type Count struct {
	Faults   int `json:"faults"` // that can be told from outside
	Noticed  int `json:"noticed"`
	Named    int `json:"named"` // noticed by a case that names the clause
	Missed   int `json:"missed"`
	Excluded int `json:"excluded"`
}

func (c *Count) add(f *FaultResult) {
	if f.Excluded != "" {
		c.Excluded++
		return
	}
	c.Faults++
	switch {
	case f.Missed():
		c.Missed++
	case f.Named:
		c.Noticed++
		c.Named++
	default:
		c.Noticed++
	}
}

// join adds the counts of others.
func (c *Count) join(other Count) {
	c.Faults, c.Noticed, c.Named = c.Faults+other.Faults, c.Noticed+other.Noticed, c.Named+other.Named
	c.Missed, c.Excluded = c.Missed+other.Missed, c.Excluded+other.Excluded
}

// Count sums up the faults of a level; "" takes all.
func (r *Result) Count(level clause.Level) Count {
	var c Count
	for i := range r.Faults {
		if f := &r.Faults[i]; level == "" || f.Level == level {
			c.add(f)
		}
	}
	return c
}

// Failed tells that the suite is not what it should be: it charges an
// implementation that conforms, or misses a fault on a must.
func (r *Result) Failed() bool {
	return len(r.Good) > 0 || r.Count(clause.Must).Missed > 0 ||
		slices.ContainsFunc(r.Variants, func(v VariantResult) bool { return len(v.Alarms) > 0 })
}

// WriteText writes a line for every fault and variant, and a summary.
func (r *Result) WriteText(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, a := range r.Good {
		fmt.Fprintf(w, "ALARM\tknown-good\t%s: %s: %s\n", a.Case, a.Clause, a.Message)
	}
	for _, left := range r.LeftOut {
		fmt.Fprintf(w, "left out\t%s\t%s\n", left.Operation, left.Reason)
	}
	for _, v := range r.Variants {
		v.write(w)
	}
	for i := range r.Faults {
		r.Faults[i].write(w)
	}
	if err := w.Flush(); err != nil {
		return err //nolint:wrapcheck // the writer's own says enough
	}
	_, err := fmt.Fprintln(out, r.Summary())
	return err //nolint:wrapcheck // as above
}

func (v *VariantResult) write(w io.Writer) {
	if len(v.Alarms) == 0 {
		fmt.Fprintf(w, "left alone\tvariant %s\t%s\n", v.Name, v.Description)
	}
	for _, a := range v.Alarms {
		fmt.Fprintf(w, "ALARM\tvariant %s\t%s: %s: %s\n", v.Name, a.Case, a.Clause, a.Message)
	}
}

// shown is how many cases are named for a fault.
const shown = 2

func (f *FaultResult) write(w io.Writer) {
	outcome, by := "missed", f.Description
	switch {
	case f.Excluded != "":
		outcome, by = "excluded", f.Excluded
	case f.Noticed():
		outcome = "noticed"
		if !f.Named {
			outcome = "noticed otherwise"
		}
		names := make([]string, 0, shown+1)
		for _, c := range f.By[:min(shown, len(f.By))] {
			names = append(names, strings.TrimPrefix(c.ID, f.Clause+"/"))
		}
		if more := len(f.By) - shown; more > 0 {
			names = append(names, fmt.Sprintf("%d more", more))
		}
		by = strings.Join(names, ", ")
	}
	fmt.Fprintf(w, "%s\t%s (%s)\t%s\n", outcome, f.Name, f.Level, by)
}

// Summary says in two lines how many faults were noticed and variants left alone.
func (r *Result) Summary() string {
	all, must, should := r.Count(""), r.Count(clause.Must), r.Count(clause.Should)
	return fmt.Sprintf("%d faults: %d of %d on a must noticed, %d of %d on a should, "+
		"%d by a case that names the clause; %d cannot be told from outside\n"+
		"%d conforming variants: %d charged; %d cases, %.1f s",
		all.Faults, must.Noticed, must.Faults, should.Noticed, should.Faults, all.Named, all.Excluded,
		len(r.Variants), r.alarmed(), r.Cases, r.Elapsed)
}

// techniques are the columns of the table, in the order of a plan. No derived
// implementation is provoked to answer with anything but an internal error.
var techniques = slices.DeleteFunc(plan.Techniques(), func(t plan.Technique) bool { return t == plan.Provoked })

// writeTable writes a table of which technique notices how many faults of each class. A
// fault that several techniques notice counts for each.
func (r *Result) writeTable(b *strings.Builder) {
	b.WriteString("| faults | of that class | noticed |")
	for _, t := range techniques {
		fmt.Fprintf(b, " %s |", t)
	}
	b.WriteString("\n|---|--:|--:|" + strings.Repeat("--:|", len(techniques)) + "\n")
	for _, row := range r.classes() {
		row.write(b)
	}
}

func (row *classRow) write(b *strings.Builder) {
	name := string(row.Name)
	if row.Total {
		name = "all"
	}
	fmt.Fprintf(b, "| %s | %d | %d |", name, row.Count.Faults, row.Count.Noticed)
	for _, n := range row.By {
		if n == 0 {
			b.WriteString("  |")
		} else {
			fmt.Fprintf(b, " %d |", n)
		}
	}
	b.WriteString("\n")
}

// class counts the faults of one class, and those that each technique notices.
func (r *Result) class(class Class) (Count, map[plan.Technique]int) {
	var c Count
	by := map[plan.Technique]int{}
	for i := range r.Faults {
		f := &r.Faults[i]
		if f.Class != class {
			continue
		}
		c.add(f)
		seen := map[plan.Technique]bool{}
		for _, made := range f.By {
			if !seen[made.Technique] {
				seen[made.Technique] = true
				by[made.Technique]++
			}
		}
	}
	return c, by
}
