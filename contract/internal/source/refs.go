package source

import (
	"fmt"
	"net/url"
	"strings"
)

// resolver finds what references mean.
type resolver struct {
	*library

	grammar *grammar
	// resource is the schema around with an identifier of its own, which is what
	// fragments are relative to (JSON Schema 2020-12, section 8.2.1); or nil.
	resource *Node
	hops     int // references that are being followed on the way of others
}

// refOf returns the reference that a mapping is.
func refOf(n *Node) (ref string, ok bool) {
	r := n.Get("$ref")
	return r.Text(), r.Kind() == String
}

// resolve returns what a reference of a holder leads to, or why it leads nowhere.
func (r *resolver) resolve(holder *Node, ref string) (found *Node, why string) {
	locator, fragment, _ := strings.Cut(ref, "#")
	start, file := r.resource, holder.file
	if locator != "" {
		start = r.byID(locator)
		if start == nil {
			if file, why = r.refer(holder.file, locator); why != "" {
				return r.bareName(holder.file, ref, why)
			}
		}
	}
	if start != nil {
		if found, rest := r.walk(start, fragment); rest == "" {
			return found, ""
		}
	}
	found, rest := r.walk(file.Root, fragment)
	if rest == "" {
		return found, ""
	}
	if !strings.HasPrefix(fragment, "/") {
		return r.anchor(file, fragment)
	}
	if r.full() {
		return nil, "there is nothing of that name"
	}
	name, _, _ := strings.Cut(rest[1:], "/")
	name = unescape(name, true)
	return nil, fmt.Sprintf("there is no %s: %s", quote(name), r.didYouMean(name, found.some()))
}

// maxHops bounds the references on the way of a pointer.
const maxHops = 20

// walk follows a pointer, and the references that stand on its way: to split a
// description into files at any place is common.
func (r *resolver) walk(start *Node, fragment string) (found *Node, rest string) {
	found, rest = start.walk(fragment, true)
	for hop := 0; rest != "" && r.hops+hop < maxHops; hop++ {
		ref, ok := refOf(found)
		if !ok {
			break
		}
		r.hops += hop + 1
		next, why := r.resolve(found, ref)
		r.hops -= hop + 1
		if why != "" {
			break
		}
		found, rest = next.walk(rest, true)
	}
	return found, rest
}

// anchor finds what a fragment that is no pointer means: a schema with that
// $anchor or, since many forget the first slash, a pointer.
func (r *resolver) anchor(file *File, fragment string) (*Node, string) {
	r.identify(file)
	if n := file.anchors[fragment]; n != nil {
		if n == ambiguous {
			return nil, "more than one schema has that $anchor"
		}
		return n, ""
	}
	if n, rest := file.Root.walk("/"+fragment, true); rest == "" {
		return n, ""
	}
	return nil, "no schema has that $anchor, and a pointer begins with #/"
}

// bareName finds the component that a reference names without saying where.
func (r *resolver) bareName(file *File, ref, why string) (*Node, string) {
	if strings.ContainsAny(ref, "/#") {
		return nil, why
	}
	section := "schemas"
	if r.grammar.version == V20 {
		section = "definitions"
	}
	n := file.Root
	for _, name := range append(r.grammar.where(section), ref) {
		n = n.Get(name)
	}
	if n == nil {
		return nil, why
	}
	return n, ""
}

// byID finds the schema or description whose identifier a reference names.
func (r *resolver) byID(locator string) *Node {
	if !r.grammar.version.schema2020() {
		return nil
	}
	absolute := locator
	if base := r.resource.Get("$id").Text(); base != "" {
		absolute = against(base, locator)
	}
	for _, f := range r.order {
		if f.Root == nil {
			continue
		}
		r.identify(f)
		if n := f.ids[absolute]; n != nil {
			return n
		}
	}
	return nil
}

// against resolves a reference relative to a base (RFC 3986, section 5).
func against(base, ref string) string {
	b, err := url.Parse(base)
	if err != nil {
		return ref
	}
	u, err := b.Parse(ref)
	if err != nil {
		return ref
	}
	return u.String()
}

// identify finds the schemas of a file that have an identifier or an anchor, and
// the identifier of the file itself ($self, OpenAPI 3.2).
func (r *resolver) identify(file *File) {
	if file.ids != nil {
		return
	}
	file.ids, file.anchors = map[string]*Node{}, map[string]*Node{}
	if !r.grammar.version.schema2020() {
		return
	}
	seen := map[*Node]bool{}
	var visit func(n *Node, base string)
	visit = func(n *Node, base string) {
		if n.Len() == 0 || seen[n] {
			return
		}
		seen[n] = true
		if id := n.Get("$id"); id.Kind() == String {
			base = against(base, strings.TrimSuffix(id.Text(), "#"))
			first(file.ids, base, n)
			first(file.ids, id.Text(), n)
		}
		for _, key := range []string{"$anchor", "$dynamicAnchor"} {
			if a := n.Get(key); a.Kind() == String {
				if file.anchors[a.Text()] == nil {
					file.anchors[a.Text()] = n
				} else {
					file.anchors[a.Text()] = ambiguous
				}
			}
		}
		for _, m := range n.members {
			visit(m.Value, base)
		}
		for _, item := range n.items {
			visit(item, base)
		}
	}
	self := file.Root.Get("$self").Text()
	if self != "" {
		file.ids[self] = file.Root
	}
	visit(file.Root, self)
}

// ambiguous stands for the schemas of an anchor of which there are several.
var ambiguous = &Node{}

func first(index map[string]*Node, name string, n *Node) {
	if index[name] == nil {
		index[name] = n
	}
}
