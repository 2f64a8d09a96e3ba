package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/prove"
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
	proof func(io.Writer, *prove.Result) error
	// spare tells that there is nothing to write, and the file is not wanted; nil
	// for what is always written.
	spare func(*report.Report) bool
	begun bool  // during the run
	err   error // the first that was met then
}

// form is a form of a report and of a proof, and the flag that has it written to a file.
// A row is all that a new form needs.
type form struct {
	flag, usage string
	write       func(io.Writer, *report.Report) error
	proof       func(io.Writer, *prove.Result) error
}

var reportForms = []form{
	{"html", "write the report to `FILE` as a page for a browser, which needs nothing else", report.HTML, prove.HTML},
	{"markdown", "write what matters of the report to `FILE` in Markdown, for the summary of a job", report.Markdown, prove.Markdown},
	{"junit", "write a JUnit report to `FILE`", report.JUnit, prove.JUnit},
	{"json", "write the report as JSON to `FILE`", report.JSON, prove.JSON},
}

// reporting is where a command's report goes, and exchanges.
type reporting struct {
	files          map[string]*string // of the forms, by flag
	har            string
	github         bool
	verbose, quiet bool
	failOn         failOn
	writeKnown     string
	again          string // the command line that sends a case again, but for its id
}

// add adds the flags of a command that gives a report.
func (f *reporting) add(cmd *cobra.Command) {
	f.addForms(cmd)
	flags := cmd.Flags()
	flags.Var(&f.failOn, "fail-on", "with `untested[=N%]`, also exit with 1 if a clause is untested, or more than N % of them are")
	flags.StringVar(&f.writeKnown, "write-known", "", "write what fails to `FILE`, a new one, for --known to read")
}

// addForms adds the flags that say in which forms the report is given.
func (f *reporting) addForms(cmd *cobra.Command) {
	f.addFiles(cmd)
	flags := cmd.Flags()
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "list every clause and every case, and show all failures in full")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "print the verdict on the whole alone")
}

// addFiles adds those that name files, and --github.
func (f *reporting) addFiles(cmd *cobra.Command) {
	flags := cmd.Flags()
	f.files = map[string]*string{}
	for _, form := range reportForms {
		f.files[form.flag] = flags.String(form.flag, "", form.usage)
	}
	flags.BoolVar(&f.github, "github", false, "also print annotations for GitHub Actions, which shows them beside the contract's lines")
}

// check refuses flags that exclude each other. shard and known are what --shard and
// --known were given.
func (f *reporting) check(shard plan.Shard, known string) error {
	part := shard != plan.Shard{}
	switch {
	case f.quiet && f.verbose:
		return usagef("--quiet and --verbose exclude each other: give one")
	case f.failOn.set && part:
		return usagef("--fail-on and --shard exclude each other: a shard tests a part; give --fail-on to clause merge")
	case f.writeKnown != "" && part:
		return usagef("--write-known and --shard exclude each other: a shard tests a part; give --write-known to clause merge")
	case f.writeKnown != "" && known != "":
		return usagef("--write-known and --known exclude each other: the one writes a list of all that fails, the other reads one")
	}
	return nil
}

// asides is where warnings and progress go.
func (f *reporting) asides(cmd *cobra.Command) io.Writer {
	if f.quiet {
		return io.Discard
	}
	return cmd.ErrOrStderr()
}

// input is a file that a command reads, and what names it.
type input struct{ name, path string }

// open opens the files of the reports, so that one that cannot be written is
// known before the run. What is in them stays until there is a report, or a first
// exchange. They must not be among the inputs.
func (f *reporting) open(inputs []input) (outputs, error) {
	var all outputs
	paths := map[string]string{"har": f.har, "write-known": f.writeKnown}
	for flag, path := range f.files {
		paths[flag] = *path
	}
	for _, o := range append(slices.Clone(reportForms), form{flag: "har"}, form{flag: "write-known", write: report.WriteKnown}) {
		path := paths[o.flag]
		if path == "" {
			continue
		}
		opened, err := f.create(o.flag, path)
		if err == nil {
			opened.write, opened.proof = o.write, o.proof
			err = opened.distinct(all, inputs)
			all = append(all, opened)
		}
		if err != nil {
			return nil, errors.Join(err, all.discard(err))
		}
	}
	return all, nil
}

// stream gives what is written during the run; nil when nothing is.
func (all outputs) stream() io.Writer {
	for _, o := range all {
		if o.write == nil {
			return o
		}
	}
	return nil
}

func (f *reporting) create(flag, path string) (*output, error) {
	_, err := os.Lstat(path)
	made := errors.Is(err, fs.ErrNotExist)
	how := os.O_WRONLY | os.O_CREATE
	if flag == "write-known" {
		how |= os.O_EXCL
	}
	file, err := os.OpenFile(path, how, 0o666) //nolint:gosec // a report is no secret, and has the rights of any file
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, usagef("--%s: %s exists, and is never overwritten: name a new file, or give this one to --known", flag, path)
	case err != nil:
		return nil, usagef("--%s: %w: name a file that can be written", flag, err)
	}
	info, err := file.Stat()
	if err != nil {
		return nil, usagef("--%s: %w: name a file that can be written", flag, errors.Join(err, file.Close()))
	}
	out := &output{flag: flag, file: file, info: info, made: made}
	if flag == "write-known" {
		out.spare = func(r *report.Report) bool { return report.Failures(r) == 0 }
	}
	return out, nil
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
func (o *output) distinct(before outputs, inputs []input) error {
	for _, other := range before {
		if o.info.Mode().IsRegular() && os.SameFile(o.info, other.info) {
			return usagef("--%s and --%s are one file, %s: name two", other.flag, o.flag, o.file.Name())
		}
	}
	for _, in := range inputs {
		if info, err := os.Stat(in.path); err == nil && in.path != "" && os.SameFile(o.info, info) {
			return usagef("--%s is %s, %s, and would overwrite it: name another", o.flag, in.name, in.path)
		}
	}
	return nil
}

// give writes a report to the terminal and to the outputs. The error has the
// report's exit code.
func (f *reporting) give(cmd *cobra.Command, r *report.Report, to outputs) error {
	err := f.tell(cmd, r, to)
	code := report.ExitCode(r)
	if err != nil && code == exitOK {
		code = exitError // a violation would count more
		if own, ok := errors.AsType[exit](err); ok {
			code = own.code
		}
	}
	if code != exitOK {
		return exit{code, err}
	}
	return nil
}

// tell is give, but for the exit code of the report.
func (f *reporting) tell(cmd *cobra.Command, r *report.Report, to outputs) error {
	out := cmd.OutOrStdout()
	err := report.Text(out, r, f.textOptions(out))
	if f.github {
		err = errors.Join(err, report.GitHub(out, r))
	}
	err = errors.Join(err, to.write(r), f.failOn.check(r))
	if err == nil && f.writeKnown != "" {
		sayKnown(f.asides(cmd), f.writeKnown, report.Failures(r))
	}
	return err
}

// screen is how many lines a report has where something failed, or little more: as many
// as a terminal has, but not more than the first, nor less than the second.
const screen, leastScreen = 40, 23

func (f *reporting) textOptions(out io.Writer) report.TextOptions {
	return report.TextOptions{Color: colored(out), Verbose: f.verbose, Quiet: f.quiet, Width: width(out), Lines: height(out), Again: f.again}
}

// sayKnown says what became of the file of --write-known.
func sayKnown(out io.Writer, path string, n int) {
	if n == 0 {
		say(out, "nothing fails that can be listed: %s is not written", printable(path))
		return
	}
	say(out, "%s in %s: from now on give it as --known %s", count(n, "known failure"), printable(path), printable(path))
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
	if o.spare != nil && o.spare(r) {
		return errors.Join(o.file.Close(), os.Remove(o.file.Name()))
	}
	return o.fill(func(w io.Writer) error { return o.write(w, r) })
}

// fill puts what is written where something else may be.
func (o *output) fill(write func(io.Writer) error) error {
	err := o.empty()
	if err == nil {
		err = write(o.file)
	}
	return errors.Join(err, o.file.Close())
}

// prove writes what a proof found, in every form.
func (all outputs) prove(r *prove.Result) error {
	var problems []error
	for _, o := range all {
		if err := o.fill(func(w io.Writer) error { return o.proof(w, r) }); err != nil {
			problems = append(problems, fmt.Errorf("--%s: %w", o.flag, err))
		}
	}
	return errors.Join(problems...)
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

// failOnForm is what --fail-on takes.
const failOnForm = "untested, or untested=N% with N from 0 to 100"

// failOn is how much may be untested, as a flag.
type failOn struct {
	set     bool
	percent float64 // of the clauses that may be untested
}

var errFailOn = errors.New("want " + failOnForm)

// Set reads untested, or untested=N%.
func (f *failOn) Set(text string) error {
	what, share, given := strings.Cut(text, "=")
	if what != "untested" {
		return errFailOn
	}
	f.set, f.percent = true, 0
	if !given {
		return nil
	}
	n, err := strconv.ParseFloat(strings.TrimSuffix(share, "%"), 64)
	if err != nil || !(n >= 0 && n <= 100) {
		return errFailOn
	}
	f.percent = n
	return nil
}

// String gives the flag as it is written; "" when it is not given.
func (f *failOn) String() string {
	if !f.set {
		return ""
	}
	return "untested=" + strconv.FormatFloat(f.percent, 'g', -1, 64) + "%"
}

// Type tells valueOf what to say of a wrong value.
func (f *failOn) Type() string { return "share" }

// check says that too much is untested.
func (f *failOn) check(r *report.Report) error {
	c := r.Coverage()
	if !f.set || c.Untested == 0 || c.Percent() <= f.percent {
		return nil
	}
	return exit{exitViolated, fmt.Errorf("--fail-on %s: %d of %s untested (%.1f %%): give what the report asks for, or allow more",
		f, c.Untested, count(c.Tested+c.Untested, "clause"), c.Percent())}
}
