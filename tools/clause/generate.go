package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/generate"
)

const aboutGenerateGo = `Generates a Go package from a description: types, and, as flags ask for it, a
client, a server and what holds requests to the contract.

  clause generate go --contract openapi.yaml --package api --out api --server std-http --enforce

What is called otherwise in Go than in the description, because it would not compile
or would fall together with something else, is said on standard error, a line each,
and stands in the package's doc.go. What cannot be generated is an error that names
the element; then nothing is written. A file that was not generated is never
overwritten.

--check compares, writes nothing, and exits with 1 where something differs.

Exit codes: 0 written, or nothing differs; 1 something differs; 2 a flag or file cannot
be used, or no Go can be generated of the description.`

// generateLimit is what limitMemory takes where code is generated: of a description
// of 3 MB there are 400 MB in use.
const generateLimit = 640 << 20

// generateFlags are the flags of clause generate go.
type generateFlags struct {
	contractSource

	options generate.Options
	out     string
	server  string
	check   bool
}

func newGenerate() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Generate code from a description",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usagef("the language is missing: use clause generate go")
		},
	}
	cmd.AddCommand(newGenerateGo())
	return cmd
}

func newGenerateGo() *cobra.Command {
	f := &generateFlags{}
	cmd := &cobra.Command{
		Use:   "go [DESCRIPTION]",
		Short: "Generate Go: types, client, server, and what holds requests to the contract",
		Long:  aboutGenerateGo,
		Args:  arguments(1, "one description"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.take(args); err != nil {
				return err
			}
			return f.generate(cmd)
		},
	}
	flags := cmd.Flags()
	f.addDescription(flags, "the description in `FILE`, at a URL, or -")
	flags.StringVar(&f.options.Package, "package", "", "the `NAME` of the package")
	flags.StringVar(&f.out, "out", "", "the `DIR` to write to; it is made if need be")
	flags.StringVar(&f.server, "server", "", "generate a server for the router `KIND`: std-http")
	completeFlag(cmd, "server", "std-http")
	flags.BoolVar(&f.options.Client, "client", false, "generate a client")
	flags.BoolVar(&f.options.Enforce, "enforce", false, "generate what holds requests to the contract; needs --server")
	flags.BoolVar(&f.check, "check", false, "write nothing, and fail if the folder is not what the description gives")
	return cmd
}

func (f *generateFlags) generate(cmd *cobra.Command) error {
	if err := f.validate(); err != nil {
		return err
	}
	limitMemory(generateLimit)
	made, err := generate.Go(cmd.Context(), f.contract, f.options)
	if err != nil {
		return exit{exitUsage, fmt.Errorf("generate: %w", err)}
	}
	for _, note := range made.Notes {
		say(cmd.ErrOrStderr(), "%s (note)", printable(note))
	}
	if f.check {
		err = made.Check(f.out)
		if errors.Is(err, generate.ErrDrift) {
			return exit{exitViolated, err}
		}
	} else {
		err = made.Write(f.out)
	}
	if err != nil {
		return usagef("--out: %w", err)
	}
	if f.check {
		say(cmd.OutOrStdout(), "%s is what the description gives", printable(f.out))
	} else {
		say(cmd.OutOrStdout(), "generated %s in %s", count(len(made.Files), "file"), printable(f.out))
	}
	return nil
}

// validate refuses flags that are missing or do not fit, before anything is read.
func (f *generateFlags) validate() error {
	switch {
	case f.contract == "":
		return usagef("no description is given: name it, or use --contract FILE")
	case f.options.Package == "":
		return usagef("--package is missing: name the Go package")
	case f.out == "":
		return usagef("--out is missing: name the folder to write to")
	case f.server != "" && f.server != "std-http":
		return usagef("--server is %q: use std-http", f.server)
	case f.options.Enforce && f.server == "":
		return usagef("--enforce holds what a server is asked to the contract: add --server std-http")
	}
	f.options.Server, f.options.RemoteRefs, f.options.From = f.server != "", f.remoteRefs, f.from()
	f.options.Overlays = f.overlays
	if err := generate.CheckPackageName(f.options.Package); err != nil {
		return usagef("--package: %w", err)
	}
	return nil
}

// from says where the description is, in the generated files: seen from their
// folder, so that it is the same wherever the command is run.
func (f *generateFlags) from() string {
	file, err := filepath.Abs(f.contract)
	dir, also := filepath.Abs(f.out)
	if f.contract == "-" || contract.IsURL(f.contract) || err != nil || also != nil {
		return contract.DisplayName(f.contract)
	}
	if from, err := filepath.Rel(dir, file); err == nil {
		file = from
	}
	return filepath.ToSlash(file)
}
