package source

import (
	"slices"
	"strings"
)

// Chosen is the member that Flat gives the schema of a member which a discriminator
// chooses by: the value that means the schema around it.
const Chosen = "x-chosen"

// Flat returns the description with every allOf written as one schema, where one can
// say the same: what is stated of a value in parts is then like what is stated at
// once. An allOf that no one schema can stand for stays.
func (d *Description) Flat() *Description {
	f := &flattener{root: d.Root, grammar: newGrammar3(d.Version), made: map[*Node]*Node{}, merges: map[*Node]*Node{}, busy: map[*Node]bool{}}
	if d.Version == V20 {
		f.grammar = newGrammar3(V30)
	}
	out := *d
	out.Root = f.node(d.Root, f.grammar.root)
	return &out
}

type flattener struct {
	grammar *grammar
	root    *Node
	made    map[*Node]*Node // schemas by what they were
	merges  map[*Node]*Node // those with allOf, merged, with what is in them as it was
	members int             // of all that were merged
	busy    map[*Node]bool  // schemas whose parts are being merged
	depth   int
	// component is the name of the schema at hand.
	component string
}

// maxFlat bounds how deep is looked, in levels.
const maxFlat = 500

// node returns a value of a shape with its schemas flat.
func (f *flattener) node(n *Node, s *shape) *Node {
	if s.form == eitherForm {
		s = s.each
	}
	if s.form == anyForm || n.Len() == 0 || f.depth > maxFlat {
		return n
	}
	f.depth++
	defer func() { f.depth-- }()
	if s == f.grammar.schema && n.kind == Mapping {
		return f.schema(n)
	}
	return f.below(n, s)
}

// below returns a value with what is in it flat.
func (f *flattener) below(n *Node, s *shape) *Node {
	changed := false
	if n.kind == Sequence {
		items := slices.Clone(n.items)
		for i, item := range items {
			if s.form == listForm {
				items[i] = f.node(item, s.each)
			}
			changed = changed || items[i] != item
		}
		if !changed {
			return n
		}
		return newSequence(n.place, items...)
	}
	members := slices.Clone(n.members)
	for i, m := range members {
		field, _ := s.field(m.Name)
		if s == f.grammar.root || s == f.grammar.schema || field != f.grammar.schema {
			members[i].Value = f.node(m.Value, field)
		} else {
			members[i].Value = f.named(m, field)
		}
		changed = changed || members[i].Value != m.Value
	}
	if !changed {
		return n
	}
	return newMapping(n.place, members...)
}

// named is node for a schema that has a name: a component, if it stands there.
func (f *flattener) named(m Member, s *shape) *Node {
	if f.root.Get("components").Get("schemas").Get(m.Name) != m.Value {
		return f.node(m.Value, s)
	}
	outer := f.component
	f.component = m.Name
	defer func() { f.component = outer }()
	return f.node(m.Value, s)
}

func (f *flattener) schema(n *Node) *Node {
	if made := f.made[n]; made != nil {
		return made
	}
	whole := n
	if n.Has("allOf") && !n.Has("$ref") {
		whole = f.merged(n)
	}
	made := f.below(whole, f.grammar.schema)
	f.made[n] = made
	return made
}

// merged returns the one schema that says what a schema with allOf does, or that
// schema itself.
func (f *flattener) merged(n *Node) *Node {
	if made := f.merges[n]; made != nil {
		return made
	}
	if f.busy[n] || f.members > maxBundled {
		return n
	}
	f.busy[n] = true
	made := f.merge(n)
	delete(f.busy, n)
	f.merges[n] = made
	return made
}

func (f *flattener) merge(n *Node) *Node {
	parts, by, ok := f.parts(n)
	if !ok {
		return n
	}
	m := &merging{parts: parts, schema2020: f.grammar.version.schema2020(), out: newMapping(n.place)}
	if !m.merge() {
		return n
	}
	out := m.out
	f.members += out.Len() + out.Get("properties").Len() + out.Get("enum").Len()
	if by.property != "" {
		out = chosen(out, by)
	}
	if m.nullInDoubt {
		// What spec takes for nullable beside a reference.
		return newMapping(n.place, member("nullable", newBool(n.place, true)), member("allOf", newSequence(n.place, out)))
	}
	return out
}

// choice is what a discriminator says of a schema that inherits from the one that has it.
type choice struct{ property, value string }

// parts lists what a schema says itself, and what its parts say, all of them flat.
// ok is false where a part cannot be looked into.
func (f *flattener) parts(n *Node) (parts []*Node, by choice, ok bool) {
	parts = []*Node{n.without("allOf")}
	for _, item := range n.Get("allOf").Items() {
		part := item
		if ref, is := refOf(item); is {
			if part = f.target(ref); part == nil {
				return nil, by, false
			}
			if d := part.Get("discriminator"); d != nil && !part.Has("oneOf") && !part.Has("anyOf") && f.component != "" {
				by = f.chosenBy(d, f.component)
			}
		}
		if part.Kind() == Bool && part.True() {
			continue
		}
		if part.Kind() != Mapping {
			return nil, by, false
		}
		if part.Has("allOf") {
			if part = f.merged(part); part.Has("allOf") {
				return nil, by, false
			}
		}
		parts = append(parts, part)
	}
	return parts, by, true
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

// chosenBy returns the value of a discriminator that means a schema.
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

// chosen gives the member that a discriminator chooses by the value that it has here.
func chosen(n *Node, by choice) *Node {
	properties := n.Get("properties")
	property := properties.Get(by.property)
	if property.Kind() != Mapping {
		return n
	}
	value := newText(property.place, by.value)
	if _, is := refOf(property); is {
		property = newMapping(property.place, member("allOf", newSequence(property.place, property)))
	}
	return n.with("properties", properties.with(by.property, property.with(Chosen, value)))
}
