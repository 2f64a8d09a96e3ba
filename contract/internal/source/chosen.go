package source

import (
	"slices"
	"strings"
)

// Chosen is the key by which Flat marks a member that a discriminator chooses by,
// in a schema that inherits from the one with the discriminator: the value is the
// one that means the schema around it. No description has such a key of its own.
const Chosen = "x-contract: chosen"

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
