package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/report"
)

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
