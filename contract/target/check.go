package target

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/apiclause/clause/contract/internal/source"
)

// The parts of the schema that a setting is held to, by their names under $defs.
const (
	urlPart     = "url"
	linePart    = "line"
	textPart    = "text"
	secretPart  = "secret"
	headersPart = "headers"
)

// checker holds values to the schema, and says in its words what is wrong.
type checker struct {
	whole *jsonschema.Schema
	parts map[string]*jsonschema.Schema
	// document has the messages of the schema, and the keys that it knows.
	document *source.Node
}

var newChecker = sync.OnceValues(func() (*checker, error) {
	document, _, err := source.Parse("target.schema.json", []byte(Schema))
	if err != nil {
		return nil, unreadable(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(Schema))
	if err != nil {
		return nil, unreadable(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("target.schema.json", value); err != nil {
		return nil, unreadable(err)
	}
	c := &checker{document: document, parts: map[string]*jsonschema.Schema{}}
	if c.whole, err = compiler.Compile("target.schema.json"); err != nil {
		return nil, unreadable(err)
	}
	for _, part := range []string{urlPart, linePart, textPart, secretPart, headersPart} {
		if c.parts[part], err = compiler.Compile("target.schema.json#/$defs/" + part); err != nil {
			return nil, unreadable(err)
		}
	}
	return c, nil
})

func unreadable(err error) error {
	return fmt.Errorf("the schema of target files cannot be read: %w", err)
}

// fault is what the schema says of a value.
type fault struct {
	at      string // the JSON pointer of the place
	message string // goes on after the name of the place
	// unknown is set where the place is a key that nobody knows, and absent where
	// parts of a mapping, of, are missing: they may be there, misspelt.
	unknown, absent bool
	of              string
}

// faults lists what is wrong with a value, of each place what is found first.
func (c *checker) faults(schema *jsonschema.Schema, value any) []fault {
	invalid, is := errors.AsType[*jsonschema.ValidationError](schema.Validate(value))
	if !is {
		return nil
	}
	all := c.translate(invalid)
	misspelt := map[string]bool{}
	for _, f := range all {
		if f.unknown {
			misspelt[parentOf(f.at)] = true
		}
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(f fault) bool {
		known := seen[f.at] || f.absent && misspelt[f.of]
		seen[f.at] = true
		return known
	})
}

// translate puts an error of the library into the words of the schema, or else
// into ours.
func (c *checker) translate(e *jsonschema.ValidationError) []fault {
	schema := c.find(e.SchemaURL)
	at, message := source.Pointer(e.InstanceLocation...), schema.Get("errorMessage").Text()
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		faults := make([]fault, len(k.Missing))
		for i, name := range k.Missing {
			faults[i] = fault{at: at + source.Pointer(name), message: cmp.Or(message, "is missing; give it"), absent: true, of: at}
		}
		return faults
	case *kind.AdditionalProperties:
		known := schema.Get("properties").Names()
		faults := make([]fault, len(k.Properties))
		for i, name := range k.Properties {
			faults[i] = fault{at: at + source.Pointer(name), message: didYouMean(name, known), unknown: true}
		}
		return faults
	}
	if message != "" {
		_, none := e.ErrorKind.(*kind.AnyOf)
		return []fault{{at: at, message: message, absent: none, of: at}}
	}
	switch k := e.ErrorKind.(type) {
	case *kind.Type:
		return []fault{{at: at, message: mistyped(k)}}
	case *kind.MinLength:
		return []fault{{at: at, message: "is empty; give it a value or remove the line"}}
	case *kind.DependentRequired:
		return []fault{{
			at: at + source.Pointer(k.Missing[0]), absent: true, of: at,
			message: fmt.Sprintf("is missing, and belongs to %s; give both or neither", k.Prop),
		}}
	}
	var faults []fault
	for _, cause := range e.Causes {
		faults = append(faults, c.translate(cause)...)
	}
	if len(faults) == 0 {
		return []fault{{at: at, message: "is not what target.schema.json wants; correct it"}}
	}
	return faults
}

// find returns the part of the schema that a URL of the library names.
func (c *checker) find(schemaURL string) *source.Node {
	_, fragment, _ := strings.Cut(schemaURL, "#")
	place, err := url.PathUnescape(fragment)
	if err != nil {
		return nil
	}
	return c.document.Find(place)
}

// parentOf and split take the last name off a JSON pointer.
func parentOf(pointer string) string {
	parent, _ := split(pointer)
	return parent
}

func split(pointer string) (parent, name string) {
	for name = range source.Names(pointer) { //nolint:revive // the last one is wanted
	}
	return pointer[:max(strings.LastIndexByte(pointer, '/'), 0)], name
}

// mistyped says what a value of the wrong type should be.
func mistyped(k *kind.Type) string {
	switch {
	case slices.Contains(k.Want, "object"):
		return "must be a mapping (key: value)"
	case slices.Contains(k.Want, "boolean") && len(k.Want) == 1:
		return "must be true or false"
	case k.Got == "null":
		return "has no value; give it one or remove the line"
	case k.Got == "object" || k.Got == "array":
		return "must be a single value, such as a text or a number"
	}
	return "must be a text; put it in quotes"
}

// check holds the tree to the schema.
func (r *reader) check() {
	c, err := newChecker()
	if err != nil {
		r.add(1, err.Error())
		return
	}
	faults := c.faults(c.whole, r.instance(r.root))
	slices.SortStableFunc(faults, func(a, b fault) int {
		at, other := r.root.Locate(a.at), r.root.Locate(b.at)
		return cmp.Or(at.Line-other.Line, at.Column-other.Column, strings.Compare(a.at, b.at))
	})
	for _, f := range faults {
		r.refused[f.at] = true
		line, name := r.root.Locate(f.at).Line, nameOf(r.root, f.at)
		if !f.unknown {
			r.add(line, name+" "+f.message)
			continue
		}
		of, key := split(f.at)
		in := ""
		if of != "" {
			in = " in " + nameOf(r.root, of)
		}
		r.add(line, fmt.Sprintf("unknown key %q%s: %s", key, in, f.message))
	}
}

// instance gives a value as the schema is applied to it: with texts as they will be
// used, if the environment has their variables. Of numbers only the type matters.
func (r *reader) instance(n *source.Node) any {
	switch n.Kind() {
	case source.Mapping:
		object := make(map[string]any, n.Len())
		for _, m := range n.Members() {
			r.steps[m.Value] = step{n, m.Name}
			object[m.Name] = r.instance(m.Value)
		}
		return object
	case source.Sequence:
		list := make([]any, n.Len())
		for i, item := range n.Items() {
			r.steps[item] = step{n, strconv.Itoa(i)}
			list[i] = r.instance(item)
		}
		return list
	case source.Bool:
		return n.True()
	case source.Number:
		return json.Number("0")
	case source.String:
		f := r.fill(n.Text(), false)
		if len(f.wrong) > 0 {
			return n.Text()
		}
		return strings.ReplaceAll(f.text, "${", "$ {") // the schema takes ${ for a variable, and this is none
	}
	return nil
}
