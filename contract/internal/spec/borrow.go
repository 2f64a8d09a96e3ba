package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/apiclause/clause/contract/internal/source"
)

// borrowing writes schemas for the library, as JSON Schema 2020-12: what a $ref
// means becomes a document of its own, written once, so that schemas may lead back
// to themselves. There is one for each direction.
type borrowing struct {
	*loader

	dir      direction
	compiler *jsonschema.Compiler
	numbers  map[*source.Node]int // of the documents
	pending  []cursor             // by number
	// unsent names members that are not sent in this direction: none is demanded.
	unsent map[string]bool
}

// inForeign is where the documents are, for the library alone.
const inForeign = "clause:///"

// borrow has the library judge a schema that has keywords which the model does
// not know.
func (l *loader) borrow(dir direction, out *Schema, at cursor) {
	var keywords []string
	for _, key := range at.keys() {
		switch {
		case !slices.Contains(judgedKeywords, key.Name):
		case l.evaluates(key.Name):
			l.warn(key.At(), "%s is not judged: something is left out of the description that may say what it leaves open", key.Name)
			l.cannotRead(out, key.Name)
		default:
			keywords = append(keywords, key.Name)
		}
	}
	if keywords == nil {
		return
	}
	key := foreignKey{at.node, dir}
	known, ok := l.foreigns[key]
	if !ok {
		known = &foreign{keywords: keywords, at: at}
		l.foreigns[key] = known
		if err := guard(func() (err error) {
			known.schema, err = l.borrowed(dir, at.top()).compile(at)
			return err
		}); err != nil {
			l.warn(at.at(), "%s cannot be judged, and is passed over: %s", known, reasonOf(err))
		}
	}
	if known.schema == nil {
		l.cannotRead(out, keywords...)
	}
	out.foreign = known
}

// evaluates reports whether a keyword forbids what no other keyword speaks of, while
// some of them may be missing.
func (l *loader) evaluates(keyword string) bool {
	return l.partial && strings.HasPrefix(keyword, "unevaluated")
}

// judge has the library judge what the model does not know of a schema, and makes
// the clause of that.
func (l *loader) judge(s scope, out *Schema, at cursor) {
	l.borrow(s.dir, out, at)
	if out.foreign != nil && out.foreign.schema != nil {
		l.clause(s, out.ID+".schema", at.at(), out.label()+" keeps to what the schema states as "+out.foreign.String())
		l.contract.judged[out.ID+".schema"] = out.foreign.String()
	}
}

// foreignKey tells borrowed schemas apart.
type foreignKey struct {
	node *source.Node
	dir  direction
}

// reasonOf returns the last line of an error of the library: the others say where.
func reasonOf(err error) string {
	lines := strings.Split(strings.TrimSpace(err.Error()), "\n")
	return strings.TrimSpace(strings.TrimLeft(lines[len(lines)-1], "- "))
}

func (l *loader) borrowed(dir direction, top cursor) *borrowing {
	if b := l.borrowings[dir]; b != nil {
		return b
	}
	b := &borrowing{loader: l, dir: dir, numbers: map[*source.Node]int{}, unsent: map[string]bool{}, compiler: jsonschema.NewCompiler()}
	b.compiler.DefaultDraft(jsonschema.Draft2020)
	b.compiler.UseLoader(b)
	b.compiler.UseRegexpEngine(func(text string) (jsonschema.Regexp, error) {
		return CompilePattern(text)
	})
	l.borrowings[dir] = b
	b.findUnsent(top)
	return b
}

func (b *borrowing) compile(at cursor) (*jsonschema.Schema, error) {
	schema, err := b.compiler.Compile(b.document(at))
	if err != nil {
		return nil, fmt.Errorf("compile: %w", err)
	}
	return schema, nil
}

// document returns the name of the document that is made of a schema.
func (b *borrowing) document(at cursor) string {
	n, known := b.numbers[at.node]
	if !known {
		n = len(b.pending)
		b.numbers[at.node] = n
		b.pending = append(b.pending, at)
	}
	return inForeign + strconv.Itoa(n)
}

// Load implements jsonschema.URLLoader.
func (b *borrowing) Load(url string) (any, error) {
	n, err := strconv.Atoi(strings.TrimPrefix(url, inForeign))
	if err != nil || n < 0 || n >= len(b.pending) {
		return nil, fmt.Errorf("%s is not read", url)
	}
	return b.object(b.pending[n]), nil
}

// schema writes what stands at a place, a reference as one.
func (b *borrowing) schema(c cursor) any {
	switch {
	case !c.exists():
		return true
	case c.node.Kind() == source.Bool:
		return c.node.True()
	case c.node.Kind() != source.Mapping:
		return true
	case !c.step("$ref").exists():
		return b.object(c)
	}
	target := c.follow()
	if target.node.Kind() != source.Mapping {
		return b.schema(cursor{root: target.root, node: target.node})
	}
	return map[string]any{"$ref": b.document(target)}
}

func orNullToo(schema any) any {
	return map[string]any{"anyOf": []any{map[string]any{"type": "null"}, schema}}
}

// object writes a schema that is no reference.
func (b *borrowing) object(c cursor) any {
	out := b.plain(c)
	if !b.draft2020 && c.step("nullable").node.True() {
		return orNullToo(out)
	}
	return out
}

// How the keywords hold schemas, or values, if they make no clause: those that do
// hold values. A format says nothing to the library.
var (
	holdsSchema = set([]string{
		"not", "if", "then", "else", "contains", "propertyNames", "additionalProperties", "items", "unevaluatedItems", "unevaluatedProperties",
	})
	holdsSchemas = set([]string{"allOf", "anyOf", "oneOf", "prefixItems"})
	holdsByName  = set([]string{"properties", "patternProperties", "dependentSchemas"})
	holdsValues  = set([]string{"required", "minContains", "maxContains", "dependentRequired"})
)

// plain writes the keywords of a schema.
func (b *borrowing) plain(c cursor) map[string]any {
	out := map[string]any{}
	for _, child := range c.children() {
		name := child.name()
		switch {
		case b.evaluates(name):
		case holdsSchema[name]:
			out[name] = b.schema(child)
		case holdsSchemas[name]:
			out[name] = b.list(child)
		case holdsByName[name]:
			out[name] = b.named(child, name == "properties")
		case name == "required":
			out[name] = b.required(child)
		case holdsValues[name], KeywordNamed(name) != nil && name != "format":
			out[name] = bounded(plain(child.node))
		}
	}
	b.exclusive(out, "minimum", "exclusiveMinimum")
	b.exclusive(out, "maximum", "exclusiveMaximum")
	if _, chosen := out["oneOf"]; chosen && c.step("discriminator").exists() {
		// Which it is, the discriminator says, and that is checked elsewhere.
		out["allOf"] = append(asList(out["allOf"]), map[string]any{"anyOf": out["oneOf"]})
		delete(out, "oneOf")
	}
	return out
}

func asList(v any) []any { list, _ := v.([]any); return list }

// exclusive turns a flag of OpenAPI 3.0 into the limit that it is about.
func (b *borrowing) exclusive(out map[string]any, limit, flag string) {
	exclusive, isFlag := out[flag].(bool)
	if !isFlag {
		return
	}
	delete(out, flag)
	if v, stated := out[limit]; exclusive && stated {
		delete(out, limit)
		out[flag] = v
	}
}

func (b *borrowing) list(c cursor) []any {
	out := []any{}
	for _, child := range c.children() {
		out = append(out, b.schema(child))
	}
	return out
}

// named writes schemas by name. What a member that is not sent holds says nothing.
func (b *borrowing) named(c cursor, members bool) map[string]any {
	out := map[string]any{}
	for _, child := range c.children() {
		if members && b.isUnsent(child, 0) {
			out[child.name()] = true
		} else {
			out[child.name()] = b.schema(child)
		}
	}
	return out
}

func (b *borrowing) required(c cursor) []any {
	names := asList(plain(c.node))
	return slices.DeleteFunc(names, func(name any) bool {
		text, _ := name.(string)
		return b.unsent[text]
	})
}

// isUnsent reports whether a member is not sent in this direction.
func (b *borrowing) isUnsent(c cursor, depth int) bool {
	c = c.follow()
	flag := "readOnly"
	if b.dir == answer {
		flag = "writeOnly"
	}
	if depth > maxRefs || c.node.Kind() != source.Mapping {
		return false
	}
	return c.step(flag).node.True() || slices.ContainsFunc(c.step("allOf").children(), func(part cursor) bool { return b.isUnsent(part, depth+1) })
}

// findUnsent names the members that are not sent anywhere below a place.
func (b *borrowing) findUnsent(c cursor) {
	for _, child := range c.children() {
		if c.name() == "properties" && b.isUnsent(child, 0) {
			b.unsent[child.name()] = true
		}
		b.findUnsent(child)
	}
}
