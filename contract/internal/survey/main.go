// Command survey says of a folder of API descriptions how many load, and for how
// many of their operations there are cases.
//
//	go run ./contract/internal/survey DIR
package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/internal/loaded"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: survey DIR")
		os.Exit(2)
	}
	s, err := walk(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "survey:", err)
		os.Exit(2)
	}
	s.print(os.Stdout)
}

// extensions are those of descriptions; a file without one can be one, too.
var extensions = map[string]bool{".json": true, ".yaml": true, ".yml": true, "": true}

func walk(dir string) (*survey, error) {
	s := newSurvey()
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error { //nolint:gosec // the folder is the one that the user names
		if err == nil && !entry.IsDir() && extensions[strings.ToLower(filepath.Ext(path))] {
			s.file(path)
		}
		return err
	})
	s.settle()
	if err != nil {
		return nil, fmt.Errorf("read the folder: %w", err)
	}
	return s, nil
}

// file reads one description and plans it.
func (s *survey) file(path string) {
	begin := time.Now()
	c, err := contract.LoadFrom(context.Background(), path, contract.Source{})
	if err != nil {
		s.refused[path] = strings.ReplaceAll(err.Error(), "\n", " ")
		return
	}
	model := (*loaded.Contract)(c).Model()
	for _, part := range model.Files[1:] {
		s.parts[filepath.Clean(part)] = true
	}
	s.loaded++
	s.warnings += len(c.Warnings())
	loading := time.Since(begin)
	p := plan.Build(model, plan.Options{Value: madeUp(model), Unsafe: true})
	s.slow(path, loading, time.Since(begin)-loading, len(p.Cases))
	s.operations(c, model, p)
	s.clauses(c, p)
}

// madeUp gives a value for everything that only a target knows.
func madeUp(model *spec.Contract) func(operation, parameter string) (string, bool) {
	return func(operation, parameter string) (string, bool) {
		for _, op := range model.Operations {
			if op.ID != operation {
				continue
			}
			for _, p := range op.Parameters {
				if v := p.Schema.Sample(); p.Name == parameter && v != nil {
					return fmt.Sprint(v), true
				}
			}
		}
		return "1", true
	}
}

func (s *survey) print(out io.Writer) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) }
	say("%s load, with %d warnings", share(s.loaded, s.loaded+len(s.refused)), s.warnings)
	for _, path := range slices.Sorted(maps.Keys(s.refused)) {
		say("  not: %s", s.refused[path])
	}
	say("%d operations", s.total)
	for _, one := range []*count{&s.live, &s.accepted, &s.refusable, &s.other, &s.noticed} {
		say("%s %s", share(one.have, one.of), one.what)
		for _, why := range one.reasons() {
			say("  %4d %s, such as %s", one.why[why], why, one.first[why])
		}
	}
	for _, line := range s.slowest {
		say("%s", line)
	}
}

func share(n, of int) string {
	if of == 0 {
		return fmt.Sprintf("%d of 0", n)
	}
	return fmt.Sprintf("%d of %d (%.1f %%)", n, of, 100*float64(n)/float64(of))
}
