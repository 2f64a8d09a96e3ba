package source

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/theory/jsonpath/spec"
)

// spot is a value in the tree that an action looks at, and the way to it. Values
// can be shared, spots are not: each has its own way.
type spot struct {
	step

	node  *Node
	above *spot
	below map[step]*spot
	// taken and descended are the segments of the target that have the spot in
	// their result, and that have looked below it.
	taken, descended int

	meant   bool    // by the whole target
	noted   bool    // among those that are changed
	changed []*spot // those below that are meant, or have such below
}

// at returns the spot of a member or element.
func (s *spot) at(way step, node *Node) *spot {
	if known := s.below[way]; known != nil {
		return known
	}
	if s.below == nil {
		s.below = map[step]*spot{}
	}
	made := &spot{step: way, node: node, above: s}
	s.below[way] = made
	return made
}

func (s *spot) member(m Member) *spot { return s.at(step{m.Name, -1}, m.Value) }
func (s *spot) element(i int) *spot   { return s.at(step{"", i}, s.node.items[i]) }
func (s *spot) memberAt(i int) *spot  { return s.member(s.node.members[i]) }

// each calls a function for every spot just below.
func (s *spot) each(visit func(*spot)) {
	for i := range s.node.Members() {
		visit(s.memberAt(i))
	}
	for i := range s.node.Items() {
		visit(s.element(i))
	}
}

var plainPathName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// path writes the way to a spot as a JSONPath.
func (s *spot) path() string {
	if s.above == nil {
		return "$"
	}
	return s.above.path() + pathStep(s.step)
}

func pathStep(way step) string {
	switch {
	case way.index >= 0:
		return "[" + strconv.Itoa(way.index) + "]"
	case plainPathName.MatchString(way.name):
		return "." + way.name
	default:
		return "['" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(way.name) + "']"
	}
}

// find returns the spots that a target means. Where there are none, nearest are
// those that the target leads to before its segment that means nothing.
func (y *layering) find(a *action) (found, nearest []*spot, lost *spec.Segment) {
	found = []*spot{{step: step{"", -1}, node: y.root}}
	for i, segment := range a.path.Segments() {
		var next []*spot
		f := &finding{layering: y, number: i + 1, take: func(s *spot) {
			if s.taken != i+1 {
				s.taken = i + 1
				next = append(next, s)
			}
		}}
		for _, s := range found {
			f.segment(segment, s)
		}
		if len(next) == 0 {
			return nil, found, segment
		}
		found = next
	}
	return found, nil, nil
}

// finding is one segment of a target, in which a spot is taken once however often
// the segment means it.
type finding struct {
	*layering

	number int
	take   func(*spot)
}

func (f *finding) segment(segment *spec.Segment, s *spot) {
	if !f.spend(1) || segment.IsDescendant() && s.descended == f.number {
		return
	}
	for _, selector := range segment.Selectors() {
		f.selector(selector, s)
	}
	if !segment.IsDescendant() {
		return
	}
	s.descended = f.number
	s.each(func(below *spot) {
		if below.node.Len() > 0 {
			f.segment(segment, below)
		}
	})
}

func (f *finding) selector(selector spec.Selector, s *spot) {
	switch selector := selector.(type) {
	case spec.Name:
		if i := s.node.find(string(selector)); i >= 0 {
			f.take(s.memberAt(i))
		}
	case spec.Index:
		i := int(selector)
		if i < 0 {
			i += len(s.node.items)
		}
		if i >= 0 && i < len(s.node.items) {
			f.take(s.element(i))
		}
	case spec.WildcardSelector:
		if f.spend(s.node.Len()) {
			s.each(f.take)
		}
	case spec.SliceSelector:
		f.slice(selector, s)
	case *spec.FilterSelector:
		f.filter(selector, s)
	}
}

func (f *finding) slice(selector spec.SliceSelector, s *spot) {
	lower, upper := selector.Bounds(len(s.node.items))
	by := selector.Step()
	if !f.spend(len(s.node.items)) {
		return
	}
	switch {
	case by > 0:
		for i := lower; i < upper; i += by {
			f.take(s.element(i))
		}
	case by < 0:
		for i := upper; i > lower; i += by {
			f.take(s.element(i))
		}
	}
}

// filter takes those of the spots below that fit a filter, which the library
// decides. It knows no bounds, so that the work is estimated first.
func (f *finding) filter(selector *spec.FilterSelector, s *spot) {
	if s.node.Len() == 0 {
		return
	}
	cost := f.costOf(selector)
	var root any
	if cost.roots > 0 {
		root = f.plain(f.root)
	}
	s.each(func(below *spot) {
		if !f.spend(cost.of(f.measure(below.node), f.measure(f.root))) {
			return
		}
		value := f.plain(below.node)
		if f.failed == nil && f.fits(selector, value, root) {
			f.take(below)
		}
	})
}

// fits has the library decide. Of what it fails on it is not known, so that it
// ends the reading.
func (f *finding) fits(selector *spec.FilterSelector, value, root any) bool {
	defer func() {
		if failure := recover(); failure != nil {
			f.fail("the filter %s cannot be decided: %v", quote(selector.String()), failure)
		}
	}()
	return selector.Eval(value, root)
}

// plain returns a value as the library wants it.
func (y *layering) plain(n *Node) any {
	switch n.Kind() {
	case Bool:
		return n.True()
	case Number:
		if f, err := strconv.ParseFloat(n.text, 64); err == nil {
			return f
		}
		return json.Number(n.text)
	case String:
		return n.text
	case Sequence, Mapping:
		if known, ok := y.plains[n]; ok {
			return known
		}
		made := y.plainOf(n)
		y.plains[n] = made
		return made
	default:
		return nil
	}
}

func (y *layering) plainOf(n *Node) any {
	if !y.spend(n.Len()) {
		return nil
	}
	if n.kind == Sequence {
		items := make([]any, len(n.items))
		for i, item := range n.items {
			items[i] = y.plain(item)
		}
		return items
	}
	members := make(map[string]any, len(n.members))
	for _, m := range n.members {
		members[m.Name] = y.plain(m.Value)
	}
	return members
}

// filterCost is what the work of a filter depends on.
type filterCost struct {
	length, roots, descents, lists int
	many, patterns                 bool
}

func (y *layering) costOf(selector *spec.FilterSelector) filterCost {
	if known, ok := y.costs[selector]; ok {
		return known
	}
	text := selector.String()
	c := filterCost{length: len(text), patterns: strings.Contains(text, "match(") || strings.Contains(text, "search(")}
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"', '\'':
			i = afterQuote(text, i)
		case '$':
			c.roots++
		case ',':
			c.lists++
		case '*', ':', '?':
			c.many = true
		case '.':
			if strings.HasPrefix(text[i:], "..") {
				c.descents++
				c.many = true
				i++
			}
		}
	}
	y.costs[selector] = c
	return c
}

// afterQuote returns the end of a text in quotes that begins at i.
func afterQuote(text string, i int) int {
	quote := text[i]
	for i++; i < len(text) && text[i] != quote; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return i
}

// of is an upper bound of the steps that it takes to decide about one value: all
// that is below it, once more for every level where a .. begins anew, twice where
// several selectors may mean the same, and all of the root where that is read.
func (c filterCost) of(value, root measure) int {
	steps := 1 + float64(c.length)/16
	base := float64(value.values) + float64(value.bytes)/16
	if c.roots > 0 {
		base += float64(root.values) + float64(root.bytes)/16
	}
	if c.many {
		steps += base * math.Pow(2, float64(c.lists)) * math.Pow(float64(max(value.height, root.height*min(c.roots, 1))+1), float64(c.descents)) *
			math.Pow(base, float64(c.roots))
	}
	if c.patterns {
		steps *= base * max(float64(c.length), base) / 16
	}
	return int(min(steps, maxWork+1))
}

// miss says of a target that means nothing how far it leads, and what may be meant.
func (y *layering) miss(nearest []*spot, lost *spec.Segment) string {
	s := nearest[0]
	name, named := "", false
	for _, selector := range lost.Selectors() {
		if n, ok := selector.(spec.Name); ok && !named {
			name, named = string(n), true
		}
	}
	switch ref, isRef := refOf(s.node); {
	case isRef:
		return fmt.Sprintf("%s is a $ref to %s, which targets do not follow", s.path(), quote(ref))
	case lost.IsDescendant() && named:
		return fmt.Sprintf("nothing below %s is called %s%s", s.path(), quote(name), y.offer(name, y.namesBelow(s)))
	case lost.IsDescendant():
		return fmt.Sprintf("nothing below %s is meant by %s", s.path(), lost)
	case !named:
		return fmt.Sprintf("nothing in %s, which is %s, is meant by %s", s.path(), s.node.Kind(), lost)
	}
	for _, s := range nearest[:min(len(nearest), maxKnown)] {
		if y.full() {
			break
		}
		y.offered++
		if n := Nearest(name, s.node.some()); n != "" {
			return fmt.Sprintf("%s has no %s: did you mean %s?", s.path(), quote(name), s.path()+pathStep(step{n, -1}))
		}
	}
	if s.node.Kind() != Mapping {
		return fmt.Sprintf("%s is %s, and %s names a member of a mapping", s.path(), s.node.Kind(), quote(name))
	}
	return fmt.Sprintf("%s has no %s: %s", s.path(), quote(name), y.didYouMean(name, s.node.some()))
}

// namesBelow lists some of the names of members below a spot.
func (y *layering) namesBelow(s *spot) []string {
	var all []string
	seen := map[string]bool{}
	var visit func(n *Node)
	visit = func(n *Node) {
		if len(all) >= maxKnown || !y.spend(1) {
			return
		}
		for _, m := range n.Members() {
			if !seen[m.Name] && len(all) < maxKnown {
				seen[m.Name] = true
				all = append(all, m.Name)
			}
			visit(m.Value)
		}
		for _, item := range n.Items() {
			visit(item)
		}
	}
	visit(s.node)
	return all
}
