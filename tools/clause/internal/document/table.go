package document

import "strings"

// maxColumns bounds the work on a row; it also tells a table from a drawing.
const maxColumns = 64

// rawTable is a table before it has a name. Lines are indexes, end is exclusive.
type rawTable struct {
	start, end int
	columns    []string
	rows       []Row
}

// tableReader finds the tables among the lines of a page.
type tableReader struct {
	lines  []line
	unread func(index int, format string, args ...any)
}

// read finds every separator first: only with the start of the next table known,
// a row that lacks a cell cannot swallow the headings after it.
func (r *tableReader) read() []rawTable {
	headers := r.headers()
	tables := make([]rawTable, 0, len(headers))
	for i, h := range headers {
		limit := len(r.lines)
		if i+1 < len(headers) {
			limit = headers[i+1].start
		}
		if h.columns == nil {
			continue
		}
		t := rawTable{start: h.start, end: h.separator + 1, columns: h.columns}
		switch {
		case h.tabs:
			r.tabRows(&t, h.margin, limit)
		case r.lines[h.start].kind == oneLine:
			r.oneLineRows(&t, limit)
		default:
			r.flatRows(&t, limit)
		}
		if len(t.rows) == 0 {
			r.unread(h.start, "the table has no row that can be read")
		}
		tables = append(tables, t)
	}
	return tables
}

// oneLineRows reads rows of Markdown.
func (r *tableReader) oneLineRows(t *rawTable, limit int) {
	for ; t.end < limit; t.end++ {
		l := r.lines[t.end]
		if l.kind != oneLine && l.kind != separator {
			return
		}
		cells := splitCells(l.text)
		if len(cells) != len(t.columns) {
			r.unreadRow(t.end, len(cells), len(t.columns))
			continue
		}
		row := make(Row, len(cells))
		for i, text := range cells {
			row[i] = Cell{Text: text, Line: t.end + 1}
		}
		t.rows = append(t.rows, row)
	}
}

// splitCells cuts a row of Markdown at its bars; an escaped bar is text.
func splitCells(s string) []string {
	s = strings.TrimPrefix(s, "|")
	var cells []string
	start := 0
	for i := range len(s) {
		if s[i] == '|' && (i == 0 || s[i-1] != '\\') {
			cells = append(cells, cellText(s[start:i]))
			start = i + 1
		}
	}
	if rest := strings.TrimSpace(s[start:]); rest != "" {
		cells = append(cells, cellText(rest))
	}
	return cells
}

func cellText(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(s, `\|`, "|"))
}

// token is a lone bar, or a cell. Lines are indexes.
type token struct {
	bar         bool
	text        string // of a bar: the text before it that no bar has ended yet
	first, last int    // lines of the text and the bar that ends it
}

// pending tells whether text stands before a lone bar.
func (t token) pending() bool { return t.first < t.last }

// tokenize leaves out text at the end that no bar ends: it stands after the table.
func (r *tableReader) tokenize(from, limit int) []token {
	var tokens []token
	var text []string
	first := -1
	for i := from; i < limit; i++ {
		l := r.lines[i]
		if l.kind == blank && first < 0 {
			continue
		}
		if first < 0 {
			first = i
		}
		ends := l.kind == bar || endsCell(l.text)
		text = append(text, strings.TrimSuffix(l.text, "|"))
		if ends {
			for k, s := range text {
				text[k] = strings.TrimSpace(s)
			}
			tokens = append(tokens, token{l.kind == bar, cellText(strings.Join(text, "\n")), first, i})
			text, first = nil, -1
		}
	}
	return tokens
}

// flatRows reads rows whose cells stand on lines of their own.
func (r *tableReader) flatRows(t *rawTable, limit int) {
	tokens := r.tokenize(t.end, r.nextSection(t.end, limit))
	// Text straight after the separator ends the table before its first row.
	for at := 0; at < len(tokens) && tokens[at].bar && (at > 0 || !tokens[at].pending()); {
		end, ok := rowEnd(tokens, at, len(t.columns))
		if !ok {
			end = nextBar(tokens, at+1)
			r.unreadRow(tokens[at].last, end-at-1, len(t.columns))
			t.end = tokens[end-1].last + 1
			at = end
			continue
		}
		t.rows = append(t.rows, rowOf(tokens[at+1:end]))
		t.end = tokens[end-1].last + 1
		if end < len(tokens) && (!tokens[end].bar || tokens[end].pending()) {
			return
		}
		at = end
	}
}

// nextSection finds the name of a section that stands on a line alone beyond doubt:
// a cell that nothing ends must not swallow the sections after it.
func (r *tableReader) nextSection(from, limit int) int {
	for i := from; i < limit; i++ {
		if r.lines[i].kind != prose {
			continue
		}
		if name, _ := heading(r.lines[i].text); firm[fold(name)] {
			return i
		}
	}
	return limit
}

// rowEnd finds the end of the row that starts at a bar. A further bar is an empty
// cell if the row then ends where the next one starts, otherwise this row lacks
// cells. It looks at no more than n tokens, so the whole stays linear.
func rowEnd(tokens []token, at, n int) (int, bool) {
	end := at + 1 + n
	if end > len(tokens) {
		return 0, false
	}
	if end == len(tokens) || tokens[end].bar {
		return end, true
	}
	// A complete row, then a line of text, and something that looks like the end
	// of a cell further down: the table ended at that line.
	return end, tokens[end].pending() && nextBar(tokens[:end], at+1) == end
}

func nextBar(tokens []token, from int) int {
	for from < len(tokens) && !tokens[from].bar {
		from++
	}
	return from
}

func rowOf(tokens []token) Row {
	row := make(Row, len(tokens))
	for i, t := range tokens {
		row[i] = Cell{Text: t.text, Line: t.first + 1}
	}
	return row
}

func (r *tableReader) unreadRow(index, cells, columns int) {
	r.unread(index, "the row has %s, its table has %s, the row is left out: "+
		"end each cell with a blank and a bar, and write a bar inside a cell as \\|",
		count(cells, "cell"), count(columns, "column"))
}
