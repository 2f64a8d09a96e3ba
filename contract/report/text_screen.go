package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// What follows keeps a text to the lines of a screen: TextOptions.Lines. It is written
// more and more tightly until it fits: 0 is the least tight, and the steps are those of
// tightness.
const (
	withoutCurl     = 1 // and bodies short, clauses that are untested not listed
	withoutSections = 2 // operations have a line each, notes are counted, few findings
	firstCause      = 3 // no cause but the first has a line, one reason is listed
	tightest        = 4 // nothing of operations and notes, one line of a body, no usual header
)

const (
	// leanSummary is how many lines may say what became of the clauses, and
	// leanOperations how many of them are of one operation each.
	leanSummary, leanOperations = 14, 3
	// leanBroken is how many clauses that are broken are listed then.
	leanBroken = 5
	// leanBefore is how many requests that made what a case is about are shown.
	leanBefore = 3
	// usualWidth is the width of a line that is counted where none is set.
	usualWidth = 100
)

// screen writes all but the last line, as tightly as it has to be.
func (p *printer) screen() {
	last := p.apart()
	last.lastLine()
	for tight := 0; ; tight++ {
		all := p.apart()
		all.tight = tight
		all.all()
		if tight == tightest || rows(all.String())+rows(last.String()) <= p.o.Lines {
			p.WriteString(all.String())
			return
		}
	}
}

// lean reports whether the text has to fit a screen: one that says what failed.
func (p *printer) lean() bool {
	return p.o.Lines > 0 && !p.o.Verbose && p.r != nil && p.r.Summary.Fail > 0
}

// most gives how many are listed: fewer on a screen.
func (p *printer) most(usual int) int {
	switch {
	case !p.lean():
		return usual
	case p.tight >= firstCause:
		return 1
	}
	return min(usual, 2)
}

// apart gives a printer that writes the same way, to see how long something is.
func (p *printer) apart() *printer {
	return &printer{r: p.r, o: p.o, find: p.find, listed: p.listed, tight: p.tight}
}

// rows counts the lines of a text. One that is to be copied is one, however long.
func rows(text string) int { return strings.Count(text, "\n") }

// room is how many lines are left for causes.
func (p *printer) room() int {
	tail := p.apart()
	tail.notes()
	tail.end()
	tail.lastLine()
	return p.o.Lines - rows(p.String()) - rows(tail.String())
}

// screenful writes causes, as many as the screen has room for: what counts most in a
// block with an example, and what else fits in a line or two each.
func (p *printer) screenful(all []*cause) {
	worstFirst(all)
	room := p.room() - 1 // how to see more
	shown := map[*Verdict]bool{}
	alone := false // the last was a line, not a block
	for i, c := range all {
		c.exemplify(shown)
		example := c.verdicts[0]
		rest := 2 * min(len(all)-i-1, 2) // what the next ones need
		line, block := p.apart(), p.inBlock(c)
		if !alone {
			line.linef("")
		}
		line.oneLine(c, shown[example])
		switch {
		case i == 0, !shown[example] && rows(block)+rest <= room:
			p.WriteString(block)
			room -= rows(block)
			shown[example], alone = true, false
		case i == 1 && p.tight < firstCause, rows(line.String()) <= room:
			p.WriteString(line.String())
			room -= rows(line.String())
			alone = true
		default:
			if !alone && p.tight < tightest {
				p.linef("")
			}
			p.linef("and %s", count(len(all)-i, "more cause"))
			return
		}
	}
}

// inBlock gives the block of a cause.
func (p *printer) inBlock(c *cause) string {
	block := p.apart()
	block.linef("")
	block.whole(c)
	return block.String()
}

// usualHeaders are those of requests and answers that say little.
var usualHeaders = []string{
	"accept", "accept-encoding", "user-agent", "x-request-id", "content-length", "date", "server", "connection", "keep-alive", "vary",
	"cache-control", "etag", "last-modified", "expires", "pragma", "transfer-encoding", "x-powered-by", "via", "age", "alt-svc", "set-cookie",
}

// telling gives the headers of an exchange that may say why a verdict is what it is: all
// but the usual ones, and those that the verdict speaks of.
func (p *printer) telling(headers []Header, v *Verdict) []Header {
	if !p.lean() {
		return headers
	}
	said := []string{v.Case.ID, v.Case.Why}
	for _, f := range v.Findings {
		said = append(said, f.Clause, f.Message)
	}
	about := strings.ToLower(strings.Join(said, " "))
	return slices.DeleteFunc(slices.Clone(headers), func(h Header) bool {
		name := strings.ToLower(h.Name)
		usual := p.tight == tightest || slices.Contains(usualHeaders, name) || strings.HasPrefix(name, "x-ratelimit") || strings.HasPrefix(name, "sec-")
		return usual && !strings.Contains(about, name)
	})
}

// short cuts lines of a body to what a screen has room for.
func (p *printer) short(lines []string) []string {
	if !p.lean() {
		return lines
	}
	width := cmp.Or(p.o.Width, usualWidth) - fieldIndent
	if p.tight == tightest {
		return inOneLine(lines, width)
	}
	most := max(1, 6>>p.tight)
	left := most
	for i, line := range lines {
		if left -= (utf8.RuneCountInString(line) + width - 1) / width; left >= 0 {
			continue
		}
		if i == 1 { // a body in one long line
			return append(lines[:1:1], cutRunes(line, most*width))
		}
		return append(lines[:i:i], cutHere)
	}
	return lines
}

// inOneLine makes one line of those of a body, without the empty one before them.
func inOneLine(lines []string, width int) []string {
	text := strings.TrimSpace(strings.Join(lines, " "))
	switch {
	case text == "":
		return nil
	case utf8.RuneCountInString(text) > width:
		text = cutRunes(text, width-utf8.RuneCountInString(cutHere))
	}
	return []string{text}
}

// cutHere stands for what is left out of a body.
const cutHere = "… (cut here)"

func cutRunes(text string, most int) string {
	n := 0
	for i := range text {
		if n++; n > most {
			return text[:i] + cutHere
		}
	}
	return text
}

// leanOthers names one of the cases that failed alike.
func (p *printer) leanOthers(alike []*Verdict) {
	p.field("alike", fmt.Sprintf("%s, such as %s", count(len(alike), "more case"), Printable(alike[0].Case.ID)))
}

// leanClosing says in a line each what was never tried and never accepted: the reasons
// are among those for which clauses are untested.
func (p *printer) leanClosing(untried []gap) {
	var tried []string
	for _, g := range untried {
		tried = append(tried, g.ids...)
	}
	if len(tried) > 0 {
		p.linef("%s %s", p.paint(yellow, "never tried:"), p.named(tried))
	}
	if len(p.r.Unaccepted) <= 1 && p.tight < tightest {
		p.unaccepted()
		return
	}
	var accepted []string
	for i := range p.r.Unaccepted {
		accepted = append(accepted, p.r.Unaccepted[i].Operation)
	}
	if len(accepted) > 0 {
		p.linef("%s %s", p.paint(yellow, "never accepted:"), p.named(accepted))
	}
	p.nothing()
}
