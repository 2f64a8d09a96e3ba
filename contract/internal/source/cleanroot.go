package source

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// mendRoot gives a description what it must have.
func mendRoot(c *cleaner, n *Node) *Node {
	version, ok := n.Member("openapi")
	if !ok {
		version, _ = n.Member("swagger")
		n = n.without("swagger")
	}
	n = n.with("openapi", newText(version.Value.place, c.version.canonical())).without("$self")
	n = n.with("info", c.info(n))
	if n.Get("paths").Kind() != Mapping && (!n.Has("webhooks") || !c.version.schema2020() || n.Has("paths")) {
		if !n.Has("paths") {
			c.warn(n.At(), "nothing is tested", "the description has no paths")
		}
		n = n.with("paths", newMapping(n.place))
	}
	if components := n.Get("components"); components.Kind() == Mapping { // these are written out where they are used
		n = n.with("components", components.without("pathItems", "mediaTypes"))
	}
	return n
}

// info returns the info of a description, with the title and version it must have.
func (c *cleaner) info(root *Node) *Node {
	info := root.Get("info")
	if info.Kind() != Mapping {
		c.note(root.At(), "", "the description has no info")
		info = newMapping(root.place)
	}
	for _, must := range [][2]string{{"title", "untitled"}, {"version", "0"}} {
		if info.Get(must[0]).Text() == "" {
			info = info.with(must[0], newText(info.place, must[1]))
		}
	}
	if license := info.Get("license"); license != nil && license.Get("name").Text() == "" {
		info = info.without("license")
	} else if license.Kind() == Mapping && (license.Has("url") || !c.version.schema2020()) {
		info = info.with("license", license.without("identifier"))
	}
	return info
}

// tidyRoot mends what takes a look at several parts of the description.
func tidyRoot(c *cleaner, n *Node) *Node {
	if paths, ok := n.Member("paths"); ok {
		c.within("paths", func() { n = n.with("paths", c.paths(paths.Value)) })
	}
	if d, ok := n.Member("jsonSchemaDialect"); ok {
		if u, err := url.Parse(d.Value.text); err != nil || u.Scheme == "" {
			n = n.without("jsonSchemaDialect")
		}
	}
	if tags, ok := n.Member("tags"); ok {
		seen := map[string]bool{}
		items := slices.DeleteFunc(slices.Clone(tags.Value.items), func(t *Node) bool {
			name := t.Get("name").Text()
			again := seen[name] || name == ""
			seen[name] = true
			return again
		})
		n = n.with("tags", newSequence(tags.Value.place, items...))
	}
	return c.documented(c.withoutLacking(n))
}

// withoutLacking leaves out the components that no request can be made with.
func (c *cleaner) withoutLacking(n *Node) *Node {
	components := n.Get("components")
	for _, section := range []string{"parameters", "requestBodies"} {
		for _, m := range components.Get(section).Members() {
			if m.Value.Has(Lacking) {
				c.needed[[2]string{section, m.Name}] = true
				components = components.with(section, components.Get(section).without(m.Name))
			}
		}
	}
	if components == n.Get("components") {
		return n
	}
	return n.with("components", components)
}

func tidyTag(c *cleaner, n *Node) *Node { return c.documented(n) }

var inBraces = regexp.MustCompile(`\{([^}]*)\}`)

// maxTemplated bounds the parameters in a path.
const maxTemplated = 100

// paths mends the paths: each begins with a slash, no two match the same, and what
// stands in braces is a parameter.
func (c *cleaner) paths(n *Node) *Node {
	m := &maker{at: n.place}
	seen := map[string]int{} // where the first of them is
	for _, p := range n.members {
		if isExtension(p.Name) {
			m.members = append(m.members, p)
			continue
		}
		if !strings.HasPrefix(p.Name, "/") {
			c.warn(p.At(), "it is read as /"+p.Name, "the path %s must begin with a slash", quote(p.Name))
			p.Name = "/" + p.Name
		}
		if plain := plainTemplate(p.Name); plain != p.Name {
			c.note(p.At(), "it is read as "+plain, "the path %s has more in braces than a name", quote(p.Name))
			p.Name = plain
		}
		if why := unroutable(p.Name); why != "" {
			c.warn(p.At(), "the path is left out: none of its operations is tested", "the path %s has %s", quote(p.Name), why)
			continue
		}
		same := inBraces.ReplaceAllString(p.Name, "{}")
		if first, ok := seen[same]; ok {
			c.warn(p.At(), "the path is left out: none of its operations is tested", "the path %s matches the same as %s",
				quote(p.Name), quote(m.members[first].Name))
			m.members[first].Value = withMethods(m.members[first].Value, p.Value)
			continue
		}
		seen[same] = len(m.members)
		c.within(p.Name, func() { p.Value = c.pathParameters(p.Name, p.Value) })
		m.members = append(m.members, p)
	}
	return m.done()
}

// unroutable says what a path has that no request can be made of, or "".
func unroutable(path string) string {
	names := templated(path)
	switch {
	case len(names) > maxTemplated:
		return fmt.Sprintf("more than %d parameters", maxTemplated)
	case slices.Contains(names, ""), slices.ContainsFunc(names, func(name string) bool { return strings.ContainsAny(name, "?#&/") }):
		return "braces without a name"
	case strings.Contains(inBraces.ReplaceAllString(path, ""), "?"):
		return "a ?, behind which nothing is of a path: write the query as parameters"
	default:
		return ""
	}
}

// plainTemplate leaves out of a path what some routers have behind the name of a
// parameter: {id:[0-9]{3}}, {rest*}, {rest+}.
func plainTemplate(path string) string {
	var b, name strings.Builder
	depth, named := 0, true // whether the name goes on
	for _, r := range path {
		switch {
		case r == '{' && depth == 0:
			named = true
			name.Reset()
		case r == '}' && depth == 1:
			b.WriteString("{" + strings.TrimRight(name.String(), "*+") + "}")
		case depth == 0:
			b.WriteRune(r)
		default:
			if named = named && r != ':' && r != '{'; named {
				name.WriteRune(r)
			}
		}
		switch {
		case r == '{':
			depth++
		case r == '}' && depth > 0:
			depth--
		}
	}
	if depth > 0 { // a brace that is none of a parameter
		return path
	}
	return b.String()
}

// templated returns the names in the braces of a path, each once.
func templated(path string) (names []string) {
	seen := map[string]bool{}
	for _, name := range inBraces.FindAllStringSubmatch(path, -1) {
		if !seen[name[1]] {
			seen[name[1]] = true
			names = append(names, name[1])
		}
	}
	return names
}

// pathParameters makes the parameters of a path those in its braces.
func (c *cleaner) pathParameters(path string, item *Node) *Node {
	wanted := templated(path)
	item, shared := c.inPath(path, item, wanted)
	for _, m := range item.members {
		if !slices.Contains(Methods, m.Name) && m.Name != "query" {
			continue
		}
		c.enter(m.Name)
		operation, own := c.inPath(path, m.Value, wanted)
		list := slices.Clone(operation.Get("parameters").Items())
		declared := len(list)
		for _, name := range wanted {
			if slices.Contains(shared, name) || slices.Contains(own, name) {
				continue
			}
			c.warn(m.At(), "it is taken for a text", "the path parameter %s is not declared", quote(name))
			made := newMapping(m.at, member("name", newText(m.at, name)), member("in", newText(m.at, "path")),
				member("required", newBool(m.at, true)), member("schema", newMapping(m.at, member("type", newText(m.at, "string")))))
			list = append(list, made)
		}
		if len(list) > declared {
			operation = operation.with("parameters", newSequence(m.at, list...))
		}
		c.leave()
		if operation != m.Value {
			item = item.with(m.Name, operation)
		}
	}
	return item
}

// inPath leaves out the path parameters that a path has no braces for, and returns
// the names of the others.
func (c *cleaner) inPath(path string, n *Node, wanted []string) (made *Node, names []string) {
	list, ok := n.Member("parameters")
	if !ok {
		return n, nil
	}
	items := make([]*Node, 0, len(list.Value.items))
	for _, p := range list.Value.items {
		t := c.target(p)
		name := t.Get("name").Text()
		if strings.EqualFold(t.Get("in").Text(), "path") {
			if !slices.Contains(wanted, name) {
				c.warn(p.At(), neverSent, "the path %s has no {%s}%s", path, name, c.offer(name, wanted))
				continue
			}
			names = append(names, name)
		}
		items = append(items, p)
	}
	switch len(items) {
	case len(list.Value.items):
		return n, names
	case 0:
		return n.without("parameters"), names
	}
	return n.with("parameters", newSequence(list.Value.place, items...)), names
}

// tidyServer mends a server: a URL, and a value for each variable in it.
func tidyServer(c *cleaner, n *Node) *Node {
	u := n.Get("url").Text()
	if u == "" {
		n = n.with("url", newText(n.place, "/"))
		u = "/"
	}
	variables := n.Get("variables")
	used := map[string]bool{}
	for _, name := range inBraces.FindAllStringSubmatch(u, -1) {
		used[name[1]] = true
		if !variables.Has(name[1]) {
			c.warn(n.At(), "the server is left out", "the server %s has no variable %s", u, quote(name[1]))
			return nil
		}
	}
	if strings.Count(u, "{") != strings.Count(u, "}") {
		c.warn(n.At(), "the server is left out", "the braces of the server %s do not fit", u)
		return nil
	}
	m := &maker{}
	for _, v := range variables.Members() {
		if !used[v.Name] {
			continue
		}
		if v.Value.Get("default").Text() == "" {
			values := v.Value.Get("enum").Items()
			if len(values) == 0 {
				c.warn(v.At(), "the server is left out", "the variable %s of the server has no default", quote(v.Name))
				return nil
			}
			v.Value = v.Value.with("default", values[0])
		}
		m.members = append(m.members, v)
	}
	if len(m.members) == len(variables.Members()) && variables != nil {
		m.at = variables.place
		return n.with("variables", m.done())
	}
	if m.at = n.place; len(m.members) == 0 {
		return n.without("variables")
	}
	return n.with("variables", m.done())
}
