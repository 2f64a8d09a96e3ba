package generate

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
)

// elementError is why something of the description cannot be generated.
type elementError struct {
	at, what string
	err      error
}

func (e elementError) Error() string {
	return fmt.Sprintf("%s: no Go can be generated of %s: %v", e.at, e.what, e.err)
}

func (e elementError) Unwrap() error { return e.err }

// check has the compiler's front end look at what was generated, before anything is
// written. What is imported is taken on trust: it need not be there yet.
func (t *tree) check(out *Package) error {
	set := token.NewFileSet()
	var files []*ast.File
	for _, name := range sorted(out.Files) {
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		file, err := parser.ParseFile(set, name, out.Files[name], parser.SkipObjectResolution)
		if err != nil {
			return t.blame(err)
		}
		files = append(files, file)
	}
	var found *types.Error
	config := types.Config{Importer: nothing{}, IgnoreFuncBodies: false, Error: func(err error) {
		if problem, ok := errors.AsType[types.Error](err); ok && found == nil && !problem.Soft && !strings.Contains(problem.Msg, "could not import") {
			found = &problem
		}
	}}
	_, _ = config.Check("generated", set, files, nil)
	if found == nil {
		return nil
	}
	for _, file := range files {
		for _, d := range file.Decls {
			if d.Pos() <= found.Pos && found.Pos <= d.End() {
				return t.blameFor(declares(d, found.Pos), errors.New(found.Msg))
			}
		}
	}
	return t.blame(errors.New(found.Msg))
}

// nothing imports packages of which nothing is known.
type nothing struct{}

func (nothing) Import(string) (*types.Package, error) { return nil, errors.New("not looked at") }

// declares gives the name that a declaration is for.
func declares(d ast.Decl, at token.Pos) string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return receiver(d) + d.Name.Name
	case *ast.GenDecl:
		for _, s := range d.Specs {
			if s.Pos() > at || s.End() < at {
				continue
			}
			switch s := s.(type) {
			case *ast.TypeSpec:
				return s.Name.Name
			case *ast.ValueSpec:
				return s.Names[0].Name
			}
		}
	}
	return ""
}

// blameFor names the element that a name in Go comes from.
func (t *tree) blameFor(name string, err error) error {
	longest, what, pointer := "", "", ""
	look := func(goName, kind, own, at string) {
		if goName != "" && strings.Contains(name, goName) && len(goName) > len(longest) {
			longest, what, pointer = goName, kind+" "+quoted(own), at
		}
	}
	for own, at := range t.schemaAt {
		if t.schemas()[own] != nil {
			look(goName(own), "the schema", own, at)
		}
	}
	t.eachOperation(func(operation object, at string) {
		id, _ := operation["operationId"].(string)
		look(goName(id), "the operation", id, at)
	})
	if longest == "" {
		return t.blame(err)
	}
	return elementError{t.description.Locate(pointer).String(), what, err}
}

// blame finds the element for which generating fails, by generating of less.
func (t *tree) blame(err error) error {
	if _, ok := errors.AsType[elementError](err); ok {
		return err
	}
	paths, schemas := child(t.root, "paths"), t.schemas()
	defer func() { t.root["paths"], t.root["components"] = paths, object{"schemas": schemas} }()
	fails := func(paths, schemas object) bool {
		t.root["paths"], t.root["components"], t.read = paths, object{"schemas": schemas}, nil
		code, err := t.code(everything, "p", false)
		if err == nil {
			_, err = finished(code, "p", "//", t.anything)
		}
		return err != nil
	}
	for _, name := range sorted(schemas) {
		closure := object{}
		t.closure(name, schemas, closure)
		if fails(object{}, closure) {
			return elementError{t.description.Locate(t.schemaAt[name]).String(), "the schema " + quoted(name), err}
		}
	}
	for _, path := range sorted(paths) {
		item := child(paths, path)
		for _, method := range methods {
			if operation, ok := item[method].(object); ok && fails(object{path: object{method: operation}}, schemas) {
				id, _ := operation["operationId"].(string)
				return elementError{t.description.Locate(t.operationAt[id]).String(), "the operation " + quoted(id), err}
			}
		}
	}
	return elementError{t.description.Name, "the description as a whole", err}
}

// closure collects a schema and those that it refers to.
func (t *tree) closure(name string, schemas, into object) {
	schema, ok := schemas[name].(object)
	if !ok || into[name] != nil {
		return
	}
	into[name] = schema
	below(schema, "", func(schema object, _ string) {
		if ref, ok := schema["$ref"].(string); ok {
			t.closure(refName(ref), schemas, into)
		}
		for _, to := range child(child(schema, "discriminator"), "mapping") {
			if ref, ok := to.(string); ok {
				t.closure(refName(ref), schemas, into)
			}
		}
	})
}
