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
			message = fmt.Sprintf("%s: operation %s has no parameter or member %q%s",
				p.key, p.operation, p.parameter, suggest(p.parameter, names))
		case p.operation == "" && !slices.Contains(everywhere, p.parameter):
			message = fmt.Sprintf("%s: no operation of the contract has a parameter or member %q%s",
				p.key, p.parameter, suggest(p.parameter, everywhere))
		default:
			continue
		}

		problems = append(problems, Problem{File: p.file, Line: p.line, Message: message})
	}

	return problems
}

func (p place) unknownOperation(known []string) string {
	return fmt.Sprintf("%s: the contract has no operation %q%s", p.key, p.operation, suggest(p.operation, known))
}

// maxNamed is how many known names a message lists.
const maxNamed = 20

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
		more := ""

		if n := len(names) - maxNamed; n > 0 {
			names, more = names[:maxNamed], fmt.Sprintf(" and %d more", n)
		}

		return "; known are " + strings.Join(names, ", ") + more
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
