package source

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/apiclause/clause/contract/clause"
)

// Kind is the JSON type of a value.
type Kind uint8

// The kinds of values. The zero Kind is that of no node at all.
const (
	Null Kind = iota + 1
	Bool
	Number
	String
	Sequence
	Mapping
)

// String names a kind in the words of messages.
func (k Kind) String() string {
	return [...]string{"nothing", "empty", "true or false", "a number", "a text", "a list", "a mapping"}[k]
}

// File is one file or URL that was read.
type File struct {
	// Name is how messages call it: a path, or a URL without credentials.
	Name string
	Root *Node

	path string   // of a file, with slashes; "" for a URL and standard input
	url  *url.URL // of what was fetched, after redirects
	// ids and anchors are the schemas of the file that have a name of their own
	// (JSON Schema 2020-12, section 8.2); nil until they are looked for.
	ids, anchors map[string]*Node
}

// place is where something stands. The zero place is unknown.
type place struct {
	file         *File
	line, column uint32 // from 1; columns count characters
}

func (p place) location() clause.Location {
	if p.file == nil {
		return clause.Location{}
	}
	return clause.Location{File: p.file.Name, Line: int(p.line), Column: int(p.column)}
}

// Node is a value of a description and the place where it stands. A nil Node is
// a value that is absent: all methods can be called on it. Nodes are not changed
// once made; one may stand in several places of a tree.
type Node struct {
	place

	kind    Kind
	text    string // a text, the literal of a number, "true" or "false"
	items   []*Node
	members []Member
	index   map[string]int // of large mappings
}

// Member is a key of a mapping and its value.
type Member struct {
	Name  string
	Value *Node

	at place // of the key
}

// At returns the place of the key.
func (m Member) At() clause.Location { return m.at.location() }

// Kind returns the kind of a value, 0 for a nil Node.
func (n *Node) Kind() Kind {
	if n == nil {
		return 0
	}
	return n.kind
}

// At returns the place of a value. The zero Location is unknown.
func (n *Node) At() clause.Location {
	if n == nil {
		return clause.Location{}
	}
	return n.location()
}

// Text returns a scalar as it is written: a text without its quotes, the literal
// of a number, "true" or "false", else "".
func (n *Node) Text() string {
	if n == nil {
		return ""
	}
	return n.text
}

// or returns another value for one that is absent.
func (n *Node) or(other *Node) *Node {
	if n == nil {
		return other
	}
	return n
}

// True reports whether the value is true.
func (n *Node) True() bool { return n.Kind() == Bool && n.text == "true" }

// Items returns the elements of a sequence. It must not be changed.
func (n *Node) Items() []*Node {
	if n == nil {
		return nil
	}
	return n.items
}

// Members returns the members of a mapping in the order of the file. It must not
// be changed.
func (n *Node) Members() []Member {
	if n == nil {
		return nil
	}
	return n.members
}

// Len returns the number of elements or members.
func (n *Node) Len() int { return len(n.Items()) + len(n.Members()) }

// Member returns the member of a mapping with a name.
func (n *Node) Member(name string) (Member, bool) {
	if i := n.find(name); i >= 0 {
		return n.members[i], true
	}
	return Member{}, false
}

// Get returns the value of the member with a name, or nil.
func (n *Node) Get(name string) *Node {
	if i := n.find(name); i >= 0 {
		return n.members[i].Value
	}
	return nil
}

// Has reports whether there is a member with a name.
func (n *Node) Has(name string) bool { return n.find(name) >= 0 }

// Names lists the keys of a mapping.
func (n *Node) Names() []string {
	names := make([]string, len(n.Members()))
	for i, m := range n.Members() {
		names[i] = m.Name
	}
	return names
}

// some is Names for an offer, which looks at no more.
func (n *Node) some() []string {
	if n.Len() <= maxKnown {
		return n.Names()
	}
	names := make([]string, 0, maxKnown)
	for _, m := range n.Members()[:min(len(n.Members()), maxKnown)] {
		names = append(names, m.Name)
	}
	return names
}

// indexed is the size from which a mapping has an index.
const indexed = 16

func (n *Node) find(name string) int {
	if n == nil {
		return -1
	}
	if n.index != nil {
		if i, ok := n.index[name]; ok {
			return i
		}
		return -1
	}
	return slices.IndexFunc(n.members, func(m Member) bool { return m.Name == name })
}

// settle makes the index of a mapping whose members are complete.
func (n *Node) settle() *Node {
	if len(n.members) < indexed {
		n.index = nil
		return n
	}
	n.index = make(map[string]int, len(n.members))
	for i, m := range n.members {
		n.index[m.Name] = i
	}
	return n
}

// newMapping makes a mapping of members with distinct names.
func newMapping(at place, members ...Member) *Node {
	n := &Node{kind: Mapping, place: at, members: members}
	return n.settle()
}

func newSequence(at place, items ...*Node) *Node {
	return &Node{kind: Sequence, place: at, items: items}
}

func newText(at place, text string) *Node { return &Node{kind: String, place: at, text: text} }

func newBool(at place, value bool) *Node {
	text := "false"
	if value {
		text = "true"
	}
	return &Node{kind: Bool, place: at, text: text}
}

// member makes a member whose key stands where its value does.
func member(name string, value *Node) Member {
	return Member{Name: name, Value: value, at: value.place}
}

// with returns a mapping with a member set: in the place of the one of that
// name, or at the end. A nil value removes it.
func (n *Node) with(name string, value *Node) *Node {
	i := n.find(name)
	members := slices.Clone(n.members)
	switch {
	case i < 0 && value == nil:
		return n
	case value == nil:
		members = slices.Delete(members, i, i+1)
	case i < 0:
		members = append(members, member(name, value))
	default:
		members[i].Value = value
	}
	return newMapping(n.place, members...)
}

// without returns a mapping without some of its members.
func (n *Node) without(names ...string) *Node {
	if !slices.ContainsFunc(names, n.Has) {
		return n
	}
	members := make([]Member, 0, len(n.members))
	for _, m := range n.members {
		if !slices.Contains(names, m.Name) {
			members = append(members, m)
		}
	}
	return newMapping(n.place, members...)
}

// builder makes the nodes of a file. It takes memory for many at a time.
type builder struct {
	made  int
	chunk []Node
}

const chunkSize = 256

func (b *builder) make(at place) *Node {
	if len(b.chunk) == 0 {
		b.chunk = make([]Node, chunkSize)
	}
	n := &b.chunk[0]
	b.chunk = b.chunk[1:]
	b.made++
	n.place = at
	return n
}

// counters make names that are not taken, without trying all of those that are.
type counters map[string]int

// free returns the name, or else the name with the next number that is free.
func (c counters) free(name string, taken func(string) bool) string {
	free := name
	for taken(free) {
		c[name]++
		free = name + "_" + strconv.Itoa(c[name]+1)
	}
	return free
}

// distinct keeps the last of the members that have the same name, as most readers
// of JSON and YAML do, in the place of the first.
func (p *problems) distinct(members []Member, way *trail) []Member {
	if len(members) < indexed {
		return p.distinctFew(members, way)
	}
	first := make(map[string]int, len(members))
	kept := members[:0]
	for _, m := range members {
		if i, ok := first[m.Name]; ok {
			p.twice(kept[i], m, way)
			kept[i] = m
			continue
		}
		first[m.Name] = len(kept)
		kept = append(kept, m)
	}
	return kept
}

func (p *problems) distinctFew(members []Member, way *trail) []Member {
	kept := members[:0]
next:
	for _, m := range members {
		for i := range kept {
			if kept[i].Name == m.Name {
				p.twice(kept[i], m, way)
				kept[i] = m
				continue next
			}
		}
		kept = append(kept, m)
	}
	return kept
}

func (p *problems) twice(first, again Member, way *trail) {
	remedy := ""
	if p.strict {
		remedy = "; remove one"
	}
	p.add(Problem{
		Severity: Warning, At: again.At(), Pointer: join(way.pointer(), again.Name),
		Message: fmt.Sprintf("the key %s is given twice, first in line %d%s", quote(again.Name), first.at.line, remedy),
		Cost:    "the last one counts",
	})
}
