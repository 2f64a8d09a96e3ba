package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

const (
	// maxUnread keeps the list readable; what is no such page can fill it.
	maxUnread = 100
	// maxPath is longer than what servers accept as a request target.
	maxPath = 2000
)

// Parse reads a page. Name is its file name, for messages. What Parse cannot read
// in a page is no error but listed in Document.Unread; an error says that the
// text is no page at all: too large (4 MiB), not UTF-8, HTML, or empty.
func Parse(name string, text []byte) (*Document, error) {
	lines, err := splitLines(text)
	if err != nil {
		return nil, fmt.Errorf("read document %s: %w", name, err)
	}
	p := newParser(name, lines)
	p.walk()
	// Only now is it known which lines open an operation.
	if parts := p.openings(); parts != nil {
		excess := p.excess
		p = newParser(name, lines)
		p.open(parts)
		p.walk()
		if excess > 0 {
			p.unread(excess, "the page describes more than %d operations, the rest is not compared", maxOperations)
		}
	}
	p.finishOperations()
	p.links = newLinks(p.doc.Tables)
	p.assignRoles()
	interpret(p)
	p.sortUnread()
	return p.doc, nil
}

func newParser(name string, lines []line) *parser {
	return &parser{doc: &Document{Name: name}, lines: lines, seen: map[Problem]bool{}}
}

// parser holds what is known while it goes down the lines.
type parser struct {
	doc      *Document
	lines    []line
	seen     map[Problem]bool
	found    []rawTable
	statuses []answer // the headings "Status code: 200"
	links    links
	requests []candidate  // every line with a method and a path
	parts    []opening    // of a page of several operations
	opened   map[int]bool // the lines that open them, by index
	excess   int          // the line of the first operation that is too many, or 0

	titleLine, titleLevel int // of Document.Title, 0 where there is none

	kind     sectionKind
	level    int // the number of '#' before the section's name
	context  tableContext
	fallback requestAt // the first outside the URI section
	stray    bool      // a stray row has been listed since the last heading
}

// requestAt is a request line.
type requestAt struct {
	method, path string
	line         int
}

// tableContext is what stands above a table.
type tableContext struct {
	kind    sectionKind
	status  string
	caption string
	number  string // of the caption
}

// unread lists what could not be read, once. Line counts from 1.
func (p *parser) unread(line int, format string, args ...any) {
	problem := Problem{At: Place{p.doc.Name, line}, Message: fmt.Sprintf(format, args...)}
	if len(p.doc.Unread) < maxUnread && !p.seen[problem] {
		p.doc.Unread = append(p.doc.Unread, problem)
	}
	p.seen[problem] = true
}

func (p *parser) sortUnread() {
	slices.SortStableFunc(p.doc.Unread, func(a, b Problem) int {
		return cmp.Or(a.At.Line-b.At.Line, strings.Compare(a.Message, b.Message))
	})
	if more := len(p.seen) - len(p.doc.Unread); more > 0 {
		p.doc.Unread = append(p.doc.Unread, Problem{
			Place{File: p.doc.Name},
			fmt.Sprintf("and %d more that cannot be read: is this the page of an operation?", more),
		})
	}
}

func (p *parser) walk() {
	r := tableReader{lines: p.lines, unread: func(index int, format string, args ...any) {
		p.unread(index+1, format, args...)
	}}
	p.found = r.read()
	parts := p.parts
	for i := 0; i < len(p.lines); {
		if len(parts) > 0 && parts[0].from <= i {
			parts = parts[1:]
			p.kind, p.level, p.context, p.stray = other, 0, tableContext{}, false
		}
		if len(p.found) > 0 && p.found[0].start == i {
			p.addTable(p.found[0])
			i = p.found[0].end
			p.found = p.found[1:]
			continue
		}
		p.readLine(i)
		i++
	}
}

// beforeTable tells whether nothing but blank lines stands between a line and a table.
func (p *parser) beforeTable(i int) bool {
	for i++; i < len(p.lines) && p.lines[i].kind == blank; {
		i++
	}
	return len(p.found) > 0 && p.found[0].start == i
}

func (p *parser) addTable(t rawTable) {
	p.context.kind = p.kind
	table := Table{Line: t.start + 1, Columns: t.columns, Rows: t.rows, context: p.context, places: placesOf(t.columns)}
	table.operation = p.operationAt(table.Line)
	if n := len(p.doc.Sections); n > 0 {
		table.Section = p.doc.Sections[n-1].Name
	}
	p.doc.Tables = append(p.doc.Tables, table)
	p.context.caption, p.context.number = "", ""
	p.stray = false
}

// readLine reads a line outside of tables.
func (p *parser) readLine(i int) {
	l := p.lines[i]
	switch l.kind {
	case blank:
		return
	case bar, cellEnd, oneLine:
		p.strayRow(i)
		return
	case tabbed:
		p.strayTabs(i)
	case prose, separator, rule:
	}
	name, level := heading(l.text)
	switch {
	case name == "" || l.kind == separator || l.kind == rule:
	case firm[fold(name)]:
		p.startSection(name, level, i)
	case p.readStatus(name, i) || p.readRequestLine(name, level, i) || p.readCaption(name, level, i):
	case p.startsSection(name, level, i):
		p.startSection(name, level, i)
	}
}

// startsSection decides on names that are no headings everywhere. Sections with
// the tables that count end only at headings beyond doubt: a line that merely
// looks like one must not take a table away from them.
func (p *parser) startsSection(name string, level, i int) bool {
	if p.kind == literal {
		return level > 1 // one '#' may be a comment in a program
	}
	if p.doc.Title == "" && len(p.doc.Sections) == 0 && !loose[fold(name)] {
		p.doc.Title = clip(name)
		p.titleLine, p.titleLevel = i+1, level
		return false
	}
	return loose[fold(name)] || level > 0 || p.kind == other && titled(name)
}

func (p *parser) startSection(name string, level, i int) {
	p.doc.Sections = append(p.doc.Sections, Section{Name: name, Line: i + 1, level: level, operation: p.operationAt(i + 1)})
	p.kind, p.level = kindOfSection(name), level
	p.context = tableContext{}
	p.stray = false
}

func (p *parser) readStatus(name string, i int) bool {
	m := statusHeading.FindStringSubmatch(name)
	if m == nil {
		return false
	}
	// 999 is no status, but leaving it out would give its table to another one.
	p.context = tableContext{status: cmp.Or(statusCode(m[1]), m[1])}
	p.stray = false
	if p.kind == response {
		p.statuses = append(p.statuses, answer{status: p.context.status, line: i + 1, operation: p.operationAt(i + 1)})
	}
	return true
}

// readCaption reads the line above a table. In the sections with the tables that
// count even "Request Headers" is a caption there; elsewhere what looks like a
// heading is one.
func (p *parser) readCaption(name string, level, i int) bool {
	if !p.beforeTable(i) {
		return false
	}
	if m := captionLine.FindStringSubmatch(name); m != nil {
		p.context.number, p.context.caption = m[1], m[2]
		return true
	}
	inside := p.kind == uri || p.kind == request || p.kind == response
	switch {
	case !short(name, 8) || fillers[fold(name)]:
		return false
	case level > 0 && (level <= p.level || !inside):
		return false
	case loose[fold(name)] && (!inside || kindOfSection(name) == other):
		return false
	case p.kind == other && titled(name):
		return false
	}
	p.context.number, p.context.caption = "", name
	return true
}

// readRequestLine keeps the first line outside the URI section for pages without
// one; a request in an example is not the operation's.
func (p *parser) readRequestLine(name string, level, i int) bool {
	m := requestLine.FindStringSubmatch(name)
	if m == nil {
		return false
	}
	path, _, _ := strings.Cut(m[2], "?")
	path, _, _ = strings.Cut(path, "#")
	at := requestAt{strings.ToUpper(m[1]), path, i + 1}
	if len(path) <= maxPath {
		p.requests = append(p.requests, candidate{requestAt: at, level: level, section: len(p.doc.Sections) - 1, kind: p.kind})
	}
	switch {
	case p.kind == literal || p.opened[i]:
	case len(path) > maxPath:
		p.unread(i+1, "the path has %d bytes, at most %d are read", len(path), maxPath)
	case p.kind == uri && (p.doc.Path != "" || len(p.parts) > 0):
		p.unread(i+1, "a second request line, %s %s: a page describes one operation, the first line is taken", at.method, clip(path))
	case p.kind == uri:
		p.doc.Method, p.doc.Path, p.doc.Line = at.method, at.path, at.line
	case p.fallback.path == "":
		p.fallback = at
	}
	return true
}

// finishOperations lists what the page describes.
func (p *parser) finishOperations() {
	for _, o := range p.parts {
		if o.operation == len(p.doc.Operations) {
			p.doc.Operations = append(p.doc.Operations, Described{Title: clip(o.title), Method: o.method, Path: o.path, Line: o.line})
		}
	}
	if len(p.parts) > 0 {
		first := p.doc.Operations[0]
		p.doc.Method, p.doc.Path, p.doc.Line = first.Method, first.Path, first.Line
		return
	}
	p.finishRequestLine()
	if p.doc.Path != "" {
		p.doc.Operations = []Described{{Method: p.doc.Method, Path: p.doc.Path, Line: p.doc.Line}}
	}
}

func (p *parser) finishRequestLine() {
	if p.doc.Path == "" {
		p.doc.Method, p.doc.Path, p.doc.Line = p.fallback.method, p.fallback.path, p.fallback.line
	}
	if p.doc.Path != "" {
		return
	}
	line := 1
	for _, s := range p.doc.Sections {
		if kindOfSection(s.Name) == uri {
			line = s.Line
			break
		}
	}
	p.unread(line, "the page has no request line: write the method and the path on one line, GET /v1/things/{thing_id}")
}

// strayRow lists the first row of those that belong to no table; examples may
// well have lines that end with a bar.
func (p *parser) strayRow(i int) {
	if p.kind != literal && !p.stray {
		p.unread(i+1, "a row outside of any table is left out: a table starts with its header and a separator |---|---|, and ends at the first other line")
		p.stray = true
	}
}
