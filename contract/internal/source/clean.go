package source

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// cleaner leaves out of a tree what has the wrong kind or cannot be used.
type cleaner struct {
	*problems
	trail

	version  Version
	grammar  *grammar
	root     *Node           // before cleaning
	ids      map[string]bool // operationIds that are taken
	counters counters
	visits   int // values that were looked at
	// needed are the components, by section and name, that were left out though a
	// request may need them.
	needed map[[2]string]bool
	// declared are the operationIds in the file; nil until one is to be made.
	declared map[string]bool
}

// clean returns a bundled tree of OpenAPI 3 with only what OpenAPI has in it.
func clean(root *Node, v Version, found *problems) (*Node, *Error) {
	if v == V20 {
		v = V30
	}
	c := &cleaner{
		problems: found, version: v, grammar: newGrammar3(v), root: root, ids: map[string]bool{}, counters: counters{},
		needed: map[[2]string]bool{},
	}
	made := c.node(root, c.grammar.root)
	if c.visits <= maxBundled {
		made = c.finish(made)
	}
	if c.visits > maxBundled {
		return nil, tooManyWritten(root)
	}
	return made, nil
}

func (c *cleaner) say(severity Severity, at location, cost, format string, args ...any) {
	if len(c.all) >= maxProblems {
		c.dropped++
		return
	}
	c.add(Problem{Severity: severity, At: at, Pointer: c.pointer(), Message: fmt.Sprintf(format, args...), Cost: cost})
}

func (c *cleaner) warn(at location, cost, format string, args ...any) {
	c.say(Warning, at, cost, format, args...)
}

func (c *cleaner) note(at location, cost, format string, args ...any) {
	c.say(Note, at, cost, format, args...)
}

// within runs a step one name further down.
func (c *cleaner) within(name string, run func()) {
	c.enter(name)
	run()
	c.leave()
}

// node returns a value as the shape of its place wants it. nil means that it is
// left out, which has been said.
func (c *cleaner) node(n *Node, s *shape) *Node {
	if c.visits++; c.visits > maxBundled {
		return n
	}
	switch s.form {
	case anyForm:
		return c.value(n)
	case typesForm, boundForm:
		return n // which mendSchema looked at
	case textForm:
		return c.text(n)
	case urlForm:
		return c.url(n)
	case flagForm:
		return c.flag(n)
	case numberForm, countForm:
		return c.number(n, s)
	case listForm:
		return c.list(n, s)
	case eitherForm:
		if n.kind == Bool {
			return n
		}
		if n.kind == String {
			if f := c.flag(n); f != nil {
				return f
			}
			return nil
		}
		s = s.each
	}
	return c.mapping(n, s)
}

// value returns any value, but for numbers that no float64 holds: to most readers
// of JSON they are an error.
func (c *cleaner) value(n *Node) *Node {
	if c.visits++; c.visits > maxBundled {
		return n
	}
	switch n.kind {
	case Number:
		if _, err := strconv.ParseFloat(n.text, 64); err != nil {
			c.warn(n.At(), "it is read as a text", "no reader of JSON holds the number %s", n.text)
			return newText(n.place, n.text)
		}
	case Mapping:
		return c.values(n)
	case Sequence:
		var items []*Node
		for i, item := range n.items {
			made := c.value(item)
			if made != item && items == nil {
				items = slices.Clone(n.items)
			}
			if made != item {
				items[i] = made
			}
		}
		if items != nil {
			return newSequence(n.place, items...)
		}
	}
	return n
}

// values is value for the members of a mapping.
func (c *cleaner) values(n *Node) *Node {
	var members []Member
	for i, m := range n.members {
		made := c.value(m.Value)
		if made != m.Value && members == nil {
			members = slices.Clone(n.members)
		}
		if made != m.Value {
			members[i].Value = made
		}
	}
	if members == nil {
		return n
	}
	return newMapping(n.place, members...)
}

// mapping cleans an object, a map or a schema.
func (c *cleaner) mapping(n *Node, s *shape) *Node {
	switch {
	case s.form == schemaForm && n.kind != Mapping:
		return c.noSchema(n)
	case n.kind == Sequence && len(n.items) == 0: // how PHP writes an empty mapping
		n = newMapping(n.place)
	case n.kind != Mapping:
		return c.noMapping(n, s)
	}
	if _, ok := refOf(n); ok && s.refers() {
		return c.reference(n)
	}
	if s.mend != nil {
		if n = s.mend(c, n); n == nil {
			return nil
		}
	}
	if n = c.members(n, s); s.tidy != nil {
		n = s.tidy(c, n)
	}
	return n
}

// noMapping returns what stands for an object that is none.
func (c *cleaner) noMapping(n *Node, s *shape) *Node {
	if n.kind == Null {
		if s.name == nameResponse || s.name == nameMedia {
			return missed(s, n.place, "") // one that says nothing
		}
		return nil
	}
	c.warn(n.At(), orLost(s), "%s must be a mapping, not %s", s.name, n.kind)
	if s.name == nameOperation { // mendPath has its method
		return nil
	}
	return missed(s, n.place, "it is "+n.kind.String())
}

func orLost(s *shape) string {
	if s.lost != "" {
		return s.lost
	}
	return "it is left out"
}

// reference keeps a reference. What stands beside it was looked at before.
func (c *cleaner) reference(n *Node) *Node {
	members := make([]Member, 0, len(n.members))
	for _, m := range n.members {
		if m.Name == "summary" || m.Name == "description" {
			if m.Value = c.text(m.Value); m.Value == nil {
				continue
			}
		}
		members = append(members, m)
	}
	return newMapping(n.place, members...)
}

func (c *cleaner) members(n *Node, s *shape) *Node {
	return c.eachMember(n, func(m Member) *Node {
		if field, known := s.field(m.Name); known {
			return c.node(m.Value, field)
		}
		c.unknown(m, s)
		return nil
	})
}

// unknown tells of a field that OpenAPI does not have where it stands.
func (c *cleaner) unknown(m Member, s *shape) {
	names := sortedKeys(s.fields)
	switch {
	case s == c.grammar.schema && c.version.schema2020():
		c.note(m.At(), "it says nothing", "%s is no keyword of JSON Schema%s", quote(m.Name), c.offer(m.Name, names))
	case slices.Contains(later[s.name], m.Name) && c.version == V32:
		c.warn(m.At(), "it is left out", "%s is not read in %s", quote(m.Name), s.name)
	case slices.Contains(later[s.name], m.Name):
		c.warn(m.At(), "it is left out", "%s is not known in %s of OpenAPI %s", quote(m.Name), s.name, c.version)
	default:
		c.warn(m.At(), "it is left out", "OpenAPI has no %s in %s%s", quote(m.Name), s.name, c.offer(m.Name, names))
	}
}

// later are fields of later versions, and those of OpenAPI 3.2 that are not read.
var later = map[string][]string{
	"the description":   {"webhooks", "jsonSchemaDialect", "$self"},
	"components":        {"pathItems", "mediaTypes"},
	"a path":            {"query", "additionalOperations"},
	"a media type":      {"itemSchema", "prefixEncoding", "itemEncoding", "description"},
	"an encoding":       {"encoding", "prefixEncoding", "itemEncoding"},
	"an example":        {"dataValue", "serializedValue"},
	"a tag":             {"summary", "parent", "kind"},
	"a server":          {"name"},
	"a response":        {"summary"},
	"info":              {"summary"},
	"a discriminator":   {"defaultMapping"},
	"xml":               {"nodeType"},
	"flows":             {"deviceAuthorization"},
	"a security scheme": {"deprecated", "oauth2MetadataUrl"},
	"an OAuth flow":     {"deviceAuthorizationUrl"},
	"a schema":          {"const", "examples", "contentSchema"},
}

// text returns a text. A number or a flag is one, as it is written.
func (c *cleaner) text(n *Node) *Node {
	switch n.kind {
	case String:
		return n
	case Number, Bool:
		return newText(n.place, n.text)
	case Null:
		return nil
	default:
		if ref, ok := refOf(n); ok {
			c.note(n.At(), "the text is left out", "a text is not read from another place: %s", quote(ref))
			return nil
		}
		c.warn(n.At(), "it is left out", "a text is wanted, not %s", n.kind)
		return nil
	}
}

// url returns a text that can be read as a URL. What is none is worth a note only:
// no request goes to these.
func (c *cleaner) url(n *Node) *Node {
	made := c.text(n)
	if made == nil {
		return nil
	}
	if _, err := url.Parse(made.text); err != nil {
		c.note(n.At(), "it is left out", "%s is no URL", quote(made.text))
		return nil
	}
	return made
}

func (c *cleaner) flag(n *Node) *Node {
	switch {
	case n.kind == Bool:
		return n
	case n.kind == Null:
		return nil
	case strings.EqualFold(n.text, "true") || strings.EqualFold(n.text, "false"):
		c.note(n.At(), "it is read as that", "%s in quotes is a text", n.text)
		return newBool(n.place, strings.EqualFold(n.text, "true"))
	default:
		c.warn(n.At(), "it is left out", "true or false is wanted, not %s", orKind(n))
		return nil
	}
}

func (c *cleaner) number(n *Node, s *shape) *Node {
	literal := n.text
	switch {
	case n.kind == Null:
		return nil
	case n.kind == String:
		literal = numberLiteral(strings.TrimSpace(n.text))
	case n.kind != Number:
		literal = ""
	}
	value, err := strconv.ParseFloat(literal, 64)
	if literal == "" || err != nil {
		c.warn(n.At(), "it is left out", "%s is wanted, not %s", s.name, orKind(n))
		return nil
	}
	if s.form == countForm {
		whole := uint64(max(value, 0))
		if value < 0 || value != float64(whole) || value >= 1<<63 {
			c.warn(n.At(), "it is left out", "%s is wanted, not %s", s.name, literal)
			return nil
		}
		if _, err := strconv.ParseUint(literal, 10, 64); err != nil {
			literal = strconv.FormatUint(whole, 10)
		}
	}
	switch {
	case n.kind == String:
		c.note(n.At(), "it is read as that", "the number %s in quotes is a text", literal)
	case literal == n.text:
		return n
	}
	return &Node{kind: Number, place: n.place, text: literal}
}

// list cleans a list. A single text stands for a list of it.
func (c *cleaner) list(n *Node, s *shape) *Node {
	switch {
	case n.kind == Null:
		return nil
	case n.kind != Sequence && s.each.form == textForm && n.Len() == 0 && n.kind == String:
		c.note(n.At(), "it is read as a list of one", "a list is wanted, not a text")
		return newSequence(n.place, n)
	case n.kind != Sequence:
		c.warn(n.At(), "it is left out", "a list is wanted, not %s", orKind(n))
		return nil
	}
	n = c.eachItem(n, func(item *Node) *Node { return c.node(item, s.each) })
	if s.tidy != nil {
		n = s.tidy(c, n)
	}
	return n
}
