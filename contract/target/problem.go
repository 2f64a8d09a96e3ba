package target

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/source"
)

// Problem is one thing wrong with a target file.
type Problem struct {
	File string
	Line int // the first is 1
	// Message says what is wrong and what to do. It holds no secret.
	Message string
}

// String returns "file:line: message", and the message alone where there is no file.
func (p Problem) String() string {
	if p.File == "" {
		return p.Message
	}

	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message)
}

// ListError is everything wrong with a target file, in the order of the lines.
type ListError struct {
	Problems []Problem
}

// Error returns one line for each problem.
func (e *ListError) Error() string {
	lines := make([]string, 0, len(e.Problems))
	for _, p := range e.Problems {
		lines = append(lines, p.String())
	}

	return strings.Join(lines, "\n")
}

// asError returns the problems as an error, nil if there are none.
func asError(problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}

	slices.SortStableFunc(problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })

	return &ListError{Problems: problems}
}

// place is where the target file has a name that only a contract can confirm.
type place struct {
	file, key string // key: "values", "provoke" or "--value"
	line      int
	operation string // an operationId, or empty
	parameter string // a parameter's name, or empty
}

// Check compares the operations under provoke with a contract's: the names under
// which values can be given, by operationId. It returns a ListError with every
// operation that the contract does not have. A target that was not read from a file
// has nothing to check.
func (t *Target) Check(operations map[string][]string) error {
	known := slices.Sorted(maps.Keys(operations))

	var problems []Problem

	for _, p := range t.places {
		if _, found := operations[p.operation]; p.key == "provoke" && !found {
			problems = append(problems, Problem{File: p.file, Line: p.line, Message: p.unknownOperation(known)})
		}
	}

	return asError(problems)
}

// Unused lists the values that no operation of a contract has a place for.
func (t *Target) Unused(operations map[string][]string) []Problem {
	known := slices.Sorted(maps.Keys(operations))

	var (
		everywhere []string
		problems   []Problem
	)

	for _, id := range known {
		everywhere = append(everywhere, operations[id]...)
	}

	for _, p := range t.places {
		names, found := operations[p.operation]

		var message string

		switch {
		case p.key == "provoke":
			continue
		case p.operation != "" && !found && p.parameter == "":
			message = p.unknownOperation(known)
		case p.parameter == "" || p.operation != "" && !found:
			continue
		case p.operation != "" && !slices.Contains(names, p.parameter):
			message = fmt.Sprintf("%s: operation %s has no parameter or member %q: %s",
				p.key, p.operation, p.parameter, didYouMean(p.parameter, names))
		case p.operation == "" && !slices.Contains(everywhere, p.parameter):
			message = fmt.Sprintf("%s: no operation of the contract has a parameter or member %q: %s",
				p.key, p.parameter, didYouMean(p.parameter, everywhere))
		default:
			continue
		}

		problems = append(problems, Problem{File: p.file, Line: p.line, Message: message})
	}

	return problems
}

func (p place) unknownOperation(known []string) string {
	return fmt.Sprintf("%s: the contract has no operation %q: %s", p.key, p.operation, didYouMean(p.operation, known))
}

// didYouMean offers the known name that is nearest to an unknown one, or lists them.
func didYouMean(name string, known []string) string {
	return source.DidYouMean(name, slices.Compact(slices.Sorted(slices.Values(known))))
}
