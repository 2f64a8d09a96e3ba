package generate

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// Exported gives the exported names of the package, methods as "Type.Method", each
// with its declaration, without comments and bodies.
func (p *Package) Exported() (map[string]string, error) {
	out := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(p.Files)) {
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, p.Files[name], parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("read the generated %s: %w", name, err)
		}
		ast.FileExports(file)
		for _, d := range file.Decls {
			exportedOf(set, d, out)
		}
	}
	return out, nil
}

func exportedOf(set *token.FileSet, d ast.Decl, out map[string]string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		d.Body, d.Doc = nil, nil
		out[receiver(d)+d.Name.Name] = printed(set, d)
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				s.Doc, s.Comment = nil, nil
				out[s.Name.Name] = printed(set, s)
			case *ast.ValueSpec:
				for _, name := range s.Names {
					out[name.Name] = d.Tok.String() + " " + name.Name + " " + printed(set, s.Type)
				}
			}
		}
	}
}

func printed(set *token.FileSet, node any) string {
	var b bytes.Buffer
	if x, ok := node.(ast.Expr); node == nil || ok && x == nil {
		return ""
	}
	if err := printer.Fprint(&b, set, node); err != nil {
		return ""
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
