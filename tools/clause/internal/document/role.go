package document

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// role is what a table lists.
type role uint8

const (
	noRole role = iota
	pathRole
	queryRole // in the URI section: rows that are placeholders are of the path
	headerRole
	cookieRole
	bodyRole
	requestRole // under Request Parameters, without a word on where they go
	answerRole
	answerHeaderRole
	statusRole
	memberRole // the members of an object that another table refers to
)

var roleNames = map[role]string{
	pathRole: "path parameters", queryRole: "query parameters", headerRole: "header parameters",
	cookieRole: "cookie parameters", bodyRole: "body parameters", requestRole: "request parameters",
	statusRole: "status codes",
}

// links are the tables that types refer to: by caption ("Copy object"), or by the
// number of the caption ("see Table 5").
type links struct {
	captions, numbers map[linkName][]int // indexes of tables, ascending
	wanted            map[int]bool       // tables that something refers to
	to                map[[2]int]int     // from table and row to table
}

// linkName is what a type calls a table by, and whose table that is.
type linkName struct {
	operation int
	name      string
}

// anyone is the number of the operation under which all tables are known.
const anyone = -2

// owners says in which order the tables of a name are looked for: the
// operation's own, those of no operation, and those of others.
func owners(operation int) []int {
	if operation == shared {
		return []int{shared, anyone}
	}
	return []int{operation, shared, anyone}
}

func (l links) caption(operation int, name string) []int {
	return among(l.captions, operation, name)
}

func among(tables map[linkName][]int, operation int, name string) []int {
	for _, owner := range owners(operation) {
		if found := tables[linkName{owner, name}]; len(found) > 0 {
			return found
		}
	}
	return nil
}

var tableNumber = regexp.MustCompile(`(?i)\btable (\d+)`)

// assignRoles finds out what each table lists, and names it.
func (p *parser) assignRoles() {
	var holes []map[string]bool
	for _, o := range p.doc.Operations {
		holes = append(holes, placeholders(o.Path))
	}
	type sectionOf struct {
		operation int
		name      string
	}
	unnamed := map[sectionOf]int{}
	for i := range p.doc.Tables {
		t := &p.doc.Tables[i]
		var own map[string]bool
		if t.operation >= 0 && t.operation < len(holes) {
			own = holes[t.operation]
		}
		t.role = roleOf(t, own, p.links.wanted[i])
		if t.role == noRole && t.context.kind != literal && t.places.typ >= 0 && t.places.name >= 0 {
			p.unread(t.Line, "what the table lists is unknown: put it under Request Parameters or Response Parameters, "+
				"or above it a line such as Table 2 Query Parameters")
		}
		unnamed[sectionOf{t.operation, t.Section}]++
		nameTable(t, unnamed[sectionOf{t.operation, t.Section}])
	}
}

func nameTable(t *Table, position int) {
	name, known := roleNames[t.role]
	status := "status code " + t.context.status
	switch {
	case t.role == answerHeaderRole && t.context.status != "":
		name = status + " header parameters"
	case t.role == answerRole && t.context.status != "":
		name = status
		t.also = append(t.also, fold("status "+t.context.status))
	case t.role == answerRole || t.role == answerHeaderRole:
		name = "response parameters"
	case !known:
		name = fmt.Sprintf("table %d", position)
	}
	t.also = append(t.also, fold(name))
	if t.context.number != "" {
		t.also = append(t.also, "table "+t.context.number)
	}
	// The same caption may stand above the table of every status.
	if t.context.caption != "" {
		t.also = append(t.also, fold(t.context.caption))
		if t.context.status == "" || t.role == memberRole {
			name = t.context.caption
		}
	}
	t.Name = name
}

func roleOf(t *Table, holes map[string]bool, wanted bool) role {
	if wanted {
		return memberRole
	}
	kind := t.context.kind
	if kind == other {
		kind = kindOfSection(t.context.caption)
	}
	switch kind {
	case uri:
		return uriRole(t, holes)
	case request:
		return requestRoleOf(t)
	case response:
		if says(t, "header", "headers") {
			return answerHeaderRole
		}
		return answerRole
	case statuses:
		return statusRole
	case other, literal:
	}
	return noRole
}

func uriRole(t *Table, holes map[string]bool) role {
	switch path, query := says(t, "path"), says(t, "query"); {
	case path && !query:
		return pathRole
	case query:
		return queryRole
	case says(t, "header", "headers", "body", "cookie", "cookies"):
		return requestRoleOf(t)
	}
	for _, row := range t.Rows {
		if !holes[t.rowName(row)] {
			return queryRole
		}
	}
	if len(t.Rows) == 0 {
		return queryRole
	}
	return pathRole
}

func requestRoleOf(t *Table) role {
	switch {
	case says(t, "header", "headers"):
		return headerRole
	case says(t, "body"):
		return bodyRole
	case says(t, "cookie", "cookies"):
		return cookieRole
	case says(t, "query"):
		return queryRole
	case says(t, "path"):
		return pathRole
	}
	return requestRole
}

// says looks for a word in the caption, and without a caption in the section.
func says(t *Table, words ...string) bool {
	text := t.context.caption
	if text == "" && t.context.kind != uri {
		text = t.Section
	}
	for _, w := range foldedWords(text) {
		if slices.Contains(words, w) {
			return true
		}
	}
	return false
}

// placeholders are the names in braces of a path.
func placeholders(path string) map[string]bool {
	holes := map[string]bool{}
	for part := range strings.SplitSeq(path, "{") {
		if name, _, ok := strings.Cut(part, "}"); ok && name != "" {
			holes[name] = true
		}
	}
	return holes
}

func newLinks(tables []Table) links {
	l := links{captions: map[linkName][]int{}, numbers: map[linkName][]int{}, wanted: map[int]bool{}, to: map[[2]int]int{}}
	for i, t := range tables {
		for _, owner := range []int{t.operation, anyone} {
			if t.context.caption != "" {
				name := linkName{owner, structName(t.context.caption)}
				l.captions[name] = append(l.captions[name], i)
			}
			if t.context.number != "" {
				name := linkName{owner, t.context.number}
				l.numbers[name] = append(l.numbers[name], i)
			}
		}
	}
	for i, t := range tables {
		if t.places.typ < 0 {
			continue
		}
		for k, row := range t.Rows {
			if to := l.find(i, t.operation, row, word(row[t.places.typ])); to >= 0 {
				l.wanted[to] = true
				l.to[[2]int{i, k}] = to
			}
		}
	}
	return l
}

// find gives the table that the type of a row refers to, or -1. A caption may
// stand above several tables, one for each status: the next one is meant.
func (l links) find(from, operation int, row Row, words string) int {
	typ, of := jsonType(words)
	if of != "" {
		if to := after(l.caption(operation, structName(of)), from); to >= 0 {
			return to
		}
	}
	if typ != "object" && typ != "array" {
		return -1
	}
	for _, cell := range row {
		if m := tableNumber.FindStringSubmatch(cell.Text); m != nil {
			return after(among(l.numbers, operation, m[1]), from)
		}
	}
	return -1
}

// after picks the first index behind from, or else the last one before it. An
// object that refers to itself has no further members.
func after(indexes []int, from int) int {
	i, itself := slices.BinarySearch(indexes, from)
	switch {
	case itself || len(indexes) == 0:
		return -1
	case i < len(indexes):
		return indexes[i]
	}
	return indexes[i-1]
}

// structName is the name of an object without the words that say it is one.
func structName(s string) string {
	words := foldedWords(s)
	for len(words) > 1 && structWords[words[len(words)-1]] {
		words = words[:len(words)-1]
	}
	return strings.Join(words, " ")
}

var structWords = folded("object", "objects", "structure", "field", "fields", "description", "data")
