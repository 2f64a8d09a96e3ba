package spec

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/source"
)

type loader struct {
	ctx      context.Context //nolint:containedctx // a loader serves one call of Load
	file     string
	doc      *openapi3.T
	contract *Contract
	// draft2020 tells OpenAPI 3.1 and later, whose schemas are JSON Schema 2020-12.
	draft2020 bool

	problems Problems
	warnings Problems
	warned   map[Problem]bool

	// annotated tells that there is an annotation somewhere.
	annotated bool
	// partial tells that something was left out that may use what is annotated.
	partial bool

	read  map[*source.Node]bool   // annotations that were read
	marks map[*source.Node]string // those below composed schemas, and a key that is not read there
	// distincts are the places that say distinct, and whether a clause came of it.
	distincts map[clause.Location]bool
	paths     map[string]bool // those that have an operation
	taken     map[string]int  // ids of places, and how often they were asked for

	schemas    int                      // how many places were modelled
	places     int                      // of those, how many of the parameter, body or answer at hand
	repeated   map[*openapi3.Schema]int // how often those with members were modelled in it
	parts      map[partKey]*Schema
	unknotted  map[*Schema]bool
	kinds      map[*Schema]string // types of parts
	facts      map[*Schema]facts  // of parts, with what is in them
	unreadable bool               // a schema has keywords that no value can be held to
	patterns   map[string]*Pattern
	// foreigns are the schemas that the library judges, borrowings what it is given.
	foreigns   map[foreignKey]*foreign
	borrowings map[direction]*borrowing
	memory     *memory
	rulesRead  int
	pin        string // the status that the operation at hand refuses with, where x-contract says so
}

// Load reads a contract. name is how problems call the file; references to other
// files are relative to it. The error is Problems.
func Load(name string, data []byte) (*Contract, error) {
	ctx := context.Background()
	return model(ctx, func() (*source.Description, error) { return source.Read(ctx, name, data, source.Options{}) })
}

// Open reads a contract from a file, from an http or https URL, or from standard
// input, which is "-", with all that it refers to. The error is Problems, or that
// of ctx.
func Open(ctx context.Context, name string, o source.Options) (*Contract, error) {
	return model(ctx, func() (*source.Description, error) { return source.Load(ctx, name, o) })
}

func model(ctx context.Context, read func() (*source.Description, error)) (*Contract, error) {
	var d *source.Description
	err := guard(func() (err error) {
		d, err = read()
		return err
	})
	if err != nil && ctx.Err() != nil {
		return nil, ctx.Err() //nolint:wrapcheck // who asks knows what was cut short
	}
	if failure, ok := errors.AsType[*source.Error](err); ok {
		if failure.At.Line == 0 { // it cannot be read at all
			return nil, errors.New(failure.Message) //nolint:err113 // it is for people
		}
		return nil, Problems{fromSource(failure.Problem)}
	}
	if err != nil {
		return nil, err
	}
	whole := newCursor(d) // as it was written
	d = d.Flat()
	l := newLoader(ctx, d)
	if l.doc, err = openapi(d); err != nil {
		return nil, err
	}
	l.mended(d.Problems)
	root := newCursor(d)
	l.annotated = annotated(d.Root, 0)
	l.build(root)
	if err := ctx.Err(); err != nil {
		return nil, err //nolint:wrapcheck // who asks knows what was cut short
	}
	if len(l.problems) > 0 {
		return nil, l.problems.sorted(d.Name)
	}
	l.contract.Warnings = l.warnings.sorted(d.Name)
	whole.pointers(l.contract.Warnings)
	l.memory.loaded = true
	return l.contract, nil
}

func newLoader(ctx context.Context, d *source.Description) *loader {
	return &loader{
		ctx: ctx, file: d.Name, draft2020: d.Version >= source.V31, warned: map[Problem]bool{},
		contract: &Contract{
			File: d.Name, Files: d.Files, SHA256: d.SHA256, Overlays: d.Overlays, RemoteRefs: d.RemoteRefs,
			byID: map[string]*clause.Clause{}, pins: map[string]string{}, judged: map[string]string{},
		},
		read: map[*source.Node]bool{}, marks: map[*source.Node]string{},
		distincts: map[clause.Location]bool{}, paths: map[string]bool{}, taken: map[string]int{},
		parts: map[partKey]*Schema{}, unknotted: map[*Schema]bool{}, kinds: map[*Schema]string{}, facts: map[*Schema]facts{},
		patterns: map[string]*Pattern{}, foreigns: map[foreignKey]*foreign{}, borrowings: map[direction]*borrowing{},
		memory: &memory{},
	}
}

// mended takes over what reading found. In an annotation nothing is mended: who
// writes one can be asked to write it right.
func (l *loader) mended(found []source.Problem) {
	for _, p := range found {
		problem := fromSource(p)
		if strings.Contains(p.Pointer+"/", "/"+annotationKey+"/") {
			l.problems = append(l.problems, problem)
		} else {
			l.warnings = append(l.warnings, problem)
			l.partial = l.partial || p.Severity == source.Warning
		}
	}
}

// build makes the model. The library's model and the cursor walk in step.
func (l *loader) build(root cursor) {
	c := l.contract
	if l.doc.Info != nil {
		c.Title, c.Version = l.doc.Info.Title, l.doc.Info.Version
	}
	l.schemes(root)
	l.servers(root)
	for _, path := range root.in("paths").keys() {
		if item := l.doc.Paths.Value(path.Name); item != nil {
			l.path(root.in("paths", path.Name), path.Name, item)
		}
	}
	l.overlaps()
	if len(c.Operations) == 0 && len(l.problems) == 0 {
		l.warn(root.in("paths").at(), "the contract has no operation: nothing is tested")
	}
	for _, name := range []string{"webhooks", "jsonSchemaDialect"} {
		if at := root.in(name); at.exists() {
			l.warn(at.at(), "%s is not read: no clause comes of it", name)
		}
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
	if more := at.step("additionalOperations"); more.exists() {
		l.warn(more.at(), "additionalOperations is not read: no clause comes of it")
	}
	methods := item.Operations()
	for _, key := range at.keys() {
		method := strings.ToUpper(key.Name)
		if operation := methods[method]; operation != nil && key.Name == strings.ToLower(method) && l.ctx.Err() == nil {
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
		if ref := l.doc.Components.SecuritySchemes[key.Name]; ref != nil && ref.Value != nil {
			l.securityScheme(key.Name, at.in(key.Name), ref.Value)
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

// annotated reports whether there is an annotation below a node.
func annotated(n *source.Node, depth int) bool {
	if depth > maxDepth {
		return false
	}
	return slices.ContainsFunc(n.Members(), func(m source.Member) bool { return m.Name == annotationKey || annotated(m.Value, depth+1) }) ||
		slices.ContainsFunc(n.Items(), func(item *source.Node) bool { return annotated(item, depth+1) })
}

// maxDepth bounds how deep is looked for annotations, in levels.
const maxDepth = 1000
