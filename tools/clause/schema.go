package main

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/project"
	"github.com/apiclause/clause/contract/prove"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

// projectSchema is the JSON Schema of clause.yaml. A test makes it of the flags that
// commands have.
//
//go:embed clause.schema.json
var projectSchema []byte

// schemas are those that clause schema prints. A row is all that another needs.
var schemas = []struct {
	name, about string
	text        []byte
}{
	{project.FileName, "what flags leave out", projectSchema},
	{"x-contract", "what a description is annotated with", contract.AnnotationSchema},
	{"target", "a target file", []byte(target.Schema)},
	{"report", "what --json FILE of verify, judge and merge writes", report.Schema},
	{"diff", "what clause diff --format json prints", contract.DiffSchema},
	{"prove", "what clause prove --json FILE writes", prove.Schema},
}

func newSchema() *cobra.Command {
	var list strings.Builder
	names := make([]string, len(schemas))
	for i, s := range schemas {
		names[i] = s.name
		fmt.Fprintf(&list, "  %-12s %s\n", s.name, s.about)
	}
	return &cobra.Command{
		Use:   "schema NAME",
		Short: "Print the JSON Schema of a file that is written or read, for editors",
		Long: `Prints a JSON Schema (draft 2020-12), which editors complete and check files with:

` + list.String() + `
  clause schema clause.yaml > clause.schema.json

An editor with the YAML language server takes it from the first line of the file:

  # yaml-language-server: $schema=clause.schema.json

Exit codes: 0 it is printed; 2 there is none of that name.`,
		Args:      arguments(1, "one name"),
		ValidArgs: names,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("which schema? name one of %s", strings.Join(names, ", "))
			}
			i := slices.Index(names, args[0])
			if i < 0 {
				return usagef("there is no schema %q: %s", args[0], orKnown(args[0], names))
			}
			if _, err := cmd.OutOrStdout().Write(schemas[i].text); err != nil {
				return fmt.Errorf("write the schema: %w", err)
			}
			return nil
		},
	}
}

// orKnown offers the name that was meant, or lists them.
func orKnown(name string, known []string) string {
	if meant := nearest(name, known); meant != "" {
		return "did you mean " + meant + "?"
	}
	return "use one of " + strings.Join(known, ", ")
}
