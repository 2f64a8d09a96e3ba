package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract/prove"
)

// proving is what the flags of clause prove say.
type proving struct {
	reporting

	contractSource

	only []string
	jobs int
}

func newProve() *cobra.Command {
	var p proving
	cmd := &cobra.Command{
		Use:   "prove [DESCRIPTION]",
		Short: "Try the contract tests on implementations that are wrong on purpose",
		Long: `Derives from the contract an implementation that keeps to it, some that do so in
another way, and many that have one fault each; runs the contract tests against
all of them in this process; and says which faults they noticed.

A fault is noticed by a case that fails or warns. Faults that no fair request can
tell from outside are listed as excluded, with the reason.

Exit codes: 0 every fault on a must was noticed, and no implementation was
charged that conforms; 1 otherwise; 2 a flag or file cannot be used; 3 it could
not be run.`,
		Args: arguments(1, "one description"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.take(args); err != nil {
				return err
			}
			return p.run(cmd)
		},
	}
	p.addContract(cmd.Flags(), "the contract's `FILE`, its URL, or - (default: the user usage export as built into clause)")
	cmd.Flags().StringArrayVar(&p.only, "only", nil, "only the faults and variants called like `GLOB`; may be repeated")
	cmd.Flags().IntVar(&p.jobs, "jobs", 0, "`NUMBER` of implementations that are tried at once (default: one a processor)")
	p.addFiles(cmd)
	return cmd
}

// gcPercent is how much the heap grows before it is collected: little of it is
// alive, and a proof takes a quarter less time than with the usual 100.
const gcPercent = 400

func (p *proving) run(cmd *cobra.Command) error {
	if p.jobs < 0 {
		return usagef("--jobs is %d: use a number of implementations, or 0 for one a processor", p.jobs)
	}
	c, err := p.load(cmd.Context())
	if err != nil {
		return err
	}
	outputs, err := p.open(p.withOverlays(input{"the description", p.contract}))
	if err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	result, err := prove.Run(cmd.Context(), c, prove.Options{Jobs: p.jobs, Only: p.only})
	if err != nil {
		return errors.Join(fmt.Errorf("prove %s: %w", c.File(), err), outputs.discard(err))
	}
	result.Tool = "clause/" + versionName()
	if err := p.give(cmd.OutOrStdout(), result, outputs); err != nil {
		return err
	}
	if result.Failed() {
		return exit{code: exitViolated}
	}
	return nil
}

// give writes what was found to the terminal and to the files.
func (p *proving) give(out io.Writer, result *prove.Result, to outputs) error {
	err := result.WriteText(out)
	if p.github {
		err = errors.Join(err, prove.GitHub(out, result))
	}
	return errors.Join(err, to.prove(result))
}
