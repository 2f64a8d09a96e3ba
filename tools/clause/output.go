package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/report"
)

// outputs are the files that a report goes to.
type outputs []output

type output struct {
	flag  string
	file  *os.File
	info  fs.FileInfo
	made  bool // there was no such file before
	write func(io.Writer, *report.Report) error
}

// reporting is where a command's report goes.
type reporting struct {
	junit, json string
	verbose     bool
}

// reporting adds the flags of a command that gives a report.
func (f *reporting) reporting(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.junit, "junit", "", "write a JUnit report to `FILE`")
	flags.StringVar(&f.json, "json", "", "write the report as JSON to `FILE`")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "list every clause")
}

// input is a file that a command reads, and what names it.
type input struct{ name, path string }

// open opens the files of the reports, so that one that cannot be written is
// known before the run. What is in them stays until there is a report. They must
// not be among the inputs.
func (f *reporting) open(inputs []input) (outputs, error) {
	var all outputs
	for _, o := range []struct {
		flag, path string
		write      func(io.Writer, *report.Report) error
	}{{"junit", f.junit, report.JUnit}, {"json", f.json, report.JSON}} {
		if o.path == "" {
			continue
		}
		opened, err := create(o.flag, o.path)
		if err == nil {
			opened.write = o.write
			err = opened.distinct(all, inputs)
			all = append(all, opened)
		}
		if err != nil {
			return nil, errors.Join(err, all.discard(err))
		}
	}
	return all, nil
}

func create(flag, path string) (output, error) {
	_, err := os.Lstat(path)
	made := errors.Is(err, fs.ErrNotExist)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666) //nolint:gosec // a report is no secret, and has the rights of any file
	if err != nil {
		return output{}, usagef("--%s: %w: name a file that can be written", flag, err)
	}
	info, err := file.Stat()
	if err != nil {
		return output{}, usagef("--%s: %w: name a file that can be written", flag, errors.Join(err, file.Close()))
	}
	return output{flag: flag, file: file, info: info, made: made}, nil
}

// distinct refuses a file that is another report, or that the run was told to
// read: it would be overwritten.
func (o output) distinct(before outputs, inputs []input) error {
	for _, other := range before {
		if o.info.Mode().IsRegular() && os.SameFile(o.info, other.info) {
			return usagef("--%s and --%s are one file, %s: name two", other.flag, o.flag, o.file.Name())
		}
	}
	for _, in := range inputs {
		if info, err := os.Stat(in.path); err == nil && in.path != "" && os.SameFile(o.info, info) {
			return usagef("--%s is the file of %s, %s, and would overwrite it: name another", o.flag, in.name, in.path)
		}
	}
	return nil
}

// give writes a report to the terminal and to the outputs. The error has the
// report's exit code.
func (f *reporting) give(out io.Writer, r *report.Report, to outputs) error {
	err := report.Text(out, r, report.TextOptions{Color: colored(out), Verbose: f.verbose})
	err = errors.Join(err, to.write(r))
	code := report.ExitCode(r)
	if err != nil && code == exitOK {
		code = exitError // a violation would count more
	}
	if code != exitOK {
		return exit{code, err}
	}
	return nil
}

// write writes every report, whatever becomes of the others.
func (all outputs) write(r *report.Report) error {
	var problems []error
	for _, o := range all {
		if err := o.replace(r); err != nil {
			problems = append(problems, fmt.Errorf("--%s: %w", o.flag, err))
		}
	}
	return errors.Join(problems...)
}

// replace puts a report where an earlier one may be. A terminal or a pipe cannot
// be cut to length, and need not.
func (o output) replace(r *report.Report) error {
	if o.info.Mode().IsRegular() {
		if err := o.file.Truncate(0); err != nil {
			return errors.Join(err, o.file.Close())
		}
	}
	return errors.Join(o.write(o.file, r), o.file.Close())
}

// discard leaves no file that would be taken for the report of this run: the
// cause is why there is none. A mistake on the command line is no run, and what
// was there before it stays.
func (all outputs) discard(cause error) error {
	var own exit
	mistake := errors.Is(cause, contract.ErrUsage) || errors.As(cause, &own) && own.code == exitUsage
	var problems []error
	for _, o := range all {
		problems = append(problems, o.file.Close())
		if o.info.Mode().IsRegular() && (o.made || !mistake) {
			problems = append(problems, os.Remove(o.file.Name()))
		}
	}
	return errors.Join(problems...)
}
