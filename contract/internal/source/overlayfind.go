package source

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/clause"

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
	f.visit(segment, &visit{spot: s, node: s.node})
}

// visit is a value on the way of a .., most of which are no spots: to make one for
// each would take longer than all else.
type visit struct {
	step

	above *visit
	node  *Node
	spot  *spot // nil until it is needed
}

func (v *visit) real() *spot {
	if v.spot == nil {
		v.spot = v.above.real().at(v.step, v.node)
	}
	return v.spot
}

// below returns the visit of what is just below; it is a spot if one is known.
func (v *visit) below(way step, node *Node) *visit {
	next := &visit{step: way, above: v, node: node}
	if v.spot != nil {
		next.spot = v.spot.below[way]
	}
	return next
}

func (f *finding) visit(segment *spec.Segment, v *visit) {
	if !f.spend(1) || segment.IsDescendant() && v.spot != nil && v.spot.descended == f.number {
		return
	}
	for _, selector := range segment.Selectors() {
		f.selector(selector, v)
	}
	if !segment.IsDescendant() {
		return
	}
	if v.spot != nil {
		v.spot.descended = f.number
	}
	for _, m := range v.node.Members() {
		if m.Value.Len() > 0 {
			f.visit(segment, v.below(step{m.Name, -1}, m.Value))
		}
	}
	for i, item := range v.node.Items() {
		if item.Len() > 0 {
			f.visit(segment, v.below(step{"", i}, item))
		}
	}
}

func (f *finding) selector(selector spec.Selector, v *visit) {
	switch selector := selector.(type) {
	case spec.Name:
		if i := v.node.find(string(selector)); i >= 0 {
			f.take(v.real().memberAt(i))
		}
	case spec.Index:
		i := int(selector)
		if i < 0 {
			i += len(v.node.items)
		}
		if i >= 0 && i < len(v.node.items) {
			f.take(v.real().element(i))
		}
	case spec.WildcardSelector:
		if f.spend(v.node.Len()) {
			v.real().each(f.take)
		}
	case spec.SliceSelector:
		if len(v.node.items) > 0 {
			f.slice(selector, v.real())
		}
	case *spec.FilterSelector:
		f.filter(selector, v)
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

// filter takes those of the values below that fit a filter.
func (f *finding) filter(selector *spec.FilterSelector, v *visit) {
	if v.node.Len() == 0 {
		return
	}
	cost := f.costOf(selector)
	var root any
	if cost.roots > 0 {
		root = f.plain(f.root)
	}
	for _, m := range v.node.Members() {
		if f.fits(selector, cost, m.Value, root) {
			f.take(v.real().member(m))
		}
	}
	for i, item := range v.node.Items() {
		if f.fits(selector, cost, item, root) {
			f.take(v.real().element(i))
		}
	}
}

// fits has the library decide whether a value fits a filter. It knows no bounds, so
// that the work is estimated first.
func (f *finding) fits(selector *spec.FilterSelector, cost filterCost, n *Node, root any) (fits bool) {
	steps, idle := 1, cost.idle(n)
	if !idle {
		steps = cost.of(f.measure(n), f.measure(f.root))
	}
	if !f.spend(steps) {
		return false
	}
	var value any
	if !idle {
		value = f.plain(n)
	} // else it is as good as any that has no members
	defer func() {
		if failure := recover(); failure != nil {
			at := n.At()
			f.fail("whether the value in %s:%d fits the filter %s cannot be decided: %v", at.File, at.Line, quote(selector.String()), failure)
		}
	}()
	return f.failed == nil && selector.Eval(value, root)
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
	// many tells that it looks at more than one value, patterns how many patterns it
	// has, and fixed how many of them stand in the filter itself.
	many            bool
	patterns, fixed int
	bare            bool     // it reads the value itself, not only what is in it
	names           []string // all texts in it, names of members among them
}

func (y *layering) costOf(selector *spec.FilterSelector) filterCost {
	if known, ok := y.costs[selector]; ok {
		return known
	}
	text := strings.TrimPrefix(selector.String(), "?")
	c := filterCost{length: len(text)}
	for i := 0; i < len(text); i++ {
		switch rest := text[i:]; {
		case rest[0] == '"':
			quoted, _ := strconv.QuotedPrefix(rest)
			name, _ := strconv.Unquote(quoted)
			c.names = append(c.names, name)
			if strings.HasSuffix(text[:i], ", ") && strings.HasPrefix(rest[len(quoted):], ")") {
				c.fixed++ // no other function has two arguments
			}
			i += max(len(quoted)-1, 0)
		case strings.HasPrefix(rest, "match("), strings.HasPrefix(rest, "search("):
			c.patterns++
		case strings.HasPrefix(rest, ".."):
			c.descents++
		case rest[0] == '@':
			c.bare = c.bare || !strings.HasPrefix(rest, "@[")
		case rest[0] == '$':
			c.roots++
		case rest[0] == ',':
			c.lists++
		case rest[0] == '*', rest[0] == ':', rest[0] == '?':
			c.many = true
		}
	}
	c.lists -= c.patterns
	c.many = c.many || c.descents > 0 || c.lists > 0
	y.costs[selector] = c
	return c
}

// idle tells that a filter reads nothing of a value but members that it does not
// have.
func (c filterCost) idle(n *Node) bool {
	return !c.many && !c.bare && c.roots == 0 && n.kind != Sequence && !slices.ContainsFunc(c.names, n.Has)
}

// of is an upper bound of the steps that it takes to decide about one value: all
// that is below it, once more for every level where a .. begins anew, twice where
// several selectors may mean the same, and all of the root where that is read.
func (c filterCost) of(value, root measure) int {
	if c.roots > 0 {
		value = measure{
			values: value.values + root.values, height: max(value.height, root.height), longest: max(value.longest, root.longest),
		}
	}
	looks := 1.0
	if c.many {
		values := float64(value.values)
		looks = values * math.Pow(2, float64(c.lists)) * math.Pow(float64(value.height+1), float64(c.descents)) * math.Pow(values, float64(c.roots))
	}
	if c.patterns > 0 {
		pattern := c.length
		if c.fixed < c.patterns {
			pattern = max(pattern, value.longest)
		}
		looks *= 1 + float64(100+value.longest)*float64(pattern)/64
	}
	return int(min(looks+float64(c.length)/16, maxWork+1))
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
		if n := clause.Nearest(name, s.node.some()); n != "" {
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
