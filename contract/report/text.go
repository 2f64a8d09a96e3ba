package report

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/printable"
)

// TextOptions says how Text writes.
type TextOptions struct {
	// Color writes escape sequences for colours (ISO/IEC 6429).
	Color bool
	// Verbose lists every clause, every case, and all of what is otherwise
	// counted.
	Verbose bool
	// Width is how many characters a line has at most, but for one that is to be
	// copied and for a word that is longer; 0 sets no limit.
	Width int
	// Quiet writes the verdict on the whole alone.
	Quiet bool
	// Lines is how many lines the text has, or little more, however much there is to say;
	// 0 sets no limit. What is left out Verbose shows, and so do other forms.
	Lines int
	// Again is the command line that sends a case again once its id stands behind it;
	// "" where there is none.
	Again string
}

// Text writes a report for a person: who was tested, what became of the clauses,
// what failed and why, what was not tested and what to give for it, and a last line
// with the verdict. Cases that failed for one cause share a block; of many causes
// the most frequent have one, and the others a line.
func Text(w io.Writer, r *Report, o TextOptions) error {
	p := newPrinter(r, o)
	switch {
	case o.Quiet:
	case p.lean():
		p.screen()
	default:
		p.all()
	}
	p.lastLine()
	_, err := io.WriteString(w, p.String())
	if err != nil {
		return fmt.Errorf("write the text report: %w", err)
	}
	return nil
}

// all writes all but the last line.
func (p *printer) all() {
	p.header()
	p.summary()
	if p.o.Verbose {
		p.cases()
		for _, outcome := range []Outcome{Fail, Fixed, Error, Warn, Known, Undecided} {
			p.blocks(outcome)
		}
	} else {
		p.causes()
	}
	p.notes()
	p.end()
}

// end writes what comes after the causes, but for the last line.
func (p *printer) end() {
	if p.tight < tightest {
		p.linef("")
	}
	p.closing()
	p.next()
}

// Describe gives the block that Text writes for a verdict, without colours.
// find gives the clause with an id, or nil.
func Describe(v Verdict, find func(id string) *clause.Clause) string {
	p := &printer{find: find}
	p.block([]*Verdict{&v})
	return p.String()
}

type style string

const (
	bold   style = "1"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
	dim    style = "2"
)

// printer writes a report as text.
type printer struct {
	strings.Builder

	r    *Report
	o    TextOptions
	find func(id string) *clause.Clause
	// listed tells that each untested clause is listed a little further up.
	listed bool
	// gapless leaves out which clauses are untested, for it is said elsewhere.
	gapless bool
	// tight is how tightly the text is written that has to fit a screen.
	tight int
}

// copied is the indent of a line that is not folded.
const copied = -1

func newPrinter(r *Report, o TextOptions) *printer {
	byID := make(map[string]*clause.Clause, len(r.Clauses))
	for i := range r.Clauses {
		byID[r.Clauses[i].ID] = &r.Clauses[i].Clause
	}
	return &printer{r: r, o: o, find: func(id string) *clause.Clause { return byID[id] }}
}

// linef writes a line. What does not fit one goes on below it, a little further in.
func (p *printer) linef(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	p.line(text, len(text)-len(strings.TrimLeft(text, " "))+4, false)
}

// line writes a line, folded with an indent. hard breaks words, too.
func (p *printer) line(text string, indent int, hard bool) {
	if indent == copied {
		p.WriteString(text + "\n")
		return
	}
	for _, part := range fold(text, p.o.Width, indent, hard) {
		p.WriteString(printable.Inert(part) + "\n") // where a line is folded a command may begin
	}
}

func (p *printer) paint(s style, text string) string {
	if !p.o.Color {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

func (p *printer) header() {
	t := p.r.Target
	tested := t.Where()
	var about []string
	for _, part := range []string{t.Organization, t.Project, t.Version} {
		if part != "" {
			about = append(about, Printable(part))
		}
	}
	if len(about) > 0 {
		tested += " (" + strings.Join(about, ", ") + ")"
	}
	c := p.r.Contract
	p.linef("%s", p.paint(bold, tested))
	p.linef("held to %s %s (%s) by %s", Printable(c.Title), Printable(c.Version), Printable(c.File), Printable(p.r.Tool))
	if r := p.r.Recording; r != nil {
		p.linef("judged without sending anything, for operations of the contract: %d of %s", r.Matched, count(r.Entries, "recorded exchange"))
	}
	if p.r.Shard != nil {
		p.linef("%s, to be joined with the others", p.r.Shard)
	}
}

// lastLine gives the verdict on the whole run.
func (p *printer) lastLine() {
	word, s := p.r.word()
	if p.r.Interrupted != "" {
		p.linef("The run did not come to its end: %s", Printable(p.r.Interrupted))
	}
	p.little()
	last := fmt.Sprintf("%s: %s; %s in %s", p.paint(s, word), p.clauseCounts(), p.caseCounts(), seconds(p.r.Elapsed))
	if p.o.Quiet {
		p.line(last, copied, false)
		return
	}
	p.linef("%s", last)
}

// word gives the verdict on the whole run in a word.
func (r *Report) word() (string, style) { return verdictIn(ExitCode(r)) }

// verdictIn gives the verdict that an exit code stands for in a word.
func verdictIn(code int) (string, style) {
	switch code {
	case ExitFailed:
		return "FAIL", red
	case ExitError:
		return "ERROR", red
	}
	return "PASS", green
}

func (p *printer) clauseCounts() string {
	n := p.r.Summary
	all := count(len(p.r.Clauses), "clause")
	var parts []string
	for _, s := range []Stand{Violated, Excused, Warned} {
		if of := *n.stand(s); of > 0 {
			parts = append(parts, fmt.Sprintf("%d%s %s", of, map[bool]string{true: " of " + all}[len(parts) == 0], s))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, fmt.Sprintf("%d of %s upheld", n.Upheld, all))
	} else {
		parts = append(parts, fmt.Sprintf("%d upheld", n.Upheld))
	}
	return strings.Join(append(parts, fmt.Sprintf("%d untested", n.Untested)), ", ")
}

func (p *printer) caseCounts() string {
	s := p.r.Summary
	var parts []string
	for _, c := range []struct {
		n    int
		word string
	}{
		{s.Fail, "failed"},
		{s.Fixed, "fixed"},
		{s.Error, "without a verdict"},
		{s.Warn, "warned"},
		{s.Known, "known"},
		{s.Undecided, "undecided"},
		{s.Skip, "skipped"},
	} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.word))
		}
	}
	if len(parts) == 0 {
		return count(s.Cases, "case")
	}
	return count(s.Cases, "case") + " (" + strings.Join(parts, ", ") + ")"
}

func seconds(s float64) string {
	d := time.Duration(s * float64(time.Second))
	if d < time.Millisecond {
		return "under 1 ms"
	}
	if d < 100*time.Millisecond {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1fs", s)
}

// cases lists every case with its outcome.
func (p *printer) cases() {
	p.linef("")
	unselected, elsewhere := 0, 0
	for _, v := range p.r.Verdicts {
		if p.r.Shard != nil && v.Shard != 0 && v.Shard != p.r.Shard.Index {
			elsewhere++
			continue
		}
		if v.Outcome == Skip && v.Reason == NotSelected {
			unselected++
			continue
		}
		reason := ""
		if v.Reason != "" {
			reason = ": " + Printable(v.Reason)
		}
		p.linef("%s %s%s", p.paint(outcomeStyle(v.Outcome), fmt.Sprintf("%-9s", v.Outcome)), v.Case.ID, reason)
	}
	if unselected > 0 {
		p.linef("%s not selected", count(unselected, "case"))
	}
	if elsewhere > 0 {
		p.linef("%s in other shards", count(elsewhere, "case"))
	}
}

func outcomeStyle(o Outcome) style {
	switch o {
	case Pass:
		return green
	case Warn, Known:
		return yellow
	case Skip, Undecided:
		return dim
	default:
		return red
	}
}

// blocks writes one block for each group of verdicts of an outcome.
func (p *printer) blocks(outcome Outcome) {
	var verdicts []*Verdict
	for i := range p.r.Verdicts {
		if v := &p.r.Verdicts[i]; v.Outcome == outcome {
			verdicts = append(verdicts, v)
		}
	}
	for _, group := range alike(verdicts) {
		p.linef("")
		p.block(group)
	}
}

// alike groups verdicts whose outcomes and findings are the same, in the order in which
// they come first.
func alike(verdicts []*Verdict) [][]*Verdict {
	var groups [][]*Verdict
	place := map[string]int{}
	for _, v := range verdicts {
		key := string(v.Outcome) + "\x00" + Likeness(v)
		at, known := place[key]
		if !known {
			at = len(groups)
			place[key], groups = at, append(groups, nil)
		}
		groups[at] = append(groups[at], v)
	}
	return groups
}

// Likeness is the same for verdicts whose findings are the same, or their reasons
// where nothing was found.
func Likeness(v *Verdict) string {
	if len(v.Findings) == 0 {
		return v.Reason
	}
	var b strings.Builder
	for _, f := range v.Findings {
		fmt.Fprintf(&b, "%s\x00%s\x00%s\x00%s\x00", f.Clause, f.Message, f.Expected, f.Actual)
	}
	return b.String()
}

// fold breaks a line that is wider than width, at blanks, and indents what follows.
// A word that is too long for a line, such as an id, stays whole, unless hard is
// set. Escape sequences take no room. A width of 0 has no end.
func fold(line string, width, indent int, hard bool) []string {
	var out []string
	for {
		head, rest := splitAt(line, width, indent, hard)
		out = append(out, head)
		if rest == "" {
			return out
		}
		line = strings.Repeat(" ", indent) + rest
	}
}

// splitAt gives what of a line fits a width, and the rest.
func splitAt(line string, width, indent int, hard bool) (head, rest string) {
	if width <= indent || utf8.RuneCountInString(line) <= width {
		return line, ""
	}
	column, blank, escaped := 0, -1, false
	for i, r := range line {
		switch {
		case escaped:
			escaped = r != 'm'
			continue
		case r == '\x1b':
			escaped = true
			continue
		case r == ' ' && strings.TrimSpace(line[:i]) != "" && column >= indent:
			if column > width { // of a word that was too long
				return line[:i], strings.TrimLeft(line[i:], " ")
			}
			blank = i
		}
		column++
		switch {
		case column <= width:
		case hard && (blank < 0 || tooLong(line[blank:], width-indent)):
			return line[:i], line[i:]
		case blank >= 0:
			return line[:blank], strings.TrimLeft(line[blank:], " ")
		}
	}
	return line, ""
}

// tooLong reports whether the first word of a text does not fit a width.
func tooLong(text string, width int) bool {
	word, _, _ := strings.Cut(strings.TrimLeft(text, " "), " ")
	return utf8.RuneCountInString(word) > width
}
