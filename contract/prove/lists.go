package prove

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
)

// listing is what an operation is about to answer that lists things: those that were
// made, as the query asks for them. A fault of lists changes it by the design's listed.
type listing struct {
	*world.List

	view *view
	// things are all that the filters and bounds leave, in order.
	things []listedThing
	// The page is at most size of them, from the one at first.
	first, size int
	// total is how many there are said to be, and all how many the query leaves, and leaves
	// out.
	total, all int
	// compare says in which order two values of a member come.
	compare func(a, b any) int
	// matches reports whether a value is what a text of a filter asks for.
	matches func(c *world.Control, value any, text string) bool
	// tellsMore has a full page tell of another, and relative has its URL have no host.
	tellsMore, relative bool
	// ranked has a search put first what it finds, and keep the rest.
	ranked bool
}

// listedThing is a thing as a list has it.
type listedThing struct {
	serial int64
	made   time.Time
	object map[string]any
}

// unlimited is the size of a page that has everything.
const unlimited = int(^uint(0) >> 1)

// list answers with the things of a collection. Where none was ever made, the sample
// stands for those that are there, unless the implementation is a mock.
func (m *memory) list(l *world.List, x *exchange, path []string) {
	kept := m.below[placed(path)]
	s := m.successes[x.op.ID].schema
	if s == nil || len(kept) == 0 && !m.knows(m.acts[x.op.ID].resource) {
		return
	}
	asked := &listing{List: l, view: look(x.request, x.op), size: unlimited, compare: ordered, matches: exactly}
	if m.design.heeds != nil {
		m.design.heeds(asked)
	}
	for _, thing := range kept {
		if thing.ended {
			continue
		}
		object, ok := m.item(l, m.acts[x.op.ID].resource, thing)
		if !ok {
			continue
		}
		if asked.all++; asked.takes(object) {
			asked.things = append(asked.things, listedThing{thing.serial, thing.made, object})
		}
	}
	asked.order()
	asked.page()
	asked.total = len(asked.things)
	if m.design.listed != nil {
		m.design.listed(asked)
	}
	asked.write(s, x)
}

// item gives a thing as a list has it.
func (m *memory) item(l *world.List, r *world.Resource, thing *remembered) (map[string]any, bool) {
	if shown := thing.listed; shown != nil {
		return shown, true
	}
	sample, ok := m.samples[l.Operation.ID].(map[string]any)
	if !ok {
		return nil, false
	}
	object := maps.Clone(sample)
	m.show(l.Item, object, r, thing)
	thing.listed = object
	return object, true
}

// takes reports whether filters and bounds leave a thing.
func (l *listing) takes(object map[string]any) bool {
	for _, c := range l.Controls {
		texts := l.asked(c)
		if len(texts) == 0 {
			continue
		}
		value, there := object[c.Member]
		switch c.Role {
		case world.Filter:
			if !there || !l.matchesAny(c, value, texts) {
				return false
			}
		case world.Search:
			if l.leavesOut(object, texts[0]) {
				return false
			}
		case world.Lower, world.Upper:
			order, known := compared(value, texts[0])
			if c.Role == world.Upper {
				order = -order
			}
			if !there || known && (order < 0 || order == 0 && c.Exclusive) {
				return false
			}
		}
	}
	return true
}

// leavesOut reports whether a search has a thing not in the list.
func (l *listing) leavesOut(object map[string]any, text string) bool {
	return !l.ranked && !finds(object, text)
}

// finds reports whether a text stands in a thing, in any case.
func finds(object map[string]any, text string) bool {
	for _, value := range object {
		if have, ok := value.(string); ok && strings.Contains(strings.ToLower(have), strings.ToLower(text)) {
			return true
		}
	}
	return false
}

// matchesAny reports whether a value is what one of some texts of a filter asks for.
func (l *listing) matchesAny(c *world.Control, value any, texts []string) bool {
	return slices.ContainsFunc(texts, func(text string) bool { return l.matches(c, value, text) })
}

// exactly has a filter want its own value.
func exactly(_ *world.Control, value any, text string) bool { return same(value, text) }

// same reports whether a value is what a text says.
func same(value any, text string) bool {
	if order, known := compared(value, text); known {
		return order == 0
	}
	return spec.Text(value) == text
}

// compared compares a value with one that is written as a text, numbers and times by
// what they mean; known tells whether they have an order.
func compared(value any, text string) (order int, known bool) {
	if was, ok := value.(string); ok {
		one, err := time.Parse(time.RFC3339, was)
		other, too := time.Parse(time.RFC3339, text)
		if err == nil && too == nil {
			return one.Compare(other), true
		}
		return strings.Compare(was, text), true
	}
	one, ok := spec.Float(value)
	other, err := strconv.ParseFloat(text, 64)
	return cmp.Compare(one, other), ok && err == nil
}

// order puts the things in the order that is asked for; else they stay in that in which
// they were made.
func (l *listing) order() {
	if c := l.Control(world.Search); c != nil && l.ranked && len(l.asked(c)) > 0 {
		text := l.asked(c)[0]
		l.foremost(func(object map[string]any) bool { return finds(object, text) })
	}
	keys := l.keys()
	slices.SortStableFunc(l.things, func(a, b listedThing) int {
		for _, k := range keys {
			order := l.compare(a.object[k.Member], b.object[k.Member])
			if k.Direction == world.Descending {
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	})
}

// foremost puts those things first of which something is true.
func (l *listing) foremost(is func(object map[string]any) bool) {
	rest := slices.Clone(l.things)
	l.things = slices.DeleteFunc(l.things, func(one listedThing) bool { return !is(one.object) })
	l.things = append(l.things, slices.DeleteFunc(rest, func(one listedThing) bool { return is(one.object) })...)
}

// keys gives what the things are to be ordered by. A direction of its own is that of the
// first that has none.
func (l *listing) keys() []world.Key {
	var keys []world.Key
	if c := l.Control(world.Sort); c != nil {
		for _, text := range l.asked(c) {
			if k, ok := l.Key(text); ok {
				keys = append(keys, k)
			}
		}
	}
	c := l.Control(world.Order)
	if c == nil || len(keys) == 0 || keys[0].Direction != "" {
		return keys
	}
	for _, k := range c.Keys {
		if slices.Contains(l.asked(c), k.Value) {
			keys[0].Direction = k.Direction
		}
	}
	return keys
}

// ordered compares two values of a member; what is missing comes first.
func ordered(a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	if order, known := compared(a, spec.Text(b)); known {
		return order
	}
	return strings.Compare(spec.Text(a), spec.Text(b))
}

// asked gives the texts of a control, or its default.
func (l *listing) asked(c *world.Control) []string {
	texts := l.view.texts(c.Parameter)
	if len(texts) == 0 && c.Parameter.Schema.Default != nil {
		if list, ok := c.Parameter.Schema.Default.([]any); ok {
			for _, one := range list {
				texts = append(texts, spec.Text(one))
			}
			return texts
		}
		return []string{spec.Text(c.Parameter.Schema.Default)}
	}
	return texts
}

// number gives the number of a control; ok tells whether there is one that counts.
func (l *listing) number(role world.Role) (n int, ok bool) {
	c := l.Control(role)
	if c == nil {
		return 0, false
	}
	for _, text := range l.asked(c) {
		if n, err := strconv.Atoi(text); err == nil && n >= 0 {
			return n, true
		}
	}
	return 0, false
}

// usualPage is the size of a page where the query gives none and could.
const usualPage = 100

// page finds the page that is asked for.
func (l *listing) page() {
	if limit := l.Control(world.Limit); limit != nil {
		l.size = usualPage
		if most := limit.Parameter.Schema.Maximum; most != nil && *most < usualPage {
			l.size = max(int(*most), 1)
		}
	}
	if size, ok := l.number(world.Limit); ok {
		l.size = size
	}
	if n, ok := l.number(world.Offset); ok {
		l.first = min(n, len(l.things))
	}
	if n, ok := l.number(world.Page); ok && l.size < unlimited {
		l.first = min(max(n-l.firstPage(), 0), len(l.things)) * l.size // whose product is small
		l.first = min(l.first, len(l.things))
	}
	if c := l.Control(world.Cursor); c != nil {
		for _, text := range l.view.texts(c.Parameter) {
			l.first = l.behind(text)
		}
	}
}

// firstPage is the number of the first page.
func (l *listing) firstPage() int {
	if c := l.Control(world.Page); c.First != nil {
		return int(*c.First)
	}
	return 1
}

// cursor names the thing that a page ends with, and its place.
func (l *listing) cursor() string {
	end := l.first + l.size
	return fmt.Sprintf("%dx%d", l.things[end-1].serial, end)
}

// behind gives the place behind what a cursor names, or that which it had, if it is no
// more there. What is no cursor means the first.
func (l *listing) behind(cursor string) int {
	serial, place, ok := strings.Cut(cursor, "x")
	n, err := strconv.ParseInt(serial, 10, 64)
	end, wrong := strconv.Atoi(place)
	if !ok || err != nil || wrong != nil || end < 1 {
		return 0
	}
	if at := slices.IndexFunc(l.things, func(t listedThing) bool { return t.serial == n }); at >= 0 {
		return at + 1
	}
	return min(end-1, len(l.things))
}

// more reports whether there is a page after this.
func (l *listing) more() bool {
	rest := len(l.things) - l.first
	return l.size > 0 && (l.size < rest || l.size == rest && l.tellsMore)
}

// shown gives the things of the page.
func (l *listing) shown() []any {
	shown := []any{}
	rest := l.things[min(l.first, len(l.things)):]
	for _, thing := range rest[:min(l.size, len(rest))] {
		shown = append(shown, thing.object)
	}
	return shown
}

// write has the answer hold the page, where it stays valid.
func (l *listing) write(s *spec.Schema, x *exchange) {
	next := ""
	if l.more() {
		next = l.next(x)
	}
	x.answer.edit(func(v any) any {
		page := bounded(s, l.Items, l.shown())
		if len(l.Items) == 0 {
			if len(s.Check(page)) > 0 {
				return v
			}
			x.listed = true
			return any(page)
		}
		body, ok := v.(map[string]any)
		if !ok {
			return v
		}
		whole := maps.Clone(body)
		whole[l.Items[0]] = page
		l.tell(s, whole, next)
		if len(s.Check(whole)) > 0 {
			return v
		}
		x.listed = true
		return whole
	})
	if t := l.Total; t != nil && t.Header != "" {
		x.answer.header.Set(t.Header, strconv.Itoa(l.total))
	}
	if t := l.Next; t != nil && t.Header != "" {
		x.answer.header.Del(t.Header)
		if next != "" {
			x.answer.header.Set(t.Header, "<"+next+`>; rel="next"`)
		}
	}
}

// bounded gives no more things than the schema allows.
func bounded(s *spec.Schema, items []string, page []any) []any {
	for _, name := range items {
		s = s.Member(name).Schema
	}
	if s.MaxItems != nil && uint64(len(page)) > *s.MaxItems {
		return page[:*s.MaxItems]
	}
	return page
}

// tell has a body tell of the list.
func (l *listing) tell(s *spec.Schema, body map[string]any, next string) {
	for _, c := range l.Controls {
		if n, ok := l.number(c.Role); ok && s.Member(c.Parameter.Name) != nil {
			putAt(s, body, []string{c.Parameter.Name}, numeral(n))
		}
	}
	if l.Total != nil {
		putAt(s, body, l.Total.Path, numeral(l.total))
	}
	if l.More != nil {
		putAt(s, body, l.More.Path, l.more())
	}
	if l.Next == nil || l.Next.Header != "" {
		return
	}
	value := next
	if !l.Next.Link {
		if value = ""; l.more() && l.Control(world.Cursor) != nil {
			value = l.cursor()
		}
	}
	if value != "" && putAt(s, body, l.Next.Path, value) {
		return
	}
	for _, none := range []any{absent{}, nil, ""} {
		if putAt(s, body, l.Next.Path, none) {
			return
		}
	}
}

// absent stands for no member.
type absent struct{}

// putAt puts a value at a path of a body, or takes it away, and reports whether the
// member there may be so.
func putAt(s *spec.Schema, body map[string]any, path []string, value any) bool {
	if len(path) == 0 {
		return false
	}
	member := s.Member(path[0])
	if member == nil {
		return false
	}
	if len(path) == 2 {
		inner, ok := body[path[0]].(map[string]any)
		if !ok {
			return false
		}
		inner = maps.Clone(inner)
		body[path[0]] = inner
		return putAt(member.Schema, inner, path[1:], value)
	}
	if value == any(absent{}) {
		if !member.Required {
			delete(body, path[0])
		}
		return !member.Required
	}
	if len(member.Schema.Check(value)) > 0 {
		return false
	}
	body[path[0]] = value
	return true
}

// next gives the URL of the next page, or nothing, where no parameter asks for it.
func (l *listing) next(x *exchange) string {
	query := x.request.URL.Query()
	switch cursor, page, offset := l.Control(world.Cursor), l.Control(world.Page), l.Control(world.Offset); {
	case cursor != nil:
		query.Set(cursor.Parameter.Name, l.cursor())
	case page != nil:
		query.Set(page.Parameter.Name, strconv.Itoa(l.first/l.size+1+l.firstPage()))
	case offset != nil:
		query.Set(offset.Parameter.Name, strconv.Itoa(l.first+l.size))
	default:
		return ""
	}
	out := url.URL{Scheme: "http", Host: x.request.Host, Path: x.request.URL.Path, RawPath: x.request.URL.RawPath, RawQuery: query.Encode()}
	if l.relative {
		out.Scheme, out.Host = "", ""
	}
	return out.String()
}

// itemSamples makes a thing of each list, as a list has it.
func (m *maker) itemSamples() map[string]any {
	out := map[string]any{}
	for id, d := range m.acts {
		if d.list == nil || m.successes[id] == nil {
			continue
		}
		for _, sample := range []any{full(d.list.Item), d.list.Item.Sample()} {
			if len(d.list.Item.Check(sample)) == 0 {
				out[id] = sample
				break
			}
		}
	}
	return out
}

func numeral(n int) json.Number { return json.Number(strconv.Itoa(n)) }
