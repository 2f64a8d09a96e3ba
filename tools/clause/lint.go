package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/tools/clause/internal/document"
)

// linting is what lint was asked for.
type linting struct {
	contractSource

	page         string
	json, strict bool
}

func newLint() *cobra.Command {
	l := &linting{}
	cmd := &cobra.Command{
		Use:   "lint [CONTRACT]",
		Short: "Check a contract, and hold it against the vendor's document",
		Long: `Checks a contract: that it is valid OpenAPI, that its annotations are known and
in their place, and that its rules compile, cannot fail, say something, and can be
kept together. A rule that no request was found to try with is a warning.

With --document it also reads the tables of the vendor's page and says what the
contract lacks, has in addition, or states differently, and which source points
nowhere. The page is plain text, as copied from a browser. It may describe several
operations, each with its tables below its method and path; those of the contract
that such a page lacks are named, and not compared.

What the description has that cannot be used is left out, and a warning says what
that costs. Of many alike the first are shown; --json writes all, as a list of
{severity, file, line, column, pointer, message}. With --strict a warning makes
the contract bad.

CONTRACT is a file, an http or https URL, or - for standard input.

Without CONTRACT it checks the one that verify uses by default, the user usage
export.

Exit codes: 0 the contract is good; 1 it is bad, or differs from the document;
2 it, or the document, cannot be read, or a flag cannot be used.`,
		Args: arguments(1, "one contract"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := l.take(args); err != nil {
				return err
			}
			if l.json && l.page != "" {
				return usagef("--json and --document exclude each other: give one")
			}
			return l.lint(cmd.Context(), cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&l.page, "document", "", "hold the contract against the page in `FILE`")
	flags.BoolVar(&l.json, "json", false, "print every problem and warning as JSON, and nothing else")
	flags.BoolVar(&l.strict, "strict", false, "take warnings for problems")
	l.addContract(flags, "the same as CONTRACT: a `FILE`, a URL, or -")
	return cmd
}

func (l *linting) lint(ctx context.Context, out io.Writer) error {
	limitMemory(planLimit)
	c, err := l.load(ctx)
	if problems := contract.Problems(err); problems != nil {
		return l.bad(out, problems)
	}
	if err != nil {
		return err
	}
	doubts, err := c.DoubtsContext(ctx)
	if err != nil {
		return err
	}
	page, warnings := l.page, slices.Concat(c.Warnings(), doubts)
	if l.json {
		err = writeProblems(out, nil, warnings)
	} else {
		sayWarnings(out, warnings)
	}
	if err != nil {
		return err
	}
	if n := costly(warnings); l.strict && n > 0 {
		return exit{exitViolated, fmt.Errorf("the contract is bad: %s, and --strict was given", count(n, "warning"))}
	}
	if l.json {
		return nil
	}
	agrees := ""
	if page != "" {
		whole, err := compare(out, c, page)
		if err != nil {
			return err
		}
		agrees = ", and it agrees with " + whole + page
	}
	must, should := levels(c)
	say(out, "%s: good: %s, %d must, %d should%s", c.File(), count(len(c.Operations()), "operation"), must, should, agrees)
	return nil
}

// bad says what is wrong with a contract that cannot be used.
func (l *linting) bad(out io.Writer, problems []contract.Problem) error {
	if l.json {
		if err := writeProblems(out, problems, nil); err != nil {
			return err
		}
	} else {
		for _, p := range problems {
			say(out, "%s", printable(p.String()))
		}
	}
	return exit{exitViolated, fmt.Errorf("the contract is bad: %s", count(len(problems), "problem"))}
}

// compare holds a contract against a page. whole tells how much of the page was
// compared, for before its name.
func compare(out io.Writer, c *contract.Contract, page string) (whole string, err error) {
	text, err := os.ReadFile(page)
	if err != nil {
		return "", usagef("--document: %w: name the page as a text file", err)
	}
	doc, err := document.Parse(page, text)
	if err != nil {
		return "", usagef("--document: %w", err)
	}
	for _, p := range doc.Unread {
		say(out, "%s (not read)", printable(p.String()))
		whole = "what could be read of "
	}
	operations := stated(c)
	for _, p := range document.Undescribed(doc, operations) {
		say(out, "%s (not compared)", printable(p.String()))
	}
	problems := document.Compare(doc, operations)
	for _, p := range problems {
		say(out, "%s", printable(p.String()))
	}
	if len(problems) > 0 {
		return "", exit{exitViolated, fmt.Errorf("the contract differs from the document: %s", count(len(problems), "problem"))}
	}
	return whole, nil
}

// say writes a line. run notices what could not be written.
func say(out io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(out, format+"\n", args...)
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func levels(c *contract.Contract) (must, should int) {
	for _, one := range c.Clauses() {
		if one.Level == clause.Must {
			must++
		} else {
			should++
		}
	}
	return must, should
}

// stated puts what a contract says into the words that documents use.
func stated(c *contract.Contract) []document.Operation {
	var out []document.Operation
	for _, op := range c.Operations() {
		o := document.Operation{ID: op.ID, Method: op.Method, Path: op.Path, At: place(op.At), Parameters: credentials(op)}
		for _, m := range op.Members {
			o.Parameters = append(o.Parameters, parameter(m))
		}
		for _, a := range op.Answers {
			answer := document.Answer{Status: a.Status, At: place(a.At), Inferred: a.Source == (clause.Source{})}
			for _, m := range a.Members {
				answer.Members = append(answer.Members, parameter(m))
			}
			o.Answers = append(o.Answers, answer)
		}
		o.Sources = sources(c, op)
		out = append(out, o)
	}
	return out
}

// credentials gives what an operation's security schemes put into a request:
// pages list it among the parameters, if they do, and the contract does not.
func credentials(op contract.Operation) []document.Parameter {
	var out []document.Parameter
	for _, s := range slices.Concat(op.Security...) {
		p := document.Parameter{Name: s.Param, In: s.In, At: place(s.At), Inferred: true}
		if s.HTTP != "" {
			p.Name, p.In = "Authorization", "header"
		}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// sources lists every place of the document that an operation names, once.
func sources(c *contract.Contract, op contract.Operation) []document.Source {
	var out []document.Source
	cited := map[clause.Source]bool{{}: true}
	cite := func(s clause.Source, at clause.Location, what string) {
		if !cited[s] {
			cited[s] = true
			out = append(out, document.Source{Section: s.Section, Table: s.Table, Row: s.Row, At: place(at), For: what})
		}
	}
	cite(op.Source, op.At, "operation "+op.ID)
	for _, m := range op.Members {
		cite(m.Source, m.At, m.Name)
	}
	for _, a := range op.Answers {
		cite(a.Source, a.At, "status "+a.Status)
		for _, m := range a.Members {
			cite(m.Source, m.At, "status "+a.Status+", "+m.Name)
		}
	}
	for _, r := range op.Rules {
		cite(r.Source, r.At, "rule "+r.ID)
	}
	for _, one := range c.Clauses() {
		if one.Operation == op.ID {
			cite(one.Source, one.At, "clause "+one.ID)
		}
	}
	return out
}

func place(at clause.Location) document.Place {
	return document.Place{File: at.File, Line: at.Line}
}

func parameter(m contract.Member) document.Parameter {
	return document.Parameter{
		Name: m.Name, In: m.In, Required: m.Required, Type: m.Type, At: place(m.At),
		RequiredInferred: m.InferredRequired, TypeInferred: m.InferredType,
	}
}
