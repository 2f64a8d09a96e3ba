package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Compare holds the operation with the page's method and path against the page:
// what the contract lacks, has in addition without marking it as inferred, or
// states differently, and the sources that point nowhere. Other operations are
// not looked at. The problems are in the order of the contract's lines, then the
// page's, then their text; what Document.Unread lists is not among them.
func Compare(doc *Document, stated []Operation) []Problem {
	c := &comparison{doc: doc}
	if c.op = c.find(stated); c.op != nil {
		c.parameters()
		c.answers()
		c.sources()
	}
	return c.sorted()
}

type comparison struct {
	doc      *Document
	op       *Operation
	problems []foundProblem
}

// foundProblem has the line of the page, to sort by.
type foundProblem struct {
	Problem

	line int
}

func (c *comparison) add(at Place, line int, format string, args ...any) {
	c.problems = append(c.problems, foundProblem{Problem{at, fmt.Sprintf(format, args...)}, line})
}

func (c *comparison) sorted() []Problem {
	slices.SortStableFunc(c.problems, func(a, b foundProblem) int {
		return cmp.Or(strings.Compare(a.At.File, b.At.File), a.At.Line-b.At.Line, a.line-b.line, strings.Compare(a.Message, b.Message))
	})
	var problems []Problem
	for _, p := range c.problems {
		problems = append(problems, p.Problem)
	}
	return problems
}

// page gives a place of the document.
func (c *comparison) page(line int) Place { return Place{c.doc.Name, line} }

// find gives the operation that the page describes. Without one there is a single
// problem, not one for every parameter.
func (c *comparison) find(stated []Operation) *Operation {
	if c.doc.Path == "" {
		c.add(c.page(0), 0, "the document has no request line, nothing can be compared: give it one such as GET /v1/things")
		return nil
	}
	want := c.doc.Method + " " + c.doc.Path
	names := make([]string, len(stated))
	for i, op := range stated {
		names[i] = strings.ToUpper(op.Method) + " " + op.Path
		if names[i] == want {
			return &stated[i]
		}
	}
	i := nearest(want, names)
	if i < 0 {
		c.add(c.page(c.doc.Line), 0, "the document describes %s, the contract has no operation at all: add this one", want)
		return nil
	}
	c.add(stated[i].At, c.doc.Line, "the document describes %s (%s), the contract does not have it, "+
		"its closest is operation %s, %s: correct that one, or add the operation",
		want, c.page(c.doc.Line), stated[i].ID, names[i])
	return nil
}

func (c *comparison) parameters() {
	holes := placeholders(c.doc.Path)
	for i := range c.doc.stated.parameters {
		delete(holes, c.doc.stated.parameters[i].name)
	}
	m := match(c.doc.stated.parameters, c.op.Parameters)
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
	for _, a := range c.doc.stated.answers {
		listed[a.status] = true
		if s, ok := stated[a.status]; ok {
			c.members(a, s)
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
