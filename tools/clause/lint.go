package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/tools/clause/internal/document"
)

func newLint() *cobra.Command {
	var page string
	cmd := &cobra.Command{
		Use:   "lint [CONTRACT]",
		Short: "Check a contract, and hold it against the vendor's document",
		Long: `Checks a contract: that it is valid OpenAPI, that its annotations are known and
in their place, and that its rules compile, cannot fail, and say something.

With --document it also reads the tables of the vendor's page and says what the
contract lacks, has in addition, or states differently, and which source points
nowhere. The page is plain text, as copied from a browser.

Exit codes: 0 the contract is good; 1 it is bad; 2 it, or the document, cannot
be read.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := ""
			if len(args) == 1 {
				path = args[0]
			}
			return lint(cmd.OutOrStdout(), path, page)
		},
	}
	cmd.Flags().StringVar(&page, "document", "", "hold the contract against the page in `FILE`")
	return cmd
}

func lint(out io.Writer, path, page string) error {
	c, err := loadContract(path)
	if problems := contract.Problems(err); problems != nil {
		for _, p := range problems {
			say(out, "%s", p)
		}
		return exit{exitViolated, fmt.Errorf("the contract is bad: %s", count(len(problems), "problem"))}
	}
	if err != nil {
		return err
	}
	for _, w := range c.Warnings() {
		say(out, "%s (warning)", w)
	}
	if page != "" {
		if err := compare(out, c, page); err != nil {
			return err
		}
	}
	must, should := levels(c)
	say(out, "%s: good: %s, %d must, %d should", c.File(), count(len(c.Operations()), "operation"), must, should)
	return nil
}

func compare(out io.Writer, c *contract.Contract, page string) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return fmt.Errorf("--document: %w: name the page as a text file", err)
	}
	doc, err := document.Parse(page, text)
	if err != nil {
		return fmt.Errorf("--document: %w", err)
	}
	for _, p := range doc.Unread {
		say(out, "%s (not read)", p)
	}
	problems := document.Compare(doc, stated(c))
	for _, p := range problems {
		say(out, "%s", p)
	}
	if len(problems) > 0 {
		return exit{exitViolated, fmt.Errorf("the contract differs from the document: %s", count(len(problems), "problem"))}
	}
	return nil
}

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
		o := document.Operation{ID: op.ID, Method: op.Method, Path: op.Path, At: place(op.At)}
		cite := func(s clause.Source, at clause.Location, what string) {
			if s != (clause.Source{}) {
				o.Sources = append(o.Sources, document.Source{Section: s.Section, Table: s.Table, Row: s.Row, At: place(at), For: what})
			}
		}
		cite(op.Source, op.At, "operation "+op.ID)
		for _, m := range op.Members {
			o.Parameters = append(o.Parameters, parameter(m))
			cite(m.Source, m.At, m.Name)
		}
		for _, a := range op.Answers {
			answer := document.Answer{Status: a.Status, At: place(a.At), Inferred: a.Source == (clause.Source{})}
			cite(a.Source, a.At, "status "+a.Status)
			for _, m := range a.Members {
				answer.Members = append(answer.Members, parameter(m))
				cite(m.Source, m.At, "status "+a.Status+", "+m.Name)
			}
			o.Answers = append(o.Answers, answer)
		}
		for _, r := range op.Rules {
			cite(r.Source, r.At, "rule "+r.ID)
		}
		out = append(out, o)
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
