package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.yaml.in/yaml/v3"
)

// TestReleasesAreBuiltAsHere holds what makes releases to what builds the command here.
func TestReleasesAreBuiltAsHere(t *testing.T) {
	var release struct {
		Builds []struct {
			Main, Binary string
			Ldflags, Env []string
		}
	}
	readYAML(t, "../../.goreleaser.yaml", &release)
	recipe := regexp.MustCompile(`-ldflags '-X (\S+)=\$\(VERSION\)' -o bin/(\S+) (\S+)`).FindStringSubmatch(read(t, "../../Makefile"))
	if len(release.Builds) != 1 || recipe == nil {
		t.Fatalf("%d builds in the release, and the recipe %q", len(release.Builds), recipe)
	}
	b := release.Builds[0]
	if !strings.HasSuffix(strings.Join(b.Ldflags, " "), "-X "+recipe[1]+"={{ .Tag }}") || b.Binary != recipe[2] || b.Main != recipe[3] {
		t.Errorf("the release has %+v, make build %q", b, recipe[1:])
	}
	if want := []string{"CGO_ENABLED=0"}; !slices.Equal(b.Env, want) {
		t.Errorf("the environment is %q", b.Env)
	}
}

// TestHooksUseWhatThereIs holds the hooks for pre-commit to the commands and flags that
// there are.
func TestHooksUseWhatThereIs(t *testing.T) {
	var hooks []struct{ ID, Entry, Language string }
	readYAML(t, "../../.pre-commit-hooks.yaml", &hooks)
	if len(hooks) == 0 {
		t.Error("no hook found")
	}
	for _, h := range hooks {
		words := strings.Fields(h.Entry)
		cmd, err := parsed(words[1:])
		if err != nil || words[0] != "clause" || h.Language != "golang" || len(cmd.Commands()) > 0 {
			t.Errorf("%s runs %q, in %s: %v", h.ID, h.Entry, h.Language, err)
		}
	}
}

// TestExampleUsesTheAction holds the workflow that users copy to the inputs of the
// action, and to the flags that there are.
func TestExampleUsesTheAction(t *testing.T) {
	var action struct{ Inputs map[string]any }
	readYAML(t, "../../action.yml", &action)
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				Uses string
				With map[string]string
			}
		}
	}
	readYAML(t, example+"github-action.yml", &workflow)
	used := 0
	for _, step := range workflow.Jobs["verify"].Steps {
		if !strings.HasPrefix(step.Uses, "apiclause/clause@") {
			continue
		}
		used++
		for input := range step.With {
			if action.Inputs[input] == nil {
				t.Errorf("the action has no input %s", input)
			}
		}
		if _, err := parsed(append([]string{"verify"}, strings.Fields(step.With["args"])...)); err != nil {
			t.Error(err)
		}
	}
	if used != 1 {
		t.Errorf("the action is used %d times", used)
	}
}

func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(read(t, path)), into); err != nil {
		t.Fatal(err)
	}
}

// saveAction writes what the action of this repository runs to verify into a script.
func saveAction(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, args, 1, "save-action FILE")
	var action struct {
		Runs struct {
			Steps []struct{ Name, Run string }
		}
	}
	data, err := os.ReadFile("../../action.yml")
	ts.Check(err)
	ts.Check(yaml.Unmarshal(data, &action))
	for _, step := range action.Runs.Steps {
		if step.Name == "Verify" {
			ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(step.Run), 0o600))
			return
		}
	}
	ts.Fatalf("the action has no step Verify")
}

// released is the version of a release in a file or page that users copy from.
var released = regexp.MustCompile(`(?:clause@|clause:|clause\.git#|VERSION=|rev: )(v\d+\.\d+\.\d+)`)

// TestOneReleaseIsNamed holds the versions that users are told to take to one another.
func TestOneReleaseIsNamed(t *testing.T) {
	files, err := filepath.Glob(example + "*")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string][]string{}
	for _, name := range append(files, "../../docs/ci.md") {
		for _, version := range released.FindAllStringSubmatch(read(t, name), -1) {
			said[version[1]] = append(said[version[1]], filepath.Base(name))
		}
	}
	if len(said) != 1 {
		t.Errorf("the versions are %v", said)
	}
}
