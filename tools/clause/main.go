// Command clause holds implementations of an API to its contract.
//
//	clause verify    run the contract tests and say what is upheld and violated
//	clause list      list the cases of a contract
//	clause explain   say what a case or a clause is about
//	clause lint      check a contract, and hold it against the vendor's document
//	clause serve     start the reference implementation
//	clause version   print the version
//
// Exit codes: 0 all is upheld; 1 a clause is violated, or a contract is bad;
// 2 a flag, file or pattern cannot be used; 3 no verdict could be reached.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
)

// version is set when the binary is built.
var version = "devel"

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// The exit codes.
const (
	exitOK       = 0
	exitViolated = 1
	exitUsage    = 2
	exitError    = 3
)

// exit is an error that has an exit code of its own. err may be nil when
// everything has been said.
type exit struct {
	code int
	err  error
}

func (e exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e exit) Unwrap() error { return e.err }

// run is the whole program. Ctrl-C and SIGTERM end it in good order; a second
// one ends it at once.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if text := err.Error(); text != "" {
		_, _ = fmt.Fprintln(stderr, "clause:", text)
	}
	return codeOf(err)
}

func codeOf(err error) int {
	var own exit
	var diagnosis *contract.Diagnosis
	switch {
	case errors.As(err, &own):
		return own.code
	case errors.As(err, &diagnosis):
		return exitError
	default:
		// What is left are flags and arguments that cobra refused, and
		// contract.ErrUsage.
		return exitUsage
	}
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "clause",
		Short: "Hold implementations of an API to its contract",
		Long: `Clause holds implementations of an API to its contract: one OpenAPI file with
x-contract annotations. It sends requests derived from the contract, judges the
answers, and says clause by clause what is upheld and what is violated.

Exit codes: 0 all is upheld; 1 a clause is violated, or a contract is bad;
2 a flag, file or pattern cannot be used; 3 no verdict could be reached.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(newVerify(), newList(), newExplain(), newLint(), newServe(), newVersion())
	return root
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "clause", version)
			return err
		},
	}
}
