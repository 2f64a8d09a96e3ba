package spec

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/source"
)

// Fingerprints tell whether composed schemas state the same. One is used for many
// schemas of a contract: most of them share their parts.
type Fingerprints struct {
	known  map[*Schema]string
	shapes map[shaped]string
}

// shaped is a schema as far as it is looked at to put it in order.
type shaped struct {
	schema *Schema
	depth  int
}

// NewFingerprints makes an empty one.
func NewFingerprints() *Fingerprints {
	return &Fingerprints{known: map[*Schema]string{}, shapes: map[shaped]string{}}
}

// Of gives a text that is the same for schemas that state the same in the same words,
// as far as their clause SCHEMA.schema is about it; "" for one without that clause.
func (f *Fingerprints) Of(s *Schema) string {
	whole, ok := s.Composed.(composed)
	switch {
	case ok:
		if _, known := f.known[whole.schema]; !known {
			f.known[whole.schema] = f.printed(func(w *printer) { w.schema(whole.schema) })
		}
		return f.known[whole.schema]
	case s.foreign != nil:
		return f.printed(func(w *printer) { w.foreign(s.foreign) })
	}
	return ""
}

// printed gives a text that stands for what is written.
func (f *Fingerprints) printed(write func(w *printer)) string {
	w := &printer{sum: sha256.New(), seen: map[*Schema]int{}, shapes: f.shapes}
	write(w)
	return hex.EncodeToString(w.sum.Sum(nil))
}

// printer writes what schemas state.
type printer struct {
	sum    hash.Hash
	seen   map[*Schema]int // recursive schemas lead back to themselves
	shapes map[shaped]string
}

func (w *printer) say(args ...any) { _, _ = fmt.Fprintf(w.sum, "%q;", fmt.Sprint(args...)) }

func (w *printer) schema(s *Schema) {
	if s == nil {
		w.say("none")
		return
	}
	if n, seen := w.seen[s]; seen {
		w.say("as ", n)
		return
	}
	w.seen[s] = len(w.seen)
	w.own(s)
	for _, m := range byName(s.Members) {
		w.member(m)
		w.schema(m.Schema)
	}
	w.schema(s.Items)
	w.schema(s.Additional)
	w.foreign(s.foreign)
	w.parts(s.parts)
}

// own writes what a schema states itself.
func (w *printer) own(s *Schema) {
	w.say("schema ", s.Type, s.Nullable, s.NullInDoubt, s.Format, s.Closed, s.UniqueItems, s.patternText(), s.unread)
	for _, k := range keywords {
		if k.statement != nil && k != &enumKeyword {
			w.say(k.Name, k.statement(s))
		}
	}
	values := make([]string, 0, len(s.Enum))
	for _, v := range s.Enum {
		values = append(values, typeOf(v)+" "+Text(v))
	}
	slices.Sort(values)
	w.say("values ", values)
	w.say("limits ", limit(s.Minimum), s.ExclusiveMinimum, limit(s.Maximum), s.ExclusiveMaximum)
}

// byName puts members in the order of their names: the description's says nothing.
func byName(members []*Member) []*Member {
	members = slices.Clone(members)
	slices.SortStableFunc(members, func(a, b *Member) int { return strings.Compare(a.Name, b.Name) })
	return members
}

func (w *printer) member(m *Member) {
	w.say("member ", m.Name, m.Required, m.ReadOnly, m.WriteOnly, m.elsewhere)
}

func limit(f *float64) string {
	if f == nil {
		return ""
	}
	return Number(*f)
}

func (w *printer) parts(p *parts) {
	if p == nil {
		return
	}
	w.list("all", p.all)
	w.list("any", p.any)
	w.list("one", p.one)
	if p.not != nil {
		w.say("not")
		w.schema(p.not)
	}
	w.say("excused ", slices.Sorted(maps.Keys(p.excused)))
	if p.chosen != nil {
		w.say("chosen ", p.chosen.member, p.chosen.open)
		for _, name := range p.chosen.names {
			w.say("by ", name)
			w.schema(p.chosen.among[name])
		}
	}
}

func (w *printer) list(name string, list []*Schema) {
	w.say(name, " ", len(list))
	for _, part := range w.ordered(list) {
		w.schema(part)
	}
}

// ordered puts parts in an order that does not depend on the description's, which says
// nothing.
func (w *printer) ordered(list []*Schema) []*Schema {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b *Schema) int { return strings.Compare(w.shape(a, shapeDepth), w.shape(b, shapeDepth)) })
	return list
}

// shapeDepth is how deep schemas are looked at to put them in order.
const shapeDepth = 4

// shape gives a text that is the same for schemas that state the same, in whichever
// order, as far as they are looked at.
func (w *printer) shape(s *Schema, depth int) string {
	if s == nil || depth == 0 {
		return ""
	}
	key := shaped{s, depth}
	if known, ok := w.shapes[key]; ok {
		return known
	}
	out := &printer{sum: sha256.New()}
	out.own(s)
	for _, m := range byName(s.Members) {
		out.member(m)
		out.say(w.shape(m.Schema, depth-1))
	}
	out.say(w.shape(s.Items, depth-1), w.shape(s.Additional, depth-1), s.foreign != nil)
	if p := s.parts; p != nil {
		for _, list := range [][]*Schema{p.all, p.any, p.one, {p.not}} {
			var shapes []string
			for _, part := range list {
				shapes = append(shapes, w.shape(part, depth-1))
			}
			slices.Sort(shapes)
			out.say(shapes)
		}
	}
	w.shapes[key] = hex.EncodeToString(out.sum.Sum(nil))
	return w.shapes[key]
}

// foreign writes the source of what the model has no words for, with what it refers
// to.
func (w *printer) foreign(f *foreign) {
	if f == nil {
		return
	}
	visited := map[*source.Node]bool{}
	var walk func(c cursor, depth int)
	walk = func(c cursor, depth int) {
		if c.node == nil || depth > maxDepth || visited[c.node] {
			return
		}
		visited[c.node] = true
		w.say(c.name(), " ", c.node.Kind(), " ", c.node.Text())
		children := c.children()
		slices.SortStableFunc(children, func(a, b cursor) int { return strings.Compare(a.name(), b.name()) })
		for _, child := range children {
			walk(child.follow(), depth+1)
		}
	}
	walk(f.at, 0)
}
