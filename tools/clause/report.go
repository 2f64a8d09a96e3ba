package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// anyReport is what writes a report.
const anyReport = "clause verify, judge or merge"

func newReport() *cobra.Command {
	f := &reporting{}
	var against string
	cmd := &cobra.Command{
		Use:   "report REPORT.json...",
		Short: "Write a report in other forms, and compare it with an earlier one",
		Long: `Reads a report that clause verify, judge or merge wrote with --json, and gives it as
text on the terminal and in the files that the flags name. The reports of all shards
of a run are joined before, as clause merge does.

With --against it says which clauses are newly violated, newly upheld and newly
untested, compared with an earlier report of the same contract. A clause that is
violated and was not before is a regression, whether it was upheld, untested or not
there.

Exit codes: 0 the report is written, whatever its verdict; 1 with --against, a clause
is newly violated, or with --fail-on, too much is untested; 2 a flag or a report
cannot be used; 3 a form could not be written, or with --against, the report has no
verdict.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("which report? name one that %s wrote with --json", anyReport)
			}
			return arguments(len(args), "reports")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error { return f.report(cmd, args, against) },
	}
	f.add(cmd)
	cmd.Flags().StringVar(&against, "against", "", "compare with the earlier report in `FILE`, and exit with 1 if a clause is newly violated")
	return cmd
}

func (f *reporting) report(cmd *cobra.Command, paths []string, against string) error {
	if err := f.check(plan.Shard{}, ""); err != nil {
		return err
	}
	r, inputs, err := readWhole(paths)
	if err != nil {
		return err
	}
	var changes *report.Comparison
	if against != "" {
		if changes, err = compared(r, against); err != nil {
			return err
		}
		inputs = append(inputs, input{"the report to compare with", against})
	}
	outputs, err := f.open(inputs)
	if err != nil {
		return err
	}
	if f.again = f.resending(r); len(paths) == 1 {
		f.again = resent(paths[0], r)
	}
	if err := f.tell(cmd, r, outputs); err != nil {
		return err
	}
	if changes == nil {
		return nil
	}
	if err := changes.Text(cmd.OutOrStdout(), against, f.textOptions(cmd.OutOrStdout())); err != nil {
		return err
	}
	switch {
	case changes.Regressed():
		return exit{exitViolated, nil}
	case report.ExitCode(r) == report.ExitError:
		return exit{exitError, errors.New("the report has no verdict, so that it shows no regression: run again")}
	}
	return nil
}

// readWhole reads one report, or joins those of all shards of a run.
func readWhole(paths []string) (*report.Report, []input, error) {
	reports, inputs, err := readReports(paths, "a report to read", anyReport)
	if err != nil || len(reports) == 1 {
		return append(reports, nil)[0], inputs, err
	}
	merged, err := contract.Merge(reports...)
	return merged, inputs, err
}

func compared(r *report.Report, path string) (*report.Comparison, error) {
	old, err := readReport(path, anyReport)
	if err != nil {
		return nil, exit{exitUsage, err}
	}
	if old.Shard != nil {
		return nil, usagef("--against %s is of %s: give the whole, which clause merge makes", path, old.Shard)
	}
	changes, err := report.Compare(old, r)
	if err != nil {
		return nil, usagef("--against %s: %w: give an earlier report of the same contract", path, err)
	}
	return changes, nil
}
