package prove

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/apiclause/clause/contract/internal/world"
)

// The variants of this file list things as servers do that read a query in their own
// way, where names and shapes of the list leave it to them.

// collations are orders of texts: what of a text counts, the rest only between equals.
var collations = []struct {
	name, what string
	key        func(text string) string
}{
	{"without-case", "without case", strings.ToLower},
	{"without-punctuation", "without what is no letter and no digit", func(text string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return r
			}
			return -1
		}, text)
	}},
	{"digits-by-value", "with digits by the number that they are", func(text string) string {
		return digits.ReplaceAllStringFunc(text, func(number string) string {
			return strings.Repeat("0", max(0, longestNumber-len(number))) + number
		})
	}},
}

var digits = regexp.MustCompile(`\d+`)

// longestNumber is how many digits of a number are compared by its value.
const longestNumber = 40

// collated makes variants that order texts as collations do.
func (m *maker) collated() []Variant {
	if !m.controls(func(c *world.Control) bool { return c.Role == world.Sort }) {
		return nil
	}
	var out []Variant
	for _, c := range collations {
		out = append(out, Variant{
			Name: "list-order-" + c.name, Description: "lists are in an order in which texts are compared " + c.what,
			design: design{heeds: func(l *listing) { l.compare = by(c.key) }},
		})
	}
	return out
}

// by compares texts by their keys, and what is equal then as it is.
func by(key func(text string) string) func(a, b any) int {
	return func(a, b any) int {
		one, isText := a.(string)
		other, too := b.(string)
		if order := strings.Compare(key(one), key(other)); isText && too && order != 0 {
			return order
		}
		return ordered(a, b)
	}
}

// controls reports whether a list has a parameter of some kind.
func (m *maker) controls(kind func(*world.Control) bool) bool {
	return m.lists(func(l *world.List) bool { return slices.ContainsFunc(l.Controls, kind) })
}

// lists reports whether there is a list of some kind.
func (m *maker) lists(kind func(*world.List) bool) bool {
	for _, d := range m.acts {
		if d.list != nil && kind(d.list) {
			return true
		}
	}
	return false
}

// searched makes a variant whose filters look for a part of a text, in any case.
func (m *maker) searched() []Variant {
	texts := func(c *world.Control) bool {
		return c.Role == world.Filter && !c.Exact && c.Parameter.Schema.Type == "string"
	}
	if !m.controls(texts) {
		return nil
	}
	return []Variant{{Name: "list-filters-loosely", Description: "filters of texts take those that have them within, in any case", design: design{
		heeds: func(l *listing) {
			l.matches = func(c *world.Control, value any, text string) bool {
				have, ok := value.(string)
				return exactly(c, value, text) || ok && texts(c) && strings.Contains(strings.ToLower(have), strings.ToLower(text))
			}
		},
	}}}
}

// ranked makes a variant whose searches leave nothing out.
func (m *maker) ranked() []Variant {
	if !m.controls(func(c *world.Control) bool { return c.Role == world.Search }) {
		return nil
	}
	return []Variant{{Name: "list-search-ranked", Description: "a search has what it finds first, and the rest behind", design: design{
		heeds: func(l *listing) { l.ranked = true },
	}}}
}

// marked makes a variant that has what is marked before what is not.
func (m *maker) marked() []Variant {
	if !m.lists(func(l *world.List) bool { return mark(l) != "" }) {
		return nil
	}
	return []Variant{{Name: "list-marked-first", Description: "lists begin with what is marked, such as what is pinned", design: design{
		listed: func(l *listing) {
			name := mark(l.List)
			l.foremost(func(object map[string]any) bool { return object[name] == true })
		},
	}}}
}

// mark gives the first boolean member of the things of a list, or "".
func mark(l *world.List) string {
	for _, member := range l.Item.Members {
		if member.Schema.Type == "boolean" {
			return member.Name
		}
	}
	return ""
}

// paged makes variants whose pages tell of the next in another way.
func (m *maker) paged() []Variant {
	if !m.lists(func(l *world.List) bool { return l.Next != nil || l.More != nil }) {
		return nil
	}
	return []Variant{
		{
			Name: "list-pages-empty-last", Description: "the last page of a list tells of another if it is full, which is empty then",
			design: design{heeds: func(l *listing) { l.tellsMore = true }},
		},
		{
			Name: "list-pages-relative", Description: "the URLs of the next pages of lists have no host",
			design: design{heeds: func(l *listing) { l.relative = true }},
		},
	}
}

// counted makes a variant that counts what the query leaves out, too.
func (m *maker) counted() []Variant {
	if !m.lists(func(l *world.List) bool { return l.Total != nil }) {
		return nil
	}
	return []Variant{{
		Name: "list-totals-of-all", Description: "lists say how many things there are whatever the query asks for",
		design: design{listed: func(l *listing) { l.total = l.all }},
	}}
}

// listingIn makes a variant that lists in another way.
func listingIn(change func(l *listing)) func(*maker) design { return fixed(design{listed: change}) }

// newestFirst turns a list that is in no order that was asked for.
func newestFirst(l *listing) {
	if sort := l.Control(world.Sort); sort == nil || len(l.asked(sort)) == 0 {
		slices.Reverse(l.things)
	}
}

// later leaves out what was made a moment ago.
func later(l *listing) {
	const moment = 4 * time.Millisecond
	l.things = slices.DeleteFunc(l.things, func(one listedThing) bool { return time.Since(one.made) < moment })
	l.total = len(l.things)
}

// lastAgain gives the last page again where the list is at its end.
func lastAgain(l *listing) {
	if l.first >= len(l.things) && len(l.things) > 0 && l.size > 0 && l.Control(world.Page) != nil {
		l.first = (len(l.things) - 1) / l.size * l.size
	}
}

// shorter gives at most three things, whatever more is asked for.
func shorter(l *listing) {
	const most = 3
	if l.size <= most || l.Control(world.Page) == nil && l.Control(world.Offset) == nil && l.Control(world.Cursor) == nil {
		return
	}
	if l.size < unlimited && l.Control(world.Page) != nil {
		l.first = l.first / l.size * most
	}
	if n, ok := l.number(world.Page); ok && l.size == unlimited {
		l.first = max(n-l.firstPage(), 0) * most
	}
	l.size = most
}

// withoutTotals leaves out how many there are, where that may be left out.
func withoutTotals(x *exchange) {
	l := world.ListOf(x.op.Operation)
	if l == nil || l.Total == nil || x.answer.status/100 != 2 {
		return
	}
	if l.Total.Header != "" {
		x.answer.header.Del(l.Total.Header)
		return
	}
	m := documentedJSON(x)
	x.answer.edit(func(v any) any {
		if object, ok := v.(map[string]any); ok && m != nil {
			putAt(m.Schema, object, l.Total.Path, absent{})
		}
		return v
	})
}
