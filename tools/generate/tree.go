package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const (
	contractDir  = "openapi"
	generatedDir = "generated"
	configDir    = "tools/oapi-codegen"
)

// tree is a checkout of the repository and the generator to use on it.
type tree struct {
	root     string
	generate func(ctx context.Context, root, config, pkg, contract string) ([]byte, error)
}

// files holds what is to be in generated/, by its path there.
type files map[string][]byte

// remake replaces generated/ by what the contracts give. A contract that
// cannot be generated from leaves it as it was.
func (t tree) remake(ctx context.Context) (string, error) {
	want, err := t.want(ctx)
	if err != nil {
		return "", err
	}

	fresh, err := os.MkdirTemp(t.root, ".generated-")
	if err != nil {
		return "", fmt.Errorf("make a directory for what is generated: %w", err)
	}
	defer os.RemoveAll(fresh) // gone when all went well

	for name, content := range want {
		path := filepath.Join(fresh, filepath.FromSlash(name))
		if err := writeFile(path, content); err != nil {
			return "", err
		}
	}

	//nolint:gosec // Readable by all, as a checkout is; MkdirTemp makes it private.
	if err := os.Chmod(fresh, 0o755); err != nil {
		return "", fmt.Errorf("open up %s: %w", fresh, err)
	}

	old := filepath.Join(t.root, generatedDir)
	if err := os.RemoveAll(old); err != nil {
		return "", fmt.Errorf("remove what was generated before: %w", err)
	}

	if err := os.Rename(fresh, old); err != nil {
		return "", fmt.Errorf("put what is generated into place: %w", err)
	}

	return fmt.Sprintf("generated %d files in %s", len(want), generatedDir), nil
}

// check compares generated/ with what the contracts give, and names every
// file that is stray, missing or changed.
func (t tree) check(ctx context.Context) (string, error) {
	want, err := t.want(ctx)
	if err != nil {
		return "", err
	}

	have, err := readTree(filepath.Join(t.root, generatedDir))
	if err != nil {
		return "", err
	}

	all := maps.Clone(have)
	maps.Copy(all, want)

	var problems []string

	for _, name := range slices.Sorted(maps.Keys(all)) {
		path := generatedDir + "/" + name

		content, wanted := want[name]
		existing, found := have[name]

		switch {
		case !wanted:
			problems = append(problems, path+": stray, no contract gives it")
		case !found:
			problems = append(problems, path+": missing")
		case !bytes.Equal(content, existing):
			problems = append(problems, path+": not what its contract gives")
		}
	}

	if len(problems) > 0 {
		return "", fmt.Errorf("%s is out of date; run \"make generate\":\n  %s",
			generatedDir, strings.Join(problems, "\n  "))
	}

	return fmt.Sprintf("%s is what the contracts give (%d files)", generatedDir, len(want)), nil
}

// want generates from every contract.
func (t tree) want(ctx context.Context) (files, error) {
	names, err := t.packages()
	if err != nil {
		return nil, err
	}

	all := files{}

	for _, pkg := range names {
		contract := contractDir + "/" + pkg + ".yaml"

		doc, err := packageDoc(t.root, contract, pkg)
		if err != nil {
			return nil, err
		}

		all[pkg+"/doc.go"] = doc

		for _, part := range []string{"models", "client", "server"} {
			source, err := t.generate(ctx, t.root, configDir+"/"+part+".yaml", pkg, contract)
			if err != nil {
				return nil, fmt.Errorf("generate from %s: %w", contract, err)
			}

			source, err = withoutDoc(source, pkg)
			if err != nil {
				return nil, fmt.Errorf("generate from %s: %w", contract, err)
			}

			all[pkg+"/"+part+".gen.go"] = source
		}
	}

	return all, nil
}

// packages returns the name of each contract's package, which is its file's.
func (t tree) packages() ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(t.root, contractDir))
	if err != nil {
		return nil, fmt.Errorf("look for contracts (run it from the root of the repository): %w", err)
	}

	var (
		names    []string
		problems []error
	)

	for _, entry := range entries {
		name, extension := entry.Name(), filepath.Ext(entry.Name())
		path := contractDir + "/" + name

		switch extension {
		case ".yaml":
			pkg := strings.TrimSuffix(name, extension)
			names = append(names, pkg)
			problems = append(problems, checkPackageName(path, pkg))
		case ".yml", ".json":
			problems = append(problems, fmt.Errorf("%s: not generated from; name it NAME.yaml", path))
		default: // the package that embeds the contracts
		}
	}

	if err := errors.Join(problems...); err != nil {
		return nil, err
	}

	if len(names) == 0 {
		return nil, fmt.Errorf("%s holds no contract (NAME.yaml)", contractDir)
	}

	return names, nil
}

var packageName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// checkPackageName refuses a contract whose file name is no name for a Go
// package, or one that the go command treats in its own way.
func checkPackageName(path, pkg string) error {
	special := []string{"main", "internal", "vendor", "testdata", "documentation"}

	if !packageName.MatchString(pkg) || token.IsKeyword(pkg) || slices.Contains(special, pkg) {
		return fmt.Errorf("%s: %q cannot be the name of a Go package; "+
			"use lower-case letters and digits, a letter first, and no word of the Go language", path, pkg)
	}

	return nil
}

// withoutDoc takes the package documentation away that oapi-codegen puts into
// each of its files: doc.go has a better one. The line that says the file is
// generated stays.
func withoutDoc(source []byte, pkg string) ([]byte, error) {
	clause := []byte("\npackage " + pkg + "\n")

	head, body, found := bytes.Cut(source, clause)
	if !found {
		return nil, fmt.Errorf("the generator's output has no line %q", clause)
	}

	for line := range bytes.Lines(append(head, '\n')) {
		if bytes.HasPrefix(line, []byte("// Code generated ")) {
			return slices.Concat(line, clause, body), nil
		}
	}

	return nil, errors.New("the generator's output has no line \"// Code generated\"")
}

// readTree reads every file below dir. What is neither a file nor a directory
// counts as an empty file, and so as stray or changed.
func readTree(dir string) (files, error) {
	all := files{}

	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}

		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err //nolint:wrapcheck // Wrapped below.
		}

		name = filepath.ToSlash(name)
		all[name] = nil

		if entry.Type().IsRegular() {
			all[name], err = os.ReadFile(path) //nolint:gosec // Nobody races with a build over generated/.
		}

		return err //nolint:wrapcheck // Wrapped below.
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read what was generated before: %w", err)
	}

	return all, nil
}

func writeFile(path string, content []byte) error {
	//nolint:gosec // Readable by all, as a checkout is.
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make a directory for what is generated: %w", err)
	}

	//nolint:gosec // Readable by all, as a checkout is.
	if err := os.WriteFile(path, content, 0o644); err != nil {
		return fmt.Errorf("write what is generated: %w", err)
	}

	return nil
}
