package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/generate"
)

const aboutDiff = `Says clause by clause what became of a contract: what is added, removed, tightened,
loosened, or moved to another level; whom each change breaks, clients that kept to OLD
or implementations that did, and why; and what the next version is. Where it can be
shown, there is a request or an answer that one of them takes and the other refuses:
each was tried on both.

  clause diff git:main:openapi.yaml openapi.yaml --fail-on clients

OLD and NEW are files, URLs, or git:REV:PATH, a file as a commit, branch or tag has it.
--overlay is laid over both: over git:REV:PATH as the commit has the overlay, if it is
a file there, and not at all if the commit lacks it.

--format github writes annotations for a workflow of GitHub.

Exit codes: 0 they are compared; 1 --fail-on names who is broken; 2 a flag or file
cannot be used; 3 the comparison could not be written.`

// diffLimit is what limitMemory takes where contracts are compared, which holds the models
// of both: with a lower one most of the time would go into looking for garbage where the
// descriptions have 3 MB.
const diffLimit = 1 << 30

// diffFlags are the flags of clause diff.
type diffFlags struct {
	contractSource

	format, failOn string
	names          bool
}

func newDiff() *cobra.Command {
	f := &diffFlags{}
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say what a change of a contract breaks, and for whom",
		Long:  aboutDiff,
		Args:  arguments(2, "an old and a new description"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.validate(args); err != nil {
				return err
			}
			limitMemory(diffLimit)
			d, err := f.compare(cmd, args[0], args[1])
			if err != nil {
				return err
			}
			if err := diffFormats[f.format](cmd.OutOrStdout(), d); err != nil {
				return err
			}
			return f.verdict(d)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", "text", "write `FORMAT`: text, json, markdown or github")
	flags.StringVar(&f.failOn, "fail-on", "", "exit with 1 if `WHO` is broken: clients, implementations, or any, which means what is undecided, too")
	completeFlag(cmd, "format", slices.Sorted(maps.Keys(diffFormats))...)
	completeFlag(cmd, "fail-on", whoIsBroken...)
	f.addOverlays(flags, "both")
	f.addRefs(flags)
	flags.BoolVar(&f.names, "names", true, "compare the exported names of what clause generate go makes of both")
	return cmd
}

// diffFormats write a comparison.
var diffFormats = map[string]func(io.Writer, *contract.Diff) error{
	"text": diffText, "json": diffJSON, "markdown": diffMarkdown, "github": diffGitHub,
}

// whoIsBroken is what --fail-on takes.
var whoIsBroken = []string{"clients", "implementations", "any"}

func (f *diffFlags) validate(args []string) error {
	switch {
	case len(args) < 2:
		return usagef("two descriptions are compared, and %s: use clause diff OLD NEW", [...]string{"none is named", "one is named"}[len(args)])
	case slices.Contains(f.overlays, "-"):
		return usagef("--overlay is laid over both, and standard input can be read once: name a file")
	case diffFormats[f.format] == nil:
		return usagef("--format is %q: use text, json, markdown or github", f.format)
	case f.failOn != "" && !slices.Contains(whoIsBroken, f.failOn):
		return usagef("--fail-on is %q: use clients, implementations or any", f.failOn)
	}
	return nil
}

// sideOf is one of the descriptions, opened.
type sideOf struct {
	loaded   *contract.Contract
	name     string    // that can be opened
	overlays []string  // that can be opened
	from     *gitFiles // or nil
}

func (f *diffFlags) open(cmd *cobra.Command, name string) (*sideOf, func(), error) {
	ctx := cmd.Context()
	s, remove := &sideOf{name: name, overlays: f.overlays}, func() {}
	if strings.HasPrefix(name, gitPrefix) {
		files, away, err := openGit(ctx, name)
		if err != nil {
			return nil, remove, err
		}
		s.from, s.name, remove = files, files.dir+"/"+files.file, away
		var missing []string
		s.overlays, missing = files.overlays(f.overlays)
		for _, one := range missing {
			say(cmd.ErrOrStderr(), "%s has no %s, and is compared without it (note)", printable(files.shown+filepath.ToSlash(files.file)), printable(one))
		}
	}
	var err error
	if s.loaded, err = contract.LoadFrom(ctx, s.name, contract.Source{RemoteRefs: f.remoteRefs, Overlays: s.overlays}); err != nil && s.from != nil {
		err = exit{codeOf(err), errors.New(s.from.as(err.Error()))}
	}
	return s, remove, err
}

func (f *diffFlags) compare(cmd *cobra.Command, old, now string) (*contract.Diff, error) {
	before, remove, err := f.open(cmd, old)
	defer remove()
	if err != nil {
		return nil, err
	}
	after, away, err := f.open(cmd, now)
	defer away()
	if err != nil {
		return nil, err
	}
	sayWarnings(cmd.ErrOrStderr(), warningsOf(before, after))
	d, err := contract.Compare(cmd.Context(), before.loaded, after.loaded)
	if err != nil {
		return nil, err
	}
	if f.names {
		if d.Names, err = f.namesOf(cmd.Context(), before, after); err != nil {
			say(cmd.ErrOrStderr(), "the names of generated Go are not compared: %s (note)", printable(firstLine(before.shown(after.shown(err.Error())))))
		}
	}
	before.rename(&d.Old.File)
	after.rename(&d.New.File)
	for i := range d.Changes {
		if s := d.Changes[i].Old; s != nil {
			before.rename(&s.At.File)
		}
		if s := d.Changes[i].New; s != nil {
			after.rename(&s.At.File)
		}
	}
	return d, nil
}

// warningsOf gives what was left out of the new description or read otherwise than it
// stands there, and then what the old one alone has of that.
func warningsOf(before, after *sideOf) []contract.Problem {
	var out []contract.Problem
	told := map[string]bool{}
	for _, side := range []*sideOf{after, before} {
		var own []string
		for _, w := range side.loaded.Warnings() {
			w.Message = side.shown(w.Message)
			own = append(own, w.Message)
			if side.rename(&w.At.File); !w.Note && !told[w.Message] {
				out = append(out, w)
			}
		}
		for _, message := range own {
			told[message] = true
		}
	}
	return out
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func (s *sideOf) shown(text string) string {
	if s.from == nil {
		return text
	}
	return s.from.as(text)
}

func (s *sideOf) rename(file *string) { *file = s.shown(*file) }

// namesOf compares what is exported of the Go that is generated of both.
func (f *diffFlags) namesOf(ctx context.Context, old, now *sideOf) (*contract.Names, error) {
	before, err := f.exported(ctx, old)
	if err != nil {
		return nil, err
	}
	after, err := f.exported(ctx, now)
	if err != nil {
		return nil, err
	}
	out := &contract.Names{Added: []string{}, Removed: []string{}, Changed: []string{}}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		switch was, there := before[name]; {
		case !there:
			out.Added = append(out.Added, name)
		case was != after[name]:
			out.Changed = append(out.Changed, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if _, there := after[name]; !there {
			out.Removed = append(out.Removed, name)
		}
	}
	return out, nil
}

func (f *diffFlags) exported(ctx context.Context, side *sideOf) (map[string]string, error) {
	made, err := generate.Go(ctx, side.name, generate.Options{
		Package: "api", Server: true, Client: true, RemoteRefs: f.remoteRefs, Overlays: side.overlays,
	})
	if err != nil {
		return nil, err
	}
	return made.Exported()
}

// verdict fails where somebody is broken who must not be.
func (f *diffFlags) verdict(d *contract.Diff) error {
	clients, implementations := d.Count(contract.Clients), d.Count(contract.Implementations)
	failed := false
	switch f.failOn {
	case "clients":
		failed = clients > 0
	case "implementations":
		failed = implementations > 0
	case "any":
		failed = clients+implementations+d.Undecided() > 0
	}
	if failed {
		return exit{code: exitViolated}
	}
	return nil
}

func diffJSON(out io.Writer, d *contract.Diff) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(d); err != nil {
		return fmt.Errorf("write the comparison: %w", err)
	}
	return nil
}
