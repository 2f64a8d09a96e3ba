package main

import (
	"errors"
	"net/url"
	"os"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/plan"
)

func newJudge() *cobra.Command {
	f := &verifyFlags{}
	var base string
	cmd := &cobra.Command{
		Use:   "judge [DESCRIPTION] FILE",
		Short: "Judge exchanges that were recorded elsewhere",
		Long: `Judges the exchanges in a HAR file, as browsers, proxies and clause verify --har
write them, clause by clause. Nothing is sent.

A recorded request that the contract forbids must have got a refusal that it
documents; one that it allows any answer that it documents but the refusal; one
that implementations may lawfully take or refuse, any. Whose credentials a request
had is not known: 401 is always right where the operation wants some. What the
recording leaves out, a body or a header, is held against nobody, and answers from
a cache are not judged.

Entries are found by method and path. Where the contract's paths do not start at
the root of the host, --base-url says where they do; it also leaves the entries for
other hosts out. Entry 3 of the file, which counts from 0, is the case
CLAUSE/entry-3.

Exit codes: 0 nothing is violated; 1 a clause is violated, or a known failure is
fixed; 2 a flag, file or pattern cannot be used, or the recording has nothing for
the contract; 3 no verdict could be reached.`,
		Args: arguments(2, "a description, and one HAR file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("which recording? name a HAR file: %s", seeHelp(cmd))
			}
			last := len(args) - 1
			if err := f.take(args[:last]); err != nil {
				return err
			}
			f.recording = args[last]
			return f.judge(cmd, base)
		},
	}
	flags := cmd.Flags()
	f.addContract(flags, "the contract in `FILE`, at a URL, or - (default: the user usage export as built into clause)")
	flags.StringVar(&base, "base-url", "", "the `URL` where the contract's paths start (default: any host, paths at the root)")
	f.add(cmd)
	f.excusing(cmd)
	return cmd
}

func (f *verifyFlags) judge(cmd *cobra.Command, base string) error {
	r := contract.Recording{Name: f.recording, Strict: f.config.Strict, Tool: "clause/" + versionName()}
	err := f.reporting.check(plan.Shard{}, f.known)
	if err != nil {
		return err
	}
	if r.BaseURL, err = parseBase(base); err != nil {
		return err
	}
	if r.Contract, err = f.load(cmd.Context()); err != nil {
		return err
	}
	if r.Known, err = loadKnown(f.known); err != nil {
		return err
	}
	file, err := os.Open(f.recording)
	if err != nil {
		return usagef("%w: name a HAR file that can be read", err)
	}
	defer file.Close()
	outputs, err := f.open(f.inputs())
	if err != nil {
		return err
	}
	r.HAR = file
	result, err := contract.JudgeHAR(cmd.Context(), r)
	if err != nil {
		return errors.Join(f.unjudged(err), outputs.discard(err))
	}
	return f.give(cmd, result, outputs)
}

// unjudged says why there is no report.
func (f *verifyFlags) unjudged(err error) error {
	unmatched, ok := errors.AsType[*contract.UnmatchedError](err)
	switch {
	case ok && unmatched.BaseURL != "":
		return usagef("%w: try --base-url %s", err, unmatched.BaseURL)
	case ok && f.contract == "":
		return usagef("%w: for a description of your own: clause judge DESCRIPTION %s", err, shellWord(f.recording))
	}
	return f.flagged(err)
}

// parseBase reads --base-url; nil when it is not given.
func parseBase(text string) (*url.URL, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // any host will do
	}
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "", u.RawQuery != "" || u.Fragment != "":
		return nil, usagef("--base-url is %q: use http://HOST/PATH or https://HOST/PATH", text)
	case u.User != nil:
		return nil, usagef("--base-url has a user in it: leave that out")
	}
	return u, nil
}
