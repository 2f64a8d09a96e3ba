package spec

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"
)

// openapi has the OpenAPI library read and validate the contract. What it
// refuses to read ends the load; what it finds invalid is collected.
//
// The library gets JSON made of the YAML nodes, so that there is one reader of
// YAML: two would differ about keys such as 0400 and numbers such as 0x10. Lines
// it can then not give; it is asked again for them where it finds something.
func (l *loader) openapi(root cursor, data []byte) error {
	e := encoder{data: make([]byte, 0, len(data))}
	e.node(root.node)
	doc := &openapi3.T{}
	if err := guard(func() error { return json.Unmarshal(e.data, doc) }); err != nil {
		l.misread(root, err)
		return l.problems.sorted()
	}
	err := guard(func() error { return openapi3.NewLoader().ResolveRefsIn(doc, &url.URL{Path: l.file}) })
	if err != nil {
		l.unresolved(root, err)
		return l.problems.sorted()
	}
	l.doc = doc
	l.siblings(root)
	if len(validate(doc)) > 0 {
		l.invalid(root, data)
	}
	return nil
}

// validate gives every error that the library finds. Patterns, examples and
// defaults it need not look at: the model holds them to more.
func validate(doc *openapi3.T) []error {
	err := guard(func() error {
		return doc.Validate(context.Background(), openapi3.EnableMultiError(), openapi3.DisableSchemaPatternValidation(),
			openapi3.DisableExamplesValidation(), openapi3.DisableSchemaDefaultsValidation())
	})
	if all, ok := errors.AsType[openapi3.MultiError](err); ok {
		return all
	}
	if err != nil {
		return []error{err}
	}
	return nil
}

// short keeps the first line of an error: the library appends whole schemas.
func short(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\n")
	return strings.TrimSpace(text)
}

// maxSearch bounds the search for a place, in what maxWeight counts.
const maxSearch = 256 << 20

// misread finds the place that an unmarshal error is about: the innermost value
// that gives the same error when everything beside the way to it is left out.
func (l *loader) misread(root cursor, err error) {
	want := err.Error()
	e := encoder{only: map[*yaml.Node]*yaml.Node{}}
	fails := func() bool {
		e.data = e.data[:0]
		e.node(root.node)
		err := guard(func() error { return json.Unmarshal(e.data, &openapi3.T{}) })
		return err != nil && err.Error() == want
	}
	none := &yaml.Node{} // no child of anything
	c := root
	for {
		if e.only[c.node] = none; fails() {
			break // whatever is in it: it is of the wrong kind itself
		}
		i := slices.IndexFunc(c.children(), func(child cursor) bool {
			e.only[c.node] = child.node
			return e.weight > maxSearch || fails()
		})
		if e.weight > maxSearch {
			l.problem(c.at(), "not valid OpenAPI: somewhere below, %s", strings.TrimPrefix(short(err), "json: "))
			return
		}
		if i < 0 {
			break
		}
		c = c.children()[i]
	}
	l.problem(c.at(), "not valid OpenAPI: %s", wrongKind(c, err))
}

var wrongKindPattern = regexp.MustCompile(`^json: cannot unmarshal (?:string|number|bool|object|array)\b.* of type (\S+)`)

// wrongKind puts the error that a value is of another kind than its field into
// the words of a contract's author.
func wrongKind(c cursor, err error) string {
	name := "the value"
	if c.key != nil {
		name = c.key.Value
	}
	m := wrongKindPattern.FindStringSubmatch(short(err))
	switch {
	case m == nil:
		return short(err)
	case m[1] == "string" && c.node.Kind == yaml.ScalarNode:
		return fmt.Sprintf("%s must be a text, not %s: put it in quotes", name, kindOf(c.node))
	case m[1] == "uint64" && kindOf(c.node) == "a number":
		return name + " must be a whole number, 0 or more"
	}
	if want := kindOfField(m[1]); want != kindOf(c.node) {
		return fmt.Sprintf("%s must be %s, not %s", name, want, kindOf(c.node))
	}
	return short(err)
}

// kindOf names the kind of a value.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!null":
		return "empty"
	case "!!bool":
		return "true or false"
	case "!!int", "!!float":
		return "a number"
	default:
		return "a text"
	}
}

// kindOfField names the kind of value that a field of some Go type takes.
func kindOfField(goType string) string {
	switch goType {
	case "string":
		return "a text"
	case "bool":
		return "true or false"
	case "float64", "uint64":
		return "a number"
	case "openapi3.SchemaRefs", "openapi3.SecurityRequirements", "openapi3.Parameters", "openapi3.Tags", "openapi3.Servers":
		return "a list"
	}
	if strings.HasPrefix(goType, "[]") {
		return "a list"
	}
	return "a mapping"
}
