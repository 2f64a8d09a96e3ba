// Command generate makes the Go packages under generated/ from the contracts
// under openapi/: one package for each openapi/NAME.yaml, called NAME. Run it
// from the root of the repository:
//
//	go run ./tools/generate          make generated/ anew, from nothing
//	go run ./tools/generate -check   generate into an empty directory, and compare
//
// The types, the client and the server come from oapi-codegen, pinned by
// tools/oapi-codegen.mod and set up by the files of tools/oapi-codegen; the
// package documentation comes from the contract's title. -check does not ask
// git, so neither a stray file nor an uncommitted one gets past it. It exits 1
// when generated/ is not what the contracts give, or cannot be made.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)

	stop()
	os.Exit(code)
}

// run is the command without its process: it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("generate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	check := flags.Bool("check", false, "compare generated/ with what the contracts give, and change nothing")

	if err := flags.Parse(args); err != nil {
		return 2
	}

	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "generate: unexpected argument %q\n", flags.Arg(0))

		return 2
	}

	tree := tree{root: ".", generate: oapiCodegen}
	work := tree.remake

	if *check {
		work = tree.check
	}

	done, err := work(ctx)
	if err != nil {
		fmt.Fprintln(stderr, "generate:", err)

		return 1
	}

	fmt.Fprintln(stdout, done)

	return 0
}

// oapiCodegen runs the pinned generator on one contract and returns the Go
// source that the configuration file asks for.
func oapiCodegen(ctx context.Context, root, config, pkg, contract string) ([]byte, error) {
	//nolint:gosec // The arguments are names of files and packages in this repository.
	cmd := exec.CommandContext(ctx, "go", "tool", "-modfile=tools/oapi-codegen.mod", "oapi-codegen",
		"-config", config, "-package", pkg, contract)
	cmd.Dir = root
	cmd.Stderr = os.Stderr

	source, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("oapi-codegen with %s: %w", config, err)
	}

	return source, nil
}
