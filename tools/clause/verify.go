package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

// verifyFlags are the flags of verify, and of what plans like it.
type verifyFlags struct {
	reporting

	contractSource
	connection

	config contract.Config
	target string
	aimed  *target.Target // what is planned for; nil for the reference
	known  string
	dry    bool
	flags  *pflag.FlagSet

	recording string // what judge reads
}

// aboutVerify is the help of verify.
const aboutVerify = `Runs the contract tests against a target and says, clause by clause, what it
upholds and violates.

DESCRIPTION is the OpenAPI file of your API, its URL, or - for standard input:

  clause verify openapi.json --url http://127.0.0.1:8000
  clause verify http://127.0.0.1:8000/openapi.json --token "$TOKEN"

Without it, it is the user usage export, which clause has built in. --contract
names it, too.

Without --url the target is at the first server of the description that is on this
machine. --token goes where the description wants a token or a key, --user where it
wants http basic, -H with every request, all to the target alone. A value of --value
is used for every parameter, and member of a body, of its name. Without a target
and a DESCRIPTION the reference implementation is started and tested.

A target file says what these flags do, and more:

  name: our staging
  baseURL: http://127.0.0.1:9000
  values: {project_id: 2b31ed520aaaaaaebedb6e57bbbbbbbb}
  auth: {token: "${TOKEN}"}
  provoke:
    "500": {path: {project_id: trigger-500}}

Flags beside --target replace what it says: --url its baseURL, -H the header of that
name, --value the value of that name, --token and --user all of auth but an access
key. --save-target FILE writes what the flags amount to, secrets as ${NAME}.

In the GLOB of --only, --skip and --known, * stands for any characters and ? for
one. A list of known failures has one a line, with its reason:

  exportUserUsage.query.username.maxLength  # longer names are cut, bug 1234

What is listed must fail, else it is reported as fixed. A clause without cases of
its own is about answers: --only takes the cases whose answers are held to it, and
--skip leaves these in, but holds no answer to it.

A target that is not on loopback is treated gently: one request after another,
2 a second, 20 that the contract allows, no methods that may change something,
few credentials that almost fit. Flags say otherwise one by one, and gentle:
false in the target file for all, if it is yours. --dry-run says what a run would
do.

The case that depends on least is sent first. If it fails as it would with a wrong
baseURL or wrong credentials, up to five others and a path that does not exist are
tried; where all say the same the run ends, and says what to correct. With
--no-preflight it goes on.

--shard I/N sends one of N parts, which differ by at most one case: a run in
several processes, jobs of CI or pods, all with the same flags otherwise and
against the same target. Each keeps to --jobs and --rate by itself. clause merge
joins the JSON reports into the one of a single run.

Ctrl-C ends the run with a report of what was reached; the file of --har is
complete then, too, and clause judge reads it. HTTPS_PROXY and HTTP_PROXY
are honoured except on loopback, and so is NO_COLOR.

What fails today can be adopted: --write-known FILE writes the list of it. With
--fail-on untested=10% the exit code is 1, too, if more than that is untested.

Exit codes: 0 nothing that was sent is violated; 1 a clause is violated, a known
failure is fixed, or more is untested than --fail-on allows;
2 a flag, file or pattern cannot be used; 3 no verdict could be reached, nothing
was accepted of what the contract allows, or the run did not come to its end.`

func newVerify() *cobra.Command {
	f := &verifyFlags{config: contract.Default()}
	cmd := &cobra.Command{
		Use:   "verify [DESCRIPTION]",
		Short: "Run the contract tests and say what is upheld and violated",
		Long:  aboutVerify,
		Args:  arguments(1, "one description"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.take(args); err != nil {
				return err
			}
			return f.verify(cmd)
		},
	}
	f.planning(cmd)
	f.selecting(cmd)
	f.add(cmd)
	f.excusing(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.save, "save-target", "", "write the target that the flags amount to into `FILE`, which must not be there yet")
	flags.BoolVar(&f.dry, "dry-run", false, "say what would be sent, and send nothing")
	f.sending(cmd)
	return cmd
}

// sending adds the flags that decide how cases are sent.
func (f *verifyFlags) sending(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.har, "har", "", "write every exchange to `FILE` as an HTTP archive (HAR 1.2), secrets redacted")
	flags.StringVar(&f.config.Nonce, "nonce", "", "`TEXT` that the names of what is made are made of, in place of a random one")
	flags.Int64Var(&f.config.Seed, "seed", f.config.Seed, "`NUMBER` that permutes the order of sending")
	flags.IntVar(&f.config.Jobs, "jobs", 0, fmt.Sprintf("`NUMBER` of requests under way at once, at most %d (default 16, gently 1)", contract.MaxJobs))
	flags.Float64Var(&f.config.Rate, "rate", 0, "`NUMBER` of requests a second at most, 0 for no limit (default 0, gently 2)")
	flags.DurationVar(&f.config.Timeout, "timeout", 0, "`DURATION` of the whole run at most, such as 5m")
	flags.DurationVar(&f.config.CaseTimeout, "case-timeout", f.config.CaseTimeout, "`DURATION` of one exchange at most")
	flags.BoolVar(&f.config.WithoutPreflight, "no-preflight", false, "send all cases, even if the first ones show that the rest is in vain")
	flags.DurationVar(&f.config.Wait, "wait", 0, "`DURATION` to wait for a target that is still starting")
}

// excusing adds the flags that decide what fails.
func (f *verifyFlags) excusing(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.known, "known", "", "read known failures from `FILE`: a GLOB and a # reason a line")
	flags.BoolVar(&f.config.Strict, "strict", false, "let a violated should fail the run")
}

// planning adds the flags that decide what is planned.
func (f *verifyFlags) planning(cmd *cobra.Command) {
	flags := cmd.Flags()
	f.addContract(flags, "the contract in `FILE`, at a URL, or - (default: the user usage export as built into clause)")
	flags.StringVar(&f.target, "target", "", "the target that `FILE` describes (default: the reference implementation)")
	f.addConnection(flags)
	flags.IntVar(&f.config.Strength, "strength", f.config.Strength, "`NUMBER` of values that are tried in all their combinations: 2 or 3")
	flags.IntVar(&f.config.Budget, "budget", 0, "keep the first `NUMBER` of cases that the contract allows, 0 for all (default 0, gently 20)")
	flags.BoolVar(&f.config.Unsafe, "unsafe", false, "gently too, send methods that may change something or that the contract lacks")
	flags.BoolVar(&f.config.NearMisses, "near-misses", false, "gently too, try all credentials that almost fit")
	f.flags = flags
}

// typed reports whether there is a flag of a name, and it was typed.
func (f *verifyFlags) typed(name string) bool {
	flag := f.flags.Lookup(name)
	return flag != nil && typed(flag)
}

// selecting adds the flags that decide which of the planned cases are meant.
func (f *verifyFlags) selecting(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.config.Only, "only", nil, "take only what a `GLOB` matches, of case and clause ids; may be repeated")
	flags.StringArrayVar(&f.config.Skip, "skip", nil, "leave out what a `GLOB` matches, of case and clause ids; may be repeated")
	flags.Var(&shardFlag{&f.config.Shard}, "shard", "take the part `I/N` of what is left, such as 2/3; 0/3 is 3/3")
}

func (f *verifyFlags) verify(cmd *cobra.Command) error {
	if f.dry {
		return f.dryRun(cmd)
	}
	if err := errors.Join(f.check(), f.reporting.check(f.config.Shard, f.known)); err != nil {
		return err
	}
	stop, err := f.prepare(cmd)
	if err != nil {
		return err
	}
	defer stop()
	f.remark(f.asides(cmd))
	outputs, err := f.open(f.inputs())
	if err != nil {
		return err
	}
	f.config.HAR = outputs.stream()
	p := newProgress(f.asides(cmd))
	f.config.Progress = p.update
	result, err := contract.Verify(cmd.Context(), f.config)
	p.end()
	if err != nil {
		return f.untested(cmd.Context(), err, outputs)
	}
	if f.again = f.resending(result); f.again == "" && f.config.Command != "" {
		f.again = f.config.Command + " --only"
	}
	return f.give(cmd, result, outputs)
}

// untested says why there is no report of a run, but for that of a target that cannot be
// tested.
func (f *verifyFlags) untested(ctx context.Context, err error, to outputs) error {
	said := f.explained(ctx, err)
	if untestable, ok := errors.AsType[*contract.Diagnosis](err); ok {
		return errors.Join(said, to.write(untestable.Report))
	}
	return errors.Join(said, to.discard(err))
}

// inputs are the files that are read.
func (f *verifyFlags) inputs() []input {
	return f.withOverlays(
		input{f.contractName(), f.contract},
		input{"the file of --target", f.target},
		input{"the file of --known", f.known},
		input{"the recording", f.recording},
	)
}

// contractName says what names the contract.
func (f *verifyFlags) contractName() string {
	if f.positional {
		return "the description"
	}
	return "the file of --contract"
}

// command is the command line that verifies with the same contract, target and
// plan; "" where none does: standard input is read, and what is secret in a URL is not
// written down.
func (f *verifyFlags) command() string {
	for _, name := range append([]string{f.contract}, f.overlays...) {
		if name == "-" || contract.DisplayName(name) != name {
			return ""
		}
	}
	words := []string{"clause", "verify"}
	switch name := contract.DisplayName(f.contract); {
	case f.contract == "":
	case f.positional:
		words = append(words, shellWord(name))
	default:
		words = append(words, "--contract="+shellWord(name))
	}
	return strings.Join(append(words, f.words()...), " ")
}

// repeated are the flags that decide what becomes of a case, beside those of words.
var repeated = []string{
	configFlag, "remote-refs", "target", "strength", "budget", "unsafe", "near-misses", "strict", "case-timeout", "no-preflight",
}

// words are those of a command line that plans alike. What clause.yaml says it says again.
func (f *verifyFlags) words() []string {
	var words []string
	for _, name := range repeated {
		switch flag := f.flags.Lookup(name); {
		case flag == nil || !typed(flag):
		case flag.Value.String() == "true":
			words = append(words, "--"+name)
		default:
			words = append(words, "--"+name+"="+shellWord(flag.Value.String()))
		}
	}
	if f.typed("overlay") || f.typed("no-conventions") {
		words = append(words, f.overlayWords()...)
	}
	return append(words, f.spoken(f.typed)...)
}

// explained says why there is no report.
func (f *verifyFlags) explained(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return exit{exitError, errors.New("interrupted before the target's first answer: nothing was tested")}
	}
	return f.inFlags(f.flagged(err))
}

// check refuses numbers that make no sense, before anything is started, and
// tells those that were given from those that depend on the target.
func (f *verifyFlags) check() error {
	c := &f.config
	switch {
	case c.Strength != 2 && c.Strength != 3:
		return usagef("--strength is %d: use 2 or 3", c.Strength)
	case c.Budget < 0:
		return usagef("--budget is %d: use a number of cases, or 0 for all", c.Budget)
	case c.Jobs < 0, c.Jobs == 0 && f.flags.Changed("jobs"):
		return usagef("--jobs is %d: use how many requests may be under way at once, at least 1", c.Jobs)
	case c.Jobs > contract.MaxJobs:
		return usagef("--jobs is %d: use at most %d, whose answers fit into memory together", c.Jobs, contract.MaxJobs)
	case c.Rate < 0 || math.IsNaN(c.Rate) || math.IsInf(c.Rate, 0):
		return usagef("--rate is %v: use a number of requests a second, or 0 for no limit", c.Rate)
	}
	if c.Rate == 0 && f.flags.Changed("rate") {
		c.Rate = contract.Unlimited
	}
	if c.Budget == 0 && f.flags.Changed("budget") {
		c.Budget = contract.Unlimited
	}
	return f.checkTimes()
}

func (f *verifyFlags) checkTimes() error {
	c := &f.config
	switch {
	case c.Timeout < 0:
		return usagef("--timeout is %s: use a duration such as 5m, or 0 for no limit", c.Timeout)
	case c.CaseTimeout <= 0:
		return usagef("--case-timeout is %s: use a duration such as 10s", c.CaseTimeout)
	case c.Wait < 0:
		return usagef("--wait is %s: use a duration such as 30s, or 0 for no waiting", c.Wait)
	}
	return nil
}

// prepare loads what the flags name and starts the reference if there is no
// target. stop ends it.
func (f *verifyFlags) prepare(cmd *cobra.Command) (stop func(), err error) {
	f.config.Tool, f.config.Command = "clause/"+versionName(), f.command()
	f.timeout = f.config.Timeout
	if f.config.Contract, err = f.load(cmd.Context()); err != nil {
		return nil, err
	}
	if f.config.Known, err = loadKnown(f.known); err != nil {
		return nil, err
	}
	f.config.Target, err = f.aim(false)
	if err == nil {
		err = f.saveTarget(cmd.ErrOrStderr(), f.config.Target)
	}
	if err != nil {
		return nil, err
	}
	if f.config.Target != nil {
		f.advise(cmd.ErrOrStderr(), f.config.Target)
		return func() {}, nil
	}
	f.config.Target, stop, err = startReference(cmd.Context())
	return stop, err
}

// dryRun says what a run would do, and sends nothing.
func (f *verifyFlags) dryRun(cmd *cobra.Command) error {
	s, err := f.session(cmd.Context())
	if err != nil {
		return err
	}
	if err := f.saveTarget(cmd.ErrOrStderr(), f.aimed); err != nil {
		return err
	}
	if f.aimed != nil {
		f.advise(cmd.ErrOrStderr(), f.aimed)
	}
	return f.forecast(cmd.OutOrStdout(), s)
}

func (f *verifyFlags) forecast(out io.Writer, s *contract.Session) error {
	do, err := s.Forecast()
	if err != nil {
		return f.inFlags(f.flagged(err))
	}
	t := f.config.Target
	say(out, "%s", report.Target{Name: t.Name, BaseURL: t.BaseURL.String()}.Where())
	say(out, "would send %s, %s", count(do.Requests, "request"), pace(do))
	if f.config.Timeout > 0 && do.Least > f.config.Timeout {
		say(out, "  which is longer than --timeout %s", f.config.Timeout)
	}
	if do.Probe {
		say(out, "  and at most one more, to a path that does not exist, if the first is answered as if it were none")
	}
	say(out, "  %d may leave something behind, for the contract allows them%s", do.Accepted, kept(do.Budget))
	if do.SetUps > 0 {
		say(out, "  %d of them make what cases are about, and what they make is ended afterwards where the contract says how", do.SetUps)
	}
	if do.Pages > 0 {
		say(out, "  and at most %d more, for the other pages of lists, which are read to their ends", do.Pages)
	}
	if do.Again > 0 {
		say(out, "  and where something is refused, lost or forgotten, it is made otherwise, or sent again, alone: at most %d more", do.Again)
	}
	if do.Unsafe > 0 {
		say(out, "  %d have a method that may change something", do.Unsafe)
	}
	for _, issuer := range do.Issuers {
		say(out, "  before them a token is got from %s", report.Printable(issuer))
	}
	if do.Elsewhere > 0 {
		say(out, "would leave %s to the other shards", count(do.Elsewhere, "case"))
	}
	skipped := slices.SortedFunc(maps.Keys(do.Skipped), func(a, b string) int {
		return cmp.Or(cmp.Compare(do.Skipped[b], do.Skipped[a]), cmp.Compare(a, b))
	})
	for _, reason := range skipped {
		say(out, "would not send %s: %s", count(do.Skipped[reason], "case"), report.Printable(reason))
	}
	return nil
}

func pace(do contract.Forecast) string {
	text := fmt.Sprintf("%d at once", do.Jobs)
	if do.Jobs == 1 {
		text = "one after another"
	}
	if do.Rate > 0 {
		return fmt.Sprintf("%s, %g a second at most: %s at least", text, do.Rate, do.Least.Round(time.Second))
	}
	return text
}

func kept(budget int) string {
	if budget == 0 {
		return ""
	}
	return fmt.Sprintf(" (the budget is %d)", budget)
}
