package report

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
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
func (p *printer) block(alike []Verdict) {
	v := alike[0]
	word := strings.ToUpper(string(v.Outcome))
	p.linef("%s %s", p.paint(outcomeStyle(v.Outcome), word), p.paint(bold, Printable(v.Case.ID)))
	if v.Reason != "" {
		p.field("reason", printableLines(v.Reason)...)
	}
	p.findings(v)
	if len(v.Findings) == 0 {
		p.field("clause", p.statement(v.Case.Clause, v.Case.Level)...)
	}
	p.field("why", printableLines(v.Case.Why)...)
	if x := v.Exchange; x != nil {
		p.field("sent", sentLines(x)...)
		p.field("wanted", v.Case.Expect.Wanted())
		p.field("got", gotLines(x)...)
		if replay := cmp.Or(x.Curl, x.Replay); replay != "" {
			p.field("replay", Printable(replay))
		}
	}
	for _, note := range v.Notes {
		p.field("note", printableLines(note)...)
	}
	p.others(alike[1:])
}

// notes says what the description lacks.
func (p *printer) notes() {
	if len(p.r.Notes) == 0 {
		return
	}
	p.linef("\n%s, which change no verdict:", p.paint(bold, "notes on the description"))
	for _, n := range p.r.Notes {
		p.linef("  %s %s (%s)", Printable(n.Operation), Printable(n.Message), count(n.Cases, "case"))
	}
}

// unaccepted names the operations that accepted nothing.
func (p *printer) unaccepted() {
	for _, u := range p.r.Unaccepted {
		var answers []string
		for _, status := range slices.Sorted(maps.Keys(u.Answers)) {
			answers = append(answers, fmt.Sprintf("%s to %s", status, count(u.Answers[status], "case")))
		}
		text := cmp.Or(strings.Join(answers, ", "), "no answer to "+count(u.Cases, "case"))
		if u.NotServed {
			text += ": it looks as if the target does not serve it"
		} else if u.Reason != "" {
			text += ": " + u.Reason
		}
		p.linef("%s %s: %s", p.paint(yellow, "never accepted:"), Printable(u.Operation), Printable(text))
	}
	if p.r.NothingAccepted() {
		p.linef("Nothing was accepted of what the contract allows, so that what was refused shows little.")
	}
}

// field writes lines with a name before the first.
func (p *printer) field(name string, lines ...string) {
	for _, line := range lines {
		p.linef("%s", strings.TrimRight(fmt.Sprintf("  %-7s  %s", name, line), " "))
		name = ""
	}
}

// findings writes each finding below its clause; those of one clause in a row
// are below it together.
func (p *printer) findings(v Verdict) {
	last := ""
	for _, f := range v.Findings {
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
	if s := c.Source.String(); s != "" {
		lines = append(lines, "document: "+Printable(s))
	}
	if c.Inferred != "" {
		lines = append(lines, "inferred: "+Printable(c.Inferred))
	}
	if at := c.At.String(); at != "" {
		lines = append(lines, "contract: "+Printable(at))
	}
	return lines
}

func sentLines(x *Exchange) []string {
	lines := []string{Printable(x.Method + " " + x.URL)}
	lines = append(lines, headerLines(x.RequestHeaders)...)
	return append(lines, bodyLines(x.RequestBody)...)
}

func gotLines(x *Exchange) []string {
	var lines []string
	if x.Problem != "" {
		lines = append(lines, printableLines(x.Problem)...)
	}
	if x.Status != 0 {
		status := strings.TrimSpace(fmt.Sprintf("%03d %s", x.Status, http.StatusText(x.Status)))
		lines = append(lines, fmt.Sprintf("%s in %s", status, seconds(x.Elapsed)))
		lines = append(lines, headerLines(x.ResponseHeaders)...)
		lines = append(lines, bodyLines(x.ResponseBody)...)
	}
	if len(lines) == 0 {
		return []string{"no answer"}
	}
	return lines
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
func (p *printer) others(alike []Verdict) {
	if len(alike) == 0 {
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
