package source

import (
	"net/url"
	"slices"
	"strings"
)

// maker makes a mapping.
type maker struct {
	at      place
	members []Member
}

// put adds a member, unless the value is nil, with the place of its key.
func (m *maker) put(name string, at place, value *Node) {
	if value != nil {
		m.members = append(m.members, Member{Name: name, Value: value, at: at})
	}
}

// move adds a member of a mapping under another name, if there is one.
func (m *maker) move(from *Node, name, as string) {
	if old, ok := from.Member(name); ok {
		m.put(as, old.at, old.Value)
	}
}

// rest adds the members of a mapping but for some.
func (m *maker) rest(from *Node, but ...string) {
	there := make(map[string]bool, len(m.members)+len(but))
	for _, name := range but {
		there[name] = true
	}
	for _, own := range m.members {
		there[own.Name] = true
	}
	for _, old := range from.Members() {
		if !there[old.Name] {
			m.members = append(m.members, old)
		}
	}
}

// done returns the mapping; of members with one name, the first.
func (m *maker) done() *Node {
	seen := map[string]bool{}
	m.members = slices.DeleteFunc(m.members, func(n Member) bool {
		again := seen[n.Name]
		seen[n.Name] = true
		return again
	})
	return newMapping(m.at, m.members...)
}

// some is done for what is left out when it is empty.
func (m *maker) some() *Node {
	if len(m.members) == 0 {
		return nil
	}
	return m.done()
}

// converter2 turns a Swagger 2.0 tree into one of OpenAPI 3.0. Each value keeps the
// place of what it was made of.
type converter2 struct {
	*problems

	root               *Node
	consumes, produces []*Node
	schemas            map[*Node]*Node // that were converted
}

// convert returns a bundled Swagger 2.0 tree as one of OpenAPI 3.0.3.
func convert(root *Node, found *problems) *Node {
	c := &converter2{
		problems: found, root: root, consumes: root.Get("consumes").Items(), produces: root.Get("produces").Items(), schemas: map[*Node]*Node{},
	}
	version, ok := root.Member("swagger")
	if !ok {
		version, _ = root.Member("openapi")
	}
	m := &maker{at: root.place}
	m.put("openapi", version.at, newText(version.Value.place, V20.canonical()))
	m.move(root, "info", "info")
	m.put("servers", root.place, c.servers())
	if paths, ok := root.Member("paths"); ok {
		m.put("paths", paths.at, each(paths.Value, c.path))
	}
	m.put("components", root.place, c.components())
	m.rest(root, "swagger", "host", "basePath", "schemes", "consumes", "produces", "definitions", "parameters", "responses", "securityDefinitions")
	return m.done()
}

// each converts the values of a mapping. Extensions stay.
func each(n *Node, convert func(*Node) *Node) *Node {
	if n.Kind() != Mapping {
		return n
	}
	m := &maker{at: n.place}
	for _, old := range n.members {
		if isExtension(old.Name) && old.Value.Kind() != Mapping {
			m.members = append(m.members, old)
			continue
		}
		m.put(old.Name, old.at, convert(old.Value))
	}
	return m.done()
}

// maxSchemes bounds the schemes that are read; there are four.
const maxSchemes = 10

// servers makes those of host, basePath and schemes (Swagger 2.0, section
// "Swagger Object"); nil leaves them open.
func (c *converter2) servers() *Node {
	base, _ := c.root.Member("basePath")
	host, _ := c.root.Member("host")
	return c.serversOf(host.Value, base.Value, c.root.Get("schemes"))
}

func (c *converter2) serversOf(host, base, schemes *Node) *Node {
	name, path := strings.TrimSuffix(host.Text(), "/"), base.Text()
	if path != "" && !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	if before, after, ok := strings.Cut(name, "://"); ok { // a URL, though it should be a host
		name = after
		_ = before
	}
	if name == "" {
		if path == "" {
			return nil
		}
		return newSequence(base.place, server(base.place, path))
	}
	if path == "" {
		path = "/"
	}
	items := []*Node{}
	for _, scheme := range schemes.Items()[:min(len(schemes.Items()), maxSchemes)] {
		if scheme.Kind() == String {
			items = append(items, server(host.place, scheme.text+"://"+name+path))
		}
	}
	if len(items) == 0 {
		items = append(items, server(host.place, (&url.URL{Scheme: "https", Host: name, Path: path}).String()))
	}
	return newSequence(host.place, items...)
}

func server(at place, u string) *Node { return newMapping(at, member("url", newText(at, u))) }

// components makes those of definitions, parameters, responses and
// securityDefinitions.
func (c *converter2) components() *Node {
	m := &maker{at: c.root.place}
	if old, ok := c.root.Member("definitions"); ok {
		m.put("schemas", old.at, each(old.Value, c.schema))
	}
	if old, ok := c.root.Member("parameters"); ok && old.Value.Kind() == Mapping {
		parameters, bodies := &maker{at: old.Value.place}, &maker{at: old.Value.place}
		for _, p := range old.Value.members {
			switch p.Value.Get("in").Text() {
			case "body":
				bodies.put(p.Name, p.at, c.body(p.Value, c.consumes))
			case "formData": // becomes a part of the bodies that use it
			default:
				parameters.put(p.Name, p.at, c.parameter(p.Value))
			}
		}
		m.put("parameters", old.at, parameters.some())
		m.put("requestBodies", old.at, bodies.some())
	}
	if old, ok := c.root.Member("responses"); ok {
		m.put("responses", old.at, each(old.Value, func(n *Node) *Node { return c.response(n, c.produces) }))
	}
	if old, ok := c.root.Member("securityDefinitions"); ok {
		m.put("securitySchemes", old.at, each(old.Value, c.securityScheme))
	}
	return m.some()
}

// path converts a path item. Its parameters for bodies go to each operation.
func (c *converter2) path(n *Node) *Node {
	if n.Kind() != Mapping {
		return n
	}
	shared, inBodies := c.split(n.Get("parameters"))
	m := &maker{at: n.place}
	for _, old := range n.members {
		switch {
		case old.Name == "parameters":
			m.put(old.Name, old.at, shared)
		case slices.Contains(Methods, old.Name) && old.Value.Kind() == Mapping:
			m.put(old.Name, old.at, c.operation(old.Value, inBodies))
		default:
			m.members = append(m.members, old)
		}
	}
	return m.done()
}

// split converts the parameters that stay, and returns those that go to the body,
// with references to them replaced by what they lead to.
func (c *converter2) split(list *Node) (stay *Node, inBodies []*Node) {
	if list.Kind() != Sequence {
		return list, nil
	}
	kept := []*Node{}
	for _, p := range list.items {
		target := c.target(p)
		switch in := target.Get("in").Text(); {
		case in == "body" || in == "formData":
			inBodies = append(inBodies, p)
		case target != p:
			kept = append(kept, rewritten(p, "#/components/parameters/"))
		default:
			kept = append(kept, c.parameter(p))
		}
	}
	if len(kept) == 0 {
		return nil, inBodies
	}
	return newSequence(list.place, kept...), inBodies
}

// target returns the component that a reference leads to, or the value itself. All
// references lead to components of the right kind here.
func (c *converter2) target(n *Node) *Node {
	if ref, ok := refOf(n); ok {
		if found, rest := c.root.walk(strings.TrimPrefix(ref, "#"), true); rest == "" && found.Kind() == Mapping {
			return found
		}
	}
	return n
}

// rewritten returns a reference that leads to the same name of a section.
func rewritten(n *Node, section string) *Node {
	ref := n.Get("$ref")
	return n.with("$ref", newText(ref.place, section+ref.text[strings.LastIndexByte(ref.text, '/')+1:]))
}

func (c *converter2) operation(n *Node, shared []*Node) *Node {
	consumes, produces := c.consumes, c.produces
	if own := n.Get("consumes"); own.Kind() == Sequence {
		consumes = own.items
	}
	if own := n.Get("produces"); own.Kind() == Sequence {
		produces = own.items
	}
	stay, inBodies := c.split(n.Get("parameters"))
	m := &maker{at: n.place}
	for _, old := range n.members {
		switch old.Name {
		case "parameters":
			m.put(old.Name, old.at, stay)
			m.put("requestBody", old.at, c.requestBody(c.overriding(shared, inBodies), consumes))
		case "responses":
			m.put(old.Name, old.at, each(old.Value, func(r *Node) *Node { return c.usedResponse(r, produces) }))
		case "schemes":
			m.put("servers", old.at, c.serversOf(c.root.Get("host"), c.root.Get("basePath"), old.Value))
		case "consumes", "produces":
		default:
			m.members = append(m.members, old)
		}
	}
	if !n.Has("parameters") && len(shared) > 0 {
		m.put("requestBody", shared[0].place, c.requestBody(shared, consumes))
	}
	if len(produces) > 0 {
		m.put(Produces, n.place, newSequence(n.place, mediaTypes(produces, "*/*", n.place)...))
	}
	return m.done()
}

// overriding returns the parameters of a path and those of an operation, of which
// one for the same place counts instead.
func (c *converter2) overriding(shared, own []*Node) []*Node {
	id := func(n *Node) string {
		t := c.target(n)
		if t.Get("in").Text() == "body" {
			return "body"
		}
		return "form " + t.Get("name").Text()
	}
	there := make(map[string]bool, len(own))
	for _, o := range own {
		there[id(o)] = true
	}
	all := slices.DeleteFunc(slices.Clone(shared), func(s *Node) bool { return there[id(s)] })
	return append(all, own...)
}

// usedResponse converts the response of an operation. One that is a component
// stays a reference, unless it would have other media types.
func (c *converter2) usedResponse(n *Node, produces []*Node) *Node {
	target := c.target(n)
	if target == n || n.Kind() != Mapping {
		return c.response(n, produces)
	}
	same := slices.EqualFunc(produces, c.produces, func(a, b *Node) bool { return a.Text() == b.Text() })
	if same || !target.Has("schema") && !target.Has("examples") {
		return rewritten(n, "#/components/responses/")
	}
	return c.response(target, produces)
}
