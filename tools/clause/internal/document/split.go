package document

import (
	"cmp"
	"slices"
	"sort"
)

// shared is the number of the operation of what stands under none of several:
// a chapter on status codes for all of them, say.
const shared = -1

// maxOperations bounds the work on a page; each has tables of its own.
const maxOperations = 500

// Described is an operation as a page describes it.
type Described struct {
	// Title is the heading that it stands under, empty where there is none, and
	// on a page of one operation.
	Title        string
	Method, Path string
	Line         int

	stated reading
}

// candidate is a line with a method and a path, and where it stands. Line counts
// from 1.
type candidate struct {
	requestAt

	level   int // the number of '#' before it
	section int // the index of the section it stands in, or -1
	kind    sectionKind
	headed  bool // nothing but text stands between it and a heading of Markdown
	tabled  bool // a table or the heading of a status stands between it and the next
}

// opening is where a page turns to an operation.
type opening struct {
	candidate

	operation int // the same where a page comes back to one
	from, end int // the indexes of its lines, end exclusive
	title     string
}

// openings finds the operations of a page that describes several. Of any other
// page it gives none.
func (p *parser) openings() []opening {
	var found []opening
	numbers := map[string]int{}
	for _, c := range p.openers() {
		name := c.method + " " + c.path
		if _, again := numbers[name]; !again {
			if len(numbers) == maxOperations {
				p.excess = c.line
				break
			}
			numbers[name] = len(numbers)
		}
		found = append(found, opening{candidate: c, operation: numbers[name]})
	}
	if len(numbers) < 2 {
		return nil
	}
	p.bound(found)
	return found
}

// openers picks the request lines that open an operation; others mention one.
// What a page has beyond doubt decides how the rest of it is read.
func (p *parser) openers() []candidate {
	p.survey(p.marks())
	uris, headed := false, false
	for _, c := range p.requests {
		uris = uris || c.kind == uri
		headed = headed || c.headed || c.level > 0
	}
	last := -1 // the section of the last URI line
	return slices.DeleteFunc(slices.Clone(p.requests), func(c candidate) bool {
		switch {
		case c.kind == literal && p.exemplary(c):
			return true
		case c.kind == uri && (c.section != last || c.tabled):
			last = c.section
			return false
		case c.level > 0 || c.headed:
			return false
		}
		return uris || headed || !c.tabled
	})
}

// open sets out to read the page anew, now that its operations are known.
func (p *parser) open(parts []opening) {
	p.parts, p.opened = parts, map[int]bool{}
	for _, o := range parts {
		p.opened[o.line-1] = true
	}
}

// exemplary tells whether a line in an example is a part of it: it is none if it is
// a heading that ends the example.
func (p *parser) exemplary(c candidate) bool {
	level := p.doc.Sections[c.section].level
	return c.level < 2 || level > 0 && c.level > level
}

// survey finds out what stands above and below each request line.
func (p *parser) survey(marks []int) {
	between := func(from, to int) bool {
		i := sort.SearchInts(marks, from+1)
		return i < len(marks) && marks[i] < to
	}
	for i := range p.requests {
		c := &p.requests[i]
		next, before := len(p.lines)+1, 0
		if i+1 < len(p.requests) {
			next = p.requests[i+1].line
		}
		if i > 0 {
			before = p.requests[i-1].line
		}
		c.tabled = between(c.line, next)
		at, opens := p.titleLine, p.titleLevel > 0
		if c.section >= 0 {
			s := p.doc.Sections[c.section]
			at, opens = s.Line, s.level > 0 && s.opens()
		}
		c.headed = opens && at > before && !between(at, c.line)
	}
}

// marks gives the lines of all tables and of the headings of statuses.
func (p *parser) marks() []int {
	marks := make([]int, 0, len(p.doc.Tables)+len(p.statuses))
	for i := range p.doc.Tables {
		marks = append(marks, p.doc.Tables[i].Line)
	}
	for _, s := range p.statuses {
		marks = append(marks, s.line)
	}
	slices.Sort(marks)
	return marks
}

// opens tells whether an operation can begin under a section's name.
func (s Section) opens() bool {
	switch kindOfSection(s.Name) {
	case uri, request:
		return true
	case other:
		return !loose[fold(s.Name)] && !firm[fold(s.Name)]
	case literal, response, statuses:
	}
	return false
}

// bound finds the first and the last line of each operation's part of the page.
func (p *parser) bound(found []opening) {
	marks := p.marks()
	for i := range found {
		o := &found[i]
		floor := 0
		if i > 0 {
			floor = found[i-1].line
		}
		if k := sort.SearchInts(marks, o.line); k > 0 {
			floor = max(floor, marks[k-1])
		}
		o.from = p.beginning(o, floor)
	}
	for i := range found {
		end := len(p.lines)
		if i+1 < len(found) {
			end = found[i+1].from
		}
		found[i].end = p.ending(&found[i], end)
	}
}

// beginning goes up from the request line to the heading that it stands under,
// past those that say no more than "URI" or "Description". Floor counts from 1.
func (p *parser) beginning(o *opening, floor int) int {
	o.title, _ = heading(p.lines[o.line-1].text)
	if o.level > 0 {
		return o.line - 1
	}
	from := o.line - 1
	for i := o.section; i >= 0 && p.doc.Sections[i].Line > floor; i-- {
		s := p.doc.Sections[i]
		name := fold(s.Name)
		if !s.opens() && (!loose[name] || closing[name]) {
			break
		}
		from, o.level, o.title = s.Line-1, s.level, s.Name
		if !loose[name] && !firm[name] && kindOfSection(s.Name) == other {
			return from
		}
	}
	return p.titled(o, from, floor)
}

// titled goes on to the title of the page, or to one in the midst of it.
func (p *parser) titled(o *opening, from, floor int) int {
	if p.titleLine > floor && o.level <= p.titleLevel {
		o.title, o.level = p.doc.Title, p.titleLevel
		return p.titleLine - 1
	}
	// Pages that were copied one below the other have a title straight above.
	if above := from - 1; above >= floor && p.lines[above].kind == prose {
		if name, level := heading(p.lines[above].text); level == 0 && titled(name) && !closing[fold(name)] {
			from, o.title = above, name
		}
	}
	return from
}

// closing are headings at the end of a page.
var closing = folded("See Also", "Related Links", "Feedback", "Changelog", "Change History", "Error Code", "Error Codes")

// ending finds the heading that ends an operation's part: one above its own, or
// beside it. Where its own sections stand beside its heading, only another one ends it.
func (p *parser) ending(o *opening, limit int) int {
	deeper := false
	for i := max(o.section, 0); o.level > 0 && i < len(p.doc.Sections); i++ {
		s := p.doc.Sections[i]
		switch {
		case s.Line <= o.line || s.level == 0:
		case s.Line > limit:
			return limit
		case s.level > o.level:
			deeper = true
		case s.level < o.level || deeper || kindOfSection(s.Name) == other && !loose[fold(s.Name)] && !firm[fold(s.Name)]:
			return s.Line - 1
		}
	}
	return limit
}

// operationAt gives the operation whose part a line is in. Line counts from 1.
func (p *parser) operationAt(line int) int {
	if len(p.parts) == 0 {
		return 0
	}
	i, exact := slices.BinarySearchFunc(p.parts, line-1, func(o opening, at int) int { return cmp.Compare(o.from, at) })
	if !exact {
		i--
	}
	if i < 0 || line > p.parts[i].end {
		return shared
	}
	return p.parts[i].operation
}
