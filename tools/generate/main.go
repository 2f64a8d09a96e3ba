// Command generate makes the Go packages under generated/ from the contracts:
// one package for each openapi/NAME.yaml and fixtures/NAME/openapi.yaml, called
// NAME. Run it from the root of the repository:
//
//	go run ./tools/generate          make generated/ anew
//	go run ./tools/generate -check   compare with what is there, and change nothing
//
// Each package is what clause generate go makes of the contract. -check does not
// ask git, so neither a stray file nor an uncommitted one gets past it. It exits 1
// when generated/ is not what the contracts give, or cannot be made.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
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

	work := remake

	if *check {
		work = compare
	}

	done, err := work(ctx, ".")
	if err != nil {
		fmt.Fprintln(stderr, "generate:", err)

		return 1
	}

	fmt.Fprintln(stdout, done)

	return 0
}
