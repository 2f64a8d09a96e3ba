package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/generate"
)

const (
	contractDir  = "openapi"
	generatedDir = "generated"
	fixturesDir  = "fixtures"
)

// remake makes generated/ anew. A contract that cannot be generated from leaves it
// as it was.
func remake(ctx context.Context, root string) (string, error) {
	packages, err := want(ctx, root)
	if err != nil {
		return "", err
	}

	files := 0

	for name, made := range packages {
		if err := made.Write(filepath.Join(root, generatedDir, name)); err != nil {
			return "", fmt.Errorf("write %s/%s: %w", generatedDir, name, err)
		}

		files += len(made.Files)
	}

	stray, err := strays(root, packages)
	for _, name := range stray {
		err = errors.Join(err, os.RemoveAll(filepath.Join(root, generatedDir, name)))
	}

	if err != nil {
		return "", fmt.Errorf("remove what no contract gives: %w", err)
	}

	return fmt.Sprintf("generated %d files in %s", files, generatedDir), nil
}

// compare names everything in generated/ that is stray, missing or changed.
func compare(ctx context.Context, root string) (string, error) {
	packages, err := want(ctx, root)
	if err != nil {
		return "", err
	}

	var problems []error

	files := 0

	for _, made := range packages {
		files += len(made.Files)
	}

	for name, made := range packages {
		if err := made.Check(filepath.Join(root, generatedDir, name)); err != nil {
			problems = append(problems, err)
		}
	}

	stray, err := strays(root, packages)
	if err != nil {
		return "", fmt.Errorf("look for what no contract gives: %w", err)
	}

	for _, name := range stray {
		problems = append(problems, fmt.Errorf("%s/%s: stray, no contract gives it", generatedDir, name)) //nolint:err113 // it is for people
	}

	if len(problems) > 0 {
		return "", fmt.Errorf("%s is out of date; run \"make generate\":\n%w", generatedDir, errors.Join(problems...))
	}

	return fmt.Sprintf("%s is what the contracts give (%d files)", generatedDir, files), nil
}

// want generates from every contract.
func want(ctx context.Context, root string) (map[string]*generate.Package, error) {
	all, err := contracts(root)
	if err != nil {
		return nil, err
	}

	packages := map[string]*generate.Package{}

	for _, name := range slices.Sorted(maps.Keys(all)) {
		from := all[name]

		packages[name], err = generate.Go(ctx, filepath.Join(root, filepath.FromSlash(from)), generate.Options{
			Package: name, From: from, Client: true, Server: true,
		})
		if err != nil {
			return nil, fmt.Errorf("generate from %s: %w", from, err)
		}
	}

	return packages, nil
}

// contracts gives the file of each contract by the name of its package: those of
// openapi/, and the openapi.yaml of fixtures that are written on what is generated.
func contracts(root string) (map[string]string, error) {
	entries, err := os.ReadDir(filepath.Join(root, contractDir))
	if err != nil {
		return nil, fmt.Errorf("look for contracts (run it from the root of the repository): %w", err)
	}

	all := map[string]string{}

	for _, entry := range entries {
		name, isContract := strings.CutSuffix(entry.Name(), ".yaml")

		switch {
		case strings.HasSuffix(entry.Name(), ".yml"), strings.HasSuffix(entry.Name(), ".json"):
			return nil, fmt.Errorf("%s/%s: not generated from; name it NAME.yaml", contractDir, entry.Name()) //nolint:err113 // it is for people
		case isContract:
			all[name] = contractDir + "/" + entry.Name()
		}
	}

	if len(all) == 0 {
		return nil, fmt.Errorf("%s holds no contract (NAME.yaml)", contractDir) //nolint:err113 // it is for people
	}

	if err := addFixtures(root, all); err != nil {
		return nil, err
	}

	for _, name := range slices.Sorted(maps.Keys(all)) {
		if err := generate.CheckPackageName(name); err != nil {
			return nil, fmt.Errorf("%s: %w", all[name], err)
		}
	}

	return all, nil
}

// addFixtures adds the contracts of fixtures, which are called as their folders.
func addFixtures(root string, all map[string]string) error {
	fixtures, err := fs.Glob(os.DirFS(root), fixturesDir+"/*/openapi.yaml")
	if err != nil {
		return fmt.Errorf("look for the contracts of fixtures: %w", err)
	}

	for _, from := range fixtures {
		name := path.Base(path.Dir(from))
		if other := all[name]; other != "" {
			return fmt.Errorf("%s and %s give packages of one name; call the fixture otherwise", other, from) //nolint:err113 // it is for people
		}

		all[name] = from
	}

	return nil
}

// strays lists what is in generated/ and is no file of a package.
func strays(root string, packages map[string]*generate.Package) ([]string, error) {
	var stray []string

	base := filepath.Join(root, generatedDir)
	err := filepath.WalkDir(base, func(at string, entry fs.DirEntry, err error) error {
		if err != nil || at == base {
			return err
		}

		name, _ := filepath.Rel(base, at)
		dir, file := filepath.Split(name)
		made := packages[filepath.Clean(dir)]

		switch {
		case dir == "" && packages[name] != nil && entry.IsDir():
			return nil
		case made != nil && made.Files[file] != nil && !entry.IsDir():
			return nil
		}

		stray = append(stray, filepath.ToSlash(name))

		if entry.IsDir() {
			return fs.SkipDir
		}

		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}

	slices.Sort(stray)

	return stray, err //nolint:wrapcheck // both callers say what was looked for
}
