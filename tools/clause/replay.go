package main

import (
	"errors"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
	"github.com/apiclause/clause/openapi"
)

func newReplay() *cobra.Command {
	f := &verifyFlags{config: contract.Default()}
	cmd := &cobra.Command{
		Use:   "replay REPORT.json [CASE...]",
		Short: "Send cases of an earlier report again, and say what changed",
		Long: `Sends cases of a report that clause verify or merge wrote with --json again, judges
the answers, and says what became of each before and now. CASE is a GLOB over the ids
of cases and clauses; without one, all that went wrong is sent again.

  clause verify openapi.json --url http://127.0.0.1:8000 --json report.json
  clause replay report.json

A case is planned anew: what it is about is made for it, and times and new texts are
those of now. Contract, overlays, target, values and the like are those that the
report was made with, where the files still are: one line says what has changed.
Flags say otherwise. What a report does not keep is given again: secrets that were
flags, such as --token, and, by --contract, --overlay and --url, what is not on this
machine. Another --url is the same target elsewhere, another --target a target of
its own. Where a verdict hangs on what else the target accepts, that is sent, too.

--html, --json and the like write the report of what was sent now.

Exit codes: as verify's, for what was sent again: 0 nothing of it is violated; 1 a
clause is violated, or a known failure is fixed; 2 a flag or the report cannot be
used, it has no such case, or the case is no longer there; 3 no verdict could be
reached.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("which report? name one that %s wrote with --json", ranReport)
			}
			return arguments(len(args), "a report, and cases")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error { return f.replay(cmd, args[0], args[1:]) },
	}
	f.planning(cmd)
	f.addForms(cmd)
	f.excusing(cmd)
	f.sending(cmd)
	return cmd
}

// ranReport is what writes a report of cases that were sent.
const ranReport = "clause verify or merge"

func (f *verifyFlags) replay(cmd *cobra.Command, path string, patterns []string) error {
	if err := errors.Join(f.check(), f.reporting.check(plan.Shard{}, f.known)); err != nil {
		return err
	}
	earlier, err := readReport(path, ranReport)
	if err != nil {
		return exit{exitUsage, err}
	}
	if _, err := earlier.Replayable(patterns); err != nil {
		return usagef("%w", err)
	}
	f.again = f.replaying(path, f.contract)
	if err := f.asReported(cmd, earlier); err != nil {
		return err
	}
	stop, err := f.prepare(cmd)
	if err != nil {
		return err
	}
	defer stop()
	outputs, err := f.open(append(f.inputs(), input{"the report", path}))
	if err != nil {
		return err
	}
	f.config.HAR = outputs.stream()
	// verify would not know what the report was made with.
	f.config.Replay = func(c *plan.Case) string { return f.again + " " + c.ID }
	result, err := contract.Replay(cmd.Context(), f.config, earlier, patterns...)
	if err != nil {
		return f.untested(cmd.Context(), err, outputs)
	}
	return f.replayed(cmd, result, outputs)
}

func (f *verifyFlags) replayed(cmd *cobra.Command, result *report.Replay, to outputs) error {
	out := cmd.OutOrStdout()
	err := result.Text(out, f.textOptions(out))
	if f.github {
		err = errors.Join(err, report.GitHub(out, result.Report))
	}
	err = errors.Join(err, to.write(result.Report))
	code := result.ExitCode()
	if err != nil && code == exitOK {
		code = exitError
	}
	if code != exitOK {
		return exit{code, err}
	}
	return nil
}

// asReported takes from a report what it was made with, where the command line does not
// say otherwise. What clause.yaml says comes after that.
func (f *verifyFlags) asReported(cmd *cobra.Command, r *report.Report) (err error) {
	if !f.typed("contract") {
		if f.contract, err = contractNamed(r.Contract.File, r.Name()); err != nil {
			return err
		}
	}
	if m := r.Made; m != nil {
		if err := f.asMade(m, r.Name()); err != nil {
			return err
		}
		f.sayWithheld(f.asides(cmd), r)
	}
	switch at := r.Target.BaseURL; {
	case f.target != "" || f.settings.URL != "":
	case f.contract == "" && r.Target.Name == referenceName: // it is started anew
	case at == "":
		return usagef("%s is of a handler within a process: run its test again%s, or give --url or --target FILE", r.Name(), testOf(r))
	case !loopback(at):
		return elsewhereURL(r.Name(), at)
	default:
		f.settings.URL = at
	}
	return nil
}

// contractNamed gives the contract that a report calls by a name; "" is the one that is
// built in. What is on another machine is not fetched for that.
func contractNamed(name, by string) (string, error) {
	_, err := os.Stat(name)
	isURL := contract.IsURL(name)
	switch {
	case name == "-":
		return "", usagef("the contract of %s was read from standard input: give --contract FILE", by)
	case err != nil && name == "openapi/"+openapi.Default:
		return "", nil
	case isURL && !loopback(name):
		return "", usagef("%s names the contract %s, which is not on this machine: give --contract with that, or with another", by, name)
	case err != nil && !isURL:
		return "", usagef("%s names the contract %s, which cannot be read here: give --contract FILE", by, name)
	}
	return name, nil
}

// loopback reports whether a URL is on this machine.
func loopback(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (&target.Target{BaseURL: u}).Loopback()
}

// replaying is the command line that sends a case of a report again, but for its id: what
// this one has beside the report.
func (f *verifyFlags) replaying(path, contractName string) string {
	words := []string{"clause", "replay", shellWord(path)}
	if contractName != "" {
		words = append(words, "--contract="+shellWord(contract.DisplayName(contractName)))
	}
	return strings.Join(append(words, f.words()...), " ")
}
