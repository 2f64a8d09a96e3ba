package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/suite"
)

// verifyFlags are the flags of verify, and of what plans like it.
type verifyFlags struct {
	config   contract.Config
	contract string
	target   string
	known    string
	junit    string
	json     string
	verbose  bool
}

func newVerify() *cobra.Command {
	f := &verifyFlags{config: contract.Default()}
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Run the contract tests and say what is upheld and violated",
		Long: `Runs the contract tests against a target and says, clause by clause, what it
upholds and violates. Without --target it starts the reference implementation
and tests that.

A target file says where the target is and how to reach it:

  name: our staging
  baseURL: http://127.0.0.1:9000
  values: {project_id: 2b31ed520aaaaaaebedb6e57bbbbbbbb}
  auth: {token: "${TOKEN}"}
  provoke:
    "500": {path: {project_id: trigger-500}}

Exit codes: 0 all is upheld; 1 a clause is violated; 2 a flag, file or pattern
cannot be used; 3 no verdict could be reached.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.verify(cmd) },
	}
	f.selection(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.junit, "junit", "", "write a JUnit report to `FILE`")
	flags.StringVar(&f.json, "json", "", "write the report as JSON to `FILE`")
	flags.StringVar(&f.known, "known", "", "read known failures from `FILE`: a glob and a # reason a line")
	flags.BoolVar(&f.config.Strict, "strict", false, "let a violated should fail the run")
	flags.Int64Var(&f.config.Seed, "seed", f.config.Seed, "`NUMBER` that permutes the order of sending")
	flags.IntVar(&f.config.Jobs, "jobs", f.config.Jobs, "`NUMBER` of requests under way at once")
	flags.Float64Var(&f.config.Rate, "rate", f.config.Rate, "`NUMBER` of requests a second at most, 0 for no limit")
	flags.DurationVar(&f.config.Timeout, "timeout", 0, "`DURATION` of the whole run at most, such as 5m")
	flags.DurationVar(&f.config.CaseTimeout, "case-timeout", f.config.CaseTimeout, "`DURATION` of one exchange at most")
	flags.DurationVar(&f.config.Wait, "wait", 0, "`DURATION` to wait for a target that is still starting")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "list every clause")
	return cmd
}

// selection adds the flags that decide what is planned.
func (f *verifyFlags) selection(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.contract, "contract", "", "hold the target to the contract in `FILE` (default: the user usage export)")
	flags.StringVar(&f.target, "target", "", "test the target that `FILE` describes (default: the reference implementation)")
	flags.StringArrayVar(&f.config.Only, "only", nil, "run only what a `GLOB` matches, of case and clause ids; may be repeated")
	flags.StringArrayVar(&f.config.Skip, "skip", nil, "leave out what a `GLOB` matches, of case and clause ids; may be repeated")
	flags.IntVar(&f.config.Strength, "strength", f.config.Strength, "how many values are tried in all their combinations: 2 or 3")
	flags.IntVar(&f.config.Budget, "budget", 0, "keep the first `NUMBER` of cases that expect success, 0 for all")
	flags.BoolVar(&f.config.Methods, "methods", false, "try methods that the contract lacks on a target that is not loopback too")
}

func (f *verifyFlags) verify(cmd *cobra.Command) error {
	stop, err := f.prepare(cmd.Context())
	if err != nil {
		return err
	}
	defer stop()
	outputs, err := f.open()
	if err != nil {
		return err
	}
	p := newProgress(cmd.ErrOrStderr())
	f.config.Progress = p.update
	result, err := suite.Run(cmd.Context(), f.config)
	p.end()
	if err != nil {
		return errors.Join(err, outputs.discard())
	}
	out := cmd.OutOrStdout()
	err = report.Text(out, result, report.TextOptions{Color: colored(out), Verbose: f.verbose})
	if err := errors.Join(err, outputs.write(result)); err != nil {
		return exit{exitError, err}
	}
	if code := report.ExitCode(result); code != exitOK {
		return exit{code: code}
	}
	return nil
}

// prepare loads what the flags name and starts the reference if there is no
// target. stop ends it.
func (f *verifyFlags) prepare(ctx context.Context) (stop func(), err error) {
	stop = func() {}
	f.config.Tool = "clause/" + version
	if f.config.Contract, err = loadContract(f.contract); err != nil {
		return nil, err
	}
	if f.known != "" {
		data, err := os.ReadFile(f.known)
		if err != nil {
			return nil, fmt.Errorf("--known: %w: name a file that can be read", err)
		}
		if f.config.Known, err = report.ParseKnown(f.known, data); err != nil {
			return nil, err
		}
	}
	if f.target != "" {
		f.config.Target, err = loadTarget(f.target, f.config.Contract)
		return stop, err
	}
	if err := referenceServes(f.config.Contract); err != nil {
		return nil, err
	}
	f.config.Target, stop, err = startReference(ctx)
	return stop, err
}

// outputs are the files that a report goes to.
type outputs []output

type output struct {
	file  *os.File
	write func(io.Writer, *report.Report) error
}

func (f *verifyFlags) open() (outputs, error) {
	var all outputs
	for _, o := range []struct {
		flag, path string
		write      func(io.Writer, *report.Report) error
	}{{"junit", f.junit, report.JUnit}, {"json", f.json, report.JSON}} {
		file, err := create(o.flag, o.path)
		if err != nil {
			return nil, errors.Join(err, all.discard())
		}
		if file != nil {
			all = append(all, output{file, o.write})
		}
	}
	return all, nil
}

func (all outputs) write(r *report.Report) error {
	for _, o := range all {
		if err := errors.Join(o.write(o.file, r), o.file.Close()); err != nil {
			return fmt.Errorf("write %s: %w", o.file.Name(), err)
		}
	}
	return nil
}

// discard removes the files: there is no report to put into them.
func (all outputs) discard() error {
	for _, o := range all {
		if err := errors.Join(o.file.Close(), os.Remove(o.file.Name())); err != nil {
			return err
		}
	}
	return nil
}
