package document

import "strings"

// textColumns are headings of columns that are not compared. With one that is,
// they tell a header from other lines with tabs.
var textColumns = folded("Description", "Meaning", "Text", "Remarks", "Remark", "Notes", "Note", "Default", "Default Value",
	"Example", "Value Range", "Constraints", "Explanation", "Details", "Comment", "Comments", "In", "Location")

// tabHeader reads the header of a table whose cells have tabs between them. A line
// of dashes below it, with bars, with tabs or without either, says that it is one;
// without that its words do.
func (r *tableReader) tabHeader(at int) (header, bool) {
	cells, margin := splitTabs(r.lines[at].tabs)
	h := header{start: at, separator: at, tabs: true, margin: margin}
	ruled := at+1 < len(r.lines) && (r.lines[at+1].kind == rule || r.lines[at+1].kind == separator)
	if ruled {
		h.separator = at + 1
	}
	switch {
	case len(cells) < 2 || !ruled && !isHeader(cells):
		return header{}, false
	case len(cells) > maxColumns:
		r.unread(at, "the table has %d columns, at most %d are read", len(cells), maxColumns)
		return h, true
	}
	if n := dashes(r.lines[h.separator]); ruled && n > 1 && n != len(cells) {
		r.unread(at, "the table's header has %s, the separator below it has %s: the table is left out",
			count(len(cells), "cell"), count(n, "column"))
		return h, true
	}
	h.columns = cells
	return h, true
}

// isHeader tells a header by the names of its columns: one to know the rows by, and
// another.
func isHeader(cells []string) bool {
	places := placesOf(cells)
	if places.name < 0 && places.status < 0 {
		return false
	}
	known := 0
	for _, c := range cells {
		name := fold(c)
		if nameColumns[name] || mandatoryColumns[name] || typeColumns[name] || statusColumns[name] || textColumns[name] {
			known++
		}
	}
	return known >= 2 && 2*known >= len(cells)
}

// dashes counts the columns of a separator; one run of dashes says nothing of them.
func dashes(l line) int {
	if l.kind == separator {
		return len(splitCells(l.text))
	}
	return len(strings.Fields(l.text))
}

// splitTabs cuts a row at its tabs. What stands before the first cell, and is none,
// is its margin.
func splitTabs(s string) (cells []string, margin int) {
	s = strings.TrimRight(s, "\t ")
	for rest := strings.TrimLeft(s, " "); strings.HasPrefix(rest, "\t"); rest = strings.TrimLeft(s, " ") {
		s = rest[1:]
		margin++
	}
	for cell := range strings.SplitSeq(s, "\t") {
		cells = append(cells, strings.TrimSpace(cell))
	}
	return cells, margin
}

// tabRows reads rows whose cells have tabs between them. Cells at the end of a row
// may be missing: editors take blanks there away. A line without tabs between two
// rows goes on with the last cell.
func (r *tableReader) tabRows(t *rawTable, margin, limit int) {
	var more []string
	gap := false // a blank line stands above
	for i := t.end; i < limit; i++ {
		l := r.lines[i]
		switch {
		case l.kind == tabbed:
		case l.kind == blank:
			gap = true
			continue
		case l.kind == prose && !gap && len(t.rows) > 0 && !r.turns(l):
			more = append(more, l.text)
			continue
		default:
			return
		}
		cells, before := splitTabs(l.tabs)
		if before > margin {
			cells = append(make([]string, before-margin), cells...)
		}
		if len(cells) > len(t.columns) {
			r.unread(i, "the row has %s, its table has %s, the row is left out: write one tab between two cells, and none inside one",
				count(len(cells), "cell"), count(len(t.columns), "column"))
		} else {
			t.addTabbed(cells, more, i)
		}
		t.end, more, gap = i+1, nil, false
	}
}

// addTabbed adds a row, and what goes on with the last cell of the one before.
func (t *rawTable) addTabbed(cells, more []string, index int) {
	if len(more) > 0 {
		above := t.rows[len(t.rows)-1]
		last := &above[len(above)-1]
		last.Text = strings.Join(append([]string{last.Text}, more...), "\n")
	}
	row := make(Row, len(t.columns))
	for i := range row {
		row[i].Line = index + 1
		if i < len(cells) {
			row[i].Text = cells[i]
		}
	}
	t.rows = append(t.rows, row)
}

// turns tells whether a line without tabs is a heading, or a request line: a table
// ends there, whatever comes below.
func (r *tableReader) turns(l line) bool {
	name, level := heading(l.text)
	return name == "" || level > 0 || firm[fold(name)] || loose[fold(name)] || titled(name) ||
		statusHeading.MatchString(name) || requestLine.MatchString(name) || captionLine.MatchString(name)
}

// strayTabs lists the first line that looks like a row of a table, and is in none.
func (p *parser) strayTabs(i int) {
	cells, _ := splitTabs(p.lines[i].tabs)
	if p.kind == literal || p.stray || len(cells) < 3 {
		return
	}
	p.unread(i+1, "a row with tabs is in no table, it is left out: a table starts with its header, such as Parameter, Mandatory, Type, "+
		"or any other with a line of dashes below it")
	p.stray = true
}
