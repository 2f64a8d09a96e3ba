package source

import (
	"slices"
	"strconv"
	"strings"
)

// Flat returns the description with every allOf written as one schema, where one can
// say the same: what is stated of a value in parts is then like what is stated at
// once. Parts that contradict each other are a problem. An allOf that no one schema
// can stand for stays, and so does all of it where the description would grow out of
// proportion.
func (d *Description) Flat() *Description {
	v := d.Version
	if v == V20 {
		v = V30
	}
	f := &flattener{
		grammar: newGrammar3(v), root: d.Root, names: map[*Node]string{}, made: map[*Node]*Node{}, merges: map[*Node]*Node{},
		busy: map[*Node]bool{}, open: map[*Node]bool{}, first: map[*Node]place{}, again: map[*Node]string{}, taken: map[string]bool{}, counters: counters{},
		joiner: joiner{numbers: map[*Node]int{}, known: map[string]*Node{}, joint: map[*Node]bool{}}, sizes: map[*Node]int{},
	}
	for _, m := range f.components().Members() {
		f.names[m.Value] = m.Name
	}
	f.spare = f.size(d.Root) + maxGrowth
	root := f.withShared(f.node(d.Root, f.grammar.root, d.Root.place))
	if f.size(root) > maxGrown*f.spare {
		return d
	}
	out := *d
	out.Root = root
	out.Problems = slices.Concat(d.Problems, f.problems.all)
	return &out
}

// The bounds of what is written: how deep is looked, in levels, how many values may
// be merged beyond as many as there are, and how many times as large all may become.
const (
	maxFlat   = 500
	maxGrowth = 50_000
	maxGrown  = 4
)

type flattener struct {
	trail

	grammar *grammar
	root    *Node
	names   map[*Node]string // of the schemas that are components
	made    map[*Node]*Node  // schemas by what they were
	merges  map[*Node]*Node  // those with allOf, merged, with what is in them as it was
	busy    map[*Node]bool   // schemas whose parts are being merged
	open    map[*Node]bool   // schemas that are being written
	depth   int
	// kept tells that what is around says something of the allOf of the next schema.
	kept bool

	// first is where a schema stood that was merged, again the name of the component
	// that it becomes where it stands once more: so what holds itself ends.
	first    map[*Node]place
	again    map[*Node]string
	shared   []*Node
	taken    map[string]bool
	counters counters

	joiner   joiner
	problems problems
	sizes    map[*Node]int
	spare    int // how many more values may be merged
}

func (f *flattener) components() *Node { return f.root.Get("components").Get("schemas") }

// node returns a value of a shape with its schemas flat. at is the place of its key.
func (f *flattener) node(n *Node, s *shape, at place) *Node {
	if s.form == eitherForm {
		s = s.each
	}
	if s.form == anyForm || n.Len() == 0 || f.depth > maxFlat {
		return n
	}
	f.depth++
	defer func() { f.depth-- }()
	if s == f.grammar.schema && n.kind == Mapping {
		return f.schema(n, at)
	}
	return f.below(n, s)
}

// below returns a value with what is in it flat.
func (f *flattener) below(n *Node, s *shape) *Node {
	if n.kind == Sequence {
		if s.form != listForm {
			return n
		}
		return f.eachItem(n, func(item *Node) *Node { return f.node(item, s.each, item.place) })
	}
	kept := f.kept || inferredAllOf(n)
	made := f.eachMember(n, func(m Member) *Node {
		f.kept = kept && s != f.grammar.schema
		if s == f.grammar.schema && (m.Name == "oneOf" || m.Name == "anyOf") {
			return f.alternatives(m.Value)
		}
		field, _ := s.field(m.Name)
		return f.node(m.Value, field, m.at)
	})
	f.kept = false
	return made
}

// inferredAllOf reports whether an annotation says that an allOf is inferred: then it
// is one statement.
func inferredAllOf(n *Node) bool { return n.Get("x-contract").Get("inferred").Has("allOf") }

// alternatives is below for those of which one is chosen, by its name if it has one:
// none gets a name here.
func (f *flattener) alternatives(n *Node) *Node {
	if n.Kind() != Sequence {
		return n
	}
	return f.eachItem(n, func(item *Node) *Node {
		if f.stands(item) {
			return item
		}
		return f.node(item, f.grammar.schema, item.place)
	})
}

func (f *flattener) schema(n *Node, at place) *Node {
	kept := f.kept
	f.kept = false
	if f.stands(n) && f.names[n] == "" {
		return f.reference(n)
	}
	made := f.made[n]
	if made != nil {
		return made
	}
	whole := n
	if n.Has("allOf") && !kept {
		whole = f.merged(n)
	}
	f.first[n] = at
	f.open[n] = true
	made = f.below(whole, f.grammar.schema)
	delete(f.open, n)
	made = f.withHeirs(n, made)
	f.made[n] = made
	return made
}

// stands reports whether a schema was merged and is written somewhere, or is about
// to be.
func (f *flattener) stands(n *Node) bool {
	return (f.made[n] != nil || f.open[n]) && f.merges[n] != nil && f.merges[n] != n
}

// reference writes a schema that stands elsewhere already as one to a component.
func (f *flattener) reference(n *Node) *Node {
	if f.again[n] == "" {
		name := f.counters.free("merged", func(name string) bool { return f.taken[name] || f.components().Has(name) })
		f.again[n], f.taken[name] = name, true
		f.shared = append(f.shared, n)
	}
	return newMapping(n.place, member("$ref", newText(n.place, f.grammar.reference("schemas", f.again[n]))))
}

// withShared adds the components that were made.
func (f *flattener) withShared(root *Node) *Node {
	if f.shared == nil {
		return root
	}
	components := root.Get("components").or(newMapping(root.place))
	schemas := components.Get("schemas").or(newMapping(root.place))
	members := slices.Clone(schemas.members)
	for _, n := range f.shared {
		members = append(members, Member{Name: f.again[n], Value: f.made[n], at: f.first[n]})
	}
	return root.with("components", components.with("schemas", newMapping(schemas.place, members...)))
}

// merged returns the one schema that says what a schema with allOf does, or that
// schema itself.
func (f *flattener) merged(n *Node) *Node {
	if made := f.merges[n]; made != nil {
		return made
	}
	if f.busy[n] || n.Has("$ref") || f.spare < 0 || f.depth > maxFlat {
		return n
	}
	f.depth++
	f.busy[n] = true
	made := f.merge(n)
	delete(f.busy, n)
	f.depth--
	if made != n {
		f.spare -= f.size(made)
	}
	f.merges[n] = made
	return made
}

func (f *flattener) merge(n *Node) *Node {
	parts, ok := f.parts(n)
	if !ok {
		return n
	}
	m := &merging{parts: parts, join: f.joiner.join, schema2020: f.grammar.version.schema2020(), out: newMapping(n.place)}
	if !m.merge() {
		if key, ok := n.Member("allOf"); ok && m.conflict != "" {
			f.problems.add(Problem{
				Severity: Warning, At: key.At(), Message: "the parts of allOf contradict each other: " + m.conflict, Cost: "no value is valid here",
			})
		}
		return n
	}
	out := f.chosen(n, m.out)
	if m.nullInDoubt {
		// What spec takes for nullable beside a reference.
		return newMapping(n.place, member("nullable", newBool(n.place, true)), member("allOf", newSequence(n.place, out)))
	}
	return out
}

// parts lists what a schema says itself, and what its parts say. ok is false where a
// part cannot be looked into.
func (f *flattener) parts(n *Node) (parts []*Node, ok bool) {
	parts = []*Node{n.without("allOf")}
	for _, item := range n.Get("allOf").Items() {
		part := item
		if ref, is := refOf(item); is {
			if part = f.target(ref); part == nil || item.Has("x-contract") {
				return nil, false
			}
		}
		if part.Kind() == Bool && part.True() {
			continue
		}
		if part.Has("allOf") {
			part = f.merged(part)
		}
		if part.Kind() != Mapping || part.Has("allOf") {
			return nil, false
		}
		parts = append(parts, part)
	}
	return parts, true
}

// target returns the schema that a reference leads to.
func (f *flattener) target(ref string) *Node {
	for range maxHops {
		section, name, ok := f.grammar.component(strings.TrimPrefix(ref, "#"))
		if !ok {
			return nil
		}
		n := f.root.Get("components").Get(section).Get(name)
		next, more := refOf(n)
		if !more {
			return n
		}
		ref = next
	}
	return nil
}

// size counts the values of a tree as it would be written, up to a bound.
func (f *flattener) size(n *Node) int {
	if n.Len() == 0 {
		return 1
	}
	if known := f.sizes[n]; known > 0 {
		return known
	}
	total := 1
	for _, item := range n.items {
		total = min(total+f.size(item), maxBundled)
	}
	for _, m := range n.members {
		total = min(total+f.size(m.Value), maxBundled)
	}
	f.sizes[n] = total
	return total
}

// joiner makes schemas that say what two do. The same ones together are one schema,
// so that what leads back to itself is found to.
type joiner struct {
	numbers map[*Node]int // of schemas
	known   map[string]*Node
	joint   map[*Node]bool
}

// join returns a schema that says what two schemas say.
func (j *joiner) join(a, b *Node) *Node {
	if a.Kind() == Mapping && a.Len() == 0 {
		return b
	}
	if b.Kind() == Mapping && b.Len() == 0 {
		return a
	}
	var all []*Node
	var key strings.Builder
	seen := map[string]bool{}
	for _, n := range slices.Concat(j.within(a), j.within(b)) {
		id := j.id(n)
		if seen[id] {
			continue
		}
		seen[id] = true
		all = append(all, n)
		key.WriteString(id + " ")
	}
	if len(all) == 1 {
		return all[0]
	}
	if j.known[key.String()] == nil {
		n := newMapping(a.place, member("allOf", newSequence(a.place, all...)))
		j.known[key.String()], j.joint[n] = n, true
	}
	return j.known[key.String()]
}

// within lists the schemas that were joined in one.
func (j *joiner) within(n *Node) []*Node {
	if j.joint[n] {
		return n.Get("allOf").Items()
	}
	return []*Node{n}
}

// id is the same for references to the same schema that say nothing else.
func (j *joiner) id(n *Node) string {
	if ref, is := refOf(n); is && !n.Has("x-contract") {
		return ref
	}
	if j.numbers[n] == 0 {
		j.numbers[n] = len(j.numbers) + 1
	}
	return strconv.Itoa(j.numbers[n])
}

// Chosen is the key by which Flat marks a member that a discriminator chooses by,
// in a schema that inherits from the one with the discriminator: the value is the
// one that means the schema around it. No description has such a key of its own.
const Chosen = "x-contract: chosen"

// Heirs is the key by which Flat marks a component whose discriminator means others
// that inherit from it: by each of their names, a reference.
const Heirs = "x-contract: heirs"

// withHeirs marks a component with a discriminator by those that inherit from it, and
// so what stands somewhere for such a component.
func (f *flattener) withHeirs(n, made *Node) *Node {
	for _, item := range n.Get("allOf").Items() {
		if ref, is := refOf(item); is && f.names[n] == "" && f.target(ref).Get("discriminator") != nil {
			n = f.target(ref)
			break
		}
	}
	d := n.Get("discriminator")
	if d == nil || f.names[n] == "" || n.Has("oneOf") || n.Has("anyOf") || made.Kind() != Mapping {
		return made
	}
	var heirs []Member
	for _, m := range f.components().Members() {
		if m.Value == n || !f.inherits(m.Value, n, map[*Node]bool{}) {
			continue
		}
		by := f.chosenBy(d, m.Name)
		heirs = append(heirs, member(by.value, newText(n.place, f.grammar.reference("schemas", m.Name))))
	}
	if heirs == nil {
		return made
	}
	return made.with(Heirs, newMapping(n.place, heirs...))
}

// inherits reports whether a schema has another among its parts, or theirs.
func (f *flattener) inherits(n, from *Node, visited map[*Node]bool) bool {
	if n == nil || visited[n] || len(visited) > maxHops {
		return false
	}
	visited[n] = true
	return slices.ContainsFunc(n.Get("allOf").Items(), func(part *Node) bool {
		if ref, is := refOf(part); is {
			part = f.target(ref)
		}
		return part == from || f.inherits(part, from, visited)
	})
}

// choice is what a discriminator says of a schema that inherits from the one that has it.
type choice struct{ property, value string }

// chosen marks the members of a component that discriminators choose it by.
func (f *flattener) chosen(n, out *Node) *Node {
	name := f.names[n]
	if name == "" {
		return out
	}
	for _, by := range f.choices(n, name) {
		properties := out.Get("properties")
		property := properties.Get(by.property)
		if property.Kind() != Mapping || !f.allows(property, by.value, 0) {
			continue
		}
		value := newText(property.place, by.value)
		if _, is := refOf(property); is {
			property = newMapping(property.place, member("allOf", newSequence(property.place, property)))
		}
		out = out.with("properties", properties.with(by.property, property.with(Chosen, value)))
	}
	return out
}

// choices lists what the discriminators of the schemas that one inherits from say of
// it, the nearest first.
func (f *flattener) choices(n *Node, name string) []choice {
	var all []choice
	visited := map[*Node]bool{n: true}
	var visit func(n *Node, depth int)
	visit = func(n *Node, depth int) {
		if visited[n] || depth > maxHops {
			return
		}
		visited[n] = true
		if d := n.Get("discriminator"); d != nil && !n.Has("oneOf") && !n.Has("anyOf") {
			by := f.chosenBy(d, name)
			if !slices.ContainsFunc(all, func(known choice) bool { return known.property == by.property }) {
				all = append(all, by)
			}
		}
		for _, item := range n.Get("allOf").Items() {
			if ref, is := refOf(item); is {
				item = f.target(ref)
			}
			visit(item, depth+1)
		}
	}
	for _, item := range n.Get("allOf").Items() {
		if ref, is := refOf(item); is {
			visit(f.target(ref), 0)
		}
	}
	return all
}

// chosenBy returns the value of a discriminator that means a schema: the one that it
// maps to that, or its name.
func (f *flattener) chosenBy(discriminator *Node, name string) choice {
	by := choice{property: discriminator.Get("propertyName").Text(), value: name}
	for _, m := range discriminator.Get("mapping").Members() {
		_, target, ok := f.grammar.component(strings.TrimPrefix(m.Value.Text(), "#"))
		if ok && target == name || m.Value.Text() == name {
			by.value = m.Name
			break
		}
	}
	return by
}

// allows reports whether a schema may allow a text, as far as it lists its values.
func (f *flattener) allows(n *Node, text string, depth int) bool {
	if ref, is := refOf(n); is {
		n = f.target(ref)
	}
	if depth > maxHops || n.Kind() != Mapping {
		return false
	}
	is := func(item *Node) bool { return item.Kind() == String && item.text == text }
	switch e, k := n.Get("enum"), n.Get("const"); {
	case e != nil && !slices.ContainsFunc(e.Items(), is), k != nil && !is(k), n.Has("type") && !slices.Contains(typesOf(n.Get("type")), "string"):
		return false
	}
	return !slices.ContainsFunc(n.Get("allOf").Items(), func(part *Node) bool { return !f.allows(part, text, depth+1) })
}
