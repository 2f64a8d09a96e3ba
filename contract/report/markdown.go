package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// GitHub shows a summary of up to 1 MiB. These are the rows of a table, and the bytes of
// a text in one.
const maxMarkdownRows, maxMarkdownText = 40, 400

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

// marks are the characters that Markdown, or what becomes of it, acts on. A colon and
// a dot are among them for the links that GitHub makes of bare addresses.
const marks = "\\`*_{}[]()<>#+-!|~&@:.^$="

// mdText escapes a text in one line, cut to a length.
func mdText(text string) string {
	text = Printable(cut(text, maxMarkdownText))
	var b strings.Builder
	for _, c := range text {
		switch {
		case c == '@':
			b.WriteString("&#64;") // GitHub would call somebody
			continue
		case strings.ContainsRune(marks, c):
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// mdCode is a text as code: ids are easier to read, and to copy, without escapes.
func mdCode(id string) string {
	plain := func(c rune) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("._-/=+,", c)
	}
	if id == "" || len(id) > maxMarkdownText || strings.ContainsFunc(id, func(c rune) bool { return !plain(c) }) {
		return mdText(id)
	}
	return "`" + id + "`"
}

func (m *markdown) head() {
	word, _ := m.r.word()
	icon := map[string]string{"PASS": "✅", "FAIL": "❌"}
	m.linef("## %s %s: %s", cmp.Or(icon[word], "⚠️"), word, mdText(m.words.clauseCounts()))
	m.linef("")
	c := m.r.Contract
	m.linef("**%s** held to **%s %s** (%s) by %s: %s in %s, %.0f %% of the clauses tested.",
		mdText(m.r.Target.Where()), mdText(c.Title), mdText(c.Version), mdText(c.File), mdText(m.r.Tool),
		m.words.caseCounts(), seconds(m.r.Elapsed), 100-m.r.Coverage().Percent())
	if m.r.Interrupted != "" {
		m.linef("\n**The run did not come to its end:** %s", mdText(m.r.Interrupted))
	}
	m.words.little()
	if m.words.Len() > 0 {
		m.linef("\n**%s**", mdText(strings.TrimSpace(m.words.String())))
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
		if i == maxMarkdownRows {
			m.linef("\n…and %d more causes.", len(all)-i)
			return
		}
		c.exemplify(shown)
		v := c.verdicts[0]
		shown[v] = true
		m.linef("| %s | %d | %s | %s | %s | %s |", strings.ToUpper(string(c.word)), len(c.verdicts), mdText(strings.Join(c.about, "; ")),
			mdText(v.Case.Expect.Wanted()), mdText(gotStatus(v.Exchange)), mdCode(v.Case.ID))
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
			if n++; n > maxMarkdownRows {
				continue
			}
			if n == 1 {
				m.linef("\n### Clauses that were broken\n\n| | clause | level | what it says | contract | cases |\n|---|---|---|---|---|--:|")
			}
			m.linef("| %s | %s | %s | %s | %s | %d |", c.Stand, mdCode(c.ID), c.Level, mdText(c.Statement), mdText(c.At.String()), len(c.BrokenBy))
		}
	}
	if n > maxMarkdownRows {
		m.linef("\n…and %d more.", n-maxMarkdownRows)
	}
}

func (m *markdown) untested() {
	gaps, c := m.r.gaps(), m.r.Coverage()
	if len(gaps) > 0 {
		m.linef("\n### Untested: %d of %s\n\n| clauses | why, and what to give |\n|--:|---|", c.Untested, count(c.Tested+c.Untested, "clause"))
		for i, g := range gaps {
			if i == maxMarkdownRows {
				m.linef("\n…and %s.", count(len(gaps)-i, "other reason"))
				break
			}
			m.linef("| %d | %s |", len(g.ids), mdText(g.reason))
		}
	}
	var never []string
	for _, g := range m.r.untried() {
		never = append(never, "never tried: "+m.words.named(g.ids)+": "+g.reason)
	}
	of := map[string][]string{}
	for i := range m.r.Unaccepted {
		u := &m.r.Unaccepted[i]
		of[u.answers()+u.because()] = append(of[u.answers()+u.because()], u.Operation)
	}
	for _, g := range sortedGaps(of) {
		never = append(never, "never accepted: "+m.words.named(g.ids)+": "+g.reason)
	}
	for i, line := range never {
		switch i {
		case 0:
			m.linef("")
		case maxMarkdownRows:
			m.linef("- and %d more", len(never)-i)
			return
		}
		m.linef("- %s", mdText(line))
	}
	if m.r.NothingAccepted() {
		m.linef("\nNothing was accepted of what the contract allows, so that what was refused shows little.")
	}
}

// maxAnnotations is how many annotations of a kind GitHub shows of a step.
const maxAnnotations = 10

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
		if n[command]++; n[command] > maxAnnotations {
			continue
		}
		first := slices.Sorted(maps.Keys(c.clauses))[0]
		where := ""
		if at := words.find(first); at != nil && at.At.File != "" && !strings.Contains(at.At.File, "://") {
			where = "file=" + commandValue(at.At.File) + ","
			if at.At.Line > 0 {
				where += fmt.Sprintf("line=%d,", at.At.Line)
			}
		}
		fmt.Fprintf(&b, "::%s %stitle=%s::%s (%s, such as %s)\n", command, where, commandValue(cut(first, maxMarkdownText)),
			commandText(strings.Join(c.about, "; ")), count(len(c.verdicts), "case"), commandText(c.verdicts[0].Case.ID))
	}
	if c := r.Coverage(); c.Untested > 0 {
		fmt.Fprintf(&b, "::notice title=Untested::%d of %s untested: %s\n",
			c.Untested, count(c.Tested+c.Untested, "clause"), commandText(r.gaps()[0].reason))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the annotations: %w", err)
	}
	return nil
}

// commandText is a text as the message of a workflow command.
func commandText(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(Printable(cut(text, maxMarkdownText)))
}

// commandValue is a text as a value of a workflow command.
func commandValue(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(commandText(text))
}
