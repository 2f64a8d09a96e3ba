package generate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
)

// generator is held while the library works, which keeps what it does in variables
// of its package.
var generator sync.Mutex

// part is one file that the library makes.
type part struct {
	name     string
	generate codegen.GenerateOptions
}

var (
	modelsPart = part{"models.gen.go", codegen.GenerateOptions{Models: true}}
	clientPart = part{"client.gen.go", codegen.GenerateOptions{Client: true}}
	serverPart = part{"server.gen.go", codegen.GenerateOptions{StdHTTPServer: true, Strict: true}}
	// everything is made to see which names there are, whatever is asked for: a name
	// is the same with a client and without.
	everything = part{"all", codegen.GenerateOptions{Models: true, Client: true, StdHTTPServer: true, Strict: true}}
)

// prime has the library make nothing: its naming works only afterwards.
func prime() error {
	_, err := run(&openapi3.T{OpenAPI: "3.0.3", Info: &openapi3.Info{}, Paths: openapi3.NewPaths()}, configuration(modelsPart, "p", false))
	return err
}

func configuration(p part, pkg string, routed bool) codegen.Configuration {
	none := ""
	c := codegen.Configuration{
		PackageName: pkg, Generate: p.generate, NoVCSVersionOverride: &none,
		Compatibility: codegen.CompatibilityOptions{AlwaysPrefixEnumValues: true}, // a new enum never renames the constants of another
		OutputOptions: codegen.OutputOptions{
			SkipFmt: true, SkipPrune: true,
			NameNormalizer: string(codegen.NameNormalizerFunctionToCamelCaseWithInitialisms), // ProjectID, as Go writes it
			TypeMapping: &codegen.TypeMapping{
				Integer: codegen.FormatMapping{Default: codegen.SimpleTypeSpec{Type: "int64"}},
				Number:  codegen.FormatMapping{Default: codegen.SimpleTypeSpec{Type: "float64"}},
			},
		},
	}
	if routed && p.generate.StdHTTPServer {
		c.OutputOptions.UserTemplates = map[string]string{"stdhttp/std-http-handler.tmpl": routedTemplate}
		c.AdditionalImports = []codegen.AdditionalImport{{Package: "github.com/apiclause/clause/contract/router"}}
	}
	return c
}

// run has the library generate. What it cannot do must not end the process.
func run(doc *openapi3.T, c codegen.Configuration) (code string, err error) {
	defer func() {
		if failure := recover(); failure != nil {
			err = fmt.Errorf("the generator failed: %v", failure)
		}
	}()
	return codegen.Generate(doc, c) //nolint:wrapcheck // whose element it is about is said by who asked
}

// document has the OpenAPI library read the tree, which takes longest of all: once,
// unless the tree changes. The generator changes of it but operationIds, to what it
// makes of them anyhow.
func (t *tree) document() (doc *openapi3.T, err error) {
	if t.read != nil {
		return t.read, nil
	}
	defer func() {
		if failure := recover(); failure != nil {
			err = fmt.Errorf("the library that reads it failed: %v", failure)
		}
	}()
	data, err := json.Marshal(t.root)
	if err == nil {
		doc = &openapi3.T{}
		err = json.Unmarshal(data, doc)
	}
	if err == nil {
		err = openapi3.NewLoader().ResolveRefsIn(doc, &url.URL{Path: t.description.Name})
	}
	if err != nil {
		return nil, fmt.Errorf("not valid OpenAPI: %w", err)
	}
	t.read = doc
	return doc, nil
}

// code generates one part.
func (t *tree) code(p part, pkg string, routed bool) (string, error) {
	doc, err := t.document()
	if err != nil {
		return "", err
	}
	return run(doc, configuration(p, pkg, routed))
}

// declared are the names of a package, and how often each is declared.
func declared(files ...*ast.File) map[string]int {
	names := map[string]int{}
	for _, file := range files {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				names[receiver(d)+d.Name.Name]++
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						names[s.Name.Name]++
					case *ast.ValueSpec:
						for _, name := range s.Names {
							names[name.Name]++
						}
					}
				}
			}
		}
	}
	return names
}

// receiver gives the type of a method and a dot.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return ""
	}
	of := d.Recv.List[0].Type
	if pointer, ok := of.(*ast.StarExpr); ok {
		of = pointer.X
	}
	name, _ := of.(*ast.Ident)
	if name == nil {
		return "."
	}
	return name.Name + "."
}

// twoTypes is how the library says that two of its types would have one name.
var twoTypes = regexp.MustCompile(`duplicate typename '(\w+)' detected`)

// maxRounds bounds how often names are changed that turn out to be taken.
const maxRounds = 8

// settleNames changes names until nothing is declared twice.
func (t *tree) settleNames(extra *ast.File) error {
	last := ""
	for range maxRounds {
		code, err := t.code(everything, "p", false)
		if err != nil {
			if twice := twoTypes.FindStringSubmatch(err.Error()); twice != nil && t.settle(twice[1:], t.hasSchema) {
				continue
			}
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), "all.go", code, parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("not valid Go: %w", err)
		}
		t.anything = interfaces(file)
		names := declared(extra, file)
		var again []string
		for _, name := range sorted(names) {
			if names[name] > 1 {
				again = append(again, name)
			}
		}
		if len(again) == 0 {
			return nil
		}
		if !t.settle(again, func(name string) bool { return names[name] > 0 }) {
			return t.blameFor(again[0], fmt.Errorf("%s would be declared twice", strings.Join(again, ", ")))
		}
		last = again[0]
	}
	return t.blameFor(last, fmt.Errorf("%s would be declared twice, whatever the others are called", last))
}

// finished makes a file of what the library wrote: without the imports that nothing
// uses, with one line about where it comes from.
func finished(code, pkg, header string, anything []string) ([]byte, error) {
	code = repaired(withBodies(code, anything))
	_, body, found := strings.Cut(code, "\npackage "+pkg+"\n")
	if !found {
		return nil, errors.New("the generator's output has no package clause")
	}
	code = header + "\n\npackage " + pkg + "\n" + body
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", code, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("not valid Go: %w", err)
	}
	used := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if name, ok := s.X.(*ast.Ident); ok {
				used[name.Name] = true
			}
		}
		return true
	})
	var standard, others []string
	for _, spec := range file.Imports {
		location, _ := strconv.Unquote(spec.Path.Value)
		name := importName(location)
		line := spec.Path.Value
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if spec.Name != nil || name != path.Base(location) {
			line = name + " " + line
		}
		switch {
		case !used[name]:
		case strings.Contains(location, "."):
			others = append(others, "\t"+line)
		default:
			standard = append(standard, "\t"+line)
		}
	}
	return withImports(code, set, file, standard, others)
}

func withImports(code string, set *token.FileSet, file *ast.File, standard, others []string) ([]byte, error) {
	var imports *ast.GenDecl
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			imports = g
			break
		}
	}
	if imports == nil {
		return nil, errors.New("the generator's output has no imports")
	}
	slices.Sort(standard)
	slices.SortFunc(others, func(a, b string) int { return strings.Compare(quotedPart(a), quotedPart(b)) })
	var block bytes.Buffer
	if len(standard)+len(others) > 0 {
		block.WriteString("import (\n" + strings.Join(standard, "\n") + "\n\n" + strings.Join(others, "\n") + "\n)\n")
	}
	begin, end := set.Position(imports.Pos()).Offset, set.Position(imports.End()).Offset
	made, err := format.Source([]byte(code[:begin] + block.String() + code[end:]))
	if err != nil {
		return nil, fmt.Errorf("not valid Go: %w", err)
	}
	return made, nil
}

// quotedPart gives the path of an import, for sorting.
func quotedPart(line string) string {
	_, location, _ := strings.Cut(line, `"`)
	return location
}

var version = regexp.MustCompile(`^v[0-9]+$`)

// importName is the name of a package that is imported without one.
func importName(location string) string {
	name := path.Base(location)
	if version.MatchString(name) {
		name = path.Base(path.Dir(location))
	}
	return name
}

var (
	pathArgument = regexp.MustCompile(`, (pathParam[0-9]+)`)
	// percent is one that stands for itself in a path, and not for a parameter.
	percent      = regexp.MustCompile(`%([^s]|$)`)
	queryBinding = regexp.MustCompile(`runtime\.BindQueryParameterWithOptions\(` +
		`("(?:form|spaceDelimited|pipeDelimited)", false, (?:true|false), .*?), r\.URL\.Query\(\), (.*?), runtime\.BindQueryParameterOptions\{[^}]*\}\)`)
)

// repaired mends what the library's code does otherwise than the contract wants.
func repaired(code string) string {
	escapes, types := false, false
	lines := strings.Split(code, "\n")
	for i, line := range lines {
		switch {
		case strings.Contains(line, "operationPath := fmt.Sprintf("):
			cut := strings.LastIndex(line, `"`)
			arguments := pathArgument.ReplaceAllString(line[cut:], ", pathSegment($1)")
			escapes = escapes || arguments != line[cut:]
			lines[i] = percent.ReplaceAllString(line[:cut], "%%25$1") + arguments
		case strings.Contains(line, `if strings.HasPrefix(r.Header.Get("Content-Type"), `):
			// application/json begins application/json-patch+json, too.
			lines[i] = strings.Replace(line, `strings.HasPrefix(r.Header.Get("Content-Type"), `, "isMediaType(r, ", 1)
			types = true
		case strings.TrimSpace(line) == `queryURL.RawQuery = strings.Join(rawQueryFragments, "&")`:
			lines[i] = `queryURL.RawQuery = strings.ReplaceAll(strings.Join(rawQueryFragments, "&"), " ", "%20")` // of spaceDelimited
		case strings.Contains(line, "runtime.BindQueryParameterWithOptions("):
			// A comma within a value is %2C, which the decoded query no longer tells from
			// one between two.
			lines[i] = queryBinding.ReplaceAllString(line, "runtime.BindRawQueryParameter($1, r.URL.RawQuery, $2)")
		}
	}
	code = strings.Join(lines, "\n")
	if escapes {
		code += pathSegment
	}
	if types {
		code += isMediaType
	}
	return code
}

const pathSegment = `
// pathSegment escapes a value of dots alone, which would else be read as a step up
// in the path.
func pathSegment(escaped string) string {
	if strings.Trim(escaped, ".") == "" {
		return strings.ReplaceAll(escaped, ".", "%2E")
	}
	return escaped
}
`

const isMediaType = `
// isMediaType reports whether the body of a request has a media type, or one of a
// range of them.
func isMediaType(r *http.Request, want string) bool {
	want, _, _ = strings.Cut(want, ";")
	got, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	want, got = strings.ToLower(strings.TrimSpace(want)), strings.ToLower(strings.TrimSpace(got))
	kind, some := strings.CutSuffix(want, "/*")
	return want == "*/*" || got == want || some && strings.HasPrefix(got, kind+"/")
}
`

// interfaces lists the answers of the server that would be interface types, which
// cannot have the method that an answer has.
func interfaces(file *ast.File) (names []string) {
	specs := map[string]ast.Expr{}
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok {
			for _, s := range g.Specs {
				if s, ok := s.(*ast.TypeSpec); ok {
					specs[s.Name.Name] = s.Type
				}
			}
		}
	}
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv == nil || !strings.HasPrefix(f.Name.Name, "Visit") {
			continue
		}
		name := strings.TrimSuffix(receiver(f), ".")
		of := specs[name]
		for range maxRefs {
			if other, ok := of.(*ast.Ident); ok && specs[other.Name] != nil {
				of = specs[other.Name]
			}
		}
		if _, ok := of.(*ast.InterfaceType); ok {
			names = append(names, name)
		}
	}
	return names
}

// withBodies makes structs of such answers, with the value as their body.
func withBodies(code string, names []string) string {
	for _, name := range names {
		declaration := regexp.MustCompile(`(?m)^\s*type ` + name + `\b.*$`)
		code = declaration.ReplaceAllLiteralString(code, "type "+name+" struct { Body any }")
		head, rest, found := strings.Cut(code, "func (response "+name+") Visit")
		if found {
			end := len(rest)
			if next := nextDeclaration.FindStringIndex(rest); next != nil {
				end = next[0]
			}
			code = head + "func (response " + name + ") Visit" + theAnswer.ReplaceAllString(rest[:end], "${1}response.Body$2") + rest[end:]
		}
	}
	return code
}

var (
	nextDeclaration = regexp.MustCompile(`(?m)^\s*(func|type) `)
	// theAnswer is where the method of an answer writes the answer itself.
	theAnswer = regexp.MustCompile(`((?:Encode|Sprint|MarshalForm)\()response(\)|, nil\))`)
)
