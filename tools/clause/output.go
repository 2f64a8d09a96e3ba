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

// outputs are the files that a report goes to, and exchanges.
type outputs []*output

type output struct {
	flag string
	file *os.File
	info fs.FileInfo
	made bool // there was no such file before
	// write writes the report; nil for what is written during the run.
	write func(io.Writer, *report.Report) error
	begun bool  // during the run
	err   error // the first that was met then
}

// reportFlags are the flags of a command that gives a report.
type reportFlags struct {
	junit, json string
	verbose     bool
}

func (f *reportFlags) report(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.junit, "junit", "", "write a JUnit report to `FILE`")
	flags.StringVar(&f.json, "json", "", "write the report as JSON to `FILE`")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "list every clause")
}

// toWrite is a file that a command is to write. write is nil for what is written
// during the run.
type toWrite struct {
	flag, path string
	write      func(io.Writer, *report.Report) error
}

// toRead is a file that a command reads, and what messages call it.
type toRead struct{ what, path string }

// open opens the files of the reports, so that one that cannot be written is
// known before the run. What is in them stays until there is a report, or a first
// exchange.
func (f *reportFlags) open(inputs []toRead, more ...toWrite) (outputs, error) {
	var all outputs
	for _, o := range append([]toWrite{{"junit", f.junit, report.JUnit}, {"json", f.json, report.JSON}}, more...) {
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

// tell writes the reports, and gives the exit code that they come to.
func (f *reportFlags) tell(cmd *cobra.Command, result *report.Report, outputs outputs) error {
	out := cmd.OutOrStdout()
	err := report.Text(out, result, report.TextOptions{Color: colored(out), Verbose: f.verbose})
	err = errors.Join(err, outputs.write(result))
	code := report.ExitCode(result)
	if err != nil && code == exitOK {
		code = exitError // a violation would count more
	}
	if code != exitOK {
		return exit{code, err}
	}
	return nil
}

func create(flag, path string) (*output, error) {
	_, err := os.Lstat(path)
	made := errors.Is(err, fs.ErrNotExist)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666) //nolint:gosec // a report is no secret, and has the rights of any file
	if err != nil {
		return nil, usagef("--%s: %w: name a file that can be written", flag, err)
	}
	info, err := file.Stat()
	if err != nil {
		return nil, usagef("--%s: %w: name a file that can be written", flag, errors.Join(err, file.Close()))
	}
	return &output{flag: flag, file: file, info: info, made: made}, nil
}

// Write writes during the run. The first removes what an earlier run has written.
func (o *output) Write(p []byte) (int, error) {
	if !o.begun {
		o.begun = true
		o.err = o.empty()
	}
	if o.err != nil {
		return 0, o.err
	}
	var n int
	n, o.err = o.file.Write(p)
	return n, o.err
}

// empty removes what is in a file. A terminal or a pipe cannot be cut to length,
// and need not.
func (o *output) empty() error {
	if !o.info.Mode().IsRegular() {
		return nil
	}
	return o.file.Truncate(0) //nolint:wrapcheck // it names the file
}

// distinct refuses a file that is another report, or that the run was told to
// read: it would be overwritten.
func (o *output) distinct(before outputs, inputs []toRead) error {
	for _, other := range before {
		if o.info.Mode().IsRegular() && os.SameFile(o.info, other.info) {
			return usagef("--%s and --%s are one file, %s: name two", other.flag, o.flag, o.file.Name())
		}
	}
	for _, in := range inputs {
		if info, err := os.Stat(in.path); err == nil && in.path != "" && os.SameFile(o.info, info) {
			return usagef("--%s is %s, %s, and would overwrite it: name another", o.flag, in.what, in.path)
		}
	}
	return nil
}

// write writes every report, whatever becomes of the others, and says what could
// not be written before.
func (all outputs) write(r *report.Report) error {
	var problems []error
	for _, o := range all {
		if err := o.replace(r); err != nil {
			problems = append(problems, fmt.Errorf("--%s: %w", o.flag, err))
		}
	}
	return errors.Join(problems...)
}

// replace puts a report where an earlier one may be.
func (o *output) replace(r *report.Report) error {
	if o.write == nil {
		return errors.Join(o.err, o.file.Close())
	}
	err := o.empty()
	if err == nil {
		err = o.write(o.file, r)
	}
	return errors.Join(err, o.file.Close())
}

// discard leaves no file that would be taken for the report of this run: the
// cause is why there is none. A mistake on the command line is no run, and what
// was there before it stays. So does what was written during the run.
func (all outputs) discard(cause error) error {
	var own exit
	mistake := errors.Is(cause, contract.ErrUsage) || errors.As(cause, &own) && own.code == exitUsage
	var problems []error
	for _, o := range all {
		problems = append(problems, o.err, o.file.Close())
		if o.begun {
			continue
		}
		if o.info.Mode().IsRegular() && (o.made || !mistake) {
			problems = append(problems, os.Remove(o.file.Name()))
		}
	}
	return errors.Join(problems...)
}
