// Command survey says of a folder of API descriptions how many load, and for how
// many of their operations there are cases.
//
//	go run ./tools/survey DIR
package main

import (
	"cmp"
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
	for _, part := range c.Model().Files[1:] {
		s.parts[filepath.Clean(part)] = true
	}
	s.loaded++
	s.warnings += len(c.Warnings())
	loading := time.Since(begin)
	p := plan.Build(c.Model(), plan.Options{Value: madeUp(c), Unsafe: true})
	s.slow(path, loading, time.Since(begin)-loading, len(p.Cases))
	s.operations(c, p)
}

// madeUp gives a value for everything that only a target knows.
func madeUp(c *contract.Contract) func(operation, parameter string) (string, bool) {
	return func(operation, parameter string) (string, bool) {
		for _, op := range c.Model().Operations {
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
	for _, one := range []*count{&s.live, &s.accepted, &s.refusable, &s.other} {
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

// survey is what was found.
type survey struct {
	loaded, warnings int
	refused          map[string]string // why not, by path
	parts            map[string]bool   // files that others refer to
	total            int

	live, accepted, refusable count
	// other counts the operations whose body is not JSON.
	other   count
	slowest []string
}

// count is how many operations have something, and why the others do not.
type count struct {
	what     string
	have, of int
	why      map[string]int
	first    map[string]string
}

func newSurvey() *survey {
	fresh := func(what string) count { return count{what: what, why: map[string]int{}, first: map[string]string{}} }
	return &survey{
		refused: map[string]string{}, parts: map[string]bool{},
		live:      fresh("have a live case"),
		accepted:  fresh("have a case that expects acceptance"),
		refusable: fresh("of those that take anything that can be wrong have a case that expects refusal"),
		other:     fresh("of those whose body is not JSON have a case that expects acceptance"),
	}
}

// settle forgets what does not load and is a part of what does.
func (s *survey) settle() {
	for path := range s.refused {
		if s.parts[filepath.Clean(path)] {
			delete(s.refused, path)
		}
	}
}

func (c *count) add(have bool, why, where string) {
	c.of++
	if have {
		c.have++
		return
	}
	if c.why[why]++; c.why[why] == 1 {
		c.first[why] = where
	}
}

// reasons lists why not, the most frequent first.
func (c *count) reasons() []string {
	return slices.SortedFunc(maps.Keys(c.why), func(a, b string) int {
		return cmp.Or(c.why[b]-c.why[a], strings.Compare(a, b))
	})
}

// operations counts those of one description.
func (s *survey) operations(c *contract.Contract, p *plan.Plan) {
	cases := map[string][]*plan.Case{}
	for i := range p.Cases {
		cases[p.Cases[i].Operation] = append(cases[p.Cases[i].Operation], &p.Cases[i])
	}
	untested := map[string]string{}
	for _, u := range p.Untested {
		untested[u.Clause] = u.Reason
	}
	for _, op := range c.Operations() {
		s.total++
		where := c.File() + " " + op.Method + " " + op.Path
		accepted, refused, live := false, false, false
		why, whyNot := "no case was planned", ""
		for _, one := range cases[op.ID] {
			sent := one.Skip == ""
			live = live || sent
			switch {
			case one.Technique == plan.Authentication || one.Technique == plan.Method:
			case one.Expect.Outcome == plan.Refused:
				refused = refused || sent
			case one.Technique == plan.Example:
				accepted = accepted || sent
				why = cmp.Or(one.Skip, why)
				whyNot = one.Skip
			}
		}
		body, wrong := takes(c, op.ID)
		if !body {
			s.live.add(live, why, where)
		}
		if body {
			s.other.add(accepted, why, where)
		} else {
			s.accepted.add(accepted, why, where)
			if wrong != "" {
				s.refusable.add(refused, cmp.Or(whyNot, untested[wrong], "no case breaks a clause"), where+" ("+wrong+")")
			}
		}
	}
}

// takes reports whether an operation has a body that is not JSON, and names a
// clause of its requests that can be broken.
func takes(c *contract.Contract, id string) (other bool, wrong string) {
	for _, op := range c.Model().Operations {
		if op.ID != id {
			continue
		}
		if op.Body != nil {
			other = true
			for _, m := range op.Body.Content {
				other = other && m.Schema == nil
			}
		}
	}
	for _, one := range c.Clauses() {
		rest, ok := strings.CutPrefix(one.ID, id+".")
		in, place, _ := strings.Cut(rest, ".")
		if !ok || one.Operation != id {
			continue
		}
		switch in {
		case "path", "query", "header", "cookie":
			if strings.HasSuffix(one.Statement, "of type string") || strings.HasSuffix(one.Statement, "of type array") {
				continue // every text is
			}
		case "body", "rule":
			if place == "mediaType" {
				continue
			}
		default:
			continue
		}
		return other, one.ID
	}
	return other, ""
}

// slow keeps what took long.
func (s *survey) slow(path string, loading, planning time.Duration, cases int) {
	if loading+planning > time.Second {
		s.slowest = append(s.slowest, fmt.Sprintf("%s took %.1f s to load and %.1f s to plan %d cases", path, loading.Seconds(), planning.Seconds(), cases))
	}
}
