package source

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// merging writes what several schemas state together as one.
type merging struct {
	parts      []*Node
	join       func(a, b *Node) *Node
	schema2020 bool
	out        *Node
	// nullInDoubt tells that some of the parts allow null and others do not.
	nullInDoubt bool
	// conflict says why no value can be valid, where no schema was found for that.
	conflict string
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
	alone = Keywords2020
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
		if slices.ContainsFunc(apart, part.Has) || i > 0 && part.Has("x-contract") || inferredAllOf(part) {
			return false
		}
	}
	return m.onlyOne() && m.types() && m.enums() && m.fit() && m.members() && m.elements() && m.limits() && m.rest()
}

// contradict notes why no value can be valid, unless null is, and returns false.
func (m *merging) contradict(format string, args ...any) bool {
	if !slices.ContainsFunc(m.parts, func(part *Node) bool { return part.Get("nullable").True() }) {
		m.conflict = fmt.Sprintf(format, args...)
	}
	return false
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
			return m.contradict("type %s and type %s", strings.Join(all, " or "), strings.Join(names, " or "))
		}
		if len(both) < len(all) || slices.Contains(both, "integer") && slices.Contains(all, "number") {
			all, t.Value = both, typeNode(t.Value.place, both)
			m.put(t)
		}
	}
	if m.schema2020 { // where nullable says nothing, but many mean it
		m.nullInDoubt = m.parts[0].Get("nullable").True()
		return true
	}
	return m.nulls()
}

// nulls finds whether null is allowed, in OpenAPI 3.0.
func (m *merging) nulls() bool {
	nullable, not := 0, 0
	for _, part := range m.parts {
		switch {
		case part.Get("nullable").True():
			nullable++
		case part.Has("type"), part.Has("enum"), part.Has("const"):
			not++
		case slices.ContainsFunc(alone, part.Has):
			return len(m.given("nullable")) == 0
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
		case name == "number" && slices.Contains(b, "integer") && !slices.Contains(a, "integer"):
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

// enums finds the values that all schemas list. Of several lists, only such as hold
// scalars of one kind are compared: others may be read otherwise than they are written.
func (m *merging) enums() bool {
	all := m.given("enum")
	if len(all) == 0 {
		return true
	}
	m.put(all[0])
	if len(all) > 1 {
		if !oneKind(all) {
			return false
		}
		both := slices.Clone(all[0].Value.items)
		for _, e := range all[1:] {
			listed := map[string]string{}
			for _, item := range e.Value.items {
				listed[valueOf(item)] = item.text
			}
			for _, item := range both {
				if text, ok := listed[valueOf(item)]; ok && text != item.text {
					return false // the same number, or as good as
				}
			}
			both = slices.DeleteFunc(both, func(item *Node) bool { _, ok := listed[valueOf(item)]; return !ok })
		}
		if len(both) == 0 {
			return m.contradict("no value is in each enum")
		}
		m.put(Member{Name: "enum", Value: newSequence(all[0].Value.place, both...), at: all[0].at})
	}
	return m.oneOfEnum()
}

// oneOfEnum leaves an enum out where a const states one of its texts.
func (m *merging) oneOfEnum() bool {
	is := m.given("const")
	if len(is) == 0 {
		return true
	}
	value := is[0].Value
	if value.Kind() != String || !slices.ContainsFunc(m.out.Get("enum").Items(), func(item *Node) bool {
		return item.Kind() == String && item.text == value.text
	}) {
		return false
	}
	m.out = m.out.without("enum")
	return true
}

// oneKind reports whether all values are scalars of one kind, or null.
func oneKind(enums []Member) bool {
	var kind Kind
	for _, e := range enums {
		for _, item := range e.Value.items {
			switch {
			case item.Kind() == Null:
			case item.Kind() == Mapping, item.Kind() == Sequence, kind != 0 && kind != item.Kind():
				return false
			default:
				kind = item.Kind()
			}
		}
	}
	return true
}

// valueOf is the same for numbers that may be the same, else a scalar's text.
func valueOf(n *Node) string {
	if n.Kind() != Number {
		return n.Kind().String() + n.text
	}
	f, _ := strconv.ParseFloat(n.text, 64)
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// fit reports whether some listed value has a type that another schema states.
func (m *merging) fit() bool {
	if !m.out.Has("type") {
		return true
	}
	types := typesOf(m.out.Get("type"))
	for _, part := range m.parts {
		if part.Has("type") && slices.Equal(typesOf(part.Get("type")), types) && (part.Has("enum") || part.Has("const")) {
			return true
		}
	}
	values := slices.Clone(m.out.Get("enum").Items())
	for _, is := range m.given("const") {
		values = append(values, is.Value)
	}
	if len(values) == 0 || slices.ContainsFunc(values, func(n *Node) bool { return fits(n, types) }) {
		return true
	}
	return m.contradict("type %s, and no such value is listed", strings.Join(types, " or "))
}

// fits reports whether a value has one of some types.
func fits(n *Node, types []string) bool {
	if n.Kind() == Number {
		f, _ := strconv.ParseFloat(n.text, 64)
		return slices.Contains(types, "number") || slices.Contains(types, "integer") && f == math.Trunc(f)
	}
	name := map[Kind]string{Null: "null", Bool: "boolean", String: "string", Sequence: "array", Mapping: "object"}[n.Kind()]
	return slices.Contains(types, name)
}

// literal is a value in JSON.
func literal(n *Node) string {
	w := encoder{limit: maxEncoded}
	w.node(n)
	return string(w.data)
}

// members merges what is said of the members of objects.
func (m *merging) members() bool {
	properties, required := m.given("properties"), m.given("required")
	if len(properties) > 0 {
		first := properties[0]
		first.Value = m.properties(properties)
		m.put(first)
	}
	if !m.others() {
		return false
	}
	if len(required) > 0 {
		var names []*Node
		known := map[string]bool{}
		for _, r := range required {
			for _, name := range r.Value.items {
				if !known[name.text] {
					names = append(names, name)
				}
				known[name.text] = true
			}
		}
		first := required[0]
		first.Value = newSequence(first.Value.place, names...)
		m.put(first)
	}
	return true
}

// properties merges what is said of listed members.
func (m *merging) properties(given []Member) *Node {
	if len(given) == 1 {
		return given[0].Value
	}
	var members []Member
	index := map[string]int{}
	for _, p := range given {
		for _, one := range p.Value.members {
			if i, ok := index[one.Name]; ok {
				members[i].Value = m.join(members[i].Value, one.Value)
				continue
			}
			index[one.Name] = len(members)
			members = append(members, one)
		}
	}
	return newMapping(given[0].Value.place, members...)
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
		if open := m.given("additionalProperties"); len(open) > 0 {
			m.put(open[0]) // to unevaluatedProperties around, all are spoken of
		}
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
			one.Value = m.join(have.Value, one.Value)
		}
		m.put(one)
	}
	return true
}

// rest merges what is left.
func (m *merging) rest() bool {
	if !m.same() {
		return false
	}
	for _, name := range anyTrue {
		for _, one := range m.given(name) {
			if one.Value.True() || !m.out.Has(name) {
				m.put(one)
			}
		}
	}
	m.annotations()
	return m.differ(Chosen) < 2 || m.parts[0].Has(Chosen)
}

// same merges the keywords that have to be the same wherever they are given.
func (m *merging) same() bool {
	for _, name := range alike {
		for i, one := range m.given(name) {
			if i == 0 {
				m.put(one)
			} else if literal(one.Value) != literal(m.out.Get(name)) {
				return name == "const" && m.otherConst(m.out.Get(name), one.Value)
			}
		}
	}
	return true
}

// otherConst notes that two constants contradict each other, if they are known not
// to be equal.
func (m *merging) otherConst(a, b *Node) bool {
	if a.Kind() == Mapping || a.Kind() == Sequence || a.Kind() == b.Kind() && valueOf(a) == valueOf(b) {
		return false
	}
	return m.contradict("const %s and const %s", literal(a), literal(b))
}

// annotations takes over what says nothing of which values are valid.
func (m *merging) annotations() {
	for _, name := range forWhole {
		m.take(m.parts[0], name)
	}
	for _, part := range m.parts[1:] {
		if m.scalar() || m.alone(part) {
			for _, name := range []string{"example", "examples", "default"} {
				m.take(part, name)
			}
		}
	}
	for _, part := range m.parts {
		for _, one := range part.members {
			if isExtension(one.Name) || strings.HasPrefix(one.Name, "content") {
				m.take(part, one.Name)
			}
		}
	}
}

// differ counts the texts that a keyword has.
func (m *merging) differ(name string) int {
	texts := map[string]bool{}
	for _, one := range m.given(name) {
		texts[one.Value.Text()] = true
	}
	return len(texts)
}

// alone reports whether no other schema says which values are valid.
func (m *merging) alone(part *Node) bool {
	for _, other := range m.parts {
		if other != part && slices.ContainsFunc(other.members, func(one Member) bool {
			return !isExtension(one.Name) && !slices.Contains(forWhole, one.Name) && !slices.Contains(flags, one.Name)
		}) {
			return false
		}
	}
	return true
}

// flags are keywords that do not say which values are valid, but for null.
var flags = []string{"readOnly", "writeOnly", "deprecated", "nullable"}

// scalar reports whether the value has no parts of its own: an example of one of the
// schemas is one of all then, or is found not to be.
func (m *merging) scalar() bool {
	t := m.out.Get("type").Text()
	return t != "" && t != "object" && t != "array"
}

// limits finds the limits that allow least.
func (m *merging) limits() bool {
	ok := true
	for _, name := range lowest {
		ok = ok && m.limit(name, true)
	}
	for _, name := range highest {
		ok = ok && m.limit(name, false)
	}
	if m.schema2020 {
		return ok && m.limit("minimum", true) && m.limit("maximum", false) && m.limit("exclusiveMinimum", true) && m.limit("exclusiveMaximum", false)
	}
	return ok && m.flagged("minimum", "exclusiveMinimum", true) && m.flagged("maximum", "exclusiveMaximum", false)
}

// limit reports whether it is known which of the limits allows least.
func (m *merging) limit(name string, low bool) bool {
	for i, one := range m.given(name) {
		less, sure := 1, true
		if i > 0 {
			less, sure = beyond(one.Value, m.out.Get(name), low)
		}
		if !sure {
			return false
		}
		if less > 0 {
			m.put(one)
		}
	}
	return true
}

// flagged is limit for one that a flag beside it makes exclusive.
func (m *merging) flagged(name, flag string, low bool) bool {
	for _, part := range m.parts {
		one, ok := part.Member(name)
		if !ok {
			continue
		}
		less, sure := 1, true
		if have := m.out.Get(name); have != nil {
			less, sure = beyond(one.Value, have, low)
		}
		exclusive, is := part.Member(flag)
		switch {
		case !sure:
			return false
		case less > 0:
			m.put(one)
			if m.out = m.out.without(flag); is {
				m.put(exclusive)
			}
		case less == 0 && is && exclusive.Value.True():
			m.put(exclusive)
		}
	}
	return true
}

// beyond tells whether a limit allows less than another, 1, as much, 0, or more, -1.
// sure is false for numbers that are not told apart.
func beyond(a, b *Node, low bool) (less int, sure bool) {
	x, _ := strconv.ParseFloat(a.Text(), 64)
	y, _ := strconv.ParseFloat(b.Text(), 64)
	if !low {
		x, y = y, x
	}
	return cmp.Compare(x, y), x != y || a.Text() == b.Text()
}
