// Command clause holds implementations of an API to its contract.
//
//	clause verify    run the contract tests and say what is upheld and violated
//	clause replay    send cases of an earlier report again, and say what changed
//	clause judge     hold exchanges that were recorded elsewhere to the contract
//	clause report    give other forms of a report, and compare it with an earlier one
//	clause merge     join the reports of the shards of a run into one
//	clause list      show the cases of a contract
//	clause explain   say what a case or a clause is about
//	clause lint      check a contract, and hold it against the vendor's document
//	clause prove     try the contract tests on implementations that are wrong on purpose
//	clause generate  make Go of a description: types, client, server
//	clause diff      say what a change of a contract breaks, and for whom
//	clause serve     start a mock of a description, or the reference implementation
//	clause init      write the files that a project with a contract begins with
//	clause schema    print the JSON Schema of a file, for editors
//	clause completion  write what has a shell complete commands and flags
//	clause version   print the version
//
// Exit codes: 0 nothing is violated; 1 a clause is violated, or a contract is bad;
// 2 a flag, file or pattern cannot be used; 3 no verdict could be reached.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/report"
)

// version is set when the binary is built here.
var version string

// versionName is what the binary calls its version: what it was built as, or the
// module's for one that go install has built.
func versionName() string {
	info, ok := debug.ReadBuildInfo()
	switch {
	case version != "":
		return version
	case ok && info.Main.Version != "" && info.Main.Version != "(devel)":
		return info.Main.Version
	}
	return "devel"
}

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

// softLimit is how much memory the program takes, in bytes, before it looks for
// garbage sooner than it else would. An endpoint can answer with what becomes 50
// MB of values, again and again: the runtime would let as much garbage gather as
// there is in use. It is no bound on what is in use; GOMEMLIMIT overrides it.
const softLimit = 192 << 20

// planLimit is the same for what sends nothing: there are no answers, but a plan of
// a thousand operations takes more than softLimit, and then nothing but garbage
// would be looked for.
const planLimit = 448 << 20

// limitMemory sets such a limit, unless the user has set one.
func limitMemory(limit int64) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit)
	}
}

// run is the whole program. Ctrl-C and SIGTERM end it in good order; a second
// one ends it at once.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	limitMemory(softLimit)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	out := &watched{Writer: stdout}
	err := execute(ctx, args, stdin, out, stderr)
	if err == nil && out.err != nil {
		err = fmt.Errorf("write the output: %w", out.err)
	}
	if err == nil {
		return exitOK
	}
	if text := err.Error(); text != "" {
		_, _ = fmt.Fprintln(stderr, "clause:", printable(text))
	}
	return codeOf(err)
}

// printable makes the names of files, and what is quoted from them, harmless for
// a terminal.
func printable(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = report.Printable(line)
	}
	return strings.Join(lines, "\n")
}

// watched remembers what could not be written: an output that is cut short must
// not look like success.
type watched struct {
	io.Writer

	err error
}

func (w *watched) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if w.err == nil {
		w.err = err
	}
	return n, err //nolint:wrapcheck // it stands for the writer
}

// codeOf gives the exit code of an error. What nobody foresaw, such as a disk
// that is full, is a failure of the tool and no mistake of its user.
func codeOf(err error) int {
	var own exit
	switch {
	case errors.As(err, &own):
		return own.code
	case errors.Is(err, contract.ErrUsage):
		return exitUsage
	default:
		return exitError
	}
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:     "clause",
		Version: versionName(),
		Short:   "Hold implementations of an API to its contract",
		Long: `Clause holds implementations of an API to its contract, which is its OpenAPI
description. It sends requests derived from the contract, judges the answers, and
says clause by clause what is upheld and what is violated:

  clause verify openapi.json --url http://127.0.0.1:8000

Exit codes: 0 nothing is violated; 1 a clause is violated, or a contract is bad;
2 a flag, file or pattern cannot be used; 3 no verdict could be reached.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(cmd *cobra.Command, args []string) error {
			if err := refuseEmptyFlags(cmd, args); err != nil {
				return err
			}
			return settle(cmd)
		},
		// Without a command nothing would be checked, and exit code 0 would say
		// that all is well.
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usagef("a command is missing: name one of %s: see clause --help", strings.Join(commandNames(cmd), ", "))
		},
	}
	root.SetVersionTemplate("clause {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	// The root has a RunE only to refuse: "clause [flags]" is no way to use it.
	root.SetUsageTemplate(strings.Replace(root.UsageTemplate(), "{{if .Runnable}}", "{{if and .Runnable .HasParent}}", 1))
	root.AddCommand(newVerify(), newReplay(), newJudge(), newMerge(), newReport(), newList(), newExplain(), newLint(), newDiff(), newProve(), newServe(),
		newGenerate(), newInit(), newSchema(), newCompletion(), newVersion())
	root.SetHelpCommand(newHelp())
	addConfig(root)
	return root
}

func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command",
		Long: `Says what a command is for, and lists its flags and exit codes.

Exit codes: 0 always, but for 2 when there is no such command.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil {
				return unknownCommand(cmd.Root(), rest)
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Long: `Prints the name of the program and its version.

Exit codes: 0 it is printed; 2 an argument was given.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			say(cmd.OutOrStdout(), "clause %s", versionName())
			return nil
		},
	}
}
