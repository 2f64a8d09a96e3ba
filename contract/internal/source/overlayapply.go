package source

import (
	"fmt"
	"slices"
)

// The bounds of all overlays of a description together.
const (
	// maxWork is in steps, which take some 50 ns.
	maxWork = 50_000_000
	// maxAdded is how much text they may add, written out, in bytes.
	maxAdded = maxTotal
)

// overlayBounds are how many steps the overlays may take, and how many values the
// description may have with them.
type overlayBounds struct{ work, values int }

// layering lays overlays over a tree.
type layering struct {
	*library

	root   *Node
	from   map[*File]bool // the overlays that were begun
	at     *action        // that is applied
	work   int            // that is left
	added  int            // bytes
	failed *Error

	measures map[*Node]measure
	plains   map[*Node]any
	costs    map[any]filterCost
}

// measure is the size of a value, what is shared counted each time. longest is its
// longest text, in bytes.
type measure struct{ values, bytes, height, longest int }

func newLayering(l *library, root *Node) *layering {
	return &layering{
		library: l, root: root, from: map[*File]bool{}, work: l.overlays.work,
		measures: map[*Node]measure{}, plains: map[*Node]any{}, costs: map[any]filterCost{},
	}
}

// spend takes steps from those that are left, and reports whether there were so
// many.
func (y *layering) spend(steps int) bool {
	const often = 1 << 12
	before := y.work
	y.work -= steps
	switch {
	case y.failed != nil:
	case y.work < 0:
		y.fail("the targets of the overlays take too long to find: name what is meant more closely, with fewer .. and filters")
	case before/often != y.work/often && y.ctx.Err() != nil:
		y.fail("the run was stopped")
	}
	return y.failed == nil
}

// fail ends the reading, at the action that is applied.
func (y *layering) fail(format string, args ...any) {
	if y.failed == nil {
		y.failed = fatal(y.at.node.At(), format, args...)
	}
}

func (y *layering) say(severity Severity, pointer, cost, format string, args ...any) {
	y.add(Problem{
		Severity: severity, At: y.at.node.Locate(pointer), Pointer: y.at.pointer + pointer, Cost: cost, Message: fmt.Sprintf(format, args...),
	})
}

func (y *layering) measure(n *Node) measure {
	if n.Len() == 0 {
		return measure{values: 1, bytes: len(n.Text()), longest: len(n.Text())}
	}
	if known, ok := y.measures[n]; ok {
		return known
	}
	y.spend(n.Len())
	m := measure{values: 1}
	add := func(below *Node) {
		other := y.measure(below)
		m.values += other.values
		m.bytes += other.bytes
		m.height, m.longest = max(m.height, other.height+1), max(m.longest, other.longest)
	}
	for _, member := range n.members {
		m.bytes += len(member.Name)
		add(member.Value)
	}
	for _, item := range n.items {
		add(item)
	}
	y.measures[n] = m
	return m
}

// apply does what an action says.
func (y *layering) apply(a *action) {
	y.at = a
	if !a.remove && a.update == nil {
		return
	}
	found, nearest, lost := y.find(a)
	switch {
	case y.failed != nil:
		return
	case len(found) == 0:
		y.say(Warning, "/target", "the action changes nothing", "the target %s matches nothing: %s", quote(a.target), y.miss(nearest, lost))
		return
	case !y.allowed(a, found):
		return
	}
	for _, s := range found {
		s.meant = true
		for ; s.above != nil && !s.noted; s = s.above {
			s.noted = true
			s.above.changed = append(s.above.changed, s)
		}
	}
	top := found[0]
	for top.above != nil {
		top = top.above
	}
	if made := y.rebuild(top); y.failed == nil {
		y.root = made
	}
}

// allowed looks whether what was found can be changed so, and within the bounds.
func (y *layering) allowed(a *action, found []*spot) bool {
	if a.remove {
		for _, s := range found {
			if s.above == nil {
				y.fail("the target %s is the whole description, which cannot be removed", quote(a.target))
				return false
			}
			y.removes(s)
		}
		return y.failed == nil
	}
	for _, s := range found {
		if why := a.unfit(s); why != "" {
			y.fail("%s", why)
			return false
		}
	}
	root, update := y.measure(y.root), y.measure(a.update)
	y.added += update.bytes * len(found)
	switch {
	case y.failed != nil:
	case root.values+update.values*len(found) > y.overlays.values:
		y.fail("the overlays make the description larger than %d values", y.overlays.values)
	case y.added > maxAdded:
		y.fail("the overlays add more than %d MiB to the description", maxAdded>>20)
	default:
		for _, s := range found {
			depth := update.height + 1
			for up := s; up != nil; up = up.above {
				depth++
			}
			if depth > maxDepth {
				y.fail("the overlays make the description nest deeper than %d levels", maxDepth)
			}
		}
	}
	return y.failed == nil
}

// unfit says why a value cannot be updated so; "" if it can.
func (a *action) unfit(s *spot) string {
	update := a.update.Kind()
	switch s.node.Kind() {
	case Mapping:
		if update != Mapping {
			return fmt.Sprintf("the update is %s, and %s is a mapping: give the members that are to be merged into it", update, s.path())
		}
	case Sequence, Null:
	default:
		if !a.first && update < Sequence {
			return ""
		}
		around := "the mapping around it"
		if s.above != nil && s.index < 0 {
			around = s.above.path() + ", with " + quote(s.name) + " in the update"
		}
		return fmt.Sprintf("%s is %s, and an update changes mappings and lists: target %s", s.path(), s.node.Kind(), around)
	}
	return ""
}

// removes tells of what an action of an overlay adds and this one removes.
func (y *layering) removes(s *spot) {
	if place, ok := y.addedIn(s); ok {
		at := place.location()
		y.say(Warning, "/remove", "it is removed", "%s, which is removed, has what %s:%d adds", s.path(), at.File, at.Line)
	}
}

// addedIn finds what overlays have added at a spot and below.
func (y *layering) addedIn(s *spot) (found place, ok bool) {
	seen := map[*Node]bool{}
	take := func(at place) bool {
		if y.from[at.file] && !ok {
			found, ok = at, true
		}
		return ok
	}
	var visit func(n *Node)
	visit = func(n *Node) {
		if ok || seen[n] || !y.spend(1) || take(n.place) {
			return
		}
		if n.Len() > 0 {
			seen[n] = true
		}
		for _, m := range n.Members() {
			if take(m.at) {
				return
			}
			visit(m.Value)
		}
		for _, item := range n.Items() {
			visit(item)
		}
	}
	if i := s.above.node.find(s.name); s.index < 0 && i >= 0 {
		take(s.above.node.members[i].at)
	}
	visit(s.node)
	return found, ok
}

// rebuild returns the value of a spot with the changes at it and below; nil if it
// is removed.
func (y *layering) rebuild(s *spot) *Node {
	switch {
	case s.meant && y.at.remove:
		return nil
	case !y.spend(s.node.Len() + 1):
		return s.node
	}
	n := s.node
	y.forget(n)
	if len(s.changed) > 0 {
		n = y.rebuiltBelow(s)
	}
	if s.meant {
		n = y.merge(n, y.at.update, "/update", func() string { return s.path() })
	}
	return n
}

// forget drops what is known of a value that is replaced, lest all that it was is
// kept for every action.
func (y *layering) forget(n *Node) {
	delete(y.measures, n)
	delete(y.plains, n)
}

func (y *layering) rebuiltBelow(s *spot) *Node {
	n := s.node
	if n.kind == Sequence {
		items := slices.Clone(n.items)
		for _, below := range s.changed {
			items[below.index] = y.rebuild(below)
		}
		return newSequence(n.place, slices.DeleteFunc(items, func(item *Node) bool { return item == nil })...)
	}
	members := slices.Clone(n.members)
	for _, below := range s.changed {
		members[n.find(below.name)].Value = y.rebuild(below)
	}
	return newMapping(n.place, slices.DeleteFunc(members, func(m Member) bool { return m.Value == nil })...)
}

// merge returns a value with an update merged into it. pointer and path lead to the
// update, in the action, and to the value.
func (y *layering) merge(n, update *Node, pointer string, path func() string) *Node {
	if !y.spend(n.Len() + update.Len() + 1) {
		return n
	}
	switch {
	case n.Kind() == Mapping && update.Kind() == Mapping:
		return y.mergeMembers(n, update, pointer, path)
	case n.Kind() == Sequence && update.Kind() == Sequence:
		if pointer == "/update" && y.at.first {
			y.say(Note, pointer, "its elements are added, as in 1.1", "in OpenAPI Overlay 1.0 an update of a list is one element, and this is a list")
		}
		return newSequence(n.place, slices.Concat(n.items, update.items)...)
	case n.Kind() == Sequence && pointer == "/update":
		return newSequence(n.place, append(slices.Clone(n.items), update)...)
	case n.Len() > 0 && update.Kind() == Null:
		y.say(Note, pointer, "it stays as it is", "nothing is given for %s", path())
		return n
	case n.Kind() >= Sequence || update.Kind() >= Sequence && n.Kind() != Null:
		at := n.At()
		y.say(Warning, pointer, "it is replaced", "%s (%s:%d) is %s, and the update gives %s", path(), at.File, at.Line, n.Kind(), update.Kind())
	}
	return update
}

func (y *layering) mergeMembers(n, update *Node, pointer string, path func() string) *Node {
	y.forget(n)
	members := slices.Clone(n.members)
	for _, m := range update.members {
		i := n.find(m.Name)
		if i < 0 {
			members = append(members, m)
			continue
		}
		old := members[i].Value
		made := y.merge(old, m.Value, join(pointer, m.Name), func() string { return path() + pathStep(step{m.Name, -1}) })
		members[i].Value = made
		if made == m.Value {
			members[i].at = m.at
		}
	}
	return newMapping(n.place, members...)
}
