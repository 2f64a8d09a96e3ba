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
type Fingerprints struct{ known map[*Schema]string }

// NewFingerprints makes an empty one.
func NewFingerprints() *Fingerprints { return &Fingerprints{known: map[*Schema]string{}} }

// Of gives a text that is the same for schemas that state the same in the same words,
// as far as their clause SCHEMA.schema is about it; "" for one without that clause.
func (f *Fingerprints) Of(s *Schema) string {
	whole, ok := s.Composed.(composed)
	switch {
	case ok:
		if _, known := f.known[whole.schema]; !known {
			f.known[whole.schema] = printed(func(w *printer) { w.schema(whole.schema) })
		}
		return f.known[whole.schema]
	case s.foreign != nil:
		return printed(func(w *printer) { w.foreign(s.foreign) })
	}
	return ""
}

// printed gives a text that stands for what is written.
func printed(write func(w *printer)) string {
	w := &printer{sum: sha256.New(), seen: map[*Schema]int{}}
	write(w)
	return hex.EncodeToString(w.sum.Sum(nil))
}

// printer writes what schemas state.
type printer struct {
	sum  hash.Hash
	seen map[*Schema]int // recursive schemas lead back to themselves
	// most bounds how many schemas are written, if it is not 0: see ordered.
	most int
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
	if w.seen[s] = len(w.seen); w.most > 0 && len(w.seen) > w.most {
		return
	}
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
	members := slices.Clone(s.Members) // their order says nothing
	slices.SortStableFunc(members, func(a, b *Member) int { return strings.Compare(a.Name, b.Name) })
	for _, m := range members {
		w.say("member ", m.Name, m.Required, m.ReadOnly, m.WriteOnly, m.elsewhere)
		w.schema(m.Schema)
	}
	w.schema(s.Items)
	w.schema(s.Additional)
	w.foreign(s.foreign)
	w.parts(s.parts)
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

// maxOrdered bounds how much of a part is looked at to put it in order.
const maxOrdered = 50

// ordered puts parts in an order that does not depend on the description's, which says
// nothing.
func (w *printer) ordered(list []*Schema) []*Schema {
	if w.most > 0 || len(list) < 2 { //nolint:mnd // one is in order
		return list
	}
	keys := make(map[*Schema]string, len(list))
	for _, part := range list {
		first := &printer{sum: sha256.New(), seen: map[*Schema]int{}, most: maxOrdered}
		first.schema(part)
		keys[part] = string(first.sum.Sum(nil))
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b *Schema) int { return strings.Compare(keys[a], keys[b]) })
	return list
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
