package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/plan"
)

func newList() *cobra.Command {
	f := &verifyFlags{config: contract.Default()}
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list [DESCRIPTION]",
		Short: "List the cases of a contract",
		Long: `Lists the cases that verify would run against the target, in their order, those
that it would skip included, each with its reason. Nothing is sent, and no secret of the
target is needed. DESCRIPTION, and the flags about a target, are those of verify.

In a GLOB, * stands for any characters and ? for one.

Exit codes: 0 the cases are listed; 2 a flag, file or pattern cannot be used;
3 the list could not be written.`,
		Args: arguments(1, "one description"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.take(args); err != nil {
				return err
			}
			s, err := f.session(cmd.Context())
			if err != nil {
				return err
			}
			if f.aimed != nil {
				sayUnused(cmd.ErrOrStderr(), f.aimed, f.config.Contract)
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), s)
			}
			printCases(cmd.OutOrStdout(), s, f.config.Contract)
			return nil
		},
	}
	f.planning(cmd)
	f.selecting(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the plan as JSON")
	return cmd
}

// session plans without sending anything, for the reference if there is no
// target.
func (f *verifyFlags) session(ctx context.Context) (*contract.Session, error) {
	limitMemory(planLimit)
	err := f.check()
	if err != nil {
		return nil, err
	}
	if f.config.Contract, err = f.load(ctx); err != nil {
		return nil, err
	}
	if f.aimed, err = f.aim(true); err != nil {
		return nil, err
	}
	if f.config.Target = f.aimed; f.aimed == nil {
		f.config.Target = referenceTarget("127.0.0.1:0", newCredentials())
	}
	s, err := contract.OpenContext(ctx, f.config)
	return s, f.inFlags(f.flagged(err))
}

func printJSON(out io.Writer, s *contract.Session) error {
	selected := *s.Plan()
	selected.Cases = nil
	for c := range listedCases(s) {
		selected.Cases = append(selected.Cases, *c)
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(selected); err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	return nil
}

// printCases prints a table, a case a line. It is written as it is made: there may
// be hundreds of thousands of cases.
func printCases(stdout io.Writer, s *contract.Session, c *contract.Contract) {
	widths := make([]int, 5)
	listed, skipped := 0, 0
	for of := range listedCases(s) {
		listed++
		if of.Skip != "" {
			skipped++
		}
		row := cells(of)
		for i, cell := range row[:len(row)-1] {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	out := bufio.NewWriter(stdout)
	for of := range listedCases(s) {
		row := cells(of)
		last := len(row) - 1
		for i, cell := range row[:last] {
			_, _ = fmt.Fprintf(out, "%-*s  ", widths[i], cell)
		}
		say(out, "%s", row[last])
	}
	say(out, "%s, %d of them skipped; %s without a case", count(listed, "case"), skipped, count(len(s.Plan().Untested), "clause"))
	printSetups(out, s)
	printConventions(out, c)
	_ = out.Flush() // like say: what cannot be written is noticed in the end
}

// printSetups says what is made for the cases, and how that was found.
func printSetups(out io.Writer, s *contract.Session) {
	var needed []string
	for c := range listedCases(s) {
		for _, resource := range s.Plan().Before(c) {
			if !slices.Contains(needed, resource) {
				needed = append(needed, resource)
			}
		}
	}
	slices.Sort(needed)
	if len(needed) > 0 {
		say(out, "made before the cases that need them:")
	}
	for _, resource := range needed {
		setup := s.Plan().Setups[resource]
		ended := "no operation ends it"
		if end := setup.End; end != nil {
			ended = fmt.Sprintf("%s %s ends it", end.Request.Method, end.Request.Path)
		}
		say(out, "  %s: %s; %s", resource, setup.From, ended)
	}
}

// printConventions says what is inferred about answers, as a contract would state it:
// quoted, for YAML takes ! at the beginning and a colon after a blank for its own.
func printConventions(out io.Writer, c *contract.Contract) {
	all := c.Conventions()
	if len(all) > 0 {
		say(out, "inferred about answers, to be copied to x-contract: answers where it is meant, and off with --no-conventions:")
	}
	for _, c := range all {
		say(out, "  %s: %s (%s)", c.ID, c.Message, c.From)
		if c.When != "" {
			say(out, "    when:       %q", c.When)
		}
		say(out, "    expression: %q", c.Expression)
	}
}

// listedCases gives the cases that are selected, and are of the shard.
func listedCases(s *contract.Session) iter.Seq[*plan.Case] {
	return func(yield func(*plan.Case) bool) {
		for i := range s.Plan().Cases {
			if s.Selected(i) && !s.Elsewhere(i) && !yield(&s.Plan().Cases[i]) {
				return
			}
		}
	}
}

// cells are what the table says of a case.
func cells(c *plan.Case) []string {
	row := []string{c.ID, string(c.Level), string(c.Technique), wanted(c)}
	if c.Skip != "" {
		row = append(row, "skip: "+c.Skip)
	}
	return row
}

func wanted(c *plan.Case) string {
	return strings.TrimSpace(string(c.Expect.Outcome) + " " + strings.Join(c.Expect.Statuses, " or "))
}

func newExplain() *cobra.Command {
	f := &verifyFlags{config: contract.Default()}
	cmd := &cobra.Command{
		Use:   "explain [DESCRIPTION] CASE|CLAUSE",
		Short: "Say what a case or a clause is about",
		Long: `Says what a case sends, what it expects and why, or what a clause demands, where
the contract and the document state it, and which cases enforce it. A clause's id
stands in every report, and clause list shows those of the cases.

Exit codes: 0 it is explained; 2 there is no such case or clause, or a flag or
file cannot be used; 3 the explanation could not be written.`,
		Args: arguments(2, "a description, and one case or clause"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("which case or clause? name its id: clause list shows those of the cases")
			}
			last := len(args) - 1
			if err := f.take(args[:last]); err != nil {
				return err
			}
			s, err := f.session(cmd.Context())
			if err != nil {
				return err
			}
			return f.explain(cmd.OutOrStdout(), s, args[last])
		},
	}
	f.planning(cmd)
	return cmd
}

func (f *verifyFlags) explain(out io.Writer, s *contract.Session, id string) error {
	c, cases := f.config.Contract, s.Plan().Cases
	for i := range cases {
		if cases[i].ID == id {
			explainClause(out, c, cases[i].Clause)
			return explainCase(out, s.Plan(), &cases[i])
		}
	}
	if !explainClause(out, c, id) {
		hint := f.orDescribed(didYouMean(id, ids(s, c)), "clause explain DESCRIPTION "+shellWord(id))
		return usagef("%q is no case and no clause of %s: %s", id, c.File(), hint)
	}
	for i := range cases {
		if cases[i].Clause == id {
			say(out, "  case      %s: %s", cases[i].ID, cases[i].Why)
			if cases[i].Skip != "" {
				say(out, "  skipped   %s", cases[i].Skip)
			}
		}
	}
	for _, u := range s.Plan().Untested {
		if u.Clause == id {
			say(out, "  untested  %s", u.Reason)
		}
	}
	return nil
}

func explainClause(out io.Writer, c *contract.Contract, id string) bool {
	for _, one := range c.Clauses() {
		if one.ID != id {
			continue
		}
		say(out, "clause %s (%s)", one.ID, one.Level)
		say(out, "  demands   %s", one.Statement)
		if one.Inferred != "" {
			say(out, "  inferred  %s", one.Inferred)
		}
		if source := one.Source.String(); source != "" {
			say(out, "  document  %s", source)
		}
		say(out, "  contract  %s", one.At)
		return true
	}
	return false
}

func explainCase(out io.Writer, p *plan.Plan, c *plan.Case) error {
	say(out, "case %s (%s, %s)", c.ID, c.Level, c.Technique)
	say(out, "  why       %s", c.Why)
	say(out, "  expects   %s", wanted(c))
	if c.Skip != "" {
		say(out, "  skipped   %s", c.Skip)
	}
	for _, resource := range p.Before(c) {
		setup, what := p.Setups[resource], resource
		switch n := len(setup.Siblings); {
		case resource != c.Request.Among:
		case c.Request.Alike > 0:
			what = fmt.Sprintf("%d of %s", c.Request.Alike, resource)
		case n > 0:
			what = fmt.Sprintf("%d of %s that differ", n, resource)
		}
		say(out, "  before    %s %s makes %s", setup.Make.Request.Method, setup.Make.Request.Path, what)
	}
	var request strings.Builder
	encoder := json.NewEncoder(&request)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("  ", "  ")
	if err := encoder.Encode(c.Request); err != nil {
		return fmt.Errorf("write the request of %s: %w", c.ID, err)
	}
	say(out, "  sends     %s", strings.TrimSpace(request.String()))
	return nil
}

func ids(s *contract.Session, c *contract.Contract) []string {
	var out []string
	for _, one := range c.Clauses() {
		out = append(out, one.ID)
	}
	for i := range s.Plan().Cases {
		out = append(out, s.Plan().Cases[i].ID)
	}
	return out
}

// didYouMean offers the id that is nearest to an unknown one.
func didYouMean(id string, known []string) string {
	if meant := nearest(id, known); meant != "" {
		return "did you mean " + meant + "?"
	}
	return "clause list shows the cases, and verify -v the clauses"
}
