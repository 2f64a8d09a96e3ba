package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/printable"
)

// Markdown writes what matters of a report for the summary of a job: the verdict,
// causes, violated clauses, and what was not tested. Texts from elsewhere stay texts,
// and are neither markup nor links.
func Markdown(w io.Writer, r *Report) error {
	m := &markdown{r: r, words: newPrinter(r, TextOptions{})}
	m.head()
	m.causes()
	m.broken()
	m.untested()
	if _, err := io.WriteString(w, m.String()); err != nil {
		return fmt.Errorf("write the Markdown report: %w", err)
	}
	return nil
}

type markdown struct {
	strings.Builder

	r     *Report
	words *printer
}

func (m *markdown) linef(format string, args ...any) { fmt.Fprintf(m, format+"\n", args...) }

func (m *markdown) head() {
	word, _ := m.r.word()
	icon := map[string]string{"PASS": "✅", "FAIL": "❌"}
	m.linef("## %s %s: %s", cmp.Or(icon[word], "⚠️"), word, printable.Markdown(m.words.clauseCounts()))
	m.linef("")
	c := m.r.Contract
	m.linef("**%s** held to **%s %s** (%s) by %s: %s in %s, %.0f %% of the clauses tested.",
		printable.Markdown(m.r.Target.Where()), printable.Markdown(c.Title), printable.Markdown(c.Version), printable.Markdown(c.File),
		printable.Markdown(m.r.Tool),
		m.words.caseCounts(), seconds(m.r.Elapsed), 100-m.r.Coverage().Percent())
	if m.r.Interrupted != "" {
		m.linef("\n**The run did not come to its end:** %s", printable.Markdown(m.r.Interrupted))
	}
	m.words.little()
	if m.words.Len() > 0 {
		m.linef("\n**%s**", printable.Markdown(strings.TrimSpace(m.words.String())))
	}
	if m.r.Shard != nil {
		m.linef("\nThis is %s, to be joined with the others.", m.r.Shard)
	}
}

func (m *markdown) causes() {
	all := m.r.causes()
	if len(all) == 0 {
		return
	}
	worstFirst(all)
	m.linef("\n### What went wrong\n\n| | cases | cause | wanted | got | such as |\n|---|--:|---|---|---|---|")
	shown := map[*Verdict]bool{}
	for i, c := range all {
		if i == printable.MaxRows {
			m.linef("\n…and %d more causes.", len(all)-i)
			return
		}
		c.exemplify(shown)
		v := c.verdicts[0]
		shown[v] = true
		m.linef("| %s | %d | %s | %s | %s | %s |", strings.ToUpper(string(c.word)), len(c.verdicts), printable.Markdown(strings.Join(c.about, "; ")),
			printable.Markdown(v.Case.Expect.Wanted()), printable.Markdown(gotStatus(v.Exchange)), printable.MarkdownCode(v.Case.ID))
	}
}

// broken lists the clauses that were broken.
func (m *markdown) broken() {
	n := 0
	for _, stand := range []Stand{Violated, Excused, Warned} {
		for i := range m.r.Clauses {
			c := &m.r.Clauses[i]
			if c.Stand != stand {
				continue
			}
			if n++; n > printable.MaxRows {
				continue
			}
			if n == 1 {
				m.linef("\n### Clauses that were broken\n\n| | clause | level | what it says | contract | cases |\n|---|---|---|---|---|--:|")
			}
			m.linef("| %s | %s | %s | %s | %s | %d |", c.Stand,
				printable.MarkdownCode(c.ID), c.Level, printable.Markdown(c.Statement), printable.Markdown(c.At.String()), len(c.BrokenBy))
		}
	}
	if n > printable.MaxRows {
		m.linef("\n…and %d more.", n-printable.MaxRows)
	}
}

func (m *markdown) untested() {
	gaps, c := m.r.gaps(), m.r.Coverage()
	if len(gaps) > 0 {
		m.linef("\n### Untested: %d of %s\n\n| clauses | why, and what to give |\n|--:|---|", c.Untested, count(c.Tested+c.Untested, "clause"))
		for i, g := range gaps {
			if i == printable.MaxRows {
				m.linef("\n…and %s.", count(len(gaps)-i, "other reason"))
				break
			}
			m.linef("| %d | %s |", len(g.ids), printable.Markdown(g.reason))
		}
	}
	var never []string
	for _, g := range m.r.untried() {
		never = append(never, "never tried: "+m.words.named(g.ids)+": "+g.reason)
	}
	for _, g := range m.r.neverAccepted() {
		never = append(never, "never accepted: "+m.words.named(g.ids)+": "+g.reason)
	}
	for i, line := range never {
		switch i {
		case 0:
			m.linef("")
		case printable.MaxRows:
			m.linef("- and %d more", len(never)-i)
			return
		}
		m.linef("- %s", printable.Markdown(line))
	}
	if m.r.NothingAccepted() {
		m.linef("\nNothing was accepted of what the contract allows, so that what was refused shows little.")
	}
}

// GitHub writes a workflow command for each cause, so that GitHub Actions shows it at
// the line of the contract that it breaks, and one for what is untested.
func GitHub(w io.Writer, r *Report) error {
	var b strings.Builder
	words := newPrinter(r, TextOptions{})
	all := r.causes()
	worstFirst(all)
	n := map[string]int{}
	for _, c := range all {
		command := "error"
		if c.word == Warn {
			command = "warning"
		}
		if n[command]++; n[command] > printable.MaxAnnotations {
			continue
		}
		first := slices.Sorted(maps.Keys(c.clauses))[0]
		where := ""
		if at := words.find(first); at != nil && at.At.File != "" && !strings.Contains(at.At.File, "://") {
			where = "file=" + printable.CommandValue(at.At.File) + ","
			if at.At.Line > 0 {
				where += fmt.Sprintf("line=%d,", at.At.Line)
			}
		}
		fmt.Fprintf(&b, "::%s %stitle=%s::%s (%s, such as %s)\n", command, where, printable.CommandValue(first),
			printable.Command(strings.Join(c.about, "; ")), count(len(c.verdicts), "case"), printable.Command(c.verdicts[0].Case.ID))
	}
	if c := r.Coverage(); c.Untested > 0 {
		fmt.Fprintf(&b, "::notice title=Untested::%d of %s untested: %s\n",
			c.Untested, count(c.Tested+c.Untested, "clause"), printable.Command(r.gaps()[0].reason))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the annotations: %w", err)
	}
	return nil
}
