package generate_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/generate"
)

var all = generate.Options{Package: "p", Client: true, Server: true, Enforce: true}

// contracts are those of testdata, of which each has what is hard of one kind.
func contracts(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	return files
}

func nameOf(file string) string { return strings.TrimSuffix(filepath.Base(file), ".yaml") }

// module makes a module outside of this one that uses it as it is.
func module(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(mod), "module github.com/apiclause/clause\n", "module "+name+"\n", 1) +
		"\nrequire github.com/apiclause/clause v0.0.0\n\nreplace github.com/apiclause/clause => " + root + "\n"
	write(t, filepath.Join(dir, "go.mod"), text)
	write(t, filepath.Join(dir, "go.sum"), string(sum))
	return dir
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestWhatIsGeneratedCompilesStartsAndKeepsValues builds all contracts of testdata at
// once, with a program that starts each and sends what is easily lost on the way.
func TestWhatIsGeneratedCompilesStartsAndKeepsValues(t *testing.T) {
	t.Parallel()
	dir := module(t, "try")
	for _, file := range contracts(t) {
		o := all
		o.Package = nameOf(file)
		made, err := generate.Go(t.Context(), file, o)
		if err != nil {
			t.Fatal(err)
		}
		if err := made.Write(filepath.Join(dir, o.Package)); err != nil {
			t.Fatal(err)
		}
	}
	program, err := os.ReadFile("testdata/try/main.go")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "main.go"), string(program))
	cmd := exec.CommandContext(t.Context(), "go", "run", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := `bodies starts
empty starts
modern starts
names starts
old starts
routes starts
styles starts
root
ab "d"
ac "d"
ac "b"
ac/
fileJSON "x.y"
file "x.yaml"
file ".."
file "."
file "a/b?c#d%2F ü"
cancel 7
job 7
range 1 20
odd "1" "2" "3"
percent "x"
/api/none 404 
/api/file/x 405 GET
query ["x,y" "z"] ["x,y" "z"] ["x|y" "z"] ["x" "z"] 1.67772175e+07 9007199254740993
simple ".." [1 2] u v
json 9.9999999999e+08 4294967297
answer any
vendor 9.9999999999e+08
raw true
`
	if string(out) != want {
		t.Errorf("it says:\n%s\nwant:\n%s", out, want)
	}
}

// TestEveryDifferentNameIsTold pins the names of what would not compile or fall
// together, which must not change: people call them.
func TestEveryDifferentNameIsTold(t *testing.T) {
	t.Parallel()
	made, err := generate.Go(t.Context(), "testdata/names.yaml", all)
	if err != nil {
		t.Fatal(err)
	}
	again, err := generate.Go(t.Context(), "testdata/names.yaml", all)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range made.Files {
		if string(again.Files[name]) != string(data) {
			t.Errorf("%s is another one the second time", name)
		}
	}
	data, err := os.ReadFile("testdata/names.notes.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(made.Notes, "\n") + "\n"; got != string(data) {
		t.Errorf("the notes are:\n%s", got)
	}
	doc := string(made.Files["doc.go"])
	if !strings.Contains(doc, `//   - the schema "foo-bar" is called FooDashBar in Go`) {
		t.Errorf("doc.go does not tell the names:\n%s", doc)
	}
}

func source(paths, schemas string) string {
	return "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n" + paths + "components:\n  schemas:\n" + schemas
}

const one = "  /a: {get: {operationId: a, responses: {'200': {description: ok}}}}\n"

// TestANameStaysWhenOthersCome adds schemas before, between and behind.
func TestANameStaysWhenOthersCome(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "c.yaml")
	notes := func(schemas ...string) []string {
		var text strings.Builder
		for _, name := range schemas {
			text.WriteString("    " + name + ": {type: object, properties: {x: {type: string}}}\n")
		}
		write(t, file, source(one, text.String()))
		made, err := generate.Go(t.Context(), file, all)
		if err != nil {
			t.Fatal(err)
		}
		for i, note := range made.Notes {
			_, made.Notes[i], _ = strings.Cut(note, ": ")
		}
		return made.Notes
	}
	few := notes("foo_bar", "foo-bar", "Client")
	want := []string{
		`the schema "foo-bar" is called FooDashBar in Go`,
		`the schema "Client" is called ClientSchema in Go, where Client is something else`,
	}
	slices.Sort(few)
	slices.Sort(want)
	if !slices.Equal(few, want) {
		t.Errorf("the notes are %q", few)
	}
	for _, note := range notes("A", "foo-bar", "FooBaz", "Client", "foo.bar", "foo_bar", "Z") {
		if !slices.Contains(append(want, `the schema "foo.bar" is called FooDotBar in Go`), note) {
			t.Errorf("with others: %s", note)
		}
	}
}

// TestWhatCannotBeGeneratedNamesTheElement covers the errors that a description can
// cause.
func TestWhatCannotBeGeneratedNamesTheElement(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "c.yaml")
	for want, text := range map[string]string{
		`c.yaml:8: no Go can be generated of the parameter "a\"b": it is required, and its name cannot be written in a string of Go: ` +
			"rename it, or make it optional": source(`  /a:
    get:
      operationId: a
      parameters:
        - {name: 'a"b', in: query, required: true, schema: {type: string}}
      responses: {'200': {description: ok}}
`, "    A: {type: string}\n"),
		"c.yaml:1:1: this does not say which OpenAPI it is written in": "hello: you\n",
	} {
		write(t, file, text)
		_, err := generate.Go(t.Context(), file, all)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, not %s", err, want)
		}
	}
	if _, err := generate.Go(t.Context(), file, generate.Options{Package: "p", Enforce: true}); err == nil ||
		err.Error() != "what is enforced is what a server is asked: generate the server too" {
		t.Errorf("the error is %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := generate.Go(ctx, "http://127.0.0.1:1/c.yaml", all); err == nil {
		t.Error("what was cancelled is generated")
	}
}

// TestTheContractThatIsEmbeddedIsTheSame holds the clauses of the embedded contract to
// those of the description.
func TestTheContractThatIsEmbeddedIsTheSame(t *testing.T) {
	t.Parallel()
	for _, file := range contracts(t) {
		made, err := generate.Go(t.Context(), file, all)
		if err != nil {
			t.Fatal(err)
		}
		embedded, err := contract.Load("contract.gen.json", made.Files["contract.gen.json"])
		if err != nil {
			t.Fatal(err)
		}
		c, err := contract.LoadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := ids(embedded), ids(c); !slices.Equal(got, want) {
			t.Errorf("%s: the clauses are %q, not %q", file, got, want)
		}
	}
}

func ids(c *contract.Contract) []string {
	var out []string
	for _, one := range c.Clauses() {
		out = append(out, one.ID+" "+one.Statement)
	}
	return out
}

// TestWriteTouchesNothingThatIsNotGenerated covers what can be in a folder.
func TestWriteTouchesNothingThatIsNotGenerated(t *testing.T) {
	t.Parallel()
	full, err := generate.Go(t.Context(), "testdata/empty.yaml", all)
	if err != nil {
		t.Fatal(err)
	}
	models, err := generate.Go(t.Context(), "testdata/empty.yaml", generate.Options{Package: "p"})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "new", "p")
	write(t, filepath.Join(dir, "mine.gen.go"), "package p\n")
	write(t, filepath.Join(dir, "handler.go"), "package p\n")
	if err := full.Write(dir); err != nil {
		t.Fatal(err)
	}
	if got, want := list(t, dir), []string{
		"client.gen.go", "contract.gen.json", "doc.go", "enforce.gen.go", "handler.go", "mine.gen.go", "models.gen.go", "server.gen.go",
	}; !slices.Equal(got, want) {
		t.Errorf("it holds %q", got)
	}
	if err := full.Check(dir); err != nil {
		t.Error(err)
	}
	if err := models.Check(dir); !errors.Is(err, generate.ErrDrift) || !strings.Contains(err.Error(), "client.gen.go is generated no more") ||
		!strings.Contains(err.Error(), "doc.go is not what the contract gives") {
		t.Errorf("the error is %v", err)
	}
	if err := models.Write(dir); err != nil {
		t.Fatal(err)
	}
	if got, want := list(t, dir), []string{"doc.go", "handler.go", "mine.gen.go", "models.gen.go"}; !slices.Equal(got, want) {
		t.Errorf("it holds %q", got)
	}
	write(t, filepath.Join(dir, "doc.go"), "// Package p is mine.\npackage p\n")
	for _, err := range []error{models.Write(dir), full.Write(dir), models.Check(dir)} {
		if err == nil || err.Error() != filepath.Join(dir, "doc.go")+" is there, and was not generated by clause: move it away, or name another folder" {
			t.Errorf("the error is %v", err)
		}
	}
	if got := list(t, dir); len(got) != 4 {
		t.Errorf("it holds %q", got)
	}
	if err := models.Check(filepath.Join(dir, "none")); err == nil || !strings.Contains(err.Error(), "models.gen.go is missing") {
		t.Errorf("the error is %v", err)
	}
	if err := models.Write(filepath.Join(dir, "doc.go")); err == nil || !strings.Contains(err.Error(), "doc.go") {
		t.Errorf("the error is %v", err)
	}
}

func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}
