package source

import (
	"fmt"
	"slices"
	"strings"
)

// target returns the component that a reference leads to, as it is written, or the
// value itself.
func (c *cleaner) target(n *Node) *Node {
	if ref, ok := refOf(n); ok {
		found, rest := c.root.walk(strings.TrimPrefix(ref, "#"), true)
		if rest == "" {
			return found
		}
	}
	return n
}

// mendParameter moves to the schema what Swagger 2.0 has beside the name.
func mendParameter(c *cleaner, n *Node) *Node {
	kind, ok := n.Member("type")
	if !ok || n.Has("schema") || n.Has("content") {
		return n
	}
	c.note(kind.At(), "it is read as the type of the schema", "a parameter has no type in OpenAPI %s: that stands in its schema", c.version)
	m := &maker{at: n.place}
	for _, name := range append(slices.Clone(ofValues), "items") {
		m.move(n, name, name)
	}
	schema := m.done()
	return n.without(schema.Names()...).with("schema", schema)
}

// mendHeader is mendParameter for a header, which has neither a name nor in.
func mendHeader(c *cleaner, n *Node) *Node { return mendParameter(c, n.without("name", "in")) }

// styles are the ways to write a parameter, by where it stands.
var styles = map[string][]string{
	"path":   {"simple", "label", "matrix"},
	"query":  {"form", "spaceDelimited", "pipeDelimited", "deepObject"},
	"header": {"simple"},
	"cookie": {"form"},
}

// tidyParameter mends a parameter, or leaves it out.
func tidyParameter(c *cleaner, n *Node) *Node {
	name, in := n.Get("name").Text(), strings.ToLower(n.Get("in").Text())
	switch {
	case n.Has(Lacking):
		return n
	case name == "":
		return c.noParameter(n, "", "a parameter needs a name")
	case styles[in] == nil:
		hint := ""
		if in == "body" || in == "formdata" {
			hint = ": write a requestBody"
		}
		return c.noParameter(n, hint, "the parameter %s is in %s: that must be query, path, header or cookie",
			quote(name), orNone(n.Get("in")))
	case in != n.Get("in").Text():
		n = n.with("in", newText(n.Get("in").place, in))
	}
	if in == "path" && !n.Get("required").True() {
		c.note(n.At(), "it is read as required", "the path parameter %s must have required: true", quote(name))
		n = n.with("required", newBool(n.place, true))
	}
	return c.described(c.styled(n, in), "parameter "+quote(name))
}

// noParameter leaves out a parameter that cannot be sent. Without one that is
// required no request is valid.
func (c *cleaner) noParameter(n *Node, hint, format string, args ...any) *Node {
	why := fmt.Sprintf(format, args...)
	if !n.Get("required").True() {
		c.warn(n.At(), neverSent, "%s%s", why, hint)
		return nil
	}
	c.warn(n.At(), unsendable, "%s%s", why, hint)
	return lackingNode(n.place, why)
}

func tidyHeader(c *cleaner, n *Node) *Node {
	return c.described(c.styled(n, "header"), "header")
}

// styled removes a style that cannot be where a parameter is.
func (c *cleaner) styled(n *Node, in string) *Node {
	style, ok := n.Member("style")
	switch {
	case !ok:
	case !slices.Contains(styles[in], style.Value.text):
		c.warn(style.At(), "it is written as "+styles[in][0], "there is no style %s in %s: %s",
			quote(style.Value.text), in, c.didYouMean(style.Value.text, styles[in]))
		return n.without("style")
	case style.Value.text == "deepObject" && !n.Get("explode").True():
		return n.with("explode", newBool(style.Value.place, true))
	}
	return n
}

// described mends what a parameter or header says of its values: one of schema and
// content, and one of example and examples.
func (c *cleaner) described(n *Node, what string) *Node {
	content := n.Get("content")
	switch {
	case content.Len() == 0 && n.Has("content"):
		n = n.without("content")
	case content.Len() > 0 && n.Has("schema"):
		m, _ := n.Member("content")
		c.warn(m.At(), "the schema counts", "the %s has both schema and content", what)
		n = n.without("content")
	case content.Len() > 1:
		m, _ := n.Member("content")
		c.warn(m.At(), "the first counts", "the content of the %s has several media types", what)
		n = n.with("content", newMapping(content.place, content.members[0]))
	}
	if !n.Has("schema") && !n.Has("content") {
		c.note(n.At(), "any value is accepted there", "the %s has no schema", what)
		n = n.with("schema", newMapping(n.place))
	}
	return c.exampled(n)
}

// exampled removes an example beside examples.
func (c *cleaner) exampled(n *Node) *Node {
	e, ok := n.Member("example")
	if !ok || !n.Has("examples") {
		return n
	}
	c.note(e.At(), "it is left out", "example and examples are both given")
	return n.without("example")
}

// tidyContent leaves out media types that are given twice: their case and the
// blanks around them do not tell them apart. Some list several in one key.
func tidyContent(c *cleaner, n *Node) *Node {
	seen := map[string]bool{}
	kept := make([]Member, 0, len(n.members))
	for _, m := range n.members {
		ranges := strings.Split(strings.ToLower(m.Name), ",")
		for i := range ranges {
			ranges[i] = strings.TrimSpace(ranges[i])
		}
		if slices.ContainsFunc(ranges, func(r string) bool { return seen[r] }) {
			c.warn(m.At(), "the first counts", "the media type %s is given twice", quote(m.Name))
			continue
		}
		for _, r := range ranges {
			seen[r] = true
		}
		kept = append(kept, m)
	}
	if len(kept) == len(n.members) {
		return n
	}
	return newMapping(n.place, kept...)
}

func tidyMedia(c *cleaner, n *Node) *Node { return c.exampled(n) }

// tidyExample removes an example without a value.
func tidyExample(c *cleaner, n *Node) *Node {
	switch {
	case n.Has("value"):
		return n.without("externalValue")
	case n.Get("externalValue").Text() != "":
		return n
	}
	c.note(n.At(), lost["examples"], "an example needs a value")
	return nil
}

// tidyEncoding removes what no part can be written as.
func tidyEncoding(c *cleaner, n *Node) *Node {
	if style, ok := n.Member("style"); ok {
		switch {
		case !slices.Contains(styles["query"], style.Value.text):
			c.warn(style.At(), "it is left out", "there is no style %s here: %s", quote(style.Value.text), c.didYouMean(style.Value.text, styles["query"]))
			n = n.without("style")
		case style.Value.text == "deepObject" && !n.Get("explode").True():
			n = n.with("explode", newBool(style.Value.place, true))
		}
	}
	if t, ok := n.Member("contentType"); ok {
		for part := range strings.SplitSeq(t.Value.text, ",") {
			part, _, _ = strings.Cut(part, ";")
			kind, sub, _ := strings.Cut(strings.TrimSpace(part), "/")
			if kind == "" || sub == "" || strings.ContainsAny(kind+sub, " \t/") || kind == "*" && sub != "*" {
				c.warn(t.At(), "it is left out", "%s is no media type", quote(t.Value.text))
				return n.without("contentType")
			}
		}
	}
	return n
}

// tidyBody leaves out a request body that says nothing of its content.
func tidyBody(c *cleaner, n *Node) *Node {
	if n.Has("content") || n.Has(Lacking) {
		return n
	}
	if n.Get("required").True() {
		c.warn(n.At(), unsendable, "a request body needs content")
		return lackingNode(n.place, "the request body is required, and has no content")
	}
	c.warn(n.At(), "the request body is left out", "a request body needs content")
	return nil
}

// tidyResponse gives a response the description that it must have.
func tidyResponse(_ *cleaner, n *Node) *Node {
	if n.Has("description") {
		return n
	}
	return n.with("description", newText(n.place, ""))
}

// tidyLink leaves out a link that leads nowhere.
func tidyLink(c *cleaner, n *Node) *Node {
	id, ref := n.Get("operationId").Text(), n.Get("operationRef").Text()
	switch {
	case id == "" && ref == "":
		c.warn(n.At(), lost["links"], "a link needs an operationId or an operationRef")
		return nil
	case id != "" && ref != "":
		return n.without("operationRef")
	default:
		return n
	}
}
