package spec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"

	"github.com/apiclause/clause/contract/clause"
)

// maxSize bounds a contract file, in bytes.
const maxSize = 8 << 20

type loader struct {
	file     string
	doc      *openapi3.T
	contract *Contract
	read     map[*yaml.Node]bool
	problems Problems
	warnings Problems
	names    map[string]clause.Location // operationIds
}

// Load reads a contract. name is how problems call the file. The error is
// Problems when the contract can be read but not used.
func Load(name string, data []byte) (*Contract, error) {
	if len(data) > maxSize {
		return nil, Problems{{At: clause.Location{File: name}, Message: fmt.Sprintf("the contract is larger than %d MiB: split it", maxSize>>20)}}
	}
	l := &loader{
		file: name, read: map[*yaml.Node]bool{}, names: map[string]clause.Location{},
		contract: &Contract{File: name, byID: map[string]*clause.Clause{}},
	}
	root, err := l.parse(data)
	if err != nil {
		return nil, err
	}
	if err := l.openapi(root, data); err != nil {
		return nil, err
	}
	l.build(root)
	if len(l.problems) > 0 {
		return nil, l.problems.sorted()
	}
	l.contract.Warnings = l.warnings.sorted()
	return l.contract, nil
}

func (l *loader) parse(data []byte) (cursor, error) {
	var document yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return cursor{}, Problems{{At: l.yamlLine(err), Message: "the contract is empty"}}
	} else if err != nil {
		return cursor{}, Problems{{At: l.yamlLine(err), Message: "the contract is no YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")}}
	}
	root := newCursor(l.file, &document)
	if root.node == nil || root.node.Kind != yaml.MappingNode {
		return cursor{}, Problems{{At: root.at(), Message: "the contract must be an OpenAPI object with openapi, info and paths"}}
	}
	if v := root.scalar("openapi"); !strings.HasPrefix(v, "3.0.") && !strings.HasPrefix(v, "3.1.") {
		return cursor{}, Problems{{At: root.in("openapi").at(), Message: fmt.Sprintf("openapi is %q: write the contract in OpenAPI 3.0 or 3.1", v)}}
	}
	if problem := root.bounded(root.node, 0); problem != nil {
		return cursor{}, Problems{*problem}
	}
	return root, nil
}

// maxDepth bounds how deep a contract nests.
const maxDepth = 100

// bounded refuses what could grow a small file beyond bounds.
func (c cursor) bounded(n *yaml.Node, depth int) *Problem {
	if depth > maxDepth {
		return &Problem{At: c.place(n), Message: fmt.Sprintf("the contract nests deeper than %d levels", maxDepth)}
	}
	for _, child := range n.Content {
		if child.Kind == yaml.AliasNode {
			return &Problem{At: c.place(child), Message: "YAML aliases are not read: use $ref to a component"}
		}
		if problem := c.bounded(child, depth+1); problem != nil {
			return problem
		}
	}
	return nil
}

var yamlLinePattern = regexp.MustCompile(`line (\d+)`)

func (l *loader) yamlLine(err error) clause.Location {
	at := clause.Location{File: l.file, Line: 1}
	if m := yamlLinePattern.FindStringSubmatch(err.Error()); m != nil {
		at.Line, _ = strconv.Atoi(m[1])
	}
	return at
}

// openapi has the OpenAPI library read and validate the file. What it refuses
// to read ends the load; what it finds invalid is collected.
func (l *loader) openapi(root cursor, data []byte) error {
	reader := openapi3.NewLoader()
	reader.IncludeOrigin = true
	doc, err := reader.LoadFromDataWithPath(data, &url.URL{Path: l.file})
	if err != nil {
		return Problems{{At: l.unmarshalLine(root, err), Message: "not valid OpenAPI: " + short(err)}}
	}
	l.doc = doc
	var all openapi3.MultiError
	switch err := doc.Validate(context.Background(), openapi3.EnableMultiError()); {
	case err == nil:
	case errors.As(err, &all):
		for _, e := range all {
			if strings.Contains(e.Error(), "undefined security scheme") {
				continue // said again, with its line, where security is read
			}
			l.problem(l.origin(e), "not valid OpenAPI: %s", short(e))
		}
	default:
		l.problem(l.origin(err), "not valid OpenAPI: %s", short(err))
	}
	return nil
}

// short keeps the first line of an error: the library appends whole schemas.
func short(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\n")
	return strings.TrimSpace(text)
}

// origin finds the innermost place that the library's chain of errors names.
func (l *loader) origin(err error) clause.Location {
	at := clause.Location{File: l.file, Line: 1}
	for ; err != nil; err = errors.Unwrap(err) {
		v := reflect.Indirect(reflect.ValueOf(err))
		if v.Kind() != reflect.Struct {
			continue
		}
		field := v.FieldByName("Origin")
		if !field.IsValid() {
			continue
		}
		if o, ok := reflect.TypeAssert[*openapi3.Origin](field); ok && o != nil && o.Key != nil && o.Key.Line > 0 {
			at.Line, at.Column = o.Key.Line, o.Key.Column
		}
	}
	return at
}

var unmarshalField = regexp.MustCompile(`into (?:Go )?(?:struct )?field (?:\w+\.)*([\w-]+) `)

// unmarshalLine finds the line of an error that names only a field: the first
// key of that name with a value of another kind than its namesakes.
func (l *loader) unmarshalLine(root cursor, err error) clause.Location {
	m := unmarshalField.FindStringSubmatch(err.Error())
	if m == nil {
		return l.yamlLine(err)
	}
	array := strings.Contains(err.Error(), "unmarshal array")
	object := strings.Contains(err.Error(), "unmarshal object")
	var found *yaml.Node
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		for i, child := range n.Content {
			walk(child)
			if n.Kind != yaml.MappingNode || i%2 != 1 || found != nil || n.Content[i-1].Value != m[1] {
				continue
			}
			if array == (child.Kind == yaml.SequenceNode) && object == (child.Kind == yaml.MappingNode) {
				found = n.Content[i-1]
			}
		}
	}
	walk(root.node)
	if found == nil {
		return l.yamlLine(err)
	}
	return root.place(found)
}

// build makes the model. The library's model and the cursor walk in step.
func (l *loader) build(root cursor) {
	c := l.contract
	if l.doc.Info != nil {
		c.Title, c.Version = l.doc.Info.Title, l.doc.Info.Version
	}
	l.schemes(root)
	for _, path := range root.in("paths").keys() {
		item := l.doc.Paths.Value(path.Value)
		if item == nil {
			continue
		}
		at := root.in("paths", path.Value)
		methods := item.Operations()
		for _, key := range at.keys() {
			if operation := methods[strings.ToUpper(key.Value)]; operation != nil {
				l.operation(at, path.Value, strings.ToUpper(key.Value), item, operation)
			}
		}
	}
	if len(c.Operations) == 0 {
		l.problem(root.in("paths").at(), "the contract has no operation: add one under paths")
	}
	l.unread(root, 0)
}

func (l *loader) schemes(root cursor) {
	if l.doc.Components == nil {
		return
	}
	at := root.in("components", "securitySchemes")
	for _, key := range at.keys() {
		ref := l.doc.Components.SecuritySchemes[key.Value]
		if ref == nil || ref.Value == nil {
			continue
		}
		c := at.in(key.Value)
		a := l.annotate(c, onScheme)
		scheme := &Scheme{
			Name: key.Value, Type: ref.Value.Type, In: ref.Value.In, Param: ref.Value.Name,
			HTTP: strings.ToLower(ref.Value.Scheme), At: c.at(),
			Signing: l.signing(a), source: a.Source, inferred: a.Inferred,
		}
		l.inferable(a, "the security scheme", []string{"name", "in", "scheme", "signing"})
		if scheme.Type == "oauth2" || scheme.Type == "openIdConnect" {
			// Both end in a bearer token (RFC 6750), which is what a request carries.
			scheme.Type, scheme.HTTP = "http", "bearer"
		}
		l.contract.Schemes = append(l.contract.Schemes, scheme)
	}
}

func (c *Contract) scheme(name string) *Scheme {
	i := slices.IndexFunc(c.Schemes, func(s *Scheme) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return c.Schemes[i]
}
