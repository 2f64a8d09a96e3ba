package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"github.com/apiclause/clause/contract/project"
	"github.com/apiclause/clause/contract/report"
)

var update = flag.Bool("update", false, "write clause.schema.json anew")

type mapping = map[string]any

// TestTheSchemaOfClauseYAMLIsThatOfTheFlags makes the schema of the flags that there
// are. With -update it writes the file.
func TestTheSchemaOfClauseYAMLIsThatOfTheFlags(t *testing.T) {
	root := newRoot()
	commands, layout := map[string]*cobra.Command{}, layoutOf(root)
	var add func(*cobra.Command)
	add = func(cmd *cobra.Command) {
		if name := sectionOf(cmd); layout[name] != nil && sections[commandPath(cmd)] != "verify" {
			commands[name] = cmd
		}
		for _, child := range cmd.Commands() {
			add(child)
		}
	}
	add(root)
	entry := mapping{
		"description": textSchema("The OpenAPI description: a file or a URL."),
		"overlays":    mapping{"description": "OpenAPI overlays that are laid over it, in this order: files or URLs.", "type": "array", "items": textSchema("")},
		"target":      textSchema("The implementation: a target file, or its URL."),
		"remote-refs": mapping{"description": "Follow what the description refers to on other hosts.", "type": "boolean"},
	}
	whole := mapping{"contracts": mapping{
		"description": "The contracts. A command that names none is run for each of them.",
		"type":        []string{"array", "null"},
		"items":       mapping{"type": "object", "additionalProperties": false, "required": []string{"description"}, "properties": entry},
	}}
	defs := mapping{}
	for name, cmd := range commands {
		defs[name] = sectionSchema(cmd, layout[name])
		whole[name], entry[name] = mapping{"$ref": "#/$defs/" + name}, mapping{"$ref": "#/$defs/" + name}
	}
	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(mapping{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:apiclause:clause:project:1", "title": "clause.yaml, version 1",
		"description": "What the command line of clause leaves out. A section is called as its command, and its options as the flags of that. " +
			"Every text may hold ${NAME}, an environment variable; write $${ for ${ itself.",
		"type": "object", "additionalProperties": false, "properties": whole, "$defs": defs,
	}); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("clause.schema.json", want.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(projectSchema, want.Bytes()) {
		t.Error("the flags of commands have changed: go test ./tools/clause -run SchemaOfClauseYAML -update")
	}
}

func textSchema(description string) mapping {
	o := mapping{"type": []string{"string", "number"}, "minLength": 1}
	if description != "" {
		o["description"] = description
	}
	return o
}

func sectionSchema(cmd *cobra.Command, options map[string]project.Option) mapping {
	properties := mapping{}
	for name, option := range options {
		if option.Elsewhere == "" {
			properties[name] = flagSchema(cmd.Flags().Lookup(name), option)
		}
	}
	return mapping{
		"description": cmd.Short, "type": []string{"object", "null"}, "additionalProperties": false, "properties": properties,
	}
}

func flagSchema(f *pflag.Flag, option project.Option) mapping {
	_, usage := pflag.UnquoteUsage(f)
	o := mapping{"description": usage}
	text := textSchema("")
	if option.Secret != nil && option.Secret("x") {
		text["pattern"] = `\$\{[A-Za-z_][A-Za-z0-9_]*\}`
	}
	switch option.Kind {
	case project.Bool:
		o["type"] = "boolean"
	case project.Number:
		o["type"] = "number"
	case project.List:
		o["type"], o["items"] = "array", text
	case project.Text:
		maps.Copy(o, text)
	}
	return o
}

// TestClauseYAML holds what is read of a file to the schema, and shows every message.
func TestClauseYAML(t *testing.T) {
	schema, err := compileSchema(projectSchema)
	if err != nil {
		t.Fatal(err)
	}
	layout := layoutOf(newRoot())
	const one = "contracts:\n- description: a.yaml\n"
	for _, sample := range []struct {
		text, want string
		beyond     bool // the schema cannot say it
	}{
		{text: one},
		{text: "contracts:\nverify:\n"},
		{text: one + "  overlays: [b.yaml]\n  target: http://127.0.0.1:1\n  remote-refs: true\n"},
		{text: one + "  generate: {package: api, out: api, server: std-http, client: true, enforce: true}\n  verify: {junit: a.xml}\n"},
		{text: "verify: {fail-on: untested=10%, strict: true, jobs: 4, rate: 2.5, timeout: 5m, only: [a, b], token: '${TOKEN}'}"},
		{text: "verify: {header: ['X-Tenant: a', 'Authorization: ${A}'], user: 'u:${P}'}"},
		{text: "diff: {fail-on: clients}\nlint: {strict: true}\nprove: {jobs: 2}\nmerge: {quiet: true}\nreport: {html: a.html}\nserve: {addr: '127.0.0.1:1'}\njudge: {base-url: 'http://h'}"},
		{text: "", want: "clause.yaml:1: the file is empty; give it contracts, or the flags of a command", beyond: true},
		{text: "a: [", want: "clause.yaml:1: not valid YAML: did not find expected node content; values that hold one of : # { } [ ] & * ! | > % @ need quotes", beyond: true},
		{text: "[]", want: "clause.yaml:1: the file must be a mapping, not a list"},
		{text: "contract: []", want: `clause.yaml:1: unknown key "contract" in the file: did you mean "contracts"?`},
		{text: "contracts: {}", want: "clause.yaml:1: contracts must be a list, not a mapping"},
		{text: "contracts: [a]", want: "clause.yaml:1: contracts[0] must be a mapping, not a text"},
		{text: "contracts: [{target: a}]", want: "clause.yaml:1: contracts[0] has no description; name an OpenAPI file or its URL"},
		{text: one + "  overlay: [a]", want: `clause.yaml:3: unknown key "overlay" in contracts[0]: did you mean "overlays"?`},
		{text: one + "  overlays: a", want: "clause.yaml:3: contracts[0].overlays must be a list, not a text"},
		{text: one + "  overlays: [[a]]", want: "clause.yaml:3: contracts[0].overlays[0] must be a text, not a list"},
		{text: one + "  target: ''", want: "clause.yaml:3: contracts[0].target is empty; give it a value or remove the line"},
		{text: one + "  target: a\n  target: b", want: `clause.yaml:4: the key "target" is given twice, first in line 3; remove one`, beyond: true},
		{text: "verfy: {}", want: `clause.yaml:1: unknown key "verfy" in the file: did you mean "verify"?`},
		{text: "list: {}", want: `clause.yaml:1: unknown key "list" in the file: did you mean "lint"?`},
		{text: "verify: []", want: "clause.yaml:1: verify must be a mapping, not a list"},
		{text: "verify: {olny: [a]}", want: `clause.yaml:1: unknown key "olny" in verify: did you mean "only"?`},
		{text: "verify: {only: a}", want: "clause.yaml:1: verify.only must be a list, not a text"},
		{text: "verify: {jobs: many}", want: "clause.yaml:1: verify.jobs must be a number, not a text"},
		{text: "verify: {strict: 1}", want: "clause.yaml:1: verify.strict must be true or false, not a number"},
		{text: "verify: {timeout: true}", want: "clause.yaml:1: verify.timeout must be a text, not true or false"},
		{text: "verify: {target: a}", want: "clause.yaml:1: verify.target: put it beside the description, under contracts"},
		{text: "verify: {shard: 1/2}", want: "clause.yaml:1: verify.shard: it differs from job to job; give the flag"},
		{text: "verify: {token: secret}", want: "clause.yaml:1: verify.token is a secret and stands here as it is; write the environment variable that holds it, such as ${TOKEN}"},
		{
			text:   "verify: {header: ['Authorization: Bearer a']}",
			want:   "clause.yaml:1: verify.header[0] is a secret and stands here as it is; write the environment variable that holds it, such as ${TOKEN}",
			beyond: true,
		},
		{
			text:   "verify: {user: 'u:p'}",
			want:   "clause.yaml:1: verify.user is a secret and stands here as it is; write the environment variable that holds it, such as ${TOKEN}",
			beyond: true,
		},
		{text: "x: 1\ny: 2", want: "clause.yaml:1: unknown key \"x\" in the file: known here: " + strings.Join(append([]string{"contracts"}, slices.Sorted(maps.Keys(layout))...), ", ")},
	} {
		_, err := project.Parse("clause.yaml", []byte(sample.text), layout)
		got := ""
		if err != nil {
			got, _, _ = strings.Cut(err.Error(), "\n")
		}
		if got != sample.want {
			t.Errorf("%s\ngot  %s\nwant %s", sample.text, got, sample.want)
		}
		var content any
		if yaml.Unmarshal([]byte(sample.text), &content) != nil || content == nil {
			continue
		}
		if refused := schema.Validate(content); (refused == nil) != (sample.want == "" || sample.beyond) {
			t.Errorf("%s\nthe schema says %v, and reading %q", sample.text, refused, got)
		}
	}
}

// TestEveryFlagThatClauseYAMLHasApartIsThere holds the tables to the flags.
func TestEveryFlagThatClauseYAMLHasApartIsThere(t *testing.T) {
	there := map[string]bool{}
	var add func(*cobra.Command)
	add = func(cmd *cobra.Command) {
		cmd.InitDefaultHelpFlag()
		cmd.Flags().VisitAll(func(f *pflag.Flag) { there[f.Name] = true })
		there[commandPath(cmd)] = true
		for _, child := range cmd.Commands() {
			add(child)
		}
	}
	add(newRoot())
	names := slices.Concat(outputFlags, repeatable, slices.Collect(maps.Keys(elsewhere)), slices.Collect(maps.Keys(secrets)), slices.Collect(maps.Keys(sections)))
	for _, name := range names {
		if !there[name] {
			t.Errorf("there is no flag and no command %s", name)
		}
	}
}

// TestWhatIsWrittenOfOneContractIsKnown holds what isOutput knows to the flags of the
// commands that are run for each contract in turn: one that they share would be
// overwritten.
func TestWhatIsWrittenOfOneContractIsKnown(t *testing.T) {
	for _, path := range repeatable {
		cmd, err := parsed(strings.Fields(path))
		if err != nil {
			t.Fatal(err)
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			name, usage := pflag.UnquoteUsage(f)
			written := (name == "FILE" || name == "DIR") && regexp.MustCompile(`\bwrite\b`).MatchString(usage)
			if written && !isOutput(f) {
				t.Errorf("clause %s --%s writes a file, and is not known to", path, f.Name)
			}
		})
	}
}

// TestEverySchemaIsOne compiles what clause schema prints, and holds what clause prove
// --json FILE writes to its schema.
func TestEverySchemaIsOne(t *testing.T) {
	compiled := map[string]*jsonschema.Schema{}
	for _, s := range schemas {
		schema, err := compileSchema(s.text)
		if err != nil {
			t.Error(err)
		}
		compiled[s.name] = schema
	}
	var said bytes.Buffer
	proof := filepath.Join(t.TempDir(), "proof.json")
	if code := run([]string{"prove", "testdata/diff/old.yaml", "--json", proof}, nil, io.Discard, &said); code != exitOK {
		t.Fatalf("exit code %d: %s", code, said.String())
	}
	written, err := os.ReadFile(proof)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(written))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled["prove"].Validate(value); err != nil {
		t.Error(err)
	}
	delete(value.(map[string]any), "faults")
	if compiled["prove"].Validate(value) == nil {
		t.Error("the schema of prove takes a proof without faults")
	}
}

// TestEveryCommandThatTakesAContractTakesThatOfClauseYAML calls each without naming one.
func TestEveryCommandThatTakesAContractTakesThatOfClauseYAML(t *testing.T) {
	t.Chdir(t.TempDir())
	var kept strings.Builder
	if err := report.JSON(&kept, &report.Report{SchemaVersion: report.SchemaVersion, Contract: report.Contract{File: "desks.yaml"}}); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{project.FileName: "contracts:\n- description: desks.yaml\n", "report.json": kept.String()} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	var try func(*cobra.Command)
	try = func(cmd *cobra.Command) {
		for _, child := range cmd.Commands() {
			try(child)
		}
		if !takesContract(cmd) {
			return
		}
		n++
		args := strings.Fields(commandPath(cmd))
		all, err := calls(slices.Concat(args, slices.Repeat([]string{"report.json"}, needs(cmd))))
		if err != nil || len(all) != 1 || !slices.ContainsFunc(all[0].args, func(arg string) bool { return strings.HasSuffix(arg, "desks.yaml") }) {
			t.Errorf("clause %s: %+v, %v", commandPath(cmd), all, err)
		}
	}
	try(newRoot())
	if n == 0 {
		t.Error("no command takes a contract")
	}
}

// TestURLsOfClauseYAMLAreNoFiles writes schemes in capitals, which is the same.
func TestURLsOfClauseYAMLAreNoFiles(t *testing.T) {
	dir := t.TempDir()
	const description, at = "HTTP://127.0.0.1:1/openapi.json", "HTTPS://127.0.0.1:2"
	text := "contracts:\n- description: " + description + "\n  target: " + at + "\n"
	name := filepath.Join(dir, project.FileName)
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := calls([]string{"verify", "--config", name})
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	if !slices.Contains(all[0].args, description) {
		t.Errorf("the arguments are %q", all[0].args)
	}
	if s := all[0].settings; len(s) != 1 || s[0].Name != "url" || !slices.Equal(s[0].Texts, []string{at}) {
		t.Errorf("the settings are %+v", s)
	}
}
