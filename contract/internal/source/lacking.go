package source

import "slices"

// Extensions in a cleaned tree that say what was left out of it, where that would
// be missed.
const (
	// Lacking stands at an operation or a path. It says which part of its requests
	// was left out: without it no request is known to be valid.
	Lacking = "x-clause-lacking"
	// OtherMethods stands at a path. It lists the methods of operations that were
	// left out, which the path has all the same.
	OtherMethods = "x-clause-other-methods"
	// Produces stands at an operation of Swagger 2.0. It lists the media types of its
	// answers, of which a response without a schema has none in OpenAPI 3.
	Produces = "x-clause-produces"
)

// lackingNode stands for what is left out until the operation or path around it
// is looked at.
func lackingNode(at place, why string) *Node {
	return newMapping(at, member(Lacking, newText(at, why)))
}

// missed returns what stands for an object that a reference does not lead to: a
// request may need it, and an answer may be any.
func missed(s *shape, at place, why string) *Node {
	switch s.name {
	case nameParameter, nameBody:
		return lackingNode(at, s.name+" cannot be read: "+why)
	case nameOperation:
		return lackingNode(at, why)
	case nameResponse:
		return newMapping(at, member("description", newText(at, "")))
	case nameMedia:
		return newMapping(at)
	}
	return nil
}

// The names of the shapes that matter when one of them is left out.
const (
	nameParameter = "a parameter"
	nameBody      = "a request body"
	nameOperation = "an operation"
	nameResponse  = "a response"
	nameMedia     = "a media type"
	namePath      = "a path"
)

// absorb takes what stands for left out parts of requests out of an operation or a
// path, and says there that they are lacking.
func absorb(n *Node) *Node {
	why := ""
	if body := n.Get("requestBody"); body.Has(Lacking) {
		why = body.Get(Lacking).Text()
		n = n.without("requestBody")
	}
	if list, ok := n.Member("parameters"); ok {
		items := slices.DeleteFunc(slices.Clone(list.Value.items), func(p *Node) bool {
			if p.Has(Lacking) {
				why = p.Get(Lacking).Text()
			}
			return p.Has(Lacking)
		})
		switch len(items) {
		case len(list.Value.items):
		case 0:
			n = n.without("parameters")
		default:
			n = n.with("parameters", newSequence(list.Value.place, items...))
		}
	}
	if why == "" {
		return n
	}
	return n.with(Lacking, newText(n.place, why))
}

// mendPath remembers the methods of operations that cannot be read.
func mendPath(_ *cleaner, n *Node) *Node {
	for _, m := range n.members {
		if !slices.Contains(Methods, m.Name) && m.Name != "query" {
			continue
		}
		lost := m.Value.Has(Lacking) && m.Value.Len() == 1
		if lost || m.Value.kind != Mapping {
			n = n.with(OtherMethods, newSequence(n.place, append(slices.Clone(n.Get(OtherMethods).Items()), newText(m.at, m.Name))...))
		}
		if lost {
			n = n.without(m.Name)
		}
	}
	return n
}

// withMethods adds the methods of a path that is left out to those of another.
func withMethods(n, leftOut *Node) *Node {
	list := slices.Clone(n.Get(OtherMethods).Items())
	list = append(list, leftOut.Get(OtherMethods).Items()...)
	for _, m := range leftOut.Members() {
		if slices.Contains(Methods, m.Name) || m.Name == "query" {
			list = append(list, newText(m.at, m.Name))
		}
	}
	if len(list) == 0 {
		return n
	}
	return n.with(OtherMethods, newSequence(n.place, list...))
}
