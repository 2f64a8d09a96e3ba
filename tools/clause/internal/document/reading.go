package document

import (
	"slices"
	"strings"
	"unicode"
)

const (
	// maxName is longer than any parameter's name.
	maxName = 200
	// maxMembers and maxDepth bound objects that refer to each other many times over.
	maxMembers = 10_000
	maxDepth   = 20
)

// reading is what the tables of a page state.
type reading struct {
	parameters []item
	answers    []answer
}

// item is a parameter or a member.
type item struct {
	name string
	in   string // empty: the page does not say
	// mandatory is nil where the page does not say, or the word is unknown.
	mandatory *bool
	typ       string // empty where it could not be read
	line      int
	// common tells that the page has it for no operation in particular, so that one
	// may lack it.
	common bool
}

// answer is one status. A page may list it without a table of its members.
type answer struct {
	status    string
	line      int
	tabled    bool
	common    bool // as of an item
	operation int
	members   []item
}

// interpreter reads the tables of one operation by their roles.
type interpreter struct {
	*parser

	operation *Described
	tables    []int // indexes; those of no operation come last
	statuses  []answer
	holes     map[string]bool
	open      map[int]bool   // tables being read: objects may contain each other
	names     map[string]int // names already read, with their lines
	spent     *int
}

// interpret reads what the page states of each operation.
func interpret(p *parser) {
	tables, statuses := map[int][]int{}, map[int][]answer{}
	for i := range p.doc.Tables {
		t := &p.doc.Tables[i]
		tables[t.operation] = append(tables[t.operation], i)
	}
	for _, s := range p.statuses {
		statuses[s.operation] = append(statuses[s.operation], s)
	}
	spent := 0
	for i := range p.doc.Operations {
		op := &p.doc.Operations[i]
		r := &interpreter{
			parser: p, operation: op, tables: slices.Concat(tables[i], tables[shared]),
			statuses: slices.Concat(statuses[i], statuses[shared]),
			holes:    placeholders(op.Path), open: map[int]bool{}, names: map[string]int{}, spent: &spent,
		}
		op.stated.parameters = r.requestItems()
		r.checkHoles(op.stated.parameters)
		op.stated.answers = r.readAnswers()
	}
}

func (r *interpreter) requestItems() []item {
	places := map[role]string{pathRole: "path", queryRole: "query", headerRole: "header", cookieRole: "cookie", bodyRole: "body", requestRole: ""}
	var items []item
	for _, i := range r.tables {
		if in, ok := places[r.doc.Tables[i].role]; ok {
			items = r.members(items, i, in, "")
		}
	}
	return items
}

// checkHoles misses placeholders that no table explains.
func (r *interpreter) checkHoles(items []item) {
	listed := map[string]bool{}
	for _, it := range items {
		listed[it.name] = true
	}
	for part := range strings.SplitSeq(r.operation.Path, "{") {
		if name, _, ok := strings.Cut(part, "}"); ok && !listed[name] {
			r.unread(r.operation.Line, "no table lists {%s} of the path, it is not compared", clip(name))
		}
	}
}

func (r *interpreter) readAnswers() []answer {
	var answers []answer
	index := map[string]int{}
	add := func(status string, line int, common bool) int {
		if _, ok := index[status]; !ok {
			index[status] = len(answers)
			answers = append(answers, answer{status: status, line: line, common: common})
		}
		return index[status]
	}
	for _, s := range r.statuses {
		add(s.status, s.line, s.operation == shared)
	}
	for _, i := range r.tables {
		if t := &r.doc.Tables[i]; t.role == statusRole {
			for _, c := range r.statusCodes(t) {
				add(c.status, c.line, t.operation == shared)
			}
		}
	}
	only := onlySuccess(answers)
	for _, i := range r.tables {
		t := &r.doc.Tables[i]
		switch {
		case t.role == answerHeaderRole:
			r.unread(t.Line, "the table lists headers of an answer, which are not compared: check them by hand")
		case t.role != answerRole:
		case t.context.status == "" && only < 0:
			r.unread(t.Line, "the table does not say whose members it lists: put a line such as Status code: 200 above it")
		default:
			at := only
			if t.context.status != "" {
				at = add(t.context.status, t.Line, t.operation == shared)
			}
			a := &answers[at]
			a.tabled = true
			a.members = r.members(a.members, i, "answer", a.status+" ")
		}
	}
	return answers
}

// onlySuccess finds the one answer that a table without a status can mean.
func onlySuccess(answers []answer) int {
	found := -1
	for i, a := range answers {
		if a.status[0] == '2' {
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

func (r *interpreter) statusCodes(t *Table) []answer {
	var found []answer
	for _, row := range t.Rows {
		cell := t.nameCell(row)
		status := statusCode(t.rowName(row))
		if status == "" {
			r.unread(cell.Line, "%q is no status code, it is not compared: write one such as 404, 4XX or default", clip(cell.Text))
			continue
		}
		found = append(found, answer{status: status, line: cell.Line})
	}
	return found
}

// statusCode reads "404", "404 Not Found", "4xx" and "default".
func statusCode(s string) string {
	words := strings.Fields(s)
	if len(words) == 0 {
		return ""
	}
	code := strings.ToUpper(words[0])
	switch {
	case code == "DEFAULT":
		return "default"
	case len(code) != 3 || code[0] < '1' || code[0] > '5':
		return ""
	case code[1:] == "XX" || isNumber(code):
		return code
	}
	return ""
}

// members reads a table, and those that its types refer to. Scope tells names
// of different answers apart.
func (r *interpreter) members(items []item, table int, in, scope string) []item {
	return r.expand(items, table, item{in: in, common: r.doc.Tables[table].operation == shared}, scope)
}

func (r *interpreter) expand(items []item, table int, parent item, scope string) []item {
	t := &r.doc.Tables[table]
	r.checkColumns(t, parent.in)
	r.open[table] = true
	defer delete(r.open, table)
	for i, row := range t.Rows {
		// Rows are counted, not members: one that is left out takes time, too.
		if *r.spent++; *r.spent > maxMembers {
			r.unread(t.Line, "the page has more than %d parameters and members, the rest is not compared", maxMembers)
			break
		}
		it, ok := r.item(t, row, parent)
		if !ok || !r.first(scope, it) {
			continue
		}
		items = append(items, it)
		if to, ok := r.links.to[[2]int{table, i}]; ok && !r.open[to] {
			items = r.object(items, to, it, scope)
		}
	}
	return items
}

func (r *interpreter) object(items []item, table int, parent item, scope string) []item {
	if len(r.open) >= maxDepth {
		r.unread(r.doc.Tables[table].Line, "the table is nested deeper than %d others, its members are not compared", maxDepth)
		return items
	}
	return r.expand(items, table, parent, scope)
}

// checkColumns says once a table what cannot be compared for want of a column.
func (r *interpreter) checkColumns(t *Table, in string) {
	if t.places.typ < 0 {
		r.unread(t.Line, "the table has no column Type, types are not compared")
	}
	if t.places.mandatory < 0 && in != "answer" && in != "path" {
		r.unread(t.Line, "the table has no column Mandatory, what is mandatory is not compared")
	}
}

func (r *interpreter) item(t *Table, row Row, parent item) (item, bool) {
	cell := t.nameCell(row)
	it := item{name: memberName(t.rowName(row)), in: parent.in, line: cell.Line, common: parent.common}
	if it.name == "" || len(it.name) > maxName || strings.ContainsFunc(it.name, unicode.IsSpace) {
		r.unread(cell.Line, "%q is no parameter's name, the row is not compared", clip(cell.Text))
		return it, false
	}
	// One table may list the parameters of path and query together.
	if t.context.kind == uri && it.in == "query" && r.holes[it.name] {
		it.in = "path"
	}
	if parent.name != "" {
		it.name = parent.name + "." + it.name
	}
	r.readMandatory(&it, t, row)
	r.readType(&it, t, row)
	return it, true
}

func (r *interpreter) readMandatory(it *item, t *Table, row Row) {
	i := t.places.mandatory
	if i < 0 || it.in == "answer" {
		return
	}
	word := strings.ToLower(strings.TrimRight(word(row[i]), "."))
	if mandatory, ok := mandatoryWords[word]; ok {
		it.mandatory = &mandatory
		return
	}
	r.unread(row[i].Line, "%s: %q does not say whether it is mandatory, that is not compared: write Yes or No", it.name, clip(row[i].Text))
}

func (r *interpreter) readType(it *item, t *Table, row Row) {
	i := t.places.typ
	if i < 0 {
		return
	}
	typ, of := jsonType(word(row[i]))
	if typ == "" && of != "" && len(r.links.caption(t.operation, structName(of))) > 0 {
		typ = "object"
	}
	it.typ = typ
	if typ == "" {
		r.unread(row[i].Line, "%s: the type %q is unknown, it is not compared: write one such as String, Integer, Boolean or Array of strings",
			it.name, clip(row[i].Text))
	}
}

// first refuses a name that was read before.
func (r *interpreter) first(scope string, it item) bool {
	key := scope + it.in + " " + matchName(it.in, it.name)
	line, ok := r.names[key]
	switch {
	case ok && it.common:
		return false // the operation says it itself
	case ok:
		r.unread(it.line, "%s is listed twice, first in line %d: only the first is compared", it.name, line)
		return false
	}
	r.names[key] = it.line
	return true
}

var arrayMarks = strings.NewReplacer("[]", "", "[*]", "", "[i]", "", "[n]", "")

// memberName leaves out what marks an array: loans[].id is loans.id.
func memberName(name string) string { return arrayMarks.Replace(name) }

// matchName is how names are told apart: those of headers regardless of case (RFC 9110, 5.1).
func matchName(in, name string) string {
	if in == "header" {
		return strings.ToLower(name)
	}
	return memberName(name)
}
