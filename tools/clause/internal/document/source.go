package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// sources checks that every source of the operation points somewhere.
func (c *comparison) sources() {
	for _, s := range c.op.Sources {
		if message := c.lost(s); message != "" {
			c.add(s.At, 0, "source of %s: %s", cmp.Or(s.For, "operation "+c.op.ID), message)
		}
	}
}

// lost says what of a source the page lacks, empty if it has all.
func (c *comparison) lost(s Source) string {
	switch {
	case s.Section == "" && s.Table == "" && s.Row == "":
		return "it names no section, no table and no row: name at least a section"
	case s.Section != "" && !c.hasSection(s.Section):
		names, lines := c.sections()
		return fmt.Sprintf("the document (%s) has no section %q%s", c.doc.Name, clip(s.Section), c.offer(s.Section, names, lines))
	}
	where := "the document (" + c.doc.Name + ")"
	if s.Section != "" {
		where = fmt.Sprintf("section %q of the document (%s)", clip(s.Section), c.doc.Name)
	}
	if s.Table == "" && s.Row == "" {
		return ""
	}
	tables := c.tables(s.Section)
	if s.Table != "" {
		all := tables
		tables = slices.DeleteFunc(slices.Clone(all), func(t *Table) bool { return !slices.Contains(t.also, fold(s.Table)) })
		if len(tables) == 0 {
			names, lines := tableNames(all)
			return fmt.Sprintf("%s has no table %q%s", where, clip(s.Table), c.offer(s.Table, names, lines))
		}
		where = fmt.Sprintf("table %q in %s", clip(s.Table), where)
	}
	return c.lostRow(s.Row, tables, where)
}

func (c *comparison) lostRow(row string, tables []*Table, where string) string {
	if row == "" {
		return ""
	}
	var names []string
	var lines []int
	for _, t := range tables {
		for _, r := range t.Rows {
			cell := t.nameCell(r)
			if sameName(row, cell.Text) {
				return ""
			}
			names = append(names, cell.Text)
			lines = append(lines, cell.Line)
		}
	}
	return fmt.Sprintf("%s has no row %q%s", where, clip(row), c.offer(row, names, lines))
}

// offer names the nearest of what there is, or the first where none is near.
func (c *comparison) offer(name string, names []string, lines []int) string {
	if len(names) == 0 {
		return ", nor any other there: leave it out, or correct the rest of the source"
	}
	if i := nearest(name, names); i >= 0 {
		return fmt.Sprintf(", the nearest is %q (%s): correct the name", clip(names[i]), c.page(lines[i]))
	}
	return fmt.Sprintf(", the first is %q (%s): correct the name", clip(names[0]), c.page(lines[0]))
}

func (c *comparison) hasSection(name string) bool {
	return sameName(c.described.Title, name) || slices.ContainsFunc(c.doc.Sections, func(s Section) bool {
		return c.owns(s.operation) && sameName(s.Name, name)
	})
}

func (c *comparison) sections() (names []string, lines []int) {
	for _, s := range c.doc.Sections {
		if c.owns(s.operation) {
			names = append(names, s.Name)
			lines = append(lines, s.Line)
		}
	}
	return names, lines
}

// owns tells whether what stands under an operation of the page is said of the one
// that is compared.
func (c *comparison) owns(operation int) bool { return operation == c.number || operation == shared }

// tables are those of the sections with a name, or all of them. The title of an
// operation is a section that all of its tables stand in.
func (c *comparison) tables(section string) []*Table {
	var found []*Table
	for i := range c.doc.Tables {
		t := &c.doc.Tables[i]
		titled := t.operation == c.number && c.described.Title != "" && sameName(c.described.Title, section)
		if c.owns(t.operation) && (section == "" || titled || sameName(t.Section, section)) {
			found = append(found, t)
		}
	}
	return found
}

func tableNames(tables []*Table) (names []string, lines []int) {
	for _, t := range tables {
		names = append(names, t.Name)
		lines = append(lines, t.Line)
	}
	return names, lines
}

// sameName also tells names apart that are punctuation only.
func sameName(a, b string) bool {
	if fold(a) == "" && fold(b) == "" {
		return strings.TrimSpace(a) == strings.TrimSpace(b)
	}
	return fold(a) == fold(b)
}
