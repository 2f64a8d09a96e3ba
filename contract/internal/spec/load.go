package spec

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"

	"github.com/apiclause/clause/contract/clause"
)

type loader struct {
	file     string
	doc      *openapi3.T
	contract *Contract
	// draft2020 tells OpenAPI 3.1, whose schemas are JSON Schema 2020-12.
	draft2020 bool

	problems Problems
	warnings Problems
	// fromLibrary marks the problems that the OpenAPI library found; placeless
	// those of them that it gave no place for.
	fromLibrary, placeless map[Problem]bool

	// partial tells that something was passed over that may hold annotations.
	partial bool

	read  map[*yaml.Node]bool   // annotations that were read
	marks map[*yaml.Node]string // those below composed schemas, and a key that is not read there
	// distincts are the places that say distinct, and whether a clause came of it.
	distincts map[clause.Location]bool
	names     map[string]clause.Location // operationIds
	paths     map[string]bool            // those that have an operation

	schemas   int // how many places were modelled
	parts     map[partKey]*Schema
	unknotted map[*Schema]bool
	kinds     map[*Schema]string // types of parts
	facts     map[*Schema]facts  // of parts, with what is in them
	patterns  map[string]*Pattern
	// foreigns are the schemas that the library judges, borrowings what it is given.
	foreigns   map[foreignKey]*foreign
	borrowings map[direction]*borrowing
	rulesRead  int
	pin        string // the status that the operation at hand refuses with, where x-contract says so
}

// Load reads a contract. name is how problems call the file. The error is
// Problems when the contract can be read but not used.
func Load(name string, data []byte) (*Contract, error) {
	l := &loader{
		file: name, contract: &Contract{File: name, byID: map[string]*clause.Clause{}, pins: map[string]string{}, judged: map[string]string{}},
		fromLibrary: map[Problem]bool{}, placeless: map[Problem]bool{},
		read: map[*yaml.Node]bool{}, marks: map[*yaml.Node]string{},
		distincts: map[clause.Location]bool{}, names: map[string]clause.Location{}, paths: map[string]bool{},
		parts: map[partKey]*Schema{}, unknotted: map[*Schema]bool{}, kinds: map[*Schema]string{}, facts: map[*Schema]facts{},
		patterns: map[string]*Pattern{}, foreigns: map[foreignKey]*foreign{}, borrowings: map[direction]*borrowing{},
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
		return nil, l.own().sorted()
	}
	l.contract.Warnings = l.warnings.sorted()
	return l.contract, nil
}

// own drops what the OpenAPI library says of a place that the model says
// something of, too: the same, in words that help more. What it says without a
// place can wait until the rest is mended.
func (l *loader) own() Problems {
	told := map[clause.Location]bool{}
	for _, p := range l.problems {
		if !l.fromLibrary[p] {
			told[p.At] = true
		}
	}
	return slices.DeleteFunc(l.problems, func(p Problem) bool {
		return l.fromLibrary[p] && told[p.At] || l.placeless[p] && len(told) > 0
	})
}

// build makes the model. The library's model and the cursor walk in step.
func (l *loader) build(root cursor) {
	c := l.contract
	if l.doc.Info != nil {
		c.Title, c.Version = l.doc.Info.Title, l.doc.Info.Version
	}
	l.known(root, "the contract")
	l.schemes(root)
	for _, path := range root.in("paths").keys() {
		if item := l.doc.Paths.Value(path.Value); item != nil {
			l.path(root.in("paths", path.Value), path.Value, item)
		}
	}
	l.overlaps()
	if len(c.Operations) == 0 && len(l.problems) == 0 {
		l.problem(root.in("paths").at(), "the contract has no operation: add one under paths")
	}
	for _, name := range []string{"webhooks", "jsonSchemaDialect"} {
		if at := root.in(name); at.exists() {
			l.warn(at.at(), "%s is not read: no clause comes of it", name)
		}
	}
	if l.partial {
		return
	}
	l.unread(root, 0)
	good := len(l.problems) == 0
	for at, made := range l.distincts {
		if good && !made {
			l.problem(at, "distinct is read in a successful answer, and this is in none: leave it out")
		}
	}
}

func (l *loader) path(at cursor, path string, item *openapi3.PathItem) {
	l.known(at, "a path")
	methods := item.Operations()
	for _, key := range at.keys() {
		method := strings.ToUpper(key.Value)
		if operation := methods[method]; operation != nil && key.Value == strings.ToLower(method) {
			l.operation(at, path, method, item, operation)
		}
	}
}

func (l *loader) schemes(root cursor) {
	if l.doc.Components == nil {
		return
	}
	at := root.in("components", "securitySchemes")
	for _, key := range at.keys() {
		if ref := l.doc.Components.SecuritySchemes[key.Value]; ref != nil && ref.Value != nil {
			l.securityScheme(key.Value, at.in(key.Value), ref.Value)
		}
	}
}

func (c *Contract) scheme(name string) *Scheme {
	i := slices.IndexFunc(c.Schemes, func(s *Scheme) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return c.Schemes[i]
}
