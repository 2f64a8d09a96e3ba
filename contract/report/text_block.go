package report

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"github.com/apiclause/clause/contract/clause"
)

const (
	// maxBodyText is how much of a body a block shows, in bytes.
	maxBodyText = 1 << 10
	// maxAlike is how many of the cases that failed alike a block names.
	maxAlike = 5
)

// block writes what became of a case, and the ids of those that failed alike.
func (p *printer) block(alike []*Verdict) {
	p.line(p.word(alike[0].Outcome)+" "+p.paint(bold, Printable(alike[0].Case.ID)), copied, false)
	p.details(alike)
}

// details is block without its first line.
func (p *printer) details(alike []*Verdict) {
	v := alike[0]
	if v.Reason != "" {
		p.field("reason", printableLines(v.Reason)...)
	}
	p.findings(v)
	if len(v.Findings) == 0 {
		p.field("clause", p.statement(v.Case.Clause, v.Case.Level)...)
	}
	p.field("why", printableLines(v.Case.Why)...)
	if x := v.Exchange; x != nil {
		for i, s := range v.Setup {
			if i == leanBefore && p.lean() {
				p.field("", fmt.Sprintf("and %s", count(len(v.Setup)-i, "more request")))
				break
			}
			when := "before"
			if s.After {
				when = "after"
			}
			p.exact(when, fmt.Sprintf("%s %s %s (%s)", Printable(s.Method), Printable(s.URL), statusOf(s.Status), Printable(s.Did)))
		}
		p.exact("sent", p.sentLines(v)...)
		p.field("wanted", v.Case.Expect.Wanted())
		p.exact("got", p.gotLines(v)...)
		p.resend(v)
	}
	for _, note := range v.Notes {
		if p.tight >= withoutSections {
			break
		}
		p.field("note", printableLines(note)...)
	}
	p.others(alike[1:])
}

// Resend gives the command that sends a case again; "" where there is none. What was made
// for a case has ended, so that its request alone shows nothing.
func (v *Verdict) Resend() string {
	switch x := v.Exchange; {
	case x == nil:
		return ""
	case len(v.Setup) > 0:
		return cmp.Or(x.Replay, x.Curl)
	default:
		return cmp.Or(x.Curl, x.Replay)
	}
}

// resend says how to send a case again: alone, and as the run did.
func (p *printer) resend(v *Verdict) {
	alone := v.Resend()
	if alone != "" && (p.o.Again == "" || p.tight < withoutCurl && alone == v.Exchange.Curl && len(v.Setup) == 0) {
		p.line("  replay   "+Printable(alone), copied, false)
	}
	if p.o.Again != "" {
		p.line("  again    "+Printable(p.o.Again)+" "+ShellWord(Printable(v.Case.ID)), copied, false)
	}
}

// word gives an outcome as blocks begin with it.
func (p *printer) word(o Outcome) string {
	return p.paint(outcomeStyle(o), strings.ToUpper(string(o)))
}

// maxNotes is how many notes are listed.
const maxNotes = 6

// notes says what the description lacks. Notes that say the same share a line.
func (p *printer) notes() {
	if len(p.r.Notes) == 0 {
		return
	}
	if p.tight == tightest {
		return
	}
	if p.tight >= withoutSections {
		p.linef("%s on the description, which --verbose lists", count(len(p.r.Notes), "note"))
		return
	}
	p.linef("")
	p.linef("%s, which change no verdict:", p.paint(bold, "notes on the description"))
	most, of := p.most(maxNotes), map[string][]string{}
	for _, n := range p.r.Notes {
		of[n.Message] = append(of[n.Message], n.Operation)
	}
	if len(p.r.Notes) <= most && len(of) == len(p.r.Notes) || p.o.Verbose {
		for _, n := range p.r.Notes {
			p.linef("  %s %s (%s)", Printable(n.Operation), Printable(n.Message), count(n.Cases, "case"))
		}
		return
	}
	for i, g := range sortedGaps(of) {
		if i == most {
			p.linef("  and %s, which --verbose lists", count(len(of)-i, "other"))
			return
		}
		p.linef("  %s: %s", p.named(g.ids), Printable(g.reason))
	}
}

// field writes lines with a name before the first.
func (p *printer) field(name string, lines ...string) { p.fields(name, lines, false) }

// exact is field for what was on the wire, where a word may be of any length.
func (p *printer) exact(name string, lines ...string) { p.fields(name, lines, true) }

// fieldIndent is where the lines of a field begin.
const fieldIndent = 11

func (p *printer) fields(name string, lines []string, hard bool) {
	for _, line := range lines {
		p.line(strings.TrimRight(fmt.Sprintf("  %-7s  %s", name, line), " "), fieldIndent, hard)
		name = ""
	}
}

// findings writes each finding below its clause; those of one clause in a row
// are below it together.
func (p *printer) findings(v *Verdict) {
	last := ""
	for i, f := range v.Findings {
		if i == max(1, firstCause-p.tight+1) && p.tight >= withoutSections {
			p.field("", fmt.Sprintf("and %s", count(len(v.Findings)-i, "more finding")))
			return
		}
		if f.Clause != last {
			p.field("broken", p.statement(f.Clause, f.Level)...)
			last = f.Clause
		}
		p.field("", printableLines(f.Message)...)
		if f.Clause == v.Case.Clause && v.Exchange != nil {
			continue // wanted and got say it
		}
		if f.Expected != "" {
			p.field("", "  expected  "+Printable(f.Expected))
		}
		if f.Actual != "" {
			p.field("", "  actual    "+Printable(f.Actual))
		}
	}
}

// statement names a clause: its level, what it says, and where it comes from.
func (p *printer) statement(id string, level clause.Level) []string {
	lines := []string{fmt.Sprintf("%s (%s)", Printable(id), level)}
	c := p.find(id)
	if c == nil {
		return lines
	}
	lines = append(lines, printableLines(c.Statement)...)
	if s := c.Source.String(); s != "" && p.tight < withoutSections {
		lines = append(lines, "document: "+Printable(s))
	}
	if c.Inferred != "" && p.tight < withoutSections {
		lines = append(lines, "inferred: "+Printable(c.Inferred))
	}
	if at := c.At.String(); at != "" {
		lines = append(lines, "contract: "+Printable(at))
	}
	return lines
}

func (p *printer) sentLines(v *Verdict) []string {
	x := v.Exchange
	lines := []string{Printable(x.Method + " " + x.URL)}
	lines = append(lines, headerLines(p.telling(x.RequestHeaders, v))...)
	return append(lines, p.short(bodyLines(x.RequestBody))...)
}

func (p *printer) gotLines(v *Verdict) []string {
	x := v.Exchange
	var lines []string
	if x.Problem != "" {
		lines = append(lines, printableLines(x.Problem)...)
	}
	if x.Status != 0 {
		lines = append(lines, fmt.Sprintf("%s in %s", statusLine(x.Status), seconds(x.Elapsed)))
		lines = append(lines, headerLines(p.telling(x.ResponseHeaders, v))...)
		lines = append(lines, p.short(bodyLines(x.ResponseBody))...)
	}
	if len(lines) == 0 {
		return []string{"no answer"}
	}
	return lines
}

func statusOf(status int) string {
	if status == 0 {
		return "without an answer"
	}
	return fmt.Sprintf("%03d", status)
}

func statusLine(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%03d %s", status, http.StatusText(status)))
}

// gotStatus gives the status that was got, or why there is none; "" where nothing was
// sent.
func gotStatus(x *Exchange) string {
	switch {
	case x == nil:
		return ""
	case x.Status != 0:
		return statusLine(x.Status)
	}
	return cmp.Or(x.Problem, "no answer")
}

func headerLines(headers []Header) []string {
	lines := make([]string, len(headers))
	for i, h := range headers {
		lines[i] = Printable(cut(h.Name+": "+h.Value, maxBodyText))
	}
	return lines
}

func bodyLines(body string) []string {
	if body == "" {
		return nil
	}
	return append([]string{""}, printableLines(cut(body, maxBodyText))...)
}

// others names the cases that failed alike.
func (p *printer) others(alike []*Verdict) {
	if len(alike) == 0 {
		return
	}
	if p.lean() {
		p.leanOthers(alike)
		return
	}
	ids := []string{}
	for _, v := range alike {
		if len(ids) == maxAlike && !p.o.Verbose && len(alike) > maxAlike+1 {
			ids = append(ids, fmt.Sprintf("and %d others", len(alike)-maxAlike))
			break
		}
		ids = append(ids, Printable(v.Case.ID))
	}
	p.field("alike", append([]string{"and " + count(len(alike), "more case") + ":"}, ids...)...)
}
