package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/apiclause/clause/contract"
)

// example is where the files are that users copy.
const example = "../../docs/ci/"

// TestExamplesUseWhatThereIs holds the commands that users copy to the flags
// that there are.
func TestExamplesUseWhatThereIs(t *testing.T) {
	for _, name := range []string{
		example + "github.yml", example + "github-shards.yml", example + "gitlab.yml", example + "gitlab-shards.yml", example + "job.yaml",
		"ci/github.yml", "ci/gitlab.yml", // which clause init writes
	} {
		commands := 0
		for _, document := range documents(t, name) {
			for _, args := range commandsIn(document) {
				commands++
				if _, err := parsed(args); err != nil {
					t.Errorf("%s: clause %s: %v", name, strings.Join(args, " "), err)
				}
			}
		}
		if commands == 0 {
			t.Errorf("%s: no command of clause found", name)
		}
	}
}

// parsed gives the command of a command line, whose flags have to be there.
func parsed(args []string) (*cobra.Command, error) {
	cmd, rest, err := newRoot().Find(args)
	if err != nil {
		return nil, err
	}
	return cmd, cmd.ParseFlags(rest)
}

// commandInPage is a command in a page: a line that a prompt begins, one of a script, or
// a text in backticks.
var commandInPage = regexp.MustCompile("(?m)^\\$ (?:bin/)?clause ([^|&;<>\n]+)|`(?:bin/)?clause ([^`|&;<>]+)`")

// TestCommandsInPages holds the commands that pages tell of to those that there are,
// and to their flags.
func TestCommandsInPages(t *testing.T) {
	for _, page := range pages(t) {
		text := read(t, page)
		for _, b := range blocksOf(text) {
			if b.kind == "sh" {
				text += "$ " + strings.ReplaceAll(b.text, "\n", "\n$ ")
			}
		}
		for _, call := range commandInPage.FindAllStringSubmatch(text, -1) {
			line, _, _ := strings.Cut(call[1]+call[2], " #")
			args := strings.Fields(insert(strings.NewReplacer("'", "", "I/N", "1/2").Replace(line)))
			_, err := parsed(args)
			if err != nil && !strings.HasPrefix(err.Error(), "flag needs an argument") { // a flag may be named alone
				t.Errorf("%s: clause %s: %v", page, line, err)
			}
		}
	}
}

// TestTargetOfTheJob loads the target file that the Kubernetes manifest holds.
func TestTargetOfTheJob(t *testing.T) {
	c, err := embeddedContract()
	if err != nil {
		t.Fatal(err)
	}
	var config struct{ Data map[string]string }
	if err := documents(t, example+"job.yaml")[0].Decode(&config); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "target.yaml")
	if err := os.WriteFile(path, []byte(config.Data["target.yaml"]), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TOKEN", "a-secret-token")
	described, err := readTarget(path, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := checkTarget(described, c); err != nil {
		t.Error(err)
	}
}

// documents reads every document of a YAML file. A key that stands twice in one
// mapping, which schemas do not see, is an error.
func documents(t *testing.T, path string) []*yaml.Node {
	t.Helper()
	var all []*yaml.Node
	for decoder := yaml.NewDecoder(strings.NewReader(read(t, path))); ; {
		var node yaml.Node
		err := decoder.Decode(&node)
		if errors.Is(err, io.EOF) {
			return all
		}
		var content map[string]any
		if err == nil {
			err = node.Decode(&content)
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, &node)
	}
}

var (
	// called is a call of clause in a line of shell, up to what the shell does
	// with its result.
	called = regexp.MustCompile(`(?m)^clause ([^|&;<>\n]+)`)
	// inserted is what GitHub, GitLab and Kubernetes put a value in place of.
	inserted = regexp.MustCompile(`\$\{\{.*?\}\}|\$[A-Z_]+|\$\([A-Z_]+\)|"`)
)

// commandsIn gives the arguments of every call of clause: in lines of shell, and
// in the args of a container.
func commandsIn(node *yaml.Node) [][]string {
	var all [][]string
	if node.Kind == yaml.ScalarNode {
		for _, call := range called.FindAllStringSubmatch(insert(node.Value), -1) {
			all = append(all, strings.Fields(call[1]))
		}
	}
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 1 && node.Content[i-1].Value == "args" {
			var args []string
			if child.Decode(&args) == nil {
				for i := range args {
					args[i] = insert(args[i])
				}
				all = append(all, args)
			}
		}
		all = append(all, commandsIn(child)...)
	}
	return all
}

// insert puts 1 in the place of what is inserted, and takes quotes away.
func insert(text string) string {
	return inserted.ReplaceAllStringFunc(text, func(match string) string {
		if match == `"` {
			return ""
		}
		return "1"
	})
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// pages are the pages that people read.
func pages(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	return append(all, "../../README.md", "../../CONTRIBUTING.md", "../../CHANGELOG.md", "../../SECURITY.md")
}

// ofThem is a part of the mistakes in a table: of how many it is, and how many of them
// Clause notices.
var ofThem = regexp.MustCompile(`(?m)^\| of them .*\((\d+)\) \| \d+ \| (\d+) \|$`)

// TestComparisonCountsMistakes holds the numbers of docs/comparison.md that are about
// Clause to docs/mistakes.md, whose rows have the order of those parts.
func TestComparisonCountsMistakes(t *testing.T) {
	page := read(t, "../../docs/comparison.md")
	_, rows, _ := strings.Cut(read(t, "../../docs/mistakes.md"), "## fixtures/library\n")
	rows, _, _ = strings.Cut(rows, "\n## ")
	var noticed []bool
	for line := range strings.Lines(rows) {
		if strings.HasPrefix(line, "| `") {
			noticed = append(noticed, !strings.Contains(line, "| not noticed: "))
		}
	}
	number := func(of []bool) int {
		return len(slices.DeleteFunc(slices.Clone(of), func(is bool) bool { return !is }))
	}
	c, err := contract.LoadFile("../../fixtures/library/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		fmt.Sprintf("a description of %d operations, and can make %d mistakes", len(c.Operations()), len(noticed)),
		fmt.Sprintf("| mistakes that are noticed, of %d | 15 | %d |", len(noticed), number(noticed)),
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say: %s", want)
		}
	}
	rest := noticed
	for _, part := range ofThem.FindAllStringSubmatch(page, -1) {
		n, _ := strconv.Atoi(part[1])
		if n > len(rest) {
			t.Fatalf("the parts have more than %d mistakes", len(noticed))
		}
		if is := strconv.Itoa(number(rest[:n])); is != part[2] {
			t.Errorf("%s are noticed of the row %s", is, part[0])
		}
		rest = rest[n:]
	}
	if len(rest) > 0 {
		t.Errorf("the parts leave out %d mistakes", len(rest))
	}
}

// linked is a link of Markdown to a file of this repository, and the heading in it.
var linked = regexp.MustCompile(`\]\(([^)#:\s]*)(#[^)\s]*)?\)`)

// TestLinksLeadSomewhere follows the links between the pages.
func TestLinksLeadSomewhere(t *testing.T) {
	for _, page := range pages(t) {
		for _, link := range linked.FindAllStringSubmatch(read(t, page), -1) {
			to := page
			if link[1] != "" {
				to = filepath.Join(filepath.Dir(page), link[1])
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s links to %s, which is not there", page, link[1])
			} else if link[2] != "" && !slices.Contains(headings(read(t, to)), link[2]) {
				t.Errorf("%s links to %s%s, which has no such heading", page, link[1], link[2])
			}
		}
	}
}

// headings gives the anchors of a page, as they are made of its headings.
func headings(page string) []string {
	var all []string
	for line := range strings.Lines(page) {
		if title := strings.TrimLeft(line, "#"); title != line {
			title = strings.ToLower(strings.TrimSpace(title))
			title = regexp.MustCompile("[^a-z0-9 _-]").ReplaceAllString(title, "")
			all = append(all, "#"+strings.ReplaceAll(title, " ", "-"))
		}
	}
	return all
}
