package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Compare holds the operations that the page describes against it: what the
// contract lacks, has in addition without marking it as inferred, or states
// differently, and the sources that point nowhere. Operations that the page does
// not describe are not looked at. The problems are in the order of the contract's
// lines, then the page's, then their text; what Document.Unread lists is not among
// them.
func Compare(doc *Document, stated []Operation) []Problem {
	if len(doc.Operations) == 0 {
		return []Problem{{Place{File: doc.Name}, "the document has no request line, nothing can be compared: give it one such as GET /v1/things"}}
	}
	var found []foundProblem
	pairs := paired(doc, stated)
	free := unpaired(stated, pairs)
	for i := range doc.Operations {
		c := &comparison{doc: doc, number: i, described: &doc.Operations[i], op: pairs[i]}
		if c.op == nil {
			c.missing(len(stated) == 0, free)
		} else {
			c.parameters()
			c.answers()
			c.sources()
		}
		found = append(found, c.problems...)
	}
	return sorted(found)
}

// Undescribed lists the operations of the contract that a page of several does
// not describe: nothing of them is compared.
func Undescribed(doc *Document, stated []Operation) []Problem {
	if len(doc.Operations) < 2 {
		return nil
	}
	var out []Problem
	for _, op := range unpaired(stated, paired(doc, stated)) {
		out = append(out, Problem{op.At, fmt.Sprintf("operation %s: the document (%s) does not describe %s %s",
			op.ID, doc.Name, strings.ToUpper(op.Method), op.Path)})
	}
	return out
}

// unpaired lists the operations of the contract that the page does not describe.
func unpaired(stated []Operation, pairs []*Operation) []*Operation {
	taken := map[*Operation]bool{}
	for _, op := range pairs {
		taken[op] = true
	}
	var out []*Operation
	for i := range stated {
		if !taken[&stated[i]] {
			out = append(out, &stated[i])
		}
	}
	return out
}

// paired gives for each operation of the page that of the contract, or nil.
func paired(doc *Document, stated []Operation) []*Operation {
	byName := map[string]*Operation{}
	for i := range stated {
		name := strings.ToUpper(stated[i].Method) + " " + stated[i].Path
		if byName[name] == nil {
			byName[name] = &stated[i]
		}
	}
	pairs := make([]*Operation, len(doc.Operations))
	for i, d := range doc.Operations {
		pairs[i] = byName[d.Method+" "+d.Path]
	}
	return pairs
}

// comparison is of one operation.
type comparison struct {
	doc       *Document
	number    int
	described *Described
	op        *Operation
	problems  []foundProblem
}

// foundProblem has the line of the page, to sort by.
type foundProblem struct {
	Problem

	line int
}

func (c *comparison) add(at Place, line int, format string, args ...any) {
	c.problems = append(c.problems, foundProblem{Problem{at, fmt.Sprintf(format, args...)}, line})
}

func sorted(found []foundProblem) []Problem {
	slices.SortStableFunc(found, func(a, b foundProblem) int {
		return cmp.Or(strings.Compare(a.At.File, b.At.File), a.At.Line-b.At.Line, a.line-b.line, strings.Compare(a.Message, b.Message))
	})
	var problems []Problem
	for _, p := range found {
		problems = append(problems, p.Problem)
	}
	return problems
}

// page gives a place of the document.
func (c *comparison) page(line int) Place { return Place{c.doc.Name, line} }

// missing says that the contract lacks an operation: a single problem, not one for
// every parameter. One that the page describes, too, is not offered instead.
func (c *comparison) missing(empty bool, free []*Operation) {
	want, line := c.described.Method+" "+c.described.Path, c.described.Line
	names := make([]string, len(free))
	for i, op := range free {
		names[i] = strings.ToUpper(op.Method) + " " + op.Path
	}
	i := nearest(want, names)
	switch {
	case empty:
		c.add(c.page(line), 0, "the document describes %s, the contract has no operation at all: add this one", want)
	case i < 0:
		c.add(c.page(line), 0, "the document describes %s, the contract does not have it: add the operation", want)
	default:
		c.add(free[i].At, line, "the document describes %s (%s), the contract does not have it, "+
			"its closest is operation %s, %s: correct that one, or add the operation",
			want, c.page(line), free[i].ID, names[i])
	}
}

func (c *comparison) parameters() {
	holes := placeholders(c.described.Path)
	for i := range c.described.stated.parameters {
		delete(holes, c.described.stated.parameters[i].name)
	}
	m := match(c.described.stated.parameters, c.op.Parameters)
	for _, pair := range m.takeMisplaced() {
		it, p := pair.item, pair.parameter
		c.add(p.At, it.line, "%s: the document has it as a %s (%s): move it there",
			label(p.In, p.Name), kindOfItem(it.in), c.page(it.line))
	}
	c.differences(m, "")
	c.lacking(m, c.op.At, "operation "+c.op.ID)
	for _, p := range m.extra {
		// The page's own path has a placeholder that no table lists: Unread says so.
		if !p.Inferred && (p.In != "path" || !holes[p.Name]) {
			c.extra(*p, label(p.In, p.Name), "does not")
		}
	}
}

func (c *comparison) answers() {
	stated := map[string]*Answer{}
	for i := range c.op.Answers {
		stated[statusKey(c.op.Answers[i].Status)] = &c.op.Answers[i]
	}
	listed := map[string]bool{}
	for _, a := range c.described.stated.answers {
		listed[a.status] = true
		if s, ok := stated[a.status]; ok {
			c.members(a, s)
			continue
		}
		if a.common {
			continue
		}
		c.add(c.op.At, a.line, "operation %s: the document has status %s (%s), the contract lacks it: add a response for it",
			c.op.ID, a.status, c.page(a.line))
	}
	for _, s := range c.op.Answers {
		if !s.Inferred && !listed[statusKey(s.Status)] {
			c.add(s.At, 0, "answer %s: the contract has it, the document (%s) does not: remove it, or mark it as inferred and say from what",
				s.Status, c.doc.Name)
		}
	}
}

func statusKey(status string) string {
	if strings.EqualFold(status, "default") {
		return "default"
	}
	return strings.ToUpper(status)
}

func (c *comparison) members(a answer, s *Answer) {
	members := slices.Clone(s.Members)
	for i := range members {
		members[i].In = "answer"
	}
	m := match(a.members, members)
	prefix := "answer " + s.Status + ", "
	if !s.Inferred {
		c.differences(m, prefix)
	}
	c.lacking(m, s.At, "answer "+s.Status)
	why := "does not"
	if !a.tabled {
		why = fmt.Sprintf("has no table of members for this status (%s)", c.page(a.line))
	}
	for _, p := range m.extra {
		if !p.Inferred && !s.Inferred {
			c.extra(*p, prefix+label("answer", p.Name), why)
		}
	}
}

// differences compares what both have.
func (c *comparison) differences(m matching, prefix string) {
	for _, pair := range m.pairs {
		it, p := pair.item, pair.parameter
		name := prefix + label(p.In, p.Name)
		if it.mandatory != nil && *it.mandatory != p.Required && !p.Inferred && !p.RequiredInferred {
			c.add(p.At, it.line, "%s: the contract says %s, the document says %s (%s): correct it, or mark required as inferred and say from what",
				name, mandatory(p.Required), mandatory(*it.mandatory), c.page(it.line))
		}
		if it.typ != "" && p.Type != "" && it.typ != p.Type && !p.Inferred && !p.TypeInferred {
			c.add(p.At, it.line, "%s: the contract says type %s, the document says %s (%s): correct it, or mark type as inferred and say from what",
				name, p.Type, it.typ, c.page(it.line))
		}
	}
}

func mandatory(yes bool) string {
	if yes {
		return "mandatory"
	}
	return "optional"
}

// lacking lists what only the page has.
func (c *comparison) lacking(m matching, at Place, owner string) {
	for _, it := range m.lacking {
		if it.common {
			continue
		}
		advice := "add it"
		if p := m.meant(it); p != nil {
			advice = fmt.Sprintf("add it, or rename %s (%s) if that is meant", p.Name, p.At)
		}
		c.add(at, it.line, "%s: the document has %s %s (%s), the contract lacks it: %s",
			owner, kindOfItem(it.in), it.name, c.page(it.line), advice)
	}
}

func (c *comparison) extra(p Parameter, name, why string) {
	c.add(p.At, 0, "%s: the contract has it, the document (%s) %s: remove it, or mark it as inferred and say from what", name, c.doc.Name, why)
}

// label names a parameter of the contract.
func label(in, name string) string {
	switch in {
	case "body":
		return "body member " + name
	case "answer":
		return "member " + name
	}
	return fmt.Sprintf("parameter %s (%s)", name, in)
}

// kindOfItem names what the page has.
func kindOfItem(in string) string {
	switch in {
	case "":
		return "request parameter"
	case "body":
		return "body member"
	case "answer":
		return "member"
	}
	return in + " parameter"
}
