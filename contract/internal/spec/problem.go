package spec

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/source"
)

// Problem is one thing wrong with a contract: where it is, and what to do or, of
// a warning, what it costs.
type Problem struct {
	At clause.Location
	// Pointer is the JSON pointer of the place; "" is the root, or unknown.
	Pointer string
	Message string
	// Kind is the same for all problems that differ in names and numbers alone.
	Kind string
	// Note marks a warning that costs nothing.
	Note bool
}

// String returns "file:line: message".
func (p Problem) String() string { return p.At.String() + ": " + p.Message }

// Problems is every problem of a contract, in the order of the files, as one error.
type Problems []Problem //nolint:errname // it is a list of problems before it is an error

// Error returns one problem a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// sorted orders by place and drops repetitions, which a component that is used
// in several places brings.
func (p Problems) sorted(first string) Problems {
	slices.SortStableFunc(p, func(a, b Problem) int {
		if a.At.File != b.At.File {
			if a.At.File == first {
				return -1
			}
			if b.At.File == first {
				return 1
			}
		}
		return cmp.Or(strings.Compare(a.At.File, b.At.File), a.At.Line-b.At.Line, a.At.Column-b.At.Column,
			strings.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(p, func(a, b Problem) bool { return a.At == b.At && a.Message == b.Message })
}

// The bounds of what is told: more is of no use to anyone.
const (
	maxProblems = 100
	maxWarnings = 10_000
)

func (l *loader) problem(at clause.Location, format string, args ...any) {
	if len(l.problems) < maxProblems {
		l.problems = append(l.problems, Problem{At: at, Message: fmt.Sprintf(format, args...), Kind: kindOf(format)})
	}
}

// warn tells what is left out or read otherwise than it stands there, and what
// that costs. A component that is used in many places is told of once.
func (l *loader) warn(at clause.Location, format string, args ...any) {
	p := Problem{At: at, Message: fmt.Sprintf(format, args...), Kind: kindOf(format)}
	if l.warned[p] || len(l.warnings) >= maxWarnings {
		return
	}
	l.warned[p] = true
	l.warnings = append(l.warnings, p)
}

var (
	verbs   = regexp.MustCompile(`%[a-z]`)
	details = regexp.MustCompile(`"[^"]*"|'[^']*'|\S*[0-9/{}.]\S*`)
)

// kindOf makes the kind of a problem of the format of its message.
func kindOf(format string) string { return verbs.ReplaceAllString(format, "…") }

// fromSource takes over what reading and cleaning found.
func fromSource(p source.Problem) Problem {
	message := p.Message
	if p.Cost != "" {
		message += "; " + p.Cost
	}
	return Problem{
		At: p.At, Pointer: p.Pointer, Message: message, Note: p.Severity == source.Note,
		Kind: details.ReplaceAllString(p.Message, "…"),
	}
}

// didYouMean offers the nearest known name, or lists them all when none is near.
func didYouMean(name string, known []string) string { return source.DidYouMean(name, known) }
