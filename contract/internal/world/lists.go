package world

import (
	"cmp"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// List is what the names and shapes of an operation that lists things say of its
// answer and of its query. What they do not say for sure is left out.
type List struct {
	Operation *spec.Operation
	// Items leads to the things in the answer: nothing where the body is the list
	// itself, else one member. ItemsFrom says from what this was found.
	Items     []string
	ItemsFrom string
	// Item is the schema of one thing there. ID is the member that names it; "" where
	// none is found.
	Item *spec.Schema
	ID   string
	// Controls are the query parameters that have a role, in the order of the contract.
	Controls []*Control
	// Total is where the answer counts what all pages give, and Next where it tells
	// how to get the next page; nil where it does not.
	Total *Told
	Next  *Told
	// More is where it tells whether there is a next page; nil where it does not.
	More *Told
}

// Role is what a query parameter of a list is for.
type Role string

// The roles.
const (
	Limit  Role = "limit"  // how many things an answer has at most
	Offset Role = "offset" // how many are passed over first
	Page   Role = "page"   // the number of the page
	Cursor Role = "cursor" // what an answer before told of the next page
	Sort   Role = "sort"   // the member that things are ordered by
	Order  Role = "order"  // ascending or descending
	Lower  Role = "lower"  // the least value of a member
	Upper  Role = "upper"  // the greatest value of a member
	Filter Role = "filter" // the value of a member
	Search Role = "search" // a text that is looked for in things
)

// Control is a query parameter of a list that has a role.
type Control struct {
	Parameter *spec.Parameter
	Role      Role
	// Member is the member of a thing that a bound or a filter is about.
	Member string
	// Exclusive tells that the name of a bound leaves it out, or does not say whether
	// it does, as after does. A thing that has the bound itself decides nothing there.
	Exclusive bool
	// Exact tells that a filter takes whole values: those of an enum, of a boolean, or
	// of an id. Other texts may be compared in any way.
	Exact bool
	// Keys are the values of sort and of order that the contract gives, each with what
	// it means, in the order of the contract. What else they may take is not known.
	Keys []Key
	// First is the number of the first page; nil where the contract does not say.
	First *int64
	// From says from what the role was found.
	From string
}

// Key is a value that says how things are ordered.
type Key struct {
	Value string
	// Member is what they are ordered by; "" in a value that gives a direction alone.
	Member string
	// Direction is "" where the value does not say it.
	Direction Direction
}

// Direction is the order of a list.
type Direction string

// The directions.
const (
	Ascending  Direction = "ascending"
	Descending Direction = "descending"
)

// Told is a place where an answer tells something of its list.
type Told struct {
	// Header is the name of a header; else Path leads to a member of the body.
	Header string
	Path   []string
	// Link tells that it is a URL, or, in a header, a link of the relation next
	// (RFC 8288); else it is a value.
	Link bool
	From string
}

// Control returns the only parameter of a role, or nil.
func (l *List) Control(role Role) *Control {
	for _, c := range l.Controls {
		if c.Role == role {
			return c
		}
	}
	return nil
}

// ControlOf returns what is known of the parameter of the query that has a name, or nil.
func (l *List) ControlOf(parameter string) *Control {
	for _, c := range l.Controls {
		if c.Parameter.Name == parameter {
			return c
		}
	}
	return nil
}

// List returns what is known of the operation that lists things of the resource, or
// nil where there is none, or its answer is not seen to hold a list.
func (r *Resource) List() *List {
	if r.Lists == nil {
		return nil
	}
	return listed(r.Lists, r)
}

// ListOf returns what is known of an operation that lists things, whether or not
// another one makes them; nil where its answer is not seen to hold a list.
func ListOf(op *spec.Operation) *List {
	return listed(op, &Resource{words: singular(spec.Words(lastLiteral(Segments(op.Path))))})
}

func listed(op *spec.Operation, r *Resource) *List {
	l := &List{Operation: op}
	body := answerOf(op)
	if body == nil || !l.find(body) {
		return nil
	}
	if naming := r.Naming(l.Item); len(naming) == 1 {
		l.ID = naming[0]
	}
	l.told(body)
	l.controls()
	return l
}

// find finds the things in an answer.
func (l *List) find(body *spec.Schema) bool {
	if objects(body) {
		l.Item, l.ItemsFrom = body.Items, "the answer is a list of objects"
		return true
	}
	var found []*spec.Member
	for _, m := range body.Members {
		if objects(m.Schema) && !m.WriteOnly {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		return false
	}
	l.Items, l.Item = []string{found[0].Name}, found[0].Schema.Items
	l.ItemsFrom = found[0].Name + " is the only list of objects in the answer"
	return true
}

// objects reports whether a schema is that of a list of objects.
func objects(s *spec.Schema) bool {
	return (s.Type == "array" || s.Type == "") && s.Items != nil && (s.Items.Object() || s.Items.Type == "" && s.Items.Composed != nil)
}

// about are the members of an answer that tell of its list, beside it.
var about = []string{"meta", "metadata", "pagination", "paging", "page", "page info", "links", "cursors"}

// told finds what an answer tells of its list, beside it and one member down.
func (l *List) told(body *spec.Schema) {
	l.tell(nil, body)
	for _, m := range body.Members {
		if m.Schema.Object() && slices.Contains(about, Spaced(m.Name)) {
			l.tell([]string{m.Name}, m.Schema)
		}
	}
	for _, answer := range answers(l.Operation) {
		for _, h := range answer.Headers {
			switch name := strings.TrimPrefix(strings.ToLower(h.Name), "x-"); {
			case name == "link" && l.Next == nil:
				l.Next = &Told{Header: h.Name, Link: true, From: "the answer has the header " + h.Name}
			case (name == "total-count" || name == "total") && l.Total == nil:
				l.Total = &Told{Header: h.Name, From: "the answer has the header " + h.Name}
			}
		}
	}
}

// The names of members that tell of a list, as words.
var (
	totals  = []string{"total", "total count", "total items", "total results", "total elements", "total size", "total records"}
	links   = []string{"next", "next url", "next link", "next page url", "next href"}
	cursors = []string{"next cursor", "next page token", "next token", "next page cursor", "next marker", "continuation token"}
	mores   = []string{"has more", "has next", "has next page"}
)

func (l *List) tell(above []string, s *spec.Schema) {
	for _, m := range s.Members {
		name := Spaced(m.Name)
		text := m.Schema.Type == "string"
		switch {
		case l.counts(above, s, m):
			l.Total = cmp.Or(l.Total, l.place(above, m, false))
		case text && (slices.Contains(cursors, name) || name == "next" && slices.Equal(above, []string{"cursors"})):
			l.Next = cmp.Or(l.Next, l.place(above, m, false))
		case text && slices.Contains(links, name) && (name != "next" || !l.takesCursor() || m.Schema.Format != ""):
			l.Next = cmp.Or(l.Next, l.place(above, m, true))
		case m.Schema.Type == "boolean" && slices.Contains(mores, name):
			l.More = cmp.Or(l.More, l.place(above, m, false))
		}
	}
}

// counts reports whether a member counts what all pages give: count alone may be how
// many an answer has, but for one that has next and previous, too; and total in what tells
// of the page may count the pages, but for one that tells how long a page is, too.
func (l *List) counts(above []string, s *spec.Schema, m *spec.Member) bool {
	if m.Schema.Type != "integer" {
		return false
	}
	name := Spaced(m.Name)
	if name == "total" && len(above) > 0 {
		in := Spaced(above[len(above)-1])
		ofPages := strings.HasPrefix(in, "page") || tellsAny(s, currents)
		return !ofPages || tellsAny(s, lengths)
	}
	return slices.Contains(totals, name) || name == "count" && s.Member("next") != nil && s.Member("previous") != nil
}

// The names of members that tell which page an answer is, and how long pages are, as
// words.
var (
	currents = []string{"current", "current page", "page", "page number", "number"}
	lengths  = []string{"per page", "page size", "size", "limit", "page limit"}
)

func tellsAny(s *spec.Schema, names []string) bool {
	return slices.ContainsFunc(s.Members, func(m *spec.Member) bool { return slices.Contains(names, Spaced(m.Name)) })
}

// takesCursor reports whether a query parameter is called as a cursor: then next may
// be a value for it or a URL.
func (l *List) takesCursor() bool {
	return slices.ContainsFunc(l.Operation.Parameters, func(p *spec.Parameter) bool {
		return p.In == "query" && Cursor.Called(Spaced(p.Name))
	})
}

func (l *List) place(above []string, m *spec.Member, link bool) *Told {
	path := append(slices.Clone(above), m.Name)
	return &Told{Path: path, Link: link, From: "the answer has " + strings.Join(path, ".")}
}

// vague are names of cursors where the answer has a value for one.
var vague = []string{"page", "after", "marker"}

// controls finds the roles of the query. A parameter that is called as a member of
// the things may be about that member, and two of one role may be for two things: none
// of these has a role that the name alone gives.
func (l *List) controls() {
	count := map[Role]int{}
	for _, p := range l.Operation.Parameters {
		if p.In != "query" {
			continue
		}
		if c := l.control(p); c != nil {
			c.Parameter = p
			l.Controls = append(l.Controls, c)
			count[c.Role]++
		}
	}
	l.Controls = slices.DeleteFunc(l.Controls, func(c *Control) bool {
		return count[c.Role] > 1 && c.Role != Lower && c.Role != Upper && c.Role != Filter
	})
}

func (l *List) control(p *spec.Parameter) *Control {
	name := spec.Words(p.Name)
	if m := l.memberOf(name, p.Schema.Type == "array"); m != nil {
		return filter(p, m)
	}
	for _, find := range []func(*spec.Parameter, []string) *Control{l.paged, l.sorted, l.bound, l.searched} {
		if c := find(p, name); c != nil {
			return c
		}
	}
	return nil
}

// paged finds what chooses a page.
func (l *List) paged(p *spec.Parameter, name []string) *Control {
	called := strings.Join(name, " ")
	role := paging[called]
	if called == "size" && l.Operation.Parameter("query", "page") != nil {
		role = Limit
	}
	switch {
	case role == Cursor && p.Schema.Type == "string", role != "" && role != Cursor && p.Schema.Type == "integer":
		c := &Control{Role: role, From: p.Name + " is called as what is for the " + string(role)}
		if role == Page {
			c.First = first(p.Schema)
		}
		return c
	case p.Schema.Type == "string" && p.Schema.Format == "" && slices.Contains(vague, called) && l.Next != nil && !l.Next.Link:
		return &Control{Role: Cursor, From: p.Name + " is a text, and the answer has " + strings.Join(l.Next.Path, ".") + " for it"}
	}
	return nil
}

// first gives the number of the first page, by what the contract says of pages.
func first(s *spec.Schema) *int64 {
	said, ok := spec.Float(s.Default)
	if !ok && s.Minimum != nil {
		said, ok = *s.Minimum, true
	}
	if n := int64(said); ok && (said == 0 || said == 1) {
		return &n
	}
	return nil
}

var directions = map[string]Direction{
	"asc": Ascending, "ascending": Ascending, "desc": Descending, "descending": Descending,
}

// sorted finds what orders a list: its values name members, or say a direction.
func (l *List) sorted(p *spec.Parameter, name []string) *Control {
	called := strings.Join(name, " ")
	var sort, order []Key
	for _, text := range given(p.Schema) {
		if d := directions[strings.ToLower(text)]; d != "" {
			order = append(order, Key{Value: text, Direction: d})
		} else if k, ok := l.Key(text); ok {
			sort = append(sort, k)
		}
	}
	switch {
	case Order.Called(called) && order != nil && sort == nil:
		return &Control{Role: Order, Keys: order, From: p.Name + " takes " + order[0].Value}
	case Sort.Called(called) && order == nil && sort != nil:
		if slices.ContainsFunc(sort, func(k Key) bool { return strings.HasPrefix(k.Value, "-") }) {
			for i, k := range sort {
				if k.Value == k.Member {
					sort[i].Direction = Ascending // beside -x, x alone is so
				}
			}
		}
		return &Control{Role: Sort, Keys: sort, From: sort[0].from(p)}
	}
	return nil
}

// searched finds what looks for a text.
func (l *List) searched(p *spec.Parameter, name []string) *Control {
	if s := p.Schema; s.Type != "string" || s.Format != "" || len(s.Enum) > 0 || !Search.Called(strings.Join(name, " ")) {
		return nil
	}
	return &Control{Role: Search, From: p.Name + " is called as what looks for a text"}
}

// from says from what it was found that a value of a parameter orders a list.
func (k Key) from(p *spec.Parameter) string {
	return p.Name + " takes " + k.Value + ", which names a member of what is listed"
}

// given lists the texts that the contract gives for a parameter.
func given(s *spec.Schema) []string {
	if s.Type == "array" && s.Items != nil {
		return append(given(s.Items), elements(s.Default)...)
	}
	var out []string
	for _, text := range elements(append(slices.Clone(s.Enum), s.Default, s.Example)) {
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

func elements(v any) []string {
	list, _ := v.([]any)
	var texts []string
	for _, one := range list {
		if text, ok := one.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// Key reads a value that may order a list: a member's name, with - or + before it, or
// a direction behind it, as in name:desc.
func (l *List) Key(text string) (Key, bool) {
	k := Key{Value: text}
	bare := text
	switch {
	case strings.HasPrefix(text, "-"):
		k.Direction, bare = Descending, text[1:]
	case strings.HasPrefix(text, "+"):
		k.Direction, bare = Ascending, text[1:]
	}
	name := spec.Words(bare)
	if m := l.memberOf(name, false); m != nil {
		k.Member = m.Name
		return k, true
	}
	if len(name) < 2 || k.Direction != "" {
		return k, false
	}
	if m := l.memberOf(name[:len(name)-1], false); m != nil {
		k.Member, k.Direction = m.Name, directions[name[len(name)-1]]
	}
	return k, k.Direction != ""
}

// memberOf gives the only scalar member of a thing that has a name of these words, or
// nil. A parameter for several values may be called in the plural.
func (l *List) memberOf(name []string, several bool) *spec.Member {
	var found *spec.Member
	for _, m := range l.Item.Members {
		own := spec.Words(m.Name)
		if !scalar(m.Schema) && m.Schema.Type != "boolean" || m.WriteOnly ||
			!slices.Equal(own, name) && (!several || !slices.Equal(own, singular(name))) {
			continue
		}
		if found != nil {
			return nil
		}
		found = m
	}
	return found
}

// filter finds a parameter that is called as a member and has its type.
func filter(p *spec.Parameter, m *spec.Member) *Control {
	s := p.Schema
	if s.Type == "array" && s.Items != nil {
		s = s.Items
	}
	if s.Type != m.Schema.Type || s.Type == "" {
		return nil
	}
	name := spec.Words(m.Name)
	exact := s.Type == "boolean" || len(s.Enum) > 0 || len(m.Schema.Enum) > 0 || s.Format == "uuid" || m.Schema.Format == "uuid" ||
		slices.Contains([]string{"id", "uuid", "guid"}, name[len(name)-1])
	return &Control{Role: Filter, Member: m.Name, Exact: exact, From: p.Name + " is called as the member " + m.Name + ", and has its type"}
}

// bound finds a bound of a member: min_x, x_from and the like.
func (l *List) bound(p *spec.Parameter, name []string) *Control {
	if len(name) < 2 {
		return nil
	}
	last := len(name) - 1
	for _, at := range []struct {
		word string
		rest []string
		head bool
	}{{name[0], name[1:], true}, {name[last], name[:last], false}} {
		s, ok := sides[at.word]
		if !ok || at.head && !s.before {
			continue
		}
		if m := l.bounded(at.rest); m != nil && alike(p.Schema, m.Schema) {
			return &Control{
				Role: s.role, Member: m.Name, Exclusive: s.exclusive,
				From: p.Name + " is called as a bound of the member " + m.Name + ", and has its type",
			}
		}
	}
	return nil
}

// bounded gives the member that a bound is about: of a time, at and the like may be
// left out, as in created_after.
func (l *List) bounded(name []string) *spec.Member {
	if m := l.memberOf(name, false); m != nil {
		return m
	}
	var found *spec.Member
	for _, word := range []string{"at", "on", "date", "time"} {
		if m := l.memberOf(append(slices.Clone(name), word), false); m != nil && strings.HasPrefix(m.Schema.Format, "date") {
			if found != nil {
				return nil
			}
			found = m
		}
	}
	return found
}

// alike reports whether values of two schemas have one order: numbers, or times
// of one format.
func alike(a, b *spec.Schema) bool {
	numeric := func(s *spec.Schema) bool { return s.Type == "integer" || s.Type == "number" }
	return numeric(a) && numeric(b) || a.Type == "string" && b.Type == "string" && a.Format == b.Format && strings.HasPrefix(a.Format, "date")
}

// Spaced gives the words of a name, in lower case, with blanks between.
func Spaced(name string) string { return strings.Join(spec.Words(name), " ") }
