package main

import (
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

func newMerge() *cobra.Command {
	var f reporting
	cmd := &cobra.Command{
		Use:   "merge REPORT.json...",
		Short: "Join the reports of the shards of a run into one",
		Long: `Joins the JSON reports that clause verify --shard I/N --json FILE wrote, of all N
shards and in any order, into the report that a single run gives: on the
terminal, and in the files that flags such as --json and --html name.

What needs the answers of all shards is decided here: whether a value that must
differ is in two answers, and whether a known failure is fixed. Shards that tested
different machines' loopback are taken to have tested different instances, whose
answers may be alike; shards that tested any other address, one.

Exit codes: as verify's for a single run: 0 nothing is violated; 1 a clause is violated,
or a known failure is fixed; 2 a report cannot be used, or they are not all the
shards of one run; 3 no verdict could be reached, or a shard did not come to its
end.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("which reports? name those that clause verify --shard wrote with --json")
			}
			return arguments(len(args), "reports")(cmd, args)
		},
		RunE: f.merge,
	}
	f.add(cmd)
	return cmd
}

func (f *reporting) merge(cmd *cobra.Command, paths []string) error {
	if err := f.check(plan.Shard{}, ""); err != nil {
		return err
	}
	reports, inputs, err := readReports(paths, "a report to merge", "clause verify --shard")
	if err != nil {
		return err
	}
	merged, err := contract.Merge(reports...)
	if err != nil {
		return err
	}
	outputs, err := f.open(inputs)
	if err != nil {
		return err
	}
	f.again = f.resending(merged)
	return f.give(cmd, merged, outputs)
}

// readReports reads reports, and names them as inputs. by is what writes such.
func readReports(paths []string, name, by string) ([]*report.Report, []input, error) {
	inputs := make([]input, len(paths))
	reports := make([]*report.Report, len(paths))
	for i, path := range paths {
		var err error
		if reports[i], err = readReport(path, by); err != nil {
			return nil, nil, exit{exitUsage, err}
		}
		inputs[i] = input{name, path}
	}
	return reports, inputs, nil
}

func readReport(path, by string) (*report.Report, error) {
	file, err := os.Open(path) //nolint:gosec // a command-line tool reads the files that it is told of
	if err != nil {
		if pathError, ok := errors.AsType[*fs.PathError](err); ok {
			err = pathError.Err
		}
		return nil, usagef("read report %s: %w: name a file that %s wrote with --json", path, err, by)
	}
	defer file.Close()
	return report.Read(path, file)
}

// shardFlag is a part of a plan as a flag.
type shardFlag struct{ *plan.Shard }

// Set reads I/N.
func (f *shardFlag) Set(text string) (err error) {
	*f.Shard, err = plan.ParseShard(text)
	return err
}

// Type tells valueOf what to say of a wrong value.
func (f *shardFlag) Type() string { return "shard" }
