package spec

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// borrowing writes schemas for the library, as JSON Schema 2020-12: what a $ref
// means becomes a document of its own, written once, so that schemas may lead back
// to themselves. There is one for each direction.
type borrowing struct {
	*loader

	dir      direction
	compiler *jsonschema.Compiler
	numbers  map[*yaml.Node]int // of the documents
	pending  []cursor           // by number
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
		if slices.Contains(judgedKeywords, key.Value) {
			keywords = append(keywords, key.Value)
		}
	}
	if keywords == nil {
		return
	}
	key := foreignKey{at.node, dir}
	known, ok := l.foreigns[key]
	if !ok {
		known = &foreign{keywords: keywords}
		l.foreigns[key] = known
		if err := guard(func() (err error) {
			known.schema, err = l.borrowed(dir, at.top()).compile(at)
			return err
		}); err != nil {
			l.warn(at.at(), "%s cannot be judged, and is passed over: %s", known, reasonOf(err))
		}
	}
	out.foreign = known
}

// judge has the library judge what the model does not know of a schema, and makes
// the clause of that.
func (l *loader) judge(s scope, out *Schema, at cursor) {
	l.borrow(s.dir, out, at)
	if out.foreign != nil && out.foreign.schema != nil {
		l.judgedClause(s, out, at, "keeps to what the schema states as "+out.foreign.String())
	}
}

func (l *loader) judgedClause(s scope, out *Schema, at cursor, statement string) {
	l.clause(s, out.ID+".schema", at.at(), out.label()+" "+statement)
	l.contract.judged[out.ID+".schema"] = out.foreign.String()
}

// never makes the clause of a schema false, which nothing keeps to.
func (l *loader) never(s scope, out *Schema, at cursor, ref *openapi3.SchemaRef) {
	if isNever(ref) {
		out.foreign = nothing
		l.judgedClause(s, out, at, "is not there: its schema is false")
	}
}

func isNever(ref *openapi3.SchemaRef) bool {
	return ref != nil && ref.Value != nil && ref.Value.Always != nil && !*ref.Value.Always
}

// foreignKey tells borrowed schemas apart.
type foreignKey struct {
	node *yaml.Node
	dir  direction
}

// reasonOf gives the last line of an error of the library: the others say where.
func reasonOf(err error) string {
	lines := strings.Split(strings.TrimSpace(err.Error()), "\n")
	return strings.TrimSpace(strings.TrimLeft(lines[len(lines)-1], "- "))
}

func (l *loader) borrowed(dir direction, top cursor) *borrowing {
	if b := l.borrowings[dir]; b != nil {
		return b
	}
	b := &borrowing{loader: l, dir: dir, numbers: map[*yaml.Node]int{}, unsent: map[string]bool{}, compiler: jsonschema.NewCompiler()}
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

// document gives the name of the document that is made of a schema.
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
	case c.node.Kind == yaml.ScalarNode:
		return c.node.ShortTag() != "!!bool" || isTrue(c.node)
	case !c.step("$ref").exists():
		return b.object(c)
	}
	target := c.follow()
	if !target.exists() || target.node.Kind == yaml.ScalarNode {
		return b.schema(cursor{sheet: target.sheet, node: target.node})
	}
	out := map[string]any{"$ref": b.document(target)}
	switch {
	case target.nullable:
		return orNullToo(out)
	case b.draft2020:
		maps.Copy(out, b.plain(c))
	}
	return out
}

func orNullToo(schema any) any {
	return map[string]any{"anyOf": []any{map[string]any{"type": "null"}, schema}}
}

// object writes a schema that is no reference.
func (b *borrowing) object(c cursor) any {
	if c.node.Kind != yaml.MappingNode {
		return b.schema(c)
	}
	out := b.plain(c)
	if !b.draft2020 && c.scalar("nullable") == "true" {
		return orNullToo(out)
	}
	return out
}

// How the keywords that hold schemas do so. Those that hold neither schemas nor
// numbers alone are written as they are.
var (
	holdsSchema = set([]string{
		"not", "if", "then", "else", "contains", "propertyNames", "additionalProperties", "items", "unevaluatedItems", "unevaluatedProperties",
	})
	holdsSchemas = set([]string{"allOf", "anyOf", "oneOf", "prefixItems"})
	holdsByName  = set([]string{"properties", "patternProperties", "dependentSchemas"})
	holdsValues  = set([]string{
		"type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
		"pattern", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "required", "minContains", "maxContains",
		"dependentRequired",
	})
)

// plain writes the keywords of a schema.
func (b *borrowing) plain(c cursor) map[string]any {
	out := map[string]any{}
	for _, child := range c.children() {
		name := child.name()
		switch {
		case holdsSchema[name]:
			out[name] = b.schema(child)
		case holdsSchemas[name]:
			out[name] = b.list(child)
		case holdsByName[name]:
			out[name] = b.named(child, name == "properties")
		case name == "required":
			out[name] = b.required(child)
		case holdsValues[name]:
			out[name] = b.value(child)
		case name == "dependencies":
			b.dependencies(out, child)
		case name == "$dynamicRef":
			out["$ref"] = b.dynamic(child)
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
	names := asList(b.value(c))
	return slices.DeleteFunc(names, func(name any) bool {
		text, _ := name.(string)
		return b.unsent[text]
	})
}

// dependencies writes those of earlier drafts, which many still write.
func (b *borrowing) dependencies(out map[string]any, c cursor) {
	names, schemas := map[string]any{}, map[string]any{}
	for _, child := range c.children() {
		if child.node.Kind == yaml.SequenceNode {
			names[child.name()] = b.value(child)
		} else {
			schemas[child.name()] = b.schema(child)
		}
	}
	out["allOf"] = append(asList(out["allOf"]), map[string]any{"dependentRequired": names, "dependentSchemas": schemas})
}

// dynamic gives the one schema that a dynamic reference can mean. Where there are
// more, who refers decides, which is not followed: any value will do.
func (b *borrowing) dynamic(c cursor) string {
	name, found := strings.TrimPrefix(c.node.Value, "#"), []cursor(nil)
	var walk func(c cursor, depth int)
	walk = func(c cursor, depth int) {
		if depth > maxDepth {
			return
		}
		if c.node.Kind == yaml.MappingNode && (c.scalar("$dynamicAnchor") == name || c.scalar("$anchor") == name) {
			found = append(found, c)
		}
		for _, child := range c.children() {
			walk(child, depth+1)
		}
	}
	walk(c.top(), 0)
	if len(found) == 1 {
		return b.document(found[0])
	}
	if strings.HasPrefix(c.node.Value, "#/") {
		holder := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: "$ref"}, c.node}}
		if target := (cursor{sheet: c.sheet, node: holder, last: c.at()}).follow(); target.exists() {
			return b.document(target)
		}
	}
	b.warn(c.at(), "$dynamicRef %q does not name one schema: it is not judged", c.node.Value)
	return b.document(cursor{sheet: c.sheet, node: anyValue})
}

var anyValue = &yaml.Node{Kind: yaml.MappingNode}

// value gives a value with its numbers as they are written, and bounded.
func (b *borrowing) value(c cursor) any {
	e := encoder{}
	e.node(c.node)
	v, err := ParseJSON(e.data)
	if err != nil {
		return nil
	}
	if n, ok := v.(json.Number); ok {
		return boundedNumber(n)
	}
	return bounded(v)
}

// isUnsent tells that a member is not sent in this direction.
func (b *borrowing) isUnsent(c cursor, depth int) bool {
	c = c.follow()
	flag := "readOnly"
	if b.dir == answer {
		flag = "writeOnly"
	}
	if c.node == nil || depth > maxRefs || c.node.Kind != yaml.MappingNode {
		return false
	}
	return c.scalar(flag) == "true" || slices.ContainsFunc(c.step("allOf").children(), func(part cursor) bool { return b.isUnsent(part, depth+1) })
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
