package source

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// maxBundled bounds the values of a tree and of all that it refers to.
const maxBundled = 2 * maxNodes

// bundler makes every reference one to a component of the root. What other files
// hold, and what stands at an odd place of the root, becomes a component.
type bundler struct {
	resolver
	trail
	counters

	root  *Node
	names map[placed]string          // of components
	taken map[string]map[string]bool // names, by section
	added map[string][]Member        // components, by section
	queue []hoisted                  // components that are not made yet
	open  map[*Node]bool             // what is replaced by its target right now
	again map[placed]*Node           // a component that is another one
	made  int                        // values that were looked at
	sizes map[*Node]int              // of what is not looked into
}

// placed is a value as a component.
type placed struct {
	node    *Node
	section string
}

// hoisted is a value that becomes a component.
type hoisted struct {
	placed

	name     string
	resource *Node
}

// bundle returns the tree of a file with all references in it made local.
func bundle(l *library, file *File, g *grammar) (*Node, *Error) {
	b := &bundler{
		resolver: resolver{library: l, grammar: g}, root: file.Root, names: map[placed]string{}, taken: map[string]map[string]bool{},
		added: map[string][]Member{}, open: map[*Node]bool{}, counters: counters{}, sizes: map[*Node]int{}, again: map[placed]*Node{},
	}
	b.prepare()
	root := b.members(file.Root, g.root)
	for len(b.queue) > 0 {
		next := b.queue[0]
		b.queue = b.queue[1:]
		b.resource = next.resource
		b.trail = nil
		for _, name := range append(g.where(next.section), next.name) {
			b.enter(name)
		}
		made := b.node(next.node, g.sections[next.section])
		if made == nil {
			made = newMapping(next.node.place)
		}
		b.added[next.section] = append(b.added[next.section], Member{Name: next.name, Value: made, at: next.node.place})
	}
	if b.made > maxBundled {
		return nil, tooManyWritten(file.Root)
	}
	return b.withAdded(root), nil
}

func tooManyWritten(root *Node) *Error {
	return fatal(root.At(), "the description has more than %d values when its references are written out", maxBundled)
}

// prepare gives the components of the root their names. A component that is a
// reference to another file gives its name to what it refers to.
func (b *bundler) prepare() {
	var references []hoisted
	for _, section := range sortedKeys(b.grammar.sections) {
		b.taken[section] = map[string]bool{}
		at := b.root
		for _, name := range b.grammar.where(section) {
			at = at.Get(name)
			if ref, ok := refOf(at); ok {
				at, _ = b.resolve(at, ref)
			}
		}
		for _, m := range at.Members() {
			b.taken[section][m.Name] = true
			c := hoisted{placed: placed{m.Value, section}, name: m.Name}
			if b.pure(m.Value, b.grammar.sections[section]) {
				references = append(references, c)
			} else if b.names[c.placed] == "" {
				b.names[c.placed] = m.Name
			}
		}
	}
	for _, c := range references {
		target, why := b.follow(c.node, b.grammar.sections[c.section])
		if why == "" && b.names[placed{target, c.section}] == "" {
			b.names[placed{target, c.section}] = c.name
			b.again[c.placed] = target
		}
	}
}

// withAdded adds the components that were made.
func (b *bundler) withAdded(root *Node) *Node {
	for _, section := range sortedKeys(b.added) {
		parents := []*Node{root}
		for _, name := range b.grammar.where(section) {
			next := parents[len(parents)-1].Get(name)
			if next.Kind() != Mapping {
				next = newMapping(root.place)
			}
			parents = append(parents, next)
		}
		last := parents[len(parents)-1]
		made := newMapping(last.place, append(slices.Clone(last.members), b.added[section]...)...)
		for i, name := range slices.Backward(b.grammar.where(section)) {
			made = parents[i].with(name, made)
		}
		root = made
	}
	return root
}

// node returns a value with all references below it made local. nil means that
// it is left out.
func (b *bundler) node(n *Node, s *shape) *Node {
	if s.form == anyForm {
		b.made += b.size(n)
	}
	if b.made++; b.made > maxBundled || s.form == anyForm || n.Len() == 0 {
		return n
	}
	if s.form == mappingForm {
		return b.mapping(n, s.each)
	}
	if n.kind == Sequence {
		return b.items(n, s)
	}
	if s.form == eitherForm {
		s = s.each
	}
	if _, ok := refOf(n); ok {
		switch s.form {
		case objectForm, mapForm, schemaForm, listForm:
			return b.reference(n, s)
		}
	}
	if s == b.grammar.schema && b.grammar.version.schema2020() && n.Get("$id").Kind() == String {
		defer func(outer *Node) { b.resource = outer }(b.resource)
		b.resource = n
	}
	return b.members(n, s)
}

// size returns the number of values below one.
func (b *bundler) size(n *Node) int {
	if n.Len() == 0 {
		return 0
	}
	if size, ok := b.sizes[n]; ok {
		return size
	}
	size := n.Len()
	for _, m := range n.members {
		size += b.size(m.Value)
	}
	for _, item := range n.items {
		size += b.size(item)
	}
	b.sizes[n] = size
	return size
}

func (b *bundler) members(n *Node, s *shape) *Node {
	return b.eachMember(n, func(m Member) *Node {
		field, _ := s.field(m.Name)
		return b.node(m.Value, field)
	})
}

func (b *bundler) items(n *Node, s *shape) *Node {
	if s.form == listForm {
		s = s.each
	}
	return b.eachItem(n, func(item *Node) *Node { return b.node(item, s) })
}

// reference returns what stands in the place of a reference.
func (b *bundler) reference(n *Node, s *shape) *Node {
	if target := b.again[placed{n, s.section}]; target != nil { // a component that gave its name away
		return b.node(target, s)
	}
	ref, _ := refOf(n)
	target, why := b.follow(n, s)
	if why != "" {
		b.add(Problem{
			Severity: Warning, At: b.refAt(n), Pointer: b.pointer(), Cost: orLost(s),
			Message: fmt.Sprintf("$ref %s leads nowhere: %s", quote(ref), why),
		})
		if s != b.grammar.schema {
			return missed(s, n.place, "$ref "+quote(ref)+" leads nowhere")
		}
		if b.grammar.version.schema2020() {
			return b.members(n.without("$ref"), s)
		}
		return newMapping(n.place)
	}
	if s.section == "" {
		return b.replaced(n, target, s)
	}
	name := b.named(target, ref, s.section)
	local := newText(n.Get("$ref").place, b.grammar.reference(s.section, name))
	return b.beside(n, local, s)
}

// maxChain bounds references that lead to references.
const maxChain = 20

// follow returns what a chain of references ends at, or why it ends nowhere.
func (b *bundler) follow(n *Node, s *shape) (*Node, string) {
	seen := map[*Node]bool{}
	for {
		switch {
		case seen[n]:
			return nil, "it leads back to itself"
		case len(seen) > maxChain:
			return nil, fmt.Sprintf("it leads through more than %d references", maxChain)
		}
		seen[n] = true
		ref, _ := refOf(n)
		if why := b.wrongSection(ref, s); why != "" {
			return nil, why
		}
		target, why := b.resolve(n, ref)
		switch {
		case why != "":
			return nil, why
		case target.Kind() == Mapping, s.section == "" && target.Kind() == Sequence:
		case s == b.grammar.schema && target.Kind() == Bool && b.grammar.version.schema2020():
			return target, ""
		default:
			return nil, fmt.Sprintf("there is %s, and %s is a mapping", target.Kind(), s.name)
		}
		if !b.pure(target, s) {
			return target, ""
		}
		n = target
	}
}

// wrongSection says that a reference leads to a component of another kind.
func (b *bundler) wrongSection(ref string, s *shape) string {
	pointer, local := strings.CutPrefix(ref, "#")
	section, _, ok := b.grammar.component(pointer)
	if !local || !ok || s.section == "" || section == s.section {
		return ""
	}
	return fmt.Sprintf("that is %s, and %s is wanted", b.grammar.sections[section].name, s.name)
}

// replaced puts a target in the place of a reference, with what stands beside it.
func (b *bundler) replaced(n, target *Node, s *shape) *Node {
	if b.open[target] {
		b.add(Problem{
			Severity: Warning, At: b.refAt(n), Pointer: b.pointer(), Cost: orLost(s), Message: "$ref leads back to what it stands in",
		})
		return nil
	}
	b.open[target] = true
	defer delete(b.open, target)
	made := b.node(target, s)
	if made.Kind() != Mapping || n.Len() == 1 {
		return made
	}
	own := b.members(n.without("$ref"), s)
	return newMapping(made.place, mergeInto(slices.Clone(own.members), made.members)...)
}

func (b *bundler) refAt(n *Node) (at location) {
	m, _ := n.Member("$ref")
	return m.At()
}

// mapping makes the references in a discriminator's mapping local. What names a
// component stays.
func (b *bundler) mapping(n *Node, s *shape) *Node {
	members := make([]Member, 0, len(n.members))
	for _, m := range n.members {
		ref := m.Value.Text()
		if m.Value.Kind() == String && (strings.ContainsAny(ref, "#/") || isFile(ref)) {
			holder := newMapping(m.Value.place, member("$ref", m.Value))
			b.enter(m.Name)
			target, why := b.follow(holder, s)
			if why != "" {
				b.add(Problem{
					Severity: Warning, At: m.At(), Pointer: b.pointer(), Cost: "this value of the discriminator is left out",
					Message: fmt.Sprintf("%s leads nowhere: %s", quote(ref), why),
				})
				b.leave()
				continue
			}
			b.leave()
			m.Value = newText(m.Value.place, b.grammar.reference(s.section, b.named(target, ref, s.section)))
		}
		members = append(members, m)
	}
	return newMapping(n.place, members...)
}

func isFile(ref string) bool {
	return slices.Contains([]string{".json", ".yaml", ".yml"}, path.Ext(ref))
}

// named returns the name of a value as a component, and makes it one.
func (b *bundler) named(target *Node, ref, section string) string {
	key := placed{target, section}
	if name := b.names[key]; name != "" {
		return name
	}
	name := b.free(nameOf(ref), func(name string) bool { return b.taken[section][name] })
	b.taken[section][name] = true
	b.names[key] = name
	b.queue = append(b.queue, hoisted{placed: key, name: name, resource: b.around(target)})
	return name
}

// around returns the schema with an identifier that a target is, or stands in as
// far as is known.
func (b *bundler) around(target *Node) *Node {
	switch {
	case target.Get("$id").Kind() == String:
		return target
	case b.resource != nil && target.file == b.resource.file:
		return b.resource
	default:
		return nil
	}
}

var (
	notInNames = regexp.MustCompile(`[^A-Za-z0-9._-]+`)
	vagueNames = regexp.MustCompile(`^(|[0-9]+|schema|items|allOf|oneOf|anyOf|not|additionalProperties|index)$`)
)

// nameOf makes the name of a component from the reference to it: the last name
// that says something, of the fragment or else of the file.
func nameOf(ref string) string {
	locator, fragment, _ := strings.Cut(ref, "#")
	parts := strings.Split(strings.TrimSuffix(locator, path.Ext(locator)), "/")
	parts = append(parts, strings.Split(fragment, "/")...)
	vague := ""
	for _, part := range slices.Backward(parts) {
		part = strings.Trim(notInNames.ReplaceAllString(unescape(part, true), "_"), "_")
		if !vagueNames.MatchString(part) {
			return part + vague
		}
		if part != "" {
			vague = "_" + part + vague
		}
	}
	return "component" + vague
}

// annotating are the keys beside the $ref of a schema that say nothing of which
// values are valid, nor of when one is sent. They are dropped.
var annotating = []string{"title", "$comment", "externalDocs", "deprecated", "xml"}

// siblings splits what stands beside a $ref: what may stay there, what has to be
// combined with it, and what the version says to ignore.
func (b *bundler) siblings(n *Node, s *shape) (stay, combine, ignored []Member) {
	for _, m := range n.members {
		switch {
		case m.Name == "$ref":
		case isExtension(m.Name), m.Name == "summary", m.Name == "description":
			stay = append(stay, m)
		case s != b.grammar.schema:
			ignored = append(ignored, m)
		case slices.Contains(dropped2020, m.Name):
		case slices.Contains(annotating, m.Name):
		case b.grammar.version == V30 && m.Name == "nullable" && !m.Value.True():
		case b.grammar.version.schema2020(), b.grammar.version == V30 && m.Name == "nullable", meantBeside(m):
			combine = append(combine, m)
		default:
			ignored = append(ignored, m)
		}
	}
	return stay, combine, ignored
}

// meantBeside tells what stands beside references so often, and is meant, that to
// ignore it would demand members that nobody sends. It says nothing of values.
func meantBeside(m Member) bool {
	return (m.Name == "readOnly" || m.Name == "writeOnly") && m.Value.True()
}

// pure reports whether a value is a reference that means what it leads to and
// nothing else.
func (b *bundler) pure(n *Node, s *shape) bool {
	_, ok := refOf(n)
	_, combine, _ := b.siblings(n, s)
	return ok && len(combine) == 0
}

// beside returns a reference with what stands beside it. Beside the reference of a
// schema all keywords apply in JSON Schema 2020-12 (section 8.2.3.1); OpenAPI 3.0
// ignores them (section 4.7.23), but for those that so many mean: nullable, readOnly
// and writeOnly.
func (b *bundler) beside(n, local *Node, s *shape) *Node {
	key, _ := n.Member("$ref")
	key.Value = local
	stay, combine, ignored := b.siblings(n, s)
	if len(ignored) > 0 {
		names := make([]string, len(ignored))
		for i, m := range ignored {
			names[i] = m.Name
		}
		b.add(Problem{
			Severity: Note, At: ignored[0].At(), Pointer: b.pointer(), Cost: "it is ignored",
			Message: fmt.Sprintf("%s beside $ref says nothing in OpenAPI %s", strings.Join(names, ", "), b.grammar.version),
		})
	}
	if len(combine) == 0 {
		return newMapping(n.place, append([]Member{key}, stay...)...)
	}
	// A schema of its own: allOf with the reference, and the siblings.
	own := b.members(newMapping(n.place, append(combine, stay...)...), s)
	reference := newMapping(local.place, key)
	parts := append([]*Node{reference}, own.Get("allOf").Items()...)
	return own.with("allOf", newSequence(local.place, parts...))
}

// dropped2020 are the keywords that only references need, which are all resolved.
var dropped2020 = []string{"$id", "$anchor", "$dynamicAnchor", "$defs", "$schema", "definitions"}
