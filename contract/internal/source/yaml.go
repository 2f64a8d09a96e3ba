package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// parseYAML reads a YAML text of one document. The library gives nodes; what they
// mean is decided here: the JSON types of YAML 1.2's core schema, aliases and
// merge keys written out, keys as texts.
func parseYAML(file *File, text string, found *problems) (*Node, *Error) {
	text = printable(file, text, found)
	// The library knows 1.1 alone, and reads 1.2 as well as it does that.
	text = strings.Replace(text, "%YAML 1.2", "%YAML 1.1", 1)
	document, rest, err := firstDocument(text)
	if err != nil && strings.Contains(err.Error(), "Unicode character escape") {
		// JSON's escapes of surrogate pairs are none of YAML's.
		if mended := surrogates(text); mended != text {
			text = mended
			document, rest, err = firstDocument(text)
		}
	}
	if errors.Is(err, io.EOF) {
		return nil, fatal(place{file: file, line: 1, column: 1}.location(), EmptyFile)
	}
	if err != nil {
		return nil, yamlFailure(file, text, err, found.strict)
	}
	c := converter{file: file, problems: found, done: map[*yaml.Node]*expanded{}}
	root, _, failure := c.node(document, 0)
	if failure != nil {
		return nil, failure
	}
	return root, c.second(rest, text)
}

// firstDocument reads one document. The decoder gives those that follow.
func firstDocument(text string) (*yaml.Node, *yaml.Decoder, error) {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var document yaml.Node
	if err := guard(func() error { return decoder.Decode(&document) }); err != nil {
		return nil, nil, err
	}
	if document.Kind != yaml.DocumentNode || len(document.Content) == 0 {
		return nil, nil, io.EOF
	}
	return document.Content[0], decoder, nil
}

// guard turns a panic of a library into an error: a description must not end the
// process of who loads it.
func guard(read func() error) (err error) {
	defer func() {
		if failure := recover(); failure != nil {
			err = fmt.Errorf("the YAML library failed: %v", failure)
		}
	}()
	return read()
}

// converter makes our nodes of the library's.
type converter struct {
	*problems
	builder
	trail

	file *File
	done map[*yaml.Node]*expanded // of what has an anchor
}

// expanded is a value with an anchor, and what it takes to use it once more.
type expanded struct {
	node         *Node // nil while it is being made
	size, height int
}

func (c *converter) at(n *yaml.Node) place {
	return place{file: c.file, line: uint32(n.Line), column: uint32(n.Column)}
}

func (c *converter) warn(n *yaml.Node, cost, format string, args ...any) {
	c.add(Problem{
		Severity: Warning, At: c.at(n).location(), Pointer: c.pointer(), Message: fmt.Sprintf(format, args...), Cost: cost,
	})
}

// node converts a value. The height is that of the tree below it.
func (c *converter) node(n *yaml.Node, depth int) (made *Node, height int, err *Error) {
	if c.strict && c.refuse(n) {
		return newText(c.at(n), ""), 0, nil
	}
	if n.Kind == yaml.AliasNode {
		return c.alias(n, depth)
	}
	if n.Anchor == "" {
		return c.plain(n, depth)
	}
	e := &expanded{}
	c.done[n] = e
	before := c.made
	made, height, err = c.plain(n, depth)
	e.node, e.height, e.size = made, height, c.made-before
	return made, height, err
}

// alias uses a value once more. It is shared, and counted as if it were not.
func (c *converter) alias(n *yaml.Node, depth int) (*Node, int, *Error) {
	e := c.done[n.Alias]
	if e == nil || e.node == nil {
		c.warn(n, "it is read as null", "the alias *%s stands within what it means", n.Value)
		empty := c.make(c.at(n))
		empty.kind = Null
		return empty, 0, nil
	}
	if c.made += e.size; c.made > maxNodes {
		return nil, 0, fatal(c.at(n).location(), "the aliases of the file stand for more than %d values", maxNodes)
	}
	if depth+e.height > maxDepth {
		return nil, 0, tooDeep(c.at(n))
	}
	return e.node, e.height, nil
}

// refuse tells what a file of our own has no use for: a value that begins with one
// of these characters was most likely meant as a text.
func (c *converter) refuse(n *yaml.Node) bool {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		c.warn(n, "", "anchors and aliases are not supported; write the value out, in quotes if it begins with & or *")
	case n.Style&yaml.TaggedStyle != 0:
		c.warn(n, "", "tags are not supported; put the value in quotes if it begins with !")
	default:
		return false
	}
	return true
}

func tooDeep(at place) *Error {
	return fatal(at.location(), "the file nests deeper than %d levels", maxDepth)
}

func (c *converter) plain(n *yaml.Node, depth int) (*Node, int, *Error) {
	switch {
	case depth > maxDepth:
		return nil, 0, tooDeep(c.at(n))
	case c.made > maxNodes:
		return nil, 0, tooMany(c.at(n))
	}
	made := c.make(c.at(n))
	height := 0
	switch n.Kind {
	case yaml.MappingNode:
		made.kind = Mapping
		members, below, err := c.members(n, depth)
		if err != nil {
			return nil, 0, err
		}
		made.members, height = members, below+1
		made.settle()
	case yaml.SequenceNode:
		made.kind = Sequence
		made.items = make([]*Node, 0, len(n.Content))
		for i, item := range n.Content {
			c.enterElement(i)
			value, below, err := c.node(item, depth+1)
			c.leave()
			if err != nil {
				return nil, 0, err
			}
			made.items = append(made.items, value)
			height = max(height, below+1)
		}
	default:
		made.kind, made.text = c.scalar(n)
	}
	return made, height, nil
}

// members converts those of a mapping, with those of the mappings that it merges.
func (c *converter) members(n *yaml.Node, depth int) (members []Member, height int, err *Error) {
	members = make([]Member, 0, len(n.Content)/2)
	var merged []Member
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if c.strict && c.refuseKey(key) {
			continue
		}
		if key.Kind == yaml.ScalarNode && key.ShortTag() == "!!merge" {
			more, below, err := c.merge(value, depth)
			if err != nil {
				return nil, 0, err
			}
			merged = append(merged, more...)
			height = max(height, below)
			continue
		}
		name, ok := c.key(key)
		if !ok {
			continue
		}
		c.enter(name)
		made, below, err := c.node(value, depth+1)
		c.leave()
		if err != nil {
			return nil, 0, err
		}
		height = max(height, below)
		members = append(members, Member{Name: name, Value: made, at: c.at(key)})
	}
	members = c.distinct(members, &c.trail)
	if len(merged) > 0 {
		members = mergeInto(members, merged)
	}
	return members, height, nil
}

// refuseKey is refuse for a key, and for one that merges.
func (c *converter) refuseKey(key *yaml.Node) bool {
	if key.Kind != yaml.ScalarNode || key.ShortTag() != "!!merge" {
		return c.refuse(key)
	}
	c.warn(key, "", "anchors, aliases and merged mappings are not supported; write the values out")
	return true
}

// key reads a key as a text, the way it is written: 200, on and 0400 are those.
func (c *converter) key(key *yaml.Node) (name string, ok bool) {
	if key.Kind == yaml.AliasNode {
		key = key.Alias
	}
	if key.Kind != yaml.ScalarNode {
		c.warn(key, "it is left out", "a key must be a text, and this is %s", map[yaml.Kind]string{
			yaml.MappingNode: "a mapping", yaml.SequenceNode: "a list",
		}[key.Kind])
		return "", false
	}
	return key.Value, true
}

// merge returns the members that a merge key (<<) brings.
func (c *converter) merge(value *yaml.Node, depth int) (members []Member, height int, err *Error) {
	c.enter("<<")
	defer c.leave()
	made, height, err := c.node(value, depth)
	if err != nil {
		return nil, 0, err
	}
	all := []*Node{made}
	if made.kind == Sequence {
		all = made.items
	}
	for _, from := range all {
		if from.kind != Mapping {
			c.warn(value, "it is left out", "a merge key (<<) takes a mapping or a list of mappings, and this is %s", from.kind)
			continue
		}
		members = append(members, from.members...)
		if c.made += len(from.members); c.made > maxNodes {
			return nil, 0, fatal(c.at(value).location(), "the merge keys of the file stand for more than %d values", maxNodes)
		}
	}
	return members, height, nil
}

// mergeInto adds the merged members whose names are not taken; of several with
// one name the first counts (https://yaml.org/type/merge.html).
func mergeInto(members, merged []Member) []Member {
	taken := make(map[string]bool, len(members)+len(merged))
	for _, m := range members {
		taken[m.Name] = true
	}
	for _, m := range merged {
		if !taken[m.Name] {
			taken[m.Name] = true
			members = append(members, m)
		}
	}
	return members
}

// second refuses a second document. One without any content, as a --- at the end
// of a file begins, is none.
func (c *converter) second(decoder *yaml.Decoder, text string) *Error {
	var next yaml.Node
	err := guard(func() error { return decoder.Decode(&next) })
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return yamlFailure(c.file, text, err, c.strict)
	}
	empty := func(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Value == "" && n.ShortTag() == "!!null" }
	if !slices.ContainsFunc(next.Content, func(n *yaml.Node) bool { return !empty(n) }) {
		return nil
	}
	return fatal(c.at(&next).location(), "a second YAML document begins here: a file is one document, so put each into a file of its own")
}

// surrogates replaces the escapes of surrogate pairs by the character they mean.
func surrogates(text string) string {
	var b bytes.Buffer
	s := scanner{text: text}
	last := 0
	for i := 0; i+12 <= len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		if text[i+1] == 'u' && strings.HasPrefix(text[i+6:], `\u`) {
			high, ok := s.hex(i + 2)
			low, also := s.hex(i + 8)
			if ok && also && high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000 {
				b.WriteString(text[last:i])
				fmt.Fprintf(&b, `\U%08X`, 0x10000+(high-0xd800)<<10+(low-0xdc00))
				last = i + 12
				i = last - 1
				continue
			}
		}
		i++ // what is escaped
	}
	b.WriteString(text[last:])
	return b.String()
}

var (
	plainNull = regexp.MustCompile(`^(null|Null|NULL|~|)$`)
	plainBool = regexp.MustCompile(`^(true|True|TRUE|false|False|FALSE)$`)

	jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)
	// leadingZero is a number to some readers of YAML, an octal one to others and
	// a text to a third kind.
	leadingZero = regexp.MustCompile(`^[-+]?0[0-9_]+$`)
)

// scalar returns the JSON type of a YAML scalar and its text.
func (c *converter) scalar(n *yaml.Node) (Kind, string) {
	switch tag := n.ShortTag(); {
	case tag == "!!null" && plainNull.MatchString(n.Value):
		return Null, ""
	case tag == "!!bool" && plainBool.MatchString(n.Value):
		return Bool, strings.ToLower(n.Value)
	case tag == "!!int" || tag == "!!float":
		return c.number(n)
	case tag == "!!str" && n.Style == 0 && jsonNumber.MatchString(n.Value): // beyond what a float64 holds
		return Number, n.Value
	case tag == "!!str" || tag == "!!timestamp" || tag == "!!merge" || tag == "!!binary":
	default:
		c.warn(n, "it is read as a text", "%s does not have the YAML type %s", quote(n.Value), tag)
	}
	return String, n.Value
}

const notAsJSON = "a number is not written as in JSON"

// number returns a number with the literal that JSON has for it. What JSON has
// none for is a text.
func (c *converter) number(n *yaml.Node) (Kind, string) {
	text := n.Value
	switch {
	case jsonNumber.MatchString(text):
		return Number, text
	case c.strict:
		c.add(Problem{At: c.at(n).location(), Pointer: c.pointer(), Message: notAsJSON})
		return String, text
	case leadingZero.MatchString(text):
		c.warn(n, "it is read as a text", "readers of YAML differ about the number %s, which begins with 0", text)
		return String, text
	}
	if literal := numberLiteral(strings.ReplaceAll(text, "_", "")); literal != "" {
		return Number, literal
	}
	c.warn(n, "it is read as a text", "%s is no number in JSON", quote(text))
	return String, text
}

// numberLiteral writes numbers such as 0x10, 0o17, +1, .5 and 5. as JSON does, or
// returns "": also for 012, which is ten to some and twelve to others.
func numberLiteral(text string) string {
	if leadingZero.MatchString(text) {
		return ""
	}
	if jsonNumber.MatchString(text) {
		return text
	}
	if i, ok := new(big.Int).SetString(text, 0); ok && len(text) < 100 {
		return i.String()
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return ""
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

var (
	yamlError  = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)`)
	yamlAnchor = regexp.MustCompile(`anchor '[^']*'`)
)

// maxSearched bounds the text in which the line of an error is searched for, in
// bytes: it is read some twenty times.
const maxSearched = 2 << 20

// yamlFailure says where a text is no YAML. The library gives the line where what
// it was reading began, and that often one too small.
// If it is strict, the name of an anchor is not told: it can be a secret that begins
// with *, without the quotes it needs.
func yamlFailure(file *File, text string, err error, strict bool) *Error {
	m := yamlError.FindStringSubmatch(err.Error())
	message := m[2]
	line, _ := strconv.Atoi(m[1])
	at := place{file: file, line: uint32(max(line, 1)), column: 1}
	if len(text) <= maxSearched {
		at = failing(file, text, err.Error())
	}
	switch {
	case strings.Contains(message, "violates indentation"), strings.Contains(message, "cannot start any token") && tabAt(text, at):
		message = "a tab cannot indent: use blanks"
	case strings.Contains(message, "did not find expected key"):
		message += ": the indentation may be wrong here or above, or a value may need quotes"
	case strings.Contains(message, "mapping values are not allowed"):
		message += ": a value that contains a colon and a blank needs quotes, and so does one with a wrong indentation"
	}
	if strict {
		message = yamlAnchor.ReplaceAllString(message, "anchor") + "; values that hold one of : # { } [ ] & * ! | > % @ need quotes"
	}
	return fatal(at.location(), "not valid YAML: %s", message)
}

// failing finds the first line that brings the error: the text up to it has the
// error, and without it has not.
func failing(file *File, text, want string) place {
	ends := []int{}
	for i := 0; i < len(text); {
		n := strings.IndexByte(text[i:], '\n')
		if n < 0 {
			n = len(text) - i - 1
		}
		i += n + 1
		ends = append(ends, i)
	}
	i := sort.Search(len(ends), func(i int) bool { return fails(text[:ends[i]]) == want })
	if i == len(ends) { // at the very end
		i = max(len(strings.Split(strings.TrimRight(text, " \t\r\n"), "\n"))-1, 0)
	}
	begin := 0
	if i > 0 {
		begin = ends[i-1]
	}
	blank := len(text[begin:]) - len(strings.TrimLeft(text[begin:], " "))
	return place{file: file, line: uint32(i + 1), column: uint32(utf8.RuneCountInString(text[begin:begin+blank]) + 1)}
}

// fails returns the error of a text, or "".
func fails(text string) string {
	_, decoder, err := firstDocument(text)
	if err == nil {
		var next yaml.Node
		err = guard(func() error { return decoder.Decode(&next) })
	}
	if err == nil || errors.Is(err, io.EOF) {
		return ""
	}
	return err.Error()
}

// tabAt reports whether a line begins with a tab, perhaps after blanks.
func tabAt(text string, at place) bool {
	for range at.line - 1 {
		_, text, _ = strings.Cut(text, "\n")
	}
	return strings.HasPrefix(strings.TrimLeft(text, " "), "\t")
}
