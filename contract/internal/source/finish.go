package source

import (
	"slices"
	"strings"
)

// finish makes the names of components ones that OpenAPI allows, and leaves out
// what refers to a component that was left out.
func (c *cleaner) finish(root *Node) *Node {
	for range 10 { // what was left out can leave others without a target
		c.visits = 0
		f := &finisher{cleaner: c, root: root, renamed: map[string]map[string]string{}}
		f.rename()
		made := f.node(root, c.grammar.root)
		if !f.changed {
			return made
		}
		root = made
	}
	return root
}

type finisher struct {
	*cleaner
	counters

	root    *Node
	renamed map[string]map[string]string // by section, from the old name
	changed bool
}

// rename finds new names for components (OpenAPI 3.0, section 4.7.7: letters,
// digits, ".", "-" and "_").
func (f *finisher) rename() {
	components := f.root.Get("components")
	taken := map[string]bool{}
	f.counters = counters{}
	for _, section := range components.Members() {
		for _, m := range section.Value.Members() {
			if m.Name != "" && !notInNames.MatchString(m.Name) || isExtension(section.Name) {
				continue
			}
			base := strings.Trim(notInNames.ReplaceAllString(m.Name, "_"), "_")
			if base == "" {
				base = "component"
			}
			name := f.free(base, func(name string) bool { return section.Value.Has(name) || taken[section.Name+"/"+name] })
			taken[section.Name+"/"+name] = true
			if f.renamed[section.Name] == nil {
				f.renamed[section.Name] = map[string]string{}
			}
			f.renamed[section.Name][m.Name] = name
			f.changed = true
			if section.Name != "schemas" {
				f.note(m.At(), "it is called "+name, "the name %s has characters that the name of a component cannot have", quote(m.Name))
			}
		}
	}
}

// node returns a value with its references mended; nil if it is left out.
func (f *finisher) node(n *Node, s *shape) *Node {
	if s.form == anyForm || n.Len() == 0 {
		return n
	}
	if n.kind == Sequence {
		return f.items(n, s)
	}
	switch s.form {
	case mappingForm:
		return f.mapping(n)
	case eitherForm:
		s = s.each
	}
	if s.name == "a security requirement" {
		return f.requirement(n)
	}
	if ref, ok := refOf(n); ok && s.refers() {
		return f.reference(n, ref, s)
	}
	return f.members(n, s)
}

func (f *finisher) members(n *Node, s *shape) *Node {
	made := f.eachMember(n, func(m Member) *Node {
		field, _ := s.field(m.Name)
		return f.node(m.Value, field)
	})
	if s == f.grammar.root {
		return f.withoutLacking(made)
	}
	if len(f.trail) == 2 && f.trail[0].name == "components" {
		made = renamed(made, f.renamed[f.trail[1].name])
	}
	if made != n && (s.name == nameOperation || s.name == namePath) {
		made = absorb(made)
	}
	return made
}

// renamed returns a mapping with other names for some of its members.
func renamed(n *Node, names map[string]string) *Node {
	members := slices.Clone(n.members)
	changed := false
	for i, m := range members {
		if name := names[m.Name]; name != "" {
			members[i].Name = name
			changed = true
		}
	}
	if !changed {
		return n
	}
	return newMapping(n.place, members...)
}

func (f *finisher) items(n *Node, s *shape) *Node {
	if s.form == listForm {
		s = s.each
	}
	return f.eachItem(n, func(item *Node) *Node { return f.node(item, s) })
}

func (f *finisher) reference(n *Node, ref string, s *shape) *Node {
	pointer, local := strings.CutPrefix(ref, "#")
	section, name, ok := f.grammar.component(pointer)
	if !local || !ok || f.root.Get("components").Get(section).Get(name) == nil {
		return f.gone(n, s, !f.needed[[2]string{section, name}])
	}
	if name = f.renamed[section][name]; name == "" {
		return n
	}
	return n.with("$ref", newText(n.Get("$ref").place, f.grammar.reference(section, name)))
}

// gone returns what stands for a reference to a component that was left out. spare
// tells that requests can do without it.
func (f *finisher) gone(n *Node, s *shape, spare bool) *Node {
	f.changed = true
	m, _ := n.Member("$ref")
	why := "$ref " + quote(m.Value.Text()) + " leads to what was left out"
	switch {
	case spare && s.name == nameParameter:
		f.warn(m.At(), neverSent, "%s", why)
		return nil
	case spare && s.name == nameBody:
		f.warn(m.At(), "the request body is left out", "%s", why)
		return nil
	}
	f.warn(m.At(), s.lost, "%s", why)
	if s == f.grammar.schema {
		return newMapping(n.place)
	}
	return missed(s, n.place, why)
}

// mapping mends the mapping of a discriminator.
func (f *finisher) mapping(n *Node) *Node {
	members := slices.Clone(n.members)
	for i, m := range members {
		ref := m.Value.Text()
		if name := f.renamed["schemas"][ref]; name != "" {
			members[i].Value = newText(m.Value.place, name)
		} else if section, old, ok := f.grammar.component(strings.TrimPrefix(ref, "#")); ok && f.renamed[section][old] != "" {
			members[i].Value = newText(m.Value.place, f.grammar.reference(section, f.renamed[section][old]))
		}
	}
	members = slices.DeleteFunc(members, func(m Member) bool { return m.Value.Kind() != String })
	return newMapping(n.place, members...)
}

// requirement mends a security requirement, or leaves it out.
func (f *finisher) requirement(n *Node) *Node {
	schemes := f.root.Get("components").Get("securitySchemes")
	members := slices.Clone(n.members)
	for i, m := range members {
		if !schemes.Has(m.Name) {
			f.changed = true
			f.warn(m.At(), "requests are sent without it", "the security scheme %s was left out", quote(m.Name))
			return nil
		}
		if name := f.renamed["securitySchemes"][m.Name]; name != "" {
			members[i].Name = name
		}
	}
	return newMapping(n.place, members...)
}
