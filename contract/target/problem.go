package target

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Problem is one thing wrong with a target file.
type Problem struct {
	File string
	Line int // the first is 1
	// Message says what is wrong and what to do. It holds no secret.
	Message string
}

// String returns "file:line: message", and the message alone where there is no
// file.
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
	file, key string // key: "values" or "provoke"
	line      int
	operation string // an operationId, or empty
	parameter string // a parameter's name, or empty
}

// Check compares the names in the target file with a contract's: the names of
// the parameters of each operation, by operationId. It returns a ListError with
// every operation and parameter that the contract does not have. A target that
// was not read from a file has nothing to check.
func (t *Target) Check(operations map[string][]string) error {
	known := slices.Sorted(maps.Keys(operations))

	var (
		everywhere []string
		problems   []Problem
	)

	for _, id := range known {
		everywhere = append(everywhere, operations[id]...)
	}

	for _, p := range t.places {
		parameters, found := operations[p.operation]

		var message string

		switch {
		case p.operation != "" && !found && p.parameter == "":
			message = fmt.Sprintf("%s: the contract has no operation %q%s", p.key, p.operation, suggest(p.operation, known))
		case p.parameter == "" || p.operation != "" && !found:
			continue
		case p.operation != "" && !slices.Contains(parameters, p.parameter):
			message = fmt.Sprintf("%s: operation %s has no parameter %q%s",
				p.key, p.operation, p.parameter, suggest(p.parameter, parameters))
		case p.operation == "" && !slices.Contains(everywhere, p.parameter):
			message = fmt.Sprintf("%s: no operation of the contract has a parameter %q%s",
				p.key, p.parameter, suggest(p.parameter, everywhere))
		default:
			continue
		}

		problems = append(problems, Problem{File: p.file, Line: p.line, Message: message})
	}

	return asError(problems)
}

// suggest returns the rest of a message about an unknown name: the known one
// that is nearest to it, or else all of them.
func suggest(name string, known []string) string {
	nearest, least := "", max(2, len(name)/3)+1

	for _, candidate := range known {
		d := distance(strings.ToLower(name), strings.ToLower(candidate))
		if d < least {
			nearest, least = candidate, d
		}
	}

	switch {
	case nearest != "":
		return fmt.Sprintf("; did you mean %q?", nearest)
	case len(known) > 0:
		names := slices.Compact(slices.Sorted(slices.Values(known)))

		return "; known are " + strings.Join(names, ", ")
	default:
		return "; remove it"
	}
}

// distance is the number of letters to insert, remove or replace to make one
// name of the other.
func distance(a, b string) int {
	const tooLong = 64 // no name is, and it keeps the time in bounds
	if len(a) > tooLong || len(b) > tooLong {
		return tooLong
	}

	return levenshtein.ComputeDistance(a, b)
}
