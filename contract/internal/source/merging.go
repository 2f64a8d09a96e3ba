package source

import (
	"slices"
	"strconv"
	"strings"
)

// merging writes what several schemas state together as one.
type merging struct {
	parts      []*Node
	schema2020 bool
	out        *Node
	// nullInDoubt tells that some of the parts allow null and others do not.
	nullInDoubt bool
}

// How keywords of several schemas become one.
var (
	// lowest and highest are limits of which the one counts that allows less.
	lowest  = []string{"minLength", "minItems", "minProperties"}
	highest = []string{"maxLength", "maxItems", "maxProperties"}
	// alike are keywords that have to be the same wherever they are given.
	alike = []string{"multipleOf", "pattern", "format", "const"}
	// anyTrue are flags that hold for all if they hold for one.
	anyTrue = []string{"uniqueItems", "readOnly", "writeOnly", "deprecated"}
	// alone are keywords that say something of what others beside them say: at most
	// one of the schemas may have any.
	alone = []string{
		"if", "then", "else", "prefixItems", "contains", "minContains", "maxContains", "patternProperties", "propertyNames",
		"dependentRequired", "dependentSchemas", "unevaluatedItems", "unevaluatedProperties",
	}
	// apart are keywords that make a schema one of alternatives, which stay as they are.
	apart = []string{"oneOf", "anyOf", "not", "$ref", "$dynamicRef", "allOf"}
	// forWhole are keywords that speak of the value as a whole, for people: only what
	// stands beside allOf is about the value that all parts describe.
	forWhole = []string{"title", "description", "externalDocs", "xml", "$comment", "example", "examples", "default"}
)

// merge reports whether one schema was found that says the same.
func (m *merging) merge() bool {
	if len(m.parts) == 1 {
		m.out = m.parts[0]
		return true
	}
	for i, part := range m.parts {
		// What is annotated there is said of that part alone.
		if slices.ContainsFunc(apart, part.Has) || i > 0 && part.Has("x-contract") || part.Get("x-contract").Get("inferred").Has("allOf") {
			return false
		}
	}
	return m.onlyOne() && m.types() && m.enums() && m.members() && m.elements() && m.limits() && m.rest()
}

// onlyOne takes over the keywords that one schema alone may have.
func (m *merging) onlyOne() bool {
	var with *Node
	for _, part := range m.parts {
		if !slices.ContainsFunc(alone, part.Has) {
			continue
		}
		if with != nil {
			return false
		}
		with = part
	}
	for _, name := range alone {
		m.take(with, name)
	}
	return true
}

// take takes a member over as it is, if there is one.
func (m *merging) take(from *Node, name string) {
	if found, ok := from.Member(name); ok && !m.out.Has(name) {
		m.put(found)
	}
}

func (m *merging) put(found Member) {
	members := slices.DeleteFunc(slices.Clone(m.out.members), func(have Member) bool { return have.Name == found.Name })
	m.out = newMapping(m.out.place, append(members, found)...)
}

// given lists a keyword where schemas have it.
func (m *merging) given(name string) []Member {
	var out []Member
	for _, part := range m.parts {
		if found, ok := part.Member(name); ok {
			out = append(out, found)
		}
	}
	return out
}

// types finds the types that all schemas allow.
func (m *merging) types() bool {
	var all []string
	for i, t := range m.given("type") {
		names := typesOf(t.Value)
		if i == 0 {
			m.put(t)
			all = names
			continue
		}
		both := common(all, names)
		if len(both) == 0 {
			return false
		}
		if len(both) < len(all) || slices.Contains(both, "integer") && slices.Contains(all, "number") {
			all, t.Value = both, typeNode(t.Value.place, both)
			m.put(t)
		}
	}
	nullable, not := 0, 0
	for _, part := range m.parts {
		switch {
		case part.Get("nullable").True():
			nullable++
		case part.Has("type"), part.Has("enum"), part.Has("const"):
			not++
		}
	}
	if nullable > 0 && not == 0 {
		m.put(m.trueOf("nullable"))
	}
	m.nullInDoubt = nullable > 0 && not > 0
	return true
}

func (m *merging) trueOf(name string) Member {
	given := m.given(name)
	return given[slices.IndexFunc(given, func(found Member) bool { return found.Value.True() })]
}

func typesOf(n *Node) []string {
	if n.Kind() != Sequence {
		return []string{n.Text()}
	}
	var names []string
	for _, item := range n.items {
		names = append(names, item.Text())
	}
	return names
}

// common lists the types that two lists allow. Each integer is a number.
func common(a, b []string) []string {
	var both []string
	for _, name := range a {
		switch {
		case slices.Contains(b, name), name == "integer" && slices.Contains(b, "number"):
			both = append(both, name)
		case name == "number" && slices.Contains(b, "integer"):
			both = append(both, "integer")
		}
	}
	return both
}

func typeNode(at place, names []string) *Node {
	if len(names) == 1 {
		return newText(at, names[0])
	}
	items := make([]*Node, len(names))
	for i, name := range names {
		items[i] = newText(at, name)
	}
	return newSequence(at, items...)
}

// enums finds the values that all schemas list.
func (m *merging) enums() bool {
	for i, e := range m.given("enum") {
		if i == 0 {
			m.put(e)
			continue
		}
		listed := map[string]bool{}
		for _, item := range e.Value.items {
			listed[literal(item)] = true
		}
		have, _ := m.out.Member("enum")
		var both []*Node
		for _, item := range have.Value.items {
			if listed[literal(item)] {
				both = append(both, item)
			}
		}
		if len(both) == 0 {
			return false
		}
		have.Value = newSequence(have.Value.place, both...)
		m.put(have)
	}
	return !m.out.Has("enum") || len(m.given("const")) == 0
}

// literal is a value in JSON.
func literal(n *Node) string {
	w := encoder{limit: maxEncoded}
	w.node(n)
	return string(w.data)
}

// members merges what is said of the members of objects.
func (m *merging) members() bool {
	for _, p := range m.given("properties") {
		have, ok := m.out.Member("properties")
		if !ok {
			m.put(p)
			continue
		}
		members := slices.Clone(have.Value.members)
		for _, one := range p.Value.members {
			i := slices.IndexFunc(members, func(known Member) bool { return known.Name == one.Name })
			if i < 0 {
				members = append(members, one)
			} else {
				members[i].Value = both(members[i].Value, one.Value)
			}
		}
		have.Value = newMapping(have.Value.place, members...)
		m.put(have)
	}
	if !m.others() {
		return false
	}
	var required []*Node
	for _, r := range m.given("required") {
		for _, name := range r.Value.items {
			if !slices.ContainsFunc(required, func(known *Node) bool { return known.text == name.text }) {
				required = append(required, name)
			}
		}
		r.Value = newSequence(r.Value.place, required...)
		m.put(r)
	}
	return true
}

// both is a schema that says what two schemas say.
func both(a, b *Node) *Node {
	if a == b || a.Len() == 0 && a.Kind() == Mapping {
		return b
	}
	if b.Len() == 0 && b.Kind() == Mapping {
		return a
	}
	return newMapping(a.place, member("allOf", newSequence(a.place, a, b)))
}

// others merges what is said of members that are not listed: a schema that forbids
// or describes them means those that it does not list itself.
func (m *merging) others() bool {
	var saying *Node
	for _, part := range m.parts {
		a := part.Get("additionalProperties")
		if a == nil || a.True() || a.Kind() == Mapping && a.Len() == 0 {
			continue
		}
		if saying != nil {
			return false
		}
		saying = part
	}
	if saying == nil {
		return m.unevaluated()
	}
	if m.out.Has("patternProperties") && !saying.Has("patternProperties") || m.out.Has("unevaluatedProperties") {
		return false
	}
	for _, p := range m.out.Get("properties").Members() {
		if !saying.Get("properties").Has(p.Name) {
			return false
		}
	}
	m.take(saying, "additionalProperties")
	return true
}

// unevaluated writes unevaluatedProperties for members that are not listed: nothing
// else speaks of any now.
func (m *merging) unevaluated() bool {
	u, ok := m.out.Member("unevaluatedProperties")
	if !ok {
		return true
	}
	if !m.parts[0].Has("unevaluatedProperties") || len(m.given("additionalProperties")) > 0 ||
		slices.ContainsFunc([]string{"patternProperties", "if", "dependentSchemas"}, m.out.Has) {
		return false
	}
	m.out = m.out.without("unevaluatedProperties")
	u.Name = "additionalProperties"
	m.put(u)
	return true
}

// elements merges what is said of the elements of lists.
func (m *merging) elements() bool {
	items := m.given("items")
	if len(items) > 0 && len(m.parts) > 1 && (m.out.Has("prefixItems") || m.out.Has("unevaluatedItems")) {
		return false
	}
	for i, one := range items {
		if i > 0 {
			have, _ := m.out.Member("items")
			one.Value = both(have.Value, one.Value)
		}
		m.put(one)
	}
	return true
}

// limits finds the limits that allow least.
func (m *merging) limits() bool {
	for _, name := range lowest {
		m.limit(name, true)
	}
	for _, name := range highest {
		m.limit(name, false)
	}
	if m.schema2020 {
		m.limit("minimum", true)
		m.limit("maximum", false)
		m.limit("exclusiveMinimum", true)
		m.limit("exclusiveMaximum", false)
		return true
	}
	m.flagged("minimum", "exclusiveMinimum", true)
	m.flagged("maximum", "exclusiveMaximum", false)
	return true
}

func (m *merging) limit(name string, low bool) {
	for i, one := range m.given(name) {
		if have := m.out.Get(name); i == 0 || beyond(one.Value, have, low) {
			m.put(one)
		}
	}
}

// flagged is limit for one that a flag beside it makes exclusive.
func (m *merging) flagged(name, flag string, low bool) {
	for _, part := range m.parts {
		one, ok := part.Member(name)
		if !ok {
			continue
		}
		have := m.out.Get(name)
		exclusive, is := part.Member(flag)
		switch {
		case have == nil || beyond(one.Value, have, low):
			m.put(one)
			m.out = m.out.without(flag)
			if is {
				m.put(exclusive)
			}
		case !beyond(have, one.Value, low) && exclusive.Value.True():
			m.put(exclusive)
		}
	}
}

// beyond reports whether a limit allows less than another.
func beyond(a, b *Node, low bool) bool {
	x, _ := strconv.ParseFloat(a.Text(), 64)
	y, _ := strconv.ParseFloat(b.Text(), 64)
	return low && x > y || !low && x < y
}

// rest merges what is left.
func (m *merging) rest() bool {
	for _, name := range alike {
		for i, one := range m.given(name) {
			if i == 0 {
				m.put(one)
			} else if literal(one.Value) != literal(m.out.Get(name)) {
				return false
			}
		}
	}
	for _, name := range anyTrue {
		for _, one := range m.given(name) {
			if one.Value.True() || !m.out.Has(name) {
				m.put(one)
			}
		}
	}
	for _, name := range forWhole {
		m.take(m.parts[0], name)
	}
	if len(m.parts) == 2 && m.parts[0].Len() == 0 || m.scalar() {
		for _, part := range m.parts[1:] {
			for _, name := range []string{"example", "examples", "default"} {
				m.take(part, name)
			}
		}
	}
	for _, part := range m.parts {
		for _, one := range part.members {
			if strings.HasPrefix(one.Name, "x-") || strings.HasPrefix(one.Name, "content") {
				m.take(part, one.Name)
			}
		}
	}
	return true
}

// scalar reports whether the value has no parts of its own: an example of one of the
// schemas is one of all then, or is found not to be.
func (m *merging) scalar() bool {
	t := m.out.Get("type").Text()
	return t != "" && t != "object" && t != "array"
}
