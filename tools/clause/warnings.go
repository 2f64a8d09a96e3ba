package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/apiclause/clause/contract"
)

// The bounds of the warnings that are printed: a generated description can have
// thousands, most of a few kinds.
const (
	maxAlike = 3
	maxKinds = 40
)

// sayWarnings prints warnings, of each kind the first ones and how many more there
// are.
func sayWarnings(out io.Writer, warnings []contract.Problem) {
	alike := map[string][]contract.Problem{}
	var kinds []string
	for _, w := range warnings {
		kind := w.Kind
		if kind == "" {
			kind = w.Message
		}
		if alike[kind] == nil {
			kinds = append(kinds, kind)
		}
		alike[kind] = append(alike[kind], w)
	}
	cut := false
	for i, kind := range kinds {
		if i == maxKinds {
			say(out, "and %s of %s", count(left(alike, kinds[i:]), "more warning"), count(len(kinds)-i, "other kind"))
			cut = true
			break
		}
		all := alike[kind]
		for _, w := range all[:min(len(all), maxAlike)] {
			say(out, "%s (%s)", printable(w.String()), severity(w))
		}
		if more := len(all) - maxAlike; more > 0 {
			say(out, "  and %d more like it", more)
			cut = true
		}
	}
	if cut {
		say(out, "clause lint --json writes all of them")
	}
}

func left(alike map[string][]contract.Problem, kinds []string) int {
	n := 0
	for _, kind := range kinds {
		n += len(alike[kind])
	}
	return n
}

func severity(w contract.Problem) string {
	if w.Note {
		return "note"
	}
	return "warning"
}

// costly counts the warnings that are more than notes.
func costly(warnings []contract.Problem) int {
	n := 0
	for _, w := range warnings {
		if !w.Note {
			n++
		}
	}
	return n
}

// written is a problem as lint --json writes it.
type written struct {
	Severity string `json:"severity"`
	File     string `json:"file"`
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
	Pointer  string `json:"pointer"`
	Message  string `json:"message"`
}

func writeProblems(out io.Writer, errors, warnings []contract.Problem) error {
	all := make([]written, 0, len(errors)+len(warnings))
	add := func(p contract.Problem, severity string) {
		all = append(all, written{severity, p.At.File, p.At.Line, p.At.Column, p.Pointer, p.Message})
	}
	for _, p := range errors {
		add(p, "error")
	}
	for _, p := range warnings {
		add(p, severity(p))
	}
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	if err := e.Encode(all); err != nil {
		return fmt.Errorf("write the problems: %w", err)
	}
	return nil
}

// remark says in one line that there are warnings about a description that the
// user named.
func (f *verifyFlags) remark(out io.Writer) {
	if n := costly(f.config.Contract.Warnings()); n > 0 && f.contract != "" {
		words := append([]string{contract.DisplayName(f.contract)}, f.overlayWords()...)
		say(out, "%s about the description: see clause lint %s", count(n, "warning"), printable(strings.Join(words, " ")))
	}
}
