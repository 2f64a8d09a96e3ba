package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract"
)

// diffText writes a comparison for a person: what breaks somebody first, by operation.
func diffText(out io.Writer, d *contract.Diff) error {
	breaking, others := divided(d)
	textOf(out, "breaks", breaking)
	if len(others) > 0 {
		textOf(out, "breaks nobody", others)
	}
	textNames(out, d)
	if n, m := len(d.Cases.Come), len(d.Cases.Go); n+m > 0 {
		say(out, "cases: %d come, %d go", n, m)
	}
	say(out, "%s", printable(verdictOf(d)))
	return nil
}

// divided gives the changes that break somebody, and the others. What came or went
// with another change is told there.
func divided(d *contract.Diff) (breaking, others []*contract.Change) {
	for i := range d.Changes {
		switch c := &d.Changes[i]; {
		case c.Within != "":
		case len(c.Breaks) > 0:
			breaking = append(breaking, c)
		default:
			others = append(others, c)
		}
	}
	return breaking, others
}

func textOf(out io.Writer, title string, changes []*contract.Change) {
	operation := ""
	for i, c := range changes {
		if i == 0 || c.Operation != operation {
			operation = c.Operation
			say(out, "%s: %s", printable(operation), title)
		}
		say(out, "  %-11s %s (%s)", c.Change, printable(c.Clause), c.Level)
		if c.Old != nil {
			say(out, "    old       %s", printable(c.Old.Statement))
			say(out, "              %s", printable(c.Old.At.String()))
		}
		if c.New != nil {
			say(out, "    new       %s", printable(c.New.Statement))
			say(out, "              %s", printable(c.New.At.String()))
		}
		say(out, "    breaks    %s: %s", whom(c), printable(c.Why))
		if c.Witness != nil {
			for i, line := range witnessLines(c.Witness) {
				say(out, "    %-9s %s", [...]string{"witness", ""}[min(i, 1)], printable(line))
			}
		}
	}
	if len(changes) > 0 {
		say(out, "")
	}
}

// whom gives "clients and implementations", or "nobody".
func whom(c *contract.Change) string {
	switch {
	case c.Undecided:
		return "undecided"
	case len(c.Breaks) == 0:
		return "nobody"
	}
	var all []string
	for _, one := range c.Breaks {
		all = append(all, string(one))
	}
	return strings.Join(all, " and ")
}

// witnessLines show a witness, and what is wrong with it on the other side.
func witnessLines(w *contract.Witness) []string {
	var lines []string
	if r := w.Request; r != nil {
		lines = append(lines, r.Method+" "+r.URL)
		for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
			lines = append(lines, name+": "+r.Headers[name])
		}
		if r.Body != "" {
			lines = append(lines, shortened(r.Body))
		}
	}
	if a := w.Answer; a != nil {
		header := ""
		if a.Header != "" {
			header = a.Header + ": "
		}
		lines = append(lines, "an answer of "+a.Status+": "+header+shortened(a.Value))
	}
	return append(lines, "taken by the "+w.TakenBy+" contract; by the other not: "+w.Broken)
}

// shortened leaves out what nobody reads.
func shortened(text string) string {
	const most = 400
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

func textNames(out io.Writer, d *contract.Diff) {
	if d.Names == nil {
		return
	}
	for _, one := range []struct {
		what  string
		names []string
	}{{"removed", d.Names.Removed}, {"changed", d.Names.Changed}, {"added", d.Names.Added}} {
		if len(one.names) > 0 {
			say(out, "generated names %s: %s", one.what, printable(several(one.names)))
		}
	}
}

// several names a few.
func several(names []string) string {
	const most = 4
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

// verdictOf says in one line what the next version is, and whom it breaks.
func verdictOf(d *contract.Diff) string {
	switch {
	case d.Empty() && len(d.Cases.Come)+len(d.Cases.Go) > 0:
		return "none: no clause differs"
	case d.Empty():
		return "none: nothing differs"
	}
	var parts []string
	if n := d.Count(contract.Clients); n > 0 {
		parts = append(parts, fmt.Sprintf("clients (%d)", n))
	}
	if n := d.Count(contract.Implementations); n > 0 {
		parts = append(parts, fmt.Sprintf("implementations (%d)", n))
	}
	text := string(d.Semver) + ": breaks " + strings.Join(parts, ", ")
	if parts == nil {
		text = string(d.Semver) + ": breaks nobody"
	}
	if n := d.Undecided(); n > 0 {
		text += fmt.Sprintf("; undecided (%d)", n)
	}
	return text
}

// diffMarkdown writes a comparison for a comment on a change.
func diffMarkdown(out io.Writer, d *contract.Diff) error {
	say(out, "**%s**\n", inMarkdown(verdictOf(d)))
	if d.Empty() {
		return nil
	}
	say(out, "| breaks | clause | change | old | new | why |\n|---|---|---|---|---|---|")
	breaking, others := divided(d)
	for _, c := range append(breaking, others...) {
		say(out, "| %s | `%s` | %s | %s | %s | %s |",
			whom(c), printable(c.Clause), c.Change, cell(c.Old), cell(c.New), inMarkdown(c.Why+witnessInline(c.Witness)))
	}
	return nil
}

func cell(s *contract.Statement) string {
	if s == nil {
		return ""
	}
	return inMarkdown(s.Statement)
}

func witnessInline(w *contract.Witness) string {
	if w == nil {
		return ""
	}
	return ", as in " + strings.Join(witnessLines(w), " ")
}

var markdownEscapes = strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;", "`", "'", "*", `\*`, "_", `\_`, "[", `\[`)

func inMarkdown(text string) string { return markdownEscapes.Replace(printable(text)) }

// diffGitHub writes annotations as a workflow of GitHub takes them.
func diffGitHub(out io.Writer, d *contract.Diff) error {
	breaking, others := divided(d)
	for _, c := range append(breaking, others...) {
		level := "notice"
		switch {
		case c.BreaksSome(contract.Clients):
			level = "error"
		case len(c.Breaks) > 0, c.Undecided:
			level = "warning"
		}
		say(out, "::%s %stitle=%s::%s", level, annotated(c), property(c.Clause+" "+string(c.Change)),
			data("breaks "+whom(c)+": "+c.Why+witnessInline(c.Witness)))
	}
	say(out, "::notice title=clause diff::%s", data(verdictOf(d)))
	return nil
}

// annotated names the line of the new description, which is what a workflow has.
func annotated(c *contract.Change) string {
	if c.New == nil || c.New.At.File == "" {
		return ""
	}
	return fmt.Sprintf("file=%s,line=%d,", property(c.New.At.File), max(c.New.At.Line, 1))
}

var (
	dataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func data(text string) string     { return dataEscapes.Replace(printable(text)) }
func property(text string) string { return propertyEscapes.Replace(printable(text)) }
