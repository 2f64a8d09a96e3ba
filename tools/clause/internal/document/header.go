package document

import "strings"

// header is the columns of a table, read upwards from its separator. Without
// columns it could not be read.
type header struct {
	start, separator int
	columns          []string
	tabs             bool // its cells have tabs between them
	margin           int  // how many tabs stand before them
}

// headers finds the header of every separator. Each looks no further up than the
// separator before, so every line is looked at once.
func (r *tableReader) headers() []header {
	var found []header
	floor := 0
	for i, l := range r.lines {
		if l.kind == tabbed && i >= floor {
			if h, ok := r.tabHeader(i); ok {
				found = append(found, h)
				floor = h.separator + 1
				continue
			}
		}
		if l.kind != separator || i < floor {
			continue
		}
		h := r.headerAbove(floor, i)
		found = append(found, h)
		floor = i + 1
	}
	return found
}

func (r *tableReader) headerAbove(floor, at int) header {
	failed := header{start: at, separator: at}
	n := len(splitCells(r.lines[at].text))
	if n > maxColumns {
		r.unread(at, "the table has %d columns, at most %d are read", n, maxColumns)
		return failed
	}
	if at > floor && r.lines[at-1].kind == oneLine {
		columns := splitCells(r.lines[at-1].text)
		if len(columns) != n {
			r.unread(at-1, "the table's header has %s, the separator below it has %s: the table is left out",
				count(len(columns), "cell"), count(n, "column"))
			return failed
		}
		return header{start: at - 1, separator: at, columns: columns}
	}
	start, ok := r.flatStart(floor, at, n)
	if !ok {
		r.unread(at, "the separator has %s, but no header with as many cells stands above it: "+
			"start the header with a bar on a line of its own, and end each cell with a blank and a bar", count(n, "column"))
		return failed
	}
	h := header{start: start, separator: at}
	for _, t := range r.tokenize(start+1, at) {
		h.columns = append(h.columns, strings.ReplaceAll(t.text, "\n", " "))
	}
	return h
}

// flatStart goes up to the lone bar that has n cells between it and the separator.
func (r *tableReader) flatStart(floor, at, n int) (int, bool) {
	cells, open := 0, false // open: above an empty cell only another cell may end
	for i := at - 1; i >= floor; i-- {
		l := r.lines[i]
		switch {
		case l.kind == blank:
		case l.kind == bar && cells == n:
			return i, true
		case l.kind == bar || endsCell(l.text):
			cells++
			open = l.kind == bar
		case l.kind == oneLine || open || cells == 0:
			return 0, false
		}
		if cells > n {
			return 0, false
		}
	}
	return 0, false
}
