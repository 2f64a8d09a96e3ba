package main

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/project"
)

// The files for CI that init writes.
var (
	//go:embed ci/github.yml
	githubCI string
	//go:embed ci/gitlab.yml
	gitlabCI string
)

// ciFiles are the files for CI, by the name of its kind.
var ciFiles = map[string]struct{ name, text string }{
	"github": {".github/workflows/contract.yml", githubCI},
	"gitlab": {".gitlab-ci.yml", gitlabCI},
}

func newInit() *cobra.Command {
	var source contractSource
	var ci string
	cmd := &cobra.Command{
		Use:   "init DESCRIPTION",
		Short: "Write the files that a project with a contract begins with",
		Long: `Writes into the working directory what a project begins with:

  clause.yaml   what the command line leaves out: the contract, the target, and flags
  rules.yaml    an overlay of the description: rules and limits that its names and
                texts suggest, each in comments until a person agrees
  target.yaml   where the implementation is, and which variables hold its secrets

With --ci github or gitlab also the file that has each push verified there. No file is
overwritten: if one is there, nothing is written.

DESCRIPTION is an OpenAPI file, or its URL.

Exit codes: 0 they are written; 2 the description, or a flag, cannot be used, or a file
is there; 3 a file could not be written.`,
		Args: arguments(1, "one description"),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return usagef("which description? name an OpenAPI file, or its URL: clause init openapi.json")
			case args[0] == "-":
				return usagef("clause.yaml names the description, and standard input has no name: name a file or a URL")
			case ci != "" && ciFiles[ci].name == "":
				return usagef("--ci is %q: use github or gitlab", ci)
			}
			source.contract = args[0]
			return source.begin(cmd, ci)
		},
	}
	cmd.Flags().StringVar(&ci, "ci", "", "also write the file that has `KIND` verify each push: github or gitlab")
	completeFlag(cmd, "ci", slices.Sorted(maps.Keys(ciFiles))...)
	source.addRefs(cmd.Flags())
	return cmd
}

// begin writes the files of a new project.
func (s *contractSource) begin(cmd *cobra.Command, ci string) error {
	names := []string{project.FileName, project.OverlayName, project.TargetName}
	if ci != "" {
		names = append(names, ciFiles[ci].name)
	}
	if err := noneThere(names); err != nil {
		return err
	}
	c, err := s.load(cmd.Context())
	if err != nil {
		return err
	}
	suggestions, err := project.Suggest(cmd.Context(), c, s.contract, contract.Source{RemoteRefs: s.remoteRefs})
	if err != nil {
		return err
	}
	files, variables := project.Start(c, s.contract, s.remoteRefs, suggestions)
	if ci != "" {
		files = append(files, project.NewFile{Name: ciFiles[ci].name, Text: ciText(ciFiles[ci].text, variables)})
	}
	if err := writeNew(files); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	say(out, "wrote %s", strings.Join(names, ", "))
	say(out, "next: read %s, which suggests %s, and take away the # of what your API does;", project.OverlayName, count(len(suggestions), "rule"))
	say(out, "  start your API where baseURL in %s says%s;", project.TargetName, exported(variables))
	say(out, "  run clause verify: clause list shows before what that sends, and clause lint what the description lacks")
	return nil
}

// noneThere refuses to write what is there.
func noneThere(names []string) error {
	there := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		_, err := os.Lstat(name)
		return err != nil // what is in the way of it is said when it is written
	})
	if len(there) == 0 {
		return nil
	}
	is := "is"
	if len(there) > 1 {
		is = "are"
	}
	return usagef("%s %s there already, and nothing is overwritten: move what is there, or go on with it; nothing was written",
		strings.Join(there, " and "), is)
}

// writeNew writes files that are not there, all or none.
func writeNew(files []project.NewFile) (err error) {
	var made []string
	defer func() {
		if err != nil {
			for _, name := range made {
				_ = os.Remove(name)
			}
		}
	}()
	for _, file := range files {
		if err := os.MkdirAll(filepath.Dir(file.Name), 0o755); err != nil { //nolint:gosec // as any folder of a project
			return usagef("%w: nothing was written", err)
		}
		out, err := os.OpenFile(file.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // it holds no secret
		if err != nil {
			return usagef("%w: nothing was written", err)
		}
		made = append(made, file.Name)
		_, err = out.WriteString(file.Text)
		if err = errors.Join(err, out.Close()); err != nil {
			return fmt.Errorf("write %s: %w: nothing was written", file.Name, err)
		}
	}
	return nil
}

var releaseForm = regexp.MustCompile(`^v\d+\.\d+\.\d+$`)

// ciText puts the version, and the variables that hold secrets, into a file for CI.
func ciText(text string, variables []string) string {
	release := versionName()
	if !releaseForm.MatchString(release) {
		release = "latest"
	}
	var environment strings.Builder
	note := " # yours: the secrets that target.yaml reads"
	for _, name := range variables {
		fmt.Fprintf(&environment, "\n          %s: ${{ secrets.%[1]s }}", name)
	}
	if len(variables) == 0 {
		note = " {}" + note
	}
	return strings.NewReplacer("@VERSION", "@"+release, " ENVIRONMENT # yours: the secrets that target.yaml reads",
		note+environment.String()).Replace(text)
}
