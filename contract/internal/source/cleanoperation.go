package source

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tidyOperation mends an operation.
func tidyOperation(c *cleaner, n *Node) *Node {
	n = absorb(c.once(n))
	n = c.responses(n)
	n = c.named(n)
	return c.documented(n)
}

// once leaves out parameters that are given twice.
func (c *cleaner) once(n *Node) *Node {
	list, ok := n.Member("parameters")
	if !ok {
		return n
	}
	seen := map[[2]string]bool{}
	items := make([]*Node, 0, len(list.Value.items))
	for _, p := range list.Value.items {
		t := c.target(p)
		id := [2]string{strings.ToLower(t.Get("in").Text()), t.Get("name").Text()}
		if seen[id] && id[1] != "" {
			c.warn(p.At(), "the first counts", "the %s parameter %s is given twice", id[0], quote(id[1]))
			continue
		}
		seen[id] = true
		items = append(items, p)
	}
	switch len(items) {
	case 0:
		return n.without("parameters")
	case len(list.Value.items):
		return n
	}
	return n.with("parameters", newSequence(list.Value.place, items...))
}

var (
	statusText  = regexp.MustCompile(`^[1-5]([0-9][0-9]|XX)$`)
	statusStart = regexp.MustCompile(`^([1-5][0-9][0-9])\b`)
)

// responses mends the keys of an operation's responses, and gives one that has
// none a default, since OpenAPI wants one.
func (c *cleaner) responses(n *Node) *Node {
	all, _ := n.Member("responses")
	m := &maker{at: n.place}
	if all.Value != nil {
		m.at = all.Value.place
	}
	count := 0
	for _, r := range all.Value.Members() {
		if isExtension(r.Name) {
			m.members = append(m.members, r)
			continue
		}
		name := status(r.Name)
		switch {
		case name == "":
			c.warn(r.At(), "the response is left out", "%s is no status: write three digits, 4XX or default", quote(r.Name))
			continue
		case name != r.Name:
			c.note(r.At(), "it is read as "+name, "%s is no status", quote(r.Name))
		}
		r.Name = name
		m.members = append(m.members, r)
		count++
	}
	if count == 0 {
		c.warn(n.At(), "any answer but a 5xx is accepted", "the operation has no responses")
		m.put("default", m.at, newMapping(m.at, member("description", newText(m.at, ""))))
	}
	made := m.done()
	if all.Value != nil && slices.Equal(made.members, all.Value.members) {
		return n
	}
	return n.with("responses", made)
}

// status returns the key of responses that is meant, or "".
func status(name string) string {
	trimmed := strings.ToUpper(strings.TrimSpace(name))
	if trimmed == "DEFAULT" {
		return "default"
	}
	if statusText.MatchString(trimmed) {
		return trimmed
	}
	if m := statusStart.FindString(trimmed); m != "" {
		return m
	}
	return ""
}

// named gives an operation an operationId of its own. Only those that are sent
// need one: not those of callbacks and webhooks.
func (c *cleaner) named(n *Node) *Node {
	if len(c.trail) < 3 || c.trail[0].name != "paths" || len(c.trail) > 4 {
		return n
	}
	id, ok := n.Member("operationId")
	text := id.Value.Text()
	switch {
	case text != "" && !c.ids[text]:
		c.ids[text] = true
		return n
	case !ok || text == "":
		id.at, id.Value = n.place, newText(n.place, "")
	}
	name := c.freeID(operationName(c.trail[len(c.trail)-1].name, c.trail[1].name))
	if text == "" {
		c.note(id.At(), "it is called "+name, "the operation has no operationId")
	} else {
		c.warn(id.At(), "this one is called "+name, "the operationId %s is given twice", quote(text))
	}
	c.ids[name] = true
	return n.with("operationId", newText(id.Value.place, name))
}

// freeID returns an operationId that none has, in the file or made.
func (c *cleaner) freeID(name string) string {
	if c.declared == nil {
		c.declared = map[string]bool{}
		for _, item := range c.root.Get("paths").Members() {
			for _, operation := range item.Value.Members() {
				c.declared[operation.Value.Get("operationId").Text()] = true
			}
		}
	}
	return c.counters.free(name, func(name string) bool { return c.ids[name] || c.declared[name] })
}

// operationName makes a name of a method and a path: getThingsById of GET
// /things/{id}.
func operationName(method, path string) string {
	var b strings.Builder
	b.WriteString(strings.ToLower(method))
	for segment := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(segment, "{") {
			b.WriteString("By")
		}
		words := strings.FieldsFunc(segment, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		for _, word := range words {
			first, size := utf8.DecodeRuneInString(word)
			b.WriteRune(unicode.ToUpper(first))
			b.WriteString(word[size:])
		}
	}
	return b.String()
}

// tidyPath mends a path item.
func tidyPath(c *cleaner, n *Node) *Node { return absorb(c.once(n)) }
